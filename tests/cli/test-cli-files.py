"""inspect and export: no server for the first; for the second, files that Python's own mailbox module reads."""
import json
import mailbox
import os
import subprocess
import unittest

import harness
import otherclient
import peers
import tap


class Inspect(unittest.TestCase):
    def setUp(self):
        self.cli = harness.Cli()

    def tearDown(self):
        self.cli.close()

    def test_one_object(self):
        path = self.cli.file("x.eml", harness.letter("=?UTF-8?Q?d=C3=A9j=C3=A0?= vu", "h\xe9llo\r\n", more="Content-Type: text/plain; charset=utf-8\r\n"))
        said = self.cli.good("inspect", path)
        self.assertEqual(len(said.rows()), 1)
        message = said.rows()[0]
        self.assertEqual(message["subject"], "déjà vu")
        self.assertIn("ada@restante.test", json.dumps(message["from"]))
        self.assertEqual(message["parts"]["text"] if isinstance(message["parts"], dict) else message["parts"][0]["text"], "héllo\n")

    def test_only_0_or_65(self):
        self.assertEqual(self.cli.run("inspect", self.cli.file("none", b"")).code, 65)
        self.assertEqual(self.cli.run("inspect", os.path.join(self.cli.home, "absent")).code, 65)
        self.assertEqual(self.cli.run("inspect", "-", give=b"\x00\xff\xfe").code, 65)
        self.assertEqual(self.cli.run("inspect", "-", give=b"Subject: x\n\ny").code, 0)


    def test_what_a_terminal_would_obey_is_not_shown(self):
        path = self.cli.file("x.eml", b"Subject: x\r\n\r\n\x1b[31mred\x07\tand \xc2\x9b2J\r\n")
        for how in ("--text", "--structure"):
            said = self.cli.good("inspect", path, how)
            self.assertFalse([c for c in said.out if c != "\n" and c != "\t" and (c < " " or "\x7f" <= c <= "\x9f")])


class Data(unittest.TestCase):
    """The data directory and the password file, as people have them."""
    def setUp(self):
        self.cli = harness.Cli()
        self.addCleanup(self.cli.close)

    def add(self, ports, *more, password="lovelace", check=False, **options):
        words = ["account", "add", "imap", "--name", "home", "--email", "ada@practice.example", "--user", "ada",
                 "--server", f"localhost:{ports}", "--security", "none",
                 "--password-file", self.cli.file("password", password), *more]
        return self.cli.run(*words, *([] if check else ["--no-check"]), **options)

    def read_only(self, *words):
        """Runs it where the data directory cannot be written: by mode, which root does not heed, or by mount."""
        command = [harness.PROGRAM, "--data", self.cli.data, *map(str, words)]
        if os.geteuid() == 0:
            script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
            command = ["unshare", "-m", "sh", "-c", script, self.cli.data, *command]
        said = subprocess.run(command, env=self.cli.environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        return harness.Said(said.returncode, said.stdout, said.stderr.decode())

    def chmod(self, mode):
        for folder, _, _ in os.walk(self.cli.data, topdown=False):
            os.chmod(folder, mode)

    def test_a_data_directory_that_can_only_be_read(self):
        office = self.cli.start("practice", "--messages", "20", "--directory", os.path.join(self.cli.home, "office"))
        self.addCleanup(lambda: (office.terminate(), office.communicate()))
        self.assertEqual(self.add(json.loads(office.stdout.readline())["ports"]["imap"], check=True).code, 0)
        self.cli.good("sync", "home", "--index")
        identity = self.cli.list("home")[0]["id"]
        target = os.path.join(self.cli.home, "out.mbox")
        letter = self.cli.file("letter.eml", "From: ada@practice.example\r\nTo: grace@b.example\r\nSubject: x\r\n\r\nx\r\n")
        reading = (["account", "list"], ["folders", "home", "--json"], ["list", "home", "INBOX"], ["show", "home", identity, "--raw"],
                   ["search", "the"], ["ledger", "home", identity], ["export", "home", "INBOX", "--format", "mbox", target])
        writable = [self.cli.good(*words).raw for words in reading]
        os.unlink(target)
        self.chmod(0o500)
        try:
            for words, before in zip(reading, writable):
                said = self.read_only(*words)
                self.assertEqual((words, said.code, said.err, said.raw), (words, 0, "", before))
            for words in (["sync", "home"], ["flag", "home", identity, "+flagged"], ["delete", "home", identity],
                          ["draft", "save", "home", letter], ["account", "remove", "home"]):
                said = self.read_only(*words)
                self.assertEqual((words, said.code, len(said.err.splitlines())), (words, 74, 1), said.err)
                self.assertRegex(said.err, "can only be read|Check that you may write there")
        finally:
            self.chmod(0o700)
        self.cli.good("sync", "home")

    def test_a_password_is_never_cut(self):
        for length, code in ((4096, 69), (4097, 78), (9000, 78)):
            for end in ("", "\n", "\r\n"):
                said = self.add(harness.free_port(), password="x" * length + end, check=True)
                self.assertEqual(said.code, code, (length, said.err))
                self.assertEqual(len(said.err.splitlines()), 1)
        given = self.add(harness.free_port(), "--password-file", "-", give=b"x" * 4097 + b"\n", check=True)
        self.assertEqual((given.code, "4096" in given.err), (78, True), given.err)
        self.assertEqual(self.cli.good("account", "list").raw, b"")


class Export(unittest.TestCase):
    def test_every_format(self):
        with peers.start("dovecot") as peer:
            cli = harness.Cli()
            self.addCleanup(cli.close)
            box = otherclient.Mailbox(peer)
            box.empty()
            texts = ["From the start\r\n>From quoted\r\nplain\r\n", "no end", "\r\n\r\nFrom inside\r\n"]
            for number, text in enumerate(texts):
                box.put(harness.letter(f"letter {number}", text), flags="\\Seen" if number == 1 else "")
            originals = box.all()
            box.close()
            cli.add("imap", "home", peer)
            cli.good("sync", "home")
            target = os.path.join(cli.home, "mail.mbox")
            cli.good("export", "home", "INBOX", "--format", "mbox", target)
            with open(target, "rb") as file:
                blocks = file.read().split(b"\nFrom ada@restante.test ")
            self.assertEqual(len(blocks), 3)
            read = [message.get_payload() for message in mailbox.mbox(target)]
            self.assertEqual(read[0], ">From the start\n>>From quoted\nplain\n")
            # What is there already is somebody's mail.
            self.assertEqual(cli.run("export", "home", "INBOX", "--format", "mbox", target).code, 74)
            self.assertEqual(len(mailbox.mbox(target)), 3)
            target = os.path.join(cli.home, "Maildir")
            cli.good("export", "home", "--format", "maildir", target)
            files = [os.path.join(target, "cur", name) for name in os.listdir(os.path.join(target, "cur"))]
            self.assertEqual(sorted(open(name, "rb").read() for name in files), originals)
            self.assertEqual(sum(name.endswith(":2,S") for name in files), 1)
            self.assertEqual(len(mailbox.Maildir(target, create=False)), 3)
            target = os.path.join(cli.home, "eml")
            cli.good("export", "home", "INBOX", "--format", "eml", target)
            self.assertEqual(sorted(open(os.path.join(target, name), "rb").read() for name in os.listdir(target)), originals)
            cli.good("export", "home", "INBOX", "--format", "eml", target)
            other = os.path.join(target, os.listdir(target)[0])
            with open(other, "wb") as file:
                file.write(b"Subject: another\r\n\r\n")
            self.assertEqual(cli.run("export", "home", "INBOX", "--format", "eml", target).code, 74)
            self.assertEqual(open(other, "rb").read(), b"Subject: another\r\n\r\n")


if __name__ == "__main__":
    tap.main()
