/* The submission counter (RFC 6409): whoever has signed in may send to those who live in one of the
 * domains. The hosts' own counter (practice-mx.c) speaks by the same words. */
#include "config.h"

#include "practice-smtp.h"

#include <string.h>

#include "practice-correspondent.h"
#include "practice-forger.h"
#include "practice-relay.h"

/* RFC 5321 §4.5.3.2.7 */
#define SILENCE (5 * 60 * G_USEC_PER_SEC)
#define MAX_LETTER (64 * 1024 * 1024)
#define MAX_RECIPIENTS 100
/* Microseconds: how long who has handed over a letter for the other domain waits, with the next
 * command, for what came of the first try. */
#define FIRST_TRY (2 * G_USEC_PER_SEC)

static SmtpCore *
core_of (PracticeConnection *connection)
{
  return (SmtpCore *) connection->core;
}

static const char *
host_of (const PracticeConnection *connection)
{
  return connection->domain != NULL ? connection->domain->mx : "practice.example";
}

static BaseCore *
smtp_open (PracticeConnection *connection, const BaseLimits *limits)
{
  PracticeSmtp *smtp = (PracticeSmtp *) connection;
  const SmtpServerOptions options = { .host = host_of (connection),
                                      .lookup = practice_user_lookup,
                                      .lookup_data = connection->shared->store,
                                      .token_check = practice_token_check,
                                      .mechanisms = practice_mechanism_names,
                                      .tls_available = !connection->hides_tls,
                                      .plaintext_login = connection->shared->plaintext_login,
                                      .auth_required = connection->domain == NULL,
                                      .chunking = !connection->shared->only_data,
                                      .size_limit = MAX_LETTER };
  SmtpCore *core = smtp_core_new (BASE_ROLE_SERVER, limits);

  smtp_core_set_server_options (core, &options);
  smtp->to = g_ptr_array_new ();
  smtp->onward = g_ptr_array_new_with_free_func ((GDestroyNotify) practice_onward_free);
  smtp->letter = g_byte_array_new ();
  smtp->reported = g_ptr_array_new_with_free_func ((GDestroyNotify) practice_reported_free);
  return BASE_CORE (core);
}

static void
smtp_greet (PracticeConnection *connection)
{
  g_autofree char *greeting =
      g_strconcat (host_of (connection), " ESMTP Restante practice post office", NULL);

  smtp_core_reply_text (core_of (connection), 0, 220, NULL, greeting);
}

static void
forget_letter (PracticeSmtp *smtp)
{
  g_clear_pointer (&smtp->from, g_free);
  g_clear_pointer (&smtp->mail, smtp_command_unref);
  g_clear_pointer (&smtp->envelope_id, g_free);
  g_ptr_array_set_size (smtp->reported, 0);
  g_ptr_array_set_size (smtp->onward, 0);
  smtp->recipients = 0;
  smtp->provoked = FALSE;
  g_ptr_array_set_size (smtp->to, 0);
  /* A new array, not a shortened one: that would keep the memory of the largest letter. */
  g_byte_array_unref (smtp->letter);
  smtp->letter = g_byte_array_new ();
}

static void
smtp_close (PracticeConnection *connection)
{
  PracticeSmtp *smtp = (PracticeSmtp *) connection;

  g_free (smtp->host);
  g_free (smtp->from);
  g_clear_pointer (&smtp->mail, smtp_command_unref);
  g_ptr_array_unref (smtp->to);
  g_ptr_array_unref (smtp->onward);
  g_byte_array_unref (smtp->letter);
  g_free (smtp->envelope_id);
  g_ptr_array_unref (smtp->reported);
}

static gboolean
offers (gconstpointer core, const char *name)
{
  return smtp_core_offers_mechanism (core, name);
}

static void
say_ehlo (PracticeSmtp *smtp, const SmtpEvent *event)
{
  SmtpCore *core = core_of (&smtp->base);
  g_autofree char *mechanisms =
      smtp->base.domain == NULL ? practice_mechanisms (offers, core, "") : g_strdup ("");
  g_autofree char *auth = g_strconcat ("AUTH ", mechanisms, NULL);
  g_autofree char *size = g_strdup_printf ("SIZE %d", MAX_LETTER);
  g_autofree char *limits = g_strdup_printf ("LIMITS RCPTMAX=%d", MAX_RECIPIENTS);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  g_free (smtp->host);
  smtp->host = g_strdup (event->command->argument);
  forget_letter (smtp);
  g_ptr_array_add (lines, (gpointer) host_of (&smtp->base));
  if (event->command->verb == SMTP_VERB_EHLO)
    {
      g_ptr_array_add (lines, (gpointer) "PIPELINING");
      g_ptr_array_add (lines, size);
      g_ptr_array_add (lines, (gpointer) "8BITMIME");
      g_ptr_array_add (lines, (gpointer) "SMTPUTF8");
      g_ptr_array_add (lines, (gpointer) "ENHANCEDSTATUSCODES");
      g_ptr_array_add (lines, (gpointer) "DSN");
      if (!smtp->base.shared->only_data)
        g_ptr_array_add (lines, (gpointer) "CHUNKING");
      g_ptr_array_add (lines, limits);
      if (!smtp_core_is_encrypted (core) && !smtp->base.hides_tls)
        g_ptr_array_add (lines, (gpointer) "STARTTLS");
      if (mechanisms[0] != '\0')
        g_ptr_array_add (lines, auth);
    }
  g_ptr_array_add (lines, NULL);
  smtp_core_reply (core, event->base.exchange, 250, NULL, (const char *const *) lines->pdata);
}

/* Names that are not ASCII go where all on the way take them (RFC 6531 §3.4, §3.5). %FALSE: refused
 * already. */
static gboolean
may_be_named (PracticeSmtp *smtp, const SmtpEvent *event, const SmtpCommand *mail)
{
  if (g_str_is_ascii (event->command->argument) ||
      smtp_command_parameter (mail, "SMTPUTF8") != NULL)
    return TRUE;
  smtp_core_reply_text (core_of (&smtp->base),
                        event->base.exchange,
                        553,
                        "5.6.7",
                        "An address that is not ASCII wants SMTPUTF8 with MAIL");
  return FALSE;
}

static void
say_mail (PracticeSmtp *smtp, const SmtpEvent *event)
{
  SmtpCore *core = core_of (&smtp->base);
  const char *ret;

  if (!practice_smtp_check_parameters (core, event) || !may_be_named (smtp, event, event->command))
    return;
  forget_letter (smtp);
  smtp->from = g_strdup (event->command->argument);
  smtp->mail = smtp_command_ref (event->command);
  ret = smtp_command_parameter (event->command, "RET");
  smtp->full = ret != NULL && g_ascii_strcasecmp (ret, "FULL") == 0;
  smtp->envelope_id = g_strdup (smtp_command_parameter (event->command, "ENVID"));
  smtp_core_reply_text (core, event->base.exchange, 250, "2.1.0", "Who is to get it?");
}

gboolean
practice_smtp_is_full (const PracticeSmtp *smtp, const PracticeUser *user)
{
  PracticeFaults *faults = smtp->base.shared->faults;

  return practice_faults_happen (faults, PRACTICE_FAULT_MAILBOX_FULL, user->name, NULL) ||
         practice_faults_happen (faults, PRACTICE_FAULT_MAILBOX_FULL, user->address, NULL);
}

/* Who waits in the queue is looked after by the next host; who lives here by this one. */
static gboolean
is_far (const PracticeSmtp *smtp, const PracticeAddressee *addressee)
{
  return smtp->base.domain == NULL &&
         addressee->domain != practice_user_domain (smtp->base.account->user);
}

static gboolean
is_stranger (PracticeSmtp *smtp, const char *path)
{
  return practice_faults_happen (
             smtp->base.shared->faults, PRACTICE_FAULT_GREYLIST, smtp->base.protocol->name, NULL) &&
         !practice_greylist_knows (
             smtp->base.shared->greylist, smtp->base.visit, smtp->base.peer, smtp->from, path);
}

static void
judge_rcpt (PracticeSmtp *smtp, const char *path, PracticeAddressee *addressee)
{
  if (smtp->base.domain != NULL)
    practice_mx_check (smtp, path, addressee);
  else
    practice_delivery_check (path, addressee);
  if (addressee->verdict.code == 250 && addressee->user != NULL && !is_far (smtp, addressee) &&
      practice_smtp_is_full (smtp, addressee->user))
    addressee->verdict = (PracticeVerdict){ 552, "5.2.2", "The mailbox is full" };
  if (addressee->verdict.code == 250 && is_stranger (smtp, path))
    addressee->verdict =
        (PracticeVerdict){ 451, "4.7.1", "Greylisted: I do not know you yet; try again later" };
}

static void
accept_rcpt (PracticeSmtp *smtp, SmtpCommand *command, PracticeAddressee *addressee)
{
  const PracticeUser *user = addressee->user;

  smtp->recipients++;
  if (is_far (smtp, addressee))
    {
      addressee->verdict.text = "Will be passed on";
      if (smtp->onward->len == 0)
        g_ptr_array_add (smtp->onward,
                         practice_onward_new (practice_user_domain (smtp->base.account->user),
                                              addressee->domain,
                                              smtp->mail));
      g_ptr_array_add (((PracticeOnward *) smtp->onward->pdata[0])->rcpts,
                       smtp_command_ref (command));
      return;
    }
  smtp->provoked = smtp->provoked || addressee->provokes;
  if (user != NULL && !g_ptr_array_find (smtp->to, user, NULL))
    g_ptr_array_add (smtp->to, (gpointer) user);
  if (practice_report_is_wanted (smtp_command_parameter (command, "NOTIFY"), addressee->fate))
    g_ptr_array_add (smtp->reported,
                     practice_reported_new (user != NULL ? user->address : command->argument,
                                            smtp_command_parameter (command, "ORCPT"),
                                            addressee->fate,
                                            addressee->status));
}

static void
say_rcpt (PracticeSmtp *smtp, const SmtpEvent *event)
{
  SmtpCore *core = core_of (&smtp->base);
  PracticeAddressee addressee;

  if (!practice_smtp_check_parameters (core, event) || !may_be_named (smtp, event, smtp->mail))
    return;
  if (smtp->recipients == MAX_RECIPIENTS)
    {
      smtp_core_reply_text (core, event->base.exchange, 452, "4.5.3", "Too many recipients");
      return;
    }
  judge_rcpt (smtp, event->command->argument, &addressee);
  if (addressee.verdict.code == 250)
    accept_rcpt (smtp, event->command, &addressee);
  smtp_core_reply_text (core,
                        event->base.exchange,
                        addressee.verdict.code,
                        addressee.verdict.enhanced,
                        addressee.verdict.text);
}

static void
say_command (PracticeSmtp *smtp, const SmtpEvent *event)
{
  SmtpCore *core = core_of (&smtp->base);
  guint64 exchange = event->base.exchange;
  static const char *const help[] = {
    "EHLO MAIL RCPT DATA BDAT RSET NOOP QUIT STARTTLS AUTH VRFY HELP", NULL
  };

  switch (event->command->verb)
    {
    case SMTP_VERB_EHLO:
    case SMTP_VERB_HELO:
      say_ehlo (smtp, event);
      break;
    case SMTP_VERB_MAIL:
      say_mail (smtp, event);
      break;
    case SMTP_VERB_RCPT:
      say_rcpt (smtp, event);
      break;
    case SMTP_VERB_DATA:
      smtp_core_reply_text (core, exchange, 354, NULL, "Go on; a lone dot ends the letter");
      break;
    case SMTP_VERB_RSET:
      forget_letter (smtp);
      smtp_core_reply_text (core, exchange, 250, "2.0.0", "Forgotten");
      break;
    case SMTP_VERB_NOOP:
      smtp_core_reply_text (core, exchange, 250, "2.0.0", "Still here");
      break;
    case SMTP_VERB_VRFY:
      smtp_core_reply_text (core, exchange, 252, "2.5.2", "Send it and see (RFC 5321, 3.5.3)");
      break;
    case SMTP_VERB_HELP:
      smtp_core_reply (core, exchange, 214, "2.0.0", help);
      break;
    case SMTP_VERB_QUIT:
      smtp_core_reply_text (core, exchange, 221, "2.0.0", "Goodbye");
      break;
    case SMTP_VERB_STARTTLS:
      smtp_core_accept_tls (core, exchange);
      break;
    case SMTP_VERB_EXPN:
    case SMTP_VERB_AUTH:
    case SMTP_VERB_BDAT:
    case SMTP_VERB_BURL:
    case SMTP_VERB_ETRN:
    case SMTP_VERB_ATRN:
    case SMTP_VERB_SEND:
    case SMTP_VERB_SOML:
    case SMTP_VERB_SAML:
    case SMTP_VERB_TURN:
    case SMTP_VERB_UNKNOWN:
    default:
      smtp_core_reply_text (core, exchange, 502, "5.5.1", "This command is not offered here");
    }
}

static void
sign_in (PracticeSmtp *smtp, const SmtpEvent *event)
{
  PracticeStore *store = smtp->base.shared->store;

  practice_store_lock (store);
  smtp->base.account = practice_store_account (store, practice_user_find (event->user));
  practice_store_unlock (store);
  smtp_core_reply_text (
      core_of (&smtp->base), event->base.exchange, 235, "2.7.0", "You may send now");
}

/* Into the mailboxes here, and into the queue for the other domain. */
static PracticeVerdict
deliver_submitted (PracticeSmtp *smtp)
{
  const PracticeShared *shared = smtp->base.shared;
  const PracticeDomain *domain = practice_user_domain (smtp->base.account->user);
  const PracticeEnvelope envelope = { .from = smtp->from,
                                      .to = smtp->to,
                                      .onward = smtp->onward,
                                      .host = smtp->host,
                                      .peer = smtp->base.peer,
                                      .by = domain->name,
                                      .signed_in = TRUE,
                                      .encrypted = smtp_core_is_encrypted (core_of (&smtp->base)) };

  return practice_delivery_deliver (
      shared->store, &envelope, smtp->letter->data, smtp->letter->len);
}

static void
deliver (PracticeSmtp *smtp, const SmtpEvent *event)
{
  const PracticeShared *shared = smtp->base.shared;
  const PracticeDomain *domain = smtp->base.domain != NULL
                                     ? smtp->base.domain
                                     : practice_user_domain (smtp->base.account->user);
  const PracticeReport report = { .full = smtp->full,
                                  .envelope_id = smtp->envelope_id,
                                  .recipients = smtp->reported };
  PracticeVerdict verdict =
      smtp->base.domain != NULL ? practice_mx_deliver (smtp) : deliver_submitted (smtp);

  for (guint i = 0; verdict.code == 250 && i < smtp->to->len; i++)
    practice_correspondent_receive (shared->correspondent,
                                    smtp->to->pdata[i],
                                    smtp->from,
                                    smtp->letter->data,
                                    smtp->letter->len);
  if (verdict.code == 250)
    practice_report_send (
        shared, domain, smtp->from, &report, smtp->letter->data, smtp->letter->len);
  if (verdict.code == 250 && smtp->provoked && practice_user_find (smtp->from) != NULL)
    practice_forger_write (shared, practice_user_find (smtp->from));
  smtp_core_reply_text (
      core_of (&smtp->base), event->base.exchange, verdict.code, verdict.enhanced, verdict.text);
  /* The answer comes first: what the next host will say, nobody knows yet. */
  smtp->passed_on = verdict.code == 250 && smtp->onward->len > 0;
  practice_relay_wake (shared->relay);
}

/* The letter has come. A last chunk may end anywhere. */
static void
take_letter (PracticeSmtp *smtp, const SmtpEvent *event)
{
  if (smtp->letter->len < 2 || smtp->letter->data[smtp->letter->len - 1] != '\n')
    g_byte_array_append (smtp->letter, (const guint8 *) "\r\n", 2);
  if (!event->refused)
    deliver (smtp, event);
  forget_letter (smtp);
}

static void
smtp_event (PracticeConnection *connection, const BaseEvent *base)
{
  PracticeSmtp *smtp = (PracticeSmtp *) connection;
  const SmtpEvent *event = (const SmtpEvent *) base;

  switch ((SmtpEventType) base->type)
    {
    case SMTP_EVENT_COMMAND:
      if (smtp->passed_on)
        practice_relay_settle (connection->shared->relay, FIRST_TRY);
      smtp->passed_on = FALSE;
      say_command (smtp, event);
      break;
    case SMTP_EVENT_SIGN_IN:
      sign_in (smtp, event);
      break;
    case SMTP_EVENT_BODY_DATA:
      g_byte_array_append (smtp->letter,
                           g_bytes_get_data (event->data, NULL),
                           (guint) g_bytes_get_size (event->data));
      break;
    case SMTP_EVENT_BODY_END:
      take_letter (smtp, event);
      break;
    case SMTP_EVENT_START_TLS:
      forget_letter (smtp);
      connection->start_tls = TRUE;
      break;
    case SMTP_EVENT_GREETING:
    case SMTP_EVENT_REPLY:
    case SMTP_EVENT_BEFORE_DOT:
    default:
      g_assert_not_reached ();
    }
}

/* One protocol at two kinds of counters; by the name faults, and those who watch, tell them apart.
 */
#define COUNTER(word)                                                                   \
  {                                                                                     \
    .name = word, .silence = SILENCE, .size = sizeof (PracticeSmtp), .open = smtp_open, \
    .greet = smtp_greet, .event = smtp_event, .close = smtp_close,                      \
  }
const PracticeProtocol practice_smtp = COUNTER ("smtp");
const PracticeProtocol practice_mx = COUNTER ("mx");
