"""The Protocol panel at its depth, on the practice account: what the network sees of TLS, recordings and their
replay, any moment again, and the ways between letters and exchanges."""
import json
import os
import re
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402
import windows  # noqa: E402


class Panel(windows.Windows):
    def menu(self, name):
        """One of the Protocol menu's entries."""
        program = self.program
        opens = program.find(None, "Protocol menu")
        program.act(next(node for node in drive.walk(opens) if drive.Atspi.Action.get_n_actions(node)))
        program.click("menu item", name)

    def labels(self):
        return [node.get_name() for node in self.program.all("label")]


class Tls(Panel):
    def test_the_network_sees_less_than_you(self):
        program = self.begin_practice()
        self.filter("TLS")
        program.choose("Exchanges", re.compile("^Agreed on encryption|TLS|ncrypt"))
        # The handshake in steps, and how the certificate is for the name that was wanted.
        program.find("label", "Step by step")
        program.find("label", re.compile("^You: ClientHello, .*readable for all"))
        program.find("label", re.compile("^Server: Certificate, .*encrypted"))
        program.find("label", re.compile("^Encrypted from the first byte"))
        program.find("label", re.compile("the certificate has this very name"))
        program.find("label", re.compile("^Valid from"))
        # On the line, what is not TLS 1.3's greeting is bytes.
        program.click("push button", "Someone on the network")
        program.find("label", re.compile(r"^The server’s name, readable in ClientHello \(SNI\): localhost"))
        program.find("label", re.compile("^Server: encrypted, "))
        self.filter("UID FETCH")
        program.choose("Exchanges", re.compile("Welcome"))
        program.find("label", re.compile(r"^Server: \d+ records?, "))
        program.find("label", re.compile("^Not seen: the command"))
        self.assertFalse(any("BODY.PEEK" in label for label in self.labels()
                             if not label.startswith("a")), "nothing of what was said")
        program.click("push button", "You")
        program.find("label", re.compile("^Give me a copy; keep yours"))

    def test_both_ways_to_tls_stand_side_by_side(self):
        program = self.begin_practice()
        self.menu("TLS and STARTTLS Side by Side")
        program.find("label", "Immediate TLS")
        program.find("label", re.compile("^(IMAP|POP3) · localhost:"))
        program.click("push button", "Record One at the Practice Post Office")
        # Before TLS every word was read; after it none.
        program.find("label", re.compile("^You: .*STARTTLS"))
        program.find("label", re.compile("STARTTLS asked for encryption"))
        program.find("label", re.compile(r"^Server: \* OK .*IMAP4rev2"))
        self.assertFalse(any(re.match("You: .*(LOGIN|AUTHENTICATE)", label) for label in self.labels()))
        # Where there is no room beside each other they stand below each other.
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Immediate TLS and STARTTLS$"],
                                check=True, capture_output=True, text=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowsize", window, "360", "720"], check=True)
        drive.wait(lambda: len({self.left(name) for name in ("Immediate TLS", "STARTTLS")}) == 1, "one column")

    def left(self, name):
        area = drive.Atspi.Component.get_extents(self.program.find("label", name), drive.Atspi.CoordType.WINDOW)
        return area.x


class Nothing(Panel):
    """Nothing is lost: any moment again, and a recording that cannot be made says so."""

    def test_a_recording_that_cannot_be_made_says_so(self):
        program = self.begin_practice()
        self.menu("Record to a File…")
        program.find("filler", "Record to a File")
        program.key("ctrl+a")
        journey.type_file(program, "/proc/said.jsonl")
        program.says(re.compile("cannot be created"))

    def recorded(self, path):
        """What is in the file, and the ports that were spoken to; somebody else listens there from now on."""
        with open(path, encoding="utf-8") as file:
            events = [json.loads(line) for line in file]
        listeners = []
        for port in {event["port"] for event in events if event.get("port")}:
            listener = socket.create_server(("127.0.0.1", port))
            listener.setblocking(False)
            self.addCleanup(listener.close)
            listeners.append(listener)
        self.assertTrue(listeners, "the recording says who was spoken to")
        return events, listeners

    def test_recorded_and_replayed_without_a_network(self):
        path = os.path.join(self.room, "said.jsonl")
        program = self.begin_practice()
        self.menu("Record to a File…")
        program.find("filler", "Record to a File")
        program.key("ctrl+a")
        journey.type_file(program, path)
        program.find("push button", "Stop Recording")
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        self.sees_exchange("Fetched “A proof")
        # Somebody else, too.
        program.choose("Folders", re.compile("^Inbox, .*POP3"))
        program.window_action("win.refresh")
        self.sees_exchange("Said goodbye")
        program.click("push button", "Stop Recording")
        program.says(re.compile("^The recording is complete"))
        program.close()

        # Elsewhere, with none of those servers: every line is there again.
        events, listeners = self.recorded(path)
        self.assertFalse(any("practice" == event.get("password") for event in events))
        self.data = os.path.join(self.room, "elsewhere")
        program = self.begin_practice()
        self.menu("Open a Recording…")
        program.find("filler", "Open a Recording")
        journey.type_file(program, path)
        program.says(re.compile("^A recording: what is shown has been said before"))
        replayed = drive.wait(lambda: self.lists("Fetched “A proof"), "what was recorded, in a window of its own")
        self.only_of_pop3(program)
        # To its beginning and back.
        scales = program.all("slider", "Moment shown")
        drive.Atspi.Value.set_current_value(scales[-1], 0)
        drive.wait(lambda: not self.lists("Fetched “A proof"), "an earlier moment")
        drive.Atspi.Value.set_current_value(scales[-1], 1e9)
        drive.wait(lambda: self.lists("Fetched “A proof"), "the end of it")
        self.assertTrue(replayed)
        self.narrows("said.jsonl", "Fetched “A proof")
        # What a full disk left of a line is passed over, and said.
        with open(path, "rb+") as file:
            file.truncate(os.path.getsize(path) - 20)
        self.menu("Open a Recording…")
        program.find("filler", "Open a Recording")
        journey.type_file(program, path)
        program.says(re.compile("^A recording that breaks off: what was said after its end is not in it"))
        for listener in listeners:
            with self.assertRaises(BlockingIOError, msg="nobody was spoken to"):
                listener.accept()

    def only_of_pop3(self, program):
        """Of one account, as in the panel of what is said now; and all again."""
        box = program.all("combo box", "Accounts shown")[-1]
        for keys, there in ((("Down", "Down"), False), (("Up", "Up"), True)):
            program.act(next(node for node in drive.walk(box) if node.get_role_name() == "push button"))
            drive.settled()
            self.pointer_at("said.jsonl")
            program.key(*keys, "Return")
            # The other window's list is another account's.
            drive.wait(lambda wanted=there: self.replayed("Fetched “A proof") == wanted, "one account" if not there else "all")

    @staticmethod
    def pointer_at(title):
        """Keys go to the window that the pointer is in."""
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title], check=True, capture_output=True,
                                text=True).stdout.split()[0]
        subprocess.run(["xdotool", "mousemove", "--window", window, "500", "300"], check=True)

    def replayed(self, wanted):
        return any(wanted in (row.get_name() or "") for row in drive.children(self.program.all("list", "Exchanges")[-1]))

    def narrows(self, title, row):
        """At once, with something explained: the window is as narrow as it is told."""
        rows = self.program.all("list", "Exchanges")[-1]
        index = next(n for n, child in enumerate(drive.children(rows)) if row in (child.get_name() or ""))
        drive.Atspi.Selection.select_child(rows, index)
        drive.settled()
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title], check=True, capture_output=True,
                                text=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowsize", window, "360", "620"], check=True)
        drive.wait(lambda: drive.Atspi.Component.get_extents(rows, drive.Atspi.CoordType.WINDOW).width < 360, "narrow rows")
        drive.settled()
        said = subprocess.run(["xdotool", "getwindowgeometry", window], check=True, capture_output=True, text=True).stdout
        self.assertIn("Geometry: 360x620", said)

    def lists(self, wanted):
        """Whether any list of exchanges on screen has a row with these words."""
        return any(wanted in (row.get_name() or "") for rows in self.program.all("list", "Exchanges")
                   for row in drive.children(rows))

    def test_the_list_follows_to_its_end(self):
        program = self.begin_practice()
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        # A newcomer's list ends in what goes on behind: that row is in sight, too.
        self.sees_exchange("Fetched “A proof")
        drive.wait(lambda: self.bottom_of(self.last_row()) <= self.bottom_of(self.strip_node()), "the last row in sight")

    def last_row(self):
        return drive.children(self.program.find("list", "Exchanges"))[-1]

    def strip_node(self):
        return self.program.find("slider", "Moment shown")

    def bottom_of(self, node):
        area = drive.Atspi.Component.get_extents(node, drive.Atspi.CoordType.WINDOW)
        return area.y + area.height

    def test_any_moment_again(self):
        program = self.begin_practice()
        self.strip_says("Copies here 1, headers")
        self.filter("UID FETCH")
        self.sees_exchange("Fetched “Welcome”")
        scale = program.find("slider", "Moment shown")
        drive.Atspi.Value.set_current_value(scale, 1)
        # Nothing had been fetched, and the ledger knew of no letter here.
        drive.wait(lambda: not any("Fetched “Welcome”" in row for row in self.exchanges()), "an earlier moment")
        self.strip_says(r"Copies here 0, headers \d")
        program.click("push button", "Back to Now")
        self.sees_exchange("Fetched “Welcome”")
        self.strip_says("Copies here 1, headers")


class Opened(Panel):
    """What went over the line can be opened: a letter in its parts, and the base64 of a sign-in."""

    def fold(self, name):
        """Opens what is shown closed."""
        program = self.program
        node = program.find(None, re.compile(name))
        program.act(node)
        return node

    def test_a_letter_in_its_parts(self):
        program = self.begin_practice()
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        self.filter("UID FETCH")
        self.sees_exchange("Fetched “A proof")
        program.choose("Exchanges", re.compile("^Fetched “A proof"))
        program.choose("Exchanges", re.compile(r"^Server \* \d+ FETCH .*BODY\[\]"))
        self.fold("^What it carried: ")
        # The header is open, with what is encoded in it beside what that means.
        program.find(None, re.compile(r"^Header: \d+ fields, "))
        program.find("label", re.compile("^From  "))
        program.find("label", re.compile("^Read from the copy on this computer"))
        # Each part says what it is, and is opened by itself.
        self.fold("^text/plain .* · utf-8 · ")
        program.find("label", "Opened")

    def test_the_base64_of_a_sign_in(self):
        program = self.begin_practice()
        self.filter("AUTHENTICATE")
        program.choose("Exchanges", re.compile("^Sign"))
        program.choose("Exchanges", re.compile("^You .*AUTHENTICATE"))
        self.fold("^The base64, opened")
        # Which fields it has, and nothing of what stood in them.
        program.find("label", "User name  hidden")
        self.assertFalse(any("ada" in label for label in self.labels() if "hidden" in label))


class Keys(Panel):
    """By keyboard, and for who listens."""

    def test_a_session_without_the_pointer(self):
        program = self.start()
        program.find("push button", "Try Without an Account")
        # Keys go to the window that the pointer is in: nobody manages windows here.
        subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
        self.walk("^Try Without an Account$")
        program.key("Return")
        program.find("label", "Will the server still have it?")
        self.walk("^Yes, it keeps it$", "shift+Tab")
        program.key("space")
        self.letter_says("welcome to the practice post office")
        # The folders are one stop: passing them shows no other folder.
        self.walk("^Inbox, .*IMAP")
        program.key("Tab")
        self.focused("^Receive$")
        self.walk("^Poste restante, Welcome")
        program.key("Down")
        self.focused("^Grace Hopper, lunch")
        self.letter_says("in town on Friday")
        # All keys are told, and the keyboard comes back to where it was.
        program.key("ctrl+question")
        program.find("label", "From an exchange to its parts")
        program.key("Escape")
        self.focused("^Grace Hopper, lunch")
        # From the letter to its exchange, along the rows and the parts of a line, and back.
        self.sees_exchange("^Fetched “lunch")
        program.key("shift+F12")
        self.focused("^Fetched “lunch")
        program.key("Up")
        self.focused("^You opened “lunch")
        program.key("Down", "Down")
        self.focused(r"^You a\d+ UID FETCH ")
        program.key("Right")
        first = self.focused(r"^a\d+: This command’s ticket number")
        self.assertTrue(first.get_description(), "what it means is said too")
        program.key("Right")
        self.focused("^UID FETCH: Give me")
        program.key("Down")
        self.focused(r"^\d+: ")
        program.key("Left")
        self.focused("^UID FETCH: Give me")
        # Enter tells the rest of it, at any depth.
        program.key("Return")
        program.find("label", re.compile("^RFC .*9051"))
        program.key("Escape")
        self.focused(r"^You a\d+ UID FETCH ")
        program.key("Return")
        self.focused(r"^a\d+: This command’s ticket number")
        # What drops down says what it is, and what is chosen.
        chosen = self.walk("^How much is explained$", "shift+Tab")
        self.assertEqual(chosen.get_description(), "Newcomer")
        program.key("ctrl+i")
        self.focused("^Overview$")
        self.walk("^Here and on the server: ")
        program.key("Escape")
        program.gone("list", "What is where")
        # Coming by the folder does not choose it anew: the letter stays.
        self.walk("^Inbox, .*IMAP")
        self.walk("^Reply$")
        self.letter_says("in town on Friday")
        # What is closed gives the keyboard to what is left: the panel, and a search.
        program.key("shift+F12")
        self.focused("^Fetched “lunch")
        program.key("F12")
        self.focused("^IMAP · ")
        program.key("ctrl+f")
        self.focused("^Search this account$")
        program.type("ferry")
        drive.wait(lambda: (rows := program.rows("Letters")) and all("ferry" in row for row in rows), "only the ferry")
        program.key("Escape")
        self.focused("^Poste restante, Welcome|^Grace Hopper, lunch")


class Related(Panel):
    """What is related to a line opens in the card, by keyboard alone, and leads back."""
    WORDS = {
        "en": {"practice": "Try Without an Account", "keeps": "^Yes, it keeps it$", "list": "Exchanges", "you": r"^You a\d+ UID FETCH ",
               "part": r"^a\d+: This command’s ticket", "line": "^Give me a copy; keep yours", "link": "^FETCH: About the message at this position.$",
               "opened": "^The number is a position", "to": "^Back to the Line$", "deeper": "^UID FETCH: Give me",
               "beyond": "^FETCH: ", "back": "^Back$"},
        "fr": {"practice": "Essayer sans compte", "keeps": "^Oui, il la garde$", "list": "Échanges", "you": r"^Vous a\d+ UID FETCH ",
               "part": r"^a\d+: Le numéro", "line": "^Donne-moi une copie", "link": "^FETCH: À propos du message à cette position.$",
               "opened": "^Le nombre est une position", "to": "^Retour à la ligne$", "deeper": "^UID FETCH: Donne-moi",
               "beyond": "^FETCH: ", "back": "^Retour$"},
    }

    def test_from_a_line_to_what_is_related_and_back(self):
        words = self.WORDS[self.LANGUAGE]
        program = self.start()
        program.click("push button", words["practice"])
        program.click("push button", re.compile(words["keeps"]))
        subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
        program.choose(words["list"], re.compile(words["you"]))
        program.find("label", re.compile(words["line"]))
        program.key("shift+F12")
        self.focused("Welcome|Bienvenue")
        program.key("Down")
        self.focused(words["you"])
        program.key("Right")
        self.focused(words["part"])
        # Each link says what it leads to, and is one.
        link = self.walk(words["link"])
        self.assertEqual(link.get_role_name(), "link")
        self.assertRegex(link.get_description(), words["opened"])
        program.key("Return")
        self.focused(words["to"])
        program.find("label", re.compile(words["opened"]))
        self.assertFalse(program.all("list item", re.compile(words["part"])), "the line’s parts are not this entry’s")
        # On from there, and back entry by entry, each time to the link that one left by.
        self.walk(words["deeper"])
        program.key("Return")
        self.focused(words["back"])
        program.find("label", re.compile(words["line"]))
        program.key("alt+Left")
        self.focused(words["deeper"])
        program.find("label", re.compile(words["opened"]))
        self.walk(words["to"], "shift+Tab")
        program.key("space")
        self.focused(words["link"])
        program.find("list item", re.compile(words["part"]))
        program.gone("push button", re.compile(words["to"]))
        # Another line begins with itself.
        program.key("Return")
        self.focused(words["to"])
        program.key("Escape")
        self.focused(words["you"])
        program.key("Up")
        program.gone("push button", re.compile(words["to"]))


class RelatedFrench(Related):
    LANGUAGE = "fr"


class Menu(Panel):
    """What can be done with a row."""

    def open(self, row):
        program = self.program
        node = program.choose("Exchanges", re.compile(row))
        drive.wait(lambda: self.in_sight(node), "the row in sight")
        self.point(node)
        program.key("shift+F10")

    def in_sight(self, node):
        """Where it is not, the wheel turns once."""
        drive.settled()
        area = drive.Atspi.Component.get_extents(self.program.find("list", "Exchanges"), drive.Atspi.CoordType.WINDOW)
        row = drive.Atspi.Component.get_extents(node, drive.Atspi.CoordType.WINDOW)
        above, below = row.y < area.y, row.y + row.height > area.y + area.height
        if above or below:
            subprocess.run(["xdotool", "mousemove", str(area.x + 20), str(area.y + area.height // 2), "click", "4" if above else "5"],
                           check=True)
        return not above and not below

    def test_what_can_be_done_with_a_row(self):
        program = self.begin_practice()
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        self.sees_exchange("Fetched “A proof")
        # By keyboard: to the letter, …
        self.open("^Fetched “Welcome")
        program.click("menu item", "Open the Letter")
        self.letter_says("welcome to the practice post office")
        # … into the clipboard, …
        self.open("^Fetched “Welcome")
        program.click("menu item", "Copy the Line")
        program.says(re.compile("^It is in the clipboard"))
        # … and to its like alone.
        self.open("^Fetched “Welcome")
        program.click("menu item", "Only This Command")
        drive.wait(lambda: all("Marked" not in row for row in self.exchanges()), "only what was fetched")
        self.sees_exchange("Fetched “A proof")


class Shown(Panel):
    """What is shown of all that was said, and what stands there when nothing is."""

    def shows(self, name):
        """One of the entries of the menu of what is shown."""
        program = self.program
        opens = program.find(None, "What is shown")
        program.act(next(node for node in drive.walk(opens) if drive.Atspi.Action.get_n_actions(node)))
        program.click("menu item", name)

    def shown(self):
        """What a screen reader is told of the menu's button."""
        return next(node.get_description() for node in drive.walk(self.program.find(None, "What is shown"))
                    if drive.Atspi.Action.get_n_actions(node))

    def test_a_list_without_rows_says_why(self):
        program = self.begin_practice()
        none = re.compile(r"^\d+ exchanges, and none is what is looked for")
        self.filter("xyzzy")
        program.find("label", none)
        program.click("push button", "Show Everything")
        self.sees_exchange("Fetched “Welcome”")
        program.gone("label", none)
        self.assertEqual(drive.text_of(program.find("entry", "Filter")), "")
        # Nothing has failed so far; and a moment before all was said has nothing either.
        self.shows("Only What Failed")
        program.find("label", none)
        program.click("push button", "Show Everything")
        drive.wait(lambda: self.shown() == "What is shown", "nothing left out")
        self.filter("LOGOUT NOOP")
        drive.Atspi.Value.set_current_value(program.find("slider", "Moment shown"), 1)
        program.find("label", "At this moment nothing of what is shown had been said.")

    def test_one_account_where_the_bar_is_narrow(self):
        program = self.begin_practice()
        self.sees_exchange("Fetched “Welcome”")
        self.drop_down("How much is explained", "Down")
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Restante$"],
                                check=True, capture_output=True, text=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowsize", window, "360", "720"], check=True)
        program.gone("combo box", "Accounts shown")
        self.shows("Accounts Shown")
        program.click("menu item", re.compile("POP3$"))
        drive.wait(lambda: (rows := self.exchanges()) and not any("Fetched “Welcome”" in row for row in rows), "one account")
        self.filter("UIDL")
        self.sees_exchange("Asked which letters are waiting")
        self.assertEqual(self.shown(), "Not everything is shown")

    def test_what_was_paused_goes_on_when_it_is_asked_for(self):
        program = self.begin_practice()
        self.sees_exchange("Marked as read")
        program.click("push button", "Pause")
        program.find("push button", "Paused: go on ↓")
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        self.assertFalse(any("A proof" in row for row in self.exchanges()))
        program.click("push button", "Show the exchange behind this")
        self.sees_exchange("Fetched “A proof")
        program.gone("push button", "Paused: go on ↓")
        # What waits would be waited for.
        program.click("push button", "Pause")
        program.find("push button", "Paused: go on ↓")
        program.click("push button", "Step by step")
        program.choose("Letters", re.compile("lunch"))
        drive.wait(lambda: any("UID FETCH" in drive.text_of(node)
                               for node in program.all("text", "The command that waits")), "what waits")
        program.click("push button", "Pause")
        program.says("Step by step, each command waits already.")
        program.gone("push button", "Paused: go on ↓")
        program.click("push button", "Let It Go")
        self.letter_says("in town on Friday")


class Wall(Panel):
    def test_one_exchange_large_word_by_word(self):
        program = self.begin_practice()
        program.choose("Exchanges", re.compile("^Fetched “Welcome”"))
        self.menu("Projector")
        hint = re.compile("^Space: go on")
        program.find("label", hint)
        program.key("space")
        program.key("space")
        program.find("label", "That was all you asked for.")
        program.key("Escape")
        program.gone("label", hint)


class Links(Panel):
    def since(self, heading):
        """The rows from a heading on."""
        rows = self.exchanges()
        return rows[rows.index(heading):] if heading in rows else []

    def test_from_a_letter_to_its_exchange_and_back(self):
        program = self.begin_practice()
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        self.sees_exchange("Fetched “A proof")
        program.choose("Letters", re.compile("Welcome"))
        self.letter_says("welcome to the practice post office")
        program.click("push button", "Show the exchange behind this")
        program.find("label", re.compile("^.*UID (FETCH|STORE) "))
        program.choose("Exchanges", re.compile("^Fetched “A proof"))
        program.click("push button", re.compile("^Show the letter “A proof"))
        self.letter_says("proof")
        # Nobody marked it: it was opened, and that is why it is read.
        program.choose("Letters", re.compile("Seminar on Thursday"))
        self.sees_exchange("Fetched “Seminar")
        drive.wait(lambda: "Marked as read" in " ".join(self.since("You opened “Seminar on Thursday”")), "marked as read")
        self.assertFalse(any(row.startswith("You changed the marks") for row in self.exchanges()))
        # After a restart the ledger still knows which it was.
        program.close()
        program = self.start()
        drive.wait(lambda: any("Welcome" in row for row in program.rows("Letters")), "the Inbox")
        program.choose("Letters", re.compile("A proof"))
        self.letter_says("proof")
        program.click("push button", "Show the exchange behind this")
        program.says(re.compile("^It was UID (FETCH|STORE), .*You opened.*no longer in memory"))


if __name__ == "__main__":
    tap.main()
