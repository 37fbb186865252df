/* A step is shown, answered or run; what it led to is kept, so that one can look back. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-lesson.h"

#include <glib/gi18n.h>

#include "app-lesson-own.h"
#include "app-lesson-scene.h"
#include "app-lesson-wire.h"
#include "app-signal.h"
#include "app-turn.h"
#include "app-wrap.h"
#include "learn-clock.h"
#include "lesson-player.h"

#define NARROW_WIDTH 720
#define LINES_OVERHEARD 60
#define PAGE_MARGIN 12
/* As in the template. */
#define MARKED_SPACING 6

struct _AppLesson
{
  GtkBox parent_instance;
  GtkDrawingArea *measure; /* of no height: tells how wide this is */
  GtkPaned *split;
  GtkScrolledWindow *scroller, *places;
  GtkLabel *kind, *title, *says, *doing, *place, *overheard;
  GtkBox *text, *answers, *own, *doing_box, *failures, *checks, *bar;
  GtkButton *run, *again, *back, *next;
  GtkSpinner *spinner;
  GtkExpander *listener;
  GtkWidget *clock; /* AppWrap of labels */
  AppLessonScene *scene;
  AppLessonWire *wire;

  LessonPlayer *player;
  LessonProgress *progress;
  GPtrArray *states;  /* LessonState of each step that ran (elements nullable) */
  LessonState *begun; /* before any of them; in free play, before the last wish (nullable) */
  GArray *chosen;     /* int: the answer that is chosen at each step, -1: none */
  guint step;
  gboolean ready, free_play;
  GtkWidget *reveal; /* what was just said, to be brought into sight (nullable) */
  guint frames;      /* until it has its place */
  guint resized;
  int width;
};

G_DEFINE_FINAL_TYPE (AppLesson, app_lesson, GTK_TYPE_BOX)

enum
{
  FINISHED,
  AGAIN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
clear_box (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static const LearnLesson *
lesson_of (AppLesson *self)
{
  return lesson_player_lesson (self->player);
}

static const LearnStep *
step_of (AppLesson *self)
{
  return lesson_of (self)->steps->pdata[self->step];
}

static LessonState *
state_of (AppLesson *self)
{
  return self->states->pdata[self->step];
}

/* How things were when step @index was about to run. (nullable) */
static LessonState *
state_before (AppLesson *self, guint index)
{
  for (guint i = index; i > 0; i--)
    if (self->states->pdata[i - 1] != NULL)
      return self->states->pdata[i - 1];
  return self->begun;
}

/* How things were at the step that is shown, also for who looks back. (nullable) */
static LessonState *
state_shown (AppLesson *self)
{
  return state_of (self) != NULL ? state_of (self) : state_before (self, self->step);
}

static gboolean
is_last (AppLesson *self)
{
  return self->step + 1 >= lesson_of (self)->steps->len;
}

static GtkWidget *
add_text (GtkBox *box, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_box_append (box, label);
  return label;
}

/* --- what came of a run --- */

static void
add_marked (GtkBox *box, const char *icon, const char *style, const char *spoken, const char *text)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_widget_add_css_class (image, style);
  gtk_box_append (GTK_BOX (row), image);
  gtk_widget_set_hexpand (add_text (GTK_BOX (row), text), TRUE);
  gtk_box_append (box, row);
}

static void
show_overheard (AppLesson *self, const LessonState *state, const LearnStep *step)
{
  gboolean asked = FALSE;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < step->checks->len; i++)
    asked |= ((LearnCheck *) step->checks->pdata[i])->kind == LEARN_CHECK_OVERHEARD;
  for (guint i = 0; i < state->overheard->len && i < LINES_OVERHEARD; i++)
    g_string_append_printf (
        text, "%s%s", i > 0 ? "\n" : "", (const char *) state->overheard->pdata[i]);
  if (state->overheard->len > LINES_OVERHEARD)
    g_string_append (text, "\n…");
  gtk_label_set_text (self->overheard,
                      text->len > 0 ? text->str : _ ("Not a single word: only noise."));
  gtk_widget_set_visible (GTK_WIDGET (self->listener), asked);
}

static void
show_results (AppLesson *self)
{
  const LessonState *state = state_of (self);
  const LearnStep *step = step_of (self);

  clear_box (self->failures);
  clear_box (self->checks);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->failures),
                                state != NULL && state->failures->len > 0 ? MARKED_SPACING : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->listener), FALSE);
  if (state == NULL)
    return;
  for (guint i = 0; i < state->failures->len; i++)
    add_marked (self->failures,
                "dialog-warning-symbolic",
                "warning",
                _ ("Went wrong"),
                state->failures->pdata[i]);
  for (guint i = 0; i < state->results->len && i < step->checks->len; i++)
    {
      gboolean holds = g_array_index (state->results, gboolean, i);

      add_marked (self->checks,
                  holds ? "object-select-symbolic" : "window-close-symbolic",
                  holds ? "success" : "error",
                  holds ? _ ("Holds") : _ ("Does not hold"),
                  ((LearnCheck *) step->checks->pdata[i])->says);
    }
  show_overheard (self, state, step);
}

/* Down to its end, as far as its beginning stays in sight. */
static void
scroll_to (AppLesson *self, GtkWidget *widget)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  GtkWidget *page = gtk_scrolled_window_get_child (self->scroller);
  double shown = gtk_adjustment_get_page_size (adjustment);
  graphene_rect_t bounds;
  double top, bottom;

  if (GTK_IS_VIEWPORT (page))
    page = gtk_viewport_get_child (GTK_VIEWPORT (page));
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_compute_bounds (widget, page, &bounds))
    return;
  top = bounds.origin.y;
  bottom = top + bounds.size.height + PAGE_MARGIN;
  if (bottom > gtk_adjustment_get_value (adjustment) + shown)
    gtk_adjustment_set_value (adjustment, MIN (top, bottom - shown));
}

/* It has a place of its own only after a layout. */
static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  AppLesson *self = APP_LESSON (widget);

  if (self->reveal == NULL)
    return G_SOURCE_REMOVE;
  if (self->frames-- > 0)
    return G_SOURCE_CONTINUE;
  scroll_to (self, self->reveal);
  self->reveal = NULL;
  return G_SOURCE_REMOVE;
}

/* What answers the learner may lie below the edge of a small window. */
static void
bring_into_sight (AppLesson *self, GtkWidget *widget)
{
  if (self->reveal == NULL)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, NULL, NULL);
  self->reveal = widget;
  self->frames = 2;
}

/* --- questions --- */

static void
update_next (AppLesson *self)
{
  const LearnStep *step = step_of (self);
  gboolean answered =
      step->kind != LEARN_STEP_PREDICT || g_array_index (self->chosen, int, self->step) >= 0;
  gboolean ran = step->actions->len == 0 || state_of (self) != NULL;

  gtk_button_set_label (self->next, is_last (self) ? _ ("Done") : _ ("Next"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->next), self->ready && answered && ran);
  gtk_widget_set_sensitive (GTK_WIDGET (self->back), self->step > 0);
  if (answered && ran)
    gtk_widget_add_css_class (GTK_WIDGET (self->next), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->next), "suggested-action");
}

static void
show_says (AppLesson *self)
{
  const LearnStep *step = step_of (self);
  int chosen = g_array_index (self->chosen, int, self->step);
  gboolean right = chosen == (int) step->right;

  gtk_widget_set_visible (GTK_WIDGET (self->says), step->kind == LEARN_STEP_PREDICT && chosen >= 0);
  if (step->kind != LEARN_STEP_PREDICT || chosen < 0 || chosen >= (int) step->answers->len)
    return;
  gtk_label_set_text (self->says, ((LearnAnswer *) step->answers->pdata[chosen])->says);
  gtk_widget_remove_css_class (GTK_WIDGET (self->says), right ? "other" : "right");
  gtk_widget_add_css_class (GTK_WIDGET (self->says), right ? "right" : "other");
}

static void
on_chosen (GtkCheckButton *button, AppLesson *self)
{
  guint answer = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "answer"));
  int *chosen = &g_array_index (self->chosen, int, self->step);

  if (!gtk_check_button_get_active (button))
    return;
  if (*chosen < 0)
    lesson_progress_set_answer (self->progress, lesson_of (self)->id, self->step, answer, NULL);
  *chosen = (int) answer;
  show_says (self);
  update_next (self);
  bring_into_sight (self, GTK_WIDGET (self->says));
}

static void
show_answers (AppLesson *self)
{
  const LearnStep *step = step_of (self);
  int chosen = g_array_index (self->chosen, int, self->step);
  GtkCheckButton *first = NULL;

  clear_box (self->answers);
  /* What is empty takes no room between its neighbours. */
  gtk_widget_set_visible (GTK_WIDGET (self->answers), step->answers->len > 0);
  for (guint i = 0; i < step->answers->len; i++)
    {
      GtkWidget *button = gtk_check_button_new ();
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      const char *text = ((LearnAnswer *) step->answers->pdata[i])->text;
      GtkWidget *label;

      gtk_check_button_set_group (GTK_CHECK_BUTTON (button), first);
      if (first == NULL)
        first = GTK_CHECK_BUTTON (button);
      gtk_check_button_set_label (GTK_CHECK_BUTTON (button), text);
      label = gtk_widget_get_last_child (button);
      if (GTK_IS_LABEL (label))
        {
          gtk_label_set_wrap (GTK_LABEL (label), TRUE);
          gtk_label_set_xalign (GTK_LABEL (label), 0);
        }
      gtk_check_button_set_active (GTK_CHECK_BUTTON (button), chosen == (int) i);
      g_object_set_data (G_OBJECT (button), "answer", GUINT_TO_POINTER (i));
      g_signal_connect (button, "toggled", G_CALLBACK (on_chosen), self);
      gtk_box_append (GTK_BOX (row), button);
      gtk_box_append (self->answers, row);
    }
  show_says (self);
}

/* The keyboard goes where something is to be done: an answer, Run, or Next. */
static void
focus_on_work (AppLesson *self)
{
  const LearnStep *step = step_of (self);
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->answers));
  gboolean asks = step->kind == LEARN_STEP_PREDICT && row != NULL &&
                  g_array_index (self->chosen, int, self->step) < 0;

  if (asks)
    gtk_widget_grab_focus (gtk_widget_get_first_child (row));
  else if (gtk_widget_get_visible (GTK_WIDGET (self->run)) && self->ready)
    gtk_widget_grab_focus (GTK_WIDGET (self->run));
  else if (gtk_widget_get_sensitive (GTK_WIDGET (self->next)))
    gtk_widget_grab_focus (GTK_WIDGET (self->next));
}

/* --- steps --- */

static void
show_doing (AppLesson *self, const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (self->doing_box), text != NULL);
  gtk_spinner_set_spinning (self->spinner, text != NULL);
  if (text != NULL)
    gtk_label_set_text (self->doing, text);
}

static void
update_run (AppLesson *self)
{
  const LearnStep *step = step_of (self);

  gtk_widget_set_visible (GTK_WIDGET (self->run),
                          step->kind == LEARN_STEP_RUN && state_of (self) == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->run), self->ready);
}

/* Where days pass, the clock is in sight from the beginning. */
static void
show_clock (AppLesson *self, gint64 ahead)
{
  gboolean plays = learn_lesson_plays_with_time (lesson_of (self));
  g_auto (GStrv) words = learn_practice_clock_words (ahead);
  GtkWidget *label;

  while ((label = gtk_widget_get_first_child (self->clock)) != NULL)
    gtk_widget_unparent (label);
  for (guint i = 0; words[i] != NULL; i++)
    {
      label = gtk_label_new (words[i]);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_add_css_class (label, i > 0 ? "dim-label" : "heading");
      gtk_widget_insert_before (label, self->clock, NULL);
    }
  gtk_widget_set_visible (self->clock, plays);
}

/* The letters and the clock as they are in @state; what is new since @before (nullable) stands out.
 */
static void
show_world (AppLesson *self, const LessonState *state, const LessonState *before)
{
  show_clock (self, state->ahead);
  app_lesson_scene_show (self->scene, state->letters, before != NULL ? before->letters : NULL);
}

/* Of commands that were said more than once, a step means its own. */
static void
look (AppLesson *self)
{
  const LearnStep *step = step_of (self);
  const LessonState *state = state_shown (self);
  const LessonState *before = state_before (self, self->step);

  if (state == NULL)
    return;
  show_world (self, state, state_of (self) != NULL ? before : state);
  if (step->look_verb != NULL && (step->actions->len == 0 || state_of (self) != NULL))
    app_lesson_wire_look (self->wire, step, before != NULL ? before->heard : 0, state->heard);
}

static void
start_running (AppLesson *self)
{
  self->ready = FALSE;
  show_doing (self, _ ("Running…"));
  update_run (self);
  update_next (self);
  lesson_player_run (self->player, self->step);
}

static void
show_place (AppLesson *self)
{
  /* Translators: which step of a lesson, and how many there are. */
  g_autofree char *place =
      g_strdup_printf (_ ("%1$u of %2$u"), self->step + 1, lesson_of (self)->steps->len);

  gtk_label_set_text (self->place, place);
}

/* The keyboard stops at the page, to scroll it: there it is read aloud. */
static void
tell_page (AppLesson *self, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scroller),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (self->title),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text,
                                  -1);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->answers), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
show_step (AppLesson *self)
{
  const LearnStep *step = step_of (self);
  g_auto (GStrv) paragraphs = g_strsplit (step->text, "\n\n", -1);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  gtk_label_set_text (self->kind, learn_step_kind_text (step->kind));
  gtk_label_set_text (self->title, step->title != NULL ? step->title : lesson_of (self)->title);
  clear_box (self->text);
  for (guint i = 0; paragraphs[i] != NULL; i++)
    add_text (self->text, paragraphs[i]);
  show_answers (self);
  show_results (self);
  show_place (self);
  tell_page (self, step->text);
  update_run (self);
  update_next (self);
  look (self);
  gtk_adjustment_set_value (adjustment, 0);
  self->reveal = NULL;
  focus_on_work (self);
  /* A worked example shows itself. */
  if (step->kind == LEARN_STEP_EXAMPLE && state_of (self) == NULL && self->ready)
    start_running (self);
}

static void
go_to (AppLesson *self, guint step)
{
  self->step = step;
  lesson_progress_set_step (self->progress, lesson_of (self)->id, step, NULL);
  show_step (self);
}

static void
on_next (GtkButton *button, AppLesson *self)
{
  if (!is_last (self))
    {
      go_to (self, self->step + 1);
      return;
    }
  lesson_progress_set_done (self->progress, lesson_of (self)->id, NULL);
  g_signal_emit (self, signals[FINISHED], 0);
}

static void
on_back (GtkButton *button, AppLesson *self)
{
  if (self->step > 0)
    go_to (self, self->step - 1);
}

static void
on_run (GtkButton *button, AppLesson *self)
{
  start_running (self);
}

static void
on_again (GtkButton *button, AppLesson *self)
{
  g_signal_emit (self, signals[AGAIN], 0);
}

/* --- the player --- */

/* Only a new world mends it. */
static void
show_broken (AppLesson *self, const GError *error)
{
  self->ready = FALSE;
  show_doing (self, NULL);
  clear_box (self->failures);
  add_marked (self->failures, "dialog-error-symbolic", "error", _ ("Error"), error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->run), FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->own), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->again), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->again));
  bring_into_sight (self, GTK_WIDGET (self->again));
}

static void
keep (LessonState **kept, LessonState *state)
{
  g_clear_pointer (kept, lesson_state_unref);
  *kept = lesson_state_ref (state);
}

static void
on_ready (AppLesson *self, LessonState *state)
{
  self->ready = TRUE;
  show_doing (self, NULL);
  if (self->free_play)
    {
      show_world (self, state, self->begun);
      keep (&self->begun, state);
      app_lesson_own_update (self->own, state);
      return;
    }
  show_step (self);
  if (state->ran && step_of (self)->kind == LEARN_STEP_RUN && state_of (self) != NULL)
    bring_into_sight (self, GTK_WIDGET (self->checks));
}

static void
on_state (LessonState *state, gpointer data)
{
  AppLesson *self = data;

  if (state->activity == LESSON_OPENING && !state->ran)
    keep (&self->begun, state);
  if (state->ran && state->step < self->states->len)
    keep ((LessonState **) &self->states->pdata[state->step], state);
  if (lesson_player_tap (self->player) != NULL)
    app_lesson_wire_pull (self->wire, lesson_player_tap (self->player));
  if (state->activity == LESSON_READY)
    on_ready (self, state);
  else if (state->activity == LESSON_BROKEN)
    show_broken (self, state->error);
  else if (state->action != NULL)
    {
      show_doing (self, state->action);
      /* Who looks back meanwhile sees what was. */
      if (self->free_play)
        show_world (self, state, self->begun);
      else if (state->step == self->step)
        show_world (self, state, state_before (self, state->step));
    }
}

void
app_lesson_leave (AppLesson *self)
{
  g_clear_pointer (&self->player, lesson_player_free);
  g_clear_pointer (&self->states, g_ptr_array_unref);
  g_clear_pointer (&self->begun, lesson_state_unref);
  g_clear_pointer (&self->chosen, g_array_unref);
}

static void
unref_state (gpointer state)
{
  if (state != NULL)
    lesson_state_unref (state);
}

static void
recall (AppLesson *self, const LearnLesson *lesson)
{
  self->states = g_ptr_array_new_with_free_func (unref_state);
  g_ptr_array_set_size (self->states, (int) lesson->steps->len);
  self->chosen = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < lesson->steps->len; i++)
    {
      int answer = lesson_progress_answer (self->progress, lesson->id, i);

      g_array_append_val (self->chosen, answer);
    }
}

static void
on_wish (const char *words, gpointer data)
{
  AppLesson *self = data;

  /* The player does one after the other. */
  show_doing (self, _ ("Running…"));
  lesson_player_act (self->player, words);
}

static void
set_free_play (AppLesson *self, const LearnLesson *lesson)
{
  gtk_widget_set_visible (GTK_WIDGET (self->own), self->free_play);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), !self->free_play);
  if (!self->free_play)
    return;
  clear_box (self->text);
  clear_box (self->answers);
  clear_box (self->failures);
  clear_box (self->checks);
  gtk_widget_set_visible (GTK_WIDGET (self->answers), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->says), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->listener), FALSE);
  gtk_label_set_text (self->kind, _ ("Free play"));
  gtk_label_set_text (self->title, lesson->title);
  tell_page (self, lesson->title);
  add_text (self->text,
            _ ("A laptop with POP3 and a phone with IMAP share one mailbox at a post office that "
               "opened just for you. Do what you like, and see who has what afterwards."));
  gtk_widget_set_visible (GTK_WIDGET (self->run), FALSE);
  app_lesson_own_build (self->own, on_wish, self);
}

/* What is read beside what was said where there is room, else above it. */
static void
arrange (AppLesson *self, int width, int height)
{
  gboolean narrow = width < NARROW_WIDTH;
  GtkOrientation orientation = narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;

  app_turn (self->split, orientation, narrow ? height * 55 / 100 : width * 42 / 100);
}

void
app_lesson_begin (AppLesson *self,
                  LearnLesson *lesson,
                  LessonProgress *progress,
                  gboolean free_play)
{
  guint step = free_play ? 0 : lesson_progress_step (progress, lesson->id);
  GtkWidget *around = gtk_widget_get_parent (GTK_WIDGET (self));

  /* Before it takes its place: in a narrow window it must not ask for more width than there is. */
  if (around != NULL && gtk_widget_get_width (around) > 0)
    arrange (self, gtk_widget_get_width (around), gtk_widget_get_height (around));
  app_lesson_leave (self);
  self->progress = progress;
  self->free_play = free_play;
  self->step = step < lesson->steps->len ? step : 0;
  self->ready = FALSE;
  recall (self, lesson);
  app_lesson_wire_forget (self->wire);
  app_lesson_scene_set_lesson (self->scene, lesson);
  set_free_play (self, lesson);
  self->player = lesson_player_new (lesson, NULL, self->step, on_state, self);
  gtk_widget_set_visible (GTK_WIDGET (self->again), FALSE);
  show_clock (self, 0);
  if (!free_play)
    show_step (self);
  show_doing (self, _ ("A post office opens, for this lesson alone …"));
}

/* --- the widget --- */

static gboolean
on_resized (gpointer data)
{
  AppLesson *self = data;

  self->resized = 0;
  arrange (self, self->width, gtk_widget_get_height (GTK_WIDGET (self)));
  return G_SOURCE_REMOVE;
}

/* Told while the widgets take their places; they are turned afterwards. */
static void
on_width (GtkDrawingArea *measure, int width, int height, AppLesson *self)
{
  if (width != self->width && self->resized == 0)
    self->resized = g_idle_add (on_resized, self);
  self->width = width;
}

static void
app_lesson_dispose (GObject *object)
{
  AppLesson *self = APP_LESSON (object);

  g_clear_handle_id (&self->resized, g_source_remove);
  app_lesson_leave (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_LESSON);
  G_OBJECT_CLASS (app_lesson_parent_class)->dispose (object);
}

static void
app_lesson_class_init (AppLessonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_lesson_dispose;
  signals[FINISHED] = app_signal_new (klass, "finished", 0);
  signals[AGAIN] = app_signal_new (klass, "again", 0);
  g_type_ensure (APP_TYPE_WRAP);
  g_type_ensure (APP_TYPE_LESSON_SCENE);
  g_type_ensure (APP_TYPE_LESSON_WIRE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-lesson.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppLesson, name)
  BIND (measure);
  BIND (split);
  BIND (scroller);
  BIND (kind);
  BIND (title);
  BIND (says);
  BIND (doing);
  BIND (place);
  BIND (overheard);
  BIND (clock);
  BIND (text);
  BIND (answers);
  BIND (own);
  BIND (doing_box);
  BIND (failures);
  BIND (checks);
  BIND (bar);
  BIND (run);
  BIND (again);
  BIND (back);
  BIND (next);
  BIND (spinner);
  BIND (listener);
  BIND (places);
  BIND (scene);
  BIND (wire);
#undef BIND
}

/* The keyboard comes by where there is more than is seen. */
static void
on_places (GtkAdjustment *across, AppLesson *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self->places),
                            gtk_adjustment_get_upper (across) >
                                gtk_adjustment_get_page_size (across));
}

static void
app_lesson_init (AppLesson *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (
      gtk_scrolled_window_get_hadjustment (self->places), "changed", G_CALLBACK (on_places), self);
  g_signal_connect (self->next, "clicked", G_CALLBACK (on_next), self);
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect (self->run, "clicked", G_CALLBACK (on_run), self);
  g_signal_connect (self->again, "clicked", G_CALLBACK (on_again), self);
  g_signal_connect (self->measure, "resize", G_CALLBACK (on_width), self);
}
