/* The submission counter (RFC 6409): whoever has signed in may send to those who live here. */
#include "config.h"

#include "practice-connection.h"

#include <string.h>

#include "practice-delivery.h"
#include "practice-report.h"
#include "smtp-server.h"

/* RFC 5321 §4.5.3.2.7 */
#define SILENCE (5 * 60 * G_USEC_PER_SEC)
#define MAX_LETTER (64 * 1024 * 1024)
#define MAX_RECIPIENTS 100

typedef struct
{
  PracticeConnection base;
  char *host; /* what EHLO said */
  char *from;
  GPtrArray *to; /* const PracticeUser * */
  GByteArray *letter;
  gboolean full;       /* RET=FULL */
  char *envelope_id;   /* ENVID (nullable) */
  GPtrArray *reported; /* PracticeReported: of whom the sender is to hear */
  guint recipients;    /* RCPTs that were accepted */
} PracticeSmtp;

static SmtpCore *
core_of (PracticeConnection *connection)
{
  return (SmtpCore *) connection->core;
}

static BaseCore *
smtp_open (PracticeConnection *connection, const BaseLimits *limits)
{
  PracticeSmtp *smtp = (PracticeSmtp *) connection;
  const SmtpServerOptions options = { .host = "practice.example",
                                      .lookup = practice_user_lookup,
                                      .lookup_data = connection->shared->store,
                                      .token_check = practice_token_check,
                                      .mechanisms = practice_mechanism_names,
                                      .tls_available = !connection->hides_tls,
                                      .plaintext_login = connection->shared->plaintext_login,
                                      .auth_required = TRUE,
                                      .chunking = !connection->shared->only_data,
                                      .size_limit = MAX_LETTER };
  SmtpCore *core = smtp_core_new (BASE_ROLE_SERVER, limits);

  smtp_core_set_server_options (core, &options);
  smtp->to = g_ptr_array_new ();
  smtp->letter = g_byte_array_new ();
  smtp->reported = g_ptr_array_new_with_free_func ((GDestroyNotify) practice_reported_free);
  return BASE_CORE (core);
}

static void
smtp_greet (PracticeConnection *connection)
{
  smtp_core_reply_text (
      core_of (connection), 0, 220, NULL, "practice.example ESMTP Restante practice post office");
}

static void
forget_letter (PracticeSmtp *smtp)
{
  g_clear_pointer (&smtp->from, g_free);
  g_clear_pointer (&smtp->envelope_id, g_free);
  g_ptr_array_set_size (smtp->reported, 0);
  smtp->recipients = 0;
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
  g_ptr_array_unref (smtp->to);
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
  g_autofree char *mechanisms = practice_mechanisms (offers, core, "");
  g_autofree char *auth = g_strconcat ("AUTH ", mechanisms, NULL);
  g_autofree char *size = g_strdup_printf ("SIZE %d", MAX_LETTER);
  g_autofree char *limits = g_strdup_printf ("LIMITS RCPTMAX=%d", MAX_RECIPIENTS);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  g_free (smtp->host);
  smtp->host = g_strdup (event->command->argument);
  forget_letter (smtp);
  g_ptr_array_add (lines, (gpointer) "practice.example");
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

/* NOTIFY=NEVER, or some of SUCCESS, FAILURE, DELAY (RFC 3461 §4.1). */
static gboolean
is_notify (const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, ",", -1);

  if (g_ascii_strcasecmp (value, "NEVER") == 0)
    return TRUE;
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (words[i], "SUCCESS") != 0 &&
          g_ascii_strcasecmp (words[i], "FAILURE") != 0 &&
          g_ascii_strcasecmp (words[i], "DELAY") != 0)
        return FALSE;
    }
  return words[0] != NULL;
}

static gboolean
are_report_words_good (const SmtpCommand *command)
{
  const char *ret = smtp_command_parameter (command, "RET");
  const char *envelope_id = smtp_command_parameter (command, "ENVID");
  const char *notify = smtp_command_parameter (command, "NOTIFY");
  const char *original = smtp_command_parameter (command, "ORCPT");

  return (ret == NULL || g_ascii_strcasecmp (ret, "FULL") == 0 ||
          g_ascii_strcasecmp (ret, "HDRS") == 0) &&
         (envelope_id == NULL || practice_report_is_xtext (envelope_id)) &&
         (notify == NULL || is_notify (notify)) &&
         (original == NULL ||
          (strchr (original, ';') != NULL && practice_report_is_xtext (original)));
}

/* RFC 5321 §4.1.1.11: a parameter that is not known is 555, a wrong value 501. */
static gboolean
check_parameters (SmtpCore *core, const SmtpEvent *event)
{
  static const char *const of_mail[] = { "SIZE", "BODY", "AUTH", "SMTPUTF8", "RET", "ENVID", NULL };
  static const char *const of_rcpt[] = { "NOTIFY", "ORCPT", NULL };
  const SmtpCommand *command = event->command;
  const char *body = smtp_command_parameter (command, "BODY");
  const char *size = smtp_command_parameter (command, "SIZE");

  for (guint i = 0; command->parameters != NULL && command->parameters[i] != NULL; i++)
    {
      gsize len = strcspn (command->parameters[i], "=");
      g_autofree char *name = g_ascii_strup (command->parameters[i], (gssize) len);

      if (!g_strv_contains (command->verb == SMTP_VERB_MAIL ? of_mail : of_rcpt, name))
        {
          smtp_core_reply_text (
              core, event->base.exchange, 555, "5.5.4", "This parameter is not known here");
          return FALSE;
        }
    }
  if (!are_report_words_good (command))
    {
      smtp_core_reply_text (
          core, event->base.exchange, 501, "5.5.4", "That is not how reports are asked for");
      return FALSE;
    }
  if (size != NULL && (size[0] == '\0' || strspn (size, "0123456789") != strlen (size)))
    {
      smtp_core_reply_text (core, event->base.exchange, 501, "5.5.4", "SIZE is a number");
      return FALSE;
    }
  if (body != NULL && g_ascii_strcasecmp (body, "7BIT") != 0 &&
      g_ascii_strcasecmp (body, "8BITMIME") != 0)
    {
      smtp_core_reply_text (core, event->base.exchange, 501, "5.5.4", "BODY is 7BIT or 8BITMIME");
      return FALSE;
    }
  return TRUE;
}

static void
say_mail (PracticeSmtp *smtp, const SmtpEvent *event)
{
  SmtpCore *core = core_of (&smtp->base);
  const char *ret;

  if (!check_parameters (core, event))
    return;
  forget_letter (smtp);
  smtp->from = g_strdup (event->command->argument);
  ret = smtp_command_parameter (event->command, "RET");
  smtp->full = ret != NULL && g_ascii_strcasecmp (ret, "FULL") == 0;
  smtp->envelope_id = g_strdup (smtp_command_parameter (event->command, "ENVID"));
  smtp_core_reply_text (core, event->base.exchange, 250, "2.1.0", "Who is to get it?");
}

static void
say_rcpt (PracticeSmtp *smtp, const SmtpEvent *event)
{
  SmtpCore *core = core_of (&smtp->base);
  const PracticeUser *user;
  const char *path = event->command->argument;
  PracticeVerdict verdict;
  PracticeFate fate;

  if (!check_parameters (core, event))
    return;
  if (smtp->recipients == MAX_RECIPIENTS)
    {
      smtp_core_reply_text (core, event->base.exchange, 452, "4.5.3", "Too many recipients");
      return;
    }
  verdict = practice_delivery_check (path, &user, &fate);
  if (user != NULL && !g_ptr_array_find (smtp->to, user, NULL))
    g_ptr_array_add (smtp->to, (gpointer) user);
  smtp->recipients += verdict.code == 250;
  if (verdict.code == 250 &&
      practice_report_is_wanted (smtp_command_parameter (event->command, "NOTIFY"), fate))
    g_ptr_array_add (smtp->reported,
                     practice_reported_new (user != NULL ? user->address : path,
                                            smtp_command_parameter (event->command, "ORCPT"),
                                            fate));
  smtp_core_reply_text (core, event->base.exchange, verdict.code, verdict.enhanced, verdict.text);
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
      smtp_core_reply_text (core, exchange, 252, "2.5.2", "Send it and see (RFC 5321 §3.5.3)");
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

static void
deliver (PracticeSmtp *smtp, const SmtpEvent *event)
{
  const PracticeEnvelope envelope = { .from = smtp->from,
                                      .to = smtp->to,
                                      .host = smtp->host,
                                      .signed_in = smtp->base.account->user->name,
                                      .encrypted = smtp_core_is_encrypted (core_of (&smtp->base)) };

  const PracticeReport report = { .full = smtp->full,
                                  .envelope_id = smtp->envelope_id,
                                  .recipients = smtp->reported };

  /* A last chunk may end anywhere. */
  if (smtp->letter->len < 2 || smtp->letter->data[smtp->letter->len - 1] != '\n')
    g_byte_array_append (smtp->letter, (const guint8 *) "\r\n", 2);
  if (!event->refused)
    {
      PracticeVerdict verdict = practice_delivery_deliver (
          smtp->base.shared->store, &envelope, smtp->letter->data, smtp->letter->len);

      for (guint i = 0; verdict.code == 250 && i < smtp->to->len; i++)
        practice_correspondent_receive (smtp->base.shared->correspondent,
                                        smtp->to->pdata[i],
                                        smtp->from,
                                        smtp->letter->data,
                                        smtp->letter->len);
      if (verdict.code == 250)
        practice_report_send (
            smtp->base.shared->store, &envelope, &report, smtp->letter->data, smtp->letter->len);
      smtp_core_reply_text (core_of (&smtp->base),
                            event->base.exchange,
                            verdict.code,
                            verdict.enhanced,
                            verdict.text);
    }
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
      deliver (smtp, event);
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

const PracticeProtocol practice_smtp = {
  .name = "smtp",
  .silence = SILENCE,
  .size = sizeof (PracticeSmtp),
  .open = smtp_open,
  .greet = smtp_greet,
  .event = smtp_event,
  .close = smtp_close,
};
