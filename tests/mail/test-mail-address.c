/* Addresses as people and programs write them. */
#include "config.h"

#include "mail-address.h"
#include "mail-init.h"

#include <string.h>

/* What a list reads as: "name|address" joined with " / ". */
static char *
show (const char *text)
{
  g_autofree char *exact = g_strdup (text);
  g_autoptr (GPtrArray) list = mail_address_parse_list (exact);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const MailAddress *one = list->pdata[i];

      g_string_append_printf (out, "%s%s|%s", i > 0 ? " / " : "", one->name, one->address);
      g_assert_true (g_utf8_validate (one->name, -1, NULL));
      g_assert_true (g_utf8_validate (one->address, -1, NULL));
    }
  return g_string_free (out, FALSE);
}

static void
test_parse (void)
{
  const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    { "", "" },
    { "  ", "" },
    { "ada@localhost", "|ada@localhost" },
    { "Ada Lovelace <ada@b.example>", "Ada Lovelace|ada@b.example" },
    { "\"Lovelace, Ada\" <ada@b.example>", "Lovelace, Ada|ada@b.example" },
    { "ada@b.example (Ada Lovelace)", "Ada Lovelace|ada@b.example" },
    { "<ada@b.example>", "|ada@b.example" },
    { "\"ada@b.example\" <ada@b.example>", "|ada@b.example" },
    { "a@x.example, b@x.example; c@x.example", "|a@x.example / |b@x.example / |c@x.example" },
    { "a@x.example,, ,b@x.example,", "|a@x.example / |b@x.example" },
    { "=?utf-8?q?Zo=C3=AB?= <zoe@x.example>", "Zoë|zoe@x.example" },
    { "\"=?utf-8?b?Wm/Dqw==?=\" <zoe@x.example>", "Zoë|zoe@x.example" },
    { "=?iso-8859-1?Q?Andr=E9?=\r\n =?iso-8859-1?Q?_Pirard?= <p@x.example>",
      "André Pirard|p@x.example" },
    { "=?utf-8?q?Doe=2C_Jane?= <j@x.example>", "Doe, Jane|j@x.example" },
    { "undisclosed-recipients:;", "undisclosed-recipients|" },
    { "Friends: a@x.example, Bob <b@x.example>;, c@x.example",
      "|a@x.example / Bob|b@x.example / |c@x.example" },
    { "\"a b\"@x.example", "|\"a b\"@x.example" },
    { "A <\"b,c\"@x.example>, d@x.example", "A|\"b,c\"@x.example / |d@x.example" },
    { "<@relay.example,@other.example:ada@b.example>", "|ada@b.example" },
    { "ada@[IPv6:::1], b@x.example", "|ada@[IPv6:::1] / |b@x.example" },
    { "Ada ada@b.example", "Ada|ada@b.example" },
    { "ada @ b.example", "|ada@b.example" },
    { "ada . lovelace @ b . example", "|ada.lovelace@b.example" },
    { "mailto:ada@b.example", "|ada@b.example" },
    { "Ada <mailto:ada@b.example>", "Ada|ada@b.example" },
    { "Ada <ada@b.example", "Ada|ada@b.example" },
    { "\"Ada <ada@b.example>, bob@b.example", "\"Ada|ada@b.example / |bob@b.example" },
    { "Ada (the first", "|Ada (the first" },
    { "just words", "|just words" },
    { "root", "|root" },
    { "Zoë <zoe@x.example>", "Zoë|zoe@x.example" },
    { "Zo\xeb <zoe@x.example>", "Zoë|zoe@x.example" },
    { "Zoë <zoë@bücher.example>", "Zoë|zoë@bücher.example" },
    { "\"back\\\\slash \\\"q\\\"\" <a@x.example>", "back\\slash \"q\"|a@x.example" },
    { "Evil \xe2\x80\xaemoc.knab <a@x.example>", "Evil moc.knab|a@x.example" },
    { "a@x.example\r\nBcc: b@x.example", "|a@x.example / |b@x.example" },
    { "a@x.example\nb@x.example\n", "|a@x.example / |b@x.example" },
    { "Ada <<ada@b.example>>", "Ada|ada@b.example" },
  };
  g_autoptr (GPtrArray) nothing = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = show (cases[i].text);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (shown, ==, cases[i].expected);
    }
  nothing = mail_address_parse_list (NULL);
  g_assert_cmpuint (nothing->len, ==, 0);
}

static void
test_round_trip (void)
{
  const struct
  {
    const char *name;
    const char *address;
  } cases[] = {
    { "", "ada@localhost" },
    { "Ada Lovelace", "ada@b.example" },
    { "Lovelace, Ada", "ada@b.example" },
    { "A \"quoted\" \\ name", "a@x.example" },
    { "Zoë Žižek", "zoe@x.example" },
    { "山田太郎山田太郎山田太郎山田太郎山田太郎山田太郎山田太郎山田太郎山田太郎", "y@x.example" },
    { "J. Random (Hacker) <x>", "j@x.example" },
    { "a@b", "c@x.example" },
  };
  g_autoptr (GPtrArray) list = mail_address_list_new ();
  g_autoptr (GPtrArray) from_text = NULL;
  g_autoptr (GPtrArray) from_header = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;
  g_autofree char *header = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_ptr_array_add (list, mail_address_new (cases[i].name, cases[i].address));
  text = mail_address_list_to_text (list);
  header = mail_address_list_to_header (list, strlen ("To"));
  from_text = mail_address_parse_list (text);
  from_header = mail_address_parse_list (header);
  g_assert_cmpuint (from_text->len, ==, list->len);
  g_assert_cmpuint (from_header->len, ==, list->len);
  for (guint i = 0; i < list->len; i++)
    {
      g_assert_cmpstr (((MailAddress *) from_text->pdata[i])->name, ==, cases[i].name);
      g_assert_cmpstr (((MailAddress *) from_text->pdata[i])->address, ==, cases[i].address);
      g_assert_cmpstr (((MailAddress *) from_header->pdata[i])->name, ==, cases[i].name);
      g_assert_cmpstr (((MailAddress *) from_header->pdata[i])->address, ==, cases[i].address);
    }
  lines = g_strsplit (header, "\r\n", -1);
  for (char **at = lines; *at != NULL; at++)
    {
      g_assert_cmpuint (strlen (*at), <=, 78);
      g_assert_true (at == lines || **at == ' ');
      g_assert_true (g_str_is_ascii (*at));
    }
}

static void
test_valid (void)
{
  const struct
  {
    const char *address;
    gboolean valid;
  } cases[] = {
    { "ada@localhost", TRUE },
    { "ada@b.example", TRUE },
    { "ada+tag@b.example", TRUE },
    { "ada@[127.0.0.1]", TRUE },
    { "ada@[IPv6:::1]", TRUE },
    { "\"a b\"@x.example", TRUE },
    { "zoë@bücher.example", TRUE },
    { "a..b.@docomo.example", TRUE },
    { "", FALSE },
    { "ada", FALSE },
    { "@b.example", FALSE },
    { "ada@", FALSE },
    { "ada@b..example", FALSE },
    { "ada@.example", FALSE },
    { "ada@-b.example", FALSE },
    { "a da@b.example", FALSE },
    { "ada@b example", FALSE },
    { "a@b@c.example", FALSE },
    { "ada>@b.example", FALSE },
    { "ada\r\nRCPT TO:<x>@b.example", FALSE },
    { "ada@b.example\n", FALSE },
    { "\xff@b.example", FALSE },
  };
  g_autofree char *long_local = g_strnfill (65, 'a');
  g_autofree char *too_long = g_strconcat (long_local, "@b.example", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (mail_address_is_valid (cases[i].address), ==, cases[i].valid);
    }
  g_assert_false (mail_address_is_valid (NULL));
  g_assert_false (mail_address_is_valid (too_long));
}

/* Lists made to be slow: each must be read in time that grows with its length. */
static void
test_hostile (void)
{
  /* The sanitizer looks at the rest of the string with every strchr(). */
  gint64 limit = (g_getenv ("RESTANTE_SANITIZED") != NULL ? 60 : 5) * G_USEC_PER_SEC;
  const char *units[] = { "\"", "(", "<", "[", ",", ":", ";", "a@b,", "\\", "<@", "=?", "((a)" };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) list = NULL;
      gint64 start = g_get_monotonic_time ();

      while (text->len < 200000)
        g_string_append (text, units[i]);
      list = mail_address_parse_list (text->str);
      g_assert_cmpuint (list->len, <=, MAIL_MAX_ADDRESSES);
      g_assert_cmpint (g_get_monotonic_time () - start, <, limit);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/address/parse", test_parse);
  g_test_add_func ("/mail/address/round-trip", test_round_trip);
  g_test_add_func ("/mail/address/valid", test_valid);
  g_test_add_func ("/mail/address/hostile", test_hostile);
  return g_test_run ();
}
