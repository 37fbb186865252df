/* The outbox's states change only here, while letters are sent. */
#include "config.h"

#include "engine-outbox-turn.h"

#include <string.h>

#include "engine-place.h"

/* Tries again after 1, 2, 4 … minutes, at most an hour, and up to a quarter more, so that not all
 * come back at the same moment. */
#define FIRST_DELAY (60 * G_USEC_PER_SEC)
#define MOST_DOUBLINGS 6

struct _EngineTurn
{
  StoreMailbase *mailbase;
  StoreCommit *commit;
  const StoreAccountInfo *info;
  const StoreOutboxEntry *entry; /* (nullable) */
  const EngineSent *sent;
  gint64 sent_folder;           /* 0: none known */
  const StoreOutboxEntry *next; /* (nullable) */
  gboolean taken_back;
};

static gint64
next_try (const EngineTurn *turn)
{
  gint64 delay = (gint64) FIRST_DELAY << MIN (turn->entry->attempts, MOST_DOUBLINGS);

  return store_mailbase_now (turn->mailbase) + delay +
         (gint64) (g_random_double () * (double) delay / 4);
}

static gboolean
put_copy_here (StoreTx *tx, const EngineTurn *turn, GError **error)
{
  StoreNewMessage record = {
    .folder = turn->sent_folder,
    .message = turn->entry->message,
    .flags = STORE_FLAG_SEEN,
    .keywords = "",
    .subject = "",
    .from_name = "",
    .from_address = "",
    .to_text = "",
    .cc_text = "",
    .arrived = store_mailbase_now (turn->mailbase) / G_USEC_PER_SEC,
  };
  gint64 message, placement;

  return store_tx_put_message (tx, &record, turn->entry->cause, "", &message, &placement, error);
}

static gboolean
put_copy (StoreTx *tx, EngineTurn *turn, GError **error)
{
  gint64 journal;

  if (strcmp (turn->info->protocol, "pop3") == 0)
    return turn->sent_folder == 0 || put_copy_here (tx, turn, error);
  if (strcmp (turn->info->protocol, "imap") != 0)
    return TRUE;
  if (turn->sent_folder == 0)
    turn->sent_folder = engine_place_make (tx, STORE_ROLE_SENT, error);
  return turn->sent_folder != 0 && store_tx_journal_append (tx,
                                                            turn->entry->message,
                                                            turn->sent_folder,
                                                            STORE_FLAG_SEEN,
                                                            turn->entry->cause,
                                                            &journal,
                                                            error);
}

/* What is here of a letter by now; one that was removed is as good as a draft. */
static gboolean
load_current (StoreTx *tx, gint64 entry, StoreOutboxState *state, gint64 *changed, GError **error)
{
  g_autoptr (GError) local = NULL;

  *state = STORE_OUTBOX_DRAFT;
  *changed = 0;
  if (store_tx_outbox_current (tx, entry, state, changed, &local) ||
      g_error_matches (local, STORE_ERROR, STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
write_outcome (StoreTx *tx, EngineTurn *turn, GError **error)
{
  const StoreOutboxEntry *entry = turn->entry;
  const EngineSent *sent = turn->sent;
  StoreOutboxState now;
  gint64 changed, next = 0;

  if (!load_current (tx, entry->id, &now, &changed, error))
    return FALSE;
  /* Whoever took it back meanwhile has it, also when it waits again, written anew. */
  if (now != STORE_OUTBOX_SENDING && (now != STORE_OUTBOX_QUEUED || changed != entry->changed))
    return TRUE;
  if (sent->state == STORE_OUTBOX_QUEUED && !sent->at_once)
    next = next_try (turn);
  if (!store_tx_outbox_state (tx,
                              entry->id,
                              sent->state,
                              sent->reply_code,
                              (const char *const *) sent->accepted->pdata,
                              (const char *const *) sent->refused->pdata,
                              sent->why,
                              next,
                              "DATA",
                              error))
    return FALSE;
  /* Once, when the first of them has it. */
  return (sent->state != STORE_OUTBOX_SENT && sent->state != STORE_OUTBOX_QUEUED) ||
         !sent->accepted->pdata[0] || entry->accepted[0] || !entry->save_copy ||
         put_copy (tx, turn, error);
}

/* One that somebody took back, removed or wrote anew is not marked, and no reason to forget what
 * became of the other. */
static gboolean
write_sending (StoreTx *tx, EngineTurn *turn, GError **error)
{
  StoreOutboxState state;
  gint64 changed;

  if (!load_current (tx, turn->next->id, &state, &changed, error))
    return FALSE;
  turn->taken_back = state != STORE_OUTBOX_QUEUED || changed != turn->next->changed;
  return turn->taken_back ||
         store_tx_outbox_state (
             tx, turn->next->id, STORE_OUTBOX_SENDING, 0, NULL, NULL, NULL, 0, "DATA", error);
}

static gboolean
write_turn (StoreTx *tx, gpointer data, GError **error)
{
  EngineTurn *turn = data;

  return (!turn->entry || write_outcome (tx, turn, error)) &&
         (!turn->next || write_sending (tx, turn, error));
}

EngineTurn *
engine_turn_begin (StoreMailbase *mailbase,
                   StoreReader *reader,
                   const StoreAccountInfo *info,
                   const StoreOutboxEntry *entry,
                   const EngineSent *sent,
                   const StoreOutboxEntry *next)
{
  EngineTurn *turn = g_new0 (EngineTurn, 1);
  g_autoptr (StoreFolder) folder =
      entry ? store_reader_folder_by_role (reader, STORE_ROLE_SENT, NULL) : NULL;

  turn->mailbase = mailbase;
  turn->info = info;
  turn->entry = entry;
  turn->sent = sent;
  turn->sent_folder = folder ? folder->id : 0;
  turn->next = next;
  if (entry)
    {
      g_ptr_array_add (sent->accepted, NULL);
      g_ptr_array_add (sent->refused, NULL);
    }
  turn->commit = store_mailbase_begin (mailbase, STORE_PRIORITY_CLICK, TRUE, write_turn, turn);
  return turn;
}

gboolean
engine_turn_end (EngineTurn *turn, gboolean *taken_back, GError **error)
{
  gboolean good = store_commit_wait (turn->commit, error);

  *taken_back = turn->taken_back;
  g_free (turn);
  return good;
}
