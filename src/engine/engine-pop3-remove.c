/* Removing from a POP3 server (RFC 1939 §5, §6): the policy and the person say what, DELE asks for
 * it, and only QUIT does it. */
#include "config.h"

#include "engine-pop3-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-wait.h"
#include "store-write.h"

typedef struct
{
  EnginePop3 *pop3;
  GArray *placements;  /* gint64: what a DELE was answered +OK for */
  GArray *entries;     /* gint64: of the journal, for those of them that only a person wants gone */
  gboolean taken_back; /* one of these is not wanted any more: nothing was written */
} Removal;

static gboolean
policy_wants (EnginePop3 *pop3, const StoreKept *row)
{
  const char *policy = pop3->info->leave_policy;
  gint64 days, now = store_mailbase_now (pop3->mailbase) / G_USEC_PER_SEC;

  /* Nothing that is not here, whole, is ever removed there. */
  if (!row->has_source)
    return FALSE;
  if (strcmp (policy, "none") == 0)
    return TRUE;
  if (!g_str_has_prefix (policy, "days:"))
    return FALSE;
  days = g_ascii_strtoll (policy + strlen ("days:"), NULL, 10);
  return row->arrived <= now - days * 24 * 60 * 60;
}

GHashTable *
engine_pop3_wanted (EnginePop3 *pop3, GError **error)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (pop3->reader, error);
  GHashTable *wanted = NULL;

  if (!entries)
    return NULL;
  wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (entry->kind == STORE_JOURNAL_DELETE && entry->uidl && entry->state != STORE_JOURNAL_STUCK)
        g_hash_table_insert (
            wanted, g_strdup (entry->uidl), g_memdup2 (&entry->id, sizeof entry->id));
    }
  return wanted;
}

gboolean
engine_pop3_is_leaving (EnginePop3 *pop3, const StoreKept *kept, GHashTable *wanted)
{
  return policy_wants (pop3, kept) || g_hash_table_contains (wanted, kept->uidl);
}

static gboolean
write_deles (StoreTx *tx, gpointer data, GError **error)
{
  Removal *removal = data;
  gboolean all_wait;

  /* From here on it is too late to take it back. */
  if (!store_tx_journal_running (tx,
                                 (const gint64 *) (void *) removal->entries->data,
                                 removal->entries->len,
                                 &all_wait,
                                 error))
    return FALSE;
  removal->taken_back = !all_wait;
  for (guint i = 0; all_wait && i < removal->placements->len; i++)
    if (!store_tx_maildrop_dele (
            tx, g_array_index (removal->placements, gint64, i), removal->pop3->cause, error))
      return FALSE;
  return TRUE;
}

static void
note_kept (EnginePop3 *pop3, const Pop3Event *event)
{
  pop3->kept++;
  if (!pop3->kept_said)
    pop3->kept_said = g_strdup (event->status.text);
}

static void
fail_to_remove (EnginePop3 *pop3, const Pop3Event *event, GError **error)
{
  engine_error_set_said (
      error,
      ENGINE_ERROR_TEMPORARY,
      event->status.text,
      _ ("%s did not remove the messages it was asked to remove; they are stored "
         "here: collect again later"),
      pop3->info->host);
}

static gboolean
say_deles (Removal *removal, GHashTable *wanted, GError **error)
{
  EnginePop3 *pop3 = removal->pop3;
  g_autoptr (GArray) exchanges = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);
      StoreKept *row = listed->uidl ? g_hash_table_lookup (pop3->known, listed->uidl) : NULL;
      g_autoptr (Pop3Command) command = NULL;
      guint64 exchange;

      /* What was not seen in this session may be another letter than its name was known for. */
      if (!row || !(listed->seen || listed->checked) || !engine_pop3_is_leaving (pop3, row, wanted))
        continue;
      command = pop3_command_number (POP3_VERB_DELE, listed->number);
      exchange = pop3_core_submit (pop3->core, command, pop3->cause);
      g_array_append_val (exchanges, exchange);
      g_ptr_array_add (rows, row);
    }
  for (guint i = 0; i < exchanges->len; i++)
    {
      const StoreKept *row = g_ptr_array_index (rows, i);
      g_autoptr (BaseEvent) event =
          engine_wait (pop3->session, g_array_index (exchanges, guint64, i), NULL, NULL, error);

      if (!event)
        return FALSE;
      if (event->outcome == BASE_OUTCOME_OK)
        {
          const gint64 *entry = g_hash_table_lookup (wanted, row->uidl);

          g_array_append_val (removal->placements, row->placement);
          if (!policy_wants (pop3, row) && entry)
            g_array_append_val (removal->entries, *entry);
        }
      else
        note_kept (pop3, (Pop3Event *) event);
    }
  return TRUE;
}

/* What was asked for in this session is not to be done (RFC 1939 §5, RSET). */
static gboolean
say_reset (Removal *removal, GError **error)
{
  EnginePop3 *pop3 = removal->pop3;
  g_autoptr (Pop3Command) command = pop3_command_new (POP3_VERB_RSET);
  g_autoptr (BaseEvent) event = engine_wait (
      pop3->session, pop3_core_submit (pop3->core, command, pop3->cause), NULL, NULL, error);

  if (!event)
    return FALSE;
  g_array_set_size (removal->placements, 0);
  g_array_set_size (removal->entries, 0);
  pop3->kept = 0;
  if (event->outcome == BASE_OUTCOME_OK)
    return TRUE;
  fail_to_remove (pop3, (Pop3Event *) event, error);
  return FALSE;
}

/* *@done: FALSE, somebody took one of them back when it was said, and all is to be said again. */
static gboolean
ask_removal (Removal *removal, gboolean *done, GError **error)
{
  EnginePop3 *pop3 = removal->pop3;
  g_autoptr (GHashTable) wanted = engine_pop3_wanted (pop3, error);

  *done = TRUE;
  if (!wanted || !say_deles (removal, wanted, error))
    return FALSE;
  if (removal->placements->len == 0)
    return TRUE;
  if (!store_mailbase_write (
          pop3->mailbase, STORE_PRIORITY_BULK, FALSE, write_deles, removal, error))
    return FALSE;
  *done = !removal->taken_back;
  return *done || say_reset (removal, error);
}

/* RFC 1939 §6: only QUIT removes. Before the first DELE, everything downloaded is on the disk: the
 * synchronised write below makes all earlier commits durable. */
static gboolean
remove_there (Removal *removal, GError **error)
{
  EnginePop3 *pop3 = removal->pop3;
  g_autoptr (GHashTable) wanted = NULL;
  gboolean done = FALSE;

  if (!engine_pop3_load_known (pop3, error))
    return FALSE;
  wanted = engine_pop3_wanted (pop3, error);
  if (!wanted)
    return FALSE;
  if (strcmp (pop3->info->leave_policy, "all") == 0 ||
      (strcmp (pop3->info->leave_policy, "until-deleted") == 0 && g_hash_table_size (wanted) == 0))
    return TRUE;
  if (!store_mailbase_write (pop3->mailbase, STORE_PRIORITY_BULK, TRUE, NULL, NULL, error))
    return FALSE;
  while (!done)
    if (!ask_removal (removal, &done, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_quit (StoreTx *tx, gpointer data, GError **error)
{
  Removal *removal = data;

  return store_tx_maildrop_quit (tx, removal->pop3->maildrop, TRUE, removal->pop3->cause, error);
}

static gboolean
write_undone (StoreTx *tx, gpointer data, GError **error)
{
  Removal *removal = data;

  return store_tx_maildrop_quit (tx, removal->pop3->maildrop, FALSE, removal->pop3->cause, error);
}

static gboolean
quit (Removal *removal, GError **error)
{
  EnginePop3 *pop3 = removal->pop3;
  g_autoptr (Pop3Command) command = pop3_command_new (POP3_VERB_QUIT);
  g_autoptr (BaseEvent) event = engine_wait (
      pop3->session, pop3_core_submit (pop3->core, command, pop3->cause), NULL, NULL, error);

  /* A QUIT without an answer proves nothing either way: the next list will tell. */
  if (!event)
    return FALSE;
  if (event->outcome == BASE_OUTCOME_OK)
    return store_mailbase_write (
        pop3->mailbase, STORE_PRIORITY_BULK, TRUE, write_quit, removal, error);
  if (!store_mailbase_write (
          pop3->mailbase, STORE_PRIORITY_BULK, FALSE, write_undone, removal, error))
    return FALSE;
  if (removal->placements->len == 0)
    return TRUE;
  fail_to_remove (pop3, (Pop3Event *) event, error);
  return FALSE;
}

gboolean
engine_pop3_remove_and_quit (EnginePop3 *pop3, GError **error)
{
  g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (gint64));
  Removal removal = { pop3, placements, entries, FALSE };

  if (!remove_there (&removal, error))
    {
      /* Cut before QUIT: no DELE happened. */
      store_mailbase_write (
          pop3->mailbase, STORE_PRIORITY_BULK, FALSE, write_undone, &removal, NULL);
      return FALSE;
    }
  return quit (&removal, error);
}
