"""The practice account from the first click on: what a student with five minutes does and sees, in the real
program, through the accessibility tree. Under sanitizers the first journey is the only one."""
import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import time

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
        program.click("push button", "Yes, it keeps it")
        self.letter_says("welcome to the practice post office")
        program.says(re.compile(r"the server still has \d+, and 1 copy is here"))
        self.strip_says(r"Server \d+ .*Copies here 1, headers")
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
            # The envelope, line by line, each explained.
            for title, line, meaning in (("Named the sender", "MAIL FROM:<ada@practice.example>", "from|sender|answer"),
                                         ("Named .*recipient|Named .*grace|Grace", "RCPT TO:<grace@b.example>", "[Dd]eliver"),
                                         ("Sent the letter|Handed|letter", "BDAT", "letter")):
                self.filter(line.split("<", maxsplit=1)[0])
                self.sees_exchange(title)
                program.choose("Exchanges", re.compile(title))
                self.sees_exchange("You .*" + re.escape(line))
                program.find("label", re.compile(f"^{re.escape(line)}"))
                program.find("label", re.compile(meaning))
            self.filter("")
            program.find("list item", re.compile("Grace Hopper, Re: lunch.*unread"), 40)

        def test_deleting_tells_the_protocols_apart(self):
            program = self.begin_practice()
            program.choose("Letters", re.compile("winter timetable"))
            self.letter_says("ferry|boat|winter")
            server = self.settled_server()
            program.click("push button", "Delete")
            # IMAP moved it to the Trash of the server, which has as many as before.
            self.sees_exchange("Moved “Re: .ferry. winter timetable” to another folder")
            self.strip_says(f"Server {server} .*Waiting 0")
            program.choose("Folders", re.compile("^Inbox, .*POP3"))
            self.strip_says(r"POP3 Server \d+ .*Here \d+ .*Only copy here \d+")
            program.choose("Letters", re.compile("A moth"))
            self.letter_says("moth")
            before = re.search(r"Server (\d+) .*Here (\d+)", self.strip())
            program.click("push button", "Delete")
            # GTK presses a button a quarter of a second after it was told to: what is chosen must stay chosen until then.
            drive.wait(lambda: not any("A moth" in row for row in program.rows("Letters")), "the end of “A moth”")
            # POP3 has no Trash of its own: the letter waits in the one here, and stays on the server.
            program.choose("Folders", re.compile("^Trash, .*POP3"))
            program.choose("Letters", re.compile("A moth"))
            self.letter_says("moth")
            program.click("push button", "Delete")
            # The dialog's buttons are there twice: side by side, and below each other for narrow windows.
            program.find("label", "Delete 1 Letter for Good?")
            program.act(program.all("push button", re.compile("Delete$"))[-2])
            self.filter("DELE")
            self.sees_exchange("DELE|[Dd]elete|[Mm]arked")
            self.filter("")
            # The server lost this one, and the one that IMAP took out of the Inbox; that is the only copy here.
            server, here = (int(number) for number in before.groups())
            self.strip_says(f"Server {server - 2} .*Here {here - 1} .*Only copy here 1")

        def settled_server(self):
            """What the strip says the server has, once all folders have been asked."""
            self.sees_exchange("earlier|background")
            last, since = None, time.monotonic()
            while time.monotonic() - since < 2:
                number = int(re.search(r"Server (\d+)", self.strip()).group(1))
                if number != last:
                    last, since = number, time.monotonic()
                time.sleep(0.1)
            return last

        def test_pop3_is_shown_and_explained(self):
            program = self.begin_practice()
            program.choose("Folders", re.compile("^Inbox, .*POP3"))
            for verb, title, meaning in (("UIDL", "^Asked which letters are waiting", "number|name"),
                                         ("RETR", "^(Collect|Fetch|Took)", "copy|letter")):
                self.filter(verb)
                program.choose("Exchanges", re.compile(title))
                self.sees_exchange(f"You {verb}")
                program.find("label", re.compile(f"^{verb}"))
                program.find("label", re.compile(meaning))

        def test_a_letter_has_a_menu(self):
            """Under the pointer; what it says is done to that letter, and what was undone is not offered any more."""
            program = self.begin_practice()
            program.window_action("win.protocol")
            row = program.find("list item", re.compile("Edsger Dijkstra, A proof"))
            place = row.get_extents(drive.Atspi.CoordType.WINDOW)
            subprocess.run(["xdotool", "mousemove", str(place.x + 60), str(place.y + 20), "click", "3"], check=True)
            self.letter_says("proof")
            program.click("menu item", "Archive")
            drive.wait(lambda: not any("A proof" in row for row in program.rows("Letters")), "the letter gone")
            program.find("label", "1 letter moved to Archive")
            program.window_action("win.undo")
            drive.wait(lambda: any("A proof" in row for row in program.rows("Letters")), "the letter back")
            program.gone("label", "1 letter moved to Archive", 5)

        def test_undo_brings_a_letter_back(self):
            program = self.begin_practice()
            program.choose("Letters", re.compile("A proof"))
            self.letter_says("proof")
            program.click("push button", "Delete")
            drive.wait(lambda: not any("A proof" in row for row in program.rows("Letters")), "the letter gone")
            program.window_action("win.undo")
            drive.wait(lambda: any("A proof" in row for row in program.rows("Letters")), "the letter back")

        def test_what_was_done_remains_after_a_restart(self):
            program = self.begin_practice()
            program.choose("Letters", re.compile("A proof"))
            self.letter_says("proof")
            program.click("push button", "Delete")
            self.sees_exchange("Moved “A proof.*” to another folder")
            self.strip_says("Waiting 0")
            server = self.settled_server()
            program.close()
            program = self.start()
            drive.wait(lambda: any("Welcome" in row for row in program.rows("Letters")), "the Inbox")
            self.sees_exchange("Opened|earlier|background")
            self.assertEqual(self.settled_server(), server)
            self.assertFalse(any("A proof" in row for row in program.rows("Letters")), "it stays deleted")
            self.assertTrue(any(re.search("Welcome, .*, read", row) for row in program.rows("Letters")), "it stays read")

        def test_search_finds_and_ends(self):
            program = self.begin_practice()
            program.window_action("win.search")
            program.fill("entry", "Search this account", "ferry")
            drive.wait(lambda: (rows := program.rows("Letters")) and all("ferry" in row for row in rows), "only the ferry")
            program.fill("entry", "Search this account", "")
            drive.wait(lambda: any("Welcome" in row for row in program.rows("Letters")), "the whole folder")
            # Who reads a letter that was found reads it still, and the list says so.
            program.fill("entry", "Search this account", "ferry")
            drive.wait(lambda: (rows := program.rows("Letters")) and all("ferry" in row for row in rows), "only the ferry")
            program.choose("Letters", re.compile("Claude Chappe"))
            self.letter_says("ferry|boat|winter")
            program.fill("entry", "Search this account", "")
            drive.wait(lambda: len(program.rows("Letters")) > 3, "the whole folder")
            drive.wait(lambda: ["Claude Chappe" in row for row in program.selected("Letters")] == [True], "the letter that is read")
            self.letter_says("ferry|boat|winter")

        def test_search_on_the_server(self):
            """The IMAP account keeps headers only: what a letter says is known to the server alone."""
            program = self.begin_practice()
            program.window_action("win.search")
            program.fill("entry", "Search this account", '"harbour office"')
            program.find("label", "Nothing Found")
            program.click("push button", "Search on the Server")
            drive.wait(lambda: any("Claude Chappe" in row for row in program.rows("Letters")), "what the server found")
            program.find("label", "The server found 1 letter")
            program.fill("entry", "Search this account", "")
            drive.wait(lambda: any("Welcome" in row for row in program.rows("Letters")), "the whole folder")

        def test_a_composer_is_made_narrow(self):
            """The envelope goes into the menu, and comes back with the room for it."""
            program = self.begin_practice()
            program.click("push button", "Write a letter")
            program.find("filler", "New Letter")
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^New Letter$"],
                                   check=True, capture_output=True, text=True).stdout.split()
            program.find("push button", "Envelope")
            for width, there in ((440, False), (700, True)):
                subprocess.run(["xdotool", "windowsize", found[0], str(width), "640"], check=True)
                drive.wait(lambda wanted=there: bool(program.all("push button", "Envelope")) == wanted,
                           f"a composer of {width} pixels")
            self.assertIsNone(program.process.poll())

        def test_a_draft_outlives_a_kill(self):
            program = self.begin_practice()
            program.click("push button", "Write a letter")
            program.find("filler", "New Letter")
            program.fill("text", "Subject", "engine notes")
            program.find("label", re.compile("^Draft saved"))
            field = [node for node in program.all("text", "The letter") if drive.text_of(node) == ""]
            drive.Atspi.EditableText.set_text_contents(field[-1], "The cards are cut, the loom is ready.")
            program.fill("text", "To", "grace@b.example")
            # It does not say so before all of it is.
            program.find("label", re.compile("^Draft saved"))
            program.process.kill()
            program.process.wait()
            program = self.start()
            program.choose("Folders", re.compile("^Outbox, .*IMAP"))
            program.click("push button", re.compile("Edit: engine notes"))
            program.find("filler", "engine notes")
            self.letter_says("the loom is ready")
            drive.wait(lambda: "grace@b.example" in drive.text_of(program.find("text", "To")), "the recipient")

        def test_a_draft_that_changes_its_account_is_never_nowhere(self):
            program = self.begin_practice()
            program.click("push button", "Write a letter")
            program.find("filler", "New Letter")
            program.fill("text", "Subject", "engine notes")
            program.find("label", re.compile("^Draft saved"))
            box = program.find("combo box", "From")
            program.act(next(node for node in drive.walk(box) if drive.Atspi.Action.get_n_actions(node)))
            drive.settled()
            program.key("Down", "Return")
            # As soon as it is in the old account no longer, it is in the new one.
            drive.wait(lambda: self.drafts("imap") == 0, "the draft to leave")
            program.process.kill()
            program.process.wait()
            self.assertEqual(self.drafts("pop3"), 1)

        def drafts(self, protocol):
            """How many are on disk."""
            with contextlib.closing(sqlite3.connect(f"file:{self.data}/restante.db?mode=ro", uri=True)) as book:
                uuid, = book.execute("SELECT uuid FROM account WHERE protocol = ?", [protocol]).fetchone()
            place = f"file:{self.data}/accounts/{uuid}/mail.db?mode=ro"
            with contextlib.closing(sqlite3.connect(place, uri=True)) as mail:
                return mail.execute("SELECT count (*) FROM outbox").fetchone()[0]

    class French(journey.Journey):
        LANGUAGE = "fr"

        def test_the_same_in_french(self):
            program = self.start()
            program.click("push button", "Essayer sans compte")
            program.find("label", re.compile("^Le serveur l’aura-t-il encore"))
            self.assertTrue(any(re.search("Poste restante, .*, non lu", row) for row in program.rows("Lettres")))
            drive.wait(lambda: any(re.search(r"Vous .*UID FETCH \d+ \(.*BODY\.PEEK\[\]", row)
                                   for row in program.rows("Échanges")), "the held command")
            program.click("push button", re.compile("^Oui"))
            self.strip_says("Serveur|serveur")
            drive.wait(lambda: any("bureau de poste" in drive.text_of(node) or "post office" in drive.text_of(node)
                                   for node in program.all("text")), "the letter")


if __name__ == "__main__":
    tap.main()
