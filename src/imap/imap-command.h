/* One command of a client: what imap_core_submit() writes and the server role's parser makes. */
#pragma once

#include "imap-response.h"

G_BEGIN_DECLS

typedef enum {
  IMAP_VERB_CAPABILITY, IMAP_VERB_NOOP, IMAP_VERB_LOGOUT, IMAP_VERB_STARTTLS, IMAP_VERB_AUTHENTICATE,
  IMAP_VERB_LOGIN, IMAP_VERB_ENABLE, IMAP_VERB_SELECT, IMAP_VERB_EXAMINE, IMAP_VERB_CREATE,
  IMAP_VERB_DELETE, IMAP_VERB_RENAME, IMAP_VERB_SUBSCRIBE, IMAP_VERB_UNSUBSCRIBE, IMAP_VERB_LIST,
  IMAP_VERB_LSUB, IMAP_VERB_NAMESPACE, IMAP_VERB_STATUS, IMAP_VERB_APPEND, IMAP_VERB_IDLE,
  IMAP_VERB_CHECK, IMAP_VERB_CLOSE, IMAP_VERB_UNSELECT, IMAP_VERB_EXPUNGE, IMAP_VERB_SEARCH,
  IMAP_VERB_FETCH, IMAP_VERB_STORE, IMAP_VERB_COPY, IMAP_VERB_MOVE, IMAP_VERB_ID,
  IMAP_VERB_UNKNOWN /* server role: @name says what it was */
} ImapVerb;

/* A key of SEARCH as a tree (RFC 9051 §6.4.4); AND is a list of children. */
typedef struct _ImapSearchKey ImapSearchKey;
struct _ImapSearchKey {
  char *name;            /* upper case: "ALL", "SEEN", "HEADER", "OR", "NOT", "AND", "SET", "UID", … */
  char *text, *text2;    /* strings: FROM x, HEADER field value, KEYWORD k */
  ImapSet *set;
  guint64 number;        /* LARGER, SMALLER, MODSEQ */
  gint64 date;           /* BEFORE ON SINCE SENT*: days since 1970-01-01 */
  GPtrArray *children;   /* ImapSearchKey */
};
void imap_search_key_free (ImapSearchKey *key);

typedef struct {
  gatomicrefcount ref_count;
  ImapVerb verb;
  gboolean uid;          /* UID FETCH, UID STORE, UID COPY, UID MOVE, UID SEARCH, UID EXPUNGE */
  char *tag;             /* set by the core (client) or the parser (server) */
  char *name;            /* UNKNOWN: the word; AUTHENTICATE: the mechanism */
  char *mailbox, *mailbox2; /* UTF-8; LIST: reference, pattern; RENAME, COPY, MOVE: mailbox2 = target? no: COPY/MOVE use mailbox */
  char *user;            /* LOGIN */
  BaseSecret *password;  /* LOGIN; AUTHENTICATE: initial response, decoded (nullable) */
  ImapSet *set;
  char **words;          /* ENABLE names; STATUS items; ID pairs; LIST return options */
  char **patterns;       /* LIST-EXTENDED: several patterns (nullable) */
  char *options;         /* SELECT/LIST selection options raw, e.g. "(CONDSTORE)" (nullable) */

  /* FETCH */
  guint items;           /* ImapFetchItem */
  GArray *sections;      /* ImapFetchSection */
  guint64 changed_since; /* CONDSTORE; 0: not given */

  /* STORE */
  int store_mode;        /* '+', '-' or 0 (replace) */
  gboolean silent;
  ImapFlags flags;       /* STORE, APPEND */

  /* APPEND */
  BaseBody *body;        /* client role: what to send */
  guint64 size;          /* bytes announced */
  ImapString data;       /* server role: the message, or its stream */
  gint64 internal_date;  /* UTC seconds; G_MININT64: none */
  gint internal_offset;

  /* SEARCH */
  ImapSearchKey *search;
  char *charset;
  gboolean esearch;      /* RETURN (…) was given: options in @words */
} ImapCommand;

/* What to fetch of a body. */
typedef struct {
  char *section;         /* as in ImapSection: "", "HEADER", "HEADER.FIELDS (DATE FROM)", "1" */
  gboolean peek, binary;
  gint64 origin, length; /* -1: whole */
} ImapFetchSection;

ImapCommand *imap_command_new (ImapVerb verb);
ImapCommand *imap_command_ref (ImapCommand *command);
void imap_command_unref (ImapCommand *command);
/* The RFC's word, with "UID " in front where it applies ("UID FETCH"); static or interned. */
const char *imap_command_verb (const ImapCommand *command);

/* What the engine says; all (transfer full). */
ImapCommand *imap_command_login (const char *user, BaseSecret *password);
ImapCommand *imap_command_select (const char *mailbox, gboolean examine);
ImapCommand *imap_command_list (const char *reference, const char *pattern, gboolean special_use);
ImapCommand *imap_command_status (const char *mailbox, const char *const *items);
ImapCommand *imap_command_fetch (ImapSet *uids, guint items);
void imap_command_add_section (ImapCommand *command, const char *section, gboolean peek);
ImapCommand *imap_command_store (ImapSet *uids, int mode, const ImapFlags *flags, gboolean silent);
ImapCommand *imap_command_copy (ImapSet *uids, const char *mailbox, gboolean move);
ImapCommand *imap_command_expunge (ImapSet *uids /* nullable: plain EXPUNGE */);
ImapCommand *imap_command_append (const char *mailbox, const ImapFlags *flags, gint64 internal_date, gint offset, BaseBody *body);
ImapCommand *imap_command_search (ImapSearchKey *key /* transfer full */, gboolean uid);
ImapCommand *imap_command_mailbox (ImapVerb verb, const char *mailbox); /* CREATE DELETE SUBSCRIBE … */
ImapCommand *imap_command_id (const char *const *pairs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapCommand, imap_command_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapSearchKey, imap_search_key_free)

G_END_DECLS
