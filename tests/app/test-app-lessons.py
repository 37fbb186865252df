"""Lessons in the window. A whole one in each language: watched, answered, run and understood, and remembered when the
program is closed in its middle. What can come between: a kill, looking back, another lesson, a world that breaks."""
import glob
import os
import re
import shutil
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


class Between(windows.Windows):
    """What a learner may do in the middle, and what may befall them."""

    def begin(self, lesson):
        self.temporary = os.path.join(self.room, "tmp")
        os.makedirs(self.temporary, exist_ok=True)
        program = self.start(TMPDIR=self.temporary)
        program.click("push button", "Lessons")
        program.click("push button", lesson)
        return program

    def worlds(self):
        """The folders of the lessons that are open, or were left behind."""
        return glob.glob(os.path.join(self.temporary, "restante-lesson-*"))

    def was_at(self, lesson, step):
        """As if somebody had come so far, and guessed right."""
        os.makedirs(self.data, exist_ok=True)
        with open(os.path.join(self.data, "lessons.ini"), "w", encoding="utf-8") as file:
            file.write(f"[{lesson}]\nstep={step - 1}\n")

    def place(self, step, of=8):
        self.program.find("label", f"{step} of {of}")

    def held(self, words):
        """A check that holds, on screen, and none that does not; nothing is there to be run again."""
        program = self.program
        program.says(words)
        program.find("image", "Holds")
        self.assertEqual(program.all("image", "Does not hold"), [])
        self.assertEqual(program.all("push button", "Run"), [])

    def usable(self, button):
        """Nothing is being done any more."""
        states = drive.Atspi.StateType
        drive.wait(lambda: any(node.get_state_set().contains(states.SENSITIVE)
                               for node in self.program.all("push button", button)), f"a usable “{button}”")

    def back(self, times):
        for _ in range(times):
            self.program.click("push button", "Back")

    def chosen_exchange(self, wanted):
        def look():
            rows = drive.children(self.program.find("list", "Exchanges"))
            return next((row for row in rows if row.get_state_set().contains(drive.Atspi.StateType.SELECTED)
                         and re.search(wanted, row.get_name() or "")), None)
        return drive.wait(look, f"an exchange with “{wanted}”, selected")

    def test_killed_while_it_runs(self):
        """The next start is at that step, with the answers, and all that came before can be looked at; nothing is left of
        the world that was."""
        words = WORDS["en"]
        program = self.begin(words["lesson"])
        program.says(words["sums"][0])
        program.click("push button", "Next")
        program.find("check box")
        program.key("Down", "space")
        program.says(re.compile(words["right"]))
        program.click("push button", "Next")
        program.click("push button", "Run")
        program.process.kill()
        program.process.wait()
        left = self.worlds()
        self.assertEqual(len(left), 1)
        program = self.begin(words["lesson"])
        self.place(3)
        self.usable("Run")
        self.assertEqual(program.all("image", "Holds"), [], "what was not seen to its end did not happen")
        self.assertNotIn(left[0], self.worlds())
        self.assertEqual(len(self.worlds()), 1)
        self.back(1)
        program.says(re.compile(words["right"]))
        self.back(1)
        self.held(words["sums"][0])
        program.click("push button", "Next")
        program.click("push button", "Next")
        program.click("push button", "Run")
        program.says(words["sums"][1])
        self.held(words["sums"][1])
        program.click("push button", "All lessons")
        drive.wait(lambda: not self.worlds(), "the end of the lesson's world")

    def test_looking_back(self):
        """A step shows its own QUIT and its own letters, also when there were others later."""
        self.was_at("where-did-my-letter-go", 7)
        program = self.begin("1 · Where did my letter go?")
        self.place(7)
        self.usable("Run")
        self.back(1)
        self.held("… and QUIT was never answered.")
        self.chosen_exchange("QUIT|Ending|cut")
        cut = self.chosen_exchange(".").get_name()
        self.back(2)
        self.place(4)
        done = drive.wait(lambda: (row := self.chosen_exchange(".").get_name()) != cut and row, "another QUIT")
        self.assertRegex(done, "left the server")
        self.assertNotRegex(done, "(?i)cut")
        self.assertEqual(program.all("label", "Concert"), [], "it had not come yet")
        program.click("push button", "Next")
        # The question was never answered; the keyboard is on its first answer.
        program.find("check box")
        program.key("space")
        program.click("push button", "Next")
        program.click("push button", "Next")
        self.place(7)
        program.find("label", "Concert")
        program.click("push button", "Run")
        program.says("… and the server has nothing left.")
        self.assertEqual(program.all("image", "Does not hold"), [])

    def test_one_after_the_other(self):
        """Nothing of one lesson is in the next: no clock, no exchange, no letter."""
        self.was_at("later", 4)
        program = self.begin(re.compile("^12 · "))
        program.says(re.compile("^put forward"))
        self.sees_exchange("Collected")
        program.click("push button", "All lessons")
        program.click("push button", WORDS["en"]["lesson"])
        program.says(WORDS["en"]["sums"][0])
        self.assertEqual(program.all("label", re.compile("^Practice clock|put forward")), [])
        self.assertEqual([row for row in self.exchanges() if "Collected" in row], [], "nobody has collected here")

    def test_the_world_breaks(self):
        """Its folder is removed: the lesson says what does not hold or went wrong, and begins again."""
        self.was_at("two-devices", 3)
        program = self.begin(WORDS["en"]["lesson"])
        self.usable("Run")
        for world in self.worlds():
            shutil.rmtree(world, ignore_errors=True)
        program.click("push button", "Run")
        drive.wait(lambda: program.all("image", re.compile("^(Does not hold|Error)$")), "what came of it")
        program.click("push button", re.compile("^Begin (Again|this lesson again)$"))
        self.place(1)
        self.held(WORDS["en"]["sums"][0])

    def test_no_world_can_be_opened(self):
        """Told, and tried again when there is a place for it."""
        self.temporary = os.path.join(self.room, "tmp")
        with open(self.temporary, "w", encoding="utf-8"):
            pass
        program = self.start(TMPDIR=self.temporary)
        program.click("push button", "Lessons")
        program.click("push button", WORDS["en"]["lesson"])
        program.find("image", "Error")
        os.remove(self.temporary)
        os.mkdir(self.temporary)
        program.click("push button", "Begin Again")
        self.held(WORDS["en"]["sums"][0])
        # And in free play nothing pretends to go on.
        program.click("push button", "All lessons")
        drive.wait(lambda: not self.worlds(), "the end of the lesson's world")
        shutil.rmtree(self.temporary)
        program.click("push button", "Two devices, one mailbox")
        program.find("image", "Error")
        self.assertEqual(program.all("push button", "Collect, Laptop (POP3)"), [])
        self.assertEqual(program.all("label", re.compile("^Running|opens, for this")), [])
        os.mkdir(self.temporary)
        program.click("push button", "Begin Again")
        program.click("push button", "Collect, Laptop (POP3)")
        program.find("list item", re.compile("(?i)letter 3"))


class ClaimsFrancais(Claims):
    LANGUAGE = "fr"


class Francais(Lesson):
    LANGUAGE = "fr"


if __name__ == "__main__":
    tap.main()
