"""For the tests of restante-cli: runs it with a data directory of its own, and keeps all it ever said, so
that a test can look for what must not be there."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "peers"), os.path.join(HERE, "..", "run")]
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("RESTANTE_CLI", "restante-cli")
WITHIN = 60


class Said:
    def __init__(self, code, out, err):
        self.code, self.raw, self.err = code, out, err

    @property
    def out(self):
        return self.raw.decode("utf-8", "replace")

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]


class Cli:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="restante-cli-")
        self.data = os.path.join(self.home, "data")
        self.said = b""
        self.locale = "C.UTF-8"

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "DISPLAY", "XDG_"))}
        return {**kept, "HOME": self.home, "LC_ALL": self.locale, "LANGUAGE": "en", "G_DEBUG": "fatal-warnings",
                "DBUS_SESSION_BUS_ADDRESS": "disabled:"}

    def start(self, *words, stdin=None, wire=None):
        options = ["--data", self.data] + ([f"--wire={wire}"] if wire else [])
        return subprocess.Popen([PROGRAM, *options, *map(str, words)], env=self.environment(),
                                stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words, wire=None, give=None):
        process = self.start(*words, wire=wire, stdin=subprocess.PIPE if give is not None else None)
        try:
            out, err = process.communicate(give, timeout=WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        self.said += out + err
        return Said(process.returncode, out, err.decode("utf-8", "replace"))

    def good(self, *words, **options):
        said = self.run(*words, **options)
        if said.code != 0:
            raise AssertionError(f"{words}: {said.code}: {said.err}")
        return said

    def file(self, name, content, mode=0o600):
        path = os.path.join(self.home, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        return path

    def add(self, protocol, name, peer, user="ada", security="tls", send=False, more=(), check=True):
        port = {"imap": ("imaps", "imap"), "pop3": ("pop3s", "pop3")}[protocol][security != "tls"]
        words = ["account", "add", protocol, "--name", name, "--email", peer[f"address.{user}"], "--user", user,
                 "--server", f"localhost:{peer[port]}", "--security", security, "--ca-file", peer["ca"],
                 "--password-file", self.file(f"password-{name}", peer[f"password.{user}"] + "\n"), *more]
        if send:
            words += ["--smtp", f"localhost:{peer['submission']}", "--smtp-security", "starttls"]
        if not check:
            words.append("--no-check")
        return self.good(*words)

    def list(self, name, folder="INBOX"):
        return self.good("list", name, folder, "--json").rows()

    def everything(self):
        """All bytes that were said or stored, but for the password files."""
        yield "said", self.said
        for folder, _, files in os.walk(self.data):
            for file in files:
                with open(os.path.join(folder, file), "rb") as opened:
                    yield file, opened.read()

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def letter(subject, text="At five.\r\n", sender="ada@restante.test", to="grace@restante.test", more=""):
    return (f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Sun, 22 Nov 2026 09:00:00 +0100\r\n"
            f"Message-ID: <{subject.replace(' ', '.')}@restante.test>\r\n{more}\r\n{text}").encode()
