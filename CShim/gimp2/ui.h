/* What the dialogs have in common. */
#ifndef IMPASTO_SHIM_UI_H
#define IMPASTO_SHIM_UI_H

#include <glib.h>

/* Before a dialog is made; FALSE and a sentence if there is no display to show it on. */
gboolean ui_init(GError **error);

/* Whether that has been done. */
gboolean ui_is_there(void);

#endif
