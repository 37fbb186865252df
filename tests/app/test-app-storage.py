#!/usr/bin/env python3
"""Where each letter is: the picture of an account, what would be lost, and the table, from the strip and by keyboard."""
import json
import os
import re
import subprocess

import journey
import drive
import tap


class Storage(journey.Journey):
    def storage(self):
        self.program.window_action("win.storage")
        self.program.find("label", "If this computer died tonight")

    def test_numbers_lead_to_their_letters(self):
        self.begin_practice()
        self.storage()
        self.program.says(re.compile("^No letter would be lost"))
        self.program.says(re.compile(r"^\d+ letters would be lost"))
        self.program.click("push button", re.compile("^Here and on the server: show letters"))
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
        composer = program.find("filler", "New letter")
        program.act(composer, "composer.envelope")
        program.says(re.compile("^Nothing was said yet"))
        program.find("list item", re.compile("^MAIL FROM:<ada@practice.example> | From: ada@practice.example"))

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
        program.says(re.compile("^1 letter leaves the server, and with it every device .* No copy remains"))


    def test_two_accounts_on_one_mailbox_are_noticed_once(self):
        office = subprocess.Popen([journey.CLI, "--data", os.path.join(self.room, "office"), "practice"],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(office.wait)
        self.addCleanup(office.terminate)
        said = json.loads(office.stdout.readline())
        secret = os.path.join(self.room, "password")
        with open(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write("lovelace\n")
        for protocol in ("imap", "pop3"):
            self.cli("account", "add", protocol, "--name", protocol, "--email", "ada@practice.example", "--user", "ada",
                     "--server", f"localhost:{said['ports'][protocol + 's']}", "--security", "tls",
                     "--ca-file", said["ca_file"], "--password-file", secret)
        program = self.start()
        program.says(re.compile("^You read the mailbox of ada@practice.example by POP3 and by IMAP. Letters stay"))
        program.click("push button", "Understood")
        program.gone("push button", "Understood")
        # It is found again where the mail is.
        self.storage()
        program.find("label", "One mailbox, two accounts")
        program.says(re.compile("^You read the mailbox of ada@practice.example by POP3 and by IMAP. Letters stay"))


if __name__ == "__main__":
    tap.main()
