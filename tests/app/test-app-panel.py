"""The Protocol panel at its depth, on the practice account: what the network sees of TLS, recordings and their
replay, any moment again, and the ways between letters and exchanges."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402


class Panel(journey.Journey):
    def menu(self, name):
        """One of the Protocol menu's entries."""
        program = self.program
        opens = program.find(None, "Protocol menu")
        program.act(next(node for node in drive.walk(opens) if drive.Atspi.Action.get_n_actions(node)))
        program.click("menu item", name)

    def labels(self):
        return [node.get_name() for node in self.program.all("label")]


class Tls(Panel):
    def test_the_network_sees_less_than_you(self):
        program = self.begin_practice()
        self.filter("TLS")
        program.choose("Exchanges", re.compile("^Agreed on encryption|TLS|ncrypt"))
        # The handshake in steps, and how the certificate is for the name that was wanted.
        program.find("label", "Step by step")
        program.find("label", re.compile("^You: ClientHello, .*readable for all"))
        program.find("label", re.compile("^Server: Certificate, .*encrypted"))
        program.find("label", re.compile("^Encrypted from the first byte"))
        program.find("label", re.compile("the certificate has this very name"))
        program.find("label", re.compile("^Valid from"))
        # On the line, what is not TLS 1.3's greeting is bytes.
        program.click(None, "Someone on the network")
        program.find("label", re.compile(r"^The server’s name, readable in ClientHello \(SNI\): localhost"))
        program.find("label", re.compile("^Server: encrypted, "))
        self.filter("UID FETCH")
        program.choose("Exchanges", re.compile("Welcome"))
        program.find("label", re.compile(r"^Server: \d+ records?, "))
        program.find("label", re.compile("^Not seen: the command"))
        self.assertFalse(any("BODY.PEEK" in label for label in self.labels()
                             if not label.startswith("a")), "nothing of what was said")
        program.click(None, "You")
        program.find("label", re.compile("^Give me a copy; keep yours"))

    def test_both_ways_to_tls_stand_side_by_side(self):
        program = self.begin_practice()
        self.menu("TLS and STARTTLS Side by Side")
        program.find("label", "Immediate TLS")
        program.find("label", re.compile("^(IMAP|POP3) · localhost:"))
        program.click("push button", "Record One at the Practice Post Office")
        # Before TLS every word was read; after it none.
        program.find("label", re.compile("^You: .*STARTTLS"))
        program.find("label", re.compile("STARTTLS asked for encryption"))
        program.find("label", re.compile(r"^Server: \* OK .*IMAP4rev2"))
        self.assertFalse(any(re.match("You: .*(LOGIN|AUTHENTICATE)", label) for label in self.labels()))


if __name__ == "__main__":
    tap.main()
