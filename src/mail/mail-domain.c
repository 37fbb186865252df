/* ICU knows what a domain may be; here it is found in addresses. */
#include "config.h"

#include "mail-domain.h"

#include <string.h>
#include <unicode/uidna.h>

/* RFC 1035 §2.3.4, and some room for what is no domain. */
#define MAX_DOMAIN 512

static char *
domain_to_ascii (const char *domain, gsize len)
{
  UErrorCode status = U_ZERO_ERROR;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UIDNA *idna;
  char ascii[MAX_DOMAIN];
  int32_t length;

  if (len == 0 || len >= MAX_DOMAIN)
    return NULL;
  idna = uidna_openUTS46 (UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ,
                          &status);
  if (U_FAILURE (status))
    return NULL;
  length = uidna_nameToASCII_UTF8 (
      idna, domain, (int32_t) len, ascii, (int32_t) sizeof ascii, &info, &status);
  uidna_close (idna);
  if (U_FAILURE (status) || info.errors != 0 || length <= 0 || length >= MAX_DOMAIN)
    return NULL;
  return g_strndup (ascii, (gsize) length);
}

char *
mail_domain_address_to_ascii (const char *address)
{
  const char *at = strrchr (address, '@');
  g_autofree char *local = at != NULL ? g_strndup (address, (gsize) (at - address)) : NULL;
  g_autofree char *domain = NULL;

  if (g_str_is_ascii (address))
    return g_strdup (address);
  if (local == NULL || !g_str_is_ascii (local))
    return NULL;
  domain = domain_to_ascii (at + 1, strlen (at + 1));
  return domain != NULL ? g_strconcat (local, "@", domain, NULL) : NULL;
}

static gboolean
is_of_domain (guint8 c)
{
  return c >= 0x80 || g_ascii_isalnum (c) || c == '.' || c == '-';
}

GBytes *
mail_domain_header_to_ascii (GBytes *head)
{
  gsize len;
  const char *text = g_bytes_get_data (head, &len);
  GString *out = g_string_sized_new (len + 64);
  gboolean changed = FALSE;
  gsize i = 0;

  while (i < len)
    {
      gsize end = i + 1;
      g_autofree char *ascii = NULL;

      g_string_append_c (out, text[i]);
      if (text[i] == '@')
        {
          while (end < len && is_of_domain ((guint8) text[end]))
            end++;
          ascii = domain_to_ascii (text + i + 1, end - i - 1);
        }
      if (ascii != NULL && strlen (ascii) == end - i - 1 &&
          memcmp (ascii, text + i + 1, end - i - 1) == 0)
        g_clear_pointer (&ascii, g_free);
      /* What was ASCII already keeps its bytes. */
      for (gsize at = i + 1; ascii != NULL && at < end; at++)
        if ((guint8) text[at] >= 0x80)
          {
            g_string_append (out, ascii);
            changed = TRUE;
            i = end - 1;
            break;
          }
      i++;
    }
  if (!changed)
    {
      g_string_free (out, TRUE);
      return g_bytes_ref (head);
    }
  return g_string_free_to_bytes (out);
}
