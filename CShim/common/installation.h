/* Where this plug-in is installed: everything it needs lies beside its executable. */
#ifndef IMPASTO_SHIM_INSTALLATION_H
#define IMPASTO_SHIM_INSTALLATION_H

#include <glib.h>

/* Remembers the folder of the executable; `program` is argv[0], which GIMP gives as a whole path. */
void installation_init(const char *program);

/* The path of `name` beside the executable, to be freed. */
char *installation_path(const char *name);

#endif
