/* One SMTP session, client or server role (RFC 5321, 3207, 4954, 1870, 2034, 2920, 6152, 6531).
 * See base-core.h for how to drive it; the server role's own calls are in smtp-server.h. */
#pragma once

#include "base-body.h"
#include "base-core.h"
#include "sasl-mechanism.h"
#include "smtp-command.h"
#include "smtp-reply.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_STATE_GREETING,
  SMTP_STATE_START, /* nobody has said EHLO, or TLS has just begun */
  SMTP_STATE_READY,
  SMTP_STATE_MAIL,
  SMTP_STATE_RCPT,
  SMTP_STATE_DATA,
  SMTP_STATE_QUIT
} SmtpState;

typedef enum
{
  /* client role */
  SMTP_EVENT_GREETING,   /* reply */
  SMTP_EVENT_REPLY,      /* ends `exchange` (outcome), or CONTINUE for DATA's 354 */
  SMTP_EVENT_BEFORE_DOT, /* the body is out; nothing but smtp_core_finish_data() sends the dot */
  /* both: do the handshake now, then base_core_tls_started() */
  SMTP_EVENT_START_TLS,
  /* server role */
  SMTP_EVENT_COMMAND,   /* answer it with smtp_core_reply() */
  SMTP_EVENT_SIGN_IN,   /* AUTH proved who it is: user; 235 lets them in */
  SMTP_EVENT_BODY_DATA, /* after 354: data, dots undone */
  SMTP_EVENT_BODY_END   /* the lone dot came: answer the exchange of DATA, unless `refused` */
} SmtpEventType;

typedef struct
{
  BaseEvent base;
  SmtpCommand *command; /* COMMAND; REPLY: what was asked */
  SmtpReply reply;
  GBytes *data;
  char *user;
  gboolean refused; /* BODY_END: the core has already refused the letter (size, bare LF) */
} SmtpEvent;

typedef struct _SmtpCore SmtpCore;

SmtpCore *smtp_core_new (BaseRole role, const BaseLimits *limits);
SmtpState smtp_core_get_state (const SmtpCore *core);
gboolean smtp_core_is_encrypted (const SmtpCore *core);

/* Client, after EHLO: the keyword's parameters ("" if none), %NULL if not offered. */
const char *smtp_core_keyword (const SmtpCore *core, const char *keyword);
/* What AUTH offers; empty when it is not offered. (transfer container) */
const char **smtp_core_mechanisms (const SmtpCore *core);

/* Client. MAIL, RCPT and DATA are pipelined when PIPELINING is offered; the body waits for 354. If
 * no recipient was accepted and the server says 354 all the same, the body is not sent and the
 * exchange of DATA ends refused, whatever the server says. A command that cannot be said (a line
 * end in an address) is not sent: its REPLY has code 0 and %BASE_OUTCOME_BAD. @command is (transfer
 * none). */
guint64 smtp_core_submit (SmtpCore *core, SmtpCommand *command, const BaseCause *cause);
/* AUTH with @client (transfer full) doing the steps. A server that claims success without proof
 * fails the session with %SASL_ERROR_SERVER_PROOF. */
guint64 smtp_core_authenticate (SmtpCore *core,
                                SaslClient *client,
                                const SaslMechanism *mechanism,
                                const BaseCause *cause);
/* Sends the final dot. Before this is called the letter cannot have been accepted; after it, until
 * the reply has come, nobody knows. Write that down first. */
void smtp_core_finish_data (SmtpCore *core);

G_END_DECLS
