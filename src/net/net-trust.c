/* OpenSSL's stores of certificates. The system's is shared by all connections, which only read it;
 * an account's file gets a store of its own that refers to the same certificates. */
#include "config.h"

#include "net-trust.h"

#include <glib/gi18n-lib.h>
#include <openssl/err.h>

/* Systems whose OpenSSL looks elsewhere still keep their bundle in one of these. */
static const char *const bundles[] = {
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
};

static X509_STORE *
store_new (void)
{
  X509_STORE *store = X509_STORE_new ();

  if (store == NULL)
    g_error ("out of memory for certificates");
  return store;
}

/* OpenSSL's own places first, which SSL_CERT_FILE and SSL_CERT_DIR may change. */
static X509_STORE *
load_system (void)
{
  X509_STORE *store = store_new ();
  const char *file = g_getenv (X509_get_default_cert_file_env ());

  (void) X509_STORE_set_default_paths (store);
  if (file == NULL)
    file = X509_get_default_cert_file ();
  for (gsize i = 0; i < G_N_ELEMENTS (bundles) && !g_file_test (file, G_FILE_TEST_EXISTS); i++)
    {
      file = bundles[i];
      if (g_file_test (file, G_FILE_TEST_EXISTS))
        (void) X509_STORE_load_file (store, file);
    }
  /* A place without certificates is no error of ours. */
  ERR_clear_error ();
  return store;
}

static X509_STORE *
system_store (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, GPOINTER_TO_SIZE (load_system ()));
  return GSIZE_TO_POINTER (once);
}

/* A store with the system's certificates, not copied, and its directory. */
static X509_STORE *
derive (X509_STORE *from)
{
  X509_STORE *store = store_new ();
  const char *dir = g_getenv (X509_get_default_cert_dir_env ());
  STACK_OF (X509_OBJECT) * objects;

  X509_STORE_lock (from);
  objects = X509_STORE_get0_objects (from);
  for (int i = 0; i < sk_X509_OBJECT_num (objects); i++)
    {
      X509 *certificate = X509_OBJECT_get0_X509 (sk_X509_OBJECT_value (objects, i));

      if (certificate != NULL)
        (void) X509_STORE_add_cert (store, certificate);
    }
  X509_STORE_unlock (from);
  (void) X509_STORE_load_path (store, dir != NULL ? dir : X509_get_default_cert_dir ());
  ERR_clear_error ();
  return store;
}

X509_STORE *
net_trust_store (const char *ca_file, GError **error)
{
  X509_STORE *store = system_store ();
  gboolean good;

  if (ca_file == NULL)
    {
      X509_STORE_up_ref (store);
      return store;
    }
  store = derive (store);
  good = X509_STORE_load_file (store, ca_file);
  ERR_clear_error ();
  if (good)
    return store;
  X509_STORE_free (store);
  g_set_error (error,
               NET_ERROR,
               NET_ERROR_CONFIG,
               _ ("The file %s holds no certificate that can be read. "
                  "Choose a PEM file for this account's authority."),
               ca_file);
  return NULL;
}
