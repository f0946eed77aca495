#define _GNU_SOURCE
#include "child.h"
#include "container.h"
#include "engine.h"
#include "files.h"
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS_AT_ONCE = 16 };

typedef struct request {
  const char *path; /* as the user wrote it, for sentences */
  const whole_file *output;
  container_kind kind;
  const picture_file *file;
  int parent;
} request;

picture_files_result
picture_file_can_save (const char *path, int32_t width, int32_t height, char *message)
{
  static const int32_t longest[] = { 0, INT32_MAX, 65500, INT32_MAX, 16383 }; /* libjpeg's and libwebp's limits */
  struct stat status;
  const container_kind kind = container_kind_of_name (path);
  *message = 0;
  if (kind == KIND_NONE)
    return say (message, PICTURE_FILES_CANNOT_WRITE,
                "%s cannot be written: a name ending in .png, .jpg, .tif or .webp was expected.", path);
  if (MAX (width, height) > longest[kind])
    return say (message, PICTURE_FILES_CANNOT_WRITE,
                "%s cannot be written: %s holds at most %d pixels a side, not %dx%d.",
                path, container_kind_name (kind), longest[kind], width, height);
  if (stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    return say (message, PICTURE_FILES_CANNOT_WRITE, "%s cannot be written: it is there already and no ordinary file.",
                path);
  whole_file trial = whole_file_begin (path);
  const int descriptor = whole_file_open (&trial);
  if (descriptor < 0)
    say (message, PICTURE_FILES_CANNOT_WRITE, "%s cannot be written: %s.", path, strerror (errno));
  else
    close (descriptor);
  whole_file_end (&trial);
  return descriptor < 0 ? PICTURE_FILES_CANNOT_WRITE : PICTURE_FILES_OK;
}

/* The picture as GEGL is to store it: 8 or 16 bits, its values in the profile's space though labelled sRGB. */
static GeglBuffer *
stored (const picture_file *file, const Babl *space, int bits)
{
  const bool has_alpha = file->alpha != NULL;
  const char *name = has_alpha ? bits == 16 ? "R'G'B'A u16" : "R'G'B'A u8" : bits == 16 ? "R'G'B' u16" : "R'G'B' u8";
  const Babl *to_space = babl_fish (babl_format ("R'G'B'A float"), babl_format_with_space ("R'G'B'A float", space));
  GeglBuffer *buffer = gegl_buffer_new (GEGL_RECTANGLE (0, 0, file->width, file->height), babl_format (name));
  const size_t width = (size_t) file->width;
  float *rows = g_new (float, width * ROWS_AT_ONCE * 4);
  for (int y = 0; y < file->height; y += ROWS_AT_ONCE)
    {
      const int count = MIN (ROWS_AT_ONCE, file->height - y);
      for (size_t i = 0; i < width * count; i++)
        {
          const size_t from = (size_t) y * width + i;
          for (int channel = 0; channel < 3; channel++)
            rows[i * 4 + channel] = file->pixels[from * 3 + channel];
          rows[i * 4 + 3] = has_alpha ? file->alpha[from] : 1;
        }
      babl_process (to_space, rows, rows, (long) width * count);
      gegl_buffer_set (buffer, GEGL_RECTANGLE (0, y, file->width, count), 0, babl_format ("R'G'B'A float"), rows,
                       GEGL_AUTO_ROWSTRIDE);
    }
  g_free (rows);
  return buffer;
}

static picture_files_result
cannot_write (const request *r, char *message, const char *why)
{
  return say (message, PICTURE_FILES_CANNOT_WRITE, "%s cannot be written: %s.", r->path, why);
}

/* Puts the bytes in place of what GEGL wrote, and on the disk. */
static bool
replace_contents (const char *path, bytes contents)
{
  const int descriptor = open (path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  const bool is_written = descriptor >= 0 && write_all (descriptor, contents.data, contents.size)
                          && fsync (descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0)
    close (descriptor);
  errno = error;
  return is_written;
}

/* Reads back what was encoded (GEGL's savers do not tell when the disk is full), embeds the profile, and gives
 * the file its name. */
static picture_files_result
finish_file (const request *r, char *message)
{
  bytes data;
  container about;
  const bytes profile = { r->file->profile, r->file->profile_size };
  if (engine_complaint () != NULL)
    return cannot_write (r, message, engine_complaint ());
  if (read_whole_file (r->output->draft, &data, message) != PICTURE_FILES_OK)
    return cannot_write (r, message, "the encoder wrote nothing");
  if (container_read (data, &about) != NULL || about.width != (uint32_t) r->file->width
      || about.height != (uint32_t) r->file->height)
    return cannot_write (r, message, "the encoder did not write all of it");
  if (profile.size > 0)
    {
      size_t size;
      uint8_t *with_profile = container_with_profile (r->kind, data, profile, &size);
      if (with_profile == NULL)
        return cannot_write (r, message, "the colour profile could not be embedded");
      data = (bytes) { with_profile, size };
    }
  if (!replace_contents (r->output->draft, data) || !whole_file_publish (r->output))
    return cannot_write (r, message, strerror (errno));
  return PICTURE_FILES_OK;
}

/* In the child, which carries on if the parent is killed: writes the file, then answers. */
static void
encode (void *context, int to_parent, int chatter)
{
  const request *r = context;
  const picture_file *file = r->file;
  reply answer = { .result = PICTURE_FILES_OK };
  (void) chatter;
  const bool has_resources = child_has_resources ();
  if (has_resources)
    engine_start ();
  if (!has_resources)
    answer.result = cannot_write (r, answer.message, "the system gives no more open files, or no more threads");
  else if (engine_saver (r->kind) == NULL)
    answer.result = say (answer.message, PICTURE_FILES_NO_ENGINE,
                         "%s cannot be written: this GEGL has no saver for %s.", r->path,
                         container_kind_name (r->kind));
  else
    {
      const Babl *space = engine_space (file->profile, file->profile_size);
      const int bits = r->kind == KIND_PNG || r->kind == KIND_TIFF ? file->bits : 8;
      engine_encode (r->kind, r->output->draft,
                     stored (file, space != NULL ? space : babl_space ("sRGB"), bits));
      answer.result = finish_file (r, answer.message);
    }
  if (answer.result != PICTURE_FILES_OK && getppid () != r->parent)
    unlink (r->output->hidden); /* nobody else is left to do it */
  write_all (to_parent, &answer, sizeof answer);
}

/* Encoders say poorly, or by breaking down, that there is no more room: whatever stopped one stops this too, and tells
 * why. 0 when there is room enough. */
static int
try_to_append (const char *path)
{
  static const uint8_t zeros[1 << 16];
  const int descriptor = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0)
    return 0;
  void (*before) (int) = signal (SIGXFSZ, SIG_IGN);
  const int error = write_all (descriptor, zeros, sizeof zeros) ? 0 : errno;
  signal (SIGXFSZ, before);
  close (descriptor);
  return error;
}

static picture_files_result
save_through (const request *r, char *message)
{
  child c;
  reply answer;
  if (!engine_prepare ())
    return cannot_write (r, message, engine_no_room);
  const int draft = whole_file_open (r->output); /* so that it is ours alone, whatever the encoder would make it */
  if (draft < 0)
    return cannot_write (r, message, strerror (errno));
  close (draft);
  if (!child_start (&c, encode, (void *) r))
    return cannot_write (r, message, "the system gives no more processes, or no more open files");
  const bool has_answer = child_read (&c, &answer, sizeof answer);
  child_finish (&c);
  if (!has_answer || answer.result != PICTURE_FILES_OK)
    {
      const int error = try_to_append (r->output->draft);
      if (error != 0)
        return cannot_write (r, message, strerror (error));
      return has_answer ? say (message, answer.result, "%s", answer.message)
                        : cannot_write (r, message, "the encoder broke down");
    }
  return PICTURE_FILES_OK;
}

/* The picture as its kind of file can hold it. */
static picture_file
fitting (const picture_file *file, container_kind kind)
{
  picture_file fitting = *file;
  if (kind == KIND_JPEG)
    fitting.alpha = NULL;
  if (kind == KIND_JPEG && file->profile_size > JPEG_LARGEST_PROFILE)
    {
      fitting.profile = NULL;
      fitting.profile_size = 0;
    }
  return fitting;
}

/* What a file that was written lacks of the picture. */
static picture_files_result
say_what_is_lost (const char *path, const picture_file *file, const picture_file *written, char *message)
{
  const bool is_opaque = file->alpha != NULL && written->alpha == NULL;
  const bool is_plain = file->profile_size > 0 && written->profile_size == 0;
  if (!is_opaque && !is_plain)
    return PICTURE_FILES_OK;
  return say (message, PICTURE_FILES_OK, "%s is a JPEG file, which holds %s.", path,
              !is_plain    ? "no transparency: the picture in it is opaque"
              : !is_opaque ? "no colour profile as large as this: the picture in it is sRGB"
                           : "neither transparency nor a colour profile as large as this: the picture in it is opaque, "
                             "and sRGB");
}

picture_files_result
picture_file_save (const char *path, const picture_file *file, char *message)
{
  picture_files_result result = picture_file_can_save (path, file->width, file->height, message);
  if (result != PICTURE_FILES_OK)
    return result;
  whole_file output = whole_file_begin (path);
  const container_kind kind = container_kind_of_name (path);
  const picture_file written = fitting (file, kind);
  const request r = { path, &output, kind, &written, getpid () };
  result = save_through (&r, message);
  whole_file_end (&output);
  return result == PICTURE_FILES_OK ? say_what_is_lost (path, file, &written, message) : result;
}
