/* One command of a client: what imap_core_submit() writes and the server role's parser makes. */
#pragma once

#include "imap-response.h"
#include "imap-search.h"

G_BEGIN_DECLS

typedef enum
{
  IMAP_VERB_CAPABILITY,
  IMAP_VERB_NOOP,
  IMAP_VERB_LOGOUT,
  IMAP_VERB_STARTTLS,
  IMAP_VERB_AUTHENTICATE,
  IMAP_VERB_LOGIN,
  IMAP_VERB_ENABLE,
  IMAP_VERB_SELECT,
  IMAP_VERB_EXAMINE,
  IMAP_VERB_CREATE,
  IMAP_VERB_DELETE,
  IMAP_VERB_RENAME,
  IMAP_VERB_SUBSCRIBE,
  IMAP_VERB_UNSUBSCRIBE,
  IMAP_VERB_LIST,
  IMAP_VERB_LSUB,
  IMAP_VERB_NAMESPACE,
  IMAP_VERB_STATUS,
  IMAP_VERB_APPEND,
  IMAP_VERB_COMPRESS, /* RFC 4978; @name: the algorithm */
  IMAP_VERB_REPLACE,  /* RFC 8508; @set: one message, the rest as APPEND */
  IMAP_VERB_IDLE,
  IMAP_VERB_CHECK,
  IMAP_VERB_CLOSE,
  IMAP_VERB_UNSELECT,
  IMAP_VERB_EXPUNGE,
  IMAP_VERB_SEARCH,
  IMAP_VERB_FETCH,
  IMAP_VERB_STORE,
  IMAP_VERB_COPY,
  IMAP_VERB_MOVE,
  IMAP_VERB_ID,
  IMAP_VERB_GETQUOTA,
  IMAP_VERB_GETQUOTAROOT,
  IMAP_VERB_NOTIFY, /* RFC 5465; @text: its arguments */
  IMAP_VERB_SORT,   /* RFC 5256; @sort, and as SEARCH */
  IMAP_VERB_THREAD, /* RFC 5256; @name: the algorithm, and as SEARCH */
  IMAP_VERB_UNKNOWN /* @name says what it was, @text what followed */
} ImapVerb;

/* What to fetch of a message's source. */
typedef struct
{
  char *section; /* as in ImapSection: "", "HEADER", "HEADER.FIELDS (DATE FROM)", "1" */
  gboolean peek; /* does not set \Seen */
  gboolean binary;
  gboolean old;          /* server role: asked for as RFC822, RFC822.HEADER or RFC822.TEXT */
  gint64 origin, length; /* -1: whole */
} ImapFetchSection;

/* One letter of an APPEND. */
typedef struct
{
  ImapFlags flags;
  gint64 internal_date; /* UTC seconds; IMAP_DATE_NONE: not given */
  gint internal_offset;
  gboolean utf8;   /* "UTF8 (literal8)": its header is UTF-8 (RFC 6855 §4) */
  BaseBody *body;  /* client role: what to send */
  guint64 size;    /* bytes announced */
  ImapString data; /* server role: the message, or its stream */
} ImapAppended;

/* Members a verb does not name are empty. Text is UTF-8. */
typedef struct
{
  gatomicrefcount ref_count;
  ImapVerb verb;
  gboolean uid;         /* UID FETCH, UID STORE, UID COPY, UID MOVE, UID SEARCH, UID EXPUNGE … */
  char *tag;            /* set by the core (client) or the parser (server) */
  char *name;           /* UNKNOWN: the word; AUTHENTICATE: the mechanism; COMPRESS */
  char *mailbox;        /* the mailbox; LIST, LSUB: the reference; RENAME: the old name;
                         * GETQUOTA: the root */
  char *mailbox2;       /* LIST, LSUB: the pattern; RENAME: the new name */
  char *user;           /* LOGIN */
  BaseSecret *password; /* LOGIN; AUTHENTICATE: initial response, decoded (nullable) */
  ImapSet *set;
  char *
      *words; /* ENABLE names; STATUS items; ID pairs (NULL: NIL); LIST and SEARCH return options */
  char **patterns; /* LIST-EXTENDED: several patterns (nullable) */
  char *options;   /* SELECT, LIST: options in front or behind, raw: "(CONDSTORE)" (nullable) */
  char *text;      /* NOTIFY, UNKNOWN: raw arguments (nullable) */

  /* FETCH */
  guint items;           /* ImapFetchItem */
  GArray *sections;      /* ImapFetchSection (nullable) */
  gboolean lazy;         /* PREVIEW (LAZY): only if it costs nothing (RFC 8970) */
  char *other;           /* raw items nobody here knows (nullable) */
  guint64 changed_since; /* RFC 7162; 0: not given */
  gboolean vanished;     /* with CHANGEDSINCE: report what is gone (QRESYNC) */
  /* PARTIAL (RFC 9394): which of the set by place, negative from the end; 0: all. */
  gint64 partial_from, partial_to;
  /* UID FETCH of numbers: client: may be said behind a SELECT that is not answered yet. The server
   * carries out one after the other (RFC 9051 §5.5), and what it says of a folder that it did not
   * open is a refusal. */
  gboolean behind_select;

  /* STORE */
  int store_mode; /* '+', '-', or 0: replace */
  gboolean silent;
  gboolean has_unchanged_since;
  guint64 unchanged_since; /* RFC 7162; 0 fits no message */
  ImapFlags flags;         /* STORE, APPEND */
  char **labels;           /* X-GM-LABELS instead of flags, UTF-8 (nullable) */

  /* APPEND */
  BaseBody *body;       /* client role: what to send */
  guint64 size;         /* bytes announced */
  ImapString data;      /* server role: the message, or its stream */
  gint64 internal_date; /* UTC seconds; IMAP_DATE_NONE: not given */
  gint internal_offset;
  gboolean utf8; /* as in ImapAppended */
  GArray *more;  /* ImapAppended: the second letter and those behind it (MULTIAPPEND) (nullable) */

  /* SEARCH, SORT, THREAD */
  ImapSearchKey *search;
  char *charset;
  gboolean esearch; /* RETURN (…) was given: options in @words */
  char **sort;      /* SORT: "REVERSE", "ARRIVAL" … */
} ImapCommand;

ImapCommand *imap_command_new (ImapVerb verb);
ImapCommand *imap_command_ref (ImapCommand *command);
void imap_command_unref (ImapCommand *command);

/* The RFC's word, with "UID " in front where it applies ("UID FETCH"); static or interned. */
const char *imap_command_verb (const ImapCommand *command);
/* The verb's word alone; static. "UNKNOWN" for that. */
const char *imap_verb_name (ImapVerb verb);
/* Any case; %IMAP_VERB_UNKNOWN. */
ImapVerb imap_verb_find (const char *name, gsize len);

/* What the engine says; all (transfer full), arguments copied or referenced. */
ImapCommand *imap_command_login (const char *user, BaseSecret *password);
ImapCommand *imap_command_select (const char *mailbox, gboolean examine);
/* @special_use adds RETURN (SPECIAL-USE): only where the server has LIST-EXTENDED or is rev2. */
ImapCommand *imap_command_list (const char *reference, const char *pattern, gboolean special_use);
ImapCommand *imap_command_status (const char *mailbox, const char *const *items);
/* UID FETCH of @items (ImapFetchItem). */
ImapCommand *imap_command_fetch (ImapSet *uids, guint items);
void imap_command_add_section (ImapCommand *command, const char *section, gboolean peek);
/* UID STORE; @mode '+', '-' or 0. */
ImapCommand *imap_command_store (ImapSet *uids, int mode, const ImapFlags *flags, gboolean silent);
/* UID COPY or UID MOVE. */
ImapCommand *imap_command_copy (ImapSet *uids, const char *mailbox, gboolean move);
/* @uids NULL: plain EXPUNGE; else UID EXPUNGE (UIDPLUS). */
ImapCommand *imap_command_expunge (ImapSet *uids);
/* @flags NULL: none; @internal_date IMAP_DATE_NONE: the server's now. */
ImapCommand *imap_command_append (
    const char *mailbox, const ImapFlags *flags, gint64 internal_date, gint offset, BaseBody *body);
/* One more letter for it, where the server has MULTIAPPEND: it takes all or none. */
/* An empty one for the caller to fill in, valid until the next. */
ImapAppended *imap_command_add_appended (ImapCommand *command);
void imap_command_append_more (ImapCommand *command,
                               const ImapFlags *flags,
                               gint64 internal_date,
                               gint offset,
                               BaseBody *body);
/* The last letter added has a header in UTF-8: only after ENABLE UTF8=ACCEPT. */
void imap_command_append_utf8 (ImapCommand *command);
/* UID STORE of Gmail's labels; @mode '+' or '-'. */
ImapCommand *imap_command_store_labels (ImapSet *uids, int mode, const char *const *labels);
/* @key is (transfer full). */
ImapCommand *imap_command_search (ImapSearchKey *key, gboolean uid);
/* CREATE DELETE SUBSCRIBE UNSUBSCRIBE GETQUOTAROOT … */
ImapCommand *imap_command_mailbox (ImapVerb verb, const char *mailbox);
/* @pairs: name, value, …, NULL; %NULL: ID NIL. */
ImapCommand *imap_command_id (const char *const *pairs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapCommand, imap_command_unref)

G_END_DECLS
