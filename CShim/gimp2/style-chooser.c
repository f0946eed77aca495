#include "style-chooser.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>
#include <string.h>

#include "load-file.h"
#include "progress.h"
#include "styles.h"

#define THUMBNAIL 84
#define PICTURE 210
#define COLUMNS 5

enum { PAGE_GALLERY, PAGE_FILE, PAGE_LAYER };
enum { COLUMN_NAME, COLUMN_CAPTION, COLUMN_PATH, COLUMN_THUMBNAIL };

typedef struct Chooser {
  Settings *settings;
  void (*changed)(gpointer data);
  gpointer data;
  GtkWidget *notebook, *gallery, *file, *layers, *layer, *picture, *caption;
  GtkListStore *paintings;
  GCancellable *loading; /* of the picture of a file, as long as that takes */
  gboolean updating;     /* widgets are being set, not used */
} Chooser;

/* Shows this, and not what may be on its way. */
static void show_picture(Chooser *chooser, GdkPixbuf *picture, const char *caption) {
  g_cancellable_cancel(chooser->loading);
  g_clear_object(&chooser->loading);
  gtk_image_set_from_pixbuf(GTK_IMAGE(chooser->picture), picture);
  gtk_label_set_text(GTK_LABEL(chooser->caption), caption);
}

/* The picture of a file that gdk-pixbuf does not know, as GIMP's own are; or NULL. */
static GdkPixbuf *picture_by_gimp(const char *path) {
  ApiImage image = api_load_file(path);
  progress_end(); /* what opened the file has begun one, with a Cancel that would end this process */
  if (image == API_NONE) return NULL;
  GdkPixbuf *picture = gimp_image_get_thumbnail(image, PICTURE, PICTURE, GIMP_PIXBUF_SMALL_CHECKS);
  gimp_image_delete(image);
  return picture;
}

static void picture_loaded(GObject *source, GAsyncResult *result, gpointer data) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GdkPixbuf) picture = gdk_pixbuf_new_from_stream_finish(result, &error);
  (void) source;
  /* If it was cancelled, another picture is wanted by now, or the chooser is gone. */
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) return;
  Chooser *chooser = data;
  g_clear_object(&chooser->loading);
  /* As a camera was held: gdk-pixbuf only notes that beside the pixels. */
  g_autoptr(GdkPixbuf) upright = picture != NULL ? gdk_pixbuf_apply_embedded_orientation(picture)
                                                 : picture_by_gimp(chooser->settings->style_file);
  gtk_image_set_from_pixbuf(GTK_IMAGE(chooser->picture), upright);
}

/* Shows the picture of a file, which may take a while to be read. */
static void show_file(Chooser *chooser, const char *path, const char *caption) {
  g_autoptr(GFile) file = g_file_new_for_path(path);
  g_autoptr(GFileInputStream) stream = g_file_read(file, NULL, NULL);

  show_picture(chooser, NULL, caption);
  if (stream == NULL) return;
  chooser->loading = g_cancellable_new();
  gdk_pixbuf_new_from_stream_at_scale_async(G_INPUT_STREAM(stream), PICTURE, PICTURE, TRUE, chooser->loading,
                                            picture_loaded, chooser);
}

static void show_layer(Chooser *chooser, ApiLayer layer) {
  g_autofree char *name = gimp_item_get_name(layer);
  g_autoptr(GdkPixbuf) picture = gimp_drawable_get_thumbnail(layer, PICTURE, PICTURE, GIMP_PIXBUF_SMALL_CHECKS);
  show_picture(chooser, picture, name != NULL ? name : "");
}

/* The row of the gallery that the settings choose. */
static gboolean find_painting(const Chooser *chooser, GtkTreeIter *iter) {
  GtkTreeModel *model = GTK_TREE_MODEL(chooser->paintings);
  for (gboolean more = gtk_tree_model_get_iter_first(model, iter); more; more = gtk_tree_model_iter_next(model, iter)) {
    g_autofree char *name = NULL;
    gtk_tree_model_get(model, iter, COLUMN_NAME, &name, -1);
    if (strcmp(name, chooser->settings->style_file) == 0) return TRUE;
  }
  return FALSE;
}

static void show_style(Chooser *chooser) {
  GtkTreeIter iter;
  const char *file = chooser->settings->style_file;

  if (find_painting(chooser, &iter)) {
    g_autofree char *path = NULL, *caption = NULL;
    gtk_tree_model_get(GTK_TREE_MODEL(chooser->paintings), &iter, COLUMN_PATH, &path, COLUMN_CAPTION, &caption, -1);
    show_file(chooser, path, caption);
  } else if (file[0] != '\0') {
    g_autofree char *name = g_path_get_basename(file);
    g_autofree char *shown = g_filename_display_name(name);
    show_file(chooser, file, shown);
  } else if (api_is_layer(chooser->settings->style_layer)) {
    show_layer(chooser, chooser->settings->style_layer);
  } else {
    show_picture(chooser, NULL, _("No style is chosen yet."));
  }
}

static void choose(Chooser *chooser, const char *file, ApiLayer layer) {
  if (chooser->updating) return;
  char *copy = g_strdup(file);
  g_free(chooser->settings->style_file);
  chooser->settings->style_file = copy;
  chooser->settings->style_layer = layer;
  show_style(chooser);
  chooser->changed(chooser->data);
}

/* Takes the style that the open page shows. */
static void choose_from_page(Chooser *chooser, gint page) {
  if (page == PAGE_GALLERY) {
    GList *chosen = gtk_icon_view_get_selected_items(GTK_ICON_VIEW(chooser->gallery));
    GtkTreeIter iter;
    if (chosen != NULL && gtk_tree_model_get_iter(GTK_TREE_MODEL(chooser->paintings), &iter, chosen->data)) {
      g_autofree char *name = NULL;
      gtk_tree_model_get(GTK_TREE_MODEL(chooser->paintings), &iter, COLUMN_NAME, &name, -1);
      choose(chooser, name, API_NONE);
    }
    g_list_free_full(chosen, (GDestroyNotify) gtk_tree_path_free);
  } else if (page == PAGE_FILE) {
    g_autofree char *path = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(chooser->file));
    choose(chooser, path != NULL ? path : "", API_NONE);
  } else {
    gint layer = API_NONE;
    gimp_int_combo_box_get_active(GIMP_INT_COMBO_BOX(chooser->layer), &layer);
    choose(chooser, "", layer);
  }
}

static void gallery_changed(GtkIconView *gallery, Chooser *chooser) {
  (void) gallery;
  if (gtk_notebook_get_current_page(GTK_NOTEBOOK(chooser->notebook)) == PAGE_GALLERY) {
    choose_from_page(chooser, PAGE_GALLERY);
  }
}

/* The chooser's window may also be closed without a file: then the style stays the one it was. */
static void file_chosen(GtkFileChooserButton *button, Chooser *chooser) {
  g_autofree char *path = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(button));
  if (path != NULL) choose(chooser, path, API_NONE);
}

static void layer_chosen(GtkComboBox *combo, Chooser *chooser) {
  (void) combo;
  if (gtk_notebook_get_current_page(GTK_NOTEBOOK(chooser->notebook)) == PAGE_LAYER) {
    choose_from_page(chooser, PAGE_LAYER);
  }
}

/* GIMP's list of layers is made once and for all; so another one is made for the layers that there are now. */
static void list_layers(Chooser *chooser) {
  gboolean updating = chooser->updating;
  gboolean focused = chooser->layer != NULL && gtk_widget_has_focus(chooser->layer);
  gint layer = API_NONE;

  chooser->updating = TRUE;
  if (chooser->layer != NULL) {
    gimp_int_combo_box_get_active(GIMP_INT_COMBO_BOX(chooser->layer), &layer);
    gtk_widget_destroy(chooser->layer);
  }
  chooser->layer = gimp_layer_combo_box_new(NULL, NULL);
  if (api_is_layer(layer)) gimp_int_combo_box_set_active(GIMP_INT_COMBO_BOX(chooser->layer), layer);
  gtk_container_add(GTK_CONTAINER(chooser->layers), chooser->layer);
  gtk_widget_show(chooser->layer);
  if (focused) gtk_widget_grab_focus(chooser->layer);
  g_signal_connect(chooser->layer, "changed", G_CALLBACK(layer_chosen), chooser);
  chooser->updating = updating;
}

static void page_chosen(GtkNotebook *notebook, gpointer content, guint page, Chooser *chooser) {
  (void) notebook;
  (void) content;
  if (page == PAGE_LAYER) list_layers(chooser);
  choose_from_page(chooser, (gint) page);
}

/* The middle of a painting, as a square. */
static GdkPixbuf *thumbnail(const char *path) {
  g_autoptr(GdkPixbuf) whole = gdk_pixbuf_new_from_file(path, NULL);
  if (whole == NULL) return NULL;
  gint width = gdk_pixbuf_get_width(whole), height = gdk_pixbuf_get_height(whole), side = MIN(width, height);
  g_autoptr(GdkPixbuf) square = gdk_pixbuf_new_subpixbuf(whole, (width - side) / 2, (height - side) / 2, side, side);
  return gdk_pixbuf_scale_simple(square, THUMBNAIL, THUMBNAIL, GDK_INTERP_BILINEAR);
}

static GtkListStore *paintings_new(void) {
  GtkListStore *store = gtk_list_store_new(4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, GDK_TYPE_PIXBUF);
  g_autoptr(GPtrArray) gallery = styles_gallery();
  for (guint i = 0; i < gallery->len; i++) {
    const GalleryStyle *style = gallery->pdata[i];
    g_autoptr(GdkPixbuf) picture = thumbnail(style->path);
    if (picture == NULL) continue;
    gtk_list_store_insert_with_values(store, NULL, -1, COLUMN_NAME, style->name, COLUMN_CAPTION, style->caption,
                                      COLUMN_PATH, style->path, COLUMN_THUMBNAIL, picture, -1);
  }
  return store;
}

static GtkWidget *gallery_page(Chooser *chooser) {
  GtkWidget *window = gtk_scrolled_window_new(NULL, NULL);
  chooser->paintings = paintings_new();
  chooser->gallery = gtk_icon_view_new_with_model(GTK_TREE_MODEL(chooser->paintings));
  GtkIconView *gallery = GTK_ICON_VIEW(chooser->gallery);

  gtk_icon_view_set_pixbuf_column(gallery, COLUMN_THUMBNAIL);
  gtk_icon_view_set_tooltip_column(gallery, COLUMN_CAPTION);
  gtk_icon_view_set_selection_mode(gallery, GTK_SELECTION_BROWSE);
  gtk_icon_view_set_columns(gallery, COLUMNS);
  gtk_icon_view_set_item_padding(gallery, 4);
  gtk_icon_view_set_margin(gallery, 4);
  gtk_icon_view_set_spacing(gallery, 0);
  gtk_icon_view_set_row_spacing(gallery, 2);
  gtk_icon_view_set_column_spacing(gallery, 2);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(window), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_container_add(GTK_CONTAINER(window), chooser->gallery);
  gtk_widget_set_size_request(window, COLUMNS * (THUMBNAIL + 14) + 14, 2 * (THUMBNAIL + 14) + 14);
  g_signal_connect(gallery, "selection-changed", G_CALLBACK(gallery_changed), chooser);
  return window;
}

/* A page with one widget under a sentence that says what it is for. */
static GtkWidget *page_of(GtkWidget *widget, const char *sentence) {
  GtkWidget *box = gtk_vbox_new(FALSE, 12);
  GtkWidget *label = gtk_label_new(sentence);
  gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_set_size_request(label, COLUMNS * THUMBNAIL, -1);
  gtk_misc_set_alignment(GTK_MISC(label), 0, 0.5);
  gtk_container_set_border_width(GTK_CONTAINER(box), 12);
  gtk_box_pack_start(GTK_BOX(box), label, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), widget, FALSE, FALSE, 0);
  return box;
}

static GtkWidget *file_page(Chooser *chooser) {
  GtkFileFilter *filter = gtk_file_filter_new();
  chooser->file = gtk_file_chooser_button_new(_("Choose a Style"), GTK_FILE_CHOOSER_ACTION_OPEN);
  gtk_file_filter_add_pixbuf_formats(filter);
  gtk_file_filter_add_pattern(filter, "*.xcf");
  gtk_file_filter_set_name(filter, _("Images"));
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(chooser->file), filter);
  filter = gtk_file_filter_new();
  gtk_file_filter_add_pattern(filter, "*");
  gtk_file_filter_set_name(filter, _("All files"));
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(chooser->file), filter);
  /* Without a folder it would begin with the files used lately, where neither a path nor a name can be typed. */
  const char *pictures = g_get_user_special_dir(G_USER_DIRECTORY_PICTURES);
  gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(chooser->file), pictures ? pictures : g_get_home_dir());
  g_signal_connect(chooser->file, "file-set", G_CALLBACK(file_chosen), chooser);
  return page_of(chooser->file, _("Any image of yours: a photograph of a painting, a texture, a drawing."));
}

/* The user comes back to the dialog, perhaps from opening an image. */
static gboolean window_entered(GtkWidget *window, GdkEventFocus *event, Chooser *chooser) {
  (void) window;
  (void) event;
  gboolean shown = FALSE; /* the list, by which the window may have lost the keyboard for a moment */
  g_object_get(chooser->layer, "popup-shown", &shown, NULL);
  if (shown || file_is_loading() || !gtk_widget_get_mapped(chooser->layer)) return FALSE;
  list_layers(chooser);
  choose_from_page(chooser, PAGE_LAYER);
  return FALSE;
}

/* A painting hides the chooser, and is to have GIMP for itself: no picture is waited for which only GIMP can open. */
static void hidden(GtkWidget *box, Chooser *chooser) {
  (void) box;
  g_cancellable_cancel(chooser->loading);
  g_clear_object(&chooser->loading);
}

static void shown(GtkWidget *box, Chooser *chooser) {
  (void) box;
  gboolean missing = gtk_image_get_storage_type(GTK_IMAGE(chooser->picture)) == GTK_IMAGE_EMPTY;
  if (missing && chooser->loading == NULL) show_style(chooser);
}

/* The chooser has been put into a window. */
static void placed(GtkWidget *box, GtkWidget *before, Chooser *chooser) {
  GtkWidget *window = gtk_widget_get_toplevel(box);
  (void) before;
  if (gtk_widget_is_toplevel(window)) g_signal_connect(window, "focus-in-event", G_CALLBACK(window_entered), chooser);
}

static GtkWidget *layer_page(Chooser *chooser) {
  chooser->layers = gtk_vbox_new(FALSE, 0);
  list_layers(chooser);
  return page_of(chooser->layers, _("A layer of this image, or of any other that is open."));
}

/* The height of the longest caption, in the user's font. */
static gint caption_height(const Chooser *chooser) {
  GtkTreeModel *model = GTK_TREE_MODEL(chooser->paintings);
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(chooser->caption, "\n\n\n");
  GtkTreeIter row;
  gint height;

  pango_layout_set_width(layout, PICTURE * PANGO_SCALE);
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
  pango_layout_get_pixel_size(layout, NULL, &height);
  for (gboolean more = gtk_tree_model_get_iter_first(model, &row); more; more = gtk_tree_model_iter_next(model, &row)) {
    g_autofree char *caption = NULL;
    gint wanted;
    gtk_tree_model_get(model, &row, COLUMN_CAPTION, &caption, -1);
    pango_layout_set_text(layout, caption, -1);
    pango_layout_get_pixel_size(layout, NULL, &wanted);
    height = MAX(height, wanted);
  }
  return height;
}

static GtkWidget *picture_with_caption(Chooser *chooser) {
  GtkWidget *box = gtk_vbox_new(FALSE, 6), *frame = gtk_frame_new(NULL);
  chooser->picture = gtk_image_new();
  chooser->caption = gtk_label_new(NULL);
  gtk_frame_set_shadow_type(GTK_FRAME(frame), GTK_SHADOW_IN);
  gtk_widget_set_size_request(frame, PICTURE + 8, PICTURE + 8);
  gtk_container_add(GTK_CONTAINER(frame), chooser->picture);
  gtk_label_set_line_wrap(GTK_LABEL(chooser->caption), TRUE);
  gtk_label_set_justify(GTK_LABEL(chooser->caption), GTK_JUSTIFY_CENTER);
  gtk_misc_set_alignment(GTK_MISC(chooser->caption), 0.5, 0);
  gtk_widget_set_size_request(chooser->caption, PICTURE, caption_height(chooser));
  gtk_box_pack_start(GTK_BOX(box), frame, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), chooser->caption, FALSE, FALSE, 0);
  return box;
}

static void chooser_free(gpointer data) {
  Chooser *chooser = data;
  g_cancellable_cancel(chooser->loading);
  g_clear_object(&chooser->loading);
  g_object_unref(chooser->paintings);
  g_free(chooser);
}

GtkWidget *style_chooser_new(Settings *settings, void (*changed)(gpointer data), gpointer data) {
  Chooser *chooser = g_new0(Chooser, 1);
  GtkWidget *box = gtk_hbox_new(FALSE, 12);
  chooser->settings = settings;
  chooser->changed = changed;
  chooser->data = data;
  chooser->updating = TRUE;
  chooser->notebook = gtk_notebook_new();

  GtkNotebook *notebook = GTK_NOTEBOOK(chooser->notebook);
  gtk_notebook_append_page(notebook, gallery_page(chooser), gtk_label_new_with_mnemonic(_("_Gallery")));
  gtk_notebook_append_page(notebook, file_page(chooser), gtk_label_new_with_mnemonic(_("_File")));
  gtk_notebook_append_page(notebook, layer_page(chooser), gtk_label_new_with_mnemonic(_("_Layer")));
  gtk_box_pack_start(GTK_BOX(box), picture_with_caption(chooser), FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(box), chooser->notebook, TRUE, TRUE, 0);
  gtk_widget_show_all(box);
  g_signal_connect(notebook, "switch-page", G_CALLBACK(page_chosen), chooser);
  g_signal_connect(box, "hierarchy-changed", G_CALLBACK(placed), chooser);
  g_signal_connect(box, "unmap", G_CALLBACK(hidden), chooser);
  g_signal_connect(box, "map", G_CALLBACK(shown), chooser);
  g_object_set_data_full(G_OBJECT(box), "chooser", chooser, chooser_free);
  chooser->updating = FALSE;
  style_chooser_update(box);
  return box;
}

void style_chooser_update(GtkWidget *widget) {
  Chooser *chooser = g_object_get_data(G_OBJECT(widget), "chooser");
  GtkNotebook *notebook = GTK_NOTEBOOK(chooser->notebook);
  GtkTreeIter iter;

  chooser->updating = TRUE;
  if (find_painting(chooser, &iter)) {
    GtkTreePath *path = gtk_tree_model_get_path(GTK_TREE_MODEL(chooser->paintings), &iter);
    gtk_icon_view_select_path(GTK_ICON_VIEW(chooser->gallery), path);
    gtk_icon_view_scroll_to_path(GTK_ICON_VIEW(chooser->gallery), path, FALSE, 0, 0);
    gtk_tree_path_free(path);
    gtk_notebook_set_current_page(notebook, PAGE_GALLERY);
  } else if (chooser->settings->style_file[0] != '\0') {
    gtk_file_chooser_set_filename(GTK_FILE_CHOOSER(chooser->file), chooser->settings->style_file);
    gtk_notebook_set_current_page(notebook, PAGE_FILE);
  } else if (api_is_layer(chooser->settings->style_layer)) {
    gimp_int_combo_box_set_active(GIMP_INT_COMBO_BOX(chooser->layer), chooser->settings->style_layer);
    gtk_notebook_set_current_page(notebook, PAGE_LAYER);
  }
  chooser->updating = FALSE;
  show_style(chooser);
}
