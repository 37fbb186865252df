/* The words of the store: states and records that cross threads. Records are immutable, counted
 * atomically; the enumerations' numbers are in databases on people's disks and never change. */
#pragma once

#include "base-cause.h"
#include "base-error.h"

G_BEGIN_DECLS

#define STORE_ERROR (store_error_quark ())
GQuark store_error_quark (void);

typedef enum
{
  STORE_ERROR_IO,      /* the disk: full, read-only, broken */
  STORE_ERROR_FULL,    /* no space left */
  STORE_ERROR_CORRUPT, /* not a database, or damaged */
  STORE_ERROR_NEWER,   /* made by a newer version of this program */
  STORE_ERROR_OWNED,   /* another process owns the account (the text says which) */
  STORE_ERROR_NOT_FOUND,
  STORE_ERROR_EXISTS,
  STORE_ERROR_CLOSED,
  STORE_ERROR_BUSY,      /* another process held the database for too long */
  STORE_ERROR_ONLY_COPY, /* it would have removed bytes that nothing else has */
  STORE_ERROR_READ_ONLY  /* the data directory cannot be written: reading is all there is */
} StoreError;

typedef enum
{
  STORE_PLACE_SERVER = 0,
  STORE_PLACE_HERE = 1
} StorePlace;

typedef enum
{
  STORE_ROLE_NONE = 0,
  STORE_ROLE_INBOX = 1,
  STORE_ROLE_DRAFTS = 2,
  STORE_ROLE_SENT = 3,
  STORE_ROLE_ARCHIVE = 4,
  STORE_ROLE_JUNK = 5,
  STORE_ROLE_TRASH = 6,
  STORE_ROLE_ALL = 7,
  STORE_ROLE_FLAGGED = 8,
  STORE_ROLE_IMPORTANT = 9,
  STORE_ROLE_MAILDROP = 20 /* what a POP3 server lists; not shown as a folder */
} StoreRole;

typedef enum
{
  STORE_FLAG_SEEN = 1,
  STORE_FLAG_ANSWERED = 2,
  STORE_FLAG_FLAGGED = 4,
  STORE_FLAG_DELETED = 8,
  STORE_FLAG_DRAFT = 16,
  STORE_FLAG_FORWARDED = 32
} StoreFlag;

typedef enum
{
  STORE_PENDING_FLAGS = 1,
  STORE_PENDING_MOVE = 2,
  STORE_PENDING_DELETE = 4,
  STORE_PENDING_APPEND = 8,
  STORE_PENDING_DELE = 16
} StorePending;

/* What a letter is recognised by. */
typedef struct
{
  char *message_id; /* (nullable) */
  char *from, *subject;
  gint64 date, arrived; /* seconds */
  guint64 size;
} StoreIdentity;
void store_identity_free (StoreIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreIdentity, store_identity_free)

/* How far a letter's place on the server is believed. */
typedef enum
{
  STORE_DOUBT_NONE = 0,
  STORE_DOUBT_PROMISED = 1 /* an answer named its UID; nobody has seen it there */,
  STORE_DOUBT_LOST = 2 /* its UID names another letter now */
} StoreDoubt;

typedef enum
{
  STORE_JOURNAL_FLAGS = 1,
  STORE_JOURNAL_MOVE = 2,
  STORE_JOURNAL_DELETE = 3 /* \Deleted and EXPUNGE; POP3: DELE */,
  STORE_JOURNAL_APPEND = 4 /* put the message's source into @target */
} StoreJournalKind;

typedef enum
{
  STORE_JOURNAL_WAITING = 0,
  STORE_JOURNAL_RUNNING = 1 /* a restart finds out what became of it */,
  STORE_JOURNAL_STUCK = 2 /* refused for good; the user decides */,
  STORE_JOURNAL_DONE = 3 /* kept a while so that it can be undone; never listed */
} StoreJournalState;

typedef enum
{
  STORE_OUTBOX_DRAFT = 0,
  STORE_OUTBOX_QUEUED = 1,
  STORE_OUTBOX_SENDING = 2 /* the dot may be out */,
  STORE_OUTBOX_SENT = 3,
  STORE_OUTBOX_UNKNOWN = 4 /* may have been sent */,
  STORE_OUTBOX_FAILED = 5
} StoreOutboxState;

/* What a letter asks for on its way; bits. */
typedef enum
{
  STORE_SEND_REPORTS = 1 << 0,    /* to be told what became of it (DSN, RFC 3461) */
  STORE_SEND_REQUIRE_TLS = 1 << 1 /* encrypted lines all the way, or not at all (RFC 8689) */
} StoreSendOption;

/* What a delivery report said of one recipient; a later one replaces an earlier one, but a letter
 * that was delivered or failed is not merely delayed any more. */
typedef enum
{
  STORE_DELIVERY_DELAYED = 1,
  STORE_DELIVERY_RELAYED = 2, /* handed to a server that reports no further */
  STORE_DELIVERY_DELIVERED = 3,
  STORE_DELIVERY_FAILED = 4
} StoreDeliveryState;

typedef enum
{
  STORE_LEDGER_SEEN_ON_SERVER = 1,   /* listed there (FETCH, UIDL) */
  STORE_LEDGER_COPIED_HERE = 2,      /* its bytes are committed here */
  STORE_LEDGER_DELETE_ASKED = 3,     /* provisional: DELE before QUIT, \Deleted before EXPUNGE */
  STORE_LEDGER_GONE_FROM_SERVER = 4, /* proved: QUIT after DELE, EXPUNGE, VANISHED */
  STORE_LEDGER_NO_LONGER_LISTED = 5, /* POP3: the server stopped listing it; nobody here asked */
  STORE_LEDGER_MOVED = 6,            /* detail: target */
  STORE_LEDGER_MOVE_ASKED = 7,
  STORE_LEDGER_QUEUED = 8,      /* in the outbox */
  STORE_LEDGER_HANDED_OVER = 9, /* 250 after DATA: the server took responsibility */
  STORE_LEDGER_MAYBE_HANDED_OVER = 10,
  STORE_LEDGER_REFUSED = 11,
  STORE_LEDGER_SAVED_ON_SERVER = 12, /* APPEND */
  STORE_LEDGER_SAVED_HERE = 13,      /* written here (Sent of a POP3 account, a draft) */
  STORE_LEDGER_REMOVED_HERE = 14,    /* the copy here was removed */
  STORE_LEDGER_DELETE_UNDONE = 15    /* the session was cut before QUIT: DELE did not happen */
} StoreLedgerState;

/* Records; free functions in brackets. Strings are never NULL unless said. */
typedef struct
{
  gatomicrefcount ref_count;
  gint64 id;
  StorePlace place;
  char *name, *delimiter;
  StoreRole role;
  guint attributes;
  gboolean selectable;
  guint32 uidvalidity, uidnext;
  guint64 modseq;
  gint64 server_total, server_size, as_of;
  gint64 total, unread, copies;
  char *mailbox_id; /* what the server calls it whatever its name is (RFC 8474) (nullable) */
  char *wire_name;  /* the name's bytes on the wire, as Latin-1, where they are no modified UTF-7
                     * (nullable) */
} StoreFolder;
StoreFolder *store_folder_ref (StoreFolder *folder);
void store_folder_unref (StoreFolder *folder);

/* A row of a list: a placement with its message. */
typedef struct
{
  gatomicrefcount ref_count;
  gint64 placement, message, folder;
  guint32 uid; /* 0: not known */
  guint32 uidvalidity;
  char *uidl; /* (nullable) */
  guint flags;
  char *keywords;
  guint pending;
  gboolean has_source;
  guint64 size;
  char *subject, *from_name, *from_address, *to_text, *cc_text;
  char *message_id, *in_reply_to, *refs, *thread; /* (nullable) */
  gint64 date_utc;
  int date_offset;
  gint64 arrived;
  char *preview; /* (nullable) */
  guint attachments;
} StoreRow;
StoreRow *store_row_ref (StoreRow *row);
void store_row_unref (StoreRow *row);

typedef struct
{
  gint64 id;
  BaseCause *cause;
  StoreJournalKind kind;
  gint64 message, placement, folder, target;
  guint32 uidvalidity, uid;
  char *uidl; /* of the placement, POP3 (nullable) */
  guint flags_add, flags_remove;
  StoreJournalState state;
  guint attempts;
  char *error; /* why it waits or is stuck, for the person; may end with what the server said
                * (nullable) */
} StoreJournalEntry;
void store_journal_entry_free (StoreJournalEntry *entry);

typedef struct
{
  gint64 id, message, answers;
  int answer_kind;  /* 0, 1: reply, 2: forward */
  BaseCause *cause; /* (nullable) */
  StoreOutboxState state;
  char *sender;
  char **recipients, **accepted;
  char **refused; /* "address\tcode", and "\t5.1.1" where the server said such a code */
  guint options;  /* StoreSendOption */
  char *subject;
  guint attempts; /* that failed for now; begins anew when a person sends it again */
  guint reply_code;
  gint64 next_try, created, changed;
  gboolean save_copy;
  gint64 ahead; /* QUEUED: the mark of whoever was about to send it (store_tx_outbox_mark()); 0:
                   none */
  char *error;  /* (nullable) */
} StoreOutboxEntry;
void store_outbox_entry_free (StoreOutboxEntry *entry);

/* A version of a draft in the server's folder. */
typedef struct
{
  gint64 id;
  gint64 draft;     /* outbox id; 0: nobody's any more */
  gint64 version;   /* message id of what was put there; 0: another client's words */
  char *message_id; /* (nullable) */
  gint64 folder;
  guint32 uidvalidity, uid; /* uid 0: it was said, and no answer has come */
} StoreDraftCopy;
void store_draft_copy_free (StoreDraftCopy *copy);

typedef struct
{
  char *recipient;
  StoreDeliveryState state;
  char *status; /* "5.1.1", or "" */
  gint64 at;    /* UTC microseconds */
} StoreDelivery;
void store_delivery_free (StoreDelivery *delivery);

typedef struct
{
  gint64 id, message;
  StorePlace place;
  char *folder;
  StoreLedgerState state;
  char *detail;
  BaseCause *cause; /* (nullable) */
  char *exchange;
  gint64 at; /* UTC microseconds */
} StoreLedgerEntry;
void store_ledger_entry_free (StoreLedgerEntry *entry);

/* The storage strip of an account, from maintained counters. */
typedef struct
{
  gint64 server_total, server_size; /* -1: not known */
  gint64 server_as_of;              /* 0: never */
  gint64 leaving_at_quit;           /* POP3: DELE said, QUIT not yet */
  gint64 copies_here, bytes_here;
  gint64 headers_only;
  gint64 only_here;               /* messages whose only copy is here */
  gint64 waiting;                 /* journal and outbox entries */
  gint64 quota_used, quota_limit; /* IMAP, of 1024 bytes each; limit 0: none known */
} StoreStrip;

/* An account as restante.db has it. */
typedef struct
{
  gatomicrefcount ref_count;
  char *uuid, *name, *protocol, *email, *full_name;
  gboolean practice;
  char *host;
  guint16 port;
  char *security, *user;
  char *smtp_host;
  guint16 smtp_port;
  char *smtp_security, *smtp_user;
  char *ca_file, *password_file, *leave_policy, *keep_policy;
  char *sign_in;     /* "": by password; "token", "command:WORDS", "goa:ID", "certificate" */
  char *client_cert; /* a PEM file with certificate and key (or NAME.key beside it) that TLS shows;
                        "": none */
  int position;
  gboolean paused;
} StoreAccountInfo;
StoreAccountInfo *store_account_info_new (void);
StoreAccountInfo *store_account_info_copy (const StoreAccountInfo *info);
StoreAccountInfo *store_account_info_ref (StoreAccountInfo *info);
void store_account_info_unref (StoreAccountInfo *info);

/* What rows a commit changed; the app's models follow it. */
typedef struct
{
  gatomicrefcount ref_count;
  GArray *folders;                   /* gint64: folders whose counters or list changed */
  GArray *added, *removed, *changed; /* StoreChangedRow: placements */
  gboolean folders_changed;          /* a folder appeared, vanished or was renamed */
  gboolean journal_changed, outbox_changed, ledger_changed;
  gboolean elsewhere; /* another process committed: rows are not named, all folders are */
} StoreChange;
typedef struct
{
  gint64 placement, folder, sort_date;
} StoreChangedRow;
StoreChange *store_change_ref (StoreChange *change);
void store_change_unref (StoreChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreFolder, store_folder_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreRow, store_row_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreJournalEntry, store_journal_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreOutboxEntry, store_outbox_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreDelivery, store_delivery_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreDraftCopy, store_draft_copy_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreLedgerEntry, store_ledger_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreAccountInfo, store_account_info_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreChange, store_change_unref)

G_END_DECLS
