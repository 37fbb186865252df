/* The calls of SMTP's server role. The core frames and parses, keeps the order of commands, runs
 * AUTH, undoes the dots, and refuses by itself what the state or the grammar forbids; the rest
 * comes as events, one at a time: the next command is read when the last one has been answered. The
 * session's state follows from the answers. Of a letter in chunks (BDAT) the core answers all but
 * the last. */
#pragma once

#include "smtp-core.h"

G_BEGIN_DECLS

typedef struct
{
  const char *host;
  SaslLookup lookup;
  gpointer lookup_data;
  SaslTokenCheck token_check;    /* given lookup_data too (nullable: a token is the password) */
  gboolean tls_available;        /* STARTTLS may be accepted */
  gboolean plaintext_login;      /* PLAIN and LOGIN also without TLS */
  gboolean auth_required;        /* MAIL only after AUTH (submission, RFC 6409) */
  gboolean chunking;             /* BDAT is offered */
  guint64 size_limit;            /* bytes of one letter; 0: limits.body */
  const char *const *mechanisms; /* what AUTH accepts (nullable: all that sasl knows) */
} SmtpServerOptions;

/* Copies @options, but not what they point to as lookup_data. Before anything else. */
void smtp_core_set_server_options (SmtpCore *core, const SmtpServerOptions *options);
/* @lines: texts; "250-" and "250 " are the core's business. @enhanced: "2.1.0" or %NULL. Exchange
 * 0: the greeting. Answering QUIT, or any 421, ends the session. */
void smtp_core_reply (
    SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *const *lines);
void smtp_core_reply_text (
    SmtpCore *core, guint64 exchange, guint code, const char *enhanced, const char *text);
/* Answers STARTTLS with 220 and asks for the handshake by an event. */
void smtp_core_accept_tls (SmtpCore *core, guint64 exchange);

/* Whether @mechanism may be offered now: known, allowed, and safe without TLS if there is none. */
gboolean smtp_core_offers_mechanism (const SmtpCore *core, const char *mechanism);
/* Who signed in (nullable). */
const char *smtp_core_user (const SmtpCore *core);

G_END_DECLS
