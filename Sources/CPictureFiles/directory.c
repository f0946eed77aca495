#include "container.h"
#include "directory.h"

enum { ENTRY = 12, ORIENTATION = 274 };

static uint32_t
read16 (const directory *d, size_t at)
{
  return d->is_big ? big16 (d->file, at) : little16 (d->file, at);
}

static uint32_t
read32 (const directory *d, size_t at)
{
  return d->is_big ? big32 (d->file, at) : little32 (d->file, at);
}

bool
directory_first (bytes file, directory *found)
{
  if (!has_text (file, 0, "II*\0", 4) && !has_text (file, 0, "MM\0*", 4))
    return false;
  *found = (directory) { file, file.data[0] == 'M', 0 };
  if (!has (file, 0, 8))
    return false;
  found->at = read32 (found, 4);
  return has (file, found->at, 2) && has (file, found->at, 2 + (size_t) ENTRY * read16 (found, found->at) + 4);
}

bool
directory_has_next (const directory *d)
{
  return read32 (d, d->at + 2 + (size_t) ENTRY * read16 (d, d->at)) != 0;
}

bool
directory_find (const directory *d, unsigned tag, field *found)
{
  static const unsigned widths[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8 }; /* by type, BYTE = 1 to DOUBLE = 12 */
  const uint32_t entries = read16 (d, d->at);
  for (uint32_t i = 0; i < entries; i++)
    {
      const size_t entry = d->at + 2 + (size_t) ENTRY * i;
      const uint32_t type = read16 (d, entry + 2);
      if (read16 (d, entry) != tag || type == 0 || type >= sizeof widths / sizeof *widths)
        continue;
      const uint32_t count = read32 (d, entry + 4);
      const size_t size = (size_t) count * widths[type];
      *found = (field) { size <= 4 ? entry + 8 : read32 (d, entry + 8), entry, count, widths[type] };
      return count > 0 && has (d->file, found->at, size);
    }
  return false;
}

uint32_t
field_item (const directory *d, const field *f, uint32_t index)
{
  const size_t at = f->at + (size_t) index * f->width;
  return f->width == 1 ? d->file.data[at] : f->width == 2 ? read16 (d, at) : read32 (d, at);
}

uint32_t
directory_number (const directory *d, unsigned tag, uint32_t missing)
{
  field f;
  return directory_find (d, tag, &f) ? field_item (d, &f, 0) : missing;
}

int
exif_orientation (bytes exif)
{
  directory d;
  if (!directory_first (exif, &d))
    return 1;
  const uint32_t orientation = directory_number (&d, ORIENTATION, 1);
  return orientation >= 1 && orientation <= 8 ? (int) orientation : 1;
}
