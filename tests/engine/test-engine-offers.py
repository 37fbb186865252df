"""What servers offer, one extension at a time: used where it is offered, done without where it is not, and in the
end the same is here."""
import unittest

import world
from imap_office import Gmail, Office, letter
from world import Cli
import tap

BARE = "IMAP4rev1"


class Offers(unittest.TestCase):
    def office(self, offers, boxes=("INBOX",), kind=Office, **more):
        office = kind(offers, boxes, **more)
        self.addCleanup(office.stop)
        self.addCleanup(lambda: self.assertEqual(office.failures, []))
        return office

    def account(self, office, more=()):
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add("imap", office.peer(), "ada", security="none", more=more)
        return cli

    def check(self, cli, office, bodies=True):
        """Here is what is there."""
        self.assertEqual(office.failures, [])
        shown = cli.folders()
        self.assertEqual(sorted(shown), sorted(box.name for box in office.boxes))
        for box in office.boxes:
            rows = cli.rows(box.name)
            self.assertEqual(sorted(row["uid"] for row in rows), [letter.uid for letter in box.letters], box.name)
            if bodies:
                here = cli.letters(box.name)
                for one in box.letters:
                    row = next(row for row in rows if row["uid"] == one.uid)
                    self.assertEqual(here.get(row["id"]), one.content, (box.name, one.uid))

    # IMAP4rev2, UTF8=ACCEPT

    def names(self, offers):
        office = self.office(offers, ("INBOX", "Entwürfe & mehr", "台北"))
        for box in office.boxes:
            box.put(letter(box.uidvalidity))
        cli = self.account(office)
        cli.good("sync", "box")
        self.check(cli, office)
        first = cli.rows("INBOX")[0]
        cli.good("move", "box", first["id"], "台北")
        cli.good("sync", "box")
        self.check(cli, office)
        return office

    def test_rev2_alone(self):
        """None of the words that are a part of it are said."""
        office = self.names("IMAP4rev2")
        self.assertTrue(office.said("NAMESPACE"))
        self.assertTrue(office.said("UID SEARCH RETURN (ALL)"))
        self.assertTrue([line for line in office.said("LIST") if "STATUS (" in line and " SIZE" in line])
        self.assertTrue([line for line in office.said("LIST") if "SPECIAL-USE" in line])
        self.assertTrue(office.said("UID MOVE"))
        self.assertIn('SELECT "Entwürfe & mehr"', office.heard)

    def test_rev2_beside_rev1(self):
        office = self.names("IMAP4rev1 IMAP4rev2")
        self.assertTrue(office.said("ENABLE IMAP4rev2"))
        self.assertIn('SELECT "Entwürfe & mehr"', office.heard)

    def test_utf8_accept(self):
        office = self.names("IMAP4rev1 ENABLE UTF8=ACCEPT")
        self.assertTrue(office.said("ENABLE UTF8=ACCEPT"))
        self.assertIn('SELECT "Entwürfe & mehr"', office.heard)
        self.assertFalse(office.said("NAMESPACE"))

    def test_rev1_alone(self):
        office = self.names(BARE)
        for word in ("ENABLE", "NAMESPACE", "ID", "UID MOVE", "UID EXPUNGE"):
            self.assertFalse(office.said(word), word)
        self.assertIn('SELECT "Entw&APw-rfe &- mehr"', office.heard)

    def test_id(self):
        office = self.names("IMAP4rev1 ID")
        self.assertTrue(office.said('ID ("name" "Restante"'))

    # Names

    def test_names_that_are_no_utf7(self):
        """Raw UTF-8, Latin-1, and an ampersand that nobody wrote twice: opened as they are spelled, also later."""
        office = self.office(BARE, ("INBOX", "Été", "R&D", "Größe"))
        for name, raw in (("Été", "Été".encode()), ("R&D", b"R&D"), ("Größe", "Größe".encode("latin-1"))):
            office.box(name).raw = raw
        for box in office.boxes:
            box.put(letter(box.uidvalidity))
        cli = self.account(office)
        cli.good("sync", "box", "--headers-only")
        cli.good("sync", "box")
        self.check(cli, office)

    def renamed(self, offers):
        office = self.office(offers, ("INBOX", "Plans"))
        for number in range(5):
            office.box("Plans").put(letter(number))
        cli = self.account(office)
        cli.good("sync", "box")
        before = {row["uid"]: row["id"] for row in cli.rows("Plans")}
        office.box("Plans").name = "Pläne"
        office.heard.clear()
        cli.good("sync", "box")
        self.check(cli, office)
        after = {row["uid"]: row["id"] for row in cli.rows("Pläne")}
        return before == after, office

    def test_renamed_with_mailbox_id(self):
        for offers in ("IMAP4rev1 OBJECTID", "IMAP4rev1 OBJECTID LIST-EXTENDED LIST-STATUS"):
            with self.subTest(offers):
                same, office = self.renamed(offers)
                self.assertTrue(same)
                self.assertFalse([line for line in office.said("UID FETCH") if "BODY" in line])

    def test_renamed_without(self):
        same, office = self.renamed(BARE)
        self.assertFalse(same)

    def test_renamed_with_old_name(self):
        office = self.office("IMAP4rev2", ("INBOX", "Plans"))
        office.box("Plans").put(letter(1))
        cli = self.account(office)
        cli.good("sync", "box")
        before = cli.rows("Plans")[0]["id"]
        office.box("Plans").name, office.boxes[1].old_name = "Later", "Plans"
        cli.good("sync", "box")
        self.assertEqual(cli.rows("Later")[0]["id"], before)

    # OBJECTID

    def moved_elsewhere(self, offers):
        """Another client moves letters while nobody looks: how many are fetched again."""
        office = self.office(offers, ("INBOX", "Archive"))
        for number in range(6):
            office.box("INBOX").put(letter(number))
        cli = self.account(office)
        cli.good("sync", "box")
        before = {row["subject"]: row["id"] for row in cli.rows("INBOX")}
        office.bodies = 0
        for one in office.box("INBOX").letters[:4]:
            office.copied(office.box("Archive"), one)
        del office.box("INBOX").letters[:4]
        office.box("INBOX").letters.pop()
        cli.good("sync", "box")
        self.check(cli, office)
        after = {row["subject"]: row["id"] for row in cli.rows("Archive")}
        self.assertEqual(len(after), 4)
        return office.bodies, sum(before[subject] == after[subject] for subject in after), cli

    def test_moved_elsewhere_with_email_id(self):
        bodies, same, cli = self.moved_elsewhere("IMAP4rev1 OBJECTID ESEARCH")
        self.assertEqual((bodies, same), (0, 4))
        # What went for good did go.
        gone = [row for row in cli.good("ledger", "box", "--json").rows() if row["state"] == "removed-here"]
        self.assertEqual(len(gone), 1)

    def test_moved_elsewhere_without(self):
        bodies, same, _ = self.moved_elsewhere(BARE)
        self.assertEqual((bodies, same), (4, 0))

    # Gmail

    def gmail(self):
        office = self.office(Gmail.OFFERS, ("INBOX", "Work", "Größe"), kind=Gmail)
        for number in range(4):
            office.deliver(letter(number), "INBOX", *(["Work"] if number % 2 else []))
        office.deliver(letter(4), "Größe")
        office.deliver(letter(5))
        cli = self.account(office)
        cli.good("sync", "box")
        self.check(cli, office)
        return office, cli

    def test_gmail_letters_come_once(self):
        office, cli = self.gmail()
        self.assertEqual(office.bodies, 6)
        ids = {row["subject"]: row["id"] for row in cli.rows("[Gmail]/All Mail")}
        for folder in ("INBOX", "Work", "Größe"):
            for row in cli.rows(folder):
                self.assertEqual(row["id"], ids[row["subject"]], folder)

    def test_gmail_archive(self):
        office, cli = self.gmail()
        row = next(row for row in cli.rows("INBOX") if row["subject"] == "letter 1")
        cli.good("move", "box", row["id"], "[Gmail]/All Mail")
        cli.good("sync", "box")
        self.assertTrue([line for line in office.said("UID STORE") if "-X-GM-LABELS.SILENT (\\Inbox)" in line], office.heard)
        self.assertFalse(office.said("UID MOVE") + office.said("UID COPY"))
        self.check(cli, office)
        self.assertEqual(office.bodies, 6)
        self.assertIn("letter 1", [row["subject"] for row in cli.rows("Work")])

    def test_gmail_label(self):
        office, cli = self.gmail()
        row = next(row for row in cli.rows("[Gmail]/All Mail") if row["subject"] == "letter 5")
        cli.good("move", "box", row["id"], "Größe")
        cli.good("sync", "box")
        cli.good("sync", "box")
        self.assertTrue(office.said("UID STORE"), office.heard)
        self.check(cli, office)
        self.assertEqual(office.bodies, 6)

    def test_gmail_trash(self):
        office, cli = self.gmail()
        row = next(row for row in cli.rows("[Gmail]/All Mail") if row["subject"] == "letter 5")
        cli.good("delete", "box", row["id"])
        cli.good("sync", "box")
        self.assertTrue(office.said("UID MOVE"))
        self.check(cli, office)
        self.assertEqual(office.bodies, 6)


if __name__ == "__main__":
    tap.main()
