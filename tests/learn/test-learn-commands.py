"""The commands that exchanges are exported as are really run, against the practice post office that the exchanges were
with: what curl and swaks fetch, remove and hand over is what the session did, and openssl takes the dialogue line by
line."""
import glob
import imaplib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "run"))
import tap  # noqa: E402

CLI, COMMANDS = sys.argv[1:3]
WITHIN = 60
LETTER = b"From: ada@practice.example\r\nTo: ada@practice.example\r\nSubject: by a command\r\n\r\n.hidden\r\nend\r\n"


def swaks():
    """Where it is unpacked, and its Perl's modules; nothing where this system's packages have none."""
    root = os.path.join(os.environ.get("RESTANTE_PEERS", ""), "clients", "usr")
    program = os.path.join(root, "bin", "swaks")
    modules = [os.path.join(root, "share", "perl5"), *glob.glob(os.path.join(root, "lib", "*", "perl5", "*"))]
    return (program if os.path.exists(program) else None), {"PERL5LIB": os.pathsep.join(modules)}


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.mkdtemp(prefix="restante-commands-")
        cls.addClassCleanup(shutil.rmtree, cls.room, ignore_errors=True)
        cls.env = {**{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
                   "HOME": cls.room, "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        cls.office = subprocess.Popen([CLI, "--data", os.path.join(cls.room, "office"), "practice"], env=cls.env,
                                      stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.close_office)
        cls.said = json.loads(cls.office.stdout.readline())
        cls.password = next(user["password"] for user in cls.said["users"] if user["user"] == "ada")
        secret = os.path.join(cls.room, "password")
        with open(secret, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(cls.password)
        with open(os.path.join(cls.room, "letter.eml"), "wb") as file:
            file.write(LETTER)
        for name, protocol, port, security in (("imap", "imap", "imaps", "tls"), ("pop3", "pop3", "pop3s", "tls"),
                                               ("pop3-later", "pop3", "pop3", "starttls")):
            cls.cli("account", "add", protocol, "--name", name, "--email", "ada@practice.example", "--user", "ada",
                    "--server", f"localhost:{cls.said['ports'][port]}", "--security", security,
                    "--smtp", f"localhost:{cls.said['ports']['submissions']}", "--smtp-security", "tls",
                    "--smtp-user", "ada", "--ca-file", cls.said["ca_file"], "--password-file", secret, "--no-check")

    @classmethod
    def close_office(cls):
        cls.office.kill()
        cls.office.wait()
        cls.office.stdout.close()

    @classmethod
    def cli(cls, *words, give=""):
        return subprocess.run([CLI, "--data", os.path.join(cls.room, "data"), *words], env=cls.env, input=give, text=True,
                              capture_output=True, check=True, timeout=WITHIN).stderr

    def export(self, account, *lines, options=()):
        """The commands for what is said when these lines are typed."""
        recording = os.path.join(self.room, "recording.jsonl")
        with open(recording, "w", encoding="utf-8") as file:
            said = self.cli("--wire=json", "console", account, *options, give="".join(line + "\n" for line in lines))
            # Beside what would come of them, which is for people.
            file.write("".join(line + "\n" for line in said.splitlines() if line.startswith("{")))
        text = subprocess.run([COMMANDS, recording], env=self.env, check=True, capture_output=True, text=True).stdout
        self.assertNotIn(self.password, text)
        return text

    @staticmethod
    def lines(text, program):
        return [line for line in text.splitlines() if line.startswith(program + " ")]

    def run_line(self, line, **env):
        """As a person would run it who was told what to put in: the name, the password, the authority."""
        # The password is what a prompt would take.
        line = line.replace("--user NAME", f"--user ada:{self.password}").replace("--auth-user NAME", "--auth-user ada "
                            f"--auth-password {self.password}")
        if line.startswith("curl"):
            line += f" --cacert {self.said['ca_file']} --silent --max-time 30"
        return subprocess.run(["sh", "-c", line], cwd=self.room, env={**self.env, **env}, capture_output=True,
                              timeout=WITHIN, stdin=subprocess.DEVNULL)

    def good(self, line, **env):
        done = self.run_line(line, **env)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout[-800:]}\n{done.stderr[-2000:]}")
        return done.stdout

    def mailbox(self):
        trusting = ssl.create_default_context(cafile=self.said["ca_file"])
        box = imaplib.IMAP4_SSL("localhost", self.said["ports"]["imaps"], ssl_context=trusting)
        box.login("ada", self.password)
        box.select("INBOX", readonly=True)
        return box

    def found(self, *words):
        with self.mailbox() as box:
            return box.search(None, *words)[1][0].split()

    def arrives(self, number):
        deadline = time.monotonic() + WITHIN
        while len(self.found("SUBJECT", '"by a command"')) < number:
            self.assertLess(time.monotonic(), deadline, "the letter has not come")
            time.sleep(0.05)

    def test_imap(self):
        text = self.export("imap", "SELECT INBOX", "UID FETCH 2 (UID FLAGS)", "STATUS Archive (MESSAGES)",
                           "UID STORE 2 +FLAGS (\\Flagged)", "LOGOUT")
        curls = self.lines(text, "curl")
        self.assertEqual(len(curls), 3, text)
        self.assertIn(b"* 2 FETCH (UID 2 FLAGS (", self.good(curls[0]))
        self.assertIn(b'* STATUS "Archive" (MESSAGES ', self.good(curls[1]))
        with self.mailbox() as box:
            box.select("INBOX")
            box.uid("STORE", "2", "-FLAGS", "(\\Flagged)")
        self.good(curls[2])
        self.assertEqual(self.found("UID", "2", "FLAGGED"), [b"2"])

    def test_pop3(self):
        number = len(self.found("ALL"))
        text = self.export("pop3", "STAT", "LIST 2", "UIDL", "RETR 2", "TOP 2 0", "DELE 1", "RSET", "QUIT")
        curls = self.lines(text, "curl")
        self.assertEqual(len(curls), 7, text)
        self.good(curls[0])
        self.good(curls[1])
        self.assertEqual(len(self.good(curls[2]).split()), 2 * number)
        letter = self.good(curls[3])
        self.assertIn(b"Subject: Two books are due on Tuesday\r\n", letter)
        self.assertEqual(len(letter), 668)
        self.assertIn(b"Subject: Two books are due on Tuesday\r\n", self.good(curls[4]))
        # DELE as a command of its own has a session of its own, whose QUIT makes it true.
        self.good(curls[5])
        self.assertEqual(len(self.found("ALL")), number - 1)
        self.good(curls[6])

    def test_smtp(self):
        before = len(self.found("SUBJECT", '"by a command"'))
        text = self.export("imap", "MAIL FROM:<ada@practice.example>", "RCPT TO:<ada@practice.example>", "DATA",
                           "Subject: by a command", "", "words", ".", "QUIT", options=["--smtp"])
        self.arrives(before + 1)
        self.good(self.lines(text, "curl")[0])
        self.arrives(before + 2)
        with self.mailbox() as box:
            newest = box.search(None, "SUBJECT", '"by a command"')[1][0].split()[-1]
            self.assertTrue(box.fetch(newest, "(BODY.PEEK[TEXT])")[1][0][1].startswith(b".hidden\r\nend\r\n"))
        program, env = swaks()
        if not program:
            self.skipTest("this system's packages have no swaks")
        self.good(self.lines(text, "swaks")[0], PATH=os.path.dirname(program) + os.pathsep + self.env["PATH"], **env)
        self.arrives(before + 3)

    def talk(self, text):
        """Runs openssl and types the dialogue, each line when the one before it was answered. (RFC 1939: one line each)"""
        command = self.lines(text, "openssl")[0]
        typed = [line[4:] for line in text[text.index(command):].splitlines()[1:] if line.startswith("#   ")]
        program = subprocess.Popen(["sh", "-c", "exec " + command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.env)
        late = threading.Timer(WITHIN, program.kill)
        late.start()
        # The greeting; before TLS begun in the middle openssl has kept it to itself.
        said = [] if " -starttls " in command else [program.stdout.readline()]
        try:
            for line in typed:
                program.stdin.write((re.sub("•+", lambda _: self.password, line) + "\n").encode())
                program.stdin.flush()
                said.append(program.stdout.readline())
            program.stdin.close()
            said += program.stdout.read().splitlines()
            program.wait(WITHIN)
        finally:
            late.cancel()
            program.kill()
            program.stdout.close()
            program.stderr.close()
        return b"".join(said).decode()

    def talks(self, account, *before):
        # Some letters mean something to openssl itself at the beginning of a line: R and Q are ours here.
        text = self.export(account, *before, "USER ada", f"PASS {self.password}", "STAT", "RSET", "DELE 3", "RSET", "QUIT",
                           options=["--by-hand"])
        said = self.talk(text)
        self.assertIn("+OK The mailbox is yours.", said)
        self.assertIn("+OK Marked", said)
        self.assertIn("+OK Goodbye", said)
        self.assertNotIn("-ERR", said)

    def test_line_by_line(self):
        self.talks("pop3")

    def test_line_by_line_with_tls_in_the_middle(self):
        # openssl says STLS by itself.
        self.talks("pop3-later", "STLS")


if __name__ == "__main__":
    tap.main()
