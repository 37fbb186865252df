"""What the panel says was said is what was said: the program's own work against each real server, with somebody
between them who keeps every byte. What the tap tells is the same, byte for byte, but for secrets (which are lengths,
and stand exactly where they were) and the inside of letters; and every line of it has an explanation of its own."""
import base64
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "engine"))
from line import Between, IN, OUT, close  # noqa: E402
from world import Cli, Letters, Server, within  # noqa: E402
import peers  # noqa: E402
import tap  # noqa: E402

EXPLAIN = sys.argv[2] if len(sys.argv) > 2 else "test-learn-recording"
HEAD = 256  # WIRE_BODY_HEAD
PIECE = 1 << 20  # WIRE_BODY_PIECE


class Stenographer(Between):
    """Carries bytes and keeps them, as the program gets them. `pki`: TLS ends here and begins anew. `hurry`: what the
    server says, and what is said in its place."""
    def __init__(self, port, pki=None, hurry=(b"", b"")):
        self.server_port, self.pki, self.kept, self.hurry = port, pki, [], hurry
        super().__init__()

    def wrap(self, client, server):
        here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        here.load_cert_chain(os.path.join(self.pki, "server.pem"), os.path.join(self.pki, "server.key"))
        there = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        there.check_hostname, there.verify_mode = False, ssl.CERT_NONE
        return here.wrap_socket(client, server_side=True), there.wrap_socket(server)

    def carry(self, client):
        server = socket.create_connection(("127.0.0.1", self.server_port))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        kept = {OUT: bytearray(), IN: bytearray(), "over": threading.Event()}
        self.kept.append(kept)
        if self.pki:
            client, server = self.wrap(client, server)
        back = threading.Thread(target=self.pump, args=(server, client, kept[IN]), daemon=True)
        back.start()
        self.pump(client, server, kept[OUT])
        back.join()
        kept["over"].set()
        server.close()

    def pump(self, source, target, kept):
        try:
            while data := source.recv(65536):
                if self.hurry[0]:
                    data = data.replace(*self.hurry)
                kept += data
                target.sendall(data)
        except OSError:
            pass
        close(source, target)


def bytes_of(event):
    """What the tap kept of a span; None: nothing."""
    if "text" in event:
        return event["text"].encode()
    return base64.b64decode(event["base64"]) if "base64" in event else None


def differs(events, direction, said):
    """Whether what the tap has of one direction of a connection is other than what was said: the difference, or None.
    Appends what stood where the tap has secrets."""
    at, secrets, body = 0, [], 0
    for event in events:
        if event["type"] != "bytes" or event["direction"] != ("out" if direction == OUT else "in"):
            continue
        there, kept = bytes(said[at:at + event["length"]]), bytes_of(event)
        if event["offset"] != at or len(there) != event["length"]:
            return f"{direction}: {event} begins elsewhere than at {at}, or ends after {len(said)}", secrets
        if event["kind"] == "secret":
            secrets.append(there)
            if kept is not None:
                return f"{direction}: a secret is told", secrets
        elif event["kind"] == "plain":
            if kept != there:
                return f"{direction}, at {at}: {kept} was {there}", secrets
        elif kept is not None:
            # A long one comes in pieces, of which the first has the head.
            if kept != there[:HEAD] or body:
                return f"{direction}, at {at}: a letter begins with {kept}, was {there[:HEAD]}", secrets
        elif not body:
            return f"{direction}, at {at}: a letter has no head", secrets
        body = event["kind"] == "body" and event["length"] >= PIECE
        at += event["length"]
    # Who leaves does not wait for the last words.
    left = direction == IN and events[-1]["type"] == "closed" and events[-1]["name"] == "left"
    return (None if at == len(said) or left else f"{direction}: {at} of {len(said)} bytes"), secrets


class Heard(unittest.TestCase):
    hurry = (b"", b"")

    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start(cls.server_name)

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def between(self, *kinds, tls):
        """Somebody before each of the server's ports; what Cli.add() wants to know of them."""
        self.lines = {}
        for kind in kinds:
            name = kind + "s" if tls else kind
            self.lines[name] = Stenographer(self.peer.port(name), os.path.dirname(self.peer["ca"]) if tls else None,
                                           self.hurry)
            self.addCleanup(self.lines[name].stop)
        return {name: line.port for name, line in self.lines.items()}

    def box(self, protocol, user, tls, *more):
        kinds = [protocol] + (["submission"] if "submission" in self.peer else [])
        self.cli = Cli()
        self.addCleanup(self.cli.close)
        self.cli.add(protocol, self.peer, user, security="tls" if tls else "none", more=more,
                     ports=self.between(*kinds, tls=tls))
        self.password, self.recordings = self.peer[f"password.{user}"], []
        return self.cli

    def work(self, *words, codes=(0,), give=None):
        """A command of the program, whose dialogue is checked."""
        for line in self.lines.values():
            line.kept.clear()
        said = self.cli.run(*words, wire="json", give=give)
        self.assertIn(said.code, codes, said)
        lines = [line for line in said.err.splitlines() if line.startswith("{")]
        events = [json.loads(line) for line in lines]
        self.assertNotIn("dropped", [event["type"] for event in events])
        connections = {}
        for event in events:
            connections.setdefault(event["connection"], []).append(event)
        self.recordings.append(self.cli.file(f"recording-{len(self.recordings)}", "\n".join(lines).encode() + b"\n"))
        for own in connections.values():
            self.check_connection(own)
        self.assertEqual(sum(len(line.kept) for line in self.lines.values()), 0, "a connection the tap does not know")
        for line in self.lines.values():
            self.assertEqual(line.failures, [])
        return said

    def typed(self, *lines, options=()):
        """What somebody types in the console, and what the server makes of it; the answers as text."""
        return self.work("console", "box", *options, give="".join(line + "\n" for line in lines).encode()).err

    def check_connection(self, events):
        line = next(line for line in self.lines.values() if line.port == events[0]["port"])
        # Of several at a time, the one that says the same.
        found = []
        for kept in list(line.kept):
            self.assertTrue(within(10, kept["over"].is_set), "the connection stays open")
            results = [differs(events, direction, kept[direction]) for direction in (OUT, IN)]
            found = [result for result, _ in results if result]
            if not found:
                line.kept.remove(kept)
                self.check_secrets([secret for _, secrets in results for secret in secrets], kept)
                return
        self.fail(f"{self.server_name}, port {line.server_port}: {found}")

    def check_secrets(self, secrets, kept):
        """The password went over the line, if at all, inside of what the tap calls secret."""
        raw = self.password.encode()
        shown = bytes(kept[OUT]) + bytes(kept[IN])
        self.assertEqual(shown.count(raw), sum(secret.count(raw) for secret in secrets))
        self.assertTrue(secrets, "nobody signed in")

    def explained(self):
        done = subprocess.run([EXPLAIN, *self.recordings], capture_output=True, text=True)
        signs = ("only a class", "no third depth", "nothing explains", "not ok", "does not begin")
        complaints = [line for line in done.stdout.splitlines() if any(sign in line for sign in signs)]
        self.assertEqual((done.returncode, complaints), (0, []), done.stderr[-2000:])
        self.assertEqual(self.cli.secrets_seen(self.password), [])


class Kept:
    def test_imap(self):
        for tls, user in ((False, "ada"), (True, "grace")):
            with self.subTest(tls=tls):
                server, letters = Server(self.peer, user), Letters("h" + user)
                self.addCleanup(server.close)
                for size in (0, 300, 3000, 3000, 40000, 3000):
                    server.put("INBOX", letters.make(size)[1])
                server.put("INBOX", letters.make(1_500_000)[1], "\\Seen")
                cli = self.box("imap", user, tls)
                self.work("sync", "box")
                ids = [row["id"] for row in reversed(cli.rows())]
                cli.good("flag", "box", *ids[0:2], "+seen")
                cli.good("flag", "box", ids[1], "+flagged")
                cli.good("move", "box", ids[2], server.place("Archive"))
                cli.good("delete", "box", ids[3])
                cli.good("delete", "box", ids[4], "--expunge")
                self.work("sync", "box")
                server.select("INBOX")
                uids = sorted(server.flags())
                server.store(uids[:1], "+FLAGS", "\\Answered")
                server.expunge(uids[1:2])
                server.put("INBOX", letters.make(900)[1])
                self.work("sync", "box")
                self.work("sync", "box", "--watch", "1")
                self.explained()

    def test_what_people_do(self):
        """Folders made, renamed and removed, searches, rights, room, extensions; and what is refused, in the server's own way."""
        server, letters = Server(self.peer, "edsger"), Letters("w" + self.server_name)
        self.addCleanup(server.close)
        for size in (300, 3000, 9000):
            server.put("INBOX", letters.make(size)[1])
        self.box("imap", "edsger", True)
        place = server.place("Made")
        made, renamed = f'"{place}"', f'"{place} again"'
        said = self.typed(
            "CAPABILITY", "ID NIL", "NAMESPACE", 'LIST "" "*"', 'LSUB "" "*"', 'LIST "" ""', 'LIST "" "%" RETURN (SUBSCRIBED CHILDREN)',
            'LIST (SUBSCRIBED) "" "*"', 'LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN))', f"CREATE {made}", f"CREATE {made}", f"SUBSCRIBE {made}",
            f"STATUS {made} (MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT)", f"RENAME {made} {renamed}", f"RENAME {made} {renamed}",
            f"SELECT {made}", f"EXAMINE {renamed}", "CHECK", "UNSELECT", f"DELETE {renamed}", f"DELETE {renamed}", f"UNSUBSCRIBE {made}",
            'CREATE ""', "DELETE INBOX", 'LIST "" "Other Users/*"', 'SELECT "Other Users/nobody"', "MYRIGHTS INBOX", "GETACL INBOX",
            "LISTRIGHTS INBOX grace", "SETACL INBOX grace lr", "DELETEACL INBOX grace", 'GETQUOTA ""', "GETQUOTAROOT INBOX", 'SETQUOTA "" (STORAGE 5)',
            "GETMETADATA INBOX /private/comment", 'SETMETADATA INBOX (/private/comment "ours")',
            "ENABLE CONDSTORE", "SELECT INBOX", "FETCH 1:* (UID FLAGS RFC822.SIZE INTERNALDATE)", "FETCH 1 (ENVELOPE BODYSTRUCTURE)",
            "FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)]", "FETCH 1 BODY.PEEK[TEXT]<0.20>", "FETCH 1:* (FLAGS) (CHANGEDSINCE 1)",
            "SEARCH UNSEEN", "UID SEARCH RETURN (MIN MAX COUNT) ALL", "SEARCH SUBJECT nothing-like-it", "SEARCH CHARSET X-ODD ALL", "SEARCH",
            "SORT (REVERSE DATE) UTF-8 ALL", "THREAD REFERENCES UTF-8 ALL", "STORE 1 +FLAGS (\\Flagged $Forwarded)", "STORE 1 FLAGS.SILENT ()",
            "UID STORE 1:* +FLAGS (\\Seen)", "COPY 1 Nowhere", "COPY 1:2 INBOX", "MOVE 4 INBOX", "STORE 2 +FLAGS (\\Deleted)", "EXPUNGE", "UID EXPUNGE 1:*",
            "FETCH 99 FLAGS", "FETCH 1", "NOOP NOW", "LOGIN ada wrong", "IDLE", "DONE", "NOOP", "CLOSE", "FETCH 1 FLAGS",
            "NOTIFY SET (SELECTED (MessageNew MessageExpunge))", "NOTIFY NONE", "LOGOUT")
        self.assertIn("EXPUNGE", said)
        self.explained()
        self.box("pop3", "edsger", True)
        said = self.typed("CAPA", "STAT", "LIST", "LIST 1", "LIST 99", "UIDL", "UIDL 1", "UIDL 99", "TOP 1 0", "RETR 99", "TOP 1", "DELE 1", "DELE 1",
                          "RETR 1", "STAT", "RSET", "NOOP", "UTF8", "LANG", "STLS", "USER ada", "QUIT")
        self.assertIn("DELE", said)
        self.explained()

    def test_pop3(self):
        server = Server(self.peer, "edsger")
        self.addCleanup(server.close)
        for tls in (False, True):
            with self.subTest(tls=tls):
                letters = Letters("p" + str(tls))
                for size in (0, 300, 3000, 90000):
                    server.put("INBOX", letters.make(size)[1])
                cli = self.box("pop3", "edsger", tls, "--leave", "until-deleted")
                self.work("sync", "box")
                # Courier keeps the hour: a letter is deleted in the next session.
                cli.good("delete", "box", cli.rows()[0]["id"])
                self.work("sync", "box")
                self.work("sync", "box")
                self.explained()

    def test_a_wrong_password(self):
        for protocol in ("imap", "pop3"):
            with self.subTest(protocol):
                self.box(protocol, "ada", False)
                path = os.path.join(self.cli.home, "password-box")
                with open(path, "w", encoding="ascii") as file:
                    file.write("wrong-horse-staple\n")
                self.password = "wrong-horse-staple"
                self.work("sync", "box", codes=(77,))
                self.explained()


class Taken:
    """What every server that takes letters is asked; none of them hears anybody without TLS."""
    def test_sending(self):
        cli, letters = self.box("imap", "ada", True), Letters("t" + self.server_name)
        for size in (0, 3000, 90000, 1_200_000):
            self.work("send", "box", "--to", "edsger@restante.test", cli.file("letter.eml", letters.make(size)[1]))
        letter = cli.file("letter.eml", letters.make(300)[1])
        self.work("send", "box", "--to", "grace@restante.test", "--to", "nobody@restante.test", letter, codes=(0, 65, 69))
        self.explained()

    def test_what_is_refused(self):
        """Senders, recipients, sizes, parameters and commands that a server does not take, in its own words."""
        self.box("imap", "ada", True)
        letter = "MAIL FROM:<ada@restante.test>"
        # One session each: servers hang up on whom they have to refuse too often.
        for lines in (
                ("EHLO typed.example", "RCPT TO:<grace@restante.test>", letter + " BODY=9BIT"),
                (letter + " SIZE=99999999999", letter + " SIZE=100 BODY=8BITMIME", "RCPT TO:<nobody@restante.test>", "RCPT TO:<grace@elsewhere.example>"),
                (letter, "RCPT TO:<grace@restante.test> NOTIFY=NEVER,DELAY", "RCPT TO:<grace@restante.test>", "RSET"),
                ("HELP", "VRFY ada", "EXPN staff", "NOOP", "DATA"), ("MAIL FROM:ada", letter, letter), (letter, "RCPT TO:<broken", "HELO typed.example"),
                ("ETRN restante.test", "TURN"), ("BURL x", "STARTTLS"), ("AUTH PLAIN",)):
            self.assertIn(lines[0].split()[0], self.typed(*lines, "QUIT", options=("--smtp",)))
        self.explained()


class Dovecot(Kept, Heard):
    server_name = "dovecot"


class Cyrus(Kept, Heard):
    server_name = "cyrus"


class Courier(Kept, Heard):
    server_name = "courier"
    # It asks for ten seconds between visits, and cannot be told to ask for less; the program keeps to what it hears.
    hurry = (b"\r\nLOGIN-DELAY 10\r\n", b"\r\nLOGIN-DELAY 1\r\n")


class Postfix(Taken, Heard):
    server_name = "postfix"


class Exim(Taken, Heard):
    server_name = "exim"


class OpenSmtpd(Taken, Heard):
    server_name = "opensmtpd"


if __name__ == "__main__":
    tap.main()
