/* Recording to a file, and opening one: while something is recorded the bar says so, and a disk
 * that fills up ends the recording with words, not with silence. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "app-panel-private.h"
#include "app-panel-replay.h"
#include "learn-wording.h"
#include "wire-transcript.h"

static void
tell (AppPanel *self, const char *words)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *dialog;

  if (root == NULL)
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (root), NULL, words);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_state (AppPanel *self)
{
  gboolean recording = self->record_path != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->recording), recording);
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "record")),
      !recording && self->tap != NULL);
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "stop-record")),
      recording);
}

static void
forget_recording (AppPanel *self)
{
  g_clear_handle_id (&self->record_timer, g_source_remove);
  g_clear_pointer (&self->record_path, g_free);
}

void
app_panel_stop_recording (AppPanel *self, gboolean say)
{
  g_autofree char *path = g_strdup (self->record_path);
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return;
  forget_recording (self);
  if (!wire_tap_record_stop (self->tap, &error))
    words = g_strdup (error->message);
  else
    /* Translators: a path. */
    words = g_strdup_printf (
        _ ("The recording is complete: %s. It has every line and no password."), path);
  if (!say)
    return;
  show_state (self);
  if (error != NULL)
    tell (self, words);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.tell", "s", words);
}

static gboolean
on_second (gpointer data)
{
  AppPanel *self = data;
  gint64 seconds = (g_get_monotonic_time () - self->record_since) / G_USEC_PER_SEC;
  GStatBuf file;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  if (!wire_tap_record_check (self->tap, NULL))
    {
      self->record_timer = 0;
      app_panel_stop_recording (self, TRUE);
      return G_SOURCE_REMOVE;
    }
  size = learn_size_text (g_stat (self->record_path, &file) == 0 ? (guint64) file.st_size : 0);
  text = g_strdup_printf ("● %d:%02d · %s", (int) (seconds / 60), (int) (seconds % 60), size);
  gtk_button_set_label (self->recording, text);
  /* A label gives the button its name, which would change every second. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->recording), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Stop Recording"), -1);
  return G_SOURCE_CONTINUE;
}

static void
begin (AppPanel *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *tip = g_strdup_printf (_ ("Recording to %s: click to stop"), path);

  if (!wire_tap_record (self->tap, path, &error))
    {
      tell (self, error->message);
      return;
    }
  self->record_path = g_strdup (path);
  self->record_since = g_get_monotonic_time ();
  self->record_timer = g_timeout_add_seconds (1, on_second, self);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->recording), tip);
  show_state (self);
  (void) on_second (self);
}

/* (transfer full) (nullable) */
static char *
chosen_path (GtkNativeDialog *dialog, int response)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT
                               ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))
                               : NULL;

  return file != NULL ? g_file_get_path (file) : NULL;
}

static void
on_record_chosen (GtkNativeDialog *dialog, int response, AppPanel *self)
{
  g_autofree char *path = chosen_path (dialog, response);

  g_clear_object (&self->chooser);
  if (path != NULL && self->tap != NULL)
    begin (self, path);
}

static void
on_read (GObject *object, GAsyncResult *result, gpointer data)
{
  AppPanel *self = APP_PANEL (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (AppPanelRecording) recording = g_task_propagate_pointer (G_TASK (result), &error);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root == NULL)
    return;
  if (recording == NULL)
    tell (self, error->message);
  else
    gtk_window_present (GTK_WINDOW (app_panel_replay_new (GTK_WINDOW (root), recording)));
}

static void
read_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  AppPanelRecording *recording = app_panel_recording_read (path, &error);

  if (recording != NULL)
    g_task_return_pointer (task, recording, (GDestroyNotify) app_panel_recording_free);
  else
    g_task_return_error (task, error);
}

static void
on_open_chosen (GtkNativeDialog *dialog, int response, AppPanel *self)
{
  g_autofree char *path = chosen_path (dialog, response);
  g_autoptr (GTask) task = NULL;

  g_clear_object (&self->chooser);
  if (path == NULL)
    return;
  task = g_task_new (self, NULL, on_read, NULL);
  g_task_set_task_data (task, g_steal_pointer (&path), g_free);
  g_task_run_in_thread (task, read_thread);
}

static void
choose (AppPanel *self,
        GtkFileChooserAction action,
        const char *title,
        const char *accept,
        GCallback chosen)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      title, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), action, accept, _ ("_Cancel"));
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    /* Translators: the name of a file, with its extension. */
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), _ ("recording.jsonl"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", chosen, self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_record (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  choose (data,
          GTK_FILE_CHOOSER_ACTION_SAVE,
          _ ("Record to a File"),
          _ ("_Record"),
          G_CALLBACK (on_record_chosen));
}

static void
on_stop (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  app_panel_stop_recording (data, TRUE);
}

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  choose (data,
          GTK_FILE_CHOOSER_ACTION_OPEN,
          _ ("Open a Recording"),
          _ ("_Open"),
          G_CALLBACK (on_open_chosen));
}

static void
on_recording (GtkButton *button, AppPanel *self)
{
  app_panel_stop_recording (self, TRUE);
}

void
app_panel_init_recording (AppPanel *self)
{
  static const GActionEntry entries[] = {
    { .name = "record", .activate = on_record },
    { .name = "stop-record", .activate = on_stop },
    { .name = "open-recording", .activate = on_open },
  };

  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect (self->recording, "clicked", G_CALLBACK (on_recording), self);
  show_state (self);
}

void
app_panel_update_recording (AppPanel *self)
{
  show_state (self);
}
