/* Passwords of accounts: in the keyring (libsecret, keyed by the account's UUID), or in the file
 * that the account names. Blocking; any thread. Nothing here logs or keeps them. */
#pragma once

#include "base-secret.h"
#include "store-types.h"

G_BEGIN_DECLS

/* A password's length in bytes, at most: what is longer is refused, never cut. */
#define ENGINE_PASSWORD_MAX 4096

/* ENGINE_ERROR_NO_PASSWORD says what to do. (transfer full) */
BaseSecret *engine_credential_load (const StoreAccountInfo *info, GError **error);
/* Into the keyring; nothing is done for an account that names a file. */
gboolean
engine_credential_store (const StoreAccountInfo *info, BaseSecret *password, GError **error);
/* Out of the keyring; that it was not there is no error. */
gboolean engine_credential_forget (const StoreAccountInfo *info, GError **error);

/* The first line of a file, which must be a regular file of the user's own with mode 0600 (or
 * stricter). (transfer full) */
BaseSecret *engine_credential_read_file (const char *path, GError **error);

G_END_DECLS
