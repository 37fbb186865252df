/* One SMTP session, client or server role (RFC 5321, 3207, 4954, 1870, 2034, 2920, 6152, 6531).
 * See base-core.h. */
#pragma once

#include "base-body.h"
#include "base-core.h"
#include "sasl-mechanism.h"

G_BEGIN_DECLS

typedef enum {
  SMTP_VERB_EHLO, SMTP_VERB_HELO, SMTP_VERB_MAIL, SMTP_VERB_RCPT, SMTP_VERB_DATA, SMTP_VERB_RSET,
  SMTP_VERB_VRFY, SMTP_VERB_EXPN, SMTP_VERB_HELP, SMTP_VERB_NOOP, SMTP_VERB_QUIT, SMTP_VERB_STARTTLS,
  SMTP_VERB_AUTH, SMTP_VERB_BDAT, SMTP_VERB_UNKNOWN
} SmtpVerb;

typedef enum { SMTP_STATE_GREETING, SMTP_STATE_START, SMTP_STATE_READY, SMTP_STATE_MAIL, SMTP_STATE_RCPT, SMTP_STATE_DATA, SMTP_STATE_QUIT } SmtpState;

typedef struct {
  gatomicrefcount ref_count;
  SmtpVerb verb;
  char *argument;        /* EHLO HELO: the name; MAIL RCPT: the path without <>; AUTH: mechanism;
                            VRFY EXPN HELP NOOP: text; UNKNOWN: the word */
  char **parameters;     /* MAIL, RCPT: "SIZE=1234", "BODY=8BITMIME"; NULL: none */
  BaseSecret *secret;    /* AUTH's initial response, decoded */
  guint64 size;          /* BDAT */
  gboolean last;         /* BDAT LAST */
  BaseBody *body;        /* DATA (client): sent after 354, dot-stuffed */
} SmtpCommand;

SmtpCommand *smtp_command_new (SmtpVerb verb, const char *argument);
SmtpCommand *smtp_command_ref (SmtpCommand *command);
void smtp_command_unref (SmtpCommand *command);
const char *smtp_verb_name (SmtpVerb verb);

/* A whole reply: all its lines. */
typedef struct {
  guint code;            /* 200–599 */
  guint status_class, status_subject, status_detail; /* enhanced code; class 0: none (RFC 2034) */
  char **lines;          /* texts without code and enhanced code, valid UTF-8 */
} SmtpReply;

typedef enum {
  /* client role */
  SMTP_EVENT_GREETING,
  SMTP_EVENT_REPLY,        /* ends `exchange` (outcome), or CONTINUE for DATA's 354 */
  SMTP_EVENT_BEFORE_DOT,   /* the body is out; nothing but smtp_core_finish_data() sends the dot */
  SMTP_EVENT_START_TLS,
  /* server role */
  SMTP_EVENT_COMMAND,
  SMTP_EVENT_SIGN_IN,
  SMTP_EVENT_BODY_DATA,    /* after 354: dots undone */
  SMTP_EVENT_BODY_END      /* the lone dot came: answer the exchange of DATA */
} SmtpEventType;

typedef struct {
  BaseEvent base;
  SmtpCommand *command;  /* COMMAND; REPLY: what was asked */
  SmtpReply reply;
  GBytes *data;
  char *user;
} SmtpEvent;

typedef struct _SmtpCore SmtpCore;

SmtpCore *smtp_core_new (BaseRole role, const BaseLimits *limits);
SmtpState smtp_core_get_state (const SmtpCore *core);
/* Client, after EHLO: the keyword's parameters ("" if none), NULL if not offered. */
const char *smtp_core_keyword (const SmtpCore *core, const char *keyword);
const char **smtp_core_mechanisms (const SmtpCore *core); /* (transfer container) */

/* Client. MAIL, RCPT and DATA are pipelined when PIPELINING is offered; the body waits for 354. */
guint64 smtp_core_submit (SmtpCore *core, SmtpCommand *command, const BaseCause *cause);
guint64 smtp_core_authenticate (SmtpCore *core, SaslClient *client, const SaslMechanism *mechanism, const BaseCause *cause);
/* Sends the final dot. Before this is called the letter cannot have been accepted; after it, until
 * the reply has come, nobody knows. Write that down first. */
void smtp_core_finish_data (SmtpCore *core);

/* Server. */
typedef struct {
  const char *host;
  SaslLookup lookup; gpointer lookup_data;
  gboolean tls_available, plaintext_login;
  guint64 size_limit;
} SmtpServerOptions;
void smtp_core_set_server_options (SmtpCore *core, const SmtpServerOptions *options);
/* @lines: texts; "250-" and "250 " are the core's business. @enhanced: "2.1.0" or NULL. Exchange 0:
 * the greeting. */
void smtp_core_reply (SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *const *lines);
void smtp_core_reply_text (SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *text);
void smtp_core_set_state (SmtpCore *core, SmtpState state);
void smtp_core_accept_tls (SmtpCore *core, guint64 exchange);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpCommand, smtp_command_unref)

G_END_DECLS
