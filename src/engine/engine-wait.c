/* The events of the three cores share their head, so one loop serves them all. */
#include "config.h"

#include "engine-wait.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "imap-core.h"
#include "pop3-core.h"
#include "smtp-core.h"

static int
start_tls_type (NetSession *session)
{
  const char *protocol = base_core_protocol (net_session_core (session));

  if (strcmp (protocol, "imap") == 0)
    return IMAP_EVENT_START_TLS;
  return strcmp (protocol, "pop3") == 0 ? (int) POP3_EVENT_START_TLS : (int) SMTP_EVENT_START_TLS;
}

/* The greeting is the first type of each protocol's enumeration. */
/* A command without an answer is none that was refused: why the line was cut is told by the step
 * after. */
static gboolean
is_awaited (const BaseEvent *event, guint64 exchange)
{
  if (exchange == 0)
    return event->type == 0;
  return event->exchange == exchange && event->outcome != BASE_OUTCOME_NONE &&
         event->outcome != BASE_OUTCOME_CONTINUE && event->outcome != BASE_OUTCOME_LOST;
}

gboolean
engine_wait_is_start_tls (NetSession *session, const BaseEvent *event)
{
  return event->type == start_tls_type (session);
}

void
engine_wait_set_closed (NetSession *session, GError **error)
{
  g_set_error_literal (error,
                       ENGINE_ERROR,
                       ENGINE_ERROR_TEMPORARY,
                       _ ("The server ended the connection: try again later"));
}

BaseEvent *
engine_wait_idle (NetSession *session,
                  guint64 exchange,
                  EngineWaitFunc func,
                  gint64 (*idle) (gpointer data),
                  gpointer data,
                  GError **error)
{
  gint64 until = idle ? 0 : G_MAXINT64;

  for (;;)
    {
      g_autoptr (BaseEvent) event = NULL;

      switch (net_session_step (session, FALSE, until, &event, error))
        {
        case NET_STEP_EVENT:
          until = idle ? 0 : G_MAXINT64;
          if (engine_wait_is_start_tls (session, event))
            {
              if (!net_session_start_tls (session, error))
                return NULL;
            }
          else if (is_awaited (event, exchange))
            return g_steal_pointer (&event);
          else if (func && !func (event, data, error))
            return NULL;
          break;
        case NET_STEP_CLOSED:
          engine_wait_set_closed (session, error);
          return NULL;
        case NET_STEP_ERROR:
          return NULL;
        case NET_STEP_LATER:
          until = idle ? idle (data) : G_MAXINT64;
          break;
        case NET_STEP_WOKEN:
        default:
          break;
        }
    }
}

BaseEvent *
engine_wait (
    NetSession *session, guint64 exchange, EngineWaitFunc func, gpointer data, GError **error)
{
  return engine_wait_idle (session, exchange, func, NULL, data, error);
}
