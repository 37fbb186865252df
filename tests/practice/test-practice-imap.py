"""What an IMAP client may legally say, however oddly, and what it may not, word by word on the wire
(RFC 3501 and RFC 9051, and the extensions' own)."""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "run"))
import tap  # noqa: E402
from imapline import ImapCase, Line, literal  # noqa: E402

NESTED = b"\r\n".join([
    b"From: =?utf-8?q?Ren=C3=A9?= <rene@example.org>", b"To: ada@practice.example,", b"\tGrace <grace@b.example>",
    b"Subject: nested", b"Date: Mon, 7 Feb 1994 21:52:25 -0800", b"Message-ID: <n1@example.org>",
    b"X-Odd:  two  spaces ", b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=out", b"", b"preamble",
    b"--out", b"Content-Type: multipart/alternative; boundary=in", b"X-Part: one", b"",
    b"--in", b"Content-Type: text/plain", b"", b"plain words", b"--in", b"Content-Type: text/html", b"Content-ID: <h@x>",
    b"Content-Transfer-Encoding: base64", b"", b"PGI+aGk8L2I+", b"--in--",
    b"--out", b"Content-Type: message/rfc822", b"Content-Description: a letter in a letter", b"",
    b"From: inner@example.org", b"Subject: inside", b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=deep",
    b"", b"--deep", b"Content-Type: text/plain", b"", b"deep words", b"--deep--",
    b"--out--", b""])
PLAIN = b"Subject: plain\r\n\r\nline one\r\nline two\r\n"


class Imap(ImapCase):
    def test_grammar(self):
        """Legal but odd, and illegal but common."""
        line = Line(self)
        for command, status in (
                ("noop", "OK"), ("nOoP", "OK"), ("capability", "OK"),
                ("select inbox", "OK \\[READ-WRITE\\]"), ("SELECT \"InBoX\"", "OK"), ("select {5+}\r\ninbox", "OK"),
                ([b"select {5}\r\n", b"INBOX"], "OK"), ([b"examine {5}\r\n", b"inbox"], "OK \\[READ-ONLY\\]"),
                ("SELECT \"IN\\BOX\"", "BAD"), ("SELECT  INBOX", "BAD"), ("SELECT INBOX ", "BAD"), ("NOOP ", "BAD"),
                (" NOOP", "BAD"), ("SELECT", "BAD"), ("SELECT INBOX Archive", "BAD"), ("SELECT INBOX (FOO)", "BAD"),
                ("NOOP now", "BAD"), ("FROB", "BAD"), ("UID NOOP", "BAD"), ("SELECT \"INBOX", "BAD"),
                ("SELECT (INBOX)", "BAD"), ("SELECT IN*BOX", "BAD"), ("SELECT \"*\"", "NO"), ("SELECT NIL", "NO"),
                ("STATUS INBOX ()", "BAD"), ("STATUS INBOX MESSAGES", "BAD"), ("STATUS INBOX (MESSAGES FOO)", "BAD"),
                ("status {5+}\r\ninbox (messages uidnext)", "OK"), ("STATUS INBOX ( MESSAGES)", "BAD"),
                ("STATUS INBOX (MESSAGES )", "BAD"), ("STATUS INBOX (MESSAGES  UIDNEXT)", "BAD"),
                ("LIST \"\" \"*\" foo", "BAD"), ("LIST \"\"", "BAD"), ("LIST (FOO) \"\" *", "BAD"),
                ("LIST \"\" * RETURN (FOO)", "BAD"), ("LSUB \"\" *", "OK"), ("list {0+}\r\n {1+}\r\n*", "OK"),
                ("ID NIL", "OK"), ("ID (\"name\" \"x\" \"version\" NIL)", "OK"), ("ID (\"name\")", "BAD"),
                ("NAMESPACE", "OK"), ("SELECT INBOX", "OK"), ("CHECK", "OK"), ("UNSELECT", "OK"), ("CHECK", "BAD"), ("FETCH 1 FLAGS", "BAD"),
                ("LOGIN ada lovelace", "BAD"), ("AUTHENTICATE PLAIN", "BAD"), ("STARTTLS", "BAD"),
                ("SUBSCRIBE Sent", "OK"), ("UNSUBSCRIBE Sent", "OK"), ("UNSUBSCRIBE Nowhere", "OK|NO"),
                ("APPEND INBOX \"no date\" {1+}\r\nx", "BAD"), ("APPEND INBOX", "BAD"), ("APPEND INBOX x", "BAD"),
                ("DONE", "BAD")):
            self.check(line, command, status)

    def test_lines_and_tags(self):
        line = Line(self)
        line.send(b"\r\n")
        self.assertRegex(line.read(), rb"\A\* BAD ")
        for bad in (b"* NOOP\r\n", b"+ NOOP\r\n", b"a(b NOOP\r\n", b"NOOP\r\n"):
            line.send(bad)
            self.assertRegex(line.read(), rb"\A(\*|NOOP) BAD ", bad)
        line.send(b"A.1-[x]/'&^~|$:;<> NOOP\r\n")
        self.assertRegex(line.read(), rb"\AA\.1-\[x\]/'&\^~\|\$:;<> OK ")
        # One byte at a time, and all at once.
        for byte in b"b STATUS {5+}\r\nINBOX (MESSAGES)\r\n":
            line.send(bytes([byte]))
        self.assertEqual(line.until(b"b")[0], b'* STATUS INBOX (MESSAGES 12)')
        line.send(b"1 NOOP\r\n2 SELECT INBOX\r\n3 FETCH 1 UID\r\n4 CLOSE\r\n5 FETCH 1 UID\r\n6 LOGOUT\r\n7 NOOP\r\n")
        tagged = [answer.split()[:2] for answer in line.until(b"6") if not answer.startswith(b"*")]
        self.assertEqual(tagged, [[b"1", b"OK"], [b"2", b"OK"], [b"3", b"OK"], [b"4", b"OK"], [b"5", b"BAD"],
                                  [b"6", b"OK"]])
        self.assertEqual(line.file.read(), b"")

    def test_overlong(self):
        line = Line(self)
        line.send(b"x SELECT " + b"y" * 66000 + b"\r\n")
        self.assertRegex(line.read(), rb"\A(x BAD|\* BYE) ", "a line that is too long is answered")
        line = Line(self)
        line.send(b"x APPEND INBOX {99999999999}\r\n")
        self.assertRegex(line.read(), rb"\Ax NO \[TOOBIG\]", "it is refused before anything is sent")
        self.assertRegex(line.say("NOOP")[-1], rb"\At OK")
        line = Line(self, signed_in=False)
        line.send(b"x LOGIN {70000}\r\n")
        self.assertRegex(line.read(), rb"\A(x (BAD|NO)|\* BYE) ")
        line = Line(self)
        line.send(b"x SEARCH " + b"NOT " * 200 + b"ALL\r\n")
        self.assertRegex(line.read(), rb"\Ax (BAD|NO) ")
        # A pattern that could be tried in countless ways takes no time.
        line.ok(f"LIST \"\" \"{'*a' * 40}b\"")

    def test_states(self):
        line = Line(self, signed_in=False)
        self.assertRegex(line.greeting, rb"\A\* OK \[CAPABILITY IMAP4rev1 ")
        for command, status in (
                ("SELECT INBOX", "BAD"), ("LIST \"\" *", "BAD"), ("NOOP", "OK"), ("CAPABILITY", "OK"),
                ("STARTTLS", "BAD"), ("LOGIN ada wrong", "NO \\[AUTHENTICATIONFAILED\\]"),
                ("AUTHENTICATE NONSENSE", "NO"), ("AUTHENTICATE PLAIN AGFkYQBsb3ZlbGFjZQ=", "BAD"),
                ("IDLE", "BAD"), ("APPEND INBOX {3+}\r\nabc", "BAD"), ("ID NIL", "OK"),
                ("login {3+}\r\nada {8+}\r\nlovelace", "OK"), ("LOGIN ada lovelace", "BAD")):
            self.check(line, command, status)
        line = Line(self, signed_in=False)
        line.send(b"a AUTHENTICATE PLAIN\r\n")
        self.assertEqual(line.read(), b"+ ")
        line.send(b"*\r\n")
        self.assertRegex(line.read(), rb"\Aa BAD")
        line.send(b"b authenticate plain\r\n")
        self.assertEqual(line.read(), b"+ ")
        line.send(b"AGFkYQBsb3ZlbGFjZQ==\r\n")
        self.assertRegex(line.read(), rb"\Ab OK")
        line = Line(self, signed_in=False)
        self.check(line, [b"LOGIN {3}\r\n", b"ada {8}\r\n", b"lovelace"], "OK")
        line.send(b"i IDLE\r\n")
        self.assertRegex(line.read(), rb"\A\+ ")
        line.send(b"done\r\n")
        self.assertRegex(line.read(), rb"\Ai OK")
        # A failed SELECT leaves nothing selected.
        line.ok("SELECT INBOX")
        self.check(line, "SELECT Nowhere", "NO")
        self.check(line, "FETCH 1 UID", "BAD")

    def test_fetch(self):
        line = Line(self)
        self.check(line, [b"APPEND Archive (\\Flagged $x) \" 7-Feb-1994 21:52:25 -0800\" " + literal(NESTED), NESTED],
                   r"OK \[APPENDUID \d+ 3\]")
        line.ok("SELECT Archive")
        header, body = NESTED.split(b"\r\n\r\n", 1)

        def part(item, peek=True):
            lines = line.ok(f"FETCH 3 BODY{'.PEEK' if peek else ''}[{item}]")
            found = re.search(rb"BODY\[[^]]*\](?:<\d+>)? (?:\{\d+\}\r\n(.*)|\"(.*)\"|NIL)\)\Z", lines[0], re.S)
            self.assertTrue(found, lines)
            return found[1] if found[1] is not None else found[2] or b""

        for item, expected in (
                ("", NESTED), ("HEADER", header + b"\r\n\r\n"), ("TEXT", body), ("header", header + b"\r\n\r\n"),
                ("1.1", b"plain words"), ("1.2", b"PGI+aGk8L2I+"),
                ("1.2.MIME", b"Content-Type: text/html\r\nContent-ID: <h@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
                ("1.MIME", b"Content-Type: multipart/alternative; boundary=in\r\nX-Part: one\r\n\r\n"),
                ("2.HEADER.FIELDS (subject)", b"Subject: inside\r\n\r\n"), ("2.1", b"deep words"),
                ("2.TEXT", b"--deep\r\nContent-Type: text/plain\r\n\r\ndeep words\r\n--deep--"),
                ("2.1.MIME", b"Content-Type: text/plain\r\n\r\n"),
                ("HEADER.FIELDS (To X-None X-ODD)", b"To: ada@practice.example,\r\n\tGrace <grace@b.example>\r\n"
                                                    b"X-Odd:  two  spaces \r\n\r\n"),
                ("HEADER.FIELDS (\"Subject\")", b"Subject: nested\r\n\r\n"),
                ("HEADER.FIELDS.NOT (From To Subject Date Message-ID X-Odd Content-Type)", b"MIME-Version: 1.0\r\n\r\n"),
                ("3", b""), ("1.3", b""), ("1.1.1", b""), ("1.HEADER", b""), ("9.9", b""), ("2.2", b"")):
            with self.subTest(item):
                self.assertEqual(part(item), expected)
        for command, pattern in (
                ("BODY.PEEK[]<0.10>", rb"BODY\[\]<0> (?:\{10\}\r\n|\")" + re.escape(NESTED[:10])),
                ("BODY.PEEK[]<%d.10>" % (len(NESTED) - 3), rb"<%d> \{3\}" % (len(NESTED) - 3)),
                ("BODY.PEEK[]<99999.10>", rb"<99999> (\"\"|\{0\})"),
                ("BODY.PEEK[1.1]<6.100>", rb"BODY\[1\.1\]<6> (\{5\}\r\n|\")words"),
                ("INTERNALDATE", rb'INTERNALDATE "([ 0]8-Feb-1994 05:52:25 \+0000|[ 0]7-Feb-1994 21:52:25 -0800)"'),
                ("(flags)", rb"FLAGS \([^)]*\\Flagged[^)]*\$x"), ("RFC822.SIZE", rb"RFC822.SIZE %d\b" % len(NESTED)),
                ("ENVELOPE", rb'ENVELOPE \("Mon, 7 Feb 1994 21:52:25 -0800" "nested" '
                             rb'\(\("=\?[^"]*\?=" NIL "rene" "example.org"\)\)'),
                ("ENVELOPE", rb'\(\(NIL NIL "ada" "practice.example"\)\("Grace" NIL "grace" "b.example"\)\) NIL NIL NIL '
                             rb'"<n1@example.org>"\)'),
                ("BODY", rb'BODY \(\(\("text" "plain" .* "alternative"\)\("message" "rfc822" .* "mixed"\)'),
                ("BODYSTRUCTURE", rb'"html" NIL "<h@x>" NIL "base64" 12 0'),
                ("ALL", rb"FLAGS .*INTERNALDATE .*RFC822.SIZE .*ENVELOPE"), ("FAST", rb"INTERNALDATE"),
                ("full", rb"ENVELOPE .*BODY \("), ("RFC822.HEADER", rb"RFC822.HEADER \{%d\}" % (len(header) + 4)),
                ("(UID BODY.PEEK[HEADER] BODY.PEEK[TEXT])", rb"UID 3 BODY\[HEADER\] .*BODY\[TEXT\] ")):
            with self.subTest(command):
                self.assertTrue(re.search(pattern, line.ok(f"FETCH 3 {command}")[0], re.S), line.ok(f"FETCH 3 {command}"))
        for bad in ("FETCH 3 ()", "FETCH 3 (ALL)", "FETCH 3 FLAGS UID", "FETCH 3 FOO", "FETCH 0 FLAGS", "FETCH 4 FLAGS",
                    "FETCH 3: FLAGS", "FETCH 3,, FLAGS", "FETCH , FLAGS", "FETCH -1 FLAGS", "FETCH 3 BODY[", "FETCH 3 BODY[]<1>",
                    "FETCH 3 BODY[]<0.0>", "FETCH 3 BODY[HEADER.FIELDS]", "FETCH 3 BODY[HEADER.FIELDS ()]", "FETCH 3 BODY[0]",
                    "FETCH 3 BODY[1.]", "FETCH 3 BODY[MIME]", "FETCH 3 BODY[FOO]", "FETCH 3 (FLAGS", "FETCH 3 (FLAGS)) ",
                    "FETCH a FLAGS", "FETCH 99999999999 FLAGS", "FETCH"):
            self.check(line, bad, "BAD", None)
        for number, (command, uids) in enumerate((
                ("FETCH * UID", [3]), ("FETCH *:1 UID", [1, 2, 3]), ("FETCH 3:1,2 UID", [1, 2, 3]), ("UID FETCH 3:* UID", [3]),
                ("UID FETCH 99:* FLAGS", [3]), ("UID FETCH 99 FLAGS", []), ("UID FETCH 2,1 (UID)", [1, 2]),
                ("FETCH 2:2 (UID)", [2]))):
            with self.subTest(command):
                self.assertEqual([int(re.search(rb"UID (\d+)", answer)[1]) for answer in line.ok(command)], uids)
        # \Seen: not by PEEK, not in EXAMINE, by everything else, and told.
        self.assertNotRegex(line.ok("FETCH 3 FLAGS")[0], rb"Seen")
        line.ok("EXAMINE Archive")
        line.ok("FETCH 3 BODY[]")
        self.assertNotRegex(line.ok("FETCH 3 FLAGS")[0], rb"Seen")
        line.ok("SELECT Archive")
        self.assertRegex(line.ok("FETCH 3 BODY[1.1]")[0], rb"FLAGS \([^)]*\\Seen")

    def test_store(self):
        line = Line(self, select="INBOX")
        other = Line(self, select="INBOX")
        line.ok("STORE 1:* FLAGS ()")
        other.ok("NOOP")
        for command, status, told in (
                ("STORE 1 +FLAGS \\Seen", "OK", rb"1 FETCH \(FLAGS \(\\Seen( \\Recent)?\)\)"),
                ("STORE 1 +FLAGS (\\Flagged $Two)", "OK", rb"\\Seen.*\$Two"),
                ("STORE 1 -flags.silent (\\seen)", "OK", None), ("STORE 1 FLAGS \\Answered \\Draft", "OK", rb"Answered.*Draft"),
                ("STORE 1 FLAGS.SILENT ()", "OK", None), ("UID STORE 1 +FLAGS (key)", "OK", rb"(UID 1 .*key|key.*UID 1)"),
                ("STORE 1:2,* +FLAGS ($x)", "OK", rb"12 FETCH"), ("STORE 1 +FLAGS", "BAD", None),
                ("STORE 1 +FLAGS ", "BAD", None), ("STORE 1 FLAGS \\Recent", "BAD", None), ("STORE 1 FLAGS (\\*)", "BAD", None),
                ("STORE 1 =FLAGS (x)", "BAD", None), ("STORE 1 FLAGS.LOUD (x)", "BAD", None), ("STORE 13 FLAGS (x)", "BAD", None),
                ("UID STORE 99 FLAGS (x)", "OK", None), ("STORE 1 +FLAGS (\\Seen(", "BAD", None),
                ("STORE 1 +FLAGS (\"\\Seen\")", "BAD", None)):
            with self.subTest(command):
                lines = line.say(command)
                self.assertRegex(lines[-1], rb"\At " + status.encode())
                if told is None:
                    self.assertEqual(lines[:-1], [], command)
                else:
                    self.assertTrue(any(re.search(told, answer) for answer in lines[:-1]), lines)
        self.assertTrue(any(b"key" in answer for answer in other.ok("NOOP")))

    def test_copy_and_move(self):
        line = Line(self)
        line.ok("CREATE There")
        line.ok("SELECT INBOX")
        self.check(line, "COPY *:11 There", r"OK \[COPYUID \d+ 11:12 1:2\]", None)
        self.check(line, "UID COPY 1,3:2 There", r"OK \[COPYUID \d+ 1:3 3:5\]", None)
        self.check(line, "UID COPY 99:100 Archive", "OK", None)
        self.check(line, "COPY 13 There", "BAD", None)
        self.check(line, "COPY 1 Nowhere", r"NO \[TRYCREATE\]", None)
        self.check(line, "UID MOVE 99 Nowhere", r"NO \[TRYCREATE\]", None)
        self.check(line, "MOVE 2,4 There", "OK", rb"\A\* OK \[COPYUID \d+ 2,4 6:7\]", rb"\A\* 2 EXPUNGE", rb"\A\* 3 EXPUNGE")
        self.check(line, "UID MOVE * There", "OK", rb"COPYUID \d+ 12 8\]", rb"\A\* 10 EXPUNGE")
        self.check(line, "COPY 1 INBOX", r"OK \[COPYUID \d+ 1 13\]", rb"\A\* 10 EXISTS")
        self.check(line, "MOVE 1 INBOX", "OK", rb"COPYUID \d+ 1 14\]", rb"\A\* 1 EXPUNGE", rb"EXISTS")
        self.check(line, "STORE 1:3 +FLAGS.SILENT (\\Deleted)", "OK", None)
        self.check(line, "UID EXPUNGE 5:*", "OK", rb"\A\* 2 EXPUNGE")
        self.check(line, "UID EXPUNGE", "BAD", None)
        self.check(line, "EXPUNGE 1", "BAD", None)
        line.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.check(line, "CLOSE", "OK", None)
        self.check(line, "SELECT INBOX", "OK", rb"\A\* 7 EXISTS")
        line.ok("EXAMINE There")
        for command in ("EXPUNGE", "MOVE 1 INBOX", "STORE 1 FLAGS ()"):
            self.check(line, command, r"NO \[READ-ONLY\]", None)

    def test_search(self):
        line = Line(self)
        line.ok("CREATE Find")
        for date, source in (("01-Jan-2020 00:30:00 +0000", b"From: Ann <ann@x.org>\r\nTo: bob@x.org\r\nCc: c@x.org\r\n"
                              b"Bcc: d@x.org\r\nSubject: =?utf-8?q?caf=C3=A9?= au lait\r\nDate: Tue, 31 Dec 2019 23:59:00 -0500\r\n"
                              b"X-A: one\r\n\r\nbody of the first\r\n"),
                             ("02-Jan-2020 12:00:00 +0000", b"From: bob@x.org\r\nSubject: second \"quoted\"\r\n"
                              b"Date: Thu, 2 Jan 2020 12:00:00 +0000\r\nX-B:\r\n\r\n" + b"x" * 500 + b"\r\n"),
                             ("03-Jan-2020 12:00:00 +0000", b"From: ANN@X.ORG\r\nSubject: third\r\n\r\nann wrote\r\n")):
            line.ok([f"APPEND Find \"{date}\" ".encode() + literal(source), source])
        line.ok("SELECT Find")
        line.ok("STORE 1 FLAGS.SILENT (\\Seen \\Answered $Key)")
        line.ok("STORE 2 FLAGS.SILENT (\\Flagged \\Draft)")
        line.ok("STORE 3 FLAGS.SILENT (\\Deleted)")
        for query, expected in (
                ("ALL", "1 2 3"), ("1:2", "1 2"), ("*", "3"), ("2:*", "2 3"), ("UID 1,3", "1 3"), ("UID 99:*", "3"),
                ("ANSWERED", "1"), ("UNANSWERED", "2 3"), ("DELETED", "3"), ("UNDELETED", "1 2"), ("DRAFT", "2"),
                ("UNDRAFT", "1 3"), ("FLAGGED", "2"), ("UNFLAGGED", "1 3"), ("SEEN", "1"), ("UNSEEN", "2 3"),
                ("RECENT", "1 2 3"), ("OLD", ""), ("NEW", "2 3"), ("KEYWORD $key", "1"), ("UNKEYWORD $KEY", "2 3"),
                ("FROM ann", "1 3"), ("from {3+}\r\nANN", "1 3"), ("TO bob", "1"), ("CC c@", "1"), ("BCC d@x", "1"),
                ("SUBJECT \"third\"", "3"), ("SUBJECT \"\"", "1 2 3"), ("SUBJECT \"\\\"quoted\\\"\"", "2"),
                ("CHARSET UTF-8 SUBJECT {5+}\r\ncaf\u00e9", "1"), ("charset us-ascii subject lait", "1"),
                ("BODY first", "1"), ("BODY ann", "3"), ("TEXT ann", "1 3"), ("TEXT \"X-A\"", "1"),
                ("HEADER X-A one", "1"), ("HEADER x-a \"\"", "1"), ("HEADER X-B \"\"", "2"), ("HEADER X-C \"\"", ""),
                ("BEFORE 2-Jan-2020", "1"), ("ON 01-Jan-2020", "1"), ("SINCE \"2-jan-2020\"", "2 3"),
                ("SENTBEFORE 1-Jan-2020", "1"), ("SENTON 31-Dec-2019", "1"), ("SENTSINCE 1-Jan-2020", "2"),
                ("LARGER 400", "2"), ("SMALLER 100", "3"), ("NOT SEEN", "2 3"), ("NOT NOT SEEN", "1"),
                ("OR SEEN DELETED", "1 3"), ("OR OR SEEN DELETED FLAGGED", "1 2 3"), ("(SEEN)", "1"),
                ("(OR (SEEN ANSWERED) 3) NOT (FROM bob)", "1 3"), ("SEEN FLAGGED", ""), ("1:2 NOT UID 2", "1"),
                ("NOT (1 2)", "1 2 3"), ("UNSEEN UNDELETED", "2")):
            self.check(line, f"SEARCH {query}".encode(), "OK", re.escape(f"* SEARCH{' ' if expected else ''}{expected}") + r"\Z")
            self.check(line, f"UID SEARCH {query}".encode(), "OK", re.escape(f"* SEARCH{' ' if expected else ''}{expected}") + r"\Z")
        for bad in ("", " ", "FOO", "FROM", "NOT", "OR SEEN", "()", "(SEEN", "SEEN)", "SEEN  FLAGGED", "BEFORE yesterday",
                    "BEFORE 32-Jan-2020", "LARGER x", "KEYWORD", "UID", "UID x", "0", "HEADER x", "SUBJECT (x)",
                    "CHARSET UTF-8", "KEYWORD \"$Key\"", "( SEEN)", "(SEEN )"):
            self.check(line, f"SEARCH {bad}", "BAD", None)
        self.check(line, "SEARCH CHARSET KOI8-R ALL", r"NO \[BADCHARSET \(", None)
        for query, expected in (
                ("RETURN () SEEN", r'\(TAG "t"\) ALL 1'), ("RETURN (MIN MAX COUNT) ALL", r"MIN 1 MAX 3 COUNT 3"),
                ("return (count) answered", r"COUNT 1"), ("RETURN (ALL) OR SEEN DELETED", "ALL 1,3"),
                ("RETURN (MIN MAX) OLD", r'\* ESEARCH \(TAG "t"\)\Z'), ("RETURN (COUNT ALL) OLD", r"COUNT 0\Z")):
            self.check(line, f"SEARCH {query}", "OK", expected)
        self.check(line, "UID SEARCH RETURN (ALL) 3", "OK", r'\(TAG "t"\) UID ALL 3')
        self.check(line, "SEARCH RETURN (FOO) ALL", "BAD", None)
        self.check(line, "SEARCH RETURN ALL", "BAD", None)

    def test_mailboxes(self):
        line = Line(self)
        for command, status in (
                ("CREATE a/b/c", "OK"), ("CREATE a/b", r"NO \[ALREADYEXISTS\]"), ("CREATE a/b/d/", "OK"), ("CREATE inbox", "NO"),
                ("CREATE Inbox/x", "OK"), ("CREATE \"\"", "NO"), ("CREATE /x", "NO"), ("CREATE x//y", "NO"), ("CREATE \"x*\"", "NO"),
                ("CREATE \"x y\"", "OK"), ("CREATE &AOk-", "OK"), ("CREATE " + "n" * 300, "NO"),
                ("DELETE a", r"NO \[HASCHILDREN\]"), ("DELETE inbox", "NO"), ("DELETE none", r"NO \[NONEXISTENT\]"),
                ("RENAME a/b p/q/r", "OK"), ("RENAME p/q p/q/r/s", "NO"), ("RENAME none x", r"NO \[NONEXISTENT\]"),
                ("RENAME a Sent", r"NO \[ALREADYEXISTS\]"), ("RENAME a inbox", "NO"), ("SUBSCRIBE p/q", "OK"),
                ("UNSUBSCRIBE INBOX", "OK"), ("SUBSCRIBE inbox", "OK")):
            self.check(line, command, status)
        for pattern, names in (
                ('"" "a*"', ["a"]), ('"" "p/%"', ["p/q"]), ('"" "p/*"', ["p/q", "p/q/r", "p/q/r/c", "p/q/r/d"]), ('p/ %', ["p/q"]),
                ('"" %/%', ["INBOX/x", "p/q"]), ('"" inb%', ["INBOX"]), ('"" inbox', ["INBOX"]), ('"" "% y"', ["x y"]),
                ('"" "&AOk-"', ["&AOk-"]), ('"" "Inbox/*"', ["INBOX/x"]), ('"" "*/c"', ["p/q/r/c"]), ('"" "none"', []),
                ('"" "%"', ["INBOX", "Drafts", "Sent", "Archive", "Junk", "Trash", "a", "x y", "&AOk-", "p"])):
            with self.subTest(pattern):
                found = [re.search(rb'"/" "?([^"]*)"?\Z', answer)[1].decode() for answer in line.ok(f"LIST {pattern}")]
                self.assertEqual(sorted(found), sorted(names))
        self.check(line, 'LIST "" ""', "OK", rb'\A\* LIST \(\\Noselect\) "/" ""\Z')
        self.check(line, 'LIST "x" ""', "OK", rb'\A\* LIST \(\\Noselect\) "/" ""\Z')
        self.check(line, 'LSUB "" "*"', "OK", rb'LSUB \([^)]*\) "/" "p/q"')
        # % hides p/q, and shows that something is below p (RFC 3501 6.3.9).
        self.check(line, 'LSUB "" %', "OK", rb'LSUB \(\\Noselect\) "/" "p"\Z')
        # INBOX's letters move away, and it stays.
        self.check(line, "RENAME INBOX old/inbox", "OK")
        self.check(line, "STATUS old/inbox (MESSAGES RECENT UIDNEXT)", "OK", rb"\(MESSAGES 12 .*UIDNEXT 13")
        self.check(line, "STATUS INBOX (MESSAGES UIDNEXT)", "OK", rb"MESSAGES 0 UIDNEXT 13\b")
        self.check(line, "LIST \"\" old", "OK", rb"\\HasChildren")
        # What is made again is another.
        before = line.ok("STATUS a (UIDVALIDITY)")
        line.ok("DELETE a")
        line.ok("CREATE a")
        self.assertNotEqual(line.ok("STATUS a (UIDVALIDITY)"), before)

    def test_append(self):
        line = Line(self)
        for command, status in (
                ([b"APPEND Archive " + literal(PLAIN), PLAIN], r"OK \[APPENDUID \d+ 3\]"),
                (b"append archive " + literal(PLAIN, "+") + PLAIN, r"NO \[TRYCREATE\]"),
                (b"append Archive () " + literal(PLAIN, "+") + PLAIN, "OK"),
                (b"append {7+}\r\nArchive (\\seen \\Draft k) \"17-Jul-1996 02:44:25 -0700\" " + literal(PLAIN, "+") + PLAIN, "OK"),
                (b"APPEND Archive (\\Recent) " + literal(PLAIN, "+") + PLAIN, "BAD"),
                (b"APPEND Archive \"17-Jul-1996\" " + literal(PLAIN, "+") + PLAIN, "BAD"),
                (b"APPEND Archive {0+}\r\n", "NO|BAD")):
            self.check(line, command, status)
        line.ok("SELECT Archive")
        self.assertRegex(line.ok("FETCH 5 (FLAGS INTERNALDATE)")[0], rb"\\Seen .*\\Draft.* k.*17-Jul-1996 (09:44:25 \+0000|02:44:25 -0700)")
        # Into the mailbox that is open: told at once.
        self.check(line, b"APPEND Archive " + literal(PLAIN, "+") + PLAIN, r"OK \[APPENDUID", rb"\A\* 6 EXISTS")

    def test_sessions(self):
        one, two = Line(self, select="INBOX"), Line(self, select="INBOX")
        one.ok("STORE 2,4 +FLAGS.SILENT (\\Deleted)")
        one.ok("EXPUNGE")
        # Numbers do not move while the other one uses them (RFC 3501 7.4.1).
        lines = two.say("FETCH 1:5 (UID)")
        self.assertNotIn(b"EXPUNGE", b"".join(line for line in lines if b"FETCH" not in line and not line.startswith(b"t ")))
        self.assertEqual([re.search(rb"UID (\d+)", line)[1] for line in lines if re.search(rb"UID (\d+)\)", line)],
                         [b"1", b"3", b"5"])
        self.assertRegex(lines[-1], rb"\At (OK|NO) \[EXPUNGEISSUED\]")
        self.assertFalse(any(b"EXPUNGE" in line for line in two.ok("SEARCH ALL") + two.ok("STORE 1 +FLAGS.SILENT (a)")))
        self.assertEqual([line for line in two.ok("UID FETCH 1 UID") if b"EXPUNGE" in line], [b"* 2 EXPUNGE", b"* 3 EXPUNGE"])
        # A mailbox that is deleted or renamed under a session.
        one.ok("CREATE gone")
        two.ok("SELECT gone")
        one.ok("DELETE gone")
        two.ok("NOOP")
        self.assertRegex(two.say("APPEND gone {1+}\r\nx")[-1], rb"\At NO \[TRYCREATE\]")
        two.ok("UNSELECT")


class Extensions(ImapCase):
    def highest(self, line, mailbox="INBOX"):
        return int(re.search(rb"HIGHESTMODSEQ (\d+)", line.ok(f"STATUS {mailbox} (HIGHESTMODSEQ)")[-1])[1])

    def test_enable(self):
        line = Line(self)
        self.check(line, "ENABLE CONDSTORE X-NONE condstore", "OK", rb"\A\* ENABLED CONDSTORE\Z")
        self.check(line, "ENABLE QRESYNC", "OK", rb"\A\* ENABLED QRESYNC\Z")
        self.check(line, "ENABLE NOTHING", "OK", rb"\A\* ENABLED\Z")
        self.check(line, "ENABLE", "BAD", None)
        line.ok("SELECT INBOX")
        self.check(line, "ENABLE CONDSTORE", "BAD", None)

    def test_condstore(self):
        """RFC 7162 3.1."""
        line, other = Line(self), Line(self, select="INBOX")
        self.check(line, "SELECT INBOX (CONDSTORE)", "OK", rb"HIGHESTMODSEQ \d+\]")
        before = self.highest(line)
        lines = line.ok("STORE 2 +FLAGS.SILENT (\\Flagged)")
        self.assertRegex(lines[0], rb"\A\* 2 FETCH \(MODSEQ \(\d+\)\)\Z", "silent about flags, not about changes")
        changed = int(re.search(rb"MODSEQ \((\d+)", lines[0])[1])
        self.assertGreater(changed, before)
        self.check(line, "STORE 2 +FLAGS (\\Flagged)", "OK", rb"FLAGS \([^)]*Flagged")
        self.assertEqual(self.highest(line), changed, "the same again is no change")
        # What others do is told with its number, to those who count.
        other.ok("STORE 3 +FLAGS ($There)")
        self.check(line, "NOOP", "OK", rb"\A\* 3 FETCH \(UID 3 FLAGS [^)]*\$There[^)]*\) MODSEQ \(\d+\)\)|MODSEQ \(\d+\).*There")
        self.assertNotIn(b"MODSEQ", b"".join(other.ok("FETCH 1:* FLAGS")))
        # Conditional STORE: 2 and 3 have changed since, 4 has not.
        self.check(line, f"STORE 2:4 (UNCHANGEDSINCE {before}) +FLAGS ($Mine)", r"OK \[MODIFIED 2:3\]", rb"\A\* 4 FETCH")
        self.check(line, f"UID STORE 3 (UNCHANGEDSINCE {before}) -FLAGS ($Mine)", r"OK \[MODIFIED 3\]", None)
        self.check(line, "STORE 1 (UNCHANGEDSINCE 0) +FLAGS ($Mine)", r"OK \[MODIFIED 1\]", None)
        self.check(line, "STORE 1 (UNCHANGEDSINCE 99999999) +FLAGS.SILENT ($Mine)", "OK", rb"\A\* 1 FETCH \(MODSEQ")
        found = line.ok(f"FETCH 1:* (FLAGS) (CHANGEDSINCE {before})")
        self.assertEqual([answer.split()[1] for answer in found], [b"1", b"2", b"3", b"4"])
        self.assertTrue(all(b"MODSEQ (" in answer for answer in found))
        self.assertEqual(line.ok(f"FETCH 1:* FLAGS (CHANGEDSINCE {self.highest(line)})"), [])
        self.check(line, f"SEARCH MODSEQ {changed}", "OK", rb"\A\* SEARCH 1 2 3 4 \(MODSEQ %d\)" % self.highest(line))
        self.check(line, f"SEARCH MODSEQ \"/flags/\\\\seen\" all {changed} 2", "OK", rb"\A\* SEARCH 2 \(MODSEQ %d\)" % changed)
        self.check(line, f"SEARCH RETURN (COUNT) MODSEQ {changed}", "OK", rb"COUNT 4.*MODSEQ %d" % self.highest(line))
        self.check(line, f"SEARCH MODSEQ {self.highest(line) + 1}", "OK", rb"\A\* SEARCH\Z")
        # What cannot be a number of a change (RFC 7162 7); UNCHANGEDSINCE alone may be 0.
        for bad in ("FETCH 1 FLAGS (CHANGEDSINCE 0)", "FETCH 1 FLAGS (CHANGEDSINCE x)", "FETCH 1 FLAGS (CHANGEDSINCE)", "FETCH 1 FLAGS ()",
                    "FETCH 1 FLAGS (UNCHANGEDSINCE 1)", "STORE 1 (CHANGEDSINCE 1) +FLAGS (x)", "STORE 1 (UNCHANGEDSINCE) +FLAGS (x)",
                    "STORE 1 (UNCHANGEDSINCE -1) +FLAGS (x)", "SEARCH MODSEQ", "SEARCH MODSEQ \"/flags/\\\\seen\" 1", "SEARCH MODSEQ x"):
            self.check(line, bad, "BAD", None)
        # MIN, MAX: the change is theirs (RFC 4731 3.2).
        lowest = int(re.search(rb"MODSEQ \((\d+)", line.ok("FETCH 5 MODSEQ")[0])[1])
        self.check(line, "SEARCH RETURN (MIN) MODSEQ 1 5:*", "OK", rb"MIN 5 MODSEQ %d\Z" % lowest)
        # Asking for MODSEQ is enough to be told from then on.
        self.check(other, "FETCH 1 MODSEQ", "OK", rb"OK \[HIGHESTMODSEQ \d+\]", rb"FETCH \(MODSEQ \(\d+\)\)")
        line.ok("STORE 1 -FLAGS.SILENT ($Mine)")
        self.check(other, "NOOP", "OK", rb"MODSEQ")

    def test_qresync(self):
        """RFC 7162 3.2: a client that was here comes back."""
        line, other = Line(self), Line(self)
        select = "SELECT INBOX (QRESYNC (1 1))"
        self.check(line, select, "BAD", None)
        self.check(line, "ENABLE QRESYNC", "OK", rb"QRESYNC")
        validity = int(re.search(rb"UIDVALIDITY (\d+)", b"".join(line.ok("SELECT INBOX")))[1])
        known = self.highest(line)
        line.ok("UNSELECT")
        other.ok("SELECT INBOX")
        other.ok("STORE 3 +FLAGS.SILENT ($New)")
        other.ok("STORE 2,5,6 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        other.ok([b"APPEND INBOX " + literal(PLAIN), PLAIN])
        lines = line.ok(f"SELECT INBOX (QRESYNC ({validity} {known}))")
        self.assertIn(b"* VANISHED (EARLIER) 2,5:6", lines)
        fetched = [re.search(rb"UID (\d+) FLAGS", answer)[1] for answer in lines if b" FETCH " in answer]
        self.assertEqual(fetched, [b"3", b"13"])
        self.assertTrue(all(b"MODSEQ" in answer for answer in lines if b" FETCH " in answer))
        # Known UIDs and sequence-match data; another UIDVALIDITY: as if nothing had been said.
        lines = line.ok(f"SELECT INBOX (QRESYNC ({validity} {known} 4:6,13 (1,3 1,3)))")
        self.assertIn(b"* OK [CLOSED] The one before is closed", lines)
        self.assertIn(b"* VANISHED (EARLIER) 5:6", lines)
        self.assertEqual(len([answer for answer in lines if b" FETCH " in answer]), 1)
        lines = line.ok(f"SELECT INBOX (QRESYNC ({validity + 1} {known}))")
        self.assertFalse(any(b"VANISHED" in answer or b" FETCH " in answer for answer in lines))
        for bad in ("(QRESYNC)", "(QRESYNC (0 1))", "(QRESYNC (1 0))", "(QRESYNC (1 1 *))", "(QRESYNC (1 1 1:2 (1)))", "(QRESYNC (1 1) (1))", "(QRESYNC (1))", "(QRESYNC (x 1))", "(QRESYNC (1 1) FOO)", "()"):
            self.check(line, f"SELECT INBOX {bad}", "BAD")
        line.ok("SELECT INBOX")
        self.check(line, f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {known} VANISHED)", "OK", rb"\A\* VANISHED \(EARLIER\) 2,5:6\Z")
        self.check(line, f"UID FETCH 6:9 (FLAGS) (CHANGEDSINCE {known} VANISHED)", "OK", rb"\A\* VANISHED \(EARLIER\) 6\Z")
        self.check(line, f"FETCH 1:* (FLAGS) (CHANGEDSINCE {known} VANISHED)", "BAD", None)
        # Names instead of numbers, whoever expunges.
        other.ok("UID STORE 7:8 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        self.check(line, "NOOP", "OK", rb"\A\* VANISHED 7:8\Z")
        line.ok("UID STORE 9 +FLAGS.SILENT (\\Deleted)")
        self.check(line, "UID EXPUNGE 9", r"OK \[HIGHESTMODSEQ \d+\]", rb"\A\* VANISHED 9\Z")
        self.check(line, "UID MOVE 10 Archive", "OK", rb"\A\* OK \[COPYUID", rb"\A\* VANISHED 10\Z")
        line.ok("UID STORE 11 +FLAGS.SILENT (\\Deleted)")
        self.check(line, "CLOSE", r"OK \[HIGHESTMODSEQ \d+\]", None)

    def test_searchres(self):
        """RFC 5182."""
        line = Line(self, select="INBOX")
        self.check(line, "SEARCH RETURN (SAVE) 2:4", "OK", None)
        self.assertEqual([answer.split()[1] for answer in line.ok("FETCH $ UID")], [b"2", b"3", b"4"])
        self.check(line, "UID SEARCH RETURN (SAVE COUNT) $ 3:5", "OK", rb"UID COUNT 2")
        self.check(line, "UID STORE $ +FLAGS.SILENT (\\Deleted)", "OK", None)
        line.ok("UID EXPUNGE $")
        self.assertEqual(line.ok("FETCH $ UID"), [], "what is gone is no longer in it")
        line.ok("SEARCH RETURN (SAVE MIN MAX) ALL")
        self.assertEqual([answer.split()[1] for answer in line.ok("FETCH $ UID")], [b"1", b"10"])
        self.check(line, "COPY $ Archive", r"OK \[COPYUID")
        self.check(line, "SEARCH RETURN (SAVE) CHARSET X-ODD ALL", r"NO \[BADCHARSET")
        self.assertEqual(line.ok("FETCH $ UID"), [])

    def test_quota(self):
        """RFC 9208."""
        line = Line(self)
        lines = line.ok("GETQUOTAROOT INBOX")
        self.assertEqual(lines[0], b'* QUOTAROOT INBOX ""')
        used, limit = (int(n) for n in re.search(rb'\* QUOTA "" \(STORAGE (\d+) (\d+)\)', lines[1]).groups())
        self.assertEqual(limit, 100 * 1024)
        size = sum(int(re.search(rb"SIZE (\d+)", answer)[1]) for answer in
                   line.ok('LIST "" * RETURN (STATUS (SIZE))') if b"STATUS" in answer)
        self.assertEqual(used, -(-size // 1024))
        self.check(line, 'GETQUOTA ""', "OK", rb'\* QUOTA "" \(STORAGE %d' % used)
        self.check(line, "GETQUOTA other", r"NO \[NONEXISTENT\]", None)
        self.check(line, "GETQUOTAROOT nowhere", r"NO \[NONEXISTENT\]", None)
        large = b"Subject: large\r\n\r\n" + b"x" * (60 * 1024 * 1024)
        line.ok(b"APPEND Archive " + literal(large, "+") + large)
        self.check(line, b"APPEND Archive " + literal(large, "+") + large, r"NO \[OVERQUOTA\]", None)
        line.ok("SELECT Archive")
        self.check(line, "COPY * Trash", r"NO \[OVERQUOTA\]", None)
        self.check(line, "MOVE * Trash", "OK", rb"COPYUID")

    def test_list_extended(self):
        """RFC 5258, 5819, 8438."""
        line = Line(self)
        line.ok("CREATE top/sub")
        line.ok("SUBSCRIBE top/sub")
        line.ok("CREATE gone")
        line.ok("SUBSCRIBE gone")
        line.ok("DELETE gone")
        self.check(line, 'LIST (SUBSCRIBED) "" *', "OK", rb'\(\\[^)]*\\Subscribed[^)]*\) "/" "top/sub"',
                   rb'\((\\NonExistent \\Subscribed|\\Subscribed \\NonExistent)\) "/" "gone"')
        self.check(line, 'LIST (SUBSCRIBED RECURSIVEMATCH) "" %', "OK", rb'"top" \("?CHILDINFO"? \("SUBSCRIBED"\)\)')
        self.check(line, 'LIST (RECURSIVEMATCH) "" %', "BAD", None)
        self.check(line, 'LIST () "" (INBOX Tr%) RETURN (CHILDREN SUBSCRIBED)', "OK", rb'Subscribed.* INBOX', rb'"Trash"')
        self.check(line, 'LIST (SPECIAL-USE) "" *', "OK", rb'\\Sent[^)]*\) "/" "Sent"')
        lines = line.ok('LIST "" % RETURN (STATUS (MESSAGES SIZE UIDNEXT))')
        self.assertTrue(any(re.match(rb"\* STATUS INBOX \(MESSAGES 12 UIDNEXT 13 SIZE \d+\)", answer) for answer in lines))
        self.assertEqual(len([answer for answer in lines if b"STATUS" in answer]),
                         len([answer for answer in lines if b"LIST" in answer]))

    def test_objects(self):
        """RFC 8474, 8514, 8970, 5032."""
        line = Line(self)
        created = line.say("CREATE Box")[-1]
        self.assertRegex(created, rb"OK \[MAILBOXID \([A-Za-z0-9_-]+\)\]")
        identity = re.search(rb"MAILBOXID \(([^)]+)\)", created)[1]
        line.ok("RENAME Box Casket")
        self.check(line, "STATUS Casket (MAILBOXID)", "OK", rb"MAILBOXID \(" + identity)
        self.check(line, "SELECT Casket", "OK", rb"OK \[MAILBOXID \(" + identity)
        self.check(line, "SELECT INBOX", "OK")
        one = line.ok("FETCH 1 (EMAILID THREADID)")[0]
        email_id = re.search(rb"EMAILID \(([^)]+)\)", one)[1]
        self.check(line, "COPY 1 Casket", "OK")
        self.check(line, f"SEARCH EMAILID {email_id.decode()}", "OK", rb"\A\* SEARCH 1\Z")
        threads = [re.search(rb"THREADID \(([^)]+)\)", answer)[1] for answer in line.ok("FETCH 1:* THREADID")]
        self.assertEqual(len(set(threads[4:7])), 1, "the ferry's letters answer one another")
        self.check(line, f"SEARCH THREADID {threads[4].decode()}", "OK", rb"\A\* SEARCH 5 6 7\Z")
        line.ok("SELECT Casket")
        self.check(line, "FETCH 1 EMAILID", "OK", rb"EMAILID \(" + email_id)
        self.check(line, "FETCH 1 SAVEDATE", "OK", rb'SAVEDATE "\d\d-\w{3}-\d{4} ')
        self.check(line, "SEARCH SAVEDSINCE 1-Jan-2020", "OK", rb"\A\* SEARCH 1\Z")
        self.check(line, "SEARCH SAVEDBEFORE 1-Jan-2020", "OK", rb"\A\* SEARCH\Z")
        self.check(line, "SEARCH SAVEDATESUPPORTED", "OK", rb"\A\* SEARCH 1\Z")
        self.check(line, "SEARCH YOUNGER 60", "OK", rb"\A\* SEARCH\Z")
        self.check(line, "SEARCH OLDER 60", "OK", rb"\A\* SEARCH 1\Z")
        self.check(line, "SEARCH OLDER 0", "BAD", None)
        line.ok("SELECT INBOX")
        preview = line.ok("FETCH 12 (PREVIEW)")[0]
        self.assertRegex(preview, rb"PREVIEW (\"|\{\d+\}\r\n)")
        self.assertNotIn(b"\\Seen", line.ok("FETCH 12 FLAGS")[0])
        self.check(line, "FETCH 12 PREVIEW (LAZY)", "OK", rb"PREVIEW")
        self.check(line, "FETCH 12 (UID PREVIEW (LAZY))", "OK", rb"PREVIEW")

    def test_compress(self):
        """RFC 4978: the same session, smaller."""
        line = Line(self)
        self.check(line, "COMPRESS", "BAD", None)
        self.check(line, "COMPRESS ZSTD", "NO", None)
        self.assertIn(b" COMPRESS=DEFLATE", b"".join(line.ok("CAPABILITY")))
        line.send(b"a COMPRESS DEFLATE\r\nb NOOP\r\n")
        self.assertRegex(line.read(), rb"\Aa BAD", "what follows could be either")
        self.assertRegex(line.read(), rb"\Ab OK")
        line.send(b"a COMPRESS DEFLATE\r\n")
        self.assertRegex(line.read(), rb"\Aa OK")
        line.compress()
        self.check(line, "COMPRESS DEFLATE", r"NO \[COMPRESSIONACTIVE\]", None)
        self.assertNotIn(b"COMPRESS=DEFLATE", b"".join(line.ok("CAPABILITY")))
        source = b"Subject: large\r\n\r\n" + b"0123456789abcdef" * 500000 + os.urandom(3000000).replace(b"\0", b"0")
        self.check(line, [b"APPEND Archive " + literal(source), source], r"OK \[APPENDUID")
        line.ok("SELECT Archive")
        self.assertTrue(line.ok("FETCH 3 BODY.PEEK[]")[0].endswith(source + b")"))
        self.assertLess(line.file.came, len(source) / 2)
        for byte in b"c NOOP\r\n":
            line.send(bytes([byte]))
        self.assertRegex(line.read(), rb"\Ac OK")
        # Told at once, though nothing follows.
        line.send(b"i IDLE\r\n")
        self.assertRegex(line.read(), rb"\A\+ ")
        Line(self, select="Archive").ok("STORE 1 +FLAGS (\\Flagged)")
        self.assertRegex(line.read(), rb"\A\* 1 FETCH .*Flagged")
        line.send(b"DONE\r\n")
        self.assertRegex(line.read(), rb"\Ai OK")
        line.socket.sendall(b"what is not deflate\r\n\r\n")
        self.assertEqual(line.file.readline(), b"", "and that is the end of it")

    def test_replace(self):
        """RFC 8508: a draft's next version, in one step."""
        line = Line(self, select="INBOX")
        other = Line(self, select="INBOX")
        self.check(line, [b"REPLACE 3 INBOX (\\Seen \\Draft) " + literal(PLAIN), PLAIN], "OK",
                   rb"\A\* OK \[APPENDUID \d+ 13\]", rb"\A\* 13 EXISTS", rb"\A\* 3 EXPUNGE")
        self.assertRegex(line.ok("FETCH * (UID FLAGS RFC822.SIZE)")[0], rb"UID 13 .*\\Seen.*\\Draft.*SIZE %d" % len(PLAIN))
        self.assertEqual(line.ok("SEARCH UID 3"), [b"* SEARCH"])
        self.assertIn(b"* 3 EXPUNGE", other.ok("NOOP"))
        self.check(line, b"UID REPLACE 13 Drafts " + literal(PLAIN, "+") + PLAIN, "OK", rb"APPENDUID \d+ 2\]", rb"\A\* 12 EXPUNGE")
        large = PLAIN + b"x" * 100000
        self.check(line, [b"UID REPLACE 12 INBOX " + literal(large), large], "OK", rb"APPENDUID \d+ 14\]")
        for bad, answer in ((b"REPLACE 99 INBOX", "BAD"), (b"UID REPLACE 99 INBOX", r"NO \[NONEXISTENT\]"),
                            (b"REPLACE 1:2 INBOX", "BAD"), (b"REPLACE 1 Nowhere", r"NO \[TRYCREATE\]")):
            self.check(line, bad + b" " + literal(PLAIN, "+") + PLAIN, answer, None)
        self.check(line, "SEARCH ALL", "OK", rb"\A\* SEARCH 1 2 3 4 5 6 7 8 9 10 11\Z")


if __name__ == "__main__":
    tap.main()
