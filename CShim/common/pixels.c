#include "pixels.h"

#include <glib/gi18n.h>

#include "error.h"

/* Pixels moved by one step: some milliseconds' worth. */
#define STEP_PIXELS (192 * 1024)

/* GIMP's tiles are 64 rows high; steps that end where tiles end move no tile twice. */
#define TILE_ROWS 64

Pixels *pixels_new(gint width, gint height, gboolean alpha, GError **error) {
  gsize count = (gsize) width * height;
  Pixels *pixels = g_new0(Pixels, 1);

  pixels->width = width;
  pixels->height = height;
  pixels->rgb = g_try_new(float, count * 3);
  if (alpha) pixels->alpha = g_try_new(float, count);
  if (pixels->rgb != NULL && (!alpha || pixels->alpha != NULL)) return pixels;

  pixels_free(pixels);
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("There is not enough memory for %d × %d pixels. Paint a smaller part, or close other programs."), width,
              height);
  return NULL;
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

/* The rows of `area` from its own row `from` on that one step moves, given where the tiles end. */
static gint step_rows(const GeglRectangle *area, gint from) {
  gint rows = MAX(TILE_ROWS, STEP_PIXELS / area->width / TILE_ROWS * TILE_ROWS);
  gint past_tile = (area->y + from) % TILE_ROWS;
  return MIN(rows - past_tile, area->height - from);
}

struct PixelReader {
  const Colour *colour;
  GeglBuffer *buffer;
  GeglRectangle area;
  Pixels *pixels;
  gint row;
};

PixelReader *pixel_reader_new(const Colour *colour, ApiItem drawable, const GeglRectangle *area, Pixels *pixels) {
  PixelReader *reader = g_new0(PixelReader, 1);
  reader->colour = colour;
  reader->buffer = gimp_drawable_get_buffer(drawable);
  reader->area = *area;
  reader->pixels = pixels;
  return reader;
}

void pixel_reader_free(PixelReader *reader) {
  if (reader == NULL) return;
  g_clear_object(&reader->buffer);
  g_free(reader);
}

gboolean pixel_reader_step(PixelReader *reader) {
  gint rows = step_rows(&reader->area, reader->row);
  GeglRectangle strip = {reader->area.x, reader->area.y + reader->row, reader->area.width, rows};
  gsize start = (gsize) reader->row * reader->area.width;

  colour_read(reader->colour, reader->buffer, &strip, reader->pixels->rgb + 3 * start,
              reader->pixels->alpha != NULL ? reader->pixels->alpha + start : NULL);
  reader->row += rows;
  return reader->row < reader->area.height;
}

void pixels_read(Pixels *pixels, const Colour *colour, ApiItem drawable, const GeglRectangle *area) {
  g_autoptr(PixelReader) reader = pixel_reader_new(colour, drawable, area, pixels);
  while (pixel_reader_step(reader)) continue;
}

struct PixelWriter {
  const Colour *colour;
  GeglBuffer *buffer;
  GeglRectangle area;
  const float *rgb, *alpha;
  gint row;
};

PixelWriter *pixel_writer_new(const Colour *colour, ApiLayer layer, const float *rgb, const float *alpha) {
  PixelWriter *writer = g_new0(PixelWriter, 1);
  writer->colour = colour;
  writer->buffer = gimp_drawable_get_buffer(layer);
  api_size(layer, &writer->area.width, &writer->area.height);
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
  gint rows = step_rows(&writer->area, writer->row);
  GeglRectangle strip = {0, writer->row, writer->area.width, rows};
  gsize start = (gsize) writer->row * writer->area.width;

  colour_write(writer->colour, writer->buffer, &strip, writer->rgb + 3 * start,
               writer->alpha != NULL ? writer->alpha + start : NULL);
  gegl_buffer_flush(writer->buffer);
  writer->row += rows;
  return writer->row < writer->area.height;
}
