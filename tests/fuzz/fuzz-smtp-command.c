/* One command line: what is parsed, written and parsed again is the same; the secret stands inside
 * the line; and the annotator's parts do too. */
#include <glib.h>
#include <string.h>

#include "smtp-command.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check_parts (const BaseParts *parts, gsize len)
{
  for (guint i = 0; i < base_parts_count (parts); i++)
    {
      const BasePart *part = base_parts_get (parts, i);

      g_assert_cmpuint ((gsize) part->offset + part->length, <=, len);
    }
}

static void
assert_same (const SmtpCommand *a, const SmtpCommand *b)
{
  g_assert_cmpint (a->verb, ==, b->verb);
  g_assert_cmpstr (a->argument, ==, b->argument);
  g_assert_cmpuint (a->size, ==, b->size);
  g_assert_cmpint (a->last, ==, b->last);
  if (a->parameters != NULL)
    g_assert_cmpstrv (a->parameters, b->parameters);
  g_assert_true ((a->secret == NULL) == (b->secret == NULL));
  if (a->secret != NULL)
    g_assert_true (base_secret_equal (a->secret, b->secret));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (BaseParts) parts = base_parts_new ();
  g_autoptr (SmtpCommand) command = NULL;
  g_autoptr (SmtpCommand) again = NULL;
  g_autoptr (GString) line = NULL;
  BaseSecretSpan secret;
  const guint8 *end;

  if (size == 0)
    return 0;
  end = memchr (data, '\n', size);
  if (end != NULL)
    size = (gsize) (end - data);
  command = smtp_command_parse (data, size, &secret, parts, NULL);
  g_assert_cmpuint (secret.offset + secret.length, <=, size);
  check_parts (parts, size);
  if (command == NULL || command->verb == SMTP_VERB_UNKNOWN || !smtp_command_is_sendable (command))
    return 0;
  line = smtp_command_write (command, &secret);
  g_assert_cmpuint (secret.offset + secret.length, <=, line->len - 2);
  again = smtp_command_parse ((const guint8 *) line->str, line->len - 2, &secret, NULL, NULL);
  g_assert_nonnull (again);
  assert_same (command, again);
  return 0;
}
