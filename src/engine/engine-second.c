/* That a server refuses a second connection is a fact of the account, kept over restarts: its
 * answer to one client too many is the same as to a wrong password with some, and whoever asks too
 * often is locked out. */
#include "config.h"

#include "engine-second.h"

#include "engine-error.h"
#include "engine-fact.h"
#include "net-error.h"

#define REFUSED "second-refused"
#define PAUSE ((gint64) 60 * 60) /* seconds */

static gboolean
was_refused (StoreMailbase *mailbase)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, NULL);
  g_autofree char *when = reader ? store_reader_fact (reader, REFUSED, NULL) : NULL;
  gint64 ago =
      when ? g_get_real_time () / G_USEC_PER_SEC - g_ascii_strtoll (when, NULL, 10) : PAUSE;

  return ago >= 0 && ago < PAUSE;
}

/* A network that is away says nothing about the server. */
static gboolean
is_of_network (const GError *error)
{
  return error->domain == NET_ERROR && error->code != NET_ERROR_REFUSED &&
         error->code != NET_ERROR_CUT;
}

static void
note_refused (StoreMailbase *mailbase, const GError *error)
{
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);

  if (is_of_network (error))
    return;
  g_info ("no second connection: code %d; the first does everything for an hour", error->code);
  engine_fact_keep (mailbase, STORE_PRIORITY_CLICK, FALSE, REFUSED, now, NULL);
}

static NetSession *
sign_in (EngineAccount *account, const BaseCause *cause, GCancellable *cancellable, GError **error)
{
  EngineConnect connect;
  NetSession *session;

  if (!engine_account_prepare (account, cause, cancellable, NULL, &connect, error))
    return NULL;
  connect.beside = TRUE;
  session = engine_connect_imap (&connect, error);
  base_secret_unref (connect.password);
  return session;
}

EngineImap *
engine_second_open (EngineAccount *account,
                    const BaseCause *cause,
                    GCancellable *cancellable,
                    const EngineWork *work,
                    StorePriority priority,
                    GError **error)
{
  GError *local = NULL;
  NetSession *session;
  EngineImap *imap;

  if (was_refused (account->mailbase))
    {
      g_set_error_literal (error,
                           ENGINE_ERROR,
                           ENGINE_ERROR_TEMPORARY,
                           "A second connection was refused a while ago");
      return NULL;
    }
  session = sign_in (account, cause, cancellable, &local);
  if (!session)
    {
      note_refused (account->mailbase, local);
      g_propagate_error (error, local);
      return NULL;
    }
  imap = engine_imap_new (account->info, account->mailbase, session, work, error);
  if (!imap)
    return NULL;
  imap->cause = cause;
  engine_imap_only_read (imap, priority);
  engine_imap_begin (imap);
  return imap;
}

gboolean
engine_second_select (EngineImap *imap, gint64 id, guint32 uidvalidity)
{
  g_autoptr (StoreFolder) folder = store_reader_folder (imap->reader, id, NULL);

  if (!folder || !folder->selectable || folder->place != STORE_PLACE_SERVER)
    return FALSE;
  /* It may have been opened when it was another. */
  if (imap->uidvalidity != uidvalidity)
    g_clear_pointer (&imap->folder, store_folder_unref);
  return engine_imap_select (imap, folder, NULL) && imap->uidvalidity == uidvalidity;
}
