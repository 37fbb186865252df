"""explain, demo and practice: what a learner in a terminal meets."""
import glob
import imaplib
import json
import os
import pty
import re
import select
import signal
import ssl
import subprocess
import time
import unittest

import harness
import tap


class Learn(unittest.TestCase):
    def setUp(self):
        self.cli = harness.Cli()

    def tearDown(self):
        self.cli.close()

    def test_a_line_is_never_an_option(self):
        for protocol, line in (("pop3", "-ERR no"), ("imap", "--json"), ("smtp", "--"), ("imap", "-h"), ("smtp", "250 ok")):
            rows = self.cli.good("explain", protocol, line, "--json").rows()
            self.assertTrue(rows[0]["text"], line)
            self.assertEqual((rows[0]["offset"], rows[0]["length"]), (0, len(line)))
            for row in rows:
                self.assertLessEqual(row["offset"] + row["length"], len(line))
        self.assertEqual(self.cli.run("explain", "nntp", "x").code, 64)

    def test_parts_of_a_fetch(self):
        rows = self.cli.good("explain", "imap", "a7 UID FETCH 4711 (FLAGS BODY.PEEK[])", "--json").rows()
        self.assertEqual(rows[0]["id"], "imap.command.uid-fetch")
        self.assertIn((13, 4), [(row["offset"], row["length"]) for row in rows])
        said = self.cli.good("explain", "pop3", "DELE 3").out
        self.assertIn("See also      pop3.command.quit: I’m leaving; now do what I asked.", said)
        self.assertIn("pop3.state.update", self.cli.good("explain", "pop3", "DELE 3", "--json").rows()[0]["see"])

    def test_a_terminal_without_utf8_gets_ascii(self):
        def ask(*words):
            said = self.cli.run(*words)
            return said.out + said.err

        questions = (("--help",), ("explain", "imap", "a7 FETCH 1 FLAGS"), ("no-such",), ("demo",))
        self.assertIn("“list”", ask("--help"))
        self.assertIn(" → EHLO", ask("demo"))
        self.cli.locale = "C"
        for words in questions:
            self.assertTrue(ask(*words).isascii(), words)
        self.assertIn('of "list"', ask("--help"))
        self.assertIn("ticket number", ask("explain", "imap", "a7 FETCH 1 FLAGS"))
        self.assertIn('no command "no-such"', ask("no-such"))
        demo = ask("demo")
        for wanted in (" -> EHLO", " <- 250-", "AUTH SCRAM-SHA-256-PLUS ****", "letter's lasting name?", "it's my charge"):
            self.assertIn(wanted, demo)
        self.assertNotIn("\n  ? ", demo)
        # JSON is UTF-8 everywhere.
        self.assertIn("’", self.cli.good("explain", "smtp", "250 ok", "--json").out)

    def test_lessons_are_listed_and_played(self):
        whole = self.cli.good("lesson").out
        for wanted in ("where-did-my-letter-go", "Two devices", "claim-1", "“POP3 always deletes”"):
            self.assertIn(wanted, whole)
        told = self.cli.good("lesson", "two-devices", "--answers", "all-right").out
        for wanted in ("→ QUIT", "✓ Yes. What is gone", "✓ The laptop has “Invitation”: the only copy.", "UID EXPUNGE"):
            self.assertIn(wanted, told)
        self.assertNotIn("✗", told)
        # Without anybody who types, the answers come in their order, up to the right one.
        told = self.cli.good("lesson", "two-devices", "--language", "fr").out
        self.assertIn("✗ Il en avait une.", told)
        self.assertIn("✓ Oui. Ce qui a quitté le serveur", told)
        self.assertIn("✓ Two devices", self.cli.good("lesson").out)

    def terminal(self, *words):
        """Somebody who types: the program in a terminal of its own, and what it has written so far."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([harness.PROGRAM, "--data", self.cli.data, *words], stdin=theirs, stdout=theirs,
                                   stderr=theirs, env={**self.cli.environment(), "COLUMNS": "200", "TMPDIR": self.cli.home},
                                   start_new_session=True)
        os.close(theirs)
        self.addCleanup(os.close, ours)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, ours

    def read_until(self, ours, wanted, seconds=60):
        said, deadline = b"", time.monotonic() + seconds
        while wanted.encode() not in said:
            ready = select.select([ours], [], [], max(0, deadline - time.monotonic()))[0]
            self.assertTrue(ready, f"“{wanted}” in {said.decode(errors='replace')}")
            said += os.read(ours, 65536)
        return said.decode(errors="replace")

    def test_a_lesson_is_killed_and_goes_on(self):
        """At its first question; the next time it is asked again, after all before it has been done. Nothing is left of
        the world that was, and what is only played to its end was never in its middle."""
        process, ours = self.terminal("lesson", "two-devices")
        self.read_until(ours, "Your answer:")
        os.write(ours, b"2\n")
        self.read_until(ours, "Your answer:")
        self.assertEqual(len(glob.glob(os.path.join(self.cli.home, "restante-lesson-*"))), 1)
        process.kill()
        process.wait()
        process, ours = self.terminal("lesson", "two-devices")
        said = self.read_until(ours, "Your answer:")
        self.assertIn("You were at 5 of 8.", said)
        self.assertIn("5/8", said)
        self.assertNotIn("3/8", said)
        self.assertEqual(len(glob.glob(os.path.join(self.cli.home, "restante-lesson-*"))), 1)
        os.write(ours, b"1\n2\n3\n")
        said = self.read_until(ours, "hold.")
        self.assertIn("16 of 16 hold.", said)
        self.assertEqual(process.wait(20), 0)
        self.assertEqual(glob.glob(os.path.join(self.cli.home, "restante-lesson-*")), [])
        # It begins at the first step again, as does one that was left when somebody asks for that.
        process, ours = self.terminal("lesson", "two-devices")
        self.assertIn("1/8", self.read_until(ours, "Your answer:"))
        process.kill()
        process.wait()
        process, ours = self.terminal("lesson", "two-devices", "--again")
        said = self.read_until(ours, "Your answer:")
        self.assertIn("1/8", said)
        self.assertNotIn("You were at", said)
        process.kill()
        process.wait()
        self.assertIn("1/8", self.cli.good("lesson", "two-devices").out)

    def test_a_teachers_lesson(self):
        def write(text):
            path = os.path.join(self.cli.data, "mine.lesson")
            os.makedirs(self.cli.data, exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return path

        good = ("[Lesson]\nTitle=Mine\nDevices=laptop pop3\nStart1=letter Photos from=grace\n"
                "[Step 1]\nKind=run\nText=Go.\nDo1=laptop collect\nCheck1=laptop has Photos\nLook=laptop RETR\n")
        self.assertIn("1 of 1 hold", self.cli.good("lesson", write(good)).out)
        # What does not hold is said, and told by the exit code.
        said = self.cli.run("lesson", write(good + "Check2=laptop said DELE\n"))
        self.assertEqual(said.code, 65)
        self.assertIn("✗ laptop said DELE", said.out)
        said = self.cli.run("lesson", write(good + "Host=mail.example\n"))
        self.assertEqual(said.code, 65)
        self.assertIn("line 11: [Step 1] has no “Host=” here", said.err)
        self.assertEqual(self.cli.run("lesson", "no-such-lesson").code, 74)

    def test_a_recording_is_replayed(self):
        recorded = self.cli.run("--wire=json", "lesson", "where-did-my-letter-go").err
        self.assertEqual(recorded, "", "a lesson has a tap of its own")
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "..", "learn", "transcripts", "dovecot.jsonl"), encoding="utf-8") as file:
            recording = file.read()
        os.makedirs(self.cli.data, exist_ok=True)
        path = os.path.join(self.cli.data, "replayed.lesson")
        with open(path, "w", encoding="utf-8") as file:
            file.write("[Lesson]\nTitle=Once\n[Step 1]\nKind=run\nText=Look.\nDo1=replay\n"
                       "Check1=recording said CAPABILITY\nCheck1Says=Asked.\n"
                       "Look=recording CAPABILITY\n[Recording]\n" + recording)
        told = self.cli.good("lesson", path).out
        self.assertIn("✓ Asked.", told)
        self.assertIn("→ ", told)

    def test_help(self):
        self.assertEqual(self.cli.run("--version").out, "restante-cli 0.1.0\n")
        whole = self.cli.good("--help").out
        for line in whole.splitlines():
            self.assertLessEqual(len(line), 80, line)
        for name in ("account", "sync", "explain", "demo"):
            said = self.cli.good(name, "--help").out
            self.assertIn(said, whole)
        self.assertTrue(self.cli.good("explain", "smtp", "--help").out)

    def test_demo(self):
        started = time.monotonic()
        environment = self.cli.environment()
        os.rmdir(self.cli.home)
        said = self.cli.run("demo")
        self.assertEqual(said.code, 0, said.err)
        self.assertLess(time.monotonic() - started, 30)
        for word in ("EHLO", "MAIL FROM", "RCPT TO", "DATA", "UIDL", "RETR", "DELE", "SELECT", "FETCH"):
            self.assertIn(word, said.out)
        self.assertFalse(os.path.exists(environment["HOME"]))
        # A page that is no terminal: 80 columns, no colours.
        self.assertNotIn("\033", said.out)
        self.assertLessEqual(max(len(line) for line in said.out.splitlines()), 80)
        # The letter's way, in the order in which its copies came and went.
        copies = [line.split("Copies: ")[1] for line in said.out.splitlines() if "Copies: " in line]
        self.assertEqual(copies, [
            "Sent 0 │ mailbox 1 │ phone 0 │ laptop 0",
            "Sent 1 │ mailbox 1 │ phone 0 │ laptop 0",
            "Sent 1 │ mailbox 1 │ phone 1 │ laptop 0",
            "Sent 1 │ mailbox 1 │ phone 1 │ laptop 1",
            "Sent 1 │ mailbox 1 (1 leaves at QUIT) │ phone 1 │ laptop 1",
            "Sent 1 │ mailbox 0 │ phone 1 │ laptop 1",
            "Sent 1 │ mailbox 0 │ phone 0 │ laptop 1"])

    def test_explain_hides_what_is_secret_and_what_would_move_the_cursor(self):
        for arguments in (("imap", "a LOGIN ada hunter2"), ("pop3", "PASS hunter2"), ("smtp", "AUTH PLAIN hunter2=")):
            for form in ((), ("--json",)):
                said = self.cli.good("explain", *arguments, *form)
                self.assertNotIn("hunter2", said.out + said.err)
        for line in ("\033[31mred", "250 \u202egnol", "* OK [ALERT] \u009b2J"):
            said = self.cli.good("explain", "smtp", line)
            self.assertFalse(set(said.out) & set("\033\u202e\u009b"))

    def test_practice_serves_until_interrupted(self):
        process = self.cli.start("practice", "--messages", 20, "--seed", 3)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        office = json.loads(process.stdout.readline())
        user = office["users"][0]
        context = ssl.create_default_context(cafile=office["ca_file"])
        with imaplib.IMAP4_SSL("localhost", office["ports"]["imaps"], ssl_context=context) as client:
            client.login(user["user"], user["password"])
            self.assertGreaterEqual(int(client.select()[1][0]), 20)
        # The program's own client works against it too.
        password = self.cli.file("password", user["password"])
        for protocol, port in (("imap", "imaps"), ("pop3", "pop3s")):
            self.cli.good("account", "add", protocol, "--name", protocol, "--email", user["address"], "--user", user["user"],
                          "--server", f"localhost:{office['ports'][port]}", "--ca-file", office["ca_file"],
                          "--password-file", password)
            self.cli.good("sync", protocol)
        self.assertEqual(len(self.cli.list("imap")), len(self.cli.list("pop3")))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 0)

    def test_practice_does_wrong_when_told_to(self):
        process = self.cli.start("practice", "--fault", "1x,reply=imap:LOGIN:NO [UNAVAILABLE] Later", "--fault", "over-quota")
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        office = json.loads(process.stdout.readline())
        context = ssl.create_default_context(cafile=office["ca_file"])
        with imaplib.IMAP4_SSL("localhost", office["ports"]["imaps"], ssl_context=context) as client:
            with self.assertRaisesRegex(imaplib.IMAP4.error, "UNAVAILABLE"):
                client.login("ada", "lovelace")
            client.login("ada", "lovelace")
            self.assertEqual(client.append("INBOX", None, None, b"Subject: x\r\n\r\n")[0], "NO")
        process.terminate()
        process.wait(10)
        said = self.cli.run("practice", "--fault", "3x,earthquake")
        self.assertEqual(said.code, 64)
        self.assertIn("3x,earthquake", said.err)
        self.assertIn("reply=PROTOCOL:COMMAND:TEXT", self.cli.good("practice", "--help").out)

    def what_chance_says(self, name, seed):
        """Of twelve recipients, as the program's own client hears it from a post office with that seed."""
        process = self.cli.start("practice", "--seed", seed, "--fault", "40%,reply=smtp:RCPT:450 4.7.1 Not now")
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        office = json.loads(process.stdout.readline())
        user = office["users"][0]
        self.cli.good("account", "add", "imap", "--name", name, "--email", user["address"], "--user", user["user"],
                      "--server", f"localhost:{office['ports']['imaps']}", "--ca-file", office["ca_file"],
                      "--smtp", f"localhost:{office['ports']['submissions']}", "--smtp-security", "tls",
                      "--password-file", self.cli.file("password", user["password"]))
        to = [word for number in range(12) for word in ("--to", f"user{number}@b.example")]
        letter = f"From: {user['address']}\r\nTo: {user['address']}\r\nSubject: chance\r\n\r\nWords.\r\n"
        said = self.cli.run("send", name, *to, self.cli.file("letter.eml", letter), wire="lines").err
        process.terminate()
        process.wait(10)
        # Nobody lives there: who is not put off is refused for that.
        return re.findall("450 4.7.1 Not now|550 5.1.1", said)

    def test_the_same_seed_goes_wrong_the_same_way(self):
        first = self.what_chance_says("first", 5)
        self.assertEqual(len(first), 12)
        self.assertEqual(len(set(first)), 2, "neither nobody nor all")
        self.assertEqual(self.what_chance_says("again", 5), first)
        self.assertNotEqual(self.what_chance_says("other", 6), first)

    def test_wire_explains(self):
        process = self.cli.start("practice")
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        office = json.loads(process.stdout.readline())
        user = office["users"][0]
        self.cli.good("account", "add", "imap", "--name", "x", "--email", user["address"], "--user", user["user"],
                      "--server", f"localhost:{office['ports']['imaps']}", "--ca-file", office["ca_file"],
                      "--password-file", self.cli.file("password", user["password"]))
        said = self.cli.good("sync", "x", wire="explain")
        self.assertIn("Give me a copy; keep yours.", said.err)
        for line in self.cli.good("sync", "x", wire="json").err.splitlines():
            json.loads(line)
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    tap.main()
