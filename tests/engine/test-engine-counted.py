"""Servers that count changes (CONDSTORE, QRESYNC, RFC 7162), such as count them wrongly, and such as do not: what is
here is what is there, flag by flag, and what is told is not asked for."""
import contextlib
import pathlib
import re
import sqlite3

from imap_office import Office, letter
from office_case import OfficeCase
from world import dice
import tap

COUNTING = ("IMAP4rev1 ESEARCH ENABLE QRESYNC CONDSTORE", "IMAP4rev1 ESEARCH CONDSTORE", "IMAP4rev1 ESEARCH")
SYSTEM = {"seen", "flagged", "answered", "draft", "deleted"}


class Counted(OfficeCase):
    def known(self, offers, kind=Office, number=6, **more):
        """An account whose INBOX is known here."""
        office = self.office(offers, kind=kind, **more)
        for at in range(number):
            office.box("INBOX").put(letter(at))
        cli = self.account(office)
        cli.good("sync", "box")
        self.same(cli, office)
        office.heard.clear()
        return office, cli

    def same(self, cli, office):
        self.check(cli, office)
        for box in office.boxes:
            here = {row["uid"]: sorted(SYSTEM & set(row["flags"])) for row in cli.rows(box.name)}
            there = {one.uid: sorted(flag[1:].lower() for flag in one.flags) for one in box.letters}
            self.assertEqual(here, there, box.name)

    @staticmethod
    def change(box):
        """One is marked, one goes, two come."""
        box.mark(box.letters[2], "\\Flagged")
        box.remove(box.letters[3])
        for number in (20, 21):
            box.put(letter(number))

    def test_changes(self):
        """Told with SELECT; asked for by their number; all asked for."""
        for offers in COUNTING:
            with self.subTest(offers):
                office, cli = self.known(offers)
                self.change(office.box("INBOX"))
                cli.good("sync", "box")
                self.same(cli, office)
                resync, counted = "QRESYNC" in offers, "CONDSTORE" in offers
                self.assertEqual(bool([line for line in office.said("SELECT") if "(QRESYNC (" in line]), resync, office.heard)
                self.assertEqual(bool(office.said("UID SEARCH")), not resync, office.heard)
                flags = [line for line in office.said("UID FETCH") if "(UID FLAGS)" in line]
                self.assertEqual(len(flags), int(not resync), office.heard)
                self.assertEqual(bool([line for line in flags if "CHANGEDSINCE" in line]), counted and not resync)
                # Nothing more is to be asked where nothing changed, and the server counts.
                office.heard.clear()
                cli.good("sync", "box")
                self.assertEqual(bool(office.said("SELECT")), not counted)

    def test_vanished_left_out(self):
        """Of what went the server says nothing, or not all."""
        for told in 0, 1:
            with self.subTest(told):
                class Forgetful(Office):
                    def vanished(self, box, since, told=told):
                        return super().vanished(box, since)[:told]
                office, cli = self.known(COUNTING[0], Forgetful)
                box = office.box("INBOX")
                for one in box.letters[1:4:2]:
                    box.remove(one)
                box.put(letter(20))
                box.mark(box.letters[0], "\\Seen")
                cli.good("sync", "box")
                self.same(cli, office)
                self.assertTrue(office.said("UID SEARCH"), "numbers that do not agree are not believed")

    def counts(self, offers, highest, change, before=lambda box: box.modseq):
        class Miscounting(Office):
            highest = staticmethod(before)
        office, cli = self.known(offers, Miscounting)
        Miscounting.highest = staticmethod(highest)
        change(office.box("INBOX"))
        for _ in range(2):
            cli.good("sync", "box")
        self.same(cli, office)
        return office, cli

    def test_a_count_that_went_down(self):
        for offers in COUNTING[:2]:
            for change in self.change, lambda box: box.mark(box.letters[2], "\\Seen"):
                with self.subTest(offers):
                    self.counts(offers, lambda box: 2, change)

    def test_a_count_that_is_ahead(self):
        """It says that more changed than did: later changes have numbers that it told of before."""
        for change in self.change, lambda box: box.mark(box.letters[2], "\\Answered"):
            office, cli = self.counts(COUNTING[0], lambda box: box.modseq + 10, change, lambda box: box.modseq + 10)
            # It told what there was, and that is believed as long as it counts on.
            office.heard.clear()
            cli.good("sync", "box")
            self.assertEqual(office.said("SELECT"), [])

    def asked(self, office, first=r"1"):
        return [line for line in office.said("UID FETCH") if re.fullmatch(rf"UID FETCH {first}(:\d+)? \(UID FLAGS\)", line)]

    def test_read_and_not_counted(self):
        """Somebody read a letter, or marked it unread, and HIGHESTMODSEQ stands still: STATUS tells how many are unread."""
        for offers in COUNTING[:2]:
            with self.subTest(offers):
                office, cli = self.known(offers)
                for change in set.add, set.discard:
                    change(office.box("INBOX").letters[2].flags, "\\Seen")
                    cli.good("sync", "box")
                    self.same(cli, office)
                    self.assertEqual(len(self.asked(office)), 1, office.heard)
                    office.heard.clear()
                    cli.good("sync", "box")
                    self.assertEqual(office.said("SELECT"), [], "once")

    def test_a_wrong_number_of_unread(self):
        """It never agrees: it is believed no more, and asked again only when it is another number, once a day."""
        class Wrong(Office):
            wrong = 1

            def unseen(self, box):
                return super().unseen(box) + self.wrong
        office, cli = self.known(COUNTING[0], Wrong)
        asked = []
        for wrong in 1, 1, 2, 2, 0, 2:
            Wrong.wrong = wrong
            cli.good("sync", "box")
            asked.append(len(self.asked(office)))
            office.heard.clear()
        self.assertEqual(asked, [1, 0, 0, 0, 0, 0])
        self.pass_days(cli, 2)
        for wrong in 1, 2:
            Wrong.wrong = wrong
            cli.good("sync", "box")
            asked.append(len(self.asked(office)))
            office.heard.clear()
        self.assertEqual(asked[6:], [0, 1], "known to be so; another number, and a day later")
        self.same(cli, office)

    def test_what_waits_to_be_said_is_no_difference(self):
        office, cli = self.known(COUNTING[0])
        office.answers["UID STORE"] = lambda session, tag, rest: f"{tag} NO [INUSE] not now\r\n".encode()
        cli.good("flag", "box", cli.rows()[0]["id"], "+seen")
        cli.run("sync", "box")
        self.assertEqual(self.asked(office), [])

    def pass_days(self, cli, days):
        """As if flags had been looked at so long ago."""
        changed = 0
        for path in pathlib.Path(cli.data).rglob("*.db"):
            with contextlib.closing(sqlite3.connect(path)) as base, base:
                if base.execute("SELECT 1 FROM sqlite_schema WHERE name = 'fact'").fetchone():
                    changed += base.execute("UPDATE fact SET at = at - ? WHERE name LIKE 'imap-flags-%'",
                                            (days * 86_400_000_000,)).rowcount
        self.assertTrue(changed)

    def test_marked_and_not_counted(self):
        """A star is no number: it is seen within a week, when something else is done in the folder."""
        for offers in COUNTING[:2]:
            with self.subTest(offers):
                office, cli = self.known(offers)
                office.box("INBOX").letters[2].flags.add("\\Flagged")
                self.pass_days(cli, 8)
                cli.good("sync", "box")
                self.assertEqual(office.said("SELECT"), [], "nothing else is done")
                for number, asked in (20, 1), (21, 0):
                    office.heard.clear()
                    office.box("INBOX").put(letter(number))
                    cli.good("sync", "box")
                    self.assertEqual(len(self.asked(office)), asked, office.heard)
                    self.same(cli, office)

    def test_in_a_large_folder_the_newest_are_looked_at(self):
        office = self.office(COUNTING[0])
        box = office.box("INBOX")
        for number in range(10_020):
            box.put(letter(number, 20), ("\\Seen",))
        cli = self.account(office)
        cli.good("sync", "box", "--headers-only")
        box.letters[-2].flags.add("\\Flagged")
        self.pass_days(cli, 8)
        office.heard.clear()
        box.put(letter(20_000))
        cli.good("sync", "box", "--headers-only")
        # The one that came just now is among them if its row is here by then.
        self.assertIn(self.asked(office, "2[12]"), (["UID FETCH 21:10020 (UID FLAGS)"], ["UID FETCH 22:10021 (UID FLAGS)"]), office.heard)
        self.assertIn("flagged", {row["uid"]: row for row in cli.rows()}[10_019]["flags"])

    def test_marks_by_chance(self):
        """Another client reads and stars, letters come and go, and only some of it is counted."""
        office, cli = self.known(COUNTING[0], number=20)
        box = office.box("INBOX")
        for turn in range(12):
            for one in dice.sample(box.letters, dice.randint(1, 4)):
                # One way each time: as many read as unread ones are no other number.
                (set.add if turn % 2 else set.discard)(one.flags, "\\Seen")
            if dice.random() < 0.5:
                box.mark(dice.choice(box.letters), "\\Flagged")
                box.put(letter(100 + turn))
                box.remove(dice.choice(box.letters))
                # Its numbers are others, and tell nothing of what is not counted.
                cli.good("sync", "box")
            cli.good("sync", "box")
            self.same(cli, office)

    def news(self, offers, change):
        """What a folder that is watched tells in one go."""
        class Teller(Office):
            lines = None

            def told(self, session):
                if self.lines is None:
                    self.lines = change(self.box("INBOX"), session)
                    return b"".join(line.encode() + b"\r\n" for line in self.lines)
                return b""
        office, cli = self.known(f"{offers} IDLE", Teller)
        cli.good("sync", "box", "--watch", "2")
        self.assertTrue(office.lines)
        return office, cli

    def test_one_comes_for_each_that_goes(self):
        """The number of letters is what it was."""
        def change(box, session):
            said = []
            for at in 2, 0:
                said.append(session.gone_line(box.letters[at]))
                box.remove(box.letters[at])
            for number in 30, 31:
                box.put(letter(number))
            return [*said, f"* {len(box.letters)} EXISTS"]
        for offers in COUNTING:
            with self.subTest(offers):
                office, cli = self.news(offers, change)
                self.same(cli, office)


if __name__ == "__main__":
    tap.main()
