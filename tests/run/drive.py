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
from gi.repository import Atspi, Gio, GLib  # noqa: E402

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
        except GLib.Error:
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


ROLES = {}  # by their numbers
UNTOLD = -1  # how many children


class Seen:
    """What one look at the tree knows of a node; the node itself has to be asked for."""

    def __init__(self, item, trail):
        (_bus, self.path), _application, _parent, _index, _count, _interfaces, self.name, number, _description, states = item
        if number not in ROLES:
            name = Atspi.role_get_name(Atspi.Role(number))
            ROLES[number] = OLDER_NAMES.get(name, name)
        self.role = ROLES[number]
        self.states = states[0] | states[1] << 32
        self.trail = trail  # the place among its siblings of each node from the root to this one, with its path

    def has(self, state):
        return bool(self.states >> int(state) & 1)


class Eye:
    """Looks at all of a program's tree at once: asked node by node, a window takes the better part of a second."""
    bus = None

    def __init__(self, tree):
        self.tree = tree
        if Eye.bus is None:
            session = Gio.bus_get_sync(Gio.BusType.SESSION)
            address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                        Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
            Eye.bus = Gio.DBusConnection.new_for_address_sync(
                address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def ask(self, path, interface, method, arguments=None):
        return Eye.bus.call_sync(self.tree.app.bus_name, path, f"org.a11y.atspi.{interface}", method, arguments, None,
                                 Gio.DBusCallFlags.NONE, -1, None).unpack()[0]

    def look(self):
        """As walk(): what is shown, parents first; None where not all of it can be told at once."""
        try:
            return self.order({item[0][1]: item for item in self.ask("/org/a11y/atspi/cache", "Cache", "GetItems")})
        except GLib.Error:
            return None

    def order(self, items):
        below = {}
        for item in items.values():
            below.setdefault(item[2][1], []).append(item)
        if self.tree.path not in items:
            return None
        found, todo = [], [(items[self.tree.path], ())]
        while todo:
            item, trail = todo.pop()
            path = item[0][1]
            within = sorted(below.get(path, ()), key=lambda child: child[3])
            if (path == self.tree.path or item[4] == UNTOLD
                    or [child[3] for child in within] != list(range(item[4]))):
                # Windows name no parent, what a widget does not present is there, but not counted, and what
                # nobody has asked for yet is not there.
                within = [items.get(child) or self.ask_item(child)
                          for _bus, child in self.ask(path, "Accessible", "GetChildren")]
            found.append(Seen(item, trail))
            todo += reversed([(child, trail + ((index, child[0][1]),)) for index, child in enumerate(within)
                              if child[9][0] >> int(Atspi.StateType.VISIBLE) & 1])
        return found

    def ask_item(self, path):
        """As the cache tells of a node, with a count of children that has to be asked."""
        name = Eye.bus.call_sync(self.tree.app.bus_name, path, "org.freedesktop.DBus.Properties", "Get",
                                 GLib.Variant("(ss)", ("org.a11y.atspi.Accessible", "Name")), None,
                                 Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
        return (("", path), None, None, 0, UNTOLD, None, name, self.ask(path, "Accessible", "GetRole"), "",
                self.ask(path, "Accessible", "GetState"))

    def text(self, seen):
        return self.ask(seen.path, "Text", "GetText", GLib.Variant("(ii)", (0, -1)))

    def nodes(self, wanted):
        """The nodes of what was seen; None where the tree has changed since."""
        known = {(): self.tree}
        for seen in wanted:
            for length in range(1, len(seen.trail) + 1):
                trail = seen.trail[:length]
                if trail not in known:
                    node = known[trail[:-1]].get_child_at_index(trail[-1][0])
                    if node is None or node.path != trail[-1][1]:
                        return None
                    known[trail] = node
        return [known[seen.trail] for seen in wanted]


class Program:
    def __init__(self, command, env=None, stderr=None):
        self.process = subprocess.Popen(command, stderr=stderr,
                                        env={**os.environ, **({"G_DEBUG": FATAL} if FATAL else {}), **(env or {})})
        self.tree = None
        self.pressed = {}  # when each button was, by its name
        try:
            self.tree = wait(self._appeared, f"{command[0]} on the accessibility bus", 60)
            self.eye = Eye(self.tree)
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

    def all(self, role=None, name=None, state=None):
        """What is shown now, without waiting."""
        if (seen := self.eye.look()) is not None:
            nodes = self.eye.nodes([one for one in seen if (role is None or one.role == role)
                                    and matches(name, one.name) and (state is None or one.has(state))])
            if nodes is not None:
                return nodes
        return [node for node in walk(self.tree)
                if (role is None or role_of(node) == role) and matches(name, node.get_name() or "")
                and (state is None or node.get_state_set().contains(state))]

    def words(self):
        """The role and the name of all that is shown now."""
        if (seen := self.eye.look()) is not None:
            return [(one.role, one.name) for one in seen]
        return [(role_of(node), node.get_name() or "") for node in walk(self.tree)]

    def find(self, role=None, name=None, within=None):
        return wait(lambda: next(iter(self.all(role, name)), None), f"{role or 'anything'} “{name}”", within)

    def gone(self, role=None, name=None, within=None):
        wait(lambda: not self.all(role, name), f"the end of {role or 'anything'} “{name}”", within)

    def says(self, wanted, within=None):
        """Waits until some label or text on screen has the words."""
        def look():
            seen = self.eye.look()
            if seen is None:
                return next((node for node in walk(self.tree) if matches(wanted, node.get_name() or "")
                             or node.get_role_name() in ("text", "label") and matches(wanted, text_of(node))), None)
            one = next((one for one in seen if matches(wanted, one.name)
                        or one.role in ("text", "label") and matches(wanted, self.eye.text(one))), None)
            return one and next(iter(self.eye.nodes([one]) or ()), None)
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
