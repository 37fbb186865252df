"""A POP3 server played line by line, for what no honest server does when asked: pauses it wants, locks, names
given twice, weights that lie, letters that never end."""
import base64
import socket
import threading
import time


class Post:
    """`letters` are (UIDL, bytes); a connection sees those of its beginning. `capa` are lines; `refuse` is what PASS
    is answered with (or None); `weights` maps a UIDL to what LIST says; `endless` are UIDLs whose letter has no end,
    `answers` maps a verb to an answer or a function of (post, words). `banner` is the greeting. `early` counts commands that came before the
    answer to the one before, which is `slow` (seconds). `tls` is an SSLContext; `auth` is a function
    of (mechanism, response, certificate), which gives None to let somebody in, or a challenge and then a refusal."""
    def __init__(self, letters=(), capa=("TOP", "UIDL", "USER", "PIPELINING", "RESP-CODES"), tls=None, auth=None):
        self.letters, self.capa = list(letters), list(capa)
        self.refuse, self.weights, self.endless, self.answers = None, {}, set(), {}
        self.heard, self.visits, self.cut_at = [], 0, None
        self.banner, self.early, self.slow = "+OK post", 0, 0
        self.tls, self.auth, self.resigned = tls, auth, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.visits += 1
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def stop(self):
        self.listener.close()

    def serve(self, client):
        letters, gone = list(self.letters), set()
        try:
            if self.tls:
                client = self.tls.wrap_socket(client, server_side=True)
            # Without a buffer: what was not asked for yet stays where it can be seen.
            with client, client.makefile("rb", 0) as lines:
                self.say(client, self.banner)
                for line in lines:
                    words = line.decode().split()
                    if words[:1] == ["AUTH"]:
                        self.sign_in(client, lines, words)
                        continue
                    self.heard.append(line.decode().strip())
                    self.wait_and_see(client)
                    if words[0] == self.cut_at:
                        return
                    if not self.answer(client, words, letters, gone):
                        return
        except (OSError, ValueError):
            pass

    def wait_and_see(self, client):
        if not self.slow:
            return
        time.sleep(self.slow)
        try:
            self.early += bool(client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            pass

    def say(self, client, text, lines=None):
        rows = [text] + ([*lines, "."] if lines is not None else [])
        client.sendall("".join(row + "\r\n" for row in rows).encode())

    def answer(self, client, words, letters, gone):
        verb = words[0].upper()
        if verb in self.answers:
            said = self.answers[verb]
            client.sendall(said(self, words) if callable(said) else said)
        elif verb == "CAPA":
            self.say(client, "+OK", self.capa)
        elif verb == "PASS":
            self.say(client, self.refuse or "+OK")
        elif verb == "STAT":
            self.say(client, f"+OK {len(letters)} {sum(len(letter) for _, letter in letters)}")
        elif verb == "LIST":
            self.say(client, "+OK", [f"{at} {self.weights.get(uidl, len(letter))}" for at, (uidl, letter)
                                     in enumerate(letters, 1)])
        elif verb == "UIDL":
            self.say(client, "+OK", [f"{at} {uidl}" for at, (uidl, _) in enumerate(letters, 1)])
        elif verb in ("RETR", "TOP"):
            self.give(client, verb, *letters[int(words[1]) - 1])
        elif verb == "DELE":
            gone.add(letters[int(words[1]) - 1])
            self.say(client, "+OK")
        elif verb == "QUIT":
            self.letters = [letter for letter in self.letters if letter not in gone]
            self.say(client, "+OK")
            return False
        else:
            self.say(client, "+OK")
        return True

    def sign_in(self, client, lines, words):
        self.heard.append(" ".join(words[:2]))
        if len(words) < 3:
            client.sendall(b"+ \r\n")
            words.append(lines.readline().decode().strip())
        response = base64.b64decode(words[2]) if words[2] != "=" else b""
        refusal = self.auth(words[1], response, client.getpeercert() if self.tls else None)
        if refusal is None:
            self.say(client, "+OK")
            return
        challenge, answer = refusal
        if challenge:
            client.sendall(b"+ " + base64.b64encode(challenge) + b"\r\n")
            self.resigned.append(lines.readline().decode().strip())
        self.say(client, answer)

    def give(self, client, verb, uidl, letter):
        if verb == "TOP":
            letter = letter.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n"
        client.sendall(b"+OK\r\n")
        stuffed = (b"\r\n" + letter).replace(b"\r\n.", b"\r\n..")[2:]
        while uidl in self.endless:
            client.sendall(stuffed * 200)
        client.sendall(stuffed + b".\r\n")
