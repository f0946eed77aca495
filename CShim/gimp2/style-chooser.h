/* The part of the dialog that chooses the style: gallery, file or layer, and a picture of the chosen one. */
#ifndef IMPASTO_SHIM_STYLE_CHOOSER_H
#define IMPASTO_SHIM_STYLE_CHOOSER_H

#include <gtk/gtk.h>

#include "settings.h"

/* A widget that shows and changes the style in `settings`, which must outlive it, and calls `changed` afterwards. */
GtkWidget *style_chooser_new(Settings *settings, void (*changed)(gpointer data), gpointer data);

/* Shows what the settings say now. */
void style_chooser_update(GtkWidget *chooser);

#endif
