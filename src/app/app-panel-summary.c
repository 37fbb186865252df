/* Words for what an account is doing. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-summary.h"

#include <glib/gi18n.h>

#include "app-format.h"

static const char *
state_word (EngineState state)
{
  switch (state)
    {
    case ENGINE_STATE_CONNECTING:
      return _ ("connecting");
    case ENGINE_STATE_BUSY:
      return _ ("busy");
    case ENGINE_STATE_IDLE:
      return _ ("idle");
    case ENGINE_STATE_HELD:
      return _ ("held");
    case ENGINE_STATE_WAITING:
      return _ ("waiting");
    case ENGINE_STATE_NEEDS_USER:
      return _ ("needs you");
    case ENGINE_STATE_STOPPED:
    default:
      return _ ("stopped");
    }
}

static char *
state_words (EngineAccount *account, const EngineStatus *status)
{
  g_autofree char *next = NULL;

  if (engine_account_info (account)->paused)
    return g_strdup (_ ("paused"));
  if (status->state == ENGINE_STATE_WAITING && status->next_try > 0)
    {
      next = app_format_next_try (status->next_try);
      /* Translators: a time, in "IMAP · waiting, next try at 9:41 · 3 exchanges". */
      return g_strdup_printf (_ ("waiting, next try at %s"), next);
    }
  return g_strdup (status->activity != NULL && status->state == ENGINE_STATE_BUSY
                       ? status->activity
                       : state_word (status->state));
}

char *
app_panel_summary_text (EngineAccount *account, guint count)
{
  g_autofree char *exchanges =
      g_strdup_printf (ngettext ("%d exchange", "%d exchanges", count), (int) count);
  g_autofree char *protocol = NULL;
  g_autofree char *state = NULL;
  g_autoptr (EngineStatus) status = NULL;

  if (account == NULL)
    return g_strdup_printf ("%s · %s", _ ("Protocol"), exchanges);
  protocol = g_ascii_strup (engine_account_info (account)->protocol, -1);
  status = engine_account_status (account);
  state = state_words (account, status);
  return g_strdup_printf ("%s · %s · %s", protocol, state, exchanges);
}
