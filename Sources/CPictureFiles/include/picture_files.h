/* Picture files in and out: PNG, JPEG, TIFF and WebP, of 8 or 16 bits, through GEGL and babl.
 *
 * A file is decoded and encoded by a child process: whatever a codec does with a damaged file (libjpeg, for one, prints
 * to stderr and calls exit), here it becomes a sentence. The child's copy of the pixels costs no memory of its own.
 *
 * Pixels are gamma-encoded sRGB floats in [0, 1], rows top to bottom, R'G'B' interleaved; alpha is kept apart and not
 * multiplied in. A file's ICC profile is honoured both ways: its pixels are converted to sRGB when they come in and
 * back into the profile's space when they go out. A picture taken with the camera on its side is set upright. Who wants
 * the file's numbers as they are may ask for them.
 *
 * Every call but the last gives a result and fills `message`, which has room for PICTURE_FILES_MESSAGE_SIZE bytes: on
 * failure with one sentence in UTF-8 naming the file, on success with a remark worth passing on, or nothing.
 */
#ifndef PICTURE_FILES_H
#define PICTURE_FILES_H

#include <stddef.h>
#include <stdint.h>

#define PICTURE_FILES_MESSAGE_SIZE 1024

typedef enum picture_files_result {
  PICTURE_FILES_OK = 0,
  PICTURE_FILES_CANNOT_OPEN,  /* an input that is missing, unreadable, or no file at all */
  PICTURE_FILES_BAD_FILE,     /* an input that is not a picture of these kinds, or not a whole one */
  PICTURE_FILES_CANNOT_WRITE, /* a place that cannot be written to, a full disk, a name of no known kind */
  PICTURE_FILES_NO_ENGINE     /* GEGL or one of its loaders is missing */
} picture_files_result;

typedef struct picture_file {
  int32_t width, height;
  int32_t bits;         /* of each channel in the file: 8 or 16 */
  float *pixels;        /* width * height * 3 */
  float *alpha;         /* width * height, or NULL for an opaque picture */
  uint8_t *profile;     /* the ICC profile embedded in the file, or NULL */
  size_t profile_size;
} picture_file;

/* What to make of a file's numbers. */
typedef enum picture_files_reading {
  PICTURE_FILES_AS_SEEN,  /* colours converted from the profile's space to sRGB, the picture set upright */
  PICTURE_FILES_AS_STORED /* numbers and rows as they are in the file, whatever its profile and orientation say */
} picture_files_reading;

/* Reads a whole file. On success the picture is the caller's, to be freed with picture_file_free; a gray picture comes
 * as R'G'B' and without the profile for gray that it may have had; a picture read as it is stored comes without any. */
picture_files_result picture_file_load (const char *path, picture_files_reading reading, picture_file *file,
                                        char *message);

/* Whether picture_file_save could write a picture of this size to `path`: the ending is .png, .jpg, .jpeg, .tif, .tiff
 * or .webp, the kind of file holds that size, and a file can be made in the folder. To be asked before a long run. */
picture_files_result picture_file_can_save (const char *path, int32_t width, int32_t height, char *message);

/* Writes a whole file or none (whole_file.h), of the kind its ending says. Always R'G'B', with alpha and the bits and
 * profile given; JPEG holds neither alpha nor 16 bits and WebP no 16 bits. */
picture_files_result picture_file_save (const char *path, const picture_file *file, char *message);

/* Frees what a load gave and makes the picture empty. */
void picture_file_free (picture_file *file);

#endif
