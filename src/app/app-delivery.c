/* The catalogue knows what codes mean, and what to do. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-delivery.h"

#include <glib/gi18n.h>

#include "app-format.h"
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

char *
app_delivery_text (EngineAccount *account, const char *message_id)
{
  g_autoptr (GPtrArray) list =
      message_id != NULL
          ? store_reader_deliveries (engine_account_reader (account), message_id, NULL)
          : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      g_autofree char *line = line_of (list->pdata[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
