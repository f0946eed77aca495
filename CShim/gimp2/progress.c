#include "progress.h"

#include <glib/gi18n.h>
#include <libgimp/gimp.h>

#include "words.h"

static char *said;

void progress_begin(void) {
  gimp_progress_init(_("Impasto"));
}

void progress_show(const impasto_status *status) {
  g_autofree char *words = words_progress(status);
  if (g_strcmp0(words, said) != 0) {
    gimp_progress_set_text(words);
    g_free(said);
    said = g_steal_pointer(&words);
  }
  gimp_progress_update(status->fraction);
}

void progress_end(void) {
  g_clear_pointer(&said, g_free);
  gimp_progress_end();
}
