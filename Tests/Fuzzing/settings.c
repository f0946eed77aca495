/* The settings kept on a layer, which come with whatever file is opened: any bytes are refused in a sentence, or give
 * settings that are in their ranges and survive being written and read again.
 *
 * libFuzzer drives it. GIMP is the one below, with one image of one layer; everything else is the plug-in's own code. */
#include <gegl.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "settings.h"

enum { IMAGE = 1, LAYER = 3, TATTOO = 7, SESSION = 4242 };

static GimpParasite parasite = {"impasto-settings", 1, 0, NULL};

G_DEFINE_QUARK(impasto-shim-error, shim_error)

gint gimp_getpid(void) { return SESSION; }
gboolean gimp_item_is_valid(gint32 item) { return item == LAYER; }
gboolean gimp_item_is_layer(gint32 item) { return item == LAYER; }
gchar *gimp_item_get_name(gint32 item) { return item == LAYER ? g_strdup("Sea") : NULL; }
gint gimp_item_get_tattoo(gint32 item) { return item == LAYER ? TATTOO : 0; }
gint32 gimp_item_get_image(gint32 item) { return item == LAYER ? IMAGE : -1; }
gint32 gimp_image_get_layer_by_tattoo(gint32 image, gint tattoo) {
  return image == IMAGE && tattoo == TATTOO ? LAYER : -1;
}
gchar *gimp_image_get_name(gint32 image) { return image == IMAGE ? g_strdup("Shore") : NULL; }
gboolean gimp_image_is_valid(gint32 image) { return image == IMAGE; }
gint gimp_image_get_item_position(gint32 image, gint32 item) { return image == IMAGE && item == LAYER ? 0 : -1; }
GimpParasite *gimp_item_get_parasite(gint32 item, const gchar *name) {
  return item == LAYER && strcmp(name, SETTINGS_PARASITE) == 0 ? gimp_parasite_copy(&parasite) : NULL;
}
gboolean gimp_item_attach_parasite(gint32 item, const GimpParasite *given) { return item == LAYER && given != NULL; }

static void require(gboolean right) {
  if (!right) abort();
}

static void require_sentence(const GError *error) {
  require(error != NULL && error->message[0] != '\0' && g_utf8_validate(error->message, -1, NULL));
}

static void require_same(const Settings *a, const Settings *b) {
  require(strcmp(a->style_file, b->style_file) == 0 && strcmp(a->recipe, b->recipe) == 0);
  require(a->style_layer == b->style_layer && a->strength == b->strength && a->brush_size == b->brush_size);
  require(a->working_size == b->working_size && a->seed == b->seed);
  require(a->keep_colors == b->keep_colors && a->go_on == b->go_on);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  parasite.data = (gpointer) data;
  parasite.size = (guint32) size;
  g_autofree char *json = settings_on_layer(LAYER);
  ApiLayer photograph = settings_photograph(LAYER);
  require(photograph == API_NONE || photograph == LAYER);
  if (json == NULL) return 0; /* an empty parasite is none */
  g_autoptr(GError) error = NULL;
  g_autoptr(Settings) settings = settings_from_json(json, IMAGE, &error);
  require((settings == NULL) == (error != NULL));
  if (settings == NULL || !settings_check(settings, &error)) {
    require_sentence(error);
    return 0;
  }
  g_autofree char *written = settings_to_json(settings, LAYER, LAYER, "1.0.0");
  g_autoptr(Settings) again = settings_from_json(written, IMAGE, NULL);
  require(again != NULL);
  require_same(settings, again);
  return 0;
}
