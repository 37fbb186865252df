"""The practice post office behind the counter: both state machines of a session, and switches for what goes wrong."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import offices  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402


class Office(offices.Offices):
    def test_both_machines(self):
        """One's own session stands there with the state of either side, and what can go wrong below."""
        program = self.start()
        program.click("push button", "Try Without an Account")
        self.sees_exchange(r"UID FETCH \d+ \(.*BODY\.PEEK\[\]")
        program.window_action("win.office")
        program.find("label", "At the counters now")
        program.find("label", "IMAP · ada")
        program.find("label", re.compile(r"^You: (authenticated|selected) · Server: (authenticated|selected)$"))
        program.find("list item", "Strangers are to come again")
        self.any_reply_anywhere(program)
        program.act(program.find("frame", "The Practice Post Office"), "window.close")
        program.gone("label", "At the counters now")

    def any_reply_anywhere(self, program):
        """Put together, checked while it is, on until it is switched off, also for a window that opens again."""
        program.fill("text", "Reply code, three digits", "999")
        program.find("label", "A refusal begins with 4 (not now) or 5 (never like this).")
        program.fill("text", "Reply code, three digits", "452")
        program.fill("text", "Text for people", "Closed for cleaning")
        program.find("label", "452 4.3.0 Closed for cleaning")
        program.click("push button", re.compile("Switch On"))
        program.find("label", "RCPT → 452 4.3.0 Closed for cleaning")
        program.act(program.find("frame", "The Practice Post Office"), "window.close")
        program.gone("label", "At the counters now")
        program.window_action("win.office")
        program.click("push button", "Switch off: RCPT → 452 4.3.0 Closed for cleaning")
        program.gone("label", "RCPT → 452 4.3.0 Closed for cleaning")

    def test_put_off_between_the_domains(self):
        """What the hosts say to each other: a report of what the far one could not deliver; with greylisting on, not
        now, and later taken. The post office says what it cost, and no account pays."""
        program = self.begin_practice()
        program.window_action("win.office")
        program.find("list item", re.compile("^Between the servers: Nothing yet"))
        program.act(program.find("frame", "The Practice Post Office"), "window.close")
        self.a_report_comes_back(program)
        program.window_action("win.office")
        program.find("list item", re.compile(r"^Between the servers: [\d.]+ KB both ways · \d+ round trips · .* none of your"))
        program.click("check box", "… between the two domains, too")
        program.act(program.find("frame", "The Practice Post Office"), "window.close")
        program.act(self.write("nanosecond"), "composer.send")
        self.sees_exchange("^The practice post office passes “nanosecond” on · practice.example → mx.b.example")
        refused = self.sees_exchange("^practice.example Naming a recipient: try again later.* practice.example → mx.b.example$")
        # Neither host is the person.
        program.choose("Exchanges", refused)
        self.explained("^practice.example calls mx.b.example here: ")
        self.sees_exchange("^practice.example RCPT TO:<grace@b.example>")
        self.sees_exchange("^mx.b.example 451 4.7.1 Greylisted")
        # Some seconds later the post office tries again, by itself.
        self.sees_exchange("^The practice post office tries again to pass “nanosecond” on")
        taken = self.sees_exchange("^practice.example Handed over “nanosecond”.*mx.b.example has taken it")
        # To the letter's own sending, and back.
        program.choose("Exchanges", taken)
        program.click("push button", "See how this computer handed it over")
        self.sees_exchange("^You (DATA|BDAT)")
        program.click("push button", "The practice post office passes “nanosecond” on")
        self.explained("^practice.example calls mx.b.example here: ")

    def a_report_comes_back(self, program):
        """Taken by the far host, and then not delivered: it calls here, with an empty sender."""
        program.act(self.write("picosecond", to="full@b.example"), "composer.send")
        self.sees_exchange("^practice.example Handed over “picosecond”.*mx.b.example has taken it")
        self.sees_exchange("^The practice post office sends a report back: “Not delivered” · b.example → mx.practice.example")
        program.choose("Exchanges", self.sees_exchange("^b.example Named the sender.* b.example → mx.practice.example$"))
        self.sees_exchange("^b.example MAIL FROM:<>")
        self.explained("^b.example calls mx.practice.example here: ")
        # Read, the report tells the letter what became of it.
        program.choose("Letters", re.compile("Not delivered"))
        self.letter_says("could not be delivered")
        self.the_report_opens(program)
        program.choose("Folders", re.compile("^Sent, .*IMAP"))
        program.choose("Letters", re.compile("picosecond"))
        program.says(re.compile(r"full@b\.example: not delivered \(.*\)\. ."))

    def line_of_the_report(self):
        """The first line with a letter below where the report was fetched."""
        rows = self.exchanges()
        at = next((n for n, row in enumerate(rows) if row.startswith("Fetched “Not delivered”")), len(rows))
        return next((row for row in rows[at:] if re.match(r"Server \* \d+ FETCH .*BODY\[\]", row)), None)

    def the_report_opens(self, program):
        """What it says for programs is shown field by field, a block for each recipient."""
        program.choose("Exchanges", self.sees_exchange("^Fetched “Not delivered”"))
        program.choose("Exchanges", drive.wait(self.line_of_the_report, "the line that carried it"))
        program.act(program.find(None, re.compile("^What it carried: ")))
        program.act(program.find(None, re.compile("^Attachment: message/delivery-status ")))
        program.find(None, re.compile("^Reporting-MTA: dns;"))
        program.find("label", re.compile("^Final-Recipient  rfc822;full@b.example$"))
        program.find("label", re.compile("^Action  failed$"))


if __name__ == "__main__":
    tap.main()
