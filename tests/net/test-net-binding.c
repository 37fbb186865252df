/* What ties a sign-in to the certificate (tls-server-end-point, RFC 5929 §4.1), for certificates
 * signed in every way that there is: the hashes are computed by GLib, which shares no code with
 * what is tested. */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net-tls.h"

typedef struct
{
  const char *name;
  const char *key;    /* "RSA", "EC", "ED25519", "ED448" */
  const char *digest; /* NULL: the signature has one of its own */
  gboolean pss;
  GChecksumType hash;
  gboolean none; /* RFC 5929: not defined where the signature uses no hash of one name */
} Row;

static const Row rows[] = {
  { "rsa-md5", "RSA", "MD5", FALSE, G_CHECKSUM_SHA256, FALSE },
  { "rsa-sha1", "RSA", "SHA1", FALSE, G_CHECKSUM_SHA256, FALSE },
  { "rsa-sha256", "RSA", "SHA256", FALSE, G_CHECKSUM_SHA256, FALSE },
  { "rsa-sha384", "RSA", "SHA384", FALSE, G_CHECKSUM_SHA384, FALSE },
  { "rsa-sha512", "RSA", "SHA512", FALSE, G_CHECKSUM_SHA512, FALSE },
  { "pss-sha256", "RSA", "SHA256", TRUE, G_CHECKSUM_SHA256, FALSE },
  { "pss-sha384", "RSA", "SHA384", TRUE, G_CHECKSUM_SHA384, FALSE },
  { "pss-sha512", "RSA", "SHA512", TRUE, G_CHECKSUM_SHA512, FALSE },
  { "ecdsa-sha1", "EC", "SHA1", FALSE, G_CHECKSUM_SHA256, FALSE },
  { "ecdsa-sha256", "EC", "SHA256", FALSE, G_CHECKSUM_SHA256, FALSE },
  { "ecdsa-sha384", "EC", "SHA384", FALSE, G_CHECKSUM_SHA384, FALSE },
  { "ecdsa-sha512", "EC", "SHA512", FALSE, G_CHECKSUM_SHA512, FALSE },
  { "ed25519", "ED25519", NULL, FALSE, G_CHECKSUM_SHA512, TRUE },
  { "ed448", "ED448", NULL, FALSE, G_CHECKSUM_SHA512, TRUE },
};

static EVP_PKEY *
make_key (const char *kind)
{
  if (g_str_equal (kind, "RSA"))
    return EVP_RSA_gen (2048);
  return g_str_equal (kind, "EC") ? EVP_EC_gen ("P-256") : EVP_PKEY_Q_keygen (NULL, NULL, kind);
}

static X509 *
make_certificate (const Row *row, EVP_PKEY *key)
{
  X509 *certificate = X509_new ();
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  const EVP_MD *digest = row->digest ? EVP_get_digestbyname (row->digest) : NULL;
  EVP_PKEY_CTX *options;
  X509_NAME *name = X509_get_subject_name (certificate);

  X509_set_version (certificate, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), 1);
  X509_gmtime_adj (X509_getm_notBefore (certificate), 0);
  X509_gmtime_adj (X509_getm_notAfter (certificate), 3600);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC, (const guint8 *) "localhost", -1, -1, 0);
  X509_set_issuer_name (certificate, name);
  X509_set_pubkey (certificate, key);
  g_assert_cmpint (EVP_DigestSignInit (context, &options, digest, NULL, key), ==, 1);
  if (row->pss)
    g_assert_cmpint (EVP_PKEY_CTX_set_rsa_padding (options, RSA_PKCS1_PSS_PADDING), ==, 1);
  g_assert_cmpint (X509_sign_ctx (certificate, context), >, 0);
  EVP_MD_CTX_free (context);
  return certificate;
}

static void
check_hash (const Row *row, X509 *certificate, GBytes *data)
{
  g_autoptr (GChecksum) sum = g_checksum_new (row->hash);
  guint8 *der = NULL;
  int len = i2d_X509 (certificate, &der);
  guint8 hash[64];
  gsize size = sizeof hash;
  g_autoptr (GBytes) wanted = NULL;

  g_assert_cmpint (len, >, 0);
  g_checksum_update (sum, der, len);
  g_checksum_get_digest (sum, hash, &size);
  wanted = g_bytes_new (hash, size);
  g_assert_true (g_bytes_equal (data, wanted));
  OPENSSL_free (der);
}

static void
test_certificate (gconstpointer data)
{
  const Row *row = data;
  EVP_PKEY *key = make_key (row->key);
  X509 *certificate = make_certificate (row, key);
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());
  SSL *ssl;
  BaseBinding binding;

  /* Weak ones too: a server may have one, and what it is tied to must be the same at both ends. */
  SSL_CTX_set_security_level (context, 0);
  SSL_CTX_set_max_proto_version (context, TLS1_2_VERSION);
  g_assert_cmpint (SSL_CTX_use_certificate (context, certificate), ==, 1);
  ssl = SSL_new (context);
  SSL_set_accept_state (ssl);
  binding = net_tls_binding (ssl);
  if (row->none)
    {
      g_assert_null (binding.type);
      g_assert_null (binding.data);
    }
  else
    {
      g_assert_cmpstr (binding.type, ==, "tls-server-end-point");
      check_hash (row, certificate, binding.data);
      g_bytes_unref (binding.data);
    }
  SSL_free (ssl);
  SSL_CTX_free (context);
  X509_free (certificate);
  EVP_PKEY_free (key);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/net/binding/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_certificate);
    }
  return g_test_run ();
}
