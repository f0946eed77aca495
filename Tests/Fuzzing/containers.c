/* The edges of picture files, which the command line looks at itself before a codec sees them: any bytes are refused in
 * a sentence or described, and what is described can be given another profile. libFuzzer drives it. */
#include <glib.h>
#include <stdlib.h>

#include "container.h"

static void require(bool right) {
  if (!right) abort();
}

/* What was put in must be found again, but in gray JPEG and PNG files, whose profiles are left behind. */
static void give_profile(container_kind kind, bytes file) {
  static const uint8_t text[300] = "a profile, or whatever is taken for one";
  const bytes profile = {text, sizeof text};
  size_t size;
  g_autofree uint8_t *with_profile = container_with_profile(kind, file, profile, &size);
  container found;
  if (with_profile == NULL) return;
  const char *complaint = container_read((bytes){with_profile, size}, &found);
  require(complaint != NULL || found.profile_size == 0 || found.profile != NULL);
  container_set_profile(&found, (bytes){0});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const bytes file = {data, size};
  container found;
  const char *complaint = container_read(file, &found);
  require(found.bits == 8 || found.bits == 16);
  require(found.orientation >= 1 && found.orientation <= 8);
  require((found.profile == NULL) == (found.profile_size == 0));
  if (complaint == NULL)
    give_profile(found.kind, file);
  else
    require(complaint[0] != '\0');
  container_set_profile(&found, (bytes){0});
  return 0;
}
