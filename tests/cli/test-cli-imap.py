"""IMAP through restante-cli against Dovecot: bytes, flags, moves, deletions, both ways."""
import random
import unittest

import harness
import otherclient
import peers
import tap


def attachment_letter():
    noise = random.Random(7)
    lines = "".join("".join(noise.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/", k=76)) + "\r\n" for _ in range(3000))
    return (b"From: =?UTF-8?Q?Ad=C3=A8le?= <adele@elsewhere.test>\r\nTo: ada@restante.test\r\nSubject: with attachments\r\n"
            b"Date: Sun, 22 Nov 2026 08:00:00 +0000\r\nMessage-ID: <attachments@elsewhere.test>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/mixed; boundary=edge\r\n\r\n--edge\r\nContent-Type: text/plain; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: 8bit\r\n\r\nD\xc3\xa9j\xc3\xa0 vu\r\n.\r\n..\r\nFrom here\r\n--edge\r\n"
            b"Content-Type: application/octet-stream; name=noise\r\nContent-Disposition: attachment\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + lines.encode() + b"--edge--\r\n")


class Imap(unittest.TestCase):
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
        self.cli.add("imap", "home", self.peer, send=True)

    def tearDown(self):
        self.cli.close()
        self.box.close()

    def subjects(self, folder="INBOX"):
        return sorted(row["subject"] for row in self.cli.list("home", folder))

    def one(self, subject, folder="INBOX"):
        return next(row for row in self.cli.list("home", folder) if row["subject"] == subject)

    def watching(self, seconds):
        """A sync that has come to its IDLE."""
        process = self.cli.start("sync", "home", "--watch", seconds, wire="lines")
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        for line in process.stderr:
            if b" IDLE" in line and line.startswith("→".encode()):
                return process
        self.fail("it ended before it watched")

    def test_every_byte_comes_back(self):
        self.box.put(attachment_letter())
        self.box.put(harness.letter("tea"))
        self.cli.good("sync", "home")
        here = [self.cli.good("show", "home", row["id"], "--raw").raw for row in self.cli.list("home")]
        self.assertEqual(sorted(here), self.box.all())
        self.assertIn("Déjà vu", self.cli.good("show", "home", self.one("with attachments")["id"]).out)

    def test_letters_above_a_megabyte_are_streamed(self):
        big = harness.letter("big", "0123456789abcdef" * 4 + "\r\n" + "x" * 60 + "\r\n" * 50000 + "y\r\n" * 1200000)
        self.box.put(big)
        self.cli.good("sync", "home")
        self.assertEqual(self.cli.good("show", "home", self.one("big")["id"], "--raw").raw, self.box.all()[0])

    def test_headers_only_then_the_letter_when_it_is_opened(self):
        self.box.put(harness.letter("tea"))
        self.cli.good("sync", "home", "--headers-only")
        row = self.one("tea")
        self.assertFalse(row["here"])
        self.assertEqual(self.cli.good("show", "home", row["id"], "--raw").raw, self.box.all()[0])
        self.assertTrue(self.one("tea")["here"])
        self.assertNotIn("\\Seen", self.box.flags(self.box.uids()[0]))

    def test_flags_arrive_on_the_server(self):
        self.box.put(harness.letter("tea"))
        self.cli.good("sync", "home")
        self.cli.good("flag", "home", self.one("tea")["id"], "+seen", "+flagged")
        uid = self.box.uids()[0]
        self.assertEqual(self.box.flags(uid) - {"\\Recent"}, {"\\Seen", "\\Flagged"})
        self.cli.good("flag", "home", self.one("tea")["id"], "-flagged")
        self.box.select()
        self.assertEqual(self.box.flags(uid) - {"\\Recent"}, {"\\Seen"})

    def test_flags_of_another_client_arrive_here(self):
        for number in range(5):
            self.box.put(harness.letter(f"letter {number}"))
        self.cli.good("sync", "home")
        uids = self.box.uids()
        self.box.store(uids[:2], "+FLAGS", "(\\Seen \\Answered)")
        self.cli.good("sync", "home")
        seen = {row["subject"] for row in self.cli.list("home") if "seen" in row["flags"]}
        self.assertEqual(seen, {"letter 0", "letter 1"})
        self.box.store(uids[:1], "-FLAGS", "(\\Seen)")
        self.cli.good("sync", "home")
        seen = {row["subject"] for row in self.cli.list("home") if "seen" in row["flags"]}
        self.assertEqual(seen, {"letter 1"})

    def test_moved_and_deleted(self):
        for name in ("one", "two", "three"):
            self.box.put(harness.letter(name))
        self.cli.good("sync", "home")
        identity = self.one("one")["id"]
        self.cli.good("move", "home", identity, "Archive")
        self.assertEqual(self.one("one", "Archive")["id"], identity)
        self.assertEqual(len(self.box.uids("Archive")), 1)
        self.cli.good("delete", "home", self.one("two")["id"])
        self.assertEqual(self.subjects("Trash"), ["two"])
        self.assertEqual(len(self.box.uids("Trash")), 1)
        self.cli.good("delete", "home", self.one("two", "Trash")["id"])
        self.assertEqual(self.box.uids("Trash"), [])
        self.cli.good("delete", "home", self.one("three")["id"], "--expunge")
        self.assertEqual(self.box.uids(), [])
        self.cli.good("sync", "home")
        self.assertEqual((self.subjects(), self.subjects("Archive"), self.subjects("Trash")), ([], ["one"], []))
        self.assertEqual(self.one("one", "Archive")["id"], identity)

    def test_what_others_remove_is_removed_here(self):
        for number in range(6):
            self.box.put(harness.letter(f"letter {number}"))
        self.cli.good("sync", "home")
        self.box.remove(self.box.uids()[1:4])
        self.box.put(harness.letter("letter 6"))
        self.cli.good("sync", "home")
        self.assertEqual(self.subjects(), ["letter 0", "letter 4", "letter 5", "letter 6"])

    def test_another_uidvalidity(self):
        for number in range(4):
            self.box.put(harness.letter(f"letter {number}"), "Archive")
        self.cli.good("sync", "home")
        before = {row["subject"]: row["id"] for row in self.cli.list("home", "Archive")}
        self.box.select()
        self.box.imap.rename("Archive", "Old")
        self.box.imap.create("Archive")
        for number in (1, 3, 5):
            self.box.put(harness.letter(f"letter {number}"), "Archive")
        self.box.imap.delete("Old")
        self.cli.good("sync", "home")
        after = {row["subject"]: row["id"] for row in self.cli.list("home", "Archive")}
        self.assertEqual(sorted(after), ["letter 1", "letter 3", "letter 5"])
        self.assertEqual(after["letter 1"], before["letter 1"])
        self.assertEqual(after["letter 3"], before["letter 3"])

    def test_nothing_new_costs_little(self):
        for number in range(20):
            self.box.put(harness.letter(f"letter {number}"))
        self.cli.good("sync", "home")
        said = self.cli.good("sync", "home", wire="lines")
        self.assertNotRegex(said.err, "→ [a-z0-9]+ (SELECT|UID FETCH)")

    def test_only_the_folders_asked_for(self):
        self.box.put(harness.letter("tea"))
        self.box.put(harness.letter("kept"), "Archive")
        self.cli.good("sync", "home", "--folder", "Archive")
        self.assertEqual((self.subjects(), self.subjects("Archive")), ([], ["kept"]))
        self.assertEqual(self.cli.run("sync", "home", "--folder", "Nowhere").code, 64)

    def test_watching_sees_what_comes(self):
        process = self.watching(4)
        self.box.put(harness.letter("while you watch"))
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(self.subjects(), ["while you watch"])

    def test_beside_the_owner(self):
        self.box.put(harness.letter("tea"))
        self.cli.good("sync", "home")
        process = self.watching(6)
        refused = self.cli.run("sync", "home")
        self.assertEqual(refused.code, 75)
        self.assertIn(str(process.pid), refused.err)
        self.assertEqual(self.subjects(), ["tea"])
        self.cli.good("flag", "home", self.one("tea")["id"], "+flagged")
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)
        self.cli.good("sync", "home")
        self.box.select()
        self.assertIn("\\Flagged", self.box.flags(self.box.uids()[0]))

    def test_sent_letters_are_filed(self):
        path = self.cli.file("tea.eml", harness.letter("tea", more="Bcc: edsger@restante.test\r\n"))
        self.cli.good("send", "home", path)
        self.assertEqual(len(self.box.uids("Sent")), 1)
        self.cli.good("sync", "home")
        row = self.one("tea", "Sent")
        self.assertEqual(row["flags"], ["seen"])
        states = [entry["state"] for entry in self.cli.good("ledger", "home", row["id"], "--json").rows()]
        self.assertEqual(states[:3], ["queued", "handed-over", "saved-on-server"])
        self.cli.good("sync", "home")
        self.assertEqual(len(self.cli.list("home", "Sent")), 1)

    def test_found_by_its_words(self):
        self.box.put(attachment_letter())
        self.cli.good("sync", "home", "--index")
        for query in ("déjà", "deja", "attachments", "adele", "subject:attach"):
            self.assertEqual([row["subject"] for row in self.cli.good("search", query, "--json").rows()],
                             ["with attachments"], query)
        self.assertEqual(self.cli.good("search", "absent", "--json").rows(), [])


if __name__ == "__main__":
    tap.main()
