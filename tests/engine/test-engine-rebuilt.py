"""Servers whose UIDs name other letters than they did, and whose answers name the wrong ones: a mailbox rebuilt in
place or put back from a backup, APPENDUID and COPYUID that lie, a line cut where only a letter without Message-ID is
left to look for. Nothing is done to another letter than was meant, none is lost, none is there twice."""
import re
import unittest

from imap_office import CUT, Submission, letter
from office_case import OfficeCase
from world import Cli
import tap

LOOK = "FIELDS (DATE FROM SUBJECT MESSAGE-ID)"
PATIENCE = 20
BARE = "IMAP4rev1"
PLUS = "IMAP4rev1 UIDPLUS"
MOVE = "IMAP4rev1 UIDPLUS MOVE"


def nameless(number, size=200):
    """A letter without Message-ID."""
    return re.sub(rb"Message-ID: [^\r]*\r\n", b"", letter(number, size))


def another_name():
    """A server whose headers have another Message-ID each time."""
    counted = []

    def answer(session, tag, rest):
        session.do_uid_fetch(tag, rest)
        said, session.out = session.out, b""
        counted.append(rest)
        return re.sub(rb"<(\d+)@restante", rb"<\1@re%02dante" % len(counted), said)
    return answer


class Rebuilt(OfficeCase):
    def begun(self, offers=BARE, numbers=6, boxes=("INBOX", "Archive"), bodies=True, make=letter, **rest):
        office = self.office(offers, boxes, **rest)
        for number in range(numbers):
            office.box("INBOX").put(make(number))
        cli = self.account(office)
        cli.good("sync", "box", *(() if bodies else ("--headers-only",)))
        self.check(cli, office, bodies)
        office.heard.clear()
        return office, cli

    def by_subject(self, cli, folder="INBOX"):
        return {row["subject"]: row["id"] for row in cli.rows(folder)}

    def rebuild(self, box, contents, uidnext=None):
        """The same UIDVALIDITY, and UIDs from one on."""
        box.letters, box.uidnext = [], 1
        for content in contents:
            box.put(content)
        box.uidnext = uidnext or box.uidnext

    def contents(self, office, name="INBOX"):
        return [one.content for one in office.box(name).letters]

    def offline(self, office, cli, *words):
        answers, office.answers = office.answers, {
            "LOGIN": lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode()}
        cli.good(*words)
        office.answers = answers

    # A mailbox that was rebuilt

    def test_an_older_state(self):
        """A backup was put back, and new letters got the UIDs of those that came since: these stay here, marked."""
        for bodies in True, False:
            with self.subTest(bodies):
                office, cli = self.begun(bodies=bodies)
                ids = self.by_subject(cli)
                self.rebuild(office.box("INBOX"), [letter(0), letter(1), letter(2), letter(3), letter(30)])
                cli.run("sync", "box", *(() if bodies else ("--headers-only",)))
                here = {row["subject"]: row for row in cli.rows()}
                lost = ["letter 4", "letter 5"] if bodies else []
                self.assertEqual(sorted(here), sorted([f"letter {number}" for number in (0, 1, 2, 3, 30)] + lost))
                for subject in lost:
                    self.assertEqual((here[subject]["uid"], here[subject]["pending"]), (None, True))
                for number in range(4):
                    self.assertEqual(here[f"letter {number}"]["id"], ids[f"letter {number}"], "the same row")
                office.bodies = 0
                cli.run("sync", "box")
                self.assertEqual(office.bodies, 0 if bodies else 5, "what is here is not fetched again")
                kept = cli.letters()
                for number in (0, 1, 2, 3, 30, *((4, 5) if bodies else ())):
                    self.assertEqual(kept[self.by_subject(cli)[f"letter {number}"]], letter(number))

    def test_everything_under_other_numbers(self):
        """All rows are met again, and nothing is fetched twice, kept twice or lost."""
        office, cli = self.begun()
        ids = self.by_subject(cli)
        self.rebuild(office.box("INBOX"), [letter(number) for number in (5, 4, 2, 1, 0)])
        office.bodies = 0
        cli.run("sync", "box")
        self.assertEqual(self.by_subject(cli), ids)
        self.assertEqual(office.bodies, 0)
        self.assertEqual([row["subject"] for row in cli.rows() if not row["uid"]], ["letter 3"])

    def test_a_body_that_is_another_letters(self):
        """UIDNEXT tells nothing; the letter that comes under a known UID does. It is never shown under that row."""
        for fetch in "sync", "show":
            with self.subTest(fetch):
                office, cli = self.begun(bodies=False)
                ids = self.by_subject(cli)
                self.rebuild(office.box("INBOX"), [letter(number) for number in (10, 11, 2, 1, 0, 5)], uidnext=7)
                if fetch == "show":
                    said = cli.run("show", "box", ids["letter 1"], "--raw")
                    self.assertEqual(said.out, letter(1), said)
                    said = cli.run("show", "box", ids["letter 3"], "--raw")
                    self.assertEqual((said.code != 0, said.out), (True, b""), said)
                cli.good("sync", "box")
                self.check(cli, office)
                self.assertEqual({subject: row for subject, row in self.by_subject(cli).items() if subject in ids},
                                 {f"letter {number}": ids[f"letter {number}"] for number in (2, 1, 0, 5)})

    def test_large_bodies_too(self):
        office, cli = self.begun(bodies=False, make=lambda number: letter(number, 100_000))
        self.rebuild(office.box("INBOX"), [letter(number, 100_000) for number in (3, 2, 1, 0, 11, 5)], uidnext=7)
        cli.good("sync", "box")
        self.check(cli, office)
        here = cli.letters()
        for subject, row in self.by_subject(cli).items():
            self.assertIn(f"Subject: {subject}\r\n".encode(), here[row])

    def test_a_server_that_contradicts_itself(self):
        """Its headers say one Message-ID and its bodies another, always: what it gives is taken, once."""
        def other(session, tag, rest):
            session.do_uid_fetch(tag, rest)
            said, session.out = session.out, b""
            return said if "HEADER" not in rest else said.replace(b"@restante.test>\r\n\r\n)", b"@restante.tesd>\r\n\r\n)")
        office = self.office(BARE, answers={"UID FETCH": other})
        for number in range(3):
            office.box("INBOX").put(letter(number))
        cli = self.account(office)
        for _ in range(2):
            cli.good("sync", "box")
            self.check(cli, office)
        self.assertEqual(office.bodies, 3)

    def test_a_server_that_says_something_else_each_time(self):
        """Each header it gives has another Message-ID: nobody goes round in circles."""
        office = self.office(BARE, answers={"UID FETCH": another_name()})
        for number in range(3):
            office.box("INBOX").put(letter(number))
        cli = self.account(office)
        cli.run("sync", "box")
        self.assertLess(len(office.heard), 60)
        office.answers = {}
        cli.run("sync", "box")
        here = cli.letters().values()
        for number in range(3):
            self.assertIn(letter(number), here)

    def test_what_waits_is_done_to_the_letters_that_were_meant(self):
        for offers in BARE, PLUS, MOVE:
            for uidnext in None, 20:
                with self.subTest(f"{offers} {uidnext}"):
                    office, cli = self.begun(offers)
                    rows = self.by_subject(cli)
                    self.offline(office, cli, "move", "box", rows["letter 1"], "Archive")
                    self.offline(office, cli, "delete", "box", rows["letter 4"], "--expunge")
                    self.rebuild(office.box("INBOX"), [letter(number) for number in (5, 4, 3, 20, 1, 0)], uidnext)
                    cli.run("sync", "box")
                    cli.run("sync", "box")
                    self.assertEqual(self.contents(office), [letter(number) for number in (5, 3, 20, 0)])
                    self.assertEqual(self.contents(office, "Archive"), [letter(1)])

    def test_what_waits_for_a_letter_that_is_gone(self):
        """Its UID is another letter's, and it is nowhere: nothing is removed."""
        for offers in BARE, MOVE:
            for make in letter, nameless:
                with self.subTest(f"{offers} {make.__name__}"):
                    office, cli = self.begun(offers, make=make)
                    rows = self.by_subject(cli)
                    self.offline(office, cli, "delete", "box", rows["letter 5"], "--expunge")
                    self.offline(office, cli, "move", "box", rows["letter 2"], "Archive")
                    left = [make(number) for number in (0, 1, 12, 3, 4, 15)]
                    self.rebuild(office.box("INBOX"), left)
                    for _ in range(2):
                        cli.run("sync", "box")
                    self.assertEqual(self.contents(office), left)
                    self.assertEqual(self.contents(office, "Archive"), [])
                    for number in (0, 1, 12, 3, 4, 15):
                        self.assertIn(make(number), cli.letters().values())

    def test_asked_once_a_selection(self):
        """Looking at what is to be moved costs one question, and none for the next that is done in the open folder."""
        office, cli = self.begun(MOVE)
        rows = self.by_subject(cli)
        self.offline(office, cli, "move", "box", rows["letter 1"], "Archive")
        self.offline(office, cli, "delete", "box", rows["letter 2"], "--expunge")
        self.offline(office, cli, "delete", "box", rows["letter 3"], "--expunge")
        cli.good("sync", "box")
        self.check(cli, office)
        asked = [line for line in office.said("UID FETCH") if LOOK in line]
        # The first of them came with SELECT.
        self.assertEqual(len(asked), 2, office.heard)

    # Noticed when the folder is opened

    def again(self, office, cli, *words):
        """A run of `sync`, and what it fetched."""
        office.heard.clear()
        cli.run("sync", "box", *words)
        return office.said("UID FETCH")

    def test_rebuilt_with_higher_numbers(self):
        """Nothing that SELECT says went down, and nobody does anything there: opening it tells."""
        for offers, bodies in (BARE, True), (BARE, False), ("IMAP4rev2", True):
            with self.subTest(f"{offers} {bodies}"):
                more = () if bodies else ("--headers-only",)
                office, cli = self.begun(offers, bodies=bodies)
                honest, beside = self.begun(offers, bodies=bodies)
                ids = self.by_subject(cli)
                self.rebuild(office.box("INBOX"), [letter(number) for number in (10, 11, 2, 1, 0, 5)], uidnext=20)
                honest.box("INBOX").uidnext = 20
                office.bodies = honest.bodies = 0
                self.again(office, cli, *more)
                here = {row["subject"]: row for row in cli.rows()}
                # What is only a row here was removed there; a letter that is whole is never thrown away for it.
                kept = ["letter 3", "letter 4"] if bodies else []
                self.assertEqual(sorted(here), sorted([f"letter {number}" for number in (10, 11, 2, 1, 0, 5)] + kept))
                for subject in kept:
                    self.assertEqual((here[subject]["uid"], here[subject]["pending"]), (None, True))
                for number in (0, 1, 2, 5):
                    self.assertEqual(here[f"letter {number}"]["id"], ids[f"letter {number}"], "the same row")
                self.assertEqual(office.bodies, 2 if bodies else 0)
                stored = cli.letters() if bodies else {}
                for number in (10, 11, 2, 1, 0, 5, 3, 4) if bodies else ():
                    self.assertEqual(stored[self.by_subject(cli)[f"letter {number}"]], letter(number))
                fetched = self.again(honest, beside, *more)
                self.assertEqual([line for line in fetched if "FROM SENDER" in line], [], "an honest server is believed")
                self.assertTrue(any(LOOK in line for line in fetched), fetched)
                self.assertEqual(honest.bodies, 0)
                self.check(beside, honest, bodies)

    def test_sizes_and_dates_tell_nothing(self):
        """A server that counts otherwise today than yesterday, and dates otherwise, has the same letters."""
        for make in letter, nameless:
            with self.subTest(make.__name__):
                office, cli = self.begun(make=make)
                office.size = lambda content: len(content) * 2
                office.dated = "22-Nov-2026 11:11:11 +0200"
                office.box("INBOX").letters[5].flags.add("\\Seen")
                fetched = self.again(office, cli)
                self.assertTrue(any(LOOK in line for line in fetched), fetched)
                self.assertEqual([line for line in fetched if "FROM SENDER" in line], [])
                self.check(cli, office)

    def test_looking_costs_no_round_trip(self):
        """SELECT is answered only when the question for the letters is there too."""
        office, cli = self.begun()
        seen = []

        def select(session, tag, rest):
            session.client.settimeout(PATIENCE)
            try:
                seen.append(session.file.peek())
            except TimeoutError:
                return CUT
            finally:
                session.client.settimeout(None)
        office.answers = {"SELECT": select}
        cli.good("sync", "box")
        self.assertEqual(len(seen), 1, "the other folder is empty")
        self.assertIn(LOOK.encode(), seen[0])

    def test_a_folder_that_is_not_opened(self):
        """What was asked behind SELECT is refused with it: the others are made equal all the same."""
        office, cli = self.begun()
        office.box("Archive").put(letter(40))
        cli.good("sync", "box")
        office.box("Archive").put(letter(41))
        office.answers = {"SELECT": lambda session, tag, rest: setattr(session, "selected", None) or (
            f"{tag} NO not today\r\n".encode() if "INBOX" in rest else None)}
        said = cli.run("sync", "box")
        self.assertNotEqual(said.code, 0)
        self.assertIn("not open the folder", said.err)
        self.assertEqual(sorted(self.by_subject(cli, "Archive")), ["letter 40", "letter 41"])
        office.answers = {}
        cli.good("sync", "box")
        self.check(cli, office)

    def test_a_server_that_ends_the_connection_over_it(self):
        """It is asked no more for today, and everything else goes on."""
        office, cli = self.begun()
        office.box("INBOX").put(letter(20))
        office.answers = {"UID FETCH": lambda session, tag, rest: CUT if LOOK in rest else None}
        self.assertNotEqual(cli.run("sync", "box").code, 0)
        cli.good("sync", "box")
        self.check(cli, office)

    def test_another_name_each_time(self):
        """Headers that never say the same twice: all is listed anew once a day, not each time."""
        office, cli = self.begun(bodies=False)
        office.answers = {"UID FETCH": another_name()}
        for run in range(3):
            fetched = self.again(office, cli, "--headers-only")
            self.assertEqual(any(LOOK in line for line in fetched), run == 0)
            self.assertEqual(any("FROM SENDER" in line for line in fetched), run == 0)

    def test_opened_for_a_letter(self):
        """The folder is opened to show one letter, and proves to be rebuilt: it is that letter that is shown."""
        office, cli = self.begun(bodies=False)
        ids = self.by_subject(cli)
        self.rebuild(office.box("INBOX"), [letter(number) for number in (5, 4, 3, 2, 1, 0)], uidnext=30)
        said = cli.run("show", "box", ids["letter 1"], "--raw")
        self.assertEqual(said.out, letter(1), said)

    # Answers that name the wrong letters

    def lying(self, office, name, change):
        def answer(session, tag, rest):
            getattr(session, "do_" + name.lower().replace(" ", "_"))(tag, rest)
            said, session.out = session.out, b""
            return change(said)
        return answer

    def test_copyuid_that_lies(self):
        lies = {"another's": rb"[COPYUID \1 \2 1]", "none": rb"[COPYUID \1 \2 999]",
                "too many": rb"[COPYUID \1 \2 1:3]", "too few": rb"[COPYUID \1 \2,77 1]",
                "validity": rb"[COPYUID 77 \2 1]", "nobody": rb"[COPYUID \1 99 3]"}
        for offers, verb in (PLUS, "UID COPY"), (MOVE, "UID MOVE"):
            for lie, words in lies.items():
                with self.subTest(f"{verb} {lie}"):
                    office, cli = self.begun(offers, boxes=("INBOX", "Archive"))
                    for number in (40, 41):
                        office.box("Archive").put(letter(number))
                    cli.good("sync", "box")
                    archived = self.by_subject(cli, "Archive")
                    row = cli.rows()[2]
                    # One that nobody here knows of yet.
                    office.box("Archive").put(letter(42))
                    office.answers = {verb: self.lying(office, verb, lambda said: re.sub(
                        rb"\[COPYUID (\d+) (\S+) \S+\]", words, said))}
                    cli.run("move", "box", row["id"], "Archive")
                    office.answers = {}
                    cli.good("sync", "box")
                    self.check(cli, office)
                    self.assertEqual(sorted(self.contents(office, "Archive")), sorted(map(letter, (40, 41, 42, 3))))
                    self.assertEqual(len(self.contents(office)), 5)
                    there = self.by_subject(cli, "Archive")
                    self.assertEqual(there["letter 3"], row["id"])
                    self.assertEqual({subject: there[subject] for subject in archived}, archived)

    def test_copyuid_of_all_numbers(self):
        """Sets of four thousand million numbers are no work, however many letters are moved."""
        for offers, verb in (PLUS, "UID COPY"), (MOVE, "UID MOVE"):
            for words in rb"1:4294967294 1:4294967294", rb"4294967294:1 1:4294967294", rb"1:* 7:*":
                with self.subTest(f"{verb} {words}"):
                    office, cli = self.begun(offers, numbers=60)
                    office.answers = {verb: self.lying(office, verb, lambda said: re.sub(
                        rb"\[COPYUID (\d+) \S+ \S+\]", rb"[COPYUID \1 " + words + rb"]", said))}
                    cli.run("move", "box", *[row["id"] for row in cli.rows()], "Archive")
                    office.answers = {}
                    cli.good("sync", "box")
                    self.check(cli, office)
                    self.assertEqual(sorted(self.contents(office, "Archive")), sorted(map(letter, range(60))))

    def test_copyuid_of_many_in_another_order(self):
        """Each letter is one, and the one it was; nothing is told of it, since nothing is wrong."""
        orders = {"backwards": lambda uids: uids[::-1], "further": lambda uids: [uid + 2 for uid in uids],
                  "turned": lambda uids: uids[3:] + uids[:3]}
        for offers, verb in (PLUS, "UID COPY"), (MOVE, "UID MOVE"):
            for name, order in orders.items():
                for make in letter, nameless:
                    with self.subTest(f"{verb} {name} {make.__name__}"):
                        office, cli = self.begun(offers, numbers=12, make=make)
                        office.box("Archive").put(make(90))
                        cli.good("sync", "box")
                        before = {**self.by_subject(cli), **self.by_subject(cli, "Archive")}
                        told = ",".join(map(str, order(list(range(2, 14)))))
                        office.answers = {verb: self.lying(office, verb, lambda said: re.sub(
                            rb"\[COPYUID (\d+) \S+ \S+\]", rb"[COPYUID \1 1:12 " + told.encode() + rb"]", said))}
                        cli.good("move", "box", *[row["id"] for row in cli.rows()], "Archive")
                        office.answers, office.bodies = {}, 0
                        self.assertEqual(cli.good("sync", "box").err, "")
                        self.check(cli, office)
                        self.assertEqual(self.by_subject(cli, "Archive"), before)
                        self.assertEqual(len(cli.rows("Archive")), 13)
                        self.assertEqual(office.bodies, 0)

    def test_copyuid_of_one_that_is_not_known_yet(self):
        """Its UID is taken: the letter that has it is not hidden behind the one that was moved."""
        office, cli = self.begun(MOVE)
        row = cli.rows()[2]
        office.box("Archive").put(letter(42))
        office.answers = {"UID MOVE": self.lying(office, "UID MOVE", lambda said: re.sub(
            rb"\[COPYUID (\d+) (\S+) \S+\]", rb"[COPYUID \1 \2 1]", said))}
        cli.run("move", "box", row["id"], "Archive")
        office.answers = {}
        cli.good("sync", "box")
        self.check(cli, office)
        self.assertEqual(self.by_subject(cli, "Archive")["letter 3"], row["id"])

    def test_copies_that_are_none_and_have_numbers(self):
        """COPYUID names UIDs, and nothing was copied: the letter is not removed."""
        for told in 1, 7:
            with self.subTest(told):
                office, cli = self.begun(PLUS)
                office.box("Archive").put(letter(40))
                cli.good("sync", "box")
                office.answers = {"UID COPY": lambda session, tag, rest:
                                  f"{tag} OK [COPYUID 1001 {rest.split()[0]} {told}] done\r\n".encode()}
                cli.run("move", "box", cli.rows()[2]["id"], "Archive")
                office.answers = {}
                cli.run("sync", "box")
                self.assertEqual(len(self.contents(office)), 6)
                self.assertEqual(self.contents(office, "Archive"), [letter(40)])
                self.check(cli, office)

    def test_moved_and_nowhere(self):
        """MOVE was answered with a UID, and the server has lost the letter: the copy here stays, and can be put there."""
        def lose(session, tag, rest):
            uid = int(rest.split()[0])
            session.say(f"* OK [COPYUID 1001 {uid} 1] moved")
            session.expunge(session.uids(str(uid)))
            session.say(f"{tag} OK done")
            said, session.out = session.out, b""
            return said
        office, cli = self.begun(MOVE)
        office.answers = {"UID MOVE": lose}
        row = cli.rows()[2]
        cli.run("move", "box", row["id"], "Archive")
        office.answers = {}
        for _ in range(2):
            cli.run("sync", "box")
            self.assertEqual(list(cli.letters("Archive").values()), [letter(3)])
            self.assertEqual(cli.rows("Archive")[0]["pending"], True)

    def submitting(self, offers):
        office = self.office(offers, ("INBOX", "Sent"))
        for number in (1, 2):
            office.box("Sent").put(letter(number))
        post = Submission()
        self.addCleanup(post.stop)
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add("imap", {**office.peer(), "submission": post.port}, "ada", security="none")
        cli.good("sync", "box")
        return office, cli

    def test_appenduid_that_lies(self):
        for words in rb"[APPENDUID \1 1]", rb"[APPENDUID \1 999]", rb"[APPENDUID 77 3]", rb"[APPENDUID \1 3]":
            with self.subTest(str(words)):
                office, cli = self.submitting(PLUS)
                # Another program's, which takes the UID that one of the lies names.
                office.box("Sent").put(letter(3))
                office.answers = {"APPEND": self.lying(office, "APPEND", lambda said: re.sub(
                    rb"\[APPENDUID (\d+) \S+\]", words, said))}
                cli.good("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter(9)))
                office.answers = {}
                cli.good("sync", "box")
                self.check(cli, office)
                self.assertEqual(sorted(self.contents(office, "Sent")), sorted(map(letter, (1, 2, 3, 9))))

    def test_appended_and_nowhere(self):
        """APPENDUID names a UID, and there is no letter: what was sent is still here, and can be put there again."""
        for uid in 1, 3, 999:
            with self.subTest(uid):
                office, cli = self.submitting(PLUS)
                office.answers = {"APPEND": lambda session, tag, rest:
                                  f"{tag} OK [APPENDUID 1001 {uid}] done\r\n".encode()}
                cli.run("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letter(9)))
                office.answers = {}
                for _ in range(2):
                    cli.run("sync", "box")
                    self.assertEqual(sorted(self.by_subject(cli, "Sent")), ["letter 1", "letter 2", "letter 9"])
                    self.assertIn(letter(9), cli.letters("Sent").values())
                self.assertEqual([row["pending"] for row in cli.rows("Sent") if row["subject"] == "letter 9"], [True])

    # Drafts

    def test_draft_whose_number_is_another_letters(self):
        """What the answer named is never removed for it, and the words here are not taken for removed ones."""
        for uid in 1, 99:
            with self.subTest(uid):
                office = self.office(PLUS, ("INBOX",))
                office.make("Drafts", "\\Drafts").put(letter(50))
                cli = self.account(office)
                cli.good("sync", "box")
                first, later = (cli.file(name, letter(60, more=f"X-Version: {name}\r\n")) for name in ("one", "two"))
                office.answers = {"APPEND": self.lying(office, "APPEND", lambda said: re.sub(
                    rb"\[APPENDUID (\d+) \S+\]", rb"[APPENDUID \1 %d]" % uid, said))}
                draft = cli.good("draft", "save", "box", first).out.decode().strip()
                cli.good("sync", "box")
                cli.good("draft", "save", "box", "--over", draft, later)
                cli.good("sync", "box")
                office.answers = {}
                cli.good("sync", "box")
                self.assertEqual(sorted(self.contents(office, "Drafts")),
                                 sorted([letter(50), letter(60, more="X-Version: two\r\n")]))
                self.assertEqual(len(cli.good("draft", "list", "box").out.splitlines()), 1)

    # Without a name to look for

    def test_cut_off_without_message_id(self):
        """A copy whose answer never came is found by what it is: one letter in one place, nobody's twin taken for it."""
        for offers in BARE, PLUS, MOVE:
            verb = "UID MOVE" if offers == MOVE else "UID COPY"
            for done in False, True:
                for late in False, True:
                    with self.subTest(f"{verb} done {done} late {late}"):
                        def cut(session, tag, rest):
                            office.answers = {}
                            if done:
                                getattr(session, "do_" + verb.replace(" ", "_").lower())(tag, rest)
                            return CUT
                        office, cli = self.begun(offers, make=nameless)
                        office.box("Archive").put(nameless(40))
                        cli.good("sync", "box")
                        row = cli.rows()[2]
                        office.answers = {verb: cut}
                        cli.run("move", "box", row["id"], "Archive")
                        if late:
                            # Other letters come meanwhile, alike but for their date.
                            office.box("Archive").put(nameless(3).replace(b"GMT", b"+0100").replace(b"-0000", b"+0100"))
                        cli.good("sync", "box")
                        cli.good("sync", "box")
                        self.check(cli, office)
                        self.assertEqual(self.contents(office, "Archive").count(nameless(3)), 1)
                        self.assertEqual(len(self.contents(office)), 5)
                        self.assertEqual(self.by_subject(cli, "Archive").get("letter 40") is not None, True)


if __name__ == "__main__":
    tap.main()
