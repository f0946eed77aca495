#include "painting.h"

#include <glib/gi18n.h>

#include "error.h"
#include "job.h"
#include "style-reader.h"
#include "styles.h"
#include "subject.h"

/* One step works no longer than this, as far as it can help it. */
#define STEP_TIME (40 * G_TIME_SPAN_MILLISECOND)

/* A new picture is shown no sooner than this after the last one began to be, nor before showing the last one has become
 * a small part of the time. */
#define SHOW_EVERY (1000 * G_TIME_SPAN_MILLISECOND)
#define SHOW_SHARE 6

typedef enum { READ_STYLE, READ_SUBJECT, START, PAINT, OVER } Phase;

struct Painting {
  const Engine *engine;
  Settings *settings;
  Subject *subject;
  StyleReader *style_reader;
  Pixels *style;
  LiveLayer *live;
  Job *job;
  JobProgress progress;
  gboolean stopped; /* the user wants it to end */

  Phase phase;
  PaintingState state;
  GError *error;

  PixelWriter *writer; /* of what is being shown */
  float *picture;      /* which is the job's, until it is */
  gboolean last;       /* it is the result */
  gint64 show_began, show_next;
};

Painting *painting_new(const Engine *engine, ApiImage image, ApiItem layer, const Settings *settings,
                       GError **error) {
  if (!settings_check(settings, error)) return NULL;
  g_autoptr(Painting) painting = g_new0(Painting, 1);
  painting->engine = engine;
  painting->settings = settings_copy(settings);
  painting->progress.status.seconds_left = -1;
  painting->subject = subject_new(image, layer, settings->go_on, error);
  if (painting->subject == NULL) return NULL;
  const GeglRectangle *area = &painting->subject->region->area;
  painting->style_reader =
      style_reader_new(settings, settings_style_area(settings, area->width, area->height), error);
  if (painting->style_reader == NULL) return NULL;
  return g_steal_pointer(&painting);
}

void painting_free(Painting *painting) {
  if (painting == NULL) return;
  job_free(painting->job);
  pixel_writer_free(painting->writer);
  live_layer_free(painting->live);
  style_reader_free(painting->style_reader);
  pixels_free(painting->style);
  subject_free(painting->subject);
  settings_free(painting->settings);
  g_clear_error(&painting->error);
  g_free(painting);
}

gint64 painting_memory(const Extent *extent, const Settings *settings) {
  enum { RGB = 3 * sizeof(float), ALPHA = sizeof(float) };
  gint64 each = RGB; /* what is being shown */
  if (settings->go_on) each += RGB;
  if (extent->has_alpha) each += ALPHA;
  if (extent->has_alpha || extent->has_mask) each += ALPHA + IMPASTO_BYTES_WITH_ALPHA;
  return each * extent->width * extent->height;
}

const impasto_status *painting_status(const Painting *painting) {
  return &painting->progress.status;
}

ApiLayer painting_layer(const Painting *painting) {
  return painting->live != NULL ? live_layer_id(painting->live) : API_NONE;
}

const GError *painting_error(const Painting *painting) {
  return painting->error;
}

void painting_stop(Painting *painting, gboolean keep) {
  painting->stopped = TRUE;
  if (painting->job != NULL) job_stop(painting->job, keep);
  if (painting->phase == PAINT && !keep) {
    g_clear_pointer(&painting->writer, pixel_writer_free);
    live_layer_discard(painting->live);
  }
}

static void finish(Painting *painting, PaintingState state) {
  painting->phase = OVER;
  painting->state = state;
  g_clear_pointer(&painting->writer, pixel_writer_free);
}

static void fail(Painting *painting) {
  if (painting->live != NULL) live_layer_discard(painting->live);
  finish(painting, PAINTING_FAILED);
}

/* Lets the engine begin. */
static void start_job(Painting *painting) {
  impasto_options options;
  painting->engine->options_default(&options);
  settings_fill(painting->settings, &options);
  painting->job = job_start(painting->engine, &options, painting->subject->content, painting->style,
                            painting->subject->initial, &painting->error);
  painting->phase = START;
  if (painting->job == NULL) fail(painting);
}

/* Makes the new layer, still outside the image. */
static void make_layer(Painting *painting) {
  Subject *subject = painting->subject;
  if (pixels_transparent(subject->content)) {
    g_set_error(&painting->error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("The layer is wholly transparent there: there is nothing to paint."));
    fail(painting);
    return;
  }
  g_autofree char *style = styles_name(painting->settings);
  g_autofree char *name = g_strdup_printf("Impasto: %s", style);
  settings_spread_tattoos(subject->image);
  painting->live = live_layer_new(subject->image, subject->layer, subject->region, name, subject->own_alpha != NULL,
                                  &painting->error);
  if (painting->live == NULL) {
    fail(painting);
    return;
  }
  ApiLayer layer = live_layer_id(painting->live);
  g_autofree char *json =
      settings_to_json(painting->settings, layer, subject->content_layer, painting->engine->version());
  settings_put_on_layer(layer, json);
  const Pixels *start = subject->initial != NULL ? subject->initial : subject->content;
  painting->writer = pixel_writer_new(subject->colour, layer, start->rgb, subject->own_alpha);
  start_job(painting);
}

static void read_subject(Painting *painting) {
  if (subject_unchanged(painting->subject, &painting->error) &&
      subject_read_step(painting->subject, &painting->error)) {
    return;
  }
  if (painting->error != NULL) {
    fail(painting);
  } else {
    make_layer(painting);
  }
}

/* Lets the new layer look like the old one, while the engine has begun. FALSE when it does. */
static gboolean fill_layer(Painting *painting) {
  if (painting->writer != NULL) {
    if (!pixel_writer_step(painting->writer)) g_clear_pointer(&painting->writer, pixel_writer_free);
    return TRUE;
  }
  if (live_layer_mask_step(painting->live, painting->subject->region->mask)) return TRUE;
  g_clear_pointer(&painting->subject->region->mask, g_free); /* the layer has it now */
  return FALSE;
}

static void fail_by_job(Painting *painting) {
  g_autofree char *said = engine_says(painting->progress.result, painting->progress.message);
  g_set_error_literal(&painting->error, SHIM_ERROR, SHIM_ERROR_EXECUTION, said);
  fail(painting);
}

/* Once the engine has done a first stroke, puts the new layer, which looks like its source so far, into the image: what
 * the engine refuses leaves no trace there. FALSE before that. */
static gboolean insert_layer(Painting *painting) {
  job_progress(painting->job, &painting->progress);
  gboolean working = painting->progress.state == JOB_RUNNING;
  if (working && (painting->stopped || painting->progress.status.scales == 0)) return FALSE;

  painting->phase = PAINT;
  if (painting->stopped) {
    finish(painting, PAINTING_DROPPED);
  } else if (painting->progress.state == JOB_FAILED) {
    fail_by_job(painting);
  } else if (subject_unchanged(painting->subject, &painting->error) &&
             live_layer_insert(painting->live, &painting->error)) {
    painting->state = PAINTING_WORKING;
    /* The engine has copied all that it was given. */
    subject_forget_seen(painting->subject);
    g_clear_pointer(&painting->style, pixels_free);
  } else {
    fail(painting);
  }
  return TRUE;
}

/* Writes the picture from its first row on. */
static void write_picture(Painting *painting) {
  g_clear_pointer(&painting->writer, pixel_writer_free);
  painting->writer = pixel_writer_new(painting->subject->colour, live_layer_id(painting->live), painting->picture,
                                      painting->subject->own_alpha);
}

/* Begins to write a picture that the job has made. */
static void begin_to_show(Painting *painting) {
  gint64 now = g_get_monotonic_time();
  gboolean done = painting->progress.state == JOB_DONE;
  if (!done && (painting->stopped || now < painting->show_next)) return;

  /* Whether it is the result is asked with it: the job may have ended since its progress was. */
  painting->picture = job_take_picture(painting->job, &painting->last);
  if (painting->picture == NULL) return;
  subject_leave_unseen(painting->subject, painting->picture);
  subject_follow_profile(painting->subject);
  write_picture(painting);
  painting->show_began = now;
}

static void end_showing(Painting *painting) {
  gint64 now = g_get_monotonic_time();
  gint64 cost = now - painting->show_began;

  g_clear_pointer(&painting->writer, pixel_writer_free);
  live_layer_show(painting->live);
  job_release_picture(painting->job);
  painting->show_next = MAX(painting->show_began + SHOW_EVERY, now + SHOW_SHARE * cost);
}

/* The layer can be painted no longer: it has been taken out, by Cancel or by the user; or the user has done something
 * to it, and is left with it, unfinished. */
static void give_up(Painting *painting) {
  painting->stopped = TRUE;
  g_clear_pointer(&painting->writer, pixel_writer_free);
  job_stop(painting->job, FALSE);
  if (painting->error != NULL || !live_layer_attached(painting->live)) return;
  g_set_error(&painting->error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("The new layer was locked or changed while it was being painted. It stays as it was then, "
                "unfinished."));
}

static void finish_early(Painting *painting) {
  finish(painting, painting->error != NULL ? PAINTING_FAILED : PAINTING_DROPPED);
}

/* Looks after the job: shows what it has made, and sees to its end. FALSE when there is nothing more to do now. */
static gboolean look_after(Painting *painting) {
  job_progress(painting->job, &painting->progress);

  if (painting->progress.state == JOB_STOPPED) {
    finish_early(painting);
  } else if (!live_layer_writable(painting->live)) {
    give_up(painting);
    if (painting->progress.state == JOB_RUNNING) return FALSE;
    finish_early(painting);
  } else if (painting->progress.state == JOB_FAILED) {
    fail_by_job(painting);
  } else if (painting->writer == NULL) {
    begin_to_show(painting);
    return painting->writer != NULL;
  } else if (subject_follow_profile(painting->subject)) {
    write_picture(painting); /* GIMP has converted what was written of it, or left that as it was */
  } else if (!pixel_writer_step(painting->writer)) {
    end_showing(painting);
    if (painting->last) finish(painting, PAINTING_KEPT);
  }
  return TRUE;
}

/* FALSE while there is nothing to do but wait. */
static gboolean read_style(Painting *painting) {
  if (style_reader_step(painting->style_reader)) return !style_reader_waits(painting->style_reader);
  painting->style = style_reader_take(painting->style_reader, &painting->error);
  g_clear_pointer(&painting->style_reader, style_reader_free);
  painting->phase = READ_SUBJECT;
  if (painting->style == NULL) fail(painting);
  return TRUE;
}

/* One piece of work; FALSE when there is nothing more to do now. */
static gboolean work(Painting *painting) {
  switch (painting->phase) {
    case READ_STYLE:
      return read_style(painting);
    case READ_SUBJECT:
      read_subject(painting);
      return TRUE;
    case START:
      return (!painting->stopped && fill_layer(painting)) || insert_layer(painting);
    case PAINT:
      return look_after(painting);
    case OVER:
      return FALSE;
  }
  return FALSE;
}

/* Stopped before the engine was there: over as soon as no thread is busy with the style. To wait for one would be to
 * stand still. */
static void drop(Painting *painting) {
  StyleReader *reader = painting->style_reader;
  if (reader != NULL && style_reader_waits(reader)) style_reader_step(reader);
  if (reader == NULL || !style_reader_waits(reader)) finish(painting, PAINTING_DROPPED);
}

PaintingState painting_step(Painting *painting) {
  gint64 enough = g_get_monotonic_time() + STEP_TIME;
  if (painting->stopped && painting->phase < START) {
    drop(painting);
    return painting->state;
  }
  while (work(painting) && g_get_monotonic_time() < enough) continue;
  return painting->state;
}
