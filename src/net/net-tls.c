/* Sets OpenSSL up for one connection, listens to its handshake, and puts its refusals into words.
 */
#include "config.h"

#include "net-tls.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "net-certificate.h"
#include "net-hello.h"
#include "net-identity.h"
#include "net-trust.h"

struct _NetTls
{
  SSL *ssl; /* until the link takes it */
  char *host;
  WireTap *tap;
  WireConnection *connection;
  int verify_error; /* X509_V_OK: the certificate was not what failed */
  WireCertificate *refused;
  guint64 records[2]; /* by direction */
};

void
net_tls_free (NetTls *tls)
{
  SSL_free (tls->ssl);
  g_free (tls->host);
  g_clear_pointer (&tls->tap, wire_tap_unref);
  g_clear_pointer (&tls->connection, wire_connection_unref);
  g_clear_pointer (&tls->refused, wire_certificate_free);
  g_free (tls);
}

SSL *
net_tls_take_ssl (NetTls *tls)
{
  return g_steal_pointer (&tls->ssl);
}

/* The handshake as the tap sees it */

/* RFC 8446 §4, RFC 5246 §7.4 */
static const char *
message_name (guint8 type)
{
  switch (type)
    {
    case SSL3_MT_HELLO_REQUEST:
      return "HelloRequest";
    case SSL3_MT_CLIENT_HELLO:
      return "ClientHello";
    case SSL3_MT_SERVER_HELLO:
      return "ServerHello";
    case SSL3_MT_NEWSESSION_TICKET:
      return "NewSessionTicket";
    case SSL3_MT_END_OF_EARLY_DATA:
      return "EndOfEarlyData";
    case SSL3_MT_ENCRYPTED_EXTENSIONS:
      return "EncryptedExtensions";
    case SSL3_MT_CERTIFICATE:
      return "Certificate";
    case SSL3_MT_SERVER_KEY_EXCHANGE:
      return "ServerKeyExchange";
    case SSL3_MT_CERTIFICATE_REQUEST:
      return "CertificateRequest";
    case SSL3_MT_SERVER_DONE:
      return "ServerHelloDone";
    case SSL3_MT_CERTIFICATE_VERIFY:
      return "CertificateVerify";
    case SSL3_MT_CLIENT_KEY_EXCHANGE:
      return "ClientKeyExchange";
    case SSL3_MT_FINISHED:
      return "Finished";
    case SSL3_MT_CERTIFICATE_STATUS:
      return "CertificateStatus";
    case SSL3_MT_KEY_UPDATE:
      return "KeyUpdate";
    default:
      return "Handshake";
    }
}

static void
on_message (
    int write, int version, int content, const void *bytes, size_t len, SSL *ssl, void *data)
{
  NetTls *tls = data;
  const guint8 *message = bytes;
  BaseDirection direction = write ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN;
  g_autofree char *alert = NULL;
  g_autofree char *detail = NULL;
  const char *name = NULL;

  if (content == SSL3_RT_HEADER)
    {
      tls->records[direction]++;
    }
  else if (content == SSL3_RT_HANDSHAKE && len > 0)
    {
      name = message_name (message[0]);
      if (message[0] == SSL3_MT_CLIENT_HELLO)
        detail = net_hello_describe (message, len);
    }
  else if (content == SSL3_RT_CHANGE_CIPHER_SPEC)
    {
      name = "ChangeCipherSpec";
    }
  else if (content == SSL3_RT_ALERT && len == 2)
    {
      name = alert =
          g_strconcat ("Alert: ", SSL_alert_desc_string_long (message[0] << 8 | message[1]), NULL);
    }
  if (name != NULL)
    wire_tap_tls_hello (tls->tap, tls->connection, direction, name, len, detail);
}

guint64
net_tls_records (const NetTls *tls, BaseDirection direction)
{
  return tls->records[direction];
}

static int
tls_index (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, (gsize) SSL_get_ex_new_index (0, NULL, NULL, NULL, NULL) + 1);
  return (int) once - 1;
}

/* Remembers what the first refusal was about: after the handshake OpenSSL no longer knows. */
static int
on_verify (int good, X509_STORE_CTX *context)
{
  SSL *ssl = X509_STORE_CTX_get_ex_data (context, SSL_get_ex_data_X509_STORE_CTX_idx ());
  NetTls *tls = SSL_get_ex_data (ssl, tls_index ());
  X509 *leaf = X509_STORE_CTX_get0_cert (context);
  X509 *current = X509_STORE_CTX_get_current_cert (context);

  if (good && current != NULL && net_trust_refuses (current))
    {
      X509_STORE_CTX_set_error (context, X509_V_ERR_CERT_REJECTED);
      good = 0;
    }
  if (!good && tls->refused == NULL && leaf != NULL)
    {
      tls->verify_error = X509_STORE_CTX_get_error (context);
      tls->refused = net_certificate_describe (leaf);
    }
  return good;
}

/* Setting up */

static NetTls *
tls_new (WireTap *tap, WireConnection *connection)
{
  NetTls *tls = g_new0 (NetTls, 1);

  tls->verify_error = X509_V_OK;
  if (tap != NULL && connection != NULL)
    {
      tls->tap = wire_tap_ref (tap);
      tls->connection = wire_connection_ref (connection);
    }
  return tls;
}

static SSL_CTX *
context_new (const SSL_METHOD *method)
{
  SSL_CTX *context = SSL_CTX_new (method);

  if (context == NULL || !SSL_CTX_set_min_proto_version (context, TLS1_2_VERSION))
    g_error ("OpenSSL has no TLS 1.2");
  SSL_CTX_set_options (context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  return context;
}

static void
attach (NetTls *tls, SSL_CTX *context)
{
  tls->ssl = SSL_new (context);
  if (tls->ssl == NULL)
    g_error ("out of memory for TLS");
  SSL_CTX_free (context);
  SSL_set_ex_data (tls->ssl, tls_index (), tls);
  if (tls->tap != NULL)
    {
      SSL_set_msg_callback (tls->ssl, on_message);
      SSL_set_msg_callback_arg (tls->ssl, tls);
    }
}

/* RFC 6125, RFC 9525: the certificate must be for what the person typed. */
static gboolean
expect_host (NetTls *tls, GError **error)
{
  X509_VERIFY_PARAM *param = SSL_get0_param (tls->ssl);
  g_autofree char *ascii = NULL;
  gboolean good;

  if (g_hostname_is_ip_address (tls->host))
    {
      good = X509_VERIFY_PARAM_set1_ip_asc (param, tls->host);
    }
  else
    {
      ascii = g_hostname_to_ascii (tls->host);
      X509_VERIFY_PARAM_set_hostflags (param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      good = ascii != NULL && *ascii != '\0' && X509_VERIFY_PARAM_set1_host (param, ascii, 0) &&
             SSL_set_tlsext_host_name (tls->ssl, ascii);
    }
  ERR_clear_error ();
  if (!good)
    g_set_error (error,
                 NET_ERROR,
                 NET_ERROR_UNKNOWN_HOST,
                 _ ("There is no server called %s. Check the spelling of the name."),
                 tls->host);
  return good;
}

/* Nobody is here to type it. */
static int
no_passphrase (char *bytes, int size, int writing, void *data)
{
  return 0;
}

/* In the same file, or beside it under the same name: "ada.pem" and "ada.key", or "ada.pem.key". */
static gboolean
use_key (SSL_CTX *context, const char *path)
{
  const char *dot = strrchr (path, '.');
  gboolean has_end = dot != NULL && strchr (dot, '/') == NULL;
  g_autofree char *stem = has_end ? g_strndup (path, (gsize) (dot - path)) : g_strdup (path);
  g_autofree char *beside = g_strconcat (stem, ".key", NULL);
  g_autofree char *behind = g_strconcat (path, ".key", NULL);
  const char *const places[] = { path, beside, behind };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (SSL_CTX_use_PrivateKey_file (context, places[i], SSL_FILETYPE_PEM) == 1 &&
        SSL_CTX_check_private_key (context) == 1)
      return TRUE;
  return FALSE;
}

static gboolean
show_certificate (SSL_CTX *context, const char *path, GError **error)
{
  gboolean good;

  SSL_CTX_set_default_passwd_cb (context, no_passphrase);
  good = SSL_CTX_use_certificate_chain_file (context, path) == 1 && use_key (context, path);
  ERR_clear_error ();
  if (!good)
    g_set_error (error,
                 NET_ERROR,
                 NET_ERROR_CONFIG,
                 _ ("The file %s holds no certificate with its key: it must be a PEM file with "
                    "both, or the key beside it in a file of the same name that ends in “.key”, "
                    "and the key without a passphrase."),
                 path);
  return good;
}

NetTls *
net_tls_new_client (const NetEndpoint *endpoint,
                    WireTap *tap,
                    WireConnection *connection,
                    GError **error)
{
  g_autoptr (NetTls) tls = tls_new (tap, connection);
  X509_STORE *trusted = net_trust_store (endpoint->ca_file, error);
  SSL_CTX *context;

  if (trusted == NULL)
    return NULL;
  tls->host = g_strdup (endpoint->host);
  context = context_new (TLS_client_method ());
  SSL_CTX_set_cert_store (context, trusted);
  SSL_CTX_set_verify (context, SSL_VERIFY_PEER, on_verify);
  if (endpoint->client_cert != NULL && !show_certificate (context, endpoint->client_cert, error))
    {
      SSL_CTX_free (context);
      return NULL;
    }
  attach (tls, context);
  /* An account's file may hold the server's own certificate instead of its authority's. */
  X509_VERIFY_PARAM_set_flags (SSL_get0_param (tls->ssl), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_set_connect_state (tls->ssl);
  if (!expect_host (tls, error))
    return NULL;
  return g_steal_pointer (&tls);
}

NetTls *
net_tls_new_server (NetIdentity *identity, WireTap *tap, WireConnection *connection, GError **error)
{
  g_autoptr (NetTls) tls = tls_new (tap, connection);
  SSL_CTX *context = context_new (TLS_server_method ());

  if (!net_identity_use (identity, context))
    {
      SSL_CTX_free (context);
      g_set_error_literal (
          error, NET_ERROR, NET_ERROR_CONFIG, _ ("The server’s certificate cannot be used."));
      return NULL;
    }
  attach (tls, context);
  SSL_set_accept_state (tls->ssl);
  return g_steal_pointer (&tls);
}

/* RFC 9266 §2. Before TLS 1.3 a context of no bytes is another than none (RFC 5705 §4), and
 * programs do not agree which of the two is meant: GnuTLS and OpenSSL's own export without. */
static GBytes *
exporter (SSL *ssl)
{
  static const char label[] = "EXPORTER-Channel-Binding";
  guint8 out[32];

  if (SSL_version (ssl) < TLS1_3_VERSION)
    return NULL;
  if (SSL_export_keying_material (
          ssl, out, sizeof out, label, sizeof label - 1, (const guint8 *) "", 0, 1) != 1)
    return NULL;
  return g_bytes_new (out, sizeof out);
}

/* RFC 5929 §4.1: the hash of the server's certificate, by its signature's own algorithm; for MD5
 * and SHA-1 it is SHA-256. */
static GBytes *
end_point (SSL *ssl)
{
  X509 *certificate =
      SSL_is_server (ssl) ? SSL_get_certificate (ssl) : SSL_get0_peer_certificate (ssl);
  int digest_nid = NID_undef;
  const EVP_MD *digest;
  guint8 out[EVP_MAX_MD_SIZE];
  unsigned int len = 0;

  if (certificate == NULL ||
      X509_get_signature_info (certificate, &digest_nid, NULL, NULL, NULL) != 1 ||
      digest_nid == NID_undef)
    return NULL;
  if (digest_nid == NID_md5 || digest_nid == NID_sha1)
    digest_nid = NID_sha256;
  digest = EVP_get_digestbynid (digest_nid);
  if (digest == NULL || X509_digest (certificate, digest, out, &len) != 1)
    return NULL;
  return g_bytes_new (out, len);
}

BaseBinding
net_tls_binding (SSL *ssl)
{
  BaseBinding binding = { "tls-exporter", exporter (ssl) };

  if (binding.data == NULL)
    binding = (BaseBinding){ "tls-server-end-point", end_point (ssl) };
  if (binding.data == NULL)
    binding.type = NULL;
  return binding;
}

GPtrArray *
net_tls_chain (SSL *ssl)
{
  STACK_OF (X509) *chain = SSL_get0_verified_chain (ssl);

  return net_certificate_describe_chain (chain != NULL ? chain : SSL_get_peer_cert_chain (ssl));
}

/* Saying why */

static NetError
certificate_code (int verify_error)
{
  switch (verify_error)
    {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return NET_ERROR_CERT_WRONG_NAME;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return NET_ERROR_CERT_SELF_SIGNED;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return NET_ERROR_CERT_UNKNOWN_ISSUER;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return NET_ERROR_CERT_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return NET_ERROR_CERT_NOT_YET_VALID;
    default:
      return NET_ERROR_CERT_OTHER;
    }
}

/* What is wrong with it and what to do, without the fingerprint. (transfer full) */
static char *
certificate_sentence (const NetTls *tls, NetError code)
{
  const WireCertificate *refused = tls->refused;
  g_autofree char *from = net_certificate_day (refused->not_before);
  g_autofree char *until = net_certificate_day (refused->not_after);

  switch ((int) code)
    {
    case NET_ERROR_CERT_WRONG_NAME:
      if (*refused->names == '\0')
        return g_strdup_printf (_ ("The certificate that %s shows is for no name at all. "
                                   "Ask your provider for the right server name."),
                                tls->host);
      return g_strdup_printf (
          _ ("The certificate that %s shows is for another name; the names it has: %s. "
             "Use one of them as the server’s name if your provider names it."),
          tls->host,
          refused->names);
    case NET_ERROR_CERT_SELF_SIGNED:
      return g_strdup_printf (
          _ ("The certificate that %s shows is self-signed: nobody else vouches for it. "
             "If the server is your own, choose its certificate as this account’s authority."),
          tls->host);
    case NET_ERROR_CERT_UNKNOWN_ISSUER:
      return g_strdup_printf (
          _ ("The certificate that %s shows was issued by “%s”, an authority this computer does "
             "not know. If you trust it, choose its file as this account’s authority."),
          tls->host,
          refused->issuer);
    case NET_ERROR_CERT_EXPIRED:
      return g_strdup_printf (_ ("The certificate that %s shows expired on %s. "
                                 "Check this computer’s date, or tell whoever runs the server."),
                              tls->host,
                              until);
    case NET_ERROR_CERT_NOT_YET_VALID:
      return g_strdup_printf (_ ("The certificate that %s shows is not valid before %s. "
                                 "Check this computer’s date, or tell whoever runs the server."),
                              tls->host,
                              from);
    default:
      if (tls->verify_error == X509_V_ERR_CERT_REJECTED)
        return g_strdup_printf (_ ("The certificate that %s shows, or one that vouches for it, is "
                                   "refused by this computer’s settings. Do not use this server "
                                   "before you know why."),
                                tls->host);
      return g_strdup_printf (_ ("The certificate that %s shows cannot be accepted (%s). "
                                 "Tell whoever runs the server."),
                              tls->host,
                              X509_verify_cert_error_string (tls->verify_error));
    }
}

void
net_tls_set_error (const NetTls *tls, const char *reason, GError **error)
{
  g_autofree char *sentence = NULL;
  NetError code;

  if (tls->refused == NULL)
    {
      g_set_error (error,
                   NET_ERROR,
                   NET_ERROR_TLS,
                   _ ("%s and this computer could not agree on encryption (%s). Check the port and "
                      "the choice between TLS and STARTTLS."),
                   tls->host != NULL ? tls->host : _ ("The client"),
                   reason != NULL ? reason : _ ("no reason given"));
      return;
    }
  code = certificate_code (tls->verify_error);
  sentence = certificate_sentence (tls, code);
  g_set_error (error,
               NET_ERROR,
               (int) code,
               _ ("%s Nothing secret was sent. The SHA-256 fingerprint of the certificate is %s."),
               sentence,
               tls->refused->sha256);
}
