/* One painting in the engine. A thread of its own makes every call into the engine, so that none of them can hold up a
 * dialog; the main thread, which alone may talk to GIMP, looks in from time to time. */
#ifndef IMPASTO_SHIM_JOB_H
#define IMPASTO_SHIM_JOB_H

#include "engine.h"
#include "pixels.h"

typedef enum { JOB_RUNNING, JOB_DONE, JOB_STOPPED, JOB_FAILED } JobState;

typedef struct JobProgress {
  JobState state;
  impasto_status status;              /* as the engine gave it last; fraction 0 before it has begun */
  impasto_result result;              /* of what failed */
  char message[IMPASTO_MESSAGE_SIZE]; /* why it failed */
} JobProgress;

typedef struct Job Job;

/* Starts painting `content` like `style`, from `initial` or as the recipe says (NULL). The pixels must outlive it. */
Job *job_start(const Engine *engine, const impasto_options *options, const Pixels *content, const Pixels *style,
               const Pixels *initial, GError **error);

void job_progress(Job *job, JobProgress *progress);

/* A picture (width * height * 3 floats in the content's size) newer than the last one; or NULL, and one is on its way.
 * It belongs to the caller until job_release_picture. The last one is the result; after JOB_DONE it is there. */
float *job_take_picture(Job *job, gboolean *is_result);
void job_release_picture(Job *job);

/* Asks it to end, with the picture as it stands (`keep`) or without; returns at once. */
void job_stop(Job *job, gboolean keep);

/* Waits for the thread, and frees everything. */
void job_free(Job *job);

#endif
