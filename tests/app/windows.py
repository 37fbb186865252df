"""The wizard's pages and the window in words, for journeys of accounts."""
import re
import subprocess
import time

import journey
import drive  # before GLib: it takes G_DEBUG away from this process

from gi.repository import GLib


class Windows(journey.Journey):
    # The wizard

    def field(self, group, name, text):
        """One of the fields of the server page; receiving and sending have the same ones."""
        form = self.program.find("list", re.compile(group))
        node = drive.wait(lambda: next((node for node in drive.walk(form)
                                        if node.get_role_name() == "text" and node.get_name() == name), None), name)
        drive.Atspi.EditableText.set_text_contents(node, text)

    def choose_file(self, row, title, path):
        """In one of the rows of the server page that name a file."""
        self.program.click("push button", re.compile(f"^Choose… {row}"))
        self.program.find("filler", title)
        journey.type_file(self.program, path)

    def step(self, title):
        """What the check says about one of its steps, or None while it says nothing."""
        row = next(iter(self.program.all("list item", title)), None)
        return row and row.get_description()

    def step_says(self, title, wanted):
        pattern = re.compile(wanted)
        return drive.wait(lambda: pattern.search(self.step(title) or ""), f"“{wanted}” at the step “{title}”")

    # The keyboard

    def focused(self, wanted):
        """Waits until the focus is where that is; what is said of it."""
        def look():
            return next((node for node in self.program.all()
                         if node.get_state_set().contains(drive.Atspi.StateType.FOCUSED)
                         and re.search(wanted, node.get_name() or "")), None)
        try:
            return drive.wait(look, f"the focus on “{wanted}”")
        except drive.NotThere as error:
            there = [f"{node.get_role_name()} “{node.get_name()}”" for node in self.program.all()
                     if node.get_state_set().contains(drive.Atspi.StateType.FOCUSED)]
            raise drive.NotThere(f"{error}; it is on {', '.join(there) or 'nothing'}") from None

    def walk(self, wanted, key="Tab", most=40):
        """Along the stops of the keyboard to that one."""
        states = drive.Atspi.StateType
        stop = drive.wait(lambda: next((node for node in self.program.all(None, re.compile(wanted))
                                        if node.get_state_set().contains(states.FOCUSABLE)), None), wanted)
        for _ in range(most):
            self.program.key(key)
            until = time.monotonic() + 0.15
            while time.monotonic() < until:
                if stop.get_state_set().contains(states.FOCUSED):
                    return stop
        raise drive.NotThere(f"{most} × {key} do not lead to “{wanted}”")

    # The window

    def receives(self, subject, within=None):
        """Asks the server and waits for the letter in the list."""
        return drive.wait(lambda: next((row for row in self.program.rows("Letters") if subject in row), None),
                          f"“{subject}” in the list", within)

    def problem(self, wanted):
        """Waits for words in the bar that tells of trouble."""
        # The account may have to connect first.
        return self.program.find("label", re.compile(wanted), 2 * journey.WITHIN)

    @staticmethod
    def focus(node):
        drive.settled()
        try:
            drive.Atspi.Component.grab_focus(node)
        except GLib.Error:
            pass  # GTK 4.8 takes the focus there and answers that it did not.
        # Keys go to the window that the pointer is in: nobody manages windows here.
        subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)

    @staticmethod
    def point(node):
        """With the pointer, in the middle of something of the window that lies at the screen's corner."""
        drive.settled()
        area = drive.Atspi.Component.get_extents(node, drive.Atspi.CoordType.WINDOW)
        subprocess.run(["xdotool", "mousemove", str(area.x + area.width // 2), str(area.y + area.height // 2), "click", "1"],
                       check=True)

    def press(self, role, name, *keys):
        """By keyboard, for what the accessibility tree cannot press: radio buttons and what drops down."""
        self.focus(self.program.find(role, name))
        self.program.key(*(keys or ("space",)))

    def drop_down(self, name, *keys):
        """Opens what drops down, and chooses in it."""
        box = self.program.find("combo box", name)
        self.program.act(next(node for node in drive.walk(box) if node.get_role_name() == "push button"))
        drive.settled()
        subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
        self.program.key(*keys, "Return")

    def menu(self, name):
        opens = self.program.find(None, "Main menu")
        self.program.act(next(node for node in drive.walk(opens) if drive.Atspi.Action.get_n_actions(node)))
        self.program.click("menu item", name)
