/* The loop of a connection's thread. */
#include "config.h"

#include "practice-connection.h"

static gboolean
step (PracticeConnection *connection)
{
  g_autoptr (BaseEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  switch (net_session_step (connection->session, connection->idle, G_MAXINT64, &event, &error))
    {
    case NET_STEP_EVENT:
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

void
practice_connection_serve (const PracticeProtocol *protocol,
                           const PracticeShared *shared,
                           int fd,
                           gboolean tls_now)
{
  g_autofree PracticeConnection *connection = g_malloc0 (protocol->size);
  const BaseLimits limits = { .silence = protocol->silence, .line = 64 * 1024 };
  NetSessionOptions options = { .tap = shared->tap,
                                .account_name = "practice",
                                .cancellable = shared->cancellable,
                                .public_secrets = shared->tap != NULL };

  connection->protocol = protocol;
  connection->shared = shared;
  connection->waker = net_waker_new ();
  options.waker = connection->waker;
  connection->core = protocol->open (connection, &limits);
  connection->session =
      net_session_accept (fd, connection->core, shared->identity, tls_now, &options, NULL);
  if (connection->session != NULL)
    {
      protocol->greet (connection);
      while (step (connection))
        ;
    }
  protocol->close (connection);
  g_clear_pointer (&connection->session, net_session_free);
  net_waker_unref (connection->waker);
}

char *
practice_mechanisms (gboolean (*offers) (gconstpointer core, const char *name),
                     gconstpointer core,
                     const char *prefix)
{
  static const char *const names[] = { "SCRAM-SHA-256-PLUS",
                                       "SCRAM-SHA-1-PLUS",
                                       "SCRAM-SHA-256",
                                       "SCRAM-SHA-1",
                                       "CRAM-MD5",
                                       "PLAIN",
                                       "LOGIN" };
  GString *list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (offers (core, names[i]))
        g_string_append_printf (list, "%s%s%s", list->len > 0 ? " " : "", prefix, names[i]);
    }
  return g_string_free (list, FALSE);
}
