/* Keeps the authority on disk. Its key never leaves the machine, and it signs for nothing but what
 * this program serves on loopback. */
#include "config.h"

#include "net-ca.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "base-secret.h"

#define YEAR (G_GINT64_CONSTANT (365) * 24 * 3600)
#define LIFETIME (10 * YEAR)
/* One that would expire under a running post office is replaced. */
#define RENEW (30 * 24 * 3600)

struct _NetCa
{
  gatomicrefcount ref_count;
  NetIdentity *identity;
  char *file;
};

NetCa *
net_ca_ref (NetCa *ca)
{
  g_atomic_ref_count_inc (&ca->ref_count);
  return ca;
}

void
net_ca_unref (NetCa *ca)
{
  if (!g_atomic_ref_count_dec (&ca->ref_count))
    return;
  g_clear_pointer (&ca->identity, net_identity_unref);
  g_free (ca->file);
  g_free (ca);
}

const char *
net_ca_file (NetCa *ca)
{
  return ca->file;
}

static NetIdentity *
load (const char *path)
{
  g_autofree char *pem = NULL;
  gsize len;
  NetIdentity *identity;

  if (!g_file_get_contents (path, &pem, &len, NULL))
    return NULL;
  identity = net_identity_from_pem (pem, len, NULL);
  base_secret_wipe (pem, len);
  if (identity != NULL && !net_identity_is_valid (identity, RENEW))
    g_clear_pointer (&identity, net_identity_unref);
  return identity;
}

static gboolean
io_error (const char *path, GError **error)
{
  g_set_error (error,
               NET_ERROR,
               NET_ERROR_CONFIG,
               _ ("%s cannot be written: %s. Free some space, or check who may write there."),
               path,
               g_strerror (errno));
  return FALSE;
}

/* Writes a new authority beside @path and links it there; if another process was first, theirs is
 * the one. */
static gboolean
make (const char *path, gboolean replace, GError **error)
{
  g_autoptr (NetIdentity) identity = NULL;
  g_autofree char *draft = g_strdup_printf ("%s.%d.%u", path, (int) getpid (), g_random_int ());
  char *pem;
  gboolean good;

  identity =
      net_identity_make (NULL, "Restante practice authority", NULL, TRUE, -3600, LIFETIME, error);
  if (identity == NULL)
    return FALSE;
  pem = net_identity_to_pem (identity);
  good = g_file_set_contents_full (
      draft, pem, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
  base_secret_wipe_string (pem);
  if (!good)
    return FALSE;
  if (replace)
    good = g_rename (draft, path) == 0;
  else
    good = link (draft, path) == 0 || errno == EEXIST;
  if (!good)
    io_error (path, error);
  (void) g_unlink (draft);
  return good;
}

static gboolean
publish (const NetCa *ca, GError **error)
{
  g_autofree char *pem = net_identity_pem (ca->identity);
  g_autofree char *there = NULL;

  if (g_file_get_contents (ca->file, &there, NULL, NULL) && g_str_equal (there, pem))
    return TRUE;
  return g_file_set_contents (ca->file, pem, -1, error);
}

NetCa *
net_ca_open (const char *dir, GError **error)
{
  g_autoptr (NetCa) ca = g_new0 (NetCa, 1);
  g_autofree char *path = g_build_filename (dir, "ca-key.pem", NULL);

  g_atomic_ref_count_init (&ca->ref_count);
  ca->file = g_build_filename (dir, "ca.pem", NULL);
  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      io_error (dir, error);
      return NULL;
    }
  ca->identity = load (path);
  if (ca->identity == NULL)
    {
      if (!make (path, g_file_test (path, G_FILE_TEST_EXISTS), error))
        return NULL;
      ca->identity = load (path);
    }
  if (ca->identity == NULL)
    {
      errno = EIO;
      io_error (path, error);
      return NULL;
    }
  return publish (ca, error) ? g_steal_pointer (&ca) : NULL;
}

NetIdentity *
net_ca_issue (
    NetCa *ca, const char *const *names, gint64 not_before, gint64 not_after, GError **error)
{
  return net_identity_make (ca->identity,
                            names[0] != NULL ? names[0] : "nobody",
                            names,
                            FALSE,
                            not_before,
                            not_after,
                            error);
}
