#include "snapshot.h"

ApiLayer snapshot_of_layer(ApiImage image, ApiLayer layer) {
  return gimp_layer_new_from_drawable(layer, image);
}

ApiItem snapshot_of_selection(ApiImage image) {
  return gimp_channel_copy(gimp_image_get_selection(image));
}

void snapshot_clear(ApiImage image, ApiItem *snapshot) {
  if (*snapshot != API_NONE && gimp_image_is_valid(image)) gimp_item_delete(*snapshot);
  *snapshot = API_NONE;
}
