/* One after the other: the host by its address, the signatures, and whether either speaks for the
 * domain that the reader sees. */
#include "config.h"

#include "practice-senders.h"

#include <gio/gio.h>
#include <string.h>

#include "mail-address.h"
#include "mail-summary.h"
#include "practice-canon.h"
#include "practice-dkim.h"

#define RESULTS "Authentication-Results"

/* --- SPF --- */

static gboolean
is_in (const char *network, const char *peer)
{
  g_autoptr (GInetAddressMask) mask = g_inet_address_mask_new_from_string (network, NULL);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (peer);

  return mask != NULL && address != NULL && g_inet_address_mask_matches (mask, address);
}

const char *
practice_spf_judge (const char *record, const char *peer)
{
  g_auto (GStrv) terms = record != NULL ? g_strsplit (record, " ", -1) : NULL;

  if (terms == NULL || terms[0] == NULL || g_ascii_strcasecmp (terms[0], "v=spf1") != 0)
    return "none";
  for (guint i = 1; terms[i] != NULL; i++)
    {
      const char *term = terms[i];
      const char *result = *term == '-'   ? "fail"
                           : *term == '~' ? "softfail"
                           : *term == '?' ? "neutral"
                                          : "pass";

      if (*term == '\0')
        continue;
      term += strchr ("+-~?", *term) != NULL;
      if (g_ascii_strcasecmp (term, "all") == 0)
        return result;
      if (g_ascii_strncasecmp (term, "ip4:", 4) != 0)
        return "permerror";
      if (is_in (term + 4, peer))
        return result;
    }
  return "neutral";
}

/* --- DMARC --- */

/* The last two names of a domain: in this world nobody gives away third ones. */
static const char *
organisation_of (const char *domain)
{
  const char *dot = strrchr (domain, '.');

  while (dot != NULL && dot > domain && dot[-1] != '.')
    dot--;
  return dot != NULL ? dot : domain;
}

static gboolean
is_aligned (const char *domain, const char *author)
{
  return domain != NULL &&
         g_ascii_strcasecmp (organisation_of (domain), organisation_of (author)) == 0;
}

/* Of the one author that a letter may have for this; %NULL: it has none, or several. */
static char *
author_domain (const guint8 *letter, gsize len)
{
  gsize body;
  g_autoptr (GArray) fields = practice_fields (letter, len, &body);
  const PracticeField *from = NULL;
  g_autofree char *value = NULL;
  g_autoptr (GPtrArray) list = NULL;
  const char *at;

  for (guint i = 0; i < fields->len; i++)
    {
      const PracticeField *field = &g_array_index (fields, PracticeField, i);

      if (!practice_field_is (field, "From", 4))
        continue;
      if (from != NULL)
        return NULL;
      from = field;
    }
  if (from == NULL)
    return NULL;
  value = g_strndup (from->text + from->name + 1, from->len - from->name - 1);
  list = mail_address_parse_list (value);
  if (list->len != 1 || ((MailAddress *) list->pdata[0])->address == NULL)
    return NULL;
  at = strrchr (((MailAddress *) list->pdata[0])->address, '@');
  return at != NULL ? g_ascii_strdown (at + 1, -1) : NULL;
}

/* "quarantine", or %NULL where the domain says nothing (RFC 7489 §6.6.3). */
static char *
find_policy (PracticeDns *dns, const char *author)
{
  g_autofree char *name = g_strconcat ("_dmarc.", organisation_of (author), NULL);
  g_autofree char *record = practice_dns_txt (dns, name);
  const char *policy = record != NULL ? strstr (record, "p=") : NULL;

  return policy != NULL ? g_strndup (policy + 2, strcspn (policy + 2, "; ")) : NULL;
}

static PracticeSenderFate
fate_of (const char *policy)
{
  if (strcmp (policy, "reject") == 0)
    return PRACTICE_SENDER_REJECT;
  return strcmp (policy, "quarantine") == 0 ? PRACTICE_SENDER_QUARANTINE : PRACTICE_SENDER_FINE;
}

/* --- all of it --- */

/* Only what may stand in a field, for it comes from strangers. */
static void
append_word (GString *out, const char *word)
{
  for (const char *p = word; p != NULL && *p != '\0'; p++)
    g_string_append_c (out, g_ascii_isalnum (*p) || strchr (".-_+@", *p) != NULL ? *p : '?');
}

static gboolean
append_signatures (GString *out, GPtrArray *signatures, const char *author)
{
  gboolean aligned = FALSE;

  if (signatures->len == 0)
    g_string_append (out, ";\r\n\tdkim=none");
  for (guint i = 0; i < signatures->len; i++)
    {
      const PracticeSignature *signature = signatures->pdata[i];

      g_string_append_printf (out, ";\r\n\tdkim=%s", signature->result);
      if (signature->why != NULL)
        g_string_append_printf (out, " (%s)", signature->why);
      g_string_append (out, " header.d=");
      append_word (out, signature->domain != NULL ? signature->domain : "?");
      g_string_append (out, " header.s=");
      append_word (out, signature->selector != NULL ? signature->selector : "?");
      g_string_append (out, " header.a=");
      append_word (out, signature->algorithm != NULL ? signature->algorithm : "?");
      aligned = aligned || (strcmp (signature->result, "pass") == 0 && author != NULL &&
                            is_aligned (signature->domain, author));
    }
  return aligned;
}

PracticeSenderFate
practice_senders_check (PracticeDns *dns,
                        const PracticeDomain *host,
                        const char *peer,
                        const char *helo,
                        const char *from,
                        const guint8 *letter,
                        gsize len,
                        char **results)
{
  const char *at = strrchr (from, '@');
  const char *domain = at != NULL ? at + 1 : helo;
  g_autofree char *record = practice_dns_txt (dns, domain);
  const char *spf = practice_spf_judge (record, peer);
  g_autofree char *author = author_domain (letter, len);
  g_autofree char *policy = author != NULL ? find_policy (dns, author) : NULL;
  g_autoptr (GPtrArray) signatures = practice_dkim_verify (dns, letter, len);
  GString *out = g_string_new (NULL);
  gboolean aligned;

  g_string_append_printf (
      out, RESULTS ": %s;\r\n\tspf=%s smtp.%s=", host->mx, spf, at != NULL ? "mailfrom" : "helo");
  append_word (out, domain);
  aligned = append_signatures (out, signatures, author);
  aligned = aligned || (strcmp (spf, "pass") == 0 && author != NULL && is_aligned (domain, author));
  if (policy != NULL)
    {
      g_string_append_printf (
          out, ";\r\n\tdmarc=%s (p=%s) header.from=", aligned ? "pass" : "fail", policy);
      append_word (out, author);
    }
  else
    {
      g_string_append (out, ";\r\n\tdmarc=none");
    }
  g_string_append (out, "\r\n");
  *results = g_string_free (out, FALSE);
  return policy != NULL && !aligned ? fate_of (policy) : PRACTICE_SENDER_FINE;
}

GBytes *
practice_senders_clean (const PracticeDomain *host, const guint8 *letter, gsize len)
{
  gsize body;
  g_autoptr (GArray) fields = practice_fields (letter, len, &body);
  GString *out = g_string_sized_new (len);
  gsize header = 0;

  for (guint i = 0; i < fields->len; i++)
    {
      const PracticeField *field = &g_array_index (fields, PracticeField, i);
      const char *value = field->text + field->name + 1;
      const char *end = field->text + field->len;

      header = (gsize) (end - (const char *) letter);
      while (value < end && strchr (" \t\r\n:", *value) != NULL)
        value++;
      if (practice_field_is (field, RESULTS, strlen (RESULTS)) &&
          (gsize) (end - value) >= strlen (host->mx) &&
          g_ascii_strncasecmp (value, host->mx, strlen (host->mx)) == 0)
        continue;
      g_string_append_len (out, field->text, (gssize) field->len);
    }
  g_string_append_len (out, (const char *) letter + header, (gssize) (len - header));
  return g_string_free_to_bytes (out);
}
