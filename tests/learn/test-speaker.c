/* Commands are submitted as bytes, as people type them, but where a body or a secret is involved.
 */
#include "test-speaker.h"

#include <string.h>

#include "imap-core.h"
#include "pop3-core.h"
#include "smtp-core.h"

struct _TestSpeaker
{
  NetSession *session;
  BaseCore *core;
  char protocol; /* its first letter */
  guint tag;
};

static gboolean
is_start_tls (const TestSpeaker *speaker, const BaseEvent *event)
{
  return event->type == (speaker->protocol == 'i'   ? (int) IMAP_EVENT_START_TLS
                         : speaker->protocol == 'p' ? (int) POP3_EVENT_START_TLS
                                                    : (int) SMTP_EVENT_START_TLS);
}

static gboolean
is_greeting (const TestSpeaker *speaker, const BaseEvent *event)
{
  return event->type == (speaker->protocol == 'i'   ? (int) IMAP_EVENT_GREETING
                         : speaker->protocol == 'p' ? (int) POP3_EVENT_GREETING
                                                    : (int) SMTP_EVENT_GREETING);
}

/* Steps up to the end of @exchange; 0: up to the greeting, or an invitation to wait. */
static BaseOutcome
wait_for (TestSpeaker *speaker, guint64 exchange)
{
  for (;;)
    {
      g_autoptr (BaseEvent) event = NULL;
      g_autoptr (GError) error = NULL;
      NetStep step = net_session_step (speaker->session, FALSE, G_MAXINT64, &event, &error);

      g_assert_no_error (error);
      g_assert_cmpint (step, ==, NET_STEP_EVENT);
      if (is_start_tls (speaker, event))
        {
          net_session_start_tls (speaker->session, &error);
          g_assert_no_error (error);
        }
      if (speaker->protocol == 's' && event->type == SMTP_EVENT_BEFORE_DOT)
        smtp_core_finish_data ((SmtpCore *) speaker->core);
      if (exchange == 0 && (is_greeting (speaker, event) ||
                            (speaker->protocol == 'i' && event->type == IMAP_EVENT_IDLING)))
        return BASE_OUTCOME_OK;
      if (exchange != 0 && event->exchange == exchange && event->outcome != BASE_OUTCOME_NONE &&
          event->outcome != BASE_OUTCOME_CONTINUE)
        return event->outcome;
    }
}

static char *
tagged (TestSpeaker *speaker, const char *line)
{
  if (speaker->protocol == 'i')
    return g_strdup_printf ("t%u %s\r\n", ++speaker->tag, line);
  return g_strdup_printf ("%s\r\n", line);
}

BaseOutcome
test_speaker_say (TestSpeaker *speaker, BaseCauseKind kind, const char *subject, const char *line)
{
  g_autoptr (BaseCause) cause = base_cause_new (kind, subject);
  char *text = tagged (speaker, line);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return wait_for (speaker, base_core_submit_raw (speaker->core, bytes, cause));
}

void
test_speaker_say_all (TestSpeaker *speaker, const char *const *lines)
{
  for (guint i = 0; lines[i] != NULL; i++)
    test_speaker_say (speaker, BASE_CAUSE_SYNC, NULL, lines[i]);
}

TestSpeaker *
test_speaker_new (const char *protocol,
                  const char *host,
                  guint16 port,
                  NetSecurity security,
                  const char *ca_file,
                  WireTap *tap)
{
  TestSpeaker *speaker = g_new0 (TestSpeaker, 1);
  NetEndpoint endpoint = { .host = host, .port = port, .security = security, .ca_file = ca_file };
  NetSessionOptions options = { .tap = tap, .account_name = protocol };
  g_autoptr (GError) error = NULL;

  speaker->protocol = protocol[0];
  speaker->core = speaker->protocol == 'i'   ? BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, NULL))
                  : speaker->protocol == 'p' ? BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL))
                                             : BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL));
  speaker->session = net_session_connect (&endpoint, speaker->core, &options, &error);
  g_assert_no_error (error);
  wait_for (speaker, 0);
  if (speaker->protocol == 's')
    test_speaker_say (speaker, BASE_CAUSE_CONNECT, "Ada", "EHLO localhost");
  if (security == NET_SECURITY_STARTTLS)
    {
      test_speaker_say (
          speaker, BASE_CAUSE_CONNECT, "Ada", speaker->protocol == 'p' ? "STLS" : "STARTTLS");
      if (speaker->protocol == 's')
        test_speaker_say (speaker, BASE_CAUSE_CONNECT, "Ada", "EHLO localhost");
    }
  if (speaker->protocol != 's')
    test_speaker_say (
        speaker, BASE_CAUSE_CONNECT, "Ada", speaker->protocol == 'p' ? "CAPA" : "CAPABILITY");
  return speaker;
}

BaseOutcome
test_speaker_sign_in (TestSpeaker *speaker,
                      const char *mechanism,
                      const char *user,
                      const char *password)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_CONNECT, "Ada");
  g_autoptr (BaseSecret) secret = base_secret_new (password, -1);
  const SaslMechanism *found = sasl_mechanism_find (mechanism);
  SaslClient *client = sasl_client_new (found, user, secret);
  guint64 exchange;

  if (speaker->protocol == 'i')
    exchange = imap_core_authenticate ((ImapCore *) speaker->core, client, found, cause);
  else if (speaker->protocol == 'p')
    exchange = pop3_core_authenticate ((Pop3Core *) speaker->core, client, found, cause);
  else
    exchange = smtp_core_authenticate ((SmtpCore *) speaker->core, client, found, cause);
  return wait_for (speaker, exchange);
}

BaseOutcome
test_speaker_hand_over (TestSpeaker *speaker,
                        const char *mailbox,
                        const char *subject,
                        const char *letter)
{
  g_autoptr (GBytes) bytes = g_bytes_new (letter, strlen (letter));
  g_autoptr (BaseBody) body = base_body_new_from_bytes (bytes);
  g_autoptr (BaseCause) cause =
      base_cause_new (speaker->protocol == 's' ? BASE_CAUSE_SEND : BASE_CAUSE_SAVE, subject);

  if (speaker->protocol == 's')
    {
      g_autoptr (SmtpCommand) data = smtp_command_new (SMTP_VERB_DATA, "");

      data->body = base_body_ref (body);
      return wait_for (speaker, smtp_core_submit ((SmtpCore *) speaker->core, data, cause));
    }
  else
    {
      ImapCommand *append = imap_command_append (mailbox, NULL, IMAP_DATE_NONE, 0, body);

      return wait_for (speaker, imap_core_submit ((ImapCore *) speaker->core, append, cause));
    }
}

void
test_speaker_idle (TestSpeaker *speaker)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_WATCH, "Inbox");
  ImapCommand *idle = imap_command_new (IMAP_VERB_IDLE);
  guint64 exchange = imap_core_submit ((ImapCore *) speaker->core, idle, cause);

  wait_for (speaker, 0);
  imap_core_done ((ImapCore *) speaker->core);
  wait_for (speaker, exchange);
}

void
test_speaker_free (TestSpeaker *speaker)
{
  g_autoptr (BaseEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  NetStep step = net_session_step (speaker->session, FALSE, G_MAXINT64, &event, &error);

  g_assert_no_error (error);
  g_assert_cmpint (step, ==, NET_STEP_CLOSED);
  net_session_free (speaker->session);
  g_free (speaker);
}
