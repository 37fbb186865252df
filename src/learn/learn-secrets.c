/* The parts that prove who somebody is, and text without them. */
#include "config.h"

#include "learn-secrets.h"

#include <string.h>

#include "imap-framer.h"
#include "wire-lines.h"

gboolean
learn_secrets_has (const char *id)
{
  static const char *const secret[] = {
    "imap.arg.secret",       "imap.arg.initial-response",    "sasl.syntax.response",
    "sasl.syntax.challenge", "pop3.syntax.secret",           "pop3.syntax.initial-response",
    "smtp.syntax.secret",    "smtp.syntax.initial-response",
  };

  for (guint i = 0; i < G_N_ELEMENTS (secret); i++)
    if (g_str_equal (id, secret[i]))
      return TRUE;
  return FALSE;
}

/* What no grammar could read may still be a password with something wrong around it. */
static gsize
unread_secret (const char *line, gsize len)
{
  const char *space;
  gsize at = 0;

  if (len > 5 &&
      (g_ascii_strncasecmp (line, "PASS ", 5) == 0 || g_ascii_strncasecmp (line, "APOP ", 5) == 0))
    return 5;
  if (len > 5 && g_ascii_strncasecmp (line, "AUTH ", 5) == 0)
    {
      space = memchr (line + 5, ' ', len - 5);
      return space != NULL ? (gsize) (space - line) + 1 : len;
    }
  return imap_framer_find_secret (line, len, &at) ? at : len;
}

/* Nothing follows a password in a client's line but the rest of one that wants quotes: "LOGIN ada
 * two words". */
static void
reach_to_the_end (GArray *ranges, const char *line, gsize len)
{
  while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
    len--;
  if (ranges->len > 0)
    {
      LearnRange *last = &g_array_index (ranges, LearnRange, ranges->len - 1);

      last->to = MAX (last->to, len);
    }
}

GArray *
learn_secrets_find (const BaseParts *parts, const char *line, gsize len, gboolean by_client)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (LearnRange));

  for (guint i = 0; i < base_parts_count (parts); i++)
    {
      const BasePart *part = base_parts_get (parts, i);
      LearnRange range = { part->offset, MIN (len, (gsize) part->offset + part->length) };

      if (learn_secrets_has (part->id) && range.from < range.to)
        g_array_append_val (ranges, range);
    }
  if (by_client)
    reach_to_the_end (ranges, line, len);
  if (ranges->len == 0 && by_client)
    {
      LearnRange range = { unread_secret (line, len), len };

      if (range.from < range.to)
        g_array_append_val (ranges, range);
    }
  return ranges;
}

/* Nothing that would move a terminal's cursor, or turn the text around it. Replaced by letters of
 * the same number of bytes. */
static char *
make_harmless (char *text)
{
  for (char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar letter = g_utf8_get_char (p);

      if (letter < 0x20 || letter == 0x7f)
        *p = ' ';
      else if (letter >= 0x80 && letter < 0xa0)
        g_unichar_to_utf8 (0xb7, p);
      else if ((letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069) ||
               letter == 0x200e || letter == 0x200f)
        g_unichar_to_utf8 (0xfffd, p);
    }
  return text;
}

char *
learn_secrets_text (const char *line, gsize from, gsize to, const GArray *secrets)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < secrets->len; i++)
    {
      const LearnRange *range = &g_array_index (secrets, LearnRange, i);

      if (range->to <= from || range->from >= to)
        continue;
      if (range->from > from)
        g_string_append_len (text, line + from, (gssize) (range->from - from));
      g_string_append (text, WIRE_LINE_SECRET);
      from = MIN (to, range->to);
    }
  g_string_append_len (text, line + from, (gssize) (to - from));
  return make_harmless (g_utf8_make_valid (text->str, (gssize) text->len));
}
