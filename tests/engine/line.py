"""What stands between the program and a server: a line that is cut, delayed or spoiled at a byte, and a
meddler who reads along and says other things."""
import os
import socket
import ssl
import struct
import threading
import time

OUT, IN = "to the server", "from the server"


def reset(end):
    """Closing sends RST instead of FIN."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close(*ends):
    for end in ends:
        try:
            # A TLS socket's own would go on to read what comes as it stands, the goodbye's record.
            socket.socket.shutdown(end, socket.SHUT_RDWR)
        except OSError:
            pass


class Between:
    """Listens on loopback; each connection is carried by carry(client) in a thread of its own."""
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.failures = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            self.carry(client)
        except OSError:
            pass
        except Exception as error:  # A mistake of the test's own must not look like a cut line.
            self.failures.append(error)
        finally:
            client.close()

    def stop(self):
        close(self.listener)
        self.listener.close()


class Line(Between):
    """Carries bytes. `fault` is (kind, direction, after so many bytes), for the next connection only."""
    def __init__(self, port):
        self.server_port, self.fault, self.carried = port, None, {OUT: 0, IN: 0}
        super().__init__()

    def carry(self, client):
        fault, self.fault = self.fault, None
        self.carried = carried = {OUT: 0, IN: 0}
        server = socket.create_connection(("127.0.0.1", self.server_port))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        other = threading.Thread(target=self.pump, args=(server, client, IN, fault, carried), daemon=True)
        other.start()
        self.pump(client, server, OUT, fault, carried)
        other.join()
        client.close()
        server.close()

    def pump(self, source, target, direction, fault, carried):
        kind, where, after = fault or ("", "", -1)
        try:
            while data := source.recv(65536):
                if where == direction and carried[direction] <= after < carried[direction] + len(data):
                    begin = after - carried[direction]
                    target.sendall(data[:begin])
                    if kind == "reset":
                        carried[kind] = after
                    if not self.fail(kind, source, target, data[begin:]):
                        return
                else:
                    target.sendall(data)
                carried[direction] += len(data)
        except OSError:
            pass
        if "reset" not in carried:
            close(source, target)

    def fail(self, kind, source, target, rest):
        """False: the connection is over."""
        if kind == "delay":
            time.sleep(0.3)
            target.sendall(rest)
            return True
        if kind == "drip":
            for number in rest[:200]:
                target.sendall(bytes([number]))
                time.sleep(0.0005)
            target.sendall(rest[200:])
            return True
        if kind == "garbage":
            target.sendall(os.urandom(40) + rest)
            return True
        if kind == "corrupt":
            target.sendall(bytes([rest[0] ^ 0x20]) + rest[1:])
            return True
        if kind == "twice":
            target.sendall(rest + rest)
            return True
        if kind == "swapped":
            later = rest[len(rest) // 2:]
            target.sendall(later + rest[:len(rest) // 2])
            return True
        if kind == "silence":
            while source.recv(65536):
                pass
            return True
        if kind == "reset":
            # The other direction wakes up, and closes nothing: RST goes out with the last close.
            for end in (source, target):
                reset(end)
                end.shutdown(socket.SHUT_RD)
            return False
        close(source, target)
        return False


class SlowLine(Between):
    """Carries so many bytes a second from the server, and counts them."""
    def __init__(self, port, rate):
        self.server_port, self.rate, self.carried = port, rate, 0
        super().__init__()

    def carry(self, client):
        server = socket.create_connection(("127.0.0.1", self.server_port))
        threading.Thread(target=self.pump, args=(client, server, False), daemon=True).start()
        self.pump(server, client, True)
        server.close()

    def pump(self, source, target, slow):
        try:
            while data := source.recv(16384):
                target.sendall(data)
                if slow:
                    self.carried += len(data)
                    self.wait(len(data))
        except OSError:
            pass
        close(source, target)

    def wait(self, size):
        time.sleep(size / self.rate)


class Stutter(SlowLine):
    """A fast line from a server that is kept from its processor in the beginning: as slow, until so many bytes have come."""
    def __init__(self, port, rate, until):
        self.until = until
        super().__init__(port, rate)

    def wait(self, size):
        if self.carried < self.until:
            super().wait(size)


class Meddler(Between):
    """Reads lines along between the program and an honest server, and changes what is said.

    `greeting` replaces the server's first line. `answers` holds, by the command's verb, what is said in its
    stead: bytes with {tag}, or a function of (meddler, tag, line) that returns such bytes, or None to let the
    line through. `changes` are functions from the server's bytes to others. After an answer that ends in
    CUT the connection is closed. `pki` (a folder with server.pem and server.key) ends TLS here.
    """
    CUT = b"\0cut"

    def __init__(self, port, greeting=None, answers=None, changes=(), pki=None, tagged=False, server_tls=False):
        self.server_port, self.greeting, self.answers = port, greeting, answers or {}
        self.changes, self.pki, self.tagged, self.server_tls = changes, pki, tagged, server_tls
        self.heard, self.chunk = [], 0
        super().__init__()

    def carry(self, client):
        if self.pki:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(os.path.join(self.pki, "server.pem"), os.path.join(self.pki, "server.key"))
            client = context.wrap_socket(client, server_side=True)
        if self.server_port is None:
            self.say(client, self.greeting, b"")
            while client.recv(65536):
                pass
            return
        server = socket.create_connection(("127.0.0.1", self.server_port))
        if self.server_tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            server = context.wrap_socket(server)
        threading.Thread(target=self.back, args=(server, client), daemon=True).start()
        rest, self.chunk = b"", 0
        try:
            while data := client.recv(65536):
                rest += data
                while b"\n" in rest or (self.chunk and rest):
                    # The bytes of a chunk that the server never heard of are nobody's.
                    if self.chunk:
                        skipped = min(self.chunk, len(rest))
                        rest, self.chunk = rest[skipped:], self.chunk - skipped
                        continue
                    line, rest = rest.split(b"\n", 1)
                    if not self.hear(client, server, line + b"\n"):
                        return
        except OSError:
            pass
        finally:
            close(client, server)

    def hear(self, client, server, line):
        words = line.decode("latin-1").split()
        tag = words.pop(0).encode() if self.tagged and words else b""
        verb = words[0].upper() if words else ""
        if verb == "UID" and len(words) > 1:
            verb = "UID " + words[1].upper()
        self.heard.append(line)
        answer = self.answers.get(verb)
        self.chunk = int(words[1]) if verb == "BDAT" and answer is not None and not callable(answer) else 0
        if callable(answer):
            answer = answer(self, tag, line)
        if answer is None:
            server.sendall(line)
            return True
        # In its turn: after the server's answers to what was said before. One that is later still comes out of
        # turn, which is only another lie: no test here counts on the order.
        time.sleep(0.05)
        return self.say(client, answer, tag)

    def say(self, client, answer, tag):
        cut = answer.endswith(self.CUT)
        answer = answer[:-len(self.CUT)] if cut else answer
        client.sendall(answer.replace(b"{tag}", tag))
        if cut:
            close(client)
        return not cut

    def back(self, server, client):
        first = self.greeting
        try:
            while data := server.recv(65536):
                while not data.endswith(b"\n"):
                    more = server.recv(65536)
                    if not more:
                        break
                    data += more
                if first is not None:
                    self.say(client, first + data.split(b"\n", 1)[1], b"")
                    first = None
                    continue
                for change in self.changes:
                    data = change(data)
                client.sendall(data)
        except OSError:
            pass
        close(client, server)
