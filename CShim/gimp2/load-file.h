/* Opening a file by GIMP, while a dialog stays alive. */
#ifndef IMPASTO_SHIM_LOAD_FILE_H
#define IMPASTO_SHIM_LOAD_FILE_H

#include <glib.h>

/* Whether a file is being opened: until that is done, what the main loop comes upon must not call GIMP. */
gboolean file_is_loading(void);

#endif
