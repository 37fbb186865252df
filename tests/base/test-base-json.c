/* The JSON writer: nesting, escapes, and bytes that are no UTF-8. */
#include "config.h"

#include "base-json.h"

#include <math.h>

static void
test_nesting (void)
{
  BaseJson *json = base_json_new ();
  g_autofree char *text = NULL;

  base_json_begin_object (json, NULL);
  base_json_add_string (json, "subject", "lunch?");
  base_json_begin_array (json, "parts");
  base_json_begin_object (json, NULL);
  base_json_end_object (json);
  base_json_add_int (json, NULL, -1);
  base_json_add_uint (json, NULL, G_MAXUINT64);
  base_json_add_bool (json, NULL, TRUE);
  base_json_add_null (json, NULL);
  base_json_begin_array (json, NULL);
  base_json_end_array (json);
  base_json_end_array (json);
  base_json_add_string (json, "text", NULL);
  base_json_add_double (json, "seconds", 0.1);
  base_json_add_double (json, "nothing", NAN);
  base_json_end_object (json);
  text = base_json_free_to_string (json);
  g_assert_cmpstr (text,
                   ==,
                   "{\"subject\":\"lunch?\",\"parts\":[{},-1,18446744073709551615,true,null,[]],"
                   "\"text\":null,\"seconds\":0.1,\"nothing\":null}");
}

static void
test_strings (void)
{
  const struct
  {
    const char *bytes;
    gssize length;
    const char *json;
  } cases[] = {
    { "", 0, "\"\"" },
    { "a\"b\\c/", 6, "\"a\\\"b\\\\c/\"" },
    { "tab\tline\nreturn\r", 16, "\"tab\\tline\\nreturn\\r\"" },
    { "\x01\x1f\x7f", 3, "\"\\u0001\\u001f\\u007f\"" },
    { "a\0b", 3, "\"a\\u0000b\"" },
    { "Zürich €", 11, "\"Zürich €\"" },
    { "\xf0\x9f\x93\xae", 4, "\"\xf0\x9f\x93\xae\"" },
    { "caf\xe9!", 5, "\"caf\xef\xbf\xbd!\"" },
    { "cut \xe2\x82", 6, "\"cut \xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xe2\x80\xa8", 3, "\"\\u2028\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BaseJson *json = base_json_new ();
      g_autofree char *exact = g_memdup2 (cases[i].bytes, cases[i].length);
      g_autofree char *text = NULL;

      base_json_add_string_len (json, NULL, exact, cases[i].length);
      g_assert_cmpstr (base_json_peek (json, NULL), ==, cases[i].json);
      text = base_json_free_to_string (json);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

static void
test_doubles (void)
{
  const double values[] = { 0, 1, -2.5, 1.0 / 3, 1e300, 5e-324, 12345.678 };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      BaseJson *json = base_json_new ();
      g_autofree char *text = NULL;

      base_json_add_double (json, NULL, values[i]);
      text = base_json_free_to_string (json);
      g_assert_true (g_ascii_strtod (text, NULL) == values[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json/nesting", test_nesting);
  g_test_add_func ("/base/json/strings", test_strings);
  g_test_add_func ("/base/json/doubles", test_doubles);
  return g_test_run ();
}
