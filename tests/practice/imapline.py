"""An IMAP client that says exactly what it is told to, for tests of words on the wire."""
import re
import socket
import zlib

from office import Case, HOST


class Inflated:
    """What comes over a compressed line, read as a file is."""

    def __init__(self, socket_):
        self.socket = socket_
        self.inflate = zlib.decompressobj(-15)
        self.rest = b""
        self.came = 0

    def more(self):
        piece = self.socket.recv(65536)
        self.came += len(piece)
        self.rest += self.inflate.decompress(piece)
        return piece != b""

    def readline(self):
        while b"\n" not in self.rest and self.more():
            pass
        return self.read(self.rest.find(b"\n") + 1)

    def read(self, size):
        pieces, wanted = [], size
        while wanted > len(self.rest):
            wanted -= len(self.rest)
            pieces.append(self.rest)
            self.rest = b""
            if not self.more():
                break
        pieces.append(self.rest[:wanted])
        self.rest = self.rest[wanted:]
        return b"".join(pieces)


class Line:
    """A raw client: what it says is exactly what is sent."""

    def __init__(self, case, signed_in=True, user="ada", password="lovelace", select=None):
        raw = socket.create_connection((HOST, case.port("imaps")), timeout=10)
        self.socket = case.context.wrap_socket(raw, server_hostname="localhost")
        case.addCleanup(self.socket.close)
        self.file = self.socket.makefile("rb")
        self.deflate = None
        self.case = case
        self.greeting = self.read()
        if signed_in:
            self.ok(f"LOGIN {user} {password}")
        if select:
            self.ok(f"SELECT {select}")

    def compress(self):
        self.file = Inflated(self.socket)
        self.deflate = zlib.compressobj(wbits=-15)

    def send(self, data):
        if self.deflate:
            data = self.deflate.compress(data) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(data)

    def read(self):
        """One response with the literals in it, without its end."""
        line = b""
        while True:
            piece = self.file.readline()
            line += piece
            size = re.search(rb"\{(\d+)\}\r\n\Z", piece)
            if not size:
                return line[:-2] if line.endswith(b"\r\n") else line
            line += self.file.read(int(size[1]))

    def until(self, tag):
        lines = []
        while not lines or not lines[-1].startswith(tag + b" "):
            line = self.read()
            if line == b"":
                raise EOFError(lines)
            lines.append(line)
        return lines

    def say(self, command, tag=b"t"):
        """All responses up to the tagged one; (bytes) in a command is a literal that waits for its "+"."""
        pieces = command if isinstance(command, list) else [command]
        pieces = [piece.encode() if isinstance(piece, str) else piece for piece in pieces]
        for index, piece in enumerate(pieces):
            last = index == len(pieces) - 1
            self.send((tag + b" " if index == 0 else b"") + piece + (b"" if not last else b"\r\n"))
            if not last and re.search(rb"\{(\d+)\}\r\n\Z", piece):
                answer = self.read()
                if not answer.startswith(b"+"):
                    return [answer]
        return self.until(tag)

    def ok(self, command):
        lines = self.say(command)
        self.case.assertRegex(lines[-1], rb"\At OK", f"{command!r}"[:1000])
        return lines[:-1]


def literal(data, mark=""):
    return b"{%d%s}\r\n" % (len(data), mark.encode())


class ImapCase(Case):
    def check(self, line, command, status, *untagged):
        """The answer's status (and code), and that each of @untagged stands among the responses; None: there
        are none."""
        with self.subTest(command):
            lines = line.say(command)
            self.assertRegex(lines[-1], rb"\At " + status.encode(), f"{command!r}: {lines!r}"[:1000])
            if untagged == (None,):
                self.assertEqual(lines[:-1], [], command)
                return
            for pattern in untagged:
                pattern = pattern.encode() if isinstance(pattern, str) else pattern
                self.assertTrue(any(re.search(pattern, other, re.S) for other in lines[:-1]), f"{command!r}: {pattern!r} in {lines!r}"[:1000])
