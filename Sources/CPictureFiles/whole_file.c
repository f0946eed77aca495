#define _GNU_SOURCE
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a draft's owner may do with it, and nobody else: read it over, whatever other files are made with. */
enum { DRAFT = S_IRUSR | S_IWUSR };

/* A name is given by way of /proc: without it, a file that has none would never get one. */
static char *
path_to (int descriptor)
{
  char *path = g_strdup_printf ("/proc/self/fd/%d", descriptor);
  if (descriptor >= 0 && access (path, F_OK) == 0)
    return path;
  g_free (path);
  return NULL;
}

/* Makes the new name last through a loss of power; a file system that cannot is none the worse. */
static void
sync_folder (const char *path)
{
  char *folder = g_path_get_dirname (path);
  const int descriptor = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0)
    {
      fsync (descriptor);
      close (descriptor);
    }
  g_free (folder);
}

whole_file
whole_file_begin (const char *path)
{
  char *folder = g_path_get_dirname (path);
  char *base = g_path_get_basename (path);
  whole_file file = {
    .path = g_strdup (path),
    .hidden = g_strdup_printf ("%s/.%.200s.%08x%08x", folder, base, g_random_int (), g_random_int ()),
    .descriptor = open (folder, O_RDWR | O_TMPFILE | O_CLOEXEC, DRAFT),
  };
  if (file.descriptor >= 0)
    fchmod (file.descriptor, DRAFT); /* of which the user's mask may have taken something */
  file.draft = path_to (file.descriptor);
  if (file.draft == NULL)
    {
      if (file.descriptor >= 0)
        close (file.descriptor);
      file.descriptor = -1;
      file.draft = g_strdup (file.hidden);
    }
  g_free (folder);
  g_free (base);
  return file;
}

int
whole_file_open (const whole_file *file)
{
  const int how = file->descriptor >= 0 ? O_TRUNC : O_CREAT | O_EXCL;
  const int descriptor = open (file->draft, O_WRONLY | O_CLOEXEC | how, DRAFT);
  if (descriptor >= 0)
    fchmod (descriptor, DRAFT);
  return descriptor;
}

/* Gives the draft the permissions of the file that it takes the place of, or of any new file. */
static void
permit (const whole_file *file)
{
  struct stat before;
  const mode_t mask = umask (0);
  umask (mask);
  chmod (file->draft, stat (file->path, &before) == 0 ? before.st_mode & 0777 : 0666 & ~mask);
}

bool
whole_file_publish (const whole_file *file)
{
  permit (file);
  bool is_hidden = file->descriptor < 0;
  bool is_done = !is_hidden && linkat (AT_FDCWD, file->draft, AT_FDCWD, file->path, AT_SYMLINK_FOLLOW) == 0;
  if (!is_hidden && !is_done && errno == EEXIST)
    is_hidden = linkat (AT_FDCWD, file->draft, AT_FDCWD, file->hidden, AT_SYMLINK_FOLLOW) == 0;
  if (is_hidden)
    is_done = rename (file->hidden, file->path) == 0;
  if (is_done)
    sync_folder (file->path);
  return is_done;
}

void
whole_file_end (whole_file *file)
{
  unlink (file->hidden);
  if (file->descriptor >= 0)
    close (file->descriptor);
  g_free (file->path);
  g_free (file->hidden);
  g_free (file->draft);
  *file = (whole_file) { .descriptor = -1 };
}
