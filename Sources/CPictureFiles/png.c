/* PNG, after its specification (third edition, W3C): a signature, then chunks of length, type, data and CRC. */
#include "container.h"

#include <gio/gio.h>

enum { SIGNATURE = 8, CHUNK_FRAME = 12, LONGEST_PROFILE = 1 << 26 };

typedef struct chunk {
  const char *type;
  bytes data;
  size_t end; /* where the next one begins */
} chunk;

static bool
next_chunk (bytes file, size_t at, chunk *found)
{
  if (!has (file, at, CHUNK_FRAME) || !has (file, at, CHUNK_FRAME + (size_t) big32 (file, at)))
    return false;
  const size_t length = big32 (file, at);
  *found = (chunk) { (const char *) file.data + at + 4, slice (file, at + 8, length), at + CHUNK_FRAME + length };
  return true;
}

static bool
is_type (const chunk *c, const char *type)
{
  return memcmp (c->type, type, 4) == 0;
}

/* All of `input` through a converter; size 0 when it is no good or longer than any profile. */
static bytes
converted (GConverter *converter, bytes input, writer *out)
{
  uint8_t block[4096];
  size_t consumed = 0;
  GConverterResult result;
  do
    {
      gsize read = 0, written = 0;
      result = g_converter_convert (converter, input.data + consumed, input.size - consumed, block, sizeof block,
                                    G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
      write_bytes (out, block, written);
      consumed += read;
    }
  while (result == G_CONVERTER_CONVERTED && out->size < LONGEST_PROFILE);
  g_object_unref (converter);
  return (bytes) { out->data, result == G_CONVERTER_FINISHED ? out->size : 0 };
}

/* iCCP: a name, a zero byte, the method 0, and the profile as a zlib stream. */
static void
read_profile (bytes chunk, container *found)
{
  const uint8_t *zero = memchr (chunk.data, 0, chunk.size);
  if (zero == NULL || !has (chunk, (size_t) (zero - chunk.data), 3))
    return;
  const size_t start = (size_t) (zero - chunk.data) + 2;
  writer out = { 0 };
  GConverter *inflate = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  container_set_profile (found, converted (inflate, slice (chunk, start, chunk.size - start), &out));
  g_free (out.data);
}

/* gAMA 1/2.2 with sRGB's primaries or none is how many writers say sRGB without saying it. */
static bool
is_like_srgb (const chunk *c)
{
  static const uint32_t srgb[] = { 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000 };
  if (is_type (c, "gAMA"))
    return c->data.size == 4 && big32 (c->data, 0) >= 45000 && big32 (c->data, 0) <= 46000;
  if (c->data.size != sizeof srgb)
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS (srgb); i++)
    if (ABS ((int64_t) big32 (c->data, 4 * i) - srgb[i]) > 100)
      return false;
  return true;
}

const char *
png_read (bytes file, container *found)
{
  chunk c;
  if (!next_chunk (file, SIGNATURE, &c) || !is_type (&c, "IHDR") || c.data.size < 13)
    return "is cut short: a whole PNG file was expected.";
  found->width = big32 (c.data, 0);
  found->height = big32 (c.data, 4);
  found->bits = c.data.data[8] == 16 ? 16 : 8;
  const int color_type = c.data.data[9];
  found->has_alpha = (color_type & 4) != 0;
  const bool is_gray = (color_type & 3) == 0;
  bool has_pixels = false;
  found->is_taken_as_srgb = true;
  do
    {
      if (!next_chunk (file, c.end, &c))
        return "is cut short: a whole PNG file was expected.";
      has_pixels = has_pixels || is_type (&c, "IDAT");
      found->has_alpha = found->has_alpha || is_type (&c, "tRNS");
      if (is_type (&c, "acTL"))
        return "is an animation (APNG); a single picture was expected.";
      if (is_type (&c, "iCCP") && !is_gray)
        read_profile (c.data, found);
      if (is_type (&c, "iCCP") || ((is_type (&c, "gAMA") || is_type (&c, "cHRM")) && !is_like_srgb (&c)))
        found->is_taken_as_srgb = false;
      if (is_type (&c, "eXIf"))
        found->orientation = exif_orientation (c.data);
    }
  while (!is_type (&c, "IEND"));
  return has_pixels ? NULL : "holds no pixels; a whole PNG file was expected.";
}

static uint32_t
crc32_of (bytes data)
{
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < data.size; i++)
    {
      crc ^= data.data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
  return ~crc;
}

/* The profile goes right after the header; what else speaks of the colour space goes out. */
bool
png_with_profile (bytes file, bytes profile, writer *out)
{
  writer body = { 0 };
  write_bytes (&body, "iCCPICC profile\0", 17);
  writer packed = { 0 };
  const bytes stream = converted (G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9)),
                                  profile, &packed);
  write_bytes (&body, stream.data, stream.size);
  g_free (packed.data);

  chunk c = { 0 };
  write_bytes (out, file.data, SIGNATURE);
  for (size_t at = SIGNATURE; next_chunk (file, at, &c); at = c.end)
    {
      if (!is_type (&c, "sRGB") && !is_type (&c, "gAMA") && !is_type (&c, "cHRM") && !is_type (&c, "iCCP"))
        write_bytes (out, file.data + at, c.end - at);
      if (is_type (&c, "IHDR"))
        {
          write_big32 (out, (uint32_t) body.size - 4);
          write_bytes (out, body.data, body.size);
          write_big32 (out, crc32_of ((bytes) { body.data, body.size }));
        }
    }
  g_free (body.data);
  return stream.size > 0 && c.type != NULL && is_type (&c, "IEND");
}
