/* Marks that change while the server's count of changes (HIGHESTMODSEQ, RFC 7162) stands still.
 * What was read is noticed by the number of unread letters, which STATUS tells in any case; what
 * else was marked cannot be counted, so once in a while flags are asked for where something else is
 * done. */
#include "config.h"

#include "engine-imap.h"

#include <string.h>

#include "engine-fact.h"

#define DAY ((gint64) 24 * 60 * 60 * G_USEC_PER_SEC)
#define WEEK (7 * DAY)

/* What the server counts, and what is unread here. */
typedef struct
{
  gint64 folder; /* first: the key */
  guint64 there;
  gint64 here;
} Unread;

/* Its time is when flags were last looked at; its value the two numbers that did not agree
 * afterwards, "" if they did. */
static char *
fact_name (gint64 folder)
{
  return g_strdup_printf ("imap-flags-%" G_GINT64_FORMAT, folder);
}

static char *
describe (const Unread *unread)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, unread->there, unread->here);
}

/* A clock that was put back makes it old as well. */
static gboolean
is_older (EngineImap *imap, gint64 at, gint64 age)
{
  gint64 now = store_mailbase_now (imap->mailbase);

  return at + age < now || at > now + DAY;
}

/* What waits in the journal is shown here and not yet said there. */
static gboolean
waits_for_play (GPtrArray *journal, gint64 folder)
{
  for (guint i = 0; i < journal->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (journal, i);

      if (entry->folder == folder || entry->target == folder)
        return TRUE;
    }
  return FALSE;
}

/* Some servers count otherwise (those marked \Deleted, say) or from memory: one whose number did
 * not agree when all flags had been asked for is asked again when it is another, once a day. */
static gboolean
is_known_to_differ (EngineImap *imap, const Unread *unread)
{
  g_autofree char *name = fact_name (unread->folder);
  gint64 at = 0;
  g_autofree char *known = store_reader_fact (imap->reader, name, &at);
  g_autofree char *told = describe (unread);

  return known && known[0] && (strcmp (known, told) == 0 || !is_older (imap, at, DAY));
}

gboolean
engine_imap_miscounts (EngineImap *imap,
                       const StoreFolder *folder,
                       const ImapStatusItems *status,
                       GPtrArray *journal)
{
  Unread unread = { folder->id, status->unseen, folder->unread };

  g_hash_table_remove (imap->uncounted, &folder->id);
  if (!status->has_unseen || status->messages == 0 || (gint64) status->unseen == folder->unread ||
      waits_for_play (journal, folder->id) || is_known_to_differ (imap, &unread))
    return FALSE;
  g_hash_table_add (imap->uncounted, g_memdup2 (&unread, sizeof unread));
  return TRUE;
}

gboolean
engine_imap_is_miscounted (EngineImap *imap)
{
  return g_hash_table_contains (imap->uncounted, &imap->folder->id);
}

gboolean
engine_imap_flags_are_due (EngineImap *imap)
{
  g_autofree char *name = fact_name (imap->folder->id);
  gint64 at = 0;
  g_autofree char *known = store_reader_fact (imap->reader, name, &at);

  return !known || is_older (imap, at, WEEK);
}

gboolean
engine_imap_note_looked (StoreTx *tx, gint64 folder, GError **error)
{
  g_autofree char *name = fact_name (folder);

  return store_tx_set_fact (tx, name, "", error);
}

/* That it could not be noted costs one more question. */
void
engine_imap_end_miscount (EngineImap *imap)
{
  const Unread *told = g_hash_table_lookup (imap->uncounted, &imap->folder->id);
  Unread now;

  if (!told)
    return;
  now = (Unread){ told->folder, told->there, imap->folder->unread };
  g_hash_table_remove (imap->uncounted, &imap->folder->id);
  if ((gint64) now.there != now.here)
    {
      g_autofree char *name = fact_name (now.folder);
      g_autofree char *value = describe (&now);

      engine_fact_keep (imap->mailbase, STORE_PRIORITY_BULK, FALSE, name, value, NULL);
    }
}
