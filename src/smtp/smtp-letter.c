/* The letter on the client's side, as it goes out: after 354 up to its lone dot (RFC 5321
 * §4.1.1.4), or in chunks of announced length (RFC 3030). What ends it, the dot or the last chunk,
 * waits for the caller's word. */
#include "config.h"

#include "smtp-core-private.h"

/* Large enough that its line and its answer cost nothing beside it, small enough that little is
 * said in vain when the server refuses it. */
#define CHUNK (256 * 1024)

typedef struct
{
  BaseBody *whole;
  guint64 left;
} Slice;

static gssize
slice_read (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  Slice *slice = data;
  gssize got;

  if (slice->left == 0)
    return 0;
  got = base_body_read (slice->whole, buffer, (gsize) MIN (len, slice->left), error);
  if (got > 0)
    slice->left -= (guint64) got;
  return got;
}

static void
slice_free (gpointer data)
{
  Slice *slice = data;

  base_body_unref (slice->whole);
  g_free (slice);
}

/* The next @size bytes of @whole: slices are read one after the other. */
static BaseBody *
slice_new (BaseBody *whole, guint64 size)
{
  Slice *slice = g_new0 (Slice, 1);

  slice->whole = base_body_ref (whole);
  slice->left = size;
  return base_body_new (size, slice_read, slice, slice_free);
}

guint64
smtp_core_submit_letter (SmtpCore *core, BaseBody *body, gboolean chunks, const BaseCause *cause)
{
  guint64 left = base_body_size (body);
  BasePending *pending = NULL;
  gboolean last;

  if (!chunks)
    {
      g_autoptr (SmtpCommand) data = smtp_command_new (SMTP_VERB_DATA, NULL);

      data->body = base_body_ref (body);
      return smtp_core_submit (core, data, cause);
    }
  do
    {
      g_autoptr (SmtpCommand) chunk = smtp_command_new (SMTP_VERB_BDAT, NULL);
      gboolean first = pending == NULL;

      chunk->size = MIN (left, CHUNK);
      left -= chunk->size;
      last = left == 0;
      chunk->last = last;
      chunk->body = slice_new (body, chunk->size);
      pending = base_pending_add (&core->lines, chunk, cause);
      /* What is said behind another letter is not said in vain because of that. */
      pending->held = last || !first || core->body == SMTP_BODY_OUT;
    }
  while (!last);
  smtp_client_pump (&core->base);
  return pending->exchange;
}

static void
add_before_dot (SmtpCore *core, const BasePending *pending)
{
  SmtpEvent *event = smtp_event_new (SMTP_EVENT_BEFORE_DOT, pending->exchange, pending->command);

  core->body = SMTP_BODY_AT_DOT;
  core->letter = pending->exchange;
  base_core_add_event (&core->base, &event->base);
}

static gboolean
is_chunk (const BasePending *pending)
{
  return pending != NULL && pending->raw == NULL &&
         smtp_pending_command (pending)->verb == SMTP_VERB_BDAT;
}

/* A chunk follows when the one before it has left, so that a refusal is heard before much more is
 * said, and when the letter before was answered. The last waits for what the envelope is answered
 * too: a line that is cut before that leaves no doubt. */
static void
pump_chunks (SmtpCore *core)
{
  const BasePending *current = base_pending_current (&core->lines);
  BasePending *next = base_pending_next (&core->lines);

  if (!is_chunk (next) || !next->held || !base_pending_is_due (&core->lines) ||
      !base_core_output_empty (&core->base) || core->body != SMTP_BODY_NONE)
    return;
  if (!smtp_pending_command (next)->last)
    next->held = FALSE;
  else if (current == NULL || is_chunk (current))
    add_before_dot (core, next);
}

void
smtp_letter_pump (SmtpCore *core)
{
  if (core->body == SMTP_BODY_SENDING && base_core_output_empty (&core->base))
    add_before_dot (core, base_pending_current (&core->lines));
  /* The server waits for the dot; what a chunk was answered may still be due. */
  core->lines.at_ease = core->body == SMTP_BODY_AT_DOT && core->lines.state == SMTP_STATE_DATA;
  pump_chunks (core);
}

void
smtp_core_finish_data (SmtpCore *core)
{
  BasePending *next = base_pending_next (&core->lines);

  if (core->body != SMTP_BODY_AT_DOT)
    return;
  core->body = SMTP_BODY_OUT;
  if (core->lines.state == SMTP_STATE_DATA)
    {
      base_core_write_string (&core->base, core->letter, ".\r\n", TRUE);
      /* RFC 2920 §3.1: a letter's end is the first thing of the next group. */
      core->lines.alone = FALSE;
    }
  else
    next->held = FALSE;
  smtp_client_pump (&core->base);
}

gboolean
smtp_core_is_letter_out (const SmtpCore *core)
{
  return core->body == SMTP_BODY_OUT && !base_core_output_has (&core->base, core->letter);
}

static gboolean
is_letter_end (const BasePending *pending)
{
  const SmtpCommand *command = smtp_pending_command (pending);

  return pending->raw == NULL && command->body != NULL &&
         (command->verb == SMTP_VERB_DATA || command->last);
}

gboolean
smtp_core_take_back (SmtpCore *core)
{
  const BasePending *last = g_queue_peek_tail (&core->lines.pending);
  BasePending *next;

  if (last == NULL || last->said || !is_letter_end (last))
    return FALSE;
  while ((next = base_pending_next (&core->lines)) != NULL)
    {
      base_core_end_exchange (&core->base, next->exchange);
      base_pending_drop_next (&core->lines);
    }
  if (core->body == SMTP_BODY_AT_DOT)
    core->body = SMTP_BODY_NONE;
  return TRUE;
}

/* 354: the letter may go. */
void
smtp_letter_begin (SmtpCore *core, const BasePending *pending)
{
  base_lines_enter (&core->lines, SMTP_STATE_DATA);
  if (pending->raw != NULL)
    return;
  if (core->accepted == 0 || smtp_pending_command (pending)->body == NULL)
    {
      /* RFC 2920 §3.1: DATA went out before it was known that nobody will get it. */
      core->body = SMTP_BODY_ABANDONED;
      base_core_write_string (&core->base, pending->exchange, ".\r\n", TRUE);
      return;
    }
  core->body = SMTP_BODY_SENDING;
  base_core_write_body (&core->base, pending->exchange, smtp_pending_command (pending)->body, TRUE);
}

/* A BDAT was said: its bytes follow at once. */
void
smtp_letter_said (SmtpCore *core, const BasePending *pending)
{
  const SmtpCommand *command = smtp_pending_command (pending);

  if (pending->raw != NULL)
    core->chunk_left = command->size;
  else if (command->body != NULL)
    base_core_write_body (&core->base, pending->exchange, command->body, FALSE);
}

static gboolean
data_answered (SmtpCore *core, SmtpEvent *event)
{
  SmtpBodyState body = core->body;
  gboolean good = event->base.outcome == BASE_OUTCOME_OK;
  /* Without a 354 not a byte of the letter was said. */
  gboolean cut_short = body == SMTP_BODY_SENDING || body == SMTP_BODY_AT_DOT ||
                       (good && body == SMTP_BODY_NONE && core->lines.state != SMTP_STATE_DATA);

  /* Said before the dot, even a 250 accepts nothing. */
  if (good && (cut_short || body == SMTP_BODY_ABANDONED))
    event->base.outcome = BASE_OUTCOME_REFUSED;
  return !cut_short;
}

static gboolean
chunk_answered (SmtpCore *core, const BasePending *pending, SmtpEvent *event)
{
  gboolean good = event->base.outcome == BASE_OUTCOME_OK;
  gboolean cut_short = event->command->last && pending->raw == NULL &&
                       base_core_output_has (&core->base, pending->exchange);

  if (!good)
    core->chunk_failed = TRUE;
  if (good && event->command->last && pending->raw == NULL &&
      (cut_short || core->accepted == 0 || core->chunk_failed))
    event->base.outcome = BASE_OUTCOME_REFUSED;
  return !cut_short;
}

/* The last reply to DATA, or the one to a BDAT, has come: what it means is noted in @event. %FALSE:
 * it cannot have been the answer, since the letter had not ended. */
gboolean
smtp_letter_answered (SmtpCore *core, const BasePending *pending, SmtpEvent *event)
{
  gboolean data = event->command->verb == SMTP_VERB_DATA;
  gboolean possible = data ? data_answered (core, event) : chunk_answered (core, pending, event);

  if (!data && !event->command->last)
    return possible;
  core->body = SMTP_BODY_NONE;
  core->accepted = 0;
  core->chunk_failed = FALSE;
  base_lines_enter (&core->lines, SMTP_STATE_READY);
  return possible;
}

/* The last chunk of the letter that is being answered was said: what waits is another's. */
static gboolean
is_all_said (const SmtpCore *core)
{
  for (const GList *l = core->lines.pending.head; l != core->lines.unsaid; l = l->next)
    {
      if (is_chunk (l->data) && smtp_pending_command (l->data)->last)
        return TRUE;
    }
  return FALSE;
}

/* RFC 3030 §2: when one was refused, no more chunks are sent; nor when nobody is to get them. Those
 * that wait end with the refusal. */
void
smtp_letter_drop (SmtpCore *core, const SmtpReply *reply)
{
  BasePending *next;
  gboolean last = FALSE;

  if (!is_chunk (g_queue_peek_head (&core->lines.pending)) || is_all_said (core) ||
      (core->accepted > 0 && !core->chunk_failed))
    return;
  while (!last && is_chunk (next = base_pending_next (&core->lines)))
    {
      SmtpEvent *event = smtp_event_new (SMTP_EVENT_REPLY, next->exchange, next->command);

      smtp_reply_copy (reply, &event->reply);
      event->base.outcome = smtp_reply_outcome (reply);
      if (event->base.outcome == BASE_OUTCOME_OK)
        event->base.outcome = BASE_OUTCOME_REFUSED;
      last = event->command->last;
      base_core_add_event (&core->base, &event->base);
      base_pending_drop_next (&core->lines);
    }
  if (!last)
    return;
  core->body = SMTP_BODY_NONE;
  core->accepted = 0;
  if (core->lines.state != SMTP_STATE_QUIT)
    base_lines_enter (&core->lines, SMTP_STATE_READY);
}
