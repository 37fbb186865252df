/* What the files of the IMAP counter share: one client's session and its view of a mailbox. Private
 * to the folder. Handlers run with the store locked; they only queue responses. */
#pragma once

#include "imap-core.h"
#include "imap-notify.h"
#include "mail-message.h"
#include "practice-connection.h"

G_BEGIN_DECLS

/* A message as this session knows it. Places change only when the session has been told. */
typedef struct
{
  guint32 uid;
  gboolean recent;
} PracticeSeen;

/* Bytes of one letter (RFC 7889). */
#define PRACTICE_IMAP_MAX_LETTER (64 * 1024 * 1024)
/* Different ones in a mailbox. */
#define PRACTICE_IMAP_KEYWORDS 64

/* What ENABLE, or a command that needs it, has switched on. */
enum
{
  PRACTICE_IMAP_CONDSTORE = 1 << 0,
  PRACTICE_IMAP_QRESYNC = 1 << 1,
  PRACTICE_IMAP_REV2 = 1 << 2,   /* RFC 9051 */
  PRACTICE_IMAP_UTF8 = 1 << 3,   /* UTF8=ACCEPT (RFC 9755, 6855) */
  PRACTICE_IMAP_UIDONLY = 1 << 4 /* RFC 9586 */
};

typedef struct
{
  PracticeConnection base;
  PracticeMailbox *mailbox; /* selected (nullable) */
  gboolean read_only;       /* EXAMINE */
  GArray *view;             /* PracticeSeen, by UID; index + 1 is the sequence number */
  guint64 synced;           /* the mailbox's modseq that the session has been told of */
  gboolean owes_expunge;    /* something is gone that could not be said yet */
  guint enabled;            /* PRACTICE_IMAP_… */
  GArray *saved;            /* guint32: UIDs that SEARCH RETURN (SAVE) kept, "$" (RFC 5182) */

  ImapNotify *notify; /* (nullable) */
  GArray *known;      /* with @notify: the mailboxes as they were told last */
  gboolean creates;   /* the command at hand makes letters: what it made is not told as news */

  GHashTable *literals; /* stream (guint64 *) → GByteArray: APPEND's large letters */
  guint64 idle;         /* the exchange of IDLE; 0: not idling */
  char *idle_tag;
} PracticeImap;

/* practice-imap-answer.c */

ImapCore *practice_imap_core (PracticeImap *imap);
void practice_imap_respond (PracticeImap *imap, guint64 exchange, ImapResponse *response);
/* The tagged answer. @code may be %NULL. */
void practice_imap_finish (PracticeImap *imap,
                           const ImapEvent *event,
                           ImapStatus status,
                           const char *code,
                           const char *text);

/* Writes what the command changed. %FALSE: the disk does not take it; it is undone, and the command
 * has been answered with NO. */
gboolean practice_imap_commit (PracticeImap *imap, const ImapEvent *event);

/* SELECT's parameters (RFC 7162). */
typedef struct
{
  gboolean condstore;  /* something was given */
  guint32 uidvalidity; /* 0: no QRESYNC */
  guint64 modseq;
  ImapSet *known; /* UIDs that the client has (nullable: all) */
} PracticeResync;

/* practice-imap-resync.c */

void practice_imap_enable (PracticeImap *imap, const ImapEvent *event);
/* The command at hand shows that the client counts changes: MODSEQ is told from now on. */
void practice_imap_wants_modseq (PracticeImap *imap, guint64 exchange);
/* %FALSE: not a parameter that is known and allowed now. To be cleared. */
gboolean
practice_imap_resync_parse (PracticeImap *imap, const char *options, PracticeResync *resync);
void practice_imap_resync_clear (PracticeResync *resync);
/* VANISHED and FETCH for what happened in the mailbox just opened since the client was here. */
void practice_imap_resync (PracticeImap *imap, guint64 exchange, const PracticeResync *resync);
/* VANISHED (EARLIER): what went after the change @since, of @known (nullable). */
void
practice_imap_tell_gone (PracticeImap *imap, guint64 exchange, guint64 since, const ImapSet *known);
/* @uids: guint32, sorted; none: nothing is said. */
void
practice_imap_tell_vanished (PracticeImap *imap, guint64 exchange, GArray *uids, gboolean earlier);

/* practice-imap-object.c; all (transfer full). */

char *practice_imap_email_id (const PracticeEntry *entry);
/* %NULL: the letter has no name. */
char *practice_imap_thread_id (MailMessage *message);
char *practice_imap_mailbox_id (const PracticeMailbox *mailbox);
char *practice_imap_preview (MailMessage *message);

/* practice-imap-quota.c */

void practice_imap_quota (PracticeImap *imap, const ImapEvent *event);
/* %FALSE: @more bytes do not fit, and the command has been answered with NO. */
gboolean practice_imap_has_room (PracticeImap *imap, const ImapEvent *event, guint64 more);

/* practice-imap-notify.c */

void practice_imap_notify (PracticeImap *imap, const ImapEvent *event);
/* Tells what happened outside the open mailbox since the last time. */
void practice_imap_notify_sync (PracticeImap *imap);
/* What happened until now needs not be told. */
void practice_imap_notify_is_known (PracticeImap *imap);
void practice_imap_notify_end (PracticeImap *imap);
/* What is to be told of the open mailbox (ImapNotifyEvent), and the group that says so (nullable).
 */
guint practice_imap_notify_events (const PracticeImap *imap);
const ImapNotifyGroup *practice_imap_notify_selected (const PracticeImap *imap);

/* practice-imap-folders.c */

/* Whether a mailbox may be called so. */
gboolean practice_imap_is_good_name (const char *name);

void practice_imap_tell_status (PracticeImap *imap,
                                guint64 exchange,
                                const PracticeMailbox *mailbox,
                                char **items);
/* LIST, of a mailbox whose name or subscription changed; @old_name: what it was called (nullable).
 */
void practice_imap_tell_listed (PracticeImap *imap,
                                guint64 exchange,
                                const PracticeMailbox *mailbox,
                                const char *old_name,
                                gboolean subscribed);
void practice_imap_tell_gone_mailbox (PracticeImap *imap, guint64 exchange, const char *name);

/* practice-imap-search.c */

/* Places (guint, from 0) of the messages that fit. (transfer full) */
GArray *practice_imap_search_places (PracticeImap *imap, const ImapSearchKey *key);
gboolean practice_imap_search_is_known (const PracticeImap *imap, const ImapSearchKey *key);
gboolean practice_imap_search_has_numbers (const PracticeImap *imap, const ImapSearchKey *key);
gboolean practice_imap_search_has_modseq (const PracticeImap *imap, const ImapSearchKey *key);
/* Whether a place beyond the last one is named. */
gboolean practice_imap_search_is_beyond (const PracticeImap *imap, const ImapSearchKey *key);

/* practice-imap-found.c: of @len results those that PARTIAL names, from @first up to @end. */
void practice_imap_window (gint64 from, gint64 to, guint len, guint *first, guint *end);

/* practice-imap-view.c */

/* Opens @mailbox: the view is what is there now. */
void practice_imap_view_open (PracticeImap *imap, PracticeMailbox *mailbox, gboolean read_only);
void practice_imap_view_close (PracticeImap *imap);
/* Tells the session what happened: EXPUNGE (only if @expunge: RFC 3501 §7.4.1), FETCH with flags,
 * EXISTS and RECENT. */
void practice_imap_view_sync (PracticeImap *imap, guint64 exchange, gboolean expunge);
/* Whether @set names a place beyond the last one. */
gboolean practice_imap_view_is_beyond (const PracticeImap *imap, const ImapSet *set);
/* Whether @set names, by its place, a message that is gone, which the client was not yet told. */
gboolean practice_imap_view_names_gone (PracticeImap *imap, const ImapSet *set);
/* What was just done by this session itself needs not be told to it. */
void practice_imap_view_is_known (PracticeImap *imap);
/* A FETCH of the message at @index, still empty; after ENABLE UIDONLY a UIDFETCH. */
ImapResponse *practice_imap_view_response (PracticeImap *imap, guint index);
/* FETCH with the flags of the message at @index, with its UID where @uid, and MODSEQ where the
 * client wants it. */
void practice_imap_tell_flags (PracticeImap *imap, guint64 exchange, guint index, gboolean uid);
/* Flags of an entry as the session sees them, with \Recent. (transfer: imap_flags_clear) */
void practice_imap_view_flags (PracticeImap *imap,
                               guint index,
                               const PracticeEntry *entry,
                               ImapFlags *flags);
/* Places (guint, from 0) of the messages in @set that are still there, in order. A sequence number
 * beyond the last is an error: %NULL. (transfer full) */
GArray *practice_imap_view_select (PracticeImap *imap, const ImapSet *set, gboolean uid);
/* Whether the message at a place is in @set. */
gboolean
practice_imap_view_in_set (PracticeImap *imap, guint index, const ImapSet *set, gboolean uid);
/* %NULL: it is gone. */
PracticeEntry *practice_imap_view_entry (PracticeImap *imap, guint index);

/* Handlers: one a command or a family; each ends its command. */
void practice_imap_folders (PracticeImap *imap, const ImapEvent *event);
void practice_imap_fetch (PracticeImap *imap, const ImapEvent *event);
/* Tells what @command asks of the message at @index; nothing is marked as read. */
void practice_imap_fetch_one (
    PracticeImap *imap, guint64 exchange, const ImapCommand *command, guint index, guint items);
void practice_imap_search (PracticeImap *imap, const ImapEvent *event);
void practice_imap_change (PracticeImap *imap, const ImapEvent *event);
/* @letters: GBytes (each nullable), as many as the command has. */
void practice_imap_append (PracticeImap *imap, const ImapEvent *event, GPtrArray *letters);

G_END_DECLS
