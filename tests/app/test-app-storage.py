#!/usr/bin/env python3
"""Where each letter is: the picture of an account, what would be lost, and the table, from the strip and by keyboard."""
import contextlib
import json
import os
import re
import sqlite3
import subprocess

import journey
import drive
import tap


class Storage(journey.Journey):
    def storage(self):
        self.program.window_action("win.storage")
        self.program.find("label", "If this computer died tonight")

    def accounts(self, *protocols, **hosts):
        """Accounts on a practice post office that is somebody's provider; it can have several names."""
        office = subprocess.Popen([journey.CLI, "--data", os.path.join(self.room, "office"), "practice"],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(office.wait)
        self.addCleanup(office.terminate)
        said = json.loads(office.stdout.readline())
        secret = os.path.join(self.room, "password")
        with open(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write("lovelace\n")
        for protocol in protocols:
            self.cli("account", "add", protocol, "--name", protocol, "--email", "ada@practice.example", "--user", "ada",
                     "--server", f"{hosts.get(protocol, 'localhost')}:{said['ports'][protocol + 's']}", "--security", "tls",
                     "--ca-file", said["ca_file"], "--password-file", secret)

    def test_numbers_lead_to_their_letters(self):
        self.begin_practice()
        self.storage()
        self.program.says(re.compile("^No letter would be lost"))
        self.program.says(re.compile(r"^\d+ letters would be lost"))
        self.program.click("push button", "Here and on the server: show letters")
        name = drive.wait(lambda: next(iter(self.program.rows("Letters and where they are")), None), "a row")
        self.assertRegex(name, "^Welcome, .*This computer: whole[.].* Inbox: whole[.]")
        self.program.choose("Letters and where they are", re.compile("^Welcome"))
        self.program.says(re.compile("Copy here since .* by UID FETCH"))
        self.program.click("push button", "See Exchange, This computer")
        self.sees_exchange("Fetched “Welcome”")
        self.explained("Give me a copy|UID FETCH")

    def test_an_envelope_is_shown_before_and_after(self):
        program = self.begin_practice()
        program.window_action("win.compose")
        composer = program.find("filler", "New Letter")
        program.act(composer, "composer.envelope")
        program.says(re.compile("^Nothing was said yet"))
        program.find("list item", re.compile(r"^MAIL FROM:<ada@practice.example> SIZE=\d+ \| From: ada@practice.example"))
        program.key("Escape")
        program.gone("label", re.compile("^Nothing was said yet"))
        # What it asks for on its way stands behind the addresses, each with what it means.
        program.act(composer, "composer.reports")
        for name, text in (("To", "grace@b.example"), ("Subject", "loom"), ("The letter", "Does it weave?")):
            node = next(node for node in drive.walk(composer)
                        if node.get_role_name() == "text" and node.get_name() == name)
            drive.Atspi.EditableText.set_text_contents(node, text)
        program.act(composer, "composer.envelope")
        program.find("list item", re.compile("^RCPT TO:<grace@b.example> NOTIFY=SUCCESS,FAILURE,DELAY"))
        program.find("list item", re.compile("^RCPT … NOTIFY="))
        foreseen = program.find("list item", re.compile(r"^MAIL FROM:.* ENVID=\S+@practice.example \|")).get_name()
        program.key("Escape")
        program.act(composer, "composer.send")
        program.choose("Folders", re.compile("^Sent, .*IMAP"))
        program.choose("Letters", re.compile("loom"))
        self.letter_says("Does it weave")
        opens = program.find(None, "More")
        program.act(next(node for node in drive.walk(opens) if drive.Atspi.Action.get_n_actions(node)))
        program.click("menu item", "Envelope and Letter")
        program.says(re.compile("^The envelope decided where this letter went"))
        program.find("list item", re.compile(r"^RCPT TO:<grace@b.example> .*NOTIFY=.* \| To: grace@b.example.*250 2.1.5"))
        program.find("list item", re.compile(r"^MAIL … SIZE=\d+"))
        # What was foreseen is what was said.
        said = program.find("list item", re.compile("^MAIL FROM:")).get_name()
        self.assertEqual(said.partition(" |")[0], foreseen.partition(" |")[0])

    def test_what_a_deletion_takes_is_said_first(self):
        program = self.begin_practice()
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        program.click("push button", "Delete")
        # One click: it can be taken back, and the toast says where it is.
        program.find("label", "1 letter moved to the Trash, on every device")
        program.choose("Folders", re.compile("^Trash, .*IMAP"))
        program.choose("Letters", re.compile("A proof"))
        program.click("push button", "Delete")
        program.says(re.compile("^1 letter leaves the server, and with it every device.* The copy of 1 letter that POP3 collected stays here"))

    def test_two_accounts_on_one_mailbox_are_noticed_once(self):
        self.accounts("imap", "pop3")
        program = self.start()
        program.says(re.compile("^You read the mailbox of ada@practice.example by POP3 and by IMAP. Letters stay"))
        program.click("push button", "Understood")
        program.gone("push button", "Understood")
        # It is found again where the mail is.
        self.storage()
        program.find("label", "One mailbox, two accounts")
        program.says(re.compile("^You read the mailbox of ada@practice.example by POP3 and by IMAP. Letters stay"))

    def test_one_mailbox_behind_two_names_is_noticed_by_its_letters(self):
        self.accounts("imap", "pop3", pop3="127.0.0.1")
        self.cli("sync", "imap")
        program = self.start()
        # The logins alone say nothing; the letters, once both have them, do.
        program.choose("Folders", re.compile("^Inbox, .*POP3"))
        drive.wait(lambda: len(program.rows("Letters")) > 3, "letters")
        program.choose("Folders", re.compile("^Inbox, .*IMAP"))
        program.says(re.compile("^You read the mailbox of ada@practice.example by POP3 and by IMAP"))

    def test_a_policy_says_what_it_takes_before_it_is_kept(self):
        self.accounts("pop3")
        self.cli("sync", "pop3")
        program = self.start()
        program.choose("Folders", re.compile("^Inbox"))
        drive.wait(lambda: program.rows("Letters"), "letters")
        opens = program.find(None, "Main menu")
        program.act(next(node for node in drive.walk(opens) if drive.Atspi.Action.get_n_actions(node)))
        program.click("menu item", "Accounts")
        program.click("push button", re.compile("^Edit, ada@practice.example, POP3"))
        program.click("push button", "Next")
        box = program.find("combo box", "What to leave on the server")
        program.act(next(node for node in drive.walk(box) if node.get_role_name() == "push button"))
        drive.settled()
        subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
        program.key("Down", "Down", "Down", "Return")
        program.find("label", re.compile("^12 letters .* leave the server at the next visit; their only copies are then here"))
        program.click("push button", "Next")
        program.click("push button", "Check")
        program.find("label", "Everything works")
        program.click("push button", "Save")
        # Nothing is kept before the person agrees.
        program.find("label", "Let 12 Letters Leave the Server?")
        program.key("Escape")
        program.gone("label", "Let 12 Letters Leave the Server?")
        self.assertIn("leave=all", self.policy())
        program.click("push button", "Save")
        program.find("label", "Let 12 Letters Leave the Server?")
        program.act(program.all("push button", re.compile("Let Them Leave$"))[-2])
        program.click("push button", "Done")
        self.assertIn("leave=none", self.policy())

    def test_a_backup_is_made_and_remembered(self):
        program = self.begin_practice()
        self.storage()
        row = program.find("list item", "Backup")
        self.assertRegex(row.get_description() or "Never", "^Never")
        program.click("push button", re.compile("^Export the letters as a backup"))
        program.find("filler", "Export Letters")
        path = os.path.join(self.room, "kept.mbox")
        journey.type_file(program, path.removesuffix(".mbox"))  # its ending stands there already
        program.says(re.compile("^1 letter, as of .*What came later is not in it"))
        with open(path, encoding="utf-8") as file:
            self.assertIn("Subject: Welcome", file.read())

    def policy(self):
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "restante.db"))) as book:
            return "leave=" + book.execute("SELECT leave_policy FROM account").fetchone()[0]


if __name__ == "__main__":
    tap.main()
