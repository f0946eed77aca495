/* Where styles come from: the gallery of bundled paintings, image files, and layers. */
#ifndef IMPASTO_SHIM_STYLES_H
#define IMPASTO_SHIM_STYLES_H

#include "settings.h"

/* A painting of the gallery. */
typedef struct GalleryStyle {
  char *name;    /* as style-file takes it, and as the file is called: "great-wave" */
  char *path;
  char *caption; /* its title, painter and year, or its name */
} GalleryStyle;

/* All of them, GalleryStyle, by name; to be freed with g_ptr_array_unref. */
GPtrArray *styles_gallery(void);

/* The file that `style_file` (a gallery name or a path) stands for, to be freed, or NULL and a sentence. */
char *styles_path(const char *style_file, GError **error);

/* What stands for the same style in whatever folder GIMP is started next, to be freed: a file's whole path; a gallery
 * name, and what is no style, stay as they are. */
char *styles_lasting(const char *style_file);

/* What to call the style that `settings` choose, to be freed: "great-wave", a file's name, a layer's name. */
char *styles_name(const Settings *settings);

#endif
