/* A fact of the account for each side, which holds the host's name. */
#include "config.h"

#include "engine-tied.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-fact.h"
#include "store-read.h"
#include "store-write.h"

static const char *
fact (EngineSide side)
{
  return side == ENGINE_SIDE_OUTGOING ? "tied-outgoing" : "tied-incoming";
}

gboolean
engine_tied_before (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side)
{
  g_autoptr (StoreReader) reader = mailbase ? store_mailbase_reader (mailbase, NULL) : NULL;
  g_autofree char *host = reader ? store_reader_fact (reader, fact (side), NULL) : NULL;

  return g_strcmp0 (host, engine_side_host (info, side)) == 0;
}

void
engine_tied_note (StoreMailbase *mailbase, const StoreAccountInfo *info, EngineSide side)
{
  if (mailbase && store_mailbase_is_owner (mailbase) && !engine_tied_before (mailbase, info, side))
    engine_fact_keep (
        mailbase, STORE_PRIORITY_CLICK, TRUE, fact (side), engine_side_host (info, side), NULL);
}

void
engine_tied_set_error (const StoreAccountInfo *info, EngineSide side, GError **error)
{
  g_set_error (
      error,
      ENGINE_ERROR,
      ENGINE_ERROR_CREDENTIALS,
      _ ("%s no longer ties the sign-in to the encrypted connection, as it has done before, "
         "so nothing was sent that somebody in between could use: check the password; if "
         "the server was changed, save the account’s settings again"),
      engine_side_host (info, side));
}

static gboolean
write_forgotten (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_set_fact (tx, fact (ENGINE_SIDE_INCOMING), "", error) &&
         store_tx_set_fact (tx, fact (ENGINE_SIDE_OUTGOING), "", error);
}

gboolean
engine_tied_forget (StoreMailbase *mailbase, GError **error)
{
  return store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, TRUE, write_forgotten, NULL, error);
}
