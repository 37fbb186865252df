/* MAIL, RCPT, DATA or BDAT (RFC 5321 §3.3, RFC 3030). Responsibility passes with the 250 after the
 * dot or the last chunk, so what is on the disk then is what counts: `sending` is synchronised
 * before, and an answer that never came stays unknown. */
#include "config.h"

#include "engine-smtp.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-outbox.h"
#include "engine-smtp-envelope.h"
#include "engine-wait.h"
#include "smtp-core.h"

typedef struct
{
  const StoreAccountInfo *info;
  StoreMailbase *mailbase;
  StoreReader *reader;
  NetSession *session;
  SmtpCore *core;
  EngineSmtpServer server;
  const StoreOutboxEntry *entry;
  const BaseCause *cause;
  EngineSmtpNeeds needs;

  GPtrArray *targets; /* whom this transaction is for: char *, of @entry */
  gboolean more;      /* others are left for the next one */
  guint64 mail, data;
  GArray *rcpts;       /* guint64, one a target */
  GPtrArray *accepted; /* of @targets */
  GPtrArray *refused;  /* lines of StoreOutboxEntry.refused */
  gboolean later;      /* one of those may be tried again */
  gboolean no_sender;  /* MAIL was refused: whom RCPT accepted means nothing */
  EngineSent sent;
  gboolean dot;           /* it may be out */
  BaseOutcome worst;      /* of MAIL, and of the recipients while none was accepted */
  char *said;             /* the server's words to the first refusal */
  char *why;              /* of @sent */
  const char *refused_at; /* what was refused, for the error */
} Sending;

/* "451 4.7.1": what a reply is known by, for people who look it up. */
static char *
dup_codes (const SmtpReply *reply)
{
  return reply->status_class != 0 ? g_strdup_printf ("%u %u.%u.%u",
                                                     reply->code,
                                                     reply->status_class,
                                                     reply->status_subject,
                                                     reply->status_detail)
                                  : g_strdup_printf ("%u", reply->code);
}

static void
note_refusal (Sending *sending, const SmtpEvent *event, const char *what)
{
  if (sending->said)
    return;
  sending->said = event->reply.lines ? smtp_reply_dup_text (&event->reply) : g_strdup ("");
  sending->why = dup_codes (&event->reply);
  sending->refused_at = what;
  sending->worst = event->base.outcome;
  sending->sent.reply_code = event->reply.code;
}

static void
take_rcpt (Sending *sending, const SmtpEvent *event, const char *address)
{
  g_autofree char *codes = NULL;

  if (event->base.outcome == BASE_OUTCOME_OK)
    {
      g_ptr_array_add (sending->accepted, (gpointer) address);
      return;
    }
  note_refusal (sending, event, address);
  codes = g_strdelimit (dup_codes (&event->reply), " ", '\t');
  g_ptr_array_add (sending->refused, g_strdup_printf ("%s\t%s", address, codes));
  sending->later = sending->later || event->base.outcome == BASE_OUTCOME_TEMPORARY;
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
    {
      sending->no_sender = TRUE;
      note_refusal (sending, event, sending->entry->sender);
    }
  for (guint i = 0; i < sending->rcpts->len; i++)
    if (base->exchange == g_array_index (sending->rcpts, guint64, i))
      take_rcpt (sending, event, sending->targets->pdata[i]);
  return TRUE;
}

/* Chunks save every byte of looking for dots where nobody waits between them; one at a time they
 * would cost more than they save. They say the letter as it is, so its lines must be whole already.
 */
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
  g_autoptr (SmtpCommand) mail =
      engine_smtp_mail (&sending->server, sending->entry, &sending->needs, base_body_size (body));

  sending->mail = smtp_core_submit (sending->core, mail, sending->cause);
  for (guint i = 0; i < sending->targets->len; i++)
    {
      g_autoptr (SmtpCommand) rcpt =
          engine_smtp_rcpt (&sending->server, sending->entry, sending->targets->pdata[i]);
      guint64 exchange = smtp_core_submit (sending->core, rcpt, sending->cause);

      g_array_append_val (sending->rcpts, exchange);
    }
  sending->data =
      smtp_core_submit_letter (sending->core, body, uses_chunks (sending), sending->cause);
}

/* Who was accepted or refused for good in earlier transactions stays so. */
static void
add_earlier (Sending *sending)
{
  const StoreOutboxEntry *entry = sending->entry;

  for (guint i = 0; entry->accepted[i]; i++)
    g_ptr_array_add (sending->sent.accepted, g_strdup (entry->accepted[i]));
  for (guint i = 0; entry->refused[i]; i++)
    if (engine_smtp_is_final (entry->refused[i]))
      g_ptr_array_add (sending->sent.refused, g_strdup (entry->refused[i]));
}

static void
set_why (Sending *sending, const char *words)
{
  g_autofree char *codes = g_steal_pointer (&sending->why);

  sending->why = codes ? g_strdup_printf ("%s (%s)", words, codes) : g_strdup (words);
  sending->sent.why = sending->why;
}

/* The server took it, for some of them at least. */
static void
judge_taken (Sending *sending, const SmtpEvent *event)
{
  EngineSent *sent = &sending->sent;

  for (guint i = 0; i < sending->accepted->len; i++)
    g_ptr_array_add (sent->accepted, g_strdup (sending->accepted->pdata[i]));
  sent->reply_code = event->reply.code;
  sent->state = sending->later || sending->more ? STORE_OUTBOX_QUEUED : STORE_OUTBOX_SENT;
  sent->at_once = sending->more && !sending->later;
  if (sending->refused->len == 0)
    return;
  set_why (sending,
           sending->later ? _ ("The server asks to try again later with some of the recipients")
                          : _ ("The server refused some of the recipients"));
}

/* The dialogue ended in an answer: what does it mean? */
static void
judge (Sending *sending, const SmtpEvent *event, GError **error)
{
  EngineSent *sent = &sending->sent;

  for (guint i = 0; i < sending->refused->len && !sending->no_sender; i++)
    g_ptr_array_add (sent->refused, g_strdup (sending->refused->pdata[i]));
  if (event->base.outcome == BASE_OUTCOME_OK)
    {
      judge_taken (sending, event);
      return;
    }
  /* Why nobody was accepted, or what the letter itself was answered. */
  if (sending->accepted->len > 0 && !sending->no_sender)
    {
      g_clear_pointer (&sending->said, g_free);
      g_clear_pointer (&sending->why, g_free);
    }
  note_refusal (sending, event, NULL);
  if (sending->worst == BASE_OUTCOME_TEMPORARY ||
      (sending->accepted->len == 0 && !sending->no_sender && sending->later))
    {
      sent->state = STORE_OUTBOX_QUEUED;
      set_why (sending, _ ("The server asks to try again later"));
      engine_error_set_said (error,
                             ENGINE_ERROR_TEMPORARY,
                             sending->said,
                             _ ("%s does not take the letter now: try again later"),
                             sending->info->smtp_host);
      return;
    }
  sent->state = STORE_OUTBOX_FAILED;
  set_why (sending, _ ("The server refused it"));
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
  g_autoptr (BaseBody) fit = NULL;

  add_earlier (sending);
  fit =
      engine_smtp_fit (body, &sending->needs, sending->server.offer, sending->server.host, &local);
  if (!fit || !engine_smtp_check (&sending->server, sending->entry, base_body_size (fit), &local))
    {
      sending->sent.state = STORE_OUTBOX_FAILED;
      sending->sent.why = local->message;
    }
  else
    {
      submit_envelope (sending, fit);
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
  SmtpCore *core = (SmtpCore *) net_session_core (session);
  Sending sending = {
    .info = info,
    .mailbase = mailbase,
    .reader = reader,
    .session = session,
    .core = core,
    .server = engine_smtp_server (info, core),
    .entry = entry,
    .cause = cause,
  };
  g_autoptr (BaseBody) body = engine_smtp_outgoing (
      reader, entry->message, !smtp_core_keyword (core, "SMTPUTF8"), &sending.needs, error);
  gboolean good;

  if (!body)
    return FALSE;
  sending.targets = engine_smtp_targets (&sending.server, entry, &sending.more);
  sending.rcpts = g_array_new (FALSE, FALSE, sizeof (guint64));
  sending.accepted = g_ptr_array_new ();
  sending.refused = g_ptr_array_new_with_free_func (g_free);
  sending.sent.accepted = g_ptr_array_new_with_free_func (g_free);
  sending.sent.refused = g_ptr_array_new_with_free_func (g_free);
  good = run (&sending, body, error);
  if (!good)
    clear_transaction (&sending);
  g_ptr_array_unref (sending.targets);
  g_array_unref (sending.rcpts);
  g_ptr_array_unref (sending.accepted);
  g_ptr_array_unref (sending.refused);
  g_ptr_array_unref (sending.sent.accepted);
  g_ptr_array_unref (sending.sent.refused);
  g_free (sending.needs.message_id);
  g_free (sending.said);
  g_free (sending.why);
  return good;
}
