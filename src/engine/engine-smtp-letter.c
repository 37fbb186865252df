/* One letter over an SMTP session: MAIL, RCPT, DATA or BDAT (RFC 5321 §3.3, RFC 3030), and what
 * their answers mean for each of its recipients. */
#include "config.h"

#include "engine-smtp-letter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"

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
note_refusal (EngineSmtpLetter *letter, const SmtpEvent *event, const char *what)
{
  if (letter->said)
    return;
  letter->said = event->reply.lines ? smtp_reply_dup_text (&event->reply) : g_strdup ("");
  letter->why = dup_codes (&event->reply);
  letter->refused_at = what;
  letter->worst = event->base.outcome;
  letter->sent.reply_code = event->reply.code;
}

/* So many, and no more in one transaction: 452, or 552 in the words of servers before (RFC 5321
 * §4.5.3.1.10); X.5.3 where it has a status (RFC 3463 §3.6). Who stands behind those that were
 * taken comes next; whoever is the first hears of something else. */
static gboolean
is_one_too_many (const EngineSmtpLetter *letter, const SmtpReply *reply)
{
  return letter->accepted->len > 0 && (reply->code == 452 || reply->code == 552) &&
         (reply->status_class == 0 || (reply->status_subject == 5 && reply->status_detail == 3));
}

static void
take_rcpt (EngineSmtpLetter *letter, const SmtpEvent *event, const char *address)
{
  g_autofree char *codes = NULL;

  if (event->base.outcome == BASE_OUTCOME_OK)
    {
      g_ptr_array_add (letter->accepted, (gpointer) address);
      return;
    }
  if (is_one_too_many (letter, &event->reply))
    {
      letter->more = TRUE;
      return;
    }
  note_refusal (letter, event, address);
  codes = g_strdelimit (dup_codes (&event->reply), " ", '\t');
  g_ptr_array_add (letter->refused, g_strdup_printf ("%s\t%s", address, codes));
  if (event->base.outcome == BASE_OUTCOME_TEMPORARY && !letter->later)
    letter->later = dup_codes (&event->reply);
}

/* Chunks save every byte of looking for dots where nobody waits between them; one at a time they
 * would cost more than they save. They say the letter as it is, so its lines must be whole already.
 */
static gboolean
uses_chunks (const EngineSmtpLetter *letter)
{
  return letter->needs.whole_lines && smtp_core_keyword (letter->core, "CHUNKING") &&
         smtp_core_keyword (letter->core, "PIPELINING");
}

/* Who was accepted or refused for good in earlier transactions stays so. */
static void
add_earlier (EngineSmtpLetter *letter)
{
  const StoreOutboxEntry *entry = letter->entry;

  for (guint i = 0; entry->accepted[i]; i++)
    g_ptr_array_add (letter->sent.accepted, g_strdup (entry->accepted[i]));
  for (guint i = 0; entry->refused[i]; i++)
    if (engine_smtp_is_final (entry->refused[i]))
      g_ptr_array_add (letter->sent.refused, g_strdup (entry->refused[i]));
}

static void
set_why (EngineSmtpLetter *letter, const char *words)
{
  g_autofree char *codes = g_steal_pointer (&letter->why);

  letter->why = codes ? g_strdup_printf ("%s (%s)", words, codes) : g_strdup (words);
  letter->sent.why = letter->why;
}

/* What was answered before the line was cut counts; 421 is about nobody (RFC 5321 §4.2.2). Whether
 * all are refused for good. */
static gboolean
keep_refusals (EngineSmtpLetter *letter)
{
  gboolean all = !letter->no_sender && !letter->more && letter->refused->len > 0 &&
                 letter->refused->len == letter->targets->len;

  for (guint i = 0; i < letter->refused->len && !letter->no_sender; i++)
    {
      const char *refused = letter->refused->pdata[i];

      all = all && engine_smtp_is_final (refused);
      if (strstr (refused, "\t421") == NULL)
        g_ptr_array_add (letter->sent.refused, g_strdup (refused));
    }
  return all;
}

static void
fail (EngineSmtpLetter *letter, GError **error)
{
  letter->sent.state = STORE_OUTBOX_FAILED;
  set_why (letter, _ ("The server refused it"));
  if (letter->refused_at)
    engine_error_set_said (error,
                           ENGINE_ERROR_REFUSED,
                           letter->said,
                           _ ("%s refused the address %s: correct it and send again"),
                           letter->info->smtp_host,
                           letter->refused_at);
  else
    engine_error_set_said (error,
                           ENGINE_ERROR_REFUSED,
                           letter->said,
                           _ ("%s refused the letter"),
                           letter->info->smtp_host);
}

static void
put_off (EngineSmtpLetter *letter, const char *said, GError **error)
{
  letter->sent.state = STORE_OUTBOX_QUEUED;
  set_why (letter, _ ("The server asks to try again later"));
  engine_error_set_said (error,
                         ENGINE_ERROR_TEMPORARY,
                         said,
                         _ ("%s does not take the letter now: try again later"),
                         letter->info->smtp_host);
}

/* The server took it, for some of them at least. */
static void
judge_taken (EngineSmtpLetter *letter, const SmtpEvent *event)
{
  EngineSent *sent = &letter->sent;
  gboolean later = letter->later != NULL;

  for (guint i = 0; i < letter->accepted->len; i++)
    g_ptr_array_add (sent->accepted, g_strdup (letter->accepted->pdata[i]));
  sent->reply_code = event->reply.code;
  sent->state = later || letter->more ? STORE_OUTBOX_QUEUED : STORE_OUTBOX_SENT;
  sent->at_once = letter->more && !later;
  if (letter->refused->len == 0)
    return;
  if (letter->later)
    {
      g_free (letter->why);
      letter->why = g_steal_pointer (&letter->later);
    }
  set_why (letter,
           later ? _ ("The server asks to try again later with some of the recipients")
                 : _ ("The server refused some of the recipients"));
}

void
engine_smtp_letter_judge (EngineSmtpLetter *letter, const BaseEvent *answer, GError **error)
{
  const SmtpEvent *event = (const SmtpEvent *) answer;
  EngineSent *sent = &letter->sent;

  for (guint i = 0; i < letter->refused->len && !letter->no_sender; i++)
    g_ptr_array_add (sent->refused, g_strdup (letter->refused->pdata[i]));
  if (event->base.outcome == BASE_OUTCOME_OK)
    {
      judge_taken (letter, event);
      return;
    }
  /* Why nobody was accepted, or what the letter itself was answered. */
  if (letter->accepted->len > 0 && !letter->no_sender)
    {
      g_clear_pointer (&letter->said, g_free);
      g_clear_pointer (&letter->why, g_free);
    }
  note_refusal (letter, event, NULL);
  if (letter->worst == BASE_OUTCOME_TEMPORARY ||
      (letter->accepted->len == 0 && !letter->no_sender && letter->later))
    {
      put_off (letter, letter->said, error);
      return;
    }
  fail (letter, error);
}

/* Before the dot nothing was handed over; after it nobody knows. */
void
engine_smtp_letter_judge_cut (EngineSmtpLetter *letter, GError **error)
{
  EngineSent *sent = &letter->sent;
  g_autoptr (GError) cut = g_steal_pointer (error);

  /* A server that has not had every byte cannot have taken it. */
  if (letter->dot && smtp_core_is_letter_out (letter->core))
    {
      sent->state = STORE_OUTBOX_UNKNOWN;
      sent->why = _ ("The line was cut before the server had answered");
      g_set_error (
          error,
          ENGINE_ERROR,
          ENGINE_ERROR_MAYBE_SENT,
          _ ("The letter may have been sent: the line to %s was cut before its answer; ask "
             "the recipients before sending it again"),
          letter->info->smtp_host);
      return;
    }
  if (keep_refusals (letter))
    {
      fail (letter, error);
      return;
    }
  if (letter->closing)
    {
      g_free (letter->why);
      letter->why = g_steal_pointer (&letter->closing);
      put_off (letter, letter->goodbye, error);
      return;
    }
  sent->state = STORE_OUTBOX_QUEUED;
  sent->why = _ ("The line was cut");
  *error = g_steal_pointer (&cut);
}

void
engine_smtp_letter_judge_unfit (EngineSmtpLetter *letter, GError **error)
{
  letter->sent.state = STORE_OUTBOX_FAILED;
  letter->sent.why = letter->unfit->message;
  *error = g_error_copy (letter->unfit);
}

void
engine_smtp_letter_take (EngineSmtpLetter *letter, const BaseEvent *base)
{
  const SmtpEvent *event = (const SmtpEvent *) base;

  if (base->type != SMTP_EVENT_REPLY || base->outcome == BASE_OUTCOME_NONE)
    return;
  if (event->reply.code == 421 && !letter->closing)
    {
      letter->closing = dup_codes (&event->reply);
      letter->goodbye = smtp_reply_dup_text (&event->reply);
    }
  if (base->exchange == letter->mail && base->outcome != BASE_OUTCOME_OK)
    {
      letter->no_sender = TRUE;
      note_refusal (letter, event, letter->entry->sender);
    }
  for (guint i = 0; i < letter->rcpts->len; i++)
    if (base->exchange == g_array_index (letter->rcpts, guint64, i))
      take_rcpt (letter, event, letter->targets->pdata[i]);
}

void
engine_smtp_letter_submit (EngineSmtpLetter *letter, gboolean behind)
{
  const StoreOutboxEntry *entry = letter->entry;
  g_autoptr (SmtpCommand) reset = smtp_command_new (SMTP_VERB_RSET, NULL);
  g_autoptr (SmtpCommand) mail =
      engine_smtp_mail (&letter->server, entry, &letter->needs, base_body_size (letter->body));

  if (behind)
    smtp_core_submit (letter->core, reset, letter->cause);
  letter->mail = smtp_core_submit (letter->core, mail, letter->cause);
  for (guint i = 0; i < letter->targets->len; i++)
    {
      g_autoptr (SmtpCommand) rcpt =
          engine_smtp_rcpt (&letter->server, entry, letter->targets->pdata[i]);
      guint64 exchange = smtp_core_submit (letter->core, rcpt, letter->cause);

      g_array_append_val (letter->rcpts, exchange);
    }
  letter->data =
      smtp_core_submit_letter (letter->core, letter->body, uses_chunks (letter), letter->cause);
  letter->submitted = TRUE;
}

/* Makes of the body what this server takes, or notes why it takes none of it. */
static void
fit (EngineSmtpLetter *letter)
{
  g_autoptr (BaseBody) whole = g_steal_pointer (&letter->body);

  letter->body = engine_smtp_fit (
      whole, &letter->needs, letter->server.offer, letter->server.host, &letter->unfit);
  if (letter->body)
    engine_smtp_check (
        &letter->server, letter->entry, base_body_size (letter->body), &letter->unfit);
}

EngineSmtpLetter *
engine_smtp_letter_new (const StoreAccountInfo *info,
                        StoreReader *reader,
                        SmtpCore *core,
                        const BaseCause *cause,
                        StoreOutboxEntry *entry,
                        GError **error)
{
  g_autoptr (EngineSmtpLetter) letter = g_new0 (EngineSmtpLetter, 1);

  letter->info = info;
  letter->core = core;
  letter->server = engine_smtp_server (info, core);
  letter->entry = entry;
  letter->cause = cause          ? base_cause_ref (cause)
                  : entry->cause ? base_cause_ref (entry->cause)
                                 : base_cause_new (BASE_CAUSE_SEND, NULL);
  letter->rcpts = g_array_new (FALSE, FALSE, sizeof (guint64));
  letter->accepted = g_ptr_array_new ();
  letter->refused = g_ptr_array_new_with_free_func (g_free);
  letter->sent.accepted = g_ptr_array_new_with_free_func (g_free);
  letter->sent.refused = g_ptr_array_new_with_free_func (g_free);
  letter->targets = engine_smtp_targets (&letter->server, entry, &letter->more);
  letter->body = engine_smtp_outgoing (
      reader, entry->message, !smtp_core_keyword (core, "SMTPUTF8"), &letter->needs, error);
  if (!letter->body)
    return NULL;
  add_earlier (letter);
  fit (letter);
  return g_steal_pointer (&letter);
}

void
engine_smtp_letter_free (EngineSmtpLetter *letter)
{
  g_clear_pointer (&letter->body, base_body_unref);
  g_ptr_array_unref (letter->targets);
  g_array_unref (letter->rcpts);
  g_ptr_array_unref (letter->accepted);
  g_ptr_array_unref (letter->refused);
  g_ptr_array_unref (letter->sent.accepted);
  g_ptr_array_unref (letter->sent.refused);
  g_clear_error (&letter->unfit);
  g_free (letter->needs.message_id);
  g_free (letter->said);
  g_free (letter->later);
  g_free (letter->closing);
  g_free (letter->goodbye);
  g_free (letter->why);
  base_cause_unref (letter->cause);
  store_outbox_entry_free (letter->entry);
  g_free (letter);
}
