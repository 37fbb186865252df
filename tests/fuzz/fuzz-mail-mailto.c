/* Any mailto: URI gives a clean letter without attachments; written as a URI, it reads back equal.
 */
#include <glib.h>
#include <string.h>

#include "mail-init.h"
#include "mail-mailto.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
assert_clean (const char *text, gboolean one_line)
{
  if (text == NULL)
    return;
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (; *text != '\0'; text++)
    g_assert_true ((guchar) *text >= ' ' || (!one_line && (*text == '\n' || *text == '\t')));
}

static void
append (GString *uri, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, TRUE);

  g_string_append_printf (uri, "%c%s=%s", strchr (uri->str, '?') ? '&' : '?', name, escaped);
}

/* Only valid addresses read back for certain. */
static char *
valid_text (GPtrArray *list)
{
  g_autoptr (GPtrArray) valid = mail_address_list_new ();

  for (guint i = 0; i < list->len; i++)
    {
      MailAddress *one = list->pdata[i];

      assert_clean (one->name, TRUE);
      assert_clean (one->address, TRUE);
      if (mail_address_is_valid (one->address))
        g_ptr_array_add (valid, mail_address_new (NULL, one->address));
    }
  return mail_address_list_to_text (valid);
}

static void
check (const MailDraft *draft)
{
  g_autoptr (GString) uri = g_string_new ("mailto:");
  g_autofree char *to = valid_text (draft->to);
  g_autofree char *cc = valid_text (draft->cc);
  g_autofree char *bcc = valid_text (draft->bcc);
  g_autofree char *again_to = NULL;
  g_autofree char *again_cc = NULL;
  g_autofree char *again_bcc = NULL;
  g_autoptr (MailDraft) again = NULL;

  append (uri, "to", to);
  append (uri, "cc", cc);
  append (uri, "bcc", bcc);
  if (draft->text != NULL)
    append (uri, "body", draft->text);
  if (!mail_mailto_is (uri->str))
    return;
  again = mail_mailto_parse (uri->str);
  again_to = valid_text (again->to);
  again_cc = valid_text (again->cc);
  again_bcc = valid_text (again->bcc);
  g_assert_cmpstr (again_to, ==, to);
  g_assert_cmpstr (again_cc, ==, cc);
  g_assert_cmpstr (again_bcc, ==, bcc);
  g_assert_cmpstr (again->text, ==, draft->text);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (MailDraft) draft = NULL;

  mail_init ();
  draft = mail_mailto_parse (text);
  if (draft == NULL)
    return 0;
  g_assert_cmpuint (draft->attachments->len, ==, 0);
  g_assert_null (draft->from);
  assert_clean (draft->subject, TRUE);
  assert_clean (draft->text, FALSE);
  check (draft);
  return 0;
}
