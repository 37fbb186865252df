"""A link to write to, as a browser hands it over: the program starts with it, and a person finds a letter
filled in, with nothing attached and nothing sent."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402

LINK = ("mailto:grace@b.example?cc=emmy@practice.example&bcc=edsger@b.example&subject=caf%C3%A9%20%26%20cr%C3%A8me"
        "&body=First%20line%0D%0Asecond%20line&attach=/etc/passwd&attachment=file:///etc/passwd")


if not journey.SANITIZED:
    class Mailto(journey.Journey):
        def field(self, name):
            return drive.text_of(self.program.find("text", name))

        def test_a_link_fills_a_letter_in(self):
            self.begin_practice()
            self.program.close()
            program = self.start(LINK)
            program.find(None, "café & crème")
            self.assertEqual(self.field("To"), "grace@b.example")
            # What a stranger chose is never out of sight.
            self.assertEqual(self.field("Cc"), "emmy@practice.example")
            self.assertEqual(self.field("Bcc"), "edsger@b.example")
            self.assertEqual(self.field("Subject"), "café & crème")
            self.letter_says("First line\nsecond line")
            self.assertEqual(program.all("push button", re.compile("passwd")), [])
            # Nobody sent it, and nobody who closes it has written anything.
            program.close()
            self.assertNotIn("café", self.cli("search", "crème"))
            self.assertNotIn("grace@b.example", self.cli("list", "practice-imap", "Sent"))

        def test_without_an_account(self):
            program = self.start(LINK)
            program.says("No Account Can Send Yet")
            program.key("Escape")
            program.gone(None, "No Account Can Send Yet")
            self.assertEqual(program.all("text", "Subject"), [])
            try:
                program.click("push button", "Close")
            except drive.gi.repository.GLib.Error:
                pass  # It may be gone before it has answered.
            self.assertEqual(program.process.wait(drive.WITHIN), 0)


if __name__ == "__main__":
    tap.main()
