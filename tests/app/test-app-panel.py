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

    def press(self, name):
        """A button by its name, whatever its kind."""
        node = drive.wait(lambda: next((node for node in self.program.all(None, name)
                                        if drive.Atspi.Action.get_n_actions(node)), None), f"a button “{name}”")
        self.program.act(node)

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
        self.press("Someone on the network")
        program.find("label", re.compile(r"^The server’s name, readable in ClientHello \(SNI\): localhost"))
        program.find("label", re.compile("^Server: encrypted, "))
        self.filter("UID FETCH")
        program.choose("Exchanges", re.compile("Welcome"))
        program.find("label", re.compile(r"^Server: \d+ records?, "))
        program.find("label", re.compile("^Not seen: the command"))
        self.assertFalse(any("BODY.PEEK" in label for label in self.labels()
                             if not label.startswith("a")), "nothing of what was said")
        self.press("You")
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


class Nothing(Panel):
    """Nothing is lost: recordings, their replay, any moment again."""

    def record(self, path):
        self.menu("Record to a File…")
        self.program.find("filler", "Record to a File")
        self.program.key("ctrl+a")
        journey.type_file(self.program, path)
        self.program.find("push button", "Stop Recording")

    def test_a_recording_is_replayed_without_the_network(self):
        program = self.begin_practice()
        path = os.path.join(self.room, "said.jsonl")
        self.record(path)
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        self.sees_exchange("Fetched “A proof")
        program.click("push button", "Stop Recording")
        program.says(re.compile("^The recording is complete: .*said.jsonl"))
        with open(path, encoding="utf-8") as file:
            said = file.read()
        self.assertIn("BODY.PEEK[]", said)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.menu("Open a Recording…")
        program.find("filler", "Open a Recording")
        journey.type_file(program, path)
        program.find("label", re.compile("^A recording: what is shown has been said before"))
        panels = [node for node in program.all("list", "Exchanges")]
        self.assertEqual(len(panels), 2)
        drive.wait(lambda: any("Fetched “A proof" in (row.get_name() or "") for row in drive.children(panels[-1])
                               + drive.children(panels[0])), "the exchange in the replay")

    def test_a_recording_that_cannot_be_made_says_so(self):
        program = self.begin_practice()
        self.menu("Record to a File…")
        program.find("filler", "Record to a File")
        program.key("ctrl+a")
        journey.type_file(program, "/proc/said.jsonl")
        program.says(re.compile("cannot be created"))

    def test_any_moment_again(self):
        program = self.begin_practice()
        self.strip_says("Copies here 1, headers")
        self.filter("UID FETCH")
        self.sees_exchange("Fetched “Welcome”")
        scale = program.find("slider", "Moment shown")
        drive.Atspi.Value.set_current_value(scale, 1)
        # Nothing had been fetched, and the ledger knew of no letter here.
        drive.wait(lambda: not any("Fetched “Welcome”" in row for row in self.exchanges()), "an earlier moment")
        self.strip_says(r"Copies here 0, headers \d")
        program.click("push button", "Back to Now")
        self.sees_exchange("Fetched “Welcome”")
        self.strip_says("Copies here 1, headers")


class Projector(Panel):
    def test_space_steps_and_the_answer_is_hidden_until_then(self):
        program = self.begin_practice()
        self.sees_exchange("Fetched “Welcome”")
        program.choose("Exchanges", re.compile("^Fetched “Welcome”"))
        self.menu("Projector")
        program.find("label", re.compile("^You: a.* UID FETCH"))
        program.find("label", re.compile("^Space: go on"))
        self.assertFalse(any(label.startswith("Server: * ") for label in self.labels()))
        drive.settled()
        program.key("space")
        program.find("label", re.compile(r"^Server: \* \d+ FETCH"))
        program.key("space")
        program.find("label", re.compile("^Server: a.* OK"))
        program.find("label", re.compile(r"^\+1 here$"))
        program.key("Escape")
        program.gone("label", re.compile("^Space: go on"))


class Links(Panel):
    def test_from_a_letter_to_its_exchange_and_back(self):
        program = self.begin_practice()
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        self.sees_exchange("Fetched “A proof")
        program.choose("Letters", re.compile("Welcome"))
        self.letter_says("welcome to the practice post office")
        program.click("push button", "Show the exchange behind this")
        program.find("label", re.compile("^.*UID (FETCH|STORE) "))
        program.choose("Exchanges", re.compile("^Fetched “A proof"))
        program.click("push button", re.compile("^Show the letter “A proof"))
        self.letter_says("proof")
        # After a restart the ledger still knows which it was.
        program.close()
        program = self.start()
        drive.wait(lambda: any("Welcome" in row for row in program.rows("Letters")), "the Inbox")
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        program.click("push button", "Show the exchange behind this")
        program.says(re.compile("^It was UID (FETCH|STORE), .*You (opened|changed).*no longer in memory"))


if __name__ == "__main__":
    tap.main()
