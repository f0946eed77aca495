/* A line that says what a painting will take on this machine, kept up to date in the background. */
#ifndef IMPASTO_SHIM_COST_LABEL_H
#define IMPASTO_SHIM_COST_LABEL_H

#include <gtk/gtk.h>

#include "engine.h"
#include "painting.h"

GtkWidget *cost_label_new(const Engine *engine);

/* Asks again, for painting that much with these settings. */
void cost_label_update(GtkWidget *label, const Extent *extent, const Settings *settings);

/* Says something else instead. */
void cost_label_say(GtkWidget *label, const char *sentence);

#endif
