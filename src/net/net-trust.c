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
  NetAnchors *anchors; /* nullable: OpenSSL's own places count */
  X509_STORE *store;   /* for accounts without a file of their own */
  X509_STORE *bundle;  /* what the bundle holds, once it was looked into; guarded by @lock */
  GMutex lock;
} System;

static const System *the_system (void);

/* OpenSSL's own place first, which SSL_CERT_FILE may change. */
static X509_STORE *
read_bundle (void)
{
  X509_STORE *store = store_new ();
  const char *file = g_getenv (X509_get_default_cert_file_env ());

  if (file == NULL)
    file = X509_get_default_cert_file ();
  for (gsize i = 0; i < G_N_ELEMENTS (bundles) && !g_file_test (file, G_FILE_TEST_EXISTS); i++)
    file = bundles[i];
  (void) X509_STORE_load_file (store, file);
  /* A place without certificates is no error of ours. */
  ERR_clear_error ();
  return store;
}

/* To read a bundle takes ten times as long as a handshake, so that is done when somebody's
 * authority was found nowhere else. */
static X509_STORE *
get_bundle (System *system)
{
  g_mutex_lock (&system->lock);
  if (system->bundle == NULL)
    system->bundle = read_bundle ();
  g_mutex_unlock (&system->lock);
  return system->bundle;
}

/* An X509_LOOKUP: puts the bundle's certificates of this name into the store that asks. */
static int
look_into_bundle (X509_LOOKUP *lookup,
                  X509_LOOKUP_TYPE type,
                  const X509_NAME *name,
                  X509_OBJECT *found)
{
  X509_STORE *bundle;
  STACK_OF (X509_OBJECT) * objects;
  X509 *first = NULL;

  if (type != X509_LU_X509)
    return 0;
  bundle = get_bundle ((System *) the_system ());
  X509_STORE_lock (bundle);
  objects = X509_STORE_get0_objects (bundle);
  for (int i = 0; i < sk_X509_OBJECT_num (objects); i++)
    {
      X509 *certificate = X509_OBJECT_get0_X509 (sk_X509_OBJECT_value (objects, i));

      if (certificate == NULL || X509_NAME_cmp (X509_get_subject_name (certificate), name) != 0)
        continue;
      if (X509_STORE_add_cert (X509_LOOKUP_get_store (lookup), certificate) && first == NULL)
        first = certificate;
    }
  X509_STORE_unlock (bundle);
  if (first == NULL || !X509_OBJECT_set1_X509 (found, first))
    return 0;
  /* The reference is the store's, as with OpenSSL's own lookups. */
  X509_free (first);
  return 1;
}

static X509_LOOKUP_METHOD *
bundle_method (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      X509_LOOKUP_METHOD *method = X509_LOOKUP_meth_new ("the system's bundle");

      if (method == NULL || !X509_LOOKUP_meth_set_get_by_subject (method, look_into_bundle))
        g_error ("out of memory for certificates");
      g_once_init_leave (&once, GPOINTER_TO_SIZE (method));
    }
  return GSIZE_TO_POINTER (once);
}

/* What the store does not hold itself is looked for in OpenSSL's directory, by name, then in the
 * bundle. */
static void
add_places (X509_STORE *store)
{
  const char *dir = g_getenv (X509_get_default_cert_dir_env ());

  (void) X509_STORE_load_path (store, dir != NULL ? dir : X509_get_default_cert_dir ());
  if (X509_STORE_add_lookup (store, bundle_method ()) == NULL)
    g_error ("out of memory for certificates");
  ERR_clear_error ();
}

/* A store that finds whom the system trusts. */
static X509_STORE *
store_for (const NetAnchors *anchors)
{
  X509_STORE *store = store_new ();

  if (anchors != NULL)
    net_anchors_serve (anchors, store);
  else
    add_places (store);
  return store;
}

static System *
load_system (void)
{
  System *system = g_new0 (System, 1);

  g_mutex_init (&system->lock);
  if (g_getenv (X509_get_default_cert_file_env ()) == NULL &&
      g_getenv (X509_get_default_cert_dir_env ()) == NULL)
    system->anchors = net_anchors_read_system ();
  system->store = store_for (system->anchors);
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
  store = store_for (system->anchors);
  good = X509_STORE_load_file (store, ca_file);
  ERR_clear_error ();
  if (good)
    return store;
  X509_STORE_free (store);
  g_set_error (error,
               NET_ERROR,
               NET_ERROR_CONFIG,
               _ ("The file %s holds no certificate that can be read. "
                  "Choose a PEM file for this account’s authority."),
               ca_file);
  return NULL;
}
