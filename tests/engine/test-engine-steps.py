"""The line is cut at every command of a session in which all that a person did offline is played, and what another
client did meanwhile is heard: before the server does it, when it did and nobody heard, and when only the last word was
lost. The next session ends with everything where it was wished, once, whatever the server offers. In each run some of
the commands, beginning anywhere; RESTANTE_STEPS=all takes each."""
import contextlib
import copy
import glob
import itertools
import os
import shutil
import sqlite3

from imap_office import CUT, Submission, letter
from office_case import OfficeCase
from world import MEMORY, SANITIZED, SEED, Cli, dice, note
import tap

STRIDE = 1 if os.environ.get("RESTANTE_STEPS") == "all" else 24 if SANITIZED else 8
# Before it is done; done, and the answer lost; done, and of the answer only the line that ends it.
BEFORE, UNHEARD, UNENDED = "before", "unheard", "unended"
DONE = {UNHEARD, UNENDED}
DRAFT = ("From: Ada <ada@restante.test>\r\nTo: grace@restante.test\r\nSubject: draft\r\nMessage-ID: <draft@restante.test>\r\n"
         "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\nversion %d\r\n")


class Every(dict):
    """Asked at each command, whatever its verb: the @at-th is cut."""
    def __init__(self, at, how):
        super().__init__()
        self.at, self.how, self.heard = at, how, 0

    def get(self, verb, _=None):
        self.heard += 1
        return self.cut if self.heard == self.at else None

    def cut(self, session, tag, rest):
        self.verb = session.office.heard[-1]
        if self.how in DONE:
            words = self.verb.split(" ")
            verb = " ".join(words[:2] if words[0] == "UID" else words[:1])
            getattr(session, "do_" + verb.replace(" ", "_").lower())(tag, rest)
            said, session.out = session.out, b""
            if self.how == UNENDED:
                session.client.sendall(said[:said.rindex(tag.encode() + b" ")])
        return CUT


class Steps(OfficeCase):
    def prepare(self, offers):
        """All that is to be said waits here; what others did waits there."""
        office = self.office(offers, ("INBOX", "Archive", "Gone"))
        post = Submission()
        self.addCleanup(post.stop)
        cli = Cli(room=MEMORY)
        self.addCleanup(cli.close)
        cli.add("imap", {**office.peer(), "submission": post.port}, "ada", security="none")
        self.wish(office, cli)
        shutil.copytree(cli.data, cli.data + ".wished")
        return office, cli, copy.deepcopy(office.boxes)

    def closed(self, office, cli, *commands):
        """Said while the server lets nobody in."""
        office.answers["LOGIN"] = lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode()
        for command in commands:
            cli.good(*command)
        del office.answers["LOGIN"]

    def round(self, office, cli, boxes, at, how):
        """False: the session was over before."""
        shutil.rmtree(cli.data)
        shutil.copytree(cli.data + ".wished", cli.data)
        office.boxes, office.answers = copy.deepcopy(boxes), Every(at, how)
        office.heard.clear()
        said = cli.run("sync", "box")
        cut, office.answers = office.answers, {}
        if cut.heard < at:
            self.assertEqual(said.code, 0, said)
            return False
        self.assertIn(said.code, (0, 75) if cut.verb.startswith("LOGOUT") else (75,), f"{cut.verb}: {said}")
        with self.subTest(f"{cut.verb} {how}", at=at, seed=SEED):
            said = cli.run("sync", "box")
            self.assertEqual((said.code, said.err), (0, ""), office.heard)
            self.ends(office, cli)
        return True

    def cut_everywhere(self, offers):
        office, cli, boxes = self.prepare(offers)
        for at in itertools.count(1 + dice.randrange(STRIDE), STRIDE):
            if not all([self.round(office, cli, boxes, at, how) for how in (BEFORE, UNHEARD, UNENDED)]):
                break
        note(f"{offers}: cut up to command {at}, each {STRIDE}th")
        self.assertGreater(at, 12, "so few commands are no work")

    # What is wished, and how it ends

    def wish(self, office, cli):
        for name, uses in (("Sent", "\\Sent"), ("Drafts", "\\Drafts"), ("Trash", "\\Trash")):
            office.make(name, uses)
        inbox = office.box("INBOX")
        for number in range(1, 14):
            inbox.put(letter(number))
        cli.good("sync", "box")
        draft = int(cli.good("draft", "save", "box", cli.file("draft.eml", (DRAFT % 1).encode())).out)
        cli.good("sync", "box")
        ids = {row["uid"]: row["id"] for row in cli.rows()}
        self.closed(office, cli,
                    ("flag", "box", ids[1], ids[2], "+seen"),
                    ("move", "box", ids[3], ids[4], "Archive"), ("delete", "box", ids[5]),
                    ("delete", "box", ids[6], "--expunge"), ("flag", "box", ids[7], "+flagged"),
                    ("move", "box", ids[7], "Archive"), ("move", "box", ids[8], "Gone"),
                    ("draft", "save", "box", "--over", draft, cli.file("draft.eml", (DRAFT % 2).encode())),
                    ("send", "box", "--to", "edsger@restante.test", cli.file("sent.eml", letter(70))))
        # Somebody else: one came, one went, one is marked, and a folder was removed.
        inbox.put(letter(50))
        inbox.remove(next(one for one in inbox.letters if one.uid == 12))
        inbox.mark(next(one for one in inbox.letters if one.uid == 13), "\\Answered")
        office.boxes.remove(office.box("Gone"))

    def ends(self, office, cli):
        there = {box.name: sorted(one.content for one in box.letters) for box in office.boxes}
        wanted = {"INBOX": [1, 2, 9, 10, 11, 13, 50], "Archive": [3, 4, 7], "Trash": [5], "Gone": [8], "Sent": [70]}
        self.assertEqual(there.pop("Drafts"), [(DRAFT % 2).encode()])
        self.assertEqual(there, {name: sorted(map(letter, numbers)) for name, numbers in wanted.items()})
        marks = {one.content: sorted(one.flags) for box in office.boxes for one in box.letters if box.name in ("INBOX", "Archive")}
        self.assertEqual({content: flags for content, flags in marks.items() if flags},
                         {letter(1): ["\\Seen"], letter(2): ["\\Seen"], letter(7): ["\\Flagged"], letter(13): ["\\Answered"]})
        self.assertEqual(self.here(cli), sorted((box.name, one.uid, one.header(["Subject"]).strip()[9:].decode(), self.bits(one.flags),
                                                 0, 0) for box in office.boxes for one in box.letters))
        self.assertEqual(office.failures, [])

    @staticmethod
    def here(cli):
        """All rows, as they are on the disk: a run of the program for each folder would take too long."""
        path, = glob.glob(os.path.join(cli.data, "accounts", "*", "mail.db"))
        with contextlib.closing(sqlite3.connect(path)) as base:
            return sorted(base.execute("SELECT f.name, p.uid, m.subject, p.flags, p.pending, p.hidden FROM placement p "
                                       "JOIN folder f ON f.id = p.folder JOIN message m ON m.id = p.message"))

    @staticmethod
    def bits(flags):
        """As StoreFlag counts them."""
        return sum(1 << at for at, name in enumerate(("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")) if name in flags)

    def test_bare(self):
        self.cut_everywhere("IMAP4rev1")

    def test_numbers_are_told(self):
        self.cut_everywhere("IMAP4rev1 UIDPLUS LITERAL+ ESEARCH")

    def test_changes_are_counted(self):
        self.cut_everywhere("IMAP4rev1 UIDPLUS MOVE ENABLE CONDSTORE LITERAL- SPECIAL-USE LIST-EXTENDED")

    def test_changes_are_told(self):
        self.cut_everywhere("IMAP4rev1 UIDPLUS MOVE ENABLE CONDSTORE QRESYNC ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE "
                            "NAMESPACE ID UNSELECT OBJECTID MULTIAPPEND QUOTA PARTIAL")

    def test_rev2(self):
        self.cut_everywhere("IMAP4rev2")


if __name__ == "__main__":
    tap.main()
