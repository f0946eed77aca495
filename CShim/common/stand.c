#include "stand.h"

#include "region.h"

Stand stand_of(ApiLayer layer) {
  ApiImage image = gimp_item_get_image(layer);
  Stand stand = {.image = image, .format = gimp_drawable_get_format(layer), .mask = region_layer_mask(layer)};
  stand.image_width = gimp_image_width(image);
  stand.image_height = gimp_image_height(image);
  api_offsets(layer, &stand.x, &stand.y);
  api_size(layer, &stand.width, &stand.height);
  return stand;
}

gboolean stands(ApiLayer layer, const Stand *before) {
  Stand now = stand_of(layer);
  return now.image == before->image && now.image_width == before->image_width &&
         now.image_height == before->image_height && now.x == before->x && now.y == before->y &&
         now.width == before->width && now.height == before->height && now.format == before->format &&
         now.mask == before->mask;
}
