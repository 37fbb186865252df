/* One response of a server: what the parser makes and the writer takes (RFC 9051 §7, §9; the
 * extensions named at the members). What the grammar allows but nobody here knows is kept as text,
 * so that parse → write → parse gives the same. */
#pragma once

#include "imap-value.h"

G_BEGIN_DECLS

typedef enum {
  IMAP_RESPONSE_STATUS,     /* OK NO BAD PREAUTH BYE, tagged or not */
  IMAP_RESPONSE_CONTINUE,   /* "+ …" */
  IMAP_RESPONSE_CAPABILITY,
  IMAP_RESPONSE_ENABLED,
  IMAP_RESPONSE_LIST,       /* LIST and LSUB */
  IMAP_RESPONSE_NAMESPACE,
  IMAP_RESPONSE_STATUS_ITEMS, /* "* STATUS mailbox (…)" */
  IMAP_RESPONSE_SEARCH,     /* and SORT: numbers in the order given */
  IMAP_RESPONSE_ESEARCH,
  IMAP_RESPONSE_FLAGS,
  IMAP_RESPONSE_EXISTS,
  IMAP_RESPONSE_RECENT,
  IMAP_RESPONSE_EXPUNGE,
  IMAP_RESPONSE_VANISHED,   /* RFC 7162 */
  IMAP_RESPONSE_FETCH,      /* and UIDFETCH (RFC 9586) */
  IMAP_RESPONSE_ID,         /* RFC 2971 */
  IMAP_RESPONSE_QUOTA,      /* RFC 9208 */
  IMAP_RESPONSE_QUOTAROOT,
  IMAP_RESPONSE_UNKNOWN     /* kept whole in @text */
} ImapResponseType;

typedef enum { IMAP_STATUS_OK, IMAP_STATUS_NO, IMAP_STATUS_BAD, IMAP_STATUS_PREAUTH, IMAP_STATUS_BYE } ImapStatus;

/* The response code in brackets. */
typedef enum {
  IMAP_CODE_NONE, IMAP_CODE_ALERT, IMAP_CODE_BADCHARSET, IMAP_CODE_CAPABILITY, IMAP_CODE_PARSE,
  IMAP_CODE_PERMANENTFLAGS, IMAP_CODE_READ_ONLY, IMAP_CODE_READ_WRITE, IMAP_CODE_TRYCREATE,
  IMAP_CODE_UIDNEXT, IMAP_CODE_UIDVALIDITY, IMAP_CODE_UNSEEN, IMAP_CODE_APPENDUID, IMAP_CODE_COPYUID,
  IMAP_CODE_UIDNOTSTICKY, IMAP_CODE_HIGHESTMODSEQ, IMAP_CODE_NOMODSEQ, IMAP_CODE_MODIFIED,
  IMAP_CODE_CLOSED, IMAP_CODE_UNAVAILABLE, IMAP_CODE_AUTHENTICATIONFAILED, IMAP_CODE_AUTHORIZATIONFAILED,
  IMAP_CODE_EXPIRED, IMAP_CODE_PRIVACYREQUIRED, IMAP_CODE_CONTACTADMIN, IMAP_CODE_NOPERM, IMAP_CODE_INUSE,
  IMAP_CODE_EXPUNGEISSUED, IMAP_CODE_CORRUPTION, IMAP_CODE_SERVERBUG, IMAP_CODE_CLIENTBUG, IMAP_CODE_CANNOT,
  IMAP_CODE_LIMIT, IMAP_CODE_OVERQUOTA, IMAP_CODE_ALREADYEXISTS, IMAP_CODE_NONEXISTENT, IMAP_CODE_NOTSAVED,
  IMAP_CODE_HASCHILDREN, IMAP_CODE_UNKNOWN_CTE, IMAP_CODE_OTHER /* its name and argument in @text */
} ImapCodeType;

typedef struct {
  ImapCodeType type;
  char *name;          /* as the server spelled it */
  char *text;          /* the raw argument (nullable) */
  guint64 number;      /* UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ; validity of APPENDUID, COPYUID */
  ImapSet *source, *target; /* COPYUID; APPENDUID: target; MODIFIED: source */
  ImapFlags flags;     /* PERMANENTFLAGS */
  char **words;        /* CAPABILITY, BADCHARSET */
} ImapCode;

/* One item of a FETCH response. */
typedef enum {
  IMAP_FETCH_UID = 1 << 0, IMAP_FETCH_FLAGS = 1 << 1, IMAP_FETCH_INTERNALDATE = 1 << 2,
  IMAP_FETCH_SIZE = 1 << 3, IMAP_FETCH_ENVELOPE = 1 << 4, IMAP_FETCH_BODY = 1 << 5,
  IMAP_FETCH_BODYSTRUCTURE = 1 << 6, IMAP_FETCH_MODSEQ = 1 << 7, IMAP_FETCH_EMAILID = 1 << 8,
  IMAP_FETCH_THREADID = 1 << 9, IMAP_FETCH_PREVIEW = 1 << 10, IMAP_FETCH_SAVEDATE = 1 << 11,
  IMAP_FETCH_OTHER = 1 << 12
} ImapFetchItem;

/* BODY[section]<origin> data, BINARY[…] and the RFC822 forms. */
typedef struct {
  char *section;       /* what stands in the brackets, upper case keywords: "", "HEADER", "1.2.MIME" */
  gboolean binary;
  gint64 origin;       /* -1: whole */
  ImapString data;
} ImapSection;

typedef struct {
  guint items;         /* ImapFetchItem bits of what is there */
  guint32 uid;
  guint64 size, modseq;
  ImapFlags flags;
  gint64 internal_date; /* UTC seconds */
  gint internal_offset; /* minutes */
  ImapEnvelope *envelope;
  ImapBody *body;      /* BODY or BODYSTRUCTURE */
  char *email_id, *thread_id, *preview;
  gint64 save_date;
  GArray *sections;    /* ImapSection (nullable) */
  char *other;         /* raw text of items nobody here knows, space-separated (nullable) */
} ImapFetch;

typedef struct {
  char *name;          /* UTF-8 */
  char delimiter;      /* '\0': NIL */
  guint attributes;    /* ImapMailboxAttribute */
  char **others;       /* attributes nobody here knows */
  gboolean lsub;
  char *extended;      /* raw extended items (nullable) */
} ImapList;

typedef struct {
  char *name;
  gboolean has_messages, has_recent, has_unseen, has_uidnext, has_uidvalidity, has_modseq, has_size, has_deleted;
  guint64 messages, recent, unseen, uidnext, uidvalidity, modseq, size, deleted;
  char *other;
} ImapStatusItems;

typedef struct {
  char *tag;           /* of the SEARCH it answers (nullable) */
  gboolean uid;
  guint32 min, max;    /* 0: not given */
  gint64 count;        /* -1: not given */
  ImapSet *all;        /* (nullable) */
  guint64 modseq;
  char *other;
} ImapEsearch;

typedef struct {
  char *prefix;        /* UTF-8 */
  char delimiter;
} ImapNamespaceEntry;

typedef struct {
  gatomicrefcount ref_count;
  ImapResponseType type;
  char *tag;             /* tagged status (nullable) */
  ImapStatus status;
  ImapCode code;         /* STATUS, CONTINUE */
  char *text;            /* human text of STATUS and CONTINUE; the whole of UNKNOWN */
  guint32 number;        /* EXISTS RECENT EXPUNGE; sequence number (UIDFETCH: UID) of FETCH */
  char **words;          /* CAPABILITY ENABLED; ID: name, value pairs ("" for NIL value) */
  ImapList *list;
  ImapStatusItems *status_items;
  ImapEsearch *esearch;
  ImapFlags flags;
  ImapSet *set;          /* VANISHED */
  gboolean earlier;      /* VANISHED (EARLIER) */
  GArray *numbers;       /* SEARCH: guint32 */
  guint64 modseq;        /* SEARCH … (MODSEQ n) */
  ImapFetch *fetch;
  GArray *personal, *others, *shared; /* NAMESPACE: ImapNamespaceEntry (each nullable) */
} ImapResponse;

ImapResponse *imap_response_new (ImapResponseType type);
ImapResponse *imap_response_ref (ImapResponse *response);
void imap_response_unref (ImapResponse *response);

/* Handy constructors for the server role. @format may be NULL for no code. */
ImapResponse *imap_response_status (const char *tag, ImapStatus status, const char *code, const char *text);
ImapResponse *imap_response_number (ImapResponseType type, guint32 number);
/* A line exactly as given (without CRLF), for what has no structure here. */
ImapResponse *imap_response_text (const char *line);

/* The section of a FETCH with this name ("" is the whole message), or NULL. */
const ImapSection *imap_fetch_section (const ImapFetch *fetch, const char *section);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapResponse, imap_response_unref)

G_END_DECLS
