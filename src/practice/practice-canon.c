/* RFC 6376 §3.4.1 to §3.4.4. */
#include "config.h"

#include "practice-canon.h"

#include <string.h>

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t';
}

/* From @at to behind the next CRLF, or the end. */
static gsize
line_end (const char *text, gsize at, gsize len)
{
  const char *end = memmem (text + at, len - at, "\r\n", 2);

  return end != NULL ? (gsize) (end - text) + 2 : len;
}

GArray *
practice_fields (const guint8 *letter, gsize len, gsize *body)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (PracticeField));
  const char *text = (const char *) letter;
  gsize at = 0;

  while (at < len)
    {
      gsize end = line_end (text, at, len);
      const char *colon;
      PracticeField field;

      if (end - at == 2 && text[at] == '\r')
        {
          at = end;
          break;
        }
      while (end < len && is_space (text[end]))
        end = line_end (text, end, len);
      colon = memchr (text + at, ':', end - at);
      if (colon == NULL)
        break;
      field = (PracticeField){ text + at, end - at, (gsize) (colon - text) - at };
      while (field.name > 0 && is_space (text[at + field.name - 1]))
        field.name--;
      g_array_append_val (fields, field);
      at = end;
    }
  *body = at;
  return fields;
}

/* The line that mailbox files have between letters: some programs send it in front of the fields.
 */
static gboolean
is_from_line (const char *text, gsize len)
{
  return (len >= 5 && memcmp (text, "From ", 5) == 0) ||
         (len >= 6 && memcmp (text, ">From ", 6) == 0);
}

gboolean
practice_begins_with_header (const guint8 *letter, gsize len)
{
  const char *text = (const char *) letter;
  gsize at = 0;

  if (len == 0 || (len >= 2 && memcmp (text, "\r\n", 2) == 0) || is_from_line (text, len))
    return TRUE;
  while (at < len && text[at] > ' ' && text[at] < 0x7f && text[at] != ':')
    at++;
  if (at == 0)
    return FALSE;
  while (at < len && is_space (text[at]))
    at++;
  return at < len && text[at] == ':';
}

gboolean
practice_field_is (const PracticeField *field, const char *name, gsize len)
{
  return field->name == len && g_ascii_strncasecmp (field->text, name, len) == 0;
}

/* Each run of white space is one space, and none is at an end. */
static void
append_squeezed (GString *out, const char *text, gsize len)
{
  gboolean space = FALSE;
  gsize start = out->len;

  for (gsize i = 0; i < len; i++)
    {
      if (is_space (text[i]) || text[i] == '\r' || text[i] == '\n')
        {
          space = TRUE;
          continue;
        }
      if (space && out->len > start)
        g_string_append_c (out, ' ');
      space = FALSE;
      g_string_append_c (out, text[i]);
    }
}

void
practice_canon_field (GString *out, const PracticeField *field, gboolean relaxed, gboolean end)
{
  const char *colon = memchr (field->text, ':', field->len);
  gsize value = (gsize) (colon - field->text) + 1;
  gsize len = field->len;

  if (len >= 2 && memcmp (field->text + len - 2, "\r\n", 2) == 0)
    len -= 2;
  if (relaxed)
    {
      for (gsize i = 0; i < field->name; i++)
        g_string_append_c (out, g_ascii_tolower (field->text[i]));
      g_string_append_c (out, ':');
      append_squeezed (out, field->text + value, len - value);
    }
  else
    {
      g_string_append_len (out, field->text, (gssize) len);
    }
  if (end)
    g_string_append (out, "\r\n");
}

/* As append_squeezed(), but what stands in front keeps one space. */
static void
append_relaxed_line (GString *out, const char *line, gsize len)
{
  gboolean space = FALSE;

  for (gsize i = 0; i < len; i++)
    {
      if (is_space (line[i]))
        {
          space = TRUE;
          continue;
        }
      if (space)
        g_string_append_c (out, ' ');
      space = FALSE;
      g_string_append_c (out, line[i]);
    }
}

GString *
practice_canon_body (const guint8 *body, gsize len, gboolean relaxed)
{
  GString *out = g_string_sized_new (len + 2);
  const char *text = (const char *) body;
  gsize last = 0; /* the length up to the last line that is not empty */

  for (gsize at = 0; at < len;)
    {
      gsize end = line_end (text, at, len);
      gboolean whole = end - at >= 2 && memcmp (text + end - 2, "\r\n", 2) == 0;
      gsize line = end - at - (whole ? 2 : 0);
      gsize before = out->len;

      if (relaxed)
        append_relaxed_line (out, text + at, line);
      else
        g_string_append_len (out, text + at, (gssize) line);
      if (out->len > before)
        last = out->len + 2;
      g_string_append (out, "\r\n");
      at = end;
    }
  g_string_truncate (out, last);
  /* An empty text is one line end, or nothing at all. */
  if (out->len == 0 && !relaxed)
    g_string_append (out, "\r\n");
  return out;
}
