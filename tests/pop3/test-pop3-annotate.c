/* The parts of recorded lines: the same line is explained by what was asked before it. */
#include "pop3-core.h"

#include <string.h>

/* A dialogue: lines of the client and of the server ("C: …", "S: …"), each with the parts expected,
 * as id[text], outer ones first. */
typedef struct
{
  const char *line;
  const char *parts;
} Line;

static void
annotate (BaseCore *core, const Line *expected)
{
  g_autoptr (BaseParts) parts = base_parts_new ();
  g_autoptr (GString) found = g_string_new (NULL);
  BaseDirection direction = expected->line[0] == 'C' ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN;
  g_autofree char *line = g_strconcat (expected->line + 3, "\r\n", NULL);
  gsize len = strlen (line);
  g_autofree guint8 *exact = g_memdup2 (line, len);

  base_core_annotate (core, direction, exact, len, parts);
  for (guint i = 0; i < base_parts_count (parts); i++)
    {
      const BasePart *part = base_parts_get (parts, i);

      g_assert_cmpuint (part->offset + part->length, <=, len - 2);
      g_string_append_printf (
          found, "%s%s[%.*s]", i > 0 ? " " : "", part->id, (int) part->length, line + part->offset);
    }
  g_assert_cmpstr (found->str, ==, expected->parts);
}

static const Line session[] = {
  { "S: +OK hello <1.2@x>",
    "pop3.reply.greeting[+OK hello <1.2@x>] pop3.status.ok[+OK] pop3.syntax.text[hello <1.2@x>] "
    "pop3.syntax.timestamp[<1.2@x>]" },
  { "C: CAPA", "pop3.command.capa[CAPA]" },
  { "S: +OK", "pop3.reply.capa[+OK] pop3.status.ok[+OK]" },
  { "S: SASL PLAIN SCRAM-SHA-256",
    "pop3.capability.sasl[SASL] sasl.mechanism.plain[PLAIN] "
    "sasl.mechanism.scram-sha-256[SCRAM-SHA-256]" },
  { "S: EXPIRE NEVER", "pop3.capability.expire[EXPIRE] pop3.syntax.capability-argument[NEVER]" },
  { "S: .", "pop3.syntax.dot[.]" },
  { "C: USER ada", "pop3.command.user[USER] pop3.syntax.user[ada]" },
  { "S: +OK 2 320", "pop3.reply.user[+OK 2 320] pop3.status.ok[+OK] pop3.syntax.text[2 320]" },
  { "C: PASS *******", "pop3.command.pass[PASS] pop3.syntax.secret[*******]" },
  { "S: +OK 2 320", "pop3.reply.pass[+OK 2 320] pop3.status.ok[+OK] pop3.syntax.text[2 320]" },
  { "C: STAT", "pop3.command.stat[STAT]" },
  { "S: +OK 2 320",
    "pop3.reply.stat[+OK 2 320] pop3.status.ok[+OK] pop3.syntax.count[2] pop3.syntax.size[320]" },
  { "C: LIST", "pop3.command.list[LIST]" },
  { "S: +OK 2 messages",
    "pop3.reply.list[+OK 2 messages] pop3.status.ok[+OK] pop3.syntax.text[2 messages]" },
  { "S: 1 120", "pop3.syntax.number[1] pop3.syntax.size[120]" },
  { "S: .", "pop3.syntax.dot[.]" },
  { "C: LIST 2", "pop3.command.list[LIST] pop3.syntax.number[2]" },
  { "S: +OK 2 200",
    "pop3.reply.list-one[+OK 2 200] pop3.status.ok[+OK] pop3.syntax.number[2] "
    "pop3.syntax.size[200]" },
  { "C: UIDL 1", "pop3.command.uidl[UIDL] pop3.syntax.number[1]" },
  { "S: +OK 1 whqtswO00",
    "pop3.reply.uidl-one[+OK 1 whqtswO00] pop3.status.ok[+OK] pop3.syntax.number[1] "
    "pop3.syntax.uid[whqtswO00]" },
  { "C: TOP 1 0", "pop3.command.top[TOP] pop3.syntax.number[1] pop3.syntax.lines[0]" },
  { "S: +OK", "pop3.reply.top[+OK] pop3.status.ok[+OK]" },
  { "S: .", "pop3.syntax.dot[.]" },
  { "C: QUIT", "pop3.command.quit[QUIT]" },
  { "S: -ERR [SYS/TEMP] later",
    "pop3.reply.last-error[-ERR [SYS/TEMP] later] pop3.status.err[-ERR] "
    "pop3.code.sys-temp[[SYS/TEMP]] pop3.syntax.text[later]" },
};

static const Line signing_in[] = {
  { "C: AUTH PLAIN", "pop3.command.auth[AUTH] sasl.mechanism.plain[PLAIN]" },
  { "S: + ", "pop3.syntax.continuation[+]" },
  { "C: ****", "pop3.syntax.secret[****]" },
  { "S: +OK in", "pop3.reply.auth[+OK in] pop3.status.ok[+OK] pop3.syntax.text[in]" },
};

static void
run (const Line *lines, gsize n, BaseCore *core)
{
  for (gsize i = 0; i < n; i++)
    {
      g_test_message ("%s", lines[i].line);
      annotate (core, &lines[i]);
    }
  base_core_free (core);
}

static void
test_session (void)
{
  run (session, G_N_ELEMENTS (session), BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL)));
}

/* From a checkpoint in the middle of a session, one exchange alone. */
static void
test_checkpoint (void)
{
  BaseCore *live = BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL));
  BaseCore *replay = BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL));
  g_autoptr (GVariant) checkpoint = NULL;
  GError *error = NULL;

  base_core_receive (live, (const guint8 *) "+OK\r\n", 5, 1);
  checkpoint = g_variant_ref_sink (base_core_checkpoint (live));
  g_assert_true (base_core_restore (replay, checkpoint, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (base_core_state (replay), ==, "AUTHORIZATION");
  run (signing_in, G_N_ELEMENTS (signing_in), replay);
  base_core_free (live);
}

static void
test_foreign_checkpoint (void)
{
  BaseCore *core = BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL));
  g_autoptr (GVariant) checkpoint = g_variant_ref_sink (g_variant_new_string ("x"));
  g_autoptr (GError) error = NULL;

  g_assert_false (base_core_restore (core, checkpoint, &error));
  g_assert_nonnull (error);
  base_core_free (core);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop3/annotate/session", test_session);
  g_test_add_func ("/pop3/annotate/checkpoint", test_checkpoint);
  g_test_add_func ("/pop3/annotate/foreign-checkpoint", test_foreign_checkpoint);
  return g_test_run ();
}
