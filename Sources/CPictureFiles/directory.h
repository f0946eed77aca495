/* The directories of TIFF 6.0: entries of tag, type, count and value. EXIF is written in the same form. */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include "bytes.h"

typedef struct directory {
  bytes file;
  bool is_big; /* the byte order */
  size_t at;   /* of the number of entries, which has been checked with the entries to be there */
} directory;

/* Where a value is, in the file's bytes; `count` items of `width` bytes that have been checked to be there. */
typedef struct field {
  size_t at;
  size_t entry;
  uint32_t count;
  unsigned width;
} field;

/* The first directory; false when the bytes are too few or no TIFF. */
bool directory_first (bytes file, directory *found);

/* Whether another one follows. */
bool directory_has_next (const directory *d);

/* The field with the given tag, if it is there and whole. */
bool directory_find (const directory *d, unsigned tag, field *found);

/* One item of a field of bytes, shorts or longs. */
uint32_t field_item (const directory *d, const field *f, uint32_t index);

/* The first item of the field with the given tag, or what it is when the tag is missing. */
uint32_t directory_number (const directory *d, unsigned tag, uint32_t missing);

#endif
