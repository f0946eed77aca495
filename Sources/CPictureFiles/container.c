#include "container.h"

#include <glib.h>

container_kind
container_kind_of_bytes (bytes file)
{
  if (has_text (file, 0, "\x89PNG\r\n\x1a\n", 8))
    return KIND_PNG;
  if (has_text (file, 0, "\xff\xd8\xff", 3))
    return KIND_JPEG;
  if (has_text (file, 0, "II*\0", 4) || has_text (file, 0, "MM\0*", 4))
    return KIND_TIFF;
  if (has_text (file, 0, "RIFF", 4) && has_text (file, 8, "WEBP", 4))
    return KIND_WEBP;
  return KIND_NONE;
}

container_kind
container_kind_of_name (const char *path)
{
  static const struct { const char *ending; container_kind kind; } endings[] = {
    { ".png", KIND_PNG }, { ".jpg", KIND_JPEG }, { ".jpeg", KIND_JPEG },
    { ".tif", KIND_TIFF }, { ".tiff", KIND_TIFF }, { ".webp", KIND_WEBP },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      const size_t length = strlen (endings[i].ending);
      const size_t whole = strlen (path);
      if (whole > length && path[whole - length - 1] != '/'
          && g_ascii_strcasecmp (path + whole - length, endings[i].ending) == 0)
        return endings[i].kind;
    }
  return KIND_NONE;
}

const char *
container_kind_name (container_kind kind)
{
  static const char *const names[] = { "unknown", "PNG", "JPEG", "TIFF", "WebP" };
  return names[kind];
}

const char *
container_read (bytes file, container *found)
{
  *found = (container) { .kind = container_kind_of_bytes (file), .bits = 8, .orientation = 1 };
  switch (found->kind)
    {
    case KIND_PNG: return png_read (file, found);
    case KIND_JPEG: return jpeg_read (file, found);
    case KIND_TIFF: return tiff_read (file, found);
    case KIND_WEBP: return webp_read (file, found);
    case KIND_NONE: break;
    }
  if (has_text (file, 0, "GIF8", 4))
    return "is a GIF file, perhaps an animation; a PNG, JPEG, TIFF or WebP picture was expected.";
  if (has_text (file, 0, "II+\0", 4) || has_text (file, 0, "MM\0+", 4))
    return "is a BigTIFF file; a PNG, JPEG, WebP or ordinary TIFF picture was expected.";
  return "is not a picture; a PNG, JPEG, TIFF or WebP file was expected.";
}

uint8_t *
container_with_profile (container_kind kind, bytes file, bytes profile, size_t *size)
{
  writer out = { 0 };
  bool is_done = false;
  switch (kind)
    {
    case KIND_PNG: is_done = png_with_profile (file, profile, &out); break;
    case KIND_JPEG: is_done = jpeg_with_profile (file, profile, &out); break;
    case KIND_TIFF: is_done = tiff_with_profile (file, profile, &out); break;
    case KIND_WEBP: is_done = webp_with_profile (file, profile, &out); break;
    case KIND_NONE: break;
    }
  if (!is_done)
    g_clear_pointer (&out.data, g_free);
  *size = out.size;
  return out.data;
}

void
container_set_profile (container *found, bytes profile)
{
  g_free (found->profile);
  found->profile = profile.size > 0 ? g_memdup2 (profile.data, profile.size) : NULL;
  found->profile_size = profile.size;
}
