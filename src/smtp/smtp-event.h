/* What an SMTP core says happened, and the states of a session (RFC 5321 §4.1.4). */
#pragma once

#include "base-core.h"
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
  SMTP_EVENT_BEFORE_DOT, /* all but the dot, or the last chunk, is out; nothing but
                            smtp_core_finish_data() sends that */
  /* both: do the handshake now, then base_core_tls_started() */
  SMTP_EVENT_START_TLS,
  /* server role */
  SMTP_EVENT_COMMAND,   /* answer it with smtp_core_reply() */
  SMTP_EVENT_SIGN_IN,   /* AUTH proved who it is: user; 235 lets them in */
  SMTP_EVENT_BODY_DATA, /* after 354: data, dots undone; or of a chunk */
  SMTP_EVENT_BODY_END   /* the lone dot or the last chunk came: answer the exchange of DATA or BDAT,
                           unless `refused` */
} SmtpEventType;

typedef struct
{
  BaseEvent base;
  SmtpCommand *command; /* COMMAND; REPLY: what was asked */
  SmtpReply reply;
  GBytes *data;
  char *user;
  gboolean refused; /* BODY_END: the core has already refused the letter (size, bare LF); with
                       chunks, at any of them */
} SmtpEvent;

/* For the core: a new event; @command (nullable, transfer none). */
SmtpEvent *smtp_event_new (SmtpEventType type, guint64 exchange, SmtpCommand *command);

G_END_DECLS
