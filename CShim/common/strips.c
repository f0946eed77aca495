#include "strips.h"

/* Pixels in one strip: some milliseconds' worth. */
#define STRIP_PIXELS (192 * 1024)

/* GIMP's tiles are 64 rows high; strips that end where tiles end move no tile twice. */
#define TILE_ROWS 64

GeglRectangle strips_next(Strips *strips, gsize *first) {
  const GeglRectangle *area = &strips->area;
  gint past_tile = (area->y + strips->row) % TILE_ROWS;
  gint rows = MAX(TILE_ROWS, STRIP_PIXELS / area->width / TILE_ROWS * TILE_ROWS) - past_tile;
  GeglRectangle strip = {area->x, area->y + strips->row, area->width, MIN(rows, area->height - strips->row)};

  *first = (gsize) strips->row * area->width;
  strips->row += strip.height;
  return strip;
}

gboolean strips_left(const Strips *strips) {
  return strips->row < strips->area.height;
}
