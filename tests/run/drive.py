"""Drives a program through the accessibility tree, as a person with a screen reader would, and by keys.

    with drive.Program(["restante", "--data", where]) as program:
        program.click("push button", "Try without an account")
        program.find("text", "Subject")
        program.key("F12")
        program.shot("panel.png")

Runs inside tests/run/session.py. Whatever is looked for is waited for: the program says when it is done by
showing it. Names are matched whole, or by a compiled pattern.
"""
import os
import re
import signal
import subprocess
import time

# The program's warnings end it; the accessibility library's own, about widgets that just went, do not end us.
FATAL = os.environ.pop("G_DEBUG", None)

import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

WITHIN = 90
PAUSE = 0.05
# GTK draws a button as pressed for a quarter of a second before it acts, and takes no second press meanwhile.
PRESSED = 0.3


class NotThere(AssertionError):
    pass


# What newer accessibility libraries call the roles that we know by their older names.
OLDER_NAMES = {"button": "push button"}


def role_of(node):
    name = node.get_role_name()
    return OLDER_NAMES.get(name, name)


def wait(question, what, within=None):
    """The first answer that is neither None nor false."""
    within = within or WITHIN
    deadline = time.monotonic() + within
    while True:
        try:
            if answer := question():
                return answer
        except gi.repository.GLib.Error:
            pass  # The tree changed while it was read.
        if time.monotonic() > deadline:
            raise NotThere(f"{what} did not appear within {within} s")
        time.sleep(PAUSE)


def matches(wanted, text):
    if wanted is None:
        return True
    return bool(wanted.search(text)) if isinstance(wanted, re.Pattern) else wanted == text


def children(node):
    return [child for child in (node.get_child_at_index(index) for index in range(node.get_child_count())) if child]


def walk(node):
    """The node and all below it, parents first; what is hidden is left out."""
    yield node
    for child in children(node):
        # GTK 4 calls windows alone "showing"; a widget that is hidden is not "visible".
        if child.get_state_set().contains(Atspi.StateType.VISIBLE):
            yield from walk(child)


def text_of(node):
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


class Program:
    def __init__(self, command, env=None, stderr=None):
        self.process = subprocess.Popen(command, stderr=stderr,
                                        env={**os.environ, **({"G_DEBUG": FATAL} if FATAL else {}), **(env or {})})
        self.tree = None
        self.pressed = {}  # when each button was, by its name
        try:
            self.tree = wait(self._appeared, f"{command[0]} on the accessibility bus", 60)
        except NotThere:
            self.close()
            raise

    def _appeared(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended with {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        for node in children(desktop):
            if node.get_process_id() == self.process.pid and node.get_child_count() > 0:
                return node
        return None

    def all(self, role=None, name=None):
        """What is shown now, without waiting."""
        return [node for node in walk(self.tree)
                if (role is None or role_of(node) == role) and matches(name, node.get_name() or "")]

    def find(self, role=None, name=None, within=None):
        return wait(lambda: next(iter(self.all(role, name)), None), f"{role or 'anything'} “{name}”", within)

    def gone(self, role=None, name=None, within=None):
        wait(lambda: not self.all(role, name), f"the end of {role or 'anything'} “{name}”", within)

    def says(self, wanted, within=None):
        """Waits until some label or text on screen has the words."""
        def look():
            for node in self.all():
                if matches(wanted, node.get_name() or ""):
                    return node
                if node.get_role_name() in ("text", "label") and matches(wanted, text_of(node)):
                    return node
            return None
        return wait(look, f"the words “{wanted}”", within)

    def act(self, node, action=None):
        """Runs an action of a node: the one of that name, or its first."""
        count = Atspi.Action.get_n_actions(node)
        names = [Atspi.Action.get_action_name(node, index) for index in range(count)]
        if not names or (action and action not in names):
            raise NotThere(f"{node.get_role_name()} “{node.get_name()}” has the actions {names}, not {action}")
        button = (role_of(node), node.get_name())
        time.sleep(max(0, self.pressed.get(button, 0) + PRESSED - time.monotonic()))
        Atspi.Action.do_action(node, names.index(action) if action else 0)
        self.pressed[button] = time.monotonic()

    def click(self, role, name, within=None):
        node = self.find(role, name, within)
        wait(lambda: node.get_state_set().contains(Atspi.StateType.SENSITIVE), f"a usable “{name}”", within)
        self.act(node)
        return node

    def window_action(self, name):
        """An action that the window lists, such as win.reply."""
        self.act(self.find("frame"), name)

    def fill(self, role, name, text, within=None):
        """Replaces what stands in an entry or a text view."""
        node = self.find(role, name, within)
        Atspi.EditableText.set_text_contents(node, text)
        return node

    def focus(self, role, name, within=None):
        node = self.find(role, name, within)
        Atspi.Component.grab_focus(node)
        return node

    def choose(self, list_name, name, within=None):
        """Selects one row of a list, and nothing else."""
        def look():
            rows = next(iter(self.all("list", list_name)), None)
            for index, row in enumerate(children(rows) if rows else []):
                if matches(name, row.get_name() or ""):
                    Atspi.Selection.clear_selection(rows)
                    Atspi.Selection.select_child(rows, index)
                    return row
            return None
        return wait(look, f"the row “{name}” in “{list_name}”", within)

    def rows(self, list_name):
        """The names of a list's rows, as far as they are on screen."""
        return [row.get_name() or "" for row in children(self.find("list", list_name))]

    def selected(self, list_name):
        """The names of those that are selected."""
        return [row.get_name() or "" for row in children(self.find("list", list_name))
                if row.get_state_set().contains(Atspi.StateType.SELECTED)]

    def key(self, *names):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "5", text], check=True)

    def shot(self, path):
        shot(path)

    def dump(self):
        """The tree in words, for the message of a failed test."""
        def lines(node, depth):
            yield "  " * depth + f"{node.get_role_name()} “{node.get_name()}”"
            for child in children(node):
                yield from lines(child, depth + 1)
        return "\n".join(lines(self.tree, 0))

    def close(self, within=10):
        """Asks the program to end, and makes it; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def settled(within=5):
    """Waits until the screen no longer changes."""
    before, deadline = None, time.monotonic() + within
    while time.monotonic() < deadline:
        now = subprocess.run(["import", "-silent", "-window", "root", "rgb:-"], capture_output=True, check=True).stdout
        if now == before:
            return
        before = now
        time.sleep(0.1)


def shot(path):
    settled()
    subprocess.run(["import", "-silent", "-window", "root", path], check=True)
