/* The part of a layer that is painted: what the selection leaves of it, and how much of each pixel shows. */
#ifndef IMPASTO_SHIM_REGION_H
#define IMPASTO_SHIM_REGION_H

#include "gimp-api.h"
#include "strips.h"

typedef struct Region {
  ApiImage image;
  ApiLayer layer;
  GeglRectangle area; /* in the layer's own coordinates */
  float *mask;        /* the selection and the layer's own mask together, 0..1, or NULL where both are all ones */

  /* While the mask is read. */
  ApiItem selected;                   /* a snapshot of the selection, or API_NONE */
  GeglBuffer *selection, *layer_mask; /* those that there are */
  gint x, y;                          /* the layer's offsets */
  Strips strips;
  gboolean selects, shows, hides; /* something is selected; some of that can be seen; and some pixel not wholly */
} Region;

/* The part of `layer` that lies within the selection's bounds, found without a look at any pixel; FALSE and a sentence
 * if there is none. */
gboolean region_bounds(ApiLayer layer, GeglRectangle *area, GError **error);

/* The layer's own mask, if it has one that is in effect, or API_NONE. */
ApiItem region_layer_mask(ApiLayer layer);

/* The region of `layer` that the selection and the layer's mask leave, or NULL and a sentence if the selection passes
 * the layer by. The mask is read from a snapshot of the layer, which must stay until then. */
Region *region_new(ApiImage image, ApiLayer layer, ApiLayer snapshot, GError **error);
void region_free(Region *region);

/* Reads some more of the mask; FALSE when all of it is there. */
gboolean region_read_step(Region *region);

/* Once it is there: FALSE and a sentence if nothing is left to be painted. */
gboolean region_check(const Region *region, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Region, region_free)

#endif
