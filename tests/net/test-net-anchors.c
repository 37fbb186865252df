/* The system's policy, read from a trust module over a folder of the test's own: who may vouch for
 * servers, who may not, and who is refused. */
#define P11_KIT_FUTURE_UNSTABLE_API
#include "net-anchors.h"
#include "net-identity.h"

#include <gmodule.h>
#include <glib/gstdio.h>
#include <openssl/pem.h>

#define YEAR (G_GINT64_CONSTANT (365) * 24 * 3600)

typedef struct
{
  char *dir;
  GModule *library;
  CK_FUNCTION_LIST *modules[2];
} Policy;

static X509 *
certificate_of (NetIdentity *identity)
{
  g_autofree char *pem = net_identity_pem (identity);
  BIO *bio = BIO_new_mem_buf (pem, -1);
  X509 *certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);

  BIO_free (bio);
  g_assert_nonnull (certificate);
  return certificate;
}

static NetIdentity *
make_authority (const char *name)
{
  g_autoptr (GError) error = NULL;
  NetIdentity *identity = net_identity_make (NULL, name, NULL, TRUE, -3600, YEAR, &error);

  g_assert_no_error (error);
  return identity;
}

/* As an administrator puts it there. @purpose: an object identifier it is trusted for alone. */
static void
put (const Policy *policy, const char *folder, NetIdentity *identity, int purpose)
{
  g_autofree char *dir = g_build_filename (policy->dir, folder, NULL);
  g_autofree char *name = g_strdup_printf ("%s/%u.pem", dir, g_random_int ());
  X509 *certificate = certificate_of (identity);
  BIO *bio;

  g_mkdir_with_parents (dir, 0700);
  bio = BIO_new_file (name, "w");
  if (purpose != NID_undef)
    X509_add1_trust_object (certificate, OBJ_nid2obj (purpose));
  g_assert_true (purpose != NID_undef ? PEM_write_bio_X509_AUX (bio, certificate)
                                      : PEM_write_bio_X509 (bio, certificate));
  BIO_free (bio);
  X509_free (certificate);
}

static gboolean
policy_open (Policy *policy)
{
  g_autofree char *paths = g_strdup_printf ("paths='%s'", policy->dir);
  CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK, .pReserved = paths };
  CK_C_GetFunctionList get_list;

  policy->library = g_module_open (TRUST_MODULE, G_MODULE_BIND_LOCAL);
  if (policy->library == NULL)
    return FALSE;
  g_assert_true (
      g_module_symbol (policy->library, "C_GetFunctionList", (gpointer *) (void *) &get_list));
  g_assert_cmpuint (get_list (&policy->modules[0]), ==, CKR_OK);
  g_assert_cmpuint (policy->modules[0]->C_Initialize (&args), ==, CKR_OK);
  return TRUE;
}

static void
policy_close (Policy *policy)
{
  static const char *const folders[] = { "anchors", "blocklist", "blacklist" };

  policy->modules[0]->C_Finalize (NULL);
  g_module_close (policy->library);
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (policy->dir, folders[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          g_unlink (path);
        }
      g_rmdir (folder);
    }
  g_rmdir (policy->dir);
  g_free (policy->dir);
}

/* Whether these vouch for a server's certificate that @authority issued. */
static gboolean
vouches (const NetAnchors *anchors, NetIdentity *authority)
{
  static const char *const names[] = { "localhost", NULL };
  g_autoptr (NetIdentity) leaf =
      net_identity_make (authority, "leaf", names, FALSE, -3600, YEAR, NULL);
  X509 *certificate = certificate_of (leaf);
  X509_STORE_CTX *context = X509_STORE_CTX_new ();
  X509_STORE *store = X509_STORE_new ();
  gboolean good;

  net_anchors_serve (anchors, store);
  X509_STORE_CTX_init (context, store, certificate, NULL);
  good = X509_verify_cert (context) == 1;
  X509_STORE_CTX_free (context);
  X509_STORE_free (store);
  X509_free (certificate);
  return good;
}

static void
assert_refused (const NetAnchors *anchors, NetIdentity *identity, gboolean refused)
{
  X509 *certificate = certificate_of (identity);

  g_assert_cmpint (net_anchors_refuse (anchors, certificate), ==, refused);
  X509_free (certificate);
}

static void
test_policy (void)
{
  Policy policy = { .dir = g_dir_make_tmp ("restante-trust-XXXXXX", NULL) };
  g_autoptr (NetIdentity) good = make_authority ("Good");
  g_autoptr (NetIdentity) servers = make_authority ("Servers only");
  g_autoptr (NetIdentity) letters = make_authority ("Letters only");
  g_autoptr (NetIdentity) bad = make_authority ("Bad");
  g_autoptr (NetIdentity) stranger = make_authority ("Stranger");
  g_autoptr (NetAnchors) anchors = NULL;

  put (&policy, "anchors", good, NID_undef);
  put (&policy, "anchors", servers, NID_server_auth);
  put (&policy, "anchors", letters, NID_email_protect);
  /* Its older and its newer name. */
  put (&policy, "blacklist", bad, NID_undef);
  put (&policy, "blocklist", bad, NID_undef);
  if (!policy_open (&policy))
    {
      g_test_skip ("p11-kit's trust module is not here");
      return;
    }
  anchors = net_anchors_read (policy.modules);
  g_assert_cmpuint (anchors->n_authorities, ==, 2);
  g_assert_true (vouches (anchors, good));
  g_assert_true (vouches (anchors, servers));
  g_assert_false (vouches (anchors, letters));
  g_assert_false (vouches (anchors, bad));
  g_assert_false (vouches (anchors, stranger));
  assert_refused (anchors, good, FALSE);
  assert_refused (anchors, bad, TRUE);
  assert_refused (anchors, stranger, FALSE);
  policy_close (&policy);
}

/* Connections look for the same authority at once, in one store. */
static gpointer
look (gpointer data)
{
  X509_STORE *store = data;
  X509_STORE_CTX *context = X509_STORE_CTX_new ();
  X509_NAME *name = X509_NAME_new ();

  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guchar *) "Good", -1, -1, 0);
  X509_STORE_CTX_init (context, store, NULL, NULL);
  for (int i = 0; i < 200; i++)
    {
      X509_OBJECT *found = X509_STORE_CTX_get_obj_by_subject (context, X509_LU_X509, name);

      g_assert_nonnull (found);
      g_assert_cmpint (
          X509_NAME_cmp (X509_get_subject_name (X509_OBJECT_get0_X509 (found)), name), ==, 0);
      X509_OBJECT_free (found);
    }
  X509_NAME_free (name);
  X509_STORE_CTX_free (context);
  return NULL;
}

static void
test_threads (void)
{
  Policy policy = { .dir = g_dir_make_tmp ("restante-trust-XXXXXX", NULL) };
  g_autoptr (NetIdentity) good = make_authority ("Good");
  g_autoptr (NetAnchors) anchors = NULL;
  X509_STORE *store = X509_STORE_new ();
  GThread *threads[4];

  put (&policy, "anchors", good, NID_undef);
  if (policy_open (&policy))
    {
      anchors = net_anchors_read (policy.modules);
      net_anchors_serve (anchors, store);
      for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("look", look, store);
      for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);
      policy_close (&policy);
    }
  else
    {
      g_test_skip ("p11-kit's trust module is not here");
    }
  X509_STORE_free (store);
}

static void
test_empty (void)
{
  CK_FUNCTION_LIST *none[] = { NULL };
  g_autoptr (NetAnchors) anchors = net_anchors_read (none);
  g_autoptr (NetIdentity) stranger = make_authority ("Stranger");

  g_assert_cmpuint (anchors->n_authorities, ==, 0);
  assert_refused (anchors, stranger, FALSE);
}

/* Whatever this computer has, reading it ends well, twice. */
static void
test_system (void)
{
  for (guint i = 0; i < 2; i++)
    {
      NetAnchors *anchors = net_anchors_read_system ();

      g_test_message ("%u authorities", anchors != NULL ? anchors->n_authorities : 0);
      if (anchors != NULL)
        net_anchors_free (anchors);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/anchors/policy", test_policy);
  g_test_add_func ("/net/anchors/threads", test_threads);
  g_test_add_func ("/net/anchors/empty", test_empty);
  g_test_add_func ("/net/anchors/system", test_system);
  return g_test_run ();
}
