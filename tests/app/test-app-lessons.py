"""A whole lesson in the window, in each language: watched, answered, run and understood, and remembered when the
program is closed in its middle."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402
import windows  # noqa: E402

WORDS = {
    "en": {"lessons": "Lessons", "lesson": "2 · Two devices", "next": "Next", "run": "Run", "done": "Done",
           "collect": "Collect, Laptop (POP3)", "own": "Two devices, one mailbox", "free": "Free play",
           "sums": ["The phone has a copy of “Invitation”.", "The phone no longer shows it.", "The laptop came too late.",
                    "… and the phone has it too."], "right": "^Yes. What is gone", "again": "5 of 8"},
    "fr": {"lessons": "Leçons", "lesson": "2 · Deux appareils", "next": "Suivant", "run": "Lancer", "done": "Terminé",
           "collect": "Relever, Portable (POP3)", "own": "Deux appareils, une boîte", "free": "Jeu libre",
           "sums": ["Le téléphone a une copie d’« Invitation ».", "Le téléphone ne la montre plus.",
                    "Le portable est arrivé trop tard.", "… et le téléphone aussi."], "right": "^Oui. Ce qui a quitté",
           "again": "5 sur 8"},
}


class Lesson(windows.Windows):
    def begin(self, words):
        program = self.start()
        program.click("push button", words["lessons"])
        program.click("push button", words["lesson"])
        return program

    def answer(self, program, number, says):
        """The keyboard is on the first answer."""
        program.find("check box")
        program.key(*["Down"] * (number - 1), "space")
        program.says(re.compile(says))

    def play(self):
        words = WORDS[self.LANGUAGE]
        program = self.begin(words)
        program.says(words["sums"][0])
        program.click("push button", words["next"])
        self.answer(program, 2, words["right"])
        program.click("push button", words["next"])
        program.click("push button", words["run"])
        program.says(words["sums"][1])
        program.says("QUIT")
        program.click("push button", words["next"])
        program.click("push button", words["next"])
        program.says(words["again"])
        program.close()
        # The same step, in a world where everything before it has happened.
        program = self.begin(words)
        program.says(words["again"])
        self.answer(program, 2, ".")
        program.click("push button", words["next"])
        program.click("push button", words["run"])
        program.says(words["sums"][2])
        program.click("push button", words["next"])
        program.click("push button", words["run"])
        program.says(words["sums"][3])
        program.click("push button", words["next"])
        program.click("push button", words["done"])
        self.focused(f"^{words['lesson']}$")
        drive.wait(self.remembers_it, "that it is done")
        # Free play begins where the lesson ended, with nothing of it left.
        program.click("push button", words["own"])
        program.says(words["free"])
        program.gone("label", words["sums"][3])
        program.click("push button", words["collect"])
        program.find("list item", re.compile("(?i)letter 3|lettre 3"))

    def remembers_it(self):
        with open(os.path.join(self.data, "lessons.ini"), encoding="utf-8") as file:
            return "[two-devices]\ndone=true" in file.read()

    def test_two_devices(self):
        self.play()


class Francais(Lesson):
    LANGUAGE = "fr"


if __name__ == "__main__":
    tap.main()
