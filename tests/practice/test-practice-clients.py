"""The practice post office seen by clients that nobody here wrote: Python's own libraries as testers of the
protocols, and mbsync, mpop, msmtp, curl and neomutt doing what people use them for."""
import email
import glob
import imaplib
import os
import poplib
import pty
import re
import select
import smtplib
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "run"))
import tap  # noqa: E402
from office import Case, HOST, LETTER, within  # noqa: E402


class Protocols(Case):
    """Python's libraries, in and out of order."""

    def test_pop3(self):
        client = poplib.POP3(HOST, self.port("pop3"), timeout=10)
        self.assertIn("STLS", client.capa())
        self.assertNotIn("USER", client.capa())
        with self.assertRaises(poplib.error_proto):
            client.user("ada")
        client.stls(self.context)
        self.assertNotIn("STLS", client.capa())
        client.user("ada")
        client.pass_("lovelace")
        count, size = client.stat()
        self.assertEqual(count, 12)
        self.assertEqual(size, sum(int(line.split()[1]) for line in client.list()[1]))
        for number in range(1, count + 1):
            source = b"\r\n".join(client.retr(number)[1]) + b"\r\n"
            self.assertEqual(len(source), int(client.list(number).split()[2]))
        top = client.top(1, 2)[1]
        self.assertEqual(len(top) - top.index(b""), 3)
        with self.assertRaises(poplib.error_proto):
            client.retr(13)
        client.quit()

    def test_pop3_deletes_at_quit_only(self):
        first = self.pop3()
        uids = first.uidl()[1]
        first.dele(1)
        with self.assertRaisesRegex(poplib.error_proto, r"\[IN-USE\]"):
            self.pop3()
        first.close()
        second = within(5, lambda: self.try_pop3())
        self.assertEqual(second.uidl()[1], uids, "a cut line deletes nothing")
        second.dele(1)
        second.dele(2)
        second.rset()
        second.dele(3)
        second.quit()
        third = self.pop3()
        self.assertEqual([line.split()[1] for line in third.uidl()[1]],
                         [line.split()[1] for line in uids if not line.startswith(b"3 ")])
        third.quit()

    def try_pop3(self):
        try:
            return self.pop3()
        except poplib.error_proto:
            return None

    def test_apop(self):
        client = poplib.POP3(HOST, self.port("pop3"), timeout=10)
        client.apop("ada", "lovelace")
        self.assertEqual(client.stat()[0], 12)
        client.quit()

    def test_smtp(self):
        client = smtplib.SMTP(HOST, self.port("submission"), timeout=10)
        client.ehlo()
        for keyword in ("pipelining", "size", "8bitmime", "enhancedstatuscodes", "starttls"):
            self.assertTrue(client.has_extn(keyword), keyword)
        self.assertNotIn("PLAIN", client.esmtp_features["auth"])
        self.assertEqual(client.mail("ada@practice.example")[0], 530)
        client.starttls(context=self.context)
        client.login("ada", "lovelace")
        self.assertEqual(client.mail("ada@practice.example")[0], 250)
        self.assertEqual(client.rcpt("nobody@b.example"), (550, b"5.1.1 Nobody of that name lives here"))
        self.assertEqual(client.rcpt("someone@gmail.com")[0], 550)
        self.assertEqual(client.rcpt("Postmaster")[0], 250)
        self.assertEqual(client.rset()[0], 250)
        self.assertEqual(client.docmd("DATA")[0], 503)
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail("ada@practice.example", ["a@elsewhere.example"], LETTER.encode())
        self.assertEqual(refused.exception.recipients["a@elsewhere.example"][1][:5], b"5.7.1")
        client.sendmail("ada@practice.example", ["emmy@practice.example"], LETTER.encode(), ["BODY=8BITMIME"])
        client.quit()
        self.assertTrue(self.last_letter("emmy", "noether").endswith(LETTER.encode()))

    def test_wrong_passwords(self):
        with self.assertRaises(imaplib.IMAP4.error):
            self.imap(password="wrong")
        with self.assertRaisesRegex(poplib.error_proto, r"\[AUTH\]"):
            self.pop3(password="wrong")
        client = smtplib.SMTP_SSL(HOST, self.port("submissions"), context=self.context, timeout=10)
        with self.assertRaises(smtplib.SMTPAuthenticationError):
            client.login("ada", "wrong")
        client.close()

    def test_correspondent_answers(self):
        client = self.smtp()
        client.sendmail("ada@practice.example", ["grace@b.example"],
                        b"From: ada@practice.example\r\nTo: grace@b.example\r\nSubject: Re: lunch?\r\n"
                        b"Message-ID: <one@practice.example>\r\n\r\nFriday for lunch, at noon?\r\n")
        client.quit()
        answer = within(5, lambda: next((m for m in [email.message_from_bytes(
            self.last_letter("ada", "lovelace"))] if m["In-Reply-To"] == "<one@practice.example>"), None))
        self.assertEqual(answer["From"], "Grace Hopper <grace@b.example>")
        self.assertIn("> Friday for lunch", answer.get_payload(decode=True).decode())
        self.assertIn("caf\u00e9", answer.get_payload(decode=True).decode())

    def test_imap_sessions_tell_each_other(self):
        one, two = self.imap(), self.imap()
        self.assertEqual(one.select("INBOX")[1], [b"12"])
        self.assertEqual(two.select("INBOX")[1], [b"12"])
        self.assertEqual(one.response("RECENT")[1], [b"12"])
        self.assertEqual(two.response("RECENT")[1], [b"0"])
        one.store("2", "+FLAGS", r"(\Flagged $Later)")
        two.noop()
        self.assertIn(b"2 (UID 2 FLAGS (\\Seen \\Flagged $Later))", two.response("FETCH")[1][0].replace(b"\\Answered ", b""))
        one.store("1,3", "+FLAGS.SILENT", r"(\Deleted)")
        one.expunge()
        self.assertEqual(two.fetch("1", "(FLAGS)")[1], [None], "gone, but its number is not yet free")
        self.assertIsNone(two.response("EXPUNGE")[1][0], "no EXPUNGE during FETCH")
        two.noop()
        self.assertEqual(two.response("EXPUNGE")[1], [b"1", b"2"])
        two.append("INBOX", None, None, LETTER.encode())
        one.noop()
        self.assertEqual(one.response("EXISTS")[1][-1], b"11")
        one.logout()
        two.logout()

    def test_idle(self):
        waiting, busy = self.imap(), self.imap()
        waiting.select("INBOX")
        busy.select("INBOX")
        waiting.send(b"x IDLE\r\n")
        self.assertTrue(waiting.readline().startswith(b"+ "))
        busy.append("INBOX", None, None, LETTER.encode())
        self.assertEqual(waiting.readline(), b"* 13 EXISTS\r\n")
        waiting.readline()
        busy.store("13", "+FLAGS", r"(\Seen)")
        self.assertRegex(waiting.readline(), rb"^\* 13 FETCH .*\\Seen")
        waiting.send(b"DONE\r\n")
        self.assertTrue(waiting.readline().startswith(b"x OK"))
        waiting.logout()
        busy.logout()

    def test_imap_structure(self):
        client = self.imap()
        client.select("INBOX")
        for number in range(1, 13):
            source = client.fetch(str(number), "(BODY.PEEK[])")[1][0][1]
            message = email.message_from_bytes(source)
            header = client.fetch(str(number), "(BODY.PEEK[HEADER])")[1][0][1]
            text = client.fetch(str(number), "(BODY.PEEK[TEXT])")[1][0][1]
            self.assertEqual(header + text, source)
            parts = message.get_payload() if message.is_multipart() else [message]
            for index, part in enumerate(parts, 1):
                data = client.fetch(str(number), f"(BODY.PEEK[{index}])")[1][0][1]
                self.assertEqual(data.replace(b"\r\n", b"\n").strip(),
                                 part.as_bytes().split(b"\n\n", 1)[1].replace(b"\r\n", b"\n").strip())
            structure = client.fetch(str(number), "(BODYSTRUCTURE)")[1][0]
            self.assertIn(message.get_content_subtype().encode(), structure.lower())
        old = client.fetch("1", "(RFC822 RFC822.HEADER RFC822.TEXT)")[1]
        self.assertRegex(old[0][0], rb"^1 \(RFC822 \{")
        self.assertRegex(old[1][0], rb"^ RFC822.HEADER \{")
        self.assertEqual(old[1][1] + old[2][1], old[0][1])
        self.assertEqual(client.fetch("12", "(BODY.PEEK[]<5.7>)")[1][0][1],
                         client.fetch("12", "(BODY.PEEK[])")[1][0][1][5:12])
        self.assertIn(b"\\Seen", client.fetch("12", "(BODY[TEXT] FLAGS)")[1][0][0] +
                      client.fetch("12", "(FLAGS)")[1][0])
        client.logout()

    def test_imap_search(self):
        client = self.imap()
        client.select("INBOX")
        for query, expected in (("ALL", 12), ("FROM grace", 2), ("SUBJECT ferry", 3), ("UNSEEN", 6),
                                ("NOT SEEN", 6), ("OR FROM grace FROM edsger", 4), ("LARGER 100000", 0),
                                ("HEADER List-Id ferry", 3), ("BODY harbour", 5), ("FLAGGED", 1), ("1:3 SEEN", 3),
                                ("UID 12", 1), ("SINCE 1-Jan-2020", 12), ("SENTBEFORE 1-Jan-2020", 0)):
            with self.subTest(query):
                self.assertEqual(len(client.search(None, query)[1][0].split()), expected)
        self.assertEqual(client.search("KOI8-R", "ALL")[0], "NO")
        self.assertEqual(len(client.uid("SEARCH", "CHARSET", "UTF-8", "SUBJECT", "postale")[1][0].split()), 1)
        client.logout()

    def test_imap_mailboxes(self):
        client = self.imap()
        self.assertIn(rb'(\HasNoChildren \Sent) "/" "Sent"', client.list()[1])
        self.assertEqual(client.create("Lettres/&AMk-t&AOk-")[0], "OK")
        self.assertEqual(client.create("Lettres")[0], "NO")
        self.assertIn(rb'(\HasChildren) "/" "Lettres"', client.list()[1])
        self.assertEqual(client.list('""', "Lettres/%")[1], [rb'(\HasNoChildren) "/" "Lettres/&AMk-t&AOk-"'])
        self.assertEqual(client.rename("Lettres", "Post")[0], "OK")
        self.assertEqual(client.delete("Post")[0], "NO")
        self.assertEqual(client.delete("INBOX")[0], "NO")
        self.assertEqual(client.delete("Post/&AMk-t&AOk-")[0], "OK")
        self.assertEqual(client.delete("Post")[0], "OK")
        self.assertEqual(client.subscribe("Nothing")[0], "NO")
        self.assertEqual(client.unsubscribe("Junk")[0], "OK")
        self.assertNotIn(b"Junk", b"".join(client.lsub()[1]))
        self.assertEqual(client.select("Nothing")[0], "NO")
        client.select("INBOX", readonly=True)
        self.assertEqual(client.store("1", "+FLAGS", r"(\Seen)")[0], "NO")
        self.assertEqual(client.copy("1", "Nothing")[0], "NO")
        client.logout()

    def test_one_mailbox_by_two_protocols(self):
        imap = self.imap()
        imap.select("INBOX")
        pop3 = self.pop3()
        pop3.dele(12)
        pop3.quit()
        imap.noop()
        self.assertEqual(imap.response("EXPUNGE")[1], [b"12"])
        imap.logout()

    def test_large_letter(self):
        body = b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 600000
        client = self.imap()
        self.assertEqual(client.append("Archive", None, None, body)[0], "OK")
        client.select("Archive")
        self.assertEqual(client.fetch("3", "(BODY.PEEK[])")[1][0][1], body)
        client.logout()
        client = self.smtp()
        client.sendmail("ada@practice.example", ["emmy@practice.example"], body)
        client.quit()
        self.assertTrue(self.last_letter("emmy", "noether").endswith(body))

    def test_reset(self):
        client = self.imap()
        before = client.status("INBOX", "(UIDVALIDITY)")[1]
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
        self.assertEqual(self.tell("reset"), "done")
        client.noop()
        self.assertEqual(client.select("INBOX")[1], [b"12"])
        self.assertNotEqual(client.status("INBOX", "(UIDVALIDITY)")[1], before)
        client.logout()

    def test_pipelined_imap(self):
        client = self.imap()
        client.send(b"a SELECT INBOX\r\nb FETCH 12 (UID)\r\nc NOOP\r\n")
        answers = []
        while not answers or not answers[-1].startswith(b"c "):
            answers.append(client.readline())
        self.assertIn(b"* 12 FETCH (UID 12)\r\n", answers)
        self.assertTrue(any(line.startswith(b"b OK") for line in answers))
        client.logout()


class Clients(Case):
    """Programs that people use."""

    def mbsync_config(self):
        return self.file("mbsyncrc", f"""
IMAPAccount office
Host localhost
Port {self.at['imaps']}
SSLType IMAPS
CertificateFile {self.at['ca']}
User ada
Pass lovelace

IMAPStore far
Account office

MaildirStore near
Path {self.dir}/mail/
Inbox {self.dir}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
""")

    def near(self, folder):
        """Name and flags of each file of a maildir."""
        found = {}
        for part in ("cur", "new"):
            path = os.path.join(self.dir, "mail", folder, part)
            for name in os.listdir(path):
                found[name] = os.path.join(path, name)
        return found

    def state(self, client, folder):
        """Message-ID and flags of all letters on the server."""
        count = int(client.select(folder, readonly=True)[1][0])
        state = set()
        for number in range(1, count + 1):
            flags = imaplib.ParseFlags(client.fetch(str(number), "(FLAGS)")[1][0])
            header = client.fetch(str(number), "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1][0][1]
            state.add((header.split(b":", 1)[1].strip().decode(), frozenset(
                flag.decode()[1] for flag in flags if flag in (rb"\Seen", rb"\Flagged", rb"\Answered"))))
        return state

    def near_state(self, folder):
        letters = {"S": "S", "F": "F", "R": "A"}
        state = set()
        for name, path in self.near(folder).items():
            with open(path, "rb") as source:
                message = email.message_from_binary_file(source)
            flags = name.split(":2,")[1] if ":2," in name else ""
            state.add((message["Message-ID"], frozenset(letters[f] for f in flags if f in letters)))
        return state

    def test_mbsync(self):
        config = self.mbsync_config()
        os.mkdir(os.path.join(self.dir, "mail"))
        self.run_client(["mbsync", "-c", config, "-a"])
        self.assertEqual(len(self.near("INBOX")), 12)
        self.assertEqual(len(self.near("Archive")), 2)
        # Changed here: one read, one deleted, one new. Changed there: one flagged, one deleted, one new.
        names = self.near("INBOX")
        unread = sorted(name for name in names if "S" not in name.split(":2,")[-1])
        path = names[unread[0]]
        os.rename(path, os.path.join(self.dir, "mail", "INBOX", "cur", unread[0].split(":")[0] + ":2,S"))
        os.unlink(names[unread[1]])
        self.file("mail/INBOX/new/1.1.here", LETTER.replace("\r\n", "\n"))
        client = self.imap()
        client.select("INBOX")
        seen = client.search(None, "SEEN")[1][0].split()
        client.store(seen[0], "+FLAGS", r"(\Flagged)")
        client.store(seen[1], "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.append("INBOX", None, None, LETTER.replace("dots@", "there@").encode())
        client.create("New")
        for _ in range(2):
            self.run_client(["mbsync", "-c", config, "-a"])
        for folder in ("INBOX", "Archive", "Sent", "Drafts", "Junk", "Trash", "New"):
            self.assertEqual(self.state(client, folder), self.near_state(folder), folder)
        self.assertEqual(len(self.near("INBOX")), 12)
        client.logout()

    def test_mpop_takes_and_deletes(self):
        box = os.path.join(self.dir, "box")
        for part in ("", "cur", "new", "tmp"):
            os.mkdir(os.path.join(box, part))
        config = self.file("mpoprc", f"""
account office
host localhost
port {self.at['pop3']}
tls on
tls_starttls on
tls_trust_file {self.at['ca']}
user ada
password lovelace
keep off
delivery maildir {box}
uidls_file {self.dir}/uidls
received_header off
""")
        client = self.imap()
        client.select("INBOX")
        sources = {client.fetch(str(n), "(BODY.PEEK[])")[1][0][1] for n in range(1, 13)}
        self.run_client(["mpop", "-C", config, "office"])
        taken = set()
        for name in os.listdir(os.path.join(box, "new")):
            with open(os.path.join(box, "new", name), "rb") as source:
                taken.add(source.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        self.assertEqual(taken, sources)
        self.assertEqual(client.select("INBOX")[1], [b"0"])
        client.logout()

    def test_msmtp_letter_arrives_byte_for_byte(self):
        config = self.file("msmtprc", f"""
account office
host localhost
port {self.at['submission']}
tls on
tls_starttls on
tls_trust_file {self.at['ca']}
auth on
user ada
password lovelace
from ada@practice.example
""")
        for number, text in enumerate([LETTER, LETTER * 50, LETTER + "." * 900 + "\r\n" + "x" * 998 + "\r\n"]):
            with self.subTest(number):
                self.run_client(["msmtp", "-C", config, "-a", "office", "emmy@practice.example"],
                                stdin=text.replace("\r\n", "\n").encode())
                source = self.last_letter("emmy", "noether")
                self.assertTrue(source.endswith(text.encode()))
                added = source[:-len(text.encode())]
                self.assertRegex(added, rb"\AReturn-Path: <ada@practice\.example>\r\nReceived: (?s:.*)\r\n\Z")

    def test_curl(self):
        def curl(url, *more):
            return self.run_client(["curl", "-sS", "--cacert", self.at["ca"], "--ssl-reqd", "-u", "ada:lovelace", *more,
                                    url])
        folders = curl(f"imap://localhost:{self.at['imap']}/")
        self.assertIn(b"Archive", folders)
        letter = curl(f"imaps://localhost:{self.at['imaps']}/INBOX;MAILINDEX=12")
        self.assertIn(b"Subject: Welcome", letter)
        self.assertEqual(curl(f"pop3://localhost:{self.at['pop3']}/").count(b"\n"), 12)
        self.assertEqual(curl(f"pop3s://localhost:{self.at['pop3s']}/12"), letter)
        found = curl(f"imaps://localhost:{self.at['imaps']}/INBOX?SUBJECT%20ferry")
        self.assertEqual(found.strip(), b"* SEARCH 5 6 7")
        path = self.file("letter", LETTER)
        curl(f"smtp://localhost:{self.at['submission']}", "--mail-from", "ada@practice.example", "--mail-rcpt",
             "emmy@practice.example", "-T", path)
        self.assertTrue(self.last_letter("emmy", "noether").endswith(LETTER.encode()))
        curl(f"imaps://localhost:{self.at['imaps']}/Archive", "-T", path)

    def peer(self, program):
        """A program that the tests unpack, and the environment it needs."""
        where = os.environ.get("RESTANTE_PEERS")
        path = os.path.join(where or "", "clients", "usr", "bin", program)
        if not where or not os.path.exists(path):
            self.skipTest(f"{program} is not unpacked here")
        modules = os.path.join(where, "clients", "usr", "lib", "python3", "dist-packages")
        with open(path, "rb") as first:
            script = first.read(2) == b"#!"
        return (["/usr/bin/python3", path] if script else [path]), {
            "PYTHONPATH": modules + os.pathsep + os.path.join(where, "clients", "usr", "share", "offlineimap3")}

    def sources(self, folder="INBOX"):
        """The letters of a folder as bytes, line ends alone."""
        client = self.imap()
        count = int(client.select(folder, readonly=True)[1][0])
        sources = {client.fetch(str(n), "(BODY.PEEK[])")[1][0][1].replace(b"\r\n", b"\n") for n in range(1, count + 1)}
        client.logout()
        return sources

    def test_swaks(self):
        """Hands in a letter as people do, and hands one over as another domain's host would."""
        program, env = self.peer("swaks")
        env = {**env, "SSL_CERT_FILE": self.at["ca"], "PERL5LIB": os.pathsep.join(
            [os.path.join(os.environ["RESTANTE_PEERS"], "clients/usr/share/perl5"),
             *glob.glob(os.path.join(os.environ["RESTANTE_PEERS"], "clients/usr/lib/*/perl5/*"))])}
        common = ["perl", program[-1], "--server", f"localhost:{self.at['submission']}", "--from", "ada@practice.example"]
        said = self.run_client(common + ["--to", "grace@b.example", "--tls", "--auth", "PLAIN", "--auth-user", "ada",
                                         "--auth-password", "lovelace", "--body", "by swaks"], env=env).decode()
        self.assertIn("250 2.0.0 Taken, to be passed on", said)
        self.assertIn(b"by swaks", self.last_letter("grace", "hopper"))
        said = self.run_client(["perl", program[-1], "--server", f"127.0.0.1:{self.at['mx']}", "--local-interface", "127.0.25.2",
                                "--helo", "b.example", "--from", "grace@b.example", "--to", "ada@practice.example",
                                "--header", "From: grace@b.example", "--tls-optional", "--body", "handed over"], env=env).decode()
        self.assertIn("250 2.0.0 Delivered", said)
        source = self.last_letter("ada", "lovelace")
        self.assertIn(b"handed over", source)
        self.assertRegex(source, rb"Authentication-Results: mx.practice.example;\s+spf=pass smtp.mailfrom=b.example;\s+dkim=none;\s+dmarc=pass")

    def test_fetchmail(self):
        program, env = self.peer("fetchmail")
        sources = self.sources()
        for protocol, port, options in (("pop3", "pop3s", "ssl"), ("pop3", "pop3", "sslproto tls1.2+"), ("imap", "imaps", "ssl"),
                                        ("imap", "imap", "sslproto tls1.2+")):
            with self.subTest(port):
                box = os.path.join(self.dir, "took-" + port)
                os.mkdir(box)
                config = self.file("fetchmailrc-" + port, f"""
set invisible
poll localhost protocol {protocol} service {self.at[port]} timeout 20
  user "ada" password "lovelace" {options} sslcertck sslcertfile "{self.at['ca']}"
  keep fetchall no rewrite mda "cat > $(mktemp {box}/XXXXXXXX)"
""")
                self.run_client(program + ["-f", config, "--nosyslog", "--nodetach", "--pidfile", os.path.join(self.dir, "pid")],
                                env={**env, "FETCHMAILHOME": self.dir})
                took = set()
                for name in os.listdir(box):
                    with open(os.path.join(box, name), "rb") as source:
                        took.add(source.read().replace(b"\r\n", b"\n"))
                self.assertEqual(took, sources)
        # And taken away, letter by letter.
        config = self.file("fetchmailrc-flush", f"""
set invisible
poll localhost protocol pop3 service {self.at['pop3s']} uidl
  user "ada" password "lovelace" ssl sslcertck sslcertfile "{self.at['ca']}" no keep fetchall mda "cat > /dev/null"
""")
        self.run_client(program + ["-f", config, "--nosyslog", "--nodetach", "--pidfile", os.path.join(self.dir, "pid")],
                        env={**env, "FETCHMAILHOME": self.dir})
        self.assertEqual(self.sources(), set())

    def test_getmail(self):
        program, env = self.peer("getmail")
        sources = self.sources()
        home = os.path.join(self.dir, "getmail")
        os.makedirs(home)
        for kind, port in (("SimpleIMAPSSLRetriever", "imaps"), ("SimplePOP3SSLRetriever", "pop3s")):
            with self.subTest(kind):
                box = os.path.join(self.dir, "box-" + port)
                os.mkdir(box)
                config = self.file("getmail/rc-" + port, f"""
[retriever]
type = {kind}
server = localhost
port = {self.at[port]}
username = ada
password = lovelace
ca_certs = {self.at['ca']}
[destination]
type = MDA_external
path = /bin/sh
arguments = ("-c", "cat > $(mktemp {box}/XXXXXXXX)")
allow_root_commands = true
unixfrom = false
[options]
delete = {'true' if port == 'pop3s' else 'false'}
read_all = true
delivered_to = false
received = false
""")
                self.run_client(program + ["--getmaildir", home, "--rcfile", config], env=env)
                took = set()
                for name in os.listdir(box):
                    with open(os.path.join(box, name), "rb") as source:
                        took.add(source.read().replace(b"\r\n", b"\n"))
                # It writes Return-Path in front, whatever else is there, and which mailbox it was behind.
                own = re.compile(rb"^(Return-Path|X-getmail-retrieved-from-mailbox):[^\n]*\n", re.M)
                self.assertEqual({own.sub(b"", source) for source in took}, {own.sub(b"", source) for source in sources})
        self.assertEqual(self.sources(), set())

    def test_snail(self):
        """Reads by IMAP and by POP3, searches, copies and deletes, and hands in a letter, by code of its own for each."""
        program, env = self.peer("s-nail")
        common = program + ["-:/", "-S", "v15-compat", "-S", "ttycharset=utf-8", "-S", "tls-verify=strict",
                            "-S", f"tls-ca-file={self.at['ca']}", "-S", "tls-ca-no-defaults", "-S", "nosave", "-R"]
        at = f"localhost:{self.at['imaps']}"
        said = self.run_client(common + ["-f", f"imaps://ada:lovelace@{at}/INBOX"], env=env, stdin=b"headers *\ntype 12\nexit\n").decode()
        for words in ("Seminar on Thursday", "lunch?", "Welcome", "12 messages"):
            self.assertIn(words, said)
        writing = [word for word in common if word != "-R"]
        self.run_client(writing + ["-f", f"imaps://ada:lovelace@{at}/INBOX"], env=env,
                        stdin=b"copy 1 imaps://ada:lovelace@%s/Archive\ndelete 2\nflag 3\nquit\n" % at.encode())
        client = self.imap()
        self.assertEqual(client.select("INBOX")[1], [b"11"])
        self.assertEqual(client.search(None, "UID 3 FLAGGED")[1], [b"2"])
        self.assertEqual(client.select("Archive")[1], [b"3"])
        client.logout()
        said = self.run_client(common + ["-f", f"pop3s://ada:lovelace@localhost:{self.at['pop3s']}"], env=env,
                               stdin=b"headers *\ntype 1\nexit\n").decode()
        self.assertIn("11 messages", said)
        self.run_client(common[:-1] + ["-S", f"mta=smtps://ada:lovelace@localhost:{self.at['submissions']}", "-S", "from=ada@practice.example",
                                       "-S", "smtp-hostname=", "-S", "smtp-auth=plain", "-s", "Une lettre à la main", "emmy@practice.example"],
                        env=env, stdin="Écrite par s-nail.\n".encode())
        letter = email.message_from_bytes(self.last_letter("emmy", "noether"))
        self.assertEqual(str(email.header.make_header(email.header.decode_header(letter["Subject"]))), "Une lettre à la main")
        self.assertEqual(letter.get_payload(decode=True).decode(), "Écrite par s-nail.\r\n")

    def test_offlineimap(self):
        program, env = self.peer("offlineimap")
        box = os.path.join(self.dir, "offline")
        config = self.file("offlineimaprc", f"""
[general]
accounts = office
metadata = {self.dir}/offlineimap
[Account office]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = {box}
[Repository far]
type = IMAP
remotehost = localhost
remoteport = {self.at['imaps']}
remoteuser = ada
remotepass = lovelace
ssl = yes
sslcacertfile = {self.at['ca']}
""")
        run = program + ["-c", config, "-o", "-u", "quiet"]
        self.run_client(run, env=env)
        names = []
        for part in ("cur", "new"):
            names += [os.path.join(box, "INBOX", part, name) for name in os.listdir(os.path.join(box, "INBOX", part))]
        self.assertEqual(len(names), 12)
        # Changed on both sides, then brought together.
        unread = sorted(name for name in names if "S" not in name.split(":2,")[-1])
        target = os.path.join(box, "INBOX", "cur", os.path.basename(unread[0]).split(":")[0] + ":2,FS")
        os.rename(unread[0], target)
        with open(target, "rb") as source:
            message_id = email.message_from_binary_file(source)["Message-ID"]
        os.unlink(unread[1])
        client = self.imap()
        client.append("INBOX", None, None, LETTER.encode())
        client.logout()
        self.run_client(run, env=env)
        state = dict(self.state(self.imap(), "INBOX"))
        self.assertEqual(state[message_id], frozenset("SF"))
        self.assertEqual(len(state), 12)
        left = sum(len(os.listdir(os.path.join(box, "INBOX", part))) for part in ("cur", "new"))
        self.assertEqual(left, 12)

    def on_screen(self, command):
        """Runs a program that wants a terminal; what it drew."""
        master, slave = pty.openpty()
        drawn = b""
        with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                              env=dict(os.environ, HOME=self.dir, TERM="xterm", LC_ALL="C.UTF-8")) as program:
            os.close(slave)
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                if not select.select([master], [], [], 0.1)[0]:
                    if program.poll() is not None:
                        break
                    continue
                try:
                    piece = os.read(master, 65536)
                except OSError:
                    break
                if not piece:
                    break
                drawn += piece
            if program.poll() is None and not within(5, lambda: program.poll() is not None):
                program.kill()
                self.fail(f"{command[0]} does not end: {drawn[-2000:]}")
        os.close(master)
        return drawn.decode("utf-8", "replace")

    def test_neomutt_lists_and_reads(self):
        config = self.file("neomuttrc", f"""
set folder = "imaps://ada@localhost:{self.at['imaps']}/"
set imap_user = "ada"
set imap_pass = "lovelace"
set spoolfile = "+INBOX"
set ssl_force_tls = yes
set ssl_ca_certificates_file = "{self.at['ca']}"
set sort = date
set wait_key = no
set quit = yes
""")
        printed = os.path.join(self.dir, "printed")
        drawn = self.on_screen(["neomutt", "-n", "-F", config, "-e",
                                f'push "<search>~s Welcome<enter><pipe-message>cat > {printed}<enter><exit>"'])
        for subject in ("Welcome", "lunch?", "Seminar on Thursday", "Msgs:12"):
            self.assertIn(subject, drawn)
        with open(printed, encoding="utf-8") as text:
            self.assertRegex(text.read(), re.compile("Subject: Welcome.*practice post office", re.S))


if __name__ == "__main__":
    tap.main()
