/* How a layer stood when it was looked at, by all that a new layer above it depends on. */
#ifndef IMPASTO_SHIM_STAND_H
#define IMPASTO_SHIM_STAND_H

#include <gegl.h>

#include "gimp-api.h"

typedef struct Stand {
  ApiImage image;
  gint image_width, image_height; /* which are the selection's, too */
  gint x, y, width, height;
  const Babl *format; /* of its pixels */
  ApiItem mask;       /* its own, if it is in effect */
} Stand;

Stand stand_of(ApiLayer layer);

/* Whether the layer, which is still there, is as it was. */
gboolean stands(ApiLayer layer, const Stand *before);

#endif
