"""Signing in with access tokens and with certificates: where they come from, when they are renewed, and that nobody
who reads along ever sees one."""
import base64
import hashlib
import hmac
import json
import os
import shutil
import ssl
import stat
import subprocess
import sys
import tempfile
import time
import unittest

from desk import Desk
from imap_office import CUT, Office, letter
from post import Post
from world import Cli, Letters, Server
import certificates
import dovecot_peer
import peer
import peers
import tap

GOOD = "ya29.new-Token_of/the+hour=="
OLD = "ya29.old-token-that-has-expired"
BEARER = b'{"status":"invalid_token","scope":"mail"}'
GOOGLE = b'{"status":"401","schemes":"bearer","scope":"https://mail.test/"}'
TOKENS = ["UIDL", "SASL PLAIN XOAUTH2 OAUTHBEARER"]


class Token(unittest.TestCase):
    def setUp(self):
        self.cli = Cli()
        self.addCleanup(self.cli.close)
        self.pki = os.path.join(self.cli.home, "pki")
        certificates.make(self.pki, "good")
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(os.path.join(self.pki, "server.pem"), os.path.join(self.pki, "server.key"))
        self.letter = Letters("token").make(300)[1]
        self.shown = []

    def check(self, mechanism, response, certificate):
        self.shown.append((mechanism, response))
        if b"auth=Bearer " + GOOD.encode() + b"\x01\x01" in response:
            return None
        return (BEARER if mechanism == "OAUTHBEARER" else GOOGLE), f"-ERR [AUTH] {response.decode('latin-1')[-50:-2]} has expired"

    def box(self, *more, capa=TOKENS, auth=None, tls=True):
        post = Post([("u1", self.letter)], capa, self.tls if tls else None, auth or self.check)
        self.addCleanup(post.stop)
        self.cli.good("account", "add", "pop3", "--name", "box", "--email", "ada@restante.test", "--user", "ada",
                      "--server", f"127.0.0.1:{post.port}", "--security", "tls" if tls else "none", "--no-check",
                      "--ca-file", os.path.join(self.pki, "ca.pem"), *more)
        return post

    def maker(self, *tokens):
        """A command that prints one token after the other, and the last one from then on."""
        path = os.path.join(self.cli.home, "make token")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\ncd \"$(dirname \"$0\")\"; n=$(cat times 2>/dev/null || echo 0); echo $((n + 1)) >times\n"
                       "echo noise >&2\ncase $n in\n" +
                       "".join(f"{at}) echo '{token}' ;;\n" for at, token in enumerate(tokens[:-1])) +
                       f"*) echo '{tokens[-1]}' ;;\nesac\n")
        os.chmod(path, stat.S_IRWXU)
        return ("--token-command", f"'{path}' --for ada")

    def times(self):
        with open(os.path.join(self.cli.home, "times"), encoding="utf-8") as file:
            return int(file.read())

    def unseen(self):
        self.assertEqual([self.cli.secrets_seen(token) for token in (GOOD, OLD)], [[], []])

    def test_the_strongest(self):
        for capa, mechanism in ((TOKENS, "OAUTHBEARER"), (["UIDL", "SASL XOAUTH2 PLAIN"], "XOAUTH2")):
            post = self.box(*self.maker(GOOD), capa=capa)
            self.cli.good("sync", "box")
            self.assertEqual(self.shown[-1][0], mechanism)
            self.cli.good("account", "remove", "box")
            post.stop()
        self.assertEqual(self.shown[0][1], b"n,a=ada,\x01host=127.0.0.1\x01port=%d\x01auth=Bearer %s\x01\x01"
                         % (int(self.shown[0][1].split(b"port=")[1].split(b"\x01")[0]), GOOD.encode()))
        self.assertEqual(self.shown[1][1], b"user=ada\x01auth=Bearer " + GOOD.encode() + b"\x01\x01")

    def test_an_expired_one_is_renewed_once(self):
        for capa, last in ((TOKENS, "AQ=="), (["UIDL", "SASL XOAUTH2"], "")):
            for wire in (None, "lines", "json"):
                self.cli.run("account", "remove", "box")
                if os.path.exists(os.path.join(self.cli.home, "times")):
                    os.remove(os.path.join(self.cli.home, "times"))
                post = self.box(*self.maker(OLD, GOOD), capa=capa)
                said = self.cli.run("sync", "box", wire=wire)
                self.assertEqual((said.code, post.visits, self.times()), (0, 2, 2), said)
                self.assertEqual(post.resigned, [last])
                self.assertEqual(len(self.cli.rows()), 1)
                self.unseen()
                post.stop()

    def imap(self, offers, sign_in):
        class Tied(Office):
            def carry(inner, client):
                super().carry(self.tls.wrap_socket(client, server_side=True))
        office = Tied(offers)
        office.sign_in = sign_in
        self.addCleanup(office.stop)
        office.box("INBOX").put(letter(1))
        return office

    def test_an_expired_one_is_renewed_over_imap(self):
        """What the server says of it is answered as each mechanism wants it, before it says no."""
        for offers, mechanism, challenge, last in (("AUTH=XOAUTH2 AUTH=PLAIN", "XOAUTH2", GOOGLE, ""),
                                                   ("AUTH=XOAUTH2 AUTH=OAUTHBEARER", "OAUTHBEARER", BEARER, "AQ==")):
            with self.subTest(mechanism):
                if os.path.exists(os.path.join(self.cli.home, "times")):
                    os.remove(os.path.join(self.cli.home, "times"))
                shown = []

                def sign_in(mechanism, response, challenge=challenge, shown=shown):
                    shown.append((mechanism, GOOD.encode() in response))
                    return None if shown[-1][1] else challenge
                office = self.imap(f"IMAP4rev1 SASL-IR {offers}", sign_in)
                self.cli.good("account", "add", "imap", "--name", "box", "--email", "ada@restante.test", "--user", "ada",
                              "--server", f"127.0.0.1:{office.port}", "--security", "tls", "--no-check", "--ca-file",
                              os.path.join(self.pki, "ca.pem"), *self.maker(OLD, GOOD))
                said = self.cli.run("sync", "box", wire="lines")
                self.assertEqual((said.code, shown, office.resigned), (0, [(mechanism, False), (mechanism, True)], [last]), said)
                self.assertEqual((len(self.cli.rows()), self.times(), office.failures), (1, 2, []))
                self.unseen()
                self.cli.good("account", "remove", "box")

    def test_an_expired_one_is_renewed_over_smtp(self):
        """And the letter goes, once."""
        class Tokens(Desk):
            def answer(inner, line, usual):
                if line.startswith("AUTH "):
                    inner.shown.append(base64.b64decode(line.split()[2]))
                    return b"235 2.7.0 in\r\n" if GOOD.encode() in inner.shown[-1] else \
                        b"334 " + base64.b64encode(BEARER if "BEARER" in line else GOOGLE) + b"\r\n"
                if line in ("", "AQ=="):
                    inner.resigned.append(line)
                    return b"535 5.7.8 no\r\n"
                return usual
        for offers, last, begin in (("XOAUTH2 PLAIN", "", b"user=ada\x01auth=Bearer "),
                                    ("PLAIN XOAUTH2 OAUTHBEARER", "AQ==", b"n,a=ada,\x01host=")):
            with self.subTest(offers):
                if os.path.exists(os.path.join(self.cli.home, "times")):
                    os.remove(os.path.join(self.cli.home, "times"))
                desk = Tokens([f"AUTH {offers}"], tls=self.tls)
                desk.shown, desk.resigned = [], []
                self.addCleanup(desk.stop)
                post = self.box(*self.maker(OLD, GOOD), "--smtp", f"127.0.0.1:{desk.port}", "--smtp-security", "tls")
                said = self.cli.run("send", "box", "--to", "grace@restante.test", self.cli.file("letter.eml", letter(1)), wire="lines")
                self.assertEqual((said.code, desk.resigned, len(desk.taken)), (0, [last], 1), said)
                self.assertEqual([one.startswith(begin) for one in desk.shown], [True, True], desk.shown)
                self.assertEqual((len(desk.sessions), desk.failures), (2, []))
                self.unseen()
                self.cli.good("account", "remove", "box")
                post.stop()

    def test_one_that_expires_in_mid_session(self):
        """The server ends the session in the middle of the journal; whoever signs in anew shows a new token, and plays what
        is left of it: nothing is lost, nothing is done twice."""
        class Hours(Office):
            good = OLD

            def carry(inner, client):
                super().carry(self.tls.wrap_socket(client, server_side=True))

            def sign_in(inner, mechanism, response):
                return None if b"auth=Bearer " + inner.good.encode() + b"\x01" in response else BEARER

        def expire(session, tag, rest):
            if office.good != OLD or len(office.said("UID MOVE")) < 2:
                return None
            office.good = GOOD
            session.client.sendall(b"* BYE Your token has expired\r\n")
            return CUT
        office = Hours("IMAP4rev1 SASL-IR AUTH=OAUTHBEARER MOVE UIDPLUS", ("INBOX", "Archive", "Later", "Trash"),
                       answers={"UID MOVE": expire})
        self.addCleanup(office.stop)
        for number in range(6):
            office.box("INBOX").put(letter(number))
        self.cli.good("account", "add", "imap", "--name", "box", "--email", "ada@restante.test", "--user", "ada", "--server",
                      f"127.0.0.1:{office.port}", "--security", "tls", "--no-check", "--ca-file",
                      os.path.join(self.pki, "ca.pem"), *self.maker(*[OLD] * 7, GOOD))
        self.cli.good("sync", "box")
        ids = [row["id"] for row in reversed(self.cli.rows())]
        office.answers["AUTHENTICATE"] = lambda session, tag, rest: f"{tag} NO [UNAVAILABLE] not now\r\n".encode()
        for number, folder in enumerate(("Archive", "Later", "Trash", "Archive")):
            self.cli.good("move", "box", ids[number], folder)
        del office.answers["AUTHENTICATE"]
        said = self.cli.run("sync", "box")
        self.assertEqual(said.code, 75, said)
        self.cli.good("sync", "box")
        self.assertEqual({box.name: [one.content for one in box.letters] for box in office.boxes},
                         {"INBOX": [letter(4), letter(5)], "Archive": [letter(0), letter(3)], "Later": [letter(1)],
                          "Trash": [letter(2)]})
        self.assertEqual([row["pending"] for box in office.boxes for row in self.cli.rows(box.name)], [False] * 6)
        self.assertEqual((office.good, self.times()), (GOOD, 8))
        self.assertEqual(office.failures, [])
        self.unseen()

    def test_refused_twice(self):
        post = self.box(*self.maker(OLD, OLD + "2"))
        said = self.cli.run("sync", "box")
        self.assertEqual((said.code, post.visits, self.times()), (77, 2, 2), said)
        self.assertIn("refused the access token of “ada”", said.err)
        self.unseen()

    def test_the_same_is_not_said_twice(self):
        post = self.box(*self.maker(OLD))
        self.assertEqual((self.cli.run("sync", "box").code, post.visits), (77, 1))

    def test_too_narrow(self):
        def narrow(mechanism, response, certificate):
            return b'{"status":"insufficient_scope","scope":"mail"}', "-ERR [AUTH] no"
        post = self.box(*self.maker(GOOD), auth=narrow)
        said = self.cli.run("sync", "box")
        self.assertEqual((said.code, post.visits, self.times()), (78, 1, 1), said)
        self.assertIn("does not allow what", said.err)

    def test_never_on_an_open_line(self):
        for capa in (TOKENS, ["UIDL", "USER"]):
            post = self.box(*self.maker(GOOD), capa=capa, tls=False)
            said = self.cli.run("sync", "box")
            self.assertEqual(said.code, 78, said)
            self.assertEqual((self.shown, post.heard), ([], ["CAPA"]))
            self.cli.good("account", "remove", "box")
            post.stop()

    def test_never_as_a_password(self):
        post = self.box(*self.maker(GOOD), capa=["UIDL", "USER", "SASL PLAIN"])
        said = self.cli.run("sync", "box")
        self.assertEqual((said.code, self.shown), (78, []), said)
        self.assertIn("takes no access tokens", said.err)
        self.assertEqual(post.heard, ["CAPA"])

    def test_a_kept_one(self):
        path = self.cli.file("token", GOOD.encode() + b"\n")
        self.box("--sign-in", "token", "--password-file", path)
        self.cli.good("sync", "box")
        self.cli.file("token", OLD.encode())
        said = self.cli.run("sync", "box", wire="lines")
        self.assertEqual(said.code, 77, said)
        self.unseen()

    def test_commands_that_fail(self):
        for command, words in (("false", "it ended with an error"), ("true", "it printed nothing"),
                               ("/nowhere/at-all", "No such file"), ("'", "Text ended"),
                               ("sh -c 'echo secret-word; exit 3'", "it ended with an error"),
                               ("head -c 100000 /dev/zero", "it printed more than a token")):
            post = self.box("--token-command", command)
            said = self.cli.run("sync", "box")
            self.assertEqual((said.code, post.visits), (78, 0), said)
            self.assertIn(words, said.err)
            self.assertNotIn("secret-word", said.err)
            self.cli.good("account", "remove", "box")
            post.stop()

    def desktop(self, *tokens, password="of-the-desktop"):
        """A session bus of its own, with online accounts."""
        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
        self.cli.env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        accounts = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "goa.py"),
                                     ",".join(tokens), password], env=self.cli.env, stdout=subprocess.PIPE, text=True)
        for process in (accounts, bus):
            self.addCleanup(process.stdout.close)
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
        self.assertEqual(accounts.stdout.readline().strip(), "ready")

    def test_an_account_of_the_desktop(self):
        self.desktop(OLD, GOOD)
        post = self.box("--sign-in", "goa:token")
        said = self.cli.run("sync", "box", wire="lines")
        self.assertEqual((said.code, post.visits), (0, 2), said)
        self.cli.good("sync", "box")
        self.assertEqual(post.visits, 3)
        self.unseen()

    def test_a_password_of_the_desktop(self):
        self.desktop(GOOD)
        post = self.box("--sign-in", "goa:password", capa=["UIDL", "SASL XOAUTH2 PLAIN"],
                        auth=lambda mechanism, response, _: None if (mechanism, response) ==
                        ("PLAIN", b"\0ada\0of-the-desktop") else ("", "-ERR [AUTH] no"))
        self.assertEqual((self.cli.run("sync", "box").code, post.visits), (0, 1))
        self.assertEqual(self.cli.secrets_seen("of-the-desktop"), [])

    def test_a_desktop_that_wants_the_person(self):
        for name, words in (("lapsed", "want you to sign in again"), ("nobody", "want you to sign in again")):
            self.desktop(GOOD)
            post = self.box("--sign-in", "goa:" + name)
            said = self.cli.run("sync", "box")
            self.assertEqual((said.code, post.visits), (78, 0), said)
            self.assertIn(words, said.err)
            self.assertNotIn("secret words", said.err)
            self.cli.good("account", "remove", "box")

    def test_accounts_of_the_desktop_are_listed(self):
        self.desktop(GOOD)
        rows = self.cli.good("account", "desktop", "--json").rows()
        self.assertEqual([(row["id"], row["provider"], row["email"]) for row in rows],
                         [("token", "Google", "ada@restante.test"), ("password", "Own server", "ada@restante.test"),
                          ("lapsed", "Microsoft", "ada@restante.test")])
        self.assertEqual((rows[0]["host"], rows[0]["port"], rows[0]["security"]), ("imap.restante.test", 993, "tls"))
        self.assertEqual((rows[0]["smtp_host"], rows[0]["smtp_port"], rows[0]["smtp_security"]),
                         ("smtp.restante.test", 2525, "starttls"))
        self.assertIn(b"goa:token\tGoogle\tada@restante.test\t", self.cli.good("account", "desktop").out)
        self.cli.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
        self.assertEqual(self.cli.good("account", "desktop").out, b"")

    def test_no_desktop(self):
        self.box("--sign-in", "goa:token")
        self.cli.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
        self.assertIn(self.cli.run("sync", "box").code, (75, 78))

    def client_certificate(self):
        path = os.path.join(self.cli.home, "client.pem")
        key = path + ".key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", *certificates.EC, "-nodes", "-subj", "/CN=ada",
                        "-days", "2", "-keyout", key, "-out", path], check=True, capture_output=True)
        self.tls.load_verify_locations(path)
        self.tls.verify_mode = ssl.CERT_OPTIONAL
        with open(path, "a", encoding="utf-8") as both, open(key, encoding="utf-8") as only:
            both.write(only.read())
        return path

    def by_certificate(self, mechanism, response, certificate):
        self.shown.append((mechanism, response))
        names = [value for pairs in (certificate or {}).get("subject", ()) for _, value in pairs]
        return None if mechanism == "EXTERNAL" and names == ["ada"] else ("", "-ERR [AUTH] who?")

    def test_a_certificate(self):
        path = self.client_certificate()
        self.box("--sign-in", "certificate", "--client-cert", path, capa=["UIDL", "SASL PLAIN EXTERNAL"],
                 auth=self.by_certificate)
        self.cli.good("sync", "box")
        self.assertEqual((self.shown, len(self.cli.rows())), ([("EXTERNAL", b"")], 1))

    def test_a_certificate_beside_a_password(self):
        path = self.client_certificate()
        self.box("--client-cert", path, "--password-file", self.cli.file("password", b"x\n"),
                 capa=["UIDL", "SASL PLAIN EXTERNAL"], auth=self.by_certificate)
        self.cli.good("sync", "box")
        self.assertEqual(self.shown, [("EXTERNAL", b"")])

    def test_a_certificate_refused_beside_a_password(self):
        """The password is asked then, over the same connection."""
        path = self.client_certificate()
        post = self.box("--client-cert", path, "--password-file", self.cli.file("password", b"x\n"),
                        capa=["UIDL", "SASL PLAIN EXTERNAL"],
                        auth=lambda mechanism, response, _: None if (mechanism, response) == ("PLAIN", b"\0ada\0x")
                        else ("", "-ERR [AUTH] who?"))
        self.cli.good("sync", "box")
        self.assertEqual((post.visits, len(self.cli.rows())), (1, 1))

    def test_a_certificate_refused_where_passwords_have_no_mechanism(self):
        """Then it is said as servers want it that know no other way."""
        path = self.client_certificate()
        post = self.box("--client-cert", path, "--password-file", self.cli.file("password", b"x\n"),
                        capa=["UIDL", "USER", "SASL EXTERNAL"], auth=lambda *_: ("", "-ERR [AUTH] who?"))
        self.cli.good("sync", "box")
        self.assertEqual((post.visits, len(self.cli.rows())), (1, 1))
        self.assertEqual([line for line in post.heard if line.startswith("USER")], ["USER ada"])

    def test_a_certificate_of_nobody(self):
        path = self.client_certificate()
        post = self.box("--sign-in", "certificate", "--client-cert", path, capa=["UIDL", "SASL EXTERNAL"],
                        auth=lambda *_: ("", "-ERR [AUTH] who?"))
        said = self.cli.run("sync", "box")
        self.assertEqual((said.code, post.visits), (77, 1), said)
        self.assertIn("knows nobody by the certificate", said.err)
        with open(path, "w", encoding="utf-8") as file:
            file.write("nothing")
        said = self.cli.run("sync", "box")
        self.assertEqual(said.code, 78, said)
        self.assertIn("holds no certificate with its key", said.err)


# In the words of Dovecot 2.3.
CERTIFICATES = ("ssl_ca = </mnt/pki/ca.pem", "ssl_require_crl = no", "ssl_verify_client_cert = yes",
                "auth_ssl_username_from_cert = yes", "passdb {", "driver = static", "args = nopassword", "mechanisms = external", "}")
# Tokens are JWT that it checks by itself, with a key that it reads from a folder.
BEARERS = ("passdb {{", "driver = oauth2", "mechanisms = oauthbearer xoauth2", "args = {0}/oauth2.conf", "}}")
OAUTH2 = ("introspection_mode = local", "local_validation_key_dict = fs:posix:prefix={0}/keys/", "username_attribute = sub", "")
KEY = b"nobody outside this test knows it"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def jwt(user, seconds):
    now = int(time.time())
    text = b".".join(base64url(json.dumps(part).encode()) for part in (
        {"typ": "JWT", "alg": "HS256"}, {"sub": user, "iss": "restante.test", "iat": now - 600, "nbf": now - 600, "exp": now + seconds}))
    return (text + b"." + base64url(hmac.new(KEY, text, hashlib.sha256).digest())).decode()


class Dovecot(unittest.TestCase):
    """What it takes of certificates and of tokens, over IMAP and POP3."""
    def setUp(self):
        if dovecot_peer.dovecot_version(os.path.join(peer.unpacked(), "dovecot")) >= (2, 4):
            self.skipTest("Dovecot 2.4 has other words for it")

    def start(self, mechanisms, lines):
        server = peers.start("dovecot", "--auth", mechanisms, *(f"--dovecot={line}" for line in lines))
        self.addCleanup(server.stop)
        return server

    def box(self, server, protocol, *more):
        cli = Cli()
        self.addCleanup(cli.close)
        cli.good("account", "add", protocol, "--name", "box", "--email", server["address.ada"], "--user", "ada",
                 "--server", f"127.0.0.1:{server[protocol + 's']}", "--security", "tls", "--ca-file", server["ca"], "--no-check", *more)
        return cli

    def certificate(self, server, name):
        """Of the authority that the server trusts; the key is in a file beside it."""
        pki = os.path.dirname(server["ca"])
        path = os.path.join(pki, name)
        certificates.openssl("req", "-new", "-newkey", *certificates.EC, "-nodes", "-subj", f"/CN={name}",
                             "-keyout", path + ".key", "-out", path + ".csr")
        certificates.openssl("x509", "-req", "-in", path + ".csr", "-CA", server["ca"], "-CAkey", os.path.join(pki, "ca.key"),
                             "-CAcreateserial", "-days", "2", "-out", path + ".pem")
        return path + ".pem"

    def test_certificates(self):
        server = self.start("plain external", CERTIFICATES)
        Server(server, "ada").put("INBOX", Letters("dovecot").make(300)[1])
        for protocol in ("imap", "pop3"):
            with self.subTest(protocol):
                cli = self.box(server, protocol, "--sign-in", "certificate", "--client-cert", self.certificate(server, "ada"))
                said = cli.run("sync", "box", wire="lines")
                self.assertEqual(said.code, 0, said)
                self.assertIn("EXTERNAL", said.err)
                self.assertEqual(len(cli.rows()), 1)
                os.remove(os.path.join(os.path.dirname(server["ca"]), "ada.key"))
                said = cli.run("sync", "box")
                self.assertEqual(said.code, 78, said)
                self.assertIn("the key beside it", said.err)

    def test_tokens(self):
        # Where Dovecot's own user can come, which a test's room is not.
        work = tempfile.mkdtemp(prefix="restante-", dir="/tmp")
        self.addCleanup(shutil.rmtree, work)
        os.makedirs(os.path.join(work, "keys/default/HS256"))
        for name, content in (("keys/default/HS256/default", base64.b64encode(KEY).decode()),
                              ("oauth2.conf", "\n".join(OAUTH2).format(work))):
            with open(os.path.join(work, name), "w", encoding="utf-8") as file:
                file.write(content)
        os.chmod(work, 0o755)
        server = self.start("plain oauthbearer xoauth2", [line.format(work) for line in BEARERS])
        Server(server, "ada").put("INBOX", Letters("dovecot").make(300)[1])
        for protocol in ("imap", "pop3"):
            with self.subTest(protocol):
                good, old = jwt("ada", 600), jwt("ada", -60)
                path = os.path.join(os.path.dirname(server["ca"]), "token")
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                    file.write(good)
                cli = self.box(server, protocol, "--sign-in", "token", "--password-file", path)
                said = cli.run("sync", "box", wire="lines")
                self.assertEqual(said.code, 0, said)
                self.assertIn("OAUTHBEARER", said.err)
                self.assertEqual(len(cli.rows()), 1)
                self.assertEqual(cli.secrets_seen(good), [])
                with open(path, "w", encoding="utf-8") as file:
                    file.write(old)
                said = cli.run("sync", "box", wire="lines")
                self.assertEqual(said.code, 77, said)
                self.assertIn("refused the access token", said.err)
                self.assertEqual(cli.secrets_seen(old), [])
                # Somebody else's lets nobody in either.
                with open(path, "w", encoding="utf-8") as file:
                    file.write(jwt("grace", 600))
                self.assertEqual(cli.run("sync", "box").code, 77)


if __name__ == "__main__":
    tap.main()
