/* Lines typed by hand: the session is a real one, and the answers are the server's. */
#include "config.h"

#include <string.h>

#include "engine-connect.h"
#include "engine-wait.h"
#include "imap-core.h"
#include "lesson-act.h"
#include "pop3-core.h"
#include "smtp-core.h"

/* Microseconds; a command that gets no answer of its own is not waited for any longer. */
#define PATIENCE (5 * G_USEC_PER_SEC)

typedef struct
{
  LessonWorld *world;
  LessonDevice *device;
  const char *protocol;
  BaseCause *cause;
  GCancellable *cancellable;
} Console;

static NetSession *
enter_signed_in (const Console *console, GError **error)
{
  const StoreAccountInfo *info = engine_account_info (console->device->account);
  g_autofree char *text = NULL;
  g_autoptr (BaseSecret) password = NULL;
  EngineConnect connect = { .info = info,
                            .tap = console->world->tap,
                            .cancellable = console->cancellable,
                            .cause = console->cause };

  if (!g_file_get_contents (console->device->password_file, &text, NULL, error))
    return NULL;
  password = base_secret_new (text, -1);
  connect.password = password;
  connect.proofs = strcmp (info->sign_in, "token") == 0 ? SASL_PROOF_TOKEN : SASL_PROOF_PASSWORD;
  if (strcmp (console->protocol, "imap") == 0)
    return engine_connect_imap (&connect, error);
  return strcmp (console->protocol, "pop3") == 0 ? engine_connect_pop3 (&connect, error)
                                                 : engine_connect_smtp (&connect, error);
}

static PracticePort
port_of (const char *protocol, gboolean tls)
{
  if (strcmp (protocol, "imap") == 0)
    return tls ? PRACTICE_PORT_IMAPS : PRACTICE_PORT_IMAP;
  if (strcmp (protocol, "pop3") == 0)
    return tls ? PRACTICE_PORT_POP3S : PRACTICE_PORT_POP3;
  return tls ? PRACTICE_PORT_SUBMISSIONS : PRACTICE_PORT_SUBMISSION;
}

static BaseCore *
new_core (const char *protocol)
{
  if (strcmp (protocol, "imap") == 0)
    return BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, NULL));
  return strcmp (protocol, "pop3") == 0 ? BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL))
                                        : BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL));
}

/* Connected and greeted, and nothing more. */
static NetSession *
enter_as_stranger (const Console *console, GError **error)
{
  const StoreAccountInfo *info = engine_account_info (console->device->account);
  const PracticeOffice *office = console->world->office;
  gboolean tls = strcmp (info->security, "tls") == 0;
  NetEndpoint endpoint = { .host = practice_office_host (office),
                           .port = practice_office_port (office, port_of (console->protocol, tls)),
                           .security = tls ? NET_SECURITY_TLS : NET_SECURITY_NONE,
                           .ca_file = practice_office_ca_file (office) };
  NetSessionOptions options = { .tap = console->world->tap,
                                .account = info->uuid,
                                .account_name = info->name,
                                .cancellable = console->cancellable };
  g_autoptr (NetSession) session =
      net_session_connect (&endpoint, new_core (console->protocol), &options, error);
  g_autoptr (BaseEvent) greeting =
      session != NULL ? engine_wait (session, 0, NULL, NULL, error) : NULL;

  return greeting != NULL ? g_steal_pointer (&session) : NULL;
}

/* Until @exchange was answered, or wants more. %FALSE: the session is over. */
static gboolean
wait_for_answer (NetSession *session, guint64 exchange, GError **error)
{
  gint64 until = net_clock_now () + PATIENCE;

  for (;;)
    {
      g_autoptr (BaseEvent) event = NULL;

      switch (net_session_step (session, FALSE, until, &event, error))
        {
        case NET_STEP_EVENT:
          if (engine_wait_is_start_tls (session, event))
            return net_session_start_tls (session, error);
          if (event->exchange == exchange && event->outcome != BASE_OUTCOME_NONE)
            return TRUE;
          break;
        case NET_STEP_LATER:
          return TRUE;
        case NET_STEP_CLOSED:
        case NET_STEP_ERROR:
          return FALSE;
        case NET_STEP_WOKEN:
        default:
          break;
        }
    }
}

/* IMAP wants a tag before each command; who types need not invent them. */
static GBytes *
make_line (const Console *console, const char *typed, guint number)
{
  gboolean tagged = strcmp (console->protocol, "imap") == 0 && strcmp (typed, "DONE") != 0;
  g_auto (GStrv) lines = g_strsplit (typed, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\r\n", lines);
  char *line =
      tagged ? g_strdup_printf ("t%u %s\r\n", number, joined) : g_strdup_printf ("%s\r\n", joined);

  return g_bytes_new_take (line, strlen (line));
}

gboolean
lesson_console_type (LessonWorld *world,
                     LessonDevice *device,
                     const char *protocol,
                     GPtrArray *lines,
                     gboolean stranger,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_CONSOLE, NULL);
  Console console = { world, device, protocol, cause, cancellable };
  g_autoptr (NetSession) session =
      stranger ? enter_as_stranger (&console, error) : enter_signed_in (&console, error);

  if (session == NULL)
    return FALSE;
  for (guint i = 0; i < lines->len; i++)
    {
      g_autoptr (GBytes) line = make_line (&console, lines->pdata[i], i + 1);
      guint64 exchange = base_core_submit_raw (net_session_core (session), line, cause);
      GError *local = NULL;

      if (wait_for_answer (session, exchange, &local))
        continue;
      /* A session that ended in good order is the answer to QUIT. */
      if (local != NULL)
        g_propagate_error (error, local);
      return local == NULL;
    }
  return TRUE;
}
