/* SASLprep by the examples of RFC 4013 §3, and the normalisation against GLib's own. */
#include "sasl-prep.h"

#include <string.h>

#include "sasl-mechanism.h"

static void
test_examples (void)
{
  static const struct
  {
    const char *typed;
    const char *prepared; /* NULL: prohibited */
  } cases[] = {
    { "I\xC2\xADX", "IX" },      /* soft hyphen: mapped to nothing */
    { "user", "user" },          /* no transformation */
    { "USER", "USER" },          /* case preserved */
    { "\xC2\xAA", "a" },         /* feminine ordinal: NFKC */
    { "\xE2\x85\xA8", "IX" },    /* Roman numeral nine: NFKC */
    { "\x07", NULL },            /* control */
    { "a\xC2\xA0z", "a z" },     /* no-break space is a space */
    { "a\xE3\x80\x80z", "a z" }, /* ideographic space */
    { "\xEF\xBF\xBD", NULL },    /* replacement character */
    { "\xEE\x80\x80", NULL },    /* private use */
    { "\xEF\xB7\x90", NULL },    /* non-character */
    { "\xE2\x80\xAE", NULL },    /* right-to-left override */
    { "a\nb", NULL },
    { "", "" },
    { "caf\xC3\xA9", "caf\xC3\xA9" },
    { "cafe\xCC\x81", "caf\xC3\xA9" },
    { "\xFF", NULL },
    { "\xC3", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize len = strlen (cases[i].typed);
      g_autofree char *exact = g_memdup2 (cases[i].typed, MAX (len, 1));
      g_autoptr (GError) error = NULL;
      g_autoptr (BaseSecret) prepared = sasl_prep (exact, len, &error);

      if (cases[i].prepared == NULL)
        g_assert_error (error, SASL_ERROR, SASL_ERROR_CREDENTIALS);
      else
        g_assert_no_error (error);
      g_assert_cmpstr (
          prepared != NULL ? base_secret_peek (prepared, NULL) : NULL, ==, cases[i].prepared);
    }
}

static void
test_normalisation (void)
{
  static const char *const texts[] = {
    "ẛ̣",    "ﬁancé", "각", "각", "q̣̇",
    "q̣̇",    "ệ",     "ệ",  "Å",  "①②",
    "カ゛", "ﷺ",     "ｶﾞ", "नि", "👩‍👩‍👧",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *expected = g_utf8_normalize (texts[i], -1, G_NORMALIZE_NFKC);
      g_autoptr (BaseSecret) prepared = sasl_prep (texts[i], strlen (texts[i]), NULL);
      g_autofree char *without = NULL;

      /* The joiners of an emoji are among what is mapped to nothing. */
      g_auto (GStrv) pieces = g_strsplit (expected, "\xE2\x80\x8D", -1);

      without = g_strjoinv ("", pieces);
      g_assert_nonnull (prepared);
      g_assert_cmpstr (base_secret_peek (prepared, NULL), ==, without);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sasl/prep/examples", test_examples);
  g_test_add_func ("/sasl/prep/normalisation", test_normalisation);
  return g_test_run ();
}
