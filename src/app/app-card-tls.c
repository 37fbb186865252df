/* Steps are rows: who, what, how large, who can read it, and what it is for. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-card-tls.h"

#include <glib/gi18n.h>

#include "app-format.h"
#include "app-verbatim.h"
#include "learn-wording.h"

static GtkWidget *
add_label (GtkBox *box, const char *text, const char *css)
{
  GtkWidget *label;

  if (text == NULL || *text == '\0')
    return NULL;
  label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_box_append (box, label);
  return label;
}

static void
add_step (GtkBox *box, const LearnTls *tls, const LearnTlsStep *step, gboolean details)
{
  gboolean out = step->direction == BASE_DIRECTION_OUT;
  gboolean readable = learn_tls_step_is_readable (tls, step);
  g_autofree char *size = learn_size_text (step->size);
  g_autofree char *markup =
      g_markup_printf_escaped ("%s  <b>%s</b>  %s · %s",
                               out ? "→" : "←",
                               step->name,
                               size,
                               readable ? _ ("readable for all") : _ ("encrypted"));
  g_autofree char *spoken = g_strdup_printf ("%s: %s, %s, %s",
                                             learn_speaker_text (tls->info, step->direction),
                                             step->name,
                                             size,
                                             readable ? _ ("readable for all") : _ ("encrypted"));
  GtkWidget *label = add_label (box, step->name, "seen-row");

  gtk_widget_add_css_class (label, readable ? "seen-readable" : "seen-sealed");
  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  if (details)
    add_label (box, learn_tls_step_entry (step, NULL)->title, "card-part-detail");
}

static char *
day (gint64 seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (seconds);

  return date != NULL ? app_format_day (date) : g_strdup ("?");
}

static void
add_certificate (GtkBox *box, const WireCertificate *certificate, gboolean details)
{
  g_autofree char *from = day (certificate->not_before);
  g_autofree char *to = day (certificate->not_after);
  /* Translators: two dates. */
  g_autofree char *valid = g_strdup_printf (_ ("Valid from %1$s to %2$s"), from, to);
  g_autofree char *issuer = g_strdup_printf (_ ("Vouched for by %s"), certificate->issuer);
  g_autofree char *names = g_strdup_printf (_ ("For %s"), certificate->names);

  add_label (box, certificate->subject, "card-part");
  if (certificate->names != NULL && *certificate->names != '\0')
    add_label (box, names, "card-part-detail");
  if (certificate->issuer != NULL)
    add_label (box, issuer, "card-part-detail");
  add_label (box, valid, "card-part-detail");
  if (details && certificate->sha256 != NULL)
    {
      g_autofree char *print = g_strconcat ("SHA-256 ", certificate->sha256, NULL);

      gtk_widget_add_css_class (add_label (box, print, "card-part-detail"), "monospace");
    }
}

void
app_card_tls_fill (GtkBox *box, const LearnTls *tls, gboolean details)
{
  g_autofree char *begin = learn_tls_begin_text (tls);
  g_autofree char *agreed = learn_tls_agreed_text (tls);
  g_autofree char *match = learn_tls_match_text (tls);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  add_label (box, begin, NULL);
  add_label (box, _ ("Step by step"), "heading");
  for (guint i = 0; i < tls->steps->len; i++)
    add_step (box, tls, tls->steps->pdata[i], details);
  add_label (box, agreed, NULL);
  if (tls->chain == NULL || tls->chain->len == 0)
    return;
  add_label (box, _ ("Certificates"), "heading");
  add_label (box, match, NULL);
  for (guint i = 0; i < tls->chain->len; i++)
    add_certificate (box, tls->chain->pdata[i], details);
}
