#include "dialog.h"

#include <gegl.h>
#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "controls.h"
#include "load-file.h"
#include "painting.h"
#include "procedure.h"
#include "progress.h"
#include "subject.h"
#include "ui.h"
#include "words.h"

enum { RESPONSE_RESET = 1, RESPONSE_STOP };

/* How often the painting is stepped: its steps are shorter than this. */
#define STEP_EVERY 60

/* How often it is asked whether GIMP has opened a file. */
#define LOOK_EVERY 20

#define BAR_WIDTH 380

typedef struct Dialog {
  const Engine *engine;
  ApiImage image;
  ApiItem layer;
  Settings *settings;
  GtkWidget *window, *controls, *bar, *progress_box;
  Painting *painting; /* while one is going on */
  guint stepping;
  guint looking;      /* until GIMP can be asked what there is to paint */
  gint response;      /* to be given then, or GTK_RESPONSE_NONE */
  gboolean closing;   /* once the painting has ended */
  ApiLayer result;
  GError *error;
} Dialog;

static GtkWidget *button(const Dialog *dialog, gint response) {
  return gtk_dialog_get_widget_for_response(GTK_DIALOG(dialog->window), response);
}

/* Shows either the settings, or the painting going on: then the dialog is small, and the canvas can be watched. */
static void set_painting(Dialog *dialog, gboolean painting) {
  gtk_widget_set_visible(dialog->controls, !painting);
  gtk_widget_set_visible(button(dialog, GTK_RESPONSE_OK), !painting);
  gtk_widget_set_visible(button(dialog, RESPONSE_RESET), !painting);
  gtk_widget_set_visible(button(dialog, RESPONSE_STOP), painting);
  gtk_widget_set_visible(dialog->progress_box, painting);
  gtk_widget_set_sensitive(button(dialog, RESPONSE_STOP), painting);
  gtk_widget_set_sensitive(button(dialog, GTK_RESPONSE_CANCEL), TRUE);
  gtk_dialog_set_default_response(GTK_DIALOG(dialog->window), painting ? RESPONSE_STOP : GTK_RESPONSE_OK);
}

static void show_words(Dialog *dialog, const char *words) {
  gtk_progress_bar_set_text(GTK_PROGRESS_BAR(dialog->bar), words);
}

static void show_progress(Dialog *dialog) {
  const impasto_status *status = painting_status(dialog->painting);
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(dialog->bar), CLAMP(status->fraction, 0, 1));
  progress_show(status);
  if (gtk_widget_get_sensitive(button(dialog, RESPONSE_STOP))) {
    g_autofree char *words = words_progress(status);
    show_words(dialog, words);
  }
}

/* How much there is to paint, by what GIMP can say of it at once; FALSE and a sentence if there is nothing. What only
 * pixels tell is left to the painting: the user may change the image at any moment, and GIMP ends a plug-in that reads
 * pixels which have gone meanwhile. */
static gboolean measure(ApiImage image, ApiItem layer, Extent *extent, GError **error) {
  GeglRectangle area;
  if (!subject_possible(image, layer, error) || !region_bounds(layer, &area, error)) return FALSE;
  *extent = (Extent){area.width, area.height, gimp_drawable_has_alpha(layer),
                     !gimp_selection_is_empty(image) || region_layer_mask(layer) != API_NONE};
  return TRUE;
}

static gboolean look(gpointer data) {
  Dialog *dialog = data;
  g_autoptr(GError) error = NULL;
  Extent extent;

  if (file_is_loading()) return G_SOURCE_CONTINUE;
  dialog->looking = 0;
  if (dialog->painting != NULL) {
    /* There is nothing to be seen of the controls. */
  } else if (measure(dialog->image, dialog->layer, &extent, &error)) {
    controls_set_extent(dialog->controls, &extent);
  } else {
    controls_refuse(dialog->controls, error->message);
    if (dialog->response == GTK_RESPONSE_OK) dialog->response = GTK_RESPONSE_NONE;
  }
  gint response = dialog->response;
  dialog->response = GTK_RESPONSE_NONE;
  if (response != GTK_RESPONSE_NONE) gtk_dialog_response(GTK_DIALOG(dialog->window), response);
  return G_SOURCE_REMOVE;
}

static void look_away(Dialog *dialog) {
  if (dialog->looking != 0) g_source_remove(dialog->looking);
  dialog->looking = 0;
}

/* Looks at what there is to paint now: the user may have selected something else, or closed the image. */
static void look_again(Dialog *dialog) {
  look_away(dialog);
  if (look(dialog)) dialog->looking = g_timeout_add(LOOK_EVERY, look, dialog);
}

static gboolean window_entered(GtkWidget *window, GdkEventFocus *event, Dialog *dialog) {
  (void) window;
  (void) event;
  if (dialog->painting == NULL) look_again(dialog);
  return FALSE;
}

/* The painting has ended: closes the dialog if it is to be kept or failed, or its image has been closed, and else lets
 * the user change something. */
static void end_painting(Dialog *dialog, PaintingState state) {
  progress_end();
  dialog->stepping = 0;
  if (state == PAINTING_KEPT) {
    dialog->result = painting_layer(dialog->painting);
    keep_last_settings(dialog->settings);
  }
  gboolean open = gimp_image_is_valid(dialog->image); /* who has closed it knows why nothing is painted */
  if (state == PAINTING_FAILED && open) dialog->error = g_error_copy(painting_error(dialog->painting));
  g_clear_pointer(&dialog->painting, painting_free);

  if (state == PAINTING_DROPPED && open && !dialog->closing) {
    set_painting(dialog, FALSE);
    look_again(dialog);
  } else {
    gtk_main_quit();
  }
}

static gboolean step(gpointer data) {
  Dialog *dialog = data;
  PaintingState state = painting_step(dialog->painting);
  if (state < PAINTING_KEPT) {
    show_progress(dialog);
    return G_SOURCE_CONTINUE;
  }
  end_painting(dialog, state);
  return G_SOURCE_REMOVE;
}

static void begin_painting(Dialog *dialog) {
  look_away(dialog);
  dialog->painting = painting_new(dialog->engine, dialog->image, dialog->layer, dialog->settings, &dialog->error);
  if (dialog->painting == NULL) {
    gtk_main_quit();
    return;
  }
  set_painting(dialog, TRUE);
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(dialog->bar), 0);
  show_words(dialog, _("Looking at the pictures…"));
  progress_begin();
  dialog->stepping = g_timeout_add(STEP_EVERY, step, dialog);
}

static void stop_painting(Dialog *dialog, gboolean keep) {
  gtk_widget_set_sensitive(button(dialog, RESPONSE_STOP), FALSE);
  gtk_widget_set_sensitive(button(dialog, GTK_RESPONSE_CANCEL), keep);
  show_words(dialog, keep ? _("Finishing the last stroke…") : _("Stopping…"));
  painting_stop(dialog->painting, keep);
}

static void respond(GtkDialog *window, gint response, Dialog *dialog) {
  (void) window;
  /* A key presses a button that is let go a quarter of a second later; by then GIMP may be opening a file. */
  if (file_is_loading()) {
    dialog->response = response;
    look_again(dialog);
    return;
  }
  switch (response) {
    case GTK_RESPONSE_OK:
      if (dialog->painting == NULL) begin_painting(dialog);
      break;
    case RESPONSE_RESET:
      controls_reset(dialog->controls);
      break;
    case RESPONSE_STOP:
      stop_painting(dialog, TRUE);
      break;
    case GTK_RESPONSE_HELP:
      gimp_standard_help_func(PROCEDURE, NULL);
      break;
    default: /* Cancel; and the window's own close button, which also closes the dialog */
      dialog->closing |= response == GTK_RESPONSE_DELETE_EVENT;
      if (dialog->painting != NULL) {
        stop_painting(dialog, FALSE);
      } else {
        gtk_main_quit();
      }
      break;
  }
}

static GtkWidget *progress_new(Dialog *dialog) {
  GtkWidget *box = gtk_vbox_new(FALSE, 6);
  dialog->bar = gtk_progress_bar_new();
  gtk_widget_set_size_request(dialog->bar, BAR_WIDTH, 24);
  gtk_box_pack_start(GTK_BOX(box), dialog->bar, FALSE, FALSE, 0);
  gtk_widget_show(dialog->bar);
  return box;
}

static void can_paint(gboolean possible, gpointer data) {
  Dialog *dialog = data;
  GtkWidget *paint = button(dialog, GTK_RESPONSE_OK);
  gboolean revived = possible && !gtk_widget_get_sensitive(paint) && gtk_widget_get_visible(paint);
  gtk_widget_set_sensitive(paint, possible);
  if (!revived) return;
  /* GTK 2 has a button that becomes sensitive under the pointer ignore clicks until it has been left and entered. */
  gtk_widget_hide(paint);
  gtk_widget_show(paint);
  gtk_dialog_set_default_response(GTK_DIALOG(dialog->window), GTK_RESPONSE_OK);
}

static void build(Dialog *dialog, const Extent *extent) {
  dialog->window = gimp_dialog_new(_("Neural Style (Impasto)"), PLUG_IN_ROLE, NULL, 0, gimp_standard_help_func,
                                   PROCEDURE, _("_Reset"), RESPONSE_RESET, GTK_STOCK_CANCEL, GTK_RESPONSE_CANCEL,
                                   _("_Stop and Keep"), RESPONSE_STOP, _("_Paint"), GTK_RESPONSE_OK, NULL);
  gtk_dialog_set_alternative_button_order(GTK_DIALOG(dialog->window), GTK_RESPONSE_OK, RESPONSE_STOP, RESPONSE_RESET,
                                          GTK_RESPONSE_CANCEL, -1);
  gtk_window_set_resizable(GTK_WINDOW(dialog->window), FALSE);
  gimp_window_set_transient(GTK_WINDOW(dialog->window));

  GtkBox *content = GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(dialog->window)));
  dialog->controls = controls_new(dialog->engine, dialog->layer, extent, dialog->settings, can_paint, dialog);
  dialog->progress_box = progress_new(dialog);
  gtk_container_set_border_width(GTK_CONTAINER(dialog->controls), 12);
  gtk_container_set_border_width(GTK_CONTAINER(dialog->progress_box), 12);
  gtk_box_pack_start(content, dialog->controls, TRUE, TRUE, 0);
  gtk_box_pack_start(content, dialog->progress_box, FALSE, FALSE, 0);
  gtk_widget_show(dialog->controls);
  set_painting(dialog, FALSE);
  g_signal_connect(dialog->window, "response", G_CALLBACK(respond), dialog);
  g_signal_connect(dialog->window, "delete-event", G_CALLBACK(gtk_true), NULL);
  g_signal_connect(dialog->window, "focus-in-event", G_CALLBACK(window_entered), dialog);
}

ApiLayer paint_with_dialog(const Engine *engine, ApiImage image, ApiItem layer, GError **error) {
  Extent extent;
  if (!measure(image, layer, &extent, error)) return API_NONE;

  if (!ui_init(error)) return API_NONE;
  Dialog dialog = {.engine = engine, .image = image, .layer = layer, .result = API_NONE,
                   .response = GTK_RESPONSE_NONE};
  dialog.settings = last_settings();
  if (dialog.settings == NULL) dialog.settings = settings_new();
  build(&dialog, &extent);
  gtk_widget_show(dialog.window);
  gtk_main();

  look_away(&dialog);
  gtk_widget_destroy(dialog.window);
  settings_free(dialog.settings);
  if (dialog.error != NULL) g_propagate_error(error, dialog.error);
  return dialog.result;
}
