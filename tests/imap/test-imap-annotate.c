/* What the annotator says of recorded lines. */
#include "config.h"

#include "imap-core.h"

#include <string.h>

typedef struct
{
  const char *line;  /* "C: " or "S: ", without its line end */
  const char *parts; /* "text=id" of each part, separated by "; " */
} Line;

static const Line session[] = {
  { "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+ LITERAL-] ready",
    "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+ LITERAL-] ready=imap.response.greeting; "
    "*=imap.arg.untagged; OK=imap.response.ok; "
    "CAPABILITY=imap.code.capability; IMAP4rev1=imap.capability.imap4rev1; "
    "AUTH=PLAIN=imap.capability.auth; PLAIN=sasl.mechanism.plain; "
    "LITERAL+=imap.capability.literal-plus; LITERAL-=imap.capability.literal-minus; "
    "ready=imap.arg.text" },
  { "C: a1 LOGIN \"ada\" *****",
    "a1=imap.arg.tag; LOGIN=imap.command.login; \"ada\"=imap.arg.user; *****=imap.arg.secret" },
  { "S: a1 NO [AUTHENTICATIONFAILED] wrong",
    "a1=imap.arg.tag; NO=imap.response.no; AUTHENTICATIONFAILED=imap.code.authenticationfailed; "
    "wrong=imap.arg.text" },
  { "C: a2 AUTHENTICATE SCRAM-SHA-256",
    "a2=imap.arg.tag; AUTHENTICATE=imap.command.authenticate; "
    "SCRAM-SHA-256=sasl.mechanism.scram-sha-256" },
  { "S: + ****", "+=imap.response.continuation; ****=sasl.syntax.challenge" },
  { "C: ******", "******=sasl.syntax.response" },
  { "S: a2 OK in", "a2=imap.arg.tag; OK=imap.response.ok; in=imap.arg.text" },
  { "C: a3 SELECT \"Entw&APw-rfe\" (CONDSTORE)",
    "a3=imap.arg.tag; SELECT=imap.command.select; \"Entw&APw-rfe\"=imap.arg.mailbox; "
    "CONDSTORE=imap.arg.condstore" },
  { "S: * 3 EXISTS", "*=imap.arg.untagged; 3=imap.arg.number; EXISTS=imap.response.exists" },
  { "S: * OK [UIDVALIDITY 38505] valid",
    "*=imap.arg.untagged; OK=imap.response.ok; UIDVALIDITY=imap.code.uidvalidity; "
    "38505=imap.arg.number; valid=imap.arg.text" },
  { "S: * OK [PERMANENTFLAGS (\\Seen $Junk \\*)] flags",
    "*=imap.arg.untagged; OK=imap.response.ok; PERMANENTFLAGS=imap.code.permanentflags; "
    "\\Seen=imap.flag.seen; $Junk=imap.flag.junk; \\*=imap.flag.any; flags=imap.arg.text" },
  { "S: a3 OK [READ-WRITE] done",
    "a3=imap.arg.tag; OK=imap.response.ok; READ-WRITE=imap.code.read-write; done=imap.arg.text" },
  { "C: a7 UID FETCH 4711 (FLAGS BODY.PEEK[])",
    "a7=imap.arg.tag; UID FETCH=imap.command.uid-fetch; 4711=imap.arg.uid-set; "
    "FLAGS=imap.item.flags; BODY.PEEK=imap.item.body-peek; []=imap.part.section-all" },
  { "S: * 12 FETCH (UID 4711 FLAGS (\\Seen) BODY[] {48213}\r\n)",
    "*=imap.arg.untagged; 12=imap.arg.seq; FETCH=imap.response.fetch; UID=imap.item.uid; "
    "4711=imap.arg.uid-set; FLAGS=imap.item.flags; \\Seen=imap.flag.seen; "
    "BODY=imap.item.body-section; []=imap.part.section-all; {48213}|=imap.arg.literal" },
  { "C: a8 FETCH 1:3 (BODY[1.2.HEADER.FIELDS (DATE)]<0.10>)",
    "a8=imap.arg.tag; FETCH=imap.command.fetch; 1:3=imap.arg.sequence-set; "
    "BODY=imap.item.body-section; 1.2=imap.part.section-number; "
    "HEADER.FIELDS=imap.part.section-header-fields; <0.10>=imap.part.section-partial" },
  { "C: a9 UID STORE 7 +FLAGS.SILENT (\\Deleted)",
    "a9=imap.arg.tag; UID STORE=imap.command.uid-store; 7=imap.arg.uid-set; "
    "+FLAGS.SILENT=imap.arg.store-add; \\Deleted=imap.flag.deleted" },
  { "C: b1 APPEND \"Sent\" (\\Seen) {310}\r\n",
    "b1=imap.arg.tag; APPEND=imap.command.append; \"Sent\"=imap.arg.mailbox; "
    "\\Seen=imap.flag.seen; {310}|=imap.arg.literal" },
  { "C: b2 LIST \"\" \"*\" RETURN (SPECIAL-USE)",
    "b2=imap.arg.tag; LIST=imap.command.list; \"\"=imap.arg.reference; \"*\"=imap.arg.pattern; "
    "SPECIAL-USE=imap.option.special-use" },
  { "S: * LIST (\\HasNoChildren \\Sent) \"/\" Sent",
    "*=imap.arg.untagged; LIST=imap.response.list; \\HasNoChildren=imap.attribute.hasnochildren; "
    "\\Sent=imap.use.sent; \"/\"=imap.arg.delimiter; Sent=imap.arg.mailbox" },
  { "C: b3 SEARCH UNSEEN SINCE 1-Feb-2024",
    "b3=imap.arg.tag; SEARCH=imap.command.search; UNSEEN=imap.key.unseen; SINCE=imap.key.since; "
    "1-Feb-2024=imap.arg.date" },
  { "C: b4 IDLE", "b4=imap.arg.tag; IDLE=imap.command.idle" },
  { "S: + idling", "+=imap.response.continuation; idling=imap.arg.text" },
  { "C: DONE", "DONE=imap.command.done" },
  { "C: b5 SELECT {5}\r\nINBOX (CONDSTORE)",
    "b5=imap.arg.tag; SELECT=imap.command.select; {5}|INBOX=imap.arg.mailbox; "
    "CONDSTORE=imap.arg.condstore" },
  { "C: b6 STATUS INBOX (MESSAGES",
    "b6=imap.arg.tag; STATUS=imap.command.status; INBOX=imap.arg.mailbox; "
    "MESSAGES=imap.status.messages" },
  /* Behind UID the numbers are no positions. */
  { "S: * ESEARCH (TAG \"a5\") UID ALL 1:3",
    "*=imap.arg.untagged; ESEARCH=imap.response.esearch; TAG=imap.option.tag; "
    "\"a5\"=imap.part.esearch-tag; "
    "UID=imap.part.esearch-uid; ALL=imap.option.all; 1:3=imap.arg.uid-set" },
  { "S: * NAMESPACE ((\"INBOX.\" \".\")) NIL NIL",
    "*=imap.arg.untagged; NAMESPACE=imap.response.namespace; "
    "\"INBOX.\"=imap.part.namespace-prefix; \".\"=imap.arg.delimiter" },
  { "S: * 1 FETCH (BODYSTRUCTURE (\"TEXT\" \"HTML\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 12 1 "
    "NIL (\"INLINE\" NIL) \"fr\" \"a/b\"))",
    "*=imap.arg.untagged; 1=imap.arg.seq; FETCH=imap.response.fetch; "
    "BODYSTRUCTURE=imap.item.bodystructure; \"TEXT\"=imap.part.body-type; "
    "\"HTML\"=imap.part.body-type; (\"CHARSET\" \"utf-8\")=imap.part.body-parameters; "
    "NIL=imap.part.body-id; NIL=imap.part.body-description; \"7BIT\"=imap.part.body-encoding; "
    "12=imap.part.body-size; 1=imap.part.body-lines; NIL=imap.part.body-md5; "
    "(\"INLINE\" NIL)=imap.part.body-disposition; \"fr\"=imap.part.body-language; "
    "\"a/b\"=imap.part.body-location" },
  { "S: * BYE [UNAVAILABLE] later",
    "*=imap.arg.untagged; BYE=imap.response.bye; UNAVAILABLE=imap.code.unavailable; "
    "later=imap.arg.text" },
};

static char *
explain (ImapCore *core, const char *line)
{
  g_autofree char *whole = g_strconcat (line + 3, "\r\n", NULL);
  g_autofree guint8 *exact = g_memdup2 (whole, strlen (whole));
  g_autoptr (BaseParts) parts = base_parts_new ();
  GString *out = g_string_new (NULL);

  base_core_annotate (BASE_CORE (core),
                      *line == 'C' ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN,
                      exact,
                      strlen (whole),
                      parts);
  for (guint i = 0; i < base_parts_count (parts); i++)
    {
      const BasePart *part = base_parts_get (parts, i);

      g_assert_cmpuint (part->offset + part->length, <=, strlen (whole));
      g_string_append_printf (
          out, "%s%.*s=%s", i > 0 ? "; " : "", (int) part->length, whole + part->offset, part->id);
    }
  g_string_replace (out, "\r\n", "|", 0);
  return g_string_free (out, FALSE);
}

static void
test_session (void)
{
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (session); i++)
    {
      g_autofree char *parts = explain (core, session[i].line);

      g_assert_cmpstr (parts, ==, session[i].parts);
    }
  base_core_free (BASE_CORE (core));
}

/* From any checkpoint on, the same is said as by a core that followed from the start. */
static void
test_checkpoints (void)
{
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (session); i++)
    {
      g_autoptr (GVariant) checkpoint =
          g_variant_ref_sink (base_core_checkpoint (BASE_CORE (core)));
      g_autoptr (GVariant) again = NULL;
      ImapCore *restored = imap_core_new (BASE_ROLE_CLIENT, NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *parts = NULL;

      g_assert_true (base_core_restore (BASE_CORE (restored), checkpoint, &error));
      g_assert_no_error (error);
      again = g_variant_ref_sink (base_core_checkpoint (BASE_CORE (restored)));
      g_assert_cmpstr (
          base_core_state (BASE_CORE (restored)), ==, base_core_state (BASE_CORE (core)));
      parts = explain (restored, session[i].line);
      g_assert_cmpstr (parts, ==, session[i].parts);
      g_free (explain (core, session[i].line));
      base_core_free (BASE_CORE (restored));
    }
  base_core_free (BASE_CORE (core));
}

static void
test_state (void)
{
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, NULL);

  for (guint i = 0; i < 13; i++)
    g_free (explain (core, session[i].line));
  g_assert_cmpint (imap_core_get_state (core), ==, IMAP_STATE_SELECTED);
  g_assert_cmpstr (imap_core_mailbox (core), ==, "Entwürfe");
  g_assert_cmpuint (imap_core_exists (core), ==, 3);
  base_core_free (BASE_CORE (core));
}

static void
test_wrong_checkpoint (void)
{
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (GVariant) other = g_variant_ref_sink (g_variant_new ("(ub)", 1, TRUE));
  g_autoptr (GError) error = NULL;

  g_assert_false (base_core_restore (BASE_CORE (core), other, &error));
  g_assert_error (error, BASE_CORE_ERROR, BASE_CORE_ERROR_PROTOCOL);
  base_core_free (BASE_CORE (core));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/annotate/session", test_session);
  g_test_add_func ("/imap/annotate/checkpoints", test_checkpoints);
  g_test_add_func ("/imap/annotate/state", test_state);
  g_test_add_func ("/imap/annotate/wrong-checkpoint", test_wrong_checkpoint);
  return g_test_run ();
}
