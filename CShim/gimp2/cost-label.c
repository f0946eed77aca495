#include "cost-label.h"

#include <glib/gi18n.h>

#include "words.h"

/* How long the settings must have stayed as they are. */
#define SETTLED 150

/* Room for the answer on one line, in most languages. */
#define WIDTH 600

/* One question to the engine, answered on another thread. It holds the label, so that this outlives the answer. */
typedef struct Question {
  Settings *settings;
  Extent extent;
  gint number;
  GtkWidget *label;
  impasto_cost cost;
  impasto_result result;
  char message[IMPASTO_MESSAGE_SIZE];
} Question;

/* What the label remembers. */
typedef struct Asking {
  Extent extent; /* to ask about, with the settings, once they have settled */
  Settings *settings;
  guint timeout;
  gint number;         /* of the latest question: answers to older ones are not shown */
  GThreadPool *thread; /* one: the engine measures the machine, and should not be measuring itself */
} Asking;

static Asking *asking_of(GtkWidget *label) {
  return g_object_get_data(G_OBJECT(label), "asking");
}

static gboolean show_answer(gpointer data) {
  Question *question = data;
  if (asking_of(question->label)->number == question->number) {
    gboolean known = question->result == IMPASTO_OK;
    g_autofree char *words =
        known ? words_cost(&question->cost) : engine_says(question->result, question->message);
    gtk_label_set_text(GTK_LABEL(question->label), words);
  }
  settings_free(question->settings);
  g_object_unref(question->label);
  g_free(question);
  return G_SOURCE_REMOVE;
}

static void answer(gpointer data, gpointer engine_data) {
  Question *question = data;
  const Engine *engine = engine_data;
  impasto_options options;
  engine->options_default(&options);
  settings_fill(question->settings, &options);
  question->result = engine->estimate(&options, question->extent.width, question->extent.height, 1, &question->cost,
                                      question->message);
  question->cost.bytes += painting_memory(&question->extent, question->settings);
  g_idle_add(show_answer, question);
}

static gboolean ask(gpointer data) {
  GtkWidget *label = data;
  Asking *asking = asking_of(label);
  Question *question = g_new0(Question, 1);
  question->settings = settings_copy(asking->settings);
  question->extent = asking->extent;
  question->number = asking->number;
  question->label = g_object_ref(label);
  g_thread_pool_push(asking->thread, question, NULL);
  asking->timeout = 0;
  return G_SOURCE_REMOVE;
}

static void forget(GtkWidget *label, gpointer data) {
  Asking *asking = data;
  (void) label;
  if (asking->timeout != 0) g_source_remove(asking->timeout);
  asking->timeout = 0;
}

static void asking_free(gpointer data) {
  Asking *asking = data;
  g_thread_pool_free(asking->thread, FALSE, FALSE);
  settings_free(asking->settings);
  g_free(asking);
}

GtkWidget *cost_label_new(const Engine *engine) {
  GtkWidget *label = gtk_label_new(_("Measuring how fast this computer paints…"));
  Asking *asking = g_new0(Asking, 1);
  asking->thread = g_thread_pool_new(answer, (gpointer) engine, 1, FALSE, NULL);
  g_object_set_data_full(G_OBJECT(label), "asking", asking, asking_free);
  g_signal_connect(label, "destroy", G_CALLBACK(forget), asking);
  gtk_misc_set_alignment(GTK_MISC(label), 0, 0.5);
  gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_set_size_request(label, WIDTH, -1);
  return label;
}

void cost_label_update(GtkWidget *label, const Extent *extent, const Settings *settings) {
  Asking *asking = asking_of(label);
  forget(label, asking);
  settings_free(asking->settings);
  asking->extent = *extent;
  asking->settings = settings_copy(settings);
  asking->number++;
  asking->timeout = g_timeout_add(SETTLED, ask, label);
}

void cost_label_say(GtkWidget *label, const char *sentence) {
  Asking *asking = asking_of(label);
  forget(label, asking);
  asking->number++;
  gtk_label_set_text(GTK_LABEL(label), sentence);
}
