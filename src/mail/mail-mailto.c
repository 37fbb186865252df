/* A mailto: URI comes from strangers, so a short list of fields is taken and each is cleaned before
 * anybody sees it.
 *
 * RFC 6068 §2:
 *   mailtoURI = "mailto:" [ to ] [ hfields ]
 *   to        = addr-spec *("," addr-spec )
 *   hfields   = "?" hfield *( "&" hfield )
 *   hfield    = hfname "=" hfvalue          (percent-encoded; "+" is a plus) */
#include "config.h"

#include "mail-mailto.h"

#include <string.h>

#include "mail-header.h"
#include "mail-line.h"

#define SCHEME "mailto:"

gboolean
mail_mailto_is (const char *uri)
{
  return g_ascii_strncasecmp (uri, SCHEME, strlen (SCHEME)) == 0 &&
         strnlen (uri, MAIL_MAX_MAILTO + 1) <= MAIL_MAX_MAILTO;
}

/* Percent-encoding undone. A "%" that encodes nothing stays, since people write such links by hand;
 * a NUL becomes a space, so that what follows it is seen. (transfer full) */
static char *
unescape (const char *text, gsize length)
{
  g_autoptr (GString) out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (c == '%' && length - i > 2 && g_ascii_isxdigit (text[i + 1]) &&
          g_ascii_isxdigit (text[i + 2]))
        {
          c = (char) (g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2]));
          i += 2;
        }
      g_string_append_c (out, c != '\0' ? c : ' ');
    }
  return g_utf8_make_valid (out->str, (gssize) out->len);
}

/* A value may hold a line end, which no header field of ours may get. */
static void
add_addresses (GPtrArray *list, const char *text, gsize length)
{
  g_autofree char *raw = unescape (text, length);
  g_autofree char *line = mail_clean_line (raw);
  g_autoptr (GPtrArray) more = mail_address_parse_list (line);

  for (guint i = 0; i < more->len && list->len < MAIL_MAX_ADDRESSES; i++)
    g_ptr_array_add (list, mail_address_ref (more->pdata[i]));
}

/* Lines end with CRLF (RFC 6068 §5), or as the page's author thought; other controls go. */
static char *
clean_text (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; from++)
    {
      if (*from == '\r')
        {
          *to++ = '\n';
          from += from[1] == '\n';
        }
      else if (*from == '\n' || *from == '\t' || !g_ascii_iscntrl (*from))
        *to++ = *from;
    }
  *to = '\0';
  return text;
}

static gboolean
is_name (const char *name, gsize length, const char *wanted)
{
  return length == strlen (wanted) && g_ascii_strncasecmp (name, wanted, length) == 0;
}

static void
read_field (MailDraft *draft, const char *field, gsize length)
{
  const char *equals = memchr (field, '=', length);
  gsize name = equals != NULL ? (gsize) (equals - field) : length;
  const char *value = equals != NULL ? equals + 1 : field + length;
  gsize size = (gsize) (field + length - value);

  if (is_name (field, name, "to"))
    add_addresses (draft->to, value, size);
  else if (is_name (field, name, "cc"))
    add_addresses (draft->cc, value, size);
  else if (is_name (field, name, "bcc"))
    add_addresses (draft->bcc, value, size);
  else if (is_name (field, name, "subject") && draft->subject == NULL)
    {
      g_autofree char *raw = unescape (value, size);
      g_autofree char *line = mail_clean_line (raw);

      /* Encoded words are allowed here (RFC 6068 §2). */
      draft->subject = mail_decode_header (line);
    }
  else if (is_name (field, name, "body") && draft->text == NULL)
    draft->text = clean_text (unescape (value, size));
}

MailDraft *
mail_mailto_parse (const char *uri)
{
  const char *at = uri + strlen (SCHEME);
  MailDraft *draft;
  gsize length;

  if (!mail_mailto_is (uri))
    return NULL;
  draft = mail_draft_new ();
  length = strcspn (at, "?#");
  add_addresses (draft->to, at, length);
  at += length;
  /* What follows "#" is for a browser (RFC 6068 §2). */
  while (*at == '?' || *at == '&')
    {
      length = strcspn (++at, "&#");
      read_field (draft, at, length);
      at += length;
    }
  return draft;
}
