/* Browsers forgive much in a URL: tabs inside "java script:", spaces before it, back slashes. So
 * the same is taken out here before the scheme is looked at, and the tidy form is what gets
 * written. */
#include "config.h"

#include "mail-url.h"

#include <string.h>

#define MAX_URL 8192
#define MAX_DATA (8 * 1024 * 1024)

/* WHATWG URL §4.4: C0 controls and spaces at the ends, tabs and line breaks anywhere. */
static char *
tidy (const char *value)
{
  char *url = NULL;
  char *to = NULL;

  while ((guchar) *value <= 0x20 && *value != '\0')
    value++;
  url = g_strdup (value);
  to = url;
  for (const char *at = url; *at != '\0'; at++)
    if (*at != '\t' && *at != '\n' && *at != '\r')
      *to++ = *at;
  while (to > url && (guchar) to[-1] <= 0x20)
    to--;
  *to = '\0';
  return url;
}

static gboolean
has_controls (const char *url)
{
  for (; *url != '\0'; url++)
    if ((guchar) *url < 0x20 || *url == 0x7f)
      return TRUE;
  return FALSE;
}

/* Pictures that hold no script; base64 only, since that has one reading. */
static gboolean
is_image_data (const char *url)
{
  static const char *const types[] = { "data:image/png;base64,",
                                       "data:image/jpeg;base64,",
                                       "data:image/jpg;base64,",
                                       "data:image/gif;base64,",
                                       "data:image/webp;base64," };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      gsize length = strlen (types[i]);

      if (g_ascii_strncasecmp (url, types[i], length) == 0)
        return strspn (url + length,
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") ==
               strlen (url + length);
    }
  return FALSE;
}

static MailUrlKind
classify (const char *url)
{
  static const struct
  {
    const char *scheme;
    MailUrlKind kind;
  } schemes[] = {
    { "http:", MAIL_URL_REMOTE },       { "https:", MAIL_URL_REMOTE },
    { "ftp:", MAIL_URL_REMOTE },        { "mailto:", MAIL_URL_LINK },
    { "tel:", MAIL_URL_LINK },          { "cid:", MAIL_URL_PART },
    { "javascript:", MAIL_URL_SCRIPT }, { "vbscript:", MAIL_URL_SCRIPT },
    { "livescript:", MAIL_URL_SCRIPT }, { MAIL_URL_PART_SCHEME ":", MAIL_URL_PART },
  };

  if (has_controls (url))
    return MAIL_URL_OTHER;
  if (*url == '#')
    return MAIL_URL_ANCHOR;
  if ((url[0] == '/' || url[0] == '\\') && (url[1] == '/' || url[1] == '\\'))
    return MAIL_URL_REMOTE;
  if (g_ascii_strncasecmp (url, "data:", 5) == 0)
    return is_image_data (url) ? MAIL_URL_IMAGE : MAIL_URL_SCRIPT;
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (url, schemes[i].scheme, strlen (schemes[i].scheme)) == 0)
      return schemes[i].kind;
  return MAIL_URL_OTHER;
}

MailUrlKind
mail_url_read (const char *value, char **url)
{
  g_autofree char *tidied = tidy (value);
  MailUrlKind kind = classify (tidied);

  if (strlen (tidied) > (kind == MAIL_URL_IMAGE ? MAX_DATA : MAX_URL))
    kind = MAIL_URL_OTHER;
  if (kind == MAIL_URL_REMOTE && (*tidied == '/' || *tidied == '\\'))
    {
      char *absolute = g_strconcat ("https://", tidied + 2, NULL);

      g_free (tidied);
      tidied = absolute;
    }
  if (url != NULL)
    *url = g_steal_pointer (&tidied);
  return kind;
}

char *
mail_url_resolve_part (const char *url, MailMessage *message)
{
  MailPart *part = NULL;
  g_autofree char *id = NULL;

  if (g_ascii_strncasecmp (url, "cid:", 4) != 0)
    {
      const char *digits = url + strlen (MAIL_URL_PART_SCHEME ":");
      guint64 index = 0;

      if (!g_ascii_string_to_unsigned (digits, 10, 0, MAIL_MAX_PARTS, &index, NULL) ||
          (message != NULL && index >= mail_message_get_n_parts (message)))
        return NULL;
      return g_strdup_printf (MAIL_URL_PART_SCHEME ":%" G_GUINT64_FORMAT, index);
    }
  if (message == NULL)
    return NULL;
  /* RFC 2392: the id stands percent-encoded in the URL. */
  part = mail_message_find_content_id (message, url + 4);
  if (part == NULL && (id = g_uri_unescape_string (url + 4, NULL)) != NULL)
    part = mail_message_find_content_id (message, id);
  if (part == NULL)
    return NULL;
  return g_strdup_printf (MAIL_URL_PART_SCHEME ":%u", mail_part_get_index (part));
}
