/* Single characters instead of words from a dictionary: nothing is missed, whatever a dictionary
 * does not know, and a version of one that divides differently makes no index useless. */
#include "config.h"

#include "store-segment.h"

#include <string.h>

/* The first byte, in UTF-8, of all characters of these scripts is not below this (U+0E00, Thai). */
#define FIRST_LEAD 0xe0

static gboolean
stands_alone (gunichar c)
{
  switch ((int) g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_YI:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Marks and the long vowel of kana belong to what they stand behind. */
static gboolean
leans (gunichar c)
{
  return g_unichar_ismark (c) || c == 0x30fc || c == 0xff70 || c == 0xff9e || c == 0xff9f;
}

static gboolean
may_hold_any (const char *text, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if ((guint8) text[i] >= FIRST_LEAD)
      return TRUE;
  return FALSE;
}

char *
store_segment (const char *text, gssize given)
{
  gsize len = text == NULL ? 0 : given < 0 ? strlen (text) : (gsize) given;
  gboolean alone = FALSE;
  GString *out;

  if (text == NULL || !may_hold_any (text, len) || !g_utf8_validate_len (text, len, NULL))
    return g_strndup (text, len);
  out = g_string_sized_new (2 * len);
  for (const char *at = text; at < text + len; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!leans (c))
        {
          gboolean before = alone;

          alone = stands_alone (c);
          if ((before || alone) && out->len > 0 && c != ' ' && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        }
      g_string_append_len (out, at, g_utf8_next_char (at) - at);
    }
  return g_string_free (out, FALSE);
}
