/* Responsibility passes with the 250 after the dot or the last chunk (RFC 5321 §4.2.5), so what is
 * on the disk then is what counts: `sending`, or the mark that says as much where no witness denies
 * it (engine-witness.h), is synchronised before, and an answer that never came stays unknown. While
 * the server thinks, the next letter's envelope is on its way to it (RFC 2920 §3.1), its mark on
 * its way to the disk, and the one behind it is read: from the server's answer to the next letter's
 * end nothing waits for a disk. */
#include "config.h"

#include "engine-smtp.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-smtp-letter.h"
#include "engine-wait.h"
#include "engine-witness.h"
#include "net-error.h"

/* A letter of this size has left as good as at once. A larger one is `sending` when all but its end
 * is out, and marked by nothing before: until then it can be taken back, and neither the end of
 * this program nor that of the power leaves a doubt about it. */
#define MARK_AHEAD (64 * 1024)
/* One letter is marked ahead, and more where letters follow each other faster than this: a disk has
 * less to do then. Without power each of them, and the one on its way, is one that a person has to
 * ask about; more than these save little (src/engine/README.md). Of what is not on the disk yet the
 * next letter does not wait longer either. */
#define MARKS_MAX 3
#define FAST (50 * 1000)

typedef struct
{
  const EngineSmtpQueue *queue;
  NetSession *session;
  SmtpCore *core;
  guint letters; /* begun over this session */
  EngineSmtpLetter *now;
  EngineSmtpLetter *ahead; /* comes next (nullable) */
  EngineSmtpLetter *later; /* comes behind that (nullable) */
  EngineTurn *turn;        /* being written: from @before to @now (nullable) */
  EngineSmtpLetter *before;
  gboolean before_taken;  /* by the server */
  gboolean said;          /* that @now is `sending`, by @turn */
  EngineWitness *witness; /* (nullable) */
  gboolean asked;         /* whether there is one */
  gint64 mark;            /* of @now; 0: that it is `sending` is on the disk */
  EngineTurn *sync;       /* being written, to the disk: marks, and all before (nullable) */
  guint marks, marked;    /* letters to be marked at once; marked ones that wait */
  gboolean left;          /* marks may be there */
  gint64 synced;          /* when that began last */
  gboolean unsynced;      /* a turn was written since, and not to the disk */
  gboolean look_ahead;    /* there is time to read @later */
  gboolean usable, stop;
  GError *first;
} Run;

static gboolean
is_taken_back (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* (transfer full) @error */
static void
note_error (Run *run, GError *error)
{
  if (!error || (run->first && !is_taken_back (run->first)))
    {
      g_clear_error (&error);
      return;
    }
  g_clear_error (&run->first);
  run->first = error;
}

/* NULL without an error: there is none. */
static EngineSmtpLetter *
take_next (Run *run, gint64 except, GError **error)
{
  EngineSmtpServer server = engine_smtp_server (run->queue->info, run->core);
  guint waiting = run->ahead && !run->ahead->submitted;
  g_autoptr (StoreOutboxEntry) entry = NULL;

  if (engine_smtp_is_full (&server, run->letters + waiting))
    return NULL;
  entry = run->queue->next (except, run->queue->data);
  if (!entry)
    return NULL;
  return engine_smtp_letter_new (run->queue->info,
                                 run->queue->reader,
                                 run->core,
                                 run->queue->cause,
                                 g_steal_pointer (&entry),
                                 error);
}

static void
submit (Run *run, EngineSmtpLetter *letter, gboolean behind)
{
  run->letters++;
  engine_smtp_letter_submit (letter, behind);
}

static gboolean
is_small (const EngineSmtpLetter *letter)
{
  return !letter->unfit && base_body_size (letter->body) <= MARK_AHEAD;
}

static EngineTurn *
begin (Run *run, EngineTurnDeeds *deeds)
{
  if (run->witness)
    deeds->first_mark = engine_witness_range (run->witness, &deeds->end_mark);
  return engine_turn_begin (run->queue->mailbase, run->queue->reader, run->queue->info, deeds);
}

/* TRUE as well when nothing is on its way to the disk. */
static gboolean
end_sync (Run *run, GError **error)
{
  EngineTurnResult result;

  if (!run->sync)
    return TRUE;
  if (!engine_turn_end (g_steal_pointer (&run->sync), &result, error))
    return FALSE;
  run->marked += result.marked;
  return TRUE;
}

static void
set_unnoted (Run *run, const GError *why, GError **error)
{
  /* The next run finds it `sending`, and will say that it may have been sent. */
  g_set_error (
      error,
      ENGINE_ERROR,
      ENGINE_ERROR_MAYBE_SENT,
      _ ("%s took the letter, but that could not be noted here: do not send it again (%s)"),
      run->queue->info->smtp_host,
      why->message);
}

static void
note_mark (Run *run, gint64 mark)
{
  run->mark = mark;
  run->unsynced = mark != 0;
  run->marked -= mark != 0 && run->marked > 0;
  if (mark == 0)
    run->synced = net_clock_now ();
}

/* Waits for all that is being written; TRUE as well when nothing is. */
static gboolean
end_turn (Run *run, gboolean *taken_back, GError **error)
{
  g_autoptr (EngineSmtpLetter) before = g_steal_pointer (&run->before);
  EngineTurnResult result = { 0 };
  g_autoptr (GError) unsynced = NULL;
  g_autoptr (GError) local = NULL;
  gboolean any = run->turn != NULL;

  end_sync (run, &unsynced);
  if (any)
    engine_turn_end (g_steal_pointer (&run->turn), &result, &local);
  *taken_back = result.taken_back;
  if (!local && !unsynced)
    {
      if (any)
        note_mark (run, result.mark);
      return TRUE;
    }
  run->stop = TRUE;
  if (local && before && run->before_taken)
    set_unnoted (run, local, error);
  else
    g_propagate_error (error, local ? g_steal_pointer (&local) : g_steal_pointer (&unsynced));
  return FALSE;
}

static EngineWitness *
find_witness (Run *run)
{
  if (!run->asked)
    run->witness = engine_witness_new (store_mailbase_path (run->queue->mailbase));
  run->asked = TRUE;
  return run->witness;
}

/* The end of @now goes out: what has been written until then is made safe while the server thinks,
 * and with it the marks of those that come next. */
static void
begin_sync (Run *run)
{
  gint64 now = net_clock_now ();
  gboolean fast = now - run->synced < FAST;
  gboolean marks = run->marked == 0 && run->ahead && is_small (run->ahead) && find_witness (run);
  EngineTurnDeeds deeds = { .small = MARK_AHEAD };

  if (!marks && (!run->unsynced || (fast && run->ahead)))
    return;
  if (marks)
    {
      run->marks = fast && run->marks > 0 ? MIN (2 * run->marks, MARKS_MAX) : 1;
      run->left = TRUE;
      deeds.marks = run->marks;
      deeds.mark = engine_witness_marks (run->witness, run->marks);
    }
  run->synced = now;
  run->unsynced = FALSE;
  run->sync = begin (run, &deeds);
}

/* Where the witness cannot be told, `sending` has to be on the disk. */
static gboolean
tell_witness (Run *run, GError **error)
{
  return run->mark == 0 || engine_witness_tell (run->witness, run->mark) ||
         store_mailbase_write (run->queue->mailbase, STORE_PRIORITY_CLICK, TRUE, NULL, NULL, error);
}

/* All but its end is out. The next one goes out behind it in one go: a server whose answers to both
 * are one packet too is not kept waiting for ours. */
static gboolean
let_it_go (Run *run, GError **error)
{
  EngineTurnDeeds deeds = { .next = run->now->entry };
  gboolean taken_back;

  if (!run->said)
    run->turn = begin (run, &deeds);
  if (!run->ahead)
    run->ahead = take_next (run, run->now->entry->id, NULL);
  if (!end_turn (run, &taken_back, error))
    return FALSE;
  if (taken_back)
    {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The letter was taken back"));
      return FALSE;
    }
  /* It did so while this computer slept: what it cannot answer it has not taken. */
  if (net_session_is_hung_up (run->session))
    {
      g_set_error (error,
                   NET_ERROR,
                   NET_ERROR_CUT,
                   _ ("%s closed the connection before it had the letter: try again later"),
                   run->now->info->smtp_host);
      return FALSE;
    }
  if (!tell_witness (run, error))
    {
      run->stop = TRUE;
      return FALSE;
    }
  run->now->dot = TRUE;
  smtp_core_finish_data (run->core);
  if (run->ahead && !run->ahead->unfit && smtp_core_keyword (run->core, "PIPELINING"))
    submit (run, run->ahead, TRUE);
  begin_sync (run);
  run->look_ahead = run->ahead != NULL;
  return TRUE;
}

/* What was written last has been there for long enough. */
static gint64
sync_in_time (Run *run)
{
  EngineTurnDeeds deeds = { 0 };
  gint64 now = net_clock_now ();
  GError *error = NULL;

  if (!run->unsynced && !run->turn)
    return G_MAXINT64;
  if (now < run->synced + FAST)
    return run->synced + FAST;
  if (!end_sync (run, &error))
    {
      run->stop = TRUE;
      note_error (run, error);
    }
  run->synced = now;
  run->unsynced = FALSE;
  run->sync = begin (run, &deeds);
  return G_MAXINT64;
}

/* The letter behind the next is read while the server thinks, or has not all of what was said. */
static gint64
use_time (gpointer data)
{
  Run *run = data;

  if (run->look_ahead && !run->later)
    run->later = take_next (run, run->ahead->entry->id, NULL);
  run->look_ahead = FALSE;
  return sync_in_time (run);
}

static gboolean
take_event (BaseEvent *event, gpointer data, GError **error)
{
  Run *run = data;

  if (event->type == SMTP_EVENT_BEFORE_DOT)
    return let_it_go (run, error);
  engine_smtp_letter_take (run->now, event);
  return TRUE;
}

/* What was refused may still be open there: the next letter must not be taken for its rest. */
static void
clear_transaction (Run *run, const BaseCause *cause)
{
  g_autoptr (SmtpCommand) reset = smtp_command_new (SMTP_VERB_RSET, NULL);

  if (!net_session_is_over (run->session) && !(run->ahead && run->ahead->submitted))
    smtp_core_submit (run->core, reset, cause);
}

/* After a refusal the session may go on with the next letter (RFC 5321 §4.1.1.5). */
static void
judge_session (Run *run, const GError *error)
{
  if (!error)
    return;
  if (is_taken_back (error))
    run->usable = smtp_core_take_back (run->core);
  else
    {
      run->usable = !net_session_is_over (run->session) &&
                    (g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_REFUSED) ||
                     g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_TEMPORARY));
      run->stop = run->stop || !run->usable;
    }
  if (run->usable && !run->now->unfit)
    clear_transaction (run, run->now->cause);
}

/* The turn that is being written takes all marks off. */
static void
end_marks (Run *run)
{
  gboolean taken_back;
  GError *error = NULL;

  if (!end_turn (run, &taken_back, &error))
    {
      note_error (run, error);
      return;
    }
  run->left = FALSE;
  run->marked = 0;
}

/* Writes down what became of the letter, which is the end of it here, and that the next is
 * `sending` where that may be said already. */
static void
settle (Run *run, gboolean taken)
{
  const EngineSmtpLetter *next =
      run->ahead && is_small (run->ahead) && run->usable && !run->stop ? run->ahead : NULL;
  EngineTurnDeeds deeds = { .done = run->now->entry, .sent = &run->now->sent };
  gboolean taken_back;
  GError *error = NULL;

  /* Of the letter before, whose successor did not come to its end. */
  if (run->turn && !end_turn (run, &taken_back, &error))
    {
      note_error (run, g_steal_pointer (&error));
      next = NULL;
    }
  deeds.next = next ? next->entry : NULL;
  deeds.over = !next;
  run->turn = begin (run, &deeds);
  run->before = g_steal_pointer (&run->now);
  run->before_taken = taken;
  run->said = next != NULL;
  if (!next)
    end_marks (run);
}

/* It is somebody else's business now. */
static void
forget (Run *run)
{
  gboolean taken_back;
  GError *error = NULL;

  if (!end_turn (run, &taken_back, &error))
    note_error (run, error);
  g_clear_pointer (&run->now, engine_smtp_letter_free);
  run->said = FALSE;
}

static void
send_now (Run *run)
{
  g_autoptr (BaseEvent) answer = NULL;
  GError *error = NULL;
  gboolean taken, taken_back;

  if (!run->now->unfit && !run->now->submitted)
    submit (run, run->now, FALSE);
  if (run->now->unfit)
    engine_smtp_letter_judge_unfit (run->now, &error);
  else if ((answer =
                engine_wait_idle (run->session, run->now->data, take_event, use_time, run, &error)))
    engine_smtp_letter_judge (run->now, answer, &error);
  else if (!is_taken_back (error))
    engine_smtp_letter_judge_cut (run->now, &error);
  judge_session (run, error);
  taken = !error;
  taken_back = is_taken_back (error);
  note_error (run, error);
  if (!taken_back)
    settle (run, taken);
  else
    forget (run);
}

/* Whatever was written is on the disk, and no mark is left there. */
static void
finish (Run *run)
{
  EngineTurnDeeds deeds = { .over = TRUE };

  if (run->left || run->unsynced || run->turn)
    {
      if (!run->turn)
        run->turn = begin (run, &deeds);
      end_marks (run);
    }
  if (run->witness)
    engine_witness_free (run->witness, run->left);
  g_clear_pointer (&run->ahead, engine_smtp_letter_free);
  g_clear_pointer (&run->later, engine_smtp_letter_free);
}

gboolean
engine_smtp_run (const EngineSmtpQueue *queue,
                 NetSession *session,
                 gboolean *usable,
                 gboolean *go_on,
                 GError **error)
{
  Run run = {
    .queue = queue,
    .session = session,
    .core = (SmtpCore *) net_session_core (session),
    .usable = TRUE,
  };
  GError *unread = NULL;

  while (run.usable && !run.stop)
    {
      run.now = run.ahead ? g_steal_pointer (&run.ahead) : take_next (&run, 0, &unread);
      if (!run.now)
        break;
      run.ahead = g_steal_pointer (&run.later);
      run.look_ahead = FALSE;
      send_now (&run);
    }
  finish (&run);
  *usable = run.usable;
  *go_on = !run.stop && !unread;
  note_error (&run, unread);
  if (!run.first)
    return TRUE;
  g_propagate_error (error, run.first);
  return FALSE;
}
