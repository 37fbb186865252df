/* The catalogue knows what codes mean, and what to do. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-delivery.h"

#include <glib/gi18n.h>

#include "app-format.h"
#include "app-verbatim.h"
#include "learn-catalogue.h"

gboolean
app_delivery_is_of_letter (const GError *error)
{
  return g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_REFUSED) ||
         g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_TEMPORARY) ||
         g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_MAYBE_SENT);
}

char *
app_delivery_meaning (const char *status, guint code)
{
  g_auto (GStrv) parts = g_strsplit (status, ".", 3);
  gboolean coded = g_strv_length (parts) == 3;
  g_autofree char *id = coded ? g_strdup_printf ("smtp.enhanced.x-%s-%s", parts[1], parts[2])
                              : g_strdup_printf ("smtp.reply.%u", code);
  const LearnEntry *entry = learn_catalogue_explain (learn_catalogue_get (NULL), id);

  if (!coded && code == 0)
    return g_strdup ("");
  return entry->advice != NULL ? g_strdup_printf ("%s %s", entry->title, entry->advice)
                               : g_strdup (entry->title);
}

char *
app_delivery_refused_text (const char *refused)
{
  g_auto (GStrv) parts = g_strsplit (refused, "\t", 3);
  guint count = g_strv_length (parts);
  const char *status = count > 2 ? parts[2] : "";
  guint code = count > 1 ? (guint) g_ascii_strtoull (parts[1], NULL, 10) : 0;
  g_autofree char *meaning = app_delivery_meaning (status, code);

  /* Translators: an address, what its refusal means, and the codes. */
  return g_strdup_printf (_ ("%1$s: %2$s (%3$u%4$s%5$s)"),
                          count > 0 ? parts[0] : "",
                          meaning,
                          code,
                          *status != '\0' ? " " : "",
                          status);
}

static char *
line_of (const StoreDelivery *delivery)
{
  g_autofree char *time = app_format_date_short (delivery->at / G_USEC_PER_SEC);
  g_autofree char *meaning = app_delivery_meaning (delivery->status, 0);

  switch (delivery->state)
    {
    case STORE_DELIVERY_DELIVERED:
      return g_strdup_printf (_ ("%1$s: delivered (%2$s)"), delivery->recipient, time);
    case STORE_DELIVERY_RELAYED:
      return g_strdup_printf (
          _ ("%1$s: handed to a server that reports no further (%2$s)"), delivery->recipient, time);
    case STORE_DELIVERY_FAILED:
      return g_strdup_printf (_ ("%1$s: not delivered (%2$s). %3$s"),
                              delivery->recipient,
                              time,
                              *meaning != '\0' ? meaning
                                               : _ ("Check the address, and send again."));
    case STORE_DELIVERY_DELAYED:
    default:
      return g_strdup_printf (
          _ ("%1$s: delayed (%2$s); their server is tried again"), delivery->recipient, time);
    }
}

/* What became of it is told by shape and word beside colour. */
static GtkWidget *
make_line (const StoreDelivery *delivery)
{
  static const struct
  {
    const char *icon, *css;
  } looks[] = {
    [STORE_DELIVERY_DELAYED] = { "document-open-recent-symbolic", "warning" },
    [STORE_DELIVERY_DELIVERED] = { "emblem-ok-symbolic", "success" },
    [STORE_DELIVERY_RELAYED] = { "go-next-symbolic", "dim-label" },
    [STORE_DELIVERY_FAILED] = { "dialog-error-symbolic", "error" },
  };
  guint look = (guint) delivery->state < G_N_ELEMENTS (looks) ? (guint) delivery->state
                                                              : STORE_DELIVERY_DELAYED;
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE,
                                  "icon-name",
                                  looks[look].icon,
                                  "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                  "valign",
                                  GTK_ALIGN_START,
                                  NULL);
  g_autofree char *text = line_of (delivery);
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (icon, looks[look].css);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), label);
  return line;
}

void
app_delivery_fill (GtkBox *box, EngineAccount *account, const char *message_id)
{
  g_autoptr (GPtrArray) list =
      message_id != NULL
          ? store_reader_deliveries (engine_account_reader (account), message_id, NULL)
          : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  for (guint i = 0; list != NULL && i < list->len; i++)
    gtk_box_append (box, make_line (list->pdata[i]));
  gtk_widget_set_visible (GTK_WIDGET (box), list != NULL && list->len > 0);
}
