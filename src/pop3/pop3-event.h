/* What a POP3 core says happened, and the states of a session (RFC 1939 §3). */
#pragma once

#include "base-core.h"
#include "pop3-command.h"
#include "pop3-reply.h"

G_BEGIN_DECLS

typedef enum
{
  POP3_STATE_GREETING,
  POP3_STATE_AUTHORIZATION,
  POP3_STATE_TRANSACTION,
  POP3_STATE_UPDATE
} Pop3State;

typedef enum
{
  /* client role */
  POP3_EVENT_GREETING,   /* status; APOP's timestamp is kept by the core */
  POP3_EVENT_ENTRY,      /* one line of LIST or UIDL (or the single reply): entry */
  POP3_EVENT_BODY_BEGIN, /* RETR, TOP: status; then data, then DONE */
  POP3_EVENT_BODY_DATA,  /* data: dots undone, line ends as they came */
  POP3_EVENT_DONE,       /* the answer is whole: status; STAT: number, size; CAPA, LANG: words */
  POP3_EVENT_CHALLENGE,  /* "+" to an AUTH that was typed: only the person knows what to answer */
  /* both: do the handshake now, then base_core_tls_started() */
  POP3_EVENT_START_TLS,
  /* server role */
  POP3_EVENT_COMMAND, /* answer it with pop3_core_reply…() */
  POP3_EVENT_SIGN_IN  /* PASS, APOP or AUTH proved who it is: user; +OK opens the mailbox */
} Pop3EventType;

typedef struct
{
  BaseEvent base;
  Pop3Command *command; /* COMMAND, SIGN_IN; ENTRY, BODY_…, DONE: what was asked */
  Pop3Status status;
  Pop3Entry entry;
  GBytes *data;
  guint32 number; /* STAT */
  guint64 size;   /* STAT; BODY_BEGIN: octets if the server said so, else 0 */
  char **words;   /* CAPA, LANG: one line each; never %NULL when they succeeded */
  char *user;     /* SIGN_IN */
} Pop3Event;

/* For the core: a new event; @command (nullable, transfer none). */
Pop3Event *pop3_event_new (Pop3EventType type, guint64 exchange, Pop3Command *command);

G_END_DECLS
