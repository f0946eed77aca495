/* The C interface of Impasto: neural style transfer of one picture, worked out on threads of its own.
 *
 * This header is the contract; the library behind it is written in Swift and needs nothing but libc, libm, libstdc++,
 * libgcc and OpenBLAS. A caller makes a job, starts it, asks now and then how far it is, and takes the result:
 *
 *     impasto_options options;
 *     impasto_options_default(&options);
 *     char message[IMPASTO_MESSAGE_SIZE];
 *     impasto_job *job = NULL;
 *     if (impasto_job_new(&options, &content, &style, 1, NULL, &job, message) != IMPASTO_OK) { ... message ... }
 *     impasto_job_start(job, message);
 *     impasto_status status;
 *     do { sleep a little; impasto_job_status(job, &status, message); } while (status.state == IMPASTO_RUNNING);
 *     impasto_job_result(job, pixels, message);
 *     impasto_job_free(job);
 *
 * Pixels are R'G'B' (sRGB, gamma-encoded) floats, rows top to bottom, interleaved, in [0, 1]; values outside are
 * clamped, NaN and infinities are taken as 0. Alpha is one float a pixel in [0, 1], or NULL for an opaque picture.
 * The library copies what it is given: nothing the caller passes has to outlive the call.
 *
 * Every function may be called from any thread, several at once. Null pointers, jobs that have been freed and numbers
 * that make no sense are answered with IMPASTO_BAD_ARGUMENT; of memory the caller owns only the size can be believed.
 * `message` is NULL or has room for IMPASTO_MESSAGE_SIZE bytes; it is made empty on success and else holds one sentence
 * in UTF-8 that says what was wrong. No call blocks for longer than it takes to copy a picture, or to read the weights
 * (impasto_job_new, impasto_estimate), but impasto_job_free and impasto_job_wait, which wait for the job's thread, and
 * impasto_estimate, which measures the machine when it is asked for the first time. Free all jobs before exit(): a thread
 * that works on would have OpenBLAS taken from under it.
 */
#ifndef IMPASTO_H
#define IMPASTO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IMPASTO_MESSAGE_SIZE 1024

/* What a call answers. */
typedef int32_t impasto_result;
#define IMPASTO_OK 0
#define IMPASTO_BAD_ARGUMENT 1  /* a null pointer, a size or a setting out of range: the message names it */
#define IMPASTO_BAD_WEIGHTS 2   /* the weights file is missing or is not what it should be */
#define IMPASTO_NO_MEMORY 3     /* the picture does not fit into the memory allowed, or into the machine */
#define IMPASTO_NOT_READY 4     /* there is no picture yet, or the job has been started already */
#define IMPASTO_FAILED 5        /* the optimization itself went wrong */

/* Where a job stands. */
typedef int32_t impasto_state;
#define IMPASTO_NEW 0
#define IMPASTO_RUNNING 1
#define IMPASTO_DONE 2     /* all of it, or stopped with `keep`: there is a result */
#define IMPASTO_STOPPED 3  /* stopped without `keep`: there is none */
#define IMPASTO_BROKEN 4   /* failed: impasto_job_status gave the message */

/* The ranges and defaults of the settings, for those who offer them before the library is there to be asked. */
#define IMPASTO_STRENGTH_MIN 0.0
#define IMPASTO_STRENGTH_MAX 100.0
#define IMPASTO_STRENGTH_DEFAULT 50.0
#define IMPASTO_BRUSH_SIZE_MIN 25.0
#define IMPASTO_BRUSH_SIZE_MAX 400.0
#define IMPASTO_BRUSH_SIZE_DEFAULT 100.0
#define IMPASTO_WORKING_SIZE_MIN 16
#define IMPASTO_WORKING_SIZE_MAX 32768
#define IMPASTO_WORKING_SIZE_DEFAULT 1024
#define IMPASTO_RECIPE_DEFAULT "impasto"

/* What a content picture with alpha takes more for each pixel than impasto_estimate says of one without. */
#define IMPASTO_BYTES_WITH_ALPHA 16

/* The settings of a painting. Fill it with impasto_options_default first. */
typedef struct impasto_options {
  double strength;            /* 0..100; 50 is the recipe as it is */
  double brush_size;          /* 25..400 per cent of the style picture scaled to the content's area */
  int32_t keep_colors;        /* 0 or 1 */
  int32_t working_size;       /* long side the painting is worked out at, 16..32768; 0 = the picture's own size */
  int32_t seed;
  int32_t iterations;         /* at most, at the largest scale; 0 = the recipe's own number */
  int32_t threads;            /* 0 = one for every processor */
  int32_t original_schedule;  /* 0 = coarse to fine, 1 = as the recipe was published ("impasto" was not) */
  int64_t memory;             /* bytes; 0 = half of what is free */
  const char *recipe;         /* NULL = "impasto" */
  const char *weights;        /* path of the weights file; NULL = beside the library, or as installed */
} impasto_options;

/* A picture handed in. */
typedef struct impasto_picture {
  int32_t width, height;
  const float *pixels; /* width * height * 3 */
  const float *alpha;  /* width * height, or NULL */
  double weight;       /* of a style among several, above 0; of no meaning elsewhere */
} impasto_picture;

/* How far a job is. */
typedef struct impasto_status {
  impasto_state state;
  double fraction;         /* of the iterations, 0..1, never falling */
  int32_t scale, scales;   /* 1..scales, coarse to fine */
  int32_t width, height;   /* of the scale being worked on */
  int32_t iteration, iterations; /* at this scale */
  double loss;
  double seconds_left;     /* with what follows the iterations; below 0 while not known */
  int64_t preview_serial;  /* rises when impasto_job_preview has another picture, the result too; 0 = none */
} impasto_status;

/* What a painting will take on this machine. */
typedef struct impasto_cost {
  double seconds;
  int64_t bytes;           /* peak resident memory, for opaque pictures */
  int32_t width, height;   /* the largest scale worked at */
  int32_t scales;
} impasto_cost;

typedef struct impasto_job impasto_job;

/* The version of the library, "1.0.0". */
const char *impasto_version(void);

/* The default settings: the ones the command line has too. */
void impasto_options_default(impasto_options *options);

/* A job for painting `content` like the `style_count` styles. `initial` is where to start from, in the content's size,
 * or NULL to start as the recipe says. On success *job is the caller's, to be freed with impasto_job_free. */
impasto_result impasto_job_new(const impasto_options *options, const impasto_picture *content,
                               const impasto_picture *styles, int32_t style_count, const impasto_picture *initial,
                               impasto_job **job, char *message);

/* Starts the work on a thread of the job's own. */
impasto_result impasto_job_start(impasto_job *job, char *message);

/* How far it is. When the state is IMPASTO_BROKEN the message says why. */
impasto_result impasto_job_status(const impasto_job *job, impasto_status *status, char *message);

/* The picture as it stands, brought to the content's size: width * height * 3 floats into `pixels`. A newer one is made
 * once the last one has been asked for. */
impasto_result impasto_job_preview(const impasto_job *job, float *pixels, char *message);

/* Asks the job to end within one iteration; returns at once. With `keep` the picture as it stands is the result. */
impasto_result impasto_job_stop(impasto_job *job, int32_t keep, char *message);

/* Waits until the job has ended, at most `seconds` (below 0: as long as it takes). IMPASTO_NOT_READY if it has not. */
impasto_result impasto_job_wait(const impasto_job *job, double seconds, char *message);

/* The finished picture, in the content's size: width * height * 3 floats into `pixels`. */
impasto_result impasto_job_result(const impasto_job *job, float *pixels, char *message);

/* Stops the job if it runs, waits for its thread, and frees it. NULL is allowed. */
void impasto_job_free(impasto_job *job);

/* What painting a picture of width x height with these settings will take here. The first call with a recipe and a
 * number of threads times some iterations on a small picture, which takes a part of a second, or more on a busy
 * machine; the library remembers the outcome. */
impasto_result impasto_estimate(const impasto_options *options, int32_t width, int32_t height, int32_t style_count,
                                impasto_cost *cost, char *message);

#ifdef __cplusplus
}
#endif

#endif
