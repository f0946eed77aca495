/* The procedure plug-in-impasto-replay: painting a layer as another one was painted. */
#ifndef IMPASTO_SHIM_REPLAY_H
#define IMPASTO_SHIM_REPLAY_H

#include "engine.h"
#include "gimp-api.h"

/* Finds the layer whose settings to take: the last one, or the user's choice in a small dialog. FALSE with an error, or
 * without one if the user changed his mind. */
gboolean replay_choose_layer(GimpRunMode mode, ApiItem layer, ApiItem *settings_layer, GError **error);

/* Remembers the layer, for the last one. */
void replay_keep_layer(ApiItem settings_layer);

/* Paints `layer` by the settings on `settings_layer`; the new layer, or API_NONE and a sentence. */
ApiLayer replay(const Engine *engine, ApiImage image, ApiItem layer, ApiItem settings_layer, GError **error);

#endif
