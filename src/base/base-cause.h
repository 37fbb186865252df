/* Why something was said to a server: a click, a timer, a lesson. A cause is made where the wish
 * is born and travels through journal, job, command and event into the ledger. Immutable. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BASE_CAUSE_CONNECT,  /* keep the account connected: the start of a session */
  BASE_CAUSE_CHECK,    /* check an account's settings before storing them */
  BASE_CAUSE_SYNC,     /* a timer or the server's news: look what changed */
  BASE_CAUSE_COLLECT,  /* the user asked for new mail (Receive) */
  BASE_CAUSE_OPEN,     /* the user opened a message */
  BASE_CAUSE_DOWNLOAD, /* bodies in the background */
  BASE_CAUSE_MARK,     /* flags: read, unread, starred */
  BASE_CAUSE_MOVE,     /* moved to a folder; archive too */
  BASE_CAUSE_DELETE,   /* deleted */
  BASE_CAUSE_SEND,     /* Send was pressed */
  BASE_CAUSE_UNDO,     /* the last action is taken back */
  BASE_CAUSE_SAVE,     /* a copy is put into a folder (Sent, Drafts) */
  BASE_CAUSE_WATCH,    /* waiting for news (IDLE) */
  BASE_CAUSE_LESSON,   /* a lesson or the demo asked for it */
  BASE_CAUSE_CONSOLE,  /* typed by hand */
  BASE_CAUSE_SERVE,    /* the practice post office answers a client */
  BASE_CAUSE_SEARCH,   /* the user asked the server to search */
  /* What the practice post office does for a letter, beyond answering clients: */
  BASE_CAUSE_PASS_ON,   /* to the host of another domain */
  BASE_CAUSE_TRY_AGAIN, /* once more, after that host had asked for patience or was not there */
  BASE_CAUSE_REPORT,    /* a delivery report goes back to the sender's domain */
  BASE_CAUSE_THREAD,    /* the user asked the server which letters belong together */
  BASE_CAUSE_LAST = BASE_CAUSE_THREAD
} BaseCauseKind;

typedef struct
{
  guint64 id; /* unique across accounts, processes and restarts; never 0 */
  BaseCauseKind kind;
  char *subject; /* what it was about, in the user's words: a subject, a folder (nullable) */
  gint64 when;   /* UTC, microseconds */
  /* Several wishes that one command served: their ids, in order. Of one wish: none, 0. */
  guint64 *wishes;
  guint n_wishes;
} BaseCause;

BaseCause *base_cause_new (BaseCauseKind kind, const char *subject);
/* A cause read back from disk. */
BaseCause *base_cause_restore (guint64 id, BaseCauseKind kind, const char *subject, gint64 when);
/* What one command is said for that serves all of @causes, in order, which are at least one and of
 * one kind: the cause itself where it is one, else one of its own, which names all of them: with
 * their subject if it is one, and with the moment of the first. (transfer full) */
BaseCause *base_cause_join (const BaseCause *const *causes, guint n);
/* The same, read back from disk: @wishes as they were. */
BaseCause *base_cause_restore_joined (guint64 id,
                                      BaseCauseKind kind,
                                      const char *subject,
                                      gint64 when,
                                      const guint64 *wishes,
                                      guint n_wishes);
/* Whether the wish with this id is @cause, or one of those it stands for. */
gboolean base_cause_covers (const BaseCause *cause, guint64 id);
BaseCause *base_cause_ref (const BaseCause *cause);
void base_cause_unref (BaseCause *cause);

/* A stable word for the database and for JSON ("open", "send" …), and back (-1 if unknown). */
const char *base_cause_kind_name (BaseCauseKind kind);
int base_cause_kind_from_name (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseCause, base_cause_unref)

G_END_DECLS
