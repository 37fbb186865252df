/* Questions to an account's database. Every statement is reset before the call returns. */
#pragma once

#include "base-body.h"
#include "store-mailbase.h"

G_BEGIN_DECLS

GPtrArray *store_reader_folders (StoreReader *reader, GError **error); /* StoreFolder */
StoreFolder *store_reader_folder (StoreReader *reader, gint64 id, GError **error);
StoreFolder *store_reader_folder_by_name (StoreReader *reader,
                                          const char *name,
                                          GError **error); /* INBOX any case; maildrop excluded */
StoreFolder *store_reader_folder_by_role (StoreReader *reader,
                                          StoreRole role,
                                          GError **error); /* NULL without error: none */

/* Placement ids of a folder, newest first by sort_date; gint64. Cheap: a million take 0.15 s. */
typedef struct
{
  gint64 placement, sort_date;
} StoreListed;
GArray *store_reader_list (StoreReader *reader, gint64 folder, GError **error); /* StoreListed */
/* The first @limit of these. */
GArray *store_reader_list_newest (StoreReader *reader, gint64 folder, guint limit, GError **error);
GPtrArray *store_reader_rows (StoreReader *reader,
                              const gint64 *placements,
                              guint n,
                              GError **error); /* StoreRow in the order asked; NULL where gone */
/* A shown placement of a message (nullable without error). */
StoreRow *store_reader_row_of_message (StoreReader *reader, gint64 message, GError **error);
GPtrArray *store_reader_placements (StoreReader *reader,
                                    gint64 message,
                                    GError **error); /* StoreRow, hidden ones too */
/* @message and the letters that belong to its conversation, because one names the other as what it
 * answers (RFC 5322 §3.6.4): messages (gint64), @message first; empty when it is gone. All letters
 * are looked at, which takes its time: not for the app's thread. */
#define STORE_CONVERSATION_MAX 500
GArray *store_reader_conversation (StoreReader *reader, gint64 message, GError **error);

/* The letter's bytes. %NULL with STORE_ERROR_NOT_FOUND: headers only. */
GBytes *store_reader_source (StoreReader *reader, gint64 message, GError **error);
/* The same in pieces, on a connection of its own, for another thread. */
BaseBody *store_mailbase_source_body (StoreMailbase *mailbase, gint64 message, GError **error);
/* The same over a reader that is there and stays longer than the body does. */
BaseBody *store_reader_source_body (StoreReader *reader, gint64 message, GError **error);

/* For synchronisation. */
GArray *store_reader_uids (StoreReader *reader,
                           gint64 folder,
                           guint32 uidvalidity,
                           GError **error); /* guint32 ascending */
typedef struct
{
  guint32 uid;
  guint server_flags;
  guint64 modseq;
  guint keywords; /* g_str_hash() of them, as they are in a row */
} StoreUidFlags;
GArray *
store_reader_uid_flags (StoreReader *reader, gint64 folder, guint32 uidvalidity, GError **error);
/* The @n highest UIDs below @below (StoreMissing, without size), to see whether they are what they
 * were. */
GArray *store_reader_known_below (StoreReader *reader,
                                  gint64 folder,
                                  guint32 uidvalidity,
                                  guint32 below,
                                  guint n,
                                  GError **error);
/* The lowest; *@uid 0: there is none. */
gboolean store_reader_oldest_known (StoreReader *reader,
                                    gint64 folder,
                                    guint32 uidvalidity,
                                    guint32 *uid,
                                    gint64 *message,
                                    GError **error);
/* Placements whose UID was promised (StoreDoubt), and that nobody has seen there yet. */
typedef struct
{
  gint64 placement;
  guint32 uidvalidity, uid;
} StorePromised;
GArray *store_reader_promised (StoreReader *reader, gint64 folder, GError **error);
/* @identity: (transfer full) %NULL when the message is gone. */
gboolean store_reader_identity (StoreReader *reader,
                                gint64 message,
                                StoreIdentity **identity,
                                GError **error);
/* Letters that something names: how many are known here, how many of them without their bytes, and
 * the subject of one. Each call adds to @meant; zero it first; @subject is the caller's. */
typedef struct
{
  guint letters, without;
  char *subject;
} StoreMeant;
gboolean store_reader_meant_uids (StoreReader *reader,
                                  gint64 folder,
                                  guint32 uidvalidity,
                                  guint32 first,
                                  guint32 last,
                                  StoreMeant *meant,
                                  GError **error);
/* What the server last said is marked \Deleted. */
gboolean store_reader_meant_marked (
    StoreReader *reader, gint64 folder, guint32 uidvalidity, StoreMeant *meant, GError **error);
/* POP3 */
gboolean
store_reader_meant_uidl (StoreReader *reader, const char *uidl, StoreMeant *meant, GError **error);
/* What is without a body here, newest first, at most @limit. @since: only those arrived after
 * (seconds); 0: all, also one that came at no date or before 1970. */
typedef struct
{
  guint32 uid;
  gint64 message;
  guint64 size;
  guint name; /* store_missing_name() of its Message-ID */
} StoreMissing;
/* 0: it has none. */
guint store_missing_name (const char *message_id);
GArray *store_reader_missing_bodies (
    StoreReader *reader, gint64 folder, gint64 since, guint limit, GError **error);
/* What is remembered of the letters that a POP3 server listed, by UIDL: as little as can be, since
 * there may be a million. */
typedef struct
{
  gint64 placement, message;
  gint64 arrived; /* seconds */
  guint64 listed; /* what LIST said it weighs when its content was known, 0: not noted */
  gboolean has_source;
  gboolean is_here; /* it stands in a folder of this computer; else it was deleted here */
  char uidl[];
} StoreKept;
GHashTable *store_reader_maildrop (StoreReader *reader, GError **error); /* uidl → StoreKept */
GPtrArray *store_reader_journal (StoreReader *reader,
                                 GError **error); /* StoreJournalEntry in order */
/* Those of them that a server refused for good. */
GPtrArray *store_reader_refused (StoreReader *reader, GError **error);
GPtrArray *store_reader_outbox (StoreReader *reader,
                                GError **error); /* StoreOutboxEntry, newest first */
/* Those that may have been sent. */
GPtrArray *store_reader_outbox_unknown (StoreReader *reader,
                                        GError **error); /* StoreOutboxEntry, newest first */
/* Those that whoever sends has in hand, or had when it ended: `sending`, or marked. */
GPtrArray *store_reader_outbox_half (StoreReader *reader,
                                     GError **error); /* StoreOutboxEntry, oldest first */
/* @entry: %NULL when there is none with this id. */
gboolean store_reader_outbox_entry (StoreReader *reader,
                                    gint64 id,
                                    StoreOutboxEntry **entry,
                                    GError **error);
/* @due: the oldest letter but @except (0: none) that is to be sent at @now, 0: none. @next: when
 * another will be (UTC microseconds), G_MAXINT64: none waits. */
gboolean store_reader_outbox_due (
    StoreReader *reader, gint64 now, gint64 except, gint64 *due, gint64 *next, GError **error);
/* Where on the server the letter of an outbox entry is seen: its Message-ID in Sent, else in INBOX;
 * @folder is %NULL where it is not. (transfer full) */
gboolean store_reader_outbox_seen (
    StoreReader *reader, gint64 id, char **folder, StoreRole *role, GError **error);
/* What reports said of a letter that was sent: StoreDelivery, in the order of their first words.
 */
GPtrArray *store_reader_deliveries (StoreReader *reader, const char *message_id, GError **error);
GPtrArray *store_reader_draft_copies (StoreReader *reader,
                                      GError **error); /* StoreDraftCopy, oldest first */
/* The draft in the outbox that this letter of the server's is a version of; 0: none. */
gint64 store_reader_draft_of (StoreReader *reader, gint64 placement);
GPtrArray *store_reader_ledger (StoreReader *reader,
                                gint64 message,
                                GError **error); /* 0: all; oldest first */
gboolean store_reader_strip (StoreReader *reader, StoreStrip *strip, GError **error);
/* The same as the ledger had it at @when (UTC microseconds), provisional states as such: a DELETE
 * or \Deleted that was only asked for in @leaving_at_quit, a move in @waiting. Sizes and quota are
 * not in the ledger: bytes_here and server_size are -1. Reads the whole ledger until then. */
gboolean
store_reader_strip_at (StoreReader *reader, gint64 when, StoreStrip *strip, GError **error);
/* Letters (gint64, at most @max) of whom the ledger says this cause, or one that it stands for, and
 * this command changed something between the two moments. (transfer full) */
GArray *store_reader_letters_of (StoreReader *reader,
                                 const BaseCause *cause,
                                 const char *exchange,
                                 gint64 from,
                                 gint64 to,
                                 guint max,
                                 GError **error);
char *store_reader_fact (StoreReader *reader, const char *name, gint64 *at);

/* Search, newest first. @missing: rows not yet indexed. Query words are ANDed, the last is a
 * prefix; quotes make phrases; "from:", "to:", "subject:" name a field. Returns message ids
 * (gint64). */
GArray *store_search (
    StoreMailbase *mailbase, const char *query, guint limit, gint64 *missing, GError **error);
/* The words of a query, for who asks somebody else. */
typedef struct
{
  const char *field; /* static: "sender", "recipients", "subject"; NULL: anywhere */
  char *text;
} StoreTerm;
GArray *store_query_terms (const char *query); /* StoreTerm */
/* The messages (gint64) that stand at these UIDs (guint32) of a folder, added to @messages; how
 * many UIDs nothing is known of here, -1 on error. */
gint store_reader_messages_at (StoreReader *reader,
                               gint64 folder,
                               guint32 uidvalidity,
                               const GArray *uids,
                               GArray *messages,
                               GError **error);
/* Indexes at most @limit rows that lack it; @text gives a message's searchable text (nullable
 * result: no body). Returns how many were done, -1 on error. Owner only; on its own thread. */
typedef char *(*StoreIndexText) (GBytes *source, gpointer data);
gint store_search_index (
    StoreMailbase *mailbase, guint limit, StoreIndexText text, gpointer data, GError **error);

G_END_DECLS
