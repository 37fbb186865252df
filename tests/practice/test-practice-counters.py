"""POP3 and submission, word by word on the wire: what a client may legally say, however oddly, and what it may not
(RFC 1939 with 2449, 2595, 5034 and 6856; RFC 5321 with 6409, 3207, 4954, 2920 and 1870)."""
import base64
import email
import hashlib
import os
import re
import smtplib
import socket
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "run"))
import tap  # noqa: E402
from office import Case, HOST, LETTER  # noqa: E402


class Line:
    def __init__(self, case, port, tls):
        self.case = case
        self.socket = socket.create_connection((HOST, case.port(port)), timeout=10)
        case.addCleanup(lambda: self.socket.close())
        self.file = self.socket.makefile("rb")
        if tls:
            self.encrypt()

    def encrypt(self):
        self.socket = self.case.context.wrap_socket(self.socket, server_hostname="localhost")
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def read(self):
        return self.file.readline().decode("utf-8", "replace")


class Pop3Line(Line):
    def __init__(self, case, tls=True, user="ada", password="lovelace"):
        super().__init__(case, "pop3s" if tls else "pop3", tls)
        self.greeting = self.read()
        if tls and user:
            case.assertTrue(self.say(f"USER {user}").startswith("+OK"))
            case.assertTrue(self.say(f"PASS {password}").startswith("+OK"))

    def say(self, command):
        self.send(command + "\r\n")
        return self.read()

    def lines(self, command):
        """Status and what follows up to the lone dot, dots undone."""
        status = self.say(command)
        lines = []
        while status.startswith("+OK") and (line := self.read()) != ".\r\n":
            lines.append(line[1:] if line.startswith(".") else line)
        return status, lines


class Pop3(Case):
    def check(self, line, command, expected):
        with self.subTest(command):
            self.assertRegex(line.say(command), r"\A" + expected, command)

    def test_grammar(self):
        line = Pop3Line(self, user=None)
        for command, expected in (
                ("STAT", "-ERR"), ("LIST", "-ERR"), ("RETR 1", "-ERR"), ("NOOP", "-ERR"), ("PASS lovelace", "-ERR"),
                ("USER", "-ERR"), ("user ada", r"\+OK"), ("NOOP", "-ERR"), ("PASS lovelace", "-ERR"),
                ("user ada", r"\+OK"), ("pass wrong", r"-ERR \[AUTH\]"), ("USER nobody", r"\+OK"),
                ("PASS x", r"-ERR \[AUTH\]"), ("AUTH NONSENSE", "-ERR"), ("STLS", "-ERR"), ("FROB", "-ERR"), ("", "-ERR"),
                (" STAT", "-ERR"), ("USER ada", r"\+OK"), ("Pass lovelace", r"\+OK"), ("USER ada", "-ERR"),
                ("AUTH PLAIN", "-ERR"), ("STLS", "-ERR"), ("stat", r"\+OK 12 \d+\r"), ("STAT 1", "-ERR"), ("NOOP", r"\+OK"),
                ("LIST 1", r"\+OK 1 \d+\r"), ("LIST 0", "-ERR"), ("LIST 13", "-ERR"), ("LIST x", "-ERR"), ("LIST 1 2", "-ERR"),
                ("LIST -1", "-ERR"), ("LIST 99999999999999", "-ERR"), ("UIDL 12", r"\+OK 12 [\x21-\x7e]{1,70}\r"),
                ("RETR", "-ERR"), ("RETR 13", "-ERR"), ("TOP 1", "-ERR"), ("TOP 1 -1", "-ERR"), ("DELE 13", "-ERR"),
                ("DELE 2", r"\+OK"), ("DELE 2", "-ERR"), ("RETR 2", "-ERR"), ("LIST 2", "-ERR"), ("UIDL 2", "-ERR"),
                ("STAT", r"\+OK 11 "), ("RSET", r"\+OK"), ("STAT", r"\+OK 12 "), ("X" * 600, "-ERR"), ("NOOP", r"\+OK")):
            self.check(line, command, expected)
        line.send("NOOP\n")
        self.assertTrue(line.read().startswith("-ERR"), "a line ends with CR LF")
        self.assertTrue(line.say("QUIT").startswith("+OK"))
        self.assertEqual(line.read(), "")

    def test_multiline(self):
        line = Pop3Line(self)
        status, listed = line.lines("LIST")
        self.assertEqual([entry.split()[0] for entry in listed], [str(n) for n in range(1, 13)])
        status, names = line.lines("UIDL")
        self.assertEqual(len({entry.split()[1] for entry in names}), 12)
        self.assertEqual(names[4].split()[1], line.say("UIDL 5").split()[2])
        line.say("DELE 5")
        self.assertEqual([entry.split()[0] for entry in line.lines("LIST")[1]][3:6], ["4", "6", "7"])
        letter = "".join(line.lines("RETR 12")[1])
        self.assertEqual(len(letter.encode()), int(line.say("LIST 12").split()[2]))
        header, body = letter.split("\r\n\r\n", 1)
        self.assertEqual("".join(line.lines("TOP 12 0")[1]), header + "\r\n\r\n")
        self.assertEqual("".join(line.lines("TOP 12 1")[1]), header + "\r\n\r\n" + body.split("\n")[0] + "\n")
        self.assertEqual("".join(line.lines("top 12 9999")[1]), letter)

    def test_pipelining(self):
        line = Pop3Line(self, user=None)
        line.send("CAPA\r\nUSER ada\r\nPASS lovelace\r\nSTAT\r\nLIST 1\r\nRETR 99\r\nDELE 1\r\nRSET\r\nQUIT\r\n")
        answers = line.file.read().decode()
        capabilities, rest = answers.split("\r\n.\r\n", 1)
        for word in ("TOP", "UIDL", "USER", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "SASL "):
            self.assertIn(f"\r\n{word}", capabilities)
        self.assertEqual([answer[:4].strip() for answer in rest.splitlines()],
                         ["+OK", "+OK", "+OK", "+OK", "-ERR", "+OK", "+OK", "+OK"])

    def test_stls(self):
        line = Pop3Line(self, tls=False)
        self.assertNotIn("USER\r\n", line.lines("CAPA")[1])
        self.assertRegex(line.say("USER ada"), "-ERR")
        self.assertRegex(line.say("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ=="), "-ERR")
        self.assertRegex(line.say("STLS"), r"\+OK")
        line.encrypt()
        self.assertIn("USER\r\n", line.lines("CAPA")[1])
        self.assertNotIn("STLS\r\n", line.lines("CAPA")[1])
        self.assertRegex(line.say("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ=="), r"\+OK")
        # What came before the handshake does not count after it.
        line = Pop3Line(self, tls=False)
        line.send("STLS\r\nUSER eve\r\n")
        line.read()
        with self.assertRaises(OSError):
            line.encrypt()
            line.say("CAPA")
            raise OSError

    def test_signing_in(self):
        line = Pop3Line(self, tls=False)
        stamp = re.search("<[^>]+>", line.greeting)[0]
        self.assertNotEqual(stamp, re.search("<[^>]+>", Pop3Line(self, tls=False).greeting)[0])
        digest = hashlib.md5((stamp + "lovelace").encode()).hexdigest()
        self.assertRegex(line.say(f"APOP ada {'0' * 32}"), r"-ERR \[AUTH\]")
        self.assertRegex(line.say(f"apop ada {digest}"), r"\+OK")
        line = Pop3Line(self, user=None)
        self.assertEqual(line.say("AUTH PLAIN"), "+ \r\n")
        self.assertRegex(line.say("*"), "-ERR")
        self.assertEqual(line.say("auth plain"), "+ \r\n")
        self.assertRegex(line.say("not base64"), "-ERR")
        self.assertRegex(line.say("AUTH LOGIN"), r"\+ ")
        self.assertRegex(line.say(base64.b64encode(b"grace").decode()), r"\+ ")
        self.assertRegex(line.say(base64.b64encode(b"hopper").decode()), r"\+OK")
        self.assertRegex(line.say("STAT"), r"\+OK")


    def test_utf8_and_lang(self):
        """RFC 6856."""
        line = Pop3Line(self, user=None)
        self.assertTrue({"UTF8\r\n", "LANG\r\n"} <= set(line.lines("CAPA")[1]))
        self.assertEqual([name.split()[0] for name in line.lines("LANG")[1]], ["en", "i-default"])
        for command, expected in (("LANG en", r"\+OK en "), ("lang I-DEFAULT", r"\+OK i-default "), ("LANG *", r"\+OK"), ("LANG tlh", "-ERR"),
                                  ("UTF8 now", "-ERR"), ("UTF8", r"\+OK"), ("USER ada", r"\+OK"), ("PASS lovelace", r"\+OK"),
                                  ("UTF8", "-ERR"), ("LANG en", r"\+OK")):
            self.check(line, command, expected)


    def test_headers_in_utf8(self):
        """RFC 6856 2: they are for those who said UTF8."""
        client = self.imap()
        client.append("INBOX", None, None, "Subject: été\r\n\r\nx\r\n".encode())
        client.append("INBOX", None, None, "Subject: ete\r\n\r\né\r\n".encode())
        client.logout()
        line = Pop3Line(self)
        self.check(line, "RETR 13", r"-ERR \[UTF8\]")
        self.check(line, "TOP 13 0", r"-ERR \[UTF8\]")
        self.assertEqual(line.lines("RETR 14")[1][-1], "é\r\n")
        line.say("QUIT")
        line = Pop3Line(self, user=None)
        for command in ("UTF8", "USER ada", "PASS lovelace"):
            self.check(line, command, r"\+OK")
        self.assertEqual(line.lines("RETR 13")[1][0], "Subject: été\r\n")
        line = Pop3Line(self, tls=False)
        self.check(line, "UTF8", r"\+OK")
        self.check(line, "STLS", "-ERR")

    def test_locks_and_pauses(self):
        """RFC 1939 4: one session at a time; RFC 2449 6.6: and not again at once."""
        line = Pop3Line(self)
        other = Pop3Line(self, user=None)
        other.say("USER ada")
        self.check(other, "PASS lovelace", r"-ERR \[IN-USE\]")
        other.say("USER grace")
        self.check(other, "PASS hopper", r"\+OK")
        line.say("QUIT")
        line = Pop3Line(self)
        self.assertFalse(any("LOGIN-DELAY" in word for word in line.lines("CAPA")[1]))
        line.say("QUIT")
        self.tell("fault login-delay=600")
        line = Pop3Line(self, user=None)
        self.assertIn("LOGIN-DELAY 600\r\n", line.lines("CAPA")[1])
        line.say("USER ada")
        self.check(line, "PASS lovelace", r"-ERR \[LOGIN-DELAY\]")
        line.say("USER emmy")
        self.check(line, "PASS noether", r"\+OK")
        self.check(line, "LIST", r"\+OK 0 letters")
        self.assertEqual(line.read(), ".\r\n")
        self.tell("well")
        Pop3Line(self)

    def test_one_letter(self):
        client = self.imap("emmy", "noether")
        client.append("INBOX", None, None, b"Subject: x\r\n\r\n")
        line = Pop3Line(self, user="emmy", password="noether")
        self.assertEqual(line.lines("LIST")[0], "+OK 1 letter\r\n")


class SmtpLine(Line):
    def __init__(self, case, tls=True, signed_in=True):
        super().__init__(case, "submissions" if tls else "submission", tls)
        self.greeting = self.reply()
        if signed_in:
            self.say("EHLO here.example")
            case.assertRegex(self.say("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ=="), "235")

    def reply(self):
        lines = self.read()
        while re.match(r"\d{3}-", lines.splitlines()[-1] if lines else ""):
            lines += self.read()
        return lines

    def say(self, command):
        self.send(command + "\r\n")
        return self.reply()


class Smtp(Case):
    def check(self, line, command, expected):
        with self.subTest(command):
            self.assertRegex(line.say(command), r"\A" + expected, command)

    def test_grammar(self):
        line = SmtpLine(self, signed_in=False)
        self.assertRegex(line.greeting, r"\A220 practice\.example ESMTP ")
        for command, expected in (
                ("MAIL FROM:<ada@practice.example>", "503 5.5.1"), ("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ==", "503"), ("NOOP", "250"),
                ("NOOP with words", "250"), ("RSET", "250"), ("HELP", "214"), ("VRFY ada", "252"), ("EXPN staff", "502 5.5.1"),
                ("FROB", "500 5.5.2"), ("", "500|501"), ("EHLO", "501"), ("EHLO two words", "501"), ("TURN", "502"),
                ("helo here.example", r"250 practice\.example"), ("EHLO here.example", r"250-practice\.example"),
                ("ehlo [127.0.0.1]", "250-"), ("EHLO [IPv6:::1]", "250-"),
                ("MAIL FROM:<ada@practice.example>", "530 5.7.0"), ("AUTH NONSENSE", "504 5.5.4"), ("AUTH PLAIN ???", "501"),
                ("AUTH PLAIN AGFkYQB3cm9uZw==", "535 5.7.8"), ("AUTH plain AGFkYQBsb3ZlbGFjZQ==", "235 2.7.0"),
                ("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ==", "503 5.5.1"), ("RCPT TO:<emmy@practice.example>", "503 5.5.1"),
                ("DATA", "503 5.5.1"), ("STARTTLS", "503|502"),
                ("MAIL FROM: <ada@practice.example>", "501"), ("MAIL FROM:ada@practice.example", "501"), ("MAIL FROM", "501"),
                ("MAIL TO:<ada@practice.example>", "501"), ("MAIL FROM:<ada@practice.example", "501"),
                ("MAIL FROM:<ada@practice.example> SIZE=x", "501"), ("MAIL FROM:<ada@practice.example> FOO=1", "555 5.5.4"),
                ("MAIL FROM:<ada@practice.example> BODY=ODD", "501"), ("MAIL FROM:<ada@practice.example> SIZE=999999999", "552 5.3.4"),
                ("mail from:<ada@practice.example> size=100 body=8bitmime", "250 2.1.0"),
                ("MAIL FROM:<ada@practice.example>", "503 5.5.1"), ("DATA", "554|503"), ("AUTH PLAIN AAA=", "503"),
                ("RCPT TO:<>", "501|550|553"), ("RCPT TO:emmy@practice.example", "501"), ("RCPT FROM:<x@y>", "501"),
                ("RCPT TO:<emmy@practice.example> FOO", "555 5.5.4"), ("RCPT TO:<nobody@practice.example>", "550 5.1.1"),
                ("RCPT TO:<emmy@example.com>", "550 5.7.1"), ("Rcpt To:<\"emmy\"@practice.example>", "250 2.1.5"),
                ("RCPT TO:<EMMY@PRACTICE.EXAMPLE>", "250 2.1.5"), ("RCPT TO:<postmaster>", "250 2.1.5"),
                ("RCPT TO:<@a.example,@b.example:grace@b.example>", "250 2.1.5"), ("RSET", "250 2.0.0"), ("DATA", "503"),
                ("RSET now", "501"), ("DATA now", "501"), ("MAIL FROM:<>", "250 2.1.0"), ("EHLO again.example", "250-"),
                ("RCPT TO:<emmy@practice.example>", "503 5.5.1"), ("X" * 600, "500 5.5.2|500 5.5.6"), ("NOOP", "250")):
            self.check(line, command, expected)
        line.send("NOOP\n")
        self.assertRegex(line.reply(), "500", "a line ends with CR LF")
        self.check(line, "QUIT now", "501")
        self.check(line, "QUIT", "221 2.0.0")
        self.assertEqual(line.read(), "")

    def test_parameters(self):
        """RFC 3461 4, RFC 6531 3: each once, none too long, and names that are not ASCII by arrangement only."""
        line = SmtpLine(self)
        for parameters, expected in (
                ("RET=FULL RET=HDRS", "501"), ("ENVID=a envid=b", "501"), ("SMTPUTF8=1", "501"), ("BODY", "501"), ("AUTH", "501"),
                ("SIZE=1 SIZE=1", "501"), ("RET=SOME", "501"), ("ENVID=" + "x" * 101, "501"), ("ENVID=a+2", "501"), ("ENVID=", "501"),
                ("ENVID=" + "x" * 100 + " RET=HDRS BODY=8BITMIME SMTPUTF8 SIZE=10 AUTH=<>", "250")):
            line.say("RSET")
            self.check(line, "MAIL FROM:<ada@practice.example> " + parameters, expected)
        for parameters, expected in (
                ("ORCPT=rfc822;" + "x" * 494, "501"), ("ORCPT=rfc822;" + "x" * 493, "250"), ("NOTIFY=DELAY NOTIFY=DELAY", "501"),
                ("NOTIFY=NEVER,DELAY", "501"), ("NOTIFY=SUCCESS,,DELAY", "501"), ("ORCPT=plain", "501")):
            self.check(line, "RCPT TO:<emmy@practice.example> " + parameters, expected)
        line.say("RSET")
        self.check(line, "MAIL FROM:<adé@practice.example>", "553 5.6.7")
        self.check(line, "MAIL FROM:<ada@practice.example>", "250")
        self.check(line, "RCPT TO:<grâce@b.example>", "553 5.6.7")
        line.say("RSET")
        self.check(line, "MAIL FROM:<adé@practice.example> SMTPUTF8", "250")
        self.check(line, "RCPT TO:<grâce@b.example>", "550 5.1.1")
        # What is said before anybody agreed to more is ASCII (RFC 5321 4.2).
        for command in ("VRFY ada", "HELP", "EXPN x", "NOOP"):
            self.assertTrue(line.say(command).isascii(), command)

    def test_data(self):
        line = SmtpLine(self)
        line.say("MAIL FROM:<ada@practice.example>")
        line.say("RCPT TO:<emmy@practice.example>")
        line.say("RCPT TO:<emmy@practice.example>")
        self.assertRegex(line.say("DATA"), "354")
        line.send("Subject: smuggled\r\n\r\nbare\n.\nand\n.\r\nand\r\n.\nend\r\n")
        # Only CR LF . CR LF ends a letter; whoever believes otherwise is smuggled a second one.
        for piece in ("..dot\r\n", ".", "\r", "\n"):
            line.send(piece)
        self.assertRegex(line.reply(), "250 2.0.0|5")
        self.assertRegex(line.say("NOOP"), "250")
        line.say("MAIL FROM:<ada@practice.example>")
        line.say("RCPT TO:<emmy@practice.example>")
        self.assertRegex(line.say("DATA"), "354")
        stuffed = "".join(("." if part.startswith(".") else "") + part for part in LETTER.splitlines(True))
        line.send(stuffed + ".\r\n")
        self.assertRegex(line.reply(), "250 2.0.0")
        self.assertTrue(self.last_letter("emmy", "noether").endswith(LETTER.encode()))
        self.assertRegex(line.say("DATA"), "503", "the envelope is gone with the letter")

    def test_pipelining(self):
        line = SmtpLine(self)
        line.send("MAIL FROM:<ada@practice.example>\r\nRCPT TO:<emmy@practice.example>\r\nRCPT TO:<who@practice.example>\r\n"
                  "RCPT TO:<grace@b.example>\r\nDATA\r\n")
        self.assertEqual([line.reply()[:3] for _ in range(5)], ["250", "250", "550", "250", "354"])
        line.send(LETTER.replace("\r\n.", "\r\n..") + ".\r\nRSET\r\nQUIT\r\n")
        self.assertEqual([line.reply()[:3] for _ in range(3)], ["250", "250", "221"])
        # One copy each, and the envelope of each alone (RFC 5321 4.4).
        for user, password, address in (("emmy", "noether", "emmy@practice.example"), ("grace", "hopper", "grace@b.example")):
            source = self.last_letter(user, password).decode()
            hop = r"Authentication-Results: mx.b.example;[^<]*Received: from practice.example [^<]*by mx.b.example [^<]*with ESMTPS [^<]*for <grace@b.example>;[^\r]*\r\n"
            self.assertRegex(source, rf"\AReturn-Path: <ada@practice.example>\r\n{hop if user == 'grace' else ''}"
                                     rf"Received: from here.example [^<]*by practice.example [^<]* with ESMTPSA "
                                     rf"[^<]*for <{re.escape(address)}>;")

    def test_chunks(self):
        """BDAT, RFC 3030: a letter in pieces that may end anywhere, pipelined; no dot means anything."""
        line = SmtpLine(self)
        self.assertIn("250-CHUNKING\r\n", line.say("EHLO here.example"))
        letter = LETTER.encode()
        line.send("MAIL FROM:<ada@practice.example>\r\nRCPT TO:<emmy@practice.example>\r\nRCPT TO:<who@practice.example>\r\n")
        for piece in (letter[:37], b"", letter[37:-1]):
            line.send(b"BDAT %d\r\n%b" % (len(piece), piece))
        line.send(b"BDAT 1 LAST\r\n" + letter[-1:] + b"BDAT 4 LAST\r\nRSETNOOP\r\n")
        self.assertEqual([line.reply()[:3] for _ in range(9)], ["250", "250", "550", "250", "250", "250", "250", "503", "250"])
        self.assertTrue(self.last_letter("emmy", "noether").endswith(letter))

    def test_limits(self):
        line = SmtpLine(self)
        line.say("MAIL FROM:<ada@practice.example>")
        answers = [line.say("RCPT TO:<emmy@practice.example>")[:3] for _ in range(100)]
        self.assertEqual(set(answers), {"250"}, "RFC 5321 4.5.3.1.8: at least 100")

    def test_reports(self):
        """DSN, RFC 3461 and 3464: who asks is told."""
        line = SmtpLine(self)
        for command, expected in (
                ("MAIL FROM:<ada@practice.example> RET=SOME", "501 5.5.4"), ("MAIL FROM:<ada@practice.example> ENVID=a+0", "501"),
                ("MAIL FROM:<ada@practice.example> NOTIFY=NEVER", "555"),
                ("MAIL FROM:<ada@practice.example> RET=HDRS ENVID=QQ+2B314159", "250"),
                ("RCPT TO:<emmy@practice.example> NOTIFY=NEVER,SUCCESS", "501"), ("RCPT TO:<emmy@practice.example> RET=FULL", "555"),
                ("RCPT TO:<emmy@practice.example> ORCPT=emmy", "501"),
                ("RCPT TO:<emmy@practice.example> NOTIFY=success,Delay ORCPT=rfc822;Emmy+2Bx@practice.example", "250"),
                ("RCPT TO:<edsger@b.example> NOTIFY=FAILURE", "250"), ("DATA", "354")):
            self.check(line, command, expected)
        line.send("From: ada@practice.example\r\nPrecedence: bulk\r\nSubject: asked\r\n\r\nthe body\r\n.\r\n")
        self.assertRegex(line.reply(), "250")
        report = email.message_from_bytes(self.last_letter("ada", "lovelace"))
        self.assertEqual(report["Return-Path"], "<>")
        self.assertEqual(report.get_content_type(), "multipart/report")
        self.assertEqual(report.get_param("report-type"), "delivery-status")
        words, status, header = report.get_payload()
        self.assertIn("emmy@practice.example", words.get_payload())
        about, emmy = status.get_payload()
        self.assertEqual((about["Reporting-MTA"], about["Original-Envelope-Id"]), ("dns;practice.example", "QQ+314159"))
        self.assertEqual((emmy["Original-Recipient"], emmy["Final-Recipient"], emmy["Action"], emmy["Status"]),
                         ("rfc822;Emmy+x@practice.example", "rfc822;emmy@practice.example", "delivered", "2.0.0"))
        self.assertEqual(header.get_content_type(), "text/rfc822-headers")
        self.assertIn("Subject: asked", header.get_payload())
        self.assertNotIn("the body", report.as_string())
        for command in ("MAIL FROM:<> RET=FULL", "RCPT TO:<emmy@practice.example> NOTIFY=SUCCESS", "DATA"):
            line.say(command)
        line.send("Subject: from nobody\r\n\r\n.\r\n")
        self.assertRegex(line.reply(), "250")
        self.assertIn(b"\r\nSubject: Delivered\r\n", self.last_letter("ada", "lovelace"))
        self.assertIn("LIMITS RCPTMAX=100\r\n", line.say("EHLO here.example"))

    def test_what_became_of_it(self):
        """Who has moved is found out late, who does not answer is tried on: both are told unless nobody wants to know."""
        for notify, subjects in (("", {"Not delivered": ("failed", "5.1.6"), "Delayed": ("delayed", "4.4.1")}),
                                 (" NOTIFY=FAILURE", {"Not delivered": ("failed", "5.1.6")}), (" NOTIFY=NEVER", {})):
            client = self.imap()
            before = int(client.select()[1][0])
            line = SmtpLine(self)
            line.say("MAIL FROM:<ada@practice.example> ENVID=e@x")
            for who in ("moved@practice.example", "slow@b.example"):
                self.check(line, f"RCPT TO:<{who}>{notify}", "250 2.1.5")
            line.say("DATA")
            line.send("Message-ID: <e@x>\r\nSubject: gone\r\n\r\n.\r\n")
            self.assertRegex(line.reply(), "250 2.0.0 Taken, to be passed on")
            self.tell("settle")
            client.noop()
            found = {}
            for number in range(before + 1, int(client.select()[1][0]) + 1):
                report = email.message_from_bytes(client.fetch(str(number), "(BODY.PEEK[])")[1][0][1])
                _, status, header = report.get_payload()
                about, who = status.get_payload()
                self.assertEqual(about["Original-Envelope-Id"], "e@x")
                self.assertIn("Message-ID: <e@x>", header.get_payload())
                found[report["Subject"]] = (who["Action"], who["Status"])
            self.assertEqual(found, subjects)
            client.logout()

    def test_two_domains(self):
        """Everybody writes to everybody, across the domains too."""
        everybody = (("ada@practice.example", "ada", "lovelace"), ("grace@b.example", "grace", "hopper"),
                     ("edsger@b.example", "edsger", "dijkstra"), ("emmy@practice.example", "emmy", "noether"))
        for address, user, password in everybody:
            line = SmtpLine(self, signed_in=False)
            line.say("EHLO here.example")
            token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            self.assertRegex(line.say(f"AUTH PLAIN {token}"), "235")
            line.say(f"MAIL FROM:<{address}>")
            for other, *_ in everybody:
                self.assertRegex(line.say(f"RCPT TO:<{other}>"), "250")
            self.assertRegex(line.say("DATA"), "354")
            line.send(f"From: {address}\r\nPrecedence: list\r\nSubject: from {user}\r\n\r\nhello\r\n.\r\n")
            self.assertRegex(line.reply(), "250")
            self.tell("settle")
            for _, name, secret in everybody:
                self.assertIn(f"Subject: from {user}\r\n".encode(), self.last_letter(name, secret))

    def test_starttls(self):
        line = SmtpLine(self, tls=False, signed_in=False)
        ehlo = line.say("EHLO here.example")
        self.assertIn("STARTTLS", ehlo)
        self.assertNotIn("PLAIN", ehlo)
        self.assertRegex(line.say("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ=="), "538 5.7.11")
        self.assertRegex(line.say("MAIL FROM:<ada@practice.example>"), "530 5.7.0")
        self.assertRegex(line.say("STARTTLS now"), "501")
        self.assertRegex(line.say("STARTTLS"), "220 2.0.0")
        line.encrypt()
        self.assertRegex(line.say("MAIL FROM:<ada@practice.example>"), "503", "EHLO is forgotten")
        ehlo = line.say("EHLO here.example")
        self.assertNotIn("STARTTLS", ehlo)
        self.assertIn("PLAIN", ehlo)


class Kept(Case):
    """What was done remains, until somebody resets it."""
    kept = True

    def state(self):
        """Everything of INBOX, by both protocols."""
        client = self.imap()
        client.select("INBOX", readonly=True)
        validity = client.response("UIDVALIDITY")[1]
        letters = client.fetch("1:*", "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])")[1]
        names = sorted(client.list()[1])
        client.logout()
        pop3 = self.pop3()
        uidl = pop3.uidl()[1]
        pop3.quit()
        return validity, [str(letter).replace("\\\\Recent", "") for letter in letters], names, uidl

    def test_restart(self):
        client = self.imap()
        client.select("INBOX")
        client.store("3", "+FLAGS", r"(\Flagged $Todo)")
        client.store("5,7", "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.append("INBOX", r"(\Seen)", None, LETTER.encode())
        client.create("Mine")
        client.copy("2", "Mine")
        client.logout()
        pop3 = self.pop3()
        pop3.dele(1)
        pop3.quit()
        smtp = self.smtp()
        smtp.sendmail("ada@practice.example", ["ada@practice.example"], LETTER.encode())
        smtp.quit()
        before = self.state()
        self.restart()
        self.assertEqual(self.state(), before)
        self.assertEqual(len(before[3]), 11)
        self.assertEqual(self.tell("reset"), "done")
        after = self.state()
        self.assertEqual(len(after[3]), 12)
        self.assertGreater(after[0], before[0])
        self.restart()
        self.assertEqual(self.state(), after)

    def test_full_disk(self):
        client = self.imap()
        client.select("INBOX")
        pop3 = self.pop3()
        pop3.dele(1)
        smtp = self.smtp()
        before = client.fetch("1:*", "(UID FLAGS)")[1]
        self.assertEqual(self.tell("full"), "done")
        for refused in (lambda: client.append("INBOX", None, None, LETTER.encode()),
                        lambda: client.store("2", "+FLAGS", r"(\Flagged)"), lambda: client.create("Mine"),
                        lambda: client.copy("1", "Archive"), lambda: client.uid("MOVE", "1", "Archive"),
                        lambda: client.rename("Archive", "Old"), lambda: client.delete("Junk"),
                        lambda: client.unsubscribe("Junk")):
            answer = refused()
            self.assertEqual(answer[0], "NO")
            self.assertIn(b"[UNAVAILABLE]", answer[1][0])
        with self.assertRaisesRegex(Exception, r"-ERR \[SYS/TEMP\]"):
            pop3.quit()
        with self.assertRaises(smtplib.SMTPDataError) as refused:
            smtp.sendmail("ada@practice.example", ["emmy@practice.example"], LETTER.encode())
        self.assertEqual(refused.exception.smtp_code, 452)
        self.assertEqual(refused.exception.smtp_error[:5], b"4.3.1")
        self.assertEqual(self.tell("reset"), "failed")
        self.assertEqual(client.fetch("1:*", "(UID FLAGS)")[1], before, "nothing is lost, nothing has changed")
        self.assertEqual(self.tell("room"), "done")
        smtp.sendmail("ada@practice.example", ["emmy@practice.example"], LETTER.encode())
        self.assertEqual(client.append("INBOX", None, None, LETTER.encode())[0], "OK")
        client.logout()
        before = self.state()
        self.restart()
        self.assertEqual(self.state(), before)
        self.assertTrue(self.last_letter("emmy", "noether").endswith(LETTER.encode()))

    def test_all_letters_or_none(self):
        """RFC 3502, on disk too: the first fits, the second does not, and none of them is there, today or tomorrow."""
        def append(*sizes):
            client = self.imap()
            client.send(b"m APPEND INBOX")
            for size in sizes:
                source = b"Subject: x\r\n\r\n" + b"y" * size
                client.send(b" {%d+}\r\n" % len(source) + source)
            client.send(b"\r\n")
            answer = client.readline()
            client.logout()
            return answer
        before = self.state()
        self.assertEqual(self.tell("full 20000"), "done")
        self.assertRegex(append(100, 50000, 100), rb"\Am NO \[UNAVAILABLE\]")
        self.assertEqual(self.tell("room"), "done")
        self.assertEqual(self.state(), before)
        self.restart()
        self.assertEqual(self.state(), before)
        self.assertRegex(append(100, 50000, 100), rb"\Am OK \[APPENDUID \d+ \d+:\d+\]")
        after = self.state()
        self.assertNotEqual(after, before)
        self.restart()
        self.assertEqual(self.state(), after)


if __name__ == "__main__":
    tap.main()
