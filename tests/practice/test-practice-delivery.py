"""Letters between the two domains of the practice world: a real session between hosts, put off, refused, sent back."""
import email
import email.policy
import os
import re
import smtplib
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "run"))
import tap  # noqa: E402
from office import Case, HOST, LETTER, within  # noqa: E402

PLAIN = "From: Ada <ada@practice.example>\r\nTo: you\r\nPrecedence: bulk\r\nSubject: {}\r\n\r\nhello\r\n"


class Post(Case):
    def fault(self, fault):
        self.assertEqual(self.tell("fault " + fault), "done", fault)

    def count(self, user="ada", password="lovelace", folder="INBOX"):
        client = self.imap(user, password)
        count = int(client.select(folder)[1][0])
        client.logout()
        return count

    def grace(self):
        return self.count("grace", "hopper")

    def send(self, *to, subject="hop", options=(), rcpt_options=()):
        with self.smtp() as client:
            return client.sendmail("ada@practice.example", to, PLAIN.format(subject), options, rcpt_options)

    def report(self, before):
        """The report that comes back: its words for people, what it says of all, and of each recipient."""
        self.assertTrue(within(15, lambda: self.count() > before), "no report came")
        whole = email.message_from_bytes(self.last_letter("ada", "lovelace"))
        self.assertEqual((whole.get_content_type(), whole.get_param("report-type")), ("multipart/report", "delivery-status"))
        words, status, _ = whole.get_payload()
        about, *each = status.get_payload()
        return whole, words.get_payload(), about, each

    def mx(self, name="mx-other", host="127.0.25.1"):
        client = smtplib.SMTP(HOST, self.port(name), timeout=10, source_address=(host, 0))
        client.ehlo("practice.example")
        return client


class Delivery(Post):
    def test_hop(self):
        """Handed in at one domain, taken in at the other, with the stamp of each; a copy at home needs no journey."""
        self.assertEqual(self.send("grace@b.example", "emmy@practice.example"), {})
        stamps = email.message_from_bytes(self.last_letter("grace", "hopper")).get_all("Received")
        self.assertRegex(stamps[0], r"from practice.example \(practice.example \[127.0.25.1\]\)\s+by mx.b.example .* with ESMTPS ")
        self.assertRegex(stamps[1], r"\(localhost \[127.0.0.1\]\)\s+by practice.example .* with ESMTPSA ")
        self.assertEqual(len(email.message_from_bytes(self.last_letter("emmy", "noether")).get_all("Received")), 1)
        self.assertTrue(self.last_letter("grace", "hopper").endswith(b"\r\n\r\nhello\r\n"))
        with self.smtp() as client:
            client.sendmail("ada@practice.example", "grace@b.example", LETTER.encode(), ["BODY=8BITMIME"])
        self.assertTrue(self.last_letter("grace", "hopper").endswith(LETTER.encode().partition(b"\r\n\r\n")[2]),
                        "dots and accents arrive as they were sent")

    def test_words_without_a_header(self):
        """What somebody typed without one is a text: no stamp takes its first line in, and a signature on it holds."""
        for words in ("Hello Grace\r\nhow are you?\r\n", " far right\r\n", "\tv=spf1: a tab\r\n", "To be: or not\r\n"):
            with self.subTest(words):
                before = self.grace()
                with self.smtp() as client:
                    client.sendmail("ada@practice.example", ["grace@b.example", "emmy@practice.example"], words.encode())
                self.assertTrue(within(15, lambda count=before: self.grace() > count), "it came")
                for user, password in (("emmy", "noether"), ("grace", "hopper")):
                    header, _, text = self.last_letter(user, password).partition(b"\r\n\r\n")
                    self.assertEqual(text, words.encode(), user)
                self.assertEqual(header.count(b"dkim=pass"), 2, header)
                self.assertNotIn(b"dkim=fail", header)

    def test_border(self):
        """Where a domain takes letters from others: no signing in, only its own people, nobody else's letters."""
        client = self.mx()
        self.assertRegex(client.ehlo("practice.example")[1].decode(), r"\Amx.b.example\n")
        self.assertNotIn("auth", client.esmtp_features)
        self.assertIn("starttls", client.esmtp_features)
        self.assertEqual(client.mail("ada@practice.example")[0], 250)
        self.assertEqual([client.rcpt(to)[0] for to in ("grace@b.example", "nobody@b.example", "ada@practice.example",
                                                         "postmaster@b.example", "moved@b.example", "slow@b.example", "PostMaster")],
                         [250, 550, 550, 250, 551, 451, 250])
        client.quit()

    def test_refused(self):
        """The far host says no: the near one writes back, with the far one's own words."""
        before = self.count()
        self.send("moved@b.example")
        whole, words, about, (each,) = self.report(before)
        self.assertEqual((whole["From"], whole["Return-Path"]), ("Practice post office <postmaster@practice.example>", "<>"))
        self.assertIn("moved", words)
        self.assertEqual(about["Reporting-MTA"], "dns;practice.example")
        self.assertEqual((each["Action"], each["Status"], each["Remote-MTA"]), ("failed", "5.1.6", "dns;mx.b.example"))
        self.assertRegex(each["Diagnostic-Code"], r"^smtp;551 5\.1\.6 ")

    def test_full(self):
        """A full mailbox: refused at RCPT, found out later by the far domain, or only for now."""
        before = self.count()
        self.fault("mailbox-full=grace")
        client = self.mx()
        client.mail("ada@practice.example")
        self.assertEqual(client.rcpt("grace@b.example")[0], 552)
        self.assertEqual(client.rcpt("carol@b.example")[0], 250)
        client.quit()
        self.send("grace@b.example")
        _, words, about, (each,) = self.report(before)
        self.assertIn("full", words)
        self.assertEqual((about["Reporting-MTA"], each["Status"], each["Action"]), ("dns;practice.example", "5.2.2", "failed"))
        self.assertRegex(each["Diagnostic-Code"], r"^smtp;552 5\.2\.2 ")
        self.tell("well")
        self.send("full@b.example")
        whole, _, about, (each,) = self.report(before + 1)
        self.assertEqual((about["Reporting-MTA"], each["Status"], each["Action"]), ("dns;b.example", "5.2.2", "failed"))
        self.assertRegex(whole.get_all("Received")[0], r"from b.example \(b.example \[127.0.25.2\]\)\s+by mx.practice.example ")
        self.fault("1x,over-quota")
        self.send("carol@b.example")
        _, _, _, (each,) = self.report(before + 2)
        self.assertEqual((each["Status"], each["Action"]), ("4.2.2", "delayed"))
        self.assertTrue(within(30, lambda: self.count("carol", "shaw") == 1), "tried again, and there is room")

    def test_greylisting(self):
        """Strangers are asked to come again, by the far host and by one's own; whoever does is let in."""
        self.fault("greylist=mx")
        before = self.count()
        self.send("grace@b.example")
        self.assertEqual(self.grace(), 0, "put off, and in the queue")
        self.assertTrue(within(15, lambda: self.grace() == 1), "the host comes again by itself")
        self.send("grace@b.example", subject="known")
        self.assertEqual((self.grace(), self.count()), (2, before), "who is known need not wait, and nobody was troubled")
        self.tell("well")
        self.fault("greylist=smtp")
        for expected in (451, 250):
            client = self.smtp()
            client.mail("ada@practice.example")
            self.assertEqual([client.rcpt("emmy@practice.example")[0] for _ in range(2)], [expected] * 2)
            client.quit()

    def test_reports_are_asked_for_across_the_border(self):
        before = self.count()
        self.send("carol@b.example", options=["RET=HDRS", "ENVID=QQ314"],
                  rcpt_options=["NOTIFY=SUCCESS", "ORCPT=rfc822;c+2Bx@b.example"])
        _, _, about, (each,) = self.report(before)
        self.assertEqual((about["Reporting-MTA"], about["Original-Envelope-Id"]), ("dns;b.example", "QQ314"))
        self.assertEqual((each["Action"], each["Original-Recipient"]), ("delivered", "rfc822;c+x@b.example"))

    def test_faults_between_hosts(self):
        """Whatever goes wrong between the hosts, nothing is lost, and nothing is said twice."""
        for number, fault in enumerate(("1x,reply=mx:CONNECT:421 4.3.2 Later", "1x,reply=mx:MAIL:452 4.3.1 Later", "1x,cut=mx:RCPT",
                                        "1x,reply=mx:.:451 4.3.0 Later", "no-starttls=mx"), 1):
            with self.subTest(fault):
                self.fault(fault)
                self.send("grace@b.example", subject=f"fault {number}")
                self.assertTrue(within(15, lambda: self.grace() == number), "it never came")
                self.assertIn(f"Subject: fault {number}\r\n".encode(), self.last_letter("grace", "hopper"))
                self.tell("well")
        self.assertNotIn(b"with ESMTPS ", self.last_letter("grace", "hopper"), "between hosts TLS is taken where it is offered")


class KeptDelivery(Case):
    kept = True

    def test_restart(self):
        """What was answered for with 250 is carried after the office was closed and opened again."""
        self.tell("fault reply=mx:MAIL:451 4.3.0 Later")
        with self.smtp() as client:
            client.sendmail("ada@practice.example", "carol@b.example", PLAIN.format("kept"))
        self.assertEqual(self.last_letter("carol", "shaw"), b"")
        self.restart()
        self.assertTrue(within(15, lambda: b"Subject: kept\r\n" in self.last_letter("carol", "shaw")))
        self.assertEqual(self.tell("reset"), "done")
        self.tell("settle")
        self.assertEqual(self.last_letter("carol", "shaw"), b"")


class French(Post):
    """Who reads French is told in French; what programs read is the same in every language (RFC 3464 §2.1.1)."""
    language = "fr"

    def test_refused(self):
        before = self.count()
        self.send("moved@b.example")
        self.assertTrue(within(15, lambda: self.count() > before), "no report came")
        raw = self.last_letter("ada", "lovelace")
        self.assertTrue(raw.partition(b"\r\n\r\n")[0].isascii(), "a header that goes through everywhere")
        whole = email.message_from_bytes(raw, policy=email.policy.default)
        self.assertEqual((whole["Subject"], str(whole["From"])),
                         ("Non remise", "Bureau de poste d’entraînement <postmaster@practice.example>"))
        words, status, _ = whole.iter_parts()
        self.assertEqual((words["Content-Language"], words.get_content_charset()), ("fr", "utf-8"))
        self.assertIn("Votre lettre n’a pas pu être remise à", words.get_content())
        self.assertIn("La personne a déménagé sans laisser d’adresse.", words.get_content())
        about, each = status.get_payload()
        self.assertEqual(about["Reporting-MTA"], "dns;practice.example")
        self.assertEqual((each["Action"], each["Status"], each["Remote-MTA"]), ("failed", "5.1.6", "dns;mx.b.example"))
        self.assertRegex(each["Diagnostic-Code"], r"^smtp;551 5\.1\.6 ")


if __name__ == "__main__":
    tap.main()
