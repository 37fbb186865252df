/* The outbox's states change only here, while letters are sent. */
#include "config.h"

#include "engine-outbox-turn.h"

#include <string.h>

#include "engine-place.h"

/* Tries again after 1, 2, 4 … minutes, at most an hour, and up to a quarter more, so that not all
 * come back at the same moment. */
#define FIRST_DELAY (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)
#define MOST_DELAY (60 * FIRST_DELAY)
#define MOST_DOUBLINGS 6

struct _EngineTurn
{
  StoreMailbase *mailbase;
  StoreCommit *commit;
  const StoreAccountInfo *info;
  EngineTurnDeeds deeds;
  gint64 sent_folder; /* 0: none known */
  EngineTurnResult result;
};

static gint64
next_try (const EngineTurn *turn)
{
  gint64 delay = MIN (FIRST_DELAY << MIN (turn->deeds.done->attempts, MOST_DOUBLINGS), MOST_DELAY);

  return store_mailbase_now (turn->mailbase) + delay +
         (gint64) (g_random_double () * (double) delay / 4);
}

static gboolean
put_copy_here (StoreTx *tx, const EngineTurn *turn, GError **error)
{
  StoreNewMessage record = {
    .folder = turn->sent_folder,
    .message = turn->deeds.done->message,
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

  return store_tx_put_message (
      tx, &record, turn->deeds.done->cause, "", &message, &placement, error);
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
                                                            turn->deeds.done->message,
                                                            turn->sent_folder,
                                                            STORE_FLAG_SEEN,
                                                            turn->deeds.done->cause,
                                                            &journal,
                                                            error);
}

/* What is here of a letter by now; one that was removed is as good as a draft. */
static gboolean
load_current (StoreTx *tx,
              gint64 entry,
              StoreOutboxState *state,
              gint64 *changed,
              gint64 *mark,
              GError **error)
{
  g_autoptr (GError) local = NULL;

  *state = STORE_OUTBOX_DRAFT;
  *changed = *mark = 0;
  if (store_tx_outbox_current (tx, entry, state, changed, mark, &local) ||
      g_error_matches (local, STORE_ERROR, STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
write_outcome (StoreTx *tx, EngineTurn *turn, GError **error)
{
  const StoreOutboxEntry *entry = turn->deeds.done;
  const EngineSent *sent = turn->deeds.sent;
  StoreOutboxState now;
  gint64 changed, mark, next = 0;

  if (!load_current (tx, entry->id, &now, &changed, &mark, error))
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

/* One that somebody took back, removed or wrote anew is left alone, and no reason to forget what
 * became of the other. */
static gboolean
write_sending (StoreTx *tx, EngineTurn *turn, GError **error)
{
  const EngineTurnDeeds *deeds = &turn->deeds;
  StoreOutboxState state;
  gint64 changed, mark;

  if (!load_current (tx, deeds->next->id, &state, &changed, &mark, error))
    return FALSE;
  if (state != STORE_OUTBOX_QUEUED || changed != deeds->next->changed)
    {
      turn->result.taken_back = TRUE;
      return TRUE;
    }
  /* It was synchronised, since it is here: this thread wrote it before. */
  if (mark >= deeds->first_mark && mark < deeds->end_mark)
    {
      turn->result.mark = mark;
      store_tx_sync_later (tx);
    }
  return store_tx_outbox_state (
      tx, deeds->next->id, STORE_OUTBOX_SENDING, 0, NULL, NULL, NULL, 0, "DATA", error);
}

static gboolean
write_turn (StoreTx *tx, gpointer data, GError **error)
{
  EngineTurn *turn = data;
  const EngineTurnDeeds *deeds = &turn->deeds;

  turn->result = (EngineTurnResult){ 0 };
  return (!deeds->done || write_outcome (tx, turn, error)) &&
         (!deeds->next || write_sending (tx, turn, error)) &&
         (deeds->marks == 0 || store_tx_outbox_mark (tx,
                                                     deeds->first_mark,
                                                     deeds->mark,
                                                     deeds->marks,
                                                     deeds->small,
                                                     &turn->result.marked,
                                                     error)) &&
         (!deeds->over || deeds->first_mark == deeds->end_mark ||
          store_tx_outbox_unmark (tx, deeds->first_mark, deeds->end_mark, error));
}

EngineTurn *
engine_turn_begin (StoreMailbase *mailbase,
                   StoreReader *reader,
                   const StoreAccountInfo *info,
                   const EngineTurnDeeds *deeds)
{
  EngineTurn *turn = g_new0 (EngineTurn, 1);
  g_autoptr (StoreFolder) folder =
      deeds->done ? store_reader_folder_by_role (reader, STORE_ROLE_SENT, NULL) : NULL;

  turn->mailbase = mailbase;
  turn->info = info;
  turn->deeds = *deeds;
  turn->sent_folder = folder ? folder->id : 0;
  if (deeds->done)
    {
      g_ptr_array_add (deeds->sent->accepted, NULL);
      g_ptr_array_add (deeds->sent->refused, NULL);
    }
  /* Otherwise it is known when it is written. */
  turn->commit = store_mailbase_begin (mailbase,
                                       STORE_PRIORITY_CLICK,
                                       !deeds->next || deeds->first_mark == deeds->end_mark,
                                       write_turn,
                                       turn);
  return turn;
}

gboolean
engine_turn_end (EngineTurn *turn, EngineTurnResult *result, GError **error)
{
  gboolean good = store_commit_wait (turn->commit, error);

  *result = turn->result;
  g_free (turn);
  return good;
}
