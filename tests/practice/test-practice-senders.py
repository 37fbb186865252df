"""Whose letter is it? SPF, DKIM and DMARC in the practice world, checked by verifiers that nobody here wrote."""
import email
import os
import smtplib
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "run"))
sys.path.append(os.path.join(os.environ.get("RESTANTE_PEERS", ""), "clients", "usr", "lib", "python3", "dist-packages"))
import tap  # noqa: E402
from office import Case, HOST, LETTER, within  # noqa: E402

try:
    import authres
    import dkim
    import spf
except ImportError:
    authres = dkim = spf = None

ODD = ("From: \"Ada, of   course\" <ada@practice.example>\r\nTo: grace@b.example,\r\n  carol@b.example\r\nSUBJECT:  folded\r\n\t words \r\n"
       "Precedence: bulk\r\n\r\n two   spaces \t\r\n\r\n.dots\r\nend\t\r\n\r\n\r\n")


class Senders(Case):
    def setUp(self):
        super().setUp()
        if dkim is None:
            self.skipTest("python3-dkim, python3-spf and python3-authres are not unpacked here")
        self.dns = {}
        for key, line in self.at.items():
            if key.startswith("dns"):
                name, kind, data = line.split(" ", 2)
                self.dns[name.lower(), kind] = data

    def txt(self, name, timeout=5):
        record = self.dns.get((name.decode().rstrip(".").lower(), "TXT"))
        return record.encode() if record else None

    def send(self, text, to=("grace@b.example",), sender="ada@practice.example"):
        with self.smtp() as client:
            client.sendmail(sender, to, text.encode())

    def signed(self, source):
        """The letter as it left its domain: without what the border put in front."""
        return source[source.index(b"DKIM-Signature:"):]

    def holds(self, source, index):
        try:
            return dkim.DKIM(source).verify(idx=index, dnsfunc=self.txt)
        except dkim.ValidationError:
            return False

    def results(self, source):
        """What the border found, as another program reads it: {method: [(result, properties)]}."""
        letter = email.message_from_bytes(source)
        parsed = authres.AuthenticationResultsHeader.parse("Authentication-Results: " + letter["Authentication-Results"])
        found = {}
        for one in parsed.results:
            properties = {f"{p.type}.{p.name}": p.value for p in one.properties}
            found.setdefault(one.method, []).append((one.result, properties))
        return parsed.authserv_id, found

    def hand_over(self, source, sender="ada@practice.example", host="127.0.25.1", to="grace@b.example", port="mx-other"):
        """As another host would, from any address; the code of the answer to the letter."""
        client = smtplib.SMTP(HOST, self.port(port), timeout=10, source_address=(host, 0))
        client.ehlo("practice.example")
        client.mail(sender)
        client.rcpt(to)
        answer = client.data(source)
        client.quit()
        return answer

    def test_signatures(self):
        """Both of our signatures hold for others' eyes, whatever the letter looks like; none does when a byte was changed."""
        for text in (LETTER, ODD, "From: ada@practice.example\r\n\r\n", "From: ada@practice.example\r\n\r\n\r\n\r\nx"):
            self.send(text)
            source = self.signed(self.last_letter("grace", "hopper"))
            for index in (0, 1):
                with self.subTest(text=text[:30], index=index):
                    self.assertTrue(self.holds(source, index))
                    self.assertFalse(self.holds(source + b"more\r\n", index))
                    self.assertFalse(self.holds(source.replace(b"ada@", b"eve@"), index))

    def test_results(self):
        """What the border writes down is read by others, and agrees with them."""
        self.send(LETTER)
        source = self.last_letter("grace", "hopper")
        by, found = self.results(source)
        self.assertEqual(by, "mx.b.example")
        self.assertEqual([found[method][0][0] for method in ("spf", "dkim", "dmarc")], ["pass"] * 3)
        self.assertEqual(found["spf"][0][1]["smtp.mailfrom"], "practice.example")
        self.assertEqual([p["header.a"] for _, p in found["dkim"]], ["rsa-sha256", "ed25519-sha256"])
        self.assertEqual(found["dmarc"][0][1]["header.from"], "practice.example")

    def test_tampering(self):
        """Spaces may change on the way; words may not. Another host is not the domain's, signed letters are its own all the same."""
        self.send(ODD)
        source = self.signed(self.last_letter("grace", "hopper"))
        for change, host, spf_result, dkim_result, dmarc in (
                (lambda s: s, "127.0.25.1", "pass", "pass", "pass"),
                (lambda s: s.replace(b"two   spaces", b"two spaces").replace(b"SUBJECT:", b"Subject:"), "127.0.0.1", "fail", "pass", "pass"),
                (lambda s: s.replace(b"spaces", b"places"), "127.0.25.1", "pass", "fail", "pass"),
                (lambda s: b"Authentication-Results: mx.b.example; dkim=pass header.d=bank.example\r\n" + s, "127.0.25.1", "pass", "pass", "pass")):
            self.assertEqual(self.hand_over(change(source), host=host)[0], 250)
            whole = self.last_letter("grace", "hopper")
            _, found = self.results(whole)
            self.assertEqual((found["spf"][0][0], found["dkim"][0][0], found["dmarc"][0][0]), (spf_result, dkim_result, dmarc))
            self.assertNotIn(b"bank.example", whole, "nobody else speaks in the border's name")
        for bad in (source.replace(b"spaces", b"places"), LETTER.encode(), b"From: ada@practice.example\r\n" + source):
            code, words = self.hand_over(bad, host="127.0.0.1") if not bad.startswith(b"From: ada@practice.example\r\nDKIM") \
                else self.hand_over(bad)
            if bad.startswith(b"From: ada@practice.example\r\nDKIM"):
                _, found = self.results(self.last_letter("grace", "hopper"))
                self.assertEqual((code, found["dkim"][0][0], found["dmarc"][0][0]), (250, "fail", "none"), "two authors are none")
            else:
                self.assertEqual((code, words[:5]), (550, b"5.7.1"), "practice.example asks to refuse what only pretends")

    def test_spf(self):
        """The same records, judged by another program."""
        spf.DNSLookup = lambda name, kind, *_, **__: [((name, kind), self.dns[name.lower().rstrip("."), kind].encode() if kind != "TXT" else
                                                      (self.dns[name.lower().rstrip("."), kind].encode(),))] \
            if (name.lower().rstrip("."), kind) in self.dns else []
        for host in ("127.0.25.1", "127.0.25.2", "127.0.25.66", "127.0.0.1"):
            for sender in ("ada@practice.example", "grace@b.example", "x@mallory.example", "x@nowhere.example"):
                with self.subTest(host=host, sender=sender):
                    code, _ = self.hand_over("From: x@mallory.example\r\n\r\nx\r\n".encode(), sender=sender, host=host)
                    self.assertEqual(code, 250)
                    _, found = self.results(self.last_letter("grace", "hopper"))
                    self.assertEqual(found["spf"][0][0], spf.check2(i=host, s=sender, h="practice.example", querytime=5)[0])

    def test_forged(self):
        """Whoever writes to mallory hears from Grace, or so it seems: rightly signed, but not by whom it names."""
        client = self.imap()
        before = int(client.select("Junk")[1][0])
        inbox = int(client.select("INBOX")[1][0])
        self.send(LETTER, to=["mallory@b.example"])
        self.assertTrue(within(10, lambda: int(client.select("Junk")[1][0]) == before + 1))
        source = client.fetch(str(before + 1), "(BODY.PEEK[])")[1][0][1]
        _, found = self.results(source)
        self.assertEqual((found["spf"][0][0], found["dkim"][0][0], found["dmarc"][0][0]), ("pass", "pass", "fail"))
        self.assertEqual(found["dmarc"][0][1]["header.from"], "b.example")
        self.assertEqual(found["spf"][0][1]["smtp.mailfrom"], "mallory.example")
        self.assertTrue(dkim.verify(self.signed(source), dnsfunc=self.txt))
        self.tell("settle")
        self.assertEqual((int(client.select("Junk")[1][0]), int(client.select("INBOX")[1][0])), (before + 1, inbox),
                         "what names one's own domain is refused at the border")
        client.logout()


if __name__ == "__main__":
    tap.main()
