/* What the user may choose, and its JSON form: kept between two calls of the plug-in, and as the parasite
 * `impasto-settings` on every painted layer. */
#ifndef IMPASTO_SHIM_SETTINGS_H
#define IMPASTO_SHIM_SETTINGS_H

#include "gimp-api.h"
#include "impasto.h"

#define SETTINGS_PARASITE "impasto-settings"

typedef struct Settings {
  char *style_file;     /* the name of a gallery style or the path of an image; "" where the style is a layer */
  ApiLayer style_layer; /* a layer of any open image, or API_NONE */
  gdouble strength, brush_size;
  gboolean keep_colors;
  gint working_size; /* long side in pixels, 0 = the layer's own size */
  gint seed;
  char *recipe;
  gboolean go_on; /* on a layer that Impasto painted: start from what is there, its photograph being the content */
} Settings;

Settings *settings_new(void); /* the defaults */
Settings *settings_copy(const Settings *settings);
void settings_free(Settings *settings);
void settings_assign(Settings *settings, const Settings *from);

gboolean settings_have_style(const Settings *settings);

/* FALSE and a sentence that names the first one out of its range. */
gboolean settings_check(const Settings *settings, GError **error);

/* The engine's options; they point into `settings`. */
void settings_fill(const Settings *settings, impasto_options *options);

/* In how many pixels the engine looks at a style for painting width x height pixels: those of the largest scale, times
 * the brush size in each direction. */
gdouble settings_style_area(const Settings *settings, gint width, gint height);

/* To be called before a layer is made: its tattoo becomes one that hardly any layer of another image has. GIMP counts
 * them from 1 on in each image, keeps them in the file, and gives the layers of a duplicate others. */
void settings_spread_tattoos(ApiImage image);

/* JSON, to be freed. With the new layer and the photograph that it is painted from it can be read in another session:
 * an image that has a layer of the new one's tattoo is the one whose tattoos are meant. */
char *settings_to_json(const Settings *settings, ApiLayer painted, ApiLayer photograph, const char *engine_version);

/* The settings in JSON; a style that is a layer of the image itself is looked for in `image`, if it is not the one that
 * it was in this session (API_NONE: only that). They have no style if its layer is no longer there. NULL and a sentence
 * if the JSON cannot be read. */
Settings *settings_from_json(const char *json, ApiImage image, GError **error);

/* The JSON on a layer painted by Impasto, to be freed, or NULL. */
char *settings_on_layer(ApiItem layer);
void settings_put_on_layer(ApiLayer layer, const char *json);

/* The photograph that a layer was painted from, if that is still in its image, or API_NONE. */
ApiLayer settings_photograph(ApiItem layer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

#endif
