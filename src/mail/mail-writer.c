/* Quoted-printable (RFC 2045 §6.7), base64 (§6.8) and parameters (RFC 2231), written so that
 * nothing on the way has a reason to change a byte. */
#include "config.h"

#include "mail-writer.h"
#include "mail-edit.h"

#include <string.h>

/* Plain lines up to this go as they are; longer ones get soft breaks. */
#define PLAIN_WIDTH 78
#define ENCODED_WIDTH 76
#define BASE64_BYTES 57 /* gives lines of 76 */
#define MAX_LINE 998
#define SEGMENT_WIDTH 60

/* What can travel bare: ASCII, short lines, nothing that mailboxes or transports change. */
static gboolean
is_plain (const char *text)
{
  for (const char *line = text; *line != '\0';)
    {
      gsize length = strcspn (line, "\n");

      if (length > PLAIN_WIDTH || strncmp (line, "From ", 5) == 0)
        return FALSE;
      for (gsize i = 0; i < length; i++)
        if ((guchar) line[i] >= 0x7f || ((guchar) line[i] < 0x20 && line[i] != '\t'))
          return FALSE;
      /* Of spaces at a line's end only the signature's may get lost without harm. */
      if (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t') &&
          !(length == 3 && strncmp (line, "-- ", 3) == 0))
        return FALSE;
      line += length + (line[length] == '\n');
    }
  return TRUE;
}

static void
append_plain (GString *out, const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (*text == '\n')
        g_string_append_c (out, '\r');
      g_string_append_c (out, *text);
    }
}

static gboolean
needs_quoting (const char *line, gsize i, gsize length)
{
  guchar c = line[i];

  if (c == '=' || c >= 0x7f || (c < 0x20 && c != '\t'))
    return TRUE;
  if ((c == ' ' || c == '\t') && i + 1 == length)
    return TRUE;
  if (i == 0 && c == '.' && length == 1)
    return TRUE;
  return i == 0 && length >= 5 && strncmp (line, "From ", 5) == 0;
}

static void
append_quoted_line (GString *out, const char *line, gsize length)
{
  gsize column = 0;

  for (gsize i = 0; i < length; i++)
    {
      gboolean quoted = needs_quoting (line, i, length);
      gsize width = quoted ? 3 : 1;

      /* Room is kept for the "=" of a soft break, but for the last character. */
      if (column + width > ENCODED_WIDTH - (i + 1 < length ? 1 : 0))
        {
          g_string_append (out, "=\r\n");
          column = 0;
        }
      if (quoted)
        g_string_append_printf (out, "=%02X", (guchar) line[i]);
      else
        g_string_append_c (out, line[i]);
      column += width;
    }
}

void
mail_write_quoted_printable (GString *out, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *line_feed = memchr (text, '\n', (gsize) (end - text));
      const char *stop = line_feed ? line_feed : end;

      append_quoted_line (
          out, text, (gsize) (stop - text) - (line_feed > text && line_feed[-1] == '\r'));
      if (line_feed)
        g_string_append (out, "\r\n");
      text = line_feed ? line_feed + 1 : end;
    }
}

void
mail_write_text (GString *out, const char *text)
{
  gboolean plain = is_plain (text);

  g_string_append_printf (out,
                          "Content-Type: text/plain; charset=utf-8\r\n"
                          "Content-Transfer-Encoding: %s\r\n\r\n",
                          plain ? "7bit" : "quoted-printable");
  if (plain)
    append_plain (out, text);
  else
    mail_write_quoted_printable (out, text, strlen (text));
  g_string_append (out, "\r\n");
}

void
mail_write_base64 (GString *out, gconstpointer bytes, gsize length)
{
  const guchar *data = bytes;

  while (length > 0)
    {
      gsize taken = MIN (length, BASE64_BYTES);
      gint state = 0;
      gint save = 0;
      char line[BASE64_BYTES / 3 * 4 + 8];
      gsize n = g_base64_encode_step (data, taken, FALSE, line, &state, &save);

      n += g_base64_encode_close (FALSE, line + n, &state, &save);
      g_string_append_len (out, line, n);
      g_string_append (out, "\r\n");
      data += taken;
      length -= taken;
    }
}

static gboolean
is_attribute_character (guchar c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$&+-.^_`{}~", c) != NULL);
}

/* RFC 2231 §3 and §4: UTF-8 in percent, in numbered pieces when it is long. */
static void
append_extended_name (GString *out, const char *name)
{
  g_autoptr (GString) encoded = g_string_new ("UTF-8''");
  g_autoptr (GPtrArray) segments = g_ptr_array_new_with_free_func (g_free);

  for (; *name != '\0'; name++)
    {
      if (is_attribute_character (*name))
        g_string_append_c (encoded, *name);
      else
        g_string_append_printf (encoded, "%%%02X", (guchar) *name);
      if (encoded->len >= SEGMENT_WIDTH)
        {
          g_ptr_array_add (segments, g_strdup (encoded->str));
          g_string_truncate (encoded, 0);
        }
    }
  if (encoded->len > 0 || segments->len == 0)
    g_ptr_array_add (segments, g_strdup (encoded->str));
  if (segments->len == 1)
    {
      g_string_append_printf (out, ";\r\n filename*=%s", (char *) segments->pdata[0]);
      return;
    }
  for (guint i = 0; i < segments->len; i++)
    g_string_append_printf (out, ";\r\n filename*%u*=%s", i, (char *) segments->pdata[i]);
}

static void
append_name (GString *out, const char *name)
{
  gboolean simple = strlen (name) <= SEGMENT_WIDTH;

  for (const char *at = name; *at != '\0'; at++)
    simple = simple && (guchar) *at >= 0x20 && (guchar) *at < 0x7f && *at != '"' && *at != '\\' &&
             *at != '%';
  if (simple)
    g_string_append_printf (out, ";\r\n filename=\"%s\"", name);
  else
    append_extended_name (out, name);
}

/* RFC 2046 §5.2.1 lets a letter be 7bit or 8bit; both mean lines of at most 998 without NUL. */
static const char *
get_letter_encoding (const char *data, gsize length)
{
  gboolean high = FALSE;
  gsize line = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (data[i] == '\0')
        return NULL;
      high |= (guchar) data[i] >= 0x80;
      line = data[i] == '\n' ? 0 : line + 1;
      if (line > MAX_LINE)
        return NULL;
    }
  return high ? "8bit" : "7bit";
}

static void
write_letter (GString *out, GBytes *bytes, const char *name, const char *encoding)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  g_string_append (out, "Content-Type: message/rfc822\r\nContent-Disposition: attachment");
  append_name (out, name);
  g_string_append_printf (out, "\r\nContent-Transfer-Encoding: %s\r\n\r\n", encoding);
  g_string_append_len (out, data, length);
}

static gboolean
is_mime_type (const char *type)
{
  const char *slash = strchr (type, '/');

  if (slash == NULL || slash == type || slash[1] == '\0' || strlen (type) > 120)
    return FALSE;
  for (const char *at = type; *at != '\0'; at++)
    if (at != slash && !g_ascii_isalnum (*at) && strchr ("!#$&^_.+-", *at) == NULL)
      return FALSE;
  /* These have parts, which a file attached does not. */
  return g_ascii_strncasecmp (type, "multipart/", 10) != 0 &&
         g_ascii_strncasecmp (type, "message/", 8) != 0;
}

void
mail_write_file (GString *out, GBytes *bytes, const char *name, const char *mime_type)
{
  gsize length = 0;
  const guchar *data = g_bytes_get_data (bytes, &length);

  if (g_ascii_strcasecmp (mime_type, "message/rfc822") == 0)
    {
      g_autoptr (GBytes) letter = mail_to_crlf (bytes);
      gsize size = 0;
      const char *text = g_bytes_get_data (letter, &size);
      const char *encoding = get_letter_encoding (text, size);

      if (encoding != NULL)
        {
          write_letter (out, letter, name, encoding);
          return;
        }
    }
  g_string_append_printf (
      out, "Content-Type: %s", is_mime_type (mime_type) ? mime_type : "application/octet-stream");
  if (g_ascii_strncasecmp (mime_type, "text/", 5) == 0 && is_mime_type (mime_type) &&
      g_utf8_validate_len ((const char *) data, length, NULL))
    g_string_append (out, "; charset=utf-8");
  g_string_append (out, "\r\nContent-Disposition: attachment");
  append_name (out, name);
  g_string_append (out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
  mail_write_base64 (out, data, length);
}
