/* The records follow from the table of domains; the keys are made here. */
#include "config.h"

#include "practice-dns.h"

#include <openssl/x509.h>
#include <string.h>

#define MAX_DOMAINS 4
#define RSA_BITS 2048

struct _PracticeDns
{
  gatomicrefcount ref_count;
  GMutex lock;
  EVP_PKEY *keys[MAX_DOMAINS][PRACTICE_KEYS];
};

PracticeDns *
practice_dns_new (void)
{
  PracticeDns *dns = g_new0 (PracticeDns, 1);

  g_atomic_ref_count_init (&dns->ref_count);
  g_mutex_init (&dns->lock);
  return dns;
}

PracticeDns *
practice_dns_ref (PracticeDns *dns)
{
  g_atomic_ref_count_inc (&dns->ref_count);
  return dns;
}

void
practice_dns_unref (PracticeDns *dns)
{
  if (!g_atomic_ref_count_dec (&dns->ref_count))
    return;
  for (guint i = 0; i < MAX_DOMAINS; i++)
    for (guint kind = 0; kind < PRACTICE_KEYS; kind++)
      EVP_PKEY_free (dns->keys[i][kind]);
  g_mutex_clear (&dns->lock);
  g_free (dns);
}

const char *
practice_dns_selector (PracticeKeyKind kind)
{
  return kind == PRACTICE_KEY_RSA ? "stamp" : "seal";
}

EVP_PKEY *
practice_dns_key (PracticeDns *dns, const PracticeDomain *domain, PracticeKeyKind kind)
{
  EVP_PKEY **key = &dns->keys[domain - practice_domains (NULL)][kind];

  g_mutex_lock (&dns->lock);
  if (*key == NULL)
    *key = kind == PRACTICE_KEY_RSA ? EVP_PKEY_Q_keygen (NULL, NULL, "RSA", (size_t) RSA_BITS)
                                    : EVP_PKEY_Q_keygen (NULL, NULL, "ED25519");
  if (*key == NULL)
    g_error ("OpenSSL makes no keys");
  g_mutex_unlock (&dns->lock);
  return *key;
}

/* RFC 6376 §3.6.1: the key as SubjectPublicKeyInfo; RFC 8463 §4.2: the bare 32 bytes. */
static char *
write_key (EVP_PKEY *key, PracticeKeyKind kind)
{
  guint8 bare[32];
  gsize bare_len = sizeof bare;
  guint8 *der = NULL;
  g_autofree char *text = NULL;
  int len;

  if (kind == PRACTICE_KEY_ED25519)
    {
      EVP_PKEY_get_raw_public_key (key, bare, &bare_len);
      text = g_base64_encode (bare, bare_len);
      return g_strconcat ("v=DKIM1; k=ed25519; p=", text, NULL);
    }
  len = i2d_PUBKEY (key, &der);
  text = g_base64_encode (der, (gsize) MAX (len, 0));
  OPENSSL_free (der);
  return g_strconcat ("v=DKIM1; k=rsa; p=", text, NULL);
}

/* What stands in front of ".DOMAIN", or "" for the domain itself. */
static char *
write_txt (PracticeDns *dns, const PracticeDomain *domain, const char *label)
{
  if (label[0] == '\0')
    return g_strdup_printf ("v=spf1 ip4:%s -all", domain->address);
  if (strcmp (label, "_dmarc") == 0)
    return g_strdup_printf ("v=DMARC1; p=%s", domain->policy);
  for (guint kind = 0; kind < PRACTICE_KEYS; kind++)
    {
      g_autofree char *name =
          g_strconcat (practice_dns_selector ((PracticeKeyKind) kind), "._domainkey", NULL);

      if (strcmp (label, name) == 0)
        return write_key (practice_dns_key (dns, domain, (PracticeKeyKind) kind),
                          (PracticeKeyKind) kind);
    }
  return NULL;
}

char *
practice_dns_txt (PracticeDns *dns, const char *given)
{
  g_autofree char *name = g_ascii_strdown (given, -1);
  guint n;
  const PracticeDomain *domains = practice_domains (&n);

  for (guint i = 0; i < n; i++)
    {
      gsize len = strlen (name), own = strlen (domains[i].name);

      if (!g_str_has_suffix (name, domains[i].name))
        continue;
      if (len == own)
        return write_txt (dns, &domains[i], "");
      if (name[len - own - 1] == '.')
        {
          name[len - own - 1] = '\0';
          return write_txt (dns, &domains[i], name);
        }
    }
  return NULL;
}

static void
list_txt (PracticeDns *dns, GStrvBuilder *list, const char *name)
{
  g_autofree char *data = practice_dns_txt (dns, name);
  g_autofree char *line = g_strdup_printf ("%s TXT %s", name, data);

  g_strv_builder_add (list, line);
}

char **
practice_dns_list (PracticeDns *dns)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  guint n;
  const PracticeDomain *domains = practice_domains (&n);

  for (guint i = 0; i < n; i++)
    {
      const PracticeDomain *domain = &domains[i];
      g_autofree char *a = g_strdup_printf ("%s A %s", domain->name, domain->address);
      g_autofree char *mx = g_strdup_printf ("%s MX 10 %s", domain->name, domain->mx);
      g_autofree char *dmarc = g_strconcat ("_dmarc.", domain->name, NULL);

      g_strv_builder_add (list, a);
      if (domain->mx != NULL)
        g_strv_builder_add (list, mx);
      list_txt (dns, list, domain->name);
      list_txt (dns, list, dmarc);
      for (guint kind = 0; kind < PRACTICE_KEYS; kind++)
        {
          g_autofree char *key = g_strdup_printf (
              "%s._domainkey.%s", practice_dns_selector ((PracticeKeyKind) kind), domain->name);

          list_txt (dns, list, key);
        }
    }
  return g_strv_builder_end (list);
}
