/* All that the user may choose: the style, the sliders, and under Advanced the rest. */
#ifndef IMPASTO_SHIM_CONTROLS_H
#define IMPASTO_SHIM_CONTROLS_H

#include <gtk/gtk.h>

#include "engine.h"
#include "settings.h"

/* A widget that shows and changes `settings`, which must outlive it, for painting the width x height pixels of `layer`
 * that are selected. `can_paint` is told whether they are complete. */
GtkWidget *controls_new(const Engine *engine, ApiItem layer, gint width, gint height, Settings *settings,
                        void (*can_paint)(gboolean possible, gpointer data), gpointer data);

/* Goes back to the defaults; the style stays. */
void controls_reset(GtkWidget *controls);

#endif
