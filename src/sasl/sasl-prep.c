/* SASLprep with GLib's Unicode tables. The normalisation is spelled out here, because
 * g_utf8_normalize() leaves copies of the password in freed memory. */
#include "config.h"

#include "sasl-prep.h"

#include <glib/gi18n-lib.h>

#include "sasl-mechanism.h"

typedef struct
{
  gunichar first, last;
} Range;

/* RFC 3454, table B.1: mapped to nothing. */
static const Range nothing[] = {
  { 0x00AD, 0x00AD }, { 0x034F, 0x034F }, { 0x1806, 0x1806 }, { 0x180B, 0x180D },
  { 0x200B, 0x200D }, { 0x2060, 0x2060 }, { 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF },
};

/* Tables C.2.2 and C.6 to C.9; controls, private use, surrogates and non-characters are found by
 * their category. */
static const Range prohibited[] = {
  { 0x0340, 0x0341 },   { 0x06DD, 0x06DD },   { 0x070F, 0x070F }, { 0x180E, 0x180E },
  { 0x200E, 0x200F },   { 0x2028, 0x2029 },   { 0x202A, 0x202E }, { 0x2061, 0x2063 },
  { 0x206A, 0x206F },   { 0x2FF0, 0x2FFB },   { 0xFFF9, 0xFFFD }, { 0x1D173, 0x1D17A },
  { 0xE0001, 0xE0001 }, { 0xE0020, 0xE007F },
};

static gboolean
in_ranges (const Range *ranges, gsize n, gunichar c)
{
  for (gsize i = 0; i < n; i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_prohibited (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_PRIVATE_USE ||
         type == G_UNICODE_SURROGATE || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF) ||
         in_ranges (prohibited, G_N_ELEMENTS (prohibited), c);
}

/* Canonical ordering: marks of lower class first, equal ones as they stood. */
static void
order (gunichar *text, gsize len)
{
  for (gsize i = 1; i < len; i++)
    {
      gunichar c = text[i];
      int class = g_unichar_combining_class (c);
      gsize at = i;

      while (class != 0 && at > 0 && g_unichar_combining_class (text[at - 1]) > class)
        {
          text[at] = text[at - 1];
          at--;
        }
      text[at] = c;
    }
}

/* Canonical composition in place; returns the new length. */
static gsize
compose (gunichar *text, gsize len)
{
  gsize out = 0;
  gsize starter = 0;
  gboolean has_starter = FALSE;

  for (gsize i = 0; i < len; i++)
    {
      gunichar c = text[i];
      gunichar composed;
      int class = g_unichar_combining_class (c);
      gboolean blocked = out > starter + 1 && g_unichar_combining_class (text[out - 1]) >= class;

      if (has_starter && !blocked && g_unichar_compose (text[starter], c, &composed))
        {
          text[starter] = composed;
          continue;
        }
      if (class == 0)
        {
          starter = out;
          has_starter = TRUE;
        }
      text[out++] = c;
    }
  return out;
}

static BaseSecret *
encode (const gunichar *text, gsize len)
{
  gsize size = len * 6 + 1;
  char *utf8 = g_malloc (size);
  gsize used = 0;
  BaseSecret *secret;

  for (gsize i = 0; i < len; i++)
    used += (gsize) g_unichar_to_utf8 (text[i], utf8 + used);
  secret = base_secret_new (utf8, (gssize) used);
  base_secret_wipe (utf8, size);
  g_free (utf8);
  return secret;
}

/* Maps and decomposes valid UTF-8 into @to, which has room; returns the characters written. */
static gsize
decompose (const char *text, gsize len, gunichar *to)
{
  gsize n = 0;

  for (const char *p = text; p < text + len; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (in_ranges (nothing, G_N_ELEMENTS (nothing), c))
        continue;
      if (c > 0x7F && g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR)
        c = ' ';
      n += g_unichar_fully_decompose (c, TRUE, to + n, G_UNICHAR_MAX_DECOMPOSITION_LENGTH);
    }
  return n;
}

BaseSecret *
sasl_prep (const char *text, gsize len, GError **error)
{
  gsize room = len * G_UNICHAR_MAX_DECOMPOSITION_LENGTH + 1;
  g_autoptr (BaseSecret) prepared = NULL;
  gboolean good = g_utf8_validate_len (text, len, NULL);
  gunichar *wide;
  gsize n;

  if (good)
    {
      wide = g_new0 (gunichar, room);
      n = decompose (text, len, wide);
      order (wide, n);
      n = compose (wide, n);
      for (gsize i = 0; i < n; i++)
        good = good && !is_prohibited (wide[i]);
      prepared = encode (wide, n);
      base_secret_wipe (wide, room * sizeof (gunichar));
      g_free (wide);
    }
  if (!good)
    {
      g_set_error_literal (error,
                           SASL_ERROR,
                           SASL_ERROR_CREDENTIALS,
                           _ ("The user name or the password holds a character that cannot be "
                              "used to sign in. Type it again, or set another password."));
      return NULL;
    }
  return g_steal_pointer (&prepared);
}
