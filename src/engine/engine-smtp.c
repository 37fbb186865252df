/* MAIL, RCPT, DATA or BDAT (RFC 5321 §3.3, RFC 3030). Responsibility passes with the 250 after the
 * dot or the last chunk, so what is on the disk then is what counts: `sending` is synchronised
 * before, and an answer that never came stays unknown. */
#include "config.h"

#include "engine-smtp.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-outbox.h"
#include "engine-wait.h"
#include "smtp-core.h"

typedef struct
{
  const StoreAccountInfo *info;
  StoreMailbase *mailbase;
  StoreReader *reader;
  NetSession *session;
  SmtpCore *core;
  const StoreOutboxEntry *entry;
  const BaseCause *cause;
  EngineSmtpNeeds needs;

  guint64 mail, data;
  GArray *rcpts; /* guint64, one a recipient */
  EngineSent sent;
  gboolean dot;           /* it may be out */
  BaseOutcome worst;      /* of MAIL, and of the recipients while none was accepted */
  char *said;             /* the server's words to the first refusal */
  const char *refused_at; /* what was refused, for the error */
} Sending;

static void
note_refusal (Sending *sending, const SmtpEvent *event, const char *what)
{
  if (sending->said)
    return;
  sending->said = event->reply.lines ? smtp_reply_dup_text (&event->reply) : g_strdup ("");
  sending->refused_at = what;
  sending->worst = event->base.outcome;
  sending->sent.reply_code = event->reply.code;
}

static void
take_rcpt (Sending *sending, const SmtpEvent *event, guint index)
{
  const char *address = sending->entry->recipients[index];

  if (event->base.outcome == BASE_OUTCOME_OK)
    {
      g_ptr_array_add (sending->sent.accepted, g_strdup (address));
      return;
    }
  note_refusal (sending, event, address);
  g_ptr_array_add (sending->sent.refused, g_strdup_printf ("%s\t%u", address, event->reply.code));
}

static gboolean
take_event (BaseEvent *base, gpointer data, GError **error)
{
  Sending *sending = data;
  const SmtpEvent *event = (SmtpEvent *) base;

  if (base->type == SMTP_EVENT_BEFORE_DOT)
    {
      if (!engine_outbox_sending (sending->mailbase, sending->entry->id, error))
        return FALSE;
      sending->dot = TRUE;
      smtp_core_finish_data (sending->core);
      return TRUE;
    }
  if (base->type != SMTP_EVENT_REPLY || base->outcome == BASE_OUTCOME_NONE)
    return TRUE;
  if (base->exchange == sending->mail && base->outcome != BASE_OUTCOME_OK)
    note_refusal (sending, event, sending->entry->sender);
  for (guint i = 0; i < sending->rcpts->len; i++)
    if (base->exchange == g_array_index (sending->rcpts, guint64, i))
      take_rcpt (sending, event, i);
  return TRUE;
}

static gboolean
is_ascii_list (const StoreOutboxEntry *entry)
{
  gboolean ascii = g_str_is_ascii (entry->sender);

  for (guint i = 0; entry->recipients[i]; i++)
    ascii = ascii && g_str_is_ascii (entry->recipients[i]);
  return ascii;
}

static gboolean
check_limits (Sending *sending, BaseBody *body, GError **error)
{
  const char *size = smtp_core_keyword (sending->core, "SIZE");
  guint64 limit = size ? g_ascii_strtoull (size, NULL, 10) : 0;

  if (limit > 0 && base_body_size (body) > limit)
    {
      g_autofree char *most = g_format_size (limit);

      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_REFUSED,
                   _ ("The letter is larger than the %s that %s takes: send less at a time"),
                   most,
                   sending->info->smtp_host);
      return FALSE;
    }
  if (!is_ascii_list (sending->entry) && !smtp_core_keyword (sending->core, "SMTPUTF8"))
    {
      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_REFUSED,
                   _ ("%s takes no addresses with letters beyond ASCII: use another address"),
                   sending->info->smtp_host);
      return FALSE;
    }
  return TRUE;
}

/* Chunks save a round trip, and every byte of looking for dots, where nobody waits between them;
 * one at a time they would cost more than they save. They say the letter as it is, so its lines
 * must be whole already. */
static gboolean
uses_chunks (const Sending *sending)
{
  return sending->needs.whole_lines && smtp_core_keyword (sending->core, "CHUNKING") &&
         smtp_core_keyword (sending->core, "PIPELINING");
}

/* What was refused may still be open there: the next letter must not be taken for its rest. */
static void
clear_transaction (Sending *sending)
{
  g_autoptr (SmtpCommand) reset = smtp_command_new (SMTP_VERB_RSET, NULL);

  if (!net_session_is_over (sending->session))
    smtp_core_submit (sending->core, reset, sending->cause);
}

static void
submit_envelope (Sending *sending, BaseBody *body)
{
  const StoreOutboxEntry *entry = sending->entry;
  g_autoptr (SmtpCommand) mail = smtp_command_new (SMTP_VERB_MAIL, entry->sender);
  g_autoptr (GStrvBuilder) parameters = g_strv_builder_new ();

  if (smtp_core_keyword (sending->core, "SIZE"))
    {
      g_autofree char *size = g_strdup_printf ("SIZE=%" G_GUINT64_FORMAT, base_body_size (body));

      g_strv_builder_add (parameters, size);
    }
  if (sending->needs.eight_bit && smtp_core_keyword (sending->core, "8BITMIME"))
    g_strv_builder_add (parameters, "BODY=8BITMIME");
  if (!is_ascii_list (entry) ||
      (sending->needs.eight_bit_head && smtp_core_keyword (sending->core, "SMTPUTF8")))
    g_strv_builder_add (parameters, "SMTPUTF8");
  mail->parameters = g_strv_builder_end (parameters);
  sending->mail = smtp_core_submit (sending->core, mail, sending->cause);
  for (guint i = 0; entry->recipients[i]; i++)
    {
      g_autoptr (SmtpCommand) rcpt = smtp_command_new (SMTP_VERB_RCPT, entry->recipients[i]);
      guint64 exchange = smtp_core_submit (sending->core, rcpt, sending->cause);

      g_array_append_val (sending->rcpts, exchange);
    }
  sending->data =
      smtp_core_submit_letter (sending->core, body, uses_chunks (sending), sending->cause);
}

/* The dialogue ended in an answer: what does it mean? */
static void
judge (Sending *sending, const SmtpEvent *event, GError **error)
{
  EngineSent *sent = &sending->sent;

  if (event->base.outcome == BASE_OUTCOME_OK)
    {
      sent->state = STORE_OUTBOX_SENT;
      sent->reply_code = event->reply.code;
      return;
    }
  note_refusal (sending, event, NULL);
  if (sending->worst == BASE_OUTCOME_TEMPORARY)
    {
      sent->state = STORE_OUTBOX_QUEUED;
      sent->why = _ ("The server asks to try again later");
      engine_error_set_said (error,
                             ENGINE_ERROR_TEMPORARY,
                             sending->said,
                             _ ("%s does not take the letter now: try again later"),
                             sending->info->smtp_host);
      return;
    }
  sent->state = STORE_OUTBOX_FAILED;
  sent->why = _ ("The server refused it");
  if (sending->refused_at)
    engine_error_set_said (error,
                           ENGINE_ERROR_REFUSED,
                           sending->said,
                           _ ("%s refused the address %s: correct it and send again"),
                           sending->info->smtp_host,
                           sending->refused_at);
  else
    engine_error_set_said (error,
                           ENGINE_ERROR_REFUSED,
                           sending->said,
                           _ ("%s refused the letter"),
                           sending->info->smtp_host);
}

/* The dialogue broke off. Before the dot nothing was handed over; after it nobody knows. */
static void
judge_cut (Sending *sending, GError **error)
{
  EngineSent *sent = &sending->sent;
  g_autoptr (GError) cut = error ? g_steal_pointer (error) : NULL;

  /* A server that has not had every byte cannot have taken it. */
  if (sending->dot && smtp_core_is_letter_out (sending->core))
    {
      sent->state = STORE_OUTBOX_UNKNOWN;
      sent->why = _ ("The line was cut before the server had answered");
      g_set_error (
          error,
          ENGINE_ERROR,
          ENGINE_ERROR_MAYBE_SENT,
          _ ("The letter may have been sent: the line to %s was cut before its answer; ask "
             "the recipients before sending it again"),
          sending->info->smtp_host);
      return;
    }
  sent->state = STORE_OUTBOX_QUEUED;
  sent->why = _ ("The line was cut");
  if (error)
    *error = g_steal_pointer (&cut);
}

static gboolean
run (Sending *sending, BaseBody *body, GError **error)
{
  g_autoptr (BaseEvent) event = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GError) unnoted = NULL;

  if (!check_limits (sending, body, &local))
    {
      sending->sent.state = STORE_OUTBOX_FAILED;
      sending->sent.why = _ ("The server cannot take it");
    }
  else
    {
      submit_envelope (sending, body);
      event = engine_wait (sending->session, sending->data, take_event, sending, &local);
      if (event)
        judge (sending, (SmtpEvent *) event, &local);
      else
        judge_cut (sending, &local);
    }
  if (!engine_outbox_finish (sending->mailbase,
                             sending->reader,
                             sending->info,
                             sending->entry,
                             &sending->sent,
                             local ? NULL : &unnoted) &&
      !local)
    /* The next run finds it `sending`, and will say that it may have been sent. */
    g_set_error (
        &local,
        ENGINE_ERROR,
        ENGINE_ERROR_MAYBE_SENT,
        _ ("%s took the letter, but that could not be noted here: do not send it again (%s)"),
        sending->info->smtp_host,
        unnoted->message);
  if (!local)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
engine_smtp_send (const StoreAccountInfo *info,
                  StoreMailbase *mailbase,
                  StoreReader *reader,
                  NetSession *session,
                  const StoreOutboxEntry *entry,
                  const BaseCause *cause,
                  GError **error)
{
  EngineSmtpNeeds needs;
  g_autoptr (BaseBody) body = engine_smtp_outgoing (reader, entry->message, &needs, error);
  Sending sending = {
    .info = info,
    .mailbase = mailbase,
    .reader = reader,
    .session = session,
    .core = (SmtpCore *) net_session_core (session),
    .entry = entry,
    .cause = cause,
  };
  gboolean good;

  if (!body)
    return FALSE;
  sending.needs = needs;
  sending.rcpts = g_array_new (FALSE, FALSE, sizeof (guint64));
  sending.sent.accepted = g_ptr_array_new_with_free_func (g_free);
  sending.sent.refused = g_ptr_array_new_with_free_func (g_free);
  good = run (&sending, body, error);
  if (!good)
    clear_transaction (&sending);
  g_array_unref (sending.rcpts);
  g_ptr_array_unref (sending.sent.accepted);
  g_ptr_array_unref (sending.sent.refused);
  g_free (sending.said);
  return good;
}
