/* Responsibility passes with the 250 after the dot or the last chunk (RFC 5321 §4.2.5), so what is
 * on the disk then is what counts: `sending` is synchronised before, and an answer that never came
 * stays unknown. While the server thinks, the next letter's envelope is on its way to it (RFC 2920
 * §3.1), and while it thinks about that, the disk is at work. */
#include "config.h"

#include "engine-smtp.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-smtp-letter.h"
#include "engine-wait.h"

/* A letter of this size has left as good as at once. A larger one is marked when all but its end is
 * out: until then it can be taken back, and the end of this program leaves no doubt about it. */
#define MARK_AHEAD (64 * 1024)

typedef struct
{
  const EngineSmtpQueue *queue;
  NetSession *session;
  SmtpCore *core;
  guint letters; /* begun over this session */
  EngineSmtpLetter *now;
  EngineSmtpLetter *ahead; /* comes next (nullable) */
  EngineTurn *turn;        /* being written: from @before to @now (nullable) */
  EngineSmtpLetter *before;
  gboolean before_taken; /* by the server */
  gboolean marked;       /* @now, by @turn */
  gboolean usable, stop;
  GError *first;
} Run;

static gboolean
is_taken_back (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* NULL without an error: there is none. */
static EngineSmtpLetter *
take_next (Run *run, gint64 except, GError **error)
{
  EngineSmtpServer server = engine_smtp_server (run->queue->info, run->core);
  g_autoptr (StoreOutboxEntry) entry = NULL;

  if (engine_smtp_is_full (&server, run->letters))
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

static void
begin_turn (Run *run, EngineSmtpLetter *done, const StoreOutboxEntry *next)
{
  run->turn = engine_turn_begin (run->queue->mailbase,
                                 run->queue->reader,
                                 run->queue->info,
                                 done ? done->entry : NULL,
                                 done ? &done->sent : NULL,
                                 next);
}

/* TRUE as well when nothing is being written. */
static gboolean
end_turn (Run *run, gboolean *taken_back, GError **error)
{
  g_autoptr (EngineSmtpLetter) before = g_steal_pointer (&run->before);
  g_autoptr (GError) local = NULL;

  *taken_back = FALSE;
  if (!run->turn || engine_turn_end (g_steal_pointer (&run->turn), taken_back, &local))
    return TRUE;
  run->stop = TRUE;
  if (!before || !run->before_taken)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    /* The next run finds it `sending`, and will say that it may have been sent. */
    g_set_error (
        error,
        ENGINE_ERROR,
        ENGINE_ERROR_MAYBE_SENT,
        _ ("%s took the letter, but that could not be noted here: do not send it again (%s)"),
        run->queue->info->smtp_host,
        local->message);
  return FALSE;
}

/* All but its end is out. The next one is made ready while the disk is at work, and goes out behind
 * it in one go: a server whose answers to both are one packet too is not kept waiting for ours. */
static gboolean
let_it_go (Run *run, GError **error)
{
  gboolean taken_back;

  if (!run->marked)
    begin_turn (run, NULL, run->now->entry);
  run->ahead = take_next (run, run->now->entry->id, NULL);
  if (!end_turn (run, &taken_back, error))
    return FALSE;
  if (taken_back)
    {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The letter was taken back"));
      return FALSE;
    }
  run->now->dot = TRUE;
  smtp_core_finish_data (run->core);
  if (run->ahead && !run->ahead->unfit && smtp_core_keyword (run->core, "PIPELINING"))
    submit (run, run->ahead, TRUE);
  return TRUE;
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

/* Writes down what became of the letter, which is the end of it here, and that the next is
 * `sending` where that may be said already. */
static void
settle (Run *run, gboolean taken)
{
  const EngineSmtpLetter *ahead = run->stop || !run->usable ? NULL : run->ahead;
  const StoreOutboxEntry *mark =
      ahead && !ahead->unfit && base_body_size (ahead->body) <= MARK_AHEAD ? ahead->entry : 0;
  gboolean taken_back;
  GError *error = NULL;

  if (!end_turn (run, &taken_back, &error))
    {
      note_error (run, g_steal_pointer (&error));
      mark = NULL;
    }
  begin_turn (run, run->now, mark);
  run->before = g_steal_pointer (&run->now);
  run->before_taken = taken;
  run->marked = mark != NULL;
  if (!mark && !end_turn (run, &taken_back, &error))
    note_error (run, error);
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
  else if ((answer = engine_wait (run->session, run->now->data, take_event, run, &error)))
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
    g_clear_pointer (&run->now, engine_smtp_letter_free);
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
      send_now (&run);
    }
  g_clear_pointer (&run.ahead, engine_smtp_letter_free);
  *usable = run.usable;
  *go_on = !run.stop && !unread;
  note_error (&run, unread);
  if (!run.first)
    return TRUE;
  g_propagate_error (error, run.first);
  return FALSE;
}
