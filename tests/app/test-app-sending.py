"""Letters on their way out, as those who send them see it: taken back, sent later, refused, and of unknown fate; and
what happens to one when the window is closed at once."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import accounts  # noqa: E402
import offices  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402

UNDO = re.compile("^Undo")  # a toast's button says it twice


class Sending(offices.Offices):
    def begin(self, *faults, **options):
        self.account(*faults, **options)
        program = self.start()
        program.find("push button", "Write a letter")
        program.choose("Folders", re.compile("^Inbox"))
        return program

    def send(self, *words, **more):
        self.program.act(self.write(*words, **more), "composer.send")

    def test_a_letter_is_taken_back(self):
        program = self.begin()
        self.send("engine", text="The cards are cut.")
        program.find("label", "Sending in 5 seconds")
        program.click("push button", UNDO)
        # It is written on, and sent after all.
        window = program.find("filler", "engine")
        self.letter_says("The cards are cut")
        self.assertEqual([row["state"] for row in self.outbox()], ["draft"])
        self.assertEqual(self.number("grace", "engine"), 0)
        drive.Atspi.EditableText.set_text_contents(self.inside(window, "text", "Subject"), "engines")
        program.act(window, "composer.send")
        self.holds("grace", "engines")
        self.assertEqual(self.number("grace", "engine"), 1)

    def test_the_window_closes_while_a_letter_can_be_taken_back(self):
        self.begin()
        self.send("engine")
        self.program.find("push button", UNDO)
        self.assertEqual(self.quit(), 0)
        # It was handed over before the program ended.
        self.assertEqual(self.number("grace", "engine"), 1)
        self.assertEqual(self.outbox(), [])

    def test_the_window_closes_and_nobody_answers(self):
        shown = self.notifications()
        said = self.serve()
        cable = accounts.Cable(said["ports"]["submissions"])
        self.addCleanup(cable.pull_out)
        self.begin(submissions=cable.port)
        cable.pull_out()
        self.send("engine")
        self.program.find("push button", UNDO)
        self.assertEqual(self.quit(), 0)
        self.assertEqual(shown(), ["1 letter has not been sent yet", "engine\nIt waits in the outbox. Open Restante to "
                                   "send it, and to see why."])
        self.assertEqual([(row["state"], row["attempts"]) for row in self.outbox()], [("queued", 0)])
        # The next time it goes by itself, which is said.
        cable.put_back()
        self.start().find("label", "1 letter from last time is being sent now")
        self.holds("grace", "engine")

    def notifications(self):
        """A desktop that shows them; gives what the first of them said."""
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "notifications.py")
        desktop = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
        self.addCleanup(desktop.stdout.close)
        self.addCleanup(desktop.wait)
        self.addCleanup(desktop.kill)
        self.assertEqual(desktop.stdout.readline(), "ready\n")
        return lambda: json.loads(desktop.stdout.readline())


if __name__ == "__main__":
    tap.main()
