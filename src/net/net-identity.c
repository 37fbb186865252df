/* Makes X.509 certificates with P-256 keys (RFC 5280). */
#include "config.h"

#include "net-identity.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

struct _NetIdentity
{
  gatomicrefcount ref_count;
  X509 *certificate;
  EVP_PKEY *key;
};

NetIdentity *
net_identity_ref (NetIdentity *identity)
{
  g_atomic_ref_count_inc (&identity->ref_count);
  return identity;
}

void
net_identity_unref (NetIdentity *identity)
{
  if (!g_atomic_ref_count_dec (&identity->ref_count))
    return;
  X509_free (identity->certificate);
  EVP_PKEY_free (identity->key);
  g_free (identity);
}

static NetIdentity *
identity_new (X509 *certificate, EVP_PKEY *key)
{
  NetIdentity *identity = g_new0 (NetIdentity, 1);

  g_atomic_ref_count_init (&identity->ref_count);
  identity->certificate = certificate;
  identity->key = key;
  return identity;
}

static gboolean
add_name (GENERAL_NAMES *names, const char *name)
{
  GENERAL_NAME *entry = GENERAL_NAME_new ();
  gboolean is_address = g_hostname_is_ip_address (name);
  ASN1_STRING *value = is_address ? a2i_IPADDRESS (name) : ASN1_STRING_type_new (V_ASN1_IA5STRING);

  if (entry == NULL || value == NULL || (!is_address && !ASN1_STRING_set (value, name, -1)) ||
      !sk_GENERAL_NAME_push (names, entry))
    {
      ASN1_STRING_free (value);
      GENERAL_NAME_free (entry);
      return FALSE;
    }
  GENERAL_NAME_set0_value (entry, is_address ? GEN_IPADD : GEN_DNS, value);
  return TRUE;
}

static gboolean
add_names (X509 *certificate, const char *const *names)
{
  GENERAL_NAMES *list = sk_GENERAL_NAME_new_null ();
  gboolean good = list != NULL;

  for (; good && names != NULL && *names != NULL; names++)
    good = add_name (list, *names);
  good = good && (sk_GENERAL_NAME_num (list) == 0 ||
                  X509_add1_ext_i2d (certificate, NID_subject_alt_name, list, 0, 0) == 1);
  sk_GENERAL_NAME_pop_free (list, GENERAL_NAME_free);
  return good;
}

static gboolean
add_extension (X509 *certificate, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;
  gboolean good;

  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  good = extension != NULL && X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
  return good;
}

static gboolean
add_extensions (X509 *certificate, X509 *issuer, const char *const *names, gboolean authority)
{
  return add_extension (certificate,
                        issuer,
                        NID_basic_constraints,
                        authority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
         add_extension (certificate,
                        issuer,
                        NID_key_usage,
                        authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature") &&
         (authority || add_extension (certificate, issuer, NID_ext_key_usage, "serverAuth")) &&
         add_extension (certificate, issuer, NID_subject_key_identifier, "hash") &&
         add_extension (certificate, issuer, NID_authority_key_identifier, "keyid") &&
         add_names (certificate, names);
}

static gboolean
set_serial (X509 *certificate)
{
  guint8 random[16];
  BIGNUM *number;
  gboolean good;

  if (RAND_bytes (random, sizeof random) != 1)
    return FALSE;
  /* Positive, as RFC 5280 §4.1.2.2 wants, and never zero. */
  random[0] = (guint8) ((random[0] & 0x7F) | 0x40);
  number = BN_bin2bn (random, sizeof random, NULL);
  good = number != NULL && BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;
  BN_free (number);
  return good;
}

static gboolean
fill (X509 *certificate,
      const char *subject,
      gint64 not_before,
      gint64 not_after,
      EVP_PKEY *key,
      X509 *issuer)
{
  X509_NAME *name = X509_get_subject_name (certificate);

  return X509_set_version (certificate, X509_VERSION_3) && set_serial (certificate) &&
         X509_NAME_add_entry_by_txt (
             name, "CN", MBSTRING_UTF8, (const unsigned char *) subject, -1, -1, 0) &&
         X509_set_issuer_name (certificate, X509_get_subject_name (issuer)) &&
         X509_gmtime_adj (X509_getm_notBefore (certificate), not_before) != NULL &&
         X509_gmtime_adj (X509_getm_notAfter (certificate), not_after) != NULL &&
         X509_set_pubkey (certificate, key);
}

static NetIdentity *
failed (GError **error)
{
  unsigned long code = ERR_get_error ();

  g_set_error (error,
               NET_ERROR,
               NET_ERROR_CONFIG,
               _ ("A certificate could not be made (%s)."),
               code != 0 ? ERR_reason_error_string (code) : "?");
  ERR_clear_error ();
  return NULL;
}

NetIdentity *
net_identity_make (NetIdentity *issuer,
                   const char *subject,
                   const char *const *names,
                   gboolean authority,
                   gint64 not_before,
                   gint64 not_after,
                   GError **error)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *certificate = X509_new ();
  X509 *signer = issuer != NULL ? issuer->certificate : certificate;

  if (key == NULL || certificate == NULL ||
      !fill (certificate, subject, not_before, not_after, key, signer) ||
      !add_extensions (certificate, signer, names, authority) ||
      !X509_sign (certificate, issuer != NULL ? issuer->key : key, EVP_sha256 ()))
    {
      EVP_PKEY_free (key);
      X509_free (certificate);
      return failed (error);
    }
  return identity_new (certificate, key);
}

NetIdentity *
net_identity_self_signed (const char *const *names, GError **error)
{
  return net_identity_make (
      NULL, names[0] != NULL ? names[0] : "nobody", names, FALSE, -3600, 365 * 24 * 3600, error);
}

static char *
take_text (BIO *bio)
{
  char *bytes = NULL;
  long len = BIO_get_mem_data (bio, &bytes);
  char *text = g_strndup (bytes, (gsize) MAX (len, 0));

  BIO_free (bio);
  return text;
}

char *
net_identity_pem (NetIdentity *identity)
{
  BIO *bio = BIO_new (BIO_s_mem ());

  if (bio == NULL || !PEM_write_bio_X509 (bio, identity->certificate))
    g_error ("out of memory for a certificate");
  return take_text (bio);
}

char *
net_identity_to_pem (NetIdentity *identity)
{
  BIO *bio = BIO_new (BIO_s_secmem ());

  if (bio == NULL ||
      !PEM_write_bio_PKCS8PrivateKey (bio, identity->key, NULL, NULL, 0, NULL, NULL) ||
      !PEM_write_bio_X509 (bio, identity->certificate))
    g_error ("out of memory for a certificate");
  return take_text (bio);
}

NetIdentity *
net_identity_from_pem (const char *pem, gsize len, GError **error)
{
  BIO *bio = BIO_new_mem_buf (pem, (int) len);
  /* An empty password instead of a question on the terminal. */
  EVP_PKEY *key = PEM_read_bio_PrivateKey (bio, NULL, NULL, (void *) "");
  X509 *certificate;

  (void) BIO_reset (bio);
  certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  BIO_free (bio);
  if (key == NULL || certificate == NULL || !X509_check_private_key (certificate, key))
    {
      EVP_PKEY_free (key);
      X509_free (certificate);
      return failed (error);
    }
  return identity_new (certificate, key);
}

gboolean
net_identity_is_valid (NetIdentity *identity, gint64 seconds)
{
  time_t then = (time_t) (g_get_real_time () / G_USEC_PER_SEC + seconds);

  return X509_cmp_time (X509_get0_notAfter (identity->certificate), &then) > 0;
}

gboolean
net_identity_use (NetIdentity *identity, SSL_CTX *context)
{
  gboolean good = SSL_CTX_use_certificate (context, identity->certificate) == 1 &&
                  SSL_CTX_use_PrivateKey (context, identity->key) == 1;

  ERR_clear_error ();
  return good;
}
