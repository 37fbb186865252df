"""What users of other programs complained about: servers that do not copy what they say they copied, that list a part of
what they have, that give nothing because of one letter, that take no long lines. Nothing is lost here, nothing goes
round in circles, and the letters beside are as they were."""
import glob
import os
import pathlib
import re
import sqlite3
import threading

import world
from imap_office import CUT, Session, Submission, letter
from office_case import OfficeCase
from world import Cli
import tap

BARE = "IMAP4rev1"
LINE_MAX = 8192


class Oddities(OfficeCase):
    def begun(self, offers=BARE, numbers=6, boxes=("INBOX", "Archive"), more=(), **rest):
        office = self.office(offers, boxes, **rest)
        for number in range(numbers):
            office.box("INBOX").put(letter(number))
        cli = self.account(office, more)
        cli.good("sync", "box")
        self.check(cli, office)
        office.heard.clear()
        return office, cli

    def bodies_asked(self, office):
        return [line for line in office.said("UID FETCH") if "BODY.PEEK[]" in line]

    # Lists that are not whole

    def test_a_part_of_the_list(self):
        """Gmail now and then leaves letters out; Exchange answers OK and no SEARCH at all; others do not count."""
        def some(session, tag, rest):
            return f"* SEARCH 1 3 4\r\n{tag} OK done\r\n".encode() if rest.endswith("ALL") else None

        def nothing(session, tag, rest):
            return f"{tag} OK done\r\n".encode()

        def uncounted(session, tag, rest):
            session.do_select(tag, rest)
            said, session.out = session.out, b""
            return re.sub(rb"\* \d+ EXISTS\r\n", b"", said)
        for answers in {"UID SEARCH": some}, {"UID SEARCH": nothing}, {"SELECT": uncounted}:
            with self.subTest(str(answers)):
                office, cli = self.begun()
                before = cli.rows()
                # One goes, so that the whole list is asked for.
                if "SELECT" not in answers:
                    office.box("INBOX").letters.pop(2 if answers["UID SEARCH"] is nothing else 1)
                office.answers = answers
                office.box("Archive").put(letter(99))
                office.box("INBOX").put(letter(77))
                cli.run("sync", "box")
                left = {row["id"] for row in cli.rows()}
                gone = [row for row in before if row["id"] not in left]
                self.assertLessEqual(len(gone), 1, gone)
                if "SELECT" not in answers:
                    self.assertEqual(len(cli.rows("Archive")), 1)
                office.answers = {}
                office.bodies = 0
                cli.good("sync", "box")
                self.check(cli, office)
                self.assertLessEqual(office.bodies, 2, "what was here is not fetched again")

    def test_a_part_of_the_folders(self):
        """LIST is answered OK and lacks folders that are there: none goes from here for it. One that is gone does, and
        one that has another name by now keeps its letters."""
        def some(*names):
            def answer(session, tag, rest):
                boxes, office.boxes = office.boxes, [box for box in office.boxes if box.name in names]
                session.do_list(tag, rest)
                office.boxes = boxes
                said, session.out = session.out, b""
                return said
            return answer
        for offers in BARE, "IMAP4rev1 OBJECTID", "IMAP4rev1 LIST-STATUS LIST-EXTENDED SPECIAL-USE":
            for names in (), ("INBOX",), ("Archive", "Plans"):
                with self.subTest(f"{offers}: {names}"):
                    office, cli = self.begun(offers, boxes=("INBOX", "Archive", "Plans"))
                    for name in "Archive", "Plans":
                        office.box(name).put(letter(40))
                        office.box(name).put(letter(41 if name == "Plans" else 42))
                    cli.good("sync", "box")
                    before = [[row["id"] for row in cli.rows(box.name)] for box in office.boxes]
                    office.answers = {"LIST": some(*names)}
                    self.assertEqual(cli.good("sync", "box").err, "")
                    self.check(cli, office)
                    office.answers, office.bodies = {}, 0
                    cli.good("sync", "box")
                    self.check(cli, office)
                    self.assertEqual([[row["id"] for row in cli.rows(box.name)] for box in office.boxes], before)
                    # Now they are.
                    office.boxes.remove(office.box("Plans"))
                    office.box("Archive").name = "archive"
                    cli.good("sync", "box")
                    self.check(cli, office)
                    self.assertEqual([[row["id"] for row in cli.rows(box.name)] for box in office.boxes], before[:2])
                    self.assertEqual(office.bodies, 0)

    def test_a_name_in_any_case(self):
        """Exchange knows a folder by its name in capitals, too: renamed so it is one folder, not two."""
        office, cli = self.begun(boxes=("INBOX", "Archive", "Plans"))
        office.box("Archive").put(letter(40))
        cli.good("sync", "box")

        office.box("Archive").name, office.box("Plans").name = "ARCHIVE", "PLANS"
        find = Session.find
        self.addCleanup(setattr, Session, "find", find)
        Session.find = lambda session, word: find(session, word) or find(session, word.upper())
        office.bodies = 0
        cli.good("sync", "box")
        self.check(cli, office)
        self.assertEqual(office.bodies, 0)

    def test_what_was_said_of_the_folder_before(self):
        """Before CLOSED a server says what happened in the folder that was open until now (RFC 7162, section 3.2.11)."""
        office, cli = self.begun("IMAP4rev1 ENABLE CONDSTORE QRESYNC ESEARCH")
        for number in 40, 41, 42:
            office.box("Archive").put(letter(number))
        cli.good("sync", "box")
        before = [row["id"] for row in cli.rows("Archive")]

        def select(session, tag, rest):
            if not session.selected:
                return None
            session.do_select(tag, rest)
            said, session.out = session.out, b""
            return (b"* VANISHED 2\r\n* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (99))\r\n* 77 EXISTS\r\n"
                    b"* OK [CLOSED] now of the other\r\n" + said)
        office.box("INBOX").put(letter(60))
        office.box("Archive").put(letter(43))
        office.answers, office.bodies = {"SELECT": select}, 0
        cli.good("sync", "box")
        self.check(cli, office)
        rows = cli.rows("Archive")
        self.assertEqual([row["id"] for row in rows if row["subject"] != "letter 43"], before)
        self.assertEqual([row["flags"] for row in rows], [[]] * 4)
        self.assertEqual(office.bodies, 2)

    def test_one_that_comes_late(self):
        """A letter with a lower UID than others is seen after them."""
        office, cli = self.begun("IMAP4rev1 ESEARCH")
        late = office.box("INBOX").put(letter(50))
        office.box("INBOX").letters.remove(late)
        office.box("INBOX").put(letter(51))
        cli.good("sync", "box")
        office.box("INBOX").letters.insert(6, late)
        cli.good("sync", "box")
        self.check(cli, office)

    STAND_IN = (b"From: System Administrator <root@localhost>\r\nSubject: message unavailable\r\n\r\n"
                b"This message is no longer available on the server.\r\n")

    def test_letters_in_place_of_others(self):
        """Courier gives a letter of its own for one that another session expunged and this one was not told of."""
        for when in "SELECT", "HEADER.FIELDS (DATE FROM SENDER", "BODY.PEEK[]":
            for offers in BARE, "IMAP4rev1 ESEARCH ENABLE QRESYNC CONDSTORE":
                with self.subTest(f"{when}, {offers}"):
                    office, cli = self.begun(offers)
                    inbox, expunged = office.box("INBOX"), []
                    if when == "SELECT":
                        inbox.put(letter(30))
                    else:
                        for number in range(30, 34):
                            inbox.put(letter(number))

                    def expunge(session, tag, rest, when=when):
                        if when != "SELECT" and when not in rest or expunged or session.selected.name != "INBOX":
                            return
                        # The newest one that is known here; or one of those asked for, and the newest of them.
                        for one in [inbox.letters[5]] if when == "SELECT" else [inbox.letters[7], inbox.letters[9]]:
                            expunged.append(one)
                            one.content, one.kept = self.STAND_IN, one.content

                    office.answers = {"UID FETCH": expunge}
                    cli.good("sync", "box")
                    self.assertTrue(expunged)
                    gone = {one.uid for one in expunged}
                    here = {row["uid"]: row for row in cli.rows()}
                    self.assertEqual(here.keys() | gone, {one.uid for one in inbox.letters}, "nobody is doubted")
                    self.assertEqual([row for row in here.values() if row["subject"] == "message unavailable"], [])
                    if when == "BODY.PEEK[]":
                        self.assertEqual([row["here"] for uid, row in here.items() if uid in gone], [False, False])
                    else:
                        self.assertNotIn(self.STAND_IN, cli.letters().values())
                    # And then it is told so.
                    for one in expunged:
                        inbox.remove(one)
                    cli.good("sync", "box")
                    self.check(cli, office)

    # What is said to be done, and is not

    def test_one_that_was_promised_and_another_that_came(self):
        """The UID that MOVE promised is none, and the letter has a lower one (Courier, when files are renamed while it
        counts): as many are there as would be here with the promised one, until that is forgotten."""
        office, cli = self.begun("IMAP4rev1 UIDPLUS MOVE")
        archive = office.box("Archive")
        archive.uidnext = 5
        cli.good("move", "box", cli.rows()[0]["id"], "Archive")
        self.assertEqual([one.uid for one in archive.letters], [5])
        archive.letters[0].uid = 3
        archive.put(letter(40))
        path, = glob.glob(os.path.join(cli.data, "accounts", "*", "mail.db"))
        # While another program writes, ours waits; what is asked meanwhile must not follow from what is no more.
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.addCleanup(other.close)
        lock = threading.Lock()

        def promised():
            return other.execute("SELECT count(*) FROM placement WHERE uid = 5 AND folder = (SELECT id FROM folder "
                                 "WHERE name = 'Archive')").fetchone()[0]

        def release():
            with lock:
                if other.in_transaction:
                    other.execute("ROLLBACK")

        def fetched(session, tag, rest):
            if session.selected is archive and rest.startswith("5 "):
                with lock:
                    other.execute("BEGIN IMMEDIATE")
                timer = threading.Timer(1, release)
                timer.start()
                self.addCleanup(timer.join)

        def searched(session, tag, rest):
            if session.selected is archive:
                release()
                self.assertTrue(world.within(20, lambda: not promised()))

        office.answers = {"UID FETCH": fetched, "UID SEARCH": searched}
        cli.good("sync", "box")
        self.assertEqual(promised(), 0)
        self.check(cli, office)

    def test_copies_that_are_none(self):
        """Without MOVE a letter is removed only where its copy is in the other folder."""
        def lied(session, tag, rest):
            return f"{tag} OK done\r\n".encode()

        def refused(session, tag, rest):
            return f"{tag} NO not there\r\n".encode()
        for offers in BARE, "IMAP4rev1 UIDPLUS":
            for answer in lied, refused:
                with self.subTest(f"{offers} {answer.__name__}"):
                    office, cli = self.begun(offers)
                    row = cli.rows()[2]
                    office.answers = {"UID COPY": answer}
                    cli.run("move", "box", row["id"], "Archive")
                    office.answers = {}
                    cli.run("sync", "box")
                    self.assertEqual(len(office.box("INBOX").letters), 6)
                    self.check(cli, office)
                    self.assertIn(row["id"], [one["id"] for one in cli.rows()])

    def test_why_is_told_and_nothing_else(self):
        """What was refused on the way, and done without, is not told as the reason."""
        office, cli = self.begun()
        office.answers = {
            "UID FETCH": lambda session, tag, rest: (
                f"{tag} NO Headers are out\r\n".encode() if "FIELDS (DATE FROM SUBJECT M" in rest else None),
            "UID COPY": lambda session, tag, rest: f"{tag} OK done\r\n".encode()}
        said = cli.run("move", "box", cli.rows()[2]["id"], "Archive")
        self.assertNotIn("Headers are out", said.err)
        self.assertIn("said that the messages were copied to “Archive”, but they are not there", said.err)
        office, cli = self.submitting(Submission, "IMAP4rev1 APPENDLIMIT=10")
        office.answers = {"LOGIN": lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode()}
        cli.good("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter(9)))
        left = [b" NO Closed today\r\n"]
        office.answers = {"SELECT": lambda session, tag, rest: tag.encode() + left.pop() if left else None}
        said = cli.run("sync", "box").err
        self.assertEqual(left, [])
        self.assertNotIn("Closed today", said)
        self.assertIn("The server takes no letter as large as this one", said)

    def test_cut_between_copy_and_removal(self):
        """A move without MOVE that is cut off before, in and after its copy ends as one letter in one place."""
        for verb, done in ("UID COPY", False), ("UID COPY", True), ("UID STORE", True), ("UID EXPUNGE", True):
            with self.subTest(f"{verb} {done}"):
                def cut(session, tag, rest, verb=verb, done=done):
                    office.answers = {}
                    if done:
                        getattr(session, "do_" + verb.replace(" ", "_").lower())(tag, rest)
                    return CUT
                office, cli = self.begun("IMAP4rev1 UIDPLUS")
                row = cli.rows()[2]
                office.answers = {verb: cut}
                cli.run("move", "box", row["id"], "Archive")
                cli.good("sync", "box")
                self.check(cli, office)
                self.assertEqual([one.content for one in office.box("Archive").letters], [letter(3)])
                self.assertEqual([one["id"] for one in cli.rows("Archive")], [row["id"]])
                self.assertEqual(len(office.box("INBOX").letters), 5)

    def test_numbers_change_while_something_waits(self):
        """What was done offline is done to the same letters, whatever they are called by then; Proton's Bridge does that."""
        office, cli = self.begun(numbers=5)
        rows = {row["subject"]: row["id"] for row in cli.rows()}
        office.answers = {"LOGIN": lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode()}
        cli.good("flag", "box", rows["letter 0"], "+flagged")
        cli.good("move", "box", rows["letter 1"], "Archive")
        cli.good("delete", "box", rows["letter 2"], "--expunge")
        box = office.box("INBOX")
        box.uidvalidity, kept, box.letters = 5000, box.letters[::-1], []
        for one in kept:
            box.put(one.content)
        office.answers, office.bodies = {}, 0
        cli.good("sync", "box")
        self.check(cli, office)
        self.assertEqual([one.content for one in box.letters], [letter(4), letter(3), letter(0)])
        self.assertEqual([one.content for one in office.box("Archive").letters], [letter(1)])
        self.assertEqual([one.flags for one in box.letters], [set(), set(), {"\\Flagged"}])
        self.assertEqual([row["id"] for row in cli.rows("Archive")], [rows["letter 1"]])

    def test_copies_of_what_was_sent_that_are_none(self):
        """APPEND was answered OK, and the letter is nowhere: it is still here, and can be put there again."""
        office, cli = self.submitting(Submission, "IMAP4rev1")
        office.answers = {"APPEND": lambda session, tag, rest: f"{tag} OK done\r\n".encode()}
        cli.good("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter(9)))
        for _ in range(2):
            cli.run("sync", "box")
            self.assertIn("letter 9", [row["subject"] for row in cli.rows("Sent")])
        self.assertIn(letter(9), cli.letters("Sent").values())

    # Nothing because of one

    def test_one_that_ends_the_connection(self):
        """Dovecot says goodbye where a file is broken: the others come, and that one is not asked for each time."""
        def end(session, tag, rest):
            uids = [one.uid for one in session.uids(rest.split(" ")[0])]
            if "BODY.PEEK[]" not in rest or 3 not in uids:
                return None
            kept, session.selected.letters = session.selected.letters, [one for one in session.selected.letters if one.uid < 3]
            session.do_uid_fetch(tag, rest)
            session.selected.letters = kept
            session.out = session.out[:session.out.rindex(tag.encode() + b" OK")]
            session.say("* BYE Internal error occurred")
            session.flush()
            return CUT
        office = self.office("IMAP4rev1 ESEARCH", answers={"UID FETCH": end})
        for number in range(6):
            office.box("INBOX").put(letter(number))
        cli = self.account(office)
        codes = [cli.run("sync", "box").code for _ in range(3)]
        # The first time with others before it, the second alone, then no more.
        self.assertEqual(codes, [75, 75, 0])
        self.assertEqual(office.bodies, 5)
        self.assertEqual(sum(row["here"] for row in cli.rows()), 5)
        office.heard.clear()
        cli.good("sync", "box")
        self.assertEqual(self.bodies_asked(office), [])

    def test_one_that_is_not_given(self):
        """Refused with all that were asked for beside it, or passed over, or given as NIL: the others come."""
        def refuse(session, tag, rest):
            uids = session.uids(rest.split(" ")[0])
            return f"{tag} NO [SERVERBUG] broken\r\n".encode() if 3 in [one.uid for one in uids] and what in rest else None

        def leave_out(session, tag, rest):
            if what not in rest:
                return None
            kept, session.selected.letters = session.selected.letters, [one for one in session.selected.letters if one.uid != 3]
            session.do_uid_fetch(tag, rest)
            session.selected.letters, said, session.out = kept, session.out, b""
            return said

        def nil(session, tag, rest):
            if what not in rest:
                return None
            session.do_uid_fetch(tag, rest)
            said, session.out = session.out, b""
            return re.sub(rb"UID 3 (.*?)BODY\[([^]]*)\] \{\d+\}\r\n.*?\)\r\n(?=\* |a\d)", rb"UID 3 \1BODY[\2] NIL)\r\n", said, flags=re.S)
        for what in "BODY.PEEK[]", "HEADER":
            for answer in refuse, leave_out, nil:
                with self.subTest(f"{what} {answer.__name__}"):
                    office = self.office("IMAP4rev1 ESEARCH", answers={"UID FETCH": answer})
                    for number in range(6):
                        office.box("INBOX").put(letter(number))
                    cli = self.account(office)
                    said = cli.run("sync", "box")
                    self.assertIn(said.code, (0, 69, 75), said)
                    self.assertIn(cli.run("export", "box", "INBOX", "--format", "eml", target := os.path.join(cli.home, "x")).code, (0, 75))
                    here = {int(path.split("/")[-1].split(".")[0]): open(path, "rb").read()
                            for path in glob.glob(os.path.join(target, "**", "*.eml"), recursive=True)}
                    uids = {row["uid"]: row["id"] for row in cli.rows()}
                    for one in office.box("INBOX").letters:
                        if one.uid != 3:
                            self.assertEqual(here.get(uids.get(one.uid)), one.content, one.uid)
                    self.assertLess(len(office.said("UID FETCH")), 20)
                    office.answers = {}
                    cli.good("sync", "box")
                    self.check(cli, office)

    def test_none_is_given(self):
        """A server that refuses every letter is not asked for each of a thousand."""
        for what in "BODY.PEEK[]", "HEADER":
            with self.subTest(what):
                office = self.office("IMAP4rev1 ESEARCH", answers={
                    "UID FETCH": lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode() if what in rest else None})
                for number in range(1000):
                    office.box("INBOX").put(letter(number))
                cli = self.account(office)
                self.assertIn(cli.run("sync", "box").code, (69, 75))
                self.assertLess(len([line for line in office.said("UID FETCH") if what in line]), 100)

    # Long lines

    def test_long_lines(self):
        """Exchange and others take no line above some kilobytes: UIDs with gaps go in several commands."""
        def short(session, tag, rest):
            return f"{tag} BAD Command Error. 10\r\n".encode() if len(rest) > LINE_MAX else None
        answers = {verb: short for verb in ("UID FETCH", "UID STORE", "UID MOVE", "UID COPY", "UID EXPUNGE", "UID SEARCH")}
        for offers in "IMAP4rev1 MOVE UIDPLUS", "IMAP4rev1 UIDPLUS":
            with self.subTest(offers):
                office = self.office(offers, ("INBOX", "Archive"), answers=answers)
                for number in range(1500):
                    office.box("INBOX").uidnext += 1000003 if number == 0 else 1
                    office.box("INBOX").put(letter(number, 0))
                cli = self.account(office)
                cli.good("sync", "box", "--headers-only")
                rows = cli.rows()
                self.assertEqual(len(rows), 1500)
                cli.good("flag", "box", *[row["id"] for row in rows], "+seen")
                cli.good("move", "box", *[row["id"] for row in rows[:1000]], "Archive")
                cli.good("sync", "box", "--headers-only")
                self.assertEqual(len(office.box("Archive").letters), 1000)
                self.assertEqual(len(office.box("INBOX").letters), 500)
                self.assertTrue(all("\\Seen" in one.flags for box in office.boxes for one in box.letters))
                self.check(cli, office, bodies=False)

    # Marks

    def test_marks_that_cannot_be_kept(self):
        """Exchange has no keywords and refuses what it does not know: nobody is told of a mark the program sets itself."""
        def select(session, tag, rest):
            session.do_select(tag, rest)
            said, session.out = session.out, b""
            return said.replace(b" \\*)]", b")]")

        def store(session, tag, rest):
            return f"{tag} BAD Command Argument Error. 11\r\n".encode() if "$" in rest else None
        office, cli = self.begun(answers={"SELECT": select, "UID STORE": store})
        row = cli.rows()[0]
        said = cli.good("flag", "box", row["id"], "+forwarded", "+answered")
        self.assertEqual(said.err, "")
        self.assertEqual(cli.good("sync", "box").err, "")
        self.assertEqual(office.box("INBOX").letters[-1].flags, {"\\Answered"})
        self.assertFalse([line for line in office.said("UID STORE") if "$Forwarded" in line])
        self.check(cli, office)

    # Sent twice

    def submitting(self, kind, offers):
        office = self.office(offers, ("INBOX", "Sent"))
        office.box("Sent").put(letter(1))
        post = kind()
        self.addCleanup(post.stop)
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add("imap", {**office.peer(), "submission": post.port}, "ada", security="none")
        cli.good("sync", "box")
        return office, cli

    def test_drafts_that_have_to_wait(self):
        """The folder for drafts is busy: letters come all the same, and the draft is put there another time."""
        office, cli = self.begun(boxes=("INBOX", "Drafts"))
        cli.good("draft", "save", "box", cli.file("draft.eml", letter(9)))
        office.answers = {"SELECT": lambda session, tag, rest: (
            f"{tag} NO [INUSE] Somebody works in it\r\n".encode() if "Drafts" in rest else None)}
        office.box("INBOX").put(letter(50))
        cli.good("sync", "box")
        self.assertIn("letter 50", [row["subject"] for row in cli.rows()])
        office.answers = {}
        cli.good("sync", "box")
        self.assertEqual([one.content for one in office.box("Drafts").letters], [letter(9)])

    def test_a_server_that_files_what_it_sends(self):
        """iCloud, Office 365 and Gmail put what they submit into Sent themselves: there is one copy."""
        class Filing(Submission):
            def carry(self, client):
                super().carry(client)
                office.box("Sent").put(letter(9))
        for offers in BARE, "IMAP4rev1 ESEARCH UIDPLUS":
            with self.subTest(offers):
                office, cli = self.submitting(Filing, offers)
                cli.good("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter(9)))
                cli.good("sync", "box")
                self.check(cli, office)
                self.assertEqual(len(office.box("Sent").letters), 2)
                self.assertFalse(office.said("APPEND"))

    def test_a_name_that_is_too_long_for_a_file(self):
        """A path of folders is one name in an export, and file systems take 255 bytes."""
        office = self.office("IMAP4rev1 ESEARCH", ("INBOX",))
        names = [f"{'Ablage für lange Namen/' * 14}{number}" for number in range(2)]
        for number, name in enumerate(names):
            office.make(name).put(letter(number))
        cli = self.account(office)
        cli.good("sync", "box")
        self.check(cli, office)
        for kind in "eml", "maildir", "mbox":
            target = os.path.join(cli.home, f"all-{kind}")
            cli.good("export", "box", "--format", kind, target)
            if kind == "mbox":
                continue
            files = [path for path in pathlib.Path(target).rglob("*") if path.is_file() and path.stat().st_size > 100]
            self.assertEqual(len(files), 2)
            self.assertEqual(len({path.relative_to(target).parts[0] for path in files}), 2, "a directory for each")


if __name__ == "__main__":
    tap.main()
