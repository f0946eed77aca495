#include "ui.h"

#include <gegl.h>
#include <glib/gi18n.h>
#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

#include "error.h"

static gboolean is_there;

gboolean ui_init(GError **error) {
  /* gimp_ui_init ends the process where there is no display. A GIMP that shows itself on one names it; else it may be
   * that there is one all the same. */
  const char *display = gimp_display_name();
  if ((display == NULL || display[0] == '\0') && !gtk_init_check(NULL, NULL)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_CALLING,
                _("There is no display to show a dialog on: call the procedure with RUN-NONINTERACTIVE (1)."));
    return FALSE;
  }
  gimp_ui_init("impasto", TRUE);
  is_there = TRUE;
  return TRUE;
}

gboolean ui_is_there(void) {
  return is_there;
}
