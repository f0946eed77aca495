/* A file that comes to be whole or not at all. Where the file system has files without a name (O_TMPFILE), it gets one
 * when it is done: whatever is killed before, and be it everything that knows of it, nothing is left. Elsewhere (NFS,
 * FAT) it is hidden beside the file that it becomes, and what is killed with all that knows of it leaves that. */
#ifndef WHOLE_FILE_H
#define WHOLE_FILE_H

#include <stdbool.h>

typedef struct whole_file {
  char *path;   /* that it is to have */
  char *hidden; /* in the same folder, a name that nobody else makes a file under, with an ending that changes nothing */
  char *draft;  /* the path by which it is written: `hidden`, or one to the descriptor that holds it */
  int descriptor; /* holds the file while it has no name; -1 where that cannot be had */
} whole_file;

/* Whether there is a place for it turns out when it is written: only a file without a name is there from now on. */
whole_file whole_file_begin (const char *path);

/* Makes the draft where it is not there yet, and opens it for writing; -1 with errno set when that cannot be. */
int whole_file_open (const whole_file *file);

/* Gives the draft, written and synced, its path, in place of what had it; false with errno set when that cannot be. A
 * name cannot be given to a second file, only taken from another: so where the path is taken, `hidden` is the name for
 * an instant. */
bool whole_file_publish (const whole_file *file);

/* Removes what has not been published. */
void whole_file_end (whole_file *file);

#endif
