/* Labels lie: "iso-8859-1" means windows-1252, "gb2312" means GB18030, "us-ascii" means anything.
 * So a label is a first guess, and there is always a last one that cannot fail. */
#include "config.h"

#include "mail-charset.h"

#include <string.h>
#include <unicode/ucnv.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* A declared charset that fails on more than one character in this many was the wrong one. */
#define TOLERATED_RATIO 50

/* windows-1252 from 0x80 to 0x9f; the five that it leaves open read as U+FFFD. */
static const guint16 windows_1252[32] = {
  0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
  0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
  0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

/* What senders write, and what they mean (the WHATWG Encoding Standard agrees). */
static const struct
{
  const char *label;
  const char *meant;
} meanings[] = {
  { "us-ascii", NULL },
  { "ascii", NULL },
  { "ansi_x3.4-1968", NULL },
  { "unknown-8bit", NULL },
  { "x-unknown", NULL },
  { "unknown", NULL },
  { "8bit", NULL },
  { "7bit", NULL },
  { "default", NULL },
  { "default_charset", NULL },
  { "utf8", "utf-8" },
  { "unicode-1-1-utf-8", "utf-8" },
  { "iso-8859-1", "windows-1252" },
  { "iso8859-1", "windows-1252" },
  { "iso_8859-1", "windows-1252" },
  { "latin1", "windows-1252" },
  { "latin-1", "windows-1252" },
  { "cp1252", "windows-1252" },
  { "iso-8859-9", "windows-1254" },
  { "iso-8859-11", "windows-874" },
  { "tis-620", "windows-874" },
  { "iso-8859-8-i", "iso-8859-8" },
  { "iso-8859-8-e", "iso-8859-8" },
  { "gb2312", "gb18030" },
  { "gbk", "gb18030" },
  { "x-gbk", "gb18030" },
  { "ks_c_5601-1987", "windows-949" },
  { "euc-kr", "windows-949" },
  { "shift_jis", "windows-31j" },
  { "shift-jis", "windows-31j" },
  { "x-sjis", "windows-31j" },
  { "iso-2022-jp", "iso-2022-jp-2" },
  { "x-mac-roman", "macintosh" },
  { "unicode-1-1-utf-7", "utf-7" },
};

static char *
find_meaning (const char *charset)
{
  g_autofree char *label = NULL;

  if (charset == NULL || strlen (charset) > 60)
    return NULL;
  label = g_strstrip (g_ascii_strdown (charset, -1));
  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_str_equal (label, meanings[i].label))
      return g_strdup (meanings[i].meant);
  return *label != '\0' ? g_steal_pointer (&label) : NULL;
}

static gboolean
has_high_bytes (const char *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) data[i] >= 0x80)
      return TRUE;
  return FALSE;
}

/* UTF-8 that ends inside a character was cut (by us, or by a broken line), not mislabelled; but a
 * last "é" in windows-1252 looks the same, unless UTF-8 was seen before it. */
static gboolean
is_utf8_but_for_its_end (const char *data, gsize length)
{
  const char *bad = NULL;
  gsize left = 0;

  if (g_utf8_validate_len (data, length, &bad))
    return TRUE;
  left = data + length - bad;
  return left <= 3 && has_high_bytes (data, bad - data) &&
         g_utf8_get_char_validated (bad, left) == (gunichar) -2;
}

/* NUL is valid UTF-8 but not valid in a C string; everything else passes or becomes U+FFFD. */
static char *
make_valid (const char *data, gsize length, gsize *out_length)
{
  GString *out = g_string_sized_new (length + 8);

  while (length > 0)
    {
      const char *bad = NULL;

      if (g_utf8_validate_len (data, length, &bad))
        bad = data + length;
      g_string_append_len (out, data, bad - data);
      length -= bad - data;
      data = bad;
      if (length == 0)
        break;
      g_string_append (out, REPLACEMENT);
      data++;
      length--;
    }
  if (out_length != NULL)
    *out_length = out->len;
  return g_string_free (out, FALSE);
}

static char *
from_windows_1252 (const char *data, gsize length, gsize *out_length)
{
  GString *out = g_string_sized_new (length + length / 8 + 8);

  for (gsize i = 0; i < length; i++)
    {
      guchar c = data[i];

      if (c == 0)
        g_string_append (out, REPLACEMENT);
      else if (c < 0x80)
        g_string_append_c (out, c);
      else
        g_string_append_unichar (out, c < 0xa0 ? windows_1252[c - 0x80] : c);
    }
  if (out_length != NULL)
    *out_length = out->len;
  return g_string_free (out, FALSE);
}

static gsize
count_replacements (const char *text, gsize length)
{
  const char *at = text;
  gsize n = 0;

  while ((at = memmem (at, length - (at - text), REPLACEMENT, 3)) != NULL)
    {
      n++;
      at += 3;
    }
  return n;
}

/* NULL when ICU does not know the charset, or when the result is mostly replacements. */
static char *
from_declared (const char *data, gsize length, const char *charset, gsize *out_length)
{
  UErrorCode status = U_ZERO_ERROR;
  UConverter *source = NULL;
  UConverter *target = NULL;
  GString *out = NULL;
  const char *at = data;
  const char *limit = data + length;
  UChar pivot[1024];
  UChar *pivot_source = pivot;
  UChar *pivot_target = pivot;
  gboolean first = TRUE;
  char *text = NULL;
  gsize text_length = 0;

  source = ucnv_open (charset, &status);
  if (U_FAILURE (status))
    return NULL;
  target = ucnv_open ("UTF-8", &status);
  if (U_FAILURE (status))
    {
      ucnv_close (source);
      return NULL;
    }
  out = g_string_sized_new (length + length / 2 + 16);
  do
    {
      char buffer[4096];
      char *to = buffer;

      status = U_ZERO_ERROR;
      ucnv_convertEx (target,
                      source,
                      &to,
                      buffer + sizeof buffer,
                      &at,
                      limit,
                      pivot,
                      &pivot_source,
                      &pivot_target,
                      pivot + G_N_ELEMENTS (pivot),
                      first,
                      TRUE,
                      &status);
      first = FALSE;
      g_string_append_len (out, buffer, to - buffer);
    }
  while (status == U_BUFFER_OVERFLOW_ERROR);
  ucnv_close (source);
  ucnv_close (target);

  text = make_valid (out->str, out->len, &text_length);
  g_string_free (out, TRUE);
  if (U_FAILURE (status) || count_replacements (text, text_length) > 1 + length / TOLERATED_RATIO)
    g_clear_pointer (&text, g_free);
  else if (out_length != NULL)
    *out_length = text_length;
  return text;
}

/* Whether some character beyond ASCII is valid UTF-8. */
static gboolean
has_whole_characters (const char *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) data[i] >= 0xc2 &&
        g_utf8_get_char_validated (data + i, length - i) < (gunichar) -2)
      return TRUE;
  return FALSE;
}

/* ESC $ B, ESC $ @ and ESC ( J: raw Japanese, which is 7-bit and so valid UTF-8 too. */
static gboolean
has_japanese_escapes (const char *data, gsize length)
{
  const char *escape = memchr (data, 0x1b, length);

  if (escape == NULL || data + length - escape < 3)
    return FALSE;
  return (escape[1] == '$' && (escape[2] == 'B' || escape[2] == '@')) ||
         (escape[1] == '(' && escape[2] == 'J');
}

char *
mail_charset_to_utf8 (const char *data, gsize length, const char *charset, gsize *out_length)
{
  g_autofree char *declared = NULL;
  char *text = NULL;

  if (length == 0)
    {
      if (out_length != NULL)
        *out_length = 0;
      return g_strdup ("");
    }
  declared = find_meaning (charset);
  if (declared != NULL && !g_str_equal (declared, "utf-8") &&
      !g_str_equal (declared, "windows-1252"))
    {
      text = from_declared (data, length, declared, out_length);
      if (text != NULL)
        return text;
    }
  if (has_japanese_escapes (data, length))
    {
      text = from_declared (data, length, "iso-2022-jp-2", out_length);
      if (text != NULL)
        return text;
    }
  if (declared != NULL && g_str_equal (declared, "windows-1252"))
    return from_windows_1252 (data, length, out_length);
  if (is_utf8_but_for_its_end (data, length))
    return make_valid (data, length, out_length);
  if (declared != NULL && g_str_equal (declared, "utf-8"))
    {
      /* A damaged letter still has whole characters somewhere; a mislabelled one has none. */
      gsize valid_length = 0;

      text = make_valid (data, length, &valid_length);
      if (count_replacements (text, valid_length) <= 1 + length / TOLERATED_RATIO &&
          has_whole_characters (data, length))
        {
          if (out_length != NULL)
            *out_length = valid_length;
          return text;
        }
      g_free (text);
    }
  return from_windows_1252 (data, length, out_length);
}
