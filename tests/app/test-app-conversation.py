"""“Conversation”: the letters that belong together with one, and what the server counts to them."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import offices  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402

BY_SUBJECT = b"From: Hedy <hedy@b.example>\r\nSubject: Re: [ferry] winter timetable\r\nMessage-ID: <alone@b.example>\r\n\r\nMe too.\r\n"


class Conversation(offices.Offices):
    def begin(self, *faults, protocol="imap"):
        self.serve(*faults)
        with self.mailbox("ada") as box:
            self.assertEqual(box.append("INBOX", None, None, BY_SUBJECT)[0], "OK")
        self.account(protocol=protocol)
        program = self.start()
        program.choose("Folders", re.compile("^Inbox"))
        program.choose("Letters", re.compile("^Claude Chappe, Re: .ferry. winter"))
        self.letter_says("So it is in the harbour office too")
        program.key("ctrl+t")
        program.find("dialog", "Conversation")
        return program

    def listed(self, name="Conversation"):
        return drive.wait(lambda: [row for row in self.program.rows(name) if row], f"letters in “{name}”")

    def test_what_belongs_together_and_what_the_server_adds(self):
        program = self.begin()
        program.find("label", "The server counts these to it")
        # Oldest first; the letter it was opened from says so.
        self.assertEqual([re.match(r"[^,]*", row)[0] for row in self.listed()], ["Radia Perlman", "Hedy Lamarr", "Claude Chappe"])
        self.assertTrue(self.listed()[2].endswith("Inbox · this letter"))
        self.assertEqual([re.match(r"[^,]*", row)[0] for row in self.listed("The server counts these to it")], ["Hedy"])
        program.find("label", "4 letters")
        program.says(re.compile("the server goes by their subject"))
        # From the list to the letter, by the keyboard, which begins there.
        self.focused("^Radia Perlman, .ferry. winter timetable, Inbox")
        program.key("Return")
        self.letter_says("Does anybody have the new timetable")
        program.gone("dialog", "Conversation")
        # What was asked stands in the panel, with its reason.
        program.window_action("win.protocol")
        self.filter("THREAD")
        self.sees_exchange("^You asked for the conversation of “Re: .ferry. winter timetable”")
        self.sees_exchange("^Grouped conversations")

    def test_a_server_that_refuses(self):
        program = self.begin("reply=imap:THREAD:NO [CANNOT] Not today")
        program.says(re.compile("does not group these letters into conversations"))
        self.assertEqual(len(self.listed()), 3)
        program.key("Escape")
        program.gone("dialog", "Conversation")

    def test_pop3_knows_none(self):
        program = self.begin(protocol="pop3")
        program.says(re.compile("^POP3 knows no conversations"))
        self.assertEqual(len(self.listed()), 3)


if __name__ == "__main__":
    tap.main()
