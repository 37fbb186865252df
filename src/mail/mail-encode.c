/* Text into headers: RFC 2047 encoded words and RFC 5322 folding. */
#include "config.h"

#include "mail-encode.h"

#include <string.h>

/* RFC 5322 §2.1.1: lines should stay under 78, and must under 998. RFC 2047 §2: an encoded word
 * takes 75 at most. */
#define LINE_WIDTH 76
#define WORD_WIDTH 75
#define PREFIX "=?UTF-8?"

/* A plain word above this would leave no room to fold before 998. */
#define MAX_PLAIN_WORD 800

/* RFC 2047 §5 (3): what stands for itself inside an encoded word, the phrase's narrow set. */
static gboolean
is_q_literal (guchar c)
{
  return g_ascii_isalnum (c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
}

gboolean
mail_encode_needed (const char *text)
{
  gsize word = 0;

  for (const char *at = text; *at != '\0'; at++)
    {
      if ((guchar) *at >= 0x7f || (guchar) *at < 0x20)
        return TRUE;
      word = *at == ' ' ? 0 : word + 1;
      if (word > MAX_PLAIN_WORD || (at[0] == '=' && at[1] == '?'))
        return TRUE;
    }
  return FALSE;
}

static gsize
q_width (const char *text, gsize length)
{
  gsize width = 0;

  for (gsize i = 0; i < length; i++)
    width += is_q_literal (text[i]) || text[i] == ' ' ? 1 : 3;
  return width;
}

static void
append_q (GString *out, const char *text, gsize length)
{
  g_string_append (out, PREFIX "Q?");
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == ' ')
        g_string_append_c (out, '_');
      else if (is_q_literal (text[i]))
        g_string_append_c (out, text[i]);
      else
        g_string_append_printf (out, "=%02X", (guchar) text[i]);
    }
  g_string_append (out, "?=");
}

static void
append_b (GString *out, const char *text, gsize length)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *) text, length);

  g_string_append_printf (out, PREFIX "B?%s?=", encoded);
}

static void
fold (GString *out, gsize *column)
{
  g_string_append (out, "\r\n ");
  *column = 1;
}

/* How much of @text fits an encoded word of @width, in whole characters; at least one. */
static gsize
fit (const char *text, gsize length, gboolean use_q, gsize width)
{
  gsize room = width > strlen (PREFIX "Q?"
                                      "?=")
                   ? width - strlen (PREFIX "Q?"
                                            "?=")
                   : 0;
  gsize taken = 0;

  while (taken < length)
    {
      gsize next = taken + (g_utf8_next_char (text + taken) - (text + taken));
      gsize needed = use_q ? q_width (text, next) : (next + 2) / 3 * 4;

      if (needed > room && taken > 0)
        break;
      taken = next;
      if (needed > room)
        break;
    }
  return taken;
}

void
mail_encode_words (GString *out, const char *text, gsize length, gsize *column)
{
  gboolean use_q = q_width (text, length) <= (length + 2) / 3 * 4;
  gboolean first = TRUE;

  while (length > 0)
    {
      gsize room = 0;
      gsize taken = 0;
      gsize start = out->len;

      if (!first || *column + WORD_WIDTH / 2 > LINE_WIDTH)
        fold (out, column);
      start = out->len;
      room = MIN (WORD_WIDTH, LINE_WIDTH - MIN (*column, LINE_WIDTH - 24));
      taken = fit (text, length, use_q, room);
      if (use_q)
        append_q (out, text, taken);
      else
        append_b (out, text, taken);
      *column += out->len - start;
      text += taken;
      length -= taken;
      first = FALSE;
    }
}

/* Plain words: a fold goes before white space, which stays. */
void
mail_encode_plain (GString *out, const char *text, gsize length, gsize *column)
{
  gsize at = 0;

  while (at < length)
    {
      gsize end = at;

      while (end < length && text[end] == ' ')
        end++;
      while (end < length && text[end] != ' ')
        end++;
      if (*column > 1 && *column + (end - at) > LINE_WIDTH && text[at] == ' ' && end - at > 1)
        {
          g_string_append (out, "\r\n");
          *column = 0;
        }
      g_string_append_len (out, text + at, end - at);
      *column += end - at;
      at = end;
    }
}

/* From the first word that needs encoding to the last: spaces between encoded words are lost in
 * reading (RFC 2047 §6.2), so the words between them are encoded too. */
static void
find_range (const char *text, gsize *start, gsize *end)
{
  const char *word = text;

  *start = G_MAXSIZE;
  *end = 0;
  while (*word != '\0')
    {
      gsize length = strcspn (word, " ");
      g_autofree char *copy = g_strndup (word, length);

      if (mail_encode_needed (copy))
        {
          *start = MIN (*start, (gsize) (word - text));
          *end = word + length - text;
        }
      word += length;
      word += strspn (word, " ");
    }
}

char *
mail_encode_header (const char *text, gsize column)
{
  GString *out = g_string_new (NULL);
  gsize start = 0;
  gsize end = 0;

  column += 2;
  find_range (text, &start, &end);
  if (start == G_MAXSIZE)
    mail_encode_plain (out, text, strlen (text), &column);
  else
    {
      mail_encode_plain (out, text, start, &column);
      mail_encode_words (out, text + start, end - start, &column);
      mail_encode_plain (out, text + end, strlen (text + end), &column);
    }
  return g_string_free (out, FALSE);
}
