"""The raw bounds: the same commands, sent by a few lines of Python that throw away what comes back. No mail
program can be faster on this machine, at this hour; what counts is the ratio to them."""
import base64
import hashlib
import hmac
import multiprocessing
import os
import re
import socket
import ssl
import threading
import time

BATCH = 200
HEADERS = ("(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM SENDER TO CC SUBJECT MESSAGE-ID "
           "IN-REPLY-TO REFERENCES CONTENT-TYPE)])")
LETTERS = "(UID BODY.PEEK[])"


class Connection:
    def __init__(self, port, authority):
        context = ssl.create_default_context(cafile=authority)
        line = socket.create_connection(("127.0.0.1", int(port)))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.line = context.wrap_socket(line, server_hostname="127.0.0.1")
        self.buffer = memoryview(bytearray(1 << 16))

    def send(self, data):
        self.line.sendall(data)

    def read_until(self, words):
        """Throws away everything up to these words, which end what the server says; returns the end of it."""
        tail = b""
        while words not in tail:
            n = self.line.recv_into(self.buffer)
            if n == 0:
                raise ConnectionError(f"the server hung up before {words!r}: {tail[-200:]!r}")
            tail = (tail + self.buffer[max(0, n - 2000):n])[-2000:]
        return tail

    def read_all(self):
        while self.line.recv_into(self.buffer):
            pass

    def close(self):
        self.line.close()


def encode(words):
    return base64.b64encode(words.encode()).decode()


class Scram:
    """What a client says in SCRAM-SHA-256 (RFC 5802, RFC 7677): the server is not asked for its proof here."""

    def __init__(self, user, password):
        self.password = password
        self.bare = f"n={user},r={base64.b64encode(os.urandom(18)).decode()}"
        self.first = encode("n,," + self.bare)

    def final(self, challenge):
        """@challenge: the server's first message in base64."""
        server = base64.b64decode(challenge).decode()
        said = dict(part.split("=", 1) for part in server.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), base64.b64decode(said["s"]), int(said["i"]))
        key = hmac.digest(salted, b"Client Key", "sha256")
        without = f"c={encode('n,,')},r={said['r']}"
        proof = hmac.digest(hashlib.sha256(key).digest(), f"{self.bare},{server},{without}".encode(), "sha256")
        return encode(f"{without},p={base64.b64encode(bytes(a ^ b for a, b in zip(key, proof))).decode()}")


def authenticate(line, peer, user, begin, mark, end):
    """As the program does. @begin: what comes before the mechanism's first message. The server goes on with @mark, and ends with @end."""
    def challenge():
        return line.read_until(b"\r\n").split(mark)[-1].strip()
    scram = Scram(user, peer[f"password.{user}"])
    line.send(f"{begin} SCRAM-SHA-256 {scram.first}\r\n".encode())
    line.send(f"{scram.final(challenge())}\r\n".encode())
    challenge()
    line.send(b"\r\n")
    line.read_until(end)


def sign_in(peer, user):
    """An IMAP connection, with the capabilities that the server has once it knows who asks."""
    line = Connection(peer["imaps"], peer["ca"])
    line.read_until(b"* OK")
    authenticate(line, peer, user, "l AUTHENTICATE", b"+ ", b"l OK")
    return line


def select(line, how="EXAMINE INBOX"):
    line.send(f"s {how}\r\n".encode())
    answer = line.read_until(b"s OK")
    numbers = {name: int(found.group(1)) for name in (rb"UIDVALIDITY", rb"HIGHESTMODSEQ", rb"UIDNEXT")
               if (found := re.search(name + rb" (\d+)", answer))}
    return int(re.search(rb"\* (\d+) EXISTS", answer).group(1)), numbers


def imap(peer, user, what, part=(0, 1)):
    """FETCH of everything in INBOX, pipelined in batches; seconds. @part: the n-th of m shares only."""
    began = time.monotonic()
    line = sign_in(peer, user)
    count, _ = select(line)
    low, high = count * part[0] // part[1] + 1, count * (part[0] + 1) // part[1]
    commands = [f"t{first} FETCH {first}:{min(first + BATCH - 1, high)} {what}\r\n" for first in range(low, high + 1, BATCH)]
    line.send("".join(commands).encode() + b"end NOOP\r\n")
    line.read_until(b"\nend OK")
    line.close()
    return time.monotonic() - began


def imap_twice(peer, user, what):
    """The same, half by half over two connections at once, each in a process of its own."""
    began = time.monotonic()
    halves = [multiprocessing.Process(target=imap, args=(peer, user, what, (half, 2))) for half in range(2)]
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    return time.monotonic() - began


def known(peer, user):
    """What a client with QRESYNC remembers of the mailbox."""
    line = sign_in(peer, user)
    _, numbers = select(line)
    line.close()
    return numbers


def qresync(peer, user, state):
    began = time.monotonic()
    line = sign_in(peer, user)
    line.send(b"e ENABLE QRESYNC\r\n")
    select(line, f"EXAMINE INBOX (QRESYNC ({state[b'UIDVALIDITY']} {state[b'HIGHESTMODSEQ']}))")
    line.close()
    return time.monotonic() - began


def change_flags(peer, user, changes, sign):
    """Flags as many letters, spread over all of the mailbox."""
    line = sign_in(peer, user)
    count, _ = select(line, "SELECT INBOX")
    chosen = ",".join(str(1 + number * count // changes) for number in range(changes))
    line.send(f"c STORE {chosen} {sign}FLAGS.SILENT (\\Flagged)\r\n".encode())
    line.read_until(b"c OK")
    line.close()


def pop3(peer, user, count):
    began = time.monotonic()
    line = Connection(peer["pop3s"], peer["ca"])
    line.read_until(b"+OK")
    authenticate(line, peer, user, "AUTH", b"+ ", b"+OK")
    commands = "".join(f"RETR {number}\r\n" for number in range(1, count + 1)) + "QUIT\r\n"
    sender = threading.Thread(target=line.send, args=(commands.encode(),), daemon=True)
    sender.start()
    line.read_all()
    sender.join()
    return time.monotonic() - began


def smtp(peer, user, to, letter, count):
    """One connection; the next letter's MAIL, RCPT and DATA go out right behind the dot."""
    began = time.monotonic()
    connection = Connection(peer["submissions"], peer["ca"])
    answers = connection.line.makefile("rb")

    def answer(code):
        while (said := answers.readline())[3:4] == b"-":
            pass
        if not said.startswith(code):
            raise ConnectionError(f"the server said {said!r}")
    answer(b"220")
    connection.send(b"EHLO bench.test\r\n")
    answer(b"250")
    # Nothing more has come: what the file would keep back is empty.
    authenticate(connection, peer, user, "AUTH", b"334 ", b"235")
    envelope = f"MAIL FROM:<{peer[f'address.{user}']}>\r\nRCPT TO:<{peer[f'address.{to}']}>\r\nDATA\r\n".encode()
    connection.send(envelope)
    for number in range(count):
        answer(b"250")
        answer(b"250")
        answer(b"354")
        connection.send(letter + b".\r\n" + (envelope if number + 1 < count else b"QUIT\r\n"))
        answer(b"250")
    answer(b"221")
    connection.close()
    return time.monotonic() - began
