"""What IMAP4rev2 and the later extensions ask of a server, word by word on the wire (RFC 9051, 3502, 3516, 5256,
5957, 5267, 9394, 9586, 9755)."""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "run"))
import tap  # noqa: E402
from imapline import ImapCase, Line, literal  # noqa: E402

PLAIN = b"Subject: plain\r\n\r\nline one\r\nline two\r\n"


def letter(subject, date=None, body=b"x\r\n", **fields):
    lines = [b"Subject: " + subject.encode()]
    if date:
        lines.append(b"Date: " + date.encode())
    for name, value in fields.items():
        lines.append(name.replace("_", "-").encode() + b": " + value.encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class More(ImapCase):
    def fill(self, line, mailbox, letters):
        """@letters: (INTERNALDATE or None, source)."""
        line.ok(f"CREATE {mailbox}")
        for date, source in letters:
            stamp = b'"' + date.encode() + b'" ' if date else b""
            line.ok(b"APPEND " + mailbox.encode() + b" " + stamp + literal(source, "+") + source)
        line.ok(f"SELECT {mailbox}")

    def test_line_ends(self):
        """RFC 9051 2.2: CR and LF, and nothing else; whoever lies between may see another line."""
        line = Line(self)
        line.send(b"a NOOP\n")
        self.assertRegex(line.read(), rb"\Aa BAD")
        line.send(b"b LOGOUT\nc NOOP\r\n")
        self.assertRegex(line.read(), rb"\Ab BAD")
        self.assertRegex(line.read(), rb"\Ac OK")
        line.send(b"d SELECT {5}\n")
        self.assertRegex(line.read(), rb"\Ad BAD", "no literal begins there")
        line.send(b"e NOOP\rx\r\n")
        self.assertRegex(line.read(), rb"\Ae BAD")
        line.send(b"f IDLE\r\n")
        self.assertRegex(line.read(), rb"\A\+ ")
        line.send(b"DONE\n")
        self.assertRegex(line.read(), rb"\Af BAD")
        line = Line(self, signed_in=False)
        line.send(b"g AUTHENTICATE PLAIN\r\n")
        line.read()
        line.send(b"AGFkYQBsb3ZlbGFjZQ==\n")
        self.assertRegex(line.read(), rb"\Ag BAD")

    def test_bytes(self):
        """What is not ASCII stands in quotes, and is UTF-8 (RFC 9051 9: CHAR, QUOTED-CHAR)."""
        line = Line(self, select="INBOX")
        for command in ("CREATE é".encode(), b'CREATE "\xff"', b'CREATE "\xc3"', "STORE 1 +FLAGS (é)".encode(),
                        "SEARCH KEYWORD é".encode(), b'SEARCH SUBJECT "\xe9"', "é".encode(), "LOGIN é x".encode(),
                        "ID (é NIL)".encode()):
            self.check(line, command, "BAD", None)
        self.check(line, 'SEARCH SUBJECT "é"'.encode(), "OK", rb"\A\* SEARCH")
        self.check(line, 'SEARCH SUBJECT "a\\"é"'.encode(), "OK", rb"\A\* SEARCH")
        # A flag with a backslash is the standard's, and this one is in none.
        self.check(line, "STORE 1 +FLAGS (\\Shiny)", r"NO \[CANNOT\]", None)
        self.check(line, b"APPEND INBOX (\\Shiny) " + literal(PLAIN, "+") + PLAIN, r"NO \[CANNOT\]", None)
        self.assertNotIn(b"Shiny", b"".join(line.ok("FETCH 1:* FLAGS") + line.ok("SELECT INBOX")))
        # Days that no calendar has.
        for command in ("SEARCH BEFORE 31-Feb-2020", "SEARCH SENTON 29-Feb-2019", "SEARCH SINCE 31-Apr-2020",
                        'APPEND INBOX "31-Feb-2020 00:00:00 +0000" {3+}\r\nabc'):
            self.check(line, command, "BAD", None)
        self.check(line, "SEARCH SINCE 29-Feb-2020 SINCE 1-Feb-2020 SINCE 01-Jan-2020", "OK", rb"\A\* SEARCH 1 ")

    def test_keywords_have_a_limit(self):
        """64 different ones in a mailbox; \\* says whether there can be more (RFC 9051 7.1: LIMIT, PERMANENTFLAGS)."""
        line = Line(self)
        line.ok("CREATE Marks")
        for _ in range(2):
            line.ok(b"APPEND Marks " + literal(PLAIN, "+") + PLAIN)
        line.ok("SELECT Marks")
        line.ok(f"STORE 1 FLAGS ({' '.join(f'k{number}' for number in range(63))})")
        self.check(line, "STORE 2 +FLAGS (one two)", r"NO \[LIMIT\]", None)
        self.assertEqual(line.ok("FETCH 2 FLAGS")[0].count(b"one"), 0)
        self.check(line, b"APPEND Marks (one two) " + literal(PLAIN, "+") + PLAIN, r"NO \[LIMIT\]", None)
        self.assertTrue(any(b"PERMANENTFLAGS" in answer and b"\\*" in answer for answer in line.ok("SELECT Marks")))
        line.ok("STORE 2 +FLAGS (K1 one)")
        self.assertTrue(any(b"PERMANENTFLAGS" in answer and b"\\*" not in answer for answer in line.ok("SELECT Marks")))
        # What is there already can be set, and taken away; then there is room again.
        line.ok("STORE 2 +FLAGS (k2 ONE \\Seen)")
        self.check(line, "STORE 2 +FLAGS (other)", r"NO \[LIMIT\]", None)
        line.ok("COPY 2 INBOX")
        line.ok("STORE 2 -FLAGS (one never)")
        line.ok("STORE 2 +FLAGS (other)")
        # A copy brings its own.
        line.ok("SELECT INBOX")
        line.ok("STORE * FLAGS (stranger)")
        self.check(line, "COPY * Marks", r"NO \[LIMIT\]", None)
        self.check(line, "MOVE * Marks", r"NO \[LIMIT\]", None)

    def test_numbers_beyond(self):
        """A number above the last is a mistake, in SEARCH too (RFC 9051 9: seq-number)."""
        line = Line(self, select="INBOX")
        for command in ("SEARCH 13", "SEARCH 1:13", "SEARCH NOT 13", "SEARCH OR SEEN (13 UNSEEN)", "UID SEARCH 13", "SORT (DATE) UTF-8 13"):
            self.check(line, command, "BAD", None)
        self.check(line, "SEARCH 12:*", "OK", rb"\A\* SEARCH 12\Z")
        self.check(line, "SEARCH UID 99", "OK", rb"\A\* SEARCH\Z")
        line.ok("CREATE Empty")
        line.ok("SELECT Empty")
        self.check(line, "SEARCH *", "BAD", None)
        self.check(line, "SEARCH ALL", "OK", rb"\A\* SEARCH\Z")

    def test_gone_and_not_yet_told(self):
        """What another session expunged is neither changed nor copied, and nobody says that it was (RFC 9051 7.1)."""
        line, other = Line(self, select="INBOX"), Line(self, select="INBOX")
        other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        self.check(line, "FETCH 2 FLAGS", r"OK \[EXPUNGEISSUED\]")
        lines = line.say("STORE 1:3 +FLAGS ($x)")
        self.assertRegex(lines[-1], rb"\At NO \[EXPUNGEISSUED\]")
        self.assertEqual([answer.split()[1] for answer in lines if b"$x" in answer], [b"1", b"3"])
        self.assertFalse(any(b"EXPUNGE" in answer for answer in lines[:-1]), "not while STORE is answered")
        self.check(line, "COPY 1:3 Archive", r"NO \[EXPUNGEISSUED\]")
        self.assertEqual(other.ok("STATUS Archive (MESSAGES)"), [b'* STATUS "Archive" (MESSAGES 2)'], "none was copied")
        self.check(line, "NOOP", "OK", rb"\A\* 2 EXPUNGE\Z")
        self.check(line, "COPY 1:3 Archive", r"OK \[COPYUID \d+ 1,3:4 3:5\]")

    def test_order(self):
        """Answers come in the order of the commands, also when one is none; DONE may be in a hurry."""
        line = Line(self)
        line.send(b"1 SELECT INBOX\r\n2 FETCH\r\n3 FETCH 1 UID\r\n4 NOOP \r\n(\r\n5 SEARCH ALL\n6 NOOP\r\n")
        answers = [answer.split()[:2] for answer in line.until(b"6")]
        self.assertEqual([answer for answer in answers if answer[0] != b"*" or answer[1] == b"BAD"],
                         [[b"1", b"OK"], [b"2", b"BAD"], [b"3", b"OK"], [b"4", b"BAD"], [b"*", b"BAD"], [b"5", b"BAD"], [b"6", b"OK"]])
        line.send(b"7 IDLE\r\nDONE\r\n8 NOOP\r\n9 IDLE\r\nNOOP\r\nA NOOP\r\n")
        answers = line.until(b"A")
        self.assertRegex(b"\n".join(answers), rb"\A\+ idling\n7 OK [^\n]*\n8 OK [^\n]*\n\+ idling\n9 BAD [^\n]*\nA OK")
        # Who was turned out of IDLE is no longer told of things without a command.
        other = Line(self, select="INBOX")
        other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        line.send(b"B CAPABILITY\r\n")
        self.assertRegex(line.read(), rb"\A\* CAPABILITY")
        self.assertRegex(line.read(), rb"\AB OK")
        self.check(line, "NOOP", "OK", rb"\A\* 1 EXPUNGE")
        # Where there is no IDLE, DONE is a tag without a command.
        line = Line(self, signed_in=False)
        line.send(b"1 IDLE\r\nDONE\r\n2 NOOP\r\n")
        self.assertEqual([answer.split()[:2] for answer in line.until(b"2")], [[b"1", b"BAD"], [b"DONE", b"BAD"], [b"2", b"OK"]])

    def test_rev2(self):
        """RFC 9051: what changes when it is enabled, and not before."""
        line = Line(self)
        self.assertRegex(line.greeting, rb"CAPABILITY IMAP4rev1 IMAP4rev2 ")
        line.ok("CREATE &AOk-t&AOk-")
        self.check(line, "LIST \"\" &AOk-%", "OK", rb'"&AOk-t&AOk-"')
        self.check(line, "SELECT INBOX", "OK", rb"\d+ RECENT", rb"UNSEEN")
        self.check(line, "SEARCH ALL", "OK", rb"\A\* SEARCH 1 2")
        line.ok("UNSELECT")
        self.check(line, "ENABLE IMAP4rev2", "OK", rb"\A\* ENABLED IMAP4rev2\Z")
        lines = line.ok("SELECT INBOX")
        self.assertFalse(any(re.search(rb"RECENT|UNSEEN", answer) for answer in lines), lines)
        for wanted in (rb"\* FLAGS ", rb"\* 12 EXISTS", rb"\* LIST \([^)]*\) \"/\" INBOX", rb"PERMANENTFLAGS", rb"UIDNEXT", rb"UIDVALIDITY"):
            self.assertTrue(any(re.search(wanted, answer) for answer in lines), wanted)
        self.assertNotIn(b"Recent", b"".join(line.ok("FETCH 1:* FLAGS")))
        self.check(line, "SEARCH ALL", "OK", rb'\A\* ESEARCH \(TAG "t"\) ALL 1:12\Z')
        self.check(line, "UID SEARCH SEEN UNSEEN", "OK", rb'\A\* ESEARCH \(TAG "t"\) UID\Z')
        for gone in ("SEARCH NEW", "SEARCH OLD", "SEARCH NOT RECENT", "STATUS Sent (RECENT)"):
            self.check(line, gone, "BAD", None)
        self.check(line, "STATUS INBOX (DELETED SIZE)", "OK", rb"DELETED 0")
        other = Line(self)
        other.ok([b"APPEND INBOX " + literal(PLAIN), PLAIN])
        self.assertEqual(line.ok("NOOP"), [b"* 13 EXISTS"])
        # Names are UTF-8 in both directions; another session still has them as before.
        line.ok("CREATE \"Été/ça & là\"".encode())
        self.check(line, "LIST \"\" \"Été/%\"".encode(), "OK", '"Été/ça & là"'.encode())
        self.check(other, "LIST \"\" \"&AMk-t&AOk-/%\"", "OK", rb'"&AMk-t&AOk-/&AOc-a &- l&AOA-"')
        self.check(line, "SELECT \"été\"".encode(), "OK", '"été"'.encode())
        self.check(line, "LIST \"\" \"&AOk-%\"", "OK", None)
        self.check(line, "STATUS {6+}\r\nét".encode() + "é (MESSAGES)".encode()[0:2] + b" (MESSAGES)", "OK|NO|BAD")

    def test_utf8_accept(self):
        """RFC 9755: IMAP4rev1 with names in UTF-8."""
        line = Line(self)
        self.check(line, "ENABLE UTF8=ACCEPT", "OK", rb"\A\* ENABLED UTF8=ACCEPT\Z")
        line.ok("CREATE \"été\"".encode())
        self.check(line, "LIST \"\" \"%t%\"", "OK", '"été"'.encode())
        line.ok("SELECT INBOX")
        self.check(line, "SEARCH SUBJECT \"postale\"".encode(), "OK", rb"\A\* SEARCH \d+\Z")
        self.check(line, "SEARCH CHARSET UTF-8 ALL", "BAD", None)
        source = "Subject: été\r\n\r\nx\r\n".encode()
        line.ok([b"APPEND INBOX " + literal(source), source])
        self.check(line, "SEARCH SUBJECT \"été\"".encode(), "OK", rb"\A\* SEARCH 13\Z")

    def test_envelope(self):
        """The header's own bytes: encoded words stay what they are, quotes go, groups have their marks."""
        line = Line(self)
        source = b"\r\n".join([
            b"From: =?iso-8859-1?q?Ren=E9?= Dupont <rene@example.org>", b"Sender: \"Dupont, R. \\\"x\\\"\" <s@example.org>",
            b"Reply-To: old@example.org (Old Style)",
            b"To: Friends: a@x.org, \"B C\" <\"b c\"@x.org>;,", b"\tlast@example.org",
            b"Cc: undisclosed-recipients:;", b"Bcc: <@relay.example,@two.example:far@x.org>",
            b"Subject: =?utf-8?b?w6k=?= and =?utf-8?q?_more?=", b"Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)",
            b"In-Reply-To: <a@b> \"odd\"", b"Message-ID: <n1@example.org>", b"MIME-Version: 1.0",
            b"Content-Type: text/plain; charset=\"utf-8\"; name*=iso-8859-1''%E9.txt", b"Content-Description: =?utf-8?q?=C3=A9?=",
            b"Content-Language: en, fr", b"", b"x", b""])
        self.fill(line, "One", [(None, source)])
        answer = line.ok("FETCH 1 ENVELOPE")[0]
        person = rb'("=?iso-8859-1?q?Ren=E9?= Dupont" NIL "rene" "example.org")'
        self.assertEqual(answer, b'* 1 FETCH (ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800 (PST)" '
                         b'"=?utf-8?b?w6k=?= and =?utf-8?q?_more?=" (' + person + b') '
                         b'(("Dupont, R. \\"x\\"" NIL "s" "example.org")) (("Old Style" NIL "old" "example.org")) '
                         b'((NIL NIL "Friends" NIL)(NIL NIL "a" "x.org")("B C" NIL "b c" "x.org")(NIL NIL NIL NIL)'
                         b'(NIL NIL "last" "example.org")) ((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) '
                         b'((NIL "@relay.example,@two.example" "far" "x.org")) "<a@b> \\"odd\\"" "<n1@example.org>"))')
        answer = line.ok("FETCH 1 BODYSTRUCTURE")[0]
        self.assertIn(b'("charset" "utf-8" "name*" "iso-8859-1\'\'%E9.txt")', answer)
        self.assertIn(b'"=?utf-8?q?=C3=A9?="', answer)
        self.assertIn(b'("en" "fr")', answer)
        missing = b"From: a@x.org\r\nTo: nobody\r\n\r\n"
        line.ok(b"APPEND One " + literal(missing, "+") + missing)
        self.assertEqual(line.ok("FETCH 2 ENVELOPE")[-1],
                         b'* 2 FETCH (ENVELOPE (NIL NIL ((NIL NIL "a" "x.org")) ((NIL NIL "a" "x.org")) ((NIL NIL "a" "x.org")) '
                         b'((NIL NIL "nobody" "")) NIL NIL NIL NIL))')

    def test_multiappend(self):
        """RFC 3502: all, or none."""
        line = Line(self)
        two = literal(PLAIN, "+") + PLAIN
        self.check(line, b"APPEND Archive (\\Seen) \"17-Jul-1996 02:44:25 -0700\" " + two + b" (\\Flagged k) " + two + b" " + two,
                   r"OK \[APPENDUID \d+ 3:5\]", None)
        line.ok("SELECT Archive")
        found = line.ok("FETCH 3:5 (FLAGS INTERNALDATE)")
        self.assertRegex(found[0], rb"\\Seen.*17-Jul-1996")
        self.assertRegex(found[1], rb"\\Flagged.* k")
        self.assertNotRegex(found[2], rb"\\Seen|\\Flagged")
        self.check(line, [b"APPEND Archive " + literal(PLAIN), PLAIN + b" " + literal(PLAIN), PLAIN], r"OK \[APPENDUID \d+ 6:7\]")
        for bad, status in ((b"APPEND Archive " + two + b" {0+}\r\n", "NO"), (b"APPEND Archive " + two + b" (\\Recent) " + two, "BAD"),
                            (b"APPEND Archive " + two + b" ", "BAD"), (b"APPEND Archive " + two + b" ~{3+}\r\na\0b", r"NO \[UNKNOWN-CTE\]"),
                            (b"APPEND Nowhere " + two + b" " + two, r"NO \[TRYCREATE\]")):
            self.check(line, bad, status)
        large = b"Subject: large\r\n\r\n" + b"x" * (40 * 1024 * 1024)
        self.check(line, b"APPEND Archive " + two + b" " + literal(large, "+") + large + b" " + literal(large, "+") + large + b" "
                   + literal(large, "+") + large, r"NO \[OVERQUOTA\]")
        self.check(line, "STATUS Archive (MESSAGES)", "OK", rb"MESSAGES 7\)")

    def test_binary(self):
        """RFC 3516: without the transfer encoding."""
        source = b"\r\n".join([
            b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b",
            b"Content-Type: application/octet-stream", b"Content-Transfer-Encoding: base64", b"", b"AAECAwQ=", b"--b",
            b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: quoted-printable", b"", b"caf=C3=A9=", b"!", b"--b",
            b"Content-Transfer-Encoding: x-uuencode", b"", b"strange", b"--b--", b""])
        line = Line(self)
        self.fill(line, "Bin", [(None, source), (None, PLAIN)])
        self.assertEqual(line.ok("FETCH 1 BINARY.PEEK[1]"), [b"* 1 FETCH (BINARY[1] ~{5}\r\n\0\1\2\3\4)"])
        self.assertIn("BINARY[2] {6}\r\ncafé!".encode(), line.ok("FETCH 1 (UID BINARY.PEEK[2])")[0])
        self.assertEqual(line.ok("FETCH 1 BINARY.PEEK[1]<1.2>")[0], b"* 1 FETCH (BINARY[1]<1> {2}\r\n\1\2)")
        self.assertEqual(line.ok("FETCH 1 (BINARY.SIZE[1] BINARY.SIZE[2])")[0], b"* 1 FETCH (BINARY.SIZE[1] 5 BINARY.SIZE[2] 6)")
        self.check(line, "FETCH 1 BINARY.PEEK[3]", r"NO \[UNKNOWN-CTE\]", None)
        self.check(line, "FETCH 1 BINARY.SIZE[3]", r"NO \[UNKNOWN-CTE\]", None)
        self.check(line, "FETCH 2 BINARY.PEEK[1]", "OK", rb"line one\r\nline two")
        self.check(line, "FETCH 2 BINARY.PEEK[]", "OK", re.escape(PLAIN))
        self.assertNotIn(b"Seen", line.ok("FETCH 2 FLAGS")[0])
        self.check(line, "FETCH 2 BINARY[1]", "OK", rb"\\Seen")
        for bad in ("BINARY.SIZE[HEADER]", "BINARY.SIZE", "BINARY.SIZE[1", "BINARY[HEADER]", "BINARY[0]", "BINARY.SIZE[1]<0.1>"):
            self.check(line, f"FETCH 1 {bad}", "BAD", None)

    def test_parts_that_are_empty_or_none(self):
        """RFC 9051 4.5: NIL is what is not there, and "" what is empty; also what lies behind the end (6.4.5.1)."""
        source = b"\r\n".join([
            b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b",
            b"Content-Type: application/octet-stream", b"Content-Transfer-Encoding: base64", b"", b"", b"--b",
            b"Content-Type: text/plain", b"", b"", b"--b--", b""])
        line = Line(self)
        self.fill(line, "Empty", [(None, PLAIN), (None, source)])
        for item in ("BINARY.PEEK[1]", "BINARY.PEEK[2]", "BODY.PEEK[1]", "BINARY.PEEK[1]<0.5>", "BINARY.PEEK[1]<9.5>"):
            self.check(line, f"FETCH 2 {item}", "OK", rb'\] ?(<\d>)? (\{0\}\r\n|"")\)\Z')
        for item in ("BINARY.PEEK[3]", "BINARY.PEEK[1.1]", "BODY.PEEK[3]", "BODY.PEEK[3.MIME]", "BODY.PEEK[1.HEADER]", "BINARY.PEEK[3]<0.5>"):
            self.check(line, f"FETCH 2 {item}", "OK", rb"(\]|>) NIL\)\Z")
        self.check(line, "FETCH 1 (BINARY.PEEK[2] BODY.PEEK[1] BINARY.PEEK[1])", "OK",
                   rb"BINARY\[2\] NIL BODY\[1\] \{20\}\r\nline one\r\nline two\r\n BINARY\[1\] \{20\}\r\nline one")
        # A number it has to be (RFC 3516 7: BINARY.SIZE).
        self.check(line, "FETCH 2 (BINARY.SIZE[1] BINARY.SIZE[3])", "OK", rb"BINARY\.SIZE\[1\] 0 BINARY\.SIZE\[3\] 0\)")
        self.assertNotIn(b"Seen", line.ok("FETCH 2 FLAGS")[0])

    BAD_NAMES = ("&bad", "a/&-&", "&AGE-", "&AOkA-", "&AOk-&AOk-", "&2D0-", "{2+}\r\n\xc3\xa9")

    def test_names_that_are_none(self):
        """RFC 3501 5.1.3, RFC 9051 5.1: there is one way to spell a name; what is spelled otherwise is no mailbox's."""
        line = Line(self, select="INBOX")
        for name in self.BAD_NAMES:
            name = name.encode("latin-1")
            for command in (b"CREATE %s", b"RENAME Drafts %s", b"COPY 1 %s", b"MOVE 1 %s", b"UNSUBSCRIBE %s",
                            b"APPEND %s " + literal(PLAIN, "+") + PLAIN):
                self.check(line, command % name, r"NO \[CANNOT\]", None)
            for command in (b"STATUS %s (MESSAGES)", b"SUBSCRIBE %s", b"DELETE %s", b"RENAME %s Other"):
                self.check(line, command % name, r"NO \[NONEXISTENT\]", None)
        self.assertNotIn(b"bad", b"".join(line.ok('LIST "" *')))
        self.assertIn(b"Drafts", b"".join(line.ok('LIST "" *')))
        # What is spelled as it should be is, and a failed SELECT leaves nothing open.
        line.ok("CREATE &-bad")
        line.ok('CREATE "&AOk-t&AOk-"')
        self.check(line, "SELECT &bad", r"NO \[NONEXISTENT\]")
        self.check(line, "FETCH 1 UID", "BAD", None)
        for enable, there in (("IMAP4rev2", True), ("UTF8=ACCEPT", True)):
            other = Line(self)
            other.ok(f"ENABLE {enable}")
            # Now a name is what it says.
            other.ok("STATUS &bad (MESSAGES)")
            other.ok('STATUS "été" (MESSAGES)'.encode())
            self.check(other, "STATUS &-bad (MESSAGES)", r"NO \[NONEXISTENT\]", None)
            self.check(other, 'CREATE "\xff"'.encode("latin-1"), "BAD", None)
            self.check(other, "CREATE {1+}\r\n\xff".encode("latin-1"), r"NO \[CANNOT\]", None)
            self.check(other, "CREATE {3+}\r\na\x01b", r"NO \[CANNOT\]", None)

    SORTED = [  # INTERNALDATE, source
        ("03-Jan-2020 00:00:00 +0000", letter("Re: beta", "Wed, 1 Jan 2020 12:00:00 +0100", From="Zoe <b@x.org>", To="z@x.org", Cc="m@x.org")),
        ("01-Jan-2020 00:00:00 +0000", letter("alpha", "Wed, 1 Jan 2020 10:59:00 +0000", From="c@x.org", To="\"A\" <y@x.org>")),
        ("02-Jan-2020 00:00:00 +0000", letter("[list] Fwd: ALPHA (fwd)", None, From="Anna <a@x.org>", body=b"y" * 500)),
        ("02-Jan-2020 00:00:00 +0000", letter("", "Tue, 31 Dec 2019 23:00:00 -0200")),
    ]

    def test_sort(self):
        """RFC 5256, RFC 5957."""
        line = Line(self)
        self.fill(line, "Sorted", self.SORTED)
        for criteria, expected in (
                ("ARRIVAL", "2 3 4 1"), ("REVERSE ARRIVAL", "1 3 4 2"), ("DATE", "4 2 1 3"), ("SUBJECT", "4 2 3 1"),
                ("REVERSE SUBJECT DATE", "1 2 3 4"), ("SUBJECT REVERSE DATE", "4 3 2 1"), ("FROM", "4 3 1 2"), ("TO", "3 4 2 1"),
                ("CC", "2 3 4 1"), ("REVERSE SIZE", "3 1 2 4"), ("DISPLAYFROM", "4 3 2 1"), ("DISPLAYTO", "3 4 2 1"),
                ("reverse cc subject", "1 4 2 3")):
            self.check(line, f"SORT ({criteria}) UTF-8 ALL", "OK", rf"\A\* SORT {expected}\Z")
        self.check(line, "UID SORT (DATE) us-ascii 2:*", "OK", rb"\A\* SORT 4 2 3\Z")
        self.check(line, "SORT (DATE) UTF-8 FROM nobody", "OK", rb"\A\* SORT\Z")
        self.check(line, "SORT (DATE) X-ODD ALL", r"NO \[BADCHARSET", None)
        for bad in ("(DATE) ALL", "() UTF-8 ALL", "DATE UTF-8 ALL", "(REVERSE) UTF-8 ALL", "(REVERSE REVERSE DATE) UTF-8 ALL", "(COLOUR) UTF-8 ALL",
                    "(DATE) UTF-8", "(DATE) UTF-8 FOO"):
            self.check(line, f"SORT {bad}", "BAD", None)
        self.check(line, "SORT RETURN (MIN MAX COUNT) (DATE) UTF-8 ALL", "OK", rb'\A\* ESEARCH \(TAG "t"\) MIN 4 MAX 3 COUNT 4\Z')
        self.check(line, "UID SORT RETURN (ALL) (DATE) UTF-8 ALL", "OK", rb'\A\* ESEARCH \(TAG "t"\) UID ALL 4,2,1,3\Z')
        self.check(line, "SORT RETURN (PARTIAL 2:3) (DATE) UTF-8 ALL", "OK", rb"PARTIAL \(2:3 2,1\)\Z")
        line.ok("UNSELECT")
        self.check(line, "SORT (DATE) UTF-8 ALL", "BAD", None)

    def test_base_subjects(self):
        """RFC 5256 2.1: what counts as the same subject; each row is one thread."""
        line = Line(self)
        same = [["hello", "Re: hello", "RE:hello", "re : hello", "Fwd: hello", "FW: hello", "Re[2]: hello", "Re: [x] hello",
                 "[a] [b] Re: hello", "hello (fwd)", "hello (FWD) (fwd) ", "[Fwd: hello]", "Re: [fwd: Re: hello (fwd)]", "hel\r\n lo".replace("\r\n ", ""),
                 "=?utf-8?q?Re=3A_hello?=", "HELLO"],
                ["hello  there", "hello\r\n there", "Re: hello\tthere"],
                ["[only]", "Re: [only]"], ["Aw: hello"], ["Re"], ["[fwd: x"], ["(fwd) y"]]
        letters = [(None, letter(subject, f"Wed, 1 Jan 2020 {hour:02}:{minute:02}:00 +0000"))
                   for hour, row in enumerate(same) for minute, subject in enumerate(row)]
        self.fill(line, "Subjects", letters)
        threads = line.ok("THREAD ORDEREDSUBJECT UTF-8 ALL")[0]
        found = [[int(n) for n in re.findall(rb"\d+", thread)] for thread in re.findall(rb"\((?:[^()]|\([^()]*\))*\)", threads)]
        first, expected = 1, []
        for row in same:
            expected.append(list(range(first, first + len(row))))
            first += len(row)
        self.assertEqual(found, expected)

    def test_threads(self):
        """RFC 5256 3."""
        line = Line(self)
        day = "Wed, 1 Jan 2020 %02d:00:00 +0000"
        self.fill(line, "Threads", [
            (None, letter("root", day % 1, Message_ID="<1@x>")),
            (None, letter("Re: root", day % 2, Message_ID="<2@x>", References="<1@x>")),
            (None, letter("Re: root", day % 4, Message_ID="<3@x>", References="<1@x> <2@x>")),
            (None, letter("Re: root", day % 3, Message_ID="<4@x>", In_Reply_To="<1@x>")),
            (None, letter("other", day % 6, Message_ID="<5@x>", References="<gone@x>")),
            (None, letter("another", day % 5, Message_ID="<6@x>", References="<gone@x>")),
            (None, letter("Re: root", day % 7, Message_ID="<7@x>")),
            (None, letter("loop", day % 8, Message_ID="<8@x>", References="<9@x>")),
            (None, letter("loop", day % 9, Message_ID="<9@x>", References="<8@x>")),
            (None, letter("single", day % 10, Message_ID="<1@x>")),
        ])
        self.check(line, "THREAD REFERENCES UTF-8 ALL", "OK", r"\A\* THREAD \(1 \(2 3\)\(4\)\(7\)\)\(\(6\)\(5\)\)\((8 9|9 8)\)\(10\)\Z")
        self.check(line, "UID THREAD REFERENCES UTF-8 2:3", "OK", r"\A\* THREAD \(2 3\)\Z")
        self.check(line, "THREAD ORDEREDSUBJECT UTF-8 1:4,7", "OK", r"\A\* THREAD \(1 \(2\)\(4\)\(3\)\(7\)\)\Z")
        self.check(line, "THREAD ORDEREDSUBJECT UTF-8 1:2,5", "OK", r"\A\* THREAD \(1 2\)\(5\)\Z")
        self.check(line, "THREAD REFERENCES UTF-8 FROM nobody", "OK", r"\A\* THREAD\Z")
        self.check(line, "THREAD REFERENCES X-ODD ALL", r"NO \[BADCHARSET", None)
        for bad in ("REFS UTF-8 ALL", "REFERENCES ALL", "REFERENCES UTF-8", "REFERENCES"):
            self.check(line, f"THREAD {bad}", "BAD", None)
        # Without the letters above it a reply goes to those of its subject; a chain as long as the mailbox is no trouble.
        self.fill(line, "Long", [(None, letter("deep", day % 1, Message_ID=f"<{n}@x>", References=f"<{n - 1}@x>")) for n in range(1, 400)])
        self.check(line, "THREAD REFERENCES UTF-8 ALL", "OK", r"\A\* THREAD \(" + " ".join(str(n) for n in range(1, 400)) + r"\)\Z")

    def test_partial(self):
        """RFC 9394: some of the results."""
        line = Line(self, select="INBOX")
        for query, expected in (
                ("PARTIAL 1:3", r"PARTIAL \(1:3 1:3\)"), ("PARTIAL 3:1", r"PARTIAL \(3:1 1:3\)"), ("PARTIAL -1:-2", r"PARTIAL \(-1:-2 11:12\)"),
                ("PARTIAL 11:20", r"PARTIAL \(11:20 11:12\)"), ("PARTIAL 13:20", r"PARTIAL \(13:20 NIL\)"),
                ("COUNT PARTIAL 1:1", r"COUNT 12.* PARTIAL \(1:1 1\)|PARTIAL \(1:1 1\).* COUNT 12")):
            self.check(line, f"SEARCH RETURN ({query}) ALL", "OK", expected + r"\Z")
        for bad in ("PARTIAL", "PARTIAL 0:1", "PARTIAL 1:-1", "PARTIAL 1", "PARTIAL 1:2 ALL", "PARTIAL 1:2 PARTIAL 3:4", "PARTIAL x:y"):
            self.check(line, f"SEARCH RETURN ({bad}) ALL", "BAD", None)
        line.ok("SEARCH RETURN (SAVE PARTIAL 2:3) ALL")
        self.assertEqual([answer.split()[1] for answer in line.ok("FETCH $ UID")], [b"2", b"3"])
        for window, uids in (("1:2", [1, 2]), ("-1:-3", [10, 11, 12]), ("12:15", [12]), ("13:15", [])):
            found = line.ok(f"UID FETCH 1:* (UID) (PARTIAL {window})")
            self.assertEqual([int(re.search(rb"UID (\d+)", answer)[1]) for answer in found], uids, window)
        self.check(line, "UID FETCH 1:* (UID) (PARTIAL 0:1)", "BAD", None)

    def test_uidonly(self):
        """RFC 9586: numbers of places are gone."""
        line, other = Line(self), Line(self, select="INBOX")
        self.check(line, "ENABLE UIDONLY", "OK", rb"\A\* ENABLED UIDONLY\Z")
        lines = line.ok("SELECT INBOX")
        self.assertIn(b"* 12 EXISTS", lines)
        self.assertFalse(any(b"UNSEEN" in answer for answer in lines))
        for command in ("FETCH 1 FLAGS", "STORE 1 +FLAGS (x)", "COPY 1 Archive", "MOVE 1 Archive", "SEARCH ALL", "SORT (DATE) UTF-8 ALL",
                        "THREAD REFERENCES UTF-8 ALL", "UID SEARCH 1:3", "UID SEARCH NOT (1 SEEN)"):
            self.check(line, command, r"BAD \[UIDREQUIRED\]", None)
        self.assertEqual(line.ok("UID FETCH 3 (RFC822.SIZE)")[0][:26], b"* 3 UIDFETCH (RFC822.SIZE ")
        self.check(line, "UID STORE 3 +FLAGS ($x)", "OK", rb"\A\* 3 UIDFETCH \(FLAGS \([^)]*\$x")
        self.check(line, "UID SEARCH KEYWORD $x", "OK", rb"SEARCH 3\Z")
        other.ok("STORE 5 +FLAGS ($y)")
        other.ok("STORE 2,7 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        lines = line.ok("NOOP")
        self.assertTrue(any(re.match(rb"\* 5 UIDFETCH \(FLAGS .*\$y", answer) for answer in lines), lines)
        self.assertIn(b"* VANISHED 2,7", lines)
        self.check(line, "UID MOVE 8 Archive", "OK", rb"\A\* VANISHED 8\Z")

    def told(self, line, *patterns):
        """What comes without being asked, in this order; then nothing."""
        for pattern in patterns:
            answer = line.read()
            self.assertTrue(re.search(pattern, answer, re.S), f"{pattern!r} in {answer!r}")
        # A command's answer comes next: nothing was left unsaid or said twice.
        line.send(b"q CAPABILITY\r\n")
        self.assertRegex(line.read(), rb"\A\* CAPABILITY")
        self.assertRegex(line.read(), rb"\Aq OK")

    def test_notify_grammar(self):
        """RFC 5465 3.1, 5, 6.1, 8."""
        line = Line(self)
        for command, status in (
                ("NOTIFY NONE", "OK"), ("notify set (personal none)", "OK"),
                ("NOTIFY SET (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (From)]) MessageExpunge FlagChange))", "OK"),
                ("NOTIFY SET (MAILBOXES Sent (MessageNew MessageExpunge)) (SUBTREE (INBOX \"a b\") (MailboxName))", "OK"),
                ("NOTIFY SET (SUBSCRIBED (SubscriptionChange)) (INBOXES NONE)", "OK"),
                ("NOTIFY SET (PERSONAL (AnnotationChange MessageNew MessageExpunge))", r"NO \[BADEVENT \(MessageNew "),
                ("NOTIFY SET (PERSONAL (Earthquake))", r"NO \[BADEVENT"),
                ("NOTIFY", "BAD"), ("NOTIFY SET", "BAD"), ("NOTIFY NONE x", "BAD"), ("NOTIFY SET (PERSONAL)", "BAD"),
                ("NOTIFY SET (PERSONAL ())", "BAD"), ("NOTIFY SET (NOBODY NONE)", "BAD"), ("NOTIFY SET PERSONAL NONE", "BAD"),
                ("NOTIFY SET (PERSONAL (MessageNew))", "BAD"), ("NOTIFY SET (PERSONAL (MessageExpunge))", "BAD"),
                ("NOTIFY SET (PERSONAL (FlagChange))", "BAD"), ("NOTIFY SET (SELECTED (MailboxName))", "BAD"),
                ("NOTIFY SET (SELECTED NONE) (SELECTED-DELAYED NONE)", "BAD"), ("NOTIFY SET (MAILBOXES () NONE)", "BAD"),
                ("NOTIFY SET (PERSONAL NONE", "BAD"), ("NOTIFY SET (PERSONAL NONE) ", "BAD"), ("NOTIFY SET  (PERSONAL NONE)", "BAD")):
            self.check(line, command, status)

    def test_notify_selected(self):
        """The open mailbox is told of without a word from the client."""
        line, other = Line(self, select="INBOX"), Line(self, select="INBOX")
        line.ok("NOTIFY SET (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge FlagChange))")
        other.ok(b"APPEND INBOX " + literal(PLAIN, "+") + PLAIN)
        self.told(line, rb"\* 13 EXISTS", rb"RECENT", rb"\* 13 FETCH \(UID 13 BODY\[HEADER.FIELDS \(SUBJECT\)\] \{\d+\}\r\nSubject: plain")
        other.ok("STORE 2 +FLAGS ($x)")
        self.told(line, rb"\* 2 FETCH \(UID 2 FLAGS .*\$x")
        other.ok("STORE 1,3 +FLAGS.SILENT (\\Deleted)")
        self.told(line, rb"1 FETCH", rb"3 FETCH")
        other.ok("EXPUNGE")
        self.told(line, rb"\* 1 EXPUNGE", rb"\* 2 EXPUNGE")
        # What it does itself is not news.
        lines = line.ok(b"APPEND INBOX " + literal(PLAIN, "+") + PLAIN)
        self.assertFalse(any(b"FETCH" in answer for answer in lines), lines)
        self.assertIn(b"* 12 EXISTS", lines)
        # Delayed: numbers stay what they are until a command lets them move.
        line.ok("NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))")
        other.ok("NOOP")
        other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        other.ok(b"APPEND INBOX " + literal(PLAIN, "+") + PLAIN)
        self.told(line, rb"\* 13 EXISTS", rb"RECENT")
        self.assertEqual([answer for answer in line.ok("NOOP") if b"EXPUNGE" in answer], [b"* 1 EXPUNGE"])
        # Nothing wanted, nothing told; and afterwards what had been kept back.
        line.ok("NOTIFY NONE")
        other.ok(b"APPEND INBOX " + literal(PLAIN, "+") + PLAIN)
        self.assertEqual(line.ok("NOOP"), [])
        self.check(line, "NOTIFY SET (SELECTED (MessageNew MessageExpunge))", "OK", rb"\* 13 EXISTS")

    def test_notify_elsewhere(self):
        line, other = Line(self, select="INBOX"), Line(self)
        lines = line.ok("NOTIFY SET STATUS (SELECTED NONE) (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange))")
        self.assertTrue(any(re.match(rb"\* STATUS \"Archive\" \(MESSAGES 2 UIDNEXT 3 UIDVALIDITY \d+ UNSEEN \d+\)", answer) for answer in lines), lines)
        self.assertFalse(any(b"STATUS INBOX" in answer for answer in lines), "the open one is known")
        other.ok(b"APPEND Archive " + literal(PLAIN, "+") + PLAIN)
        self.told(line, rb"\* STATUS \"Archive\" \(MESSAGES 3 UIDNEXT 4")
        other.ok("SELECT Archive")
        other.ok("STORE 3 +FLAGS.SILENT (\\Seen)")
        self.told(line, rb"\* STATUS \"Archive\" \(.*UNSEEN \d+")
        other.ok("STORE 3 +FLAGS.SILENT (\\Deleted)")
        other.ok("CLOSE")
        self.told(line, rb"\* STATUS \"Archive\" \(MESSAGES 2 UIDNEXT 4")
        for command, told in (
                ("CREATE Nest/egg", (rb"LIST \(\\HasChildren\) \"/\" \"Nest\"", rb"LIST \(\\HasNoChildren\) \"/\" \"Nest/egg\"")),
                ("RENAME Nest Tree", (rb'LIST \(\\HasChildren\) "/" "Tree" \("OLDNAME" \("Nest"\)\)',)),
                ("SUBSCRIBE Tree/egg", (rb'LIST \([^)]*\\Subscribed[^)]*\) "/" "Tree/egg"',)),
                ("UNSUBSCRIBE Tree/egg", (rb'LIST \(\\HasNoChildren\) "/" "Tree/egg"',)),
                ("DELETE Tree/egg", (rb'LIST \(\\NonExistent\) "/" "Tree/egg"',))):
            with self.subTest(command):
                other.ok(command)
                self.told(line, *told)
        other.ok(b"APPEND INBOX " + literal(PLAIN, "+") + PLAIN)
        self.told(line)
        # Its own doings are known to it.
        self.assertEqual(line.ok("CREATE Mine"), [])
        self.told(line)
        # With CONDSTORE each change has its number.
        line.ok("UNSELECT")
        line.ok("ENABLE CONDSTORE")
        line.ok("NOTIFY SET (MAILBOXES (Sent Nowhere) (MessageNew MessageExpunge FlagChange))")
        other.ok("SELECT Archive")
        other.ok("STORE 1 +FLAGS ($x)")
        self.told(line)
        other.ok(b"APPEND Sent " + literal(PLAIN, "+") + PLAIN)
        self.told(line, rb"STATUS \"Sent\" \(.*HIGHESTMODSEQ \d+")
        # IDLE says no more and no less.
        line.send(b"i IDLE\r\n")
        self.assertRegex(line.read(), rb"\A\+ ")
        other.ok(b"APPEND Sent " + literal(PLAIN, "+") + PLAIN)
        self.assertRegex(line.read(), rb"STATUS \"Sent\"")
        line.send(b"DONE\r\n")
        self.assertRegex(line.read(), rb"\Ai OK")

    def test_status_and_codes(self):
        line = Line(self)
        self.check(line, "STATUS INBOX (APPENDLIMIT MESSAGES)", "OK", rb"APPENDLIMIT 67108864")
        # RFC 9208 4.1.4: what EXPUNGE would free.
        line.ok("SELECT INBOX")
        sizes = [int(re.search(rb"RFC822.SIZE (\d+)", answer)[1]) for answer in line.ok("FETCH 2:3 RFC822.SIZE")]
        self.check(line, "STATUS INBOX (DELETED-STORAGE)", "OK", rb"\(DELETED-STORAGE 0\)")
        line.ok("STORE 2:3 +FLAGS.SILENT (\\Deleted)")
        self.check(line, "STATUS INBOX (DELETED DELETED-STORAGE)", "OK", rb"\(DELETED 2 DELETED-STORAGE %d\)" % sum(sizes))
        # CREATE is suggested where it could help.
        self.check(line, "COPY 1 Nowhere", r"NO \[TRYCREATE\]", None)
        for impossible in ('""', '"a%b"', "/a"):
            self.check(line, f"COPY 1 {impossible}", r"NO \[CANNOT\]", None)
        self.assertIn(b"APPENDLIMIT=67108864", b"".join(line.ok("CAPABILITY")))


if __name__ == "__main__":
    tap.main()
