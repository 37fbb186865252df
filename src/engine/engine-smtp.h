/* Submits letters from the outbox over a signed-in session, one behind the other, and writes down
 * what came of each. */
#pragma once

#include "net-session.h"
#include "store-read.h"

G_BEGIN_DECLS

/* Where the letters are. */
typedef struct
{
  const StoreAccountInfo *info;
  StoreMailbase *mailbase;
  StoreReader *reader;
  const BaseCause *cause; /* of all of them; NULL: each has its own (nullable) */
  /* The one to be sent now, if there is any; neither @except (0: none) nor one that is marked as
   * `sending`. (transfer full) (nullable) */
  StoreOutboxEntry *(*next) (gint64 except, gpointer data);
  gpointer data;
} EngineSmtpQueue;

/* Until the queue is empty, or the server takes no more over this session (MAILMAX). The envelope
 * of the next letter goes out behind the end of the one before, with PIPELINING, and one commit
 * says what came of the one and that the other is `sending` (engine-outbox-turn.h). TRUE: the
 * server took responsibility for each letter, to at least one recipient. Otherwise the error is the
 * first, and the entries have their new states; with ENGINE_ERROR_MAYBE_SENT nobody knows.
 * G_IO_ERROR_CANCELLED: a letter was taken back meanwhile, and all others were taken. Who was
 * refused while others were accepted stands in the entry; it waits for its next try while somebody
 * may still get it, with no delay where the server only takes fewer at a time.
 *
 * *@usable: the session may be left in good order. *@go_on: what the queue still has may be tried
 * over another one. */
gboolean engine_smtp_run (const EngineSmtpQueue *queue,
                          NetSession *session,
                          gboolean *usable,
                          gboolean *go_on,
                          GError **error);

G_END_DECLS
