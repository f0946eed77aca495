#include "live-layer.h"

#include <glib/gi18n.h>

#include "error.h"

struct LiveLayer {
  ApiImage image;
  ApiLayer source, layer;
  LiveLayerHistory history;
  GimpImageBaseType base_type;
  GimpPrecision precision;
  ApiLayer active_before;
  gboolean clean_before; /* the image had no unsaved changes */
  gboolean inserted;
};

static gboolean fail(GError **error) {
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("GIMP could not add the new layer: %s"),
              gimp_get_pdb_error());
  return FALSE;
}

/* Lets the layer show as much of each pixel as the region says. */
static gboolean add_mask(ApiLayer layer, const Region *region) {
  ApiItem mask = gimp_layer_create_mask(layer, GIMP_ADD_MASK_WHITE);
  if (mask == API_NONE || !gimp_layer_add_mask(layer, mask)) return FALSE;

  GeglBuffer *buffer = gimp_drawable_get_buffer(mask);
  GeglRectangle all = {0, 0, region->area.width, region->area.height};
  gegl_buffer_set(buffer, &all, 0, babl_format("Y float"), region->mask, GEGL_AUTO_ROWSTRIDE);
  g_object_unref(buffer);
  gimp_layer_set_edit_mask(layer, FALSE);
  return TRUE;
}

LiveLayer *live_layer_new(ApiImage image, ApiLayer source, const Region *region, const char *name, gboolean alpha,
                          LiveLayerHistory history, GError **error) {
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
  if (region->mask != NULL && !add_mask(layer, region)) {
    gimp_item_delete(layer);
    fail(error);
    return NULL;
  }

  LiveLayer *live = g_new0(LiveLayer, 1);
  live->image = image;
  live->source = source;
  live->layer = layer;
  live->history = history;
  live->base_type = api_base_type(image);
  live->precision = gimp_image_get_precision(image);
  return live;
}

void live_layer_free(LiveLayer *live) {
  if (live == NULL) return;
  if (!live->inserted && gimp_item_is_valid(live->layer)) gimp_item_delete(live->layer);
  g_free(live);
}

ApiLayer live_layer_id(const LiveLayer *live) {
  return live->layer;
}

gboolean live_layer_insert(LiveLayer *live, GError **error) {
  if (!gimp_image_is_valid(live->image) || !gimp_item_is_valid(live->source)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("The layer that was to be painted is gone."));
    return FALSE;
  }
  ApiItem parent = gimp_item_get_parent(live->source);
  gint position = gimp_image_get_item_position(live->image, live->source);
  live->active_before = api_active_layer(live->image);
  live->clean_before = !gimp_image_is_dirty(live->image);

  if (live->history == LIVE_LAYER_TRIAL) gimp_image_undo_freeze(live->image);
  live->inserted = gimp_image_insert_layer(live->image, live->layer, parent, position);
  if (live->history == LIVE_LAYER_TRIAL) {
    gimp_image_undo_thaw(live->image);
    if (live->clean_before) gimp_image_clean_all(live->image);
  }
  if (!live->inserted) return fail(error);
  live_layer_show(live);
  return TRUE;
}

/* Whether it is in the image still. */
static gboolean attached(const LiveLayer *live) {
  return gimp_image_is_valid(live->image) && gimp_item_is_valid(live->layer) &&
         gimp_image_get_item_position(live->image, live->layer) >= 0;
}

gboolean live_layer_alive(const LiveLayer *live) {
  return attached(live) && api_base_type(live->image) == live->base_type &&
         gimp_image_get_precision(live->image) == live->precision;
}

void live_layer_show(const LiveLayer *live) {
  gint width, height;
  api_size(live->layer, &width, &height);
  gimp_drawable_update(live->layer, 0, 0, width, height);
  gimp_displays_flush();
}

/* Takes the layer out without leaving a trace in the history. */
static void remove_unseen(const LiveLayer *live) {
  gboolean clean = live->clean_before && !gimp_image_is_dirty(live->image);

  gimp_image_undo_freeze(live->image);
  gimp_image_remove_layer(live->image, live->layer);
  gimp_image_undo_thaw(live->image);
  if (clean) gimp_image_clean_all(live->image);
}

ApiLayer live_layer_keep(LiveLayer *live) {
  if (live->history == LIVE_LAYER_TRIAL) {
    /* A copy shares its tiles with the original, and carries whatever the user did to that meanwhile. */
    ApiItem parent = gimp_item_get_parent(live->layer);
    gint position = gimp_image_get_item_position(live->image, live->layer);
    gboolean active = api_active_layer(live->image) == live->layer;
    ApiLayer active_layer = api_active_layer(live->image);
    g_autofree char *name = gimp_item_get_name(live->layer);
    ApiLayer kept = gimp_layer_copy(live->layer);

    remove_unseen(live);
    gimp_item_set_name(kept, name);
    gimp_image_undo_group_start(live->image);
    gimp_image_insert_layer(live->image, kept, parent, position);
    gimp_image_undo_group_end(live->image);
    if (!active && gimp_item_is_valid(active_layer)) api_set_active_layer(live->image, active_layer);
    live->layer = kept;
  }
  gimp_displays_flush();
  return live->layer;
}

void live_layer_discard(LiveLayer *live) {
  if (!attached(live)) return;
  gboolean active = api_active_layer(live->image) == live->layer;

  if (live->history == LIVE_LAYER_TRIAL) {
    remove_unseen(live);
  } else {
    gimp_image_remove_layer(live->image, live->layer);
  }
  if (active && gimp_item_is_valid(live->active_before)) api_set_active_layer(live->image, live->active_before);
  gimp_displays_flush();
}
