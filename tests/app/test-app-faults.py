"""The switches of the practice post office, as somebody meets them who plays with them: each is switched on, one does
what it is about, reads what the window says of it, switches it off and tries again; then nothing is left of it."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402
import offices  # noqa: E402

OFFICE = "The Practice Post Office"


class Faults(offices.Offices):
    def begin(self):
        program = self.begin_practice()
        program.says(re.compile(r"the server still has \d+"))
        return program

    def office(self):
        self.program.window_action("win.office")
        return self.program.find("frame", OFFICE)

    def leave(self):
        self.program.act(self.program.find("frame", OFFICE), "window.close")
        self.program.gone("frame", OFFICE)

    def switch(self, *titles):
        """Those switches, on or off."""
        self.office()
        for title in titles:
            self.program.click("check box", title)
        self.leave()

    def over(self):
        """The bar has nothing more to tell."""
        for button in ("Try Again", "Understood", "Open the Outbox", "See Exchange"):
            self.program.gone("push button", button)

    def again(self):
        """Where it did not go on by itself in the meantime."""
        for button in self.program.all("push button", "Try Again"):
            self.program.act(button)
        self.over()

    def refresh(self):
        self.program.window_action("win.refresh")

    def inbox(self, protocol="IMAP"):
        self.program.choose("Folders", re.compile(f"^Inbox.*{protocol}"))

    def subjects(self):
        """Of the list, read or not."""
        return sorted(re.sub(", (un)?read$", "", row) for row in self.program.rows("Letters"))

    # What keeps the program from going on

    def test_certificates(self):
        """Each is told with its reason, nothing goes over the line, and all is well with the next try."""
        program = self.begin()
        for title, words in (("The certificate has expired", r"shows expired on \d{4}-\d\d-\d\d\..* Nothing secret was sent\."),
                             ("The certificate is another host’s", "is for another name; the names it has: mail.elsewhere.example\\."
                              ".* Nothing secret was sent\\.")):
            self.switch(title)
            # The line that was open is cut with its next command, so that it shows.
            self.refresh()
            self.problem(words)
            self.sees_exchange("Encrypting the line: refused by this computer")
            # The answer was given, and is not given again by itself.
            self.switch(title)
            self.problem(words)
            program.click("push button", "Try Again")
            self.over()
        self.assertIn("Poste restante, Welcome", "".join(self.subjects()))

    def test_a_line_that_is_cut_while_a_letter_comes(self):
        program = self.begin()
        self.switch("IMAP’s line is cut at FETCH")
        program.choose("Letters", re.compile("lunch"))
        self.problem(r"The server closed the connection without saying goodbye\. .* Next try at \d+:\d+:\d+\.$")
        self.sees_exchange("Fetching “lunch\\?”: the line was cut before the answer")
        self.switch("IMAP’s line is cut at FETCH")
        self.again()
        self.letter_says("in town on Friday")
        self.strip_says("Copies here 2, headers")

    def test_a_slow_line(self):
        """It says that it works, and what it works on, until it is through."""
        program = self.begin()
        self.switch("The line is slow")
        program.choose("Letters", re.compile("lunch"))
        program.find("label", "Fetching the letter…")
        program.find("label", "Only its header is on this computer; the server is asked for a copy.")
        self.assertEqual(program.all("push button", "Try Again"), [], "slow is no trouble")
        self.switch("The line is slow")
        self.letter_says("in town on Friday")
        self.strip_says("Copies here 2, headers")

    # What a server says of letters

    def test_folders_that_are_numbered_anew(self):
        """The same letters stay, once each and as they were read, and can be opened; over POP3, where all have new names,
        none comes twice either."""
        program = self.begin()
        before = drive.wait(self.subjects, "letters")
        self.switch("Folders are numbered anew")
        self.refresh()
        self.sees_exchange("Checked that numbers name the same letters as before")
        drive.wait(lambda: self.subjects() == before, "the same letters")
        drive.wait(lambda: any(re.search("Welcome.*, read$", row) for row in program.rows("Letters")), "what was read")
        program.choose("Letters", re.compile("lunch"))
        self.letter_says("in town on Friday")
        self.inbox("POP3")
        drive.wait(lambda: self.subjects() == before, "the same letters over POP3")
        self.refresh()
        self.switch("Folders are numbered anew")
        self.refresh()
        self.over()
        self.assertEqual(self.subjects(), before)
        self.inbox()
        self.assertEqual(self.subjects(), before)

    def test_two_letters_with_one_name(self):
        """Each is collected once, with the name and without; a visit that was cut before QUIT is told, and made again."""
        program = self.begin()
        before = drive.wait(self.subjects, "letters")
        self.switch("Two letters have one UIDL")
        self.inbox("POP3")
        self.refresh()
        self.sees_exchange("Said goodbye")
        drive.wait(lambda: self.subjects() == before, "the same letters")
        self.switch("Two letters have one UIDL", "POP3’s line is cut at QUIT")
        self.refresh()
        self.problem(r"The server closed the connection too early\. .* Next try at \d+:\d+:\d+\.$")
        self.sees_exchange("Saying goodbye: the line was cut before the answer")
        self.assertEqual(self.subjects(), before)
        self.switch("POP3’s line is cut at QUIT")
        self.again()
        self.assertEqual(self.subjects(), before)
        program.find("list", "Exchanges")


    # What a server says of a letter that goes out

    def send(self, subject):
        self.program.act(self.write(subject), "composer.send")

    def test_no_room(self):
        """The copy for Sent waits, and is told of; what goes on between the domains waits without anybody's help."""
        program = self.begin()
        self.switch("All mailboxes are full for now")
        self.send("turbine")
        self.problem("^A letter is not in “Sent” on the server yet. There is no room left in the mailbox on the server: ")
        self.sees_exchange("^Putting a copy into Sent: refused")
        self.switch("All mailboxes are full for now")
        self.again()
        program.choose("Folders", re.compile("^Sent, .*IMAP"))
        self.receives("turbine")


class Behind(offices.Offices):
    """What the practice accounts themselves never meet: an account with STARTTLS, and one that shows tokens, at a post
    office that is told from outside."""
    SERVER = os.path.join(journey.BUILD, "tests", "practice", "practice-server")

    def serve_told(self):
        self.server = subprocess.Popen([self.SERVER, os.path.join(self.room, "office"), "0", "en"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        lines = iter(lambda: self.server.stdout.readline().strip(), "")
        self.at = dict(line.split("=", 1) for line in lines)

    def stop(self):
        self.server.kill()
        self.server.wait()
        self.server.stdin.close()
        self.server.stdout.close()

    def tell(self, word):
        self.server.stdin.write(word + "\n")
        self.server.stdin.flush()
        self.assertEqual(self.server.stdout.readline().strip(), "done")

    def begin(self, protocol, port, security, *words):
        secret = os.path.join(self.room, "password")
        with open(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write("lovelace")
        self.cli("account", "add", protocol, "--name", "ada", "--email", "ada@practice.example", "--user", "ada", "--server",
                 f"localhost:{self.at[port]}", "--security", security, "--ca-file", self.at["ca"], "--password-file", secret,
                 "--no-check", *words)
        return self.start()

    def well_again(self):
        program = self.program
        self.tell("well")
        program.window_action("win.refresh")
        program.gone("push button", "Account Settings")
        program.choose("Folders", re.compile("^Inbox"))
        self.receives("Welcome")
        self.assertEqual(program.all("push button", "See Exchange"), [])

    def test_starttls_is_taken_out(self):
        """The password stays here: the window says so and what to do, and the panel has nothing but the greeting."""
        self.serve_told()
        self.tell("fault no-starttls=*")
        program = self.begin("imap", "imap", "starttls")
        self.problem("^localhost does not offer the encryption that the account demands, so nothing secret was sent: .*; try TLS "
                     "on its own port, or ask ")
        program.find("push button", "Account Settings")
        program.click("push button", "See Exchange")
        self.sees_exchange(r"^Server \* OK .*IMAP4rev2")
        self.explained("^Good day, I’m an IMAP server")
        self.assertEqual([row for row in self.exchanges() if row.startswith("You")], [], "this computer said nothing")
        self.well_again()
        self.filter("STARTTLS")
        self.sees_exchange("[Ee]ncrypt")

    def test_a_token_has_expired(self):
        self.serve_told()
        self.tell("fault token-expired")
        self.begin("imap", "imaps", "tls", "--sign-in", "token")
        self.problem("^localhost refused the access token of “ada”: sign in again where it comes from; the server said: ")
        self.assertEqual(self.program.all("push button", "Enter the Password"), [], "a password would not help")
        self.well_again()


if __name__ == "__main__":
    tap.main()
