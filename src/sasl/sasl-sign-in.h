/* Signing in as IMAP, POP3 and SMTP carry it: each step is base64 on a line of its own, and the
 * first may stand in the command (RFC 9051 §6.2.2, RFC 5034 §4, RFC 4954 §4). For the cores: what
 * is to be said is written on the core that is given, and what fails, fails it. */
#pragma once

#include "base-core-class.h"
#include "sasl-mechanism.h"

G_BEGIN_DECLS

/* The client role's side of one authentication. */
typedef struct _SaslSignIn SaslSignIn;

/* @client is (transfer full). */
SaslSignIn *sasl_sign_in_new (SaslClient *client, const SaslMechanism *mechanism);
void sasl_sign_in_free (SaslSignIn *sign_in);

/* Before the command is said: from now on the password is masked. Returns the response to put into
 * the command, decoded; %NULL when the server speaks first, when its base64 would be longer than
 * @room bytes (it then answers the first challenge), or when the core has failed. (transfer full)
 */
BaseSecret *sasl_sign_in_begin (SaslSignIn *sign_in, BaseCore *core, gsize room);
/* Answers a challenge, given in base64. */
void sasl_sign_in_answer (
    SaslSignIn *sign_in, BaseCore *core, guint64 exchange, const char *challenge, gsize len);
/* The server said yes; %FALSE: without the proof that the mechanism asks for, and the core has
 * failed with %SASL_ERROR_SERVER_PROOF. */
gboolean sasl_sign_in_check (const SaslSignIn *sign_in, BaseCore *core);

/* Either role: @prefix ("+ ", "334 ", ""), the step's base64 as a secret, CRLF. */
void
sasl_sign_in_write (BaseCore *core, guint64 exchange, const char *prefix, const BaseSecret *step);

/* Server role: whether @mechanism may be used: known, in @allowed (nullable: all are), on an open
 * line none that shows the password, and without a binding none that needs it. */
gboolean sasl_sign_in_is_offered (const BaseCore *core,
                                  const char *mechanism,
                                  const char *const *allowed,
                                  gboolean may_show_password);
/* Server role: a new authentication on @core's connection, with what ties it to that. @token_check:
 * %NULL: a token is the password. @data: of both. (transfer full) */
SaslServer *sasl_sign_in_serve (const BaseCore *core,
                                const SaslMechanism *mechanism,
                                const char *host,
                                SaslLookup lookup,
                                SaslTokenCheck token_check,
                                gpointer data);
/* Server role: one step; with %SASL_SERVER_CONTINUE the challenge has been written behind @prefix.
 * @response: %NULL: nothing came with the command. */
SaslServerStatus sasl_sign_in_step (BaseCore *core,
                                    guint64 exchange,
                                    SaslServer *server,
                                    const BaseSecret *response,
                                    const char *prefix,
                                    GError **error);
/* Server role: the spans of a client's line inside the authentication, and its response decoded;
 * %NULL with *@cancelled: it was "*"; else: it is not base64. (transfer full) */
BaseSecret *sasl_sign_in_read (BaseCore *core,
                               guint64 exchange,
                               const guint8 *line,
                               gsize len,
                               gsize with_end,
                               gboolean *cancelled);

G_END_DECLS
