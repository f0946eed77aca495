/* What a picture file says about itself outside its compressed pixels, and whether it is all there.
 *
 * GEGL's loaders decode what they find: a file cut short comes out half gray or takes the process with it, and nobody
 * tells of animations, orientation, or (for WebP) profiles. So each file is read over once before it is decoded. The
 * readers look at untrusted bytes and touch none that they have not checked to be there.
 */
#ifndef CONTAINER_H
#define CONTAINER_H

#include "bytes.h"

/* 255 segments of what a segment holds beside the 14 bytes that say which it is. */
enum { JPEG_LARGEST_PROFILE = 255 * (65533 - 14) };

typedef enum container_kind { KIND_NONE, KIND_PNG, KIND_JPEG, KIND_TIFF, KIND_WEBP } container_kind;

typedef struct container {
  container_kind kind;
  uint32_t width, height;   /* as stored, before the picture is set upright */
  int bits;                 /* 8 or 16: deeper files count as 16 */
  bool has_alpha;
  bool is_inverted;         /* TIFF: 0 is white */
  bool is_taken_as_srgb;    /* unless there is a profile; PNG: its gamma and primaries, if any, stand for sRGB's */
  bool has_pages;           /* TIFF: more than one */
  int orientation;          /* as in EXIF, 1..8, of what GEGL's loader gives; 1 = upright */
  uint8_t *profile;         /* ICC, allocated with g_malloc, or NULL */
  size_t profile_size;
} container;

/* The kind of file these bytes begin. */
container_kind container_kind_of_bytes (bytes file);

/* The kind of file a name ends like. */
container_kind container_kind_of_name (const char *path);

/* "PNG", "JPEG", "TIFF", "WebP". */
const char *container_kind_name (container_kind kind);

/* Reads a file over. NULL when it is whole and of a sort that can be painted; else the rest of a sentence that begins
 * with its name: "is cut short: ...". The profile is the caller's to free. */
const char *container_read (bytes file, container *found);

/* A copy of a file just encoded, with `profile` as its one ICC profile. NULL when the file is not as expected. */
uint8_t *container_with_profile (container_kind kind, bytes file, bytes profile, size_t *size);

/* Sets the profile found, copying it; an empty one is none. */
void container_set_profile (container *found, bytes profile);

/* One kind each. */
const char *png_read (bytes file, container *found);
const char *jpeg_read (bytes file, container *found);
const char *tiff_read (bytes file, container *found);
const char *webp_read (bytes file, container *found);
bool png_with_profile (bytes file, bytes profile, writer *out);
bool jpeg_with_profile (bytes file, bytes profile, writer *out);
bool tiff_with_profile (bytes file, bytes profile, writer *out);
bool webp_with_profile (bytes file, bytes profile, writer *out);

/* The orientation in a block of EXIF, 1 when it has none. */
int exif_orientation (bytes exif);

#endif
