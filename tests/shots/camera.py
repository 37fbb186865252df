"""What a scene has in its hands: the program in one language and scheme, servers of its own, and a camera."""
import gettext
import json
import os
import re
import subprocess
import time

import drive


class Camera:
    """A language, a room for the data, the program and the servers of a scene, and the pictures."""

    def __init__(self, build, where, room, language, scheme):
        self.build, self.where, self.room = build, where, room
        self.language, self.scheme = language, scheme
        self.program, self.office, self.main = None, None, None
        self.words = gettext.NullTranslations()
        if language != "en":
            with open(os.path.join(build, "po", language, "LC_MESSAGES", "restante.mo"), "rb") as file:
                self.words = gettext.GNUTranslations(file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.program and self.program.process, self.office):
            if process:
                process.terminate()
                process.wait()

    # What is on screen

    def say(self, english):
        said = self.words.gettext(english)
        return said if said != english else self.words.ngettext(english, english, 1)

    def start(self, **env):
        self.program = drive.Program([os.path.join(self.build, "src/app/restante"), "--data", self.data()], env=env)
        self.main = drive.wait(lambda: self.windows()[:1], "the window")[0][0]
        # Without a window manager keys go to the window under the pointer.
        subprocess.run(["xdotool", "mousemove", "300", "2"], check=True)
        return self.program

    def restart(self, **env):
        self.program.close()
        return self.start(**env)

    def click(self, english, role="push button"):
        self.program.click(role, self.say(english))

    def usable(self, english):
        """Waits until a button can be pressed."""
        name = self.say(english)
        drive.wait(lambda: any(node.get_state_set().contains(drive.Atspi.StateType.SENSITIVE)
                               for node in self.program.all("push button", name)), f"a usable “{name}”")

    def press(self, english):
        """A button that opens a menu: what can be pressed is inside."""
        opens = self.program.find(None, self.say(english))
        self.program.act(next(node for node in drive.walk(opens) if drive.Atspi.Action.get_n_actions(node)))

    def point(self, x, y):
        """A click with the pointer, where the accessibility tree has no action."""
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "1", "mousemove", "300", "2"], check=True)

    def letter(self, pattern):
        self.program.choose(self.say("Letters"), re.compile(pattern))

    def folder(self, pattern):
        self.program.choose(self.say("Folders"), re.compile(pattern))

    def says(self, english):
        """Waits for words; those with a number or a name in them match any."""
        words = re.sub(r"%(?:\d\\\$)?[dsu]", ".*", re.escape(self.say(english)))
        self.program.says(re.compile(words))

    def front(self, english):
        """Waits for another window of this title."""
        title = self.say(english)
        drive.wait(lambda: any(name == title for _, name, *_ in self.windows()), f"the window “{title}”")

    # Windows

    def windows(self):
        """Of the program: (id, title, x, y, width, height); the widest first."""
        said = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.program.process.pid)],
                              capture_output=True, text=True, check=False).stdout.split()
        found = []
        for window in said:
            shape = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window, "getwindowname", window],
                                   capture_output=True, text=True, check=False)
            if shape.returncode == 0:
                lines = dict(line.split("=") for line in shape.stdout.splitlines() if re.match(r"[A-Z]+=\d+$", line))
                name = shape.stdout.splitlines()[-1]
                found.append((window, name, *(int(lines[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))))
        return sorted(found, key=lambda each: -each[4] * each[5])

    def size(self, width, height):
        if width < 500:  # the panes fold one after the other
            for step in (600, 450):
                subprocess.run(["xdotool", "windowsize", "--sync", self.main, str(step), str(height)], check=True)
                time.sleep(0.5)
        subprocess.run(["xdotool", "windowsize", "--sync", self.main, str(width), str(height)], check=True)

    def shot(self, name):
        """The main window, with what pops up over it."""
        self._take(name, next(each for each in self.windows() if each[0] == self.main))

    def shot_front(self, name):
        """The smallest window: the last that opened."""
        self._take(name, self.windows()[-1])

    def shot_titled(self, name, english):
        self.take_titled(name, self.say(english))

    def take_titled(self, name, title):
        self._take(name, next(each for each in self.windows() if each[1] == title))

    def resize_titled(self, english, width, height):
        self.resize(self.say(english), width, height)

    def resize(self, title, width, height):
        window = next(each for each in self.windows() if each[1] == title)
        # What is laid out for a wide window folds on the way, as it does when somebody drags the edge.
        for step in sorted({max(width, 650), max(width, 500), width}, reverse=True):
            subprocess.run(["xdotool", "windowsize", window[0], str(step), str(height)], check=True)
            time.sleep(0.5)  # the folding is animated

    def _take(self, name, window):
        x, y, width, height = window[2:]
        self._import(name, "-crop", f"{width}x{height}+{x}+{y}", "+repage")

    def whole_screen(self, name):
        self._import(name)

    def _import(self, name, *options):
        drive.settled()
        path = os.path.join(self.where, f"{name}-{self.language}-{self.scheme}.png")
        subprocess.run(["import", "-silent", "-window", "root", *options, path], check=True)
        print(path, flush=True)

    # Servers and accounts

    def data(self):
        return os.path.join(self.room, "data")

    def cli(self, *words, give=None):
        return subprocess.run([os.path.join(self.build, "src/cli/restante-cli"), "--data", self.data(), *words],
                              input=give, text=True, capture_output=True, check=True).stdout

    def serve(self, *faults):
        """The practice post office as somebody's real provider; says its ports, users and CA file."""
        words = [word for fault in faults for word in ("--fault", fault)]
        self.office = subprocess.Popen(
            [os.path.join(self.build, "src/cli/restante-cli"), "--data", os.path.join(self.room, "office"), "practice",
             *words], stdout=subprocess.PIPE, text=True)
        return json.loads(self.office.stdout.readline())

    def add_account(self, said, protocol="imap", name="ada@practice.example", *more):
        """Without the program: an account on that post office."""
        secret = os.path.join(self.room, "password")
        with open(os.open(secret, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write("lovelace\n")
        self.cli("account", "add", protocol, "--name", name, "--email", "ada@practice.example", "--user", "ada",
                 "--server", f"localhost:{said['ports'][protocol + 's']}", "--security", "tls",
                 "--smtp", f"localhost:{said['ports']['submissions']}", "--smtp-security", "tls", "--smtp-user", "ada",
                 "--ca-file", said["ca_file"], "--password-file", secret, *more)
