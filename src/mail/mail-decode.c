/* RFC 2047 §2: encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?=".
 *
 * Words are decoded one by one (each may end with padding of its own) but converted together, as
 * long as their charset is the same, because encoders split characters between words. */
#include "config.h"

#include "mail-charset.h"
#include "mail-decode.h"

#include <string.h>

#define MAX_CHARSET 60

typedef struct
{
  const char *charset;
  gsize charset_length;
  char encoding; /* 'b' or 'q' */
  const char *text;
  gsize text_length;
  const char *end;
} Word;

/* The word at @at. Spaces inside the text are not allowed and still seen with "q". */
static gboolean
match_word (const char *at, Word *word)
{
  gsize length = 0;
  const char *close = NULL;

  if (at[0] != '=' || at[1] != '?')
    return FALSE;
  at += 2;
  length = strcspn (at, "? \t\"<>@");
  if (length == 0 || length > MAX_CHARSET || at[length] != '?')
    return FALSE;
  word->charset = at;
  word->charset_length = length;
  for (gsize i = 0; i < length; i++)
    if (at[i] == '*')
      word->charset_length = MIN (word->charset_length, i);
  at += length + 1;
  word->encoding = g_ascii_tolower (*at);
  if ((word->encoding != 'b' && word->encoding != 'q') || at[1] != '?')
    return FALSE;
  at += 2;
  close = at;
  while (*close != '\0' && !(close[0] == '?' && close[1] == '='))
    close++;
  if (*close == '\0')
    return FALSE;
  word->text = at;
  word->text_length = close - at;
  word->end = close + 2;
  return TRUE;
}

static void
append_q (GByteArray *bytes, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      guchar c = text[i];

      if (c == '_')
        c = ' ';
      else if (c == '=' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) &&
               g_ascii_isxdigit (text[i + 2]))
        {
          c = (guchar) (g_ascii_xdigit_value (text[i + 1]) << 4 |
                        g_ascii_xdigit_value (text[i + 2]));
          i += 2;
        }
      g_byte_array_append (bytes, &c, 1);
    }
}

gsize
mail_decode_base64 (const char *text, gsize length, guchar *out)
{
  gint state = 0;
  guint save = 0;
  gsize n = g_base64_decode_step (text, length, out, &state, &save);

  /* Missing padding: what is there still counts. */
  if (state > 1)
    n += g_base64_decode_step ("==", 4 - state, out + n, &state, &save);
  return n;
}

static void
append_b (GByteArray *bytes, const char *text, gsize length)
{
  guint start = bytes->len;
  gsize n = 0;

  g_byte_array_set_size (bytes, start + (guint) (length / 4 * 3 + 6));
  n = mail_decode_base64 (text, length, bytes->data + start);
  g_byte_array_set_size (bytes, start + (guint) n);
}

static void
flush (GString *out, GByteArray *bytes, const Word *first)
{
  g_autofree char *charset = NULL;
  g_autofree char *text = NULL;

  if (bytes->len == 0)
    return;
  charset = g_strndup (first->charset, first->charset_length);
  text = mail_charset_to_utf8 ((const char *) bytes->data, bytes->len, charset, NULL);
  g_string_append (out, text);
  g_byte_array_set_size (bytes, 0);
}

static gboolean
same_charset (const Word *a, const Word *b)
{
  return a->charset_length == b->charset_length &&
         g_ascii_strncasecmp (a->charset, b->charset, a->charset_length) == 0;
}

char *
mail_decode_words (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Word first = { 0 };
  gboolean unclosed = FALSE;
  const char *at = text;

  while (*at != '\0')
    {
      Word word = { 0 };
      const char *spaces = at;

      /* Between two encoded words white space does not count (§6.2). */
      while (*spaces == ' ' || *spaces == '\t')
        spaces++;
      if ((bytes->len > 0 || spaces == at) && !unclosed && match_word (spaces, &word))
        {
          if (bytes->len > 0 && !same_charset (&first, &word))
            flush (out, bytes, &first);
          if (bytes->len == 0)
            first = word;
          if (word.encoding == 'q')
            append_q (bytes, word.text, word.text_length);
          else
            append_b (bytes, word.text, word.text_length);
          at = word.end;
          continue;
        }
      /* Nothing after this can be closed either: looked for once, not at every "=?". */
      if (*spaces == '=' && spaces[1] == '?' && strstr (spaces, "?=") == NULL)
        unclosed = TRUE;
      flush (out, bytes, &first);
      g_string_append_c (out, *at++);
    }
  flush (out, bytes, &first);
  return g_string_free (out, FALSE);
}
