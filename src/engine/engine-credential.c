/* The keyring is asked only for accounts without a password file, so a server without D-Bus never
 * waits for it. */
#include "config.h"

#include "engine-credential.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-error.h"
#include "engine-token.h"

#define COMMAND "command:"
#define DESKTOP "goa:"

static const SecretSchema schema = {
  .name = "org.restante.Restante",
  .flags = SECRET_SCHEMA_NONE,
  .attributes = { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

static gboolean
check_file (int fd, const char *path, GError **error)
{
  struct stat found;

  if (fstat (fd, &found) < 0)
    {
      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_NO_PASSWORD,
                   _ ("The password file %s cannot be read: %s"),
                   path,
                   g_strerror (errno));
      return FALSE;
    }
  if (!S_ISREG (found.st_mode) || found.st_uid != geteuid () || (found.st_mode & 077) != 0)
    {
      g_set_error (
          error,
          ENGINE_ERROR,
          ENGINE_ERROR_NO_PASSWORD,
          _ ("The password file %s must be a regular file of your own that nobody else can "
             "read: run “chmod 600” on it"),
          path);
      return FALSE;
    }
  return TRUE;
}

BaseSecret *
engine_credential_read_file (const char *path, GError **error)
{
  char line[ENGINE_PASSWORD_MAX + 2]; /* and its line end */
  BaseSecret *secret = NULL;
  gsize have = 0;
  gssize got = 0;
  char *end;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

  if (fd < 0)
    {
      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_NO_PASSWORD,
                   _ ("The password file %s cannot be opened: %s"),
                   path,
                   g_strerror (errno));
      return NULL;
    }
  if (!check_file (fd, path, error))
    {
      close (fd);
      return NULL;
    }
  while (have < sizeof line && (got = read (fd, line + have, sizeof line - have)) > 0)
    have += (gsize) got;
  close (fd);
  end = memchr (line, '\n', have);
  if (end)
    have = (gsize) (end - line);
  if (have > 0 && line[have - 1] == '\r')
    have--;
  if (have > ENGINE_PASSWORD_MAX)
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_NO_PASSWORD,
                 _ ("The first line of the password file %s has more than %d bytes: it cannot be "
                    "a password"),
                 path,
                 ENGINE_PASSWORD_MAX);
  else if (have > 0)
    secret = base_secret_new (line, (gssize) have);
  else
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_NO_PASSWORD,
                 _ ("The password file %s is empty: write the password on its first line"),
                 path);
  base_secret_wipe (line, sizeof line);
  return secret;
}

static BaseSecret *
load_keyring (const StoreAccountInfo *info, GError **error)
{
  g_autoptr (GError) local = NULL;
  BaseSecret *secret;
  char *found = info->uuid != NULL ? secret_password_lookup_nonpageable_sync (
                                         &schema, NULL, &local, "account", info->uuid, NULL)
                                   : NULL;

  if (found)
    {
      secret = base_secret_new (found, -1);
      secret_password_free (found);
      return secret;
    }
  if (local)
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_NO_PASSWORD,
                 _ ("The keyring cannot be reached for the password of “%s”: unlock it, or name a "
                    "password file for the account"),
                 info->name);
  else
    g_set_error (
        error,
        ENGINE_ERROR,
        ENGINE_ERROR_NO_PASSWORD,
        _ ("The keyring holds no password for “%s”: enter it again in the account’s settings"),
        info->name);
  return NULL;
}

gboolean
engine_credential_is_made (const StoreAccountInfo *info)
{
  return g_str_has_prefix (info->sign_in, COMMAND) || g_str_has_prefix (info->sign_in, DESKTOP);
}

gboolean
engine_credential_is_typed (const StoreAccountInfo *info)
{
  return !engine_credential_is_made (info) && strcmp (info->sign_in, "certificate") != 0;
}

guint
engine_credential_proofs (const StoreAccountInfo *info)
{
  guint certificate = info->client_cert[0] ? SASL_PROOF_CERTIFICATE : 0;

  if (strcmp (info->sign_in, "certificate") == 0)
    return SASL_PROOF_CERTIFICATE;
  if (strcmp (info->sign_in, "token") == 0 || engine_credential_is_made (info))
    return SASL_PROOF_TOKEN | certificate;
  return SASL_PROOF_PASSWORD | certificate;
}

static BaseSecret *
load_kept (const StoreAccountInfo *info, GError **error)
{
  if (info->password_file && info->password_file[0])
    return engine_credential_read_file (info->password_file, error);
  return load_keyring (info, error);
}

gboolean
engine_credential_load (const StoreAccountInfo *info,
                        gboolean again,
                        EngineCredential *credential,
                        GError **error)
{
  gboolean is_token = TRUE;

  credential->proofs = engine_credential_proofs (info);
  if (g_str_has_prefix (info->sign_in, COMMAND))
    credential->secret = engine_token_run (info->sign_in + strlen (COMMAND), error);
  else if (g_str_has_prefix (info->sign_in, DESKTOP))
    credential->secret =
        engine_token_of_desktop (info->sign_in + strlen (DESKTOP), again, &is_token, error);
  else if (engine_credential_is_typed (info))
    credential->secret = load_kept (info, error);
  else
    credential->secret = base_secret_new ("", 0);
  /* The desktop's older accounts have passwords. */
  if (!is_token)
    credential->proofs ^= SASL_PROOF_TOKEN | SASL_PROOF_PASSWORD;
  return credential->secret != NULL;
}

gboolean
engine_credential_store (const StoreAccountInfo *info, BaseSecret *password, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *label = NULL;

  if ((info->password_file && info->password_file[0]) || !engine_credential_is_typed (info))
    return TRUE;
  /* Translators: %s is an e-mail address; this names an entry in the person's keyring. */
  label = g_strdup_printf (_ ("Restante: %s"), info->email);
  if (secret_password_store_sync (&schema,
                                  SECRET_COLLECTION_DEFAULT,
                                  label,
                                  base_secret_peek (password, NULL),
                                  NULL,
                                  &local,
                                  "account",
                                  info->uuid,
                                  NULL))
    return TRUE;
  g_set_error_literal (
      error,
      ENGINE_ERROR,
      ENGINE_ERROR_NO_PASSWORD,
      _ ("There is no keyring to keep the password in: start one, or name a password "
         "file of mode 0600"));
  return FALSE;
}

gboolean
engine_credential_forget (const StoreAccountInfo *info, GError **error)
{
  if ((info->password_file && info->password_file[0]) || !engine_credential_is_typed (info))
    return TRUE;
  return secret_password_clear_sync (&schema, NULL, error, "account", info->uuid, NULL) ||
         error == NULL || *error == NULL;
}
