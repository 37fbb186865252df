/* What the server lists: numbers and weights by LIST, names by UIDL, and what of it is news. There
 * may be a million letters, so a name is kept once, and a list costs little. */
#include "config.h"

#include "engine-pop3-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-wait.h"
#include "store-write.h"

static gboolean
listing (BaseEvent *base, gpointer data, GError **error)
{
  EnginePop3 *pop3 = data;
  const Pop3Event *event = (Pop3Event *) base;

  if (base->type != POP3_EVENT_ENTRY || !event->command)
    return TRUE;
  if (event->command->verb == POP3_VERB_LIST)
    {
      EnginePop3Listed listed = { .number = event->entry.number, .size = event->entry.size };

      g_array_append_val (pop3->listed, listed);
      return TRUE;
    }
  for (guint i = 0; i < pop3->listed->len; i++)
    {
      /* Both lists come in the same order: most often it is the first guess. */
      guint index = (event->entry.number - 1 + i) % pop3->listed->len;
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, index);

      if (listed->number != event->entry.number)
        continue;
      if (event->entry.uid)
        listed->uidl = g_string_chunk_insert (pop3->names, event->entry.uid);
      return TRUE;
    }
  return TRUE;
}

/* Some servers give two letters one UIDL (RFC 1939 §7 allows it for copies): the second gets a name
 * of its own, so that it is collected too. */
static void
make_unique (EnginePop3 *pop3)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);
      guint copy = 2;

      if (!listed->uidl)
        continue;
      if (g_hash_table_contains (seen, listed->uidl))
        {
          g_autofree char *name = NULL;

          do
            {
              g_free (name);
              name = g_strdup_printf ("%s\t%u", listed->uidl, copy++);
            }
          while (g_hash_table_contains (seen, name));
          listed->uidl = g_string_chunk_insert (pop3->names, name);
        }
      g_hash_table_add (seen, (gpointer) listed->uidl);
    }
}

static gboolean
set_no_list (EnginePop3 *pop3, const BaseEvent *event, GError **error)
{
  engine_error_set_said (error,
                         event->outcome == BASE_OUTCOME_TEMPORARY ? ENGINE_ERROR_TEMPORARY
                                                                  : ENGINE_ERROR_REFUSED,
                         ((const Pop3Event *) event)->status.text,
                         _ ("%s does not list the mailbox: try again later"),
                         pop3->info->host);
  return FALSE;
}

static gboolean
can_do_without_uidl (EnginePop3 *pop3, GError **error)
{
  if (pop3->listed->len == 0 || strcmp (pop3->info->leave_policy, "none") == 0)
    return TRUE;
  g_set_error (
      error,
      ENGINE_ERROR,
      ENGINE_ERROR_CONFIG,
      _ ("%s cannot tell which messages were collected before (it has no UIDL): use IMAP, or "
         "let the account remove messages from the server once they are stored"),
      pop3->info->host);
  return FALSE;
}

static gboolean
ask (EnginePop3 *pop3, GError **error)
{
  g_autoptr (Pop3Command) list_command = pop3_command_new (POP3_VERB_LIST);
  g_autoptr (Pop3Command) uidl_command = pop3_command_new (POP3_VERB_UIDL);
  guint64 list_exchange = pop3_core_submit (pop3->core, list_command, pop3->cause);
  guint64 uidl_exchange = pop3_core_submit (pop3->core, uidl_command, pop3->cause);
  g_autoptr (BaseEvent) listed = engine_wait (pop3->session, list_exchange, listing, pop3, error);
  g_autoptr (BaseEvent) named =
      listed ? engine_wait (pop3->session, uidl_exchange, listing, pop3, error) : NULL;

  if (!named)
    return FALSE;
  if (listed->outcome != BASE_OUTCOME_OK)
    return set_no_list (pop3, listed, error);
  pop3->has_uidl = named->outcome == BASE_OUTCOME_OK;
  for (guint i = 0; pop3->has_uidl && i < pop3->listed->len; i++)
    pop3->has_uidl = g_array_index (pop3->listed, EnginePop3Listed, i).uidl != NULL;
  if (!pop3->has_uidl)
    {
      for (guint i = 0; i < pop3->listed->len; i++)
        g_array_index (pop3->listed, EnginePop3Listed, i).uidl = NULL;
      return can_do_without_uidl (pop3, error);
    }
  make_unique (pop3);
  return TRUE;
}

gboolean
engine_pop3_load_known (EnginePop3 *pop3, GError **error)
{
  GHashTable *known = store_reader_maildrop (pop3->reader, error);

  if (!known)
    return FALSE;
  g_clear_pointer (&pop3->known, g_hash_table_unref);
  pop3->known = known;
  return TRUE;
}

/* What the list proves: letters no longer there, and DELEs of an earlier session that never came to
 * a QUIT. */
static gboolean
write_listed (StoreTx *tx, gpointer data, GError **error)
{
  EnginePop3 *pop3 = data;
  g_autofree const char **uidls = g_new0 (const char *, pop3->listed->len + 1);
  guint64 size = 0;
  guint n = 0;

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);

      const StoreKept *kept = listed->uidl ? g_hash_table_lookup (pop3->known, listed->uidl) : NULL;

      size += listed->size;
      if (listed->uidl)
        uidls[n++] = listed->uidl;
      if (kept && kept->listed == 0 &&
          !store_tx_maildrop_weighs (tx, kept->placement, listed->size, error))
        return FALSE;
    }
  if (pop3->has_uidl &&
      !store_tx_maildrop_listed (tx, pop3->maildrop, uidls, n, pop3->cause, error))
    return FALSE;
  return store_tx_maildrop_quit (tx, pop3->maildrop, FALSE, pop3->cause, error) &&
         store_tx_set_folder_server (
             tx, pop3->maildrop, 0, 0, 0, pop3->listed->len, (gint64) size, error);
}

/* What was collected first is listed first, new letters come last, and what is known stays: where
 * that is not so, another program has removed something, or the mailbox was rebuilt. */
static gboolean
is_shuffled (const EnginePop3 *pop3)
{
  gint64 last = 0;
  gboolean fresh = FALSE;
  guint met = 0;

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);
      const StoreKept *kept = listed->uidl ? g_hash_table_lookup (pop3->known, listed->uidl) : NULL;

      if (kept && (fresh || kept->placement < last))
        return TRUE;
      fresh = fresh || !kept;
      last = kept ? kept->placement : last;
      met += kept != NULL;
    }
  return met < g_hash_table_size (pop3->known);
}

gboolean
engine_pop3_list (EnginePop3 *pop3, GError **error)
{
  if (!ask (pop3, error) || !engine_pop3_load_known (pop3, error))
    return FALSE;
  pop3->shuffled = pop3->has_uidl && is_shuffled (pop3);
  if (!store_mailbase_write (pop3->mailbase, STORE_PRIORITY_BULK, FALSE, write_listed, pop3, error))
    return FALSE;
  return engine_pop3_load_known (pop3, error);
}
