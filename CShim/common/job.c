#include "job.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/resource.h>

#include "error.h"

/* How often the thread looks after the engine. */
#define LOOK_AFTER (100 * G_TIME_SPAN_MILLISECOND)

/* How nice the engine is to other programs, GIMP first of all: with every processor busy, windows still answer at once. */
#define NICENESS 10

typedef enum { GO_ON, STOP_KEEP, STOP_DISCARD } Request;

/* Whose the one buffer for pictures is: the job's thread may write into it while it is nobody's. */
typedef enum { NOBODY, WAITING, MAIN_THREAD } Holder;

struct Job {
  const Engine *engine;
  impasto_options options;
  impasto_picture content, style, initial;
  gboolean has_initial;
  GThread *thread;

  GMutex mutex; /* guards all that follows */
  GCond changed;
  Request request;
  JobProgress progress;
  float *picture;
  Holder holder;
  gboolean wanted;    /* the main thread would like a newer picture */
  gboolean is_result; /* the picture is the last */
};

static impasto_picture borrowed(const Pixels *pixels) {
  return (impasto_picture){pixels->width, pixels->height, pixels->rgb, pixels->alpha, 1.0};
}

static void end(Job *job, JobState state, impasto_result result, const char *message) {
  g_mutex_lock(&job->mutex);
  job->progress.result = result;
  g_strlcpy(job->progress.message, message, sizeof job->progress.message);
  job->progress.state = state;
  g_mutex_unlock(&job->mutex);
}

/* Fetches a preview, or the result, into the buffer, which must be nobody's. Nothing is written if there is none. */
static impasto_result fetch_picture(Job *job, impasto_job *work, gboolean is_result, char *message) {
  impasto_result result =
      (is_result ? job->engine->job_result : job->engine->job_preview)(work, job->picture, message);
  g_mutex_lock(&job->mutex);
  if (result == IMPASTO_OK) {
    job->holder = WAITING;
    job->wanted = FALSE;
    job->is_result = is_result;
  }
  g_mutex_unlock(&job->mutex);
  return result;
}

/* Looks after the running engine until it has ended, and gives the state it ended in. */
static impasto_state look_after(Job *job, impasto_job *work) {
  Request told = GO_ON;
  gint64 shown = 0;

  while (TRUE) {
    impasto_status status;
    char message[IMPASTO_MESSAGE_SIZE];
    if (job->engine->job_status(work, &status, message) != IMPASTO_OK) return IMPASTO_BROKEN;

    g_mutex_lock(&job->mutex);
    job->progress.status = status;
    if (status.state == IMPASTO_RUNNING && job->request == told) {
      g_cond_wait_until(&job->changed, &job->mutex, g_get_monotonic_time() + LOOK_AFTER);
    }
    Request request = job->request;
    gboolean wanted = job->wanted && job->holder == NOBODY;
    g_mutex_unlock(&job->mutex);

    if (status.state != IMPASTO_RUNNING) return status.state;
    if (request != told) {
      job->engine->job_stop(work, request == STOP_KEEP, message);
      told = request;
    }
    if (wanted && request == GO_ON && status.preview_serial > shown &&
        fetch_picture(job, work, FALSE, message) == IMPASTO_OK) {
      shown = status.preview_serial;
    }
  }
}

/* Waits until the main thread has given the buffer back; FALSE if nobody wants the result any more. A preview that
 * waits to be taken is taken back. */
static gboolean wait_for_buffer(Job *job) {
  g_mutex_lock(&job->mutex);
  while (job->holder == MAIN_THREAD && job->request != STOP_DISCARD) g_cond_wait(&job->changed, &job->mutex);
  if (job->holder == WAITING) job->holder = NOBODY;
  gboolean wanted = job->request != STOP_DISCARD;
  g_mutex_unlock(&job->mutex);
  return wanted;
}

static gpointer run(gpointer data) {
  Job *job = data;
  const Engine *engine = job->engine;
  impasto_job *work = NULL;
  char message[IMPASTO_MESSAGE_SIZE] = "";

  /* Of this thread alone, and of those that it starts: Linux has a niceness for each. */
  setpriority(PRIO_PROCESS, 0, NICENESS);
  impasto_result result = engine->job_new(&job->options, &job->content, &job->style, 1,
                                          job->has_initial ? &job->initial : NULL, &work, message);
  if (result == IMPASTO_OK) result = engine->job_start(work, message);
  impasto_state state = result == IMPASTO_OK ? look_after(job, work) : IMPASTO_BROKEN;
  if (state == IMPASTO_DONE && !wait_for_buffer(job)) state = IMPASTO_STOPPED;
  /* Of a job that is broken, what is said instead of the picture is why. */
  if (result == IMPASTO_OK && state != IMPASTO_STOPPED) result = fetch_picture(job, work, TRUE, message);
  end(job, state == IMPASTO_STOPPED ? JOB_STOPPED : result == IMPASTO_OK ? JOB_DONE : JOB_FAILED, result, message);
  engine->job_free(work);
  return NULL;
}

Job *job_start(const Engine *engine, const impasto_options *options, const Pixels *content, const Pixels *style,
               const Pixels *initial, GError **error) {
  float *picture = g_try_new(float, (gsize) content->width * content->height * 3);
  if (picture == NULL) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("There is not enough memory for the new layer."));
    return NULL;
  }
  Job *job = g_new0(Job, 1);
  job->engine = engine;
  job->options = *options;
  job->content = borrowed(content);
  job->style = borrowed(style);
  job->has_initial = initial != NULL;
  if (initial != NULL) job->initial = borrowed(initial);
  job->picture = picture;
  job->progress.status.seconds_left = -1;
  g_mutex_init(&job->mutex);
  g_cond_init(&job->changed);
  job->thread = g_thread_new("impasto", run, job);
  return job;
}

void job_progress(Job *job, JobProgress *progress) {
  g_mutex_lock(&job->mutex);
  *progress = job->progress;
  g_mutex_unlock(&job->mutex);
}

float *job_take_picture(Job *job, gboolean *is_result) {
  g_mutex_lock(&job->mutex);
  float *picture = job->holder == WAITING ? job->picture : NULL;
  *is_result = job->is_result;
  if (picture != NULL) job->holder = MAIN_THREAD;
  if (picture == NULL && !job->wanted) {
    job->wanted = TRUE;
    g_cond_signal(&job->changed);
  }
  g_mutex_unlock(&job->mutex);
  return picture;
}

void job_release_picture(Job *job) {
  g_mutex_lock(&job->mutex);
  job->holder = NOBODY;
  g_cond_signal(&job->changed);
  g_mutex_unlock(&job->mutex);
}

void job_stop(Job *job, gboolean keep) {
  g_mutex_lock(&job->mutex);
  if (job->request != STOP_DISCARD) job->request = keep ? STOP_KEEP : STOP_DISCARD;
  g_cond_signal(&job->changed);
  g_mutex_unlock(&job->mutex);
}

void job_free(Job *job) {
  if (job == NULL) return;
  job_stop(job, FALSE);
  g_thread_join(job->thread);
  g_mutex_clear(&job->mutex);
  g_cond_clear(&job->changed);
  g_free(job->picture);
  g_free(job);
}
