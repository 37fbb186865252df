"""What servers offer, one extension at a time: used where it is offered, done without where it is not, and in the
end the same is here."""
import base64
import glob
import os
import pathlib
import pty
import re
import select
import sqlite3
import subprocess

from imap_office import CUT, Gmail, Office, Submission, letter
from office_case import OfficeCase
from world import Cli
import tap

BARE = "IMAP4rev1"


class Offers(OfficeCase):
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

    def renamed(self, offers, first=None, later=None):
        office = self.office(offers, ("INBOX", "Plans"))
        if first:
            first(office)
        for number in range(5):
            office.box("Plans").put(letter(number))
        cli = self.account(office)
        cli.good("sync", "box")
        before = {row["uid"]: row["id"] for row in cli.rows("Plans")}
        office.box("Plans").name = "Pläne"
        if later:
            later(office)
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
                self.assertFalse([line for line in office.said("UID FETCH") if "BODY.PEEK[]" in line or "FROM SENDER" in line])

    def test_renamed_without(self):
        """Its numbers tell that it is the same."""
        same, office = self.renamed(BARE)
        self.assertTrue(same)
        self.assertFalse([line for line in office.said("UID FETCH") if "BODY.PEEK[]" in line or "FROM SENDER" in line])

    def test_renamed_and_not_clear(self):
        """Another folder has that UIDVALIDITY too; a letter came meanwhile; two new names; nothing in it."""
        def shared(office):
            office.box("INBOX").uidvalidity = office.box("Plans").uidvalidity

        def came(office):
            office.box("Pläne").put(letter(77))

        def twice(office):
            office.make("Other").put(letter(78))
            office.boxes[-1].uidvalidity = office.box("Pläne").uidvalidity
            for number in range(4):
                office.boxes[-1].put(letter(80 + number))

        for before, after in ((shared, None), (None, came), (None, twice)):
            with self.subTest(before or after):
                same, office = self.renamed(BARE, before, after)
                self.assertFalse(same)
                self.assertTrue([line for line in office.said("UID FETCH") if "BODY" in line])

    def test_mailbox_ids_of_cyrus_are_not_asked_for(self):
        """It answers them with bytes from anywhere in its memory."""
        office = self.office("IMAP4rev1 OBJECTID ID LIST-EXTENDED LIST-STATUS", ("INBOX", "Plans"))
        office.program = "Cyrus IMAPD"
        cli = self.account(office)
        for _ in range(2):
            office.box("INBOX").put(letter(1))
            cli.good("sync", "box")
            self.check(cli, office)
        self.assertTrue(office.said("LIST"))
        self.assertFalse([line for line in office.heard if "MAILBOXID" in line])

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

    # PREVIEW, SAVEDATE, UNSELECT, NAMESPACE, NOTIFY

    def database(self, cli):
        return next(path for path in glob.glob(os.path.join(cli.data, "**", "*.db"), recursive=True)
                    if "restante.db" not in path and "search" not in path)

    def test_preview(self):
        """Asked for where letters stay on the server, and only what costs it nothing."""
        for offers, keep, known in (("IMAP4rev1 PREVIEW", "headers", {"what it begins with"}), ("IMAP4rev1 PREVIEW", "all", None),
                                    (BARE, "headers", {None})):
            with self.subTest(offers + keep):
                office = self.office(offers)
                office.box("INBOX").put(letter(1))
                cli = self.account(office, ("--keep", keep))
                cli.good("sync", "box")
                asked = [line for line in office.said("UID FETCH") if "PREVIEW" in line]
                self.assertEqual(bool(asked), known == {"what it begins with"})
                with sqlite3.connect(self.database(cli)) as connection:
                    here = {preview for preview, in connection.execute("SELECT preview FROM message")}
                if known:
                    self.assertEqual(here, known)

    def test_savedate(self):
        """Since when a letter is in the Trash is told by the server, where it tells; else it is since it was seen there."""
        for offers, day in (("IMAP4rev1 SAVEDATE", "2026-11-15"), (BARE, None)):
            with self.subTest(offers):
                office = self.office(offers)
                for name in ("INBOX", office.make("Trash", "\\Trash").name):
                    office.box(name).put(letter(len(name)))
                cli = self.account(office)
                cli.good("sync", "box", "--headers-only")
                self.check(cli, office, bodies=False)
                asked = [line for line in office.said("UID FETCH") if "SAVEDATE" in line]
                self.assertEqual(len(asked), 1 if day else 0, "of the Trash alone")
                with sqlite3.connect(self.database(cli)) as connection:
                    since = dict(connection.execute("SELECT f.name, strftime('%Y-%m-%d', p.since / 1000000, 'unixepoch') "
                                                    "FROM placement p JOIN folder f ON f.id = p.folder"))
                self.assertEqual(since["Trash"] == "2026-11-15", bool(day), since)
                self.assertNotEqual(since["INBOX"], "2026-11-15")

    def test_what_folders_are_for(self):
        """Asked for, or told with any LIST; without it their names tell, of those that programs are known to give."""
        names = {"Korb": "\\Trash", "Fort": "\\Sent", "Papierkorb": "", "Brouillons": "", "Else": ""}
        told = {"Korb": "trash", "Fort": "sent", "Brouillons": "drafts"}
        guessed = {"Papierkorb": "trash", "Brouillons": "drafts"}
        for offers, roles in (("IMAP4rev1 SPECIAL-USE LIST-EXTENDED", told), ("IMAP4rev1 SPECIAL-USE", told), ("IMAP4rev2", told),
                              ("IMAP4rev1 LIST-EXTENDED", guessed), (BARE, guessed)):
            with self.subTest(offers):
                office = self.office(offers)
                for name, uses in names.items():
                    office.make(name, uses)
                office.box("INBOX").put(letter(1))
                cli = self.account(office)
                cli.good("sync", "box")
                self.assertEqual(bool([line for line in office.said("LIST") if "RETURN (SPECIAL-USE" in line]),
                                 offers in ("IMAP4rev1 SPECIAL-USE LIST-EXTENDED", "IMAP4rev2"), office.heard)
                here = {name: row["role"] for name, row in cli.folders().items() if row["role"] and name != "INBOX"}
                self.assertEqual(here, roles)
                cli.good("delete", "box", cli.rows()[0]["id"])
                self.check(cli, office)
                trash = next(name for name, role in roles.items() if role == "trash")
                self.assertEqual([one.content for one in office.box(trash).letters], [letter(1)])

    def test_unselect(self):
        """A folder that somebody removes while it is watched is left; without UNSELECT nothing is said of it."""
        class Remover(Office):
            def told(self, session):
                self.boxes[:] = [box for box in self.boxes if box.name != "Plans"]
                return b'* LIST (\\NonExistent) "/" "Plans"\r\n'
        for offers in ("IMAP4rev1 IDLE NOTIFY UNSELECT", "IMAP4rev1 IDLE NOTIFY"):
            with self.subTest(offers):
                office = self.office(offers, ("INBOX", "Plans"), kind=Remover)
                office.box("Plans").put(letter(1))
                cli = self.account(office)
                said = cli.run("sync", "box", "--folder", "Plans", "--watch", "2")
                self.assertNotEqual(said.code, 0)
                self.assertIn("Plans", said.err)
                self.assertEqual(bool(office.said("UNSELECT")), "UNSELECT" in offers)
                self.assertNotIn("Plans", cli.folders())

    def test_new_folders_have_the_prefix(self):
        """A folder thought up here is made where the person's own ones are."""
        for offers, name in (("IMAP4rev1 NAMESPACE", "INBOX/Sent"), (BARE, "Sent")):
            with self.subTest(offers):
                office, cli = self.sent(offers, (100,), boxes=("INBOX",), prefix="INBOX/")
                cli.good("sync", "box")
                self.assertIn(f'CREATE "{name}"', office.heard)
                self.assertEqual(len(office.box(name).letters), 1)
                self.check(cli, office)

    def test_notify_refused(self):
        """What it would have told is done without: the folder that is watched still tells of itself."""
        class Teller(Office):
            def told(self, session):
                if len(self.box("INBOX").letters) > 1:
                    return b""
                self.box("INBOX").put(letter(9))
                return b"* 2 EXISTS\r\n"
        office = self.office("IMAP4rev1 IDLE NOTIFY", ("INBOX", "Other"), kind=Teller,
                             answers={"NOTIFY": lambda session, tag, rest: f"{tag} NO no\r\n".encode()})
        office.box("INBOX").put(letter(1))
        cli = self.account(office)
        cli.good("sync", "box", "--watch", "2")
        self.check(cli, office)
        self.assertEqual([row["subject"] for row in cli.rows()], ["letter 9", "letter 1"])
        self.assertEqual(len(office.said("NOTIFY")), 1)

    # Search on the server

    def searched(self, offers, **more):
        """An account that keeps headers only, whose words are on the server alone."""
        office = self.office(offers, ("INBOX", "Projects"), **more)
        for number in range(30):
            office.box("INBOX").put(letter(number) + (b"the harbour at dusk\r\n" if number % 3 == 0 else b""))
        office.box("Projects").put(letter(99) + "la voilà, le café du port, the harbour\r\n".encode())
        cli = self.account(office, ("--keep", "headers"))
        cli.good("sync", "box")
        self.assertEqual(office.bodies, 0)
        office.heard.clear()
        return office, cli

    def find(self, cli, query, *more):
        rows = cli.good("search", query, "--account", "box", "--server", "--json", *more).rows()
        return [row["subject"] for row in rows]

    def test_search_on_the_server(self):
        for offers, said in (("IMAP4rev1", "UID SEARCH TEXT \"harbour\""), ("IMAP4rev1 ESEARCH", "UID SEARCH RETURN (ALL) TEXT \"harbour\""),
                             ("IMAP4rev1 ESEARCH PARTIAL", "UID SEARCH RETURN (PARTIAL -1:-4) TEXT \"harbour\""),
                             ("IMAP4rev2", "UID SEARCH RETURN (SAVE ALL) TEXT \"harbour\"")):
            with self.subTest(offers):
                office, cli = self.searched(offers)
                self.assertEqual(cli.good("search", "harbour", "--account", "box", "--json").rows(), [])
                found = self.find(cli, "harbour", "--limit", "4")
                self.assertEqual(found, ["letter 99", "letter 27", "letter 24", "letter 21"])
                self.assertTrue(office.said(said), office.heard)
                self.assertEqual(self.find(cli, "harbour café from:ada"), ["letter 99"])
                self.assertEqual(self.find(cli, 'subject:"letter 1" harbour to:edsger'), ["letter 18", "letter 15", "letter 12"])
                self.assertEqual(self.find(cli, "lighthouse"), [])
                # Found, and opened: the rest of it comes.
                row, = cli.good("search", "voilà", "--account", "box", "--server", "--json").rows()
                self.assertIn("le café du port", cli.good("show", "box", row["id"]).out.decode())

    def test_search_sorted_by_the_server(self):
        """Old letters that came into the folder last do not push out the newest ones."""
        for offers, said in (("IMAP4rev1 SORT", "UID SORT (REVERSE DATE) UTF-8 TEXT \"harbour\""),
                             ("IMAP4rev1 SORT ESORT CONTEXT=SORT", "UID SORT RETURN (PARTIAL 1:2) (REVERSE DATE) UTF-8 TEXT"),
                             ("IMAP4rev1 SORT ESORT ESEARCH PARTIAL", "UID SORT RETURN (PARTIAL 1:2) (REVERSE DATE) UTF-8 TEXT"),
                             ("IMAP4rev1 SORT ESORT", "UID SORT (REVERSE DATE) UTF-8 TEXT"),
                             ("IMAP4rev1 SORT CONTEXT=SORT", "UID SORT (REVERSE DATE) UTF-8 TEXT"),
                             ("IMAP4rev1 SORT MESSAGELIMIT=1000", None), ("IMAP4rev1", None)):
            with self.subTest(offers):
                office, cli = self.searched(offers)
                for number in (-5, -6, -7):
                    office.box("INBOX").put(letter(number) + b"an old harbour\r\n")
                cli.good("sync", "box")
                found = self.find(cli, "harbour", "--limit", "2")
                self.assertEqual(bool(office.said("UID SORT")), bool(said))
                if said:
                    self.assertTrue(office.said(said), office.heard)
                    self.assertFalse([line for line in office.said("UID SEARCH") if "TEXT" in line])
                    self.assertEqual(found, ["letter 99", "letter 27"])
                else:
                    self.assertEqual(found[0], "letter 99")
                    self.assertNotIn("letter 27", found)

    def test_search_refused_to_be_sorted(self):
        office, cli = self.searched("IMAP4rev1 SORT")
        office.answers = {"UID SORT": lambda session, tag, rest: f"{tag} NO [BADCHARSET] no\r\n".encode()}
        self.assertEqual(self.find(cli, "harbour", "--limit", "2"), ["letter 99", "letter 27"])
        self.assertTrue(office.said("UID SEARCH"))

    def test_search_shows_the_marks_of_now(self):
        """A server that remembers what it found is not told it again; one that does not is."""
        for offers, save, asked in (("IMAP4rev2", "UID SEARCH RETURN (SAVE ALL) ", "UID FETCH $ (UID FLAGS)"),
                                    ("IMAP4rev1 ESEARCH SEARCHRES PARTIAL", "UID SEARCH RETURN (SAVE PARTIAL -1:-100) ",
                                     "UID FETCH $ (UID FLAGS)"),
                                    ("IMAP4rev1 ESEARCH", "UID SEARCH RETURN (ALL) ", "UID FETCH 1,4,7,10,13,16,19,22,25,28 (UID FLAGS)"),
                                    ("IMAP4rev1", "UID SEARCH TEXT", "UID FETCH 1,4,7,10,13,16,19,22,25,28 (UID FLAGS)")):
            with self.subTest(offers):
                office, cli = self.searched(offers)
                office.box("INBOX").letters[3].flags.add("\\Seen")
                self.find(cli, "harbour")
                self.assertTrue(office.said(save), office.heard)
                self.assertTrue(office.said(asked), office.heard)
                row = next(row for row in cli.rows() if row["uid"] == 4)
                self.assertIn("seen", row["flags"])

    def test_search_not_remembered(self):
        """More than is wanted was found, or the server gave up remembering: the letters are named."""
        office, cli = self.searched("IMAP4rev1 ESEARCH SEARCHRES")
        self.find(cli, "harbour", "--limit", "2")
        self.assertTrue(office.said("UID FETCH 25,28 (UID FLAGS)"), office.heard)
        office.answers = {"UID FETCH": lambda session, tag, rest: f"{tag} NO [NOTSAVED] forgotten\r\n".encode()
                          if rest.startswith("$") else None}
        self.find(cli, "harbour")
        self.assertTrue(office.said("UID FETCH 1,4,7,10,13,16,19,22,25,28 (UID FLAGS)"), office.heard)

    # BINARY

    def part(self, offers, numbers, refuse=None):
        """Parts of a letter that is not here, each asked for alone."""
        parts = {"1": (b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                       b"la voil=C3=A0=20=\r\ndone", "la voilà done".encode()),
                 "2": (b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n", *self.picture(100)),
                 "3": (b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                       *self.picture(300_000)),
                 "4": (b"Content-Type: text/plain\r\n\r\n", b"as it is", b"as it is"),
                 # One that is empty, and none that a server says nothing of.
                 "5": (b"Content-Type: text/plain\r\n\r\n", b"", b""), "6": (b"", b"", b"")}

        class Parts(Office):
            def item(self, session, letter, item):
                found = re.fullmatch(r"(BODY|BINARY)\.PEEK\[(\d)(\.MIME)?\]", item)
                if item.startswith("BODY.PEEK[HEADER.FIELDS"):
                    return super().item(session, letter, item)
                header, encoded, plain = parts.get(found[2], (None, None, None))
                if found[1] == "BINARY":
                    session.need("BINARY", item)
                content = header if found[3] else plain if found[1] == "BINARY" else encoded
                mark = b"~" if found[1] == "BINARY" and content and b"\0" in content else b""
                return f"{found[1]}[{found[2]}{found[3] or ''}] ".encode() + (b"NIL" if content is None
                                                                            else mark + session.literal(content))
        office = self.office(offers, kind=Parts)
        office.box("INBOX").put(letter(1, more="Content-Type: multipart/mixed; boundary=b\r\n"))
        cli = self.account(office, ("--keep", "headers"))
        cli.good("sync", "box")
        office.heard.clear()
        if refuse:
            office.answers = {"UID FETCH": lambda session, tag, rest: f"{tag} NO {refuse} no\r\n".encode()
                              if "BINARY" in rest else None}
        row, = cli.rows()
        for number in numbers:
            self.assertTrue(cli.good("show", "box", row["id"], "--part", number).out == parts[number][2], number)
        for none in "76" if numbers.endswith("5") else "7":
            said = cli.run("show", "box", row["id"], "--part", none)
            self.assertEqual(said.code, 64, said)
            self.assertIn(f"no part {none}", said.err)
        # What was looked at is not kept, and nothing is marked.
        self.assertEqual((office.bodies, office.said("SELECT"), office.box("INBOX").letters[0].flags), (0, [], set()))
        return office

    @staticmethod
    def picture(size):
        content = bytes(number * 7 % 256 for number in range(size))
        return base64.encodebytes(content).replace(b"\n", b"\r\n"), content

    def test_parts_decoded_by_the_server(self):
        for offers in ("IMAP4rev1 BINARY", "IMAP4rev2"):
            with self.subTest(offers):
                office = self.part(offers, "1234")
                self.assertEqual(len([line for line in office.said("UID FETCH") if "BODY.PEEK" in line]), 1, "of the one there is not")

    def test_parts_that_are_empty(self):
        """Of what is not there a server says NIL or nothing at all; what is empty is there."""
        for offers in ("IMAP4rev1 BINARY", "IMAP4rev2", "IMAP4rev1"):
            with self.subTest(offers):
                self.part(offers, "15")

    def test_parts_decoded_here(self):
        office = self.part("IMAP4rev1", "1234")
        self.assertFalse([line for line in office.said("UID FETCH") if "BINARY" in line])

    def test_parts_of_unknown_encoding(self):
        office = self.part("IMAP4rev1 BINARY", "12", "[UNKNOWN-CTE]")
        self.assertEqual(len([line for line in office.said("UID FETCH") if "BODY.PEEK" in line]), 3)

    def test_search_names_its_charset(self):
        office, cli = self.searched("IMAP4rev1")
        self.assertEqual(self.find(cli, "café"), ["letter 99"])
        self.assertEqual(set(office.charsets), {"UTF-8"})
        office, cli = self.searched("IMAP4rev1 ENABLE UTF8=ACCEPT")
        self.assertEqual(self.find(cli, "café"), ["letter 99"])
        self.assertEqual(office.charsets, [])

    def test_search_finds_what_came_since(self):
        office, cli = self.searched("IMAP4rev1")
        office.box("Projects").put(letter(100) + b"a new harbour\r\n")
        self.assertEqual(self.find(cli, "new harbour"), ["letter 100"])

    def test_search_refused_by_a_folder(self):
        """It keeps nobody from the others; where none searches it is an error."""
        office, cli = self.searched("IMAP4rev1")
        office.answers = {"UID SEARCH": lambda session, tag, rest: f"{tag} NO no\r\n".encode()
                          if session.selected.name == "INBOX" else None}
        self.assertEqual(self.find(cli, "harbour"), ["letter 99"])
        office.answers = {"UID SEARCH": lambda session, tag, rest: f"{tag} NO [BADCHARSET] no\r\n".encode()}
        said = cli.run("search", "café", "--account", "box", "--server")
        self.assertEqual(said.code, 69, said)

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

    # What goes wrong while letters are fetched

    def fetched(self, answers, numbers=6, size=200, offers="IMAP4rev1 ESEARCH"):
        office = self.office(offers, answers=answers)
        for number in range(numbers):
            office.box("INBOX").put(letter(number, size))
        cli = self.account(office)
        cli.good("sync", "box")
        self.check(cli, office)
        return office, cli

    def test_letters_vanish_while_they_are_fetched(self):
        """Between SEARCH and the headers, and between the headers and the letters."""
        for what in ("HEADER.FIELDS", "BODY.PEEK[]"):
            def vanish(session, tag, rest, left=[2, 4], what=what):
                while what in rest and left:
                    uid = left.pop()
                    session.office.box("INBOX").letters[:] = [one for one in session.selected.letters if one.uid != uid]
            with self.subTest(what):
                office = self.office("IMAP4rev1 ESEARCH", answers={"UID FETCH": vanish})
                for number in range(6):
                    office.box("INBOX").put(letter(number))
                cli = self.account(office)
                cli.good("sync", "box")
                cli.good("sync", "box")
                self.check(cli, office)
                self.assertEqual(len(cli.rows()), 4)

    def test_headers_first_and_the_newest(self):
        """Of all folders before any letter, from the end of each, INBOX first; several commands are on their way. A line that
        is cut leaves the newest here, and the next run goes on with what is missing."""
        waiting, together = [], []

        def count(session, tag, rest):
            if "BODY.PEEK[]" in rest:
                # The answer to the first is not said before the second was heard, else it would never be.
                waiting.append(rest)
                session.do_uid_fetch(tag, rest)
                if len(waiting) == 1:
                    together.append(session.out)
                    session.out = b""
                    return b""
                return b"".join(together[:1] if len(waiting) == 2 else []) if len(waiting) < 4 else CUT
            return None
        office = self.office("IMAP4rev1 ESEARCH", ("INBOX", "Other"))
        for number in range(400):
            office.box("INBOX").put(letter(number, 20_000))
        for number in range(1000, 1010):
            office.box("Other").put(letter(number))
        cli = self.account(office)
        office.answers = {"UID FETCH": count}
        self.assertEqual(cli.run("sync", "box").code, 75)
        self.assertGreater(len(waiting), 3, "not one after the other")
        asked = [line for line in office.said("SELECT") + office.said("UID FETCH")]
        headers = [line for line in office.said("UID FETCH") if "RFC822.SIZE" in line and "SENDER" in line]
        firsts = [int(re.match(r"UID FETCH (\d+)", line)[1]) for line in headers[:2]]
        self.assertGreater(firsts[0], firsts[1], asked)
        self.assertIn("SELECT \"Other\"", office.heard[:office.heard.index("UID FETCH " + waiting[0])], "all headers first")
        self.assertEqual(office.heard[:office.heard.index("UID FETCH " + waiting[0])].count("SELECT INBOX"), 2)
        lasts = [max(map(int, re.findall(r"\d+", rest.split()[0]))) for rest in waiting]
        self.assertEqual((lasts[0], lasts), (400, sorted(lasts, reverse=True)))
        # What is here whole is the newest.
        self.assertEqual((len(cli.rows()), len(cli.rows("Other"))), (400, 10))
        target = os.path.join(cli.home, "whole")
        cli.run("export", "box", "INBOX", "--format", "eml", target)
        here = sorted(int(re.search(rb"Subject: letter (\d+)", pathlib.Path(path).read_bytes())[1])
                      for path in glob.glob(os.path.join(target, "**", "*.eml"), recursive=True))
        self.assertGreater(len(here), 20)
        self.assertEqual(here, list(range(400 - len(here), 400)))
        office.answers, office.bodies = {}, 0
        cli.good("sync", "box")
        self.check(cli, office)
        self.assertEqual(office.bodies, 410 - len(here))

    def test_a_size_that_was_not_true(self):
        """RFC822.SIZE says one thing, the letter is another; that of the letter counts, also of one streamed."""
        class Liar(Office):
            def size(self, content):
                return len(content) // 2 + 7
        office = self.office(BARE, kind=Liar)
        for number, size in ((1, 300), (2, 0), (3, 3_000_000)):
            office.box("INBOX").put(letter(number, size))
        cli = self.account(office)
        cli.good("sync", "box")
        self.check(cli, office)
        self.assertEqual(sorted(row["size"] for row in cli.rows()), sorted(len(one.content) for one in office.box("INBOX").letters))

    def test_a_date_that_is_none(self):
        """INTERNALDATE is no date, or one before all dates: the letter comes all the same."""
        for dated in "00-Jan-0000 00:00:00 +0000", "yesterday", "01-Jan-1900 00:00:00 +0000":
            with self.subTest(dated):
                office = self.office(BARE)
                office.dated = dated
                office.box("INBOX").put(letter(1))
                office.box("INBOX").put(letter(2).replace(b"Date: ", b"X-Date: "))
                cli = self.account(office)
                for _ in range(2):
                    cli.good("sync", "box")
                    self.check(cli, office)
                self.assertEqual(office.bodies, 2)

    def test_one_message_id_for_many(self):
        """Two letters and a copy under one Message-ID: three rows, and each is moved as itself."""
        office = self.office("IMAP4rev1 MOVE", ("INBOX", "Archive"))
        for content in (letter(7), letter(7, 500), letter(7)):
            office.box("INBOX").put(content)
        cli = self.account(office)
        cli.good("sync", "box")
        self.check(cli, office)
        row = next(row for row in cli.rows() if row["uid"] == 2)
        cli.good("move", "box", row["id"], "Archive")
        cli.good("sync", "box")
        cli.good("sync", "box")
        self.check(cli, office)
        self.assertEqual(office.box("Archive").letters[0].content, letter(7, 500))

    def test_answers_out_of_order(self):
        """Messages in any order, flags of others in between, and the second command answered before the first."""
        held = []

        def shuffle(session, tag, rest):
            number = int(tag[1:])
            session.do_uid_fetch(tag, rest)
            said, session.out = session.out, b""
            parts = said.split(b"* ")[1:]
            parts[-1], end = parts[-1].rsplit(tag.encode(), 1)
            words = b"".join(b"* " + part for part in reversed(parts)) + b"* 3 FETCH (UID 3 FLAGS (\\Seen))\r\n"
            session.selected.letters[2].flags.add("\\Seen")
            if "HEADER" in rest and not held:
                held.append(tag.encode() + end)
                return words
            late, held[:] = b"".join(held), [b""]
            return words + tag.encode() + end + late
        office, cli = self.fetched({"UID FETCH": shuffle}, numbers=150)
        self.assertIn("seen", next(row for row in cli.rows() if row["uid"] == 3)["flags"])

    def test_a_folder_that_refuses_while_watching(self):
        """The server tells of two folders; one does not open, the other's letter comes all the same."""
        class Teller(Office):
            told_once = False

            def told(self, session):
                if self.told_once:
                    return b""
                self.told_once = True
                for name in ("Closed", "Open"):
                    self.box(name).put(letter(9))
                return b"".join(session.status_line(self.box(name), "MESSAGES UIDNEXT UIDVALIDITY UNSEEN") + b"\r\n"
                                for name in ("Closed", "Open"))

        def refuse(session, tag, rest):
            return f"{tag} NO [INUSE] not now\r\n".encode() if "Closed" in rest else None
        office = self.office("IMAP4rev1 IDLE NOTIFY", ("INBOX", "Closed", "Open"), kind=Teller, answers={"SELECT": refuse})
        cli = self.account(office)
        said = cli.run("sync", "box", "--watch", "2")
        self.assertEqual(said.code, 75, said)
        self.assertIn("Closed", said.err)
        self.assertEqual([row["subject"] for row in cli.rows("Open")], ["letter 9"])

    # Putting letters: MULTIAPPEND, APPENDLIMIT, QUOTA, LITERAL-

    def sent(self, offers, sizes, room=1000, boxes=("INBOX", "Sent"), prefix="", contents=(), **more):
        """Letters are sent while the IMAP server lets nobody in; then their copies go to Sent."""
        closed = []

        def refuse(session, tag, rest):
            return f"{tag} NO [UNAVAILABLE] not now\r\n".encode() if closed else None
        office = self.office(offers, boxes, answers={"LOGIN": refuse, **more})
        office.room, office.prefix = room, prefix
        post = Submission()
        self.addCleanup(post.stop)
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add("imap", {**office.peer(), "submission": post.port}, "ada", security="none")
        cli.good("sync", "box")
        closed.append(True)
        for content in [*(letter(number, size) for number, size in enumerate(sizes)), *contents]:
            cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", content))
        closed.clear()
        office.heard.clear()
        return office, cli

    def stuck(self, cli):
        database = next(path for path in glob.glob(os.path.join(cli.data, "**", "*.db"), recursive=True)
                        if "restante.db" not in path and "search" not in path)
        with sqlite3.connect(database) as connection:
            return [why for why, in connection.execute("SELECT error FROM journal WHERE state = 2")], dict(
                connection.execute("SELECT name, value FROM fact"))

    def test_multiappend(self):
        office, cli = self.sent("IMAP4rev1 MULTIAPPEND LITERAL+ UIDPLUS", (100, 9000, 100))
        cli.good("sync", "box")
        self.assertEqual(len(office.said("APPEND")), 1, office.heard)
        self.check(cli, office)
        self.assertEqual(len(office.box("Sent").letters), 3)

    def test_no_multiappend(self):
        for offers in ("IMAP4rev1", "IMAP4rev1 LITERAL-", "IMAP4rev1 LITERAL+ UIDPLUS"):
            with self.subTest(offers):
                office, cli = self.sent(offers, (100, 9000, 100))
                cli.good("sync", "box")
                cli.good("sync", "box")
                self.assertEqual(len(office.said("APPEND")), 3, office.heard)
                self.check(cli, office)

    def test_multiappend_refused(self):
        """All or none: then one by one, and only the one at fault stays."""
        def refuse(session, tag, rest):
            return f"{tag} NO [CANNOT] not that\r\n".encode() if any(b"letter 1" in one for one in session.literals) else None
        office, cli = self.sent("IMAP4rev1 MULTIAPPEND LITERAL+ UIDPLUS", (100, 100, 100), APPEND=refuse)
        cli.good("sync", "box")
        self.assertEqual(len(office.said("APPEND")), 4)
        self.assertEqual(len(office.box("Sent").letters), 2)
        self.assertEqual(len(self.stuck(cli)[0]), 1)

    def test_appendlimit(self):
        """Of the account, of the folder: what is too large is not sent, and why is told."""
        office, cli = self.sent("IMAP4rev1 APPENDLIMIT=5000 LITERAL+", (100, 9000))
        cli.good("sync", "box")
        self.assertEqual(len(office.said("APPEND")), 1, office.heard)
        self.assertIn("as large as", self.stuck(cli)[0][0])

        def limited(session, tag, rest):
            if "APPENDLIMIT" not in rest:
                return None
            return f'* STATUS "Sent" (APPENDLIMIT 5000)\r\n{tag} OK done\r\n'.encode()
        office, cli = self.sent("IMAP4rev1 APPENDLIMIT LITERAL+", (100, 9000), STATUS=limited)
        cli.good("sync", "box")
        self.assertEqual(len(office.said("APPEND")), 1, office.heard)
        self.assertIn("as large as", self.stuck(cli)[0][0])

    def test_quota(self):
        """Shown, and looked at before a letter is put; a full mailbox needs the person, and is asked once."""
        office, cli = self.sent("IMAP4rev1 QUOTA LITERAL+", (3000, 9000), room=8)
        office.box("INBOX").put(letter(50, 2000))
        cli.good("sync", "box")
        why, facts = self.stuck(cli)
        self.assertEqual(len(office.said("APPEND")), 1, office.heard)
        self.assertIn("no room", why[0])
        self.assertTrue(re.fullmatch(r"\d+ 8", facts["quota"]), facts)
        office.heard.clear()
        cli.good("sync", "box")
        self.assertFalse(office.said("APPEND"))

    def told(self, cli):
        return self.stuck(cli)[1]["quota"]

    def test_quota_is_asked_again(self):
        """When something was put there or removed, and when another program filled the mailbox meanwhile."""
        office, cli = self.sent("IMAP4rev1 QUOTA LITERAL+ UIDPLUS", (3000,), room=8)
        sent = office.box("Sent")
        cli.good("sync", "box")
        self.assertEqual((self.told(cli), len(office.said("GETQUOTAROOT"))), ("3 8", 2), office.heard)
        # The server alone knows by now: it refuses, and is asked how full it is.
        cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter(9, 1000)))
        self.assertEqual(self.told(cli), "4 8")
        filled = []

        def fill(session, tag, rest):
            if not filled:
                filled.append(sent.put(letter(10, 9000)))
            return f"{tag} NO [OVERQUOTA] full\r\n".encode()
        office.answers["APPEND"] = fill
        cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter(11, 1000)))
        self.assertTrue(filled)
        self.assertEqual(self.told(cli), "13 8")
        del office.answers["APPEND"]
        cli.good("sync", "box")
        cli.good("delete", "box", *(row["id"] for row in cli.rows("Sent") if row["uid"] == filled[0].uid), "--expunge")
        self.assertEqual(self.told(cli), "4 8")

    def test_what_was_removed_makes_room(self):
        """Removed and then put in one go: what the server said before is not held against it."""
        office, cli = self.sent("IMAP4rev1 QUOTA LITERAL+ UIDPLUS", (), room=8)
        office.box("INBOX").put(letter(50, 7000))
        cli.good("sync", "box")
        office.answers["LOGIN"] = lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode()
        cli.good("delete", "box", cli.rows()[0]["id"], "--expunge")
        cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter(51, 6000)))
        del office.answers["LOGIN"]
        cli.good("sync", "box")
        self.assertEqual(len(office.box("Sent").letters), 1, office.heard)
        self.assertEqual(self.stuck(cli)[0], [])

    def test_over_quota_is_said_by_the_server(self):
        def full(session, tag, rest):
            return f"{tag} NO [OVERQUOTA] full\r\n".encode()
        office, cli = self.sent("IMAP4rev1 LITERAL+", (100,), APPEND=full)
        cli.good("sync", "box")
        self.assertFalse(office.said("GETQUOTAROOT"))
        self.assertIn("no room", self.stuck(cli)[0][0])

    def test_headers_in_utf8(self):
        """Put as UTF8 (…) where that was enabled, and like any other where it was not; those in ASCII always so."""
        zoe = "From: Zoë <ada@restante.test>\r\nTo: edsger@restante.test\r\nSubject: déjà vu\r\nMessage-ID: <zoe@x>\r\n\r\nla\r\n"
        for offers, utf8 in (("IMAP4rev1 ENABLE UTF8=ACCEPT LITERAL+ MULTIAPPEND", True), ("IMAP4rev1 ENABLE UTF8=ACCEPT", True),
                             ("IMAP4rev1 LITERAL+", False), ("IMAP4rev2", False)):
            with self.subTest(offers):
                office, cli = self.sent(offers, (100,), contents=(zoe.encode(),))
                cli.good("sync", "box")
                cli.good("sync", "box")
                self.check(cli, office)
                self.assertEqual([one.content for one in office.box("Sent").letters], [letter(0, 100), zoe.encode()])
                self.assertEqual(any("UTF8 (" in line for line in office.said("APPEND")), utf8, office.heard)

    # What is refused for good

    def refused(self, verb, code, offers="IMAP4rev1 MOVE UIDPLUS"):
        office = self.office(offers, ("INBOX", "Archive"))
        for number in range(3):
            office.box("INBOX").put(letter(number))
        cli = self.account(office)
        cli.good("sync", "box")
        office.answers = {verb: lambda session, tag, rest: f"{tag} NO {code}Hands off\r\n".encode()}
        return office, cli

    def test_refused_moves_and_marks_are_told_once(self):
        """Put back, and said why: the code in our words, what to do, and the server's own."""
        for verb, code, why in (("UID MOVE", "[NOPERM] ", "not allowed to do that in this folder: ask"),
                                ("UID MOVE", "[OVERQUOTA] ", "no room left"), ("UID MOVE", "", "refused it: try it again"),
                                ("UID STORE", "[READ-ONLY] ", "can only be read")):
            with self.subTest(verb + code):
                office, cli = self.refused(verb, code)
                row = cli.rows()[0]
                what = ("move", "box", row["id"], "Archive") if verb == "UID MOVE" else ("flag", "box", row["id"], "+flagged")
                for one in (what, ("sync", "box")):
                    # Refused at once, and when it was done while the server could not be reached.
                    if one is what:
                        said = cli.run(*what)
                        self.assertEqual(said.code, 69, said)
                    else:
                        office.answers["LOGIN"] = lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode()
                        cli.good(*what)
                        del office.answers["LOGIN"]
                        said = cli.good("sync", "box")
                    self.assertIn(why, said.err)
                    self.assertIn("the server said: Hands off", said.err)
                    self.assertEqual(said.err.count("\n"), 1, said)
                self.check(cli, office)
                self.assertEqual(cli.rows()[0]["flags"], row["flags"])
                self.assertEqual(cli.good("sync", "box").err, "")
                self.assertEqual(len(office.said(verb)), 2)

    def test_removed_by_another_in_that_moment(self):
        """NO [EXPUNGEISSUED]: what is left is done to those that are left, and nobody is told of a refusal."""
        for offers in "IMAP4rev1 MOVE UIDPLUS", "IMAP4rev1 UIDPLUS", "IMAP4rev1":
            for verb in "UID MOVE", "UID COPY", "UID STORE", "all":
                office = self.office(offers, ("INBOX", "Archive"))
                inbox = office.box("INBOX")
                for number in range(4):
                    inbox.put(letter(number))
                cli = self.account(office)
                cli.good("sync", "box")
                rows = {row["uid"]: row["id"] for row in cli.rows()}

                def expunge(session, tag, rest, verb=verb, inbox=inbox):
                    gone = [one for one in inbox.letters if verb == "all" and one.uid < 4 or one.uid == 2]
                    for one in gone:
                        inbox.remove(one)
                    return f"{tag} NO [EXPUNGEISSUED] Some of them are gone\r\n".encode() if gone else None
                moves = "UID MOVE" if "MOVE" in offers else "UID COPY"
                if verb in ("UID MOVE", "UID COPY") and verb != moves:
                    continue
                with self.subTest(f"{offers}: {verb}"):
                    office.answers = {moves if verb == "all" else verb: expunge}
                    chosen = [rows[uid] for uid in (1, 2, 3)]
                    if verb == "UID STORE":
                        self.assertEqual(cli.good("flag", "box", *chosen, "+flagged").err, "")
                    else:
                        self.assertEqual(cli.good("move", "box", *chosen, "Archive").err, "")
                    self.assertEqual(cli.good("sync", "box").err, "")
                    self.check(cli, office)
                    left = [] if verb == "all" else [letter(0), letter(2)]
                    if verb == "UID STORE":
                        self.assertEqual([(one.uid, "\\Flagged" in one.flags) for one in inbox.letters],
                                         [(1, True), (3, True), (4, False)])
                    else:
                        self.assertEqual([one.content for one in office.box("Archive").letters], left)
                        self.assertEqual([one.uid for one in inbox.letters], [4])

    def test_refused_removal_leaves_no_mark(self):
        """What was marked to be removed and cannot be is no longer marked: the next program that cleans up would remove it."""
        office, cli = self.refused("UID EXPUNGE", "[NOPERM] ", "IMAP4rev1 UIDPLUS")
        said = cli.run("delete", "box", cli.rows()[0]["id"], "--expunge")
        self.assertEqual(said.code, 69, said)
        self.check(cli, office)
        self.assertEqual([one.flags for one in office.box("INBOX").letters], [set()] * 3)

    def test_versions_of_a_draft_without_uidplus(self):
        """The one before is removed where nothing else would be; where somebody else marked a letter, it waits with that."""
        for offers in BARE, "IMAP4rev1 UIDPLUS":
            for marked in False, True:
                with self.subTest(offers, marked=marked):
                    office = self.office(offers, ("INBOX", "Drafts"))
                    box = office.box("Drafts")
                    box.put(letter(50), {"\\Deleted"} if marked else ())
                    cli = self.account(office)
                    cli.good("sync", "box")
                    saved = []
                    for version in range(3):
                        path = cli.file("draft.eml", letter(60, 100 + version))
                        saved.append(cli.good("draft", "save", "box", *(("--over", saved[0].strip()) if saved else ()), path).out.decode())
                        cli.good("sync", "box")
                    left = [(one.content, "\\Deleted" in one.flags) for one in box.letters]
                    waits = [(letter(60, 100 + version), True) for version in range(2)] if marked and offers == BARE else []
                    self.assertEqual(left, [(letter(50), marked), *waits, (letter(60, 102), False)])

    # Large folders: MESSAGELIMIT, UIDONLY, INPROGRESS

    def test_messagelimit(self):
        """The server stops, and is asked to go on from there; what is done to many goes in pieces."""
        office = self.office("IMAP4rev1 ESEARCH MESSAGELIMIT=1000", ("INBOX",))
        for number in range(2500):
            office.box("INBOX").put(letter(number, 0))
        cli = self.account(office)
        cli.good("sync", "box", "--headers-only")
        self.check(cli, office, bodies=False)
        office.box("INBOX").letters[3].flags.add("\\Flagged")
        cli.good("sync", "box", "--headers-only")
        rows = cli.rows()
        self.assertIn("flagged", next(row for row in rows if row["uid"] == 4)["flags"])
        cli.good("flag", "box", *[row["id"] for row in rows], "+seen")
        cli.good("sync", "box", "--headers-only")
        self.assertEqual(len(office.said("UID STORE")), 3)
        self.assertTrue(all("\\Seen" in one.flags for one in office.box("INBOX").letters))

    def test_messagelimit_moved(self):
        """What is moved goes in pieces, too, and none is left behind."""
        office = self.office("IMAP4rev1 ESEARCH UIDPLUS MOVE MESSAGELIMIT=1000", ("INBOX", "Plans"))
        for number in range(2500):
            office.box("INBOX").put(letter(number, 0))
        cli = self.account(office)
        cli.good("sync", "box", "--headers-only")
        cli.good("move", "box", *[row["id"] for row in cli.rows()], "Plans")
        cli.good("sync", "box", "--headers-only")
        sizes = [sum(int(last or first) - int(first) + 1 for first, last in re.findall(r"(\d+)(?::(\d+))?[, ]", line.split("UID MOVE ")[1]))
                 for line in office.said("UID MOVE")]
        self.assertEqual((max(sizes), sum(sizes)), (1000, 2500))
        self.assertEqual((len(office.box("INBOX").letters), len(office.box("Plans").letters)), (0, 2500))
        self.check(cli, office, bodies=False)

    def test_uidonly(self):
        """Where a folder is large, positions are done without; elsewhere nobody asks."""
        for count, asked in ((10_000, 1), (10, 0)):
            with self.subTest(count):
                office = self.office("IMAP4rev1 ENABLE ESEARCH UIDONLY UIDPLUS MOVE", ("INBOX", "Trash"))
                for number in range(count):
                    office.box("INBOX").put(letter(number, 0))
                cli = self.account(office)
                cli.good("sync", "box", "--headers-only")
                cli.good("delete", "box", cli.rows()[0]["id"])
                office.box("INBOX").letters[0].flags.add("\\Flagged")
                cli.good("sync", "box", "--headers-only")
                self.assertEqual(min(len(office.said("ENABLE UIDONLY")), 1), asked)
                self.check(cli, office, bodies=False)
                self.assertIn("flagged", next(row for row in cli.rows() if row["uid"] == 1)["flags"])

    def test_partial(self):
        """The newest page comes before the count; without PARTIAL the count comes first."""
        for offers, first in (("IMAP4rev1 ESEARCH PARTIAL", "UID FETCH 1:* "), ("IMAP4rev1 ESEARCH", "UID SEARCH ")):
            with self.subTest(offers):
                office = self.office(offers)
                for number in range(250):
                    office.box("INBOX").put(letter(number, 0))
                cli = self.account(office)
                cli.good("sync", "box")
                self.check(cli, office)
                self.assertTrue(next(line for line in office.heard if line.startswith("UID ")).startswith(first), office.heard)
                self.assertEqual(bool([line for line in office.said("UID FETCH") if "(PARTIAL -1:-100)" in line]), "PARTIAL" in offers)

    def test_in_progress(self):
        """How far the server is with something long is shown; that it is still at it, without figures, is no figure."""
        def slow(session, tag, rest):
            session.say(f'* OK [INPROGRESS ("{tag}" 454 1000)] at it',
                        "* OK [INPROGRESS] still", "* OK [INPROGRESS (NIL NIL NIL)] still")
        office = self.office("IMAP4rev1 INPROGRESS", answers={"UID SEARCH": slow})
        for number in range(6):
            office.box("INBOX").put(letter(number))
        cli = self.account(office)
        terminal, theirs = pty.openpty()
        self.addCleanup(os.close, terminal)
        with os.fdopen(theirs, "wb") as error:
            subprocess.run(cli.command("sync", "box"), env=cli.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=error, check=True)
        shown = b""
        while select.select([terminal], [], [], 0)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
        self.assertIn(b": 454/1000", shown)
        self.assertNotIn(b": 0", shown)
        self.assertEqual(len(cli.rows()), 6)


if __name__ == "__main__":
    tap.main()
