"""The disk is full in the middle of synchronising, collecting, sending and saving a draft: a clear error, nothing lost,
nothing removed from a server that is not stored; with room again the next run ends equal to the server."""
import collections
import contextlib
import ctypes
import errno
import glob
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

from desk import Desk
import world
from line import Line, OUT
from world import Cli, Letters, Server, note
import peers
import tap

IO = 74
SENT, MAYBE = 3, 4
CLONE_NEWNS = 0x00020000
SIZE = 3 * 1024 * 1024


@unittest.skipUnless(os.geteuid() == 0, "a small file system needs root")
class Full(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("postfix")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        """A data directory on a file system of its own, in a mount namespace that this process enters."""
        self.room = tempfile.mkdtemp(prefix="restante-disk-")
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", self.room], check=True)
        self.cli = Cli(os.path.join(self.room, "data"))
        self.addCleanup(self.leave)

    def leave(self):
        self.cli.close()
        subprocess.run(["umount", self.room], check=True)
        os.rmdir(self.room)

    def give_room(self, size=64 * SIZE):
        subprocess.run(["mount", "-o", f"remount,size={size}", self.room], check=True)

    def room_to_read(self):
        """SQLite reads where it has 32 KB of its own."""
        status = os.statvfs(self.room)
        self.give_room(status.f_blocks * status.f_frsize + 128 * 1024)

    def leave_room(self, size):
        """All but so many bytes are taken; by the program, if it writes meanwhile and was quicker."""
        status = os.statvfs(self.room)
        take = status.f_bavail * status.f_frsize - size
        with open(os.path.join(self.room, "ballast"), "wb", buffering=0) as file:
            while take > 0:
                try:
                    take -= file.write(bytes(take))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    break

    def refused(self, *words):
        said = self.cli.run(*words)
        self.assertEqual(said.code, IO, said)
        self.assertEqual(len(said.err.splitlines()), 1, said)
        self.assertRegex(said.err, "full|space|room", said)

    def letters(self, prefix, server, count, size):
        letters = Letters(prefix)
        for _ in range(count):
            letter = letters.make(size)[1]
            # What cannot be compressed fills a disk.
            letters.made[letters.token(letter)] = letter = letter + os.urandom(size // 2).hex().encode() + b"\r\n"
            server.put("INBOX", letter)
        return letters

    def check_here(self, letters):
        here = list(self.cli.letters().values())
        self.assertEqual(sorted(map(letters.token, here)), sorted(letters.made))
        for letter in here:
            self.assertTrue(letter == letters.made[letters.token(letter)])

    def test_synchronising(self):
        server = Server(self.peer, "ada")
        self.addCleanup(server.close)
        letters = self.letters("imap", server, 30, 200000)
        self.cli.add("imap", self.peer, "ada")
        self.refused("sync", "box")
        self.room_to_read()
        self.cli.good("folders", "box")
        self.refused("sync", "box")
        self.give_room()
        self.cli.good("sync", "box")
        world.compare(self, self.cli, server)
        self.check_here(letters)

    def test_collecting(self):
        server = Server(self.peer, "grace")
        self.addCleanup(server.close)
        letters = self.letters("pop", server, 30, 200000)
        self.cli.add("pop3", self.peer, "grace", more=("--leave", "none"))
        for _ in range(3):
            self.refused("sync", "box")
            server.select("INBOX")
            left = {letters.token(letter) for letter in server.letters().values()}
            self.room_to_read()
            here = {letters.token(letter) for letter in self.cli.letters().values()}
            self.assertEqual(left | here, set(letters.made), "lost")
        self.give_room()
        self.cli.good("sync", "box")
        self.check_here(letters)
        server.select("INBOX")
        self.assertEqual(server.flags(), {})

    def test_sending(self):
        letters, server = Letters("smtp"), Server(self.peer, "edsger")
        self.addCleanup(server.close)
        self.cli.add("imap", self.peer, "ada")
        self.cli.good("folders", "box")
        sent = set()
        for room in (0, 20000, 60000, 120000, 250000, 500000):
            self.leave_room(room)
            token, letter = letters.make(100000)
            said = self.cli.run("send", "box", "--to", "edsger@restante.test", self.cli.file("letter.eml", letter))
            self.assertIn(said.code, (0, IO), said)
            if said.code == 0 or "do not send it again" in said.err:
                sent.add(token)
            elif "may have been sent" in said.err:
                letters.made.pop(token)
            os.truncate(os.path.join(self.room, "ballast"), 0)
        self.give_room()
        self.cli.good("sync", "box")
        self.assertTrue(world.within(30, lambda: world.queue_is_empty(self.peer)))
        server.select("INBOX")
        arrived = [letters.token(letter) for letter in server.letters().values()]
        note(f"{len(letters.made)} letters, {len(sent)} sent")
        for token in letters.made:
            self.assertEqual(arrived.count(token), int(token in sent), token)

    MANY = 20

    def waiting(self, to):
        """An account with many letters whose time has not come; each moment gets a copy of it."""
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add("imap", {**self.peer, "submission": 1, "submissions": 1}, "ada", security="none")
        cli.good("sync", "box")
        for number in range(self.MANY):
            head = f"From: ada@restante.test\r\nTo: {to}\r\nSubject: {number}\r\nMessage-ID: <full{number}@restante.test>\r\n\r\n"
            body = b"".join(os.urandom(35).hex().encode() + b"\r\n" for _ in range(400))
            cli.good("send", "box", "--at", "2030-01-01T08:30Z", cli.file("letter.eml", head.encode() + body))
        return cli

    def states(self, cli):
        """By the letters' numbers, as they are on the disk."""
        path, = glob.glob(os.path.join(cli.data, "accounts", "*", "mail.db"))
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
            return dict(base.execute("SELECT CAST(m.subject AS INTEGER), o.state FROM outbox o JOIN message m ON m.id = o.message"))

    def write(self, cli, name, sql, *values):
        path, = glob.glob(os.path.join(cli.data, name), recursive=True)
        with contextlib.closing(sqlite3.connect(path)) as base, base:
            base.execute(sql, values)

    def test_many_letters(self):
        """One session with many letters, and from one of them on there is no room any more, or only a little: each letter
        goes once, those that did not go wait, at most one may have been sent, and what is wrong is said."""
        begun, server = self.waiting("edsger@restante.test"), Server(self.peer, "ada")
        self.addCleanup(server.close)
        self.give_room(8 * SIZE)
        memory = tempfile.mkdtemp(dir="/dev/shm")
        self.addCleanup(shutil.rmtree, memory)
        told = collections.Counter()
        for offers, witnessed in (("PIPELINING",), 0), (("PIPELINING", "CHUNKING"), 1):
            for number, room in (0, 0), (1, 60000), (9, 8192), (self.MANY - 1, 0):
                witness = memory if number % 2 == witnessed else ""
                with self.subTest(offers=offers, number=number, room=room, witness=bool(witness)):
                    told[self.one_moment(begun, server, offers, number, room, witness)] += 1
        note(told)
        self.assertGreater(sum(n for (code, _, _), n in told.items() if code == IO), 0, "the disk was never full")

    def one_moment(self, begun, server, offers, number, room, witness):
        ends = []

        def end(line):
            if line != "." and not line.endswith(" LAST"):
                return b"250 2.0.0 taken\r\n"
            ends.append(line)
            if len(ends) == number + 1:
                self.leave_room(room)
            return b"250 2.0.0 taken\r\n"
        desk = Desk(offers, {".": end, "BDAT": end})
        cli = Cli(os.path.join(self.room, "data"))
        self.addCleanup(cli.close)
        cli.env["XDG_RUNTIME_DIR"] = witness
        shutil.rmtree(cli.data, ignore_errors=True)
        shutil.copytree(begun.data, cli.data)
        self.write(cli, "restante.db", "UPDATE account SET smtp_port = ?", desk.port)
        self.write(cli, "accounts/*/mail.db", "UPDATE outbox SET next_try = 0")
        server.select("Sent")
        if uids := list(server.flags()):
            server.expunge(uids)
        try:
            said = cli.run("sync", "box")
            self.assertIn(said.code, (0, IO), said)
            if said.code == IO:
                self.assertEqual(len(said.err.splitlines()), 1, said)
                self.assertRegex(said.err, "full|space|room", said)
            taken = self.numbers(desk)
            os.truncate(os.path.join(self.room, "ballast"), 0)
            for _ in range(2):
                # One that could not be noted is tried again after a minute.
                self.write(cli, "accounts/*/mail.db", "UPDATE outbox SET next_try = 0 WHERE state = 1")
                cli.good("sync", "box")
            states, after = self.states(cli), self.numbers(desk)
            self.assertEqual(sorted(states), list(range(self.MANY)), "none is lost")
            maybe = [number for number, state in states.items() if state == MAYBE]
            self.assertLessEqual(len(maybe), 1)
            for each, state in states.items():
                self.assertIn(state, (SENT, MAYBE), each)
                self.assertLessEqual(after.count(each), 1, f"letter {each} was sent twice")
                if state == SENT:
                    self.assertEqual(after.count(each), 1, each)
            server.select("Sent")
            copies = sorted(int(re.search(rb"Subject: (\d+)", letter)[1]) for letter in server.letters().values())
            self.assertEqual(copies, sorted(set(states) - set(maybe)), "a copy of each that went, one of each")
            self.assertEqual(desk.failures, [])
            return said.code, len(taken) - number, len(maybe)
        finally:
            desk.stop()
            if os.path.exists(os.path.join(self.room, "ballast")):
                os.truncate(os.path.join(self.room, "ballast"), 0)

    def numbers(self, desk):
        return [int(re.search(rb"Subject: (\d+)", letter)[1]) for _, _, letter in desk.taken]

    def test_drafts(self):
        """What was saved before stays, and is what the server gets."""
        letters, server = Letters("draft"), Server(self.peer, "ada")
        self.addCleanup(server.close)
        self.cli.add("imap", self.peer, "ada")
        self.cli.good("folders", "box")
        first, later = (self.cli.file(name, letter) for name, letter in (
            ("first.eml", letters.make(300)[1]), ("later.eml", letters.make(400000)[1] + os.urandom(200000).hex().encode())))
        self.cli.good("draft", "save", "box", first)
        before = self.cli.good("draft", "list", "box").out
        identity = before.split()[0].decode()
        self.leave_room(120000)
        self.refused("draft", "save", "box", "--over", identity, later)
        self.refused("draft", "save", "box", later)
        self.assertEqual(self.cli.good("draft", "list", "box").out, before)
        os.truncate(os.path.join(self.room, "ballast"), 0)
        self.give_room()
        self.cli.good("sync", "box")
        server.select("Drafts")
        self.assertEqual([letters.token(letter) for letter in server.letters().values()], ["draft00000"])
        self.cli.good("draft", "save", "box", "--over", identity, later)
        self.cli.good("sync", "box")
        server.select("Drafts")
        self.assertEqual([letters.token(letter) for letter in server.letters().values()], ["draft00001"])


    def test_playing_what_was_done(self):
        """Moves, removals, copies into Sent and drafts that wait, played with so little room that another step fails each
        time: nothing is lost, nothing is there twice, and all of it goes on when there is room again."""
        letters, server = Letters("play"), Server(self.peer, "ada")
        self.addCleanup(server.close)
        line = Line(self.peer.port("imaps"))
        self.addCleanup(line.stop)
        for folder in ("Archive", "Sent", "Drafts"):
            if folder not in server.folders():
                server.done(server.imap.create(folder))
        for folder in ("INBOX", "Archive", "Sent", "Drafts"):
            server.select(folder)
            if uids := list(server.flags()):
                server.expunge(uids)
        self.cli.add("imap", self.peer, "ada", ports={"imaps": line.port})
        self.give_room(4 * SIZE)
        moved, sent, steps, draft, version = set(), set(), set(), None, None
        for room in (0, 150000, 200000, 300000, 400000, 550000, 650000, 800000, 950000, 975000, 1000000, 1200000):
            there = {}
            for name in ("moved", "nameless", "removed"):
                there[name], letter = letters.make(600)
                if name == "nameless":
                    letter = re.sub(rb"Message-ID: [^\r]*\r\n", b"", letter)
                server.put("INBOX", letter)
            self.cli.good("sync", "box")
            rows = {row["subject"]: row["id"] for row in self.cli.rows()}
            version, content = letters.make(900)
            content = re.sub(rb"Message-ID: [^\r]*", b"Message-ID: <draft@restante.test>", content)
            over = ("--over", draft) if draft else ()
            draft = self.cli.good("draft", "save", "box", *over, self.cli.file("draft.eml", content)).out.decode().strip() or draft
            for words in (("move", "box", rows[f"letter {there['moved']}"], rows[f"letter {there['nameless']}"], "Archive"),
                          ("delete", "box", rows[f"letter {there['removed']}"], "--expunge")):
                line.fault = ("cut", OUT, 0)
                self.cli.run(*words)
            token, letter = letters.make(600)
            line.fault = ("cut", OUT, 0)
            self.cli.run("send", "box", "--to", "edsger@restante.test", self.cli.file("letter.eml", letter))
            line.fault = None
            moved |= {there["moved"], there["nameless"]}
            sent.add(token)
            self.leave_room(room)
            said = self.cli.run("sync", "box")
            self.assertIn(said.code, (0, IO), said)
            if said.code == IO:
                self.assertRegex(said.err, "full|space|room", said)
            have = self.tokens(server, letters)
            self.assertLessEqual(moved, {*have["INBOX"], *have["Archive"]})
            steps.add((len(have["INBOX"]), token in have["Sent"], version in have["Drafts"]))
            os.truncate(os.path.join(self.room, "ballast"), 0)
            for _ in range(2):
                self.cli.good("sync", "box")
            world.compare(self, self.cli, server)
            have = self.tokens(server, letters)
            self.assertEqual(sorted(have["Archive"]), sorted(moved), room)
            self.assertEqual(sorted(have["Sent"]), sorted(sent), room)
            self.assertEqual((have["INBOX"], have["Drafts"]), ([], [version]), room)
        # It went wrong before, between and behind the steps.
        note(sorted(steps))
        self.assertGreater(len(steps), 3)

    def tokens(self, server, letters):
        """What the server has, by folder."""
        have = {}
        for folder in ("INBOX", "Archive", "Sent", "Drafts"):
            server.select(folder)
            have[folder] = [letters.token(letter) for letter in server.letters().values()]
        return have


if __name__ == "__main__":
    if os.geteuid() == 0:
        ctypes.CDLL(None).unshare(CLONE_NEWNS)
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    tap.main()
