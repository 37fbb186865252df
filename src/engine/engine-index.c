/* What search looks through: the text a reader would see. Extracting it is what costs, so it is
 * done in small steps that can be left at any time. */
#include "config.h"

#include "engine-index.h"

#include "engine-account-private.h"
#include "engine-run.h"
#include "mail-message.h"

#define STEP 200
/* Enough of any letter for its words; the rest of a book that someone mailed is not indexed. */
#define TEXT_MAX (512 * 1024)

static char *
searchable_text (GBytes *source, gpointer data)
{
  g_autoptr (MailMessage) message = source ? mail_message_parse (source, NULL) : NULL;

  return message ? mail_message_dup_body_text (message, TEXT_MAX) : NULL;
}

gint
engine_index_step (StoreMailbase *mailbase, GError **error)
{
  return store_search_index (mailbase, STEP, searchable_text, NULL, error);
}

gboolean
engine_run_index_for (EngineAccount *account, gint64 microseconds, GError **error)
{
  gint64 start = g_get_monotonic_time ();
  gint done;

  if (!engine_account_must_own (account, error))
    return FALSE;
  do
    done = engine_index_step (account->mailbase, error);
  while (done > 0 && g_get_monotonic_time () - start < microseconds);
  return done >= 0;
}

gboolean
engine_run_index (EngineAccount *account, GError **error)
{
  return engine_run_index_for (account, G_MAXINT64, error);
}
