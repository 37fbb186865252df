"""What servers offer, one extension at a time: used where it is offered, done without where it is not, and in the
end the same is here."""
import unittest

import world
from imap_office import Office, letter
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


if __name__ == "__main__":
    tap.main()
