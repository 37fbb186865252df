/* The small things everyone holds: secrets, causes, buffers, parts, quotations of servers. */
#include <string.h>

#include "base-buffer.h"
#include "base-cause.h"
#include "base-error.h"
#include "base-part.h"
#include "base-secret.h"

static void
test_secret (void)
{
  g_autoptr (BaseSecret) a = base_secret_new ("open\0sesame", 11);
  g_autoptr (BaseSecret) b = base_secret_new ("open\0sesame", 11);
  g_autoptr (BaseSecret) c = base_secret_new ("open\0Sesame", 11);
  g_autoptr (BaseSecret) shorter = base_secret_new ("open", -1);
  g_autoptr (BaseSecret) empty = base_secret_new ("", 0);
  g_autoptr (BaseSecret) again = base_secret_ref (a);
  gsize len;

  g_assert_true (base_secret_equal (a, b));
  g_assert_false (base_secret_equal (a, c));
  g_assert_false (base_secret_equal (a, shorter));
  g_assert_cmpmem (base_secret_peek (a, &len), 11, "open\0sesame", 11);
  g_assert_cmpuint (len, ==, 11);
  g_assert_cmpuint (base_secret_length (empty), ==, 0);
  g_assert_cmpstr (base_secret_peek (empty, NULL), ==, "");
  g_assert_true (again == a);
}

static void
test_secret_wipe (void)
{
  char text[] = "sesame";

  base_secret_wipe (text, 3);
  g_assert_cmpmem (text, 6, "\0\0\0ame", 6);
  base_secret_wipe_string (NULL);
}

/* However many begin within one millisecond, each is told from all others. */
static void
test_causes_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < 100000; i++)
    {
      g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, NULL);

      g_assert_true (g_hash_table_add (seen, g_memdup2 (&cause->id, sizeof cause->id)));
    }
}

static void
test_cause (void)
{
  g_autoptr (BaseCause) a = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (BaseCause) b = base_cause_new (BASE_CAUSE_SYNC, NULL);
  g_autoptr (BaseCause) back = base_cause_restore (a->id, a->kind, a->subject, a->when);

  g_assert_cmpuint (a->id, !=, 0);
  g_assert_cmpuint (a->id, !=, b->id);
  g_assert_cmpuint (a->id, <=, G_MAXINT64); /* SQLite's integers are signed */
  g_assert_null (b->subject);
  g_assert_cmpstr (back->subject, ==, "lunch?");
  for (int kind = 0; kind <= BASE_CAUSE_LAST; kind++)
    g_assert_cmpint (
        base_cause_kind_from_name (base_cause_kind_name ((BaseCauseKind) kind)), ==, kind);
  g_assert_cmpint (base_cause_kind_from_name ("whim"), ==, -1);
}

static void
test_buffer (void)
{
  g_autoptr (BaseBuffer) buffer = base_buffer_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint8 written = 0;
  guint8 read = 0;
  gsize len;

  (void) base_buffer_peek (buffer, &len);
  g_assert_cmpuint (len, ==, 0);
  for (int i = 0; i < 2000; i++)
    {
      guint8 bytes[97];
      gsize n = (gsize) g_rand_int_range (rand, 0, (gint32) sizeof bytes);
      const guint8 *queued;

      for (gsize j = 0; j < n; j++)
        bytes[j] = written++;
      base_buffer_append (buffer, bytes, n);
      queued = base_buffer_peek (buffer, &len);
      g_assert_cmpuint (len, ==, base_buffer_length (buffer));
      n = (gsize) g_rand_int_range (rand, 0, (gint32) MIN (len, 120) + 1);
      for (gsize j = 0; j < n; j++)
        g_assert_cmpuint (queued[j], ==, read++);
      base_buffer_consume (buffer, n);
    }
}

static void
test_parts (void)
{
  g_autoptr (BaseParts) parts = base_parts_new ();
  static const struct
  {
    const char *token;
    const char *id;
  } cases[] = {
    { "FETCH", "imap.command.fetch" }, { "BODY.PEEK[]", "imap.command.body-peek" },
    { "\\Seen", "imap.command.seen" }, { "LITERAL+", "imap.command.literal" },
    { "X--Y", "imap.command.x-y" },    { "", "imap.command." },
  };

  base_parts_add (NULL, 0, 1, "nothing");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    base_parts_add_token (parts, i, 2, "imap.command.", cases[i].token, strlen (cases[i].token));
  g_assert_cmpuint (base_parts_count (parts), ==, G_N_ELEMENTS (cases));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpstr (base_parts_get (parts, i)->id, ==, cases[i].id);
      g_assert_cmpuint (base_parts_get (parts, i)->offset, ==, i);
    }
  base_parts_clear (parts);
  g_assert_cmpuint (base_parts_count (parts), ==, 0);
  {
    g_autofree char *huge = g_strnfill (5000, 'a');

    base_parts_add_token (parts, 0, 5000, "imap.command.", huge, 5000);
    g_assert_cmpuint (strlen (base_parts_get (parts, 0)->id), <, 200);
  }
}

static void
test_quote (void)
{
  static const struct
  {
    const char *text;
    gssize len;
    gsize max;
    const char *quoted;
  } cases[] = {
    { "Mailbox is full", -1, 100, "Mailbox is full" },
    { "Mailbox is full", 7, 100, "Mailbox" },
    { "Mailbox is full", -1, 7, "Mailbox…" },
    { "Zoë", -1, 3, "Zoë" },
    { "a\r\nb\tc", -1, 100, "a  b c" },
    { "  padded \r\n", -1, 100, "padded" },
    { "\x1B[31mred", -1, 100, "[31mred" },
    { "a\xFFz", -1, 100, "a\xEF\xBF\xBDz" },
    { "\xE2\x80\xAEtxt", -1, 100, "txt" }, /* right-to-left override */
    { "%s%n", -1, 100, "%s%n" },
    { "", 0, 10, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *quoted = base_error_quote (cases[i].text, cases[i].len, cases[i].max);

      g_assert_cmpstr (quoted, ==, cases[i].quoted);
    }
}

static BaseRetry
by_code (int code)
{
  return code == 1 ? BASE_RETRY_FINAL : BASE_RETRY_USER;
}

static void
test_retry (void)
{
  GQuark domain = g_quark_from_static_string ("test-base-error");
  g_autoptr (GError) first = g_error_new_literal (domain, 1, "x");
  g_autoptr (GError) second = g_error_new_literal (domain, 2, "x");
  g_autoptr (GError) stranger = g_error_new_literal (G_FILE_ERROR, 2, "x");

  base_error_register (domain, by_code);
  g_assert_cmpint (base_error_retry (first), ==, BASE_RETRY_FINAL);
  g_assert_cmpint (base_error_retry (second), ==, BASE_RETRY_USER);
  g_assert_cmpint (base_error_retry (stranger), ==, BASE_RETRY_AGAIN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/secret", test_secret);
  g_test_add_func ("/base/secret/wipe", test_secret_wipe);
  g_test_add_func ("/base/cause", test_cause);
  g_test_add_func ("/base/causes-differ", test_causes_differ);
  g_test_add_func ("/base/buffer", test_buffer);
  g_test_add_func ("/base/parts", test_parts);
  g_test_add_func ("/base/error/quote", test_quote);
  g_test_add_func ("/base/error/retry", test_retry);
  return g_test_run ();
}
