/* Inside a transaction: what the files of the store share on the writer's thread. Private. */
#pragma once

#include "store-change.h"
#include "store-sqlite.h"
#include "store-write.h"

G_BEGIN_DECLS

/* Differences to the counters, gathered during a job and written at its end. */
typedef struct
{
  gint64 copies_here, bytes_here, headers_only, only_here, leaving, waiting;
  GHashTable *folders; /* id -> FolderCounts */
  gboolean any;
} StoreCounts;

/* What putting many rows into one folder would ask again for each. */
typedef struct
{
  gint64 folder; /* 0: nothing is remembered */
  StorePlace place;
  StoreRole role;
  char *name;
  guint32 uidvalidity;
  gboolean unplaced; /* it has placements without UID */
  gboolean journal;  /* the journal has open entries */
  /* No placement of the folder has a UID above @gap_low and below @gap_high; @gap_high 0: not
   * known. Rows of a listing come in order, so that each shows that the next is new, too. */
  guint32 gap_uidvalidity, gap_low;
  guint64 gap_high;
} StoreGlance;

/* Ids that are never given twice, for tables too large for AUTOINCREMENT, which keeps a second
 * table up to date with each row. */
typedef enum
{
  STORE_SERIAL_MESSAGE,
  STORE_SERIAL_PLACEMENT,
  STORE_SERIAL_LAST
} StoreSerial;

/* Letters that a listing showed for the first time, one behind the other: one row of the ledger. */
typedef struct
{
  gint64 first, last; /* messages; 0: none */
  char *folder, *exchange;
  gint64 cause;
  GString *details; /* one a letter, spaces between them */
} StoreLedgerRun;

struct _StoreTx
{
  StoreSqlite *db;
  StoreNotes *notes;  /* of the running job */
  StoreCounts counts; /* of the running job */
  gint64 now;         /* UTC, microseconds */
  StoreGlance glance; /* of the running job */
  StoreLedgerRun run; /* of the running job */
  guint64 cause;      /* the last cause known to be stored */
  struct
  {
    gint64 last;
    gboolean known, used;
  } serials[STORE_SERIAL_LAST]; /* of the running job */
  gboolean journal_rang;        /* an entry was appended: the engine is told after the commit */
  gboolean needs_sync;          /* the job did what must not be lost with the last second */
  gboolean sync_later;          /* its caller sees to that */
};

StoreTx *store_tx_new (StoreSqlite *db);
void store_tx_free (StoreTx *tx);
/* Around each job, inside its savepoint: a failed job leaves no trace in memory either. */
/* @ahead: of the computer's clock, microseconds. */
void store_tx_job_begin (StoreTx *tx, gint64 ahead);
gboolean store_tx_job_end (StoreTx *tx, GError **error);
void store_tx_job_failed (StoreTx *tx);
/* The transaction as a whole was committed or not. */
void store_tx_over (StoreTx *tx, gboolean committed);

/* Counters: take a message's share out before it is changed, put it back after. */
gboolean store_counts_take (StoreTx *tx, gint64 message, GError **error);
gboolean store_counts_put (StoreTx *tx, gint64 message, GError **error);
/* Both in one for a message whose bytes come, @bytes of them, which changes nothing else: lists
 * hear of it too. To be called before its row changes. */
gboolean store_counts_fill (StoreTx *tx, gint64 message, gint64 bytes, GError **error);
void store_counts_folder (StoreTx *tx, gint64 folder, gint64 total, gint64 unread, gint64 copies);
gboolean store_counts_flush (StoreTx *tx, GError **error);
void store_counts_clear (StoreCounts *counts);
/* Counts everything again from the tables: what the maintained counters must equal. */
gboolean store_counts_recount (StoreTx *tx, GError **error);

/* A new message's share: it has one placement or none (@folder 0). */
void store_counts_new (StoreTx *tx,
                       gint64 folder,
                       StorePlace place,
                       guint flags,
                       gboolean hidden,
                       gint64 bytes,
                       gboolean source);

/* A folder's row; @name and @uidvalidity are nullable. STORE_ERROR_NOT_FOUND where it is gone. */
gboolean store_folder_load (StoreTx *tx,
                            gint64 id,
                            StorePlace *place,
                            StoreRole *role,
                            char **name,
                            guint32 *uidvalidity,
                            GError **error);
/* Fills tx->glance for @folder, once a job; forgotten by whatever could make it untrue. */
gboolean store_tx_look (StoreTx *tx, gint64 folder, GError **error);
void store_tx_look_away (StoreTx *tx);

/* The next id of a table; 0 with @error. Every row of it must take its id from here. */
gint64 store_tx_next_id (StoreTx *tx, StoreSerial serial, GError **error);

/* Stores @cause if it is new; *id is 0 for %NULL. */
gboolean store_tx_cause (StoreTx *tx, const BaseCause *cause, gint64 *id, GError **error);
BaseCause *store_cause_load (StoreSqlite *db, gint64 id, GError **error);

/* A placement as the tables have it. */
typedef struct
{
  gint64 id, message, folder;
  guint32 uidvalidity, uid; /* uid 0: not known */
  char *uidl;
  guint flags, server_flags, pending;
  StoreDoubt doubt;
  gboolean hidden;
  gint64 sort_date;
  StorePlace place; /* of its folder */
  StoreRole role;
  char *folder_name;
  gint64 source; /* of its message, 0: none */
} StorePlacement;

void store_placement_free (StorePlacement *placement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StorePlacement, store_placement_free)

/* @loaded is %NULL when there is no such placement, which is no error. */
gboolean store_placement_load (StoreTx *tx, gint64 id, StorePlacement **loaded, GError **error);
/* By UID; 0: none (@uid 0 never finds), -1 with @error. */
gint64
store_placement_find (StoreTx *tx, gint64 folder, guint32 uidvalidity, guint32 uid, GError **error);
/* Removes the row (its counters too) and tells the app. The message stays. */
gboolean store_placement_remove (StoreTx *tx, const StorePlacement *placement, GError **error);
gboolean store_placement_hide (StoreTx *tx,
                               const StorePlacement *placement,
                               gboolean hidden,
                               GError **error);
gboolean store_placement_move (StoreTx *tx,
                               const StorePlacement *placement,
                               gint64 folder,
                               guint32 uidvalidity,
                               guint32 uid,
                               GError **error);
/* Shows @flags and keeps the counter of unread ones. */
gboolean store_placement_show_flags (StoreTx *tx,
                                     const StorePlacement *placement,
                                     guint flags,
                                     GError **error);
gboolean store_placement_set_pending (StoreTx *tx,
                                      const StorePlacement *placement,
                                      guint pending,
                                      GError **error);
/* Pending marks and shown flags, computed again from the journal. */
gboolean store_placement_refresh (StoreTx *tx, gint64 id, GError **error);
/* All placements of a message. */
GArray *store_placement_of_message (StoreTx *tx, gint64 message, GError **error);
/* The rows of a message changed in what lists show. */
gboolean store_placement_note_message (StoreTx *tx, gint64 message, GError **error);

/* Removes @message and its bytes unless a placement, the journal or the outbox needs it. */
gboolean
store_message_collect (StoreTx *tx, gint64 message, const BaseCause *cause, GError **error);
/* Removes @source unless a message points to it. */
gboolean store_source_collect (StoreTx *tx, gint64 source, GError **error);
/* Another published source of the same bytes; 0 for none, -1 with @error. */
gint64 store_source_same (StoreTx *tx, gint64 source, GError **error);
gboolean store_tx_set_indexed (StoreTx *tx, gint64 message, gboolean with_text, GError **error);
gboolean store_tx_reset_indexed (StoreTx *tx, GError **error);

/* What tells letters apart when a header has come: the Message-ID; where one of them has none,
 * date, sender and subject. A header of which nothing could be read tells nothing. */
gboolean store_doubt_is_same (
    StoreTx *tx, gint64 message, const StoreNewMessage *told, gboolean *same, GError **error);
/* The same of two messages. */
gboolean
store_doubt_are_same (StoreTx *tx, gint64 message, gint64 other, gboolean *same, GError **error);
/* The UID is another letter's: the placement goes without, and is met again by what follows. */
gboolean store_doubt_lose_uid (StoreTx *tx, gint64 placement, StoreDoubt doubt, GError **error);
/* The letter with the placement's UID is another one. If that was only promised, so were others in
 * the same answer, and all of the folder's go without until they are met. */
gboolean store_doubt_is_another (StoreTx *tx, gint64 placement, GError **error);
/* The folder has @uidvalidity, and no UID known in it means anything any more: placements, entries
 * of the journal and drafts go without. */
gboolean store_doubt_all_uids (
    StoreTx *tx, gint64 folder, guint32 uidvalidity, StoreDoubt doubt, GError **error);
/* A placement in doubt was not met again though the whole folder was looked through. *@kept: it is
 * the only copy there may be, and stays, marked, until the person decides. */
gboolean store_doubt_keep (StoreTx *tx,
                           const StorePlacement *placement,
                           const BaseCause *cause,
                           gboolean *kept,
                           GError **error);

/* Journal rows. */
typedef struct
{
  gint64 id, cause, message, placement, folder, target;
  StoreJournalKind kind;
  StoreJournalState state;
  guint32 uidvalidity, uid;
  char *uidl;
  guint flags_add, flags_remove;
} StoreDeed;

void store_deed_free (StoreDeed *deed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreDeed, store_deed_free)

/* @loaded is %NULL when there is no such entry, which is no error. */
gboolean store_deed_load (StoreTx *tx, gint64 id, StoreDeed **loaded, GError **error);
/* Appends; @deed->id is filled. Entries of state DONE are for undo only. */
gboolean store_deed_append (StoreTx *tx, StoreDeed *deed, const BaseCause *cause, GError **error);
gboolean store_deed_finish (StoreTx *tx, const StoreDeed *deed, GError **error);
/* The entry goes altogether. */
gboolean store_deed_drop (StoreTx *tx, const StoreDeed *deed, GError **error);
/* Open entries (not done) of a placement, in order. */
GArray *store_deed_of_placement (StoreTx *tx, gint64 placement, GError **error);
/* Later open entries of the placement learn where it is on the server. */
gboolean store_deed_tell_uid (StoreTx *tx,
                              gint64 placement,
                              guint32 uidvalidity,
                              guint32 uid,
                              gboolean *moved_on,
                              GError **error);
/* Open MOVE or DELETE entries that hold this UID; 0: none, -1 with @error. */
gint64
store_deed_find_uid (StoreTx *tx, gint64 folder, guint32 uidvalidity, guint32 uid, GError **error);
/* What was shown before @deed is shown again. */
gboolean store_deed_put_back (StoreTx *tx, const StoreDeed *deed, GError **error);
/* The server no longer has the message a DELETE was for: it and what it hid are gone. */
gboolean store_deed_deleted (StoreTx *tx,
                             const StoreDeed *deed,
                             StoreLedgerState state,
                             const BaseCause *cause,
                             const char *exchange,
                             GError **error);

gboolean store_tx_ledger_id (StoreTx *tx,
                             gint64 message,
                             StorePlace place,
                             const char *folder,
                             StoreLedgerState state,
                             const char *detail,
                             gint64 cause,
                             const char *exchange,
                             GError **error);
/* SEEN_ON_SERVER for a message that this job made: written together with its neighbours when
 * something else is, or at the job's end. */
gboolean store_ledger_first_seen (StoreTx *tx,
                                  gint64 message,
                                  const char *folder,
                                  const char *detail,
                                  gint64 cause,
                                  const char *exchange,
                                  GError **error);
gboolean store_ledger_flush (StoreTx *tx, GError **error);
void store_ledger_forget (StoreTx *tx);

G_END_DECLS
