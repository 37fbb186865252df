/* The parts of recorded lines: the same line is explained by what was asked before it. */
#include "smtp-core.h"

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
  { "S: 220 x ESMTP", "smtp.reply.220[220 x ESMTP] smtp.reply.220[220] smtp.syntax.text[x ESMTP]" },
  { "C: EHLO me.example", "smtp.command.ehlo[EHLO] smtp.syntax.domain[me.example]" },
  { "S: 250-x greets me",
    "smtp.reply.250-ehlo[250-x greets me] smtp.reply.250[250] smtp.syntax.text[x greets me]" },
  { "S: 250-SIZE 1000",
    "smtp.reply.250-ehlo[250-SIZE 1000] smtp.reply.250[250] smtp.keyword.size[SIZE] "
    "smtp.syntax.keyword-argument[1000]" },
  { "S: 250 AUTH PLAIN",
    "smtp.reply.250-ehlo[250 AUTH PLAIN] smtp.reply.250[250] smtp.keyword.auth[AUTH] "
    "sasl.mechanism.plain[PLAIN]" },
  { "C: AUTH PLAIN ****",
    "smtp.command.auth[AUTH] sasl.mechanism.plain[PLAIN] smtp.syntax.initial-response[****]" },
  { "S: 235 2.7.0 in",
    "smtp.reply.235-auth[235 2.7.0 in] smtp.reply.235[235] smtp.enhanced.x-7-0[2.7.0] "
    "smtp.syntax.text[in]" },
  { "C: MAIL FROM:<ada@a.example> SIZE=12",
    "smtp.command.mail[MAIL FROM:] smtp.syntax.reverse-path[<ada@a.example>] "
    "smtp.parameter.size[SIZE=12]" },
  { "C: RCPT TO:<bob@b.example>",
    "smtp.command.rcpt[RCPT TO:] smtp.syntax.forward-path[<bob@b.example>]" },
  { "C: DATA", "smtp.command.data[DATA]" },
  { "S: 250 2.1.0 fine",
    "smtp.reply.250-mail[250 2.1.0 fine] smtp.reply.250[250] smtp.enhanced.x-1-0[2.1.0] "
    "smtp.syntax.text[fine]" },
  { "S: 550-5.1.1 nobody",
    "smtp.reply.550-rcpt[550-5.1.1 nobody] smtp.reply.550[550] smtp.enhanced.x-1-1[5.1.1] "
    "smtp.syntax.text[nobody]" },
  { "S: 550 5.1.1 here",
    "smtp.reply.550-rcpt[550 5.1.1 here] smtp.reply.550[550] smtp.enhanced.x-1-1[5.1.1] "
    "smtp.syntax.text[here]" },
  { "S: 354 go on", "smtp.reply.354-data[354 go on] smtp.reply.354[354] smtp.syntax.text[go on]" },
  { "C: .", "smtp.syntax.dot[.]" },
  { "S: 250 2.0.0 kept",
    "smtp.reply.250-data[250 2.0.0 kept] smtp.reply.250[250] smtp.enhanced.x-0-0[2.0.0] "
    "smtp.syntax.text[kept]" },
  { "C: QUIT", "smtp.command.quit[QUIT]" },
  { "S: 221 bye", "smtp.reply.221-quit[221 bye] smtp.reply.221[221] smtp.syntax.text[bye]" },
};

static const Line signing_in[] = {
  { "C: AUTH LOGIN", "smtp.command.auth[AUTH] sasl.mechanism.login[LOGIN]" },
  { "S: 334 ****", "smtp.reply.334-auth[334 ****] smtp.reply.334[334] smtp.syntax.secret[****]" },
  { "C: ****", "smtp.syntax.secret[****]" },
  { "S: 535 5.7.8 no",
    "smtp.reply.535-auth[535 5.7.8 no] smtp.reply.535[535] smtp.enhanced.x-7-8[5.7.8] "
    "smtp.syntax.text[no]" },
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
  run (session, G_N_ELEMENTS (session), BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL)));
}

/* From a checkpoint in the middle of a session, one exchange alone. */
static void
test_checkpoint (void)
{
  BaseCore *live = BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL));
  BaseCore *replay = BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL));
  g_autoptr (GVariant) checkpoint = NULL;
  GError *error = NULL;

  base_core_receive (live, (const guint8 *) "220 x\r\n", 7, 1);
  checkpoint = g_variant_ref_sink (base_core_checkpoint (live));
  g_assert_true (base_core_restore (replay, checkpoint, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (base_core_state (replay), ==, "start");
  run (signing_in, G_N_ELEMENTS (signing_in), replay);
  base_core_free (live);
}

static void
test_foreign_checkpoint (void)
{
  BaseCore *core = BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL));
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
  g_test_add_func ("/smtp/annotate/session", test_session);
  g_test_add_func ("/smtp/annotate/checkpoint", test_checkpoint);
  g_test_add_func ("/smtp/annotate/foreign-checkpoint", test_foreign_checkpoint);
  return g_test_run ();
}
