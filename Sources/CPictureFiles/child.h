/* Work that is done by a child process, so that a codec's crash, exit or chatter stays there. */
#ifndef CHILD_H
#define CHILD_H

#include "picture_files.h"

#include <stdbool.h>

/* What a child answers first; pixels may follow. */
typedef struct reply {
  picture_files_result result;
  int32_t width, height;
  char message[PICTURE_FILES_MESSAGE_SIZE];
} reply;

typedef struct child {
  int pid;
  int pipe; /* what the child writes is read here */
} child;

/* Starts `work` in a child that ends when it returns. The child's stdout and stderr go to `chatter`, from which it can
 * read them; SIGINT and SIGTERM are left to the parent. False when the machine has no process or descriptor to spare. */
bool child_start (child *c, void (*work) (void *context, int to_parent, int chatter), void *context);

/* In a child that reads what a stranger made: from here on it starts no program and opens no connection, ends when its
 * parent does, and has at most that many bytes more of memory, and that many seconds of a processor. What breaks
 * through is the end of the child. */
void child_confine (uint64_t bytes, uint64_t seconds);

/* Reads that much from the child; false when it ended before. */
bool child_read (const child *c, void *data, size_t size);

/* Waits for the child's end; the signal that ended it, or 0. Once it has ended, does nothing. */
int child_finish (child *c);

/* Whether the system still gives this process what codecs ask for without looking whether they get it: descriptors, and
 * a thread. */
bool child_has_resources (void);

/* Writes everything to a file descriptor; false with errno set when that cannot be. */
bool write_all (int descriptor, const void *data, size_t size);

#endif
