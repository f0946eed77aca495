#define _GNU_SOURCE
#include "child.h"
#include "container.h"
#include "engine.h"
#include "files.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROWS_AT_ONCE = 16 };
static const uint64_t MOST_PIXELS = 250000000;

typedef struct request {
  const char *path;
  const container *about;
} request;

/* What libjpeg says on stderr alone: it goes on after data that ends too early, or makes no sense, and paints what it does
 * not know gray. Of several such things it says the first. */
typedef struct doubts {
  bool ended_early, is_corrupt;
} doubts;

static doubts
read_doubts (int chatter)
{
  char text[4096];
  const ssize_t count = read (chatter, text, sizeof text - 1);
  text[count > 0 ? count : 0] = 0;
  return (doubts) { strcasestr (text, "premature end") != NULL, strcasestr (text, "corrupt jpeg data") != NULL };
}

/* The space that the stored values are in. GEGL's own idea of it is asked for the rest: PNG's gamma and primaries,
 * profiles for gray. Its WebP loader knows no profiles at all. */
static const Babl *
space_of (const container *about, GeglBuffer *buffer)
{
  if (about->profile_size == 0 && !about->is_taken_as_srgb)
    return babl_format_get_space (gegl_buffer_get_format (buffer));
  const Babl *space = engine_space (about->profile, about->profile_size);
  return space != NULL ? space : engine_space (NULL, 0);
}

static void
send_rows (GeglBuffer *buffer, const Babl *space, int to_parent)
{
  const GeglRectangle *extent = gegl_buffer_get_extent (buffer);
  const Babl *stored = gegl_buffer_get_format (buffer);
  const Babl *to_srgb = babl_fish (babl_format_with_space (babl_format_get_encoding (stored), space),
                                   babl_format ("R'G'B'A float"));
  const size_t most = (size_t) extent->width * ROWS_AT_ONCE;
  uint8_t *raw = g_malloc (most * babl_format_get_bytes_per_pixel (stored));
  float *rows = g_new (float, most * 4);
  bool is_heard = true;
  for (int y = 0; y < extent->height && is_heard; y += ROWS_AT_ONCE)
    {
      const int count = MIN (ROWS_AT_ONCE, extent->height - y);
      gegl_buffer_get (buffer, GEGL_RECTANGLE (extent->x, extent->y + y, extent->width, count), 1.0, stored, raw,
                       GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
      babl_process (to_srgb, raw, rows, (long) extent->width * count);
      is_heard = write_all (to_parent, rows, (size_t) extent->width * count * 4 * sizeof *rows);
    }
  g_free (raw);
  g_free (rows);
}

/* In the child: decodes, then answers and sends the pixels as R'G'B'A floats. */
static void
decode (void *context, int to_parent, int chatter)
{
  const request *r = context;
  const container *about = r->about;
  reply answer = { PICTURE_FILES_OK, (int32_t) about->width, (int32_t) about->height, "" };
  GeglBuffer *buffer = NULL;
  const uint64_t area = (uint64_t) about->width * about->height;
  /* Twice the largest pixels there are, and what GEGL itself takes; a megapixel a second is a slow machine's pace. */
  child_confine (((uint64_t) 1 << 30) + area * 64, 60 + area / 1000000);
  const bool has_resources = child_has_resources ();
  if (has_resources)
    engine_start ();
  if (!has_resources)
    say (answer.message, answer.result = PICTURE_FILES_CANNOT_OPEN, "%s cannot be read: the system gives no more open "
         "files, or no more threads.", r->path);
  else if (engine_loader (about->kind) == NULL)
    say (answer.message, answer.result = PICTURE_FILES_NO_ENGINE, "%s cannot be read: this GEGL has no loader for %s.",
         r->path, container_kind_name (about->kind));
  else
    {
      if (engine_space (about->profile, about->profile_size) == NULL)
        say (answer.message, PICTURE_FILES_OK, "%s has a colour profile that GEGL cannot convert by: its values are "
             "taken as sRGB, and the profile goes with the painting.", r->path);
      buffer = engine_decode (about->kind, r->path);
      const GeglRectangle *extent = buffer ? gegl_buffer_get_extent (buffer) : GEGL_RECTANGLE (0, 0, 0, 0);
      const bool is_whole = extent->width == answer.width && extent->height == answer.height;
      const doubts doubts = read_doubts (chatter);
      if (!is_whole || engine_complaint () != NULL || doubts.ended_early)
        say (answer.message, answer.result = PICTURE_FILES_BAD_FILE, "%s is damaged; a whole %s file was expected.",
             r->path, container_kind_name (about->kind));
      else if (doubts.is_corrupt)
        say (answer.message, PICTURE_FILES_OK, "%s may be damaged: some of its data make no sense to the decoder.",
             r->path);
    }
  if (write_all (to_parent, &answer, sizeof answer) && answer.result == PICTURE_FILES_OK)
    send_rows (buffer, space_of (about, buffer), to_parent);
}

/* Where the stored pixel (x, y) of a width x height picture goes when it is set upright, in the upright one's rows. */
static size_t
upright (int orientation, size_t width, size_t height, size_t x, size_t y)
{
  const size_t right = width - 1 - x, bottom = height - 1 - y;
  switch (orientation)
    {
    case 2: return y * width + right;
    case 3: return bottom * width + right;
    case 4: return bottom * width + x;
    case 5: return x * height + y;
    case 6: return x * height + bottom;
    case 7: return right * height + bottom;
    case 8: return right * height + y;
    default: return y * width + x;
    }
}

/* In the parent: takes the child's pixels apart and sets them upright. */
static bool
receive_rows (const child *c, const container *about, picture_file *file)
{
  const size_t width = about->width, height = about->height;
  float *row = malloc (width * 4 * sizeof *row);
  bool is_whole = row != NULL;
  for (size_t y = 0; is_whole && y < height; y++)
    {
      is_whole = child_read (c, row, width * 4 * sizeof *row);
      for (size_t x = 0; is_whole && x < width; x++)
        {
          const size_t to = upright (about->orientation, width, height, x, y);
          for (int channel = 0; channel < 3; channel++)
            file->pixels[to * 3 + channel] = about->is_inverted ? 1 - row[x * 4 + channel] : row[x * 4 + channel];
          if (file->alpha != NULL)
            file->alpha[to] = row[x * 4 + 3];
        }
    }
  free (row);
  return is_whole;
}

/* Why there was no answer, or not all of it. The system ends what takes too much memory by the one signal that no codec
 * raises; of the decoder's other limits none is told by that. */
static picture_files_result
say_why_it_ended (const char *path, int signal, const container *about, char *message)
{
  if (signal == SIGKILL)
    return say (message, PICTURE_FILES_CANNOT_OPEN, "%s cannot be read: the system stopped its decoder, as it does when "
                "memory is short.", path);
  if (signal == SIGXCPU)
    return say (message, PICTURE_FILES_BAD_FILE, "%s takes far longer to decode than a picture of its size may.", path);
  return say (message, PICTURE_FILES_BAD_FILE, "%s is damaged; a whole %s file was expected.", path,
              container_kind_name (about->kind));
}

static picture_files_result
receive (const char *path, child *c, const container *about, picture_file *file, char *message)
{
  reply answer;
  const size_t area = (size_t) about->width * about->height;
  const bool is_turned = about->orientation >= 5;
  if (!child_read (c, &answer, sizeof answer))
    return say_why_it_ended (path, child_finish (c), about, message);
  if (answer.result != PICTURE_FILES_OK)
    return say (message, answer.result, "%s", answer.message);
  *file = (picture_file) {
    .width = is_turned ? answer.height : answer.width, .height = is_turned ? answer.width : answer.height,
    .bits = about->bits,
    .pixels = malloc (area * 3 * sizeof (float)), .alpha = about->has_alpha ? malloc (area * sizeof (float)) : NULL,
  };
  if (file->pixels == NULL || (about->has_alpha && file->alpha == NULL))
    return say (message, PICTURE_FILES_CANNOT_OPEN, "%s does not fit into memory: it is %dx%d.", path, file->width,
                file->height);
  if (!receive_rows (c, about, file))
    return say_why_it_ended (path, child_finish (c), about, message);
  if (about->has_pages)
    return say (message, PICTURE_FILES_OK, "%s%s%s has several pages: the first is taken.", answer.message,
                *answer.message ? " " : "", path);
  return say (message, PICTURE_FILES_OK, "%s", answer.message);
}

/* What there is to say against a picture whose container is whole. */
static picture_files_result
examine (const char *path, const container *about, char *message)
{
  if (about->width == 0 || about->height == 0 || (uint64_t) about->width * about->height > MOST_PIXELS)
    return say (message, PICTURE_FILES_BAD_FILE, "%s says it is %ux%u; from one pixel to %u million were expected.",
                path, about->width, about->height, (unsigned) (MOST_PIXELS / 1000000));
  const bytes profile = { about->profile, about->profile_size };
  if (profile.size > 0 && !has_text (profile, 16, "RGB ", 4))
    return say (message, PICTURE_FILES_BAD_FILE, "%s has a colour profile that is not one for RGB, as was expected.",
                path);
  return PICTURE_FILES_OK;
}

/* Makes the numbers be taken as upright sRGB, which changes none of them. */
static void
take_as_stored (container *about)
{
  container_set_profile (about, (bytes) { 0 });
  about->is_taken_as_srgb = true;
  about->orientation = 1;
}

picture_files_result
picture_file_load (const char *path, picture_files_reading reading, picture_file *file, char *message)
{
  *file = (picture_file) { 0 };
  *message = 0;
  bytes data;
  picture_files_result result = read_whole_file (path, &data, message);
  if (result != PICTURE_FILES_OK)
    return result;
  container about;
  const char *complaint = container_read (data, &about);
  free ((void *) data.data);
  if (reading == PICTURE_FILES_AS_STORED)
    take_as_stored (&about);
  result = complaint != NULL ? say (message, PICTURE_FILES_BAD_FILE, "%s %s", path, complaint)
                             : examine (path, &about, message);
  child c;
  request r = { path, &about };
  if (result == PICTURE_FILES_OK && !engine_prepare ())
    result = say (message, PICTURE_FILES_NO_ENGINE, "%s cannot be read: %s.", path, engine_no_room);
  if (result == PICTURE_FILES_OK && !child_start (&c, decode, &r))
    result = say (message, PICTURE_FILES_CANNOT_OPEN, "%s cannot be read: the system gives no more processes, or no more open files.", path);
  else if (result == PICTURE_FILES_OK)
    {
      result = receive (path, &c, &about, file, message);
      child_finish (&c);
    }
  if (result != PICTURE_FILES_OK)
    picture_file_free (file);
  else if (about.profile_size > 0 && (file->profile = malloc (about.profile_size)) != NULL)
    {
      memcpy (file->profile, about.profile, about.profile_size);
      file->profile_size = about.profile_size;
    }
  container_set_profile (&about, (bytes) { 0 });
  return result;
}

void
picture_file_free (picture_file *file)
{
  free (file->pixels);
  free (file->alpha);
  free (file->profile);
  *file = (picture_file) { 0 };
}
