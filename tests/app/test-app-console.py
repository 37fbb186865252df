"""The console: what a person types goes to the practice post office, or to a server of their own once they have
said so, and stands among the exchanges; what it would do is said first."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import accounts  # noqa: E402
import windows  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402


class Typing(windows.Windows):
    """The console in words."""
    def says_state(self, wanted):
        return self.program.find("label", re.compile(wanted))

    def type(self, line):
        self.program.fill("text", "Command", line)

    def say(self, line):
        self.type(line)
        self.program.click("push button", "Say")

    def warns(self, wanted):
        """What it would do, before it goes. The line is typed again until it is known."""
        return self.program.find("label", re.compile(wanted))

    def text(self):
        return self.program.find("text", "Text to say")

    def line_has_focus(self):
        """Who said something types on: the keyboard is the line's again."""
        entry = self.program.find("text", "Command")
        drive.wait(lambda: any(node.get_state_set().contains(drive.Atspi.StateType.FOCUSED) for node in drive.walk(entry)),
                   "the focus on the line")

    def brings_back(self, line):
        self.program.key("Up")
        drive.wait(lambda: drive.text_of(self.program.find("text", "Command")) == line, f"the line before, {line}")


class Console(Typing):
    def connect(self, *choices):
        program = self.begin_practice()
        program.click("push button", "Console")
        for name, key in choices:
            self.drop_down(name, key)
        program.click("push button", "Connect")
        self.says_state("signed in|ready")
        return program

    def test_typed_by_hand_with_help(self):
        program = self.connect()
        # What may not be said yet says why, and what may comes first.
        self.type("FETCH 1 FLAGS")
        program.find("label", re.compile("Open a folder first: SELECT or EXAMINE"))
        self.type("sel")
        program.find("list item", "SELECT mailbox")
        self.say("SELECT INBOX")
        self.says_state("folder open · encrypted · INBOX")
        self.sees_exchange("You typed this")
        self.sees_exchange(r"You .*c1 SELECT INBOX")
        # What it would do to letters, from what is known here.
        self.type("UID STORE 12 +FLAGS (\\Deleted)")
        program.find("label", re.compile("for every device; EXPUNGE removes what is marked. It means “Welcome”; a copy is here"))
        self.say("UID FETCH 12 (FLAGS)")
        self.sees_exchange(r"You .*c2 UID FETCH 12 \(FLAGS\)")
        # The history brings it back, without what has a secret in it.
        self.say("NOOP")
        self.sees_exchange(r"You .*c3 NOOP")
        self.line_has_focus()
        self.brings_back("NOOP")
        self.brings_back("UID FETCH 12 (FLAGS)")
        # EXPUNGE names nobody: who is marked is known from what the server said since.
        self.type("EXPUNGE")
        program.find("label", re.compile("As far as is known here, none is marked"))
        self.say("UID STORE 12 +FLAGS (\\Deleted)")
        self.sees_exchange(r"Server .*UID 12 FLAGS \(.*Deleted")
        def warned():
            self.type("")
            self.type("EXPUNGE")
            return program.all("label", re.compile("for good. It means “Welcome”; a copy is here"))
        drive.wait(warned, "which letter goes")
        # What is being typed is still there behind the history; Tab writes a command out, and never an argument.
        self.type("uid f")
        self.line_has_focus()
        program.key("Up")
        drive.wait(lambda: drive.text_of(program.find("text", "Command")) != "uid f", "the line before")
        program.key("Down")
        drive.wait(lambda: drive.text_of(program.find("text", "Command")) == "uid f", "the line that was begun")
        program.key("End", "Tab")
        drive.wait(lambda: drive.text_of(program.find("text", "Command")) == "UID FETCH ", "the command written out")
        self.type("UID FETCH 12 U")
        program.key("End", "Tab")
        self.focused("^Say$")
        self.assertEqual(drive.text_of(program.find("text", "Command")), "UID FETCH 12 U")
        program.key("shift+Tab")
        self.line_has_focus()
        # Escape leads out.
        program.key("Escape")
        self.focused("^Console$")
        program.click("push button", "Hang Up")
        self.says_state("^not connected$")

    def test_a_maildrop_by_hand(self):
        program = self.connect(("Account to type to", "Down"))
        self.says_state("^ada@practice.example · POP3 · signed in · encrypted$")
        self.say("STAT")
        self.sees_exchange(r"Server .*\+OK 12 ")
        self.say("LIST 2")
        self.sees_exchange(r"Server .*\+OK 2 6")
        # One letter's name is enough to know which one goes.
        self.say("UIDL 2")
        self.sees_exchange(r"Server .*\+OK 2 \d+\.2")
        self.say("RETR 2")
        title = self.sees_exchange("^Collected letter 2")
        # Who types keeps nothing.
        self.assertNotIn("here", title)
        self.type("DELE 2")
        self.warns("QUIT removes it from the server, RSET forgets it. It means “Two books are due on Tuesday”")
        self.say("DELE 2")
        self.sees_exchange("Asked to delete letter 2 .*1 leaves at QUIT")
        self.type("QUIT")
        self.warns("^The server now removes 1 letter that was marked: for good.$")
        self.say("QUIT")
        self.sees_exchange("Said goodbye.*1 left the server")
        self.says_state("^the session is over$")

    def test_a_letter_typed_into_a_folder(self):
        program = self.connect()
        self.type("APPEND INBOX {}")
        self.warns("^Puts a letter into the folder, for every device.$")
        program.fill("text", "Text to say", "From: Ada\nSubject: typed by hand\n\n.hidden\nété\n")
        program.click("push button", "Say")
        # The size is in bytes with whole line ends; the letter is a letter, and not a part of the line.
        self.sees_exchange(r"\+1 on the server")
        self.sees_exchange(r"You .*c1 APPEND INBOX \{53\+\} … .*the letter, 53 bytes")
        self.receives("typed by hand")
        # It is gone from where it was typed once the server has it.
        self.type("APPEND INBOX {}")
        self.assertEqual(drive.text_of(self.text()), "")


class OwnConsole(accounts.Accounts, Typing):
    """On an account of one's own: a private Dovecot and Postfix, and a line that can be cut."""
    def begin(self):
        self.cable = accounts.Cable(self.peer.port("imaps"))
        self.addCleanup(self.cable.pull_out)
        self.account_by_terminal(port=self.cable.port)
        program = self.start()
        self.receives("keep me")
        program.window_action("win.protocol")
        program.click("push button", "Console")
        return program

    def answer(self, text):
        """A dialogue's button; each is there twice, side by side, and below each other for narrow windows."""
        wanted = re.compile(f"{text}$")
        drive.wait(lambda: len(self.program.all("push button", wanted)) > 1, f"the answer “{text}”")
        self.program.act(self.program.all("push button", wanted)[-2])

    def offers_own(self):
        """Nothing can be said to it before this."""
        program = self.program
        connect = program.find("push button", "Connect")
        self.assertFalse(connect.get_state_set().contains(drive.Atspi.StateType.SENSITIVE))
        opens = program.find(None, "Console menu")
        program.act(next(node for node in drive.walk(opens) if drive.Atspi.Action.get_n_actions(node)))
        program.click("menu item", "My Own Accounts Too…")
        program.find("label", re.compile("gone for every device"))
        self.answer("Offer Them")
        program.gone("label", "No practice account")
        drive.wait(lambda: connect.get_state_set().contains(drive.Atspi.StateType.SENSITIVE), "somebody to connect to")

    def asks_and(self, answer):
        """Before it goes: what it would do, and where."""
        self.program.find("label", "Say This to Your Own Server?")
        self.program.find("label", re.compile(f"for every device.*{self.address}", re.DOTALL))
        self.answer(answer)

    def everything(self):
        """All words of rows and labels."""
        return "\n".join([*self.exchanges(), *self.look()])

    def test_an_account_of_ones_own(self):
        self.put("keep me")
        program = self.begin()
        self.offers_own()
        # From the greeting, with a password that nobody sees again.
        self.press("check box", "From the greeting")
        program.click("push button", "Connect")
        self.says_state(f"^{self.address} · IMAP · .*encrypted$")
        self.type(f'LOGIN ada "{self.password}"')
        self.assertNotIn(self.password, self.everything())
        program.click("push button", "Say")
        self.says_state("signed in")
        self.filter("LOGIN")
        self.sees_exchange(r"^You .*c1 LOGIN ada .*hidden|^You .*c1 LOGIN")
        self.filter("")
        self.assertNotIn(self.password, self.everything())
        self.say("SELECT INBOX")
        self.says_state("folder open")
        # What goes to a server of one's own is asked about, and nothing is said before the answer.
        self.say("UID STORE 1:* +FLAGS (\\Deleted)")
        self.asks_and("Cancel")
        self.say("NOOP")
        self.sees_exchange(r"You .*c3 NOOP")
        self.assertEqual([row for row in self.exchanges() if "UID STORE" in row], [])
        # The line is cut while a letter is typed: it is still there, and is said over the next one.
        self.type("APPEND INBOX {}")
        program.fill("text", "Text to say", "Subject: kept\n\nWords.\n")
        self.cable.hang_up()
        self.says_state("closed the connection")
        self.assertIn("Subject: kept", drive.text_of(self.text()))
        self.press("check box", "From the greeting")
        program.click("push button", "Connect")
        self.says_state("IMAP · signed in")
        self.say("APPEND INBOX {}")
        self.asks_and("Say")
        self.holds("ada", "INBOX", "Subject: kept")
        # Afterwards the account goes on as if nobody had typed: what came by hand comes here, both are there once.
        program.click("push button", "Hang Up")
        program.window_action("win.refresh")
        self.receives("kept")
        self.assertEqual(self.number("INBOX"), 2)
        self.assertEqual(len(program.rows("Letters")), 2)
        self.assertNotIn(self.password, self.everything())


if __name__ == "__main__":
    tap.main()
