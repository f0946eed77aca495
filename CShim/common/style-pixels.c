#include "style-pixels.h"

#include <math.h>
#include <string.h>

#include "strips.h"

/* The engine scales a style with a better filter than the mean of a square, from at least so many times each side. */
#define SPARE 2

struct StylePixels {
  const Colour *colour;
  GeglBuffer *buffer, *mask;
  Strips strips;
  gint side; /* of the squares */
  Pixels *pixels;
};

StylePixels *style_pixels_new(const Colour *colour, GeglBuffer *buffer, GeglBuffer *mask, gboolean alpha,
                              gdouble enough, GError **error) {
  g_autoptr(StylePixels) reader = g_new0(StylePixels, 1);
  const GeglRectangle *all = gegl_buffer_get_extent(buffer);
  gint side = MAX(1, (gint) (sqrt((gdouble) all->width * all->height / enough) / SPARE));

  reader->colour = colour;
  reader->buffer = buffer;
  reader->mask = mask;
  reader->strips.area = *all;
  /* Of a picture that is very long and narrow, there is at least one square a row. */
  reader->side = MIN(side, MIN(all->width, all->height));
  reader->pixels = pixels_new((all->width + reader->side - 1) / reader->side,
                              (all->height + reader->side - 1) / reader->side, alpha || mask != NULL, error);
  return reader->pixels != NULL ? g_steal_pointer(&reader) : NULL;
}

void style_pixels_free(StylePixels *reader) {
  if (reader == NULL) return;
  g_clear_object(&reader->buffer);
  g_clear_object(&reader->mask);
  pixels_free(reader->pixels);
  g_free(reader);
}

Pixels *style_pixels_take(StylePixels *reader) {
  return g_steal_pointer(&reader->pixels);
}

/* Reads a strip; what the mask hides is left out. */
static void read_strip(const StylePixels *reader, const GeglRectangle *strip, float *rgb, float *alpha) {
  colour_read(reader->colour, reader->buffer, strip, rgb, alpha);
  if (reader->mask == NULL) return;
  gsize count = (gsize) strip->width * strip->height;
  g_autofree float *shown = g_new(float, count);
  gegl_buffer_get(reader->mask, strip, 1.0, babl_format("Y float"), shown, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  for (gsize i = 0; i < count; i++) alpha[i] *= fminf(fmaxf(shown[i], 0), 1); /* of NaN, nothing */
}

/* Adds a row to the sums of its squares; a pixel counts as much as can be seen of it. */
static void add_row(const StylePixels *reader, const float *rgb, const float *alpha, float *sums, float *alpha_sums) {
  for (gint x = 0; x < reader->strips.area.width; x++) {
    float weight = alpha != NULL ? alpha[x] : 1, *sum = sums + 3 * (x / reader->side);
    for (gint c = 0; c < 3; c++) sum[c] += weight * rgb[3 * x + c];
    if (alpha != NULL) alpha_sums[x / reader->side] += weight;
  }
}

/* Makes means of the sums of a row of squares that are so many rows high. */
static void divide(const StylePixels *reader, gint rows, float *sums, float *alpha_sums) {
  for (gint x = 0; x < reader->pixels->width; x++) {
    gint columns = MIN(reader->side, reader->strips.area.width - x * reader->side);
    float count = (float) columns * rows, weight = alpha_sums != NULL ? alpha_sums[x] : count;
    for (gint c = 0; c < 3 && weight > 0; c++) sums[3 * x + c] = fminf(sums[3 * x + c] / weight, 1);
    if (alpha_sums != NULL) alpha_sums[x] = fminf(weight / count, 1);
  }
}

/* Reads a strip into squares. Rows are counted from the first of the picture: a strip may end within a square. */
static void reduce(const StylePixels *reader, const GeglRectangle *strip) {
  gsize width = strip->width, count = width * strip->height;
  Pixels *pixels = reader->pixels;
  g_autofree float *rgb = g_new(float, 3 * count), *alpha = pixels->alpha != NULL ? g_new(float, count) : NULL;

  read_strip(reader, strip, rgb, alpha);
  for (gint i = 0; i < strip->height; i++) {
    gint row = strip->y - reader->strips.area.y + i, within = row % reader->side;
    gsize first = (gsize) (row / reader->side) * pixels->width;
    float *sums = pixels->rgb + 3 * first, *alpha_sums = alpha != NULL ? pixels->alpha + first : NULL;
    if (within == 0) {
      memset(sums, 0, 3 * sizeof(float) * pixels->width);
      if (alpha != NULL) memset(alpha_sums, 0, sizeof(float) * pixels->width);
    }
    add_row(reader, rgb + 3 * width * i, alpha != NULL ? alpha + width * i : NULL, sums, alpha_sums);
    gboolean last = row == reader->strips.area.height - 1;
    if (last || within == reader->side - 1) divide(reader, within + 1, sums, alpha_sums);
  }
}

gboolean style_pixels_step(StylePixels *reader) {
  gsize first;
  GeglRectangle strip = strips_next(&reader->strips, &first);
  Pixels *pixels = reader->pixels;

  if (reader->side > 1) {
    reduce(reader, &strip);
  } else {
    read_strip(reader, &strip, pixels->rgb + 3 * first, pixels->alpha != NULL ? pixels->alpha + first : NULL);
  }
  return strips_left(&reader->strips);
}
