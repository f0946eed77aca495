#include "live-layer.h"

#include <glib/gi18n.h>

#include "error.h"

struct LiveLayer {
  ApiImage image;
  ApiLayer source, layer;
  GimpImageBaseType base_type;
  GimpPrecision precision;
  gint width, height;
  ApiLayer active_before;
  gboolean inserted;
  GeglBuffer *mask; /* while it is being written, if there is one */
  Strips masking;
};

static gboolean fail(GError **error) {
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("GIMP could not add the new layer: %s"),
              api_last_error());
  return FALSE;
}

/* Adds a mask, or gives NULL. */
static GeglBuffer *add_mask(ApiLayer layer) {
  ApiItem mask = gimp_layer_create_mask(layer, GIMP_ADD_MASK_WHITE);
  if (mask == API_NONE || !gimp_layer_add_mask(layer, mask)) return NULL;
  gimp_layer_set_edit_mask(layer, FALSE);
  return gimp_drawable_get_buffer(mask);
}

LiveLayer *live_layer_new(ApiImage image, ApiLayer source, const Region *region, const char *name, gboolean alpha,
                          GError **error) {
  gboolean gray = api_base_type(image) == GIMP_GRAY;
  GimpImageType type = gray ? (alpha ? GIMP_GRAYA_IMAGE : GIMP_GRAY_IMAGE) : (alpha ? GIMP_RGBA_IMAGE : GIMP_RGB_IMAGE);
  ApiLayer layer = gimp_layer_new(image, name, region->area.width, region->area.height, type, 100,
                                  gimp_image_get_default_new_layer_mode(image));
  if (layer == API_NONE) {
    fail(error);
    return NULL;
  }

  gint x, y;
  api_offsets(source, &x, &y);
  gimp_layer_set_offsets(layer, x + region->area.x, y + region->area.y);
  GeglBuffer *mask = region->mask != NULL ? add_mask(layer) : NULL;
  if (region->mask != NULL && mask == NULL) {
    gimp_item_delete(layer);
    fail(error);
    return NULL;
  }

  LiveLayer *live = g_new0(LiveLayer, 1);
  live->image = image;
  live->source = source;
  live->layer = layer;
  live->mask = mask;
  live->masking.area = (GeglRectangle){0, 0, region->area.width, region->area.height};
  live->base_type = api_base_type(image);
  live->precision = gimp_image_get_precision(image);
  live->width = region->area.width;
  live->height = region->area.height;
  return live;
}

void live_layer_free(LiveLayer *live) {
  if (live == NULL) return;
  g_clear_object(&live->mask);
  /* Of what is in no image's list, GIMP looks for the image all the same. */
  if (!live->inserted && gimp_image_is_valid(live->image)) gimp_item_delete(live->layer);
  g_free(live);
}

ApiLayer live_layer_id(const LiveLayer *live) {
  return live->layer;
}

gboolean live_layer_mask_step(LiveLayer *live, const float *values) {
  if (live->mask == NULL) return FALSE;
  gsize first;
  GeglRectangle strip = strips_next(&live->masking, &first);
  gegl_buffer_set(live->mask, &strip, 0, babl_format("Y float"), values + first, GEGL_AUTO_ROWSTRIDE);
  gegl_buffer_flush(live->mask);
  if (!strips_left(&live->masking)) g_clear_object(&live->mask);
  return live->mask != NULL;
}

gboolean live_layer_insert(LiveLayer *live, GError **error) {
  ApiItem group = api_outermost_locked_group(live->source), below = group != API_NONE ? group : live->source;
  live->active_before = api_active_layer(live->image);
  live->inserted = gimp_image_insert_layer(live->image, live->layer, gimp_item_get_parent(below),
                                           gimp_image_get_item_position(live->image, below));
  if (!live->inserted) return fail(error);
  live_layer_show(live);
  return TRUE;
}

gboolean live_layer_attached(const LiveLayer *live) {
  return api_attached(live->layer, live->image);
}

gboolean live_layer_writable(const LiveLayer *live) {
  if (!live_layer_attached(live) || gimp_item_get_lock_content(live->layer) ||
      api_outermost_locked_group(live->layer) != API_NONE) {
    return FALSE;
  }
  gint width, height;
  api_size(live->layer, &width, &height);
  return width == live->width && height == live->height && api_base_type(live->image) == live->base_type &&
         gimp_image_get_precision(live->image) == live->precision;
}

void live_layer_show(const LiveLayer *live) {
  gimp_drawable_update(live->layer, 0, 0, live->width, live->height);
  gimp_displays_flush();
}

void live_layer_discard(const LiveLayer *live) {
  if (!live_layer_attached(live)) return;
  gboolean active = api_active_layer(live->image) == live->layer;

  gimp_image_remove_layer(live->image, live->layer);
  if (active && gimp_item_is_valid(live->active_before)) api_set_active_layer(live->image, live->active_before);
  gimp_displays_flush();
}
