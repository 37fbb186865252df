/* What an account is made of; for the folder engine only. */
#pragma once

#include "engine-account.h"
#include "engine-connect.h"

G_BEGIN_DECLS

typedef struct _EngineWorker EngineWorker;

struct _EngineAccount
{
  gatomicrefcount ref_count;
  StoreAccountInfo *info;
  StoreMailbase *mailbase;
  StoreReader *reader; /* of the thread that opened it */
  WireTap *tap;
  NetGate *gate;

  /* Of the app's thread; NULL until engine_account_start(). */
  EngineWorker *incoming, *outgoing, *indexer;
  EngineWorker *reading;                 /* IMAP: the second connection */
  void (*stop) (EngineAccount *account); /* ends all of them, before the account goes */
  guint journal_watch;
  guint wake_watch;
  EngineStatus *status;
  GHookList watches; /* of what its threads do */
};

EngineAccount *engine_account_new (
    StoreAccountInfo *info, const char *data_dir, gboolean own, WireTap *tap, GError **error);
/* New settings, for the next connection. The workers must be stopped. */
void engine_account_set_info (EngineAccount *account, StoreAccountInfo *info);

/* Whether it was started. */
gboolean engine_account_is_running (const EngineAccount *account);
gboolean engine_account_is_imap (const EngineAccount *account);
/* Fails with STORE_ERROR_OWNED, which says who has it, unless this process owns the account. */
gboolean engine_account_must_own (EngineAccount *account, GError **error);

/* Loads the password and fills @connect; the password is the caller's to unref. */
gboolean engine_account_prepare (EngineAccount *account,
                                 const BaseCause *cause,
                                 GCancellable *cancellable,
                                 NetWaker *waker,
                                 EngineConnect *connect,
                                 GError **error);

/* engine-account-status.c: tells the watchers, on the app's thread. */
void engine_account_notify (EngineAccount *account);
/* From any thread: what the incoming side does, @status (transfer full), becomes the account's;
 * what the outgoing side ran into is kept beside it. */
void
engine_account_post_status (EngineAccount *account, GMainContext *context, EngineStatus *status);
void
engine_account_post_send_error (EngineAccount *account, GMainContext *context, const GError *error);

G_END_DECLS
