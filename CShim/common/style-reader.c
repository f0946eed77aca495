#define _GNU_SOURCE
#include "style-reader.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>
#include <string.h>

#include "error.h"
#include "region.h"
#include "snapshot.h"
#include "style-pixels.h"
#include "styles.h"
#include "whole-file.h"

/* GIMP opens any file, but starts a program to do so, which takes half a second. So the usual kinds are read on a thread
 * of their own by GEGL and gdk-pixbuf, which are in this process already; what they cannot read is left to GIMP, which
 * also knows how to say what is wrong with it. */
#define BY_PIXBUF "gegl:pixbuf"

static const struct {
  const char *extension, *operation;
} loaders[] = {
    {".png", "gegl:png-load"},   {".jpg", "gegl:jpg-load"},   {".jpeg", "gegl:jpg-load"}, {".tif", "gegl:tiff-load"},
    {".tiff", "gegl:tiff-load"}, {".webp", "gegl:webp-load"}, {".gif", BY_PIXBUF},        {".bmp", BY_PIXBUF},
};

typedef enum { BY_GEGL, BY_GIMP, FROM_LAYER, ALL_READ } Phase;

struct StyleReader {
  Phase phase;
  gdouble enough;        /* pixels for the engine */
  char *path;            /* of a file */
  const char *operation; /* GEGL's for it */
  GThread *thread;
  gint loaded; /* atomic: the thread is done */
  ApiLayer layer;
  ApiImage image;    /* the layer's */
  ApiLayer snapshot; /* of the layer, while it is read */
  ApiImage opened;   /* by GIMP for this, to be closed again */
  Colour *colour;
  StylePixels *reader; /* of the layer, while it is read */
  Pixels *pixels;
  GError *error;
};

/* Whether it is a WebP file that moves: GEGL reads those as black. */
static gboolean animated(const char *path) {
  enum { FLAGS = 20, ANIMATION = 2 };
  char head[FLAGS + 1] = {0};
  g_autoptr(GFile) file = g_file_new_for_path(path);
  g_autoptr(GFileInputStream) stream = g_file_read(file, NULL, NULL);
  if (stream == NULL) return FALSE;
  g_input_stream_read_all(G_INPUT_STREAM(stream), head, sizeof head, NULL, NULL, NULL);
  return memcmp(head + 8, "WEBPVP8X", 8) == 0 && (head[FLAGS] & ANIMATION) != 0;
}

static const char *operation_for(const char *path) {
  g_autofree char *lower = g_ascii_strdown(path, -1);
  if (animated(path)) return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(loaders); i++)
    if (g_str_has_suffix(lower, loaders[i].extension)) return loaders[i].operation;
  return NULL;
}

StyleReader *style_reader_new(const Settings *settings, gdouble enough, GError **error) {
  gboolean is_file = settings->style_file[0] != '\0';
  char *path = is_file ? styles_path(settings->style_file, error) : NULL;
  if (is_file && path == NULL) return NULL;
  if (!is_file && !api_is_layer(settings->style_layer)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_CALLING,
                _("style-drawable %d is not a layer of an open image: choose a layer, or give a style-file."),
                api_number(settings->style_layer));
    return NULL;
  }
  StyleReader *reader = g_new0(StyleReader, 1);
  reader->enough = enough;
  reader->path = path;
  reader->operation = is_file ? operation_for(path) : NULL;
  reader->layer = settings->style_layer;
  reader->snapshot = reader->opened = API_NONE;
  reader->phase = !is_file ? FROM_LAYER : reader->operation != NULL ? BY_GEGL : BY_GIMP;
  return reader;
}

static void let_go(StyleReader *reader) {
  snapshot_clear(reader->image, &reader->snapshot);
  if (reader->opened == API_NONE) return;
  gimp_item_delete(reader->layer);
  gimp_image_delete(reader->opened);
  reader->opened = API_NONE;
}

void style_reader_free(StyleReader *reader) {
  if (reader == NULL) return;
  if (reader->thread != NULL) g_thread_join(reader->thread);
  style_pixels_free(reader->reader);
  colour_free(reader->colour);
  let_go(reader);
  pixels_free(reader->pixels);
  g_clear_error(&reader->error);
  g_free(reader->path);
  g_free(reader);
}

/* Whether a colour profile is in the file, or what looks like one. Of a profile that was made for it babl asks all the
 * memory there is, and gives up by way of a shell and a file in /tmp; GIMP's loaders look at a profile before. */
static gboolean may_hold_profile(const char *path) {
  static const char *const signs[] = {"iCCP", "ICC_PROFILE", "ICCP", "\x73\x87", "\x87\x73"}; /* the last two of TIFF */
  g_autofree char *file = NULL;
  gsize size = 0;
  gboolean found = !g_file_get_contents(path, &file, &size, NULL);
  for (guint i = 0; !found && i < G_N_ELEMENTS(signs); i++)
    found = memmem(file, size, signs[i], strlen(signs[i])) != NULL;
  return found;
}

/* Whether the file is cut short, which neither GEGL nor GIMP would say. */
static gboolean damaged(StyleReader *reader) {
  if (whole_file(reader->path)) return FALSE;
  g_set_error(&reader->error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("The style “%s” is damaged: the file ends too early. Choose another one, or copy it again."),
              reader->path);
  return TRUE;
}

/* A node that gives the picture in the file, or NULL. */
static GeglNode *source_in(GeglNode *graph, const StyleReader *reader) {
  if (strcmp(reader->operation, BY_PIXBUF) != 0) {
    return gegl_node_new_child(graph, "operation", reader->operation, "path", reader->path, NULL);
  }
  g_autoptr(GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file(reader->path, NULL);
  return pixbuf != NULL ? gegl_node_new_child(graph, "operation", BY_PIXBUF, "pixbuf", pixbuf, NULL) : NULL;
}

/* Whether there is room for the picture as GEGL makes it, which ends the process where there is none, and as much again
 * for what is made of it. How large it is stands at the beginning of the file. */
static gboolean fits(StyleReader *reader, GeglNode *source) {
  GeglRectangle size = gegl_node_get_bounding_box(source);
  if (size.width <= 0 || size.height <= 0 || pixels_fit(size.width, size.height)) return TRUE;
  g_set_error(&reader->error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("There is not enough memory for the style “%s”, which has %d × %d pixels. Choose a smaller one, or close "
                "other programs."),
              reader->path, size.width, size.height);
  return FALSE;
}

/* The picture in the file, or NULL. */
static GeglBuffer *load_buffer(StyleReader *reader) {
  GeglBuffer *buffer = NULL;
  GeglNode *graph = gegl_node_new();
  GeglNode *source = source_in(graph, reader);
  if (source != NULL && fits(reader, source)) {
    GeglNode *sink = gegl_node_new_child(graph, "operation", "gegl:buffer-sink", "buffer", &buffer, NULL);
    gegl_node_link(source, sink);
    gegl_node_process(sink);
  }
  g_object_unref(graph);
  return buffer;
}

/* The thread's work: leaves neither pixels nor an error if nothing can be made of the file, or it is not to be read so. */
static gpointer load(gpointer data) {
  StyleReader *reader = data;
  g_autoptr(GeglBuffer) buffer = NULL;

  if (!damaged(reader) && !may_hold_profile(reader->path)) buffer = load_buffer(reader);
  if (buffer != NULL) {
    GeglRectangle all = *gegl_buffer_get_extent(buffer);
    gboolean some = all.width > 0 && all.height > 0;
    g_autoptr(StylePixels) pixels =
        some ? style_pixels_new(NULL, g_object_ref(buffer), NULL, TRUE, reader->enough, &reader->error) : NULL;
    if (pixels != NULL) {
      while (style_pixels_step(pixels)) continue;
      reader->pixels = style_pixels_take(pixels);
    }
  }
  g_atomic_int_set(&reader->loaded, TRUE);
  return NULL;
}

static void load_by_gegl(StyleReader *reader) {
  if (reader->thread == NULL) reader->thread = g_thread_new("impasto-style", load, reader);
  if (!g_atomic_int_get(&reader->loaded)) return;
  g_thread_join(reader->thread);
  reader->thread = NULL;
  reader->phase = reader->pixels != NULL || reader->error != NULL ? ALL_READ : BY_GIMP;
}

static void load_by_gimp(StyleReader *reader) {
  if (damaged(reader)) {
    reader->phase = ALL_READ;
    return;
  }
  ApiImage image = api_load_file(reader->path);
  if (image == API_NONE) {
    g_set_error(&reader->error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("The style “%s” cannot be opened as an image: %s"),
                reader->path, api_last_error());
    reader->phase = ALL_READ;
    return;
  }
  if (api_base_type(image) == GIMP_INDEXED) gimp_image_convert_rgb(image);
  reader->opened = image;
  reader->layer = gimp_layer_new_from_visible(image, image, "style");
  reader->phase = FROM_LAYER;
}

static gboolean refuse_layer(StyleReader *reader) {
  g_set_error(&reader->error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("The layer that was the style is no longer there. Choose another style."));
  return FALSE;
}

/* Begins to read the layer; FALSE and an error if there is no room for it, or no layer. */
static gboolean begin_layer(StyleReader *reader) {
  reader->image = gimp_item_get_image(reader->layer);
  reader->snapshot = snapshot_of_layer(reader->image, reader->layer);
  if (reader->snapshot == API_NONE) return refuse_layer(reader);
  ApiItem mask = region_layer_mask(reader->snapshot);
  reader->colour = colour_new(reader->image);
  reader->reader = style_pixels_new(reader->colour, gimp_drawable_get_buffer(reader->snapshot),
                                    mask != API_NONE ? gimp_drawable_get_buffer(mask) : NULL,
                                    gimp_drawable_has_alpha(reader->snapshot), reader->enough, &reader->error);
  return reader->reader != NULL;
}

static void read_layer(StyleReader *reader) {
  if (reader->reader == NULL) {
    if (!begin_layer(reader)) reader->phase = ALL_READ;
  } else if (!gimp_image_is_valid(reader->image)) {
    refuse_layer(reader);
    reader->phase = ALL_READ;
  } else if (!style_pixels_step(reader->reader)) {
    reader->pixels = style_pixels_take(reader->reader);
    reader->phase = ALL_READ;
  }
}

gboolean style_reader_step(StyleReader *reader) {
  switch (reader->phase) {
    case BY_GEGL:
      load_by_gegl(reader);
      break;
    case BY_GIMP:
      load_by_gimp(reader);
      break;
    case FROM_LAYER:
      read_layer(reader);
      break;
    case ALL_READ:
      break;
  }
  return reader->phase != ALL_READ;
}

gboolean style_reader_waits(const StyleReader *reader) {
  return reader->thread != NULL;
}

Pixels *style_reader_take(StyleReader *reader, GError **error) {
  g_clear_pointer(&reader->reader, style_pixels_free);
  let_go(reader);
  if (reader->error != NULL) {
    g_propagate_error(error, g_steal_pointer(&reader->error));
    return NULL;
  }
  if (pixels_transparent(reader->pixels)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("The style is wholly transparent: there is nothing to learn from."));
    return NULL;
  }
  pixels_forget_opaque_alpha(reader->pixels);
  return g_steal_pointer(&reader->pixels);
}
