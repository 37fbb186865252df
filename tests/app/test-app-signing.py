"""How accounts sign in other than by a password that is typed: by an account of the desktop's, by a certificate, by a
token that a command prints. And what a password that is typed is told to."""
import contextlib
import json
import os
import re
import sqlite3
import ssl
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "engine")]
import journey  # noqa: E402
import offices  # noqa: E402
import drive  # noqa: E402
import certificates  # noqa: E402
import post  # noqa: E402
import tap  # noqa: E402

LETTER = b"From: Grace <grace@b.example>\r\nTo: ada@restante.test\r\nSubject: moth\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000" \
    b"\r\n\r\nIn the relay.\r\n"


class Signing(offices.Offices):
    def desktop(self, **mail):
        """Online accounts of the desktop's on this session's bus."""
        accounts = subprocess.Popen([sys.executable, os.path.join(HERE, "..", "engine", "goa.py"), "none", "lovelace",
                                     json.dumps(mail)], stdout=subprocess.PIPE, text=True)
        self.addCleanup(accounts.stdout.close)
        self.addCleanup(accounts.wait)
        self.addCleanup(accounts.kill)
        self.assertEqual(accounts.stdout.readline(), "ready\n")

    def stored(self, *columns):
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "restante.db"))) as book:
            return book.execute(f"SELECT {', '.join(columns)} FROM account").fetchall()

    def finish(self):
        program = self.program
        program.find("label", "Everything works")
        program.click("push button", "Add Account")
        program.click("push button", "Done")

    def begin(self, password=None, **env):
        program = self.start(**env)
        program.click("push button", "Add My Account")
        program.fill("text", "Your name, as others will see it", "Ada Lovelace")
        program.fill("text", "Mail address", "ada@practice.example")
        if password:
            program.fill("text", "Password", password)
        return program

    def servers(self, protocol="IMAP", sends=True):
        ports = self.said["ports"]
        self.field(rf"\({protocol}\)", "Server", "localhost")
        self.field(rf"\({protocol}\)", "Port", str(ports[protocol.lower() + "s"]))
        self.field(rf"\({protocol}\)", "User name", "ada")
        self.field(r"\(SMTP\)", "Server", "localhost" if sends else "")
        self.field(r"\(SMTP\)", "Port", str(ports["submissions"]) if sends else "")
        self.field(r"\(SMTP\)", "User name", "ada")

    def way(self, *keys):
        self.point(self.program.find("list item", "Other ways to sign in"))
        drive.settled()
        self.point(self.program.find("combo box", re.compile("^Sign in with")))
        drive.settled()
        self.program.key(*keys, "Return")

    def test_an_account_of_the_desktop(self):
        ports = self.serve()["ports"]
        self.desktop(EmailAddress="ada@practice.example", ImapHost=f"localhost:{ports['imaps']}",
                     SmtpHost=f"localhost:{ports['submissions']}", SmtpUseSsl=True, SmtpUseTls=False)
        program = self.start(SSL_CERT_FILE=self.said["ca_file"])
        program.click("push button", "Add My Account")
        program.find("label", "Use an Account of This Computer")
        program.click("push button", re.compile("^Use ada@practice.example, Own server"))
        # Nothing is left to be said but what is kept here.
        program.find("image", re.compile("^The letter is on the server"))
        drive.wait(lambda: not program.all("check box", "On this computer (POP3)"), "IMAP alone")
        program.click("push button", "Check")
        self.finish()
        self.receives("Welcome")
        self.assertEqual(self.stored("sign_in", "host", "password_file"), [("goa:password", "localhost", "")])
        # Edited, it is said who signs it in.
        self.menu("Accounts")
        program.click("push button", re.compile("^Edit, ada@practice.example"))
        program.find("label", "Signed in by this computer")
        program.find("push button", re.compile("^Use a Password"))
        program.key("Escape")
        program.gone("dialog", "Edit the Account")

    def test_a_token_of_a_command(self):
        self.serve()
        token = os.path.join(self.room, "token")
        with open(token, "w", encoding="utf-8") as file:
            file.write("lovelace\n")
        program = self.begin(SSL_CERT_FILE=self.said["ca_file"])
        self.assertEqual(program.all("label", "Use an Account of This Computer"), [])
        self.way("Down", "Down")
        program.find("label", re.compile("^The command is run each time"))
        program.fill("text", "Command that prints a token", f"cat {token}")
        program.click("push button", "Next")
        program.click("push button", "Next")
        self.servers()
        program.click("push button", "Check")
        self.finish()
        self.receives("Welcome")
        self.assertEqual(self.stored("sign_in"), [(f"command:cat {token}",)])

    def test_a_certificate(self):
        pki, own, key = (os.path.join(self.room, name) for name in ("pki", "ada.pem", "key of ada"))
        certificates.make(pki, "good")
        subprocess.run(["openssl", "req", "-x509", "-newkey", *certificates.EC, "-nodes", "-subj", "/CN=ada", "-days", "2",
                        "-keyout", key, "-out", own], check=True, capture_output=True)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(os.path.join(pki, "server.pem"), os.path.join(pki, "server.key"))
        tls.load_verify_locations(own)
        tls.verify_mode = ssl.CERT_OPTIONAL
        server = post.Post([("u1", LETTER)], ["UIDL", "SASL PLAIN EXTERNAL"], tls, self.check_certificate)
        self.addCleanup(server.stop)
        self.said = {"ports": {"pop3s": server.port}}
        program = self.begin(SSL_CERT_FILE=os.path.join(pki, "ca.pem"))
        self.way("Down", "Down", "Down")
        program.find("label", re.compile("^No password is asked for"))
        program.click("push button", "Next")
        self.press("check box", "On this computer (POP3)")
        program.click("push button", "Next")
        self.servers("POP3", sends=False)
        self.field(r"\(POP3\)", "Server", "127.0.0.1")
        check = program.find("push button", "Check")
        self.assertFalse(check.get_state_set().contains(drive.Atspi.StateType.SENSITIVE), "without a certificate")
        # A file without its key, and where that leads.
        self.choose_file("Show my certificate", "Choose Your Certificate", own)
        program.click("push button", "Check")
        program.find("label", "Something is not right yet")
        program.says(re.compile("holds no certificate with its key"))
        os.rename(key, own + ".key")
        program.click("push button", "Change the Servers")
        program.find("label", "ada.pem")
        program.click("push button", "Check")
        self.finish()
        self.receives("moth")
        self.assertEqual(self.stored("sign_in", "client_cert"), [("certificate", own)])

    @staticmethod
    def check_certificate(mechanism, _response, certificate):
        names = [value for pairs in (certificate or {}).get("subject", ()) for _, value in pairs]
        return None if mechanism == "EXTERNAL" and names == ["ada"] else ("", "-ERR [AUTH] who?")

    def test_escape_asks_when_something_was_typed(self):
        program = self.start()
        program.click("push button", "Add My Account")
        program.find("dialog", "Add My Account")
        subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
        drive.settled()
        program.key("Escape")
        program.gone("dialog", "Add My Account")
        program.click("push button", "Add My Account")
        program.fill("text", "Mail address", "ada@practice.example")
        drive.settled()
        program.key("Escape")
        program.find("label", "Stop Adding This Account?")
        program.act(program.all("push button", re.compile("Go On$"))[-2])
        program.gone("label", "Stop Adding This Account?")
        self.assertEqual(drive.text_of(program.find("text", "Mail address")), "ada@practice.example")
        program.key("Escape")
        program.find("label", "Stop Adding This Account?")
        program.act(program.all("push button", re.compile("Stop$"))[-2])
        program.gone("dialog", "Add My Account")

    def test_an_account_without_the_pointer(self):
        program = self.start()
        program.click("push button", "Add My Account")
        program.find("dialog", "Add My Account")
        subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
        drive.settled()
        program.type("Ada")
        program.key("Tab")
        program.type("ada@practice.example")
        program.key("Tab")
        program.type("lovelace")
        program.key("Tab")
        self.focused("^Show Text$")
        program.key("shift+Tab", "Return")
        # Past the cards, which have nothing more to stop at, and by the arrows from one to the other.
        self.walk("^On the server, copies here")
        program.key("Right")
        self.focused("^On this computer")
        program.key("space")
        self.walk("^What to leave on the server$")
        self.walk("^Next$")
        program.key("Return")
        self.focused("^Check$")
        # One stop for each file, which says what it is for; Enter chooses the file, and does not check.
        row = self.walk("^Trust this authority for this account$")
        self.assertEqual(row.get_description(), "Only for a server with a private authority: a PEM file")
        program.key("Return")
        program.find("filler", "Trust an Authority")
        drive.settled()
        program.key("Escape")
        program.gone("filler", "Trust an Authority")
        self.walk("^Show my certificate to the server$")
        program.key("alt+Left")
        self.walk("^On this computer")

    def test_a_password_is_told_to_nobody(self):
        """Whoever listens on the accessibility bus hears that something was typed, and not what."""
        heard = []
        listener = drive.Atspi.EventListener.new(lambda event: heard.append(str(event.any_data)))
        listener.register("object:text-changed")
        self.addCleanup(listener.deregister, "object:text-changed")
        program = self.start()
        program.click("push button", "Add My Account")
        field = program.find("text", "Password")
        self.point(field)
        program.type("xyzzy")
        drive.wait(lambda: len(drive.text_of(field)) == 5, "what was typed")
        self.assertEqual(drive.text_of(field), "•" * 5)
        drive.settled()
        self.assertFalse([text for text in heard if re.search("[xyz]", text)], heard)


if __name__ == "__main__":
    tap.main()
