"""A test beside an IMAP server in miniature (imap_office.py): what is here is what is there."""
import unittest

from imap_office import Office
from world import Cli


class OfficeCase(unittest.TestCase):
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
