/* A fact of the account for each side, which holds the host's name. */
#include "config.h"

#include "engine-tied.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "store-write.h"

typedef struct
{
  const char *name, *host;
} Tied;

static const char *
fact (EngineSide side)
{
  return side == ENGINE_SIDE_OUTGOING ? "tied-outgoing" : "tied-incoming";
}

gboolean
engine_tied_before (const EngineConnect *connect, EngineSide side)
{
  g_autoptr (StoreReader) reader =
      connect->mailbase ? store_mailbase_reader (connect->mailbase, NULL) : NULL;
  g_autofree char *host = reader ? store_reader_fact (reader, fact (side), NULL) : NULL;

  return g_strcmp0 (host, engine_connect_host (connect, side)) == 0;
}

static gboolean
write_tied (StoreTx *tx, gpointer data, GError **error)
{
  Tied *tied = data;

  return store_tx_set_fact (tx, tied->name, tied->host, error);
}

void
engine_tied_note (const EngineConnect *connect, EngineSide side)
{
  Tied tied = { fact (side), engine_connect_host (connect, side) };

  if (connect->mailbase && store_mailbase_is_owner (connect->mailbase) &&
      !engine_tied_before (connect, side))
    store_mailbase_write (connect->mailbase, STORE_PRIORITY_CLICK, TRUE, write_tied, &tied, NULL);
}

void
engine_tied_set_error (const EngineConnect *connect, EngineSide side, GError **error)
{
  g_set_error (
      error,
      ENGINE_ERROR,
      ENGINE_ERROR_CREDENTIALS,
      _ ("%s no longer ties the sign-in to the encrypted connection, as it has done before, "
         "so nothing was sent that somebody in between could use: check the password; if "
         "the server was changed, save the account’s settings again"),
      engine_connect_host (connect, side));
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
