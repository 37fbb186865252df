/* All accounts of one data directory: what a window or a command opens first. Main thread. */
#pragma once

#include "engine-account.h"
#include "store-book.h"

G_BEGIN_DECLS

typedef struct _EngineService EngineService;

/* Opens @data_dir (made if missing). Accounts are not started. @tap is used by all connections. */
EngineService *engine_service_new (const char *data_dir, WireTap *tap, GError **error);
/* Stops all accounts, waits for their threads. */
void engine_service_free (EngineService *service);

StoreBook *engine_service_book (EngineService *service);
WireTap *engine_service_tap (EngineService *service);
/* EngineAccount, in the book's order; opened on demand, owned where no other process has them.
 * (transfer container) */
GPtrArray *engine_service_accounts (EngineService *service);
/* By name or UUID; ENGINE_ERROR_NOT_FOUND. With @own the account's lock must be had. (transfer
 * full) */
EngineAccount *
engine_service_account (EngineService *service, const char *name, gboolean own, GError **error);

/* Stores the account and its password (keyring, unless info->password_file). Does not check.
 * (transfer full) */
EngineAccount *engine_service_add (EngineService *service,
                                   StoreAccountInfo *info,
                                   BaseSecret *password,
                                   GError **error);
/* @password may be %NULL: unchanged. The account is stopped, and started again if it ran. */
gboolean engine_service_update (EngineService *service,
                                const StoreAccountInfo *info,
                                BaseSecret *password,
                                GError **error);
gboolean engine_service_remove (EngineService *service, const char *uuid, GError **error);
/* @func is called in the thread-default main context of the caller when accounts come or go. */
guint engine_service_watch (EngineService *service, void (*func) (gpointer data), gpointer data);
void engine_service_unwatch (EngineService *service, guint id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineService, engine_service_free)

G_END_DECLS
