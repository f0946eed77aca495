/* Reading the picture of a style, a bit at a time. */
#ifndef IMPASTO_SHIM_STYLE_READER_H
#define IMPASTO_SHIM_STYLE_READER_H

#include "pixels.h"
#include "settings.h"

typedef struct StyleReader StyleReader;

/* For the style that `settings` choose, which the engine will look at in `enough` pixels; NULL and a sentence if there
 * is no such file or layer. */
StyleReader *style_reader_new(const Settings *settings, gdouble enough, GError **error);
void style_reader_free(StyleReader *reader);

/* Reads some more; FALSE when there is no more to read. */
gboolean style_reader_step(StyleReader *reader);

/* Whether it waits for a thread, so that there is no point in stepping on at once. */
gboolean style_reader_waits(const StyleReader *reader);

/* The picture, or one that is smaller and enough, once it has been read: the caller's from then on. NULL and a sentence
 * if it cannot be used. */
Pixels *style_reader_take(StyleReader *reader, GError **error);

#endif
