/* The catalogue knows what codes mean, and what to do. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-delivery.h"

#include <glib/gi18n.h>

#include "learn-catalogue.h"

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
