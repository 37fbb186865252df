/* What a server refused for good while a command ran: one line for each letter, on standard error.
 */
#include "config.h"

#include <glib/gi18n.h>

#include "cli.h"
#include "engine-refused.h"

gint64
cli_last_refused (EngineAccount *account)
{
  g_autoptr (GPtrArray) entries = store_reader_refused (engine_account_reader (account), NULL);

  return entries && entries->len > 0
             ? ((StoreJournalEntry *) g_ptr_array_index (entries, entries->len - 1))->id
             : 0;
}

guint
cli_tell_refused (EngineAccount *account, gint64 after)
{
  g_autoptr (GPtrArray) entries = store_reader_refused (engine_account_reader (account), NULL);
  guint told = 0;

  for (guint i = 0; entries && i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *message = g_strdup_printf ("%" G_GINT64_FORMAT, entry->message);
      g_autofree char *what = NULL;

      if (entry->id <= after)
        continue;
      what = engine_refused_waits (entry)
                 ? g_strdup_printf (_ ("message %s waits to be put into its folder on the server"),
                                    message)
                 : g_strdup_printf (_ ("what was done to message %s is taken back"), message);
      cli_note ("%s: %s", what, entry->error ? entry->error : "");
      told++;
    }
  return told;
}
