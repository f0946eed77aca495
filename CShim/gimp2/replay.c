#include "replay.h"

#include <gegl.h>
#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "error.h"
#include "procedure.h"
#include "settings.h"
#include "ui.h"

static gboolean is_painted(gint32 image, gint32 layer, gpointer data) {
  g_autofree char *json = settings_on_layer(layer);
  (void) image;
  return json != NULL && layer != GPOINTER_TO_INT(data);
}

static gboolean any_painted(ApiItem layer) {
  GtkTreeIter first;
  GtkWidget *combo = g_object_ref_sink(gimp_layer_combo_box_new(is_painted, GINT_TO_POINTER(layer)));
  gint value = API_NONE;
  gboolean any = gtk_tree_model_get_iter_first(gtk_combo_box_get_model(GTK_COMBO_BOX(combo)), &first) &&
                 gimp_int_combo_box_get_active(GIMP_INT_COMBO_BOX(combo), &value) && value != API_NONE;
  g_object_unref(combo);
  return any;
}

static gboolean ask(ApiItem layer, ApiItem *settings_layer) {
  GtkWidget *window = gimp_dialog_new(_("Neural Style Like Another Layer (Impasto)"), PLUG_IN_ROLE, NULL, 0,
                                      gimp_standard_help_func, REPLAY_PROCEDURE, GTK_STOCK_CANCEL, GTK_RESPONSE_CANCEL,
                                      _("_Paint"), GTK_RESPONSE_OK, NULL);
  GtkWidget *box = gtk_vbox_new(FALSE, 12), *combo = gimp_layer_combo_box_new(is_painted, GINT_TO_POINTER(layer));
  GtkWidget *label = gtk_label_new(_("Paint this layer with the style and the settings of:"));

  gtk_dialog_set_alternative_button_order(GTK_DIALOG(window), GTK_RESPONSE_OK, GTK_RESPONSE_CANCEL, -1);
  gtk_dialog_set_default_response(GTK_DIALOG(window), GTK_RESPONSE_OK);
  gtk_window_set_resizable(GTK_WINDOW(window), FALSE);
  gimp_window_set_transient(GTK_WINDOW(window));
  gtk_misc_set_alignment(GTK_MISC(label), 0, 0.5);
  gtk_container_set_border_width(GTK_CONTAINER(box), 12);
  gtk_box_pack_start(GTK_BOX(box), label, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), combo, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window))), box, TRUE, TRUE, 0);
  gtk_widget_show_all(window);

  gboolean chosen = gimp_dialog_run(GIMP_DIALOG(window)) == GTK_RESPONSE_OK &&
                    gimp_int_combo_box_get_active(GIMP_INT_COMBO_BOX(combo), settings_layer);
  gtk_widget_destroy(window);
  return chosen;
}

gboolean replay_choose_layer(GimpRunMode mode, ApiItem layer, ApiItem *settings_layer, GError **error) {
  if (mode == GIMP_RUN_WITH_LAST_VALS) {
    if (gimp_get_data(REPLAY_PROCEDURE, settings_layer) && api_is_layer(*settings_layer)) return TRUE;
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("The layer whose settings were used last is no longer there: choose Filters > Artistic > Neural "
                  "Style Like Another Layer (Impasto)."));
    return FALSE;
  }
  if (!ui_init(error)) return FALSE;
  if (!any_painted(layer)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("No other layer has been painted by Impasto: choose Filters > Artistic > Neural Style (Impasto) "
                  "first."));
    return FALSE;
  }
  return ask(layer, settings_layer);
}

void replay_keep_layer(ApiItem settings_layer) {
  gimp_set_data(REPLAY_PROCEDURE, &settings_layer, sizeof settings_layer);
}

ApiLayer replay(const Engine *engine, ApiImage image, ApiItem layer, ApiItem settings_layer, GError **error) {
  g_autofree char *json = api_is_layer(settings_layer) ? settings_on_layer(settings_layer) : NULL;
  if (json == NULL) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_CALLING,
                _("The settings layer (%d) is not a layer that Impasto painted: it has no parasite “%s”."),
                (gint) settings_layer, SETTINGS_PARASITE);
    return API_NONE;
  }
  g_autoptr(Settings) settings = settings_from_json(json, gimp_item_get_image(settings_layer), error);
  if (settings == NULL) return API_NONE;
  if (!settings_have_style(settings)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("The layer that was the style is no longer there. Choose another style."));
    return API_NONE;
  }
  settings->go_on = FALSE;
  return paint_without_dialog(engine, image, layer, settings, error);
}
