/* The book of accounts, and the accounts that are open. */
#include "config.h"

#include "engine-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-account-private.h"
#include "engine-credential.h"
#include "engine-error.h"
#include "engine-taken.h"
#include "engine-tied.h"
#include "engine-worker.h"

struct _EngineService
{
  StoreBook *book;
  WireTap *tap;
  GHashTable *open; /* uuid → EngineAccount */
  GHookList watches;
};

static void
close_account (gpointer account)
{
  engine_account_stop (account);
  engine_account_unref (account);
}

EngineService *
engine_service_new (const char *data_dir, WireTap *tap, GError **error)
{
  StoreBook *book = store_book_open (data_dir, error);
  EngineService *service;

  if (!book)
    return NULL;
  service = g_new0 (EngineService, 1);
  service->book = book;
  service->tap = tap ? wire_tap_ref (tap) : NULL;
  service->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, close_account);
  g_hook_list_init (&service->watches, sizeof (GHook));
  return service;
}

void
engine_service_free (EngineService *service)
{
  g_hash_table_unref (service->open);
  g_hook_list_clear (&service->watches);
  g_clear_pointer (&service->tap, wire_tap_unref);
  store_book_close (service->book);
  g_free (service);
}

StoreBook *
engine_service_book (EngineService *service)
{
  return service->book;
}

WireTap *
engine_service_tap (EngineService *service)
{
  return service->tap;
}

guint
engine_service_watch (EngineService *service, void (*func) (gpointer data), gpointer data)
{
  GHook *hook = g_hook_alloc (&service->watches);

  hook->func = func;
  hook->data = data;
  g_hook_append (&service->watches, hook);
  return (guint) hook->hook_id;
}

void
engine_service_unwatch (EngineService *service, guint id)
{
  g_hook_destroy (&service->watches, id);
}

static void
notify (EngineService *service)
{
  g_hook_list_invoke (&service->watches, TRUE);
}

/* (transfer none) */
static EngineAccount *
open_account (EngineService *service, StoreAccountInfo *info, gboolean own, GError **error)
{
  EngineAccount *account = g_hash_table_lookup (service->open, info->uuid);

  if (account && own && !store_mailbase_is_owner (engine_account_mailbase (account)))
    {
      /* The other process may have left since. */
      g_hash_table_remove (service->open, info->uuid);
      account = NULL;
    }
  if (account)
    return account;
  account = engine_account_new (info, store_book_dir (service->book), own, service->tap, error);
  if (account)
    g_hash_table_insert (service->open, g_strdup (info->uuid), account);
  return account;
}

static void
unref_account (gpointer account)
{
  engine_account_unref (account);
}

GPtrArray *
engine_service_accounts (EngineService *service)
{
  GPtrArray *accounts = g_ptr_array_new_with_free_func (unref_account);
  g_autoptr (GPtrArray) infos = store_book_accounts (service->book, NULL);

  for (guint i = 0; infos && i < infos->len; i++)
    {
      StoreAccountInfo *info = g_ptr_array_index (infos, i);
      g_autoptr (GError) owned = NULL;
      EngineAccount *account = open_account (service, info, TRUE, &owned);

      if (!account && (g_error_matches (owned, STORE_ERROR, STORE_ERROR_OWNED) ||
                       g_error_matches (owned, STORE_ERROR, STORE_ERROR_READ_ONLY)))
        account = open_account (service, info, FALSE, NULL);
      if (account)
        g_ptr_array_add (accounts, engine_account_ref (account));
    }
  return accounts;
}

EngineAccount *
engine_service_account (EngineService *service, const char *name, gboolean own, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (StoreAccountInfo) info = store_book_find (service->book, name, &local);
  EngineAccount *account;

  if (!info)
    {
      if (local && !g_error_matches (local, STORE_ERROR, STORE_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error (error,
                     ENGINE_ERROR,
                     ENGINE_ERROR_NOT_FOUND,
                     _ ("There is no account “%s”: see “restante-cli account list”"),
                     name);
      return NULL;
    }
  account = open_account (service, info, own, error);
  return account ? engine_account_ref (account) : NULL;
}

EngineAccount *
engine_service_add (EngineService *service,
                    StoreAccountInfo *info,
                    BaseSecret *password,
                    GError **error)
{
  EngineAccount *account;

  if (!store_book_add (service->book, info, error))
    return NULL;
  if ((password && !engine_credential_store (info, password, error)) ||
      !(account = open_account (service, info, TRUE, error)))
    {
      store_book_remove (service->book, info->uuid, NULL);
      return NULL;
    }
  notify (service);
  return engine_account_ref (account);
}

gboolean
engine_service_update (EngineService *service,
                       const StoreAccountInfo *info,
                       BaseSecret *password,
                       GError **error)
{
  EngineAccount *account = g_hash_table_lookup (service->open, info->uuid);
  g_autoptr (StoreAccountInfo) copy = store_account_info_copy (info);
  gboolean ran = account && engine_account_is_running (account);

  if (!store_book_update (service->book, info, error) ||
      (password && !engine_credential_store (info, password, error)))
    return FALSE;
  if (account)
    {
      engine_account_stop (account);
      engine_account_set_info (account, copy);
      if (store_mailbase_is_owner (engine_account_mailbase (account)) &&
          (!engine_tied_forget (engine_account_mailbase (account), error) ||
           !engine_taken_forget (engine_account_mailbase (account), error)))
        return FALSE;
      if (ran && !info->paused && !engine_account_start (account, error))
        return FALSE;
    }
  notify (service);
  return TRUE;
}

gboolean
engine_service_remove (EngineService *service, const char *uuid, GError **error)
{
  g_autoptr (StoreAccountInfo) info = store_book_find (service->book, uuid, error);
  EngineAccount *account;

  if (!info)
    return FALSE;
  /* Whoever removes it must own it: another process may be at work in its files. */
  account = open_account (service, info, TRUE, error);
  if (!account)
    return FALSE;
  g_hash_table_remove (service->open, uuid);
  engine_credential_forget (info, NULL);
  if (!store_book_remove (service->book, uuid, error))
    return FALSE;
  notify (service);
  return TRUE;
}
