"""What the tests of lost mail share: restante-cli run, killed and asked, letters that can be told apart, and
what a server holds, read by a client that nobody here wrote."""
import base64
import contextlib
import imaplib
import json
import os
import random
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "run"), os.path.join(HERE, "..", "peers")]
imaplib._MAXLINE = 10_000_000
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "restante-cli"
HOST = "127.0.0.1"
SANITIZED = "RESTANTE_SANITIZED" in os.environ
# For what is killed and not cut off from power: what the system was given it keeps, in memory as on a disk.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
PATIENCE = 120 if SANITIZED else 60
FLAGS = {"\\Seen": "seen", "\\Answered": "answered", "\\Flagged": "flagged", "\\Deleted": "deleted",
         "\\Draft": "draft", "$Forwarded": "forwarded"}
SEED = int(os.environ.get("RESTANTE_SEED", random.SystemRandom().randrange(1 << 32)))
dice = random.Random(SEED)


def note(text):
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


class Said:
    """What a run of the program came to."""
    def __init__(self, command, code, out, err):
        self.command, self.code, self.out = command, code, out
        self.err = err.decode("utf-8", "replace")

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __str__(self):
        return f"{' '.join(self.command)}: exit {self.code}: {self.err.strip()}"


class Cli:
    """restante-cli with a data directory of its own; keeps all it ever said."""
    def __init__(self, data=None, room=None):
        self.home = tempfile.mkdtemp(prefix="restante-", dir=room)
        self.data = data or os.path.join(self.home, "data")
        self.heard = b""
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("DBUS_")}
        self.env.update(HOME=self.home, LC_ALL="C.UTF-8", LANGUAGE="en", G_DEBUG="fatal-warnings")

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)

    def command(self, *words, wire=None):
        options = [f"--wire={wire}"] if wire else []
        return [PROGRAM, "--data", self.data, *options, *map(str, words)]

    def run(self, *words, wire=None, give=None):
        command = self.command(*words, wire=wire)
        stdin = {"input": give} if give is not None else {"stdin": subprocess.DEVNULL}
        run = subprocess.run(command, env=self.env, capture_output=True, timeout=PATIENCE, **stdin)
        self.heard += run.stdout + run.stderr
        return Said(list(map(str, words)), run.returncode, run.stdout, run.stderr)

    def good(self, *words):
        said = self.run(*words)
        if said.code != 0:
            raise AssertionError(f"{said} (RESTANTE_SEED={SEED})")
        return said

    def kill(self, within, *words):
        """Runs a command and kills it at a random moment. True: it was still at work."""
        with tempfile.TemporaryFile() as heard:
            process = subprocess.Popen(self.command(*words), env=self.env, stdin=subprocess.DEVNULL,
                                       stdout=heard, stderr=heard)
            try:
                process.wait(dice.uniform(0, within))
            except subprocess.TimeoutExpired:
                pass
            killed = process.poll() is None
            process.kill()
            code = process.wait()
            heard.seek(0)
            said = heard.read()
        self.heard += said
        if not killed and code != 0:
            raise AssertionError(f"{words}: exit {code}: {said.decode()} (RESTANTE_SEED={SEED})")
        return killed

    def file(self, name, content, mode=0o600):
        path = os.path.join(self.home, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
        return path

    def add(self, protocol, peer, user, name="box", security="tls", ports=None, more=(), check=False):
        """An account on a peer; `ports` puts something between it and the peer."""
        ports = {**peer, **(ports or {})}
        tls = security == "tls"
        port = ports[protocol + "s" if tls else protocol]
        words = ["account", "add", protocol, "--name", name, "--email", peer[f"address.{user}"], "--user", user,
                 "--server", f"{HOST}:{port}", "--security", security, "--ca-file", peer["ca"],
                 "--password-file", self.file(f"password-{name}", peer[f"password.{user}"].encode() + b"\n"), *more]
        if "submission" in ports:
            words += ["--smtp", f"{HOST}:{ports['submissions' if tls else 'submission']}", "--smtp-security",
                      security]
        return self.good(*words, *(() if check else ("--no-check",)))

    def folders(self, name="box"):
        return {row["name"]: row for row in self.good("folders", name, "--json").rows()}

    def rows(self, folder="INBOX", name="box"):
        return self.good("list", name, folder, "--json").rows()

    def letters(self, folder="INBOX", name="box"):
        """Local id: the exact bytes."""
        target = os.path.join(self.home, "export")
        shutil.rmtree(target, ignore_errors=True)
        self.good("export", name, folder, "--format", "eml", target)
        found = {}
        for where, _, files in os.walk(target):
            for file in files:
                with open(os.path.join(where, file), "rb") as opened:
                    found[int(file.split(".")[0])] = opened.read()
        return found

    def secrets_seen(self, password):
        """Places that hold a password, raw or in base64 at any of its three alignments."""
        raw = password.encode()
        needles = {raw}
        for skip in range(3):
            encoded = base64.b64encode(b"\0" * skip + raw)
            needles.add(encoded[(0, 2, 3)[skip]:len(encoded) // 4 * 4 - 4])
        places = ["what it said"] if any(needle in self.heard for needle in needles) else []
        for folder, _, files in os.walk(self.data):
            for file in files:
                path = os.path.join(folder, file)
                with open(path, "rb") as opened:
                    content = opened.read()
                if any(needle in content for needle in needles):
                    places.append(path)
        return places


class Server:
    """What an IMAP server holds, by imaplib."""
    def __init__(self, peer, user):
        context = ssl.create_default_context(cafile=peer["ca"])
        self.imap = imaplib.IMAP4_SSL(HOST, peer.port("imaps"), ssl_context=context)
        self.imap.authenticate("PLAIN", lambda _: f"\0{user}\0{peer[f'password.{user}']}".encode())
        self.prefix = peer.get("prefix", "")

    def place(self, folder):
        """The server's own name for a folder: Courier keeps all of them below INBOX."""
        return folder if folder == "INBOX" or folder.startswith(self.prefix) else self.prefix + folder

    def close(self):
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            self.imap.logout()

    def done(self, answer):
        if answer[0] != "OK":
            raise AssertionError(f"the server: {answer}")
        return answer[1]

    def put(self, folder, letter, flags=None):
        self.done(self.imap.append(self.place(folder), flags, None, letter))

    def folders(self):
        return [re.split(' "[/.]" ', line.decode())[1].strip('"') for line in self.done(self.imap.list())]

    def select(self, folder):
        self.done(self.imap.select(self.place(folder)))

    def flags(self):
        """UID: the flags a list shows, in the folder selected last."""
        found = {}
        for line in self.done(self.imap.uid("FETCH", "1:*", "(FLAGS)")):
            if line is None:
                continue
            words = line.decode().replace("(", " ( ").replace(")", " ) ").split()
            uid = int(words[words.index("UID") + 1])
            begin = words.index("FLAGS") + 2
            names = words[begin:words.index(")", begin)]
            found[uid] = sorted(FLAGS.get(name, name) for name in names if name in FLAGS or name[0] != "\\")
        return found

    def letters(self):
        """UID: the exact bytes, in the folder selected last."""
        found = {}
        for part in self.done(self.imap.uid("FETCH", "1:*", "(BODY.PEEK[])")):
            if isinstance(part, tuple):
                words = part[0].decode().replace("(", " ").split()
                found[int(words[words.index("UID") + 1])] = part[1]
        return found

    def store(self, uids, change, flag):
        self.done(self.imap.uid("STORE", ",".join(map(str, uids)), change, f"({flag})"))

    def expunge(self, uids):
        self.store(uids, "+FLAGS", "\\Deleted")
        self.done(self.imap.expunge())


class Letters:
    """Letters of every size, each with a token of its own."""
    def __init__(self, prefix, sender="ada@restante.test", to="edsger@restante.test"):
        self.prefix, self.sender, self.to, self.made = prefix, sender, to, {}

    def make(self, size=None):
        token = f"{self.prefix}{len(self.made):05d}"
        if size is None:
            size = dice.choice((0, 80, 700, 3000, 3000, 20000, 90000)) if dice.random() < 0.98 else 1500000
        lines = [f"From: Ada <{self.sender}>", f"To: {self.to}", f"Subject: letter {token}",
                 "Date: Sat, 21 Nov 2026 10:00:00 +0000", f"Message-ID: <{token}@restante.test>",
                 "MIME-Version: 1.0", "Content-Type: text/plain; charset=us-ascii", ""]
        length = 0
        while length < size:
            lines.append(dice.choice((".", "..dots", "From the start", f"{token} line {length} " + "x" * dice.randrange(64))))
            length += len(lines[-1]) + 2
        letter = ("\r\n".join(lines) + "\r\n").encode()
        self.made[token] = letter
        return token, letter

    def token(self, letter):
        found = letter.find(b"Subject: letter " + self.prefix.encode())
        return None if found < 0 else letter[found + 16:].split(b"\r\n", 1)[0].decode()


def within(seconds, question):
    """Asks until the answer is not false: it lies with other processes, which tell no one."""
    deadline = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


QUEUES = ("var/spool/postfix/maildrop", "var/spool/postfix/incoming", "var/spool/postfix/active",
          "var/spool/postfix/deferred", "run/exim/input", "var/spool/smtpd/incoming", "var/spool/smtpd/queue")


def queue_is_empty(peer):
    """The server that takes letters has delivered all it took."""
    return not any(files for queue in QUEUES for _, _, files in os.walk(f"/proc/{peer['pid']}/root/{queue}"))


def compare(case, cli, server, folders=None):
    """Letter by letter, flag by flag: here is what is there."""
    shown = cli.folders()
    for folder in folders or server.folders():
        server.select(folder)
        there = server.flags()
        rows = cli.rows(folder) if folder in shown else []
        here = {row["uid"]: sorted(row["flags"] + [name for name in row["keywords"] if name not in FLAGS]) for row in rows}
        case.assertEqual(len(here), len(rows), f"{folder}: a UID twice, or none: {rows}, there {there} (RESTANTE_SEED={SEED})")
        differing = {uid: (here.get(uid), there.get(uid)) for uid in here.keys() | there.keys()
                     if here.get(uid) != there.get(uid)}
        case.assertEqual(differing, {}, f"{folder}: here, there (RESTANTE_SEED={SEED})")
        case.assertEqual([row["uid"] for row in rows if row["pending"]], [], folder)
        if there:
            stored, letters = cli.letters(folder), server.letters()
            for row in rows:
                case.assertTrue(stored.get(row["id"]) == letters[row["uid"]],
                                f"{folder}: UID {row['uid']} differs (RESTANTE_SEED={SEED})")
