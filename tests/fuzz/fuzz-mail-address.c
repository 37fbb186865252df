/* Any text is a list of addresses; written as a header or as text, it reads back with the same
 * valid addresses in the same order. */
#include <glib.h>
#include <string.h>

#include "mail-address.h"
#include "mail-init.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static char *
join_valid (GPtrArray *list)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const MailAddress *one = list->pdata[i];

      g_assert_true (g_utf8_validate (one->name, -1, NULL));
      if (mail_address_is_valid (one->address))
        g_string_append_printf (out, "<%s>", one->address);
    }
  return g_string_free (out, FALSE);
}

/* Only valid addresses: what is none may read as anything. */
static GPtrArray *
pick_valid (GPtrArray *list)
{
  GPtrArray *valid = mail_address_list_new ();

  for (guint i = 0; i < list->len; i++)
    if (mail_address_is_valid (((MailAddress *) list->pdata[i])->address))
      g_ptr_array_add (valid, mail_address_ref (list->pdata[i]));
  return valid;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) valid = NULL;
  g_autoptr (GPtrArray) from_header = NULL;
  g_autoptr (GPtrArray) from_text = NULL;
  g_autofree char *header = NULL;
  g_autofree char *line = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *got_header = NULL;
  g_autofree char *got_text = NULL;

  mail_init ();
  list = mail_address_parse_list (text);
  valid = pick_valid (list);
  expected = join_valid (valid);
  header = mail_address_list_to_header (valid, 2);
  line = mail_address_list_to_text (valid);
  from_header = mail_address_parse_list (header);
  from_text = mail_address_parse_list (line);
  got_header = join_valid (from_header);
  got_text = join_valid (from_text);
  g_assert_cmpstr (got_header, ==, expected);
  g_assert_cmpstr (got_text, ==, expected);
  return 0;
}
