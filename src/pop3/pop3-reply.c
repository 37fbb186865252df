/* The grammar of POP3 answers, both ways. What servers add is read past, what they leave out is
 * borne where nothing depends on it. */
#include "config.h"

#include "pop3-reply.h"

#include <string.h>

#include "base-error.h"

#define MAX_TEXT 1000

Pop3ReplyKind
pop3_reply_kind (const guint8 *line, gsize len, gsize *text)
{
  const char *s = (const char *) line;
  Pop3ReplyKind kind;
  gsize at;

  if (len >= 3 && g_ascii_strncasecmp (s, "+OK", 3) == 0)
    {
      kind = POP3_REPLY_OK;
      at = 3;
    }
  else if (len >= 4 && g_ascii_strncasecmp (s, "-ERR", 4) == 0)
    {
      kind = POP3_REPLY_ERR;
      at = 4;
    }
  else if (len >= 1 && s[0] == '+' && (len == 1 || s[1] == ' '))
    {
      kind = POP3_REPLY_CONTINUE;
      at = 1;
    }
  else
    {
      return POP3_REPLY_INVALID;
    }
  if (at < len && s[at] == ' ')
    at++;
  *text = at;
  return kind;
}

/* resp-code = "[" resp-level *("/" resp-level) "]" (RFC 2449 §8). Its length with brackets, or 0.
 */
static gsize
code_length (const char *text, gsize len)
{
  gsize i = 1;

  if (len < 3 || text[0] != '[')
    return 0;
  while (i < len && (g_ascii_isalnum (text[i]) || strchr ("/-._+", text[i]) != NULL) &&
         text[i] != '\0')
    i++;
  return i > 1 && i < len && text[i] == ']' ? i + 1 : 0;
}

gboolean
pop3_status_parse (const guint8 *line, gsize len, Pop3Status *status, BaseParts *parts)
{
  gsize at;
  Pop3ReplyKind kind = pop3_reply_kind (line, len, &at);
  g_autofree char *clean = NULL;
  const char *text;
  gsize code;

  *status = (Pop3Status){ 0 };
  if (kind != POP3_REPLY_OK && kind != POP3_REPLY_ERR)
    return FALSE;
  status->ok = kind == POP3_REPLY_OK;
  base_parts_add (parts, 0, status->ok ? 3 : 4, status->ok ? "pop3.status.ok" : "pop3.status.err");
  text = (const char *) line + at;
  code = code_length (text, len - at);
  if (code > 0)
    base_parts_add_token (parts, at, code, "pop3.code.", text + 1, code - 2);
  /* Cleaned first: what then looks like a code is one, so that writing it gives the same. */
  clean = base_error_quote (text, (gssize) (len - at), MAX_TEXT);
  code = code_length (clean, strlen (clean));
  if (code > 0)
    status->code = g_ascii_strup (clean + 1, (gssize) code - 2);
  status->text = g_strdup (g_strchug (clean + code));
  return TRUE;
}

void
pop3_status_write (const Pop3Status *status, GString *out)
{
  g_string_append (out, status->ok ? "+OK" : "-ERR");
  if (status->code != NULL)
    g_string_append_printf (out, " [%s]", status->code);
  if (status->text != NULL && status->text[0] != '\0')
    g_string_append_printf (out, " %s", status->text);
  g_string_append (out, "\r\n");
}

void
pop3_status_clear (Pop3Status *status)
{
  g_clear_pointer (&status->code, g_free);
  g_clear_pointer (&status->text, g_free);
}

void
pop3_status_copy (const Pop3Status *from, Pop3Status *to)
{
  *to = (Pop3Status){ from->ok, g_strdup (from->code), g_strdup (from->text) };
}

BaseOutcome
pop3_status_outcome (const Pop3Status *status)
{
  static const char *const temporary[] = { "SYS/TEMP", "IN-USE", "LOGIN-DELAY", NULL };

  if (status->ok)
    return BASE_OUTCOME_OK;
  if (status->code != NULL && g_strv_contains (temporary, status->code))
    return BASE_OUTCOME_TEMPORARY;
  return BASE_OUTCOME_REFUSED;
}

/* Digits at @at, at least one, followed by a space or the end. */
static gboolean
take_number (const char *text, gsize len, gsize *at, guint64 *number)
{
  gsize i = *at;
  guint64 value = 0;

  while (i < len && g_ascii_isdigit (text[i]))
    {
      if (value > (G_MAXUINT64 - 9) / 10)
        return FALSE;
      value = value * 10 + (guint64) (text[i++] - '0');
    }
  if (i == *at || (i < len && text[i] != ' '))
    return FALSE;
  *number = value;
  *at = i;
  return TRUE;
}

static void
skip_spaces (const char *text, gsize len, gsize *at)
{
  while (*at < len && text[*at] == ' ')
    (*at)++;
}

/* number SP number, as in the lines of LIST and the answer to STAT. */
static gboolean
take_pair (const char *text,
           gsize len,
           gsize offset,
           const char *first_id,
           guint32 *first,
           guint64 *second,
           BaseParts *parts)
{
  gsize at = 0;
  gsize end;
  guint64 number;

  if (!take_number (text, len, &at, &number) || number > G_MAXUINT32)
    return FALSE;
  *first = (guint32) number;
  end = at;
  skip_spaces (text, len, &at);
  base_parts_add (parts, offset, end, first_id);
  end = at;
  if (!take_number (text, len, &at, second))
    return FALSE;
  base_parts_add (parts, offset + end, at - end, "pop3.syntax.size");
  return TRUE;
}

gboolean
pop3_list_parse (const char *text, gsize len, gsize offset, Pop3Entry *entry, BaseParts *parts)
{
  *entry = (Pop3Entry){ 0 };
  return take_pair (text, len, offset, "pop3.syntax.number", &entry->number, &entry->size, parts) &&
         entry->number > 0;
}

gboolean
pop3_stat_parse (
    const char *text, gsize len, gsize offset, guint32 *count, guint64 *size, BaseParts *parts)
{
  return take_pair (text, len, offset, "pop3.syntax.count", count, size, parts);
}

gboolean
pop3_uidl_parse (const char *text, gsize len, gsize offset, Pop3Entry *entry, BaseParts *parts)
{
  gsize at = 0;
  gsize start;
  guint64 number;

  *entry = (Pop3Entry){ 0 };
  if (!take_number (text, len, &at, &number) || number == 0 || number > G_MAXUINT32)
    return FALSE;
  entry->number = (guint32) number;
  base_parts_add (parts, offset, at, "pop3.syntax.number");
  skip_spaces (text, len, &at);
  start = at;
  /* RFC 1939 §7 says 1 to 70 characters from 0x21 to 0x7E; longer ones exist. */
  while (at < len && text[at] > 0x20 && text[at] < 0x7f)
    at++;
  if (at > start)
    {
      entry->uid = g_strndup (text + start, at - start);
      base_parts_add (parts, offset + start, at - start, "pop3.syntax.uid");
    }
  return TRUE;
}

guint64
pop3_reply_octets (const char *text)
{
  gsize at = 0;
  guint64 size;

  if (!take_number (text, strlen (text), &at, &size) || !g_str_has_prefix (text + at, " octets"))
    return 0;
  return size;
}
