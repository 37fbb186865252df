"""The program against mail servers that nobody here wrote: Cyrus and Courier over IMAP and POP3; Exim and OpenSMTPD
for letters going out; Dovecot's search. What else Dovecot and Postfix say is in tests/cli; what the servers differ in is here."""
import base64
import os
import re
import time
import unittest

import world
from imap_office import letter
from line import Meddler
from world import Cli, Letters, Server
import peers
import tap


def letter_with_attachment(size):
    """A multipart letter, whose attachment is what a careless program spoils."""
    content = bytes(range(256)) * (size // 256) + b"\r\n.\r\nFrom \0"
    lines = base64.encodebytes(content).replace(b"\n", b"\r\n")
    letter = (b"From: ada@restante.test\r\nTo: edsger@restante.test\r\nSubject: attached\r\n"
              b"Message-ID: <attached@restante.test>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
              b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
              b"Content-Transfer-Encoding: 8bit\r\n\r\n" + "Voilà, là.\r\n.\r\n..\r\nFrom here\r\n".encode() +
              b"--b\r\nContent-Type: application/octet-stream; name=\"x.bin\"\r\nContent-Transfer-Encoding: base64\r\n"
              b"Content-Disposition: attachment; filename=\"x.bin\"\r\n\r\n" + lines + b"--b--\r\n")
    return letter


class Peered(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start(cls.server_name)

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def box(self, *arguments, **options):
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add(*arguments, **options)
        return cli

    def check_secrets(self, cli, user):
        self.assertEqual(cli.secrets_seen(self.peer[f"password.{user}"]), [])


ODD = b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
ODD_HEADERS = {
    "nothing that tells letters apart": b"X-Only: this\r\n",
    "no Message-ID": b"From: ada@restante.test\r\nSubject: nameless\r\n" + ODD,
    "no Message-ID, bytes": b"From: J\xfcrgen <j@restante.test>\r\nSubject: \xc4rger \xff\r\n" + ODD,
    "no Message-ID, encoded": b"From: =?iso-8859-1?Q?J=FCrgen?= <j@restante.test>\r\n"
                              b"Subject: =?utf-8?B?w4RyZ2Vy?=\r\n\t=?utf-8?Q?_und_mehr?=\r\n" + ODD,
    "two Message-IDs": b"Message-ID: <one@restante.test>\r\nFrom: ada@restante.test\r\nMessage-ID: <two@restante.test>\r\n",
    "a folded one": b"From: ada@restante.test\r\nMessage-ID:\r\n <folded@restante.test>\r\n",
    "one without brackets": b"From: ada@restante.test\r\nMessage-ID: bare@restante.test (and a comment)\r\n",
    "one with bytes": b"From: ada@restante.test\r\nMessage-ID: <\xe4@restante.test>\r\n",
    "one that is long": b"From: ada@restante.test\r\nMessage-ID: <" + b"x" * 1500 + b"@restante.test>\r\n",
    "no date": b"From: ada@restante.test\r\nSubject: undated\r\nDate: the day before\r\n",
    "a large header": b"From: ada@restante.test\r\n" + b"X-More: and more of it\r\n" * 3000 + b"Subject: large\r\n" + ODD,
}


class Looked:
    """Its letters are looked at whenever a folder is opened, and are what they were."""
    def test_nobody_is_doubted(self):
        server = Server(self.peer, "edsger")
        self.addCleanup(server.close)
        server.select("INBOX")
        if uids := sorted(server.flags()):
            server.expunge(uids)
        cli = self.box("imap", self.peer, "edsger")
        for name, headers in ODD_HEADERS.items():
            with self.subTest(name):
                server.put("INBOX", headers + b"\r\nodd\r\n")
                cli.good("sync", "box", "--folder", "INBOX")
                server.select("INBOX")
                last = max(server.flags())
                server.store([last], "+FLAGS", "\\Flagged")
                # Twice: the one that is the newest is looked at, and what is found is what counts.
                for change in "+FLAGS", "-FLAGS":
                    server.store([last], change, "\\Answered")
                    said = cli.run("sync", "box", "--folder", "INBOX", wire="lines")
                    self.assertEqual(said.code, 0, said)
                    self.assertRegex(said.err, rf"UID FETCH (\S*[,:])?{last} .*FIELDS \(DATE FROM SUBJECT MESSAGE-ID\)")
                    self.assertNotIn("FROM SENDER", said.err, "its letters are not asked for anew")
        world.compare(self, cli, server, ["INBOX"])


class Searched:
    """What is found by the server, sorted and remembered by it where it can."""
    sorts, remembers = True, True

    def test_imap_search(self):
        """The newest by their date, not by their place in the folder; then from a server that says it cannot sort."""
        server = Server(self.peer, "grace")
        self.addCleanup(server.close)
        server.select("INBOX")
        if uids := sorted(server.flags()):
            server.expunge(uids)
        for number in (5, 1, 2, 3, 4):
            server.put("INBOX", letter(number) + b"the harbour at dusk\r\n")
        server.put("INBOX", letter(6))
        for hidden, limit, found in (b"", 2, (5, 4)), (b" SORT", 9, (5, 4, 3, 2, 1)):
            with self.subTest(hidden):
                line = Meddler(self.peer.port("imap"), changes=[lambda data: re.sub(hidden + rb"(?=[ \]\r])", b"", data)])
                self.addCleanup(line.stop)
                cli = self.box("imap", self.peer, "grace", security="none", ports={"imap": line.port}, more=("--keep", "headers"))
                cli.good("sync", "box")
                server.select("INBOX")
                server.store(sorted(server.flags())[:1], "-FLAGS" if hidden else "+FLAGS", "\\Flagged")
                said = cli.run("search", "harbour", "--account", "box", "--server", "--json", "--limit", limit, wire="lines")
                self.assertEqual(said.code, 0, said)
                self.assertEqual([row["subject"] for row in said.rows()], [f"letter {number}" for number in found])
                self.assertEqual("UID SORT" in said.err, self.sorts and not hidden)
                self.assertEqual(" FETCH $ " in said.err, self.remembers and bool(hidden))
                marked = [row["subject"] for row in cli.rows() if "flagged" in row["flags"]]
                self.assertEqual(marked, [] if hidden else ["letter 5"], "the marks of now")
                self.check_secrets(cli, "grace")


class Threaded:
    """Which letters belong together, here and for the server: an answer that names nothing has only its subject."""
    def test_imap_conversation(self):
        server = Server(self.peer, "grace")
        self.addCleanup(server.close)
        server.select("INBOX")
        if uids := sorted(server.flags()):
            server.expunge(uids)
        for subject, headers in (("Supper at the pier", "Message-ID: <s1@restante.test>"),
                                 ("Re: Supper at the pier", "Message-ID: <s2@restante.test>\r\nIn-Reply-To: <s1@restante.test>"),
                                 ("Re: Supper at the pier", "Message-ID: <s3@restante.test>"),
                                 ("Winter timetable", "Message-ID: <s4@restante.test>")):
            server.put("INBOX", f"From: ada@restante.test\r\nSubject: {subject}\r\n{headers}\r\n\r\nhello\r\n".encode())
        cli = self.box("imap", self.peer, "grace", more=("--keep", "headers"))
        cli.good("sync", "box")
        first = next(row["id"] for row in cli.rows() if row["message_id"] == "s1@restante.test")
        self.assertEqual(self.together(cli, first)[0], ["s1", "s2"])
        names, said = self.together(cli, first, "--server")
        self.assertEqual(names, ["s1", "s2", "s3"])
        self.assertIn("UID THREAD REFERENCES UTF-8 OR SUBJECT", said.err)

    def together(self, cli, letter, *more):
        said = cli.run("conversation", "box", letter, *more, "--json", wire="lines")
        self.assertEqual(said.code, 0, said)
        return sorted(row["message_id"].split("@")[0] for row in said.rows()), said


class Kept(Looked, Searched, Threaded):
    """What every server that keeps mail is asked."""
    def test_the_account_is_checked(self):
        for protocol in ("imap", "pop3"):
            for security in ("tls", "starttls", "none"):
                with self.subTest(f"{protocol} {security}"):
                    cli = self.box(protocol, self.peer, "grace", security=security, check=True)
                    cli.good("sync", "box")
                    self.check_secrets(cli, "grace")

    def test_a_wrong_password(self):
        peer = {**self.peer, "password.ada": "wrong"}
        for protocol in ("imap", "pop3"):
            said = self.box(protocol, peer, "ada").run("sync", "box")
            self.assertEqual(said.code, 77, said)

    def test_imap(self):
        """The first sight, then changes from both sides, in the end the same on both."""
        server, letters = Server(self.peer, "ada"), Letters(self.server_name)
        self.addCleanup(server.close)
        for size in (0, 300, 3000, 3000, 40000, 3000, 3000, 3000):
            server.put("INBOX", letters.make(size)[1])
        server.put("INBOX", letter_with_attachment(70000))
        server.put("INBOX", letters.make(5_000_000)[1], "\\Seen")
        cli = self.box("imap", self.peer, "ada")
        cli.good("sync", "box")
        world.compare(self, cli, server)
        ids = [row["id"] for row in reversed(cli.rows())]
        cli.good("flag", "box", *ids[0:3], "+seen")
        cli.good("flag", "box", ids[1], "+flagged")
        cli.good("flag", "box", ids[2], "-seen")
        cli.good("move", "box", *ids[3:5], server.place("Archive"))
        cli.good("delete", "box", ids[5])
        cli.good("delete", "box", ids[6], "--expunge")
        cli.good("sync", "box")
        world.compare(self, cli, server)
        for folder, count in (("INBOX", 6), ("Archive", 2), ("Trash", 1)):
            server.select(folder)
            self.assertEqual(len(server.flags()), count, folder)
        server.select("INBOX")
        uids = sorted(server.flags())
        server.store(uids[:2], "+FLAGS", "\\Answered")
        server.store(uids[:1], "-FLAGS", "\\Seen")
        server.expunge(uids[2:3])
        server.put("INBOX", letters.make(900)[1], "\\Flagged")
        server.put("Archive", letters.make(900)[1])
        cli.good("sync", "box")
        world.compare(self, cli, server)
        wire = cli.run("sync", "box", wire="lines")
        self.assertEqual(wire.code, 0, wire)
        for whole in "BODY.PEEK[]", "FROM SENDER":
            self.assertNotIn(whole, wire.err, "nothing is fetched twice")
        self.check_secrets(cli, "ada")

    def test_imap_part(self):
        """An attachment alone, of a letter that is not here: Cyrus decodes it, Courier does not."""
        server = Server(self.peer, "grace")
        self.addCleanup(server.close)
        self.fresh(server)
        server.put("INBOX", letter_with_attachment(70000))
        cli = self.box("imap", self.peer, "grace", more=("--keep", "headers"))
        cli.good("sync", "box")
        row, = cli.rows()
        said = cli.run("show", "box", row["id"], "--part", "2", wire="lines")
        self.assertEqual(said.code, 0, said)
        self.assertTrue(said.out == bytes(range(256)) * (70000 // 256) + b"\r\n.\r\nFrom \0")
        self.assertEqual("BINARY.PEEK[2]" in said.err, self.server_name == "cyrus")
        self.assertIn("Voilà, là.", cli.good("show", "box", row["id"], "--part", "1").out.decode())
        self.assertFalse(cli.rows()[0].get("here", False))
        # The whole letter comes when it is wanted, and has the same part.
        cli.good("show", "box", row["id"], "--raw")
        again = cli.run("show", "box", row["id"], "--part", "2", wire="lines")
        self.assertEqual((again.out, "FETCH" in again.err), (said.out, False))

    def test_imap_folders(self):
        """One is made, renamed and removed by somebody else."""
        server, letters = Server(self.peer, "edsger"), Letters("f" + self.server_name)
        self.addCleanup(server.close)
        server.done(server.imap.create(server.place("Projects")))
        server.put("Projects", letters.make(2000)[1])
        cli = self.box("imap", self.peer, "edsger")
        cli.good("sync", "box")
        world.compare(self, cli, server)
        server.done(server.imap.rename(server.place("Projects"), server.place("Plans")))
        cli.good("sync", "box")
        world.compare(self, cli, server)
        self.assertNotIn(server.place("Projects"), cli.folders())
        server.done(server.imap.delete(server.place("Plans")))
        cli.good("sync", "box")
        self.assertNotIn(server.place("Plans"), cli.folders())
        server.done(server.imap.create(server.place("Plans")))
        server.put("Plans", letters.make(2000)[1])
        cli.good("sync", "box")
        world.compare(self, cli, server)

    def collected(self, cli, letters):
        here = {letters.token(letter): letter for letter in cli.letters().values()}
        self.assertEqual(sorted(here), sorted(letters.made))
        for token, letter in here.items():
            self.assertTrue(letter == letters.made[token], token)

    def left(self, server):
        server.select("INBOX")
        return sorted(server.flags())

    def fresh(self, server):
        if uids := self.left(server):
            server.expunge(uids)

    def collector(self, user, policy):
        return self.box("pop3", self.peer, user, more=("--leave", policy))

    def test_pop3_policies(self):
        server = Server(self.peer, "grace")
        self.addCleanup(server.close)
        for policy, kept in (("all", True), ("none", False), ("days:7", True), ("until-deleted", True)):
            with self.subTest(policy):
                self.fresh(server)
                letters = Letters("p" + policy[0])
                for size in (0, 300, 3000, 90000):
                    server.put("INBOX", letters.make(size)[1])
                cli = self.collector("grace", policy)
                cli.good("sync", "box")
                self.collected(cli, letters)
                self.assertEqual(len(self.left(server)), 4 if kept else 0)
                server.put("INBOX", letters.make(700)[1])
                cli.good("sync", "box")
                self.collected(cli, letters)
                if policy == "until-deleted":
                    cli.good("delete", "box", cli.rows()[0]["id"])
                    cli.good("sync", "box")
                    self.assertEqual(len(self.left(server)), 4)

    def test_pop3_large(self):
        server, letters = Server(self.peer, "edsger"), Letters("l" + self.server_name)
        self.addCleanup(server.close)
        self.fresh(server)
        server.put("INBOX", letters.make(6_000_000)[1])
        cli = self.box("pop3", self.peer, "edsger", more=("--leave", "none"))
        cli.good("sync", "box")
        self.collected(cli, letters)
        self.assertEqual(self.left(server), [])


class Cyrus(Kept, Peered):
    server_name = "cyrus"
    remembers = False


class Courier(Kept, Peered):
    server_name = "courier"
    remembers = False

    def collector(self, user, policy):
        """It asks for ten seconds between visits, which it does not insist on, and this test has no time for."""
        line = Meddler(self.peer.port("pop3"), changes=[lambda data: data.replace(b"LOGIN-DELAY 10\r\n", b"")])
        self.addCleanup(line.stop)
        return self.box("pop3", self.peer, user, security="none", ports={"pop3": line.port}, more=("--leave", policy))

    def test_pop3_pause(self):
        cli = self.box("pop3", self.peer, "grace")
        began = time.monotonic()
        cli.good("sync", "box")
        said = cli.run("sync", "box")
        if said.code != 0 or time.monotonic() - began < 10:
            self.assertEqual(said.code, 75, said)
            self.assertIn("pause", said.err)


class Dovecot(Looked, Searched, Threaded, Peered):
    server_name = "dovecot"

    def test_rebuilt_in_place(self):
        """Its list of UIDs is written anew, in another order: UIDVALIDITY is what it was, all else is higher."""
        server, letters = Server(self.peer, "ada"), Letters("rebuilt")
        for size in (300, 900, 3000, 300, 900, 3000):
            server.put("INBOX", letters.make(size)[1])
        cli = self.box("imap", self.peer, "ada")
        cli.good("sync", "box")
        ids = {row["subject"]: row["id"] for row in cli.rows()}
        uids = {row["subject"]: row["uid"] for row in cli.rows()}
        known = cli.folders()["INBOX"]["uidvalidity"]
        server.close()
        place = f"/proc/{self.peer['pid']}/root/mnt/mail/ada/Maildir"
        with open(f"{place}/dovecot-uidlist", "rb+") as file:
            head, *lines = file.read().splitlines()
            numbers, names = [line.split(b" ", 1)[0] for line in lines], [line.split(b" ", 1)[1] for line in lines]
            head = re.sub(rb" N\d+ ", b" N%d " % (len(lines) + 50), head)
            file.seek(0)
            file.truncate()
            file.write(b"\n".join([head, *(number + b" " + name for number, name in zip(numbers, names[::-1])), b""]))
        for name in os.listdir(place):
            if name.startswith("dovecot.index"):
                os.remove(f"{place}/{name}")
        server = Server(self.peer, "ada")
        self.addCleanup(server.close)
        server.select("INBOX")
        for _ in range(20):
            for change in "+FLAGS", "-FLAGS":
                server.store(sorted(server.flags()), change, "\\Answered")
        said = cli.run("sync", "box", wire="lines")
        self.assertEqual(said.code, 0, said)
        self.assertNotIn("BODY.PEEK[]", said.err, "what is here is not fetched again")
        self.assertEqual(cli.folders()["INBOX"]["uidvalidity"], known)
        self.assertEqual({row["subject"]: row["id"] for row in cli.rows()}, ids)
        self.assertNotEqual({row["subject"]: row["uid"] for row in cli.rows()}, uids)
        world.compare(self, cli, server, ["INBOX"])


class Sending:
    """What every server that takes letters is asked; the Dovecot beside it shows what arrived."""
    def arrived(self, server):
        self.assertTrue(world.within(world.PATIENCE, lambda: world.queue_is_empty(self.peer)), "still on its way")
        server.select("INBOX")
        return list(server.letters().values())

    def test_each_way_in(self):
        for security in ("tls", "starttls"):
            with self.subTest(security):
                server, letters = Server(self.peer, "edsger"), Letters("s" + security)
                self.addCleanup(server.close)
                cli = self.box("imap", self.peer, "ada", security=security, check=True)
                for size in (0, 300, 40000, 3_000_000):
                    token, letter = letters.make(size)
                    said = cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter), wire="lines")
                    self.assertEqual(said.code, 0, said)
                found = {letters.token(letter): letter for letter in self.arrived(server) if letters.token(letter)}
                self.assertEqual(sorted(found), sorted(letters.made))
                for token, letter in found.items():
                    self.assertTrue(letter.endswith(letters.made[token].split(b"\r\n\r\n", 1)[1]), token)
                cli.good("sync", "box")
                own = Server(self.peer, "ada")
                own.select("Sent")
                copies = [letters.token(letter) for letter in own.letters().values()]
                for token in letters.made:
                    self.assertEqual(copies.count(token), 1, token)
                own.close()
                self.check_secrets(cli, "ada")

    def test_an_attachment(self):
        server, letter = Server(self.peer, "grace"), letter_with_attachment(300000)
        self.addCleanup(server.close)
        cli = self.box("imap", self.peer, "ada", security="starttls")
        cli.good("send", "box", "--to", "grace@restante.test", cli.file("letter.eml", letter))
        found = [one for one in self.arrived(server) if b"<attached@restante.test>" in one]
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0].endswith(letter.split(b"\r\n\r\n", 1)[1]))

    def test_each_mechanism(self):
        for mechanism in self.mechanisms:
            with self.subTest(mechanism), peers.start(self.server_name, "--auth", mechanism) as peer:
                cli = self.box("imap", peer, "edsger", security="starttls", check=True)
                said = cli.run("send", "box", "--to", "ada@restante.test",
                               cli.file("letter.eml", Letters("m").make(300)[1]), wire="lines")
                self.assertEqual(said.code, 0, said)
                self.assertIn(f"AUTH {mechanism.upper()}", said.err)
                self.assertEqual(cli.secrets_seen(peer["password.edsger"]), [])

    def test_refusals(self):
        letters = Letters("r" + self.server_name)
        cli = self.box("imap", self.peer, "ada", security="starttls")
        said = cli.run("send", "box", "--to", "nobody@restante.test", cli.file("letter.eml", letters.make(300)[1]))
        self.assertIn(said.code, self.unknown_person, said)
        peer = {**self.peer, "password.ada": "wrong"}
        said = self.box("imap", peer, "ada", security="starttls").run(
            "send", "box", "--to", "grace@restante.test", cli.file("letter.eml", letters.make(300)[1]))
        self.assertEqual(said.code, 77, said)


class Exim(Sending, Peered):
    server_name = "exim"
    mechanisms = ("plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256")
    unknown_person = {0, 69}  # who has signed in gets a report instead


class OpenSmtpd(Sending, Peered):
    server_name = "opensmtpd"
    mechanisms = ("plain",)  # with LOGIN always offered beside it
    unknown_person = {69}


if __name__ == "__main__":
    tap.main()
