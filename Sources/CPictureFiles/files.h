/* Sentences and small services that loading and saving share. */
#ifndef FILES_H
#define FILES_H

#include "bytes.h"
#include "picture_files.h"

/* Writes a sentence into `message` and answers with `result`. */
picture_files_result say (char *message, picture_files_result result, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

/* A whole file in memory, to be freed with free; on failure the sentence is in `message`. */
picture_files_result read_whole_file (const char *path, bytes *file, char *message);

#endif
