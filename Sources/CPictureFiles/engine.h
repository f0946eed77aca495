/* GEGL and babl. GEGL, its threads and its codecs are in child processes alone. */
#ifndef ENGINE_H
#define ENGINE_H

#include "container.h"
#include "picture_files.h"

#include <gegl.h>
#include <stdbool.h>

/* Starts babl before a child is made, which then has it ready: loading its extensions takes longer than most pictures.
 * It starts no threads. False where there is not the memory for it, without which babl would end the process. */
bool engine_prepare (void);
extern const char engine_no_room[]; /* that, in words */

/* Starts GEGL in this process, a child, its threads, swap files and messages kept down. What it complains of from now
 * on is remembered. */
void engine_start (void);

/* The first complaint, or NULL. */
const char *engine_complaint (void);

/* The operation that reads or writes a kind of file, or NULL when this GEGL has none. */
const char *engine_loader (container_kind kind);
const char *engine_saver (container_kind kind);

/* The space of an ICC profile, sRGB for an empty one, or NULL when babl cannot convert by the profile. */
const Babl *engine_space (const uint8_t *profile, size_t size);

/* The picture in a file, in the format it is stored in; NULL when nothing came. */
GeglBuffer *engine_decode (container_kind kind, const char *path);

/* Writes a picture to a file that does not exist yet. */
void engine_encode (container_kind kind, const char *path, GeglBuffer *buffer);

#endif
