/* The client role: what may be said when, and what the answers belong to. */
#include "config.h"

#include "imap-core-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* Which command */

/* After these nothing may be said until they are answered, and before them all must be answered:
 * they change what the next command, or an answer, means (RFC 9051 §5.5). */
static gboolean
is_alone (const ImapCommand *command)
{
  switch ((int) command->verb)
    {
    case IMAP_VERB_STARTTLS:
    case IMAP_VERB_AUTHENTICATE:
    case IMAP_VERB_LOGIN:
    case IMAP_VERB_SELECT:
    case IMAP_VERB_EXAMINE:
    case IMAP_VERB_CLOSE:
    case IMAP_VERB_UNSELECT:
    case IMAP_VERB_COMPRESS:
    case IMAP_VERB_IDLE:
    case IMAP_VERB_LOGOUT:
    case IMAP_VERB_UNKNOWN:
      return TRUE;
    default:
      return FALSE;
    }
}

/* While such a command runs, the server may not renumber messages (RFC 9051 §7.5.1). */
static gboolean
keeps_numbers (const ImapCommand *command)
{
  return !command->uid && (command->verb == IMAP_VERB_FETCH || command->verb == IMAP_VERB_STORE ||
                           command->verb == IMAP_VERB_SEARCH || command->verb == IMAP_VERB_SORT ||
                           command->verb == IMAP_VERB_THREAD);
}

static gboolean
uses_numbers (const ImapCommand *command)
{
  return !command->uid && (command->set != NULL || command->search != NULL);
}

/* From its answer on names of mailboxes are written in another way (RFC 6855, RFC 9051). */
static gboolean
changes_names (const ImapCommand *command)
{
  for (guint i = 0; command->verb == IMAP_VERB_ENABLE && command->words && command->words[i]; i++)
    if (g_ascii_strcasecmp (command->words[i], "IMAP4rev2") == 0 ||
        g_ascii_strcasecmp (command->words[i], "UTF8=ACCEPT") == 0)
      return TRUE;
  return FALSE;
}

/* LIST "" "*" is the same in both. */
static gboolean
names_no_mailbox (const ImapCommand *command)
{
  return command->verb == IMAP_VERB_LIST && command->patterns == NULL &&
         g_strcmp0 (command->mailbox, "") == 0 && g_strcmp0 (command->mailbox2, "*") == 0;
}

static gboolean
may_follow (const ImapJob *job, const ImapJob *before)
{
  if (!is_alone (before->command))
    return TRUE;
  return job->command->behind_select && before->raw == NULL &&
         (before->command->verb == IMAP_VERB_SELECT || before->command->verb == IMAP_VERB_EXAMINE);
}

static gboolean
may_begin (ImapCore *core, const ImapJob *job)
{
  if (core->state == IMAP_STATE_GREETING || core->bye || core->starting_tls)
    return FALSE;
  for (GList *l = core->flight.head; l != NULL; l = l->next)
    {
      const ImapJob *before = l->data;

      if (is_alone (job->command) || !may_follow (job, before) || before->line != NULL)
        return FALSE;
      if (changes_names (before->command) && !names_no_mailbox (job->command))
        return FALSE;
      if (uses_numbers (job->command) && !keeps_numbers (before->command))
        return FALSE;
    }
  return TRUE;
}

static ImapJob *
idle_job (ImapCore *core)
{
  ImapJob *last = g_queue_peek_tail (&core->flight);

  return last != NULL && last->command->verb == IMAP_VERB_IDLE ? last : NULL;
}

/* A server that idles, or is doing nothing, may be silent for as long as it likes. */
static void
update_awaiting (ImapCore *core)
{
  const ImapJob *idle = idle_job (core);
  gboolean idling = idle != NULL && idle->idling && !idle->done_sent;

  base_core_set_awaiting (&core->base,
                          core->state == IMAP_STATE_GREETING || core->bye ||
                              (core->flight.length > 0 && !idling && !core->starting_tls));
}

/* Sending */

static void
give_up (ImapCore *core, ImapJob *job, BaseOutcome outcome)
{
  ImapEvent *event = imap_event_new (IMAP_EVENT_DONE, job->exchange);

  event->base.outcome = outcome;
  event->command = imap_command_ref (job->command);
  imap_core_add_event (core, event);
  imap_job_free (job);
}

static guint
writer_options (ImapCore *core)
{
  guint options = 0;

  if (imap_core_has_capability (core, "LITERAL+"))
    options |= IMAP_WRITER_LITERAL_PLUS;
  if (imap_core_has_capability (core, "LITERAL-") || imap_core_has_capability (core, "IMAP4rev2"))
    options |= IMAP_WRITER_LITERAL_MINUS;
  if (core->utf8)
    options |= IMAP_WRITER_UTF8;
  return options;
}

static gboolean
has_initial_response (ImapCore *core)
{
  return imap_core_has_capability (core, "SASL-IR") || imap_core_has_capability (core, "IMAP4rev2");
}

/* %FALSE: the mechanism cannot begin, and the session has failed. */
static gboolean
prepare_sign_in (ImapCore *core, ImapJob *job)
{
  core->capabilities_fresh = FALSE;
  if (job->command->verb == IMAP_VERB_LOGIN && job->command->password != NULL)
    base_core_add_mask (&core->base, job->command->password);
  if (job->sign_in != NULL)
    job->command->password =
        sasl_sign_in_begin (job->sign_in, &core->base, has_initial_response (core) ? G_MAXSIZE : 0);
  return !base_core_is_over (&core->base);
}

/* What someone typed: a password in it is a secret all the same. */
static void
write_raw (ImapCore *core, ImapJob *job, GBytes *bytes)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);

  imap_typed_feed (&core->typed, text, len, &core->base, job->exchange);
  if (job->command->password != NULL)
    base_core_add_mask (&core->base, job->command->password);
}

static void
write_pieces (ImapCore *core, ImapJob *job)
{
  if (imap_core_write_line (core, job->exchange, job->line, &job->next_piece))
    g_clear_pointer (&job->line, imap_line_free);
}

static void
note_mailbox (ImapCore *core, const ImapCommand *command)
{
  if (command->verb == IMAP_VERB_SELECT || command->verb == IMAP_VERB_EXAMINE)
    imap_core_set_mailbox (core, command->mailbox);
}

/* @job is (transfer full). */
static void
begin (ImapCore *core, ImapJob *job)
{
  if (job->raw != NULL)
    {
      g_queue_push_tail (&core->flight, job);
      note_mailbox (core, job->command);
      write_raw (core, job, job->raw);
      return;
    }
  g_clear_pointer (&job->command->tag, g_free);
  job->command->tag = g_strdup_printf ("a%u", ++core->last_tag);
  if (!prepare_sign_in (core, job))
    {
      imap_job_free (job);
      return;
    }
  job->line = imap_line_new ();
  job->line->names = core->wire_names;
  if (!imap_writer_command_line (job->command, writer_options (core), job->line))
    {
      give_up (core, job, BASE_OUTCOME_BAD);
      return;
    }
  g_queue_push_tail (&core->flight, job);
  note_mailbox (core, job->command);
  write_pieces (core, job);
}

static void
send_done (ImapCore *core, ImapJob *job)
{
  job->done_wanted = TRUE;
  if (!job->idling || job->done_sent)
    return;
  job->done_sent = TRUE;
  base_core_write_string (&core->base, job->exchange, "DONE\r\n", TRUE);
}

void
imap_client_pump (ImapCore *core)
{
  ImapJob *job;

  while ((job = g_queue_peek_head (&core->waiting)) != NULL && !base_core_is_over (&core->base) &&
         may_begin (core, job))
    begin (core, g_queue_pop_head (&core->waiting));
  job = idle_job (core);
  if (core->waiting.length > 0 && job != NULL)
    send_done (core, job);
  update_awaiting (core);
}

/* What an answer belongs to */

static guint64
first_held (ImapCore *core)
{
  g_autoptr (BaseChunk) held =
      base_core_is_held (&core->base) ? base_core_peek_held (&core->base) : NULL;

  return held != NULL ? held->exchange : G_MAXUINT64;
}

/* The oldest command the server knows of; what it says without a tag is most likely about that. */
static ImapJob *
oldest_job (ImapCore *core)
{
  ImapJob *job = g_queue_peek_head (&core->flight);

  return job != NULL && job->exchange < first_held (core) ? job : NULL;
}

/* The command whose "+" this is: only the last one said can wait for it. */
static ImapJob *
continued_job (ImapCore *core)
{
  ImapJob *job = g_queue_peek_tail (&core->flight);

  if (job == NULL || job->exchange >= first_held (core))
    return NULL;
  if (job->line != NULL || job->sign_in != NULL || job->raw != NULL ||
      (job->command->verb == IMAP_VERB_IDLE && !job->idling))
    return job;
  return NULL;
}

static guint64
exchange_of_line (ImapCore *core, const char *text, gsize len)
{
  const char *space = memchr (text, ' ', len);
  ImapJob *job;

  if (len > 0 && text[0] == '+')
    job = continued_job (core);
  else if (len > 0 && text[0] == '*')
    job = oldest_job (core);
  else
    job = imap_core_find_job (core, text, space != NULL ? (gsize) (space - text) : len);
  return job != NULL ? job->exchange : 0;
}

/* Reading */

/* A challenge: everything behind "+ " is secret. */
static void
add_challenge_span (ImapCore *core, const ImapFramed *framed)
{
  BaseSecretSpan secret = { framed->len > 1 && framed->bytes[1] == ' ' ? 2 : 1, 0 };
  gsize end = framed->len;

  while (end > secret.offset && (framed->bytes[end - 1] == '\n' || framed->bytes[end - 1] == '\r'))
    end--;
  secret.length = end - secret.offset;
  base_core_add_secret_span (&core->base, &secret, framed->len, core->line_exchange);
}

static void
take_text (ImapCore *core, const ImapFramed *framed)
{
  const ImapJob *last = g_queue_peek_tail (&core->flight);

  if (!core->in_line)
    {
      core->in_line = TRUE;
      core->line_exchange = exchange_of_line (core, (const char *) framed->bytes, framed->len);
      if (framed->bytes[0] == '+' && last != NULL && last->line == NULL &&
          last->command->verb == IMAP_VERB_AUTHENTICATE && framed->ends_line)
        {
          add_challenge_span (core, framed);
          return;
        }
    }
  base_core_add_line_span (
      &core->base, framed->bytes, framed->len, core->line_exchange, framed->ends_line);
}

static void
add_response_event (ImapCore *core, ImapEventType type, ImapResponse *response)
{
  ImapEvent *event = imap_event_new (type, core->line_exchange);

  event->response = imap_response_ref (response);
  imap_core_add_event (core, event);
}

static void
take_continue (ImapCore *core, ImapResponse *response)
{
  ImapJob *job = continued_job (core);

  if (job != NULL && job->line != NULL)
    write_pieces (core, job);
  else if (job != NULL && job->sign_in != NULL)
    sasl_sign_in_answer (
        job->sign_in, &core->base, job->exchange, response->text, strlen (response->text));
  else if (job != NULL && job->command->verb == IMAP_VERB_IDLE && !job->idling)
    {
      ImapEvent *event = imap_event_new (IMAP_EVENT_IDLING, job->exchange);

      job->idling = TRUE;
      event->base.outcome = BASE_OUTCOME_CONTINUE;
      event->command = imap_command_ref (job->command);
      event->response = imap_response_ref (response);
      imap_core_add_event (core, event);
      if (job->done_wanted)
        send_done (core, job);
    }
  else
    add_response_event (core, IMAP_EVENT_RESPONSE, response);
}

static gboolean
is_sign_in (const ImapCommand *command)
{
  return command->verb == IMAP_VERB_LOGIN || command->verb == IMAP_VERB_AUTHENTICATE;
}

static void
take_done (ImapCore *core, ImapResponse *response)
{
  ImapJob *job = imap_core_find_job (core, response->tag, strlen (response->tag));
  gboolean ok = response->status == IMAP_STATUS_OK;
  ImapEvent *event;

  if (job == NULL)
    {
      g_autofree char *tag = base_error_quote (response->tag, -1, 40);

      base_core_fail (&core->base,
                      BASE_CORE_ERROR_PROTOCOL,
                      _ ("The server answered a command that was not given: %s."),
                      tag);
      return;
    }
  if (ok && job->sign_in != NULL && !sasl_sign_in_check (job->sign_in, &core->base))
    return;
  /* Refused in its middle: what was announced is not wanted. */
  if (job->raw != NULL && job == g_queue_peek_tail (&core->flight))
    imap_typed_clear (&core->typed);
  g_queue_remove (&core->flight, job);
  imap_core_follow_done (core, job->command, response);
  if (ok && is_sign_in (job->command))
    {
      event = imap_event_new (IMAP_EVENT_AUTHENTICATED, job->exchange);
      event->command = imap_command_ref (job->command);
      imap_core_add_event (core, event);
    }
  event = imap_event_new (IMAP_EVENT_DONE, job->exchange);
  event->base.outcome = imap_response_outcome (response);
  event->response = imap_response_ref (response);
  event->command = imap_command_ref (job->command);
  imap_core_add_event (core, event);
  if (ok && job->command->verb == IMAP_VERB_STARTTLS)
    {
      core->starting_tls = TRUE;
      imap_core_add_event (core, imap_event_new (IMAP_EVENT_START_TLS, job->exchange));
    }
  if (job->command->verb == IMAP_VERB_LOGOUT)
    base_core_close (&core->base);
  imap_job_free (job);
}

/* After a goodbye nothing will be answered, but for a LOGOUT. */
static void
end_jobs (ImapCore *core)
{
  guint64 held = first_held (core);
  ImapJob *job;

  while ((job = g_queue_pop_head (&core->flight)) != NULL)
    {
      if (job->exchange < held)
        {
          give_up (core,
                   job,
                   core->bye && job->command->verb == IMAP_VERB_LOGOUT ? BASE_OUTCOME_OK
                                                                       : BASE_OUTCOME_LOST);
          continue;
        }
      base_core_end_exchange (&core->base, job->exchange);
      imap_job_free (job);
    }
}

static void
take_bye (ImapCore *core)
{
  core->bye = TRUE;
  for (GList *l = core->flight.head; l != NULL; l = l->next)
    if (((ImapJob *) l->data)->command->verb == IMAP_VERB_LOGOUT)
      return;
  end_jobs (core);
  imap_core_enter (core, IMAP_STATE_LOGOUT);
  base_core_close (&core->base);
}

static void
take_untagged (ImapCore *core, ImapResponse *response)
{
  gboolean is_greeting = core->state == IMAP_STATE_GREETING;

  if (is_greeting && (response->type != IMAP_RESPONSE_STATUS ||
                      response->status == IMAP_STATUS_NO || response->status == IMAP_STATUS_BAD))
    {
      base_core_fail (&core->base,
                      BASE_CORE_ERROR_PROTOCOL,
                      _ ("The server did not greet as an IMAP server does. Check host and port."));
      return;
    }
  imap_core_follow_response (core, response);
  add_response_event (core, is_greeting ? IMAP_EVENT_GREETING : IMAP_EVENT_RESPONSE, response);
  if (response->type == IMAP_RESPONSE_STATUS && response->status == IMAP_STATUS_BYE)
    take_bye (core);
}

/* What the server repeats of a secret is not for people's eyes either. */
static void
mask_response (ImapCore *core, ImapResponse *response)
{
  if (response->type != IMAP_RESPONSE_STATUS && response->type != IMAP_RESPONSE_UNKNOWN)
    return;
  if (response->text != NULL)
    base_core_mask (&core->base, response->text, strlen (response->text));
  if (response->code.text != NULL)
    base_core_mask (&core->base, response->code.text, strlen (response->code.text));
}

/* Untagged data nobody can read is passed on as text; anything else means that this is no IMAP. */
static ImapResponse *
parse_frame (ImapCore *core, const ImapFrame *frame)
{
  g_autoptr (GError) error = NULL;
  ImapResponse *response = imap_parser_response (frame, &core->base.limits, NULL, &error);

  if (response == NULL && core->state != IMAP_STATE_GREETING && frame->len > 2 &&
      frame->text[0] == '*' && frame->text[1] == ' ')
    {
      response = imap_response_new (IMAP_RESPONSE_UNKNOWN);
      response->text = g_utf8_make_valid (frame->text + 2, (gssize) frame->len - 2);
    }
  if (response == NULL)
    {
      g_autofree char *copy = g_strndup (frame->text, MIN (frame->len, 200));
      g_autofree char *quoted = NULL;

      base_core_mask (&core->base, copy, strlen (copy));
      quoted = base_error_quote (copy, -1, 80);
      base_core_fail (&core->base,
                      BASE_CORE_ERROR_PROTOCOL,
                      _ ("What came is not IMAP. The server said: %s"),
                      quoted);
    }
  return response;
}

/* What one answer may be made of, in limits.count: so many lists, ten times as many short notes, a
 * hundred times as many messages. A server that never comes to the end of an answer is not silent,
 * so no deadline ends it. */
#define WEIGHT_MAX 100
#define WEIGHT_LIST 100
#define WEIGHT_NOTE 10
#define WEIGHT_MESSAGE 1

static guint
weight_of (const ImapResponse *response)
{
  if (response == NULL)
    return WEIGHT_NOTE;
  switch (response->type)
    {
    case IMAP_RESPONSE_FETCH:
      return WEIGHT_MESSAGE;
    case IMAP_RESPONSE_STATUS:
    case IMAP_RESPONSE_EXISTS:
    case IMAP_RESPONSE_RECENT:
    case IMAP_RESPONSE_EXPUNGE:
    case IMAP_RESPONSE_VANISHED:
      return WEIGHT_NOTE;
    case IMAP_RESPONSE_CONTINUE:
    case IMAP_RESPONSE_CAPABILITY:
    case IMAP_RESPONSE_ENABLED:
    case IMAP_RESPONSE_LIST:
    case IMAP_RESPONSE_NAMESPACE:
    case IMAP_RESPONSE_STATUS_ITEMS:
    case IMAP_RESPONSE_SEARCH:
    case IMAP_RESPONSE_ESEARCH:
    case IMAP_RESPONSE_THREAD:
    case IMAP_RESPONSE_FLAGS:
    case IMAP_RESPONSE_ID:
    case IMAP_RESPONSE_QUOTA:
    case IMAP_RESPONSE_QUOTAROOT:
    case IMAP_RESPONSE_UNKNOWN:
    default:
      return WEIGHT_LIST;
    }
}

/* %FALSE: too much came without an end. @response is %NULL for an empty line. */
static gboolean
count_said (ImapCore *core, const ImapResponse *response)
{
  core->said += weight_of (response);
  if (response != NULL && response->tag != NULL)
    core->said = 0;
  if (core->said <= (guint64) core->base.limits.count * WEIGHT_MAX)
    return TRUE;
  base_core_fail (&core->base,
                  BASE_CORE_ERROR_LIMIT,
                  _ ("The server goes on and on without coming to the end of its answer."));
  return FALSE;
}

static void
take_line (ImapCore *core, const ImapFrame *frame)
{
  g_autoptr (ImapResponse) response = NULL;

  core->in_line = FALSE;
  if (frame->len == 0 && core->state != IMAP_STATE_GREETING)
    {
      count_said (core, NULL);
      return;
    }
  response = parse_frame (core, frame);
  if (response == NULL || !count_said (core, response))
    return;
  mask_response (core, response);
  if (response->type == IMAP_RESPONSE_CONTINUE && core->state != IMAP_STATE_GREETING)
    take_continue (core, response);
  else if (response->tag == NULL)
    take_untagged (core, response);
  else
    {
      imap_core_follow_response (core, response);
      take_done (core, response);
    }
}

static gboolean
fail_injection (ImapCore *core, gsize len)
{
  if (core->starting_tls && len > 0)
    base_core_fail (&core->base,
                    BASE_CORE_ERROR_INJECTION,
                    _ ("The server sent more after it agreed to STARTTLS, before encryption began. "
                       "Somebody may be in between."));
  return base_core_is_over (&core->base);
}

void
imap_client_receive (ImapCore *core, const guint8 *bytes, gsize len)
{
  ImapFramerStep step;
  ImapFramed framed;

  while (!fail_injection (core, len) &&
         (step = imap_framer_step (core->framer, &bytes, &len, &framed)) != IMAP_FRAMER_NEED_DATA)
    {
      if (step == IMAP_FRAMER_TEXT)
        take_text (core, &framed);
      else if (step == IMAP_FRAMER_LINE)
        {
          take_line (core, &framed.frame);
          if (!core->starting_tls && !base_core_is_over (&core->base))
            imap_client_pump (core);
        }
      else
        imap_core_take_step (core, step, &framed);
    }
  update_awaiting (core);
}

void
imap_client_receive_eof (ImapCore *core)
{
  gboolean in_order = core->bye && !imap_framer_is_inside (core->framer);

  /* What is left is no whole line; while signing in it may be a piece of a secret. */
  base_core_add_span (&core->base,
                      core->state < IMAP_STATE_AUTHENTICATED ? BASE_SPAN_SECRET : BASE_SPAN_PLAIN,
                      imap_framer_unread (core->framer),
                      core->in_line ? core->line_exchange : 0,
                      TRUE);
  end_jobs (core);
  imap_core_enter (core, IMAP_STATE_LOGOUT);
  if (in_order)
    base_core_close (&core->base);
  else
    base_core_fail (
        &core->base,
        BASE_CORE_ERROR_CLOSED,
        _ ("The server closed the connection without saying goodbye. Try again later."));
}

void
imap_client_tls_started (ImapCore *core)
{
  imap_client_pump (core);
}

/* Submitting */

static guint64
submit_job (ImapCore *core, ImapJob *job, const BaseCause *cause)
{
  guint64 exchange =
      base_core_begin_exchange (&core->base, cause, imap_command_verb (job->command));

  job->exchange = exchange;
  g_queue_push_tail (&core->waiting, job);
  imap_client_pump (core);
  return exchange;
}

guint64
imap_core_submit (ImapCore *core, ImapCommand *command, const BaseCause *cause)
{
  return submit_job (core, imap_job_new (command), cause);
}

guint64
imap_core_authenticate (ImapCore *core,
                        SaslClient *client,
                        const SaslMechanism *mechanism,
                        const BaseCause *cause)
{
  ImapCommand *command = imap_command_new (IMAP_VERB_AUTHENTICATE);
  ImapJob *job = imap_job_new (command);

  command->name = g_strdup (mechanism->name);
  job->sign_in = sasl_sign_in_new (client, mechanism);
  return submit_job (core, job, cause);
}

void
imap_core_done (ImapCore *core)
{
  ImapJob *idle = idle_job (core);

  if (idle != NULL)
    send_done (core, idle);
  update_awaiting (core);
}

/* The lines inside a command that someone typed: a literal's bytes and what comes behind them. */
static guint64
continue_typed (ImapCore *core, ImapJob *job, GBytes *bytes)
{
  write_raw (core, job, bytes);
  if (!core->typed.inside)
    {
      imap_command_unref (job->command);
      job->command = imap_typed_command (&core->typed, &core->base.limits);
      note_mailbox (core, job->command);
      if (job->command->password != NULL)
        base_core_add_mask (&core->base, job->command->password);
    }
  return job->exchange;
}

/* Answers to a challenge, DONE. */
static guint64
continue_raw (ImapCore *core, ImapJob *job, GBytes *bytes)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  gboolean is_secret = is_sign_in (job->command);

  if (job->command->verb == IMAP_VERB_IDLE && len >= 4 &&
      g_ascii_strncasecmp (text, "DONE", 4) == 0)
    job->done_sent = TRUE;
  base_core_write (
      &core->base, is_secret ? BASE_SPAN_SECRET : BASE_SPAN_PLAIN, job->exchange, text, len, TRUE);
  update_awaiting (core);
  return job->exchange;
}

guint64
imap_client_submit_raw (BaseCore *base, GBytes *bytes, const BaseCause *cause)
{
  ImapCore *core = (ImapCore *) base;
  ImapJob *last = g_queue_peek_tail (&core->flight);
  ImapJob *job;

  if (last != NULL && last->raw != NULL && core->typed.inside)
    return continue_typed (core, last, bytes);
  if (last != NULL && (last->raw != NULL || last->sign_in != NULL || last->idling) &&
      is_alone (last->command))
    return continue_raw (core, last, bytes);
  job = imap_job_new (imap_typed_read (bytes, &core->base.limits));
  job->raw = g_bytes_ref (bytes);
  return submit_job (core, job, cause);
}

gboolean
imap_core_is_inside_typed (const ImapCore *core)
{
  return core->typed.inside && !core->typed.waits;
}

gboolean
imap_client_edit (BaseCore *base, guint64 exchange, GBytes *line)
{
  ImapCore *core = (ImapCore *) base;

  for (GList *l = core->flight.head; l != NULL; l = l->next)
    {
      ImapJob *job = l->data;
      g_autoptr (ImapCommand) other = NULL;

      if (job->exchange != exchange)
        continue;
      other = imap_typed_read (line, &core->base.limits);
      if (is_alone (job->command) || is_alone (other) || job->line != NULL ||
          g_strcmp0 (other->tag, job->command->tag) != 0)
        return FALSE;
      imap_command_unref (job->command);
      job->command = g_steal_pointer (&other);
      return TRUE;
    }
  return FALSE;
}
