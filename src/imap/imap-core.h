/* One IMAP session, client or server role (RFC 9051, RFC 3501). See base-core.h for how to drive
 * it.
 *
 * Client: commands are pipelined as far as the RFC allows (not across SELECT, AUTHENTICATE, IDLE,
 * STARTTLS: those wait in the core until what is before them is answered, and what is behind them
 * until they are, but for a FETCH that says it may follow a SELECT). IDLE ends by itself when
 * another command is submitted: the core sends DONE first. Synchronising literals wait for "+";
 * LITERAL+ and LITERAL- (RFC 7888) are used when offered.
 * Server: commands come as events; the answers are submitted as responses. */
#pragma once

#include "imap-event.h"
#include "imap-parser.h"
#include "imap-writer.h"
#include "sasl-mechanism.h"

G_BEGIN_DECLS

typedef struct _ImapCore ImapCore; /* starts with a BaseCore */

ImapCore *imap_core_new (BaseRole role, const BaseLimits *limits);

ImapState imap_core_get_state (const ImapCore *core);
/* Capabilities known now, any case. "AUTH=PLAIN", "IDLE"; FALSE while they are not known. */
gboolean imap_core_has_capability (const ImapCore *core, const char *name);
/* What stands behind "NAME=" ("APPENDLIMIT=257890"); %NULL: it is not offered with a value.
 * (transfer full) */
char *imap_core_capability_value (const ImapCore *core, const char *name);
/* Whether it is offered, in its own word or as a part of IMAP4rev2 (RFC 9051 §E). */
gboolean imap_core_offers (const ImapCore *core, const char *name);
/* Whether ENABLED named it (RFC 5161). */
gboolean imap_core_is_enabled (const ImapCore *core, const char *name);
gboolean imap_core_knows_capabilities (const ImapCore *core);
/* Mechanisms offered as AUTH=…, the LOGIN command not included. (transfer full) */
char **imap_core_mechanisms (const ImapCore *core);
/* The mailbox selected, UTF-8 (nullable), and what SELECT said. */
const char *imap_core_mailbox (const ImapCore *core);
guint32 imap_core_exists (const ImapCore *core);

/* Client: the mailbox that is called @name here is @wire_name on the wire, which is no modified
 * UTF-7. LIST tells such names by itself. */
void imap_core_set_wire_name (ImapCore *core, const char *name, const char *wire_name);
/* Client. Returns the exchange. @command is (transfer full), @cause is kept. A command that cannot
 * be said in IMAP (a line end in a flag) is not sent: its DONE says %BASE_OUTCOME_BAD. */
guint64 imap_core_submit (ImapCore *core, ImapCommand *command, const BaseCause *cause);
/* AUTHENTICATE with @client doing the steps (transfer full). SASL-IR is used when offered. */
guint64 imap_core_authenticate (ImapCore *core,
                                SaslClient *client,
                                const SaslMechanism *mechanism,
                                const BaseCause *cause);
/* Ends a running IDLE, also one that has not begun to idle (submitting another command does so
 * too). */
void imap_core_done (ImapCore *core);

/* Server. What CAPABILITY says is the caller's: the core answers no command by itself, but frames
 * (asks for literals), runs AUTHENTICATE's steps, and refuses what the state forbids with BAD. */
typedef struct
{
  const char *host;
  SaslLookup lookup;
  gpointer lookup_data;
  SaslTokenCheck token_check; /* given lookup_data too (nullable: a token is the password) */
  gboolean tls_available;     /* STARTTLS may be offered */
  gboolean plaintext_login;   /* LOGIN and PLAIN without TLS (practice: FALSE on the open port) */
} ImapServerOptions;
/* Options are copied, strings too. */
void imap_core_set_server_options (ImapCore *core, const ImapServerOptions *options);
/* Sends the greeting, an untagged response or the tagged answer that ends @exchange; untagged: 0 if
 * it is about no command. @response is (transfer full). After BYE and the answer to LOGOUT the
 * session closes when all is sent. */
void imap_core_respond (ImapCore *core, guint64 exchange, ImapResponse *response);
/* A FETCH response whose section data are pulled from @bodies (one BaseBody for each section whose
 * data has no bytes, in order), so that no message is held whole. */
void imap_core_respond_fetch (ImapCore *core,
                              guint64 exchange,
                              ImapResponse *response,
                              BaseBody *const *bodies,
                              guint n_bodies);
/* Tells the core what state the server is in now (after LOGIN OK, SELECT OK, CLOSE …). */
void imap_core_set_state (ImapCore *core, ImapState state, const char *mailbox);
/* Lets the client start IDLE: sends "+ idling"; later IDLE_DONE comes. */
void imap_core_accept_idle (ImapCore *core, guint64 exchange);
/* Either role: whether nothing was said behind COMPRESS, or behind the answer to it, so that
 * compression may start with the next byte (RFC 4978 §3). */
gboolean imap_core_may_compress (ImapCore *core);
/* Client: what base_core_submit_raw() was given ends in the mark of a literal that no "+" has to be
 * waited for, or in the middle of one: the next of them goes on. */
gboolean imap_core_is_inside_typed (const ImapCore *core);
/* Answers STARTTLS with OK and asks for the handshake. */
void imap_core_accept_tls (ImapCore *core, guint64 exchange);

G_END_DECLS
