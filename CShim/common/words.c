#include "words.h"

#include <glib/gi18n.h>
#include <math.h>

/* Seconds are said coarsely, so that they do not flicker, but hardly more than a tenth off. */
static int rounded_seconds(double seconds) {
  int step = seconds < 10 ? 1 : seconds < 20 ? 2 : 5;
  return (int) fmax(1, step * round(seconds / step));
}

char *words_duration(double seconds) {
  int whole = rounded_seconds(fmin(seconds, 1e8));
  if (whole < 60) return g_strdup_printf(ngettext("%d second", "%d seconds", whole), whole);

  int minutes = (whole + 30) / 60;
  if (whole < 5 * 60 && whole % 60 != 0) {
    return g_strdup_printf(_("%d min %d s"), whole / 60, whole % 60);
  }
  if (minutes < 60) return g_strdup_printf(ngettext("%d minute", "%d minutes", minutes), minutes);
  return g_strdup_printf(_("%d h %d min"), minutes / 60, minutes % 60);
}

char *words_cost(const impasto_cost *cost) {
  g_autofree char *duration = words_duration(cost->seconds);
  g_autofree char *memory = cost->bytes < 1e9 ? g_strdup_printf(_("%.0f MB"), cost->bytes / 1e6)
                                              : g_strdup_printf(_("%.1f GB"), cost->bytes / 1e9);
  return g_strdup_printf(_("About %s and %s of memory, painting at %d × %d pixels."), duration, memory, cost->width,
                         cost->height);
}

char *words_progress(const impasto_status *status) {
  if (status->scales == 0) return g_strdup(_("Looking at the pictures…"));
  if (status->seconds_left < 0) return g_strdup_printf(_("Scale %d of %d"), status->scale, status->scales);
  g_autofree char *left = words_duration(status->seconds_left);
  return g_strdup_printf(_("Scale %d of %d, about %s left"), status->scale, status->scales, left);
}
