"""An SMTP server that offers what a test wants and answers what it is told: one line, one answer."""
import re
import select
import socket

from line import Between, close


class Desk(Between):
    """`offers` are EHLO's keywords; `answers` maps what a line begins with ("RCPT TO:<a@b>", "BDAT", ".") to bytes or
    to a function of the line; an answer b"" cuts the line. What was said is in `sessions`, a list of lines each;
    what was taken in `taken`: (MAIL's line, RCPT's lines, letter). `tls` is an SSLContext: TLS from the first byte.
    With `waits` (seconds; without TLS) what stands behind a letter's end is waited for before that is answered, and is
    then in `behind`, lines for each letter."""
    waits = 0

    def __init__(self, offers=(), answers=None, tls=None):
        self.offers, self.answers = list(offers), answers or {}
        self.sessions, self.taken, self.behind, self.tls = [], [], [], tls
        super().__init__()

    def answer(self, line, usual):
        for begin, answer in self.answers.items():
            if line.upper().startswith(begin.upper()):
                return answer(line) if callable(answer) else answer
        return usual

    def carry(self, client):
        client = self.tls.wrap_socket(client, server_side=True) if self.tls else client
        self.client = client
        # Without a buffer what comes next is where it can be looked at.
        words, said = client.makefile("rb", *((0,) if self.waits else ())), []
        self.sessions.append(said)
        client.sendall(b"220 desk.example ready\r\n")
        envelope, letter = [], b""
        while line := words.readline():
            line = line.decode().rstrip("\r\n")
            said.append(line)
            verb = line.split(" ")[0].upper()
            usual = {"EHLO": self.hello(), "DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}.get(verb, b"250 2.0.0 yes\r\n")
            if verb == "BDAT":
                size = len(letter) + int(line.split(" ")[1])
                while len(letter) < size and (part := words.read(size - len(letter))):
                    letter += part
                if line.upper().endswith(" LAST"):
                    self.look_behind(client)
            if verb in ("DATA", "BDAT") and len(envelope) < 2:
                usual = b"554 5.5.1 nobody is to get it\r\n"
            answer = self.answer(line, usual)
            if verb == "DATA" and answer.startswith(b"354"):
                client.sendall(answer)
                letter = b""
                while (part := words.readline()) != b".\r\n":
                    letter += part[1:] if part.startswith(b".") else part
                self.look_behind(client)
                answer = self.answer(".", b"250 2.0.0 taken\r\n")
            done = verb == "DATA" or (verb == "BDAT" and line.upper().endswith(" LAST"))
            if not answer:
                break
            if answer.startswith(b"250") and verb in ("MAIL", "RCPT"):
                envelope = [line] if verb == "MAIL" else [*envelope, line]
            if answer.startswith(b"250") and done:
                self.taken.append((envelope[0], envelope[1:], letter))
            if done or verb in ("RSET", "EHLO"):
                envelope, letter = [], b""
            client.sendall(answer)
            if verb == "QUIT":
                break
        close(client)

    def look_behind(self, client):
        if self.waits:
            there = select.select([client], [], [], self.waits)[0]
            self.behind.append(client.recv(65536, socket.MSG_PEEK).decode().splitlines() if there else [])

    def hello(self):
        lines = ["desk.example", *self.offers]
        return "".join(f"250{' ' if line is lines[-1] else '-'}{line}\r\n" for line in lines).encode()

    def said(self, pattern=""):
        return [line for session in self.sessions for line in session if re.match(pattern, line)]
