/* Put before the plug-in's libraries (LD_PRELOAD): writes what its labels are told to say into the file that LABELS
 * names, a line each. Of a screen, a test could only take pictures. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gtk_label_set_text(void *label, const char *text) {
  void (*set_text)(void *, const char *) = (void (*)(void *, const char *)) dlsym(RTLD_NEXT, "gtk_label_set_text");
  const char *path = getenv("LABELS");
  int ours = path != NULL && text != NULL && strcmp(program_invocation_short_name, "impasto") == 0;
  FILE *file = ours ? fopen(path, "a") : NULL;
  if (file != NULL) {
    for (const char *at = text; *at != '\0'; at++) fputc(*at == '\n' ? ' ' : *at, file);
    fputc('\n', file);
    fclose(file);
  }
  set_text(label, text);
}
