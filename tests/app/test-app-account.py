"""Real accounts, as their owners meet them: set up in the wizard against a private Dovecot and Postfix, used, and
seen on the server by another program. Then what goes wrong, and the way out of it."""
import contextlib
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import accounts  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402

STEPS = ("Name of the server", "Connection", "Encryption", "Certificate", "Signing in", "Mailbox",
         "Sending: connection", "Sending: encryption", "Sending: signing in")


class Journeys(accounts.Accounts):
    def test_imap_from_the_wizard_to_an_answer(self):
        self.put("tea", "At five, in the garden?")
        self.put("proof", "It is on the back of this letter.")
        program = self.begin_wizard()
        program.find("dialog", "Add My Account")
        program.find("image", re.compile("^The letter is on the server"))
        program.click("push button", "Next")
        self.fill_servers()
        self.trust()
        program.click("push button", "Check")
        # The check stays to be looked at, each step with what was said for it.
        program.find("label", "Everything works")
        for title in STEPS:
            self.assertRegex(self.step(title), "^Passed: .*s$")
        self.assertRegex(self.step("Mailbox"), "2 messages")
        program.click("push button", "See Exchange, Signing in")
        program.find("list item", re.compile("^Signed in "))
        program.find("list item", re.compile("^You a1 AUTHENTICATE SCRAM-SHA-256 ••"))
        self.assertFalse(any(self.password in drive.text_of(node) for node in program.all("label")))
        program.act(next(node for node in drive.walk(program.find(None, "What was said"))
                         if node.get_name() == "Close" and node.get_role_name() == "push button"))
        program.click("push button", "Add Account")
        program.click("push button", "Done")
        # Mail is there, is read, starred and moved, and the move is taken back: the server follows.
        self.receives("proof")
        program.choose("Letters", re.compile("tea"))
        self.letter_says("in the garden")
        self.holds("ada", "INBOX", "in the garden", "SEEN")
        program.click("push button", "Star")
        self.holds("ada", "INBOX", "in the garden", "FLAGGED")
        program.click("push button", "Archive")
        self.holds("ada", "Archive", "in the garden")
        program.window_action("win.undo")
        self.holds("ada", "INBOX", "in the garden")
        # The answer goes through Postfix, and is in Sent.
        program.choose("Letters", re.compile("tea"))
        self.letter_says("in the garden")
        program.click("push button", "Reply")
        composer = program.find("filler", "Re: tea")
        field = [node for node in program.all("text", "The letter") if "wrote" in drive.text_of(node)]
        drive.Atspi.EditableText.set_text_contents(field[-1], "I shall bring the cups.")
        program.act(composer, "composer.send")
        program.gone("filler", "Re: tea")
        self.holds("grace", "INBOX", "bring the cups")
        self.holds("ada", "Sent", "bring the cups")

    def test_pop3_with_its_policy(self):
        self.put("one", "The first.")
        # The computer knows the authority: nobody has to be asked for a file.
        program = self.begin_wizard(SSL_CERT_FILE=self.peer["ca"])
        self.press("check box", "On this computer (POP3)")
        # Nothing is removed by default; whoever wants it removed is told what that means.
        program.find("label", re.compile("^Nothing is removed from the server"))
        self.drop_down("What to leave on the server", "Down", "Down", "Down")
        program.find("label", re.compile("^Only copy: here"))
        self.drop_down("What to leave on the server", "Up", "Up", "Up")
        program.find("label", re.compile("^Nothing is removed from the server"))
        program.click("push button", "Next")
        self.fill_servers("POP3")
        program.click("push button", "Check")
        program.find("label", "Everything works")
        program.click("push button", "Add Account")
        program.find("label", re.compile("^On this computer. The server keeps its own copy"))
        program.click("push button", "Done")
        self.receives("one")
        program.choose("Letters", re.compile("one"))
        self.letter_says("The first")
        program.window_action("win.protocol")
        self.strip_says(r"POP3 Server 1 .*Here 1 .*Only copy here 0")
        self.assertEqual(self.number("INBOX"), 1)

    def test_what_goes_wrong_is_mended_in_turn(self):
        """Nobody listens, then a certificate of nobody known, then a wrong password: each is told apart, with what to do,
        and leads to where it is mended."""
        program = self.begin_wizard(password="difference engine")
        program.click("push button", "Next")
        self.fill_servers(port=9)
        program.click("push button", "Check")
        self.step_says("Connection", "^Failed: Nobody answers on 127.0.0.1, port 9: the server is down, or the port is "
                                     "wrong")
        self.assertRegex(self.step("Name of the server"), "^Passed")
        program.click("push button", "Change the Servers")
        self.field(r"\(IMAP\)", "Port", self.peer["imaps"])
        program.click("push button", "Check")
        self.step_says("Certificate", "^Failed: .*issued by “.*Restante test authority”, an authority this computer "
                                      "does not know.*Nothing secret was sent.*SHA-256.*([0-9A-F]{2}:){31}")
        self.assertFalse([node for node in program.all("push button") if re.search("[Ii]gnore", node.get_name() or "")])
        program.click("push button", "Change the Servers")
        self.trust()
        program.click("push button", "Check")
        # The server's words, and where to go.
        self.step_says("Signing in", "^Failed: .*refused the sign-in of “ada”.*the server said: Authentication failed")
        program.click("push button", "Change the Password")
        program.fill("text", "Password", self.password)
        program.click("push button", "Check")
        program.find("label", "Everything works")

    def test_a_password_that_goes_wrong_later(self):
        self.put("before")
        cable = accounts.Cable(self.peer.port("imaps"))
        self.addCleanup(cable.pull_out)
        self.account_by_terminal(port=cable.port)
        program = self.start()
        self.receives("before")
        self.addCleanup(self.set_password, self.password)
        self.set_password("a new broom")
        # The connection that is open was let in; the next one is not.
        cable.hang_up()
        program.find("push button", "Try Again")
        program.window_action("win.refresh")
        self.problem("refused the sign-in of “ada”")
        # Whoever looks at another account sees it too, in the sidebar.
        program.find("image", "Needs your attention")
        # What is done meanwhile waits.
        program.choose("Letters", re.compile("before"))
        program.click("push button", "Archive")
        program.click("push button", "Enter the Password")
        program.fill("text", "Password", "a new broom")
        program.click("push button", "Check")
        program.find("label", "Everything works")
        program.click("push button", "Save")
        program.click("push button", "Done")
        program.gone("push button", "Enter the Password")
        program.gone("image", "Needs your attention")
        self.peer["password.ada"] = "a new broom"
        self.holds("ada", "Archive", "Words")
        self.peer["password.ada"] = self.password

    def test_paused_changed_and_removed(self):
        self.put("kept", "Only here, soon.")
        self.account_by_terminal("pop3", "--leave", "none")
        program = self.start()
        self.receives("kept")
        drive.wait(lambda: self.number("INBOX") == 0, "an empty mailbox on the server")
        self.menu("Accounts")
        program.click("check box", re.compile("^Active: ada@restante.test, POP3"))
        self.problem("^This account is paused")
        self.put("later")
        program.window_action("win.refresh")
        # Edited: the name that others see.
        program.click("push button", re.compile("^Edit, ada@restante.test, POP3"))
        program.fill("text", "Your name, as others will see it", "Augusta Ada")
        program.click("push button", "Next")
        program.click("push button", "Next")
        program.click("push button", "Check")
        program.find("label", "Everything works")
        program.click("push button", "Save")
        program.click("push button", "Done")
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "restante.db"))) as book:
            self.assertEqual(book.execute("SELECT full_name FROM account").fetchall(), [("Augusta Ada",)])
        self.assertEqual(self.number("INBOX"), 1, "a paused account collected")
        program.click("check box", re.compile("^Active: ada@restante.test, POP3"))
        self.receives("later")
        drive.wait(lambda: self.number("INBOX") == 0, "an empty mailbox on the server")
        # Removed: says what is lost, writes it to a file first, and then nothing is left.
        program.click("push button", re.compile("^Remove, ada@restante.test, POP3"))
        program.find("label", re.compile("^2 letters are nowhere else"))
        program.act(program.all("push button", re.compile("Export…$"))[-2])
        program.find("filler", "Export Letters")
        target = os.path.join(self.room, "kept.mbox")
        journey.type_file(program, target.removesuffix(".mbox"))  # its ending stands there already
        program.find("label", re.compile("^2 letters are now in “kept.mbox” too"))
        with open(target, encoding="utf-8") as file:
            self.assertIn("Only here, soon.", file.read())
        program.act(program.all("push button", re.compile("Remove$"))[-2])
        program.gone("list item", "ada@restante.test")
        drive.wait(lambda: not os.listdir(os.path.join(self.data, "accounts")),
                   "the end of its files")
        self.assertEqual(self.cli("account", "list", "--json"), "")

    def test_a_server_that_goes_and_comes_back(self):
        self.put("before")
        cable = accounts.Cable(self.peer.port("imaps"))
        self.addCleanup(cable.pull_out)
        self.account_by_terminal(port=cable.port)
        program = self.start()
        self.receives("before")
        cable.pull_out()
        # It says that nobody answers, and when it asks again.
        self.problem(r"^Nobody answers on 127.0.0.1, port \d+.* Next try at \d+:\d+:\d+\.$")
        program.find("push button", re.compile(r"^IMAP · waiting, next try at \d+:\d+:\d+ · "))
        self.put("after")
        cable.put_back()
        # By itself, at the latest when it said that it would.
        self.receives("after", 2 * journey.WITHIN)
        program.gone("push button", "Try Again")


class French(accounts.Accounts):
    LANGUAGE = "fr"

    def test_a_wrong_password_later_in_french(self):
        cable = accounts.Cable(self.peer.port("imaps"))
        self.addCleanup(cable.pull_out)
        self.account_by_terminal(port=cable.port)
        self.addCleanup(self.set_password, self.password)
        self.set_password("a new broom")
        program = self.start()
        self.problem(r"^127.0.0.1 a refusé l’identification de «\sada\s»")
        program.click("push button", "Saisir le mot de passe")
        program.fill("text", "Mot de passe", "still wrong")
        program.click("push button", "Vérifier")
        self.step_says("Identification", r"^Échec\s: 127.0.0.1 a refusé l’identification de «\sada\s»")


if __name__ == "__main__":
    tap.main()
