/* The new layer, which shows the painting while it is being made.
 *
 * Its pixels are written straight into it, without undo steps, so that what was shown last stays in the image even if
 * GIMP ends this process. How it enters the image's history depends on who can end the painting:
 *
 * - LIVE_LAYER_LASTING: it is one undo step from the moment it appears. For paintings without a dialog, which only GIMP
 *   can end, by killing the process: undoing then removes what is left.
 * - LIVE_LAYER_TRIAL: it appears outside the history, and becomes one undo step when it is kept; discarding it leaves
 *   image and history exactly as they were. For paintings with a dialog. */
#ifndef IMPASTO_SHIM_LIVE_LAYER_H
#define IMPASTO_SHIM_LIVE_LAYER_H

#include "colour.h"
#include "region.h"

typedef enum { LIVE_LAYER_LASTING, LIVE_LAYER_TRIAL } LiveLayerHistory;

typedef struct LiveLayer LiveLayer;

/* Makes a layer for the region of `source`, not yet in the image; `alpha`: whether it has any. */
LiveLayer *live_layer_new(ApiImage image, ApiLayer source, const Region *region, const char *name, gboolean alpha,
                          LiveLayerHistory history, GError **error);
void live_layer_free(LiveLayer *live);

/* The layer, to be written into. */
ApiLayer live_layer_id(const LiveLayer *live);

/* Puts it above its source. FALSE and a sentence if that cannot be done (any more). */
gboolean live_layer_insert(LiveLayer *live, GError **error);

/* Whether it is still in an image of the mode it was made for: GIMP ends a plug-in that writes to a layer which the
 * user has deleted meanwhile. */
gboolean live_layer_alive(const LiveLayer *live);

/* Shows what was written since the last time. */
void live_layer_show(const LiveLayer *live);

/* Keeps it, one undo step; gives the layer that now is in the image. */
ApiLayer live_layer_keep(LiveLayer *live);

/* Takes it out again. */
void live_layer_discard(LiveLayer *live);

#endif
