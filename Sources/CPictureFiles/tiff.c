/* TIFF, after the specification 6.0: what its first directory says, and whether every strip or tile is in the file. */
#include "container.h"
#include "directory.h"

#include <glib.h>

enum {
  WIDTH = 256, HEIGHT = 257, BITS = 258, PHOTOMETRIC = 262, STRIP_OFFSETS = 273, SAMPLES = 277, STRIP_COUNTS = 279,
  TILE_OFFSETS = 324, TILE_COUNTS = 325, EXTRA_SAMPLES = 338, ICC_PROFILE = 34675
};
enum { WHITE_IS_ZERO = 0, BLACK_IS_ZERO = 1, RGB = 2, SEPARATED = 5, CIE_LAB = 8, ITU_LAB = 10 };

/* Making RGBA, libtiff flips the picture as orientations 2 to 4 ask, and for 5 to 8 as if they were 1 to 4 with rows
 * and columns not yet exchanged: what remains to be done, by orientation. */
static const int left_by_libtiff[] = { 1, 1, 1, 1, 1, 5, 7, 5, 7 };

static bool
has_all_parts (const directory *d, unsigned offsets_tag, unsigned counts_tag)
{
  field offsets, counts;
  if (!directory_find (d, offsets_tag, &offsets) || !directory_find (d, counts_tag, &counts)
      || counts.count < offsets.count)
    return false;
  for (uint32_t i = 0; i < offsets.count; i++)
    if (!has (d->file, field_item (d, &offsets, i), field_item (d, &counts, i)))
      return false;
  return true;
}

const char *
tiff_read (bytes file, container *found)
{
  directory d;
  if (!directory_first (file, &d)
      || !(has_all_parts (&d, STRIP_OFFSETS, STRIP_COUNTS) || has_all_parts (&d, TILE_OFFSETS, TILE_COUNTS)))
    return "is cut short: a whole TIFF file was expected.";
  found->width = directory_number (&d, WIDTH, 0);
  found->height = directory_number (&d, HEIGHT, 0);
  const uint32_t bits = directory_number (&d, BITS, 1);
  const uint32_t photometric = directory_number (&d, PHOTOMETRIC, BLACK_IS_ZERO);
  const uint32_t samples = directory_number (&d, SAMPLES, 1);
  if (photometric == SEPARATED)
    return "is a CMYK picture; an RGB or gray one was expected.";
  if (photometric >= CIE_LAB && photometric <= ITU_LAB)
    return "is a Lab picture; an RGB or gray one was expected.";
  const bool is_gray = photometric == WHITE_IS_ZERO || photometric == BLACK_IS_ZERO;
  /* What libtiff makes into 8-bit RGBA before GEGL sees it: palettes, YCbCr, one bit a pixel. */
  const bool is_made_rgba = (!is_gray && photometric != RGB) || (bits != 8 && bits != 16 && bits != 32 && bits != 64);
  found->bits = bits > 8 && !is_made_rgba ? 16 : 8;
  found->has_alpha = samples > (is_gray ? 1u : 3u);
  found->is_inverted = photometric == WHITE_IS_ZERO && !is_made_rgba;
  found->has_pages = directory_has_next (&d);
  found->orientation = exif_orientation (file);
  if (is_made_rgba)
    found->orientation = left_by_libtiff[found->orientation];
  field profile;
  if (!is_gray && directory_find (&d, ICC_PROFILE, &profile) && profile.width == 1)
    container_set_profile (found, slice (file, profile.at, profile.count));
  return NULL;
}

/* The profile goes to the end of the file, which GEGL has written with an entry for a profile of its own. */
bool
tiff_with_profile (bytes file, bytes profile, writer *out)
{
  directory d;
  field entry;
  if (!directory_first (file, &d) || d.is_big || !directory_find (&d, ICC_PROFILE, &entry))
    return false;
  write_bytes (out, file.data, entry.entry + 4);
  write_little32 (out, (uint32_t) profile.size);
  write_little32 (out, (uint32_t) (file.size + file.size % 2));
  write_bytes (out, file.data + entry.entry + 12, file.size - entry.entry - 12);
  write_bytes (out, "", file.size % 2);
  write_bytes (out, profile.data, profile.size);
  return true;
}
