"""The console through restante-cli against Dovecot and Postfix: what is typed goes out as it is, each line when
the one before it is answered; what it would do to letters is said before; no password is shown."""
import unittest

import harness
import otherclient
import peers
import tap


class Console(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("postfix")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        self.box = otherclient.Mailbox(self.peer)
        self.box.empty()
        self.cli = harness.Cli()

    def tearDown(self):
        password = self.peer["password.ada"].encode()
        for name, content in self.cli.everything():
            self.assertNotIn(password, content, name)
        self.cli.close()
        self.box.close()

    def type(self, account, *lines, options=()):
        said = self.cli.run("console", account, *options, give="".join(line + "\n" for line in lines).encode())
        return said.code, said.err.splitlines()

    def test_imap_with_what_it_would_do(self):
        self.box.put(harness.letter("one"))
        self.cli.add("imap", "i", self.peer)
        self.cli.good("sync", "i", "--headers-only")
        uid = self.box.uids()[0]
        code, said = self.type("i", "SELECT INBOX", f"UID STORE {uid} +FLAGS (\\Deleted)", "XYZZY", "EXPUNGE",
                               "LOGOUT")
        self.assertEqual(code, 0, said)
        self.assertIn("→ c1 SELECT INBOX", said)
        warning = next(line for line in said if "\\Deleted, for every device" in line)
        self.assertIn("“one”, of which there is no whole copy here", warning)
        self.assertLess(said.index(warning), said.index(f"→ c2 UID STORE {uid} +FLAGS (\\Deleted)"))
        # What no table knows goes out all the same: the server has the word.
        self.assertTrue(any(line.startswith("← c3 BAD") for line in said), said)
        self.assertTrue(any("marked \\Deleted from the open folder" in line for line in said), said)
        self.assertEqual(self.box.uids(), [])

    def test_pop3_leaves_what_is_not_quit(self):
        self.box.put(harness.letter("one"))
        self.cli.add("pop3", "p", self.peer)
        self.cli.good("sync", "p")
        code, said = self.type("p", "UIDL", "DELE 1", "RSET", "QUIT")
        self.assertEqual(code, 0, said)
        self.assertTrue(any("It means “one”; a copy is here." in line for line in said), said)
        self.assertEqual(len(self.box.uids()), 1)
        code, said = self.type("p", "DELE 1", "QUIT")
        self.assertTrue(any("removes 1 letter" in line for line in said), said)
        self.assertEqual(self.box.uids(), [])

    def test_pop3_by_hand_from_the_greeting(self):
        self.box.put(harness.letter("one"))
        self.cli.add("pop3", "p", self.peer, security="starttls")
        code, said = self.type("p", "STAT", "CAPA", "STLS", "USER ada", f"PASS {self.peer['password.ada']}", "STAT", "STLS",
                               "QUIT", options=["--by-hand"])
        self.assertEqual(code, 0, said)
        self.assertTrue(any(line.strip() == "Sign in first." for line in said), said)
        self.assertTrue(any("TLSv1." in line for line in said), said)
        self.assertIn("→ PASS ••••••••", said)
        self.assertTrue(any(line.startswith("← +OK 1 ") for line in said), said)
        self.assertTrue(any("signed in already" in line for line in said), said)

    def test_a_sign_in_typed_in_steps_stays_hidden(self):
        self.cli.add("pop3", "p", self.peer)
        code, said = self.type("p", "AUTH LOGIN", "YWRh", "bm90IGl0", "QUIT", options=["--by-hand"])
        self.assertEqual(code, 0, said)
        self.assertNotIn("bm90IGl0", "\n".join(said))
        self.assertTrue(any(line.startswith("← -ERR") for line in said), said)

    def test_a_letter_typed_by_hand(self):
        self.cli.add("imap", "i", self.peer, send=True)
        address = self.peer["address.ada"]
        code, said = self.type("i", f"MAIL FROM:<{address}>", "DATA", f"RCPT TO:<{address}>", "DATA",
                               f"From: {address}", "Subject: typed", "", ".hidden", "end", ".", "QUIT",
                               options=["--smtp"])
        self.assertEqual(code, 0, said)
        self.assertTrue(any("Name a recipient first" in line for line in said), said)
        self.assertTrue(any("cannot be taken back" in line for line in said), said)
        otherclient.within(20, lambda: self.box.uids())
        self.assertIn(b"\r\n.hidden\r\nend\r\n", self.box.all()[0])

    def test_the_end_of_what_is_typed_ends_it(self):
        self.cli.add("imap", "i", self.peer)
        code, said = self.type("i", "NOOP")
        self.assertEqual(code, 0, said)
        self.assertIn("→ c1 NOOP", said)

    def test_a_server_that_is_not_there(self):
        self.cli.add("imap", "i", self.peer, check=False)
        self.cli.add("imap", "gone", {**self.peer, "imaps": harness.free_port()},
                     check=False)
        code, said = self.type("gone", "NOOP")
        self.assertEqual(code, 69, said)


if __name__ == "__main__":
    tap.main()
