"""What ties a sign-in to the connection (SCRAM-…-PLUS), computed by somebody else: Python hashes the certificate
(tls-server-end-point, RFC 5929), OpenSSL's own server exports the key (tls-exporter, RFC 9266)."""
import base64
import contextlib
import hashlib
import hmac
import os
import re
import socket
import ssl
import subprocess
import threading
import unittest

from imap_office import Office, letter
from world import Cli
import certificates
import tap

PASSWORD, SALT, ROUNDS = "secret", b"salt of the sea", 4096
# SSL_OP_NO_EXTENDED_MASTER_SECRET: without it TLS 1.2 has no value of a connection's own (RFC 9266 §2); with it
# programs do not agree on that value (RFC 5705 §4).
NO_EMS = 1


class Scram:
    """The server's side of RFC 5802, with the binding that it expects: (type, bytes)."""
    def __init__(self, name, binding):
        self.hash, (self.type, self.data) = getattr(hashlib, {"SCRAM-SHA-1-PLUS": "sha1", "SCRAM-SHA-256-PLUS": "sha256"}[name]), binding
        self.bound = None

    def hmac(self, key, text):
        return hmac.new(key, text, self.hash).digest()

    def first(self, said):
        header, self.bare = re.match(rb"(p=[^,]*,[^,]*,)(.*)$", said).groups()
        self.header = header
        self.said_type = header[2:].split(b",")[0].decode()
        nonce = re.search(rb"r=([^,]*)", self.bare)[1]
        self.challenge = b"r=" + nonce + b"ours,s=" + base64.b64encode(SALT) + b",i=%d" % ROUNDS
        return self.challenge

    def last(self, said):
        """The server's proof; None: not this password, or not this connection."""
        without, proof = re.match(rb"(.*),p=(.*)$", said).groups()
        self.bound = base64.b64decode(re.match(rb"c=([^,]*)", said)[1])
        salted = hashlib.pbkdf2_hmac(self.hash().name, PASSWORD.encode(), SALT, ROUNDS)
        text = self.bare + b"," + self.challenge + b"," + without
        key = self.hmac(salted, b"Client Key")
        wanted = bytes(a ^ b for a, b in zip(key, self.hmac(self.hash(key).digest(), text)))
        if self.said_type != self.type or self.bound != self.header + self.data or base64.b64decode(proof) != wanted:
            return None
        return b"v=" + base64.b64encode(self.hmac(self.hmac(salted, b"Server Key"), text))


def challenge(scram, tag, rest, send, receive):
    """AUTHENTICATE with its first words; True: it is the one, and this is the connection."""
    send(b"+ " + base64.b64encode(scram.first(base64.b64decode(rest.split()[1]))))
    said = scram.last(base64.b64decode(receive()))
    if said:
        send(b"+ " + base64.b64encode(said))
        receive()
    send(f"{tag} {'OK in' if said else 'NO [AUTHENTICATIONFAILED] no'}".encode())
    return said is not None


class Binding(unittest.TestCase):
    def setUp(self):
        self.cli = Cli()
        self.addCleanup(self.cli.close)
        self.pki = os.path.join(self.cli.home, "pki")
        certificates.make(self.pki, "good")

    def path(self, name):
        return os.path.join(self.pki, name)

    def add(self, port):
        self.cli.good("account", "add", "imap", "--name", "box", "--email", "ada@restante.test", "--user", "ada", "--server",
                      f"127.0.0.1:{port}", "--security", "tls", "--no-check", "--ca-file", self.path("ca.pem"),
                      "--password-file", self.cli.file("password", PASSWORD.encode() + b"\n"))

    def test_of_the_certificate(self):
        """TLS 1.2, where a connection has no value of its own, or none that all agree on."""
        for options in NO_EMS, 0:
            self.of_the_certificate(options)

    def of_the_certificate(self, options):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.path("server.pem"), self.path("server.key"))
        tls.maximum_version = ssl.TLSVersion.TLSv1_2
        tls.options |= options
        with open(self.path("server.pem"), encoding="ascii") as file:
            first = re.search("-----BEGIN.*?-----END CERTIFICATE-----", file.read(), re.S)[0]
        end_point = hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).digest()
        seen = []

        class Tied(Office):
            def carry(inner, client):
                super().carry(tls.wrap_socket(client, server_side=True))

        def authenticate(session, tag, rest):
            scram = Scram(rest.split()[0], ("tls-server-end-point", end_point))
            good = challenge(scram, tag, rest, lambda line: session.client.sendall(line + b"\r\n"), session.file.readline)
            seen.append((rest.split()[0], scram.said_type, good, session.client.version()))
            return b""
        for mechanism in "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS":
            with self.subTest(mechanism):
                office = Tied(f"IMAP4rev1 SASL-IR AUTH={mechanism}", answers={"AUTHENTICATE": authenticate})
                self.addCleanup(office.stop)
                office.box("INBOX").put(letter(1))
                self.add(office.port)
                self.cli.good("sync", "box")
                self.assertEqual(seen.pop(), (mechanism, "tls-server-end-point", True, "TLSv1.2"))
                self.assertEqual(len(self.cli.rows()), 1)
                self.assertEqual(office.failures, [])
                self.cli.good("account", "remove", "box")

    def exported(self, mechanism, spoil=lambda key: key):
        """A sign-in to OpenSSL's server, behind which the test says what an IMAP server says."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", self.path("server.pem"), "-key",
                                   self.path("server.key"), "-tls1_3", "-keymatexport", "EXPORTER-Channel-Binding",
                                   "-keymatexportlen", "32", "-naccept", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)

        def hang_up():
            with contextlib.suppress(BrokenPipeError):
                server.stdin.close()
        self.addCleanup(server.stdout.close)
        self.addCleanup(hang_up)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        while not server.stdout.readline().startswith(b"ACCEPT"):
            self.assertIsNone(server.poll())
        seen = {}

        def send(line):
            server.stdin.write(line + b"\r\n")
            server.stdin.flush()

        def talk():
            for line in server.stdout:
                if found := re.match(rb"\s*Keying material: ([0-9A-F]+)", line):
                    seen["key"] = spoil(bytes.fromhex(found[1].decode()))
                    send(f"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH={mechanism}] ready".encode())
                elif found := re.match(rb"(\w+) AUTHENTICATE (.*)\r\n", line):
                    rest = found[2].decode()
                    scram = Scram(rest.split()[0], ("tls-exporter", seen["key"]))
                    seen["good"] = challenge(scram, found[1].decode(), rest, send, server.stdout.readline)
                    seen["type"] = scram.said_type
                    # Who was refused may have hung up already.
                    with contextlib.suppress(BrokenPipeError):
                        send(b"* BYE that is all")
                    hang_up()
                    return
        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        self.add(port)
        said = self.cli.run("sync", "box", wire="lines")
        server.kill()
        thread.join(20)
        self.cli.good("account", "remove", "box")
        return seen, said

    def test_of_the_connection(self):
        """TLS 1.3."""
        for mechanism in "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS":
            with self.subTest(mechanism):
                seen, said = self.exported(mechanism)
                self.assertEqual((seen.get("type"), seen.get("good")), ("tls-exporter", True), said)
                self.assertIn(" OK in", said.err)

    def test_of_another_connection(self):
        """Whoever stands between has keys of their own: the sign-in does not go through."""
        seen, said = self.exported("SCRAM-SHA-256-PLUS", spoil=lambda key: key[1:] + key[:1])
        self.assertEqual((seen.get("type"), seen.get("good"), said.code), ("tls-exporter", False, 77), said)
        self.assertIn("check the user name and the password", said.err)


if __name__ == "__main__":
    tap.main()
