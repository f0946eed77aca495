#include "procedure.h"

#include <gegl.h>
#include <glib/gi18n.h>
#include <string.h>

#include "dialog.h"
#include "error.h"
#include "installation.h"
#include "painting.h"
#include "progress.h"
#include "replay.h"
#include "styles.h"
#include "subject.h"

#define POLL (50 * G_TIME_SPAN_MILLISECOND)

#define AUTHOR "The Impasto developers"
#define COPYRIGHT "GPL-3.0-or-later"
#define DATE "2025"

enum { RUN_MODE, IMAGE, DRAWABLE, STYLE_FILE, STYLE_DRAWABLE, STRENGTH, BRUSH_SIZE, KEEP_COLORS, WORKING_SIZE, SEED,
       ARGUMENTS };
enum { SETTINGS_LAYER = DRAWABLE + 1, REPLAY_ARGUMENTS };

static const GimpParamDef returned[] = {{GIMP_PDB_LAYER, "new-layer", "The layer that was painted"}};

static void install_paint(void) {
  static const GimpParamDef arguments[] = {
      {GIMP_PDB_INT32, "run-mode", "The run mode { RUN-INTERACTIVE (0), RUN-NONINTERACTIVE (1), "
                                   "RUN-WITH-LAST-VALS (2) }"},
      {GIMP_PDB_IMAGE, "image", "The image"},
      {GIMP_PDB_DRAWABLE, "drawable", "The layer to paint"},
      {GIMP_PDB_STRING, "style-file", "Path of an image, or the name of a painting of the gallery, such as "
                                      "\"great-wave\"; \"\" to use style-drawable"},
      {GIMP_PDB_DRAWABLE, "style-drawable", "A layer of any open image as the style, or -1"},
      {GIMP_PDB_FLOAT, "strength", "How far from the photograph towards the style (0 <= strength <= 100, default 50)"},
      {GIMP_PDB_FLOAT, "brush-size", "Size of the strokes in per cent: at 100 the style is brought to the picture's "
                                     "area (25 <= brush-size <= 400, default 100)"},
      {GIMP_PDB_INT32, "keep-colors", "Keep the colours of the photograph { FALSE (0), TRUE (1) }"},
      {GIMP_PDB_INT32, "working-size", "Long side in pixels that the painting is worked out at; 0 = the layer's own "
                                       "size (0 or " G_STRINGIFY(IMPASTO_WORKING_SIZE_MIN) " <= working-size <= "
                                       G_STRINGIFY(IMPASTO_WORKING_SIZE_MAX) ", default "
                                       G_STRINGIFY(IMPASTO_WORKING_SIZE_DEFAULT) ")"},
      {GIMP_PDB_INT32, "seed", "Noted with the settings; no painting that GIMP asks for begins with chance (default 0)"},
  };
  gimp_install_procedure(
      PROCEDURE, N_("Repaint the layer in the style of a painting"),
      "Paints what the layer shows in the manner of a painting, by neural style transfer: the pixels themselves are "
      "worked out, from coarse to fine, through a network that has learnt to see, on this computer alone. What comes "
      "out is a new layer above the old one, named \"Impasto: STYLE\", which grows while it is being worked on. A "
      "selection limits it; soft edges become a layer mask. The layer carries a parasite \"impasto-settings\" that "
      "says how it was made, and plug-in-impasto-replay can paint another layer by it. RGB and grayscale layers of "
      "any precision can be painted; indexed images have to be made RGB first.",
      AUTHOR, COPYRIGHT, DATE, N_("_Neural Style (Impasto)..."), "RGB*, GRAY*", GIMP_PLUGIN, G_N_ELEMENTS(arguments),
      G_N_ELEMENTS(returned), arguments, returned);
  gimp_plugin_menu_register(PROCEDURE, "<Image>/Filters/Artistic");
}

static void install_replay(void) {
  static const GimpParamDef arguments[] = {
      {GIMP_PDB_INT32, "run-mode", "The run mode { RUN-INTERACTIVE (0), RUN-NONINTERACTIVE (1), "
                                   "RUN-WITH-LAST-VALS (2) }"},
      {GIMP_PDB_IMAGE, "image", "The image"},
      {GIMP_PDB_DRAWABLE, "drawable", "The layer to paint"},
      {GIMP_PDB_DRAWABLE, "settings-layer", "A layer that Impasto painted, of any open image"},
  };
  gimp_install_procedure(
      REPLAY_PROCEDURE, N_("Repaint the layer as another layer was painted"),
      "Paints the layer with the style and the settings that another layer was painted with, as that layer's parasite "
      "\"impasto-settings\" tells them. See plug-in-impasto.",
      AUTHOR, COPYRIGHT, DATE, N_("Neural Style _Like Another Layer (Impasto)..."), "RGB*, GRAY*", GIMP_PLUGIN,
      G_N_ELEMENTS(arguments), G_N_ELEMENTS(returned), arguments, returned);
  gimp_plugin_menu_register(REPLAY_PROCEDURE, "<Image>/Filters/Artistic");
}

static void query(void) {
  g_autofree char *locale = installation_path("locale");
  g_autofree char *help = installation_path("help");
  g_autofree char *help_uri = g_filename_to_uri(help, NULL, NULL);

  gimp_plugin_domain_register(GETTEXT_PACKAGE, locale);
  gimp_plugin_help_register("impasto-help", help_uri);
  install_paint();
  install_replay();
}

Settings *last_settings(void) {
  gint size = gimp_get_data_size(PROCEDURE);
  if (size <= 0) return NULL;
  g_autofree char *json = g_malloc0(size + 1);
  return gimp_get_data(PROCEDURE, json) ? settings_from_json(json, API_NONE, NULL) : NULL;
}

void keep_last_settings(const Settings *settings) {
  g_autofree char *json = settings_to_json(settings, API_NONE, API_NONE, NULL);
  gimp_set_data(PROCEDURE, json, strlen(json));
}

ApiLayer paint_without_dialog(const Engine *engine, ApiImage image, ApiItem layer, const Settings *settings,
                              GError **error) {
  g_autoptr(Painting) painting = painting_new(engine, image, layer, settings, error);
  if (painting == NULL) return API_NONE;

  progress_begin();
  PaintingState state;
  while ((state = painting_step(painting)) < PAINTING_KEPT) {
    progress_show(painting_status(painting));
    g_usleep(POLL);
  }
  progress_end();

  if (state == PAINTING_KEPT) return painting_layer(painting);
  if (!gimp_image_is_valid(image)) return API_NONE; /* who has closed it knows why nothing is painted */
  if (state == PAINTING_FAILED) {
    g_propagate_error(error, g_error_copy(painting_error(painting)));
  } else {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("The new layer was deleted while it was being painted."));
  }
  return API_NONE;
}

static gboolean expect(gboolean right, GError **error, const char *sentence) {
  if (!right) g_set_error_literal(error, SHIM_ERROR, SHIM_ERROR_CALLING, sentence);
  return right;
}

static Settings *settings_from_arguments(const GimpParam *param, GError **error) {
  g_autoptr(Settings) settings = settings_new();
  const char *file = param[STYLE_FILE].data.d_string;
  gint keep_colors = param[KEEP_COLORS].data.d_int32;

  g_free(settings->style_file);
  settings->style_file = styles_lasting(file != NULL ? file : "");
  settings->style_layer = param[STYLE_DRAWABLE].data.d_drawable;
  settings->strength = param[STRENGTH].data.d_float;
  settings->brush_size = param[BRUSH_SIZE].data.d_float;
  settings->keep_colors = keep_colors;
  settings->working_size = param[WORKING_SIZE].data.d_int32;
  settings->seed = param[SEED].data.d_int32;
  if (!expect(keep_colors == 0 || keep_colors == 1, error, _("keep-colors must be 0 (FALSE) or 1 (TRUE).")) ||
      !settings_check(settings, error)) {
    return NULL;
  }
  return g_steal_pointer(&settings);
}

/* Runs plug-in-impasto. API_NONE without an error: the user has closed the dialog, or the image. */
static ApiLayer run_paint(GimpRunMode mode, gint count, const GimpParam *param, GError **error) {
  ApiImage image = param[IMAGE].data.d_image;
  ApiItem layer = param[DRAWABLE].data.d_drawable;
  g_autoptr(Settings) settings = NULL;

  if (!subject_possible(image, layer, error)) return API_NONE;
  const Engine *engine = engine_load(error);
  if (engine == NULL) return API_NONE;
  if (mode == GIMP_RUN_INTERACTIVE) return paint_with_dialog(engine, image, layer, error);

  if (mode == GIMP_RUN_NONINTERACTIVE) {
    if (!expect(count == ARGUMENTS, error, _("plug-in-impasto takes ten arguments."))) return API_NONE;
    settings = settings_from_arguments(param, error);
  } else {
    settings = last_settings();
    if (!expect(settings != NULL && settings_have_style(settings), error,
                _("Nothing has been painted with Impasto yet, or its style is gone: choose Filters > Artistic > Neural "
                  "Style (Impasto)."))) {
      return API_NONE;
    }
    /* What was gone on with last time need not be what is painted this time. */
    if (settings_photograph(layer) == API_NONE) settings->go_on = FALSE;
  }
  return settings != NULL ? paint_without_dialog(engine, image, layer, settings, error) : API_NONE;
}

/* Runs plug-in-impasto-replay, likewise. */
static ApiLayer run_replay(GimpRunMode mode, gint count, const GimpParam *param, GError **error) {
  ApiImage image = param[IMAGE].data.d_image;
  ApiItem layer = param[DRAWABLE].data.d_drawable;

  if (!subject_possible(image, layer, error)) return API_NONE;
  const Engine *engine = engine_load(error);
  if (engine == NULL) return API_NONE;
  ApiItem settings_layer = API_NONE;
  if (mode == GIMP_RUN_NONINTERACTIVE) {
    if (!expect(count == REPLAY_ARGUMENTS, error, _("plug-in-impasto-replay takes four arguments."))) return API_NONE;
    settings_layer = param[SETTINGS_LAYER].data.d_drawable;
  } else if (!replay_choose_layer(mode, layer, &settings_layer, error)) {
    return API_NONE;
  }
  ApiLayer painted = replay(engine, image, layer, settings_layer, error);
  if (painted != API_NONE && mode == GIMP_RUN_INTERACTIVE) replay_keep_layer(settings_layer);
  return painted;
}

static void run(const gchar *name, gint count, const GimpParam *param, gint *returned_count, GimpParam **values) {
  static GimpParam answer[2];
  g_autofree char *locale = installation_path("locale");
  g_autoptr(GError) error = NULL;
  GimpRunMode mode = count > 0 ? param[RUN_MODE].data.d_int32 : GIMP_RUN_NONINTERACTIVE;
  ApiLayer layer = API_NONE;

  bindtextdomain(GETTEXT_PACKAGE, locale);
  bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
  textdomain(GETTEXT_PACKAGE);
  gegl_init(NULL, NULL);
  gimp_plugin_set_pdb_error_handler(GIMP_PDB_ERROR_HANDLER_PLUGIN);

  if (expect(count > DRAWABLE, &error, _("An image and a layer are needed."))) {
    layer = strcmp(name, REPLAY_PROCEDURE) == 0 ? run_replay(mode, count, param, &error)
                                                : run_paint(mode, count, param, &error);
  }

  *values = answer;
  *returned_count = 1;
  answer[0].type = GIMP_PDB_STATUS;
  answer[0].data.d_status = GIMP_PDB_CANCEL;
  if (layer != API_NONE) {
    answer[0].data.d_status = GIMP_PDB_SUCCESS;
    answer[1].type = GIMP_PDB_LAYER;
    answer[1].data.d_layer = layer;
    *returned_count = 2;
  } else if (error != NULL) {
    gboolean calling = g_error_matches(error, SHIM_ERROR, SHIM_ERROR_CALLING);
    answer[0].data.d_status = calling ? GIMP_PDB_CALLING_ERROR : GIMP_PDB_EXECUTION_ERROR;
    answer[1].type = GIMP_PDB_STRING;
    answer[1].data.d_string = g_strdup(error->message);
    *returned_count = 2;
  }
  gegl_exit();
}

const GimpPlugInInfo PLUG_IN_INFO = {NULL, NULL, query, run};

int main(int argc, char *argv[]) {
  installation_init(argv[0]);
  return gimp_main(&PLUG_IN_INFO, argc, argv);
}
