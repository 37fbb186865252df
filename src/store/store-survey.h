/* Where an account's letters are: what is here, what is there, what is nowhere else, and everything
 * that is known of one letter's places. Sums and lists read the whole account and belong on a
 * thread of their own with a reader of their own; questions about one letter are bounded. */
#pragma once

#include "store-mailbase.h"

G_BEGIN_DECLS

/* Sets of letters. A letter is here when its bytes are; it is there when a server is known to have
 * it, whatever waits to happen to it. */
typedef enum
{
  STORE_WHERE_ANYWHERE,
  STORE_WHERE_ONLY_HERE,  /* no server has it: drafts, letters on their way, what a server let go */
  STORE_WHERE_BOTH,       /* here and there */
  STORE_WHERE_ONLY_THERE, /* its headers at most are here */
  STORE_WHERE_LEAVING,    /* its deletion on the server is asked for, or about to be */
  STORE_WHERE_LAST = STORE_WHERE_LEAVING
} StoreWhere;

typedef struct
{
  gint64 letters, bytes; /* each letter once, however many folders show it */
} StoreSum;

typedef struct
{
  StoreSum only_here, both, only_there, leaving;
  gint64 not_seen; /* letters that folders of the server have beyond those known here; they are only
                      there */
  gint64 unsent;   /* of those only here: drafts and letters on their way */
} StoreSurvey;

gboolean store_reader_survey (StoreReader *reader, StoreSurvey *survey, GError **error);
/* Message ids (gint64), newest first. */
GArray *store_reader_survey_list (StoreReader *reader, StoreWhere where, GError **error);

/* What would leave a POP3 server at the next visit, and what would stay. Only what is here whole
 * ever leaves. */
typedef struct
{
  StoreSum leave, stay;
  gint64 not_here; /* of those that stay: their bytes are not here */
} StoreRemoval;
/* By age: letters that arrived at or before @before (UTC seconds; G_MININT64: none, G_MAXINT64:
 * all); with @deleted also those that the person deleted. Reads all that the server lists. */
gboolean store_reader_foresee_removal (
    StoreReader *reader, gint64 before, gboolean deleted, StoreRemoval *removal, GError **error);

/* What deleting these placements for good would take. */
typedef struct
{
  StoreSum all;
  gint64 only_here; /* no server has them: nothing of them would remain */
  gint64 there;     /* a server has them, or their POP3 server lists them */
  gint64 other;     /* shown in another folder too, where they stay */
} StoreDeletion;
gboolean store_reader_foresee_deletion (StoreReader *reader,
                                        const gint64 *placements,
                                        guint n,
                                        StoreDeletion *deletion,
                                        GError **error);

/* One letter with all its places. Immutable. */
typedef struct
{
  gint64 message;
  char *subject, *from_name, *from_address, *to_text;
  char *message_id; /* (nullable) */
  gint64 date_utc;
  guint64 size;
  gboolean has_source;
  GPtrArray *placements; /* StoreRow, hidden ones too */
  GPtrArray *ledger;     /* StoreLedgerEntry, oldest first */
  GPtrArray *deliveries; /* StoreDelivery: what reports said of it */
  int outbox;            /* StoreOutboxState; -1: it is no letter on its way */
} StoreLetter;

/* %NULL with STORE_ERROR_NOT_FOUND when it is gone. (transfer full) */
StoreLetter *store_reader_letter (StoreReader *reader, gint64 message, GError **error);
void store_letter_free (StoreLetter *letter);
/* The letter with this Message-ID (without brackets); 0: none. */
gint64 store_reader_find_letter (StoreReader *reader, const char *message_id);
/* The entry of the outbox a letter was sent by, also when the letter is its copy in Sent; %NULL
 * without error: it was not sent from here, or is no longer remembered. (transfer full) */
StoreOutboxEntry *store_reader_sent (StoreReader *reader, gint64 message, GError **error);
/* Message-IDs of the newest letters on the server, at most @limit, for comparing two accounts.
 * (transfer full, element: char *) */
GPtrArray *store_reader_newest_ids (StoreReader *reader, guint limit, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreLetter, store_letter_free)

G_END_DECLS
