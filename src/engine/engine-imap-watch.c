/* Waiting for news: IDLE (RFC 2177), renewed before servers end it after half an hour; NOOP now and
 * then where IDLE is not offered. A server with NOTIFY (RFC 5465) tells of all folders meanwhile.
 */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>

#include "engine-wait.h"

#define RENEW ((gint64) 25 * 60 * G_USEC_PER_SEC)
/* Expunged messages of the selected folder are told while idling, not in the middle of a FETCH. */
#define NOTIFY_WHAT                                                \
  "SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange)) " \
  "(PERSONAL (MessageNew MessageExpunge FlagChange MailboxName))"
#define NOOP_EVERY ((gint64) 60 * G_USEC_PER_SEC)

/* Takes events until there is news, the waker, or @until. *@ended: the exchange is over. */
static gboolean
listen_until (EngineImap *imap, guint64 exchange, gint64 until, gboolean *ended, GError **error)
{
  *ended = FALSE;
  while (!imap->news && !imap->tree && imap->elsewhere->len == 0)
    {
      g_autoptr (BaseEvent) event = NULL;

      switch (net_session_step (imap->session, TRUE, until, &event, error))
        {
        case NET_STEP_EVENT:
          if (engine_imap_take (imap, event) == exchange && exchange != 0)
            {
              *ended = TRUE;
              return TRUE;
            }
          break;
        case NET_STEP_WOKEN:
        case NET_STEP_LATER:
          return TRUE;
        case NET_STEP_CLOSED:
          engine_wait_set_closed (imap->session, error);
          return FALSE;
        case NET_STEP_ERROR:
        default:
          return FALSE;
        }
    }
  return TRUE;
}

/* A refusal changes nothing: the other folders are then looked at from time to time. */
static gboolean
ask_notify (EngineImap *imap, GError **error)
{
  ImapCommand *command;
  g_autoptr (BaseEvent) event = NULL;

  if (imap->notify_asked || !engine_imap_has (imap, "NOTIFY"))
    return TRUE;
  /* What it tells may come before its answer. */
  imap->notify_asked = imap->notified = TRUE;
  command = imap_command_new (IMAP_VERB_NOTIFY);
  command->text = g_strdup (NOTIFY_WHAT);
  event = (BaseEvent *) engine_imap_wait (imap, engine_imap_submit (imap, command), error);
  imap->notified = event && event->outcome == BASE_OUTCOME_OK;
  return event != NULL;
}

gboolean
engine_imap_watch (EngineImap *imap, gint64 until, GError **error)
{
  gboolean idle = engine_imap_has (imap, "IDLE");
  gint64 limit = net_clock_now () + (idle ? RENEW : NOOP_EVERY);
  guint64 exchange = 0;
  gboolean ended = FALSE;

  if (!ask_notify (imap, error))
    return FALSE;
  if (idle)
    exchange = engine_imap_submit (imap, imap_command_new (IMAP_VERB_IDLE));
  if (!listen_until (imap, exchange, MIN (until, limit), &ended, error))
    return FALSE;
  if (ended)
    return engine_imap_wait_ok (
        imap, exchange, _ ("The server does not tell what is new by itself"), error);
  if (!idle)
    return engine_imap_run (
        imap, imap_command_new (IMAP_VERB_NOOP), _ ("The server does not answer"), error);
  imap_core_done (imap->core);
  return engine_imap_wait_ok (
      imap, exchange, _ ("The server does not tell what is new by itself"), error);
}
