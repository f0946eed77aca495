/* WebP, after Google's "WebP Container Specification": RIFF chunks of type, length, data and a byte of padding. */
#include "container.h"

#include <glib.h>

enum { HEADER = 12, HAS_ANIMATION = 0x02, HAS_ALPHA = 0x10, HAS_PROFILE = 0x20 };

typedef struct chunk {
  const char *type;
  bytes data;
  size_t start, end;
} chunk;

static bool
next_chunk (bytes file, size_t at, chunk *found)
{
  if (!has (file, at, 8) || !has (file, at + 8, little32 (file, at + 4)))
    return false;
  const size_t length = little32 (file, at + 4);
  *found = (chunk) { (const char *) file.data + at, slice (file, at + 8, length), at, at + 8 + length + length % 2 };
  return true;
}

static bool
is_type (const chunk *c, const char *type)
{
  return memcmp (c->type, type, 4) == 0;
}

/* Width, height and alpha from the header of the pixels themselves; false when they are not in this chunk. */
static bool
read_pixels (const chunk *c, container *found)
{
  if (is_type (c, "VP8 ") && has_text (c->data, 3, "\x9d\x01\x2a", 3) && has (c->data, 6, 4))
    {
      found->width = little16 (c->data, 6) & 0x3fff;
      found->height = little16 (c->data, 8) & 0x3fff;
      return true;
    }
  if (is_type (c, "VP8L") && has_text (c->data, 0, "\x2f", 1) && has (c->data, 1, 4))
    {
      const uint32_t header = little32 (c->data, 1);
      found->width = (header & 0x3fff) + 1;
      found->height = (header >> 14 & 0x3fff) + 1;
      found->has_alpha = found->has_alpha || (header >> 28 & 1);
      return true;
    }
  return false;
}

const char *
webp_read (bytes file, container *found)
{
  static const char *const cut_short = "is cut short: a whole WebP file was expected.";
  if (!has (file, 8, little32 (file, 4)))
    return cut_short;
  const bytes whole = slice (file, 0, 8 + (size_t) little32 (file, 4));
  bool has_pixels = false;
  chunk c;
  for (size_t at = HEADER; at < whole.size; at = c.end)
    {
      if (!next_chunk (whole, at, &c))
        return cut_short;
      if (is_type (&c, "VP8X") && c.data.size >= 10)
        {
          if (c.data.data[0] & HAS_ANIMATION)
            return "is an animation (WebP); a single picture was expected.";
          found->has_alpha = (c.data.data[0] & HAS_ALPHA) != 0;
        }
      has_pixels = has_pixels || read_pixels (&c, found);
      if (is_type (&c, "ICCP"))
        container_set_profile (found, c.data);
      if (is_type (&c, "EXIF"))
        {
          const size_t prefix = has_text (c.data, 0, "Exif\0\0", 6) ? 6 : 0;
          found->orientation = exif_orientation (slice (c.data, prefix, c.data.size - prefix));
        }
    }
  return has_pixels ? NULL : "holds no pixels; a whole WebP file was expected.";
}

static void
write_chunk (writer *out, const char *type, bytes data)
{
  write_bytes (out, type, 4);
  write_little32 (out, (uint32_t) data.size);
  write_bytes (out, data.data, data.size);
  write_bytes (out, "", data.size % 2);
}

/* A profile needs the extended form: a VP8X chunk first, then ICCP, then the pixels. */
bool
webp_with_profile (bytes file, bytes profile, writer *out)
{
  container found = { 0 };
  if (webp_read (file, &found) != NULL)
    return false;
  const uint32_t right = found.width - 1, bottom = found.height - 1;
  const uint8_t header[] = {
    HAS_PROFILE | (found.has_alpha ? HAS_ALPHA : 0), 0, 0, 0,
    (uint8_t) right, (uint8_t) (right >> 8), (uint8_t) (right >> 16),
    (uint8_t) bottom, (uint8_t) (bottom >> 8), (uint8_t) (bottom >> 16),
  };
  writer chunks = { 0 };
  write_bytes (&chunks, "WEBP", 4);
  write_chunk (&chunks, "VP8X", (bytes) { header, sizeof header });
  write_chunk (&chunks, "ICCP", profile);
  chunk c;
  for (size_t at = HEADER; next_chunk (file, at, &c); at = c.end)
    if (!is_type (&c, "VP8X") && !is_type (&c, "ICCP"))
      write_chunk (&chunks, c.type, c.data);
  container_set_profile (&found, (bytes) { 0 });
  write_chunk (out, "RIFF", (bytes) { chunks.data, chunks.size });
  g_free (chunks.data);
  return true;
}
