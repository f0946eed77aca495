/* The part of a layer that is painted: what the selection leaves of it, and how much of each pixel shows. */
#ifndef IMPASTO_SHIM_REGION_H
#define IMPASTO_SHIM_REGION_H

#include <gegl.h>

#include "gimp-api.h"

typedef struct Region {
  GeglRectangle area; /* in the layer's own coordinates */
  float *mask;        /* the selection and the layer's own mask together, 0..1, or NULL where both are all ones */
} Region;

/* The region of `layer` that the selection and the layer's mask leave, or NULL and a sentence if that is nothing. */
Region *region_new(ApiImage image, ApiLayer layer, GError **error);
void region_free(Region *region);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Region, region_free)

#endif
