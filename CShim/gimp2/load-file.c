/* libgimp may be called from any thread, but from one at a time. So another one makes the call, and meanwhile the main
 * loop draws and answers, but hears no keys and clicks: what they set off would call GIMP, too. */
#include "load-file.h"

#include <gegl.h>
#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

#include "gimp-api.h"
#include "ui.h"

typedef struct Loading {
  const char *path;
  ApiImage image;
  GMainLoop *loop;
} Loading;

static gboolean is_loading;

gboolean file_is_loading(void) {
  return is_loading;
}

static ApiImage load(const char *path) {
  return gimp_file_load(GIMP_RUN_NONINTERACTIVE, path, path);
}

static gboolean loaded(gpointer data) {
  Loading *loading = data;
  g_main_loop_quit(loading->loop);
  return G_SOURCE_REMOVE;
}

static gpointer run(gpointer data) {
  Loading *loading = data;
  loading->image = load(loading->path);
  g_idle_add(loaded, loading);
  return NULL;
}

ApiImage api_load_file(const char *path) {
  if (!ui_is_there()) return load(path);
  Loading loading = {path, API_NONE, g_main_loop_new(NULL, FALSE)};
  GtkWidget *deaf = gtk_invisible_new();

  is_loading = TRUE;
  gtk_grab_add(deaf);
  GThread *thread = g_thread_new("impasto-load", run, &loading);
  g_main_loop_run(loading.loop);
  g_thread_join(thread);
  gtk_grab_remove(deaf);
  gtk_widget_destroy(deaf);
  is_loading = FALSE;
  g_main_loop_unref(loading.loop);
  return loading.image;
}
