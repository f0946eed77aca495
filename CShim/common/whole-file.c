#include "whole-file.h"

#include <string.h>

typedef struct Bytes {
  const guint8 *data;
  gsize length;
} Bytes;

static gboolean begins(Bytes bytes, const char *sign, gsize length) {
  return bytes.length >= length && memcmp(bytes.data, sign, length) == 0;
}

/* A whole number of `count` bytes, at most 8; `*beyond` is set if it lies beyond the end. */
static guint64 number(Bytes bytes, guint64 at, int count, gboolean big_endian, gboolean *beyond) {
  guint64 value = 0;
  if (at > bytes.length || bytes.length - at < (gsize) count) {
    *beyond = TRUE;
    return 0;
  }
  for (int i = 0; i < count; i++) value = value << 8 | bytes.data[at + (big_endian ? i : count - 1 - i)];
  return value;
}

/* PNG: chunks of a length, a type, that many bytes and a checksum; IEND is the last. */
static gboolean whole_png(Bytes bytes) {
  gboolean beyond = FALSE;
  for (guint64 at = 8; !beyond;) {
    guint64 end = at + 12 + number(bytes, at, 4, TRUE, &beyond);
    if (beyond || end > bytes.length) return FALSE;
    if (memcmp(bytes.data + at + 4, "IEND", 4) == 0) return TRUE;
    at = end;
  }
  return FALSE;
}

/* JPEG: segments of a marker and a length up to the first scan, with whatever lies between them passed over, as every
 * reader does; somewhere after that the end is marked. A thumbnail, which has such a mark of its own, lies in a
 * segment. */
static gboolean whole_jpeg(Bytes bytes) {
  enum { FILL = 0xff, END = 0xd9, SCAN = 0xda };
  gboolean beyond = FALSE;
  guint64 at = 2;
  for (guint64 marker = 0; marker != SCAN;) {
    while (at + 1 < bytes.length &&
           (bytes.data[at] != FILL || bytes.data[at + 1] == 0 || bytes.data[at + 1] == FILL)) {
      at++;
    }
    marker = number(bytes, at + 1, 1, TRUE, &beyond);
    at += 2 + number(bytes, at + 2, 2, TRUE, &beyond);
    if (beyond || at > bytes.length) return FALSE;
  }
  for (; at + 1 < bytes.length; at++)
    if (bytes.data[at] == FILL && bytes.data[at + 1] == END) return TRUE;
  return FALSE;
}

/* WebP: its length is in its header. */
static gboolean whole_webp(Bytes bytes) {
  gboolean beyond = FALSE;
  return number(bytes, 4, 4, FALSE, &beyond) <= bytes.length - 8 && !beyond;
}

/* Whether all strips (or tiles) end in the file; `offsets` and `counts` are where the directory's entries for their
 * beginnings and lengths are. */
static gboolean whole_strips(Bytes bytes, guint64 offsets, guint64 counts, gboolean big_endian) {
  gboolean beyond = FALSE;
  guint64 entries[2] = {offsets, counts}, first[2];
  int size[2];
  guint64 count = number(bytes, offsets + 4, 4, big_endian, &beyond);
  if (count != number(bytes, counts + 4, 4, big_endian, &beyond)) return TRUE; /* no strips as we know them */

  for (int i = 0; i < 2; i++) {
    size[i] = number(bytes, entries[i] + 2, 2, big_endian, &beyond) == 3 ? 2 : 4;
    first[i] = entries[i] + 8;
    if (count * size[i] > 4) first[i] = number(bytes, first[i], 4, big_endian, &beyond);
  }
  for (guint64 n = 0; n < count && !beyond; n++) {
    guint64 begin = number(bytes, first[0] + n * size[0], size[0], big_endian, &beyond);
    if (begin + number(bytes, first[1] + n * size[1], size[1], big_endian, &beyond) > bytes.length) return FALSE;
  }
  return !beyond;
}

/* TIFF: a directory, anywhere, says where in the file the strips or tiles are. */
static gboolean whole_tiff(Bytes bytes) {
  enum { STRIP_OFFSETS = 273, STRIP_COUNTS = 279, TILE_OFFSETS = 324, TILE_COUNTS = 325 };
  gboolean big_endian = bytes.data[0] == 'M', beyond = FALSE;
  guint64 directory = number(bytes, 4, 4, big_endian, &beyond);
  guint64 entries = number(bytes, directory, 2, big_endian, &beyond), offsets = 0, counts = 0;

  for (guint64 n = 0; n < entries && !beyond; n++) {
    guint64 at = directory + 2 + 12 * n, tag = number(bytes, at, 2, big_endian, &beyond);
    if (tag == STRIP_OFFSETS || tag == TILE_OFFSETS) offsets = at;
    if (tag == STRIP_COUNTS || tag == TILE_COUNTS) counts = at;
  }
  if (beyond) return FALSE;
  return offsets == 0 || counts == 0 || whole_strips(bytes, offsets, counts, big_endian);
}

gboolean whole_file(const char *path) {
  g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
  if (file == NULL) return TRUE;
  Bytes bytes = {(const guint8 *) g_mapped_file_get_contents(file), g_mapped_file_get_length(file)};

  if (begins(bytes, "\x89PNG\r\n\x1a\n", 8)) return whole_png(bytes);
  if (begins(bytes, "\xff\xd8\xff", 3)) return whole_jpeg(bytes);
  if (begins(bytes, "RIFF", 4)) {
    return bytes.length < 12 || memcmp(bytes.data + 8, "WEBP", 4) != 0 || whole_webp(bytes);
  }
  if (begins(bytes, "II*\0", 4) || begins(bytes, "MM\0*", 4)) return whole_tiff(bytes);
  return TRUE;
}
