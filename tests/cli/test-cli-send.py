"""Submission through restante-cli and Postfix: what arrives, who is named, and what is refused."""
import os
import socket
import threading
import unittest

import harness
import otherclient
import peers
import tap


class SmallServer(threading.Thread):
    """A relay for one letter, which says yes to all but what it is told to answer otherwise."""

    def __init__(self, changed):
        super().__init__(daemon=True)
        self.answers = {"EHLO": b"250 small", "HELO": b"250 small", "MAIL": b"250 yes", "RCPT": b"250 yes",
                        "DATA": b"354 go", ".": b"250 taken", "RSET": b"250 yes", "QUIT": b"221 bye", **changed}
        self.heard = ""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        with self.listener.accept()[0] as line, line.makefile("rb") as words:
            line.sendall(b"220 small\r\n")
            letter = False
            for word in words:
                word = word.decode().strip()
                self.heard += word + "\n"
                if letter and word != ".":
                    continue
                answer = self.answers[word[:4].strip()]
                letter = answer.startswith(b"354")
                line.sendall(answer + b"\r\n")
                if answer.startswith(b"221"):
                    return

    def stop(self):
        self.listener.close()


class Send(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("postfix")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        self.boxes = {user: otherclient.Mailbox(self.peer, user) for user in ("ada", "grace", "edsger")}
        for box in self.boxes.values():
            box.empty()
        self.cli = harness.Cli()
        self.cli.add("imap", "home", self.peer, send=True)

    def tearDown(self):
        self.cli.close()
        for box in self.boxes.values():
            box.close()

    def arrived(self, user):
        otherclient.within(20, lambda: self.boxes[user].uids())
        return self.boxes[user].all()

    def body_of(self, raw):
        """Without the trace that servers put on top."""
        return raw[raw.index(b"From: "):]

    def test_it_arrives_byte_for_byte(self):
        raw = harness.letter("tea", "One\r\n.\r\n..two\r\n" + "x" * 900 + "\r\nFrom here\r\n")
        self.cli.good("send", "home", self.cli.file("tea.eml", raw))
        self.assertEqual(self.body_of(self.arrived("grace")[0]), raw)

    def test_line_ends_become_those_of_the_network(self):
        raw = harness.letter("tea", "One\r\nTwo\r\n")
        self.cli.good("send", "home", "-", give=raw.replace(b"\r\n", b"\n"))
        self.assertEqual(self.body_of(self.arrived("grace")[0]), raw)

    def test_bcc_gets_it_and_is_not_named(self):
        raw = harness.letter("tea", more="Bcc: Edsger <edsger@restante.test>\r\n")
        self.cli.good("send", "home", self.cli.file("tea.eml", raw))
        for user in ("grace", "edsger"):
            self.assertNotIn(b"edsger", self.body_of(self.arrived(user)[0]).lower())

    def test_given_recipients_alone_count(self):
        said = self.cli.good("send", "home", "--to", "edsger@restante.test", "--from", "ada@restante.test",
                             self.cli.file("tea.eml", harness.letter("tea")), wire="lines")
        self.assertEqual(said.err.count("RCPT TO"), 1)
        self.assertTrue(self.arrived("edsger"))
        self.assertEqual(self.boxes["grace"].uids(), [])

    def test_a_refused_sender_is_an_error_and_stays_visible(self):
        with peers.start("postfix", "--postfix", "smtpd_recipient_restrictions=check_recipient_access inline:{{nobody@restante.test=550 5.1.1 nobody here}},permit") as peer:
            self.cli.add("imap", "strict", peer, send=True)
            both = harness.letter("both", to="grace@restante.test, nobody@restante.test")
            said = self.cli.run("send", "strict", self.cli.file("both.eml", both))
            self.assertEqual(said.code, 69)
            self.assertIn("nobody@restante.test", said.err)
            alone = harness.letter("alone", to="nobody@restante.test")
            said = self.cli.run("send", "strict", self.cli.file("alone.eml", alone))
            self.assertEqual(said.code, 69)
            self.assertIn("the server said:", said.err)
            self.assertIn("nobody here", said.err)
            self.assertEqual(len(said.err.splitlines()), 1)

    def test_servers_of_few_words(self):
        """Nothing is asked for that the server lacks: not EHLO, not a sign-in. What it refuses is not sent."""
        for changed, code in (({}, 0), ({"EHLO": b"502 what?"}, 0), ({"MAIL": b"451 4.7.1 greylisted"}, 75), ({"MAIL": b"550 no"}, 69),
                              ({"EHLO": b"554 no"}, 69), ({"EHLO": b"500 what?", "HELO": b"554 no"}, 69)):
            server = SmallServer(changed)
            self.addCleanup(server.stop)
            name = f"small-{server.port}"
            self.cli.good("account", "add", "imap", "--name", name, "--email", "ada@restante.test", "--server", "localhost:1", "--no-check",
                          "--smtp", f"localhost:{server.port}", "--smtp-security", "none",
                          "--password-file", self.cli.file("password", b"x"))
            said = self.cli.run("send", name, self.cli.file("tea.eml", harness.letter("tea")))
            self.assertEqual((said.code, "At five." in server.heard), (code, code == 0), (changed, said.err))

    def test_try_again_later(self):
        with peers.start("postfix", "--postfix", "smtpd_recipient_restrictions=check_recipient_access inline:{{grace@restante.test=450 4.2.0 not now}},permit") as peer:
            self.cli.add("imap", "busy", peer, send=True)
            said = self.cli.run("send", "busy", self.cli.file("tea.eml", harness.letter("tea")))
            self.assertEqual(said.code, 75)
            self.assertIn("not now", said.err)

    def test_larger_than_the_server_takes(self):
        with peers.start("postfix", "--postfix", "message_size_limit=20000") as peer:
            self.cli.add("imap", "small", peer, send=True)
            said = self.cli.run("send", "small", self.cli.file("big.eml", harness.letter("big", "x" * 60 + "\r\n" + "y\r\n" * 20000)))
            self.assertEqual(said.code, 69)

    def test_no_recipient_no_letter(self):
        self.assertEqual(self.cli.run("send", "home", self.cli.file("empty.eml", b"")).code, 65)
        nobody = b"From: ada@restante.test\r\nSubject: to no one\r\n\r\nHm.\r\n"
        self.assertEqual(self.cli.run("send", "home", self.cli.file("nobody.eml", nobody)).code, 65)
        self.assertEqual(self.cli.run("send", "home", os.path.join(self.cli.home, "absent.eml")).code, 74)

    def test_an_account_that_only_receives(self):
        self.cli.add("imap", "deaf", self.peer)
        self.assertEqual(self.cli.run("send", "deaf", self.cli.file("tea.eml", harness.letter("tea"))).code, 78)


if __name__ == "__main__":
    tap.main()
