#include "styles.h"

#include <glib/gi18n.h>
#include <string.h>

#include "error.h"
#include "installation.h"

#define EXTENSION ".png"
#define CAPTIONS "captions.ini"

static void gallery_style_free(gpointer data) {
  GalleryStyle *style = data;
  g_free(style->name);
  g_free(style->path);
  g_free(style->caption);
  g_free(style);
}

static gint by_name(gconstpointer a, gconstpointer b) {
  return strcmp((*(GalleryStyle *const *) a)->name, (*(GalleryStyle *const *) b)->name);
}

GPtrArray *styles_gallery(void) {
  GPtrArray *gallery = g_ptr_array_new_with_free_func(gallery_style_free);
  g_autofree char *folder = installation_path("styles");
  g_autofree char *captions_path = g_build_filename(folder, CAPTIONS, NULL);
  g_autoptr(GKeyFile) captions = g_key_file_new();
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

  g_key_file_load_from_file(captions, captions_path, G_KEY_FILE_NONE, NULL);
  for (const char *file; dir != NULL && (file = g_dir_read_name(dir)) != NULL;) {
    if (!g_str_has_suffix(file, EXTENSION)) continue;
    GalleryStyle *style = g_new0(GalleryStyle, 1);
    style->name = g_strndup(file, strlen(file) - strlen(EXTENSION));
    style->path = g_build_filename(folder, file, NULL);
    style->caption = g_key_file_get_locale_string(captions, "captions", style->name, NULL, NULL);
    if (style->caption == NULL) style->caption = g_filename_display_name(style->name);
    g_ptr_array_add(gallery, style);
  }
  g_ptr_array_sort(gallery, by_name);
  return gallery;
}

static char *gallery_path(const char *name) {
  if (strchr(name, G_DIR_SEPARATOR) != NULL) return NULL;
  g_autofree char *folder = installation_path("styles");
  g_autofree char *file = g_strconcat(name, EXTENSION, NULL);
  char *path = g_build_filename(folder, file, NULL);
  if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) g_clear_pointer(&path, g_free);
  return path;
}

static char *gallery_names(void) {
  g_autoptr(GPtrArray) gallery = styles_gallery();
  GString *names = g_string_new(NULL);
  for (guint i = 0; i < gallery->len; i++) {
    g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", ((GalleryStyle *) gallery->pdata[i])->name);
  }
  return g_string_free(names, FALSE);
}

char *styles_path(const char *style_file, GError **error) {
  char *path = gallery_path(style_file);
  if (path != NULL) return path;
  if (g_file_test(style_file, G_FILE_TEST_IS_REGULAR)) return g_strdup(style_file);

  g_autofree char *names = gallery_names();
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_CALLING,
              _("There is no style “%s”: it is neither an image file nor a painting of the gallery (%s)."), style_file,
              names);
  return NULL;
}

char *styles_lasting(const char *style_file) {
  g_autofree char *in_gallery = gallery_path(style_file);
  gboolean is_file = in_gallery == NULL && g_file_test(style_file, G_FILE_TEST_IS_REGULAR);
  return is_file ? g_canonicalize_filename(style_file, NULL) : g_strdup(style_file);
}

char *styles_name(const Settings *settings) {
  if (settings->style_file[0] == '\0') {
    char *name = gimp_item_get_name(settings->style_layer);
    return name != NULL ? name : g_strdup("");
  }
  g_autofree char *in_gallery = gallery_path(settings->style_file);
  if (in_gallery != NULL) return g_strdup(settings->style_file);
  g_autofree char *base = g_path_get_basename(settings->style_file);
  char *dot = strrchr(base, '.');
  if (dot != NULL && dot != base) *dot = '\0';
  return g_filename_display_name(base);
}
