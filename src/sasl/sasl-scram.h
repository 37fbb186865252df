/* The computations of SCRAM (RFC 5802 §3), the same for both sides and both hashes:
 *
 *   SaltedPassword  := Hi(Normalize(password), salt, i)
 *   ClientKey       := HMAC(SaltedPassword, "Client Key")
 *   StoredKey       := H(ClientKey)
 *   ServerKey       := HMAC(SaltedPassword, "Server Key")
 *   AuthMessage     := client-first-message-bare "," server-first-message ","
 *                      client-final-message-without-proof
 *   ClientProof     := ClientKey XOR HMAC(StoredKey, AuthMessage)
 *   ServerSignature := HMAC(ServerKey, AuthMessage) */
#pragma once

#include "sasl-mechanism.h"

G_BEGIN_DECLS

/* Of the hashes used here SHA-256 is the longest. */
#define SASL_SCRAM_MAX_HASH 32
/* RFC 7677 §4: fewer would let a false server guess the password from the proof. */
#define SASL_SCRAM_MIN_ITERATIONS 4096
/* More would keep the computer busy for seconds at the word of a stranger. */
#define SASL_SCRAM_MAX_ITERATIONS 1000000
/* A message of this dialogue that is longer was not made by a mail server. */
#define SASL_SCRAM_MAX_MESSAGE 4096

typedef struct
{
  gsize len; /* of the hash */
  guint8 proof[SASL_SCRAM_MAX_HASH];
  guint8 client_key[SASL_SCRAM_MAX_HASH];
  guint8 signature[SASL_SCRAM_MAX_HASH]; /* the server's */
} SaslScramKeys;

/* @password: as typed; it is prepared here. Wipe @keys with base_secret_wipe() when done. */
gboolean sasl_scram_derive (const SaslMechanism *mechanism,
                            const BaseSecret *password,
                            const guint8 *salt,
                            gsize salt_len,
                            guint iterations,
                            const char *auth_message,
                            SaslScramKeys *keys,
                            GError **error);

/* The value of "c=": @header ("p=tls-exporter,,") and, where the sign-in binds, @data (nullable),
 * in base64. (transfer full) */
char *sasl_scram_binding (const char *header, GBytes *data);

/* 24 random bytes in base64: a nonce. (transfer full) */
char *sasl_scram_nonce (void);

/* Takes "x=value" off the front of *@message, where x is @name, up to the comma or the end; moves
 * *@message behind the comma. %NULL if it is not there. (transfer full) */
char *sasl_scram_take (const char **message, char name);
/* Copies a message that may be untrusted: without NUL, not too long; or %NULL. (transfer full) */
char *sasl_scram_message (const guint8 *bytes, gsize len);
/* Decodes base64 strictly: the exact alphabet, padded, nothing else; or %NULL. (transfer full) */
guint8 *sasl_scram_decode (const char *text, gsize *len);

G_END_DECLS
