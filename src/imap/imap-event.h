/* What an IMAP core says happened, and the states of a session (RFC 9051 §3). */
#pragma once

#include "imap-command.h"

G_BEGIN_DECLS

typedef enum
{
  IMAP_STATE_GREETING,
  IMAP_STATE_NOT_AUTHENTICATED,
  IMAP_STATE_AUTHENTICATED,
  IMAP_STATE_SELECTED,
  IMAP_STATE_LOGOUT
} ImapState;

typedef enum
{
  /* client role */
  IMAP_EVENT_GREETING, /* response: OK, PREAUTH or BYE */
  IMAP_EVENT_RESPONSE, /* an untagged response, or a "+" that nobody but the person waits for */
  IMAP_EVENT_DONE,     /* the tagged response that ends `exchange`; without one when the line
                        * was cut (LOST) or the command could not be said (BAD) */
  IMAP_EVENT_IDLING,   /* "+ idling": the server now tells what happens */
  IMAP_EVENT_AUTHENTICATED, /* never with an outcome; before DONE of LOGIN/AUTHENTICATE */
  /* both: a literal above limits.inline_body. The response or command that holds it comes after. */
  IMAP_EVENT_LITERAL_BEGIN, /* stream, size; section as far as known */
  IMAP_EVENT_LITERAL_DATA,  /* stream, data */
  IMAP_EVENT_LITERAL_END,   /* stream */
  IMAP_EVENT_START_TLS,     /* do the handshake now, then base_core_tls_started() */
  /* server role */
  IMAP_EVENT_COMMAND,   /* command: answer it with imap_core_respond() */
  IMAP_EVENT_IDLE_DONE, /* IDLE is over: send the tagged OK, or the BAD of `response` */
  IMAP_EVENT_SIGN_IN /* AUTHENTICATE succeeded inside the core: user; answer OK/NO for exchange */
} ImapEventType;

typedef struct
{
  BaseEvent base;
  ImapResponse *response; /* GREETING RESPONSE DONE; IDLE_DONE that DONE did not end (nullable) */
  ImapCommand *command;   /* COMMAND; DONE IDLING: the command it is about */
  guint64 stream, size;   /* LITERAL_* */
  guint32 sequence;       /* LITERAL_BEGIN inside FETCH: its message's sequence number */
  char *section;          /* LITERAL_BEGIN inside FETCH: "" whole message (nullable) */
  GBytes *data;           /* LITERAL_DATA */
  char *user;             /* SIGN_IN */
} ImapEvent;

/* For the core: a new event. */
ImapEvent *imap_event_new (ImapEventType type, guint64 exchange);

G_END_DECLS
