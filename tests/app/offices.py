"""Journeys with the practice post office as somebody's real provider: quick to start, and able to go wrong in any way
that is asked of it (practice-fault.h)."""
import imaplib
import json
import os
import re
import ssl
import subprocess

import journey
import drive
import windows

PASSWORDS = {}


class Offices(windows.Windows):
    office = None

    def serve(self, *faults):
        """Says its ports, users and CA file."""
        words = [word for fault in faults for word in ("--fault", fault)]
        self.office = subprocess.Popen([journey.CLI, "--data", os.path.join(self.room, "office"), "practice", *words],
                                       stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.close_office)
        self.said = json.loads(self.office.stdout.readline())
        PASSWORDS.update({user["user"]: user["password"] for user in self.said["users"]})
        return self.said

    def close_office(self):
        if self.office:
            self.office.kill()
            self.office.wait()
            self.office.stdout.close()
            self.office = None

    def account(self, *faults, name="ada", protocol="imap", **ports):
        """An account that is there already when the program starts."""
        said = self.said if self.office else self.serve(*faults)
        ports = {**said["ports"], **ports}
        secret = os.path.join(self.room, "password")
        with open(os.open(secret, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(PASSWORDS[name])
        self.cli("account", "add", protocol, "--name", name, "--email", f"{name}@practice.example", "--user", name,
                 "--server", f"localhost:{ports[protocol + 's']}", "--security", "tls",
                 "--smtp", f"localhost:{ports['submissions']}", "--smtp-security", "tls", "--smtp-user", name,
                 "--ca-file", said["ca_file"], "--password-file", secret, "--no-check")

    def mailbox(self, name):
        trusting = ssl.create_default_context(cafile=self.said["ca_file"])
        box = imaplib.IMAP4_SSL("localhost", self.said["ports"]["imaps"], ssl_context=trusting)
        box.login(name, PASSWORDS[name])
        return box

    def number(self, name, subject, folder="INBOX"):
        """How many letters of that subject somebody has."""
        with self.mailbox(name) as box:
            box.select(folder, readonly=True)
            return len(box.search(None, "SUBJECT", f'"{subject}"')[1][0].split())

    def holds(self, name, subject, folder="INBOX"):
        return drive.wait(lambda: self.number(name, subject, folder), f"“{subject}” in {folder} of {name}")

    # The window

    def write(self, subject, to="grace@b.example", text="Words."):
        """A letter that is ready to be sent; its window."""
        program = self.program
        program.window_action("win.compose")
        window = program.find("filler", "New Letter")
        for field, value in (("To", to), ("Subject", subject)):
            drive.Atspi.EditableText.set_text_contents(self.inside(window, "text", field), value)
        drive.Atspi.EditableText.set_text_contents(self.inside(window, "text", "The letter"), text)
        return window

    @staticmethod
    def inside(window, role, name):
        return drive.wait(lambda: next((node for node in drive.walk(window) if drive.role_of(node) == role
                                        and drive.matches(name, node.get_name() or "")), None), f"{role} “{name}”")

    def outbox(self):
        """What the terminal program says of it."""
        return [json.loads(line) for line in self.cli("outbox", "ada", "--json").splitlines()]

    def outbox_says(self, wanted):
        self.program.choose("Folders", re.compile("^Outbox"))
        return self.program.find("label", re.compile(wanted))

    def opens_outbox(self):
        """By the bar that says that something is there; it shows another list of it each time."""
        self.program.click("push button", "Open the Outbox")
        drive.wait(lambda: any((row.get_name() or "").startswith("Outbox") and
                               row.get_state_set().contains(drive.Atspi.StateType.SELECTED)
                               for row in drive.children(self.program.find("list", "Folders"))), "the outbox")

    def quit(self):
        """As the last window's close button does; returns how the program ended."""
        self.program.act(self.program.find("frame"), "window.close")
        return self.program.process.wait(journey.WITHIN)
