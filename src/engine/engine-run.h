/* The same work, done by the calling thread from top to bottom: what restante-cli and the workers
 * both use. Each connects if needed and returns when everything asked for is committed. All need
 * the account's ownership (STORE_ERROR_OWNED), but for engine_run_send() and
 * engine_check_account(). */
#pragma once

#include <gio/gio.h>

#include "engine-account.h"
#include "net-session.h"

G_BEGIN_DECLS

typedef struct
{
  char **folders;        /* NULL: all */
  gboolean headers_only; /* IMAP; POP3 always collects whole letters */
  gint64 watch;          /* seconds to stay and watch afterwards */
  guint connections;     /* IMAP; 1: never more than one, 2: letters come over two wherever the
                            server allows it, 0: over two where the line is what is waited for */
  GCancellable *cancellable;
  /* How far it is (nullable); @total 0: not known. On the calling thread. */
  void (*progress) (const char *activity, guint64 done, guint64 total, gpointer data);
  gpointer progress_data;
} EngineSyncOptions;

typedef struct
{
  double seconds;
  guint64 messages, bodies;
  NetTotals net;
  guint64 syncs; /* fsyncs */
} EngineSyncStats;

/* Plays the journal, makes everything equal to the server, sends what is due in the outbox, and
 * watches if asked to. Letters are sent also when nothing can be collected; the error is then that
 * of collecting. @options and @stats may be %NULL. */
gboolean engine_run_sync (EngineAccount *account,
                          const EngineSyncOptions *options,
                          const BaseCause *cause,
                          EngineSyncStats *stats,
                          GError **error);
/* Plays the journal. Part of engine_run_sync() too. A POP3 account's is played by collecting. */
gboolean engine_run_journal (EngineAccount *account, GCancellable *cancellable, GError **error);
/* Fetches one body. */
gboolean
engine_run_body (EngineAccount *account, gint64 message, const BaseCause *cause, GError **error);
/* One part of a letter, by IMAP's number ("2", "1.2"), without its transfer encoding. An IMAP
 * server is asked for it alone where the letter is not here; it is not kept then. (transfer full)
 */
GBytes *engine_run_part (EngineAccount *account,
                         gint64 message,
                         const char *section,
                         const BaseCause *cause,
                         GError **error);
/* Asks an IMAP server for what @query finds in its folders, the newest @last of each: messages
 * (gint64). Without ownership only those whose headers are here are found. (transfer full) */
GArray *engine_run_find (
    EngineAccount *account, const char *query, guint last, const BaseCause *cause, GError **error);
/* The same for the letters of @message's conversation, as the server groups them; those that are
 * known here to belong to it stand in front. ENGINE_ERROR_REFUSED: it groups none. (transfer full)
 */
GArray *engine_run_conversation (EngineAccount *account,
                                 gint64 message,
                                 const BaseCause *cause,
                                 GError **error);
/* Sends @source: queued first, then submitted, unless @wish (nullable) is for later. @from,
 * @recipients: NULL for those of the letter. Where another process owns the account, it is only
 * queued, and this waits until the owner has sent it (a minute; then STORE_ERROR_OWNED: it will be
 * sent). */
gboolean engine_run_send (EngineAccount *account,
                          GBytes *source,
                          const char *from,
                          const char *const *recipients,
                          const EngineSendWish *wish,
                          const BaseCause *cause,
                          GError **error);
/* Sends what is due in the outbox, and collects nothing. @stats may be %NULL. */
gboolean engine_run_due (EngineAccount *account,
                         GCancellable *cancellable,
                         EngineSyncStats *stats,
                         GError **error);
/* Part of both; the first error. @reader: of the calling thread. What went over the line is added
 * to *@totals (nullable). */
gboolean engine_run_outbox (EngineAccount *account,
                            StoreReader *reader,
                            GCancellable *cancellable,
                            NetTotals *totals,
                            GError **error);
/* Index at once what search lacks. */
gboolean engine_run_index (EngineAccount *account, GError **error);
/* The same for at most @microseconds. */
gboolean engine_run_index_for (EngineAccount *account, gint64 microseconds, GError **error);

G_END_DECLS
