/* ehlo-line = ehlo-keyword *( SP ehlo-param ) (RFC 5321 §4.1.1.1), in any case. */
#include "config.h"

#include "smtp-offer.h"

#include <string.h>

const char *
smtp_offer_keyword (const char *const *offer, const char *keyword)
{
  gsize len = strlen (keyword);

  for (guint i = 0; offer != NULL && offer[i] != NULL; i++)
    {
      if (g_ascii_strncasecmp (offer[i], keyword, len) != 0)
        continue;
      /* "AUTH=LOGIN" is how it was written before RFC 2554. */
      if (offer[i][len] == ' ' || offer[i][len] == '=')
        return offer[i] + len + 1;
      if (offer[i][len] == '\0')
        return offer[i] + len;
    }
  return NULL;
}

guint64
smtp_offer_limit (const char *const *offer, const char *name)
{
  const char *limits = smtp_offer_keyword (offer, "LIMITS");
  g_auto (GStrv) words = g_strsplit (limits != NULL ? limits : "", " ", -1);
  gsize len = strlen (name);

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint64 number;

      /* RFC 9422 §3: what cannot be read is as if it were not there. */
      if (g_ascii_strncasecmp (words[i], name, len) == 0 && words[i][len] == '=' &&
          g_ascii_string_to_unsigned (words[i] + len + 1, 10, 1, 999999, &number, NULL))
        return number;
    }
  return 0;
}
