"""The practice account from the first click on: what a student with five minutes does and sees, in the real
program, through the accessibility tree. Under sanitizers the first journey is the only one."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402


class First(journey.Journey):
    def test_the_first_letter_is_held_asked_about_and_shown(self):
        program = self.start()
        program.click("push button", "Try Without an Account")
        program.find("label", "Will the server still have it?")
        self.assertTrue(any(re.search("Poste restante, Welcome, .*, unread", row) for row in program.rows("Letters")))
        held = self.sees_exchange(r"UID FETCH \d+ \(.*BODY\.PEEK\[\]")
        self.assertIn("You", held)
        self.explained("^Give me a copy; keep yours")
        self.strip_says("Copies here 0, headers")
        before = re.search(r"Server (\d+)", self.strip()).group(1)
        program.click("push button", "Yes, it keeps it")
        self.letter_says("welcome to the practice post office")
        program.says(re.compile(f"the server still has {before}, and 1 copy is here"))
        self.strip_says(f"Server {before} .*Copies here 1, headers")
        drive.wait(lambda: any(re.search("Welcome, .*, read", row) for row in program.rows("Letters")), "Welcome read")


if not journey.SANITIZED:
    class Practice(journey.Journey):
        def test_an_answer_with_an_attachment_is_answered(self):
            program = self.begin_practice()
            path = os.path.join(self.room, "plan.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write("a plan\n" * 100)
            program.choose("Letters", re.compile("lunch"))
            self.letter_says("in town on Friday")
            program.click("push button", "Reply")
            composer = program.find("filler", "Re: lunch?")
            self.assertIn("Grace Hopper <grace@b.example>", drive.text_of(program.find("text", "To")))
            program.act(composer, "composer.attach")
            program.find("filler", "Attach Files")
            journey.type_file(program, path)
            program.find("push button", "Remove “plan.txt”")
            program.act(composer, "composer.send")
            program.gone("filler", "Re: lunch?")
            self.filter("MAIL FROM")
            self.sees_exchange(r"MAIL FROM:<ada@practice\.example>|MAIL FROM")
            program.choose("Exchanges", re.compile("MAIL|sender|envelope", re.I))
            self.filter("RCPT")
            self.sees_exchange("grace@b.example|RCPT")
            self.filter("DATA")
            self.sees_exchange("DATA")
            self.filter("")
            program.find("list item", re.compile("Grace Hopper, Re: lunch.*unread"), 40)

        def test_deleting_tells_the_protocols_apart(self):
            program = self.begin_practice()
            server = int(re.search(r"Server (\d+)", self.strip()).group(1))
            program.choose("Letters", re.compile("winter timetable"))
            program.click("push button", "Delete")
            # IMAP: it moves to the Trash, on the server too: as many as before.
            program.says("1 letter deleted")
            self.sees_exchange("MOVE|Moved|Trash")
            self.strip_says(f"Server {server} .*Waiting 0")
            program.choose("Folders", re.compile("Inbox, practice-pop3"))
            self.strip_says(r"POP3 .*Server \d+ .*Here \d+")
            count = int(re.search(r"Server (\d+)", self.strip()).group(1))
            here = int(re.search(r"Here (\d+)", self.strip()).group(1))
            self.filter("RETR")
            self.sees_exchange("RETR")
            self.filter("UIDL")
            self.sees_exchange("UIDL|which letters are waiting")
            self.filter("")
            program.choose("Letters", re.compile("A moth"))
            self.letter_says("moth|relay|log")


if __name__ == "__main__":
    tap.main()
