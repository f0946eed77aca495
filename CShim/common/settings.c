#include "settings.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <limits.h>
#include <string.h>

#include "error.h"

/* Where our tattoos begin, and where they began at the latest. */
#define FIRST_TATTOO (1 << 30)
#define LAST_FIRST_TATTOO (G_MAXINT32 - (1 << 24))

/* Fewer than these are given to layers after a painting. Two images begin so near to each other by rare chance. */
#define TATTOOS_LATER (1 << 14)

Settings *settings_new(void) {
  Settings *settings = g_new0(Settings, 1);
  settings->style_file = g_strdup("");
  settings->style_layer = API_NONE;
  settings->strength = IMPASTO_STRENGTH_DEFAULT;
  settings->brush_size = IMPASTO_BRUSH_SIZE_DEFAULT;
  settings->working_size = IMPASTO_WORKING_SIZE_DEFAULT;
  settings->recipe = g_strdup(IMPASTO_RECIPE_DEFAULT);
  return settings;
}

Settings *settings_copy(const Settings *settings) {
  Settings *copy = g_new(Settings, 1);
  *copy = *settings;
  copy->style_file = g_strdup(settings->style_file);
  copy->recipe = g_strdup(settings->recipe);
  return copy;
}

void settings_free(Settings *settings) {
  if (settings == NULL) return;
  g_free(settings->style_file);
  g_free(settings->recipe);
  g_free(settings);
}

void settings_assign(Settings *settings, const Settings *from) {
  Settings *copy = settings_copy(from);
  Settings old = *settings;
  *settings = *copy;
  *copy = old;
  settings_free(copy);
}

gboolean settings_have_style(const Settings *settings) {
  return settings->style_file[0] != '\0' || settings->style_layer != API_NONE;
}

static gboolean check(gboolean right, const char *name, const char *given, const char *expected, GError **error) {
  if (right) return TRUE;
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_CALLING, _("%s is %s; it must be %s."), name, given, expected);
  return FALSE;
}

static gboolean check_range(const char *name, gdouble value, gdouble low, gdouble high, GError **error) {
  char given[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(given, sizeof given, "%g", value);
  g_autofree char *expected = g_strdup_printf(_("from %g to %g"), low, high);
  return check(value >= low && value <= high, name, given, expected, error);
}

gboolean settings_check(const Settings *settings, GError **error) {
  g_autofree char *working_size = g_strdup_printf("%d", settings->working_size);
  g_autofree char *size_expected = g_strdup_printf(_("0 for the layer's own size, or from %d to %d pixels"),
                                                   IMPASTO_WORKING_SIZE_MIN, IMPASTO_WORKING_SIZE_MAX);
  if (!settings_have_style(settings)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_CALLING,
                _("No style is chosen: give style-file (a painting of the gallery, or an image file) or "
                  "style-drawable (a layer)."));
    return FALSE;
  }
  return check_range("strength", settings->strength, IMPASTO_STRENGTH_MIN, IMPASTO_STRENGTH_MAX, error) &&
         check_range("brush-size", settings->brush_size, IMPASTO_BRUSH_SIZE_MIN, IMPASTO_BRUSH_SIZE_MAX, error) &&
         check(settings->working_size == 0 || (settings->working_size >= IMPASTO_WORKING_SIZE_MIN &&
                                               settings->working_size <= IMPASTO_WORKING_SIZE_MAX),
               "working-size", working_size, size_expected, error);
}

void settings_fill(const Settings *settings, impasto_options *options) {
  options->strength = settings->strength;
  options->brush_size = settings->brush_size;
  options->keep_colors = settings->keep_colors;
  options->working_size = settings->working_size;
  options->seed = settings->seed;
  options->recipe = settings->recipe;
  g_object_get(gegl_config(), "threads", &options->threads, NULL);
}

gdouble settings_style_area(const Settings *settings, gint width, gint height) {
  gdouble scale = settings->working_size != 0 ? MIN(1, (gdouble) settings->working_size / MAX(width, height)) : 1;
  gdouble side = scale * settings->brush_size / 100;
  return side * side * width * height;
}

void settings_spread_tattoos(ApiImage image) {
  if (gimp_image_get_tattoo_state(image) >= FIRST_TATTOO) return;
  gimp_image_set_tattoo_state(image, g_random_int_range(FIRST_TATTOO, LAST_FIRST_TATTOO));
}

/* A layer as it can be found again: in this session of GIMP by its number, in another by its tattoo. Tattoos are each
 * image's own: where the layer is of another one than `home`, that is said. */
static void add_layer(JsonBuilder *builder, const char *member, ApiLayer layer, ApiImage home) {
  g_autofree char *name = gimp_item_get_name(layer);
  ApiImage image = gimp_item_get_image(layer);
  json_builder_set_member_name(builder, member);
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "name");
  json_builder_add_string_value(builder, name != NULL ? name : "");
  json_builder_set_member_name(builder, "tattoo");
  json_builder_add_int_value(builder, gimp_item_get_tattoo(layer));
  json_builder_set_member_name(builder, "item");
  json_builder_add_int_value(builder, api_number(layer));
  json_builder_set_member_name(builder, "session");
  json_builder_add_int_value(builder, gimp_getpid());
  if (image != home) {
    g_autofree char *image_name = gimp_image_get_name(image);
    json_builder_set_member_name(builder, "image");
    json_builder_add_string_value(builder, image_name != NULL ? image_name : "");
  }
  json_builder_end_object(builder);
}

static void add_string(JsonBuilder *builder, const char *member, const char *value) {
  json_builder_set_member_name(builder, member);
  json_builder_add_string_value(builder, value);
}

/* All of JSON is UTF-8, which the bytes of a path need not be: such a path is kept as a URI. */
static void add_path(JsonBuilder *builder, const char *member, const char *path) {
  g_autofree char *uri = g_utf8_validate(path, -1, NULL) ? NULL : g_filename_to_uri(path, NULL, NULL);
  add_string(builder, member, uri != NULL ? uri : path);
}

static void add_number(JsonBuilder *builder, const char *member, gdouble value) {
  json_builder_set_member_name(builder, member);
  if (value == (gint64) value) {
    json_builder_add_int_value(builder, (gint64) value);
  } else {
    json_builder_add_double_value(builder, value);
  }
}

char *settings_to_json(const Settings *settings, ApiLayer painted, ApiLayer photograph, const char *engine_version) {
  g_autoptr(JsonBuilder) builder = json_builder_new();
  ApiImage home = photograph != API_NONE ? gimp_item_get_image(photograph) : API_NONE;

  json_builder_begin_object(builder);
  add_path(builder, "style-file", settings->style_file);
  if (api_is_layer(settings->style_layer)) add_layer(builder, "style-layer", settings->style_layer, home);
  add_number(builder, "strength", settings->strength);
  add_number(builder, "brush-size", settings->brush_size);
  json_builder_set_member_name(builder, "keep-colors");
  json_builder_add_boolean_value(builder, settings->keep_colors);
  add_number(builder, "working-size", settings->working_size);
  add_number(builder, "seed", settings->seed);
  add_string(builder, "recipe", settings->recipe);
  json_builder_set_member_name(builder, "continue");
  json_builder_add_boolean_value(builder, settings->go_on);
  if (photograph != API_NONE) add_layer(builder, "photograph", photograph, home);
  if (painted != API_NONE) add_number(builder, "tattoo", gimp_item_get_tattoo(painted));
  if (engine_version != NULL) add_string(builder, "version", engine_version);
  json_builder_end_object(builder);

  g_autoptr(JsonNode) root = json_builder_get_root(builder);
  return json_to_string(root, FALSE);
}

/* The value of a member, if there is one; FALSE if it is of another kind. */
static gboolean take(JsonObject *object, const char *member, GType kind, JsonNode **node) {
  *node = json_object_get_member(object, member);
  if (*node == NULL) return TRUE;
  if (!JSON_NODE_HOLDS_VALUE(*node)) return FALSE;
  GType given = json_node_get_value_type(*node);
  return given == kind || (kind == G_TYPE_DOUBLE && given == G_TYPE_INT64);
}

static gboolean take_string(JsonObject *object, const char *member, char **value) {
  JsonNode *node;
  if (!take(object, member, G_TYPE_STRING, &node)) return FALSE;
  if (node == NULL) return TRUE;
  g_free(*value);
  *value = json_node_dup_string(node);
  return TRUE;
}

static gboolean take_path(JsonObject *object, const char *member, char **path) {
  if (!take_string(object, member, path)) return FALSE;
  char *from_uri = g_filename_from_uri(*path, NULL, NULL);
  if (from_uri == NULL) return TRUE;
  g_free(*path);
  *path = from_uri;
  return TRUE;
}

static gboolean take_number(JsonObject *object, const char *member, gdouble *value) {
  JsonNode *node;
  if (!take(object, member, G_TYPE_DOUBLE, &node)) return FALSE;
  if (node != NULL) *value = json_node_get_double(node);
  return TRUE;
}

static gboolean take_whole_number(JsonObject *object, const char *member, gint *value) {
  gdouble number = *value;
  if (!take_number(object, member, &number)) return FALSE;
  *value = (gint) CLAMP(number, G_MININT, G_MAXINT);
  return TRUE;
}

static gboolean take_boolean(JsonObject *object, const char *member, gboolean *value) {
  JsonNode *node;
  if (!take(object, member, G_TYPE_BOOLEAN, &node)) return FALSE;
  if (node != NULL) *value = json_node_get_boolean(node);
  return TRUE;
}

static gboolean is_called(ApiItem item, const char *name) {
  g_autofree char *now = gimp_item_get_name(item);
  return g_strcmp0(now, name) == 0;
}

typedef enum { OF_ANY_IMAGE, OF_THE_IMAGE } Home;

/* The image's own layer of that tattoo; if it cannot be told whether the tattoo is meant of this image (`painted`, the
 * new layer's, is 0), only if that has the name, too. */
static ApiLayer find_by_tattoo(ApiImage image, gint tattoo, gint painted, const char *name) {
  ApiLayer found = gimp_image_get_layer_by_tattoo(image, tattoo);
  return painted != 0 || (found != API_NONE && is_called(found, name)) ? found : API_NONE;
}

/* Whether the image is the one that the new layer of that tattoo was painted in, though it is no longer there: it
 * has gone on to count from it. */
static gboolean counts_on(ApiImage image, gint painted) {
  gint now = gimp_image_get_tattoo_state(image);
  return painted != 0 && now >= painted && now - painted < TATTOOS_LATER;
}

/* Looks for a layer that add_layer described in settings: if it was the image's own and they come from `image`
 * (API_NONE: from none), there; or else the very one in the same session, whatever it is called by now, unless it must
 * be `image`'s, which may be a duplicate of the one it is in; then the new layer itself may be gone, and what is left
 * be a copy of it. FALSE if it is not described as one. */
static gboolean take_layer(JsonObject *settings, const char *member, ApiImage image, Home home, ApiLayer *layer) {
  JsonNode *node = json_object_get_member(settings, member);
  if (node == NULL) return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT(node)) return FALSE;

  JsonObject *described = json_node_get_object(node);
  g_autofree char *name = g_strdup(""), *elsewhere = NULL;
  gint tattoo = 0, number = -1, session = 0, painted = 0;
  if (!take_string(described, "name", &name) || !take_string(described, "image", &elsewhere) ||
      !take_whole_number(described, "tattoo", &tattoo) || !take_whole_number(described, "item", &number) ||
      !take_whole_number(described, "session", &session) || !take_whole_number(settings, "tattoo", &painted)) {
    return FALSE;
  }
  if (painted < FIRST_TATTOO) painted = 0;
  gboolean own = image != API_NONE && elsewhere == NULL &&
                 (painted == 0 || gimp_image_get_layer_by_tattoo(image, painted) != API_NONE);
  ApiItem item = session == gimp_getpid() ? api_item(number) : API_NONE;
  gboolean there = api_is_layer(item) && (gint) gimp_item_get_tattoo(item) == tattoo &&
                   (home == OF_ANY_IMAGE || gimp_item_get_image(item) == image);
  if (own && (painted != 0 || !there)) {
    *layer = find_by_tattoo(image, tattoo, painted, name);
  } else if (there) {
    *layer = item;
  } else if (home == OF_THE_IMAGE && elsewhere == NULL && counts_on(image, painted)) {
    *layer = find_by_tattoo(image, tattoo, 0, name);
  }
  return TRUE;
}

/* Whether json-glib can be trusted with it: it goes as deep as the text does, and dies of a file made for that. Settings
 * nest twice; what else brackets are in is a name or a path. */
static gboolean shallow(const char *json) {
  guint brackets = 0;
  for (; *json != '\0'; json++) brackets += *json == '[' || *json == '{';
  return brackets <= 2 * PATH_MAX;
}

static JsonNode *parse(const char *json) {
  if (!shallow(json)) return NULL;
  JsonNode *root = json_from_string(json, NULL);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT(root)) return root;
  if (root != NULL) json_node_unref(root);
  return NULL;
}

static gboolean take_all(Settings *settings, JsonObject *object, ApiImage image) {
  return take_path(object, "style-file", &settings->style_file) &&
         take_layer(object, "style-layer", image, OF_ANY_IMAGE, &settings->style_layer) &&
         take_number(object, "strength", &settings->strength) &&
         take_number(object, "brush-size", &settings->brush_size) &&
         take_boolean(object, "keep-colors", &settings->keep_colors) &&
         take_whole_number(object, "working-size", &settings->working_size) &&
         take_whole_number(object, "seed", &settings->seed) && take_string(object, "recipe", &settings->recipe) &&
         take_boolean(object, "continue", &settings->go_on);
}

Settings *settings_from_json(const char *json, ApiImage image, GError **error) {
  g_autoptr(JsonNode) root = parse(json);
  g_autoptr(Settings) settings = settings_new();
  if (root == NULL || !take_all(settings, json_node_get_object(root), image)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("The settings kept on the layer cannot be read."));
    return NULL;
  }
  return g_steal_pointer(&settings);
}

char *settings_on_layer(ApiItem layer) {
  return api_text_on_item(layer, SETTINGS_PARASITE);
}

void settings_put_on_layer(ApiLayer layer, const char *json) {
  GimpParasite *parasite = gimp_parasite_new(SETTINGS_PARASITE, GIMP_PARASITE_PERSISTENT, strlen(json), json);
  gimp_item_attach_parasite(layer, parasite);
  gimp_parasite_free(parasite);
}

ApiLayer settings_photograph(ApiItem layer) {
  g_autofree char *json = settings_on_layer(layer);
  g_autoptr(JsonNode) root = json != NULL ? parse(json) : NULL;
  ApiImage image = gimp_item_get_image(layer);
  ApiLayer photograph = API_NONE;

  if (root != NULL) take_layer(json_node_get_object(root), "photograph", image, OF_THE_IMAGE, &photograph);
  return photograph != API_NONE && api_attached(photograph, image) ? photograph : API_NONE;
}
