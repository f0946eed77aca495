#include "installation.h"

#include "error.h"

static char *folder;

G_DEFINE_QUARK(impasto-shim-error, shim_error)

void installation_init(const char *program) {
  g_free(folder);
  folder = g_path_get_dirname(program);
}

char *installation_path(const char *name) {
  return g_build_filename(folder != NULL ? folder : ".", name, NULL);
}
