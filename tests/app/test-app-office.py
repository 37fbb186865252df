"""The practice post office behind the counter: both state machines of a session, and switches for what goes wrong."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import tap  # noqa: E402


class Office(journey.Journey):
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
        program.act(program.find("frame", "The Practice Post Office"), "window.close")
        program.gone("label", "At the counters now")


if __name__ == "__main__":
    tap.main()
