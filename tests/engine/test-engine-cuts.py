"""The line between the program and the servers is cut, reset, delayed, slowed and spoiled, at bytes sampled
over the whole session, with TLS and without. Each run ends with a clear error or with its work done; the
next one on a good line ends equal to the server. RESTANTE_CUTS says how often in each kind of session.
Words behind the program's name choose the servers: `Postfix` (with Dovecot), `Others`."""
import os
import sys
import time
import unittest

import world
from world import Cli, Letters, Server, dice, note
from line import IN, OUT, Line, Meddler
import peers
import tap

CUTS = int(os.environ.get("RESTANTE_CUTS", 4 if world.SANITIZED else 24))
SPOILED = ("garbage", "corrupt", "twice", "swapped")
# Packets of answers that are not as the server sent them: TLS notices whatever happens to its bytes.
PACKETS = ("corrupt", "twice", "swapped")
AGAIN, PROTOCOL, UNAVAILABLE, CREDENTIALS, UNKNOWN_OUTCOME, CONFIG = 75, 76, 69, 77, 74, 78


class Cut(unittest.TestCase):
    cuts = CUTS

    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start(*cls.server)
        cls.ada, cls.grace, cls.edsger = (Server(cls.peer, user) for user in ("ada", "grace", "edsger"))
        cls.inbox = Letters("imap")
        for _ in range(6):
            cls.ada.put("INBOX", cls.inbox.make(2000)[1])
        note(f"{cls.server[0]}: RESTANTE_SEED={world.SEED}")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def session(self, protocol, user, security, more=()):
        """An account whose line to the server is bad."""
        name = protocol + "s" if security == "tls" else protocol
        line = Line(self.port("smtp" if name == "submission" and security == "none" else name))
        self.addCleanup(line.stop)
        protocol = "imap" if protocol == "submission" else protocol
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add(protocol, self.peer, user, security=security, ports={name: line.port}, more=more)
        return cli, line

    def port(self, name):
        return self.peer.port(name)

    def faults(self, whole, plain, kinds):
        """One at each part of the session, in turn of every kind."""
        for number in range(self.cuts):
            kind = kinds[number % len(kinds)]
            direction = IN if kind in PACKETS or dice.random() < 0.7 else OUT
            # Bytes put into an open line cannot be told from a server's own, once it speaks of letters.
            size = min(whole[direction], 60) if kind == "garbage" and plain else whole[direction]
            yield kind, direction, int(size * (number + dice.random()) / self.cuts)

    def check(self, said, fault):
        """Done, or one line that says what happened; never a crash, never a warning."""
        allowed = {"delay": {0}, "drip": {0}, "cut": {0, AGAIN}, "reset": {0, AGAIN},
                   **dict.fromkeys(SPOILED, {0, AGAIN, PROTOCOL, UNAVAILABLE, CREDENTIALS, CONFIG})}[fault[0]]
        self.assertIn(said.code, allowed, f"{fault}: {said} (RESTANTE_SEED={world.SEED})")
        lines = said.err.splitlines()
        self.assertEqual(len(lines), 0 if said.code == 0 else 1, f"{fault}: {said}")
        if lines:
            self.assertTrue(lines[0].startswith("restante-cli: ") and len(lines[0]) < 600, said)

    def check_secrets(self, cli, user):
        self.assertEqual(cli.secrets_seen(self.peer[f"password.{user}"]), [])

    def imap(self, security):
        cli, line = self.session("imap", "ada", security)
        cli.good("sync", "box")
        whole, tally = dict(line.carried), {}
        kinds = ("cut", "reset", "drip", "cut", "delay", "garbage", *(PACKETS if security == "tls" else ()))
        for fault in self.faults(whole, security == "none", kinds):
            cli, line = self.session("imap", "ada", security)
            line.fault = fault
            said = cli.run("sync", "box")
            self.check(said, fault)
            tally[said.code] = tally.get(said.code, 0) + 1
            if security == "none" and fault[0] == "garbage":
                continue
            cli.good("sync", "box")
            world.compare(self, cli, self.ada, ["INBOX"])
            self.check_secrets(cli, "ada")
        note(f"IMAP, {security}: {whole}: {tally}")

    def imap_packets(self):
        """Nobody can tell on an open line that a letter's own bytes are others. But it hurts no other letter, nothing there, and
        no later synchronisation."""
        cli, line = self.session("imap", "ada", "none")
        cli.good("sync", "box")
        whole, tally = dict(line.carried), {}
        self.ada.select("INBOX")
        there = self.ada.letters()
        for fault in self.faults(whole, False, PACKETS):
            cli, line = self.session("imap", "ada", "none")
            line.fault = fault
            said = cli.run("sync", "box")
            self.check(said, fault)
            tally[said.code] = tally.get(said.code, 0) + 1
            cli.good("sync", "box")
            self.ada.select("INBOX")
            self.assertEqual(self.ada.letters(), there, fault)
            uids, here = {row["id"]: row["uid"] for row in cli.rows()}, cli.letters()
            self.assertEqual(sorted(uids.values()), sorted(there), f"{fault} RESTANTE_SEED={world.SEED}")
            hurt = [uid for row, uid in uids.items() if here.get(row) != there[uid]]
            self.assertLessEqual(len(hurt), 2, f"{fault} RESTANTE_SEED={world.SEED}")
            self.check_secrets(cli, "ada")
        note(f"IMAP, packets: {whole}: {tally}")

    def pop3(self, security):
        letters = Letters("pop" + security)
        cli, line = self.session("pop3", "grace", security, more=("--leave", "none"))
        tally, whole = {}, None
        for fault in [None, *self.faults({OUT: 100, IN: 100}, security == "none",
                                         ("cut", "reset", "drip", "cut", "delay", "garbage",
                                          *(PACKETS if security == "tls" else ())))]:
            for _ in range(5):
                self.grace.put("INBOX", letters.make(2000)[1])
            if fault:
                line.fault = fault = self.scaled(fault, whole, security)
            said = cli.run("sync", "box")
            whole = whole or dict(line.carried)
            if fault:
                self.check(said, fault)
            tally[said.code] = tally.get(said.code, 0) + 1
            cli.good("sync", "box")
            here = list(cli.letters().values())
            self.assertEqual(sorted(map(letters.token, here)), sorted(letters.made), f"{fault} RESTANTE_SEED={world.SEED}")
            for letter in here:
                self.assertTrue(letter == letters.made[letters.token(letter)], fault)
            self.emptied(self.grace)
        self.check_secrets(cli, "grace")
        note(f"POP3, {security}: {whole}: {tally}")

    def scaled(self, fault, whole, security):
        kind, direction, percent = fault
        return kind, direction, percent if kind == "garbage" and security == "none" else int(whole[direction] * percent / 100)

    def emptied(self, server):
        server.select("INBOX")
        self.assertEqual(server.flags(), {})

    def pop3_packets(self):
        """Nobody can tell on an open line that a letter's own bytes are others. But where the answers make no
        sense any more, all that came with them is asked for again: no letter is removed that is not here whole."""
        cli, line = self.session("pop3", "grace", "none", more=("--leave", "none"))
        letters, whole, tally = Letters("packets"), None, {}
        for fault in [None, *self.faults({OUT: 100, IN: 100}, False, PACKETS)]:
            before = dict(letters.made)
            for _ in range(5):
                self.grace.put("INBOX", letters.make(1500)[1])
            if fault:
                line.fault = fault = self.scaled(fault, whole, "tls")
            said = cli.run("sync", "box")
            whole = whole or dict(line.carried)
            if fault:
                self.check(said, fault)
            tally[said.code] = tally.get(said.code, 0) + 1
            cli.good("sync", "box")
            here = list(cli.letters().values())
            exact = {token for token, letter in letters.made.items() if letter in here}
            missing = [token for token in letters.made if token not in exact and token not in before]
            if said.code != 0:
                self.assertEqual(missing, [], f"{fault}: {said} RESTANTE_SEED={world.SEED}")
            # Nothing was noticed: then no answer was hurt, but at most two letters in the middle.
            self.assertLessEqual(len(missing), 2, f"{fault} RESTANTE_SEED={world.SEED}")
            self.assertGreaterEqual(len(here), len(letters.made))
            self.emptied(self.grace)
        self.check_secrets(cli, "grace")
        note(f"POP3, packets: {whole}: {tally}")

    def smtp(self, security):
        letters = Letters("smtp" + security)
        cli, line = self.session("submission", "ada", security)
        fates, whole, tally = {}, None, {}
        # What is put into an open line is a letter's own.
        kinds = ("cut", "reset", "drip", "delay", *PACKETS) if security == "none" else (
            "cut", "reset", "drip", "cut", "delay", "garbage", *PACKETS)
        for fault in [None, *self.faults({OUT: 100, IN: 100}, False, kinds)]:
            token, letter = letters.make(2000)
            if fault:
                line.fault = fault = (*fault[:2], int(whole[fault[1]] * fault[2] / 100))
            said = cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter))
            whole = whole or dict(line.carried)
            if said.code == UNKNOWN_OUTCOME:
                self.assertIn("may have been sent", said.err)
                self.assertEqual(len(said.err.splitlines()), 1)
            elif fault:
                self.check(said, fault)
            fates[token] = {0: (1,), UNKNOWN_OUTCOME: (0, 1)}.get(said.code, (0,))
            tally[said.code] = tally.get(said.code, 0) + 1
        cli.good("sync", "box")
        self.assertTrue(world.within(30, lambda: world.queue_is_empty(self.peer)))
        self.edsger.select("INBOX")
        arrived = [letters.token(letter) for letter in self.edsger.letters().values()]
        for token, allowed in fates.items():
            self.assertIn(arrived.count(token), allowed, f"{token} RESTANTE_SEED={world.SEED}")
        for letter in self.edsger.letters().values():
            if token := letters.token(letter):
                self.assertTrue(letter.endswith(letters.made[token].split(b"\r\n\r\n", 1)[1]), token)
        self.check_secrets(cli, "ada")
        note(f"SMTP, {security}: {whole}: {tally}")


class Postfix(Cut):
    """Beside a Dovecot: all kinds of lines."""
    server = ("postfix", "--postfix", "smtpd_tls_auth_only = no")

    def test_imap_tls(self):
        self.imap("tls")

    def test_imap_starttls(self):
        self.imap("starttls")

    def test_imap_open(self):
        self.imap("none")

    def test_imap_packets(self):
        self.imap_packets()

    def test_pop3_tls(self):
        self.pop3("tls")

    def test_pop3_starttls(self):
        self.pop3("starttls")

    def test_pop3_open(self):
        self.pop3("none")

    def test_pop3_packets(self):
        self.pop3_packets()

    def test_smtp_tls(self):
        self.smtp("tls")

    def test_smtp_starttls(self):
        self.smtp("starttls")

    def test_smtp_open(self):
        self.smtp("none")

    def test_silence(self):
        """The one wait for the limit itself: 30 s of nothing."""
        cli, line = self.session("imap", "ada", "tls")
        line.fault = ("silence", IN, 6000)
        began = time.monotonic()
        said = cli.run("sync", "box")
        self.assertEqual(said.code, AGAIN, said)
        self.assertLess(time.monotonic() - began, 35)
        self.assertEqual(len(said.err.splitlines()), 1)
        cli.good("sync", "box")
        world.compare(self, cli, self.ada, ["INBOX"])


class Other(Cut):
    cuts = min(CUTS, 9)


class OthersCyrus(Other):
    server = ("cyrus",)

    def test_imap(self):
        self.imap("tls")

    def test_pop3(self):
        self.pop3("tls")


class OthersCourier(Other):
    server = ("courier",)

    def port(self, name):
        """It asks for ten seconds between visits, which it does not insist on, and this test has no time for."""
        if name != "pop3":
            return super().port(name)
        line = Meddler(self.peer.port("pop3"), changes=[lambda data: data.replace(b"LOGIN-DELAY 10\r\n", b"")])
        self.addCleanup(line.stop)
        return line.port

    def test_imap(self):
        self.imap("tls")

    def test_pop3(self):
        self.pop3("none")


class OthersExim(Other):
    server = ("exim",)

    def test_smtp(self):
        self.smtp("tls")

    def test_smtp_starttls(self):
        self.smtp("starttls")


class OthersOpenSmtpd(Other):
    server = ("opensmtpd",)

    def test_smtp(self):
        self.smtp("tls")

    def test_smtp_starttls(self):
        self.smtp("starttls")


if __name__ == "__main__":
    tap.main(sys.argv[2:])
