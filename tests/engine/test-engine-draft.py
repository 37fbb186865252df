"""Drafts in the server's folder: one version of each, whatever cuts the program off, and whatever another client did
to it meanwhile. Against Dovecot, and against the practice post office, which has REPLACE."""
import imaplib
import json
import ssl
import subprocess
import time
import unittest

import world
from world import Cli, Server
from desk import Desk
from line import Line, OUT, IN
import peers
import tap


def letter(subject, text, version=1):
    return (f"From: Ada <ada@restante.test>\r\nTo: grace@restante.test\r\nSubject: {subject}\r\n"
            f"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{subject}@restante.test>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=us-ascii\r\n\r\n{text} {version}\r\n").encode()


class Drafts(unittest.TestCase):
    FOLDER = "Drafts"

    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("dovecot")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        self.server = Server(self.peer, "ada")
        self.addCleanup(self.server.close)
        if self.FOLDER in self.server.folders():
            self.clear()
        else:
            self.server.done(self.server.imap.create(self.FOLDER))
        self.line = Line(self.peer.port("imap"))
        self.addCleanup(self.line.stop)
        self.cli = Cli()
        self.addCleanup(self.cli.close)
        self.desk = Desk()
        self.addCleanup(self.desk.stop)
        self.cli.add("imap", self.peer, "ada", security="none", ports={"imap": self.line.port, "submission": self.desk.port})

    def clear(self):
        self.server.select(self.FOLDER)
        if uids := list(self.server.flags()):
            self.server.expunge(uids)

    def save(self, subject, text="words", version=1, over=None):
        path = self.cli.file("draft.eml", letter(subject, text, version))
        said = self.cli.good("draft", "save", "box", *(("--over", over) if over else ()), path)
        return int(said.out)

    def there(self):
        """The texts in the server's folder."""
        self.server.select(self.FOLDER)
        for uid, flags in self.server.flags().items():
            self.assertIn("draft", flags, uid)
        return sorted(content.split(b"\r\n\r\n", 1)[1].decode().strip() for content in self.server.letters().values())

    def drafts(self):
        return [line.split("\t")[0] for line in self.cli.good("draft", "list", "box").out.decode().splitlines()]

    def test_saved_changed_and_discarded(self):
        first = self.save("one", "first")
        second = self.save("two", "second")
        self.cli.good("sync", "box")
        self.assertEqual(self.there(), ["first 1", "second 1"])
        for version in (2, 3):
            self.save("one", "first", version, over=first)
            self.cli.good("sync", "box")
            self.assertEqual(self.there(), [f"first {version}", "second 1"])
        self.cli.good("sync", "box")
        self.assertEqual(self.there(), ["first 3", "second 1"])
        self.cli.good("draft", "discard", "box", second)
        self.cli.good("sync", "box")
        self.assertEqual(self.there(), ["first 3"])

    def copies(self):
        """What is in Sent."""
        self.server.select("Sent")
        contents = self.server.letters()
        if contents:
            self.server.expunge(list(contents))
        return [content.split(b"\r\n\r\n", 1)[1].decode().strip() for content in contents.values()]

    def test_sent(self):
        """What was sent is no draft any more, there either, whatever version of it the server has; others stay."""
        self.copies()
        other = self.save("other", "other")
        draft = self.save("sent")
        self.cli.good("sync", "box")
        self.save("sent", version=2, over=draft)
        self.cli.good("draft", "send", "box", draft)
        self.cli.good("sync", "box")
        self.cli.good("sync", "box")
        self.assertEqual((self.there(), self.drafts(), self.copies()), (["other 1"], [str(other)], ["words 2"]))
        self.assertEqual([letter.split(b"\r\n\r\n")[1].strip() for _, _, letter in self.desk.taken], [b"words 2"])

    def test_sent_while_the_folder_cannot_be_reached(self):
        """The letter is gone out; its draft goes, and its copy comes, when the IMAP server is there again."""
        self.copies()
        draft = self.save("sent")
        self.cli.good("sync", "box")
        self.line.fault = ("cut", IN, 10)
        self.cli.good("draft", "send", "box", draft)
        self.assertEqual((len(self.desk.taken), self.there()), (1, ["words 1"]))
        self.line.fault = ("cut", IN, 600)
        self.cli.run("sync", "box")
        self.line.fault = None
        self.cli.good("sync", "box")
        self.cli.good("sync", "box")
        self.assertEqual((self.there(), self.drafts(), self.copies()), ([], [], ["words 1"]))
        self.assertEqual(len(self.desk.taken), 1)

    def test_many_versions_offline_are_one(self):
        draft = self.save("off")
        for version in range(2, 6):
            self.save("off", version=version, over=draft)
        self.cli.good("sync", "box")
        self.assertEqual(self.there(), ["words 5"])

    def test_removed_by_another_client(self):
        draft = self.save("gone")
        self.cli.good("sync", "box")
        self.clear()
        self.cli.good("sync", "box")
        self.cli.good("sync", "box")
        self.assertEqual((self.there(), self.drafts()), ([], []))
        # Whoever has it open keeps what is written: it is a new draft.
        self.cli.run("draft", "save", "box", "--over", draft, self.cli.file("draft.eml", letter("gone", "again")))
        self.cli.good("sync", "box")
        self.assertEqual(self.there(), ["again 1"])

    def test_changed_here_and_removed_there(self):
        draft = self.save("both")
        self.cli.good("sync", "box")
        self.clear()
        self.save("both", version=2, over=draft)
        self.cli.good("sync", "box")
        self.assertEqual((self.there(), self.drafts()), (["words 2"], [str(draft)]))

    def test_edited_by_another_client(self):
        """It leaves its own version, and ours is removed: two drafts become one, whichever was not touched goes."""
        self.save("edit")
        self.cli.good("sync", "box")
        self.clear()
        self.server.put(self.FOLDER, letter("edit", "theirs"), "\\Draft")
        self.cli.good("sync", "box")
        self.cli.good("sync", "box")
        self.assertEqual((self.there(), self.drafts()), (["theirs 1"], []))

    def test_uidvalidity_changed(self):
        draft = self.save("valid")
        self.cli.good("sync", "box")
        self.server.done(self.server.imap.close())
        self.server.done(self.server.imap.delete(self.FOLDER))
        time.sleep(1.1)  # Dovecot's UIDVALIDITY counts seconds
        self.server.done(self.server.imap.create(self.FOLDER))
        self.server.put(self.FOLDER, letter("valid", "words"), "\\Draft")
        self.save("valid", version=2, over=draft)
        self.cli.good("sync", "box")
        self.assertEqual((self.there(), self.drafts()), (["words 2"], [str(draft)]))

    def test_cut_anywhere(self):
        """The line is cut after so many bytes of a second version, both ways."""
        draft = self.save("cut")
        self.cli.good("sync", "box")
        self.save("cut", version=2, over=draft)
        self.cli.good("sync", "box")
        carried, version = dict(self.line.carried), 2
        for direction in (OUT, IN):
            for after in range(carried[direction] // 12, carried[direction], max(1, carried[direction] // 12)):
                version += 1
                self.save("cut", version=version, over=draft)
                self.line.fault = ("cut", direction, after)
                self.cli.run("sync", "box")
                self.cli.good("sync", "box")
                self.assertEqual((self.there(), self.drafts()), ([f"words {version}"], [str(draft)]), (direction, after))

    def test_killed_anywhere(self):
        draft, version = self.save("kill"), 1
        began = time.monotonic()
        self.cli.good("sync", "box")
        within = time.monotonic() - began
        for _ in range(25):
            version += 1
            self.save("kill", version=version, over=draft)
            self.cli.kill(within, "sync", "box")
            if world.dice.random() < 0.5:
                version += 1
                self.save("kill", version=version, over=draft)
            self.cli.good("sync", "box")
            self.assertEqual((self.there(), self.drafts()), ([f"words {version}"], [str(draft)]))


class Replace(unittest.TestCase):
    """The practice post office has REPLACE."""
    def setUp(self):
        self.cli, office = Cli(), Cli()
        self.addCleanup(self.cli.close)
        self.addCleanup(office.close)
        process = subprocess.Popen(office.command("practice"), env=office.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        told = json.loads(process.stdout.readline())
        ada = told["users"][0]
        self.cli.good("account", "add", "imap", "--name", "box", "--email", ada["address"], "--user", "ada",
                      "--server", f"localhost:{told['ports']['imaps']}", "--security", "tls", "--ca-file", told["ca_file"],
                      "--password-file", self.cli.file("password", ada["password"].encode()), "--no-check")
        self.imap = imaplib.IMAP4_SSL("localhost", told["ports"]["imaps"],
                                      ssl_context=ssl.create_default_context(cafile=told["ca_file"]))
        self.addCleanup(self.imap.logout)
        self.imap.login("ada", ada["password"])
        self.imap.select("Drafts")
        self.before = self.count()

    def count(self):
        self.imap.noop()
        return len(self.imap.search(None, "ALL")[1][0].split())

    def save(self, version, over=None):
        path = self.cli.file("draft.eml", letter("replaced", "words", version))
        return int(self.cli.good("draft", "save", "box", *(("--over", over) if over else ()), path).out)

    def newest(self):
        uid = self.imap.uid("SEARCH", "SUBJECT", "replaced")[1][0].split()
        return [self.imap.uid("FETCH", one, "(BODY.PEEK[TEXT])")[1][0][1].strip().decode() for one in uid]

    def test_replaced(self):
        draft = self.save(1)
        self.cli.good("sync", "box")
        self.assertEqual((self.count() - self.before, self.newest()), (1, ["words 1"]))
        self.save(2, draft)
        said = self.cli.run("sync", "box", wire="lines")
        self.assertIn("UID REPLACE", said.err)
        self.assertNotIn("EXPUNGE 1", said.err)
        self.assertEqual((self.count() - self.before, self.newest()), (1, ["words 2"]))
        self.cli.good("draft", "discard", "box", draft)
        self.cli.good("sync", "box")
        self.assertEqual((self.count() - self.before, self.newest()), (0, []))

    def test_killed_anywhere(self):
        draft, version = self.save(1), 1
        self.cli.good("sync", "box")
        for _ in range(15):
            version += 1
            self.save(version, draft)
            self.cli.kill(0.3, "sync", "box")
            self.cli.good("sync", "box")
            self.assertEqual((self.count() - self.before, self.newest()), (1, [f"words {version}"]))


if __name__ == "__main__":
    tap.main()
