/* The grammar both ways: what real servers say, read whole, byte by byte and in memory of exactly
 * its size, and written again. */
#include "config.h"

#include "imap-parser.h"
#include "imap-writer.h"

#include <string.h>

static const BaseLimits limits = {
  .line = 1000000, .inline_body = 65536, .body = 1000000, .depth = 64, .count = 1000
};

/* Frames @line as it would come, @piece bytes at a time, and calls @read with the whole frame. */
typedef gpointer (*ReadFunc) (const ImapFrame *frame, GError **error);

static gpointer
read_response (const ImapFrame *frame, GError **error)
{
  return imap_parser_response (frame, &limits, NULL, error);
}

static gpointer
read_command (const ImapFrame *frame, GError **error)
{
  return imap_parser_command (frame, &limits, NULL, error);
}

static gpointer
read_line (BaseRole role, const char *line, gsize len, gsize piece, ReadFunc read, GError **error)
{
  ImapFramer *framer = imap_framer_new (role, &limits);
  gpointer result = NULL;
  gboolean found = FALSE;
  ImapFramerStep step;
  ImapFramed framed;
  gsize n;

  for (gsize at = 0; at < len; at += n)
    {
      g_autofree guint8 *exact = NULL;
      const guint8 *bytes;
      gsize left;

      n = MIN (piece, len - at);
      left = n;
      bytes = exact = g_memdup2 (line + at, n);
      while ((step = imap_framer_step (framer, &bytes, &left, &framed)) != IMAP_FRAMER_NEED_DATA)
        {
          g_assert_cmpint (step, !=, IMAP_FRAMER_ERROR);
          if (step == IMAP_FRAMER_LINE)
            {
              g_assert_false (found);
              found = TRUE;
              result = read (&framed.frame, error);
            }
        }
    }
  g_assert_true (found);
  imap_framer_free (framer);
  return result;
}

static char *
rewrite (BaseRole role, const char *line, gsize len, gsize piece)
{
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);
  gpointer value = read_line (
      role, line, len, piece, role == BASE_ROLE_CLIENT ? read_response : read_command, &error);

  if (error != NULL)
    {
      g_assert_null (value);
      return g_string_free (out, TRUE);
    }
  if (role == BASE_ROLE_CLIENT)
    {
      imap_writer_response (value, out);
      imap_response_unref (value);
    }
  else
    {
      imap_writer_command (value, out);
      imap_command_unref (value);
    }
  return g_string_free (out, FALSE);
}

/* @expected: how it is written again; %NULL: the same; "": it is not understood. */
typedef struct
{
  const char *line;
  const char *expected;
} Case;

static void
check_case (BaseRole role, const Case *test)
{
  g_autofree char *line = g_strconcat (test->line, "\r\n", NULL);
  g_autofree char *expected =
      g_strconcat (test->expected != NULL ? test->expected : test->line, "\r\n", NULL);
  gsize len = strlen (line);
  const gsize pieces[] = { len, 1, 7 };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autofree char *written = rewrite (role, line, len, pieces[i]);
      g_autofree char *again = NULL;

      if (test->expected != NULL && *test->expected == '\0')
        {
          g_assert_null (written);
          continue;
        }
      g_assert_cmpstr (written, ==, expected);
      again = rewrite (role, written, strlen (written), pieces[i]);
      g_assert_cmpstr (again, ==, expected);
    }
}

static const Case responses[] = {
  /* RFC 9051's own */
  { "* OK [CAPABILITY STARTTLS AUTH=GSSAPI IMAP4rev2] IMAP4 server ready", NULL },
  { "* PREAUTH IMAP4rev2 server logged in as Smith", NULL },
  { "* BYE Autologout; idle for too long", NULL },
  { "A001 OK LOGIN completed", NULL },
  { "a002 NO [AUTHENTICATIONFAILED] failed", NULL },
  { "* CAPABILITY IMAP4rev2 STARTTLS LITERAL- AUTH=GSSAPI", NULL },
  { "* ENABLED CONDSTORE QRESYNC", NULL },
  { "* LIST (\\Noselect) \"/\" \"~/Mail/foo\"", NULL },
  { "* LIST (\\Noselect) \"/\" ~/Mail/foo", "* LIST (\\Noselect) \"/\" \"~/Mail/foo\"" },
  { "* LIST (\\HasNoChildren \\Sent) \".\" \"Sent\" (\"OLDNAME\" (\"x\"))", NULL },
  { "* LSUB () \".\" \"#news.comp.mail.misc\"", NULL },
  { "* LIST (\\X-Odd) NIL INBOX", NULL },
  { "* NAMESPACE ((\"\" \"/\")) NIL NIL", NULL },
  { "* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) ((\"~\" \"/\")) "
    "((\"#shared/\" \"/\"))",
    "* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\")) ((\"~\" \"/\")) ((\"#shared/\" \"/\"))" },
  { "* STATUS \"blurdybloop\" (MESSAGES 231 UIDNEXT 44292)", NULL },
  { "* ESEARCH (TAG \"A285\") UID MIN 7 MAX 3800 COUNT 11 ALL 7,10:19 MODSEQ 917162500", NULL },
  { "* ESEARCH", NULL },
  { "* ESEARCH (TAG \"a567\") UID COUNT 5 PARTIAL (1:500 1,3)", NULL },
  { "* SEARCH 2 84 882", NULL },
  { "* SEARCH", NULL },
  { "* SEARCH 2 5 6 7 11 12 18 19 20 23 (MODSEQ 917162500)", NULL },
  { "* SORT 5 3 4 1 2", NULL },
  { "* THREAD (2)(3 6 (4 23)(44 7 96))", NULL },
  { "* THREAD ((3)(5))(166)", NULL },
  { "* THREAD", NULL },
  { "* THREAD ", "* THREAD" },
  { "* THREAD (2) (3 6)", NULL },
  { "* THREAD (2", "" },
  { "* THREAD 2 3", "" },
  { "* THREAD (2 x)", "" },
  { "* THREAD (2)) (3)", "" },
  { "* FLAGS (\\Answered \\Flagged $Forwarded)", NULL },
  { "* 23 EXISTS", NULL },
  { "* 5 RECENT", NULL },
  { "* 44 EXPUNGE", NULL },
  { "* VANISHED (EARLIER) 41,43:116,118,120:211,214:540", NULL },
  { "* VANISHED 505,507,510,625", NULL },
  { "* ID (\"name\" \"Cyrus\" \"version\" \"1.5\" \"os\" NIL)", NULL },
  { "* ID NIL", NULL },
  { "* QUOTA \"\" (STORAGE 10 512)", NULL },
  { "* QUOTA \"#user/alice\" (STORAGE 54 111 MESSAGE 42 1000)", NULL },
  { "* QUOTAROOT INBOX \"\"", NULL },
  { "+ Ready for additional command text", NULL },
  { "+ [CODE x] text", NULL },
  { "* OK [UIDVALIDITY 3857529045] UIDs valid", NULL },
  { "* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited", NULL },
  { "* OK [UNSEEN 12] Message 12 is first unseen", NULL },
  { "A003 OK [APPENDUID 38505 3955] APPEND completed", NULL },
  { "A004 OK [COPYUID 38505 304,319:320 3956:3958] Done", NULL },
  { "d105 OK [MODIFIED 7,9] Conditional STORE failed", NULL },
  { "* NO [BADCHARSET (UTF-8 US-ASCII)] no", NULL },
  { "* OK [REFERRAL imap://user;AUTH=*@SERVER2/ (x y)] odd", NULL },
  { "* 12 FETCH (UID 4 FLAGS (\\Seen) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE "
    "4286)",
    NULL },
  { "* 12 FETCH (ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev2 WG mtg summary "
    "and minutes\" "
    "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" "
    "\"cac.washington.edu\")) "
    "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" "
    "\"cac.washington.edu\")) "
    "((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) "
    "NIL NIL "
    "\"<B27397-0100000@cac.washington.edu>\"))",
    NULL },
  { "* 12 FETCH (BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92))",
    NULL },
  { "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" "
    "1152 23 NIL NIL NIL NIL)"
    "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\" \"NAME\" \"cc.diff\") "
    "\"<960723163407.20117h@cac.washington.edu>\" "
    "\"Compiler diff\" \"BASE64\" 4554 73 NIL (\"attachment\" (\"filename\" \"cc.diff\")) (\"en\" "
    "\"de\") NIL) "
    "\"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL NIL))",
    NULL },
  { "* 2 FETCH (BODY[HEADER] {17}\r\nFrom: me\r\n\r\n{3}\r\n FLAGS ())",
    "* 2 FETCH (FLAGS () BODY[HEADER] {17}\r\nFrom: me\r\n\r\n{3}\r\n)" },
  { "* 3 FETCH (BODY[1.2.HEADER.FIELDS (DATE FROM)]<7> {2}\r\nhi)", NULL },
  { "* 3 FETCH (BINARY[1] ~{4}\r\na\001b\n)", "* 3 FETCH (BINARY[1] {4}\r\na\001b\n)" },
  { "* 3 FETCH (MODSEQ (12121231000) EMAILID (M6d99ac3275bb4e) THREADID NIL PREVIEW \"hi\" "
    "SAVEDATE NIL)",
    NULL },
  { "* 21 FETCH (UID 7 BODY[1] NIL)", NULL },
  { "* 25900 UIDFETCH (FLAGS (\\Seen))", NULL },
  { "* METADATA \"\" (/shared/comment {3}\r\na b)", NULL },

  /* Dovecot */
  { "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS "
    "LOGINDISABLED] Dovecot (Debian) ready.",
    NULL },
  { "a OK [READ-WRITE] Select completed (0.001 + 0.000 secs).", NULL },
  { "* LIST (\\HasNoChildren \\UnMarked \\Trash) \"/\" Trash",
    "* LIST (\\HasNoChildren \\Unmarked \\Trash) \"/\" \"Trash\"" },
  { "* OK [HIGHESTMODSEQ 1] Highest", NULL },
  { "* OK Still here", NULL },
  { "* 1 FETCH (FLAGS (\\Seen) UID 1 BODY[HEADER.FIELDS (\"SUBJECT\")] {4}\r\n\r\n\r\n)",
    "* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[HEADER.FIELDS (\"SUBJECT\")] {4}\r\n\r\n\r\n)" },
  { "* STATUS Entw&APw-rfe (MESSAGES 2 HIGHESTMODSEQ 7 SIZE 12 DELETED 0 RECENT 0 UNSEEN 1)",
    "* STATUS \"Entw&APw-rfe\" (MESSAGES 2 RECENT 0 UNSEEN 1 HIGHESTMODSEQ 7 SIZE 12 DELETED 0)" },
  /* Cyrus */
  { "* LIST (\\HasChildren) \".\" \"INBOX\"", "* LIST (\\HasChildren) \".\" INBOX" },
  { "* STATUS INBOX (MESSAGES 5 MAILBOXID (F2212ea87-6097-4256-9d51-71338625))", NULL },
  { "* OK [MAILBOXID (F2212ea87)] Ok", NULL },
  { "* 1 FETCH (FLAGS (\\Recent $X-ME-Annot-2) UID 3 ANNOTATION (/comment (value.priv \"x\")))",
    "* 1 FETCH (UID 3 FLAGS (\\Recent $X-ME-Annot-2) ANNOTATION (/comment (value.priv \"x\")))" },
  /* Courier: a lone space, the flags' spaces */
  { "* LIST (\\HasNoChildren) \".\" \"INBOX.Sent Items\" ",
    "* LIST (\\HasNoChildren) \".\" \"INBOX.Sent Items\"" },
  { "* FLAGS ( \\Draft \\Answered )", "* FLAGS (\\Answered \\Draft)" },
  { "* OK [PERMANENTFLAGS (\\* \\Draft)] Limited", NULL },
  /* Gmail */
  { "* 1 FETCH (X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888 X-GM-LABELS "
    "(\"\\\\Inbox\" \"Muy Importante\") UID 4)",
    "* 1 FETCH (UID 4 EMAILID (1278455344230334865) THREADID (1266894439832287888) X-GM-LABELS "
    "(\\Inbox \"Muy Importante\"))" },
  { "* LIST (\\All \\HasNoChildren) \"/\" \"[Gmail]/Tous les messages\"",
    "* LIST (\\HasNoChildren \\All) \"/\" \"[Gmail]/Tous les messages\"" },
  { "* BAD Could not parse command", NULL },
  { "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL NIL \"7BIT\" 2 1 "
    "NIL NIL NIL) \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL))",
    "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL NIL \"7BIT\" 2 1 "
    "NIL NIL NIL NIL) \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL))" },
  /* Exchange: doubled spaces, a disposition that is a string, message/rfc822 without its insides */
  { "*  3  EXISTS", "* 3 EXISTS" },
  { "* 1 FETCH  (UID 3  FLAGS (\\Seen))", "* 1 FETCH (UID 3 FLAGS (\\Seen))" },
  { "* 1 FETCH (BODYSTRUCTURE (\"application\" \"octet-stream\" NIL NIL NIL \"base64\" 12 NIL "
    "\"attachment\" NIL))",
    "* 1 FETCH (BODYSTRUCTURE (\"application\" \"octet-stream\" NIL NIL NIL \"base64\" 12 NIL "
    "(\"attachment\" NIL) NIL NIL))" },
  { "* 1 FETCH (BODYSTRUCTURE (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 12 NIL NIL NIL))",
    "* 1 FETCH (BODYSTRUCTURE (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 12 NIL NIL NIL NIL))" },
  { "* 1 FETCH (BODYSTRUCTURE (\"message\" \"delivery-status\" NIL NIL NIL \"7bit\" 12))", NULL },
  { "* LIST (\\Marked \\HasNoChildren) \"/\" Sent Items",
    "* LIST (\\HasNoChildren \\Marked) \"/\" \"Sent Items\"" },
  { "* STATUS Sent Items (MESSAGES 1)", "* STATUS \"Sent Items\" (MESSAGES 1)" },
  /* Yahoo and others: nothing after OK, lower case, NIL where strings are due, negative sizes */
  { "a1 OK", "a1 OK " },
  { "a1 ok done", "a1 OK done" },
  { "* ok [uidnext 4] x", "* OK [uidnext 4] x" },
  { "* list () \"/\" inbox", "* LIST () \"/\" INBOX" },
  { "* 1 fetch (uid 1 rfc822.size -1)", "* 1 FETCH (UID 1 RFC822.SIZE 0)" },
  { "* 1 FETCH (INTERNALDATE NIL RFC822 NIL)", "* 1 FETCH (INTERNALDATE NIL BODY[] NIL)" },
  { "* 1 FETCH (INTERNALDATE \" 1-Jan-2020 00:00:00 +0000\")",
    "* 1 FETCH (INTERNALDATE \"01-Jan-2020 00:00:00 +0000\")" },
  { "* 1 FETCH (INTERNALDATE \"yesterday\")", "* 1 FETCH (INTERNALDATE NIL)" },
  { "* 1 FETCH (BODYSTRUCTURE (NIL \"mixed\" (\"boundary\" \"b\") NIL NIL))",
    "* 1 FETCH (BODYSTRUCTURE (NIL \"mixed\" (\"boundary\" \"b\") NIL NIL NIL))" },
  { "* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL NIL NIL NIL))",
    "* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL NIL 0 0 NIL NIL NIL NIL))" },
  { "* 1 FETCH (UID 9 BODYSTRUCTURE (\"text\" FLAGS (\\Seen))", "" },
  { "* 1 FETCH (UID 9 BODYSTRUCTURE (17) FLAGS (\\Seen))",
    "* 1 FETCH (UID 9 FLAGS (\\Seen) BODYSTRUCTURE (17))" },
  { "* 1 FETCH (ENVELOPE (NIL NIL \"\" \"\" NIL NIL NIL NIL NIL NIL))",
    "* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))" },
  { "* 1 FETCH (ENVELOPE (NIL {3}\r\na\"b ((NIL NIL \"a\" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL "
    "NIL NIL NIL))",
    "* 1 FETCH (ENVELOPE (NIL \"a\\\"b\" ((NIL NIL \"a\" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL "
    "NIL NIL NIL))" },
  { "* 1 FETCH (ENVELOPE (NIL \"caf\303\251\" NIL NIL NIL NIL NIL NIL NIL NIL))",
    "* 1 FETCH (ENVELOPE (NIL {5}\r\ncaf\303\251 NIL NIL NIL NIL NIL NIL NIL NIL))" },
  { "* 1 FETCH (ENVELOPE (NIL \"C:\\temp\" NIL NIL NIL NIL NIL NIL NIL NIL))",
    "* 1 FETCH (ENVELOPE (NIL \"C:\\\\temp\" NIL NIL NIL NIL NIL NIL NIL NIL))" },
  { "* OK [broken text", NULL },
  { "* OK [] empty", NULL },
  { "* XWHATEVER (1 2) {3}\r\nabc", NULL },
  { "* 7 XODD here", NULL },
  /* Gmail */
  { "* 1 FETCH (X-GM-THRID 1266894439832287888 X-GM-MSGID 1278455344230334865 X-GM-LABELS "
    "(\\Inbox \\Sent Important \"Muy Importante\" \"&AOk-t&AOk-\") UID 7)",
    "* 1 FETCH (UID 7 EMAILID (1278455344230334865) THREADID (1266894439832287888) X-GM-LABELS "
    "(\\Inbox \\Sent \"Important\" \"Muy Importante\" \"&AOk-t&AOk-\"))" },
  { "* 1 FETCH (X-GM-LABELS () UID 7)", "* 1 FETCH (UID 7 X-GM-LABELS ())" },
  { "* 1 FETCH (X-GM-LABELS (\"\\\\Starred\"))", "* 1 FETCH (X-GM-LABELS (\\Starred))" },
  { "* 1 FETCH (X-GM-LABELS NIL FLAGS ())", "* 1 FETCH (FLAGS () X-GM-LABELS NIL)" },
  /* RFC 8474, 7889, 9394, 9585, 9586, 9738 */
  { "* STATUS \"x\" (MESSAGES 1 APPENDLIMIT 257890 MAILBOXID (F2212ea87))", NULL },
  { "* STATUS \"x\" (APPENDLIMIT NIL)", NULL },
  { "* STATUS \"x\" (MAILBOXID F1 UNSEEN 2)", "* STATUS \"x\" (UNSEEN 2 MAILBOXID F1)" },
  { "* OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] Ok", NULL },
  { "* ESEARCH (TAG \"A01\") UID PARTIAL (-1:-100 200:250,252:300)", NULL },
  { "* ESEARCH (TAG \"A02\") UID PARTIAL (23500:24000 NIL)", NULL },
  { "* ESEARCH PARTIAL (1:x 5) COUNT 3", "" },
  { "* OK [INPROGRESS (\"A001\" 454 1000)] Processed 45% of the mailbox", NULL },
  { "* OK [INPROGRESS (NIL NIL NIL)] Still here", NULL },
  { "* OK [INPROGRESS] Still here", NULL },
  { "A003 NO [MESSAGELIMIT 1000 23221] Only so many", NULL },
  { "A003 OK [MESSAGELIMIT 1000] Only so many", NULL },
  { "A4 BAD [UIDREQUIRED] Message numbers are not allowed", NULL },
  { "* 25900 UIDFETCH (FLAGS (\\Seen) MODSEQ (5))", NULL },
  /* OLDNAME, and names that are no modified UTF-7 */
  { "* LIST () \"/\" \"b\" (\"OLDNAME\" (\"a\"))", NULL },
  { "* LIST () \"/\" \"b\" (\"CHILDINFO\" (\"SUBSCRIBED\") \"OLDNAME\" (\"a\"))", NULL },
  { "* LIST () \"/\" \"b\" (OLDNAME 5)", NULL },
  { "* LIST () \"/\" \"R&D\"", NULL },
  { "* LIST () \"/\" \"&Jjo!\"", NULL },
  { "* LIST () \"/\" {7}\r\nEntw\374rf", NULL },
  /* Not IMAP */
  { "", "" },
  { "HTTP/1.1 400 Bad Request", "" },
  { "*", "" },
  { "* 1 FETCH", "" },
  { "* 99999999999 EXISTS", "" },
  { "* VANISHED none", "" },
  { "* STATUS INBOX", "" },
};

static void
test_responses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (responses); i++)
    {
      g_autofree char *shown = g_strescape (responses[i].line, NULL);

      g_test_message ("%s", shown);
      check_case (BASE_ROLE_CLIENT, &responses[i]);
    }
}

static const Case commands[] = {
  { "a CAPABILITY", NULL },
  { "a noop", "a NOOP" },
  { "a LOGIN \"ada\" \"pw\"", NULL },
  { "a LOGIN ada pw", "a LOGIN \"ada\" \"pw\"" },
  { "a LOGIN {3}\r\nada {2+}\r\np\"", "a LOGIN \"ada\" \"p\\\"\"" },
  { "a AUTHENTICATE PLAIN", NULL },
  { "a AUTHENTICATE PLAIN AGFkYQBwdw==", NULL },
  { "a AUTHENTICATE EXTERNAL =", NULL },
  { "a ENABLE CONDSTORE UTF8=ACCEPT", NULL },
  { "a SELECT inbox", "a SELECT INBOX" },
  { "a SELECT \"Entw&APw-rfe\" (CONDSTORE)", NULL },
  { "a EXAMINE \"R&-D\"", NULL },
  { "a CREATE foo (USE (\\Drafts))", "a CREATE \"foo\" (USE (\\Drafts))" },
  { "a RENAME \"a\" \"b\"", NULL },
  { "a SUBSCRIBE \"x\"", NULL },
  { "a LIST \"\" \"\"", NULL },
  { "a LIST \"\" *", "a LIST \"\" \"*\"" },
  { "a LIST (SUBSCRIBED) \"\" (\"INBOX\" \"Sent/%\") RETURN (CHILDREN)",
    "a LIST (SUBSCRIBED) \"\" (INBOX \"Sent/%\") RETURN (CHILDREN)" },
  { "a LIST \"\" \"%\" RETURN (STATUS (MESSAGES UNSEEN))", NULL },
  { "a LSUB \"\" \"*\"", NULL },
  { "a NAMESPACE", NULL },
  { "a STATUS \"x\" (UIDNEXT MESSAGES)", NULL },
  { "a APPEND \"Sent\" (\\Seen) \"07-Feb-1994 21:52:25 -0800\" {5}\r\nhello", NULL },
  { "a APPEND \"Sent\" ~{5}\r\nhello", "a APPEND \"Sent\" {5}\r\nhello" },
  { "a IDLE", NULL },
  { "a UNSELECT", NULL },
  { "a EXPUNGE", NULL },
  { "a UID EXPUNGE 3000:3002", NULL },
  { "a FETCH 1:3 ALL", "a FETCH 1:3 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)" },
  { "a FETCH 1 FULL", "a FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY)" },
  { "a FETCH 2:* BODY[]", "a FETCH 2:* (BODY[])" },
  { "a FETCH 1 RFC822.HEADER", "a FETCH 1 (BODY.PEEK[HEADER])" },
  { "a UID FETCH 4711 (FLAGS BODY.PEEK[])", NULL },
  { "a UID FETCH $ (UID BODY.PEEK[1.HEADER.FIELDS (DATE FROM)]<0.100> BINARY.PEEK[2])", NULL },
  { "a UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12345 VANISHED)", NULL },
  { "a FETCH 1 (X-GM-LABELS FLAGS)", "a FETCH 1 (FLAGS X-GM-LABELS)" },
  { "a STORE 2:4 +FLAGS (\\Deleted)", NULL },
  { "a UID STORE 7 -FLAGS.SILENT \\Seen", "a UID STORE 7 -FLAGS.SILENT (\\Seen)" },
  { "a UID STORE 7 (UNCHANGEDSINCE 9) FLAGS ($Junk)", NULL },
  { "a UID COPY 2:4 \"Trash\"", NULL },
  { "a MOVE 1 INBOX", NULL },
  { "a ID (\"name\" \"x\" \"os\" NIL)", NULL },
  { "a ID NIL", NULL },
  { "a GETQUOTA \"\"", NULL },
  { "a GETQUOTAROOT INBOX", NULL },
  { "a SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"", NULL },
  { "a SEARCH CHARSET UTF-8 TEXT {6}\r\n\320\237\321\200\320\270", NULL },
  { "a UID SEARCH RETURN (MIN COUNT) 1:10,12 OR SEEN (DELETED LARGER 100) HEADER Subject \"x\" UID "
    "3:*",
    NULL },
  { "a SEARCH KEYWORD $Junk BEFORE \"01-Jan-2020\"", "a SEARCH KEYWORD $Junk BEFORE 1-Jan-2020" },
  { "a SEARCH ALL", NULL },
  { "a XYZZY one two", NULL },
  { "a UID XYZZY 1", NULL },
  { "a SORT (REVERSE ARRIVAL SUBJECT) UTF-8 ALL", NULL },
  { "a UID SORT RETURN (COUNT PARTIAL 1:50) (DATE) US-ASCII FROM \"x\" UNSEEN", NULL },
  { "a UID THREAD REFERENCES UTF-8 SINCE 1-Jan-2020", NULL },
  { "a UID SEARCH RETURN (PARTIAL -1:-100) UID 100:*", NULL },
  { "a UID FETCH 1:* (UID FLAGS) (PARTIAL -1:-100)", NULL },
  { "a UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 98305 PARTIAL 1:2)", NULL },
  { "a UID STORE 4 +X-GM-LABELS (foo \\Inbox)", "a UID STORE 4 +X-GM-LABELS (\"foo\" \\Inbox)" },
  { "a UID STORE 4 -X-GM-LABELS.SILENT (\"&AOk-\")", NULL },
  { "a SEARCH X-GM-MSGID 1278455344230334865 X-GM-RAW \"has:attachment\"", NULL },
  { "a APPEND \"Sent\" (\\Seen) {5}\r\nhello (\\Draft) \"07-Feb-1994 21:52:25 -0800\" {2}\r\nho "
    "{1}\r\nx",
    NULL },
  { "a APPEND \"Sent\" (\\Seen) UTF8 (~{5}\r\nhello) \"07-Feb-1994 21:52:25 -0800\" utf8 "
    "(~{2}\r\nho)",
    "a APPEND \"Sent\" (\\Seen) UTF8 (~{5}\r\nhello) \"07-Feb-1994 21:52:25 -0800\" UTF8 "
    "(~{2}\r\nho)" },
  { "a APPEND \"Sent\" UTF8 ({5}\r\nhello)", "" },
  { "a APPEND \"Sent\" UTF8 (~{5}\r\nhello", "" },
  { "a APPEND \"Sent\" UTF9 (~{5}\r\nhello)", "" },
  { "a APPEND \"Sent\" {5}\r\nhello x", "" },
  { "a SORT () UTF-8 ALL", "" },
  { "a SORT (DATE) ALL", "" },
  { "a UID FETCH 1 (UID) (PARTIAL 1:-2)", "" },
  { "a UID FETCH 1 (UID) (PARTIAL 0:2)", "" },
  { "a", "" },
  { "a LOGIN ada", "" },
  { "a NOOP now", "" },
  { "a FETCH", "" },
  { "a FETCH x FLAGS", "" },
  { "a FETCH 1 (FLAGS) (OTHER 1)", "" },
  { "a STORE 1 FLOGS (\\Seen)", "" },
  { "a SEARCH", "" },
  { "a SEARCH BOGUS", "" },
  { "a SEARCH ()", "" },
  { "a FETCH 1 BODY[]<0.0>", "" },
  { "a APPEND INBOX \"hello\"", "" },
};

static void
test_commands (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_test_message ("%s", commands[i].line);
      check_case (BASE_ROLE_SERVER, &commands[i]);
    }
}

/* What cannot be nested without end must not be: neither by parentheses nor by words. */
static void
test_nesting (void)
{
  static const struct
  {
    BaseRole role;
    const char *head, *unit;
  } tests[] = {
    { BASE_ROLE_CLIENT, "* 1 FETCH (BODYSTRUCTURE ", "(" },
    { BASE_ROLE_CLIENT, "* NAMESPACE ", "(" },
    { BASE_ROLE_CLIENT, "* X ", "(" },
    { BASE_ROLE_SERVER, "a SEARCH ", "(" },
    { BASE_ROLE_SERVER, "a SEARCH ", "NOT " },
    { BASE_ROLE_SERVER, "a SEARCH ", "OR ALL " },
    { BASE_ROLE_SERVER, "a LIST ", "(" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autoptr (GString) line = g_string_new (tests[i].head);
      g_autofree char *written = NULL;

      for (guint j = 0; j < 100000; j++)
        g_string_append (line, tests[i].unit);
      g_string_append (line, "\r\n");
      written = rewrite (tests[i].role, line->str, line->len, line->len);
    }
}

static void
test_values (void)
{
  g_autoptr (ImapResponse) response = NULL;
  static const char line[] = "* 7 FETCH (UID 9 FLAGS (\\Seen $Junk) RFC822.SIZE 12 BODY[HEADER] "
                             "{4}\r\na: b BODY[]<3> \"x\")\r\n";
  const ImapSection *section;

  response = read_line (BASE_ROLE_CLIENT, line, sizeof line - 1, sizeof line, read_response, NULL);
  g_assert_cmpuint (response->number, ==, 7);
  g_assert_cmpuint (response->fetch->uid, ==, 9);
  g_assert_cmpuint (response->fetch->flags.bits, ==, IMAP_FLAG_SEEN);
  g_assert_true (imap_flags_has_keyword (&response->fetch->flags, "$JUNK"));
  g_assert_cmpuint (response->fetch->size, ==, 12);
  section = imap_fetch_section (response->fetch, "header");
  g_assert_nonnull (section);
  g_assert_cmpmem (g_bytes_get_data (section->data.bytes, NULL), section->data.size, "a: b", 4);
  section = imap_fetch_section (response->fetch, "");
  g_assert_cmpint (section->origin, ==, 3);
}

static void
test_codes (void)
{
  g_autoptr (ImapResponse) response = NULL;
  static const char line[] = "a OK [COPYUID 38505 304,319:320 3956:3958] Done\r\n";

  response = read_line (BASE_ROLE_CLIENT, line, sizeof line - 1, sizeof line, read_response, NULL);
  g_assert_cmpint (response->code.type, ==, IMAP_CODE_COPYUID);
  g_assert_cmpuint (response->code.number, ==, 38505);
  g_assert_cmpuint (imap_set_count (response->code.source), ==, 3);
  g_assert_true (imap_set_contains (response->code.target, 3957));
  g_assert_cmpstr (response->text, ==, "Done");
}

static void
test_mailboxes (void)
{
  static const struct
  {
    const char *wire, *name, *again;
  } tests[] = {
    { "inbox", "INBOX", "INBOX" },
    { "Entw&APw-rfe", "Entwürfe", "Entw&APw-rfe" },
    { "&U,BTF2XlZyyKng-", "台北日本語", "&U,BTF2XlZyyKng-" },
    { "~peter/mail/&U,BTFw-/&ZeVnLIqe-",
      "~peter/mail/台北/日本語",
      "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
    { "&2D3eCg-", "😊", "&2D3eCg-" },
    { "R&-D", "R&D", "R&-D" },
    { "R&D", "R&D", "R&-D" },
    { "&Jjo!", "&Jjo!", "&-Jjo!" },
    { "&AGEAYg-", "&AGEAYg-", "&-AGEAYg-" },
    { "Entwürfe", "Entwürfe", "Entw&APw-rfe" },
    { "Entw\374rfe", "Entwürfe", "Entw&APw-rfe" },
    { "", "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *exact = g_memdup2 (tests[i].wire, strlen (tests[i].wire));
      g_autofree char *name =
          imap_mailbox_decode (exact != NULL ? exact : "", strlen (tests[i].wire));
      g_autofree char *again = imap_mailbox_encode (name);

      g_assert_cmpstr (name, ==, tests[i].name);
      g_assert_cmpstr (again, ==, tests[i].again);
    }
}

/* After ENABLE names are UTF-8, and an ampersand is one. */
static void
test_utf8_names (void)
{
  static const char line[] = "* LIST () \"/\" \"Entw\303\274rfe R&-D\"";
  ImapFrame frame;
  g_autoptr (ImapResponse) response = NULL;
  g_autoptr (ImapCommand) command = imap_command_select ("Entw\303\274rfe R&-D", FALSE);
  g_autoptr (ImapLine) written = imap_line_new ();

  imap_frame_init (&frame, BASE_ROLE_CLIENT, line, sizeof line - 1);
  frame.utf8 = TRUE;
  response = imap_parser_response (&frame, &limits, NULL, NULL);
  imap_frame_clear (&frame);
  g_assert_cmpstr (response->list->name, ==, "Entw\303\274rfe R&-D");
  g_assert_null (response->list->wire_name);
  g_assert_true (imap_writer_command_line (command, IMAP_WRITER_UTF8, written));
  g_assert_cmpstr (written->text->str, ==, "SELECT \"Entw\303\274rfe R&-D\"\r\n");
}

static void
test_partial (void)
{
  static const char line[] = "* ESEARCH UID PARTIAL (-1:-100 200:250)";
  g_autoptr (ImapResponse) response = read_line (BASE_ROLE_CLIENT,
                                                 "* ESEARCH UID PARTIAL (-1:-100 200:250)\r\n",
                                                 sizeof line + 1,
                                                 1,
                                                 read_response,
                                                 NULL);

  g_assert_cmpint (response->esearch->partial_from, ==, -1);
  g_assert_cmpint (response->esearch->partial_to, ==, -100);
  g_assert_cmpuint (imap_set_count (response->esearch->partial), ==, 51);
}

static void
test_dates (void)
{
  static const struct
  {
    const char *text;
    gint64 utc;
    gint offset;
  } tests[] = {
    { "17-Jul-1996 02:44:25 -0700", 837596665, -420 },
    { " 1-jan-1970 00:00:00 +0000", 0, 0 },
    { "31-Dec-1969 23:59:59 +0000", -1, 0 },
    { "29-Feb-2000 12:00:00 +0530", 951805800, 330 },
    { "01-Jan-2020 00:00:00", 1577836800, 0 },
  };
  static const char *const bad[] = { "",
                                     "1",
                                     "17-Jul-1996",
                                     "17-Foo-1996 02:44:25 -0700",
                                     "17-Jul-1996 25:44:25 -0700",
                                     "17-Jul-1996 02:44:25 -07",
                                     "17-Jul-1996 02:44:25 -0700x" };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *exact = g_memdup2 (tests[i].text, strlen (tests[i].text));
      g_autoptr (GString) out = g_string_new (NULL);
      gint64 utc;
      gint64 again;
      gint offset;

      g_assert_true (imap_date_parse (exact, strlen (tests[i].text), &utc, &offset));
      g_assert_cmpint (utc, ==, tests[i].utc);
      g_assert_cmpint (offset, ==, tests[i].offset);
      imap_date_write (utc, offset, out);
      g_assert_true (imap_date_parse (out->str, out->len, &again, &offset));
      g_assert_cmpint (again, ==, utc);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      gint64 utc;
      gint offset;

      g_assert_false (imap_date_parse (bad[i], strlen (bad[i]), &utc, &offset));
    }
}

static void
test_sets (void)
{
  g_autoptr (ImapSet) set = imap_set_parse ("1:4,7,9:*", -1);
  g_autoptr (ImapSet) merged = imap_set_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  static const char *const bad[] = { "", "x", "1,", "1:", ":1", "1,,2", "4294967296", "1 ", "$1" };

  g_assert_true (imap_set_contains (set, 3));
  g_assert_false (imap_set_contains (set, 5));
  g_assert_true (imap_set_contains (set, 100));
  g_assert_cmpuint (imap_set_count (set), ==, 6);
  imap_set_add (merged, 1, 1);
  imap_set_add (merged, 2, 2);
  imap_set_add (merged, 3, 5);
  imap_set_add (merged, 9, 9);
  imap_set_write (merged, out);
  g_assert_cmpstr (out->str, ==, "1:5,9");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (imap_set_parse (bad[i], -1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/parser/responses", test_responses);
  g_test_add_func ("/imap/parser/commands", test_commands);
  g_test_add_func ("/imap/parser/nesting", test_nesting);
  g_test_add_func ("/imap/parser/values", test_values);
  g_test_add_func ("/imap/parser/codes", test_codes);
  g_test_add_func ("/imap/parser/mailboxes", test_mailboxes);
  g_test_add_func ("/imap/parser/utf8-names", test_utf8_names);
  g_test_add_func ("/imap/parser/partial", test_partial);
  g_test_add_func ("/imap/parser/dates", test_dates);
  g_test_add_func ("/imap/parser/sets", test_sets);
  return g_test_run ();
}
