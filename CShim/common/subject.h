/* What is painted: the layer, the part of it that the selection leaves, and its pixels. */
#ifndef IMPASTO_SHIM_SUBJECT_H
#define IMPASTO_SHIM_SUBJECT_H

#include "pixels.h"
#include "region.h"
#include "stand.h"
#include "strips.h"

typedef struct Subject {
  ApiImage image;
  ApiLayer layer;         /* the one that is painted: the new layer comes above it */
  ApiLayer content_layer; /* whose pixels are the content: the same, or the photograph of a painting that goes on */
  ApiLayer layer_snapshot, content_snapshot; /* what is read, until all is */
  Colour *colour;
  Region *region;    /* of `layer` */
  Pixels *content;   /* its alpha is the layer's times the region's mask: what is hidden is not painted nor counted */
  Pixels *initial;   /* where to start from, or NULL */
  float *own_alpha;  /* the content's own, which the new layer gets; NULL if it has none */
  GeglRectangle content_area; /* the region in content_layer's coordinates */

  /* What all this was made for, and must still be so when the new layer comes into the image. */
  Stand layer_stand, content_stand;

  /* While it is read. */
  enum { READ_REGION, READ_CONTENT, MASK_CONTENT, READ_INITIAL, READ_ALL } reading;
  PixelReader *reader;
  Strips masking;
} Subject;

/* Whether `layer` is one that can be painted; a sentence if not. */
gboolean subject_possible(ApiImage image, ApiItem layer, GError **error);

/* With `go_on`, a layer that Impasto painted is gone on with: its photograph is the content, itself the start. */
Subject *subject_new(ApiImage image, ApiItem layer, gboolean go_on, GError **error);
void subject_free(Subject *subject);

/* Whether image and layers are still as they were; a sentence if the user has changed them meanwhile. A layer of
 * another precision than its image's makes a file that cannot be opened. */
gboolean subject_unchanged(const Subject *subject, GError **error);

/* Reads some more of the pixels; FALSE when all are there, or with a sentence if there is nothing to paint. */
gboolean subject_read_step(Subject *subject, GError **error);

/* Has `colour` go by the image's profile as it is now, and says whether that is another one: the painting is to look as
 * it did under the one before. What writes with the old `colour` must not go on. */
gboolean subject_follow_profile(Subject *subject);

/* Once the engine has its copy: frees the pixels, but for what subject_leave_unseen needs of them. */
void subject_forget_seen(Subject *subject);

/* Gives the pixels that nobody can see the colours they had in the layer; after subject_forget_seen. */
void subject_leave_unseen(const Subject *subject, float *rgb);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Subject, subject_free)

#endif
