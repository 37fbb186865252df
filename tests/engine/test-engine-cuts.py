"""The line between the program and the servers is cut, reset, delayed, slowed and spoiled, at bytes sampled
over the whole session, with TLS and without. Each run ends with a clear error or with its work done; the
next one on a good line ends equal to the server. RESTANTE_CUTS says how often in each kind of session."""
import os
import time
import unittest

import world
from world import Cli, Letters, Server, dice, note
from line import IN, OUT, Line
import peers
import tap

CUTS = int(os.environ.get("RESTANTE_CUTS", 4 if world.SANITIZED else 24))
SPOILED = ("garbage", "corrupt", "twice", "swapped")
AGAIN, PROTOCOL, UNAVAILABLE, CREDENTIALS, UNKNOWN_OUTCOME, CONFIG = 75, 76, 69, 77, 74, 78


class Cut(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("postfix")
        cls.ada, cls.grace, cls.edsger = (Server(cls.peer, user) for user in ("ada", "grace", "edsger"))
        cls.inbox = Letters("imap")
        for _ in range(6):
            cls.ada.put("INBOX", cls.inbox.make(2000)[1])
        note(f"RESTANTE_SEED={world.SEED}")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def session(self, protocol, user, security, more=()):
        """An account whose line to the server is bad."""
        names = {"tls": protocol + "s", "starttls": protocol, "none": protocol}
        if protocol == "submission":
            names["starttls"], protocol = "submission", "imap"
        name = names[security]
        line = Line(self.peer.port(name))
        self.addCleanup(line.stop)
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add(protocol, self.peer, user, security=security, ports={name: line.port}, more=more)
        return cli, line

    def faults(self, whole, plain, tls=False):
        """One at each part of the session, in turn of every kind."""
        kinds = ["cut", "reset", "drip", "cut", "delay", "garbage"]
        if tls:  # Whatever happens to its bytes, TLS notices.
            kinds += ["corrupt", "twice", "swapped"]
        for number in range(CUTS):
            kind = kinds[number % len(kinds)]
            direction = IN if dice.random() < 0.7 else OUT
            # Bytes put into an open line cannot be told from a server's own, once it speaks of letters.
            size = min(whole[direction], 60) if kind == "garbage" and plain else whole[direction]
            yield kind, direction, int(size * (number + dice.random()) / CUTS)

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
        for fault in self.faults(whole, security == "none", security == "tls"):
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

    def test_imap_tls(self):
        self.imap("tls")

    def test_imap_starttls(self):
        self.imap("starttls")

    def test_imap_open(self):
        self.imap("none")

    def pop3(self, security):
        letters = Letters("pop" + security)
        cli, line = self.session("pop3", "grace", security, more=("--leave", "none"))
        tally, whole = {}, None
        for fault in [None, *self.faults({OUT: 100, IN: 100}, security == "none", security == "tls")]:
            for _ in range(5):
                self.grace.put("INBOX", letters.make(2000)[1])
            if fault:
                share = fault[2] if fault[0] == "garbage" and security == "none" else int(
                    whole[fault[1]] * fault[2] / 100)
                line.fault = fault = (*fault[:2], share)
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
            self.grace.select("INBOX")
            self.assertEqual(self.grace.flags(), {})
        self.check_secrets(cli, "grace")
        note(f"POP3, {security}: {whole}: {tally}")

    def test_pop3_tls(self):
        self.pop3("tls")

    def test_pop3_starttls(self):
        self.pop3("starttls")

    def test_pop3_open(self):
        self.pop3("none")

    def smtp(self, security):
        letters = Letters("smtp" + security)
        cli, line = self.session("submission", "ada", security)
        fates, whole, tally = {}, None, {}
        for fault in [None, *self.faults({OUT: 100, IN: 100}, False)]:
            token, letter = letters.make(3000)
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

    def test_smtp_tls(self):
        self.smtp("tls")

    def test_smtp_starttls(self):
        self.smtp("starttls")

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


if __name__ == "__main__":
    tap.main()
