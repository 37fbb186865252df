/* The addresses of the envelope. */
#include "config.h"

#include "smtp-path.h"

#include <string.h>

/* RFC 5321 §4.5.3.1 */
#define MAX_LOCAL 64
#define MAX_DOMAIN 255

/* atext of RFC 5322 §3.2.3 with UTF8-non-ascii. */
static gboolean
is_atext (guchar c)
{
  return c >= 0x80 || g_ascii_isalnum ((char) c) ||
         (c != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Dot-string = Atom *("." Atom). Bytes consumed, or 0. */
static gsize
dot_string (const char *text, gsize len)
{
  gsize i = 0;

  while (i < len)
    {
      gsize start = i;

      while (i < len && is_atext ((guchar) text[i]))
        i++;
      if (i == start)
        return 0;
      if (i == len || text[i] != '.')
        return i;
      i++;
    }
  return 0;
}

/* Quoted-string = DQUOTE *QcontentSMTP DQUOTE. Bytes consumed, or 0. */
static gsize
quoted_string (const char *text, gsize len)
{
  for (gsize i = 1; i < len; i++)
    {
      guchar c = (guchar) text[i];

      if (c == '"')
        return i + 1;
      if (c == '\\' && ++i == len)
        return 0;
      if ((guchar) text[i] < 0x20 || text[i] == 0x7f)
        return 0;
    }
  return 0;
}

/* sub-domain *("." sub-domain), or an address literal in brackets. Bytes consumed, or 0. */
static gsize
domain (const char *text, gsize len)
{
  gsize i = 0;
  gsize label = 0;

  if (len > 0 && text[0] == '[')
    {
      for (i = 1; i < len && text[i] != ']'; i++)
        {
          if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || strchr (".:-", text[i]) == NULL))
            return 0;
        }
      return i < len && i > 1 ? i + 1 : 0;
    }
  for (; i < len; i++)
    {
      guchar c = (guchar) text[i];

      if (c == '.' && i > label && text[i - 1] != '-')
        label = i + 1;
      else if (c != '_' && c < 0x80 && !g_ascii_isalnum ((char) c) && (c != '-' || i == label))
        break;
    }
  return i > label && text[i - 1] != '-' && i <= MAX_DOMAIN ? i : 0;
}

gboolean
smtp_path_is_domain (const char *text, gsize len)
{
  return len > 0 && domain (text, len) == len && g_utf8_validate (text, (gssize) len, NULL);
}

/* A-d-l ":" = At-domain *("," At-domain) ":". Bytes consumed; 0: there is none. */
static gsize
source_route (const char *text, gsize len)
{
  gsize i = 0;

  while (i < len && text[i] == '@')
    {
      gsize n = domain (text + i + 1, len - i - 1);

      if (n == 0)
        return 0;
      i += n + 1;
      if (i < len && text[i] == ':')
        return i + 1;
      if (i == len || text[i] != ',')
        return 0;
      i++;
    }
  return 0;
}

/* Mailbox = Local-part "@" ( Domain / address-literal ). Bytes consumed, or 0. */
static gsize
mailbox (const char *text, gsize len)
{
  gsize local = len > 0 && text[0] == '"' ? quoted_string (text, len) : dot_string (text, len);
  gsize at;

  if (local == 0 || local > MAX_LOCAL)
    return 0;
  /* The one address without a domain (RFC 5321 §4.1.1.3). */
  if (local < len && text[local] == '>' && local == 10 &&
      g_ascii_strncasecmp (text, "postmaster", 10) == 0)
    return local;
  if (local == len || text[local] != '@')
    return 0;
  at = domain (text + local + 1, len - local - 1);
  return at > 0 ? local + 1 + at : 0;
}

gsize
smtp_path_parse (const char *text, gsize len, gboolean null_allowed, char **path)
{
  gsize at = 1;
  gsize box;

  if (len < 2 || text[0] != '<')
    return 0;
  if (null_allowed && text[1] == '>')
    {
      *path = g_strdup ("");
      return 2;
    }
  at += source_route (text + at, len - at);
  box = mailbox (text + at, len - at);
  if (box == 0 || at + box >= len || text[at + box] != '>' || at + box + 1 > SMTP_MAX_PATH ||
      !g_utf8_validate (text + at, (gssize) box, NULL))
    return 0;
  *path = g_strndup (text + at, box);
  return at + box + 1;
}
