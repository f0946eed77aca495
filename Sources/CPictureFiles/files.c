#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_FILE = 0x7fffffff };

picture_files_result
say (char *message, picture_files_result result, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  vsnprintf (message, PICTURE_FILES_MESSAGE_SIZE, format, arguments);
  va_end (arguments);
  return result;
}

static picture_files_result
read_open_file (const char *path, int descriptor, bytes *file, char *message)
{
  struct stat status;
  if (fstat (descriptor, &status) != 0)
    return say (message, PICTURE_FILES_CANNOT_OPEN, "%s cannot be read: %s.", path, strerror (errno));
  if (S_ISDIR (status.st_mode))
    return say (message, PICTURE_FILES_CANNOT_OPEN, "%s is a folder; a picture file was expected.", path);
  if (!S_ISREG (status.st_mode))
    return say (message, PICTURE_FILES_CANNOT_OPEN, "%s is no ordinary file; a picture file was expected.", path);
  if (status.st_size == 0)
    return say (message, PICTURE_FILES_BAD_FILE, "%s is empty; a picture file was expected.", path);
  if (status.st_size > LARGEST_FILE)
    return say (message, PICTURE_FILES_BAD_FILE, "%s is larger than 2 GiB; a picture file was expected.", path);
  const size_t size = (size_t) status.st_size;
  uint8_t *data = malloc (size);
  if (data == NULL)
    return say (message, PICTURE_FILES_CANNOT_OPEN, "%s does not fit into memory.", path);
  size_t done = 0;
  while (done < size)
    {
      const ssize_t count = read (descriptor, data + done, size - done);
      if (count == 0)
        break;
      if (count < 0 && errno != EINTR)
        {
          free (data);
          return say (message, PICTURE_FILES_CANNOT_OPEN, "%s cannot be read: %s.", path, strerror (errno));
        }
      done += count > 0 ? (size_t) count : 0;
    }
  *file = (bytes) { data, done };
  return PICTURE_FILES_OK;
}

picture_files_result
read_whole_file (const char *path, bytes *file, char *message)
{
  const int descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer must not hold us */
  if (descriptor < 0)
    return say (message, PICTURE_FILES_CANNOT_OPEN, "%s cannot be opened: %s.", path, strerror (errno));
  const picture_files_result result = read_open_file (path, descriptor, file, message);
  close (descriptor);
  return result;
}
