/* The names by which GIMP and the parts of this plug-in know it. */
#ifndef IMPASTO_SHIM_PROCEDURE_H
#define IMPASTO_SHIM_PROCEDURE_H

#include "engine.h"
#include "settings.h"

#define PROCEDURE "plug-in-impasto"
#define REPLAY_PROCEDURE "plug-in-impasto-replay"
#define PLUG_IN_ROLE "gimp-impasto"

/* Paints without a dialog, GIMP's progress bar showing how far it is; the new layer, or API_NONE and a sentence. */
ApiLayer paint_without_dialog(const Engine *engine, ApiImage image, ApiItem layer, const Settings *settings,
                              GError **error);

/* The settings of the last painting of the dialog in this session, without a style if its layer is gone, or NULL; and
 * keeping them. */
Settings *last_settings(void);
void keep_last_settings(const Settings *settings);

#endif
