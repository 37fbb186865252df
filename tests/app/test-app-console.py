"""The console and step by step: what a learner types goes to the practice post office and stands among the
exchanges; what it would do is said first; a command of the program's waits, goes, or is changed by hand."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402
import windows  # noqa: E402


class Console(windows.Windows):
    def connect(self):
        program = self.begin_practice()
        program.click("push button", "Console")
        program.click("push button", "Connect")
        self.says_state("signed in")
        return program

    def says_state(self, wanted):
        return self.program.find("label", re.compile(wanted))

    def type(self, line):
        self.program.fill("text", "Command", line)

    def say(self, line):
        self.type(line)
        self.program.click("push button", "Say")

    def line_has_focus(self):
        """Who said something types on: the keyboard is the line's again."""
        entry = self.program.find("text", "Command")
        drive.wait(lambda: any(node.get_state_set().contains(drive.Atspi.StateType.FOCUSED) for node in drive.walk(entry)),
                   "the focus on the line")

    def brings_back(self, line):
        self.program.key("Up")
        drive.wait(lambda: drive.text_of(self.program.find("text", "Command")) == line, f"the line before, {line}")

    def test_typed_by_hand_with_help(self):
        program = self.connect()
        # What may not be said yet says why, and what may comes first.
        self.type("FETCH 1 FLAGS")
        program.find("label", re.compile("Open a folder first: SELECT or EXAMINE"))
        self.type("sel")
        program.find("list item", "SELECT mailbox")
        self.say("SELECT INBOX")
        self.says_state("folder open · encrypted · INBOX")
        self.sees_exchange("You typed this")
        self.sees_exchange(r"You .*c1 SELECT INBOX")
        # What it would do to letters, from what is known here.
        self.type("UID STORE 12 +FLAGS (\\Deleted)")
        program.find("label", re.compile("for every device; EXPUNGE removes what is marked. It means “Welcome”; a copy is here"))
        self.say("UID FETCH 12 (FLAGS)")
        self.sees_exchange(r"You .*c2 UID FETCH 12 \(FLAGS\)")
        # The history brings it back, without what has a secret in it.
        self.say("NOOP")
        self.sees_exchange(r"You .*c3 NOOP")
        self.line_has_focus()
        self.brings_back("NOOP")
        self.brings_back("UID FETCH 12 (FLAGS)")
        # EXPUNGE names nobody: who is marked is known from what the server said since.
        self.type("EXPUNGE")
        program.find("label", re.compile("As far as is known here, none is marked"))
        self.say("UID STORE 12 +FLAGS (\\Deleted)")
        self.sees_exchange(r"Server .*UID 12 FLAGS \(.*Deleted")
        def warned():
            self.type("")
            self.type("EXPUNGE")
            return program.all("label", re.compile("for good. It means “Welcome”; a copy is here"))
        drive.wait(warned, "which letter goes")
        # Tab completes; Escape leads out.
        program.key("Escape")
        self.focused("^Console$")
        program.click("push button", "Hang Up")
        self.says_state("^not connected$")

    def step_to(self, word):
        """Lets commands go until one with @word waits."""
        def held():
            nodes = self.program.all("text", "The command that waits")
            return drive.text_of(nodes[0]) if nodes else ""
        seen = ""
        while word not in (line := drive.wait(lambda: held() not in ("", seen) and held(), "a command that waits")):
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


if __name__ == "__main__":
    tap.main()
