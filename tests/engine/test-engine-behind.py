"""Letters one behind the other: the next one's envelope goes out with the end of the one before, one commit a letter
says what became of it and that the next may go, and no letter's end leaves before that."""
import glob
import json
import os
import shutil
import signal
import sqlite3
import ssl
import subprocess
import tempfile
import unittest

from desk import Desk
from post import Post
import world
from world import Cli
import certificates
import tap

LETTER = (b"From: Ada <ada@restante.test>\r\nTo: edsger@restante.test\r\nSubject: %d\r\nMessage-ID: <%d@restante.test>\r\n"
          b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n%b\r\n")
QUEUED, SENDING, SENT = 1, 2, 3
REQUIRE_TLS = 2
DATA, CHUNKS = ("PIPELINING",), ("PIPELINING", "CHUNKING")
MAIL, RCPT = "MAIL FROM:<ada@restante.test>", "RCPT TO:<edsger@restante.test>"


class Behind(unittest.TestCase):
    """Where there is no memory for a witness: each letter is `sending` on the disk before its end goes."""
    witness = False

    @classmethod
    def setUpClass(cls):
        """A room with three letters that wait; each test has a copy of it."""
        cls.post, cls.begun = Post(), Cli()
        cls.begun.good("account", "add", "pop3", "--name", "box", "--email", "ada@restante.test", "--user", "ada",
                       "--server", f"127.0.0.1:{cls.post.port}", "--security", "none", "--no-check",
                       "--password-file", cls.begun.file("password", b"secret\n"),
                       "--smtp", "127.0.0.1:1", "--smtp-security", "none")
        for number in range(3):
            cls.queue(cls.begun, number)

    @classmethod
    def tearDownClass(cls):
        cls.post.stop()
        cls.begun.close()

    def box(self, *offers, letters=3, waits=0.0, tls=None, **answers):
        """An account with letters whose time has come, and where they go."""
        desk, cli = Desk(offers, {begin.replace("_", " "): answer for begin, answer in answers.items()}, tls), Cli()
        desk.waits = waits
        self.give_runtime(cli)
        self.addCleanup(cli.close)
        self.addCleanup(desk.stop)
        self.addCleanup(lambda: self.assertEqual(desk.failures, []))
        shutil.copytree(self.begun.data, cli.data)
        self.write(os.path.join(cli.data, "restante.db"), "UPDATE account SET smtp_port = ?", desk.port)
        self.now(cli, letters)
        return cli, desk

    def give_runtime(self, cli):
        """The person's runtime directory: in memory, as a desktop has it, or on the disk, where no witness is kept."""
        if self.witness and world.MEMORY is None:
            self.skipTest("there is no memory to write to")
        self.runtime = tempfile.mkdtemp(dir=world.MEMORY if self.witness else None) if self.witness else os.path.join(cli.home, "run")
        os.makedirs(self.runtime, mode=0o700, exist_ok=True)
        self.addCleanup(shutil.rmtree, self.runtime, ignore_errors=True)
        cli.env["XDG_RUNTIME_DIR"] = self.runtime if self.witness else ""

    def write(self, path, sql, *values):
        base = sqlite3.connect(path)
        base.execute(sql, values)
        base.commit()
        base.close()

    def mail(self, cli):
        path, = glob.glob(os.path.join(cli.data, "accounts", "*", "mail.db"))
        return path

    def now(self, cli, letters):
        """The time of the first so many letters has come; the others are not to be seen."""
        self.write(self.mail(cli), "UPDATE outbox SET next_try = 0 WHERE id <= ?", letters)
        self.write(self.mail(cli), "UPDATE outbox SET state = 0 WHERE id > ?", letters)

    @staticmethod
    def queue(cli, number, *words, body=b"hello"):
        cli.good("send", "box", "--at", "2030-01-01T08:30Z", *words, cli.file("letter.eml", LETTER % (number, number, body)))

    def states(self, cli):
        """What is on the disk, by the order of sending."""
        base = sqlite3.connect(f"file:{self.mail(cli)}?mode=ro", uri=True)
        try:
            return [state for state, in base.execute("SELECT state FROM outbox WHERE state > 0 ORDER BY id")]
        finally:
            base.close()

    def marks(self, cli):
        base = sqlite3.connect(f"file:{self.mail(cli)}?mode=ro", uri=True)
        try:
            return [mark for mark, in base.execute("SELECT ahead FROM outbox WHERE ahead <> 0")]
        finally:
            base.close()

    def subjects(self, desk):
        return [int(letter.split(b"Subject: ")[1].split(b"\r\n")[0]) for _, _, letter in desk.taken]

    def test_order(self):
        """The envelope comes before the answer to the letter before, and its end after what the disk says."""
        for offers, rest in (DATA, ["DATA"]), (CHUNKS, []):
            with self.subTest(offers):
                seen = []

                def end(line):
                    if line == "." or line.endswith(" LAST"):
                        seen.append(self.states(cli))
                    return b"250 2.0.0 taken\r\n"
                cli, desk = self.box(*offers, waits=1, **{".": end, "BDAT": end})
                desk.answers["QUIT"] = b"221 bye\r\n"
                cli.good("sync", "box")
                self.assertEqual(seen, [[SENDING, QUEUED, QUEUED], [SENT, SENDING, QUEUED], [SENT, SENT, SENDING]])
                self.assertEqual(desk.behind, [["RSET", MAIL, RCPT, *rest]] * 2 + [[]])
                self.assertEqual(self.subjects(desk), [0, 1, 2])
                self.assertEqual(len(desk.sessions), 1)

    def test_each_has_its_own_exchange(self):
        """What is recorded: each command and its answer are of the letter they are about, whatever came between."""
        for offers in DATA, CHUNKS:
            with self.subTest(offers):
                cli, _ = self.box(*offers, MAIL=lambda line: b"250 2.1.0 sender\r\n", RCPT=lambda line: b"250 2.1.5 them\r\n")
                about, said, heard = {}, [], {}
                for event in map(json.loads, cli.run("sync", "box", wire="json").err.splitlines()):
                    if event["protocol"] != "smtp":
                        continue
                    if event["type"] == "exchange-begin":
                        about[event["exchange"]] = event["verb"], event["cause"]["subject"]
                    if event["type"] == "bytes" and event.get("kind") == "plain" and event["text"] != ".\r\n":
                        if event["direction"] == "out":
                            said.append((event["text"].split()[0], about[event["exchange"]]))
                        else:
                            heard.setdefault(event.get("exchange"), []).append(event["text"])
                end = offers[-1].replace("PIPELINING", "DATA").replace("CHUNKING", "BDAT")
                self.assertEqual([word for word, _ in said[1:-1]], ["MAIL", "RCPT", end] + ["RSET", "MAIL", "RCPT", end] * 2
                                 if end == "DATA" else ["MAIL", "RCPT"] + [end, "RSET", "MAIL", "RCPT"] * 2 + [end])
                for word, (verb, _) in said:
                    self.assertEqual(word, verb)
                for verb, answer in ("MAIL", "sender"), ("RCPT", "them"):
                    of = [exchange for exchange, (word, _) in about.items() if word == verb]
                    self.assertEqual([about[exchange][1] for exchange in of], ["0", "1", "2"])
                    self.assertTrue(all(answer in heard[exchange][-1] for exchange in of), heard)
                self.assertEqual([subject for verb, subject in about.values() if verb == end], ["0", "1", "2"])

    def test_without_pipelining(self):
        cli, desk = self.box(letters=2, waits=0.2)
        cli.good("sync", "box")
        self.assertEqual(desk.behind, [[], []])
        self.assertEqual([line.split(" ")[0] for line in desk.sessions[0]],
                         ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"])

    def test_commits(self):
        """One synchronised commit a letter, and one more for the first."""
        for offers in (), DATA, CHUNKS:
            with self.subTest(offers):
                counts = []
                for letters in 0, 1, 3:
                    cli, desk = self.box(*offers, letters=letters)
                    stats = cli.good("sync", "box", "--stats", "--json").rows()[-1]
                    self.assertEqual(len(desk.taken), letters)
                    counts.append(stats["fsyncs"])
                # What was written last is made safe beside the last answer; on a slow machine, beside each.
                self.assertIn(counts[2] - counts[1], (2, 3, 4) if self.witness else (2,))
                self.assertEqual(counts[1] - counts[0], 2)

    def test_each_asks_for_its_own(self):
        """What one letter's envelope needs is not said with another's."""
        cli, desk = self.box(*CHUNKS, "8BITMIME", "SMTPUTF8", "DSN", "SIZE 90000", letters=0)
        self.queue(cli, 0, "--reports")
        self.queue(cli, 1, body="voilà".encode())
        self.queue(cli, 2, "--to", "grâce@exämple.org")
        # Too large for this server: it stays here, and takes nothing from the others.
        self.queue(cli, 3, body=b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 1300)
        self.queue(cli, 4)
        self.write(self.mail(cli), "UPDATE outbox SET next_try = 0")
        self.assertEqual(cli.run("sync", "box").code, 69)
        said = [line.split(" ")[2:] for line in desk.said("MAIL")]
        self.assertEqual([[word for word in words if not word.startswith("SIZE=")] for words in said],
                         [["RET=HDRS", "ENVID=0@restante.test"], ["BODY=8BITMIME"], ["SMTPUTF8"], []])
        self.assertEqual(self.subjects(desk), [0, 1, 2, 4])
        self.assertEqual(self.states(cli), [SENT, SENT, SENT, 5, SENT])

    def test_few_a_session(self):
        cli, desk = self.box(*CHUNKS, "LIMITS MAILMAX=2", waits=0.2)
        cli.good("sync", "box")
        self.assertEqual([len([line for line in session if line.startswith("MAIL")]) for session in desk.sessions], [2, 1])
        self.assertEqual(desk.behind, [["RSET", MAIL, RCPT], [], []])
        self.assertEqual(self.subjects(desk), [0, 1, 2])

    def test_refused_between(self):
        """What one of them is refused, before its end and after it, is nothing to the others."""
        for offers in (), DATA, CHUNKS:
            for refused, when in ("ends", ("." if "CHUNKING" not in offers else "BDAT")), ("recipient", "RCPT"), ("sender", "MAIL"):
                with self.subTest(offers=offers, refused=refused):
                    counted = []

                    def answer(line):
                        counted.append(line)
                        return b"550 5.7.1 not the second\r\n" if len(counted) == 2 else b"250 2.0.0 yes\r\n"
                    cli, desk = self.box(*offers, **{when: answer})
                    self.assertEqual(cli.run("sync", "box").code, 69)
                    self.assertEqual(self.subjects(desk), [0, 2])
                    self.assertEqual(self.states(cli), [SENT, 5, SENT])
                    self.assertEqual(len(desk.sessions), 1)

    def test_taken_back(self):
        """Somebody removes a letter while its envelope is on the way: it is not sent, and the next one is."""
        for offers, sessions in ((), 2), (DATA, 2), (CHUNKS, 1):
            with self.subTest(offers):
                cli, desk = self.box(*offers, waits=0.2)

                def end(_):
                    if not desk.taken:
                        cli.good("outbox", "box", 2, "discard")
                    return b"250 2.0.0 taken\r\n"
                desk.answers.update({".": end, "BDAT": end})
                cli.good("sync", "box")
                self.assertEqual(self.subjects(desk), [0, 2])
                self.assertEqual(self.states(cli), [SENT, SENT])
                self.assertEqual(len(desk.sessions), sessions)
                self.assertEqual(self.marks(cli), [])

    def test_next_after_one_taken_back(self):
        """Who comes behind a letter that was taken back is `sending` before its end, as everybody is."""
        seen = []

        def end(line):
            if line.endswith(" LAST"):
                seen.append(self.states(cli))
                if len(seen) == 1:
                    cli.good("outbox", "box", 2, "discard")
            return b"250 2.0.0 taken\r\n"
        cli, desk = self.box(*CHUNKS, waits=0.2, BDAT=end)
        cli.good("sync", "box")
        self.assertEqual(self.subjects(desk), [0, 2])
        self.assertEqual(seen, [[SENDING, QUEUED, QUEUED], [SENT, SENDING]])

    def test_not_discarded_on_its_way(self):
        """A letter whose end is with the server cannot be removed: nobody would know that it was sent."""
        for offers in DATA, CHUNKS:
            with self.subTest(offers):
                refused = []

                def end(_):
                    if not refused:
                        refused.append(cli.run("outbox", "box", 1, "discard"))
                    return b"250 2.0.0 taken\r\n"
                cli, desk = self.box(*offers, waits=0.2, **{".": end, "BDAT": end})
                cli.good("sync", "box")
                self.assertNotEqual(refused[0].code, 0)
                self.assertIn("too late", refused[0].err)
                self.assertEqual(self.states(cli), [SENT, SENT, SENT])
                self.assertEqual(self.subjects(desk), [0, 1, 2])

    def rewritten(self, cli):
        """Somebody takes the second letter back, changes it and sends it again; another program does it."""
        cli.good("draft", "save", "box", "--over", 2, cli.file("new.eml", LETTER % (7, 7, b"otherwise")))
        cli.good("draft", "send", "box", 2)

    def test_written_anew(self):
        """What goes is what stands there at last, once, and under its own envelope."""
        for offers in DATA, CHUNKS:
            with self.subTest(offers):
                cli, desk = self.box(*offers, "SIZE", waits=0.2)

                def end(_):
                    if not desk.taken:
                        self.rewritten(cli)
                    return b"250 2.0.0 taken\r\n"
                desk.answers.update({".": end, "BDAT": end})
                cli.good("sync", "box")
                self.assertEqual(sorted(self.subjects(desk)), [0, 2, 7])
                self.assertEqual(self.states(cli), [SENT, SENT, SENT])
                for mail, _, letter in desk.taken:
                    self.assertIn(f" SIZE={len(letter)}", mail)

    def test_written_anew_and_refused(self):
        """What was said of a letter is not noted of the one that stands in its place; nor keeps one that is gone the others."""
        for deed, subjects in (self.rewritten, [0, 2, 7]), (lambda cli: cli.good("outbox", "box", 2, "discard"), [0, 2]):
            with self.subTest(subjects):
                def end(_):
                    if not desk.taken:
                        deed(cli)
                    return b"250 2.0.0 taken\r\n"

                def refuse(line):
                    counted.append(line)
                    return b"550 5.1.1 nobody\r\n" if len(counted) == 2 else b"250 2.1.5 them\r\n"
                counted = []
                cli, desk = self.box(*DATA, waits=0.2, **{".": end, "RCPT": refuse})
                self.assertEqual(cli.run("sync", "box").code, 69)
                self.assertEqual(sorted(self.subjects(desk)), subjects)
                self.assertEqual(set(self.states(cli)), {SENT})

    def test_encrypted_all_the_way_for_one(self):
        """REQUIRETLS is of the letter that asks for it, whatever goes before and behind it."""
        with tempfile.TemporaryDirectory() as room:
            certificates.make(folder := os.path.join(room, "pki"), "good")
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
            for offers in DATA, CHUNKS:
                with self.subTest(offers):
                    cli, desk = self.box(*offers, "REQUIRETLS", tls=tls)
                    self.write(os.path.join(cli.data, "restante.db"), "UPDATE account SET smtp_security = 'tls', ca_file = ?",
                               os.path.join(folder, "ca.pem"))
                    self.write(self.mail(cli), "UPDATE outbox SET options = ? WHERE id = 2", REQUIRE_TLS)
                    cli.good("sync", "box")
                    self.assertEqual(desk.said("MAIL"), [MAIL, MAIL + " REQUIRETLS", MAIL])
                    self.assertEqual(self.subjects(desk), [0, 1, 2])
                    self.assertEqual(len(desk.sessions), 1)

    def after_the_end(self, offers, number, deed):
        """What is on the disk when something happens between a letter's end and its answer."""
        def end(line):
            if line == "." or line.endswith(" LAST"):
                ends.append(line)
                if len(ends) == number + 1:
                    return deed()
            return b"250 2.0.0 taken\r\n"
        ends = []
        return self.box(*offers, **{".": end, "BDAT": end})

    def test_cut_between(self):
        for offers in (), DATA, CHUNKS:
            for number in range(2):
                with self.subTest(offers=offers, number=number):
                    cli, desk = self.after_the_end(offers, number, lambda: b"")
                    said = cli.run("sync", "box")
                    self.assertEqual(said.code, 74, said)
                    self.assertEqual(self.states(cli), [SENT] * number + [4] + [QUEUED] * (2 - number))
                    self.assertEqual(self.marks(cli), [])
                    # The others wait for nothing, and nothing goes twice.
                    desk.answers.clear()
                    cli.good("sync", "box")
                    self.assertEqual(self.subjects(desk), [one for one in range(3) if one != number])

    def test_killed_between(self):
        for offers in DATA, CHUNKS:
            for number in range(2):
                with self.subTest(offers=offers, number=number):
                    def die():
                        running.send_signal(signal.SIGKILL)
                        running.wait()
                        return b"250 2.0.0 taken\r\n"
                    cli, desk = self.after_the_end(offers, number, die)
                    with subprocess.Popen(cli.command("sync", "box"), env=cli.env, stdout=subprocess.DEVNULL) as running:
                        running.wait()
                    self.assertEqual(self.states(cli), [SENT] * number + [SENDING] + [QUEUED] * (2 - number))
                    cli.run("sync", "box")
                    self.assertEqual(self.states(cli), [SENT] * number + [4] + [SENT] * (2 - number))
                    self.assertEqual(sorted(self.subjects(desk)), [0, 1, 2])


class BehindWitnessed(Behind):
    """The same where there is: letters are marked ahead, and the witness tells which had not gone."""
    witness = True

    def killed(self, offers, letters, after):
        """The program ends between the end of so many letters and the answer to the last of them; what it left."""
        def end(line):
            if line != "." and not line.endswith(" LAST"):
                return b"250 2.0.0 taken\r\n"
            ends.append(line)
            if len(ends) == after:
                # The next one's mark is on the disk while the answer is waited for.
                self.assertTrue(world.within(world.PATIENCE, lambda: self.marks(cli)) or after == letters)
                left.append((self.states(cli), len(self.marks(cli))))
                running.send_signal(signal.SIGKILL)
                running.wait()
            return b"250 2.0.0 taken\r\n"
        ends, left = [], []
        cli, desk = self.box(*offers, letters=letters, **{".": end, "BDAT": end})
        with subprocess.Popen(cli.command("sync", "box"), env=cli.env, stdout=subprocess.DEVNULL) as running:
            running.wait()
        return cli, desk, *left[0]

    def test_killed_with_marks(self):
        """What was marked and had not gone waits as before, and goes once."""
        for offers in DATA, CHUNKS:
            cli, desk, states, marks = self.killed(offers, 3, 1)
            self.assertEqual(states, [SENDING, QUEUED, QUEUED])
            self.assertGreaterEqual(marks, 1)
            cli.good("folders", "box")
            self.assertEqual(self.states(cli), [4, QUEUED, QUEUED])
            self.assertEqual(self.marks(cli), [])
            self.assertEqual(os.listdir(self.runtime), [])
            cli.good("sync", "box")
            self.assertEqual(self.states(cli), [4, SENT, SENT])
            self.assertEqual(sorted(self.subjects(desk)), [0, 1, 2])

    def test_power_and_memory_gone(self):
        """Without the witness, what was marked may have been sent, and says so as soon as somebody looks; it is not sent again."""
        cli, desk, _, marks = self.killed(DATA, 3, 1)
        shutil.rmtree(self.runtime)
        os.mkdir(self.runtime, 0o700)
        whys = [row["why"] for row in cli.good("outbox", "box", "--json").rows() if row["state"] == "may-have-been-sent"]
        self.assertEqual(self.states(cli), [4] * (1 + marks) + [QUEUED] * (2 - marks))
        self.assertIn("The computer or the program stopped when it was about to go out", whys)
        cli.good("sync", "box")
        self.assertEqual(self.states(cli), [4] * (1 + marks) + [SENT] * (2 - marks))
        self.assertEqual(len(self.subjects(desk)), 3 - marks)

    def test_power_gone_and_found(self):
        """What may have been sent is found out about at the next look, where the account shows it; the rest stays in doubt."""
        cli, desk, _, marks = self.killed(DATA, 3, 1)
        shutil.rmtree(self.runtime)
        os.mkdir(self.runtime, 0o700)
        self.write(self.mail(cli), "UPDATE outbox SET recipients = 'ada@restante.test'")
        self.post.letters = [(f"uidl{number}", letter) for number, (_, _, letter) in enumerate(desk.taken)]
        self.addCleanup(self.post.letters.clear)
        self.assertEqual(self.subjects(desk), [0])
        cli.good("sync", "box")
        self.assertEqual(self.states(cli), [SENT] + [4] * marks + [SENT] * (2 - marks))
        self.assertEqual(self.subjects(desk), [0, 1, 2][:1] + [1, 2][marks:])

    def test_few_are_in_doubt(self):
        """However fast letters go: without power, no more than three are in doubt besides the one on its way."""
        seen = []

        def end(line):
            seen.append((self.states(cli).count(SENDING), len(self.marks(cli))))
            return b"250 2.0.0 taken\r\n"
        cli, desk = self.box(*DATA, **{".": end})
        for number in range(3, 15):
            self.queue(cli, number)
        self.now(cli, 15)
        cli.good("sync", "box")
        self.assertEqual(self.subjects(desk), list(range(15)))
        self.assertEqual({sending for sending, _ in seen}, {1})
        self.assertTrue(1 <= max(marks for _, marks in seen) <= 3, seen)

    def test_nothing_is_left(self):
        """Neither marks nor the witness, whatever the end was."""
        for answer in b"250 2.0.0 taken\r\n", b"550 5.7.1 no\r\n", b"451 4.7.1 later\r\n", b"421 4.3.2 bye\r\n", b"":
            with self.subTest(answer):
                cli, _ = self.box(*DATA, **{".": answer})
                cli.run("sync", "box")
                self.assertEqual(self.marks(cli), [])
                self.assertEqual(os.listdir(self.runtime), [])

    def test_no_room_for_the_witness(self):
        """What cannot be told in memory is on the disk before."""
        cli, desk = self.box(*DATA)
        os.chmod(self.runtime, 0o777)
        cli.good("sync", "box")
        self.assertEqual(self.subjects(desk), [0, 1, 2])
        self.assertEqual(os.listdir(self.runtime), [])


if __name__ == "__main__":
    tap.main()
