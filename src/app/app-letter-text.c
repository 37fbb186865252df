/* Links have no tag of GTK's: each has one of its own that carries the address. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-letter-text.h"

#include <adwaita.h>

#include "app-signal.h"
#include "mail-text.h"

struct _AppLetterText
{
  GtkTextView parent_instance;
};

G_DEFINE_FINAL_TYPE (AppLetterText, app_letter_text, GTK_TYPE_TEXT_VIEW)

enum
{
  OPEN_LINK,
  HOVER_LINK,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
ensure_tags (GtkTextBuffer *buffer)
{
  if (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), "quote-1") != NULL)
    return;
  gtk_text_buffer_create_tag (buffer, "quote-1", "foreground", "#1c71d8", "left-margin", 30, NULL);
  gtk_text_buffer_create_tag (buffer, "quote-2", "foreground", "#813d9c", "left-margin", 42, NULL);
  gtk_text_buffer_create_tag (buffer, "quote-3", "foreground", "#26a269", "left-margin", 54, NULL);
  gtk_text_buffer_create_tag (buffer, "signature", "foreground", "#77767b", NULL);
  gtk_text_buffer_create_tag (buffer, "link", "underline", PANGO_UNDERLINE_SINGLE, NULL);
}

/* libadwaita's accent and quote colours differ between light and dark. */
static void
colour_tags (GtkTextBuffer *buffer)
{
  static const char *const names[] = { "quote-1", "quote-2", "quote-3" };
  static const char *const light[] = { "#1a5fb4", "#613583", "#1a7a47" };
  static const char *const dark[] = { "#78aeed", "#c995e3", "#6fcf97" };
  gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  ensure_tags (buffer);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_object_set (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), names[i]),
                  "foreground",
                  is_dark ? dark[i] : light[i],
                  NULL);
  g_object_set (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), "signature"),
                "foreground",
                is_dark ? "#9a9996" : "#5e5c64",
                NULL);
}

void
app_letter_text_show (AppLetterText *self, const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  g_autoptr (GArray) runs = mail_text_runs (text);

  gtk_text_buffer_set_text (buffer, "", 0);
  colour_tags (buffer);
  for (guint i = 0; i < runs->len; i++)
    {
      const MailTextRun *run = &g_array_index (runs, MailTextRun, i);
      GtkTextIter end;
      int start;
      GtkTextIter from;

      gtk_text_buffer_get_end_iter (buffer, &end);
      start = gtk_text_iter_get_offset (&end);
      gtk_text_buffer_insert (buffer, &end, text + run->offset, (int) run->length);
      gtk_text_buffer_get_iter_at_offset (buffer, &from, start);
      gtk_text_buffer_get_end_iter (buffer, &end);
      if (run->quote_level > 0)
        {
          g_autofree char *name = g_strdup_printf ("quote-%u", (run->quote_level - 1) % 3 + 1);

          gtk_text_buffer_apply_tag_by_name (buffer, name, &from, &end);
        }
      if (run->signature)
        gtk_text_buffer_apply_tag_by_name (buffer, "signature", &from, &end);
      if (run->uri != NULL)
        {
          GtkTextTag *tag = gtk_text_buffer_create_tag (buffer, NULL, NULL);

          g_object_set_data_full (G_OBJECT (tag), "uri", g_strdup (run->uri), g_free);
          gtk_text_buffer_apply_tag (buffer, tag, &from, &end);
          gtk_text_buffer_apply_tag_by_name (buffer, "link", &from, &end);
        }
    }
}

static const char *
uri_at (AppLetterText *self, double x, double y)
{
  GtkTextIter iter;
  int bx;
  int by;
  const char *uri = NULL;
  GSList *tags;

  gtk_text_view_window_to_buffer_coords (
      GTK_TEXT_VIEW (self), GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y, &bx, &by);
  if (!gtk_text_view_get_iter_at_location (GTK_TEXT_VIEW (self), &iter, bx, by))
    return NULL;
  tags = gtk_text_iter_get_tags (&iter);
  for (GSList *l = tags; l != NULL && uri == NULL; l = l->next)
    uri = g_object_get_data (G_OBJECT (l->data), "uri");
  g_slist_free (tags);
  return uri;
}

static void
on_released (GtkGestureClick *gesture, int n_press, double x, double y, AppLetterText *self)
{
  const char *uri =
      gtk_text_buffer_get_has_selection (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)))
          ? NULL
          : uri_at (self, x, y);

  if (uri != NULL)
    g_signal_emit (self, signals[OPEN_LINK], 0, uri);
}

static void
on_motion (GtkEventControllerMotion *motion, double x, double y, AppLetterText *self)
{
  const char *uri = uri_at (self, x, y);

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), uri != NULL ? "pointer" : "text");
  g_signal_emit (self, signals[HOVER_LINK], 0, uri);
}

static void
on_dark_changed (AppLetterText *self)
{
  colour_tags (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)));
}

static void
app_letter_text_class_init (AppLetterTextClass *klass)
{
  signals[OPEN_LINK] = app_signal_new (klass, "open-link", 1, G_TYPE_STRING);
  signals[HOVER_LINK] = app_signal_new (klass, "hover-link", 1, G_TYPE_STRING);
}

static void
app_letter_text_init (AppLetterText *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_text_view_set_editable (GTK_TEXT_VIEW (self), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (self), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self), GTK_WRAP_WORD_CHAR);
  g_signal_connect (click, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_object (adw_style_manager_get_default (),
                           "notify::dark",
                           G_CALLBACK (on_dark_changed),
                           self,
                           G_CONNECT_SWAPPED);
}
