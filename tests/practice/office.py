"""What tests of the practice post office share: the office as a program of its own, and ways to its counters."""
import imaplib
import os
import poplib
import shutil
import smtplib
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

SERVER = sys.argv.pop(1)
HOST = "127.0.0.1"
LETTER = ("From: Ada <ada@practice.example>\r\nTo: emmy@practice.example\r\nSubject: dots\r\n"
          "Message-ID: <dots@practice.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: 8bit\r\n\r\n.\r\n..\r\n.leading\r\nà la fin\r\n\r\n")


def within(seconds, question):
    """Asks until the answer is not false."""
    deadline = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


class Case(unittest.TestCase):
    language = "en"
    kept = False  # the mailboxes are on disk, and there again after restart()

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="restante-practice-")
        self.addCleanup(shutil.rmtree, self.dir)
        if self.kept:
            os.makedirs(os.path.join(self.dir, "office", "mail"))
        self.start()
        self.addCleanup(self.stop)

    def start(self):
        self.server = subprocess.Popen([SERVER, os.path.join(self.dir, "office"), "0", self.language], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        self.at = {}
        for line in self.server.stdout:
            if not line.strip():
                break
            key, value = line.strip().split("=", 1)
            self.at[key] = value
        self.context = ssl.create_default_context(cafile=self.at["ca"])

    def stop(self):
        self.server.stdin.close()
        try:
            self.assertEqual(self.server.wait(10), 0, "the office ends in good order")
        finally:
            self.server.kill()
            self.server.stdout.close()

    def restart(self):
        self.stop()
        self.start()

    def tell(self, word):
        """reset; full [BYTES]: no file may grow from now on (beyond them); room; fault FAULT; well; settle."""
        self.server.stdin.write(word + "\n")
        self.server.stdin.flush()
        return self.server.stdout.readline().strip()

    def port(self, name):
        return int(self.at[name])

    def imap(self, user="ada", password="lovelace"):
        client = imaplib.IMAP4_SSL(HOST, self.port("imaps"), ssl_context=self.context, timeout=10)
        client.login(user, password)
        return client

    def pop3(self, user="ada", password="lovelace"):
        client = poplib.POP3_SSL(HOST, self.port("pop3s"), context=self.context, timeout=10)
        client.user(user)
        client.pass_(password)
        return client

    def smtp(self):
        client = smtplib.SMTP(HOST, self.port("submission"), timeout=10)
        client.starttls(context=self.context)
        client.login("ada", "lovelace")
        return client

    def run_client(self, command, stdin=None, env=None):
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=60,
                              env=dict(os.environ, HOME=self.dir, LC_ALL="C.UTF-8", **(env or {})))
        self.assertEqual(done.returncode, 0, f"{command[0]}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def file(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, 0o600)
        return path

    def last_letter(self, user, password):
        """The newest letter of a user, whole."""
        client = self.imap(user, password)
        count = int(client.select("INBOX")[1][0])
        source = client.fetch(str(count), "(BODY.PEEK[])")[1][0][1] if count else b""
        client.logout()
        return source
