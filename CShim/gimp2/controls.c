#include "controls.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>
#include <string.h>

#include "cost-label.h"
#include "style-chooser.h"
#include "styles.h"

#define SCALE_WIDTH 260
#define SCALE_DIGITS 6

/* The recipes by the names that the engine knows them by. */
static const struct {
  const char *name, *label;
} recipes[] = {
    {"impasto", N_("Impasto, our own")},
    {"gatys", N_("Gatys: the original, in its authors' code")},
    {"johnson", N_("Johnson: with smoothing")},
    {"keras", N_("Keras: the example, with smoothing")},
    {"eager", N_("TensorFlow: the tutorial")},
};

typedef struct Controls {
  Settings *settings;
  Extent extent;
  char *refusal; /* why there is nothing to paint, or NULL */
  void (*can_paint)(gboolean possible, gpointer data);
  gpointer data;
  GtkObject *strength, *brush_size, *working_size;
  GtkWidget *style, *keep_colors, *full_size, *recipe, *go_on, *cost;
  gboolean updating; /* widgets are being set, not used */
} Controls;

/* The settings have changed. */
static void changed(gpointer data) {
  Controls *controls = data;
  const Settings *settings = controls->settings;
  gboolean has_style = settings->style_file[0] != '\0' || api_is_layer(settings->style_layer);
  if (controls->refusal != NULL) {
    cost_label_say(controls->cost, controls->refusal);
  } else {
    cost_label_update(controls->cost, &controls->extent, settings);
  }
  controls->can_paint(has_style && controls->refusal == NULL, controls->data);
}

static gint long_side(const Controls *controls) {
  return MAX(controls->extent.width, controls->extent.height);
}

static gdouble largest_working_size(const Controls *controls) {
  return CLAMP(long_side(controls), IMPASTO_WORKING_SIZE_MIN + 1, IMPASTO_WORKING_SIZE_MAX);
}

static gdouble smallest_working_size(const Controls *controls) {
  return MIN(64, largest_working_size(controls) - 1);
}

/* The working size that the widgets say. A slider that ends at the layer's size neither shows a larger one nor changes it. */
static gint working_size(const Controls *controls) {
  gint shown = (gint) gtk_adjustment_get_value(GTK_ADJUSTMENT(controls->working_size));
  if (gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(controls->full_size))) return 0;
  return shown >= long_side(controls) ? MAX(shown, controls->settings->working_size) : shown;
}

/* Takes over what the widgets say. */
static void take(Controls *controls) {
  Settings *settings = controls->settings;
  if (controls->updating) return;

  settings->strength = gtk_adjustment_get_value(GTK_ADJUSTMENT(controls->strength));
  settings->brush_size = gtk_adjustment_get_value(GTK_ADJUSTMENT(controls->brush_size));
  settings->working_size = working_size(controls);
  settings->keep_colors = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(controls->keep_colors));
  settings->go_on = controls->go_on != NULL && gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(controls->go_on));
  gint recipe = MAX(0, gtk_combo_box_get_active(GTK_COMBO_BOX(controls->recipe)));
  g_free(settings->recipe);
  settings->recipe = g_strdup(recipes[recipe].name);
  gimp_scale_entry_set_sensitive(controls->working_size, settings->working_size != 0);
  changed(controls);
}

/* Shows what the settings say. */
static void show(Controls *controls) {
  const Settings *settings = controls->settings;
  gboolean full = settings->working_size == 0;

  controls->updating = TRUE;
  gtk_adjustment_set_value(GTK_ADJUSTMENT(controls->strength), settings->strength);
  gtk_adjustment_set_value(GTK_ADJUSTMENT(controls->brush_size), settings->brush_size);
  if (!full) gtk_adjustment_set_value(GTK_ADJUSTMENT(controls->working_size), settings->working_size);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(controls->full_size), full);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(controls->keep_colors), settings->keep_colors);
  if (controls->go_on != NULL) {
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(controls->go_on), settings->go_on);
  }
  gtk_combo_box_set_active(GTK_COMBO_BOX(controls->recipe), 0);
  for (guint i = 0; i < G_N_ELEMENTS(recipes); i++) {
    if (strcmp(recipes[i].name, settings->recipe) == 0) gtk_combo_box_set_active(GTK_COMBO_BOX(controls->recipe), i);
  }
  gimp_scale_entry_set_sensitive(controls->working_size, !full);
  style_chooser_update(controls->style);
  controls->updating = FALSE;
  changed(controls);
}

static GtkObject *scale(Controls *controls, GtkWidget *table, gint row, const char *label, gdouble low, gdouble high,
                        gdouble value, gdouble step, const char *tip) {
  GtkObject *adjustment = gimp_scale_entry_new(GTK_TABLE(table), 0, row, label, SCALE_WIDTH, SCALE_DIGITS, value, low,
                                               high, step, step * 10, 0, TRUE, 0, 0, tip, NULL);
  g_signal_connect_swapped(adjustment, "value-changed", G_CALLBACK(take), controls);
  return adjustment;
}

static GtkWidget *check(Controls *controls, const char *label, const char *tip) {
  GtkWidget *button = gtk_check_button_new_with_mnemonic(label);
  gimp_help_set_help_data(button, tip, NULL);
  g_signal_connect_swapped(button, "toggled", G_CALLBACK(take), controls);
  return button;
}

static GtkWidget *sliders(Controls *controls) {
  GtkWidget *table = gtk_table_new(5, 3, FALSE);
  gtk_table_set_col_spacings(GTK_TABLE(table), 6);
  gtk_table_set_row_spacings(GTK_TABLE(table), 6);

  controls->strength = scale(controls, table, 0, _("_Strength:"), IMPASTO_STRENGTH_MIN, IMPASTO_STRENGTH_MAX,
                             IMPASTO_STRENGTH_DEFAULT, 1, _("From the photograph, on the left, to the painting"));
  controls->brush_size = scale(controls, table, 1, _("_Brush size (%):"), IMPASTO_BRUSH_SIZE_MIN,
                               IMPASTO_BRUSH_SIZE_MAX, IMPASTO_BRUSH_SIZE_DEFAULT, 1,
                               _("Size of the strokes: 100 is as in the painting, were it as large as the layer"));
  gimp_scale_entry_set_logarithmic(controls->brush_size, TRUE);
  gdouble largest = largest_working_size(controls);
  controls->working_size = scale(controls, table, 2, _("_Working size (pixels):"), smallest_working_size(controls),
                                 largest, MIN(IMPASTO_WORKING_SIZE_DEFAULT, largest), 16,
                                 _("Long side, in pixels, of what is painted; it is brought to the layer's size "
                                   "afterwards. Smaller is quicker, with larger strokes"));
  controls->full_size = check(controls, _("The layer's own si_ze"), _("Paint every pixel of the layer"));
  gtk_table_attach(GTK_TABLE(table), controls->full_size, 1, 3, 3, 4, GTK_FILL, GTK_FILL, 0, 0);
  controls->keep_colors = check(controls, _("_Keep the colours of the photograph"),
                                _("Take the strokes of the style, but not its colours"));
  gtk_table_attach(GTK_TABLE(table), controls->keep_colors, 1, 3, 4, 5, GTK_FILL, GTK_FILL, 0, 0);
  return table;
}

static GtkWidget *advanced(Controls *controls) {
  GtkWidget *expander = gtk_expander_new_with_mnemonic(_("_Advanced")), *table = gtk_table_new(2, 1, FALSE);

  controls->recipe = gtk_combo_box_text_new();
  for (guint i = 0; i < G_N_ELEMENTS(recipes); i++) {
    gtk_combo_box_text_append_text(GTK_COMBO_BOX_TEXT(controls->recipe), gettext(recipes[i].label));
  }
  gtk_table_set_col_spacings(GTK_TABLE(table), 6);
  gtk_container_set_border_width(GTK_CONTAINER(table), 6);
  gimp_table_attach_aligned(GTK_TABLE(table), 0, 0, _("Rec_ipe:"), 0, 0.5, controls->recipe, 1, TRUE);
  gimp_help_set_help_data(controls->recipe, _("What the painting is measured by; see the help"), NULL);
  g_signal_connect_swapped(controls->recipe, "changed", G_CALLBACK(take), controls);
  gtk_container_add(GTK_CONTAINER(expander), table);
  return expander;
}

/* The offer to go on with a painting, if `layer` is one whose photograph is still there. */
static GtkWidget *continuation(Controls *controls, ApiItem layer) {
  ApiLayer photograph = settings_photograph(layer);
  if (photograph == API_NONE || photograph == layer) return NULL;
  g_autofree char *name = gimp_item_get_name(photograph);
  g_autofree char *label = g_strdup_printf(_("C_ontinue this painting of “%s”"), name);
  return check(controls, label, _("Start from what this layer shows already, instead of painting it as if it were a "
                                  "photograph"));
}

/* Without a style that is still there, the first painting of the gallery is chosen. */
static void choose_some_style(Settings *settings) {
  g_autofree char *path = settings->style_file[0] != '\0' ? styles_path(settings->style_file, NULL) : NULL;
  g_autoptr(GPtrArray) gallery = styles_gallery();
  if (path != NULL || api_is_layer(settings->style_layer) || gallery->len == 0) return;
  g_free(settings->style_file);
  settings->style_file = g_strdup(((GalleryStyle *) gallery->pdata[0])->name);
}

static void controls_free(gpointer data) {
  Controls *controls = data;
  g_free(controls->refusal);
  g_free(controls);
}

GtkWidget *controls_new(const Engine *engine, ApiItem layer, const Extent *extent, Settings *settings,
                        void (*can_paint)(gboolean possible, gpointer data), gpointer data) {
  Controls *controls = g_new0(Controls, 1);
  GtkWidget *box = gtk_vbox_new(FALSE, 12);
  controls->settings = settings;
  controls->extent = *extent;
  controls->can_paint = can_paint;
  controls->data = data;
  controls->updating = TRUE;
  choose_some_style(settings);

  controls->style = style_chooser_new(settings, changed, controls);
  controls->go_on = continuation(controls, layer);
  if (controls->go_on == NULL) settings->go_on = FALSE;
  controls->cost = cost_label_new(engine);
  gtk_box_pack_start(GTK_BOX(box), controls->style, FALSE, FALSE, 0);
  if (controls->go_on != NULL) gtk_box_pack_start(GTK_BOX(box), controls->go_on, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), sliders(controls), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), controls->cost, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), advanced(controls), FALSE, FALSE, 0);
  gtk_widget_show_all(box);
  g_object_set_data_full(G_OBJECT(box), "controls", controls, controls_free);
  show(controls);
  return box;
}

static Controls *controls_of(GtkWidget *widget) {
  return g_object_get_data(G_OBJECT(widget), "controls");
}

void controls_set_extent(GtkWidget *widget, const Extent *extent) {
  Controls *controls = controls_of(widget);
  const Extent *known = &controls->extent;
  gint before = long_side(controls);
  if (controls->refusal == NULL && extent->width == known->width && extent->height == known->height &&
      extent->has_alpha == known->has_alpha && extent->has_mask == known->has_mask) {
    return;
  }
  controls->extent = *extent;
  g_clear_pointer(&controls->refusal, g_free);
  if (long_side(controls) != before) {
    gint size = controls->settings->working_size;
    controls->updating = TRUE;
    g_object_set(controls->working_size, "lower", smallest_working_size(controls), "upper",
                 largest_working_size(controls), NULL);
    if (size != 0) gtk_adjustment_set_value(GTK_ADJUSTMENT(controls->working_size), size);
    controls->updating = FALSE;
  }
  changed(controls);
}

void controls_refuse(GtkWidget *widget, const char *sentence) {
  Controls *controls = controls_of(widget);
  g_free(controls->refusal);
  controls->refusal = g_strdup(sentence);
  changed(controls);
}

void controls_reset(GtkWidget *widget) {
  Controls *controls = controls_of(widget);
  g_autoptr(Settings) defaults = settings_new();
  g_free(defaults->style_file);
  defaults->style_file = g_strdup(controls->settings->style_file);
  defaults->style_layer = controls->settings->style_layer;
  settings_assign(controls->settings, defaults);
  show(controls);
}
