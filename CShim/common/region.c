#include "region.h"

#include <glib/gi18n.h>
#include <math.h>

#include "error.h"
#include "pixels.h"
#include "snapshot.h"

static gboolean refuse_selection(ApiLayer layer, GError **error) {
  g_autofree char *name = gimp_item_get_name(layer);
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("The selection does not touch the layer “%s”: there is nothing to paint. Choose Select > None, or "
                "select a part of that layer."),
              name);
  return FALSE;
}

gboolean region_bounds(ApiLayer layer, GeglRectangle *area, GError **error) {
  return gimp_drawable_mask_intersect(layer, &area->x, &area->y, &area->width, &area->height) ||
         refuse_selection(layer, error);
}

ApiItem region_layer_mask(ApiLayer layer) {
  ApiItem mask = gimp_layer_get_mask(layer);
  return mask != API_NONE && gimp_layer_get_apply_mask(layer) ? mask : API_NONE;
}

Region *region_new(ApiImage image, ApiLayer layer, ApiLayer snapshot, GError **error) {
  g_autoptr(Region) region = g_new0(Region, 1);
  GeglRectangle *area = &region->area;

  region->image = image;
  region->layer = layer;
  region->selected = API_NONE;
  if (!region_bounds(layer, area, error)) return NULL;
  region->strips.area = *area;
  api_offsets(layer, &region->x, &region->y);
  ApiItem layer_mask = region_layer_mask(snapshot);
  if (layer_mask != API_NONE) region->layer_mask = gimp_drawable_get_buffer(layer_mask);
  if (!gimp_selection_is_empty(image)) {
    region->selected = snapshot_of_selection(image);
    if (region->selected == API_NONE) {
      refuse_selection(layer, error);
      return NULL;
    }
    region->selection = gimp_drawable_get_buffer(region->selected);
  }
  if (region->layer_mask == NULL && region->selection == NULL) return g_steal_pointer(&region);

  region->mask = pixels_plane_new(area->width, area->height, error);
  return region->mask != NULL ? g_steal_pointer(&region) : NULL;
}

/* Leaves what the mask was read from. */
static void let_go(Region *region) {
  g_clear_object(&region->selection);
  g_clear_object(&region->layer_mask);
  snapshot_clear(region->image, &region->selected);
}

void region_free(Region *region) {
  if (region == NULL) return;
  let_go(region);
  g_free(region->mask);
  g_free(region);
}

/* What a channel says of each pixel, whatever gamma it is in: a copy of the selection has its numbers, but may be said
 * to hold them in the image's gamma, where the selection itself is linear. */
static const Babl *numbers_of(GeglBuffer *channel) {
  const char *kept = babl_get_name(gegl_buffer_get_format(channel));
  return babl_format(g_str_has_prefix(kept, "Y'") ? "Y' float" : "Y float");
}

/* Reads a strip of a channel, or ones where there is none. */
static void read_channel(GeglBuffer *channel, const GeglRectangle *strip, float *values, gsize count) {
  if (channel != NULL) {
    gegl_buffer_get(channel, strip, 1.0, numbers_of(channel), values, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  } else {
    for (gsize i = 0; i < count; i++) values[i] = 1;
  }
}

gboolean region_read_step(Region *region) {
  if (region->mask == NULL) return FALSE;
  gsize first;
  GeglRectangle strip = strips_next(&region->strips, &first);
  GeglRectangle in_image = {strip.x + region->x, strip.y + region->y, strip.width, strip.height};
  gsize count = (gsize) strip.width * strip.height;
  float *mask = region->mask + first;
  g_autofree float *shown = g_new(float, count);

  read_channel(region->selection, &in_image, mask, count);
  read_channel(region->layer_mask, &strip, shown, count);
  for (gsize i = 0; i < count; i++) {
    region->selects |= mask[i] > 0;
    mask[i] = fminf(fmaxf(mask[i] * shown[i], 0), 1); /* of NaN, nothing */
    region->shows |= mask[i] > 0;
    region->hides |= mask[i] < 1;
  }
  if (strips_left(&region->strips)) return TRUE;
  let_go(region);
  if (!region->hides) g_clear_pointer(&region->mask, g_free);
  return FALSE;
}

gboolean region_check(const Region *region, GError **error) {
  if (region->mask == NULL || region->shows) return TRUE;
  if (!region->selects) return refuse_selection(region->layer, error);
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("The layer's mask hides everything there: there is nothing to paint."));
  return FALSE;
}
