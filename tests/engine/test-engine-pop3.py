"""Collecting from POP3 servers that want a pause, are in use, rebuild their mailbox, give a name twice or lie about
a letter's weight: nothing lost, nothing twice, and every wait is told."""
import glob
import hashlib
import os
import sqlite3
import time
import unittest

from post import Post
from world import Cli, Letters
import tap

PASSWORD = "not-so-secret"


class Pop3(unittest.TestCase):
    def setUp(self):
        self.letters = Letters("pop")

    def box(self, *more, **options):
        post = Post(**options)
        cli = Cli()
        self.addCleanup(post.stop)
        self.addCleanup(cli.close)
        cli.good("account", "add", "pop3", "--name", "box", "--email", "ada@restante.test", "--user", "ada",
                 "--server", f"127.0.0.1:{post.port}", "--security", "none", "--no-check",
                 "--password-file", cli.file("password", PASSWORD.encode() + b"\n"), *more)
        return cli, post

    def some(self, count, size=700):
        return [(f"u{at}", self.letters.make(size)[1]) for at in range(count)]

    def here(self, cli):
        return sorted(map(self.letters.token, cli.letters().values()))

    def check_all(self, cli):
        self.assertEqual(self.here(cli), sorted(self.letters.made))

    def check_exact(self, cli):
        """Each is here as it was sent; others may be, too."""
        here = list(cli.letters().values())
        for token, letter in self.letters.made.items():
            self.assertIn(letter, here, token)

    def test_login_delay(self):
        for capa in (["LOGIN-DELAY 900"], ["LOGIN-DELAY 900 USER", "RESP-CODES"]):
            cli, post = self.box(letters=self.some(2), capa=["UIDL", "USER", *capa])
            cli.good("sync", "box")
            said = cli.run("sync", "box")
            self.assertEqual((said.code, post.visits), (75, 1), said)
            self.assertRegex(said.err, r"the next one can be at \d\d:\d\d:\d\d")
            post.stop()

    def test_without_uidl_the_bytes_are_the_name(self):
        """A visit that was cut removed nothing: what it brought is known again by its bytes, the long letter too."""
        cli, post = self.box("--leave", "none", letters=[*self.some(2), ("u9", self.letters.make(3 << 20)[1])])
        post.answers["UIDL"] = b"-ERR unknown\r\n"
        post.cut_at = "QUIT"
        self.assertNotEqual(cli.run("sync", "box").code, 0)
        self.check_all(cli)
        post.cut_at = None
        post.letters.append(("u10", self.letters.make(900)[1]))
        cli.good("sync", "box")
        self.check_all(cli)
        self.assertEqual(post.letters, [])

    def test_names_that_are_refused_for_now(self):
        """A server that has names, and does not tell them this once, is asked again: letters that are known by their
        names come no second time, and nobody is told to use something else."""
        for leave in ("none", "all"):
            for capa, refusal in ((["UIDL", "TOP", "USER"], b"-ERR index is busy\r\n"),
                                  (["TOP", "USER"], b"-ERR index is busy\r\n"),
                                  (["TOP", "USER", "RESP-CODES"], b"-ERR [SYS/TEMP] index is busy\r\n")):
                with self.subTest((leave, capa, refusal)):
                    self.letters.made.clear()
                    cli, post = self.box("--leave", leave, letters=self.some(3), capa=capa)
                    post.cut_at = "QUIT"
                    self.assertEqual(cli.run("sync", "box").code, 75)
                    post.cut_at = None
                    post.answers["UIDL"] = refusal
                    said = cli.run("sync", "box")
                    self.assertEqual(said.code, 75, said)
                    self.assertIn("index is busy", said.err)
                    self.check_all(cli)
                    del post.answers["UIDL"]
                    cli.good("sync", "box")
                    self.check_all(cli)
                    self.assertEqual(len(post.letters), 0 if leave == "none" else 3)
                    self.assertEqual(len(self.asked(post, "RETR")), 3)

    def test_a_letter_without_a_name(self):
        """UIDL leaves one letter out: the others come by their names, and once; it is told of, or known by its bytes."""
        for leave in ("all", "none"):
            for line in (b"", b"2 \r\n"):
                with self.subTest((leave, line)):
                    self.letters.made.clear()
                    cli, post = self.box("--leave", leave, letters=self.some(3))
                    post.answers["UIDL"] = b"+OK\r\n1 u0\r\n" + line + b"3 u2\r\n.\r\n"
                    post.cut_at = "QUIT"
                    cli.run("sync", "box")
                    post.cut_at = None
                    said = cli.run("sync", "box")
                    if leave == "none":
                        self.assertEqual((said.code, post.letters), (0, []), said)
                        self.check_all(cli)
                    else:
                        self.assertEqual(said.code, 75, said)
                        self.assertIn("did not name", said.err)
                        self.assertEqual(self.here(cli), sorted(self.letters.token(post.letters[at][1]) for at in (0, 2)))
                        self.assertEqual(len(self.asked(post, "RETR")), 2)
                        del post.answers["UIDL"]
                        cli.good("sync", "box")
                        self.check_all(cli)

    def test_a_short_delay_is_sat_out(self):
        cli, post = self.box(letters=self.some(1), capa=["UIDL", "USER", "LOGIN-DELAY 2"])
        cli.good("sync", "box")
        began = time.monotonic()
        cli.good("sync", "box")
        self.assertGreater(time.monotonic() - began, 1)
        self.assertEqual(post.visits, 2)

    def test_login_delay_refused(self):
        cli, post = self.box(letters=self.some(1))
        post.refuse = "-ERR [LOGIN-DELAY] come back later"
        said = cli.run("sync", "box")
        self.assertEqual(said.code, 75)
        self.assertIn("come back later", said.err)
        post.refuse = None
        self.assertEqual((cli.run("sync", "box").code, post.visits), (75, 1))

    def test_refusals(self):
        for refuse, code, words in (("-ERR [IN-USE] locked by pid 7", 75, "open in another program"),
                                    ("-ERR [SYS/TEMP] disk", 75, "try again later"),
                                    ("-ERR [SYS/PERM] no such spool", 69, "not the password"),
                                    ("-ERR [AUTH] no", 77, "check the user name and the password"),
                                    ("-ERR no", 77, "check the user name and the password")):
            cli, post = self.box(letters=self.some(1))
            post.refuse = refuse
            said = cli.run("sync", "box")
            self.assertEqual(said.code, code, said)
            self.assertIn(words, said.err)
            post.refuse = None
            cli.good("sync", "box")
            self.check_all(cli)
            self.letters.made.clear()

    def test_all_names_new(self):
        cli, post = self.box(letters=self.some(5))
        cli.good("sync", "box")
        post.letters = [(f"new{uidl}", letter) for uidl, letter in post.letters]
        post.letters.append(("newest", self.letters.make(900)[1]))
        for _ in range(2):
            cli.good("sync", "box")
            self.check_all(cli)
        ids = [row["id"] for row in cli.rows()]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(sum(line.startswith("RETR") for line in post.heard), 5 + 6)

    def test_names_given_to_other_letters(self):
        """The server counts from one again: a name that weighs something else puts all of them in doubt."""
        cli, post = self.box(letters=self.some(4))
        cli.good("sync", "box")
        kept, fresh = post.letters[1][1], [self.letters.make(700)[1] for _ in range(2)]
        post.letters = [("u0", fresh[0] + b"more\r\n"), ("u1", fresh[1]), ("u2", kept)]
        self.letters.made = {self.letters.token(letter): letter for letter in self.letters.made.values()}
        for _ in range(2):
            cli.good("sync", "box")
            self.check_all(cli)

    def same_size(self, size=700):
        """A letter that weighs what those of some() do."""
        token, letter = self.letters.make(size - 50)
        wanted = len(self.fixed)
        self.letters.made[token] = letter = letter[:-2] + b"x" * (wanted - len(letter)) + b"\r\n"
        self.assertEqual(len(letter), wanted)
        return letter

    def alike(self, count):
        """Letters of one weight."""
        self.fixed = b"y" * 1100
        return [(f"u{at}", self.same_size()) for at in range(count)]

    def asked(self, post, verb):
        return [line for line in post.heard if line.startswith(verb)]

    def test_a_name_of_another_letter_of_the_same_weight(self):
        """Before anything is removed for its age or for a person, its headers are looked at: what was never here stays
        until it is."""
        for top in True, False:
            for how in "policy", "person":
                with self.subTest(f"TOP {top}, {how}"):
                    self.letters.made.clear()
                    cli, post = self.box("--leave", "days:30" if how == "policy" else "until-deleted", letters=self.alike(4),
                                         capa=["UIDL", "USER", "PIPELINING", *(["TOP"] if top else [])])
                    cli.good("sync", "box")
                    old = list(self.letters.made)
                    fresh = [self.same_size() for _ in range(2)]
                    post.letters[1], post.letters[2] = ("u1", fresh[0]), ("u2", fresh[1])
                    if how == "person":
                        subjects = {row["subject"]: row["id"] for row in cli.rows()}
                        cli.good("delete", "box", subjects[f"letter {old[1]}"], "--expunge")
                        self.letters.made.pop(old[1])
                        left = [("u0", self.letters.made[old[0]]), ("u1", fresh[0]), ("u2", fresh[1]),
                                ("u3", self.letters.made[old[3]])]
                    else:
                        self.age(cli, 40)
                        left = [("u1", fresh[0]), ("u2", fresh[1])]
                    post.heard.clear()
                    cli.good("sync", "box")
                    self.check_all(cli)
                    self.assertEqual(post.letters, left)
                    self.assertEqual(len(self.asked(post, "TOP")) > 0, top)
                    cli.good("sync", "box")
                    self.assertEqual(post.letters, left)

    def age(self, cli, days):
        """As if what is here had come so long ago."""
        path, = glob.glob(os.path.join(cli.data, "accounts", "*", "mail.db"))
        base = sqlite3.connect(path)
        base.execute("UPDATE message SET arrived = arrived - ?", (days * 86400,))
        base.commit()
        base.close()

    def test_what_is_removed_is_looked_at_at_once(self):
        """All questions are on the way before the first answer: removing a hundred letters takes no hundred round trips;
        and what came in this very session is not asked for again."""
        cli, post = self.box("--leave", "days:30", letters=self.some(100, 80))
        cli.good("sync", "box")
        self.assertEqual(self.asked(post, "TOP"), [])
        self.age(cli, 40)
        post.slow, post.early = 0.001, 0
        cli.good("sync", "box")
        self.assertEqual((len(self.asked(post, "TOP")), len(self.asked(post, "DELE")), post.letters), (100, 100, []))
        self.assertGreater(post.early, 100)
        self.letters.made.clear()
        cli, post = self.box("--leave", "none", letters=self.some(3))
        cli.good("sync", "box")
        self.assertEqual((self.asked(post, "TOP"), post.letters), ([], []))

    def test_a_mailbox_that_was_rebuilt(self):
        """Names in another order, and new ones before them, are a sign: some are looked at, and then all."""
        cli, post = self.box(letters=self.alike(6))
        cli.good("sync", "box")
        kept = post.letters
        fresh = [self.same_size() for _ in range(4)]
        post.letters = [("u5", fresh[0]), ("new", fresh[1]), ("u0", fresh[2]), ("u1", kept[1][1]), ("u2", fresh[3])]
        for _ in range(2):
            cli.good("sync", "box")
            self.check_all(cli)
        self.assertLessEqual(len(self.asked(post, "TOP")), 16)
        # Nobody asks where the list is as it was.
        cli, post = self.box(letters=self.alike(6))
        cli.good("sync", "box")
        post.letters.append(("later", self.letters.make(300)[1]))
        cli.good("sync", "box")
        self.assertEqual(self.asked(post, "TOP"), [])

    def test_a_rest_that_is_another_letters(self):
        """Headers are here, and what comes under their name is another letter: it is never shown as that one."""
        for show in True, False:
            with self.subTest(show):
                self.letters.made.clear()
                cli, post = self.box(letters=self.alike(3))
                cli.good("sync", "box", "--headers-only")
                token = list(self.letters.made)[1]
                row = next(row for row in cli.rows() if row["subject"] == f"letter {token}")
                post.letters[1] = ("u1", self.same_size())
                self.letters.made.pop(token)
                if show:
                    said = cli.run("show", "box", row["id"], "--raw")
                    self.assertEqual((said.out, said.code != 0), (b"", True))
                for _ in range(2):
                    cli.good("sync", "box")
                    self.check_all(cli)

    def test_an_answer_that_comes_twice(self):
        """It was taken for the next letter's. When that is noticed nothing is removed until all came once more."""
        def twice(post, words):
            letter = dict(enumerate((letter for _, letter in post.letters), 1))[int(words[1])]
            answer = b"+OK\r\n" + letter.replace(b"\r\n.", b"\r\n..") + b".\r\n"
            return answer * (2 if words[1] == "1" and post.visits == 1 else 1)

        cli, post = self.box("--leave", "none", letters=self.some(3))
        post.answers["RETR"] = twice
        said = cli.run("sync", "box")
        self.assertEqual(said.code, 76, said)
        self.assertEqual(len(post.letters), 3)
        cli.good("sync", "box")
        self.assertEqual(post.letters, [])
        self.check_exact(cli)

    def test_an_end_that_was_lost(self):
        """One letter goes on to the end of the next, each is taken for the one before it, and the last never comes."""
        for lost in "1", "2", "4":
            with self.subTest(lost):
                self.letters = Letters("end" + lost)

                def once(post, words, lost=lost):
                    letter = post.letters[int(words[1]) - 1][1]
                    end = b".\r*" if words[1] == lost and post.visits == 1 else b".\r\n"
                    if post.visits == 1 and words[1] == "6":
                        raise OSError("the line is cut while one answer is waited for")
                    return b"+OK\r\n" + letter.replace(b"\r\n.", b"\r\n..") + end

                cli, post = self.box("--leave", "none", letters=self.some(6))
                post.answers["RETR"] = once
                said = cli.run("sync", "box")
                self.assertEqual(said.code, 75, said)
                self.assertEqual(len(post.letters), 6)
                cli.good("sync", "box")
                self.assertEqual(post.letters, [])
                self.check_exact(cli)

    def test_weights_that_are_never_right(self):
        """Where they say nothing, what came before the line was cut is not collected again; nor is what has its weight."""
        for lie in range(5), (1, 3), ():
            with self.subTest(lie):
                self.letters = Letters("w")
                cli, post = self.box("--leave", "none", letters=self.some(5))
                post.weights = {f"u{at}": 690 + at for at in lie}
                post.cut_at = "DELE"
                self.assertEqual(cli.run("sync", "box").code, 75)
                post.cut_at = None
                cli.good("sync", "box")
                self.check_all(cli)
                self.assertEqual(sum(line.startswith("RETR") for line in post.heard), 5)

    def test_weights_that_change(self):
        """A server that writes marks into letters gives no second copies."""
        cli, post = self.box(letters=self.some(3))
        cli.good("sync", "box")
        post.letters = [(uidl, b"Status: RO\r\n" + letter) for uidl, letter in post.letters]
        for _ in range(2):
            cli.good("sync", "box")
            self.check_all(cli)
        self.assertEqual(sum(line.startswith("RETR") for line in post.heard), 3 + 3)

    def test_one_name_for_all(self):
        cli, post = self.box(letters=[("same", letter) for _, letter in self.some(4)])
        for _ in range(2):
            cli.good("sync", "box")
            self.check_all(cli)

    def test_larger_than_announced(self):
        cli, post = self.box("--leave", "none", letters=self.some(3, 200_000))
        post.weights = {"u0": 10, "u1": 0}
        cli.good("sync", "box")
        self.check_all(cli)
        self.assertEqual(post.letters, [])

    def test_endless_letter_holds_up_nobody(self):
        cli, post = self.box("--leave", "none", letters=self.some(6))
        post.endless = {"u2"}
        said = cli.run("sync", "box")
        self.assertEqual((said.code, post.visits), (75, 2), said)
        self.assertIn("sends far more", said.err)
        endless = self.letters.token(dict(post.letters)["u2"])
        self.assertEqual(self.here(cli), sorted(set(self.letters.made) - {endless}))
        self.assertEqual([uidl for uidl, _ in post.letters], ["u2"])
        cli.good("sync", "box")
        self.assertEqual(post.visits, 3)

    def test_headers_only(self):
        cli, post = self.box(letters=self.some(3))
        cli.good("sync", "box", "--headers-only")
        rows = cli.rows()
        self.assertEqual([row["subject"] for row in rows], [f"letter {token}" for token in
                                                           sorted(self.letters.made, reverse=True)])
        self.assertFalse(any(line.startswith("RETR") for line in post.heard))
        shown = cli.good("show", "box", rows[0]["id"], "--raw").out
        self.assertEqual(shown, self.letters.made[max(self.letters.made)])
        self.assertEqual([line for line in post.heard if line.startswith("RETR")], ["RETR 3"])
        cli.good("sync", "box")
        self.check_all(cli)
        self.assertEqual(len(cli.rows()), 3)

    def test_headers_without_top(self):
        cli, post = self.box(letters=self.some(2), capa=["UIDL", "USER"])
        cli.good("sync", "box", "--headers-only")
        self.check_all(cli)

    def test_headers_of_large_letters(self):
        cli, post = self.box("--keep", "below:5000", letters=self.some(2) + [("large", self.letters.make(20_000)[1])])
        cli.good("sync", "box")
        self.assertEqual([line for line in post.heard if line[:3] in ("RET", "TOP")], ["RETR 1", "RETR 2", "TOP 3 0"])
        post.letters.pop()
        cli.good("sync", "box")
        self.assertEqual(len(cli.rows()), 2)

    def test_cut_before_quit(self):
        """DELE did not happen: the letters are there still, and come no second time."""
        cli, post = self.box("--leave", "none", letters=self.some(3))
        post.cut_at = "QUIT"
        self.assertEqual(cli.run("sync", "box").code, 75)
        self.check_all(cli)
        post.cut_at = None
        cli.good("sync", "box")
        self.check_all(cli)
        self.assertEqual(sum(line.startswith("RETR") for line in post.heard), 3)
        self.assertEqual(post.letters, [])

    def test_policies(self):
        for policy, left in (("all", 3), ("none", 0), ("days:1", 3), ("days:0", 0), ("until-deleted", 3)):
            cli, post = self.box("--leave", policy, letters=self.some(3))
            cli.good("sync", "box")
            cli.good("sync", "box")
            self.assertEqual(len(post.letters), left, policy)
            self.check_all(cli)
            if policy == "until-deleted":
                cli.good("delete", "box", cli.rows()[0]["id"])
                cli.good("sync", "box")
                self.assertEqual(len(post.letters), 2)
            self.letters.made.clear()

    def test_pipelining(self):
        """Several commands at once where that is offered; elsewhere each waits for the answer to the one before."""
        for capa, early in ((["UIDL", "USER", "PIPELINING"], True), (["UIDL", "USER"], False)):
            with self.subTest(capa):
                cli, post = self.box("--leave", "none", letters=self.some(6), capa=capa)
                post.slow = 0.02
                cli.good("sync", "box")
                self.check_all(cli)
                self.assertEqual((post.early > 0, post.letters), (early, []))
                self.letters.made.clear()

    def test_apop(self):
        """Where the greeting has a timestamp, and nothing better is offered, the password itself is not said."""
        for banner, said in (("+OK post <1896.697170952@post.test>", "APOP ada " + hashlib.md5(
                b"<1896.697170952@post.test>" + PASSWORD.encode()).hexdigest()), ("+OK post", "USER ada")):
            with self.subTest(banner):
                cli, post = self.box(letters=self.some(1), capa=["UIDL", "USER"])
                post.banner = banner
                cli.good("sync", "box")
                self.check_all(cli)
                self.assertIn(said, post.heard)
                self.assertEqual(any(line.startswith("PASS") for line in post.heard), said == "USER ada")
                self.letters.made.clear()

    def test_utf8(self):
        for capa, said in ((["UTF8", "UIDL", "USER"], True), (["UIDL", "USER"], False)):
            cli, post = self.box(letters=self.some(1), capa=capa)
            cli.good("sync", "box")
            heard = [line.split()[0] for line in post.heard]
            self.assertEqual("UTF8" in heard, said)
            self.assertTrue(not said or heard.index("UTF8") < heard.index("USER"))
        cli, post = self.box(letters=self.some(1), capa=["UTF8", "UIDL", "USER"])
        post.answers["UTF8"] = b"-ERR no\r\n"
        cli.good("sync", "box")

    def test_language(self):
        cli, post = self.box(letters=self.some(1), capa=["LANG", "UIDL", "USER"])
        cli.env["LANGUAGE"] = "fr"
        post.answers["LANG"] = b"-ERR no such language\r\n"
        cli.good("sync", "box")
        self.assertIn("LANG fr", post.heard)
        for capa, language in (post.capa, "en"), (["UIDL", "USER"], "fr"):
            post.capa, cli.env["LANGUAGE"] = capa, language
            post.heard.clear()
            cli.good("sync", "box")
            self.assertFalse(any(line.startswith("LANG") for line in post.heard), capa)

    def test_a_long_list(self):
        letter = self.letters.make(100)[1]
        cli, post = self.box(letters=[("u1", letter)])
        many = 300_000
        post.answers["LIST"] = b"+OK\r\n" + b"".join(b"%d 500\r\n" % at for at in range(1, many + 1)) + b".\r\n"
        post.answers["UIDL"] = b"+OK\r\n" + b"".join(b"%d name-of-%d\r\n" % (at, at) for at in range(1, many + 1)) + b".\r\n"
        post.cut_at = "RETR"
        said = cli.run("sync", "box")
        self.assertEqual(said.code, 75, said)
        self.assertIn("RETR 1", post.heard)


if __name__ == "__main__":
    tap.main()
