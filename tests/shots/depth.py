"""The scenes of the Protocol panel at its depth, of where the mail is, and of the lessons: each passes through what a
learner does there, wide and at the width of a phone."""
import os
import re
import subprocess
import time

import drive

NARROW = (360, 720)


def begin_practice(camera):
    camera.start()
    camera.click("Try Without an Account")
    camera.program.find("push button", camera.say("Yes, it keeps it"))


def answer(camera):
    camera.click("Yes, it keeps it")
    camera.says("As you said: the server still has %1$d, and %2$d copy is here now.")


def lessons(camera):
    """The list, a lesson's worked example, its question, what was run, free play."""
    program = camera.start()
    camera.click("Lessons")
    camera.front("Lessons")
    first = {"en": "1 · Where did my letter go?", "fr": "1 · Où est passée ma lettre\u202f?"}[camera.language]
    program.find("push button", first)
    camera.shot_titled("lessons", "Lessons")
    program.click("push button", first)
    camera.usable("Next")
    camera.shot_titled("lesson-example", "Lessons")
    camera.click("Next")
    program.find("check box", re.compile("^QUIT"))
    program.key("Down", "Down", "space")
    camera.usable("Next")
    camera.shot_titled("lesson-question", "Lessons")
    camera.click("Next")
    camera.click("Run")
    camera.usable("Next")
    camera.shot_titled("lesson-run", "Lessons")
    camera.click("All lessons")
    program.click("push button", camera.say("Two devices, one mailbox"))
    camera.says("Free play")
    program.click("push button", re.compile("^" + camera.say("Collect") + ", "))
    program.find("list item", re.compile("(?i)letter 3|lettre 3"))
    camera.shot_titled("lesson-free", "Lessons")
    camera.resize_titled("Lessons", *NARROW)
    camera.shot_titled("lesson-free-360", "Lessons")
    camera.click("All lessons")
    program.find("push button", re.compile("^3 ·"))
    time.sleep(0.5)
    camera.shot_titled("lessons-360", "Lessons")
    program.click("push button", re.compile("^3 ·"))
    camera.usable("Next")
    camera.shot_titled("lesson-360", "Lessons")


def course(camera):
    """Every lesson, step by step; the first answer is given everywhere."""
    program = camera.start()
    camera.click("Lessons")
    camera.front("Lessons")
    program.find("push button", re.compile("^1 ·"))
    numbers = [int(node.get_name().split()[0]) for node in program.all("push button", re.compile(r"^\d+ ·"))]
    for number in numbers:
        program.click("push button", re.compile(f"^{number} ·"))
        take_course(camera, f"course-{number:02}")
        program.find("push button", re.compile(f"^{number} ·"))


def take_course(camera, name):
    """One lesson from its first step to its last, with a picture of each."""
    program, further, last = camera.program, camera.say("Next"), camera.say("Done")
    step = 0
    while True:
        program.find("push button", re.compile(f"^({further}|{last})$"))
        time.sleep(0.3)  # the step is put together
        if program.all("check box"):
            program.key("space")  # the keyboard is on the first answer
        elif program.all("push button", camera.say("Run")):
            camera.click("Run")
        drive.wait(lambda: any(node.get_state_set().contains(drive.Atspi.StateType.SENSITIVE)
                               for node in program.all("push button", re.compile(f"^({further}|{last})$"))), "the end of the step")
        step += 1
        camera.shot_titled(f"{name}-{step}", "Lessons")
        if program.all("push button", last):
            program.click("push button", last)
            return
        camera.click("Next")


def storage(camera):
    """Where the practice post office's letters are: the picture, the table, and what one row tells."""
    camera.start()
    camera.click("Try Without an Account")
    camera.click("Yes, it keeps it")
    camera.program.window_action("win.storage")
    camera.front("Where It Is")
    time.sleep(1.5)
    camera.shot_titled("storage", "Where It Is")
    camera.program.click("push button", re.compile(re.escape(camera.say("%s: show letters") % camera.say("Only on the server"))))
    camera.program.choose(camera.say("Letters and where they are"), re.compile("lunch|déjeune"))
    time.sleep(0.5)
    camera.shot_titled("storage-letters", "Where It Is")
    window, _name, left, top, width, _height = next(each for each in camera.windows()
                                                    if each[1] == camera.say("Where It Is"))
    camera.point(left + width // 2 + 125, top + 27)
    time.sleep(0.5)
    camera.shot_titled("storage-traffic", "Where It Is")
    subprocess.run(["xdotool", "windowsize", "--sync", window, "360", "700"], check=True)
    time.sleep(0.5)
    camera.shot_titled("storage-traffic-360", "Where It Is")
    camera.point(left + 180, top + 670)
    time.sleep(0.5)
    camera.shot_titled("storage-letters-360", "Where It Is")
    camera.point(left + 60, top + 670)
    time.sleep(0.5)
    camera.shot_titled("storage-360", "Where It Is")


def envelope(camera):
    """A letter's envelope beside the letter, before it goes and afterwards."""
    begin_practice(camera)
    answer(camera)
    program = camera.program
    program.window_action("win.compose")
    composer = program.find("filler", camera.say("New Letter"))
    camera.press("Cc, Bcc")
    program.find("text", camera.say("Bcc"))
    for english, text in (("To", "grace@b.example"), ("Bcc", "carol@b.example"), ("Subject", "loom"),
                          ("The letter", "Ada")):
        node = next(node for node in drive.walk(composer)
                    if node.get_role_name() == "text" and node.get_name() == camera.say(english))
        drive.Atspi.EditableText.set_text_contents(node, text)
    program.act(composer, "composer.envelope")
    camera.front("Envelope and Letter")
    time.sleep(0.5)
    camera.shot_titled("envelope", "Envelope and Letter")
    camera.resize_titled("Envelope and Letter", *NARROW)
    camera.shot_titled("envelope-360", "Envelope and Letter")
    program.key("Escape")
    program.act(composer, "composer.send")
    camera.folder(f"^{camera.say('Sent')}.*IMAP")
    camera.letter("loom")
    camera.press("More")
    program.click("menu item", camera.say("_Envelope and Letter").replace("_", ""))
    camera.front("Envelope and Letter")
    camera.shot_titled("envelope-sent", "Envelope and Letter")


def letter(camera):
    """What an exchange carried: a letter's header and its parts, opened one after the other."""
    begin_practice(camera)
    answer(camera)
    program = camera.program
    camera.size(1280, 1300)
    camera.letter("lunch|déjeune")
    program.says(re.compile("Friday|vendredi"))
    subprocess.run(["xdotool", "mousemove", "640", "988", "mousedown", "1", "mousemove", "640", "700", "mousemove", "640", "420",
                    "mouseup", "1", "mousemove", "300", "2"], check=True)
    program.choose(camera.say("Exchanges"), re.compile("^(Fetched “lunch|«.?on déjeune.*reçue)"))
    program.choose(camera.say("Exchanges"), re.compile(r"(?s)FETCH.*UID 11 .*▸"))
    for english in ("What it carried: %s", "image/png"):
        pattern = re.compile(".*" + re.escape(camera.say(english)).replace("%s", ".*"))
        program.act(program.find(None, pattern))
        time.sleep(0.5)
    camera.shot("letter-parts")
    camera.size(360, 1300)
    time.sleep(0.5)
    camera.shot("letter-parts-360")


# The Protocol panel at its depth

def menu(camera, english):
    """One of the Protocol menu's entries."""
    camera.press("Protocol menu")
    camera.program.click("menu item", camera.say(english).replace("_", ""))


def drop(camera, english, *keys):
    """Opens what drops down, and chooses in it by keyboard."""
    box = camera.program.find("combo box", camera.say(english))
    camera.program.act(next(node for node in drive.walk(box) if node.get_role_name() == "push button"))
    drive.settled()
    camera.program.key(*keys, "Return")


def narrow(camera, name):
    """The same at the width of a phone."""
    for width in (600, 400, 360):  # the panes fold one after the other
        camera.size(width, NARROW[1])
        time.sleep(0.5)
    camera.shot(f"{name}-360")
    camera.size(1280, 800)
    time.sleep(0.5)


def console(camera):
    """Not connected, what may be said, what it would do, what it did, and a session with the submission server."""
    begin_practice(camera)
    answer(camera)
    program = camera.program
    camera.click("Console")
    camera.shot("console-closed")
    camera.click("Connect")
    program.find("list item", re.compile("^SELECT"))
    camera.shot("console-open")
    program.fill("text", camera.say("Command"), "SELECT INBOX")
    camera.click("Say")
    program.find("label", re.compile("INBOX"))
    program.fill("text", camera.say("Command"), "UID STORE 12 +FLAGS (\\Deleted)")
    camera.shot("console-warning")
    narrow(camera, "console-warning")
    program.fill("text", camera.say("Command"), "APPEND Drafts {}")
    camera.shot("console-text")
    program.fill("text", camera.say("Command"), "FETCH")
    camera.press("Console menu")
    camera.shot("console-menu")
    program.click("menu item", camera.say("_My Own Accounts Too…").replace("_", ""))
    camera.says("Type to Your Own Accounts?")
    camera.shot_front("console-own")
    program.key("Escape")
    camera.click("Hang Up")
    drop(camera, "Which server", "Down")
    camera.click("Connect")
    program.find("label", re.compile("^SMTP"))
    program.fill("text", camera.say("Command"), "RCPT TO:<bob@b.example>")
    camera.shot("console-smtp")
    narrow(camera, "console-smtp")


def step(camera):
    begin_practice(camera)
    answer(camera)
    program = camera.program
    camera.click("Step by step")
    camera.says("No command waits yet.")
    camera.shot("step-nothing")
    camera.letter("lunch|déjeune")
    program.find("text", camera.say("The command that waits"))
    camera.shot("step-held")
    narrow(camera, "step-held")


def network(camera):
    """What somebody on the network sees, TLS in full and both ways to it, and an exchange on a wall."""
    begin_practice(camera)
    answer(camera)
    program = camera.program
    camera.click("Someone on the network")
    camera.shot("network")
    camera.click("You")
    program.fill("entry", camera.say("Filter"), "TLS")
    program.choose(camera.say("Exchanges"), re.compile("TLS|ncrypt|hiffr"))
    camera.says("Step by step")
    camera.shot("tls-steps")
    camera.click("Someone on the network")
    camera.shot("tls-network")
    narrow(camera, "tls-network")
    camera.click("You")
    program.fill("entry", camera.say("Filter"), "")
    menu(camera, "_TLS and STARTTLS Side by Side")
    camera.front("Immediate TLS and STARTTLS")
    camera.shot_titled("secure-one", "Immediate TLS and STARTTLS")
    camera.click("Record One at the Practice Post Office")
    program.find("label", re.compile(r"IMAP4rev2"))
    camera.shot_titled("secure", "Immediate TLS and STARTTLS")
    camera.resize_titled("Immediate TLS and STARTTLS", *NARROW)
    camera.shot_titled("secure-360", "Immediate TLS and STARTTLS")
    program.key("Escape")


def projector(camera):
    begin_practice(camera)
    answer(camera)
    program = camera.program
    program.choose(camera.say("Exchanges"), re.compile("Welcome”|Bienvenue"))
    menu(camera, "_Projector")
    camera.front("Projector")
    camera.shot_titled("projector", "Projector")
    program.key("space")
    camera.shot_titled("projector-line", "Projector")
    program.key("space", "space", "space")
    time.sleep(0.5)
    camera.shot_titled("projector-end", "Projector")


def moments(camera):
    """An earlier moment, a recording while it is made, and its replay."""
    begin_practice(camera)
    answer(camera)
    program = camera.program
    drive.Atspi.Value.set_current_value(program.find("slider", camera.say("Moment shown")), 30)
    camera.says("Back to Now")
    camera.shot("moment")
    narrow(camera, "moment")
    camera.click("Back to Now")
    menu(camera, "_Record to a File…")
    program.find("filler", camera.say("Record to a File"))
    subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
    program.key("ctrl+a")
    path = os.path.join(camera.room, "said.jsonl")
    program.type(path)
    drive.settled()
    program.key("Return")
    program.find("push button", camera.say("Stop Recording"))
    camera.letter("lunch|déjeune")
    program.says(re.compile("Friday|vendredi"))
    camera.shot("recording")
    camera.click("Stop Recording")
    camera.says("The recording is complete: %s. It has every line and no password.")
    camera.shot("recording-done")
    menu(camera, "_Open a Recording…")
    program.find("filler", camera.say("Open a Recording"))
    subprocess.run(["xdotool", "mousemove", "400", "150"], check=True)
    program.type(path)
    drive.settled()
    program.key("Return")
    drive.wait(lambda: any(name == "said.jsonl" for _, name, *_ in camera.windows()), "the replay")
    camera.take_titled("replay", "said.jsonl")
    camera.resize("said.jsonl", *NARROW)
    camera.take_titled("replay-360", "said.jsonl")


def before(camera):
    """What a deletion and another policy will take, said before they do."""
    said = camera.serve()
    camera.add_account(said)
    camera.add_account(said, "pop3", "Ada, at home")
    camera.cli("sync", "Ada, at home")
    camera.start()
    program = camera.program
    camera.folder("^(Inbox|Boîte de réception).*IMAP")
    camera.letter("lunch|déjeune")
    program.says(re.compile("Friday|vendredi"))
    camera.shot("twins")
    program.window_action("win.delete")
    camera.says("Undo")
    camera.shot("deleted")
    camera.folder("^(Trash|Corbeille).*IMAP")
    camera.letter("lunch|déjeune")
    program.window_action("win.delete")
    program.says(re.compile("(leaves the server|quitte le serveur).*POP3"))
    camera.shot("before-delete")
    program.key("Escape")
    camera.press("Main menu")
    camera.click("Accounts", "menu item")
    camera.front("Accounts")
    program.click("push button", re.compile(camera.say("Edit") + ", .*POP3"))
    camera.front("Edit the Account")
    camera.click("Next")
    drop(camera, "What to leave on the server", "Down", "Down", "Down")
    time.sleep(0.5)
    camera.shot_titled("before-policy", "Edit the Account")
    camera.click("Next")
    camera.click("Check")
    camera.usable("Save")
    camera.click("Save")
    time.sleep(1)
    camera.shot_front("before-policy-asked")


def office(camera):
    """Behind the counter: the two machines of a session, and what can be made to go wrong."""
    camera.start()
    camera.click("Try Without an Account")
    camera.click("Yes, it keeps it")
    camera.program.window_action("win.office")
    camera.front("The Practice Post Office")
    time.sleep(1.5)
    camera.shot_titled("office", "The Practice Post Office")
    camera.resize_titled("The Practice Post Office", 360, 640)
    camera.shot_titled("office-narrow", "The Practice Post Office")


def hop(camera):
    """What the two domains' hosts say to each other about a letter: put off once, and taken the second time."""
    camera.start()
    camera.click("Try Without an Account")
    camera.click("Yes, it keeps it")
    program = camera.program
    program.window_action("win.office")
    camera.front("The Practice Post Office")
    camera.program.click("check box", camera.say("… between the two domains, too"))
    program.act(program.find("frame", camera.say("The Practice Post Office")), "window.close")
    program.window_action("win.compose")
    window = program.find("filler", camera.say("New Letter"))
    for field, value in ((camera.say("To"), "grace@b.example"), (camera.say("Subject"), "nanosecond")):
        text = drive.wait(lambda field=field: next((node for node in drive.walk(window) if node.get_name() == field
                                                    and drive.role_of(node) == "text"), None), field)
        drive.Atspi.EditableText.set_text_contents(text, value)
    program.act(window, "composer.send")
    camera.says("%s has taken it")
    time.sleep(0.5)
    camera.shot("hop")
    program.choose(camera.say("Exchanges"), re.compile("^practice.example " + camera.say("Naming a recipient")))
    camera.says("%1$s calls %2$s here: two hosts of the practice world speak to each other. You are neither, and it counts to none of your accounts.")
    camera.shot("hop-card")
    camera.size(*NARROW)
    time.sleep(0.5)
    camera.shot("hop-narrow")
    camera.size(1280, 800)
    program.window_action("win.office")
    camera.front("The Practice Post Office")
    program.click("push button", re.compile(camera.say("Switch _On").replace("_", "")))
    time.sleep(0.5)
    subprocess.run(["xdotool", "mousemove", "200", "400", "click", "--repeat", "60", "5"], check=True)
    time.sleep(0.5)
    camera.shot_titled("hop-own", "The Practice Post Office")


# Room for a card from its top to its end.
letter.screen = "2560x1440"

def conversation(camera):
    """Letters that belong together."""
    begin_practice(camera)
    answer(camera)
    camera.letter("Re: .(ferry|bac). ")
    camera.program.window_action("win.conversation")
    camera.says("The server groups the same letters.")
    camera.shot_titled("conversation", "Conversation")
    camera.resize_titled("Conversation", *NARROW)
    camera.shot_titled("conversation-360", "Conversation")


SCENES = [lessons, course, office, hop, storage, envelope, conversation, letter, console, step, network, projector, moments, before]
