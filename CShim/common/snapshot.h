/* A layer, or the selection, as it is at one moment: a copy that GIMP keeps beside the image, for this process alone.
 * GIMP ends a plug-in that asks for pixels which are gone, and the user may crop, undo or close at any moment; of the
 * copy nothing goes. It shares its pixels with what it was made of, and so takes hardly any memory while that is there,
 * unless it is of a layer group, whose layers are put together anew. */
#ifndef IMPASTO_SHIM_SNAPSHOT_H
#define IMPASTO_SHIM_SNAPSHOT_H

#include "gimp-api.h"

/* Of a layer, with its mask; or of the selection. API_NONE if it is not there any more. */
ApiLayer snapshot_of_layer(ApiImage image, ApiLayer layer);
ApiItem snapshot_of_selection(ApiImage image);

/* Lets it go, and makes it API_NONE. Once the image is closed it stays as long as GIMP, which would look for the image
 * to delete it. */
void snapshot_clear(ApiImage image, ApiItem *snapshot);

#endif
