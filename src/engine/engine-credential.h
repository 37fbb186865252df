/* What an account proves with whose it is: a password or an access token, in the keyring
 * (libsecret, keyed by the account's UUID), in the file that the account names, or from where
 * tokens are made (engine-token.h); a certificate, which TLS shows. Blocking; any thread. Nothing
 * here logs or keeps them. */
#pragma once

#include "base-secret.h"
#include "sasl-mechanism.h"
#include "store-types.h"

G_BEGIN_DECLS

/* A password's length in bytes, at most: what is longer is refused, never cut. */
#define ENGINE_PASSWORD_MAX 4096

typedef struct
{
  BaseSecret *secret; /* password or token; empty where the certificate is all */
  guint proofs;       /* SaslProof */
} EngineCredential;

/* Fills @credential, whose secret is the caller's to unref. @again: the token that it gave last was
 * refused; where tokens are made, a new one is asked for. ENGINE_ERROR_NO_PASSWORD says what to do.
 */
gboolean engine_credential_load (const StoreAccountInfo *info,
                                 gboolean again,
                                 EngineCredential *credential,
                                 GError **error);
/* Whether another token may come where the last one came from. */
gboolean engine_credential_is_made (const StoreAccountInfo *info);
/* Whether a secret is to be typed, and kept. */
gboolean engine_credential_is_typed (const StoreAccountInfo *info);
/* What @secret proves for this account, when a person has typed it (SaslProof). */
guint engine_credential_proofs (const StoreAccountInfo *info);
/* Into the keyring; nothing is done for an account that names a file. */
gboolean
engine_credential_store (const StoreAccountInfo *info, BaseSecret *password, GError **error);
/* Out of the keyring; that it was not there is no error. */
gboolean engine_credential_forget (const StoreAccountInfo *info, GError **error);

/* The first line of a file, which must be a regular file of the user's own with mode 0600 (or
 * stricter). (transfer full) */
BaseSecret *engine_credential_read_file (const char *path, GError **error);

G_END_DECLS
