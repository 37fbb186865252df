"""What an account is told that its connections cost is what went over the line: the sums of all tasks together are the
bytes that somebody between has counted, whatever the line is made of."""
import contextlib
import glob
import json
import os
import sqlite3
import subprocess
import time
import unittest

from line import IN, OUT, Line
from world import Cli
import tap

# What TLS says when a connection ends, after the last that the program looks at: a record each way.
GOODBYE = 64
WITHIN = 20


class Toll(Line):
    """Counts what all connections carried."""
    def __init__(self, port):
        self.tallies, self.open = [], 0
        super().__init__(port)

    @property
    def carried(self):
        """Each connection begins one of its own."""
        return self.tallies[-1]

    @carried.setter
    def carried(self, tally):
        self.tallies.append(tally)

    def carry(self, client):
        self.open += 1
        super().carry(client)
        self.open -= 1

    def counted(self):
        until = time.monotonic() + WITHIN
        while self.open:
            if time.monotonic() > until:
                raise AssertionError("the program keeps its connections")
            time.sleep(0.01)
        return {direction: sum(tally[direction] for tally in self.tallies) for direction in (IN, OUT)}


class Traffic(unittest.TestCase):
    def setUp(self):
        self.cli, office = Cli(), Cli()
        self.addCleanup(self.cli.close)
        self.addCleanup(office.close)
        process = subprocess.Popen(office.command("practice"), env=office.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.told = json.loads(process.stdout.readline())

    def toll(self, service):
        toll = Toll(self.told["ports"][service])
        self.addCleanup(toll.stop)
        return toll

    def add(self, protocol, security, *more):
        ada = self.told["users"][0]
        toll = self.toll(protocol + "s" if security == "tls" else protocol)
        self.cli.good("account", "add", protocol, "--name", "box", "--email", ada["address"], "--user", "ada", "--server",
                      f"localhost:{toll.port}", "--security", security, "--ca-file", self.told["ca_file"], "--password-file",
                      self.cli.file("password", ada["password"].encode()), "--no-check", *more)
        return toll

    def sums(self):
        """What the account is told, by protocol: in and out, on the line and as said."""
        database, = glob.glob(os.path.join(self.cli.data, "accounts", "*", "mail.db"))
        with contextlib.closing(sqlite3.connect(database)) as mail:
            rows = mail.execute("SELECT protocol, sum (line_in), sum (line_out), sum (bytes_in), sum (bytes_out) FROM traffic "
                                "GROUP BY protocol").fetchall()
        return {row[0]: row[1:] for row in rows}

    def adds_up(self, protocol, security, toll):
        line_in, line_out, said_in, said_out = self.sums()[protocol]
        counted, most = toll.counted(), 0 if security == "none" else GOODBYE
        for told, direction in ((line_in, IN), (line_out, OUT)):
            self.assertLessEqual(told, counted[direction], f"{security}: what went {direction}")
            self.assertGreaterEqual(told, counted[direction] - most, f"{security}: what went {direction}")
        if security == "none":
            self.assertEqual((said_in, said_out), (line_in, line_out), "in the clear what is said is what goes")
        else:
            self.assertLess(said_in + said_out, line_in + line_out)

    def received(self, protocol):
        for security in ("tls", "starttls", "none"):
            with self.subTest(security=security):
                toll = self.add(protocol, security)
                self.cli.good("sync", "box")
                self.adds_up(protocol, security, toll)
                # And once more, when nothing is new.
                self.cli.good("sync", "box")
                self.adds_up(protocol, security, toll)
                self.cli.good("account", "remove", "box")

    def test_imap(self):
        self.received("imap")

    def test_pop3(self):
        """Its commands are said together, and share records."""
        self.received("pop3")

    def test_a_letter_that_was_sent(self):
        sending = self.toll("submissions")
        self.add("imap", "tls", "--smtp", f"localhost:{sending.port}", "--smtp-security", "tls", "--smtp-user", "ada")
        letter = self.cli.file("letter", b"From: ada@practice.example\r\nTo: grace@b.example\r\nSubject: loom\r\n\r\nWords.\r\n")
        self.cli.good("send", "box", letter)
        self.adds_up("smtp", "tls", sending)


if __name__ == "__main__":
    tap.main()
