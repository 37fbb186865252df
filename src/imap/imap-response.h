/* One response of a server: what the parser makes and the writer takes (RFC 9051 §7, §9, and the
 * extensions named at the members). What the grammar allows but nobody here knows is kept as text,
 * so that parse → write → parse gives the same. */
#pragma once

#include "imap-code.h"

G_BEGIN_DECLS

typedef enum
{
  IMAP_RESPONSE_STATUS,   /* OK NO BAD PREAUTH BYE, tagged or not */
  IMAP_RESPONSE_CONTINUE, /* "+ …" */
  IMAP_RESPONSE_CAPABILITY,
  IMAP_RESPONSE_ENABLED,
  IMAP_RESPONSE_LIST, /* LIST and LSUB */
  IMAP_RESPONSE_NAMESPACE,
  IMAP_RESPONSE_STATUS_ITEMS, /* "* STATUS mailbox (…)" */
  IMAP_RESPONSE_SEARCH,       /* and SORT: numbers in the order given */
  IMAP_RESPONSE_ESEARCH,
  IMAP_RESPONSE_THREAD, /* RFC 5256 */
  IMAP_RESPONSE_FLAGS,
  IMAP_RESPONSE_EXISTS,
  IMAP_RESPONSE_RECENT,
  IMAP_RESPONSE_EXPUNGE,
  IMAP_RESPONSE_VANISHED, /* RFC 7162 */
  IMAP_RESPONSE_FETCH,    /* and UIDFETCH (RFC 9586) */
  IMAP_RESPONSE_ID,       /* RFC 2971 */
  IMAP_RESPONSE_QUOTA,    /* RFC 9208 */
  IMAP_RESPONSE_QUOTAROOT,
  IMAP_RESPONSE_UNKNOWN /* kept whole in @text */
} ImapResponseType;

typedef enum
{
  IMAP_STATUS_OK,
  IMAP_STATUS_NO,
  IMAP_STATUS_BAD,
  IMAP_STATUS_PREAUTH,
  IMAP_STATUS_BYE
} ImapStatus;

/* Items of a FETCH, asked for and answered. */
typedef enum
{
  IMAP_FETCH_UID = 1 << 0,
  IMAP_FETCH_FLAGS = 1 << 1,
  IMAP_FETCH_INTERNALDATE = 1 << 2,
  IMAP_FETCH_SIZE = 1 << 3, /* RFC822.SIZE */
  IMAP_FETCH_ENVELOPE = 1 << 4,
  IMAP_FETCH_BODY = 1 << 5, /* the structure without extension data */
  IMAP_FETCH_BODYSTRUCTURE = 1 << 6,
  IMAP_FETCH_MODSEQ = 1 << 7,    /* RFC 7162 */
  IMAP_FETCH_EMAILID = 1 << 8,   /* RFC 8474; X-GM-MSGID in Gmail's words */
  IMAP_FETCH_THREADID = 1 << 9,  /* RFC 8474; X-GM-THRID */
  IMAP_FETCH_PREVIEW = 1 << 10,  /* RFC 8970 */
  IMAP_FETCH_SAVEDATE = 1 << 11, /* RFC 8514 */
  IMAP_FETCH_LABELS = 1 << 12,   /* X-GM-LABELS, Gmail's */
  IMAP_FETCH_OTHER = 1 << 13
} ImapFetchItem;

/* BODY[section]<origin> data, BINARY[…] and the RFC822 forms. */
typedef struct
{
  char *section;   /* what stands in the brackets, keywords in upper case: "", "HEADER", "1.2.MIME",
                    * "HEADER.FIELDS (DATE FROM)". RFC822 is "", RFC822.HEADER "HEADER",
                    * RFC822.TEXT "TEXT" */
  gboolean binary; /* BINARY[…]: the transfer encoding is undone (RFC 3516) */
  gboolean old;    /* server role: answered in the words of RFC 822, as it was asked for */
  gint64 origin;   /* -1: not given */
  ImapString data;
} ImapSection;

typedef struct
{
  guint items; /* ImapFetchItem: what is there besides @sections */
  guint32 uid;
  guint64 size, modseq;
  ImapFlags flags;
  gint64 internal_date; /* UTC seconds; IMAP_DATE_NONE: not a date */
  gint internal_offset; /* minutes */
  ImapEnvelope *envelope;
  ImapBody *body; /* BODY or BODYSTRUCTURE */
  char *email_id, *thread_id, *preview;
  char **labels; /* X-GM-LABELS, UTF-8: the labels besides the folder's own; "\\Inbox" (nullable) */
  gint64 save_date;
  GArray *sections; /* ImapSection (nullable) */
  char *other;      /* raw text of items nobody here knows, space-separated (nullable) */
} ImapFetch;

typedef struct
{
  char *name;       /* UTF-8 */
  char delimiter;   /* '\0': NIL */
  guint attributes; /* ImapMailboxAttribute */
  char **others;    /* attributes nobody here knows, with their backslash (nullable) */
  gboolean lsub;
  char *extended;  /* raw extended items, in parentheses (nullable) (RFC 5258) */
  char *old_name;  /* OLDNAME of them: what it was called before (RFC 9051 §6.3.9.7) (nullable) */
  char *wire_name; /* the name's bytes, where @name written again would be others: no modified
                    * UTF-7 (nullable) */
} ImapList;

typedef struct
{
  char *name; /* UTF-8 */
  gboolean has_messages, has_recent, has_unseen, has_uidnext, has_uidvalidity, has_modseq, has_size,
      has_deleted, has_deleted_storage, has_appendlimit;
  guint64 messages, recent, unseen, uidnext, uidvalidity, modseq, size, deleted;
  guint64 deleted_storage; /* bytes that EXPUNGE would free (RFC 9208 §4.1.4) */
  guint64 appendlimit;     /* RFC 7889; G_MAXUINT64: none */
  char *mailbox_id;        /* RFC 8474 (nullable) */
  char *other;             /* raw items nobody here knows (nullable) */
} ImapStatusItems;

/* RFC 9051 §7.3.4, RFC 4731. */
typedef struct
{
  char *tag; /* of the SEARCH it answers (nullable) */
  gboolean uid;
  guint32 min, max; /* 0: not given */
  gint64 count;     /* -1: not given */
  ImapSet *all;     /* (nullable) */
  guint64 modseq;
  /* PARTIAL (RFC 9394): the range asked for, and what is in it (nullable: nothing); the range is
   * 0:0 if it was not asked for. Negative: counted from the end. */
  gint64 partial_from, partial_to;
  ImapSet *partial;
  char *other;
} ImapEsearch;

/* RFC 2342. */
typedef struct
{
  char *prefix;   /* UTF-8 */
  char delimiter; /* '\0': NIL */
} ImapNamespaceEntry;

typedef struct
{
  char *name; /* "STORAGE" (units of 1024 bytes), "MESSAGE" */
  guint64 usage, limit;
} ImapQuotaResource;

/* RFC 9208. */
typedef struct
{
  char *name;        /* QUOTA: the root; QUOTAROOT: the mailbox, UTF-8 */
  GArray *resources; /* QUOTA: ImapQuotaResource */
  char **roots;      /* QUOTAROOT */
} ImapQuota;

typedef struct
{
  gatomicrefcount ref_count;
  ImapResponseType type;
  char *tag; /* of a tagged status; %NULL: untagged */
  ImapStatus status;
  ImapCode code;  /* STATUS, CONTINUE */
  char *text;     /* human text of STATUS and CONTINUE; all of UNKNOWN after "* "; THREAD: the
                   * conversations as they stand there */
  guint32 number; /* EXISTS RECENT EXPUNGE; sequence number (UIDFETCH: UID) of FETCH */
  gboolean uid;   /* FETCH: this is UIDFETCH */
  gboolean sort;  /* SEARCH: this is SORT */
  char **words;   /* CAPABILITY ENABLED; ID: name, value pairs ("" for NIL); %NULL: ID NIL */
  ImapList *list;
  ImapStatusItems *status_items;
  ImapEsearch *esearch;
  ImapQuota *quota;
  ImapFlags flags;
  ImapSet *set;     /* VANISHED */
  gboolean earlier; /* VANISHED (EARLIER) */
  GArray *numbers;  /* SEARCH: guint32; THREAD: the letters of each conversation, and a 0 behind */
  guint64 modseq;   /* SEARCH … (MODSEQ n) */
  ImapFetch *fetch;
  GArray *personal, *others, *shared; /* NAMESPACE: ImapNamespaceEntry (each nullable) */
} ImapResponse;

/* Empty, with the struct its type needs. Fill it in before it is shared. */
ImapResponse *imap_response_new (ImapResponseType type);
ImapResponse *imap_response_ref (ImapResponse *response);
void imap_response_unref (ImapResponse *response);

/* For the server role. @tag %NULL: untagged; @code: what stands in the brackets ("UIDNEXT 5"),
 * %NULL: none. */
ImapResponse *
imap_response_status (const char *tag, ImapStatus status, const char *code, const char *text);
ImapResponse *imap_response_number (ImapResponseType type, guint32 number);
/* "* " and @line exactly as given, without CRLF: for what has no structure here. */
ImapResponse *imap_response_text (const char *line);

/* "OK", "NO" …; static. */
const char *imap_status_name (ImapStatus status);
/* The outcome a tagged status gives its command. */
BaseOutcome imap_response_outcome (const ImapResponse *response);

/* The section of a FETCH with this name ("" is the whole message), or %NULL. */
const ImapSection *imap_fetch_section (const ImapFetch *fetch, const char *section);
/* Adds an empty section for the caller to fill in (origin -1). @section is copied. */
ImapSection *imap_fetch_add_section (ImapFetch *fetch, const char *section);

/* Empty arrays that free what they hold. */
GArray *imap_namespace_entries_new (void);
GArray *imap_quota_resources_new (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapResponse, imap_response_unref)

G_END_DECLS
