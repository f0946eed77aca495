/* The new layer, which shows the painting while it is being made.
 *
 * It is one undo step from the moment it appears. Its pixels are written straight into it, without undo steps, so that
 * what was shown last stays in the image even if GIMP ends this process, and undoing takes that away.
 *
 * Discarding it is an undo step of its own, for GIMP 2.10 lets no plug-in take a step back. Nor can the layer come and
 * go behind the history's back (gimp_image_undo_freeze): GIMP's history names the layers that it knows without owning
 * them, so that a step which the user makes meanwhile would name a layer that is freed; undoing what came before it
 * (a change of the image's mode, say) would pass it over; and the count by which GIMP knows an image that is as it was
 * saved would be wrong ever after. */
#ifndef IMPASTO_SHIM_LIVE_LAYER_H
#define IMPASTO_SHIM_LIVE_LAYER_H

#include "colour.h"
#include "region.h"

typedef struct LiveLayer LiveLayer;

/* Makes a layer for the region of `source`, not yet in the image; `alpha`: whether it has any. */
LiveLayer *live_layer_new(ApiImage image, ApiLayer source, const Region *region, const char *name, gboolean alpha,
                          GError **error);
void live_layer_free(LiveLayer *live);

/* The layer, to be written into. */
ApiLayer live_layer_id(const LiveLayer *live);

/* Lets a layer whose region has a mask show as much of each pixel as those values say, strip by strip, before it is
 * inserted; FALSE when there is nothing more to do. */
gboolean live_layer_mask_step(LiveLayer *live, const float *values);

/* Puts it above its source, or above the group around that in which nobody may paint. FALSE and a sentence if GIMP
 * cannot do that. */
gboolean live_layer_insert(LiveLayer *live, GError **error);

/* Whether it is in the image: the user may have undone or deleted it meanwhile. */
gboolean live_layer_attached(const LiveLayer *live);

/* Whether it may be written to: it is in the image, of the size and mode it was made for, and neither it nor a group
 * around it is locked. GIMP ends a plug-in that writes to a layer which is locked or not in an image. */
gboolean live_layer_writable(const LiveLayer *live);

/* Shows what was written since the last time. */
void live_layer_show(const LiveLayer *live);

/* Takes it out again, if it is still there, and makes the layer active that was before. */
void live_layer_discard(const LiveLayer *live);

#endif
