/* Pixels in the form the engine takes them, read and written strip by strip. */
#ifndef IMPASTO_SHIM_PIXELS_H
#define IMPASTO_SHIM_PIXELS_H

#include "colour.h"

typedef struct Pixels {
  gint width, height;
  float *rgb;   /* R'G'B' in sRGB, width * height * 3 */
  float *alpha; /* width * height, or NULL where everything is opaque */
} Pixels;

/* Room for width x height pixels, with alpha or without, or NULL and a sentence if there is not so much memory. */
Pixels *pixels_new(gint width, gint height, gboolean alpha, GError **error);

/* Whether there is room for pixels of that size, with alpha, and for another library's copy of them. */
gboolean pixels_fit(gint width, gint height);

/* Room for one number for each of width x height pixels, likewise. */
float *pixels_plane_new(gint width, gint height, GError **error);

void pixels_free(Pixels *pixels);

/* Whether nothing of it can be seen. */
gboolean pixels_transparent(const Pixels *pixels);

/* Forgets an alpha that is 1 everywhere: the engine has less to do without one. */
void pixels_forget_opaque_alpha(Pixels *pixels);

/* Reading a rectangle of a buffer, whose reference it takes over, into pixels of that size; for `colour` see
 * colour_read. */
typedef struct PixelReader PixelReader;
PixelReader *pixel_reader_new(const Colour *colour, GeglBuffer *buffer, const GeglRectangle *area, Pixels *pixels);
gboolean pixel_reader_step(PixelReader *reader); /* FALSE when all rows are read */
void pixel_reader_free(PixelReader *reader);

/* Writing all of a layer from R'G'B' and alpha (NULL: opaque) of its size. Both must outlive the writer. */
typedef struct PixelWriter PixelWriter;
PixelWriter *pixel_writer_new(const Colour *colour, ApiLayer layer, const float *rgb, const float *alpha);
gboolean pixel_writer_step(PixelWriter *writer); /* FALSE when all rows are written */
void pixel_writer_free(PixelWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pixels, pixels_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PixelReader, pixel_reader_free)

#endif
