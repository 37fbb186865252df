"""The peers themselves: logins by every way in, a letter submitted and read again, and nothing left after."""
import imaplib
import os
import poplib
import signal
import smtplib
import ssl
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "run")]
import peers  # noqa: E402
import tap  # noqa: E402

HOST = "127.0.0.1"  # a bare system may have no hosts file that knows localhost
PASSWORD = "analytical engine"
LETTER = "From: ada@restante.test\r\nTo: grace@restante.test\r\nSubject: tea\r\n\r\nAt five.\r\n"


def within(seconds, question):
    """Asks until the answer is not false; the servers tell no one when a letter has come."""
    deadline = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def ended(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


class Peered:
    """One server for all the cases of a class."""
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start(cls.server)
        cls.context = ssl.create_default_context(cafile=cls.peer["ca"])

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()


class Kept(Peered):
    """What every server that keeps mail can do."""
    def test_imap_over_tls(self):
        with imaplib.IMAP4_SSL(HOST, self.peer.port("imaps"), ssl_context=self.context) as client:
            client.login("ada", PASSWORD)
            self.assertEqual(client.select()[0], "OK")
            self.assertIn(b"Sent", b"".join(client.list()[1]))

    def test_imap_with_starttls(self):
        with imaplib.IMAP4(HOST, self.peer.port("imap")) as client:
            client.starttls(self.context)
            client.authenticate("PLAIN", lambda _: ("\0edsger\0" + self.peer["password.edsger"]).encode())
            self.assertEqual(client.select()[0], "OK")

    def test_a_wrong_password_is_refused(self):
        with imaplib.IMAP4_SSL(HOST, self.peer.port("imaps"), ssl_context=self.context) as client:
            self.assertRaises(imaplib.IMAP4.error, client.login, "ada", "wrong")

    def test_pop3(self):
        for person in ("ada", "grace", "edsger"):
            client = poplib.POP3_SSL(HOST, self.peer.port("pop3s"), context=self.context)
            client.user(person)
            if person == "edsger":  # poplib speaks latin-1, and the password is UTF-8.
                client.encoding = "utf-8"
            client.pass_(self.peer[f"password.{person}"])
            client.stat()
            client.quit()


class Sending(Peered):
    """What every server that takes letters can do."""
    def test_a_letter_goes_through(self):
        with smtplib.SMTP(HOST, self.peer.port("submission")) as client:
            client.starttls(context=self.context)
            client.login("ada", self.peer["password.ada"])
            client.sendmail("ada@restante.test", ["grace@restante.test"], LETTER)

        def collected():
            client = poplib.POP3_SSL(HOST, self.peer.port("pop3s"), context=self.context)
            try:
                client.user("grace")
                client.pass_(self.peer["password.grace"])
                return client.stat()[0] and b"\r\n".join(client.retr(1)[1])
            finally:
                client.quit()
        letter = within(20, collected)
        self.assertTrue(letter, "the letter did not arrive")
        self.assertIn(b"Subject: tea\r\n", letter)
        self.assertTrue(letter.endswith(b"\r\n\r\nAt five."))

    def test_no_submission_without_tls_and_login(self):
        with smtplib.SMTP(HOST, self.peer.port("submission")) as client:
            client.ehlo()
            self.assertEqual(client.mail("ada@restante.test")[0], 530)
        with smtplib.SMTP_SSL(HOST, self.peer.port("submissions"), context=self.context) as client:
            client.ehlo()
            client.mail("ada@restante.test")
            self.assertEqual(client.rcpt("grace@restante.test")[0] // 100, 5)

    def test_an_unknown_person_is_refused(self):
        with smtplib.SMTP(HOST, self.peer.port("smtp")) as client:
            client.ehlo()
            client.mail("x@example.test")
            self.assertEqual(client.rcpt("nobody@restante.test")[0], 550)


class KeptByCyrus(Kept, unittest.TestCase):
    server = "cyrus"


class KeptByCourier(Kept, unittest.TestCase):
    server = "courier"


class SentByExim(Sending, unittest.TestCase):
    server = "exim"


class SentByOpenSmtpd(Sending, unittest.TestCase):
    server = "opensmtpd"


class Servers(Kept, Sending, unittest.TestCase):
    server = "postfix"

    def test_every_mechanism_is_offered(self):
        with imaplib.IMAP4(HOST, self.peer.port("imap")) as client:
            for name in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"):
                self.assertIn("AUTH=" + name, client.capabilities)
            client.login_cram_md5("ada", self.peer["password.ada"])

class Certificates(unittest.TestCase):
    def refusal(self, kind):
        with peers.start("dovecot", "--certificate", kind) as peer:
            context = ssl.create_default_context(cafile=peer["ca"])
            with self.assertRaises(ssl.SSLCertVerificationError) as caught:
                imaplib.IMAP4_SSL(HOST, peer.port("imaps"), ssl_context=context)
            return caught.exception.verify_message

    def test_expired(self):
        self.assertIn("expired", self.refusal("expired"))

    def test_not_yet_valid(self):
        self.assertIn("not yet valid", self.refusal("not-yet"))

    def test_wrong_name(self):
        self.assertIn(HOST, self.refusal("wrong-name"))

    def test_self_signed(self):
        self.assertIn("self-signed", self.refusal("self-signed"))


class Ending(unittest.TestCase):
    def test_killed_it_leaves_no_process(self):
        peer = peers.start("dovecot")
        # The kernel ends the namespace when the program that holds it dies.
        os.kill(peer.process.pid, signal.SIGKILL)
        peer.stop()
        self.assertTrue(within(5, lambda: ended(peer["pid"])))
        subprocess.run(["rm", "-rf", os.path.dirname(peer["log"])], check=True)

    def test_two_side_by_side(self):
        with peers.start("dovecot") as one, peers.start("dovecot") as other:
            for peer in (one, other):
                with imaplib.IMAP4(HOST, peer.port("imap")) as client:
                    client.login("ada", PASSWORD)


if __name__ == "__main__":
    tap.main()
