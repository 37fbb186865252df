"""Which letters belong together: by what they say they answer, and by what a server says that groups them."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from imap_office import Gmail  # noqa: E402
from office_case import OfficeCase  # noqa: E402
import tap  # noqa: E402


def letter(name, subject="Supper at the pier", answers=None, references=()):
    lines = ["From: Ada <ada@restante.test>", f"Subject: {subject}", "Date: Mon, 23 Nov 2026 10:00:00 +0000"]
    if name:
        lines.append(f"Message-ID: <{name}@restante.test>")
    if answers:
        lines.append(f"In-Reply-To: <{answers}@restante.test>")
    if references:
        lines.append("References: " + " ".join(f"<{one}@restante.test>" for one in references))
    return "\r\n".join(lines + ["", "hello", ""]).encode()


class Here(OfficeCase):
    """What needs no server."""
    def conversations(self, *letters):
        office = self.office("IMAP4rev1 THREAD=REFERENCES", ("INBOX", "Archive"))
        for number, content in enumerate(letters):
            office.box("Archive" if number % 2 else "INBOX").put(content)
        cli = self.account(office, more=("--keep", "headers"))
        cli.good("sync", "box")
        rows = [row for folder in ("INBOX", "Archive") for row in cli.rows(folder)]
        return {row["message_id"].split("@")[0] if row["message_id"] else "-": self.names(cli, row["id"]) for row in rows}

    def names(self, cli, id):
        return [(row["message_id"] or "-").split("@")[0] for row in cli.good("conversation", "box", id, "--json").rows()]

    def test_answers_in_all_folders(self):
        found = self.conversations(letter("1"), letter("2", answers="1"), letter("3", answers="2", references=("1", "2")), letter("9"))
        for name in "123":
            self.assertEqual(sorted(found[name]), ["1", "2", "3"])
        self.assertEqual(found["9"], ["9"])

    def test_the_first_letter_is_not_here(self):
        found = self.conversations(letter("2", references=("1",)), letter("3", references=("1",)), letter("4", answers="1"))
        for name in "234":
            self.assertEqual(sorted(found[name]), ["2", "3", "4"])

    def test_each_names_only_the_one_before(self):
        """Several rounds, whichever of them is asked about."""
        chain = [letter("1")] + [letter(str(n), answers=str(n - 1)) for n in range(2, 7)]
        found = self.conversations(*reversed(chain))
        for name in "136":
            self.assertEqual(sorted(found[name]), list("123456"))

    def test_the_subject_alone_joins_nothing(self):
        found = self.conversations(letter("1"), letter("2"), letter("3", subject="Re: Supper at the pier"))
        self.assertEqual([found[name] for name in "123"], [["1"], ["2"], ["3"]])

    def test_odd_ones(self):
        """A letter without a name, one that answers itself, two that answer each other."""
        found = self.conversations(letter(None), letter("1", answers="1"), letter("2", answers="3"), letter("3", answers="2"))
        self.assertEqual(found["-"], ["-"])
        self.assertEqual(found["1"], ["1"])
        self.assertEqual(sorted(found["2"]), ["2", "3"])

    def test_no_such_letter(self):
        office = self.office("IMAP4rev1")
        cli = self.account(office)
        cli.good("sync", "box")
        for id, code in ("77", 69), ("x", 64):
            said = cli.run("conversation", "box", id)
            self.assertNotEqual(said.code, 0, said)
            self.assertIn(id, said.err)
        self.assertEqual(cli.run("conversation", "box").code, 64)


class There(OfficeCase):
    """A server that groups letters is asked, one that does not is not; what it refuses changes nothing."""
    def asked(self, offers, answers=None, kind=None):
        office = self.office(offers, answers=answers) if not kind else self.office(offers, kind=kind, answers=answers)
        for content in letter("1"), letter("2", answers="1"), letter("3", "Re: Supper at the pier"), letter("4", "Else"):
            if kind:
                office.deliver(content, "INBOX")
            else:
                office.box("INBOX").put(content)
        cli = self.account(office, more=("--keep", "headers"))
        cli.good("sync", "box")
        rows = cli.rows()
        self.first = next(row for row in rows if row["message_id"].startswith("1@"))
        return office, cli

    def together(self, cli):
        rows = cli.good("conversation", "box", self.first["id"], "--server", "--json").rows()
        return sorted(row["message_id"].split("@")[0] for row in rows)

    @staticmethod
    def threads(text):
        return {"UID THREAD": lambda session, tag, rest: f"* THREAD{text}\r\n{tag} OK done\r\n".encode()}

    def test_threads(self):
        office, cli = self.asked("IMAP4rev1 THREAD=ORDEREDSUBJECT THREAD=REFERENCES THREAD=REFS", self.threads(" (1 (2)(3))(4)"))
        self.assertEqual(self.together(cli), ["1", "2", "3"])
        said, = office.said("UID THREAD")
        self.assertEqual(said, 'UID THREAD REFERENCES UTF-8 OR SUBJECT "supper at the pier" '
                               'OR HEADER Message-ID "1@restante.test" HEADER References "1@restante.test"')

    def test_a_parent_that_is_missing(self):
        office, cli = self.asked("IMAP4rev1 THREAD=REFS", self.threads(" ((1 2)(3))(4)"))
        self.assertEqual(self.together(cli), ["1", "2", "3"])
        self.assertTrue(office.said("UID THREAD REFS "))

    def test_it_knows_of_none_or_of_others(self):
        for text in "", " (4)(3)", " (1)(2)":
            with self.subTest(text):
                _, cli = self.asked("IMAP4rev1 THREAD=REFERENCES", self.threads(text))
                self.assertEqual(self.together(cli), ["1", "2"], "what answers each other belongs together whatever a server says")

    def test_refused(self):
        office, cli = self.asked("IMAP4rev1 THREAD=REFERENCES",
                            {"UID THREAD": lambda session, tag, rest: f"{tag} NO [BADCHARSET] no\r\n".encode()})
        self.assertEqual(self.together(cli), ["1", "2"])
        self.assertTrue(office.said("UID THREAD"))
        self.assertIn("does not group these letters", cli.run("conversation", "box", self.first["id"], "--server").err)

    def test_not_offered(self):
        for offers in "IMAP4rev1", "IMAP4rev1 THREAD=ORDEREDSUBJECT", "IMAP4rev2":
            with self.subTest(offers):
                office, cli = self.asked(offers)
                selected = len(office.said("SELECT"))
                self.assertEqual(self.together(cli), ["1", "2"])
                self.assertFalse(office.said("UID THREAD"))
                self.assertEqual(len(office.said("SELECT")), selected, "nothing is asked that nobody answers")

    def test_nonsense_instead_of_threads(self):
        for text in " (1 (2", " 1 3", " (1 x 3)", " (99 1000000)":
            with self.subTest(text):
                _, cli = self.asked("IMAP4rev1 THREAD=REFERENCES", self.threads(text))
                self.assertEqual(self.together(cli), ["1", "2"])
                cli.good("sync", "box")

    def test_a_letter_that_is_new_here(self):
        """Someone answers between two looks: the letter comes with its conversation."""
        office, cli = self.asked("IMAP4rev1 THREAD=REFERENCES", self.threads(" (1 2 5)"))
        office.box("INBOX").put(letter("5", answers="2"))
        self.assertEqual(self.together(cli), ["1", "2", "5"])

    def test_by_their_ids(self):
        """OBJECTID's, where nothing is grouped by THREAD (RFC 8474 §5.2, §6)."""
        ids = {1: "T1", 2: "T1", 3: "T1", 4: "T9"}
        answers = {
            "UID FETCH": lambda session, tag, rest: b"".join(
                b"* 1 FETCH (UID %d THREADID (%s))\r\n" % (int(rest.split()[0]), ids[int(rest.split()[0])].encode())
                for _ in "x") + f"{tag} OK done\r\n".encode() if "THREADID" in rest else None,
            "UID SEARCH": lambda session, tag, rest: ("* SEARCH " + " ".join(
                str(uid) for uid, thread in ids.items() if rest == f"THREADID {thread}") + f"\r\n{tag} OK done\r\n").encode()
            if "THREADID" in rest else None}
        office, cli = self.asked("IMAP4rev1 OBJECTID", answers)
        self.assertEqual(self.together(cli), ["1", "2", "3"])
        self.assertTrue(office.said("UID SEARCH THREADID T1"))

    def test_a_server_without_ids_for_conversations(self):
        """NIL: it has the extension and knows no conversations."""
        answers = {"UID FETCH": lambda session, tag, rest:
                   f"* 1 FETCH (UID 1 THREADID NIL)\r\n{tag} OK done\r\n".encode() if "THREADID" in rest else None}
        office, cli = self.asked("IMAP4rev1 OBJECTID", answers)
        self.assertEqual(self.together(cli), ["1", "2"])
        self.assertFalse([line for line in office.said("UID SEARCH") if "THREADID" in line])

    def test_gmail(self):
        answers = {
            "UID FETCH": lambda session, tag, rest:
            f"* 1 FETCH (X-GM-THRID 77 UID 1)\r\n{tag} OK done\r\n".encode() if "X-GM-THRID" in rest else None,
            "UID SEARCH": lambda session, tag, rest:
            f"* SEARCH 1 2 3\r\n{tag} OK done\r\n".encode() if "X-GM-THRID 77" in rest else None}
        _, cli = self.asked(Gmail.OFFERS, answers, Gmail)
        self.assertEqual(self.together(cli), ["1", "2", "3"])


if __name__ == "__main__":
    tap.main()
