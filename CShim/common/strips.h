/* A rectangle of pixels, a few rows at a time: one strip is short enough for a dialog to stay alive between two. */
#ifndef IMPASTO_SHIM_STRIPS_H
#define IMPASTO_SHIM_STRIPS_H

#include <gegl.h>

typedef struct Strips {
  GeglRectangle area; /* not empty */
  gint row;           /* the first that is still to come; starts at 0 */
} Strips;

/* The next strip, in the coordinates of the area; `first` becomes the number of its first pixel among those of the
 * area, row by row. Only while strips_left. */
GeglRectangle strips_next(Strips *strips, gsize *first);

gboolean strips_left(const Strips *strips);

#endif
