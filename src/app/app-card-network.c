/* A row for each thing seen; direction and readability are told by words and shapes beside colour.
 */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-card-network.h"

#include <glib/gi18n.h>

#include "app-verbatim.h"
#include "learn-wording.h"

static char *
clock_text (gint64 when)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (when / G_USEC_PER_SEC);
  g_autofree char *seconds = time != NULL ? g_date_time_format (time, "%H:%M:%S") : NULL;

  return g_strdup_printf (
      "%s.%03d", seconds != NULL ? seconds : "", (int) (when % G_USEC_PER_SEC / 1000));
}

static GtkWidget *
make_label (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css);
  return label;
}

static gboolean
is_readable (const LearnSeen *seen)
{
  return seen->kind == LEARN_SEEN_WORDS || (seen->kind == LEARN_SEEN_HANDSHAKE && seen->readable);
}

/* "→ a STARTTLS" with when it passed, or a hatched row for what cannot be read. */
static GtkWidget *
make_passing (const LearnSeen *seen, const WireConnection *info)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *time = seen->when > 0 ? clock_text (seen->when) : g_strdup ("");
  g_autofree char *spoken = NULL;
  GtkWidget *arrow = gtk_label_new (seen->direction == BASE_DIRECTION_OUT ? "→" : "←");
  GtkWidget *text = make_label (seen->text, "seen-text");
  GtkWidget *when = gtk_label_new (time);

  gtk_widget_set_valign (arrow, GTK_ALIGN_START);
  gtk_widget_set_valign (when, GTK_ALIGN_START);
  gtk_widget_add_css_class (when, "seen-time");
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_add_css_class (row, "seen-row");
  gtk_widget_add_css_class (row, is_readable (seen) ? "seen-readable" : "seen-sealed");
  gtk_box_append (GTK_BOX (row), arrow);
  gtk_box_append (GTK_BOX (row), text);
  gtk_box_append (GTK_BOX (row), when);
  spoken = g_strdup_printf ("%s: %s", learn_speaker_text (info, seen->direction), seen->text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

static void
add_notes (GtkBox *box, const LearnSeen *seen)
{
  g_autofree char *size = NULL;
  g_autofree char *letter = NULL;

  if (seen->kind != LEARN_SEEN_WORDS)
    return;
  if (seen->masked)
    gtk_box_append (box,
                    make_label (_ ("They read the secret, too. It is hidden here alone, because it "
                                   "is a real one."),
                                "seen-warning"));
  if (seen->bytes == 0)
    return;
  size = learn_size_text (seen->bytes);
  letter = g_strdup_printf (_ ("… and the letter, %s: every word of it."), size);
  gtk_box_append (box, make_label (letter, "seen-warning"));
}

void
app_card_network_fill (GtkBox *box, GPtrArray *seen, const WireConnection *info)
{
  GtkWidget *child;
  guint shown = MIN (seen->len, APP_CARD_NETWORK_MAX);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  for (guint i = 0; i < shown; i++)
    {
      const LearnSeen *one = seen->pdata[i];

      if (one->kind == LEARN_SEEN_FACT)
        gtk_box_append (box, make_label (one->text, "seen-fact"));
      else if (one->kind == LEARN_SEEN_NOTHING)
        gtk_box_append (box, make_label (one->text, "seen-nothing"));
      else
        gtk_box_append (box, make_passing (one, info));
      add_notes (box, one);
    }
  if (seen->len > shown)
    {
      g_autofree char *more = g_strdup_printf (
          ngettext ("… and %u more", "… and %u more", seen->len - shown), seen->len - shown);

      gtk_box_append (box, make_label (more, "seen-nothing"));
    }
}
