"""A server that refuses, says goodbye, talks nonsense or lies at each step of a session, played by a meddler
between the program and honest servers. Each run ends with a clear error or with its work done; afterwards
the honest server finds nothing lost, nothing twice, and no password anywhere."""
import base64
import os
import re
import unittest

import world
from world import Cli, Letters, Server
from line import Meddler
import peers
import tap

USUAL = {0, 69, 75, 76, 77, 78}
CUT = Meddler.CUT
IMAP_STEPS = ("CAPABILITY", "AUTHENTICATE", "LIST", "STATUS", "SELECT", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT")
POP3_STEPS = ("CAPA", "AUTH", "LIST", "UIDL", "RETR", "DELE", "QUIT")
SMTP_STEPS = ("EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT")
CHUNK_STEPS = ("MAIL", "RCPT", "BDAT", "QUIT")


def without_chunks(data):
    """Of what EHLO is answered, Postfix's last line."""
    return data.replace(b"250 CHUNKING\r\n", b"250 HELP\r\n")


def spoiled(pattern, change):
    return lambda data: re.sub(pattern, change, data)


class Liars(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("postfix", "--postfix", "smtpd_tls_auth_only = no")
        cls.ada, cls.grace, cls.edsger = (Server(cls.peer, user) for user in ("ada", "grace", "edsger"))
        letters = Letters("imap")
        for _ in range(3):
            cls.ada.put("INBOX", letters.make(700)[1])

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def box(self, protocol, user, more=(), **lies):
        """An account over a meddler on an open line, where nobody signs in with a readable password."""
        wire = "smtp" if protocol == "smtp" else protocol
        meddler = Meddler(self.peer.port(wire), tagged=protocol == "imap", **lies)
        cli = Cli()
        self.addCleanup(cli.close)
        self.addCleanup(meddler.stop)
        ports = {"submission" if protocol == "smtp" else protocol: meddler.port}
        cli.add("imap" if protocol == "smtp" else protocol, self.peer, user, security="none", ports=ports, more=more)
        return cli, meddler

    def check(self, said, lie, cli, user, codes=USUAL):
        self.assertIn(said.code, codes, f"{lie}: {said}")
        self.assertEqual(len(said.err.splitlines()), int(said.code != 0), f"{lie}: {said}")
        self.assertEqual(cli.secrets_seen(self.peer[f"password.{user}"]), [], lie)

    def honest(self, meddler):
        meddler.answers, meddler.changes, meddler.greeting = {}, (), None

    def test_imap_each_step(self):
        for step in IMAP_STEPS:
            for lie in (b"{tag} NO not today\r\n", b"{tag} BAD what\r\n", b"* BYE gone\r\n" + CUT, CUT,
                        b"\xff\x00{tag} (((\r\n", b"* 99999999999 EXISTS\r\n{tag} OK\r\n",
                        b"* 1 FETCH (UID 1 BODY[] {99999999999999}\r\n" + CUT):
                with self.subTest(f"{step} {lie}"):
                    cli, meddler = self.box("imap", "ada", answers={step: lie})
                    self.check(cli.run("sync", "box"), (step, lie), cli, "ada")
                    self.honest(meddler)
                    cli.good("sync", "box")
                    world.compare(self, cli, self.ada, ["INBOX"])

    def test_imap_lies_in_answers(self):
        for change in (spoiled(rb"\{(\d+)\}\r\n", lambda found: b"{%d}\r\n" % (int(found[1]) - 7)),
                       spoiled(rb"UIDVALIDITY \d+", b"UIDVALIDITY 0"),
                       spoiled(rb"UIDVALIDITY \d+", b"UIDVALIDITY 77"),
                       spoiled(rb"\* (\d+) EXISTS", b"* 4000000000 EXISTS"),
                       spoiled(rb"UIDNEXT \d+", b"UIDNEXT 1"),
                       spoiled(rb"FETCH \(UID \d+", b"FETCH (UID 4294967295"),
                       spoiled(rb"FETCH \(", b"FETCH (((((((((((((((("),
                       spoiled(rb'\* LIST \([^)]*\) "/" Trash', b'* LIST () "/" "../../../etc/passwd"')):
            with self.subTest(str(change)):
                cli, meddler = self.box("imap", "ada", changes=[change])
                self.check(cli.run("sync", "box"), change, cli, "ada")
                self.honest(meddler)
                cli.good("sync", "box")
                world.compare(self, cli, self.ada, ["INBOX"])

    def test_pop3_each_step(self):
        letters = Letters("pop")
        cli, meddler = self.box("pop3", "grace", more=("--leave", "none"))
        for step in POP3_STEPS:
            for lie in (b"-ERR not today\r\n", b"-ERR [SYS/TEMP] later\r\n", CUT, b"\xff\x00\r\n", b"+OK\r\nnonsense\r\n" + CUT,
                        b"+OK 99999999999999999999 -1\r\n" + CUT):
                with self.subTest(f"{step} {lie}"):
                    self.grace.put("INBOX", letters.make(700)[1])
                    meddler.answers = {step: lie}
                    self.check(cli.run("sync", "box"), (step, lie), cli, "grace")
                    self.honest(meddler)
                    cli.good("sync", "box")
                    self.check_collected(cli, letters)

    def check_collected(self, cli, letters):
        here = list(cli.letters().values())
        self.assertEqual(sorted(map(letters.token, here)), sorted(letters.made))
        for letter in here:
            self.assertTrue(letter == letters.made[letters.token(letter)])

    def test_pop3_one_name_for_two_letters(self):
        letters = Letters("twin")
        self.empty_grace()
        for _ in range(3):
            self.grace.put("INBOX", letters.make(700)[1])
        cli, _ = self.box("pop3", "grace", more=("--leave", "none"),
                          changes=[spoiled(rb"(?m)^(\d+) [0-9a-f]{16}\r$", rb"\1 same\r")])
        cli.good("sync", "box")
        self.check_collected(cli, letters)
        self.assertEqual(self.grace_uids(), [])

    def test_pop3_larger_than_announced(self):
        letters = Letters("huge")
        self.empty_grace()
        self.grace.put("INBOX", letters.make(700)[1])
        self.grace.put("INBOX", letters.make(3_000_000)[1])
        cli, _ = self.box("pop3", "grace", more=("--leave", "none"),
                          changes=[spoiled(rb"(?m)^(\d+) \d+\r$", rb"\1 10\r")])
        cli.good("sync", "box")
        self.check_collected(cli, letters)
        self.assertEqual(self.grace_uids(), [])

    def test_pop3_refuses_to_remove(self):
        letters = Letters("kept")
        self.empty_grace()
        for _ in range(2):
            self.grace.put("INBOX", letters.make(700)[1])
        cli, meddler = self.box("pop3", "grace", more=("--leave", "none"), answers={"DELE": b"-ERR read-only today\r\n"})
        for _ in range(2):
            said = cli.run("sync", "box")
            self.check(said, "DELE", cli, "grace", {75})
            self.assertIn("the server said: read-only today", said.err)
            self.check_collected(cli, letters)
            self.assertEqual(len(self.grace_uids()), 2)
            self.assertNotIn(b"delete-asked", cli.good("ledger", "box", "--json").out)
        self.honest(meddler)
        cli.good("sync", "box")
        self.check_collected(cli, letters)
        self.assertEqual(self.grace_uids(), [])

    def grace_uids(self):
        self.grace.select("INBOX")
        return list(self.grace.flags())

    def empty_grace(self):
        if uids := self.grace_uids():
            self.grace.expunge(uids)

    def test_smtp_each_step(self):
        letters, fates = Letters("smtp"), {}
        cli, meddler = self.box("smtp", "ada", changes=[without_chunks])
        self.smtp_steps(SMTP_STEPS, letters, fates, cli, meddler)
        # What was never sent cannot have been accepted.
        token, letter = letters.make(300)
        meddler.answers = {"DATA": b"250 fine\r\n"}
        said = cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter))
        self.check(said, "250 to DATA", cli, "ada", {69, 76})
        fates[token] = 0
        self.assertFalse([line for line in meddler.heard if line.startswith(b"BDAT")])
        self.honest(meddler)
        self.smtp_arrived(letters, fates)

    def test_smtp_chunks_each_step(self):
        letters, fates = Letters("chunk"), {}
        cli, meddler = self.box("smtp", "ada")
        self.smtp_steps(CHUNK_STEPS, letters, fates, cli, meddler)
        self.honest(meddler)
        meddler.heard.clear()
        token, letter = letters.make(700_000)
        cli.good("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter))
        fates[token] = 1
        chunks = re.findall(rb"BDAT (\d+)( LAST)?\r\n", b"".join(meddler.heard))
        self.assertEqual(sum(int(size) for size, _ in chunks), len(letter))
        self.assertEqual([last for _, last in chunks], [b"", b"", b" LAST"])
        self.assertNotIn(b"DATA\r\n", meddler.heard)
        self.smtp_arrived(letters, fates)

    def smtp_steps(self, steps, letters, fates, cli, meddler):
        for step in steps:
            for lie, codes in ((b"450 not now\r\n", {75}), (b"550 never\r\n", {69, 77}), (b"421 bye\r\n" + CUT, {75}),
                               (CUT, {75}), (b"\xff\x00\r\n" + CUT, {75, 76}), (b"abc 250\r\n" + CUT, {75, 76})):
                # Behind the last chunk nobody knows; behind DATA nothing was handed over yet.
                if step == "BDAT" and lie.endswith(CUT) and not lie.startswith(b"421"):
                    codes = {74}
                with self.subTest(f"{step} {lie}"):
                    token, letter = letters.make(300)
                    meddler.answers = {step: lie}
                    said = cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter))
                    self.check(said, (step, lie), cli, "ada", {0} if step == "QUIT" else codes)
                    fates[token] = int(said.code == 0)

    def smtp_arrived(self, letters, fates):
        self.assertTrue(world.within(30, lambda: world.queue_is_empty(self.peer)))
        self.edsger.select("INBOX")
        arrived = [letters.token(letter) for letter in self.edsger.letters().values()
                   if letters.token(letter) in fates]
        for token, times in fates.items():
            self.assertEqual(arrived.count(token), times, token)

    def test_a_line_without_end(self):
        for protocol in ("imap", "pop3"):
            cli, meddler = self.box(protocol, "ada")
            meddler.server_port, meddler.greeting = None, b"x" * 40_000_000
            self.check(cli.run("sync", "box"), "endless", cli, "ada", {76})

    def tied(self, answer, *proofs, hidden=b""):
        """A sign-in to a server that offers SCRAM-SHA-256-PLUS, and answers it and the proofs behind it so."""
        proofs = list(proofs)

        def authenticate(meddler, tag, line):
            return answer(tag, line) if b"-PLUS" in line else None

        def offer(data):
            for name in hidden.split():
                data = re.sub(rb" AUTH=" + name + rb"(?=[] \r])", b"", data)
            return data.replace(b" SASL-IR", b" SASL-IR AUTH=SCRAM-SHA-256-PLUS")

        def prove(_meddler, _tag, _line):
            return proofs.pop(0) if proofs else None

        meddler = Meddler(self.peer.port("imap"), tagged=True, pki=os.path.dirname(self.peer["ca"]), changes=[offer],
                          answers={"AUTHENTICATE": authenticate, "": prove})
        self.addCleanup(meddler.stop)
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add("imap", self.peer, "ada", ports={"imaps": meddler.port})
        said = cli.run("sync", "box", "--headers-only")
        return said, [line for line in meddler.heard if b"AUTHENTICATE" in line]

    def test_a_binding_of_another_kind(self):
        """Cyrus knows "tls-unique" alone, and refuses the first step: the sign-in goes on without."""
        said, heard = self.tied(lambda tag, line: tag + b" NO [AUTHENTICATIONFAILED] no\r\n")
        self.assertEqual(said.code, 0, said)
        self.assertEqual([line.split()[2] for line in heard], [b"SCRAM-SHA-256-PLUS", b"SCRAM-SHA-256"])
        self.assertTrue(base64.b64decode(heard[1].split()[3]).startswith(b"n,,"), heard[1])

    @staticmethod
    def challenged(tag, line):
        nonce = base64.b64decode(line.split()[3]).rsplit(b"r=", 1)[1]
        return b"+ " + base64.b64encode(b"r=" + nonce + b"more,s=c2FsdHNhbHQ=,i=4096") + b"\r\n"

    def test_a_binding_that_is_not_known(self):
        """Cyrus refuses what is bound in another way like a wrong password: the proof goes without, once."""
        said, heard = self.tied(self.challenged, b"a1 NO bad protocol / cancel\r\n")
        self.assertEqual([line.split()[2] for line in heard], [b"SCRAM-SHA-256-PLUS", b"SCRAM-SHA-256"])
        self.assertTrue(base64.b64decode(heard[1].split()[3]).startswith(b"n,,"), heard[1])

    def test_a_binding_that_differs(self):
        """Who says that the bindings differ may have somebody between: nothing weaker is said to them."""
        differs = base64.b64encode(b"e=channel-bindings-dont-match")
        said, heard = self.tied(self.challenged, b"+ " + differs + b"\r\n", b"a1 BAD cancelled\r\n")
        self.assertEqual(said.code, 77, said)
        self.assertEqual([line.split()[2] for line in heard], [b"SCRAM-SHA-256-PLUS"])

    def test_no_password_after_a_refused_proof(self):
        """Where only readable mechanisms are left, the password stays here."""
        said, heard = self.tied(self.challenged, b"a1 NO no\r\n", hidden=b"SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5")
        self.assertNotEqual(said.code, 0)
        self.assertEqual([line.split()[2] for line in heard], [b"SCRAM-SHA-256-PLUS"])

    def test_what_a_server_echoes(self):
        """It repeats the password in its refusal, raw and in base64; nobody who reads along sees it."""
        password = self.peer["password.ada"]
        echo = password.encode() + b" " + base64.b64encode(f"\0ada\0{password}".encode())
        pki = os.path.dirname(self.peer["ca"])
        for protocol, refusal in (("imap", b"{tag} NO no user ada with "), ("pop3", b"-ERR no user ada with ")):
            meddler = Meddler(self.peer.port(protocol), tagged=protocol == "imap", pki=pki, answers={
                verb: refusal + echo + b"\r\n" for verb in ("AUTHENTICATE", "AUTH", "LOGIN", "PASS")})
            self.addCleanup(meddler.stop)
            for wire in ("lines", "json"):
                cli = Cli()
                self.addCleanup(cli.close)
                cli.add(protocol, self.peer, "ada", ports={protocol + "s": meddler.port})
                plain = cli.run("sync", "box")
                self.check(plain, "echo", cli, "ada", {77})
                self.assertIn("the server said:", plain.err)
                said = cli.run("sync", "box", wire=wire)
                self.assertEqual(said.code, 77)
                self.assertEqual(cli.secrets_seen(password), [], f"{protocol} {wire}")


if __name__ == "__main__":
    tap.main()
