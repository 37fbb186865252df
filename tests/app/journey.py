"""What the journeys share: the program on a data directory of the test's own, and the words of its windows."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "run"), os.path.join(HERE, "..", "peers")]
import drive  # noqa: E402

BUILD = os.path.abspath(sys.argv.pop(1))
RESTANTE = os.path.join(BUILD, "src/app/restante")
CLI = os.path.join(BUILD, "src/cli/restante-cli")
SANITIZED = "RESTANTE_SANITIZED" in os.environ
WITHIN = 60 if SANITIZED else 20
drive.WITHIN = WITHIN


class Journey(unittest.TestCase):
    LANGUAGE = "en"
    seen = ()

    def setUp(self):
        self.room = tempfile.mkdtemp(prefix="restante-journey-")
        self.data = os.path.join(self.room, "data")
        self.program = None

    def tearDown(self):
        try:
            self.seen = self.look()
        except Exception as error:  # The tree may be gone at any moment.
            self.seen = [str(error)]
        if self.program:
            self.program.close()
        shutil.rmtree(self.room, ignore_errors=True)

    def run(self, result=None):
        failures = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > failures:
            print("# on screen at the end:", "\n#  ".join(self.seen), flush=True)

    def start(self, *arguments, **env):
        self.program = drive.Program([RESTANTE, "--data", self.data, *arguments], env={"LANGUAGE": self.LANGUAGE, **env})
        return self.program

    def look(self):
        """What is on screen, for the message of a failed test."""
        if self.program is None or self.program.process.poll() is not None:
            return [f"the program ended with {self.program and self.program.process.returncode}"]
        wanted = ("list item", "label", "filler", "dialog", "frame", "text", "entry")
        lines = [f"{node.get_role_name()}: {node.get_name()}" for node in self.program.all()
                 if node.get_name() and node.get_role_name() in wanted]
        return [line for line in lines if not re.search(": (Gtk|Adw)", line)]

    def cli(self, *arguments, check=True):
        return subprocess.run([CLI, "--data", self.data, *arguments], capture_output=True, text=True, check=check).stdout

    # The program in words

    def exchanges(self):
        return self.program.rows("Exchanges")

    def sees_exchange(self, wanted):
        """Waits for a line or title in the panel."""
        pattern = re.compile(wanted)
        return drive.wait(lambda: next((row for row in self.exchanges() if pattern.search(row)), None),
                          f"“{wanted}” in the panel")

    def filter(self, text):
        """Only what holds this; routine exchanges are unfolded."""
        self.program.fill("entry", "Filter", text)

    def strip(self):
        """What the strip says, in one line."""
        node = self.program.find("panel", re.compile("^(Where the mail is|Où est le courrier)$"))
        return " ".join(child.get_name() for child in drive.children(node) if child.get_role_name() == "label")

    def strip_says(self, wanted):
        pattern = re.compile(wanted)
        return drive.wait(lambda: pattern.search(self.strip()), f"“{wanted}” in the strip “{self.strip()}”")

    def letter_says(self, wanted):
        pattern = re.compile(wanted)
        return drive.wait(lambda: any(pattern.search(drive.text_of(node))
                                      for node in self.program.all("text", re.compile("^(The letter|La lettre)$"))),
                          f"a letter with “{wanted}”")

    def explained(self, wanted):
        """The card explains what is chosen."""
        return self.program.find("label", re.compile(wanted))

    def begin_practice(self):
        program = self.start()
        program.click("push button", "Try Without an Account")
        program.click("push button", "Yes, it keeps it")
        self.letter_says("welcome to the practice post office")
        return program


def type_file(program, path):
    """In a file chooser, which has no names: typing a path opens its field for one."""
    subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
    program.type(path)
    drive.settled()
    program.key("Return")
