/* One POP3 session, client or server role (RFC 1939, 2449, 2595, 5034). See base-core.h. */
#pragma once

#include "base-body.h"
#include "base-core.h"
#include "sasl-mechanism.h"

G_BEGIN_DECLS

typedef enum {
  POP3_VERB_USER, POP3_VERB_PASS, POP3_VERB_APOP, POP3_VERB_STAT, POP3_VERB_LIST, POP3_VERB_RETR,
  POP3_VERB_DELE, POP3_VERB_NOOP, POP3_VERB_RSET, POP3_VERB_QUIT, POP3_VERB_TOP, POP3_VERB_UIDL,
  POP3_VERB_CAPA, POP3_VERB_STLS, POP3_VERB_AUTH, POP3_VERB_UTF8, POP3_VERB_LANG, POP3_VERB_UNKNOWN
} Pop3Verb;

typedef enum { POP3_STATE_GREETING, POP3_STATE_AUTHORIZATION, POP3_STATE_TRANSACTION, POP3_STATE_UPDATE } Pop3State;

typedef struct {
  gatomicrefcount ref_count;
  Pop3Verb verb;
  char *name;            /* USER, APOP: the user; AUTH: mechanism; LANG: tag; UNKNOWN: the word */
  BaseSecret *secret;    /* PASS; APOP: the digest; AUTH: initial response */
  guint32 number;        /* message number; 0: none */
  guint32 lines;         /* TOP */
} Pop3Command;

Pop3Command *pop3_command_new (Pop3Verb verb);
Pop3Command *pop3_command_number (Pop3Verb verb, guint32 number);
Pop3Command *pop3_command_ref (Pop3Command *command);
void pop3_command_unref (Pop3Command *command);
const char *pop3_verb_name (Pop3Verb verb);

/* A status line: "+OK text" or "-ERR [CODE] text". */
typedef struct {
  gboolean ok;
  char *code;            /* "SYS/TEMP", "IN-USE" … upper case (nullable) */
  char *text;            /* the server's own words, valid UTF-8 */
} Pop3Status;

typedef struct {
  guint32 number;
  guint64 size;          /* LIST */
  char *uid;             /* UIDL */
} Pop3Entry;

typedef enum {
  /* client role */
  POP3_EVENT_GREETING,      /* status; APOP's timestamp is kept by the core */
  POP3_EVENT_ENTRY,         /* one line of LIST or UIDL (or the single reply): entry */
  POP3_EVENT_BODY_BEGIN,    /* RETR, TOP: status; then data, then DONE */
  POP3_EVENT_BODY_DATA,     /* data: dots undone, line ends as they came */
  POP3_EVENT_DONE,          /* the answer is whole: status; STAT: number, size; CAPA: words */
  POP3_EVENT_START_TLS,
  /* server role */
  POP3_EVENT_COMMAND,
  POP3_EVENT_SIGN_IN        /* PASS, APOP or AUTH proved who it is: user; answer it */
} Pop3EventType;

typedef struct {
  BaseEvent base;
  Pop3Command *command;  /* COMMAND; DONE and BODY_BEGIN: what was asked */
  Pop3Status status;
  Pop3Entry entry;
  GBytes *data;
  guint32 number;        /* STAT */
  guint64 size;          /* STAT; BODY_BEGIN: octets if the server said so, else 0 */
  char **words;          /* CAPA: one line each */
  char *user;            /* SIGN_IN */
} Pop3Event;

typedef struct _Pop3Core Pop3Core;

Pop3Core *pop3_core_new (BaseRole role, const BaseLimits *limits);
Pop3State pop3_core_get_state (const Pop3Core *core);
/* Client, after CAPA. "UIDL", "TOP", "PIPELINING", "STLS"; a prefix of the line's words. */
gboolean pop3_core_has_capability (const Pop3Core *core, const char *name);
gboolean pop3_core_knows_capabilities (const Pop3Core *core);
const char **pop3_core_mechanisms (const Pop3Core *core); /* (transfer container) */
/* The APOP timestamp of the greeting, "<…>" (nullable). */
const char *pop3_core_timestamp (const Pop3Core *core);

/* Client. Commands are pipelined when PIPELINING is offered, else one at a time. */
guint64 pop3_core_submit (Pop3Core *core, Pop3Command *command, const BaseCause *cause);
guint64 pop3_core_authenticate (Pop3Core *core, SaslClient *client, const SaslMechanism *mechanism, const BaseCause *cause);
/* USER and PASS as one exchange each; returns that of PASS. */
guint64 pop3_core_login (Pop3Core *core, const char *user, BaseSecret *password, const BaseCause *cause);

/* Server. */
typedef struct {
  const char *host;
  SaslLookup lookup; gpointer lookup_data;
  gboolean tls_available, plaintext_login;
} Pop3ServerOptions;
void pop3_core_set_server_options (Pop3Core *core, const Pop3ServerOptions *options);
void pop3_core_greet (Pop3Core *core, const char *text);
/* "+OK text" / "-ERR [code] text" for @exchange; @code may be NULL. */
void pop3_core_reply (Pop3Core *core, guint64 exchange, gboolean ok, const char *code, const char *text);
/* A multi-line answer: lines (UIDL, LIST, CAPA) or a message. */
void pop3_core_reply_lines (Pop3Core *core, guint64 exchange, const char *text, const char *const *lines);
void pop3_core_reply_body (Pop3Core *core, guint64 exchange, const char *text, BaseBody *body);
void pop3_core_set_state (Pop3Core *core, Pop3State state);
void pop3_core_accept_tls (Pop3Core *core, guint64 exchange);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Command, pop3_command_unref)

G_END_DECLS
