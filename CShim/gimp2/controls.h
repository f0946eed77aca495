/* All that the user may choose: the style, the sliders, and under Advanced the rest. */
#ifndef IMPASTO_SHIM_CONTROLS_H
#define IMPASTO_SHIM_CONTROLS_H

#include <gtk/gtk.h>

#include "painting.h"

/* A widget that shows and changes `settings`, which must outlive it, for painting what the selection leaves of `layer`.
 * `can_paint` is told whether they are complete. */
GtkWidget *controls_new(const Engine *engine, ApiItem layer, const Extent *extent, Settings *settings,
                        void (*can_paint)(gboolean possible, gpointer data), gpointer data);

/* What the selection leaves is that now. */
void controls_set_extent(GtkWidget *controls, const Extent *extent);

/* There is nothing to paint now, for the reason that the sentence gives. */
void controls_refuse(GtkWidget *controls, const char *sentence);

/* Goes back to the defaults; the style stays. */
void controls_reset(GtkWidget *controls);

#endif
