/* The loop of a connection's thread. */
#include "config.h"

#include "practice-connection.h"

#include "base-fault.h"
#include "net-listener.h"

static void
slow_down (PracticeConnection *connection)
{
  guint64 number = 0;

  connection->changes = practice_faults_changes (connection->shared->faults);
  (void) practice_faults_happen (
      connection->shared->faults, PRACTICE_FAULT_SLOW, connection->protocol->name, &number);
  net_session_slow_down (connection->session, (guint) number);
}

/* A fault that somebody has switched on meanwhile. A certificate is shown when a line begins: one
 * that began with another is not gone on with. */
static gboolean
keep_up (PracticeConnection *connection)
{
  PracticeFaults *faults = connection->shared->faults;

  if (practice_faults_changes (faults) == connection->changes)
    return TRUE;
  slow_down (connection);
  return connection->domain != NULL || !net_session_is_encrypted (connection->session) ||
         (!practice_faults_are_set (faults, PRACTICE_FAULT_CERTIFICATE_EXPIRED, NULL) &&
          !practice_faults_are_set (faults, PRACTICE_FAULT_CERTIFICATE_MISMATCHED, NULL));
}

static gboolean
step (PracticeConnection *connection)
{
  g_autoptr (BaseEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  switch (net_session_step (connection->session, connection->idle, G_MAXINT64, &event, &error))
    {
    case NET_STEP_EVENT:
      if (!keep_up (connection))
        return FALSE;
      if (connection->loses)
        net_session_cut_after (connection->session, 0);
      connection->protocol->event (connection, event);
      break;
    case NET_STEP_WOKEN:
      net_waker_clear (connection->waker);
      if (connection->protocol->woken != NULL)
        connection->protocol->woken (connection);
      break;
    case NET_STEP_LATER:
      break;
    case NET_STEP_CLOSED:
    case NET_STEP_ERROR:
    default:
      return FALSE;
    }
  if (connection->start_tls)
    {
      connection->start_tls = FALSE;
      if (!net_session_start_tls (connection->session, &error))
        return FALSE;
    }
  if (connection->start_deflate)
    {
      connection->start_deflate = FALSE;
      if (!net_session_start_deflate (connection->session, &error))
        return FALSE;
    }
  return !connection->over;
}

/* For those who watch. */
static void
note_state (PracticeConnection *connection)
{
  practice_sessions_note (connection->shared->sessions,
                          connection->visit,
                          connection->protocol->name,
                          connection->port,
                          base_core_state (connection->core),
                          connection->account != NULL ? connection->account->user->name : NULL);
}

/* Faults */

static char *
find_fault (const char *command, gpointer data)
{
  PracticeConnection *connection = data;

  return practice_faults_reply (
      connection->shared->faults, connection->protocol->name, command, &connection->loses);
}

/* Seconds, from now: a day ago it was still good. */
#define EXPIRED_FROM (-90 * 24 * 60 * 60)
#define EXPIRED_TO (-24 * 60 * 60)
#define MISMATCHED_TO (24 * 60 * 60)

/* What TLS shows; (transfer full). */
static NetIdentity *
choose_identity (const PracticeShared *shared, const PracticeDomain *domain)
{
  static const char *const right[] = { "localhost", "127.0.0.1", "::1", NULL };
  static const char *const wrong[] = { "mail.elsewhere.example", NULL };
  NetIdentity *identity = NULL;

  /* People's programs are what it is about; a host would only wait. */
  if (domain != NULL)
    return net_identity_ref (shared->identity);
  if (practice_faults_happen (shared->faults, PRACTICE_FAULT_CERTIFICATE_EXPIRED, NULL, NULL))
    identity = net_ca_issue (shared->ca, right, EXPIRED_FROM, EXPIRED_TO, NULL);
  else if (practice_faults_happen (
               shared->faults, PRACTICE_FAULT_CERTIFICATE_MISMATCHED, NULL, NULL))
    identity = net_ca_issue (shared->ca, wrong, -60 * 60, MISMATCHED_TO, NULL);
  return identity != NULL ? identity : net_identity_ref (shared->identity);
}

static void
hamper (PracticeConnection *connection)
{
  guint64 number;

  if (practice_faults_happen (connection->shared->faults,
                              PRACTICE_FAULT_CUT_AFTER,
                              connection->protocol->name,
                              &number))
    net_session_cut_after (connection->session, number);
  slow_down (connection);
}

void
practice_connection_serve (const PracticeProtocol *protocol,
                           const PracticeShared *shared,
                           const PracticeDomain *domain,
                           guint16 port,
                           int fd,
                           gboolean tls_now)
{
  static guint64 visits;
  g_autofree PracticeConnection *connection = g_malloc0 (protocol->size);
  const BaseLimits limits = { .silence = protocol->silence, .line = 64 * 1024 };
  /* What hosts say to each other is told by who calls. */
  NetSessionOptions options = { .tap = domain == NULL ? shared->tap : NULL,
                                .account_name = "practice",
                                .cancellable = shared->cancellable,
                                .public_secrets = shared->tap != NULL };

  g_autoptr (NetIdentity) identity = NULL;

  connection->protocol = protocol;
  connection->shared = shared;
  connection->domain = domain;
  connection->port = port;
  connection->visit = __atomic_add_fetch (&visits, 1, __ATOMIC_RELAXED);
  connection->peer = net_peer (fd, NULL);
  connection->waker = net_waker_new ();
  options.waker = connection->waker;
  connection->hides_tls =
      !tls_now &&
      practice_faults_happen (shared->faults, PRACTICE_FAULT_NO_STARTTLS, protocol->name, NULL);
  connection->core = protocol->open (connection, &limits);
  base_core_set_fault (connection->core, find_fault, connection);
  identity = choose_identity (shared, domain);
  connection->session =
      net_session_accept (fd, connection->core, identity, tls_now, &options, NULL);
  if (connection->session != NULL)
    {
      hamper (connection);
      if (!base_core_has_fault (connection->core, 0, "CONNECT", NULL))
        protocol->greet (connection);
      do
        note_state (connection);
      while (step (connection));
      practice_sessions_end (shared->sessions, connection->visit);
    }
  protocol->close (connection);
  g_clear_pointer (&connection->session, net_session_free);
  net_waker_unref (connection->waker);
  g_free (connection->peer);
}

const char *const practice_mechanism_names[] = {
  "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5",
  "OAUTHBEARER",        "XOAUTH2",          "PLAIN",         "LOGIN",       NULL
};

char *
practice_mechanisms (gboolean (*offers) (gconstpointer core, const char *name),
                     gconstpointer core,
                     const char *prefix)
{
  GString *list = g_string_new (NULL);

  for (gsize i = 0; practice_mechanism_names[i] != NULL; i++)
    {
      const char *name = practice_mechanism_names[i];

      if (offers (core, name))
        g_string_append_printf (list, "%s%s%s", list->len > 0 ? " " : "", prefix, name);
    }
  return g_string_free (list, FALSE);
}
