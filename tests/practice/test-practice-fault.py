"""Faults of the practice world: told to do something wrong, the office really does it, and as often as it was told."""
import base64
import imaplib
import json
import os
import poplib
import re
import smtplib
import socket
import ssl
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "run"))
import tap  # noqa: E402
from office import Case, HOST, LETTER  # noqa: E402


class Faults(Case):
    def fault(self, *faults):
        for fault in faults:
            self.assertEqual(self.tell("fault " + fault), "done", fault)

    def well(self):
        self.assertEqual(self.tell("well"), "done")

    def raw(self, name):
        """A counter's socket inside TLS, and a file to read from."""
        plain = socket.create_connection((HOST, self.port(name)), timeout=10)
        line = self.context.wrap_socket(plain, server_hostname="localhost")
        self.addCleanup(line.close)
        file = line.makefile("rb")
        self.addCleanup(file.close)
        return line, file

    def test_words(self):
        """What is a fault, and what is none."""
        for fault in ("reply=smtp:RCPT:452 4.2.2 Full", "3x,cut=imap:SELECT", "#2,lose=pop3:QUIT", "30%,slow=*:100",
                      "cut=imap:0", "no-starttls=imap", "certificate-expired", "same-uidl", "reply=imap:*:NO a, b=c"):
            self.fault(fault)
        for bad in (",", "x", "reply", "reply=", "reply=smtp:RCPT", "reply=smtp:RCPT:", "reply=nntp:GROUP:500", "slow=imap",
                    "slow=imap:0", "slow=imap:x", "cut=imap:", "lose=imap:5", "over-quota=1", "3,over-quota", "x3,over-quota",
                    "#0,over-quota", "101%,over-quota", "3x", "no-starttls", "-1x,over-quota"):
            self.assertEqual(self.tell("fault " + bad), "failed", bad)

    def test_replies_of_smtp(self):
        """Any code at any command, without the letter being any further than before."""
        for fault, step, code in (
                ("CONNECT:554 No", "connect", 554), ("EHLO:421 4.3.2 Later", "ehlo", 421), ("AUTH:454 4.7.0 Later", "auth", 454),
                ("MAIL:452 4.3.1 Full", "mail", 452), ("RCPT:550 5.1.1 Nobody", "rcpt", 550), ("RCPT:450 4.2.0 Greylisted", "rcpt", 450),
                ("DATA:451 4.3.0 Later", "data", 451), (".:554 5.6.0 No", "dot", 554), (".:452 4.3.1 Full", "dot", 452)):
            with self.subTest(fault):
                self.fault("reply=smtp:" + fault)
                steps = {}
                client = smtplib.SMTP(timeout=10)
                client._host = "localhost"  # the name in the certificate
                steps["connect"] = client.connect(HOST, self.port("submission"))[0]
                if steps["connect"] == 220:
                    steps["ehlo"] = client.ehlo()[0]
                    if steps["ehlo"] == 250:
                        client.starttls(context=self.context)
                        client.ehlo()
                        steps["auth"] = client.docmd("AUTH", "PLAIN AGFkYQBsb3ZlbGFjZQ==")[0]
                        steps["mail"] = client.mail("ada@practice.example")[0]
                        steps["rcpt"] = client.rcpt("emmy@practice.example")[0]
                        steps["data"] = client.docmd("DATA")[0]
                        if steps["data"] == 354:
                            client.send(LETTER.encode().replace(b"\r\n.", b"\r\n..") + b".\r\n")
                            steps["dot"] = client.getreply()[0]
                client.close()
                self.assertEqual(steps[step], code, steps)
                self.well()
        self.assertEqual(self.imap("emmy", "noether").select("INBOX"), ("OK", [b"0"]), "nothing was delivered")
        self.fault("#2,reply=smtp:RCPT:452-4.5.3 Too\\n452 4.5.3 many")
        client = self.smtp()
        refused = client.sendmail("ada@practice.example", ["emmy@practice.example", "ada@practice.example"], LETTER.encode())
        self.assertEqual(refused, {"ada@practice.example": (452, b"4.5.3 Too\n4.5.3 many")})
        client.quit()

    def test_replies_of_imap(self):
        self.fault("2x,reply=imap:SELECT:NO [UNAVAILABLE] Later", "#2,reply=imap:FETCH:BAD [SERVERBUG] Oops",
                   "reply=imap:UID SEARCH:NO [LIMIT] No", "reply=imap:EXPUNGE:BYE [UNAVAILABLE] Going",
                   "reply=imap:APPEND:* OK [ALERT] Look\\nNO [OVERQUOTA] Full")
        client = self.imap()
        self.assertEqual([client.select("INBOX")[0] for _ in range(3)], ["NO", "NO", "OK"])
        self.assertEqual(client.fetch("1", "UID")[0], "OK")
        with self.assertRaisesRegex(imaplib.IMAP4.error, "SERVERBUG"):
            client.uid("FETCH", "1", "UID")
        self.assertEqual(client.uid("FETCH", "1", "UID")[0], "OK")
        self.assertEqual((client.search(None, "ALL")[0], client.uid("SEARCH", "ALL")[0]), ("OK", "NO"))
        self.assertEqual(client.append("INBOX", None, None, LETTER.encode())[0], "NO")
        self.assertIn("ALERT", client.untagged_responses)
        with self.assertRaises(imaplib.IMAP4.abort):
            client.expunge()
        client.shutdown()
        self.fault("reply=imap:CONNECT:BYE [UNAVAILABLE] Closed")
        line, file = self.raw("imaps")
        self.assertEqual(file.read(), b"* BYE [UNAVAILABLE] Closed\r\n")
        line.close()

    def test_replies_of_pop3(self):
        self.fault("1x,reply=pop3:PASS:-ERR [SYS/TEMP] Later", "#2,reply=pop3:RETR:-ERR No",
                   "reply=pop3:QUIT:-ERR [SYS/PERM] Not removed")
        with self.assertRaisesRegex(poplib.error_proto, r"SYS/TEMP"):
            self.pop3()
        client = self.pop3()
        client.retr(1)
        with self.assertRaisesRegex(poplib.error_proto, "-ERR No"):
            client.retr(2)
        client.retr(2)
        client.dele(1)
        with self.assertRaisesRegex(poplib.error_proto, "SYS/PERM"):
            client.quit()
        client.close()
        self.well()
        again = self.pop3()
        self.assertEqual(again.stat()[0], 12, "the update did not happen")
        again.quit()

    def test_chance_is_repeatable(self):
        """Of one seed the same at each start; neither never nor always."""
        def draw():
            self.fault("30%,reply=imap:NOOP:NO Not now")
            client = self.imap()
            drawn = [client.noop()[0] for _ in range(60)]
            client.logout()
            return drawn
        first = draw()
        self.restart()
        self.assertEqual(draw(), first)
        self.assertIn(first.count("NO"), range(6, 31))

    def test_cut_after_bytes(self):
        """So many bytes come, and not one more."""
        for number in (0, 1, 30, 200, 1000):
            with self.subTest(number):
                self.fault(f"cut=imap:{number}")
                line, file = self.raw("imaps")
                try:
                    line.sendall(b"a LOGIN ada lovelace\r\nb SELECT INBOX\r\nc FETCH 1:* (FLAGS ENVELOPE)\r\n")
                except OSError:
                    pass
                came = b""
                with self.assertRaises((ssl.SSLError, OSError)):
                    while piece := line.recv(4096):
                        came += piece
                    raise OSError("closed in good order")
                self.assertEqual(len(came), number)
                self.well()

    def test_cut_at_a_command(self):
        self.fault("1x,cut=pop3:QUIT")
        client = self.pop3()
        client.dele(1)
        with self.assertRaises((poplib.error_proto, OSError, EOFError)):
            client.quit()
        again = self.pop3()
        self.assertEqual(again.stat()[0], 12, "without QUIT nothing is removed")
        again.dele(1)
        again.quit()
        self.assertEqual(self.pop3().stat()[0], 11)

    def test_lost_answers(self):
        """It is done, and nobody is told."""
        self.fault("1x,lose=smtp:.", "1x,lose=imap:STORE", "1x,lose=pop3:QUIT")
        client = self.smtp()
        with self.assertRaises((smtplib.SMTPServerDisconnected, OSError)):
            client.sendmail("ada@practice.example", ["emmy@practice.example"], LETTER.encode())
        client.close()
        self.assertTrue(self.last_letter("emmy", "noether").endswith(LETTER.encode()))
        client = self.imap()
        client.select("INBOX")
        with self.assertRaises((imaplib.IMAP4.abort, OSError)):
            client.store("1", "+FLAGS", "($Done)")
        client = self.imap()
        client.select("INBOX")
        self.assertIn(b"$Done", client.fetch("1", "FLAGS")[1][0])
        pop3 = self.pop3()
        pop3.dele(1)
        with self.assertRaises((poplib.error_proto, OSError, EOFError)):
            pop3.quit()
        self.assertEqual(client.select("INBOX")[1], [b"11"])
        client.logout()

    def test_slow(self):
        """So many bytes a second: no faster, and all of them."""
        client = self.imap()
        client.select("INBOX")
        source = client.fetch("12", "(BODY.PEEK[])")[1][0][1]
        client.logout()
        self.fault("slow=pop3:4000")
        client = self.pop3()
        began = time.monotonic()
        lines = client.retr(12)[1]
        self.assertGreater(time.monotonic() - began, len(source) / 4000 * 0.6)
        self.assertEqual(b"\r\n".join(lines) + b"\r\n", source)
        client.quit()

    def test_over_quota(self):
        self.fault("over-quota")
        client = self.imap()
        self.assertEqual(client.append("INBOX", None, None, LETTER.encode())[0], "NO")
        client.select("INBOX")
        self.assertRegex(client.copy("1", "Archive")[1][0], rb"OVERQUOTA")
        used, limit = re.search(r"STORAGE (\d+) (\d+)", str(client.getquotaroot("INBOX"))).groups()
        self.assertGreaterEqual(int(used), int(limit), "and the gauge says so")
        smtp = self.smtp()
        with self.assertRaises(smtplib.SMTPDataError) as refused:
            smtp.sendmail("ada@practice.example", ["emmy@practice.example"], LETTER.encode())
        self.assertEqual(refused.exception.smtp_code, 452)
        self.well()
        self.assertEqual(smtp.sendmail("ada@practice.example", ["emmy@practice.example"], LETTER.encode()), {})
        smtp.quit()
        client.logout()

    def test_new_uidvalidity(self):
        def look():
            client = self.imap()
            client.select("INBOX")
            validity = client.response("UIDVALIDITY")[1][0]
            found = client.uid("FETCH", "1:*", "(UID FLAGS RFC822.SIZE)")[1]
            client.logout()
            return validity, [int(re.search(rb"UID (\d+)", line)[1]) for line in found], len(found)
        first = look()
        self.assertEqual(look(), first)
        uidls = self.pop3().uidl()[1]
        self.fault("1x,new-uidvalidity")
        second = look()
        self.assertNotEqual(second[0], first[0])
        self.assertFalse(set(second[1]) & set(first[1]), "other UIDs too")
        self.assertEqual((second[2], look()), (12, second))
        again = self.pop3()
        self.assertFalse(set(line.split()[1] for line in again.uidl()[1]) & set(line.split()[1] for line in uidls))
        again.quit()

    def test_same_uidl(self):
        self.fault("1x,same-uidl")
        client = self.pop3()
        names = [line.split()[1] for line in client.uidl()[1]]
        self.assertEqual((len(names), len(set(names))), (12, 6))
        client.quit()
        client = self.pop3()
        self.assertEqual(len(set(line.split()[1] for line in client.uidl()[1])), 12)
        client.quit()

    def test_certificates(self):
        for fault, why in (("certificate-expired", "expired"), ("certificate-mismatched", "ismatch")):
            with self.subTest(fault):
                self.fault("1x," + fault)
                with self.assertRaisesRegex(ssl.SSLCertVerificationError, why):
                    imaplib.IMAP4_SSL("localhost", self.port("imaps"), ssl_context=self.context, timeout=10)
                self.imap().logout()
                self.fault("1x," + fault)
                client = smtplib.SMTP("localhost", self.port("submission"), timeout=10)
                with self.assertRaisesRegex(ssl.SSLCertVerificationError, why):
                    client.starttls(context=self.context)
                client.close()
                self.well()

    def test_tokens(self):
        """RFC 7628: a token is the password under another name; when it has expired, the challenge says so."""
        def bearer(token):
            return base64.b64encode(f"n,a=ada,\1auth=Bearer {token}\1\1".encode()).decode()

        def old(token):
            return base64.b64encode(f"user=ada\1auth=Bearer {token}\1\1".encode()).decode()

        def imap(word):
            line, file = self.raw("imaps")
            self.assertIn(b"AUTH=OAUTHBEARER AUTH=XOAUTH2", file.readline())
            line.sendall(f"a AUTHENTICATE {word}\r\n".encode())
            return line, file, file.readline()

        for word in ("OAUTHBEARER " + bearer("lovelace"), "XOAUTH2 " + old("lovelace")):
            self.assertRegex(imap(word)[2], rb"\Aa OK")
            pop3, file = self.raw("pop3s")
            file.readline()
            pop3.sendall(f"AUTH {word}\r\n".encode())
            self.assertRegex(file.readline(), rb"\A\+OK")
            pop3.sendall(b"QUIT\r\n")
            file.read()
            smtp = smtplib.SMTP_SSL("localhost", self.port("submissions"), context=self.context, timeout=10)
            smtp.ehlo()
            self.assertIn("OAUTHBEARER XOAUTH2", smtp.esmtp_features["auth"])
            self.assertEqual(smtp.docmd("AUTH", word)[0], 235)
            smtp.close()
        self.fault("2x,token-expired")
        for word, answer in (("OAUTHBEARER " + bearer("lovelace"), b"AQ=="), ("XOAUTH2 " + old("lovelace"), b"")):
            line, file, challenge = imap(word)
            self.assertEqual(json.loads(base64.b64decode(challenge[2:]))["status"] in ("invalid_token", "401"), True, challenge)
            line.sendall(answer + b"\r\n")
            self.assertRegex(file.readline(), rb"\Aa NO \[AUTHENTICATIONFAILED\]")
            line.sendall(f"b AUTHENTICATE {word}\r\n".encode() if answer == b"" else b"b LOGIN ada lovelace\r\n")
            self.assertRegex(file.readline(), rb"\Ab OK", "the next one is good, and so is a password")
        self.assertRegex(imap("OAUTHBEARER " + bearer("wrong"))[2], rb"\A\+ ")

    def test_stripped_starttls(self):
        self.fault("no-starttls=*")
        client = smtplib.SMTP(HOST, self.port("submission"), timeout=10)
        client.ehlo()
        self.assertFalse(client.has_extn("starttls"))
        self.assertEqual(client.docmd("STARTTLS")[0] // 100, 5)
        client.close()
        imap = imaplib.IMAP4(HOST, self.port("imap"), timeout=10)
        self.assertNotIn("STARTTLS", imap.capabilities)
        imap.shutdown()
        pop3 = poplib.POP3(HOST, self.port("pop3"), timeout=10)
        self.assertNotIn("STLS", pop3.capa())
        with self.assertRaises(poplib.error_proto):
            pop3.stls(self.context)
        pop3.close()
        self.imap().logout()


if __name__ == "__main__":
    tap.main()
