/* xtext = *( xchar / hexchar ); xchar = "!" to "~" but "+" and "="; hexchar = "+" 2(upper-case
 * hexadecimal digit) (RFC 3461 §4). */
#include "config.h"

#include "smtp-xtext.h"

#include <string.h>

char *
smtp_xtext_encode (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p < '!' || *p > '~' || *p == '+' || *p == '=')
        g_string_append_printf (out, "+%02X", (guchar) *p);
      else
        g_string_append_c (out, *p);
    }
  return g_string_free (out, FALSE);
}

char *
smtp_xtext_decode (const char *xtext)
{
  GString *out = g_string_new (NULL);
  gboolean good = TRUE;

  for (const char *p = xtext; good && *p != '\0'; p++)
    {
      if (*p == '+')
        {
          int high = g_ascii_xdigit_value (p[1]);
          int low = high >= 0 ? g_ascii_xdigit_value (p[2]) : -1;

          good = low >= 0 && high * 16 + low >= ' ' && high * 16 + low != 0x7f;
          if (good)
            g_string_append_c (out, (char) (high * 16 + low));
          p += good ? 2 : 0;
        }
      else
        {
          good = *p >= '!' && *p <= '~' && *p != '=';
          g_string_append_c (out, *p);
        }
    }
  if (good && g_utf8_validate (out->str, (gssize) out->len, NULL))
    return g_string_free (out, FALSE);
  g_string_free (out, TRUE);
  return NULL;
}
