"""Step by step: a command of the program's waits for the learner, goes, or is changed by hand; whatever ends while
it waits ends as it would without."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402
import windows  # noqa: E402


class Steps(windows.Windows):
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
