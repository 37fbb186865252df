/* A list and a lesson in one window; the lesson's post office closes with its page. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-lessons.h"

#include <glib/gi18n.h>

#include "app-lesson.h"
#include "app-spoken.h"

struct _AppLessons
{
  AdwWindow parent_instance;
  AdwWindowTitle *window_title;
  GtkButton *leave, *again, *open;
  GtkStack *stack;
  AdwPreferencesPage *page;
  AdwPreferencesGroup *lessons, *claims, *own;
  AppLesson *lesson;
  AdwToastOverlay *toasts;

  LessonProgress *progress;
  GPtrArray *rows;  /* those of the groups */
  char *last;       /* the lesson that was open, "" for free play (nullable) */
  char *path;       /* of the file it came from (nullable) */
  gboolean playing; /* free play */
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (AppLessons, app_lessons, ADW_TYPE_WINDOW)

static void fill (AppLessons *self);

/* --- going to a lesson and back --- */

static void
show_lesson (AppLessons *self, LearnLesson *lesson, gboolean free_play)
{
  g_autofree char *minutes =
      free_play ? g_strdup ("")
                : g_strdup_printf (
                      g_dngettext (GETTEXT_PACKAGE, "%u minute", "%u minutes", lesson->minutes),
                      lesson->minutes);

  adw_window_title_set_title (
      self->window_title,
      lesson->verdict == LEARN_VERDICT_NONE ? lesson->title : _ ("True, false, it depends"));
  adw_window_title_set_subtitle (self->window_title, minutes);
  g_free (self->last);
  self->last = g_strdup (free_play ? "" : lesson->id);
  self->playing = free_play;
  app_lesson_begin (self->lesson, lesson, self->progress, free_play);
  gtk_stack_set_visible_child_name (self->stack, "lesson");
  gtk_widget_set_visible (GTK_WIDGET (self->leave), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->again), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->open), FALSE);
}

/* A toast says what is wrong with the file. */
static LearnLesson *
open_file (AppLessons *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  LearnLesson *lesson = learn_lesson_open (path, NULL, &error);

  if (lesson == NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (error->message, -1);

      adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
    }
  return lesson;
}

/* A new post office, and the first step; a file is read anew, as its author may have changed it. */
static void
begin_again (AppLessons *self)
{
  LearnLesson *lesson = self->playing        ? learn_lesson_two_devices (NULL)
                        : self->path != NULL ? open_file (self, self->path)
                                             : learn_lesson_named (self->last, NULL);

  if (lesson == NULL)
    return;
  lesson_progress_restart (self->progress, lesson->id, NULL);
  show_lesson (self, lesson, self->playing);
}

/* The keyboard goes back to where it came from. */
static void
focus_last (AppLessons *self)
{
  GtkWidget *found = self->rows->pdata[0];

  for (guint i = 0; i < self->rows->len && self->last != NULL; i++)
    {
      GtkWidget *button = g_object_get_data (self->rows->pdata[i], "button");
      const char *id = g_object_get_data (G_OBJECT (button), "lesson");

      if (g_str_equal (id != NULL ? id : "", self->last))
        found = self->rows->pdata[i];
    }
  gtk_widget_grab_focus (found);
}

static void
show_list (AppLessons *self)
{
  app_lesson_leave (self->lesson);
  adw_window_title_set_title (self->window_title, _ ("Lessons"));
  adw_window_title_set_subtitle (self->window_title, "");
  fill (self);
  gtk_stack_set_visible_child_name (self->stack, "list");
  gtk_widget_set_visible (GTK_WIDGET (self->leave), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->again), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->open), TRUE);
  g_clear_pointer (&self->path, g_free);
  focus_last (self);
}

static void
on_lesson (GtkButton *button, AppLessons *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), "lesson");
  LearnLesson *lesson = learn_lesson_named (id, NULL);

  if (lesson != NULL)
    show_lesson (self, lesson, FALSE);
}

static void
on_own (GtkButton *button, AppLessons *self)
{
  show_lesson (self, learn_lesson_two_devices (NULL), TRUE);
}

/* --- the list --- */

/* A row, and the button at its end that activating it presses. */
static AdwActionRow *
add_row (AppLessons *self,
         AdwPreferencesGroup *group,
         const char *title,
         const char *subtitle,
         GCallback begin,
         const char *id)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  GtkWidget *button = gtk_button_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (row, 2);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (row, subtitle);
  g_object_set_data_full (G_OBJECT (button), "lesson", g_strdup (id), g_free);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect (button, "clicked", begin, self);
  g_object_set_data (G_OBJECT (row), "button", button);
  adw_preferences_group_add (group, GTK_WIDGET (row));
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
add_begin (AdwActionRow *row)
{
  GtkWidget *button = g_object_get_data (G_OBJECT (row), "button");

  adw_action_row_add_suffix (row, button);
  adw_action_row_set_activatable_widget (row, button);
  app_spoken_row_button (row, button);
}

/* How far it was gone through, or that it is done. (nullable) (transfer floating) */
static GtkWidget *
new_mark (AppLessons *self, const LearnLesson *lesson)
{
  guint step = lesson_progress_step (self->progress, lesson->id);
  GtkWidget *mark = NULL;

  if (step > 0 && step < lesson->steps->len)
    {
      /* Translators: a lesson that was begun: how far, of how many steps. */
      g_autofree char *text = g_strdup_printf (_ ("%1$u of %2$u"), step + 1, lesson->steps->len);

      mark = gtk_label_new (text);
      gtk_widget_add_css_class (mark, "dim-label");
      gtk_widget_add_css_class (mark, "caption");
    }
  else if (lesson_progress_is_done (self->progress, lesson->id))
    {
      mark = gtk_image_new_from_icon_name ("object-select-symbolic");
      gtk_widget_add_css_class (mark, "success");
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (mark), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Finished"), -1);
    }
  return mark;
}

/* A line each; NULL: none. (transfer full) */
static char *
settles_text (const LearnLesson *lesson)
{
  GString *text = g_string_new (NULL);

  for (guint i = 1; i <= LEARN_LESSON_MISUNDERSTANDINGS; i++)
    if ((lesson->settles & 1u << i) != 0)
      g_string_append_printf (
          text, "%s%s", text->len > 0 ? "\n" : "", learn_misunderstanding_text (i));
  if (text->len == 0)
    return g_string_free (text, TRUE);
  return g_string_free (text, FALSE);
}

static void
add_lesson (AppLessons *self, const LearnLesson *lesson, guint number)
{
  g_autofree char *minutes = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u minute", "%u minutes", lesson->minutes), lesson->minutes);
  g_autofree char *title = g_strdup_printf ("%u · %s", number, lesson->title);
  g_autofree char *settles = settles_text (lesson);
  g_autofree char *subtitle = g_markup_escape_text (lesson->about, -1);
  AdwActionRow *row =
      add_row (self, self->lessons, title, subtitle, G_CALLBACK (on_lesson), lesson->id);
  GtkWidget *beside = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *time = gtk_label_new (minutes);
  GtkWidget *mark = new_mark (self, lesson);

  gtk_widget_add_css_class (time, "dim-label");
  gtk_widget_add_css_class (time, "caption");
  gtk_widget_set_valign (beside, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (beside), time);
  if (mark != NULL)
    gtk_box_append (GTK_BOX (beside), mark);
  adw_action_row_add_suffix (row, beside);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), settles);
  add_begin (row);
}

static void
add_claim (AppLessons *self, const LearnLesson *claim)
{
  AdwActionRow *row =
      add_row (self, self->claims, claim->title, NULL, G_CALLBACK (on_lesson), claim->id);
  GtkWidget *mark = new_mark (self, claim);

  if (mark != NULL)
    adw_action_row_add_suffix (row, mark);
  add_begin (row);
}

static void
fill (AppLessons *self)
{
  g_autoptr (GPtrArray) lessons = learn_lessons (NULL);
  g_autoptr (GPtrArray) claims = learn_claims (NULL);
  AdwActionRow *row;

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *old = self->rows->pdata[i];
      AdwPreferencesGroup *group =
          ADW_PREFERENCES_GROUP (gtk_widget_get_ancestor (old, ADW_TYPE_PREFERENCES_GROUP));

      adw_preferences_group_remove (group, old);
    }
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < lessons->len; i++)
    add_lesson (self, lessons->pdata[i], i + 1);
  row = add_row (self,
                 self->own,
                 _ ("Two devices, one mailbox"),
                 _ ("A laptop with POP3, a phone with IMAP, and buttons for what they can do"),
                 G_CALLBACK (on_own),
                 NULL);
  add_begin (row);
  for (guint i = 0; i < claims->len; i++)
    add_claim (self, claims->pdata[i]);
}

/* --- a teacher's file --- */

static void
on_response (GtkNativeDialog *dialog, int response, AppLessons *self)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  LearnLesson *lesson;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_clear_object (&self->chooser);
  path = file != NULL ? g_file_get_path (file) : NULL;
  if (path == NULL)
    return;
  lesson = open_file (self, path);
  if (lesson == NULL)
    return;
  show_lesson (self, lesson, FALSE);
  self->path = g_steal_pointer (&path);
}

static void
on_open (GtkButton *button, AppLessons *self)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  self->chooser = gtk_file_chooser_native_new (_ ("Open a Lesson"),
                                               GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_OPEN,
                                               _ ("_Open"),
                                               _ ("_Cancel"));
  gtk_file_filter_set_name (filter, _ ("Lessons"));
  gtk_file_filter_add_pattern (filter, "*.lesson");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_object_unref (filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_response), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- the window --- */

static void
on_leave (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppLessons *self = APP_LESSONS (widget);

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "lesson") == 0)
    show_list (self);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
app_lessons_dispose (GObject *object)
{
  AppLessons *self = APP_LESSONS (object);

  if (self->lesson != NULL)
    app_lesson_leave (self->lesson);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->last, g_free);
  g_clear_pointer (&self->path, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_LESSONS);
  g_clear_pointer (&self->progress, lesson_progress_free);
  G_OBJECT_CLASS (app_lessons_parent_class)->dispose (object);
}

static void
app_lessons_class_init (AppLessonsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_lessons_dispose;
  g_type_ensure (APP_TYPE_LESSON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-lessons.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppLessons, name)
  BIND (window_title);
  BIND (leave);
  BIND (again);
  BIND (open);
  BIND (stack);
  BIND (page);
  BIND (lessons);
  BIND (claims);
  BIND (own);
  BIND (lesson);
  BIND (toasts);
#undef BIND
  gtk_widget_class_install_action (widget_class, "lessons.leave", NULL, on_leave);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "lessons.leave", NULL);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_Left, GDK_ALT_MASK, "lessons.leave", NULL);
}

static void
app_lessons_init (AppLessons *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
  g_signal_connect (self->open, "clicked", G_CALLBACK (on_open), self);
  g_signal_connect_swapped (self->lesson, "finished", G_CALLBACK (show_list), self);
  g_signal_connect_swapped (self->lesson, "again", G_CALLBACK (begin_again), self);
  g_signal_connect_swapped (self->again, "clicked", G_CALLBACK (begin_again), self);
}

GtkWidget *
app_lessons_new (const char *data_dir)
{
  AppLessons *self = g_object_new (APP_TYPE_LESSONS, NULL);

  self->progress = lesson_progress_open (data_dir);
  show_list (self);
  return GTK_WIDGET (self);
}
