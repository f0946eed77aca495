/* The colours of an image, brought to sRGB and back through the image's profile. How a buffer and its profile come
 * together is each GIMP's own: colour.c lies beside its gimp-api.h. */
#ifndef IMPASTO_SHIM_COLOUR_H
#define IMPASTO_SHIM_COLOUR_H

#include <gegl.h>

#include "gimp-api.h"

typedef struct Colour Colour;

/* How the layers of `image` hold their colours. */
Colour *colour_new(ApiImage image);
void colour_free(Colour *colour);

/* Whether the layers of `image` still do: the user may have given it another profile. */
gboolean colour_holds(const Colour *colour, ApiImage image);

/* Reads a rectangle of a layer's buffer as R'G'B' in sRGB, three floats a pixel, and alpha (NULL: not wanted), one;
 * each comes out finite and in [0, 1]. With `colour` NULL the buffer is one that carries its profile in its own format,
 * as GEGL's loaders of files make them; that may be done on any thread. */
void colour_read(const Colour *colour, GeglBuffer *buffer, const GeglRectangle *area, float *rgb, float *alpha);

/* Writes R'G'B' in sRGB and alpha (NULL: opaque) into a rectangle of a layer's buffer. */
void colour_write(const Colour *colour, GeglBuffer *buffer, const GeglRectangle *area, const float *rgb,
                  const float *alpha);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Colour, colour_free)

#endif
