"""Bad input: wrong passwords, certificates, hosts and servers, a full disk. Each is one line that says
what happened, an exit code, and nothing secret anywhere."""
import base64
import os
import socket
import ssl
import subprocess
import threading
import unittest

import harness
import otherclient
import peers
import tap


class Server(threading.Thread):
    """Says what it is told to: the greeting, then one of the lines for each that it hears; then it only
    listens, after a TLS handshake where it is given a certificate."""

    def __init__(self, greeting, lines=(), pki=None):
        super().__init__(daemon=True)
        self.greeting, self.lines, self.pki = greeting, list(lines), pki
        self.heard = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            try:
                self.serve(line)
            except OSError:
                pass
            line.close()

    def serve(self, line):
        line.sendall(self.greeting)
        for answer in self.lines:
            said = line.recv(4096)
            if not said:
                return
            self.heard += said
            tag = said.split(b" ", 1)[0]
            line.sendall(answer.replace(b"TAG", tag))
        if self.pki:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{self.pki}/server.pem", f"{self.pki}/server.key")
            line = context.wrap_socket(line, server_side=True)
        while (said := line.recv(4096)):
            self.heard += said

    def stop(self):
        self.listener.close()


class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("dovecot")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        self.cli = harness.Cli()
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            server.stop()
        self.cli.close()

    def serve(self, *arguments, **options):
        server = Server(*arguments, **options)
        self.servers.append(server)
        return server

    def add(self, host, port, security="tls", protocol="imap", password=b"correct horse battery", ca=True, user="ada"):
        words = ["account", "add", protocol, "--name", "broken", "--email", "ada@restante.test", "--user", user,
                 "--server", f"{host}:{port}", "--security", security,
                 "--password-file", self.cli.file("password", password)]
        said = self.cli.run(*words, *(("--ca-file", self.peer["ca"]) if ca else ()))
        self.assertEqual(len(said.err.splitlines()), 0 if said.code == 0 else 1, said.err)
        if said.code:
            self.assertEqual(self.cli.good("account", "list").out, "")
        return said

    def test_wrong_password(self):
        for protocol, port in (("imap", "imaps"), ("pop3", "pop3s")):
            said = self.add("localhost", self.peer[port], protocol=protocol, password=b"wrong one")
            self.assertEqual(said.code, 77)
            self.assertIn("the server said:", said.err)
            self.assertNotIn("wrong one", said.err)

    def test_unknown_authority_and_wrong_name(self):
        said = self.add("localhost", self.peer["imaps"], ca=False)
        self.assertEqual(said.code, 78)
        self.assertIn("certificate", said.err.lower())
        for kind in ("expired", "wrong-name", "self-signed", "not-yet"):
            with peers.start("dovecot", "--certificate", kind) as peer:
                said = self.cli.run("account", "add", "imap", "--name", "broken", "--email", "ada@restante.test", "--user", "ada",
                                    "--server", f"localhost:{peer['imaps']}", "--ca-file", peer["ca"],
                                    "--password-file", self.cli.file("password", b"secret word"))
                self.assertEqual(said.code, 78, (kind, said.err))

    def test_nobody_there(self):
        self.assertEqual(self.add("no-such-host.invalid", 993).code, 68)
        self.assertEqual(self.add("localhost", harness.free_port()).code, 69)

    def test_password_file_that_others_can_read(self):
        for mode, code in ((0o644, 78), (0o600, 77)):
            path = self.cli.file("open", b"wrong\n", mode)
            said = self.cli.run("account", "add", "imap", "--name", "x", "--email", "ada@restante.test", "--user", "ada", "--server",
                                f"localhost:{self.peer['imaps']}", "--ca-file", self.peer["ca"], "--password-file", path)
            self.assertEqual(said.code, code, said.err)

    def test_no_keyring_and_no_file(self):
        said = self.cli.run("account", "add", "imap", "--name", "x", "--email", "ada@restante.test", "--server", "localhost:993")
        self.assertEqual(said.code, 78)
        said = self.cli.run("account", "add", "imap", "--name", "x", "--email", "ada@restante.test", "--server", "localhost:993",
                            "--password-file", "-", "--no-check", give=b"from a pipe\n")
        self.assertEqual(said.code, 78)

    def test_not_the_protocol(self):
        self.assertEqual(self.add("localhost", self.serve(b"SSH-2.0-OpenSSH_9.2\r\n").port, "none").code, 76)
        self.assertEqual(self.add("localhost", self.serve(b"SSH-2.0-OpenSSH_9.2\r\n").port, "none", "pop3").code, 76)
        self.assertEqual(self.add("localhost", self.serve(b"220 mail ESMTP\r\n").port, "tls").code, 76)

    def test_preauth_before_tls_is_refused(self):
        server = self.serve(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome\r\n")
        self.assertEqual(self.add("localhost", server.port, "starttls").code, 76)
        self.assertEqual(server.heard, b"")

    def test_stripped_starttls_sends_no_password(self):
        server = self.serve(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n", [b"TAG OK\r\n"] * 5)
        self.assertEqual(self.add("localhost", server.port, "starttls").code, 76)
        self.assertNotIn(b"AUTH", server.heard)
        server = self.serve(b"+OK hi\r\n", [b"+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n"] * 3)
        self.assertEqual(self.add("localhost", server.port, "starttls", "pop3").code, 76)
        self.assertNotIn(b"PASS", server.heard)

    def test_bytes_before_tls_are_an_attack(self):
        server = self.serve(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n",
                            [b"TAG OK go\r\n* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] injected\r\n"],
                            pki=os.path.dirname(self.peer["ca"]))
        said = self.add("localhost", server.port, "starttls")
        self.assertEqual(said.code, 76, said.err)
        self.assertNotIn(b"AUTH", server.heard)

    def test_open_line_to_another_machine(self):
        # Where others could listen, nothing that shows the password is said.
        other = next((address for address in os.popen("hostname -I").read().split() if ":" not in address), None)
        if not other:
            self.skipTest("this machine has no address but loopback")
        listener = socket.create_server((other, 0))
        server = Server.__new__(Server)
        threading.Thread.__init__(server, daemon=True)
        server.greeting, server.lines, server.heard = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n", [], b""
        server.pki = None
        server.listener = listener
        server.start()
        self.servers.append(server)
        self.assertEqual(self.add(other, listener.getsockname()[1], "none").code, 78)
        self.assertNotIn(b"PLAIN", server.heard)

    def test_usage(self):
        for words in ((), ("nonsense",), ("sync",), ("list", "x"), ("flag", "x", "1"), ("--bad", "sync"), ("show", "x", "y"),
                      ("export", "x", "--format", "pdf", "y"), ("account", "add", "nntp")):
            self.assertEqual(self.cli.run(*words).code, 64, words)
        self.assertEqual(self.cli.run("sync", "nobody").code, 64)

    def test_names_that_no_list_could_show(self):
        path = self.cli.file("password", b"x")
        for name, server in (("a\tb", "localhost:1"), ("a\nb", "localhost:1"), ("a\x1b[2J", "localhost:1"), ("a", "[]:1")):
            said = self.cli.run("account", "add", "imap", "--name", name, "--email", "ada@restante.test", "--server", server,
                                "--password-file", path, "--no-check")
            self.assertEqual(said.code, 64, said.err)

    def test_output_that_nobody_gets(self):
        self.cli.add("imap", "home", self.peer)
        self.cli.good("sync", "home")
        for words in (("account", "list"), ("folders", "home"), ("explain", "imap", "a NOOP"), ("--help",)):
            with open("/dev/full", "wb") as full:
                said = subprocess.run([harness.PROGRAM, *(() if words[0] == "--help" else ("--data", self.cli.data)), *words],
                                      stdout=full, stderr=subprocess.PIPE, env=self.cli.environment())
            self.assertEqual((said.returncode, len(said.stderr.splitlines())), (74, 1), words)

    def test_what_is_not_there(self):
        self.cli.add("pop3", "post", self.peer)
        self.assertEqual(self.cli.run("sync", "post", "--folder", "Nowhere").code, 64)
        self.cli.good("sync", "post", "--folder", "inbox")
        self.assertEqual(self.cli.run("ledger", "post", "99999").code, 64)

    def damage(self, name):
        """The path of the only such file, with noise in its middle."""
        path = next(os.path.join(folder, name) for folder, _, files in os.walk(self.cli.data) if name in files)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, "r+b") as file:
            file.seek(16384)
            file.write(os.urandom(os.path.getsize(path) - 16384))
        return path

    def test_damaged_databases(self):
        box = otherclient.Mailbox(self.peer, "edsger")
        self.addCleanup(box.close)
        box.empty()
        box.put(harness.letter("findable"))
        for name in ("one", "two"):
            self.cli.add("imap", name, self.peer, user="edsger")
            self.cli.good("sync", name)
            self.cli.good("search", "findable", "--account", name)
            if name == "one":
                # The index is derived: damage costs no more than making it again.
                self.damage("search.db")
                self.cli.good("search", "findable")
                self.assertEqual(len(self.cli.good("search", "findable", "--json").rows()), 1)
                damaged = self.damage("mail.db")
        said = self.cli.run("search", "findable", "--json")
        self.assertEqual((said.code, [row["account"] for row in said.rows()]), (74, ["two"]))
        self.assertIn(damaged, said.err)

    def test_full_disk(self):
        mount = os.path.join(self.cli.home, "small")
        os.mkdir(mount)
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount]).returncode:
            self.skipTest("a small file system needs root")
        self.addCleanup(subprocess.run, ["umount", "-l", mount])
        box = otherclient.Mailbox(self.peer, "edsger")
        self.addCleanup(box.close)
        box.empty()
        noise = os.urandom(600000)
        for number in range(12):
            box.put(harness.letter(f"letter {number}", base64.encodebytes(noise + bytes([number])).decode().replace("\n", "\r\n")))
        self.cli.data = os.path.join(mount, "data")
        for protocol in ("imap", "pop3"):
            name = f"full-{protocol}"
            self.cli.add(protocol, name, self.peer, user="edsger", more=("--leave", "none") if protocol == "pop3" else ())
            said = self.cli.run("sync", name)
            self.assertEqual(said.code, 74, said.err)
            self.assertEqual(len(said.err.splitlines()), 1)
            self.assertEqual(len(box.uids()), 12)
            # With room again, all is well.
            subprocess.run(["mount", "-o", "remount,size=60m", mount], check=True)
            self.cli.good("sync", name)
            self.assertEqual(len(self.cli.list(name)), 12)
            self.cli.good("account", "remove", name)
            if protocol == "imap":
                subprocess.run(["mount", "-o", "remount,size=3m", mount], check=True)


class Secrets(unittest.TestCase):
    """The password, raw or in base64, stands nowhere but in its file."""

    def test_nowhere(self):
        with peers.start("postfix", "--auth", "plain login") as peer:
            cli = harness.Cli()
            self.addCleanup(cli.close)
            box = otherclient.Mailbox(peer, "edsger")
            box.empty()
            box.put(harness.letter("tea"))
            box.close()
            password = peer["password.edsger"]
            for protocol in ("imap", "pop3"):
                cli.add(protocol, protocol, peer, user="edsger", send=True, more=("--smtp-user", "edsger"))
                for wire in ("lines", "json", "explain"):
                    cli.good("sync", protocol, wire=wire)
                cli.good("send", protocol, cli.file("tea.eml", harness.letter("tea", to="edsger@restante.test")), wire="json")
            hidden = [password.encode(), base64.b64encode(password.encode()).rstrip(b"=")[:-1],
                      base64.b64encode(f"\0edsger\0{password}".encode()).rstrip(b"=")[:-1]]
            for where, content in cli.everything():
                for secret in hidden:
                    self.assertNotIn(secret, content, where)


if __name__ == "__main__":
    tap.main()
