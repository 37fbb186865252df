/* Letters that never came to an end are a fact of the mailbox: their names, one a line. */
#include "config.h"

#include "engine-fact.h"
#include "engine-pop3-private.h"

#define ENDLESS_FACT "pop3-endless"
#define FORGET_ENDLESS ((gint64) 24 * 60 * 60 * G_USEC_PER_SEC)

GHashTable *
engine_pop3_endless_load (StoreMailbase *mailbase)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, NULL);
  GHashTable *endless = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gint64 at = 0;
  g_autofree char *value = reader ? store_reader_fact (reader, ENDLESS_FACT, &at) : NULL;
  g_auto (GStrv) names = NULL;

  if (value && at + FORGET_ENDLESS > store_mailbase_now (mailbase))
    names = g_strsplit (value, "\n", -1);
  for (guint i = 0; names && names[i]; i++)
    g_hash_table_add (endless, g_strdup (names[i]));
  return endless;
}

gboolean
engine_pop3_endless_add (EnginePop3 *pop3, const char *uidl, GError **error)
{
  g_autofree const char **names = NULL;
  g_autofree char *value = NULL;

  g_hash_table_add (pop3->endless, g_strdup (uidl));
  names = (const char **) g_hash_table_get_keys_as_array (pop3->endless, NULL);
  value = g_strjoinv ("\n", (char **) names);
  return engine_fact_keep (pop3->mailbase, STORE_PRIORITY_BULK, FALSE, ENDLESS_FACT, value, error);
}
