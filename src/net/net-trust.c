/* OpenSSL's stores of certificates. The system's is shared by all connections, which only read it;
 * an account's file gets a store of its own that refers to the same certificates.
 *
 * The system's policy comes from p11-kit, see net-anchors.c. Where there is none (Debian without
 * p11-kit-modules), or SSL_CERT_FILE or SSL_CERT_DIR say otherwise, it is what OpenSSL finds. */
#include "config.h"

#include "net-trust.h"

#include <glib/gi18n-lib.h>
#include <openssl/err.h>

#include "net-anchors.h"

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

/* Never freed: connections may outlive everything else. */
typedef struct
{
  X509_STORE *store;
  NetAnchors *anchors; /* nullable: the store is OpenSSL's own */
} System;

/* OpenSSL's own places first, which SSL_CERT_FILE and SSL_CERT_DIR may change. */
static X509_STORE *
load_paths (void)
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

static System *
load_system (void)
{
  System *system = g_new0 (System, 1);

  if (g_getenv (X509_get_default_cert_file_env ()) == NULL &&
      g_getenv (X509_get_default_cert_dir_env ()) == NULL)
    system->anchors = net_anchors_read_system ();
  system->store = system->anchors != NULL ? system->anchors->store : load_paths ();
  return system;
}

static const System *
the_system (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, GPOINTER_TO_SIZE (load_system ()));
  return GSIZE_TO_POINTER (once);
}

/* A store with the system's certificates, not copied, and OpenSSL's directory where it counts. */
static X509_STORE *
derive (const System *system)
{
  X509_STORE *store = store_new ();
  const char *dir = g_getenv (X509_get_default_cert_dir_env ());
  STACK_OF (X509_OBJECT) * objects;

  X509_STORE_lock (system->store);
  objects = X509_STORE_get0_objects (system->store);
  for (int i = 0; i < sk_X509_OBJECT_num (objects); i++)
    {
      X509 *certificate = X509_OBJECT_get0_X509 (sk_X509_OBJECT_value (objects, i));

      if (certificate != NULL)
        (void) X509_STORE_add_cert (store, certificate);
    }
  X509_STORE_unlock (system->store);
  if (system->anchors == NULL)
    (void) X509_STORE_load_path (store, dir != NULL ? dir : X509_get_default_cert_dir ());
  ERR_clear_error ();
  return store;
}

gboolean
net_trust_refuses (X509 *certificate)
{
  const System *system = the_system ();

  return system->anchors != NULL && net_anchors_refuse (system->anchors, certificate);
}

X509_STORE *
net_trust_store (const char *ca_file, GError **error)
{
  const System *system = the_system ();
  X509_STORE *store = system->store;
  gboolean good;

  if (ca_file == NULL)
    {
      X509_STORE_up_ref (store);
      return store;
    }
  store = derive (system);
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
