/* What helps to type: commands with their arguments and why not now, the line's parts, and a
 * warning. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-console-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_SUGGESTIONS 12
#define MOST_PARTS 12

static GtkWidget *
make_row (const LearnSuggestion *suggestion)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *words = g_strdup_printf (
      "%s%s%s", suggestion->command, *suggestion->synopsis ? " " : "", suggestion->synopsis);
  GtkWidget *command = gtk_label_new (words);
  GtkWidget *title =
      gtk_label_new (suggestion->legal ? suggestion->entry->title : suggestion->reason);

  gtk_label_set_xalign (GTK_LABEL (command), 0);
  gtk_label_set_ellipsize (GTK_LABEL (command), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (command, "monospace");
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_widget_add_css_class (title, "caption");
  gtk_widget_add_css_class (title, "dim-label");
  gtk_box_append (GTK_BOX (box), command);
  gtk_box_append (GTK_BOX (box), title);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  if (!suggestion->legal)
    gtk_widget_add_css_class (command, "dim-label");
  g_object_set_data (G_OBJECT (row), "command", (gpointer) suggestion->command);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return row;
}

static void
suggest (AppConsole *self, const BaseMoment *now, const char *typed)
{
  g_autoptr (GPtrArray) found = NULL;
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->suggestions))) != NULL)
    gtk_list_box_remove (self->suggestions, row);
  if (!app_console_is_open (self) || now->wants_more)
    return;
  found = learn_console_suggest (now, typed, NULL);
  for (guint i = 0; i < MIN (found->len, MOST_SUGGESTIONS); i++)
    gtk_list_box_append (self->suggestions, make_row (found->pdata[i]));
}

static char *
meaning_of (const LearnCard *card)
{
  GString *text = g_string_new (NULL);
  g_autofree char *title = g_markup_escape_text (card->entry->title, -1);

  g_string_append_printf (text, "<b>%s</b>", title);
  for (guint i = 0; i < MIN (card->parts->len, MOST_PARTS); i++)
    {
      const LearnPart *part = card->parts->pdata[i];
      g_autofree char *line =
          g_markup_printf_escaped ("\n<tt>%s</tt>  %s", part->text, part->entry->title);

      g_string_append (text, line);
    }
  return g_string_free (text, FALSE);
}

/* What is asked for then is most likely a proof. */
static gboolean
may_sign_in (const BaseMoment *now)
{
  guint when = learn_console_when (now);

  return when == LEARN_WHEN_START ||
         (when == LEARN_WHEN_READY && strcmp (now->protocol, "smtp") == 0);
}

static void
explain (AppConsole *self, const BaseMoment *now, const char *typed)
{
  g_autofree char *text = NULL;
  g_autoptr (LearnCard) card = NULL;
  gboolean secret = now->wants_more && may_sign_in (now);

  if (!app_console_is_open (self))
    text = g_markup_escape_text (
        _ ("A session of your own: connect, and type. What may be said now, what it means and what "
           "it would do to letters stands here; what was said stands among the exchanges."),
        -1);
  else if (now->wants_more)
    text = g_markup_escape_text (
        app_console_wants_letter (self)
            ? _ ("The server waits for the letter. Dots at the beginning of lines are stuffed for "
                 "you, and the lone dot that ends it is said behind it.")
            : _ ("The server waits for the rest of the last command."),
        -1);
  else if (*typed == '\0')
    text = g_markup_printf_escaped ("<b>%s</b>", _ ("What can be said now"));
  else
    {
      card =
          learn_console_explain (now, engine_console_now (self->console)->checkpoint, typed, NULL);
      text = meaning_of (card);
      secret = strstr (card->text, WIRE_LINE_SECRET) != NULL;
    }
  gtk_entry_set_visibility (self->entry, !secret || app_console_is_practice (self));
  gtk_label_set_markup (self->meaning, text);
  gtk_widget_set_visible (GTK_WIDGET (self->meaning), *text != '\0');
}

static void
warn (AppConsole *self, const BaseMoment *now, const char *typed)
{
  g_autofree char *reason = NULL;
  g_autofree char *effect = NULL;
  g_autofree char *text = NULL;

  if (app_console_is_open (self) && !now->wants_more)
    {
      reason = learn_console_objection (now, typed);
      effect = app_console_warning (self, typed);
    }
  text = reason != NULL && effect != NULL ? g_strconcat (reason, " ", effect, NULL)
                                          : g_strdup (reason != NULL ? reason : effect);
  gtk_label_set_text (self->warning, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), text != NULL);
}

/* A literal's text, or the letter after DATA. */
static gboolean
wants_text (AppConsole *self, const BaseMoment *now, const char *typed)
{
  /* After the session's end, what was not taken is still there. */
  if (!app_console_is_open (self))
    return gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->text)) > 0;
  if (now->wants_more)
    return app_console_wants_letter (self);
  return strcmp (now->protocol, "imap") == 0 && g_str_has_suffix (typed, "{}");
}

void
app_console_help (AppConsole *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  const BaseMoment *now = app_console_now (self);

  suggest (self, now, typed);
  explain (self, now, typed);
  warn (self, now, typed);
  gtk_text_view_set_editable (self->text, !self->saying);
  gtk_widget_set_visible (self->text_area, wants_text (self, now, typed));
}

gboolean
app_console_complete (AppConsole *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *line =
      app_console_is_open (self) ? learn_console_complete (app_console_now (self), typed) : NULL;

  if (line == NULL)
    return FALSE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), line);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  return TRUE;
}
