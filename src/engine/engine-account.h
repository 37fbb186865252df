/* One account at work. Actions are journalled and return at once; workers (one thread a connection)
 * play them to the server. All functions are for the app's thread unless said; none blocks on the
 * network, but for stop. */
#pragma once

#include <gio/gio.h>

#include "engine-error.h"
#include "engine-status.h"
#include "net-gate.h"
#include "store-mailbase.h"
#include "store-read.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct _EngineAccount EngineAccount;

EngineAccount *engine_account_ref (EngineAccount *account);
void engine_account_unref (EngineAccount *account);

const StoreAccountInfo *engine_account_info (EngineAccount *account);
StoreMailbase *engine_account_mailbase (EngineAccount *account);
/* The app thread's own connection. */
StoreReader *engine_account_reader (EngineAccount *account);
/* Step mode: while it is closed, each command that the workers begin waits there. A command that
 * waits holds up what stands behind it, and may outlive the server's patience: for practice. */
NetGate *engine_account_gate (EngineAccount *account);
/* Letters in the outbox that were not sent, or not to everybody: drafts, what waits, and what was
 * refused. */
guint engine_account_unsent (EngineAccount *account);

/* What its connections cost goes into its database, as far as it is not there yet. From its owner;
 * waits for the write, which is small. */
gboolean engine_account_save_traffic (EngineAccount *account, GError **error);

/* Starts the workers: incoming (IMAP: keeps connected, IDLE; POP3: collects every 10 minutes),
 * outgoing (when the outbox has something) and the search index. Fails with STORE_ERROR_OWNED where
 * another process has the account. Starting twice does nothing; stop waits for the threads. */
gboolean engine_account_start (EngineAccount *account, GError **error);
void engine_account_stop (EngineAccount *account);

EngineStatus *engine_account_status (EngineAccount *account); /* (transfer full) */
/* @func is called in the main context that was the thread's default when the account was started.
 */
guint engine_account_watch (EngineAccount *account, void (*func) (gpointer data), gpointer data);
void engine_account_unwatch (EngineAccount *account, guint id);

/* Wishes. Each is a cause the caller made. Nothing happens while the account is stopped. */

/* Look now; POP3: collect. Also tries again at once after an error. */
void engine_account_refresh (EngineAccount *account, const BaseCause *cause);
/* Wants this message's body now, before everything else. With @hold the FETCH stops at the gate
 * until engine_account_release(). */
void engine_account_want_body (EngineAccount *account,
                               gint64 message,
                               gboolean hold,
                               const BaseCause *cause);
void engine_account_release (EngineAccount *account);
/* Asks an IMAP server for what a search finds among all letters, also those whose text is not here:
 * messages (gint64), the newest ENGINE_FIND_LAST of each folder. Ends in the thread's default main
 * context, also when the account is stopped meanwhile. */
#define ENGINE_FIND_LAST 200
void engine_account_find_async (EngineAccount *account,
                                const char *query,
                                const BaseCause *cause,
                                GAsyncReadyCallback callback,
                                gpointer data);
/* The same for the letters of @message's conversation, as the server groups them, with those that
 * are known here to belong to it in front; they need no server (store_reader_conversation()).
 * ENGINE_ERROR_REFUSED: it groups none. */
void engine_account_conversation_async (EngineAccount *account,
                                        gint64 message,
                                        const BaseCause *cause,
                                        GAsyncReadyCallback callback,
                                        gpointer data);
GArray *engine_account_find_finish (GAsyncResult *result, GError **error);
/* The folder on screen is synchronised first and watched. */
void engine_account_look_at (EngineAccount *account, gint64 folder, const BaseCause *cause);

/* What the person does: one transaction each, also without owning the account. */
gboolean engine_account_flag (EngineAccount *account,
                              const gint64 *placements,
                              guint n,
                              guint add,
                              guint remove,
                              const BaseCause *cause,
                              GError **error);
gboolean engine_account_move (EngineAccount *account,
                              const gint64 *placements,
                              guint n,
                              gint64 folder,
                              const BaseCause *cause,
                              GError **error);
/* To the Trash; for good when it is there already, when there is no Trash, or with @expunge. POP3:
 * whether the server is asked too (DELE) is decided by the account's policy. */
gboolean engine_account_delete (EngineAccount *account,
                                const gint64 *placements,
                                guint n,
                                gboolean expunge,
                                const BaseCause *cause,
                                GError **error);
/* Whether deleting in such an account asks the POP3 server to delete too. */
gboolean engine_account_asks_server (const StoreAccountInfo *info);
gboolean
engine_account_undo (EngineAccount *account, guint64 cause, const BaseCause *undo, GError **error);

/* Saves a draft: @source is the letter as composed (with Bcc). *@draft 0: a new one; it is given
 * the outbox id. Quick: one transaction. */
gboolean engine_account_save_draft (EngineAccount *account,
                                    gint64 *draft,
                                    GBytes *source,
                                    gint64 answers,
                                    int answer_kind,
                                    GError **error);
/* The draft that this letter in the server's folder is a version of; 0: another client's. */
gint64 engine_account_draft_of (EngineAccount *account, gint64 placement);
/* @draft goes on with such a letter: it takes its place on the server. */
gboolean
engine_account_adopt_draft (EngineAccount *account, gint64 draft, gint64 placement, GError **error);
/* How a letter is to be sent; zeroed: now, and nothing special. */
typedef struct
{
  gint64 when;   /* UTC microseconds; nothing is said to the server before */
  guint options; /* StoreSendOption */
} EngineSendWish;
/* Moves it to the outbox: queued, to be sent when its time has come, or as soon as the program runs
 * after that. @wish may be NULL. For a letter that waits there, changes its time and options; fails
 * with STORE_ERROR_EXISTS when it is on its way already. */
gboolean engine_account_send_draft (EngineAccount *account,
                                    gint64 draft,
                                    const EngineSendWish *wish,
                                    const BaseCause *cause,
                                    GError **error);
/* Makes it a draft again while it waits. Fails with STORE_ERROR_EXISTS when it is too late. */
gboolean engine_account_unsend (EngineAccount *account, gint64 outbox, GError **error);
gboolean engine_account_discard_draft (EngineAccount *account, gint64 draft, GError **error);
/* The person decides about "may have been sent" or a failed one: once more, now, to those who do
 * not have it; one that waits for its time or its next try is sent at once. Fails with
 * STORE_ERROR_EXISTS when it is on its way already. */
gboolean engine_account_send_again (EngineAccount *account,
                                    gint64 outbox,
                                    const BaseCause *cause,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineAccount, engine_account_unref)

G_END_DECLS
