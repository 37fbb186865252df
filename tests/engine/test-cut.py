"""The line is cut after so many bytes, sampled over whole TLS sessions of each protocol: an error on one
line, nothing lost, nothing twice, and the next session ends well.

RESTANTE_CUTS says how many cuts for each protocol (40)."""
import collections
import os
import selectors
import socket
import sys
import threading
import time
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli")]
import harness  # noqa: E402
import otherclient  # noqa: E402
import peers  # noqa: E402
import tap  # noqa: E402

CUTS = int(os.environ.get("RESTANTE_CUTS", "40"))
MAYBE_SENT = 74


class Line(threading.Thread):
    """Passes bytes on, both ways, until `most` have passed; then both ends are reset."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.target, self.most, self.passed = port, None, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            try:
                self.carry(client, server)
            except OSError:
                pass
            # The other end learns of it at once.
            for end in (client, server):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                end.close()

    def carry(self, client, server):
        others = {client: server, server: client}
        with selectors.DefaultSelector() as selector:
            for end in others:
                selector.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    left = 65536 if self.most is None else min(65536, self.most - self.passed)
                    if left <= 0:
                        return
                    data = key.fileobj.recv(left)
                    if not data:
                        return
                    self.passed += len(data)
                    others[key.fileobj].sendall(data)

    def limit(self, most):
        self.most, self.passed = most, 0

    def stop(self):
        self.listener.close()


class Cuts(unittest.TestCase):
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
        self.lines = []

    def tearDown(self):
        for line in self.lines:
            line.stop()
        self.cli.close()
        self.box.close()

    def through(self, *names):
        """The peer, its ports led through lines that can be cut."""
        changed = dict(self.peer)
        for name in names:
            line = Line(self.peer.port(name))
            self.lines.append(line)
            changed[name] = str(line.port)
        return changed

    def points(self, whole):
        """Every stage of a session, the short first ones as often as the long last one."""
        step = max(1, CUTS // 4)
        some = [int(whole * number / step) for number in range(step)]
        return sorted(set(some) | {int(whole ** (number / (CUTS - step))) for number in range(CUTS - step)})

    def cut_run(self, line, most, *words):
        line.limit(most)
        started = time.monotonic()
        said = self.cli.run(*words)
        self.assertLess(time.monotonic() - started, 35)
        self.assertGreaterEqual(said.code, 0, said.err)
        self.assertIn(said.code, (0, 69, 74, 75, 76), (most, said.err))
        self.assertEqual(len(said.err.splitlines()), 0 if said.code == 0 else 1, said.err)
        line.limit(None)
        return said

    def test_synchronising(self):
        peer = self.through("imaps")
        line = self.lines[0]
        self.cli.add("imap", "whole", peer)
        letters = [harness.letter(f"letter {number}", "0123456789abcdef\r\n" * 10 ** (number % 4)) for number in range(12)]
        for raw in letters:
            self.box.put(raw)
        line.limit(None)
        self.cli.good("sync", "whole")
        whole = line.passed
        for number, most in enumerate(self.points(whole)):
            # A fresh account now and then, so that the first synchronisation is cut too.
            name = f"cut-{number // 4}"
            if number % 4 == 0:
                self.cli.add("imap", name, peer, check=False)
            self.cut_run(line, most, "sync", name)
            if number % 4 == 3:
                self.cli.good("sync", name)
                here = sorted(self.cli.good("show", name, row["id"], "--raw").raw for row in self.cli.list(name))
                self.assertEqual(here, sorted(letters))

    def test_collecting(self):
        peer = self.through("pop3s")
        line = self.lines[0]
        self.cli.add("pop3", "post", peer, more=("--leave", "none"))
        for number in range(6):
            self.box.put(harness.letter(f"first {number}", "0123456789abcdef\r\n" * 10 ** (number % 4)))
        line.limit(None)
        self.cli.good("sync", "post")
        expected = collections.Counter({f"first {number}": 1 for number in range(6)})
        for number, most in enumerate(self.points(line.passed)):
            for copy in range(2):
                self.box.put(harness.letter(f"letter {number} {copy}", "0123456789abcdef\r\n" * 10 ** (number % 4)))
                expected[f"letter {number} {copy}"] = 1
            self.cut_run(line, most, "sync", "post")
        self.cli.good("sync", "post")
        self.assertEqual(collections.Counter(row["subject"] for row in self.cli.list("post")), expected)
        self.assertEqual(self.box.uids(), [])

    def test_sending(self):
        peer = self.through("submission")
        line = self.lines[0]
        self.cli.add("imap", "home", peer, send=True)
        other = otherclient.Mailbox(self.peer, "grace")
        self.addCleanup(other.close)
        other.empty()
        body = "0123456789abcdef\r\n" * 500
        line.limit(None)
        self.cli.good("send", "home", self.cli.file("out.eml", harness.letter("whole", body)))
        codes = {"whole": 0}
        for number, most in enumerate(self.points(line.passed)):
            subject = f"letter {number}"
            path = self.cli.file("out.eml", harness.letter(subject, body))
            codes[subject] = self.cut_run(line, most, "send", "home", path).code

        def arrived():
            return collections.Counter(raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for raw in other.all())
        due = {subject for subject, code in codes.items() if code == 0}
        otherclient.within(20, lambda: due <= set(arrived()))
        there = arrived()
        self.assertEqual({subject: count for subject, count in there.items() if count > 1}, {})
        self.assertEqual(due - set(there), set())
        unknown = {subject for subject, code in codes.items() if code == MAYBE_SENT}
        self.assertEqual(set(there) - due - unknown, set())
        # Nothing is sent again behind the person's back.
        self.cli.good("sync", "home")
        self.assertEqual(arrived(), there)


if __name__ == "__main__":
    tap.main()
