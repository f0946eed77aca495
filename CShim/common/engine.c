#include "engine.h"

#include <glib/gi18n.h>
#include <gmodule.h>
#ifdef __ELF__
#include <elf.h>
#include <link.h>
#endif

#include "error.h"
#include "installation.h"

static Engine engine;
static GModule *library;

static gboolean find(const char *path, const char *symbol, gpointer *function, GError **error) {
  if (g_module_symbol(library, symbol, function) && *function != NULL) return TRUE;
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("Impasto's engine “%s” is not the one this plug-in was made for: it lacks %s. Install Impasto again."),
              path, symbol);
  return FALSE;
}

/* Whether the file is as long as its header says: the dynamic linker of ELF dies of one that was cut short. */
static gboolean whole(const char *path) {
#ifdef __ELF__
  g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
  if (file == NULL || g_mapped_file_get_length(file) < sizeof(ElfW(Ehdr))) return FALSE;
  const ElfW(Ehdr) *header = (const ElfW(Ehdr) *) g_mapped_file_get_contents(file);
  return header->e_shoff + (guint64) header->e_shnum * header->e_shentsize <= g_mapped_file_get_length(file);
#else
  return g_file_test(path, G_FILE_TEST_IS_REGULAR);
#endif
}

char *engine_says(impasto_result result, const char *message) {
  /* Translators: these three are followed by a sentence in English, which says all. Only yours tells what happened. */
  const char *form = result == IMPASTO_BAD_WEIGHTS ? C_("weights missing or damaged", "Impasto cannot paint this: %s")
                     : result == IMPASTO_NO_MEMORY ? C_("not enough memory", "Impasto cannot paint this: %s")
                                                   : C_("anything else", "Impasto cannot paint this: %s");
  return g_strdup_printf(form, message);
}

const Engine *engine_load(GError **error) {
  static gboolean complete;
  if (complete) return &engine;

  g_autofree char *path = installation_path("libImpasto." G_MODULE_SUFFIX);
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("Impasto's engine is missing: there is no “%s”. Install Impasto again."), path);
    return NULL;
  }
  if (!whole(path)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("Impasto's engine “%s” is damaged. Install Impasto again."), path);
    return NULL;
  }
  if (library == NULL) library = g_module_open(path, G_MODULE_BIND_LOCAL);
  if (library == NULL) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("Impasto's engine “%s” cannot be loaded (%s). Install Impasto again."), path, g_module_error());
    return NULL;
  }
#define ENGINE_FIND(name) \
  if (!find(path, "impasto_" #name, (gpointer *) &engine.name, error)) return NULL;
  ENGINE_FUNCTIONS(ENGINE_FIND)
#undef ENGINE_FIND
  complete = TRUE;
  return &engine;
}
