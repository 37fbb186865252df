"""What the journeys of real accounts share: a private Dovecot and Postfix, the wizard's pages in words, and letters
put into mailboxes from outside."""
import email.message
import email.utils
import imaplib
import os
import re
import socket
import ssl
import subprocess
import threading

import journey
import drive
import peers
import windows


class Cable:
    """Carries bytes to a server, until it is pulled out; then nobody answers, until it is put back."""

    def __init__(self, port):
        self.server, self.ends, self.listener, self.port = port, [], None, 0
        self.put_back()

    def put_back(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def pull_out(self):
        self.ends.append(self.listener)
        self.hang_up()

    def hang_up(self):
        """Ends the connections there are; new ones are carried."""
        ends, self.ends = self.ends, []
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def accept(self, listener):
        try:
            while True:
                near = listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", self.server))
                self.ends += [near, far]
                threading.Thread(target=self.carry, args=(near, far), daemon=True).start()
                threading.Thread(target=self.carry, args=(far, near), daemon=True).start()
        except OSError:
            pass

    @staticmethod
    def carry(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Accounts(windows.Windows):
    """One pair of servers for all journeys of a class; each has the mailboxes empty at its start."""
    SERVER = "postfix"
    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start(cls.SERVER, *cls.OPTIONS)
        cls.trusting = ssl.create_default_context(cafile=cls.peer["ca"])

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        super().setUp()
        self.address = self.peer["address.ada"]
        self.password = self.peer["password.ada"]
        for name in ("ada", "grace"):
            with self.mailbox(name) as box:
                for folder in ("INBOX", "Archive", "Sent", "Trash"):
                    box.select(folder)
                    if box.search(None, "ALL")[1][0]:
                        box.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
                    box.expunge()

    # Another program at the same mailbox

    def mailbox(self, name="ada"):
        box = imaplib.IMAP4_SSL(self.peer["host"], self.peer.port("imaps"), ssl_context=self.trusting)
        box.login(name, self.peer[f"password.{name}"])
        return box

    def put(self, subject, body="Words.", to="ada", sender="Grace Hopper <grace@restante.test>"):
        """A letter in somebody's mailbox, as another program would have put it there."""
        letter = email.message.EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = sender, self.peer[f"address.{to}"], subject
        letter["Date"], letter["Message-ID"] = email.utils.localtime(), email.utils.make_msgid(domain="restante.test")
        letter.set_content(body)
        with self.mailbox(to) as box:
            box.append("INBOX", None, None, letter.as_bytes(policy=letter.policy.clone(linesep="\r\n")))

    def holds(self, name, folder, wanted, flag=None):
        """Waits until a letter with these words is on the server, and has the flag."""
        def look():
            with self.mailbox(name) as box:
                box.select(folder, readonly=True)
                words = ["TEXT", f'"{wanted}"'] + ([flag] if flag else [])
                return box.search(None, *words)[1][0]
        return drive.wait(look, f"“{wanted}” in {folder} of {name}")

    def number(self, folder, name="ada"):
        """How many letters the server has there."""
        with self.mailbox(name) as box:
            return int(box.select(folder, readonly=True)[1][0])

    # The wizard

    def begin_wizard(self, password=None, name="Ada Lovelace", **env):
        program = self.start(**env)
        program.click("push button", "Add My Account")
        program.fill("text", "Your name, as others will see it", name)
        program.fill("text", "Mail address", self.address)
        program.fill("text", "Password", self.password if password is None else password)
        program.click("push button", "Next")
        return program

    def fill_servers(self, protocol="IMAP", host=None, port=None):
        receiving, sending = rf"\({protocol}\)", r"\(SMTP\)"
        self.field(receiving, "Server", host or self.peer["host"])
        self.field(receiving, "Port", str(port or self.peer["imaps" if protocol == "IMAP" else "pop3s"]))
        self.field(receiving, "User name", "ada")
        self.field(sending, "Server", self.peer["host"])
        self.field(sending, "Port", self.peer["submissions"])
        self.field(sending, "User name", "ada")

    def trust(self):
        program = self.program
        self.choose_file("Trust this authority", "Trust an Authority", self.peer["ca"])
        program.find("label", "ca.pem")

    def set_password(self, password, name="ada"):
        """As the administrator would, on the server. Dovecot looks at the file's time, in seconds, once a second:
        so each change gets a time of its own, and has come when the new password lets in."""
        path = os.path.join(os.path.dirname(self.peer["log"]), "users")
        before = os.stat(path).st_mtime
        with open(path, encoding="utf-8") as file:
            lines = [f"{name}:{password}" if line.startswith(name + ":") else line for line in file.read().split("\n")]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        os.utime(path, (before + 2, before + 2))
        drive.wait(lambda: self.lets_in(name, password), f"{name}'s new password")

    def lets_in(self, name, password):
        box = imaplib.IMAP4_SSL(self.peer["host"], self.peer.port("imaps"), ssl_context=self.trusting)
        try:
            box.login(name, password)
            box.logout()
            return True
        except imaplib.IMAP4.error:
            box.shutdown()
            return False

    def account_by_terminal(self, protocol="imap", *more, port=None):
        """An account that is there already when the program starts."""
        port = port or self.peer["imaps" if protocol == "imap" else "pop3s"]
        secret = os.path.join(self.room, "password")
        with open(secret, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(self.password)
        self.cli("account", "add", protocol, "--name", "home", "--email", self.address, "--user", "ada",
                 "--server", f"{self.peer['host']}:{port}",
                 "--security", "tls", "--smtp", f"{self.peer['host']}:{self.peer['submissions']}",
                 "--smtp-security", "tls", "--smtp-user", "ada", "--ca-file", self.peer["ca"],
                 "--password-file", secret, *more)
