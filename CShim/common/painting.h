/* A whole painting, from a layer to the new layer above it, in steps that are short enough for a dialog to stay alive
 * between two of them. */
#ifndef IMPASTO_SHIM_PAINTING_H
#define IMPASTO_SHIM_PAINTING_H

#include "engine.h"
#include "live-layer.h"
#include "settings.h"

typedef struct Painting Painting;

typedef enum {
  PAINTING_READING, /* the layers are read; nothing is seen yet */
  PAINTING_WORKING, /* the new layer is there and grows */
  PAINTING_KEPT,    /* ended: painting_layer is the result */
  PAINTING_DROPPED, /* ended: the image looks as it did */
  PAINTING_FAILED,  /* ended: painting_error says why, and if the new layer stays, unfinished */
} PaintingState;

/* Begins to paint `layer`. NULL and a sentence if it, the selection or the settings do not allow it. */
Painting *painting_new(const Engine *engine, ApiImage image, ApiItem layer, const Settings *settings,
                       GError **error);
void painting_free(Painting *painting);

/* The next little bit of work. The states from PAINTING_KEPT on are final; call it ten times a second until then. */
PaintingState painting_step(Painting *painting);

/* Ends it early, with what is there (`keep`) or without; painting_step follows it up. */
void painting_stop(Painting *painting, gboolean keep);

/* What the memory that a painting takes depends on, besides the settings. */
typedef struct Extent {
  gint width, height;           /* of what is painted */
  gboolean has_alpha, has_mask; /* the layer's own; and there is a selection, or a mask on the layer */
} Extent;

/* The bytes that painting takes on top of what the engine says of an opaque picture of that size. */
gint64 painting_memory(const Extent *extent, const Settings *settings);

/* How far it is. */
const impasto_status *painting_status(const Painting *painting);

ApiLayer painting_layer(const Painting *painting);
const GError *painting_error(const Painting *painting);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Painting, painting_free)

#endif
