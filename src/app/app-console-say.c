/* From the line that is typed to the bytes that are said. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-console-private.h"

#include <glib/gi18n.h>
#include <string.h>

static char *
dup_text (AppConsole *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* @bytes is (transfer full). */
static void
say_bytes (AppConsole *self, GBytes *bytes)
{
  engine_console_say (self->console, bytes);
  g_bytes_unref (bytes);
}

static void
remember (AppConsole *self, const char *line)
{
  const char *last = self->history->len > 0 ? self->history->pdata[self->history->len - 1] : NULL;
  const BaseMoment *now = app_console_now (self);
  g_autoptr (LearnCard) card =
      learn_console_explain (now, engine_console_now (self->console)->checkpoint, line, NULL);

  /* What has a secret in it is not kept. */
  if (g_strcmp0 (last, line) != 0 && strstr (card->text, WIRE_LINE_SECRET) == NULL)
    g_ptr_array_add (self->history, g_strdup (line));
  self->at = self->history->len;
}

/* What went out stays where it was typed until the server has taken it: the line may be cut. */
static void
wait_for_answer (AppConsole *self)
{
  self->saying = TRUE;
  self->answers = engine_console_now (self->console)->answers;
}

static void
say_letter (AppConsole *self, const BaseMoment *now)
{
  g_autofree char *text = dup_text (self);

  if (*text != '\0')
    say_bytes (self, learn_console_text (now, text));
  say_bytes (self, g_bytes_new_static (".\r\n", 3));
  wait_for_answer (self);
  app_console_help (self);
}

static void
say_line (AppConsole *self)
{
  g_autofree char *line = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  const BaseMoment *now = app_console_now (self);
  g_autofree char *text = NULL;

  if (app_console_wants_letter (self))
    {
      say_letter (self, now);
      return;
    }
  if (g_str_has_suffix (line, "{}"))
    text = dup_text (self);
  g_clear_pointer (&self->rest, g_bytes_unref);
  if (!now->wants_more)
    remember (self, line);
  say_bytes (self,
             learn_console_line (
                 now, line, now->wants_more ? self->number : ++self->number, text, &self->rest));
  if (text != NULL && self->rest == NULL)
    wait_for_answer (self);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
app_console_go_on (AppConsole *self)
{
  const EngineConsoleNow *now = engine_console_now (self->console);

  if (self->saying && now->state == ENGINE_CONSOLE_OPEN && now->answers == self->answers)
    return;
  if (self->saying && now->state == ENGINE_CONSOLE_OPEN && !now->refused)
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), "", 0);
  self->saying = FALSE;
  if (self->rest == NULL || !now->moment.wants_more)
    return;
  say_bytes (self, g_steal_pointer (&self->rest));
  wait_for_answer (self);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, AppConsole *self)
{
  if (g_str_equal (response, "say") && app_console_is_open (self))
    say_line (self);
}

static void
ask (AppConsole *self, const char *warning)
{
  const StoreAccountInfo *info = engine_account_info (self->account);
  /* What it does, and whose letters are meant. */
  g_autofree char *protocol = g_ascii_strup (info->protocol, -1);
  g_autofree char *body = g_strdup_printf ("%s\n\n%s · %s", warning, info->email, protocol);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                              _ ("Say This to Your Own Server?"),
                                              body);

  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "say", _ ("_Say"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "say", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
app_console_say (AppConsole *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  const BaseMoment *now = app_console_now (self);
  g_autofree char *warning = NULL;

  /* The letter's end is said once. */
  if (!app_console_is_open (self) || (*typed == '\0' && !now->wants_more) ||
      (self->saying && now->wants_more))
    return;
  if (!now->wants_more)
    warning = app_console_warning (self, typed);
  if (warning != NULL && !app_console_is_practice (self))
    ask (self, warning);
  else
    say_line (self);
}
