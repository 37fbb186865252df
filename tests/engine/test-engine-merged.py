"""What a person did letter by letter while the server could not be reached: it is told together, each letter ends as if
it had been told alone, and each exchange names all that it was said for."""
import copy
import json
import shutil
import signal
import subprocess

from imap_office import CUT, letter
from office_case import OfficeCase
from world import Cli, MEMORY, dice
import tap

OFFERS = "IMAP4rev1 ENABLE CONDSTORE ESEARCH MOVE UIDPLUS", "IMAP4rev1 UIDPLUS", "IMAP4rev1"
CHANGES = "UID STORE", "UID MOVE", "UID COPY", "UID EXPUNGE", "EXPUNGE"


def uids(text):
    """Of a set."""
    return {uid for part in text.split()[0].split(",")
            for uid in range(int(part.partition(":")[0]), int(part.rpartition(":")[2]) + 1)}


class Merged(OfficeCase):
    def desk(self, offers, count=24, boxes=("INBOX", "Archive", "Trash")):
        """Letters 1 … @count, all of which are here; the server cannot be reached."""
        office = self.office(offers, boxes)
        for number in range(1, count + 1):
            office.box("INBOX").put(letter(number))
        cli = Cli(room=MEMORY)
        self.addCleanup(cli.close)
        cli.add("imap", office.peer(), "ada", security="none")
        cli.good("sync", "box")
        self.ids = {row["uid"]: row["id"] for row in cli.rows()}
        self.close(office)
        return office, cli

    def close(self, office):
        office.answers["LOGIN"] = lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode()

    def open(self, office):
        office.answers.pop("LOGIN", None)
        office.heard.clear()

    def do(self, cli, *words):
        """With one letter, by itself."""
        cli.good(*[self.ids[word] if isinstance(word, int) else word for word in words])

    def changes(self, office):
        return [line for line in office.heard if line.startswith(CHANGES)]

    def flags(self, office, flag):
        return sorted(one.uid for one in office.box("INBOX").letters if flag in one.flags)

    def contents(self, office, name):
        return sorted(one.content for one in office.box(name).letters)

    def settled(self, cli, office):
        """Once more nothing is said, and here is what is there."""
        office.heard.clear()
        self.assertEqual(cli.good("sync", "box").err, "")
        self.assertEqual(self.changes(office), [])
        self.check(cli, office)
        for box in office.boxes:
            marks = {row["uid"]: sorted(row["flags"]) for row in cli.rows(box.name)}
            self.assertEqual(marks, {one.uid: sorted(flag.strip("\\").lower() for flag in one.flags)
                                     for one in box.letters}, box.name)

    # Together

    def test_one_by_one_is_told_together(self):
        for offers in OFFERS:
            with self.subTest(offers):
                office, cli = self.desk(offers, 40)
                order = list(range(1, 41))
                dice.shuffle(order)
                for uid in order[:16]:
                    self.do(cli, "flag", "box", uid, "+seen")
                    if uid % 3 == 0:
                        self.do(cli, "flag", "box", uid, "+flagged")
                for uid in order[8:24]:
                    self.do(cli, "move", "box", uid, "Archive")
                for uid in order[24:32]:
                    self.do(cli, "delete", "box", uid, "--expunge")
                self.do(cli, "flag", "box", order[33], "+answered")
                self.do(cli, "flag", "box", order[33], "-answered")
                self.open(office)
                cli.good("sync", "box")
                self.assertEqual(len(office.box("Archive").letters), 16)
                self.assertEqual(sorted(one.uid for one in office.box("INBOX").letters),
                                 sorted(order[:8] + order[32:]))
                self.assertEqual(self.flags(office, "\\Seen"), sorted(order[:8]))
                self.assertEqual(self.flags(office, "\\Flagged"), [uid for uid in sorted(order[:8]) if uid % 3 == 0])
                self.assertEqual(self.flags(office, "\\Answered"), [])
                # Read, read and starred, answered taken back; moved; removed; and what a server without MOVE needs.
                self.assertLessEqual(len(self.changes(office)), 6 if "MOVE" in offers else 8, self.changes(office))
                self.settled(cli, office)

    def test_the_order_of_each_letter_is_kept(self):
        """Marked, moved away, moved back, unmarked: others, to whom a part of that happened, go with it."""
        office, cli = self.desk(OFFERS[0], 6)
        for uid in 1, 2, 3:
            self.do(cli, "flag", "box", uid, "+seen")
        for uid in 2, 3:
            self.do(cli, "move", "box", uid, "Archive")
        cli.good("move", "box", next(row["id"] for row in cli.rows("Archive") if row["subject"] == "letter 2"), "INBOX")
        cli.good("flag", "box", next(row["id"] for row in cli.rows() if row["subject"] == "letter 2"), "-seen")
        self.do(cli, "flag", "box", 4, "-seen")
        self.open(office)
        cli.good("sync", "box")
        seen = {one.content: "\\Seen" in one.flags for box in office.boxes for one in box.letters}
        self.assertEqual([seen[letter(uid)] for uid in range(1, 7)], [True, False, True, False, False, False])
        self.assertEqual(self.contents(office, "Archive"), [letter(3)])
        self.settled(cli, office)

    # Refused

    def test_one_letter_is_refused(self):
        """The others are done, and it alone is told of, and put back."""
        for verb, words in (("UID STORE", ("+flagged",)), ("UID MOVE", ("Archive",)), ("UID COPY", ("Archive",)),
                            ("UID STORE", ("--expunge",))):
            offers = OFFERS[1] if verb == "UID COPY" else OFFERS[0]
            what = {"+flagged": "flag", "Archive": "move", "--expunge": "delete"}[words[0]]
            with self.subTest(f"{verb} {what}"):
                office, cli = self.desk(offers, 18)
                for uid in range(1, 19):
                    self.do(cli, what, "box", uid, *words)
                office.answers[verb] = lambda session, tag, rest: (
                    f"{tag} NO Hands off\r\n".encode() if 17 in uids(rest) and "-FLAGS" not in rest else None)
                self.open(office)
                said = cli.good("sync", "box")
                self.assertIn("the server said: Hands off", said.err)
                self.assertEqual(said.err.count("\n"), 1, said)
                self.assertNotIn("18", said.err)
                inbox = [one.uid for one in office.box("INBOX").letters]
                if what == "flag":
                    self.assertEqual(self.flags(office, "\\Flagged"), [uid for uid in range(1, 19) if uid != 17])
                else:
                    self.assertEqual(inbox, [17])
                    self.assertEqual(len(office.box("Archive").letters), 17 if what == "move" else 0)
                self.assertLessEqual(len(office.said(verb)), 12, office.said(verb))
                del office.answers[verb]
                self.settled(cli, office)

    def test_all_are_refused(self):
        """Not each of a hundred is tried by itself, and each is put back."""
        for code, most in ("", 24), ("[NOPERM] ", 1):
            with self.subTest(code):
                office, cli = self.desk(OFFERS[0], 40)
                for uid in range(1, 41):
                    self.do(cli, "move", "box", uid, "Archive")
                office.answers["UID MOVE"] = lambda session, tag, rest, code=code: f"{tag} NO {code}Never\r\n".encode()
                self.open(office)
                said = cli.good("sync", "box")
                self.assertIn("Never", said.err)
                self.assertLessEqual(len(office.said("UID MOVE")), most)
                self.assertEqual(len(cli.rows()), 40)
                self.settled(cli, office)

    def test_refused_when_some_were_moved(self):
        """RFC 6851 §3.3: what was moved before the refusal has been moved. None is there twice, none is missing."""
        for told in True, False:
            with self.subTest(told):
                office, cli = self.desk(OFFERS[0])
                for uid in range(1, 25):
                    self.do(cli, "move", "box", uid, "Archive")

                def move(session, tag, rest, office=office, told=told):
                    chosen = session.uids(rest.split()[0])
                    before = [one for one in chosen if one.uid < 17]
                    if len(before) == len(chosen):
                        return None
                    made = [office.copied(office.box("Archive"), one) for one in before]
                    if told and made:
                        session.say(f"* OK [COPYUID {office.box('Archive').uidvalidity} "
                                    f"{','.join(str(one.uid) for one in before)} "
                                    f"{','.join(str(one.uid) for one in made)}] moved")
                    session.expunge(before)
                    session.say(f"{tag} NO Not all of them")
                    return b""
                office.answers["UID MOVE"] = move
                self.open(office)
                said = cli.good("sync", "box")
                self.assertIn("Not all of them", said.err)
                self.assertEqual(self.contents(office, "Archive"), sorted(letter(uid) for uid in range(1, 17)))
                self.assertEqual(self.contents(office, "INBOX"), sorted(letter(uid) for uid in range(17, 25)))
                del office.answers["UID MOVE"]
                self.settled(cli, office)

    def test_what_was_built_on_a_refusal(self):
        """A letter is moved, and removed where it was moved to; the move is refused. What else lies there, a copy of it, is
        not what was meant."""
        for what in ("delete", "--expunge"), ("move", "Trash"), ("flag", "+flagged"):
            with self.subTest(what):
                office, cli = self.desk(OFFERS[0], 4)
                office.box("Archive").put(letter(1))
                self.open(office)
                cli.good("sync", "box")
                before = {row["id"] for row in cli.rows("Archive")}
                self.close(office)
                self.do(cli, "move", "box", 1, "Archive")
                moved, = (row["id"] for row in cli.rows("Archive") if row["id"] not in before)
                cli.good(what[0], "box", moved, what[1])
                office.answers["UID MOVE"] = lambda session, tag, rest: (
                    f"{tag} NO Never\r\n".encode() if session.selected.name == "INBOX" else None)
                self.open(office)
                self.assertIn("Never", cli.good("sync", "box").err)
                self.assertEqual(self.contents(office, "Archive"), [letter(1)])
                self.assertEqual(self.contents(office, "INBOX"), sorted(letter(uid) for uid in range(1, 5)))
                self.assertEqual([one.flags for box in office.boxes for one in box.letters if one.flags], [])
                self.settled(cli, office)

    # Broken off

    def wish(self, offers):
        office, cli = self.desk(offers, 16)
        for uid in range(1, 5):
            self.do(cli, "flag", "box", uid, "+seen")
        for uid in range(3, 11):
            self.do(cli, "move", "box", uid, "Archive")
        for uid in range(11, 14):
            self.do(cli, "delete", "box", uid, "--expunge")
        shutil.copytree(cli.data, cli.data + ".wished")
        return office, cli, copy.deepcopy(office.boxes)

    def broken(self, office, cli, verb, before, kill):
        """The line is cut, or the program killed, before or after the server has done a part, or all, of @verb."""
        state = {"cut": False, "process": None}

        def cut(session, tag, rest):
            if state["cut"]:
                return None
            state["cut"] = True
            if before != "all":
                done = sorted(session.uids(rest.split()[0]), key=lambda one: one.uid)[:before]
                rest = ",".join(str(one.uid) for one in done) + rest[len(rest.split()[0]):]
            if before:
                getattr(session, "do_" + verb.replace(" ", "_").lower())(tag, rest)
                session.out = b""
            if kill:
                state["process"].send_signal(signal.SIGKILL)
            return CUT
        office.answers[verb] = cut
        self.open(office)
        state["process"] = subprocess.Popen(cli.command("sync", "box"), env=cli.env, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(state["process"].kill)
        state["process"].communicate(timeout=60)
        self.assertTrue(state["cut"])
        self.assertNotEqual(state["process"].returncode, 0)
        office.heard.clear()
        cli.good("sync", "box")
        self.assertEqual(self.contents(office, "Archive"), sorted(letter(uid) for uid in range(3, 11)))
        self.assertEqual(sorted(one.uid for one in office.box("INBOX").letters), [1, 2, 14, 15, 16])
        self.assertEqual(self.flags(office, "\\Seen"), [1, 2])
        self.assertEqual(sum("\\Seen" in one.flags for one in office.box("Archive").letters), 2)
        # Gone on with together, too.
        self.assertLessEqual(len(self.changes(office)), 8, self.changes(office))
        self.assertLessEqual(len(office.heard), 40, office.heard)
        self.settled(cli, office)

    def test_broken_off(self):
        for offers in OFFERS[:2]:
            office, cli, boxes = self.wish(offers)
            for verb in "UID STORE", "UID MOVE" if "MOVE" in offers else "UID COPY", "UID EXPUNGE":
                for before, kill in (0, True), (3, True), (3, False), ("all", True):
                    with self.subTest(f"{offers}: {verb}, {before}, {'killed' if kill else 'cut'}"):
                        shutil.rmtree(cli.data)
                        shutil.copytree(cli.data + ".wished", cli.data)
                        office.boxes = copy.deepcopy(boxes)
                        self.broken(office, cli, verb, before, kill)

    # Folders that somebody removes or renames meanwhile

    def test_folders_come_and_go(self):
        """What waits for a folder that was renamed is done there; a target that is gone is made again, also when the
        line is cut between the two; what lay in a folder that was removed is gone, and keeps nothing else waiting."""
        for offers in OFFERS:
            for what in "renamed", "target", "target and cut", "source":
                with self.subTest(f"{offers}: {what}"):
                    office, cli = self.desk(offers, 4, ("INBOX", "Plans", "Archive"))
                    for number in 11, 12, 13:
                        office.box("Plans").put(letter(number))
                    self.open(office)
                    cli.good("sync", "box")
                    self.close(office)
                    for row in cli.rows("Plans"):
                        cli.good("flag", "box", row["id"], "+flagged")
                        if row["uid"] < 3:
                            cli.good("move", "box", row["id"], "Archive")
                    for uid in 1, 2:
                        self.do(cli, "move", "box", uid, "Archive")
                    plans = office.box("Plans")
                    if what == "renamed":
                        plans.name = "Plans 2027"
                    else:
                        office.boxes.remove(plans if what == "source" else office.box("Archive"))
                    self.open(office)
                    if what == "target and cut":
                        left = [CUT]
                        office.answers["UID MOVE" if "MOVE" in offers else "UID COPY"] = (
                            lambda session, tag, rest, left=left: left.pop() if left else None)
                        self.assertNotEqual(cli.run("sync", "box").code, 0)
                    self.assertEqual(cli.good("sync", "box").err, "")
                    moved = [letter(1), letter(2)] + ([] if what == "source" else [letter(11), letter(12)])
                    self.assertEqual(self.contents(office, "Archive"), sorted(moved))
                    self.assertEqual(self.contents(office, "INBOX"), sorted([letter(3), letter(4)]))
                    if what != "source":
                        self.assertEqual(self.contents(office, plans.name), [letter(13)])
                        self.assertEqual(sum("\\Flagged" in one.flags for box in office.boxes for one in box.letters), 3)
                    self.settled(cli, office)

    def test_a_target_that_is_gone_and_not_told_of(self):
        """Servers that say no, and not why (no TRYCREATE, no NONEXISTENT): the target is looked for, and made again
        where it is gone. Where it is there the move is taken back."""
        def bare(verb):
            def answer(session, tag, rest):
                name = rest.split(" ")[1] if verb.startswith("UID") else rest.split(" ")[0]
                return None if session.find(name) else f"{tag} NO {words}\r\n".encode()
            return answer
        for offers in OFFERS:
            verb = "UID MOVE" if "MOVE" in offers else "UID COPY"
            for words in "The folder could not be found", "[X-WHY] what", "[NONEXISTENT] no":
                for cut in False, True:
                    with self.subTest(f"{offers}: {words}, cut {cut}"):
                        office, cli = self.desk(offers, 4, ("INBOX", "Archive"))
                        for uid in 1, 2, 3:
                            self.do(cli, "move", "box", uid, "Archive")
                        archive, left = office.box("Archive"), [CUT] if cut else []
                        self.open(office)

                        def move(session, tag, rest):
                            # After the list of folders was told.
                            if archive in office.boxes:
                                office.boxes.remove(archive)
                            return left.pop() if left else bare(verb)(session, tag, rest)
                        office.answers.update({word: bare(word) for word in ("SELECT", "STATUS")}, **{verb: move})
                        if cut:
                            self.assertNotEqual(cli.run("sync", "box").code, 0)
                        self.assertEqual(cli.good("sync", "box").err, "")
                        self.assertEqual(self.contents(office, "Archive"), sorted(map(letter, (1, 2, 3))))
                        self.assertEqual(self.contents(office, "INBOX"), [letter(4)])
                        self.assertEqual(len(office.said("CREATE")), 1)
                        self.settled(cli, office)
            for answers in {"LIST": "NO not now", "STATUS": "NO what"}, {"STATUS": "NO [UNAVAILABLE] not now"}, {}:
                with self.subTest(f"{offers}: it is there, {answers}"):
                    office, cli = self.desk(offers, 2, ("INBOX", "Archive"))
                    self.do(cli, "move", "box", 1, "Archive")
                    self.open(office)

                    def refuse(session, tag, rest):
                        office.answers.update({word: lambda session, tag, rest, said=said: f"{tag} {said}\r\n".encode()
                                               for word, said in answers.items()})
                        return f"{tag} NO not there\r\n".encode()
                    office.answers[verb] = refuse
                    self.assertIn("the server said: not there", cli.run("sync", "box").err)
                    self.assertEqual(office.said("CREATE"), [])
                    office.answers.clear()
                    cli.good("sync", "box")
                    self.assertEqual(self.contents(office, "INBOX"), [letter(1), letter(2)])
                    self.settled(cli, office)

    def test_refused_for_now(self):
        """It waits, with all else that was done to these letters; letters come nevertheless, and others are served."""
        def busy(session, tag, rest):
            return f"{tag} NO [INUSE] Somebody works in it\r\n".encode()
        for offers in OFFERS:
            moving = "UID MOVE" if "MOVE" in offers else "UID COPY"
            for verb, words in ((moving, ("move", "Archive")), ("UID STORE", ("move", "Archive")),
                                ("UID STORE", ("delete", "--expunge")), ("UID STORE", ("flag", "+flagged"))):
                if verb == "UID STORE" and words[0] == "move" and moving == "UID MOVE":
                    continue
                with self.subTest(f"{offers}: {verb} {words[0]}"):
                    office, cli = self.desk(offers, 6, ("INBOX", "Archive", "Plans", "Drafts"))
                    for uid in 1, 2:
                        self.do(cli, words[0], "box", uid, words[1])
                    if words[0] != "delete":
                        self.do(cli, "delete", "box", 5, "--expunge")
                    self.open(office)
                    # Of all the server does it is only this: with 5 nothing else may be done but what was wished.
                    office.answers[verb] = lambda session, tag, rest: (
                        busy(session, tag, rest) if not rest.startswith("5 ") else None)
                    for name in "INBOX", "Plans":
                        office.box(name).put(letter(80 if name == "Plans" else 81))
                    for _ in range(2):
                        run = cli.run("sync", "box")
                        self.assertEqual(run.code, 75, run)
                        self.assertIn("the server said: Somebody works in it", run.err)
                        self.assertEqual([row["subject"] for row in cli.rows("Plans")], ["letter 80"])
                        rows = [row["subject"] for row in cli.rows()]
                        self.assertEqual(rows, sorted(set(rows), key=lambda name: -int(name.split()[1])), "each once")
                        self.assertIn("letter 81", rows)
                        self.assertEqual("letter 1" in rows, words[0] == "flag")
                        if words[0] != "delete":
                            self.assertNotIn(5, [one.uid for one in office.box("INBOX").letters])
                    del office.answers[verb]
                    self.assertEqual(cli.good("sync", "box").err, "")
                    self.assertEqual(self.contents(office, "Archive"), [letter(1), letter(2)] if words[0] == "move" else [])
                    self.assertEqual(self.flags(office, "\\Flagged"), [1, 2] if words[0] == "flag" else [])
                    self.settled(cli, office)

    # What is told of it

    def test_each_exchange_names_what_it_was_said_for(self):
        """No click is said to have done what twelve did; nor are others than those named."""
        office, cli = self.desk(OFFERS[0])
        for uid in range(1, 13):
            self.do(cli, "move", "box", uid, "Archive")
        self.do(cli, "flag", "box", 20, "+seen")
        self.open(office)
        said = cli.run("sync", "box", wire="json")
        self.assertEqual(said.code, 0, said)
        causes = {}
        for line in said.err.splitlines():
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("verb") in CHANGES and "cause" in event:
                causes[event["verb"]] = event["cause"]
        self.assertEqual(len(set(causes["UID MOVE"]["wishes"])), 12, causes)
        self.assertNotIn("wishes", causes["UID STORE"])
        # The ledger tells each letter by its own wish, and all of them are found in that one exchange.
        rows = [row for row in cli.good("ledger", "box", "--json").rows() if row["exchange"] == "UID MOVE"]
        self.assertEqual(len(rows), 12)
        self.assertEqual({row["cause"] for row in rows}, {"move"})


if __name__ == "__main__":
    tap.main()
