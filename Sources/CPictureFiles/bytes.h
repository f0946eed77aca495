/* A stretch of bytes that is only looked at where it has been checked to be long enough. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct bytes {
  const uint8_t *data;
  size_t size;
} bytes;

static inline bool
has (bytes b, size_t at, size_t count)
{
  return at <= b.size && count <= b.size - at;
}

static inline bool
has_text (bytes b, size_t at, const char *text, size_t length)
{
  return has (b, at, length) && memcmp (b.data + at, text, length) == 0;
}

static inline bytes
slice (bytes b, size_t at, size_t count)
{
  return (bytes) { b.data + at, count };
}

static inline uint32_t
big16 (bytes b, size_t at)
{
  return (uint32_t) b.data[at] << 8 | b.data[at + 1];
}

static inline uint32_t
big32 (bytes b, size_t at)
{
  return big16 (b, at) << 16 | big16 (b, at + 2);
}

static inline uint32_t
little16 (bytes b, size_t at)
{
  return b.data[at] | (uint32_t) b.data[at + 1] << 8;
}

static inline uint32_t
little24 (bytes b, size_t at)
{
  return little16 (b, at) | (uint32_t) b.data[at + 2] << 16;
}

static inline uint32_t
little32 (bytes b, size_t at)
{
  return little16 (b, at) | little16 (b, at + 2) << 16;
}

/* Bytes that grow. */
typedef struct writer {
  uint8_t *data;
  size_t size, room;
} writer;

void write_bytes (writer *w, const void *data, size_t count);
void write_big16 (writer *w, uint32_t value);
void write_big32 (writer *w, uint32_t value);
void write_little32 (writer *w, uint32_t value);

#endif
