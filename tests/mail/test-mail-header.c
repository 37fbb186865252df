/* Header blocks and the values in them. */
#include "config.h"

#include "mail-charset.h"
#include "mail-date.h"
#include "mail-encode.h"
#include "mail-header.h"
#include "mail-init.h"

#include <string.h>

static void
test_decode (void)
{
  const struct
  {
    const char *value;
    const char *expected;
  } cases[] = {
    { " lunch?", "lunch?" },
    { "a\r\n b\r\n\tc", "a b c" },
    { "=?utf-8?Q?caf=C3=A9?=", "café" },
    { "=?UTF-8?B?Y2Fmw6k=?= =?UTF-8?B?IG5vaXI=?=", "café noir" },
    /* One character split over two words, as careless encoders do. */
    { "=?utf-8?B?5bGx?= =?utf-8?B?55Q=?= =?utf-8?B?sOWkqg==?=", "山田太" },
    { "=?utf-8?Q?caf=C3?=\r\n =?utf-8?Q?=A9?=", "café" },
    { "=?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", "日本語" },
    { "=?koi8-r?B?8NLJ18XU?=", "Привет" },
    { "=?iso-8859-1?q?a_=80_b?=", "a € b" },
    { "=?utf-8?q?unfinished", "=?utf-8?q?unfinished" },
    { "=?no-such-charset?q?abc?=", "abc" },
    { "\x1b$BF|K\\8l\x1b(B", "日本語" },
    { "caf\xc3\xa9", "café" },
    { "caf\xe9", "café" },
    { "tab\tand\x01"
      "control",
      "tab and control" },
    { "=?utf-8?q?inject=0D=0ABcc:_x?=", "inject Bcc: x" },
    { "plain =?utf-8?q?=C3=A9?= plain", "plain é plain" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *decoded = mail_decode_header (cases[i].value);
      g_autofree char *exact = g_memdup2 (cases[i].value, strlen (cases[i].value));
      g_autofree char *same = mail_decode_header_len (exact, strlen (cases[i].value));

      g_assert_cmpstr (decoded, ==, cases[i].expected);
      g_assert_cmpstr (same, ==, cases[i].expected);
    }
}

static void
test_encode (void)
{
  const char *const cases[] = {
    "lunch?",
    "",
    "Déjeuner demain à midi ?",
    "plain words and then an é in the middle of a long subject that has to be folded somewhere",
    "日本語の件名日本語の件名日本語の件名日本語の件名日本語の件名日本語の件名日本語の件名",
    "a subject of plain words that is long enough that it must be folded at one of its spaces",
    "=?utf-8?q?not_an_encoded_word?=",
    "📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮📮",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *encoded = mail_encode_header (cases[i], strlen ("Subject"));
      g_autofree char *decoded = mail_decode_header (encoded);
      g_auto (GStrv) lines = g_strsplit (encoded, "\r\n", -1);

      g_assert_true (g_str_is_ascii (encoded));
      g_assert_cmpstr (decoded, ==, cases[i]);
      for (guint line = 0; lines[line] != NULL; line++)
        g_assert_cmpuint (strlen (lines[line]) + (line == 0 ? 9 : 0), <=, 78);
    }
}

static void
test_encode_long_word (void)
{
  g_autofree char *word = g_strnfill (5000, 'x');
  g_autofree char *encoded = mail_encode_header (word, strlen ("Subject"));
  g_autofree char *decoded = mail_decode_header (encoded);
  g_auto (GStrv) lines = g_strsplit (encoded, "\r\n", -1);

  g_assert_cmpstr (decoded, ==, word);
  for (guint line = 0; lines[line] != NULL; line++)
    g_assert_cmpuint (strlen (lines[line]), <=, 78);
}

static void
test_scan (void)
{
  const struct
  {
    const char *block;
    gsize length; /* of the block */
    guint fields;
  } cases[] = {
    { "", 0, 0 },
    { "\r\nbody", 2, 0 },
    { "\nbody", 1, 0 },
    { "A: 1\r\nB: 2\r\n\r\nbody", 14, 2 },
    { "A: 1\nB: 2\n\nbody", 11, 2 },
    { "A: 1\nB", 6, 1 },
    { "A : obsolete\n\n", 14, 1 },
    { "A: 1\n folded\n\tmore\n\n", 20, 1 },
    { "From ada Sun Nov 22\nA: 1\n\n", 26, 1 },
    { "just text\nA: 1\n\n", 0, 0 },
    { "A: 1\njunk line\n and its fold\nB: 2\n\n", 35, 2 },
    { " starts folded\nA: 1\n\n", 0, 0 },
    { ": no name\n\n", 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
      gsize size = strlen (cases[i].block);
      g_autofree char *exact = g_memdup2 (cases[i].block, size);

      g_test_message ("%s", cases[i].block);
      g_assert_cmpuint (mail_header_scan (exact, size, fields), ==, cases[i].length);
      g_assert_cmpuint (fields->len, ==, cases[i].fields);
      for (gsize cut = 0; cut < size; cut++)
        {
          g_autofree char *part = g_memdup2 (cases[i].block, cut);

          g_assert_cmpuint (mail_header_scan (part, cut, NULL), <=, cut);
        }
    }
}

static void
test_ids (void)
{
  g_auto (GStrv) plain = mail_header_parse_ids (" <a@b>\r\n\t<c@d> (comment) <e@ f>");
  g_auto (GStrv) bare = mail_header_parse_ids ("a@b");
  g_auto (GStrv) words = mail_header_parse_ids ("Message of Sunday");
  g_auto (GStrv) nothing = mail_header_parse_ids (NULL);
  g_autoptr (GString) many = g_string_new (NULL);
  g_auto (GStrv) bounded = NULL;

  g_assert_cmpuint (g_strv_length (plain), ==, 3);
  g_assert_cmpstr (plain[0], ==, "a@b");
  g_assert_cmpstr (plain[2], ==, "e@f");
  g_assert_cmpstr (bare[0], ==, "a@b");
  g_assert_null (words[0]);
  g_assert_null (nothing[0]);
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (many, "<%u@x>", i);
  bounded = mail_header_parse_ids (many->str);
  g_assert_cmpuint (g_strv_length (bounded), ==, MAIL_MAX_REFERENCES);
  g_assert_cmpstr (bounded[0], ==, "0@x");
  g_assert_cmpstr (bounded[MAIL_MAX_REFERENCES - 1], ==, "4999@x");
}

static void
test_dates (void)
{
  const struct
  {
    const char *text;
    gboolean readable;
    gint64 utc;
    int offset;
  } cases[] = {
    { "Sun, 22 Nov 2026 09:41:00 +0100", TRUE, 1795336860, 60 },
    { "Sun, 22 Nov 2026 09:41:00 +0100 (CET)", TRUE, 1795336860, 60 },
    { "22 Nov 2026 08:41 GMT", TRUE, 1795336860, 0 },
    { "Sun, 22 Nov 26 03:41:00 EST", TRUE, 1795336860, -300 },
    { "Sun Nov 22 08:41:00 2026", TRUE, 1795336860, 0 },
    { "Sun, 22 Nov 2026 14:26:00 +0545", TRUE, 1795336860, 345 },
    { "", FALSE, 0, 0 },
    { "yesterday", FALSE, 0, 0 },
    { NULL, FALSE, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 utc = -1;
      int offset = -1;

      g_test_message ("%s", cases[i].text != NULL ? cases[i].text : "(null)");
      g_assert_cmpint (mail_date_parse (cases[i].text, &utc, &offset), ==, cases[i].readable);
      g_assert_cmpint (utc, ==, cases[i].utc);
      g_assert_cmpint (offset, ==, cases[i].offset);
      if (cases[i].readable)
        {
          g_autofree char *text = mail_date_format (utc, offset);
          gint64 again = 0;

          g_assert_true (mail_date_parse (text, &again, &offset));
          g_assert_cmpint (again, ==, cases[i].utc);
          g_assert_cmpint (offset, ==, cases[i].offset);
        }
    }
  for (gint64 utc = G_MININT64; utc < 0; utc /= 7)
    {
      g_autofree char *text = mail_date_format (utc, (int) (utc % 3000));

      g_assert_nonnull (text);
    }
}

static void
test_charsets (void)
{
  const struct
  {
    const char *bytes;
    const char *charset;
    const char *expected;
  } cases[] = {
    { "caf\xe9", "iso-8859-1", "café" },
    { "caf\xe9", NULL, "café" },
    { "caf\xc3\xa9", NULL, "café" },
    { "caf\xc3\xa9", "us-ascii", "café" },
    { "caf\xe9", "utf-8", "café" },
    { "caf\xe9", "no-such-charset", "café" },
    { "\x80 \x93quoted\x94", "ISO-8859-1", "€ “quoted”" },
    { "\xf0\xd2\xc9\xd7\xc5\xd4", "koi8-r", "Привет" },
    { "\x93\xfa\x96{\x8c\xea", "Shift_JIS", "日本語" },
    { "\x1b$BF|K\\8l\x1b(B", "iso-2022-jp", "日本語" },
    { "\x1b$BF|K\\8l\x1b(B", NULL, "日本語" },
    { "\xc4\xe3\xba\xc3", "gb2312", "你好" },
    { "\xb0\xa1", "ks_c_5601-1987", "가" },
    { "Hi +AOk-", "utf-7", "Hi é" },
    { "n\xc3\xa9 cut \xe2\x82", "utf-8", "né cut \xef\xbf\xbd\xef\xbf\xbd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize size = strlen (cases[i].bytes);
      g_autofree char *exact = g_memdup2 (cases[i].bytes, size);
      gsize length = 0;
      g_autofree char *text = mail_charset_to_utf8 (exact, size, cases[i].charset, &length);

      g_test_message ("%s %s", cases[i].charset != NULL ? cases[i].charset : "", cases[i].expected);
      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_cmpuint (length, ==, strlen (text));
    }
  for (guint seed = 0; seed < 300; seed++)
    {
      static const char *const charsets[] = { NULL,          "utf-8",      "utf-16",
                                              "big5",        "utf-7",      "gbk",
                                              "iso-2022-kr", "hz-gb-2312", "iso-8859-1" };
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      char bytes[97];
      g_autofree char *text = NULL;

      for (gsize i = 0; i < sizeof bytes; i++)
        bytes[i] = (char) g_rand_int_range (rand, 0, 256);
      text = mail_charset_to_utf8 (
          bytes, sizeof bytes, charsets[seed % G_N_ELEMENTS (charsets)], NULL);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/header/decode", test_decode);
  g_test_add_func ("/mail/header/encode", test_encode);
  g_test_add_func ("/mail/header/encode-long-word", test_encode_long_word);
  g_test_add_func ("/mail/header/scan", test_scan);
  g_test_add_func ("/mail/header/ids", test_ids);
  g_test_add_func ("/mail/header/dates", test_dates);
  g_test_add_func ("/mail/header/charsets", test_charsets);
  return g_test_run ();
}
