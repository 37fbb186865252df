"""Step by step: a command of the program's waits for the learner, goes, or is changed by hand; whatever ends while
it waits ends as it would without."""
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
