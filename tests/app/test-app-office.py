"""The practice post office behind the counter: both state machines of a session, and switches for what goes wrong."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402


class Office(journey.Journey):
    def test_both_machines_and_a_stranger(self):
        """One's own session stands there with the state of either side; a letter that is put off says why, and goes out again."""
        program = self.start()
        program.click("push button", "Try Without an Account")
        self.sees_exchange(r"UID FETCH \d+ \(.*BODY\.PEEK\[\]")
        program.window_action("win.office")
        program.find("label", "At the counters now")
        program.find("label", "IMAP · ada")
        program.find("label", re.compile(r"^You: (authenticated|selected) · Server: (authenticated|selected)$"))
        switch = drive.wait(lambda: next((node for node in program.all(None, "Strangers are to come again")
                                          if drive.Atspi.Action.get_n_actions(node)), None), "the switch")
        program.act(switch)
        program.act(program.find("frame", "The Practice Post Office"), "window.close")
        program.gone("label", "At the counters now")
        program.window_action("win.compose")
        window = program.find("filler", "New letter")
        for field, value in (("To", "emmy@practice.example"), ("Subject", "engine"), ("The letter", "Words.")):
            drive.Atspi.EditableText.set_text_contents(
                drive.wait(lambda: next((node for node in drive.walk(window) if drive.role_of(node) == "text"
                                         and node.get_name() == field), None), field), value)
        program.act(window, "composer.send")
        self.filter("RCPT")
        self.sees_exchange(r"451")


if __name__ == "__main__":
    tap.main()
