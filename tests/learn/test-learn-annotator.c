/* Lines with the state they stand in, and the parts they are made of, with exact places. */
#include "config.h"

#include <string.h>

#include "learn-annotator.h"
#include "wire-lines.h"

/* Lines begin with "> " (the client) or "< " (the server). The last one is looked at. */
static LearnCard *
card_of (const char *protocol, const char *const *lines)
{
  g_autoptr (LearnAnnotator) annotator = learn_annotator_new (protocol, NULL, "en");
  LearnCard *card = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = g_strconcat (lines[i] + 2, "\r\n", NULL);

      g_clear_pointer (&card, learn_card_free);
      card = learn_annotator_line (annotator,
                                   lines[i][0] == '>' ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN,
                                   (const guint8 *) line,
                                   strlen (line));
    }
  return card;
}

typedef struct
{
  const char *protocol;
  const char *lines[8];
  const char *entry;
  /* "offset+length id" of parts that must be there; others may. */
  const char *parts[8];
} Case;

static const Case cases[] = {
  /* The same words, after STAT and after PASS. */
  { "pop3",
    { "< +OK ready", "> STAT", "< +OK 2 320" },
    "pop3.reply.stat",
    { "4+1 pop3.syntax.count", "6+3 pop3.syntax.size" } },
  { "pop3",
    { "< +OK ready", "> PASS ****", "< +OK 2 320" },
    "pop3.reply.pass",
    { "4+5 pop3.syntax.text" } },
  { "pop3",
    { "< +OK ready", "> RETR 3", "< +OK 320 octets" },
    "pop3.reply.retr",
    { "0+3 pop3.status.ok", "4+10 pop3.syntax.text" } },
  { "pop3",
    { "< +OK ready", "> LIST", "< +OK", "< 1 120" },
    "pop3.reply.list-row",
    { "0+1 pop3.syntax.number", "2+3 pop3.syntax.size" } },
  { "pop3",
    { "< +OK ready", "> UIDL", "< +OK", "< 1 120" },
    "pop3.reply.uidl-row",
    { "0+1 pop3.syntax.number", "2+3 pop3.syntax.uid" } },
  { "pop3",
    { "< +OK ready", "> LIST 1", "< +OK 1 120" },
    "pop3.reply.list-one",
    { "4+1 pop3.syntax.number", "6+3 pop3.syntax.size" } },
  { "pop3",
    { "< +OK ready", "> CAPA", "< +OK", "< UIDL" },
    "pop3.capability.uidl",
    { "0+4 pop3.capability.uidl" } },
  { "pop3",
    { "< +OK ready", "> DELE 9", "< -ERR no such message" },
    "pop3.reply.err-dele",
    { "0+4 pop3.status.err" } },
  { "pop3",
    { "< +OK ready", "> PASS ****", "< -ERR [SYS/TEMP] later" },
    "pop3.code.sys-temp",
    { "5+10 pop3.code.sys-temp" } },
  { "pop3",
    { "< +OK ready", "> AUTH PLAIN ************", "< +OK Logged in." },
    "pop3.reply.auth",
    { "0+3 pop3.status.ok" } },
  { "pop3", { "< +OK hi <1.2@there>" }, "pop3.reply.greeting", { "7+11 pop3.syntax.timestamp" } },
  { "pop3", { "< +OK ready", "> QUIT", "< -ERR not removed" }, "pop3.reply.last-error", { NULL } },

  /* Nobody signed in, so nothing was marked and nothing is gone. */
  { "pop3", { "< +OK hi", "> QUIT", "< +OK bye" }, "pop3.reply.quit-early", { NULL } },
  { "pop3",
    { "< +OK hi", "> PASS ****", "< +OK in", "> QUIT", "< +OK bye" },
    "pop3.reply.quit",
    { NULL } },
  { "pop3",
    { "< +OK hi", "> PASS ****", "< -ERR [AUTH] no", "> QUIT", "< +OK bye" },
    "pop3.reply.quit-early",
    { NULL } },
  /* A bare AUTH asks, and its +OK lets nobody in. */
  { "pop3", { "< +OK hi", "> AUTH", "< +OK" }, "pop3.reply.auth-list", { NULL } },
  { "pop3", { "< +OK hi", "> AUTH", "< +OK", "< CRAM-MD5" }, "sasl.mechanism.cram-md5", { NULL } },
  { "pop3",
    { "< +OK hi", "> AUTH", "< +OK", "< PLAIN", "< .", "> QUIT", "< +OK bye" },
    "pop3.reply.quit-early",
    { NULL } },
  { "pop3",
    { "< +OK hi", "> AUTH PLAIN ****", "< +OK in", "> STAT", "< +OK 2 320" },
    "pop3.reply.stat",
    { NULL } },
  /* What a command of no standard is answered is POP3 all the same. */
  { "pop3", { "< +OK hi", "> LAST", "< +OK 3" }, "pop3.status.ok", { "4+1 pop3.syntax.text" } },
  { "pop3", { "< +OK hi", "> XTND XLIST From", "< +OK", "< 1 Ada" }, "pop3.syntax.text", { NULL } },
  { "pop3", { "< +OK hi", "> XTND XLIST From", "< +OK", "< ." }, "pop3.syntax.dot", { NULL } },
  { "pop3",
    { "< +OK hi", "> XTND XLIST From", "< +OK", "> STAT", "< +OK 2 320" },
    "pop3.reply.stat",
    { NULL } },
  { "pop3", { "< +OK hi", "> XFOO", "< +OK", "< -ERR idle" }, "pop3.status.err", { NULL } },
  { "pop3",
    { "< +OK hi", "> STAT", "< +OK 2 320", "< odd" },
    "pop3.class.unknown-reply",
    { NULL } },

  /* A 3 is a position, a UID or a size. */
  { "imap",
    { "< * OK hi", "> a FETCH 3 (FLAGS)" },
    "imap.command.fetch-marks",
    { "0+1 imap.arg.tag", "8+1 imap.arg.seq", "11+5 imap.item.flags" } },
  { "imap",
    { "< * OK hi", "> a UID FETCH 3 (BODY.PEEK[])" },
    "imap.command.uid-fetch",
    { "2+9 imap.command.uid-fetch", "12+1 imap.arg.uid", "15+9 imap.item.body-peek" } },
  { "imap",
    { "< * OK hi", "< * 3 FETCH (UID 3 RFC822.SIZE 3)" },
    "imap.response.fetch",
    { "2+1 imap.arg.seq", "15+1 imap.arg.uid", "29+1 imap.arg.number-size" } },
  /* Each number says what it numbers. */
  { "imap",
    { "< * OK hi", "< * 23 EXISTS" },
    "imap.response.exists",
    { "2+2 imap.arg.number-count" } },
  { "imap",
    { "< * OK hi", "< * OK [UIDVALIDITY 17] ok" },
    "imap.code.uidvalidity",
    { "6+11 imap.code.uidvalidity", "18+2 imap.arg.number-uidvalidity" } },
  { "imap",
    { "< * OK hi", "> a UID COPY 4:6 Trash", "< a OK [COPYUID 17 4:6 7:9] done" },
    "imap.response.ok-copy",
    { "14+2 imap.arg.number-uidvalidity", "17+3 imap.arg.uid-set", "21+3 imap.arg.uid-set" } },
  { "imap",
    { "< * OK hi", "< * QUOTA \"\" (STORAGE 120 5000)" },
    "imap.response.quota",
    { "20+3 imap.arg.number-usage", "24+4 imap.arg.number-limit" } },
  { "imap",
    { "< * OK hi", "< * STATUS INBOX (MESSAGES 231 UIDNEXT 44 SIZE 40)" },
    "imap.response.status",
    { "25+3 imap.arg.number-count", "37+2 imap.arg.number-uidnext", "45+2 imap.arg.number-size" } },
  { "imap",
    { "< * OK hi", "> a SELECT INBOX (QRESYNC (67 9000 41,43:211))" },
    "imap.command.select",
    { "25+2 imap.arg.number-uidvalidity",
      "28+4 imap.arg.number-modseq",
      "33+9 imap.arg.uid-set" } },
  { "imap",
    { "< * OK hi", "> a UID FETCH 1 (BODY.PEEK[HEADER.FIELDS (FROM DATE)])" },
    "imap.command.fetch-list",
    { "40+4 mail.field.from", "45+4 mail.field.date" } },
  { "imap",
    { "< * OK hi", "> a SELECT INBOX", "< a OK [READ-WRITE] done" },
    "imap.response.ok-select",
    { "2+2 imap.response.ok", "6+10 imap.code.read-write", "18+4 imap.arg.text" } },
  { "imap",
    { "< * OK hi", "> a LOGIN ada ****", "< a NO [AUTHENTICATIONFAILED] no" },
    "imap.code.authenticationfailed",
    { "6+20 imap.code.authenticationfailed" } },
  { "imap",
    { "< * OK hi", "> a LOGIN ada ****", "< a NO no" },
    "imap.response.no-login",
    { NULL } },
  { "pop3", { "< +OK hi", "> PASS ****", "< -ERR [X/Y] no" }, "pop3.reply.err-pass", { NULL } },
  { "imap",
    { "< * OK hi", "> a IDLE", "< + idling" },
    "imap.response.continuation-idle",
    { NULL } },
  { "imap",
    { "< * OK hi", "> a APPEND INBOX {12}", "< + go on" },
    "imap.response.continuation-literal",
    { NULL } },
  { "imap",
    { "< * OK hi", "> a AUTHENTICATE PLAIN", "< + " },
    "imap.response.continuation-authenticate",
    { NULL } },
  { "imap",
    { "< * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN X-OWN=1] hi" },
    "imap.response.greeting",
    { "17+9 imap.capability.imap4rev1",
      "27+10 imap.capability.auth",
      "32+5 sasl.mechanism.plain" } },
  /* Words of extensions that no session of ours needs. */
  { "imap",
    { "< * OK hi", "> a NOTIFY SET (SELECTED (MessageNew (UID)))" },
    "imap.command.notify",
    { "9+3 imap.event.set",
      "14+8 imap.event.selected",
      "24+10 imap.event.messagenew",
      "36+3 imap.item.uid" } },
  { "imap",
    { "< * OK hi", "> a UID SORT (REVERSE DATE) UTF-8 ALL" },
    "imap.command.uid-sort",
    { "12+7 imap.sort.reverse", "20+4 imap.sort.date", "32+3 imap.key.all" } },
  { "imap",
    { "< * OK hi", "> a CREATE Sent2 (USE (\\Sent))" },
    "imap.command.create",
    { "16+3 imap.option.use", "21+5 imap.use.sent" } },
  { "imap",
    { "< * OK hi", "< * MYRIGHTS INBOX lre" },
    "imap.response.myrights",
    { "11+5 imap.arg.mailbox", "17+1 imap.right.l", "18+1 imap.right.r", "19+1 imap.right.e" } },
  { "imap",
    { "< * OK hi", "< * ACL INBOX pat lr" },
    "imap.response.acl",
    { "12+3 imap.arg.identifier", "16+1 imap.right.l" } },
  /* Of the last two sets the first has positions, the second their UIDs. */
  { "imap",
    { "< * OK hi", "> a SELECT INBOX (QRESYNC (67 9000 41:43 (1,5 2,9)))" },
    "imap.command.select",
    { "33+5 imap.arg.uid-set", "40+3 imap.arg.sequence-set", "44+3 imap.arg.uid-set" } },
  { "imap",
    { "< * OK hi", "> a UIDBATCHES 2000 1:3" },
    "imap.command.uidbatches",
    { "13+4 imap.arg.batch-size", "18+3 imap.arg.batch-range" } },
  { "imap",
    { "< * OK hi", "> a MOVE 1 x", "< a NO [TRYCREATE] no" },
    "imap.code.trycreate",
    { NULL } },
  { "imap", { "< * OK hi", "> a MOVE 1 x", "< a NO no" }, "imap.response.no-move", { NULL } },
  { "imap",
    { "< * OK hi", "< * 1 FETCH (BODY[] {429}" },
    "imap.response.fetch-letter",
    { "18+5 imap.arg.literal" } },
  { "imap",
    { "< * OK hi", "> a UID SEARCH RETURN (PARTIAL -1:-100) ALL" },
    "imap.command.uid-search",
    { "13+6 imap.option.return", "29+7 imap.arg.range" } },
  { "imap", { "< * OK hi", "> a XUNHEARD of" }, "imap.class.unknown-command", { NULL } },

  /* What SCRAM's last line says when it says nothing. */
  { "smtp",
    { "< 220 hi", "> AUTH SCRAM-SHA-256 ****", "< 334 ****", "> ****", "< 334 ****", "> " },
    "sasl.syntax.empty",
    { NULL } },
  { "smtp", { "< 220 mail.example ESMTP" }, "smtp.reply.220-greeting", { NULL } },
  { "smtp", { "< 220 hi", "> STARTTLS", "< 220 Ready" }, "smtp.reply.220-starttls", { NULL } },
  { "smtp",
    { "< 220 hi", "> EHLO me", "< 250-there", "< 250-SIZE 1000" },
    "smtp.keyword.size",
    { "4+4 smtp.keyword.size", "9+4 smtp.syntax.keyword-size" } },
  { "smtp",
    { "< 220 hi", "> EHLO me", "< 250-there", "< 250 AUTH PLAIN X-OWN" },
    "smtp.keyword.auth",
    { "4+4 smtp.keyword.auth", "9+5 sasl.mechanism.plain" } },
  { "smtp",
    { "< 220 hi", "> EHLO me", "< 250 there", "> RCPT TO:<b@b.example>", "< 250 2.1.5 Ok" },
    "smtp.reply.250-rcpt",
    { "4+5 smtp.enhanced.x-1-5", "10+2 smtp.syntax.text" } },
  { "smtp",
    { "< 220 hi", "> EHLO me", "< 250 there", "> DATA", "< 354 go", "> .", "< 250 Ok" },
    "smtp.reply.250-data",
    { NULL } },
  { "smtp", { "< 220 hi", "> DATA", "< 354 go", "> ." }, "smtp.syntax.dot", { NULL } },
  { "smtp", { "< 220 hi", "> NOOP", "< 457 odd" }, "smtp.class.45z", { NULL } },
  /* Postfix says so of relaying, Yahoo of a letter, Gmail of what is in one. */
  { "smtp",
    { "< 220 hi", "> RCPT TO:<b@b.example>", "< 454 4.7.1 <b@b.example>: Relay access denied" },
    "smtp.reply.454-rcpt",
    { "4+5 smtp.enhanced.4-7-1" } },
  { "smtp",
    { "< 220 hi", "> DATA", "< 354 go", "> .", "< 554 5.7.9 Message not accepted" },
    "smtp.reply.554-data",
    { "4+5 smtp.enhanced.x-7-9" } },
  { "smtp",
    { "< 220 hi", "> AUTH PLAIN ****", "< 534 5.7.9 Application-specific password required" },
    "smtp.reply.534",
    { NULL } },
  { "smtp",
    { "< 220 hi", "> DATA", "< 354 go", "> .", "< 552-5.7.0 This message was blocked" },
    "smtp.reply.552-data",
    { NULL } },
  { "smtp",
    { "< 220 hi", "> DATA", "< 354 go", "> .", "< 550 5.4.6 Unusual sending activity detected" },
    "smtp.enhanced.5-4-6",
    { NULL } },
};

static gboolean
has_part (const LearnCard *card, const char *wanted)
{
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = card->parts->pdata[i];
      g_autofree char *found = g_strdup_printf ("%u+%u %s", part->offset, part->length, part->id);

      if (g_str_equal (found, wanted))
        return TRUE;
    }
  return FALSE;
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LearnCard) card = card_of (cases[i].protocol, cases[i].lines);

      g_test_message ("%u: %s", i, cases[i].entry);
      g_assert_cmpstr (card->entry->id, ==, cases[i].entry);
      for (guint j = 0; cases[i].parts[j] != NULL; j++)
        if (!has_part (card, cases[i].parts[j]))
          g_error ("%s: no part %s", cases[i].entry, cases[i].parts[j]);
    }
}

static void
test_checkpoint (void)
{
  static const char line[] = "a7 UID FETCH 4711 (FLAGS BODY.PEEK[])\r\n";
  static const char answer[] = "* 12 FETCH (UID 4711 FLAGS ())\r\n";
  g_autoptr (GVariant) checkpoint = NULL;
  g_autoptr (GVariant) nonsense = g_variant_ref_sink (g_variant_new_string ("nonsense"));
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (LearnAnnotator) annotator = NULL;
  g_autoptr (LearnAnnotator) lost = learn_annotator_new ("imap", nonsense, "en");
  g_autoptr (LearnCard) card = NULL;
  g_autoptr (LearnCard) other = NULL;
  g_autoptr (GError) error = NULL;

  checkpoint = g_variant_parse (G_VARIANT_TYPE ("(ysubasa(ss))"),
                                "(3, 'INBOX', 42, true, ['IMAP4REV1'], [('a7', 'UID FETCH')])",
                                NULL,
                                NULL,
                                &error);
  g_assert_no_error (error);
  annotator = learn_annotator_new ("imap", checkpoint, "en");
  learn_annotator_set_cause (annotator, cause);
  card = learn_annotator_line (annotator, BASE_DIRECTION_OUT, (const guint8 *) line, strlen (line));
  g_assert_cmpstr (card->entry->id, ==, "imap.command.uid-fetch");
  g_assert_cmpstr (card->context, ==, "4711 is “lunch?” in INBOX.");
  g_clear_pointer (&card, learn_card_free);
  learn_annotator_set_cause (annotator, NULL);
  card = learn_annotator_line (annotator, BASE_DIRECTION_OUT, (const guint8 *) line, strlen (line));
  g_assert_cmpstr (card->context, ==, "4711: by lasting number (UID) in INBOX.");
  g_clear_pointer (&card, learn_card_free);
  card =
      learn_annotator_line (annotator, BASE_DIRECTION_IN, (const guint8 *) answer, strlen (answer));
  g_assert_cmpstr (
      card->context, ==, "The message at position 12 in INBOX; its lasting number is 4711.");
  other = learn_annotator_line (lost, BASE_DIRECTION_OUT, (const guint8 *) line, strlen (line));
  g_assert_cmpstr (other->entry->id, ==, "imap.command.uid-fetch");
  g_assert_null (other->context);
}

/* What the numbers of an answer come to, here and now. */
static void
test_numbers (void)
{
  static const struct
  {
    const char *protocol, *lines[4], *context;
  } rows[] = {
    { "imap",
      { "< * OK hi", "> a SELECT INBOX", "< a OK done", "< * 23 EXISTS" },
      "INBOX now holds 23 messages." },
    { "imap", { "< * OK hi", "< * QUOTA \"\" (STORAGE 120 5000)" }, "123 KB of 5.1 MB are used." },
    { "smtp",
      { "< 220 hi", "> EHLO me", "< 250-there", "< 250-SIZE 10240000" },
      "Letters of up to 10.2 MB are taken here." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *lines[G_N_ELEMENTS (rows[i].lines) + 1] = { NULL };
      g_autoptr (LearnCard) card = NULL;

      memcpy (lines, rows[i].lines, sizeof rows[i].lines);
      card = card_of (rows[i].protocol, lines);
      g_assert_cmpstr (card->context, ==, rows[i].context);
    }
}

/* What stands behind a word is explained by that word, on the side of whoever says it: "text=id" of
 * parts that must be there. */
static void
test_values (void)
{
  static const struct
  {
    const char *protocol, *line, *parts[7];
  } rows[] = {
    { "imap",
      "> a SEARCH HEADER List-Id lists KEYWORD $Junk SUBJECT \"tea\"",
      { "List-Id=imap.arg.header-name",
        "lists=imap.arg.search-text",
        "$Junk=imap.flag.junk",
        "\"tea\"=imap.arg.search-text" } },
    { "imap", "> a SEARCH EMAILID M6d99", { "M6d99=imap.arg.object-id" } },
    { "imap", "> a RENAME old new", { "old=imap.arg.mailbox", "new=imap.arg.mailbox-new" } },
    { "imap",
      "> a ID (\"name\" \"Restante\" \"os\" NIL)",
      { "\"name\"=imap.part.id-field",
        "\"Restante\"=imap.part.id-value",
        "\"os\"=imap.part.id-field",
        "NIL=imap.part.nil" } },
    { "imap",
      "> a SETQUOTA \"\" (STORAGE 512)",
      { "\"\"=imap.arg.quota-root", "512=imap.arg.number-limit" } },
    { "imap",
      "> a SETMETADATA INBOX (/private/comment \"x\")",
      { "INBOX=imap.arg.mailbox",
        "/private/comment=imap.arg.metadata-entry",
        "\"x\"=imap.arg.metadata-value" } },
    { "imap",
      "> a GETMETADATA (MAXSIZE 1024) INBOX (/shared/comment)",
      { "1024=imap.arg.number-size",
        "INBOX=imap.arg.mailbox",
        "/shared/comment=imap.arg.metadata-entry" } },
    { "imap", "> a NOTIFY SET (subtree \"Lists\" (MessageNew))", { "\"Lists\"=imap.arg.mailbox" } },
    { "imap", "> a LANGUAGE fr", { "fr=imap.arg.language" } },
    { "imap", "> a THREAD REFS UTF-8 ALL", { "REFS=imap.thread.refs" } },
    { "imap", "< * THREAD (2)(3 6)", { "2=imap.arg.number-thread", "6=imap.arg.number-thread" } },
    { "imap",
      "< * ESEARCH (TAG \"a\" MAILBOX \"Lists\" UIDVALIDITY 1) UID ALL 4",
      { "\"a\"=imap.part.esearch-tag",
        "\"Lists\"=imap.arg.mailbox",
        "1=imap.arg.number-uidvalidity",
        "UID=imap.part.esearch-uid",
        "4=imap.arg.uid" } },
    { "imap",
      "< * 1 FETCH (UID 7 EMAILID (M6) X-GM-MSGID 12 X-GM-LABELS (\"a b\"))",
      { "7=imap.arg.uid",
        "M6=imap.arg.object-id",
        "12=imap.arg.object-id",
        "\"a b\"=imap.arg.label" } },
    { "imap",
      "< * 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" PREVIEW \"Hi\")",
      { "\"17-Jul-1996 02:44:25 -0700\"=imap.arg.date-kept", "\"Hi\"=imap.arg.preview" } },
    { "imap",
      "< * OK [INPROGRESS (\"a5\" 3 10)] wait",
      { "\"a5\"=imap.arg.about-tag", "3=imap.arg.number-done", "10=imap.arg.number-goal" } },
    { "imap", "< * OK [MYRIGHTS \"lr\"] ACL", { "l=imap.right.l", "r=imap.right.r" } },
    { "imap", "< * OK [COPYUID 38 3 7:8] ok", { "3=imap.arg.uid", "7:8=imap.arg.uid-set" } },
    { "imap",
      "< * QUOTAROOT INBOX \"x\"",
      { "INBOX=imap.arg.mailbox", "\"x\"=imap.arg.quota-root" } },
    { "imap", "> a XUNHEARD of", { "of=imap.class.unknown-value" } },
    { "smtp",
      "> MAIL FROM:<a@b.example>",
      { "MAIL FROM:=smtp.command.mail", "<a@b.example>=smtp.syntax.reverse-path" } },
    { "smtp", "> VRFY ada", { "ada=smtp.syntax.query" } },
    { "smtp", "> HELP MAIL", { "MAIL=smtp.syntax.argument" } },
    { "smtp", "> LHLO me", { "me=smtp.syntax.argument" } },
    { "pop3", "> XTND XMIT", { "XMIT=pop3.syntax.argument" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean imap = g_str_equal (rows[i].protocol, "imap");
      const char *lines[] = { imap                       ? "< * OK hi"
                              : *rows[i].protocol == 's' ? "< 220 hi"
                                                         : "< +OK hi",
                              rows[i].line,
                              NULL };
      g_autoptr (LearnCard) card = card_of (rows[i].protocol, lines);

      for (guint j = 0; j < G_N_ELEMENTS (rows[i].parts) && rows[i].parts[j] != NULL; j++)
        {
          gboolean found = FALSE;

          for (guint k = 0; k < card->parts->len; k++)
            {
              const LearnPart *part = card->parts->pdata[k];
              g_autofree char *is = g_strdup_printf ("%s=%s", part->text, part->id);

              found = found || g_str_equal (is, rows[i].parts[j]);
            }
          if (!found)
            g_error ("%s: no part %s", rows[i].line, rows[i].parts[j]);
        }
    }
}

/* What EHLO's and CAPA's words promise more exactly. */
static void
test_promises (void)
{
  static const struct
  {
    const char *protocol, *lines[4], *part;
  } rows[] = {
    { "smtp",
      { "< 220 hi", "> EHLO me", "< 250-there", "< 250-LIMITS MAILMAX=5 RCPTMAX=50" },
      "21+10 smtp.syntax.limit-rcptmax" },
    { "smtp",
      { "< 220 hi", "> EHLO me", "< 250-there", "< 250-FUTURERELEASE 100 2026-12-01T00:00:00Z" },
      "22+20 smtp.syntax.futurerelease-date" },
    { "smtp",
      { "< 220 hi", "> EHLO me", "< 250-there", "< 250-DELIVERBY 100" },
      "14+3 smtp.syntax.deliverby-least" },
    { "pop3", { "< +OK hi", "> CAPA", "< +OK", "< EXPIRE 60" }, "7+2 pop3.syntax.expire-days" },
    { "pop3",
      { "< +OK hi", "> CAPA", "< +OK", "< IMPLEMENTATION Dovecot" },
      "15+7 pop3.syntax.program" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *lines[G_N_ELEMENTS (rows[i].lines) + 1] = { NULL };
      g_autoptr (LearnCard) card = NULL;

      memcpy (lines, rows[i].lines, sizeof rows[i].lines);
      card = card_of (rows[i].protocol, lines);
      if (!has_part (card, rows[i].part))
        g_error ("no part %s", rows[i].part);
    }
}

/* Parts follow each other by their places; what is inside another comes after it. */
static void
test_order (void)
{
  const char *lines[] = { "< * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", NULL };
  g_autoptr (LearnCard) card = card_of ("imap", lines);
  const LearnPart *before = NULL;

  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = card->parts->pdata[i];

      g_assert_true (before == NULL || before->offset < part->offset ||
                     (before->offset == part->offset && before->length >= part->length));
      before = part;
    }
}

static void
test_lone_lines (void)
{
  static const struct
  {
    const char *protocol, *line, *entry;
  } lone[] = {
    { "pop3", "+OK 2 320", "pop3.status.ok" },
    { "pop3", "+OK ready <1.2@there>", "pop3.reply.greeting" },
    { "pop3", "-ERR no", "pop3.status.err" },
    { "pop3", "RETR 3", "pop3.command.retr" },
    { "pop3", "1 120", "pop3.reply.list-row" },
    { "pop3", "1 whqtswO00WBw418f9t5JxYwZ", "pop3.reply.uidl-row" },
    { "pop3", "SASL PLAIN", "pop3.capability.sasl" },
    { "pop3", ".", "pop3.syntax.dot" },
    { "imap", "a7 UID FETCH 4711 (FLAGS BODY.PEEK[])", "imap.command.uid-fetch" },
    { "imap", "* 12 EXISTS", "imap.response.exists" },
    { "imap", "* OK [UIDVALIDITY 7] ok", "imap.code.uidvalidity" },
    { "imap", "* OK [XSHINY 7] ok", "imap.response.ok-untagged" },
    { "imap", "* NO [ALERT] closing at noon", "imap.code.alert" },
    { "imap", "a UID FETCH 7 (BODY.PEEK[1.2])", "imap.command.fetch-part" },
    { "imap", "a FETCH 1:9 (FLAGS ENVELOPE)", "imap.command.fetch-list" },
    { "imap", "a FETCH 1:9 (UID FLAGS) (CHANGEDSINCE 9)", "imap.command.fetch-marks" },
    { "imap", "a FETCH 1:9 (RFC822.SIZE)", "imap.command.fetch" },
    { "imap", "a FETCH 1:9 (RFC822)", "imap.command.fetch" },
    { "imap", "a UID STORE 7 +FLAGS (\\Deleted)", "imap.command.store-deleted" },
    { "imap", "a UID STORE 7 -FLAGS (\\Deleted)", "imap.command.uid-store" },
    { "imap", "* 3 FETCH (UID 7 BODY[] \"hi\")", "imap.response.fetch-letter" },
    { "imap", "* 3 FETCH (FLAGS (\\Seen))", "imap.response.fetch-marks" },
    { "imap", "* OK hello", "imap.response.greeting" },
    { "imap", "* BYE", "imap.response.bye" },
    { "imap", "a NO [TRYCREATE] no", "imap.code.trycreate" },
    { "imap", "a NO [XSHINY] no", "imap.response.no" },
    { "pop3", "-ERR [IN-USE] no", "pop3.code.in-use" },
    { "imap", "+ go on", "imap.response.continuation-literal" },
    { "imap", "DONE", "imap.command.done" },
    { "smtp", "RCPT TO:<bob@b.example>", "smtp.command.rcpt" },
    { "smtp", "220 mail.example ESMTP", "smtp.reply.220-greeting" },
    { "smtp", "250-SIZE 1000", "smtp.keyword.size" },
    { "smtp", "250 2.0.0 Ok: queued as 1", "smtp.reply.250" },
    { "smtp", "250 OK", "smtp.reply.250" },
    { "smtp", "550 5.1.1 no such user", "smtp.enhanced.x-1-1" },
    /* Greylisting, and a refusal for good: the class tells them apart. */
    { "smtp", "451 4.7.1 Come again in five minutes", "smtp.enhanced.4-7-1" },
    { "smtp", "450 4.7.1 Greylisted", "smtp.enhanced.4-7-1" },
    { "smtp", "450 4.2.0 Greylisted", "smtp.enhanced.4-2-0" },
    { "smtp", "550 5.4.5 Daily user sending limit exceeded", "smtp.enhanced.5-4-5" },
    /* A number of the server's own says more than any code. */
    { "smtp", "535 5.7.139 Basic authentication is disabled", "smtp.enhanced.x-7-139" },
    { "smtp", "530 5.7.57 Client was not authenticated", "smtp.enhanced.x-7-57" },
    { "smtp", "550 5.7.708 Access denied, traffic not accepted", "smtp.enhanced.x-7-708" },
    /* Ranges of Exchange Online: the numbers between mean what their first one does. */
    { "smtp", "451 4.7.501 Access denied, please try again later", "smtp.enhanced.4-7-500" },
    { "smtp", "451 4.7.699 Access denied, please try again later", "smtp.enhanced.4-7-500" },
    { "smtp", "451 4.7.650 The mail server has been temporarily limited", "smtp.enhanced.x-7-650" },
    { "smtp", "450 4.7.850 Access denied, please try again later", "smtp.enhanced.4-7-500" },
    { "smtp", "550 5.7.501 Access denied, spam abuse detected", "smtp.enhanced.x-7-501" },
    { "smtp", "550 5.7.631 Access denied, banned sending IP", "smtp.enhanced.x-7-606" },
    { "smtp", "550 5.7.723 Access denied, tenant has exceeded", "smtp.enhanced.x-7-705" },
    { "smtp", "550 5.7.751 Nobody has said what this is", "smtp.reply.550" },
    { "smtp", "432 4.3.2 Concurrent connections limit exceeded", "smtp.enhanced.x-3-2" },
    { "smtp", "535 5.7.3 Authentication unsuccessful", "smtp.reply.535" },
    /* A reply that no standard has says less than the code behind it. */
    { "smtp", "571 5.7.1 Message content rejected", "smtp.enhanced.x-7-1" },
    { "smtp", "550 5.2.0 Something", "smtp.reply.550" },
    { "smtp", "550 5.7.1 Relaying denied", "smtp.enhanced.x-7-1" },
    { "smtp", "552 5.2.2 Over quota", "smtp.enhanced.x-2-2" },
    { "smtp", "552 5.3.4 Too large", "smtp.enhanced.x-3-4" },
    { "smtp", "452-4.2.2 Over quota", "smtp.enhanced.x-2-2" },
    { "smtp", "550 5.7.0 No", "smtp.reply.550" },
    { "smtp", "503 5.5.1 First MAIL", "smtp.reply.503" },
    { "smtp", ".", "smtp.syntax.dot" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lone); i++)
    {
      g_autoptr (LearnCard) card = learn_explain_line (lone[i].protocol, lone[i].line, "en");
      g_autoptr (LearnCard) french = learn_explain_line (lone[i].protocol, lone[i].line, "fr");

      g_test_message ("%s", lone[i].line);
      g_assert_cmpstr (card->entry->id, ==, lone[i].entry);
      g_assert_cmpstr (french->entry->id, ==, lone[i].entry);
      g_assert_cmpstr (french->entry->title, !=, card->entry->title);
      g_assert_cmpuint (french->parts->len, ==, card->parts->len);
    }
}

/* Somebody's own label isn't the registered keyword of the same word. */
static void
test_labels (void)
{
  static const struct
  {
    const char *word, *entry;
  } labels[] = {
    { "$Memo", "imap.flag.memo" },
    { "Memo", "imap.class.unknown-flag" },
    { "$new", "imap.flag.new" },
    { "New", "imap.class.unknown-flag" },
    { "$Junk", "imap.flag.junk" },
    { "Junk", "imap.flag.junk" },
    { "$MailFlagBit0", "imap.flag.mailflagbit0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      g_autofree char *line = g_strdup_printf ("* FLAGS (\\Seen %s)", labels[i].word);
      g_autoptr (LearnCard) card = learn_explain_line ("imap", line, "en");
      const LearnPart *part = card->parts->pdata[card->parts->len - 1];

      g_assert_cmpstr (part->text, ==, labels[i].word);
      g_assert_cmpstr (part->entry->id, ==, labels[i].entry);
    }
}

static void
test_secrets (void)
{
  static const struct
  {
    const char *protocol, *line;
  } secret[] = {
    { "pop3", "PASS hunter2" },
    { "pop3", "pass hunter2 and more" },
    { "pop3", "APOP ada hunter2" },
    { "pop3", "AUTH PLAIN hunter2=" },
    { "imap", "a LOGIN ada hunter2" },
    { "imap", "a LOGIN ada two hunter2" },
    { "imap", "a LOGIN ada with hunter2 inside" },
    { "imap", "a LOGIN ada \"hunter2" },
    { "imap", "a LOGIN \"ada\" \"hunter2\" more" },
    { "imap", "a AUTHENTICATE PLAIN hunter2=" },
    { "smtp", "AUTH PLAIN hunter2=" },
    { "smtp", "AUTH LOGIN hunter2" },
    { "smtp", "auth xunheard hunter2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (secret); i++)
    {
      g_autoptr (LearnCard) card = learn_explain_line (secret[i].protocol, secret[i].line, "en");

      g_test_message ("%s", secret[i].line);
      for (guint j = 0; j < card->parts->len; j++)
        g_assert_null (strstr (((const LearnPart *) card->parts->pdata[j])->text, "hunter2"));
      g_assert_null (strstr (card->text, "hunter2"));
      g_assert_true (g_utf8_validate (card->text, -1, NULL));
      g_assert_true (card->context == NULL || strstr (card->context, "hunter2") == NULL);
    }
}

/* Only the practice post office's passwords may be shown. */
static void
test_public_secrets (void)
{
  static const char line[] = "PASS lettres\r\n";
  g_autoptr (LearnAnnotator) annotator = learn_annotator_new ("pop3", NULL, "en");
  g_autoptr (LearnCard) card = NULL;

  learn_annotator_set_public_secrets (annotator, TRUE);
  card = learn_annotator_line (annotator, BASE_DIRECTION_OUT, (const guint8 *) line, strlen (line));
  g_assert_cmpstr (((const LearnPart *) card->parts->pdata[1])->text, ==, "lettres");
}

/* Bytes that mean nothing, in memory of their exact size, in every state. */
static void
test_hostile (void)
{
  static const char *const protocols[] = { "imap", "pop3", "smtp" };
  static const char *const hostile[] = {
    "",
    "\r\n",
    " ",
    "*",
    "* ",
    "+",
    "-",
    ".",
    "2",
    "25",
    "250",
    "250-",
    "\xff\xfe\xfd",
    "* \xff FETCH (",
    "* 4294967296 EXISTS",
    "* 1 FETCH ((((((((((",
    "* OK [",
    "* OK [[[]]",
    "* LIST (\\",
    "a LOGIN {99999999999999999999}",
    "+OK [",
    "-ERR [SYS/",
    "250-\xff",
    "999 9.9.9",
    "AUTH ",
    "PASS ",
    "UIDL 99999999999999999999",
    "\x1b[31mred",
    "* OK \x1b[2J\x7f\t\u202eolleh\xc2\x9b"
    "2J",
    "+OK \x1b]0;title\x07",
    "250 \xc2\x9b"
    "31m",
    "a FETCH 1 BODY[",
  };

  for (guint p = 0; p < G_N_ELEMENTS (protocols); p++)
    for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
      {
        g_autoptr (LearnAnnotator) annotator = learn_annotator_new (protocols[p], NULL, "fr");
        gsize len = strlen (hostile[i]);

        /* Twice in each direction: the second time something is pending. */
        for (guint round = 0; round < 4; round++)
          {
            g_autofree guint8 *exact = g_memdup2 (hostile[i], len);
            g_autoptr (LearnCard) card = learn_annotator_line (
                annotator, round % 2 ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN, exact, len);

            g_assert_nonnull (card->entry);
            for (guint j = 0; j < card->parts->len; j++)
              {
                const LearnPart *part = card->parts->pdata[j];

                g_assert_nonnull (part->entry);
                g_assert_cmpuint (part->offset + part->length, <=, len);
                g_assert_true (g_utf8_validate (part->text, -1, NULL));
                g_assert_null (strpbrk (part->text, "\033\r\n\t\177"));
                g_assert_null (strstr (part->text, "\u202e"));
                g_assert_null (strstr (part->text, "\xc2\x9b"));
              }
          }
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/annotator/cases", test_cases);
  g_test_add_func ("/learn/annotator/checkpoint", test_checkpoint);
  g_test_add_func ("/learn/annotator/numbers", test_numbers);
  g_test_add_func ("/learn/annotator/values", test_values);
  g_test_add_func ("/learn/annotator/promises", test_promises);
  g_test_add_func ("/learn/annotator/order", test_order);
  g_test_add_func ("/learn/annotator/lone-lines", test_lone_lines);
  g_test_add_func ("/learn/annotator/labels", test_labels);
  g_test_add_func ("/learn/annotator/secrets", test_secrets);
  g_test_add_func ("/learn/annotator/public-secrets", test_public_secrets);
  g_test_add_func ("/learn/annotator/hostile", test_hostile);
  return g_test_run ();
}
