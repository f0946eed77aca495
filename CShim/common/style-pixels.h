/* The pixels of a style, read a bit at a time, no larger than the engine has a use for: each pixel of what comes out is
 * the mean of a square of those in the buffer. */
#ifndef IMPASTO_SHIM_STYLE_PIXELS_H
#define IMPASTO_SHIM_STYLE_PIXELS_H

#include "pixels.h"

typedef struct StylePixels StylePixels;

/* For a buffer with alpha or without, and the mask of its layer or NULL; takes over references to both. For `colour`
 * see colour_read. `enough` is how many pixels the engine will look at the style in. NULL and a sentence if there is
 * not so much memory. */
StylePixels *style_pixels_new(const Colour *colour, GeglBuffer *buffer, GeglBuffer *mask, gboolean alpha,
                              gdouble enough, GError **error);
void style_pixels_free(StylePixels *reader);

/* Reads some more; FALSE when all is read. */
gboolean style_pixels_step(StylePixels *reader);

/* What was read, once all of it was: the caller's from then on. */
Pixels *style_pixels_take(StylePixels *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StylePixels, style_pixels_free)

#endif
