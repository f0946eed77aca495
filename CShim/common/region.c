#include "region.h"

#include <glib/gi18n.h>

#include "error.h"

/* Multiplies `mask` by a channel's values in `area` (in the channel's coordinates). */
static void multiply(float *mask, ApiItem channel, const GeglRectangle *area) {
  gsize count = (gsize) area->width * area->height;
  g_autofree float *values = g_new(float, count);
  GeglBuffer *buffer = gimp_drawable_get_buffer(channel);

  gegl_buffer_get(buffer, area, 1.0, babl_format("Y float"), values, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  g_object_unref(buffer);
  for (gsize i = 0; i < count; i++) mask[i] *= values[i];
}

static gboolean all_ones(const float *mask, gsize count) {
  for (gsize i = 0; i < count; i++)
    if (mask[i] < 1) return FALSE;
  return TRUE;
}

static gboolean all_zeros(const float *mask, gsize count) {
  for (gsize i = 0; i < count; i++)
    if (mask[i] > 0) return FALSE;
  return TRUE;
}

Region *region_new(ApiImage image, ApiLayer layer, GError **error) {
  g_autoptr(Region) region = g_new0(Region, 1);
  GeglRectangle *area = &region->area;

  if (!gimp_drawable_mask_intersect(layer, &area->x, &area->y, &area->width, &area->height)) {
    g_autofree char *name = gimp_item_get_name(layer);
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("The selection does not touch the layer “%s”: there is nothing to paint. Choose Select > None, or "
                  "select a part of that layer."),
                name);
    return NULL;
  }

  gsize count = (gsize) area->width * area->height;
  ApiItem layer_mask = gimp_layer_get_mask(layer);
  gboolean masked = layer_mask != API_NONE && gimp_layer_get_apply_mask(layer);
  gboolean selected = !gimp_selection_is_empty(image);
  if (!masked && !selected) return g_steal_pointer(&region);

  region->mask = g_try_new(float, count);
  if (region->mask == NULL) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("There is not enough memory for a mask of %d × %d pixels."),
                area->width, area->height);
    return NULL;
  }
  for (gsize i = 0; i < count; i++) region->mask[i] = 1;
  if (masked) multiply(region->mask, layer_mask, area);
  if (selected) {
    gint x, y;
    api_offsets(layer, &x, &y);
    GeglRectangle in_image = {area->x + x, area->y + y, area->width, area->height};
    multiply(region->mask, gimp_image_get_selection(image), &in_image);
  }
  if (all_zeros(region->mask, count)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("The layer's mask hides everything there: there is nothing to paint."));
    return NULL;
  }
  if (all_ones(region->mask, count)) g_clear_pointer(&region->mask, g_free);
  return g_steal_pointer(&region);
}

void region_free(Region *region) {
  if (region == NULL) return;
  g_free(region->mask);
  g_free(region);
}
