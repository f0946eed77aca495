/* The Swift library that paints, opened when it is first needed: a plug-in linked to it would vanish from GIMP's menus
 * without a word if the library were missing, where this one can say what is wrong. */
#ifndef IMPASTO_SHIM_ENGINE_H
#define IMPASTO_SHIM_ENGINE_H

#include <glib.h>

#include "impasto.h"

/* The functions of impasto.h, without their prefix. */
#define ENGINE_FUNCTIONS(one) \
  one(version) one(options_default) one(job_new) one(job_start) one(job_status) one(job_preview) one(job_stop) \
  one(job_result) one(job_free) one(estimate)

typedef struct Engine {
#define ENGINE_MEMBER(name) __typeof__(&impasto_##name) name;
  ENGINE_FUNCTIONS(ENGINE_MEMBER)
#undef ENGINE_MEMBER
} Engine;

/* What to say of an error of the engine's, to be freed. Its own message is in English whatever the user's language; what
 * happens most often is said in theirs before. */
char *engine_says(impasto_result result, const char *message);

/* The engine, or NULL and a sentence that names the file. */
const Engine *engine_load(GError **error);

#endif
