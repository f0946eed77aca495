/* A line that says what a painting will take on this machine, kept up to date in the background. */
#ifndef IMPASTO_SHIM_COST_LABEL_H
#define IMPASTO_SHIM_COST_LABEL_H

#include <gtk/gtk.h>

#include "engine.h"
#include "settings.h"

/* For a picture of width x height. */
GtkWidget *cost_label_new(const Engine *engine, gint width, gint height);

/* Asks again, for these settings. */
void cost_label_update(GtkWidget *label, const Settings *settings);

#endif
