"""What only a person can mend, said in one bar that leads to where it can be mended: each is caused by a fault of the
practice post office."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import offices  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402


class Trouble(offices.Offices):
    def begin(self, *faults, **options):
        self.account(*faults, **options)
        return self.start()

    def test_no_room_for_the_copy_in_sent(self):
        program = self.begin("#1,reply=imap:APPEND:NO [OVERQUOTA] Full")
        program.choose("Folders", re.compile("^Inbox"))
        program.act(self.write("engine"), "composer.send")
        self.holds("grace", "engine")
        self.problem("^A letter is not in “Sent” on the server yet. There is no room left in the mailbox on the server")
        self.assertEqual(self.number("ada", "engine", "Sent"), 0)
        program.click("push button", "Try Again")
        self.holds("ada", "engine", "Sent")
        program.gone("push button", "Try Again")

    def delete_one(self, subject):
        program = self.program
        program.choose("Folders", re.compile("^Inbox"))
        self.receives(subject)
        program.choose("Letters", re.compile(subject))
        program.click("push button", "Delete")

    def test_a_move_that_is_refused(self):
        """It is back, the bar says why and what to do, leads to the exchange, and is gone for good once it is understood."""
        program = self.begin("reply=imap:MOVE:NO [NOPERM] Hands off")
        self.delete_one("Welcome")
        self.problem("^“Welcome.*” was not moved to “Trash” on the server, and is back in “Inbox”. You are not allowed to do "
                     "that in this folder: ask .*; the server said: Hands off.$")
        program.choose("Folders", re.compile("^Inbox"))
        self.receives("Welcome")
        self.assertEqual(self.number("ada", "Welcome"), 1)
        program.click("push button", "See Exchange")
        self.explained("NOPERM")
        # A person who comes back later is told, too.
        program.close()
        program = self.start()
        self.problem("^“Welcome.*” was not moved to “Trash”")
        program.click("push button", "Understood")
        program.gone("push button", "Understood")
        program.close()
        program = self.start()
        program.choose("Folders", re.compile("^Inbox"))
        self.receives("Welcome")
        self.assertFalse(program.all("push button", "Understood"))

    def test_what_goes_on_leads_to_its_exchange(self):
        """By a click on the progress of a line that is slow, and by keyboard."""
        program = self.begin("slow=imap:4000")
        program.choose("Folders", re.compile("^Inbox"))
        bar = drive.wait(lambda: next(iter(program.all("progress bar")), None), "the progress of what goes on")
        self.assertTrue(bar.get_name(), "it says what it is")
        self.point(bar)
        self.sees_chosen("")
        program.key("F12")
        program.gone("list", "Exchanges")
        program.key("ctrl+F12")
        self.sees_chosen("")

    def sees_chosen(self, wanted):
        """An exchange of the panel is selected, and explained."""
        def look():
            rows = drive.children(self.program.find("list", "Exchanges"))
            return next((row for row in rows if row.get_state_set().contains(drive.Atspi.StateType.SELECTED)
                         and re.search(wanted, row.get_name() or "")), None)
        drive.wait(look, f"an exchange with “{wanted}”, selected")
        self.program.find("list", "Parts of the line")

    def test_a_deletion_that_is_refused(self):
        program = self.begin("reply=imap:EXPUNGE:NO [READ-ONLY] Look only")
        self.delete_one("Welcome")
        self.holds("ada", "Welcome", "Trash")
        self.assertEqual(program.all("push button", "Understood"), [])
        program.choose("Folders", re.compile("^Trash"))
        self.receives("Welcome")
        program.choose("Letters", re.compile("Welcome"))
        program.click("push button", "Delete")
        program.find("label", "Delete 1 Letter for Good?")
        program.act(program.all("push button", re.compile("Delete$"))[-2])
        self.problem("was not deleted on the server, and is back in “Trash”. This folder can only be read: .*; the server said: "
                     "Look only.$")
        self.receives("Welcome")

    def test_a_certificate_that_expired(self):
        program = self.begin("certificate-expired")
        self.problem("expired")
        program.find("image", "Needs your attention")
        program.click("push button", "Account Settings")
        program.find("list", re.compile(r"\(IMAP\)"))
        program.find("list item", re.compile("^Trust this authority"))

    def test_a_mailbox_that_another_program_has(self):
        program = self.begin("#1,reply=pop3:PASS:-ERR [IN-USE] Busy", "#1,reply=pop3:AUTH:-ERR [IN-USE] Busy", protocol="pop3")
        self.problem(r"Next try at \d+:\d+:\d+\.$")
        program.click("push button", "Try Again")
        program.gone("push button", "Try Again")
        self.receives("Welcome")

    def test_no_password_anywhere(self):
        self.account()
        os.remove(os.path.join(self.room, "password"))
        program = self.start()
        self.problem("^The password file .* cannot be opened")
        program.click("push button", "Enter the Password")
        drive.wait(lambda: program.all("text", "Password"), "the password's field")


if __name__ == "__main__":
    tap.main()
