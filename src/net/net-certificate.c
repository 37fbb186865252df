/* Reads names, dates and fingerprints out of X.509 certificates. All of it is the other side's
 * text, so it is made fit to be shown. */
#include "config.h"

#include "net-certificate.h"

#include <gio/gio.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base-error.h"

/* A name that is longer helps nobody. */
#define MAX_NAME 200
/* Certificates of large hosts carry hundreds of names. */
#define MAX_NAMES 24

static char *
quote_asn1 (const ASN1_STRING *string)
{
  unsigned char *utf8 = NULL;
  int len = ASN1_STRING_to_UTF8 (&utf8, string);
  char *quoted = base_error_quote ((const char *) utf8, MAX (len, 0), MAX_NAME);

  OPENSSL_free (utf8);
  return quoted;
}

/* The common name, else the organisation, else whatever comes first. */
static char *
describe_name (X509_NAME *name)
{
  static const int wanted[] = { NID_commonName, NID_organizationName, NID_organizationalUnitName };
  int at = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (wanted) && at < 0; i++)
    at = X509_NAME_get_index_by_NID (name, wanted[i], -1);
  if (at < 0 && X509_NAME_entry_count (name) > 0)
    at = 0;
  if (at < 0)
    return g_strdup ("");
  return quote_asn1 (X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, at)));
}

static char *
describe_address (const ASN1_OCTET_STRING *octets)
{
  int len = ASN1_STRING_length (octets);
  g_autoptr (GInetAddress) address = NULL;

  if (len != 4 && len != 16)
    return NULL;
  address = g_inet_address_new_from_bytes (ASN1_STRING_get0_data (octets),
                                           len == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);
  return g_inet_address_to_string (address);
}

static char *
describe_names (X509 *certificate)
{
  GENERAL_NAMES *names = X509_get_ext_d2i (certificate, NID_subject_alt_name, NULL, NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; names != NULL && i < sk_GENERAL_NAME_num (names); i++)
    {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, i);
      char *word = NULL;

      if (words->len == MAX_NAMES)
        {
          g_ptr_array_add (words, g_strdup ("…"));
          break;
        }
      if (name->type == GEN_DNS)
        word = quote_asn1 (name->d.dNSName);
      else if (name->type == GEN_IPADD)
        word = describe_address (name->d.iPAddress);
      if (word != NULL)
        g_ptr_array_add (words, word);
    }
  GENERAL_NAMES_free (names);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (", ", (char **) words->pdata);
}

static gint64
seconds_of (const ASN1_TIME *time)
{
  struct tm tm;
  g_autoptr (GDateTime) when = NULL;

  if (!ASN1_TIME_to_tm (time, &tm))
    return 0;
  when = g_date_time_new_utc (
      tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, MIN (tm.tm_sec, 59));
  return when != NULL ? g_date_time_to_unix (when) : 0;
}

static char *
fingerprint (X509 *certificate)
{
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int len = 0;
  GString *text = g_string_new (NULL);

  if (X509_digest (certificate, EVP_sha256 (), digest, &len))
    for (unsigned int i = 0; i < len; i++)
      g_string_append_printf (text, i > 0 ? ":%02X" : "%02X", digest[i]);
  return g_string_free (text, FALSE);
}

WireCertificate *
net_certificate_describe (X509 *certificate)
{
  WireCertificate *words = g_new0 (WireCertificate, 1);

  words->subject = describe_name (X509_get_subject_name (certificate));
  words->issuer = describe_name (X509_get_issuer_name (certificate));
  words->names = describe_names (certificate);
  words->not_before = seconds_of (X509_get0_notBefore (certificate));
  words->not_after = seconds_of (X509_get0_notAfter (certificate));
  words->sha256 = fingerprint (certificate);
  return words;
}

GPtrArray *
net_certificate_describe_chain (STACK_OF (X509) * chain)
{
  GPtrArray *words;

  if (chain == NULL || sk_X509_num (chain) == 0)
    return NULL;
  words = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_certificate_free);
  for (int i = 0; i < sk_X509_num (chain); i++)
    g_ptr_array_add (words, net_certificate_describe (sk_X509_value (chain, i)));
  return words;
}

char *
net_certificate_day (gint64 seconds)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (seconds);

  return when != NULL ? g_date_time_format (when, "%Y-%m-%d") : g_strdup ("?");
}
