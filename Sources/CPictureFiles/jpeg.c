/* JPEG, after ITU-T T.81 annex B: markers with segments, and entropy-coded data after each SOS up to the next
 * marker. */
#include "container.h"

#include <glib.h>

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, APP1 = 0xe1, APP2 = 0xe2 };
enum { ICC_HEADER = 14, LARGEST_PART = JPEG_LARGEST_PROFILE / 255 };

typedef struct segment {
  int marker;
  size_t start; /* of its 0xff */
  bytes data;   /* after the length; empty for a marker that stands alone */
  size_t end;
} segment;

/* The next marker at or after `at`, whatever lies between. */
static bool
next_segment (bytes file, size_t at, segment *found)
{
  while (has (file, at, 2)
         && !(file.data[at] == 0xff && file.data[at + 1] != 0 && file.data[at + 1] != 0xff))
    at++;
  if (!has (file, at, 2))
    return false;
  const int marker = file.data[at + 1];
  const bool stands_alone = marker == 0x01 || (marker >= 0xd0 && marker <= EOI);
  if (stands_alone)
    {
      *found = (segment) { marker, at, slice (file, at + 2, 0), at + 2 };
      return true;
    }
  if (!has (file, at, 4) || big16 (file, at + 2) < 2 || !has (file, at + 2, big16 (file, at + 2)))
    return false;
  const size_t length = big16 (file, at + 2);
  *found = (segment) { marker, at, slice (file, at + 4, length - 2), at + 2 + length };
  return true;
}

static bool
is_frame (int marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static const char *
read_frame (const segment *s, container *found)
{
  const bool is_sequential_or_progressive = (s->marker & 3) != 3 && s->marker != 0xc5 && s->marker != 0xc6
                                            && s->marker != 0xcd && s->marker != 0xce;
  if (!is_sequential_or_progressive || !has (s->data, 0, 6) || s->data.data[0] != 8)
    return "is a JPEG of a rare sort (lossless, hierarchical, or not 8 bits deep); an ordinary one was expected.";
  found->height = big16 (s->data, 1);
  found->width = big16 (s->data, 3);
  const int components = s->data.data[5];
  if (components == 4)
    return "is a CMYK picture; an RGB or gray one was expected.";
  if (components != 1 && components != 3)
    return "is a JPEG of a rare sort (neither gray nor RGB); an ordinary one was expected.";
  return NULL;
}

static bool
is_profile_part (const segment *s)
{
  return s->marker == APP2 && has_text (s->data, 0, "ICC_PROFILE\0", 12) && s->data.size > ICC_HEADER;
}

const char *
jpeg_read (bytes file, container *found)
{
  segment s = { .end = 2 };
  bool has_frame = false, has_scan = false, is_gray = false;
  bytes parts[256] = { 0 }; /* of the profile, by the number that each begins with */
  writer profile = { 0 };
  const char *complaint = NULL;
  do
    {
      if (!next_segment (file, s.end, &s))
        complaint = "is cut short: a whole JPEG file was expected.";
      else if (is_frame (s.marker) && !has_frame)
        {
          complaint = read_frame (&s, found);
          has_frame = complaint == NULL;
          is_gray = has_frame && s.data.data[5] == 1;
        }
      else if (s.marker == SOS)
        has_scan = true;
      else if (s.marker == APP1 && has_text (s.data, 0, "Exif\0\0", 6))
        found->orientation = exif_orientation (slice (s.data, 6, s.data.size - 6));
      else if (is_profile_part (&s))
        parts[s.data.data[12]] = slice (s.data, ICC_HEADER, s.data.size - ICC_HEADER);
    }
  while (complaint == NULL && s.marker != EOI);
  if (complaint == NULL && !(has_frame && has_scan))
    complaint = "holds no pixels; a whole JPEG file was expected.";
  for (size_t number = 0; number < G_N_ELEMENTS (parts); number++)
    write_bytes (&profile, parts[number].data, parts[number].size);
  if (!is_gray)
    container_set_profile (found, (bytes) { profile.data, profile.size });
  g_free (profile.data);
  return complaint;
}

static void
write_profile (bytes profile, writer *out)
{
  const size_t parts = (profile.size + LARGEST_PART - 1) / LARGEST_PART;
  for (size_t part = 0; part < parts; part++)
    {
      const size_t length = MIN (profile.size - part * LARGEST_PART, (size_t) LARGEST_PART);
      const uint8_t place[] = { (uint8_t) (part + 1), (uint8_t) parts };
      write_big16 (out, 0xff00 | APP2);
      write_big16 (out, (uint32_t) (2 + ICC_HEADER + length));
      write_bytes (out, "ICC_PROFILE", 12);
      write_bytes (out, place, 2);
      write_bytes (out, profile.data + part * LARGEST_PART, length);
    }
}

/* The profile goes after the JFIF header, in place of any other. */
bool
jpeg_with_profile (bytes file, bytes profile, writer *out)
{
  segment s = { .end = 2 };
  bool is_written = false;
  if (profile.size > JPEG_LARGEST_PROFILE)
    return false;
  write_bytes (out, file.data, 2);
  while (next_segment (file, s.end, &s) && s.marker != SOS)
    {
      const bool is_header = s.marker == 0xe0;
      if (!is_header && !is_written)
        {
          write_profile (profile, out);
          is_written = true;
        }
      if (!is_profile_part (&s))
        write_bytes (out, file.data + s.start, s.end - s.start);
    }
  if (s.marker != SOS || !is_written)
    return false;
  write_bytes (out, file.data + s.start, file.size - s.start);
  return true;
}
