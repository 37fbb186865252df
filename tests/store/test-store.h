/* What the store's tests share: a directory of their own, folders and letters in one line each. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "store-book.h"
#include "store-read.h"
#include "store-write.h"

typedef struct
{
  char *dir;
  StoreMailbase *mailbase;
  StoreReader *reader;
  BaseCause *cause;
  gint64 inbox, archive, trash, maildrop; /* server, but trash of POP3 set-ups */
} Fix;

/* An account with its folders; POP3: local ones and a maildrop. */
void fix_setup_imap (Fix *fix, gconstpointer data);
void fix_setup_pop3 (Fix *fix, gconstpointer data);
void fix_teardown (Fix *fix, gconstpointer data);
/* Closes and opens again, as a restart would. */
void fix_reopen (Fix *fix);
void fix_remove_directory (const char *path);

typedef gboolean (*FixFunc) (StoreTx *tx, Fix *fix, GError **error);
/* Runs @block inside a transaction that must succeed. */
#define FIX_WRITE(fix, func, data)                                                 \
  G_STMT_START                                                                     \
  {                                                                                \
    g_autoptr (GError) fix_error = NULL;                                           \
    store_mailbase_write (                                                         \
        (fix)->mailbase, STORE_PRIORITY_CLICK, FALSE, (func), (data), &fix_error); \
    g_assert_no_error (fix_error);                                                 \
  }                                                                                \
  G_STMT_END

gint64 fix_folder (Fix *fix, StorePlace place, const char *name, StoreRole role);
/* A header row on the server; returns the placement. */
gint64 fix_header (
    Fix *fix, gint64 folder, guint32 uidvalidity, guint32 uid, const char *message_id, guint flags);
/* A whole letter; @uidl: POP3, with its placements here and in the maildrop. Returns the placement.
 */
gint64 fix_letter (Fix *fix,
                   gint64 folder,
                   guint32 uid,
                   const char *uidl,
                   const char *message_id,
                   const char *text);
gint64 fix_message_of (Fix *fix, gint64 placement);
StoreRow *fix_row (Fix *fix, gint64 placement);
guint fix_count (Fix *fix, gint64 folder);
gint64 fix_move (Fix *fix, gint64 placement, gint64 target);
gint64 fix_flags (Fix *fix, gint64 placement, guint add, guint remove);
gint64 fix_delete (Fix *fix, gint64 placement, gboolean dele);
void fix_done (Fix *fix, gint64 journal, const char *exchange);
void fix_undo (Fix *fix, guint64 cause);
void fix_expunge (Fix *fix, gint64 folder, guint32 uidvalidity, guint32 uid);
GPtrArray *fix_journal (Fix *fix);
/* "seen-on-server copied-here …" of a message, in order. */
char *fix_ledger (Fix *fix, gint64 message);
/* The maintained counters are what counting gives. */
void fix_check_counts (Fix *fix);
