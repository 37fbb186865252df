/* The calls of POP3's server role. The core frames and parses, keeps the order of commands, checks
 * PASS and APOP, runs AUTH, and refuses by itself what the state or the grammar forbids; the rest
 * comes as events, one at a time: the next command is read when the last one has been answered. */
#pragma once

#include "base-body.h"
#include "pop3-core.h"

G_BEGIN_DECLS

typedef struct
{
  const char *host; /* for APOP's timestamp and the mechanisms */
  SaslLookup lookup;
  gpointer lookup_data;
  SaslTokenCheck token_check;    /* given lookup_data too (nullable: a token is the password) */
  gboolean tls_available;        /* STLS may be accepted */
  gboolean plaintext_login;      /* USER, PASS, PLAIN and LOGIN also without TLS */
  const char *const *mechanisms; /* what AUTH accepts (nullable: all that sasl knows) */
} Pop3ServerOptions;

/* Copies @options, but not what they point to as lookup_data. Before anything else. */
void pop3_core_set_server_options (Pop3Core *core, const Pop3ServerOptions *options);
/* Sends the greeting; @stamp (nullable): APOP's timestamp, unique for each session. */
void pop3_core_greet (Pop3Core *core, const char *text, const char *stamp);

/* "+OK text" / "-ERR [code] text" for @exchange; @code may be %NULL. +OK to a SIGN_IN opens the
 * mailbox; the answer to QUIT ends the session. */
void
pop3_core_reply (Pop3Core *core, guint64 exchange, gboolean ok, const char *code, const char *text);
/* A multi-line answer: lines (UIDL, LIST, CAPA) or a message. */
void pop3_core_reply_lines (Pop3Core *core,
                            guint64 exchange,
                            const char *text,
                            const char *const *lines);
void pop3_core_reply_body (Pop3Core *core, guint64 exchange, const char *text, BaseBody *body);
/* Answers STLS with +OK and asks for the handshake by an event. */
void pop3_core_accept_tls (Pop3Core *core, guint64 exchange);

/* Whether @mechanism may be offered now: known, allowed, and safe without TLS if there is none. */
gboolean pop3_core_offers_mechanism (const Pop3Core *core, const char *mechanism);

G_END_DECLS
