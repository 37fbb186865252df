/* One SMTP session, client or server role (RFC 5321, 3207, 4954, 1870, 2034, 2920, 3030, 6152,
 * 6531). See base-core.h for how to drive it; the server role's own calls are in smtp-server.h. */
#pragma once

#include "sasl-mechanism.h"
#include "smtp-event.h"

G_BEGIN_DECLS

typedef struct _SmtpCore SmtpCore;

SmtpCore *smtp_core_new (BaseRole role, const BaseLimits *limits);
SmtpState smtp_core_get_state (const SmtpCore *core);
gboolean smtp_core_is_encrypted (const SmtpCore *core);

/* Client, after EHLO: the keyword's parameters ("" if none), %NULL if not offered. */
const char *smtp_core_keyword (const SmtpCore *core, const char *keyword);
/* Client, after EHLO: all of it, for smtp-offer.h; valid until the next EHLO. (nullable) */
const char *const *smtp_core_offer (const SmtpCore *core);
/* What AUTH offers; empty when it is not offered. (transfer full) */
char **smtp_core_mechanisms (const SmtpCore *core);

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
/* The letter itself, behind its MAIL and RCPT: with DATA, or in @chunks (BDAT), which must be
 * offered, and whose @body must have only whole CRLF as line ends. Returns the exchange whose reply
 * decides: DATA's, or the last chunk's. When a chunk is refused, or nobody is to get the letter,
 * the rest is not sent, and that exchange ends with the refusal; the transaction is then open on
 * the server, and wants RSET. @body is (transfer none), and read by the core alone. */
guint64
smtp_core_submit_letter (SmtpCore *core, BaseBody *body, gboolean chunks, const BaseCause *cause);
/* Sends the final dot, or the last chunk; nothing, when the letter was refused meanwhile. Before
 * this is called the letter cannot have been accepted; after it, until the reply has come, nobody
 * knows. Write that down first. What is submitted behind it, the next letter, goes out with it when
 * PIPELINING is offered; RSET before its MAIL, since what a refused chunk leaves behind is open
 * (RFC 3030 §2). */
void smtp_core_finish_data (SmtpCore *core);
/* Whether every byte of the letter and what ends it has been taken for sending, and no reply has
 * come. Before that no server can have accepted it. */
gboolean smtp_core_is_letter_out (const SmtpCore *core);
/* Client: a chunk that was announced by base_core_submit_raw() is not all said. */
gboolean smtp_core_is_inside_typed (const SmtpCore *core);
/* Takes back the letter that was submitted last, before finish_data() was called for it: what has
 * not been said of its envelope and its chunks never is, and there is no event of that. %FALSE: the
 * server waits for the letter, and only the end of the session keeps it from being sent. With %TRUE
 * the transaction is open on the server, and wants RSET. */
gboolean smtp_core_take_back (SmtpCore *core);

G_END_DECLS
