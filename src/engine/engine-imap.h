/* One signed-in IMAP session of an account: commands go out in pipelines, what comes back is
 * written in bulk. Used by one thread; the files engine-imap-*.c are its work. */
#pragma once

#include "engine-bulk.h"
#include "engine-connect.h"
#include "engine-question.h"
#include "engine-work.h"
#include "imap-core.h"
#include "store-read.h"

G_BEGIN_DECLS

typedef struct _EngineImap EngineImap;
typedef struct _EngineImapNews EngineImapNews;
typedef struct _EngineImapLook EngineImapLook;
typedef struct _EngineShare EngineShare; /* engine-share.h */

/* Sees what comes before the answers waited for: RESPONSE and LITERAL events. */
typedef void (*EngineImapFunc) (EngineImap *imap, ImapEvent *event, gpointer data);

struct _EngineImap
{
  const StoreAccountInfo *info;
  StoreMailbase *mailbase;
  StoreReader *reader;
  NetSession *session;
  ImapCore *core;
  EngineBulk *bulk;
  EngineWork work;
  EngineShare *share;     /* who helps with many letters (nullable, not owned) */
  const BaseCause *cause; /* of the job that runs now */

  EngineImapFunc func; /* of the command that runs now (nullable) */
  gpointer func_data;
  GHashTable *done;     /* guint64 exchange → ImapEvent: ended, not yet waited for */
  GHashTable *streams;  /* guint64 → EngineStream: literals that arrive in pieces */
  GHashTable *gathered; /* guint64 → GByteArray: the same, kept in memory instead (nullable) */

  /* The selected folder; folder NULL: none. */
  StoreFolder *folder;
  guint32 uidvalidity, uidnext, exists;
  guint64 modseq; /* HIGHESTMODSEQ; 0: the server keeps none */
  gboolean read_only;
  gboolean counted;     /* SELECT told how many letters there are */
  gboolean behind;      /* SELECT told of what is not known here: it came while another folder was
                           open, and a server need not tell in any other way */
  gboolean no_keywords; /* it told which marks last, and $Forwarded is none of them */
  gboolean reading;     /* the account's second connection: see engine_imap_only_read() */
  gboolean hold;        /* the next command is to stop at the gate */
  gboolean held;        /* one does */
  gboolean news;        /* the server said by itself that something changed */
  gboolean proved;      /* since it was selected, its UIDs were seen to be the letters known here */
  gboolean rebuilt;     /* they are not: engine_imap_sync() has to meet all of them again */
  guint rebuilds;       /* how often that was found in this session */
  GHashTable *looked;   /* gint64: folders that were looked at (engine_imap_look()) */
  GHashTable *uncounted; /* gint64: folders in which marks changed that were not counted */
  GPtrArray *elsewhere;  /* ImapResponse: STATUS of other folders, said by itself (NOTIFY) */
  gboolean tree;         /* and that folders came or went */
  gboolean begun;        /* ID, ENABLE and NAMESPACE were said, where offered */
  gboolean garbled_ids;  /* of mailboxes: a server that is known for it */
  char *prefix;          /* of names of the person's own folders (NAMESPACE) (nullable) */
  struct
  {
    ImapCodeType code;
    char *said; /* (nullable) */
  } refusal;    /* of the last command that was refused */
  gboolean notify_asked;
  gboolean notified; /* NOTIFY was said, and the server tells of all folders */
  struct
  {
    gboolean known;
    gboolean stale;     /* something was put there, removed or refused since */
    gint64 used, limit; /* 1024 bytes */
  } quota;              /* of the root with the least room */
  struct
  {
    /* What there was when it began. */
    gint64 from; /* net_clock_now() */
    gint64 waited, queued;
    guint64 bytes;
    guint doubts; /* measures that said little */
    guint slow_samples;
    guint samples; /* parts of the letters that were fetched to measure it */
    gboolean known, slow;
    gboolean asked; /* COMPRESS was said */
  } speed;          /* of the line */

  /* What SELECT told of changes since the folder was last equal (QRESYNC); NULL: nothing, or more
   * was said since. Synchronising writes it, and nothing else: what the journal left unfinished has
   * to be found out first. */
  EngineImapNews *told;
};

/* Takes @session (transfer full), which is signed in. */
EngineImap *engine_imap_new (const StoreAccountInfo *info,
                             StoreMailbase *mailbase,
                             NetSession *session,
                             const EngineWork *work,
                             GError **error);
/* The session is the account's second: folders are opened with EXAMINE, and nothing it hears is
 * written but the letters asked for, with @priority. What changes rows (flags, what is gone,
 * another UIDVALIDITY) is the first one's business, which hears it in order with what it says
 * itself. */
void engine_imap_only_read (EngineImap *imap, StorePriority priority);
/* Says LOGOUT if the session still stands. */
void engine_imap_free (EngineImap *imap);

/* Whether it is offered, in its own word or as a part of IMAP4rev2. */
gboolean engine_imap_has (EngineImap *imap, const char *capability);
/* Submits (transfer full) for the running job's cause. */
guint64 engine_imap_submit (EngineImap *imap, ImapCommand *command);
/* Runs until @exchange has ended. NULL only when the session is over. (transfer full) */
ImapEvent *engine_imap_wait (EngineImap *imap, guint64 exchange, GError **error);
/* Notes one event; returns the exchange it ended, which engine_imap_wait() then gives, or 0. */
guint64 engine_imap_take (EngineImap *imap, BaseEvent *event);
/* The same, and a NO or BAD becomes an error that says @what could not be done. */
gboolean engine_imap_wait_ok (EngineImap *imap, guint64 exchange, const char *what, GError **error);
gboolean engine_imap_run (EngineImap *imap, ImapCommand *command, const char *what, GError **error);
/* RFC 9738: says a command and, where the server stopped at its limit, says it again for what is
 * below, until all is done. @below: 0, or above all that is to be asked for. */
typedef ImapCommand *(*EngineImapBelowFunc) (EngineImap *imap, guint32 below, gpointer data);
gboolean engine_imap_run_down (
    EngineImap *imap, EngineImapBelowFunc command, gpointer data, const char *what, GError **error);
/* How many messages one command may touch. */
guint engine_imap_message_limit (EngineImap *imap);
/* Notes the code and the words of a refusal, too: engine_imap_refusal_text(). */
void engine_imap_set_refused (EngineImap *imap,
                              const ImapEvent *event,
                              const char *what,
                              GError **error);

/* engine-imap-begin.c: what is said once, without waiting for the answers: who we are (ID), what is
 * to be enabled, and the question where the person's own folders are (NAMESPACE). */
void engine_imap_begin (EngineImap *imap);
/* STATUS of MAILBOXID can be asked (RFC 8474 §4), and believed. */
gboolean engine_imap_has_mailbox_ids (EngineImap *imap);
void engine_imap_begin_told (EngineImap *imap, const ImapResponse *response);

/* engine-imap-append.c: the question for the quota, whose answer is not waited for. */
void engine_imap_ask_quota (EngineImap *imap);
/* The same, if what was told before is no longer so. */
void engine_imap_renew_quota (EngineImap *imap);
void engine_imap_quota_told (EngineImap *imap, const ImapQuota *quota);
/* *@utf8: the message is to be put as UTF8 (…), because its header is not ASCII and the server was
 * told that we know (UTF8=ACCEPT). */
gboolean engine_imap_is_utf8 (EngineImap *imap, gint64 message, gboolean *utf8, GError **error);
/* Puts the entries' letters into a folder by one command; how it ended. What would be refused is
 * not said: %NULL with ENGINE_ERROR_REFUSED, which says why. (transfer full) */
ImapEvent *engine_imap_append (EngineImap *imap,
                               const char *folder,
                               StoreJournalEntry *const *entries,
                               guint n,
                               GError **error);

/* engine-imap-refusal.c: what a person is told of a command refused with this code: why, and what
 * can be done. %NULL: nothing particular. */
const char *engine_imap_refusal_reason (ImapCodeType code);
/* The same of the last command that was refused, with the server's words. (transfer full) */
char *engine_imap_refusal_text (EngineImap *imap);
/* That command's refusal was borne: it is not why anything fails. */
void engine_imap_forget_refusal (EngineImap *imap);
/* What was refused of the letters that were asked for many at a time, and then by halves. */
typedef struct
{
  GError *first; /* (nullable) */
  guint alone;   /* letters refused by themselves since one was given */
} EngineImapRefused;
/* @n of them were, in one command. FALSE, with the first refusal: it is not these letters, the
 * server gives none. (transfer full) @refusal */
gboolean
engine_imap_bear_refusal (EngineImapRefused *refused, GError *refusal, guint n, GError **error);

/* engine-imap-select.c: selects; a changed UIDVALIDITY is dealt with before this returns, and what
 * a server tells with SELECT is kept for engine_imap_sync(). Does nothing when it is selected
 * already. On the second connection another UIDVALIDITY than the folder's is left as it is: the
 * caller compares. */
gboolean engine_imap_select (EngineImap *imap, StoreFolder *folder, GError **error);
/* The selected folder is no longer wanted, nor what the server would say of it. */
gboolean engine_imap_unselect (EngineImap *imap, GError **error);
/* The same without a word: the next SELECT tells of it anew. */
void engine_imap_forget_folder (EngineImap *imap);

/* engine-imap-folders.c: LIST, into the store. */
gboolean engine_imap_folders (EngineImap *imap, GError **error);
/* STATUS of all known folders (@names NULL) or of these: StoreFolder of those that a look into is
 * worth, INBOX first. */
gboolean engine_imap_changed (EngineImap *imap, char **names, GPtrArray **changed, GError **error);

/* Of what the server told by itself about other folders: those that a look into is worth, as above;
 * what is told is forgotten. */
gboolean engine_imap_changed_elsewhere (EngineImap *imap, GPtrArray **changed, GError **error);

/* engine-imap-exists.c: *@gone: the server neither tells of the folder (STATUS) nor lists it. */
gboolean
engine_imap_is_gone (EngineImap *imap, const StoreFolder *folder, gboolean *gone, GError **error);

/* engine-imap-sync.c: makes the rows of the selected folder equal to the server's. @complete
 * (nullable): FALSE when something urgent came first. Does nothing while it is not known whether a
 * letter that was to be moved there has come. */
gboolean engine_imap_sync (EngineImap *imap, gboolean *complete, GError **error);

/* engine-imap-uncounted.c: STATUS tells of a folder whose numbers are those known here; @journal:
 * StoreJournalEntry. Whether a look into it is worth it nevertheless: its unread letters are
 * more or fewer than those here. */
gboolean engine_imap_miscounts (EngineImap *imap,
                                const StoreFolder *folder,
                                const ImapStatusItems *status,
                                GPtrArray *journal);
/* Whether that was so of the selected folder; whether its flags were not looked at for a week. */
gboolean engine_imap_is_miscounted (EngineImap *imap);
gboolean engine_imap_flags_are_due (EngineImap *imap);
/* They were, in this transaction. */
gboolean engine_imap_note_looked (StoreTx *tx, gint64 folder, GError **error);
/* The selected folder is equal to the server's, as it is known again. */
void engine_imap_end_miscount (EngineImap *imap);

/* engine-imap-flags.c: the flags of one message, said by the server by itself. */
void engine_imap_note_flags (EngineImap *imap, const ImapFetch *fetch);
/* The flags of all that is known here, of the @newest (not 0), or (@since not 0) those changed
 * since; *@modseq rises to the highest seen. *@strange: what answered is not what is known here. */
gboolean engine_imap_ask_flags (EngineImap *imap,
                                guint64 since,
                                guint newest,
                                guint64 *modseq,
                                gboolean *strange,
                                GError **error);
/* Queues that these UIDs (guint32, copied) are gone, by @exchange (static). */
void engine_imap_drop (EngineImap *imap, GArray *uids, const char *exchange);
/* Something was done or said since SELECT: what it told may be old. */
void engine_imap_forget_told (EngineImap *imap);
/* What is told with SELECT. */
EngineImapNews *engine_imap_news_new (void);
void engine_imap_news_free (EngineImapNews *news);
void engine_imap_news_clear (EngineImapNews *news);
void engine_imap_news_add_flags (EngineImapNews *news, const ImapFetch *fetch);
void engine_imap_news_add_vanished (EngineImapNews *news, ImapSet *set);
gboolean engine_imap_news_is_empty (const EngineImapNews *news);
/* Queues what it says of the rows @here (guint32, ascending), from which those that vanished go,
 * and fills @fresh with the UIDs above. */
void engine_imap_news_take (EngineImap *imap, EngineImapNews *news, GArray *here, GArray *fresh);

/* So many slow samples in a row show that the line is slow. */
#define ENGINE_IMAP_SAMPLES 4
/* engine-imap-compress.c: letters begin to come, a batch of them has come. */
void engine_imap_measure_begin (EngineImap *imap);
void engine_imap_measure (EngineImap *imap);
/* The line is slow, and the server can compress: let what is under way end, then begin. */
gboolean engine_imap_compression_pays (EngineImap *imap);
/* Nothing may be under way. A server's refusal is no error. */
gboolean engine_imap_compress (EngineImap *imap, GError **error);

/* engine-imap-headers.c: rows of @uids (guint32), which are ascending; the last ones first. */
gboolean engine_imap_headers (EngineImap *imap, GArray *uids, gboolean *complete, GError **error);

/* Rows of the newest @n by place, where the server has PARTIAL; their UIDs are added to @uids. */
gboolean engine_imap_newest (EngineImap *imap, guint n, GArray *uids, GError **error);

/* Rows of letters that are here already, to see whether they are what they were: the store finds
 * out. The UIDs that were answered are added to @met. */
gboolean engine_imap_headers_again (EngineImap *imap, GArray *uids, GArray *met, GError **error);
/* The answered header (nullable). */
const ImapSection *engine_imap_header_section (const ImapFetch *fetch);
/* Whether a header (that was asked for with the size), or a whole letter, is what a server gives in
 * place of one that is gone: then it is nobody's. */
gboolean engine_imap_is_stand_in (const ImapFetch *fetch, const ImapSection *section);

/* engine-imap-same.c: what the server says the letters of the selected folder with these UIDs are:
 * EngineLetter, of which only what tells letters apart is filled; those without an answer are left
 * out. */
GPtrArray *engine_imap_heads (EngineImap *imap, const guint32 *uids, guint n, GError **error);
typedef enum
{
  ENGINE_SAME_UNKNOWN, /* no answer */
  ENGINE_SAME_YES,
  ENGINE_SAME_OTHER /* another letter than the one that is known here */
} EngineSame;
gboolean engine_imap_compare (EngineImap *imap,
                              const guint32 *uids,
                              const gint64 *messages,
                              guint n,
                              EngineSame *found,
                              GError **error);
/* The same in steps: the question, which is to be submitted; the answers, which go to @heads
 * (EngineLetter); what they say. What is refused is no error and tells nothing. */
GPtrArray *engine_imap_heads_new (void);
ImapCommand *engine_imap_heads_command (const guint32 *uids, guint n);
gboolean
engine_imap_wait_heads (EngineImap *imap, guint64 exchange, GPtrArray *heads, GError **error);
gboolean engine_imap_compare_heads (EngineImap *imap,
                                    GPtrArray *heads,
                                    const guint32 *uids,
                                    const gint64 *messages,
                                    guint n,
                                    EngineSame *found,
                                    GError **error);
/* UIDs of the selected folder name other letters than they did: nothing here has a UID any more
 * until it is synchronised. */
gboolean engine_imap_doubt (EngineImap *imap, GError **error);
/* What SELECT told went down: some letters are looked at, and the folder may be doubted. */
gboolean engine_imap_check_signs (EngineImap *imap, GError **error);
/* Before something is done with the letters of @uids: once a selection, some of them are looked at.
 * *@rebuilt: the folder was doubted, and @uids mean nothing. */
gboolean engine_imap_prove (EngineImap *imap,
                            StoreJournalEntry *const *entries,
                            const guint32 *uids,
                            guint n,
                            gboolean *rebuilt,
                            GError **error);
/* Letters whose UIDs here are only promised are looked for under them. */
gboolean engine_imap_check_promised (EngineImap *imap, GError **error);

/* engine-imap-look.c: a few letters that are known of @folder are looked at when it is opened, once
 * a session. To be called when SELECT has been said; %NULL: there is nothing to look at. */
EngineImapLook *engine_imap_look (EngineImap *imap, const StoreFolder *folder);
/* Waits for the answers; @opened: so was the folder. If one is another letter the folder has been
 * doubted. @look: (transfer full) (nullable) */
gboolean
engine_imap_end_look (EngineImap *imap, EngineImapLook *look, gboolean opened, GError **error);

/* engine-imap-extras.c: what rows are given besides their headers, where the server has it; what it
 * answered goes to @letter. */
void engine_imap_ask_extras (EngineImap *imap, ImapCommand *fetch);
void engine_imap_take_extras (const ImapFetch *fetch, EngineLetter *letter);
/* When it came; what its header says, where the server's INTERNALDATE is no date. */
gint64 engine_imap_arrived (const ImapFetch *fetch, const EngineLetter *letter);
/* Messages that left their last folder, and were met in no other while all were looked through. */
void engine_imap_collect_adrift (EngineImap *imap);

/* engine-imap-labels.c: Gmail (X-GM-EXT-1), whose folders are labels. What the move from the one to
 * the other is in labels, to be said in All Mail: @mode '+' or '-', and the label (transfer full);
 * %FALSE: it is a move like any other. */
gboolean engine_imap_label_move (
    EngineImap *imap, const StoreFolder *from, const StoreFolder *to, int *mode, char **label);
/* The UID of a message in a folder; 0: not known. */
guint32 engine_imap_uid_in (EngineImap *imap, gint64 message, gint64 folder);

/* engine-imap-body.c: @missing: StoreMissing of the selected folder. @got (nullable) counts. */
gboolean engine_imap_bodies (
    EngineImap *imap, const StoreMissing *missing, guint n, guint *got, GError **error);
/* How many of @missing from @first on go into one command of @limit bytes. */
guint engine_imap_batch (const StoreMissing *missing, guint n, guint first, guint64 limit);
/* engine-imap-part.c: one part ("2", "1.2") of a letter of the selected folder, without its
 * transfer encoding, in memory. (transfer full) */
GBytes *engine_imap_part (EngineImap *imap, guint32 uid, const char *section, GError **error);

/* engine-imap-suspect.c: the server ended the connection when this letter was to come. */
void engine_imap_suspect (EngineImap *imap, guint32 uid);
/* Takes such letters out of @missing (StoreMissing). Those that may be tried again, each alone,
 * when nothing else is missing. (transfer full) */
GArray *engine_imap_take_suspects (EngineImap *imap, GArray *missing);
/* engine-imap-keep.c: whether the keep policy wants letters here at all. */
gboolean engine_imap_keeps (const StoreAccountInfo *info);
/* All that the keep policy wants of the selected folder, newest first. */
gboolean engine_imap_keep (EngineImap *imap, gboolean *complete, GError **error);

/* engine-imap-arrived.c: what came into a folder since it was last equal to the rows here: UIDs, of
 * the folder opened for it. */
GArray *engine_imap_arrivals (EngineImap *imap, StoreFolder *folder, GError **error);
/* Those of them that have no row here. */
GArray *engine_imap_strangers (EngineImap *imap, StoreFolder *folder, GError **error);
/* The one of @uids with this Message-ID; *@uid 0: there is none. */
gboolean engine_imap_find_among (
    EngineImap *imap, GArray *uids, const char *message_id, guint32 *uid, GError **error);
/* engine-imap-uids.c: for g_array_sort() of guint32. */
int engine_imap_compare_uids (gconstpointer a, gconstpointer b);
/* In any order, 0 is none of them. */
ImapSet *engine_imap_set (const guint32 *uids, guint n);
/* Whether they go into one command: no server need take a line of any length. */
gboolean engine_imap_fits_line (const guint32 *uids, guint n);

/* engine-imap-journal.c: plays what waits. Entries refused for good are marked stuck and are no
 * error of the run. *@refused: what was refused for now, and waits with all that was wished of the
 * same letters; the session goes on. */
gboolean engine_imap_journal (EngineImap *imap, GError **refused, GError **error);
/* Removes letters that are marked as deleted. Without UIDPLUS only EXPUNGE of everything marked
 * exists; it is said only when that is @ours alone, so that nobody else's marks are acted upon, and
 * then *@verb is what was said. @what: what a refusal is told as. */
gboolean engine_imap_expunge (
    EngineImap *imap, ImapSet *ours, const char *what, const char **verb, GError **error);

/* engine-imap-search.c: UIDs of the selected folder, ascending. */
GArray *engine_imap_all_uids (EngineImap *imap, GError **error);
/* Those of @first:*; fewer bytes than asking for all. */
GArray *engine_imap_uids_from (EngineImap *imap, guint32 first, GError **error);
/* Of @first:*, too; with exactly this Message-ID. */
GArray *engine_imap_find_message_id (EngineImap *imap,
                                     const char *message_id,
                                     guint32 first,
                                     GError **error);
/* Those with the flag \Deleted. */
GArray *engine_imap_deleted_uids (EngineImap *imap, GError **error);
/* Those of @set that are there. */
GArray *engine_imap_uids_of (EngineImap *imap, ImapSet *set, GError **error);
gboolean engine_imap_uid_exists (EngineImap *imap, guint32 uid, gboolean *exists, GError **error);

/* What a person looks for (store_query_terms()) in headers and text of whole letters: the newest
 * ones found by their date where the server sorts, else by their UID. *@saved: the server remembers
 * just these as "$" (RFC 5182). */
GArray *engine_imap_find_words (
    EngineImap *imap, const char *query, guint last, gboolean *saved, GError **error);

/* engine-imap-find.c: the same in all folders, as messages (gint64) of the store; what is found and
 * not known here is synchronised first, but not over a second connection. A folder that does not
 * search keeps nobody from the others; it is an error where none does. */
GArray *engine_imap_find (EngineImap *imap, const char *query, guint last, GError **error);

/* engine-imap-conversation.c: @message and the letters that belong to its conversation, by what is
 * known here (store_reader_conversation()) and by what the server says where it groups letters:
 * messages (gint64), those known here first. ENGINE_ERROR_REFUSED: it groups none. (transfer full)
 */
GArray *engine_imap_conversation (EngineImap *imap, gint64 message, GError **error);
/* engine-imap-find.c: one or the other. */
GArray *engine_imap_answer (EngineImap *imap, const EngineQuestion *question, GError **error);

/* engine-imap-draft.c: the outbox's drafts into the server's folder, and out of it what was sent,
 * discarded or replaced. Versions younger than @quiet (microseconds) wait; *@next (nullable): how
 * long, 0: none waits. */
gboolean engine_imap_drafts (EngineImap *imap, gint64 quiet, gint64 *next, GError **error);

/* Watches the selected folder by IDLE (or NOOP), and all others where the server has NOTIFY, until
 * there is news of any of them, the waker is woken, or @until (net_clock_now()) has come. */
gboolean engine_imap_watch (EngineImap *imap, gint64 until, GError **error);

/* Flags as the store has them, and keywords as one string. (transfer full) */
guint engine_imap_flags (const ImapFlags *flags, char **keywords);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineImap, engine_imap_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineImapNews, engine_imap_news_free)

G_END_DECLS
