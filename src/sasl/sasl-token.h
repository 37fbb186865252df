/* What carries an OAuth 2.0 access token: OAUTHBEARER (RFC 7628) and the older XOAUTH2 of Google
 * and Microsoft. Messages, both ways; the steps are in sasl-client.c and sasl-server.c. */
#pragma once

#include "sasl-mechanism.h"

G_BEGIN_DECLS

/* The one response; @host (nullable) and @port are told to OAUTHBEARER. %NULL with
 * %SASL_ERROR_CREDENTIALS when @token holds what cannot stand in a header. (transfer full) */
BaseSecret *sasl_token_response (const SaslMechanism *mechanism,
                                 const char *user,
                                 const char *host,
                                 guint16 port,
                                 BaseSecret *token,
                                 GError **error);
/* What is answered to the challenge that says why it was refused: RFC 7628 §3.2.3 wants one ^A,
 * Google nothing. (transfer full) */
BaseSecret *sasl_token_resign (const SaslMechanism *mechanism);
/* The status in the JSON of such a challenge ("invalid_token", "401"); "" if there is none. */
void sasl_token_failure (const guint8 *json, gsize len, char failure[SASL_FAILURE_SIZE]);

/* The server's side: who, and with which token; %FALSE when the response is malformed. */
gboolean sasl_token_parse (const SaslMechanism *mechanism,
                           const guint8 *response,
                           gsize len,
                           char **user,
                           BaseSecret **token);
/* (transfer full) */
char *sasl_token_challenge (const SaslMechanism *mechanism, const char *failure);

G_END_DECLS
