"""The console through restante-cli against Dovecot and Postfix: what is typed goes out as it is, each line when
the one before it is answered; what it would do to letters is said before; no password is shown."""
import socket
import subprocess
import threading
import unittest

import harness
import otherclient
import peers
import tap


class Between:
    """Carries bytes to a server until it is cut."""
    def __init__(self, port):
        self.server, self.ends, self.listener = port, [], socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                near = self.listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", self.server))
                self.ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self.carry, args=(source, target), daemon=True).start()
        except OSError:
            pass

    @staticmethod
    def carry(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass

    def cut(self):
        for end in [self.listener, *self.ends]:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
        self.ends = []


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

    def test_a_letter_typed_into_a_folder(self):
        """The size of what follows is filled in; one that is typed by hand waits for all of its lines."""
        self.cli.add("imap", "i", self.peer)
        code, said = self.type("i", "APPEND INBOX (\\Seen) {}", "Subject: helped", "", "one", "two", ".",
                               "APPEND INBOX {25}", "Subject: counted", "", "12345", "", "NOOP", "LOGOUT")
        self.assertEqual(code, 0, said)
        self.assertTrue(any("Puts a letter into the folder" in line for line in said), said)
        self.assertTrue(any(line.startswith("→ c1 APPEND INBOX (\\Seen) {29") for line in said), said)
        self.assertTrue(any(line.startswith("← c2 OK") for line in said), said)
        # The command after it is a command again.
        self.assertIn("→ c3 NOOP", said)
        self.assertEqual(sorted(self.box.all()),
                         [b"Subject: counted\r\n\r\n12345", b"Subject: helped\r\n\r\none\r\ntwo\r\n"])

    def test_a_literal_that_needs_no_leave(self):
        self.cli.add("imap", "i", self.peer)
        code, said = self.type("i", "APPEND INBOX {25+}", "Subject: at once", "", "12345", "", "LOGOUT")
        self.assertEqual(code, 0, said)
        self.assertEqual(self.box.all(), [b"Subject: at once\r\n\r\n12345"])

    def test_a_password_in_a_literal_stays_hidden(self):
        password = self.peer["password.ada"]
        self.cli.add("imap", "i", self.peer)
        code, said = self.type("i", "LOGIN {3}", f"ada {{{len(password)}}}", password, "LOGOUT", options=["--by-hand"])
        self.assertEqual(code, 0, said)
        self.assertTrue(any(line.startswith("← c1 OK") for line in said), said)
        self.assertNotIn(password, "\n".join(said))

    def test_chunks_typed_by_hand(self):
        self.cli.add("imap", "i", self.peer, send=True)
        address = self.peer["address.ada"]
        code, said = self.type("i", f"MAIL FROM:<{address}>", f"RCPT TO:<{address}>", "BDAT 18", "Subject: piece", "",
                               "BDAT 5 LAST", "end", "QUIT", options=["--smtp"])
        self.assertEqual(code, 0, said)
        otherclient.within(20, lambda: self.box.uids())
        self.assertIn(b"\r\nSubject: piece\r\n", self.box.all()[0])
        self.assertTrue(self.box.all()[0].endswith(b"\r\n\r\nend\r\n"))

    def cut(self, lines, wanted, options=()):
        """Types, waits for the server's words, and cuts the line; what the program says then."""
        office = Between(self.peer.port("submission" if "--smtp" in options else "imaps"))
        self.addCleanup(office.cut)
        self.cli.add("imap", "cut", {**self.peer, "imaps": office.port, "submission": office.port}, send=True,
                     check=False)
        program = self.cli.start("console", "cut", *options, stdin=subprocess.PIPE)
        late = threading.Timer(harness.WITHIN, program.kill)
        late.start()
        self.addCleanup(late.cancel)
        program.stdin.write("".join(line + "\n" for line in lines).encode())
        program.stdin.flush()
        said = []
        while not any(wanted in line for line in said):
            line = program.stderr.readline().decode()
            self.assertTrue(line, said)
            said.append(line.rstrip("\n"))
        office.cut()
        # Nobody types anything: it ends by itself, and says why.
        said += program.stderr.read().decode().splitlines()
        return program.wait(20), said

    def test_a_line_that_is_cut_while_a_letter_is_typed(self):
        address = self.peer["address.ada"]
        code, said = self.cut([f"MAIL FROM:<{address}>", f"RCPT TO:<{address}>", "DATA", "Subject: half"], "← 354",
                              options=["--smtp"])
        self.assertNotEqual(code, 0, said)
        self.assertIn("closed the connection", said[-1])
        self.assertEqual(self.box.uids(), [])

    def test_a_line_that_is_cut_in_a_literal(self):
        code, said = self.cut(["APPEND INBOX {500}", "Subject: half"], "← + ")
        self.assertNotEqual(code, 0, said)
        self.assertIn("closed the connection", said[-1])
        self.assertEqual(self.box.uids(), [])

    def test_a_line_that_is_cut_while_nobody_types(self):
        code, said = self.cut(["NOOP"], "← c1 OK")
        self.assertNotEqual(code, 0, said)
        self.assertIn("closed the connection", said[-1])

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
