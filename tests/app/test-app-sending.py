"""Letters on their way out, as those who send them see it: taken back, sent later, refused, and of unknown fate; and
what happens to one when the window is closed at once."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import accounts  # noqa: E402
import offices  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402

UNDO = re.compile("^Undo")  # a toast's button says it twice


class Sending(offices.Offices):
    def begin(self, *faults, **options):
        self.account(*faults, **options)
        program = self.start()
        program.find("push button", "Write a letter")
        program.choose("Folders", re.compile("^Inbox"))
        return program

    def send(self, *words, **more):
        self.program.act(self.write(*words, **more), "composer.send")

    def test_a_letter_is_taken_back(self):
        program = self.begin()
        self.send("engine", text="The cards are cut.")
        program.find("label", re.compile(r"^Sending in [1-5] seconds?$"))
        program.click("push button", UNDO)
        # It is written on, and sent after all.
        window = program.find("filler", "engine")
        self.letter_says("The cards are cut")
        self.assertEqual([row["state"] for row in self.outbox()], ["draft"])
        self.assertEqual(self.number("grace", "engine"), 0)
        drive.Atspi.EditableText.set_text_contents(self.inside(window, "text", "Subject"), "engines")
        program.act(window, "composer.send")
        self.holds("grace", "engines")
        self.assertEqual(self.number("grace", "engine"), 1)
        # What has gone is no longer said to be about to go.
        program.gone("label", re.compile("^Sending in"))

    def test_a_letter_goes_when_it_is_told_to(self):
        program = self.begin()
        window = self.write("engine")
        program.act(window, "composer.send-at")
        # By keyboard: another day in the calendar, another hour.
        program.find("label", re.compile(r"^To be sent: .* \d+ .*, 8:00$"))
        self.set_value("Hour", 9)
        self.set_value("Minute", 5)
        program.find("label", re.compile(r"^To be sent: .* \d+ .*, 9:05$"))
        self.next_day()
        program.click("push button", "Send Later")
        program.gone("filler", "engine")
        program.choose("Folders", re.compile("^Outbox"))
        program.find("label", re.compile(r"^To be sent: [A-Z][a-z]+day \d+ .*, 9:05$"))
        # It does not leave when the program ends, and is there when it is back.
        self.assertEqual(self.quit(), 0)
        self.assertEqual([row["state"] for row in self.outbox()], ["queued"])
        self.assertEqual(self.number("grace", "engine"), 0)
        program = self.start()
        program.choose("Folders", re.compile("^Outbox"))
        program.click("push button", "Change Time…: engine")
        self.set_value("Hour", 23)
        self.set_value("Minute", 0)
        program.click("push button", "Send Later")
        program.find("label", re.compile(r"^To be sent: .*, 23:00$"))
        program.click("push button", "Send Now: engine")
        self.holds("grace", "engine")
        drive.wait(lambda: self.outbox() == [], "an empty outbox")

    def test_a_time_that_is_over_is_not_taken(self):
        program = self.begin()
        program.act(self.write("engine"), "composer.send-at")
        send = program.find("push button", "Send Later")
        self.next_day(back=2)
        program.find("label", "That time is over. Choose one that is to come.")
        self.assertFalse(send.get_state_set().contains(drive.Atspi.StateType.SENSITIVE))
        program.key("Escape")
        program.gone("push button", "Send Later")
        self.assertEqual(self.number("grace", "engine"), 0)

    def set_value(self, name, value):
        drive.Atspi.Value.set_current_value(self.program.find("spin button", name), value)

    def next_day(self, back=0):
        """In the calendar, by keyboard."""
        dialog = self.program.find("dialog", "Send Later")
        day = self.inside(dialog, "push button", re.compile(r"\d{4}$"))
        before = day.get_name()
        self.program.act(day)
        self.program.find("label", "15")
        drive.settled()
        self.program.key(*(["Left"] * back or ["Right"]), "Return")
        drive.wait(lambda: not self.program.all("push button", before), "another day")

    def test_the_window_closes_while_a_letter_can_be_taken_back(self):
        self.begin()
        self.send("engine")
        self.program.find("push button", UNDO)
        self.assertEqual(self.quit(), 0)
        # It was handed over before the program ended; the post office takes its time with it.
        self.assertEqual(self.outbox(), [])
        self.holds("grace", "engine")

    def test_the_window_closes_and_nobody_answers(self):
        shown = self.notifications()
        said = self.serve()
        cable = accounts.Cable(said["ports"]["submissions"])
        self.addCleanup(cable.pull_out)
        self.begin(submissions=cable.port)
        cable.pull_out()
        self.send("engine")
        self.program.find("push button", UNDO)
        self.assertEqual(self.quit(), 0)
        self.assertEqual(shown(), ["1 letter has not been sent yet", "engine\nIt waits in the outbox. Open Restante to "
                                   "send it, and to see why."])
        self.assertEqual([(row["state"], row["attempts"]) for row in self.outbox()], [("queued", 0)])
        # The next time it goes by itself, which is said.
        cable.put_back()
        self.start().find("label", "1 letter from last time is being sent now")
        self.holds("grace", "engine")

    def test_some_do_not_get_it(self):
        program = self.begin()
        self.send("engine", to="grace@b.example, nobody@b.example")
        self.outbox_says("^Sent to grace@b.example, but not to all:$")
        program.find("label", re.compile(r"^nobody@b.example: .*\(550 5.1.1\)$"))
        self.assertEqual(self.number("grace", "engine"), 1)
        # The bar says so wherever the person is, and leads here; those who have it do not get it again.
        program.choose("Folders", re.compile("^Inbox"))
        self.opens_outbox()
        program.click("push button", "Edit: engine")
        window = program.find("filler", "engine")
        self.assertEqual(drive.text_of(self.inside(window, "text", "To")), "nobody@b.example")
        drive.Atspi.EditableText.set_text_contents(self.inside(window, "text", "To"), "edsger@b.example")
        program.act(window, "composer.send")
        self.holds("edsger", "engine")
        self.assertEqual(self.number("grace", "engine"), 1)
        program.gone("push button", "Open the Outbox")

    def test_one_of_two_waits(self):
        """The letter waits for who is to come again, and says why and until when; taken back, or sent in the end, it is for
        that one alone."""
        program = self.begin("#1,reply=smtp:RCPT:452 4.2.2 The box is full", "#2,reply=smtp:RCPT:550 5.1.1 Nobody here")
        self.send("engine", to="grace@b.example, edsger@b.example")
        self.problem("^“engine” has not gone to all its recipients yet, and is tried again for the others\\.$")
        self.opens_outbox()
        program.find("label", re.compile(r"^Next try at \d+:\d+: The server asks to try again later with some of the "
                                         r"recipients \(452 4\.2\.2\)$"))
        program.find("label", "Sent already to edsger@b.example")
        program.find("label", re.compile(r"^grace@b\.example: The mailbox is full\..* \(452 4\.2\.2\)$"))
        # What is refused then is refused of that one.
        program.click("push button", "Send Now: engine")
        program.find("label", re.compile(r"^grace@b\.example: .* \(550 5\.1\.1\)$"))
        program.find("label", "Sent already to edsger@b.example")
        program.click("push button", "Edit: engine")
        window = program.find("filler", "engine")
        self.assertEqual(drive.text_of(self.inside(window, "text", "To")), "grace@b.example")
        program.act(window, "composer.send")
        self.holds("grace", "engine")
        drive.wait(lambda: self.outbox() == [], "an empty outbox")
        program.gone("push button", "Open the Outbox")
        self.assertEqual([self.number(name, "engine") for name in ("grace", "edsger")], [1, 1])

    def test_the_counter_closes_in_between(self):
        """421 behind a refusal: who was refused is told, the others wait; taken back it is for all of them, and each has it
        once."""
        program = self.begin("#1,reply=smtp:RCPT:550 5.1.1 Nobody here", "1x,reply=smtp:RCPT:421 4.3.2 Closed for now",
                             "#2,reply=smtp:RCPT:451 4.7.1 Later")
        self.send("engine", to="grace@b.example, edsger@b.example, ada@practice.example")
        self.problem("^“engine” could not be sent yet, and is tried again\\.$")
        program.window_action("win.protocol")
        program.choose("Exchanges", self.sees_exchange("^Naming a recipient: refused"))
        self.sees_exchange("^Server 550 5.1.1 Nobody here")
        program.choose("Exchanges", self.sees_exchange("^Naming a recipient: try again later"))
        self.sees_exchange("^Server 421 4.3.2 Closed for now")
        self.opens_outbox()
        program.find("label", re.compile(r"^Next try at \d+:\d+: The server asks to try again later \(421 4\.3\.2\)$"))
        program.find("label", re.compile(r"^grace@b\.example: .* \(550 5\.1\.1\)$"))
        program.click("push button", "Send Now: engine")
        program.find("label", re.compile(r"^Sent already to grace@b\.example, ada@practice\.example$"))
        program.click("push button", "Take Back: engine")
        program.find("label", "Draft")
        program.find("label", re.compile(r"^Sent already to grace@b\.example, ada@practice\.example$"))
        program.click("push button", "Edit: engine")
        window = program.find("filler", "engine")
        self.assertEqual(drive.text_of(self.inside(window, "text", "To")), "edsger@b.example")
        program.act(window, "composer.send")
        self.holds("edsger", "engine")
        drive.wait(lambda: self.outbox() == [], "an empty outbox")
        self.assertEqual([self.number(name, "engine") for name in ("grace", "edsger")], [1, 1])

    def test_a_letter_of_unknown_fate(self):
        program = self.begin("#1,lose=smtp:.", "#1,lose=smtp:BDAT")
        self.send("engine")
        program.find("label", re.compile("engine.*may have been sent|may have been sent"))
        program.find("push button", "Open the Outbox")
        self.assertEqual(self.quit(), 0)
        # It is still said at the next start, and the person decides.
        program = self.start()
        self.opens_outbox()
        program.find("label", re.compile("^May have been sent: The line was cut"))
        self.assertEqual(self.number("grace", "engine"), 1)
        program.click("push button", "Send Once More: engine")
        program.gone("push button", "Open the Outbox")
        drive.wait(lambda: self.number("grace", "engine") == 2, "the second one")

    def test_what_became_of_a_letter(self):
        program = self.begin()
        program.act(window := self.write("engine", to="grace@b.example, moved@b.example, slow@b.example"),
                    "composer.reports")
        program.act(window, "composer.send")
        program.gone("filler", "engine")
        program.choose("Folders", re.compile("^Sent"))
        program.choose("Letters", re.compile("engine"))
        for wanted in (r"^grace@b\.example: delivered \(", r"moved@b\.example: not delivered \(.*\)\. .+",
                       r"slow@b\.example: delayed \("):
            program.says(re.compile(wanted, re.MULTILINE), 2 * journey.WITHIN)

    def test_a_draft_of_another_program_is_gone_on_with(self):
        self.serve()
        letter = ("From: Ada <ada@practice.example>\r\nTo: grace@b.example\r\nSubject: loom\r\n"
                  "Message-ID: <loom@phone.example>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nFrom the phone.\r\n")
        with self.mailbox("ada") as box:
            box.append("Drafts", r"(\Draft \Seen)", None, letter.encode())
        program = self.begin()
        program.choose("Folders", re.compile("^Drafts"))
        program.choose("Letters", re.compile("loom"))
        self.letter_says("From the phone")
        row = program.choose("Letters", re.compile("loom"))
        drive.settled()
        self.point(row)
        program.key("Return")
        window = program.find("filler", "loom")
        drive.Atspi.EditableText.set_text_contents(self.inside(window, "text", "The letter"), "From the desk.")
        program.act(window, "composer.send")
        self.holds("grace", "loom")
        drive.wait(lambda: self.number("ada", "loom", "Drafts") == 0, "the end of the draft")

    def notifications(self):
        """A desktop that shows them; gives what the first of them said."""
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "notifications.py")
        desktop = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
        self.addCleanup(desktop.stdout.close)
        self.addCleanup(desktop.wait)
        self.addCleanup(desktop.kill)
        self.assertEqual(desktop.stdout.readline(), "ready\n")
        return lambda: json.loads(desktop.stdout.readline())


if __name__ == "__main__":
    tap.main()
