/* Reads what p11-kit's trust module says: it knows what an administrator added or refused without
 * any bundle being made anew, and inside Flatpak it is the only way to the computer's own policy,
 * because the files there are the runtime's.
 *
 * A certificate can be trusted for letters alone, so the trust objects decide, which say for each
 * certificate what it may vouch for. */
/* What p11-kit calls iterators since 2013. */
#define P11_KIT_FUTURE_UNSTABLE_API
#include "config.h"

#include "net-anchors.h"

#include <openssl/err.h>
#include <p11-kit/iter.h>
#include <p11-kit/pkcs11x.h>
#include <stdlib.h>

/* One of those who may vouch for servers. */
typedef struct
{
  GBytes *der;
  gsize certificate; /* X509 *, once it was asked for */
} Authority;

static void
authority_free (gpointer data)
{
  Authority *authority = data;

  g_bytes_unref (authority->der);
  X509_free (GSIZE_TO_POINTER (authority->certificate));
  g_free (authority);
}

/* Attributes as p11_kit_iter_load_attributes() leaves them: what an object lacks has no value. */
static void
clear (CK_ATTRIBUTE *attributes, gsize n)
{
  for (gsize i = 0; i < n; i++)
    free (attributes[i].pValue);
}

static gboolean
has (const CK_ATTRIBUTE *attribute)
{
  return attribute->pValue != NULL && attribute->ulValueLen != (CK_ULONG) -1 &&
         attribute->ulValueLen > 0;
}

static gboolean
is_true (const CK_ATTRIBUTE *attribute)
{
  return has (attribute) && *(const CK_BBOOL *) attribute->pValue == CK_TRUE;
}

static gboolean
is_word (const CK_ATTRIBUTE *attribute, CK_ULONG word)
{
  return has (attribute) && attribute->ulValueLen == sizeof word &&
         *(const CK_ULONG *) attribute->pValue == word;
}

/* Issuer and serial number in DER, which delimits itself. (transfer full) (nullable) */
static GBytes *
name_object (const CK_ATTRIBUTE *issuer, const CK_ATTRIBUTE *serial)
{
  g_autoptr (GByteArray) key = g_byte_array_new ();

  if (!has (issuer) || !has (serial))
    return NULL;
  g_byte_array_append (key, issuer->pValue, (guint) issuer->ulValueLen);
  g_byte_array_append (key, serial->pValue, (guint) serial->ulValueLen);
  return g_byte_array_free_to_bytes (g_steal_pointer (&key));
}

static GBytes *
name_certificate (X509 *certificate)
{
  g_autoptr (GByteArray) key = g_byte_array_new ();
  guchar *issuer = NULL;
  guchar *serial = NULL;
  int issuer_len = i2d_X509_NAME (X509_get_issuer_name (certificate), &issuer);
  int serial_len = i2d_ASN1_INTEGER (X509_get0_serialNumber (certificate), &serial);

  if (issuer_len > 0)
    g_byte_array_append (key, issuer, (guint) issuer_len);
  if (serial_len > 0)
    g_byte_array_append (key, serial, (guint) serial_len);
  OPENSSL_free (issuer);
  OPENSSL_free (serial);
  return g_byte_array_free_to_bytes (g_steal_pointer (&key));
}

static P11KitIter *
objects_of (CK_FUNCTION_LIST **modules, CK_OBJECT_CLASS class)
{
  P11KitIter *iter = p11_kit_iter_new (NULL, 0);
  CK_ATTRIBUTE wanted = { CKA_CLASS, &class, sizeof class };

  p11_kit_iter_add_filter (iter, &wanted, 1);
  p11_kit_iter_begin (iter, modules);
  return iter;
}

/* Who may vouch for servers: a set of names, or NULL when the modules do not say. */
static GHashTable *
read_purposes (NetAnchors *anchors, CK_FUNCTION_LIST **modules)
{
  P11KitIter *iter = objects_of (modules, CKO_NSS_TRUST);
  g_autoptr (GHashTable) servers =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  gboolean any = FALSE;

  while (p11_kit_iter_next (iter) == CKR_OK)
    {
      CK_ATTRIBUTE found[] = { { CKA_ISSUER, NULL, 0 },
                               { CKA_SERIAL_NUMBER, NULL, 0 },
                               { CKA_TRUST_SERVER_AUTH, NULL, 0 } };
      g_autoptr (GBytes) key = NULL;

      if (p11_kit_iter_load_attributes (iter, found, G_N_ELEMENTS (found)) == CKR_OK)
        key = name_object (&found[0], &found[1]);
      any = any || key != NULL;
      if (key != NULL && is_word (&found[2], CKT_NSS_NOT_TRUSTED))
        g_hash_table_add (anchors->refused, g_bytes_ref (key));
      else if (key != NULL && (is_word (&found[2], CKT_NSS_TRUSTED_DELEGATOR) ||
                               is_word (&found[2], CKT_NSS_TRUSTED)))
        g_hash_table_add (servers, g_bytes_ref (key));
      clear (found, G_N_ELEMENTS (found));
    }
  p11_kit_iter_free (iter);
  return any ? g_steal_pointer (&servers) : NULL;
}

static gpointer
name_key (const X509_NAME *name)
{
  return GSIZE_TO_POINTER (X509_NAME_hash_ex (name, NULL, NULL, NULL));
}

/* Only the name is taken apart here. */
static void
add_authority (NetAnchors *anchors, const CK_ATTRIBUTE *subject, const CK_ATTRIBUTE *value)
{
  const guchar *der = subject->pValue;
  X509_NAME *name = has (subject) ? d2i_X509_NAME (NULL, &der, (long) subject->ulValueLen) : NULL;
  Authority *authority;
  GPtrArray *same;

  if (name != NULL && has (value))
    {
      same = g_hash_table_lookup (anchors->authorities, name_key (name));
      if (same == NULL)
        {
          same = g_ptr_array_new_with_free_func (authority_free);
          g_hash_table_insert (anchors->authorities, name_key (name), same);
        }
      authority = g_new0 (Authority, 1);
      authority->der = g_bytes_new (value->pValue, value->ulValueLen);
      g_ptr_array_add (same, authority);
      anchors->n_authorities++;
    }
  X509_NAME_free (name);
  /* One that cannot be read is one less. */
  ERR_clear_error ();
}

static void
read_certificates (NetAnchors *anchors, CK_FUNCTION_LIST **modules, GHashTable *servers)
{
  P11KitIter *iter = objects_of (modules, CKO_CERTIFICATE);

  while (p11_kit_iter_next (iter) == CKR_OK)
    {
      CK_ATTRIBUTE found[] = { { CKA_ISSUER, NULL, 0 },       { CKA_SERIAL_NUMBER, NULL, 0 },
                               { CKA_VALUE, NULL, 0 },        { CKA_TRUSTED, NULL, 0 },
                               { CKA_X_DISTRUSTED, NULL, 0 }, { CKA_SUBJECT, NULL, 0 } };
      g_autoptr (GBytes) key = NULL;

      if (p11_kit_iter_load_attributes (iter, found, G_N_ELEMENTS (found)) == CKR_OK)
        key = name_object (&found[0], &found[1]);
      if (key != NULL && is_true (&found[4]))
        g_hash_table_add (anchors->refused, g_bytes_ref (key));
      else if (key != NULL && is_true (&found[3]) &&
               (servers == NULL || g_hash_table_contains (servers, key)))
        add_authority (anchors, &found[5], &found[2]);
      clear (found, G_N_ELEMENTS (found));
    }
  p11_kit_iter_free (iter);
}

NetAnchors *
net_anchors_read (CK_FUNCTION_LIST **modules)
{
  NetAnchors *anchors = g_new0 (NetAnchors, 1);
  g_autoptr (GHashTable) servers = NULL;

  anchors->authorities =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  anchors->refused =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  servers = read_purposes (anchors, modules);
  read_certificates (anchors, modules, servers);
  return anchors;
}

NetAnchors *
net_anchors_read_system (void)
{
  g_autoptr (NetAnchors) anchors = NULL;
  CK_FUNCTION_LIST **modules;

  /* What it would print about modules that are not there is no concern of ours. */
  p11_kit_be_quiet ();
  modules = p11_kit_modules_load_and_initialize (P11_KIT_MODULE_TRUSTED);
  if (modules == NULL)
    return NULL;
  if (modules[0] != NULL)
    anchors = net_anchors_read (modules);
  p11_kit_modules_finalize_and_release (modules);
  return anchors != NULL && anchors->n_authorities > 0 ? g_steal_pointer (&anchors) : NULL;
}

void
net_anchors_free (NetAnchors *anchors)
{
  g_hash_table_unref (anchors->authorities);
  g_hash_table_unref (anchors->refused);
  g_free (anchors);
}

gboolean
net_anchors_refuse (const NetAnchors *anchors, X509 *certificate)
{
  g_autoptr (GBytes) key = NULL;

  if (g_hash_table_size (anchors->refused) == 0)
    return FALSE;
  key = name_certificate (certificate);
  return g_hash_table_contains (anchors->refused, key);
}

/* Serving */

/* (transfer none) */
static X509 *
read_authority (Authority *authority)
{
  if (g_once_init_enter (&authority->certificate))
    {
      gsize len;
      const guchar *der = g_bytes_get_data (authority->der, &len);
      X509 *certificate = d2i_X509 (NULL, &der, (long) len);

      /* What cannot be read vouches for nobody. */
      g_once_init_leave (&authority->certificate,
                         GPOINTER_TO_SIZE (certificate != NULL ? certificate : X509_new ()));
    }
  return GSIZE_TO_POINTER (authority->certificate);
}

/* An X509_LOOKUP: puts the authorities of this name into the store that asks. */
static int
look (X509_LOOKUP *lookup, X509_LOOKUP_TYPE type, const X509_NAME *name, X509_OBJECT *found)
{
  const NetAnchors *anchors = X509_LOOKUP_get_method_data (lookup);
  const GPtrArray *same = g_hash_table_lookup (anchors->authorities, name_key (name));
  X509 *first = NULL;

  for (guint i = 0; type == X509_LU_X509 && same != NULL && i < same->len; i++)
    {
      X509 *certificate = read_authority (same->pdata[i]);

      if (X509_NAME_cmp (X509_get_subject_name (certificate), name) == 0 &&
          X509_STORE_add_cert (X509_LOOKUP_get_store (lookup), certificate) && first == NULL)
        first = certificate;
    }
  ERR_clear_error ();
  if (first == NULL || !X509_OBJECT_set1_X509 (found, first))
    return 0;
  /* The reference is the store's, as with OpenSSL's own lookups. */
  X509_free (first);
  return 1;
}

static X509_LOOKUP_METHOD *
method (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      X509_LOOKUP_METHOD *looks = X509_LOOKUP_meth_new ("the system's policy");

      if (looks == NULL || !X509_LOOKUP_meth_set_get_by_subject (looks, look))
        g_error ("out of memory for certificates");
      g_once_init_leave (&once, GPOINTER_TO_SIZE (looks));
    }
  return GSIZE_TO_POINTER (once);
}

void
net_anchors_serve (const NetAnchors *anchors, X509_STORE *store)
{
  X509_LOOKUP *lookup = X509_STORE_add_lookup (store, method ());

  if (lookup == NULL || !X509_LOOKUP_set_method_data (lookup, (gpointer) anchors))
    g_error ("out of memory for certificates");
}
