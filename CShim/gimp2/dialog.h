/* The dialog: what to paint with, and the painting going on. */
#ifndef IMPASTO_SHIM_DIALOG_H
#define IMPASTO_SHIM_DIALOG_H

#include "engine.h"
#include "gimp-api.h"

/* Lets the user choose and paint. The new layer; API_NONE without an error: closed without one. */
ApiLayer paint_with_dialog(const Engine *engine, ApiImage image, ApiItem layer, GError **error);

#endif
