/* Whether an image file is all there. The loaders of GIMP and GEGL make of a file that was cut short what they can,
 * and say so, if at all, on the standard error. */
#ifndef IMPASTO_SHIM_WHOLE_FILE_H
#define IMPASTO_SHIM_WHOLE_FILE_H

#include <glib.h>

/* FALSE if the file is a PNG, JPEG, WebP or TIFF file (by its first bytes, whatever it is called) that ends too early.
 * What is between beginning and end is not looked at. */
gboolean whole_file(const char *path);

#endif
