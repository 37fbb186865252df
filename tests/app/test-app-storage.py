#!/usr/bin/env python3
"""Where each letter is: the picture of an account, what would be lost, and the table, from the strip and by keyboard."""
import re

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
        self.program.click("push button", "Here and on the server: show letters")
        name = drive.wait(lambda: next(iter(self.program.rows("Letters and where they are")), None), "a row")
        self.assertRegex(name, "^Welcome, .*This computer: whole. Inbox: whole.")
        self.program.choose("Letters and where they are", re.compile("^Welcome"))
        self.program.says(re.compile("Copy here since .* by UID FETCH"))
        self.program.click("push button", "See Exchange, This computer")
        self.sees_exchange("Fetched “Welcome”")
        self.explained("Give me a copy|UID FETCH")


if __name__ == "__main__":
    tap.main()
