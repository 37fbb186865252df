"""Step by step: a command of the program's waits for the learner, goes, or is changed by hand; whatever ends while
it waits ends as it would without."""
import contextlib
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import offices  # noqa: E402
import tap  # noqa: E402


class Steps(offices.Offices):
    def held(self):
        nodes = self.program.all("text", "The command that waits")
        return drive.text_of(nodes[0]) if nodes else ""

    def step_to(self, word):
        """Lets commands go until one with @word waits."""
        seen = ""
        while word not in (line := drive.wait(lambda: self.held() not in ("", seen) and self.held(), "a command that waits")):
            seen = line
            self.program.click("push button", "Let It Go")
        return line

    def test_the_program_waits_step_by_step(self):
        program = self.begin_practice()
        program.click("push button", "Step by step")
        program.find("label", re.compile("^No command waits"))
        program.choose("Letters", re.compile("lunch"))
        entry = program.find("text", "The command that waits")
        drive.wait(lambda: "UID FETCH" in drive.text_of(entry), "the FETCH that waits")
        self.sees_exchange(r"held, not said yet")
        # What the first letter's question brought is not said of this one.
        program.gone("label", re.compile("^As you said: the server still has"))
        program.click("push button", "Let It Go")
        self.letter_says("in town on Friday")
        # Changed by hand: its answer is shown, the program takes it for nothing.
        program.choose("Letters", re.compile("winter timetable"))
        line = self.step_to("BODY.PEEK")
        program.fill("text", "The command that waits", line.split("(", maxsplit=1)[0] + "(INTERNALDATE)")
        program.click("push button", "Let It Go")
        # What is explained is what was said, not what had waited.
        program.find("list item", re.compile("^INTERNALDATE: "))
        self.filter("INTERNALDATE")
        self.sees_exchange(r"You .*\(INTERNALDATE\)")
        self.sees_exchange(r"Server .*INTERNALDATE \"")
        self.filter("")
        # All goes again: the letter comes as if nothing had been.
        program.click("push button", "End step by step")
        self.letter_says("ferry|boat|winter")

    def holds_fetch(self):
        """A letter's FETCH waits on the practice account; its line."""
        program = self.begin_practice()
        program.click("push button", "Step by step")
        program.find("label", re.compile("^No command waits"))
        program.choose("Letters", re.compile("lunch"))
        return self.step_to("BODY.PEEK")

    def switch(self, title):
        """A fault at the practice post office, on or off."""
        program = self.program
        program.window_action("win.office")
        program.click("check box", title)
        program.act(program.find("frame", "The Practice Post Office"), "window.close")
        program.gone("frame", "The Practice Post Office")

    def connects_by_hand(self, wanted="signed in"):
        self.program.click("push button", "Connect")
        self.program.find("label", re.compile(wanted))

    def test_what_ends_while_a_command_waits(self):
        """What waited was never said, and that is told; the next connection waits for the learner as the first one did."""
        self.holds_fetch()
        program = self.program
        # Somebody else opens the folder, whose numbers change by that: the server says goodbye to who is in it.
        self.switch("Folders are numbered anew")
        program.click("push button", "Console")
        self.connects_by_hand()
        program.fill("text", "Command", "SELECT INBOX")
        program.click("push button", "Say")
        self.sees_exchange("^Fetching “lunch.*: never said, because the line ended while it waited")
        self.problem("^The server ended the connection: try again later")
        drive.wait(lambda: "BODY.PEEK" not in self.held(), "nothing that cannot be said any more")
        self.switch("Folders are numbered anew")
        self.step_to("AUTHENTICATE")
        self.sees_exchange("^Signing in held, not said yet")
        # The whole post office begins anew, under the console too; nothing hangs. It answers when it has written its mailboxes.
        with contextlib.suppress(drive.gi.repository.GLib.Error):
            program.window_action("win.reset-practice")
        program.find("label", "the post office began anew: connect again")
        self.sees_exchange("^Signing in: never said, because the line ended while it waited")
        drive.wait(lambda: "AUTH" in self.held(), "what the new accounts say first")
        self.connects_by_hand()
        program.click("push button", "End step by step")
        program.click("push button", "Yes, it keeps it")
        self.letter_says("welcome to the practice post office")

    def test_the_program_ends_while_a_command_waits(self):
        self.holds_fetch()
        self.program.act(self.program.find("frame"), "window.close")
        self.assertEqual(self.program.process.wait(journey.WITHIN), 0)

    def test_stops_behind_the_envelope(self):
        program = self.begin_practice()
        program.window_action("win.compose")
        window = program.find("filler", "New Letter")
        for field, value in (("To", "grace@b.example"), ("Subject", "step by step")):
            drive.Atspi.EditableText.set_text_contents(self.inside(window, "text", field), value)
        program.click("push button", "Step by step")
        program.act(window, "composer.send")
        self.step_to("MAIL")
        # On to the last line before the letter goes: whom it is for was told, and nothing of it.
        self.drop_down("Go on until", "Down", "Down", "Down")
        drive.wait(lambda: re.match("DATA|BDAT", self.held()), "the letter that waits")
        self.sees_exchange("^Named a recipient")
        self.assertEqual([row for row in self.exchanges() if "354" in row or "has taken it" in row], [])
        program.click("push button", "End step by step")
        self.sees_exchange("the server has taken it")


if __name__ == "__main__":
    tap.main()
