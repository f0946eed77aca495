#include "pixels.h"

#include <glib/gi18n.h>

#include "error.h"
#include "strips.h"

/* What is left to GLib, babl and GEGL, which end the process when they get no memory. */
#define RESERVE (256u << 20)

/* So many numbers for each pixel, or NULL. */
static float *try_planes(gint count, gint width, gint height) {
  float *planes = g_try_new(float, (gsize) count * width * height);
  g_autofree char *reserve = g_try_malloc(RESERVE);
  if (planes != NULL && reserve != NULL) return planes;
  g_free(planes);
  return NULL;
}

gboolean pixels_fit(gint width, gint height) {
  g_autofree float *twice = try_planes(2 * 4, width, height);
  return twice != NULL;
}

static float *planes_new(gint count, gint width, gint height, GError **error) {
  float *planes = try_planes(count, width, height);
  if (planes != NULL) return planes;
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("There is not enough memory for %d × %d pixels. Paint a smaller part, or close other programs."), width,
              height);
  return NULL;
}

float *pixels_plane_new(gint width, gint height, GError **error) {
  return planes_new(1, width, height, error);
}

Pixels *pixels_new(gint width, gint height, gboolean alpha, GError **error) {
  g_autoptr(Pixels) pixels = g_new0(Pixels, 1);

  pixels->width = width;
  pixels->height = height;
  pixels->rgb = planes_new(3, width, height, error);
  if (pixels->rgb == NULL) return NULL;
  if (alpha) pixels->alpha = pixels_plane_new(width, height, error);
  return !alpha || pixels->alpha != NULL ? g_steal_pointer(&pixels) : NULL;
}

void pixels_free(Pixels *pixels) {
  if (pixels == NULL) return;
  g_free(pixels->rgb);
  g_free(pixels->alpha);
  g_free(pixels);
}

gboolean pixels_transparent(const Pixels *pixels) {
  if (pixels->alpha == NULL) return FALSE;
  for (gsize i = 0; i < (gsize) pixels->width * pixels->height; i++)
    if (pixels->alpha[i] > 0) return FALSE;
  return TRUE;
}

void pixels_forget_opaque_alpha(Pixels *pixels) {
  if (pixels->alpha == NULL) return;
  for (gsize i = 0; i < (gsize) pixels->width * pixels->height; i++)
    if (pixels->alpha[i] < 1) return;
  g_clear_pointer(&pixels->alpha, g_free);
}

struct PixelReader {
  const Colour *colour;
  GeglBuffer *buffer;
  Strips strips;
  Pixels *pixels;
};

PixelReader *pixel_reader_new(const Colour *colour, GeglBuffer *buffer, const GeglRectangle *area, Pixels *pixels) {
  PixelReader *reader = g_new0(PixelReader, 1);
  reader->colour = colour;
  reader->buffer = buffer;
  reader->strips.area = *area;
  reader->pixels = pixels;
  return reader;
}

void pixel_reader_free(PixelReader *reader) {
  if (reader == NULL) return;
  g_clear_object(&reader->buffer);
  g_free(reader);
}

gboolean pixel_reader_step(PixelReader *reader) {
  gsize first;
  GeglRectangle strip = strips_next(&reader->strips, &first);
  float *rgb = reader->pixels->rgb + 3 * first;
  float *alpha = reader->pixels->alpha != NULL ? reader->pixels->alpha + first : NULL;

  colour_read(reader->colour, reader->buffer, &strip, rgb, alpha);
  return strips_left(&reader->strips);
}

struct PixelWriter {
  const Colour *colour;
  GeglBuffer *buffer;
  Strips strips;
  const float *rgb, *alpha;
};

PixelWriter *pixel_writer_new(const Colour *colour, ApiLayer layer, const float *rgb, const float *alpha) {
  PixelWriter *writer = g_new0(PixelWriter, 1);
  writer->colour = colour;
  writer->buffer = gimp_drawable_get_buffer(layer);
  writer->strips.area = *gegl_buffer_get_extent(writer->buffer);
  writer->rgb = rgb;
  writer->alpha = alpha;
  return writer;
}

void pixel_writer_free(PixelWriter *writer) {
  if (writer == NULL) return;
  g_clear_object(&writer->buffer);
  g_free(writer);
}

gboolean pixel_writer_step(PixelWriter *writer) {
  gsize first;
  GeglRectangle strip = strips_next(&writer->strips, &first);

  colour_write(writer->colour, writer->buffer, &strip, writer->rgb + 3 * first,
               writer->alpha != NULL ? writer->alpha + first : NULL);
  gegl_buffer_flush(writer->buffer);
  return strips_left(&writer->strips);
}
