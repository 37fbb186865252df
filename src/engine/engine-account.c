/* Opening and owning an account. What a person does with it is in engine-act.c and engine-draft.c;
 * what its threads do in engine-account-work.c. */
#include "config.h"

#include "engine-account-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-credential.h"
#include "engine-outbox.h"
#include "engine-place.h"
#include "engine-traffic.h"

EngineAccount *
engine_account_new (
    StoreAccountInfo *info, const char *data_dir, gboolean own, WireTap *tap, GError **error)
{
  g_autoptr (StoreMailbase) mailbase = store_mailbase_open (data_dir, info->uuid, own, error);
  g_autoptr (StoreReader) reader = NULL;
  EngineAccount *account;

  if (!mailbase)
    return NULL;
  if (own && !engine_place_prepare (mailbase, info, error))
    return NULL;
  /* What may have been sent is not to be taken back as if it had not. Who sends asks for it again,
   * and not in vain. */
  if (own)
    engine_outbox_recover (mailbase, NULL);
  reader = store_mailbase_reader (mailbase, error);
  if (!reader)
    return NULL;
  account = g_new0 (EngineAccount, 1);
  g_atomic_ref_count_init (&account->ref_count);
  account->info = store_account_info_ref (info);
  account->mailbase = g_steal_pointer (&mailbase);
  account->reader = g_steal_pointer (&reader);
  account->tap = tap ? wire_tap_ref (tap) : NULL;
  account->gate = net_gate_new ();
  account->status = engine_status_new (ENGINE_STATE_STOPPED);
  g_hook_list_init (&account->watches, sizeof (GHook));
  return account;
}

EngineAccount *
engine_account_ref (EngineAccount *account)
{
  g_atomic_ref_count_inc (&account->ref_count);
  return account;
}

void
engine_account_unref (EngineAccount *account)
{
  if (!g_atomic_ref_count_dec (&account->ref_count))
    return;
  if (account->stop)
    account->stop (account);
  engine_account_save_traffic (account, NULL);
  g_hook_list_clear (&account->watches);
  engine_status_unref (account->status);
  store_reader_free (account->reader);
  store_mailbase_unref (account->mailbase);
  g_clear_pointer (&account->tap, wire_tap_unref);
  net_gate_unref (account->gate);
  store_account_info_unref (account->info);
  g_free (account);
}

void
engine_account_set_info (EngineAccount *account, StoreAccountInfo *info)
{
  store_account_info_ref (info);
  store_account_info_unref (account->info);
  account->info = info;
}

const StoreAccountInfo *
engine_account_info (EngineAccount *account)
{
  return account->info;
}

StoreMailbase *
engine_account_mailbase (EngineAccount *account)
{
  return account->mailbase;
}

StoreReader *
engine_account_reader (EngineAccount *account)
{
  return account->reader;
}

NetGate *
engine_account_gate (EngineAccount *account)
{
  return account->gate;
}

guint
engine_account_unsent (EngineAccount *account)
{
  g_autoptr (GPtrArray) entries = store_reader_outbox (account->reader, NULL);
  guint count = 0;

  for (guint i = 0; entries && i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = entries->pdata[i];

      count += entry->state != STORE_OUTBOX_SENT || entry->refused[0] != NULL;
    }
  return count;
}

gboolean
engine_account_is_running (const EngineAccount *account)
{
  return account->incoming != NULL;
}

gboolean
engine_account_is_imap (const EngineAccount *account)
{
  return strcmp (account->info->protocol, "imap") == 0;
}

gboolean
engine_account_save_traffic (EngineAccount *account, GError **error)
{
  return engine_traffic_save (account->mailbase, account->tap, account->info->uuid, error);
}

gboolean
engine_account_must_own (EngineAccount *account, GError **error)
{
  if (store_mailbase_is_owner (account->mailbase))
    return TRUE;
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_OWNED,
               _ ("Another running Restante has the account “%s”: use that one, or close it first"),
               account->info->name);
  return FALSE;
}

gboolean
engine_account_prepare (EngineAccount *account,
                        const BaseCause *cause,
                        GCancellable *cancellable,
                        NetWaker *waker,
                        EngineConnect *connect,
                        GError **error)
{
  EngineCredential credential;

  if (!engine_credential_load (account->info, FALSE, &credential, error))
    return FALSE;
  *connect = (EngineConnect){
    .info = account->info,
    .password = credential.secret,
    .proofs = credential.proofs,
    .tap = account->tap,
    .mailbase = account->mailbase,
    .gate = account->gate,
    .cancellable = cancellable,
    .waker = waker,
    .cause = cause,
  };
  return TRUE;
}
