"""A whole lesson in the window, in each language: watched, answered, run and understood, and remembered when the
program is closed in its middle."""
import os
import re
import subprocess
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
           "sums": ["Le téléphone a une copie d’«\u202fInvitation\u202f».", "Le téléphone ne la montre plus.",
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


class Claims(windows.Windows):
    """True, false, it depends: by keys alone."""
    WORDS = {
        "en": {"lessons": "^Lessons$", "first": "^1 · ", "claim": "^POP3 always deletes", "other": "^IMAP is a backup",
               "answer": "^False$", "next": "^Next$", "run": "^Run$", "holds": "and did not say DELE", "done": "^Done$",
               "why": "Whether the second is said", "welcome": "^Try Without"},
        "fr": {"lessons": "^Leçons$", "first": "^1 · ", "claim": "^POP3 supprime toujours", "other": "^IMAP est une sauvegarde",
               "answer": "^Faux$", "next": "^Suivant$", "run": "^Lancer$", "holds": "sans dire DELE", "done": "^Terminé$",
               "why": "Que la seconde soit dite", "welcome": "^Essayer sans"},
    }

    def test_one_is_settled(self):
        words = self.WORDS[self.LANGUAGE]
        program = self.start()
        program.find("push button", re.compile(words["welcome"]))
        subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
        # What there is before an account is in the main menu too.
        program.key("F10")
        self.focused("…$")
        program.key("Escape")
        self.walk(words["lessons"])
        program.key("Return")
        self.focused(words["first"])
        self.walk(words["claim"], "Down", 60)
        program.key("Return")
        # One answers, and is told why it is so.
        program.find("check box", re.compile(words["answer"]))
        self.walk(words["answer"], "Down")
        program.key("space")
        self.press_when(words["next"])
        self.press_when(words["run"])
        program.says(re.compile(words["holds"]))
        self.press_when(words["next"])
        program.says(re.compile(words["why"]))
        self.press_when(words["done"])
        self.focused(words["claim"])
        program.key("Down")
        self.focused(words["other"])
        # Left in its middle, and the window closed.
        program.key("Return")
        program.find("check box", re.compile(words["answer"]))
        program.key("Escape")
        self.focused(words["other"])
        program.key("Escape")
        program.gone("list item", re.compile(words["other"]))

    def press_when(self, button):
        """Where the keyboard is led by itself, or by Tab."""
        node = self.program.find("push button", re.compile(button))
        states = drive.Atspi.StateType
        drive.wait(lambda: node.get_state_set().contains(states.SENSITIVE), f"a usable “{button}”")
        if not node.get_state_set().contains(states.FOCUSED):
            self.walk(button)
        self.program.key("Return")


class ClaimsFrancais(Claims):
    LANGUAGE = "fr"


class Francais(Lesson):
    LANGUAGE = "fr"


if __name__ == "__main__":
    tap.main()
