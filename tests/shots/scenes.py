"""The scenes that ./dev shots takes pictures of. A scene is one run of the program; it passes through states and
takes a picture of each. Practice scenes are what a newcomer sees; the others have real accounts on servers of their
own: the practice post office, served by restante-cli."""
import os
import re
import signal
import subprocess
import sys
import time

import depth
import drive
from depth import answer, begin_practice

LONG = {
    "en": ("Minutes of the extraordinary general meeting of the Royal Society for the Encouragement of Analytical "
           "Engines, second session, with the corrections that Mr Babbage asked for and those that he did not"),
    "fr": ("Procès-verbal de l'assemblée générale extraordinaire de la Société d'encouragement pour l'industrie "
           "nationale, deuxième séance, avec les rectifications anticonstitutionnellement réclamées"),
}
ATTACHED = ["Programme.pdf", "note-G.txt", "moth.png", "budget 1843.ods", "A name that is much longer than anybody "
            "could need for the drawings of the mill.svg", "recording.ogg", "minutes.docx", "engine.tar.gz",
            "table of Bernoulli numbers.csv", "invitation.ics", "archive.zip", "photo.jpeg"]


# Practice

def welcome(camera):
    camera.start()
    camera.program.find("push button", camera.say("Try Without an Account"))
    camera.shot("welcome")


def practice(camera):
    """The first five minutes."""
    begin_practice(camera)
    camera.shot("held")
    answer(camera)
    camera.shot("letter")
    program = camera.program
    camera.press("How much is explained")
    camera.shot("depth")
    program.key("Escape")
    program.window_action("win.protocol")
    camera.shot("footer")
    camera.letter("[Ss]tamp|[Tt]imbre")
    camera.program.find("push button", camera.say("Show Pictures"))
    camera.shot("html")
    camera.letter("lunch|déjeune")
    program.says(re.compile("Friday|vendredi"))
    camera.shot("attachment")
    camera.press("Main menu")
    camera.shot("menu-main")
    program.key("Escape")
    camera.press("More")
    camera.shot("menu-letter")
    program.key("Escape")
    program.window_action("win.search")
    program.fill("entry", camera.say("Search this account"), "e")
    program.find("list item", re.compile("lunch|déjeune"))
    camera.shot("results")
    program.fill("entry", camera.say("Search this account"), "xyzzy")
    camera.says("Nothing Found")
    camera.shot("nothing-found")
    program.fill("entry", camera.say("Search this account"), "")
    program.window_action("win.search")


def explained(camera):
    """The Protocol panel for somebody who knows the standards, and what it can leave out."""
    begin_practice(camera)
    answer(camera)
    depth.drop(camera, "How much is explained", "Down", "Down")
    camera.says("What the standard fixes")
    camera.shot("engineer")
    camera.program.click("link", re.compile("^FETCH: "))
    camera.program.find("push button", camera.say("Back to the Line"))
    camera.shot("related")
    camera.program.click("push button", camera.say("Back to the Line"))
    camera.press("What is shown")
    camera.shot("filters")
    camera.program.key("Escape")
    camera.press("Protocol menu")
    camera.program.click("menu item", camera.say("_Export…").replace("_", ""))
    camera.front("Export Exchanges")
    camera.shot_titled("export", "Export Exchanges")


def folders(camera):
    """What is not a list of letters."""
    begin_practice(camera)
    answer(camera)
    program = camera.program
    camera.folder(f"(?i){camera.say('Archive')}.*pop3")
    camera.says("No Letters Here")
    camera.shot("empty")
    camera.folder(f"(?i){camera.say('Inbox')}.*pop3")
    camera.says("No Letter Selected")
    camera.shot("none-selected")
    program.window_action("win.protocol")
    camera.letter("lunch|déjeune")
    program.says(re.compile("Friday|vendredi"))
    program.window_action("win.delete")
    camera.says("Undo")
    camera.shot("undo")
    program.window_action("win.protocol")
    camera.letter("Welcome|Bienvenue")
    camera.shot("pop3")


def writing(camera):
    begin_practice(camera)
    answer(camera)
    camera.letter("lunch|déjeune")
    camera.program.says(re.compile("Friday|vendredi"))
    camera.click("Reply")
    camera.program.find("filler", re.compile("^Re:"))
    camera.shot_front("composer")


def helping(camera):
    """What the menu has for whoever looks for help."""
    begin_practice(camera)
    answer(camera)
    camera.press("Main menu")
    camera.program.click("menu item", camera.say("_Keyboard Shortcuts").replace("_", ""))
    time.sleep(1)
    camera.shot_front("shortcuts")
    camera.program.key("Escape")
    camera.press("Main menu")
    camera.program.click("menu item", camera.say("A_bout Restante").replace("_", ""))
    time.sleep(1)
    camera.shot_front("about")


ODD = [
    ("=?utf-8?B?8J+OiSDwn6eR4oCN8J+UrCBCaXJ0aGRheSDwn4+z77iP4oCN8J+MiA==?=", "ada@practice.example", ""),
    ("=?utf-8?B?157Xm9eq15Eg15HXoteR16jXmdeqIOKAkyDXqdec15XXnSEgSGVsbG8h?=", "ada@practice.example", ""),
    ("=?utf-8?B?5omL57SZ44Gu5YaZ44GX44KS6YCB44KK44G+44GZ?=", "ada@practice.example", ""),
    ("", "ada@practice.example", ""),
    ("W" * 240, ", ".join(f"Member number {n} of the Society <member{n}@b.example>" for n in range(1, 41)),
     "Charles Babbage <charles@b.example>, Mary Somerville <mary@b.example>"),
]


def odd(camera):
    """Letters as they come: pictures in the subject, writing from right to left, no subject, and forty recipients."""
    said = camera.serve()
    camera.add_account(said)
    for subject, to, copy in ODD:
        camera.cli("send", "ada@practice.example", "-", "--to", "ada@practice.example", give="\r\n".join(
            ["From: =?utf-8?B?15PXldeTINeR158t15LXldeo15nXldef?= <ada@practice.example>", f"To: {to}",
             *([f"Cc: {copy}"] if copy else []), f"Subject: {subject}", "MIME-Version: 1.0",
             "Content-Type: text/plain; charset=utf-8", "", "As it came.", ""]))
    camera.start()
    camera.letter("W{20}")
    camera.program.says(re.compile("As it came"))
    camera.shot("odd")
    camera.letter("Hello")
    camera.shot("odd-right-to-left")
    camera.letter("W{20}")
    depth.narrow(camera, "odd")


def begin_full(camera):
    """An account with a letter of long words and many attachments, which is open."""
    camera.add_account(camera.serve())
    camera.cli("send", "ada@practice.example", "-", give=full_letter(camera.language))
    camera.start()
    program = camera.program
    camera.letter("Minutes|Procès")
    program.says(re.compile(r"Programme\.pdf"))
    return program


def writing_much(camera):
    """A composer with more recipients and files than it is wide."""
    program = begin_full(camera)
    program.window_action("win.forward")
    window = program.find("filler", re.compile("^(Fwd|Tr|Fw|TR)"))
    camera.press("Cc, Bcc")
    for english in ("To", "Cc"):
        node = drive.wait(lambda name=camera.say(english): next(
            (node for node in drive.walk(window) if drive.role_of(node) == "text" and node.get_name() == name), None), english)
        drive.Atspi.EditableText.set_text_contents(
            node, ", ".join(f"Member {n} <member{n}@b.example>" for n in range(1, 13)))
    time.sleep(0.5)
    camera.shot_front("composer-much")
    camera.press("How to send")
    camera.shot_front("composer-menu")
    program.key("Escape")
    camera.resize(next(name for _, name, *_ in camera.windows() if name.startswith(("Fwd", "Tr", "TR"))), 360, 640)
    camera.shot_front("composer-much-360")


def quiet(camera):
    """The Protocol panel before anything was said, narrowed to nothing, and stopped."""
    said = camera.serve()
    camera.add_account(said)
    camera.start()
    program = camera.program
    camera.folder(".")
    program.window_action("win.protocol")
    program.find("list item", re.compile("IMAP|▸"))
    program.fill("entry", camera.say("Filter"), "xyzzy")
    program.find("push button", camera.say("Show Everything"))
    camera.shot("panel-nothing")
    depth.narrow(camera, "panel-nothing")
    program.fill("entry", camera.say("Filter"), "")
    camera.click("Pause")
    program.window_action("win.refresh")
    time.sleep(1)
    camera.shot("panel-paused")
    depth.narrow(camera, "panel-paused")


def refused(camera):
    """What the wizard says of a wrong password, and of a server that is not there."""
    said = camera.serve()
    camera.start(SSL_CERT_FILE=said["ca_file"])
    person(camera)
    camera.program.fill("text", camera.say("Password"), "babbage")
    camera.click("Next")
    camera.click("Next")
    fill_servers(camera, said)
    camera.click("Check")
    camera.program.find("push button", camera.say("Add It Anyway"))
    time.sleep(0.5)
    camera.shot_front("wizard-password-refused")
    camera.office.terminate()
    camera.office.wait()
    camera.click("Check Again")
    time.sleep(2)
    camera.program.find("push button", camera.say("Add It Anyway"))
    camera.shot_front("wizard-nobody")


# The wizard, and accounts on real servers

def person(camera):
    camera.click("Add My Account")
    camera.front("Add My Account")
    camera.shot_front("wizard-name")
    program = camera.program
    program.fill("text", camera.say("Your name, as others will see it"), "Ada Lovelace")
    program.fill("text", camera.say("Mail address"), "ada@practice.example")
    program.fill("text", camera.say("Password"), "lovelace")


def fill_servers(camera, said):
    program = camera.program
    program.find("text", camera.say("Port"))
    time.sleep(0.5)  # the page slides in
    ports = {"Server": ("localhost", "localhost"), "User name": ("ada", "ada"),
             "Port": (str(said["ports"]["imaps"]), str(said["ports"]["submissions"]))}
    for english, values in ports.items():
        for node, value in zip(program.all("text", camera.say(english)), values):
            drive.Atspi.EditableText.set_text_contents(node, value)


def wizard(camera):
    """Every page, up to a certificate that is not trusted."""
    said = camera.serve()
    camera.start()
    person(camera)
    camera.shot_front("wizard-password")
    camera.click("Next")
    camera.shot_front("wizard-choice")
    camera.point(720, 260)
    camera.shot_front("wizard-choice-pop3")
    camera.point(240, 260)
    camera.click("Next")
    fill_servers(camera, said)
    camera.shot_front("wizard-servers")
    camera.click("Check")
    camera.program.find("push button", camera.say("Add It Anyway"))
    camera.shot_front("wizard-certificate-refused")


def wizard_done(camera):
    """A check that is under way, and one that passes."""
    said = camera.serve()
    camera.start(SSL_CERT_FILE=said["ca_file"])
    person(camera)
    camera.click("Next")
    camera.click("Next")
    fill_servers(camera, said)
    os.kill(camera.office.pid, signal.SIGSTOP)
    try:
        camera.click("Check")
        camera.says("Name of the server")
        camera.shot_front("wizard-check-running")
    finally:
        os.kill(camera.office.pid, signal.SIGCONT)
    camera.program.find("label", camera.say("Everything works"))
    camera.shot_front("wizard-check-good")
    camera.click("Add Account")
    camera.program.find("push button", camera.say("Done"))
    time.sleep(0.5)  # the page slides in
    camera.shot_front("wizard-done")


def accounts(camera):
    said = camera.serve()
    camera.add_account(said)
    camera.add_account(said, "pop3", "Ada, at home", "--leave", "none")
    camera.start()
    camera.folder(".")
    camera.press("Main menu")
    camera.click("Accounts", "menu item")
    camera.front("Accounts")
    camera.shot_front("accounts")
    camera.program.click("push button", re.compile(camera.say("Remove") + ", .*POP3"))
    camera.says("Remove “%s”?")
    camera.shot_front("account-remove")
    camera.program.key("Escape")
    camera.program.click("push button", re.compile(camera.say("Edit") + ", ada@practice"))
    camera.front("Edit the Account")
    camera.shot_titled("account-edit", "Edit the Account")


def trouble(camera):
    """Long words and many attachments; then the server goes away, and a letter waits."""
    program = begin_full(camera)
    camera.shot("long")
    camera.office.terminate()
    camera.office.wait()
    program.window_action("win.refresh")
    program.find("push button", camera.say("Try Again"))
    camera.shot("error")
    camera.click("Reply")
    program.act(program.find("filler", re.compile("^Re:")), "composer.send")
    camera.folder(camera.say("Outbox"))
    camera.says("Waiting to be sent")
    camera.shot("outbox")


def full_letter(language):
    lines = ["From: Ada Lovelace <ada@practice.example>", "To: Ada Lovelace <ada@practice.example>",
             f"Subject: =?utf-8?Q?{''.join(quoted(c) for c in LONG[language])}?=", "MIME-Version: 1.0",
             'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain; charset=utf-8",
             "Content-Transfer-Encoding: 8bit", "", *TEXT[language].split("\n")]
    for name in ATTACHED:
        lines += ["--b", f'Content-Type: application/octet-stream; name="{name}"',
                  f'Content-Disposition: attachment; filename="{name}"', "", "x" * 60]
    return "\r\n".join([*lines, "--b--", ""])


def quoted(character):
    return "_" if character == " " else "".join(f"={byte:02X}" for byte in character.encode())


TEXT = {
    "en": "All that was said, and all that was brought.\n\n> The engine can do whatever we know how to order it\n> to perform."
          "\n>> It has no pretensions whatever to originate anything.\n\nSee https://example.org/notes for the rest.\n\n"
          "-- \nAda Lovelace\n",
    "fr": "Tout ce qui s’est dit, et tout ce qui fut apporté.\n\n> La machine fait tout ce que nous savons lui ordonner\n"
          "> d’exécuter.\n>> Elle n’a nullement la prétention d’être à l’origine de quoi que ce soit.\n\n"
          "Le reste est là : https://example.org/notes\n\n-- \nAda Lovelace\n",
}


# Sizes

def sizes(camera):
    begin_practice(camera)
    answer(camera)
    for width, height in ((2560, 1440), (1000, 700), (800, 600)):
        camera.size(width, height)
        camera.shot(f"window-{width}")
    camera.program.window_action("win.protocol")
    camera.size(2560, 1440)
    camera.letter("lunch|déjeune")
    camera.program.says(re.compile("Friday|vendredi"))
    camera.shot("reader-2560")
    for width, height in ((800, 600), (360, 720)):
        camera.size(width, height)
        time.sleep(0.5)  # the folding is animated, in steps that can look alike
        if width < 600:
            camera.point(150, 190)
            time.sleep(0.5)
        camera.shot(f"reader-{width}")
    camera.program.window_action("win.protocol")
    camera.shot("panel-360")
    camera.program.window_action("win.protocol")
    camera.click("Back to the letters")
    time.sleep(0.5)
    camera.shot("list-360")
    camera.program.click("push button", camera.say("Folders"))
    time.sleep(0.5)
    camera.shot("folders-360")


def write(camera, subject, to):
    """A letter that is ready to be sent; its window."""
    program = camera.program
    program.window_action("win.compose")
    window = program.find("filler", camera.say("New Letter"))
    for english, text in (("To", to), ("Subject", subject), ("The letter", TEXT[camera.language])):
        node = next(node for node in drive.walk(window) if node.get_role_name() == "text" and node.get_name() == camera.say(english))
        drive.Atspi.EditableText.set_text_contents(node, text)
    return window


def sending(camera):
    """Letters on their way: sent later, refused by some, of unknown fate, and what reports said of one."""
    said = camera.serve("#4,lose=smtp:BDAT")
    camera.add_account(said)
    camera.start()
    program = camera.program
    camera.folder(camera.say("Inbox"))
    window = write(camera, "loom", "grace@b.example")
    program.act(window, "composer.send-at")
    camera.front("Send Later")
    camera.shot_titled("send-later", "Send Later")
    camera.click("Send Later")
    program.act(window := write(camera, "engine", "grace@b.example, moved@b.example, slow@b.example"), "composer.reports")
    program.act(window, "composer.send")
    camera.says("Sending in %u second")
    camera.shot("take-back")
    camera.folder(camera.say("Sent"))
    camera.letter("engine")
    program.says(re.compile(r"moved@b\.example.*5\.|moved@b\.example"))
    program.says(re.compile(r"slow@b\.example"))
    camera.shot("delivery")
    program.act(write(camera, "moth", "grace@b.example, nobody@b.example"), "composer.send")
    camera.folder(camera.say("Outbox"))
    program.says(re.compile(r"550 5\.1\.1"))
    program.act(write(camera, "proof", "edsger@b.example"), "composer.send")
    program.act(write(camera, "bridges", "edsger@b.example"), "composer.send")
    time.sleep(8)  # two letters that can be taken back, one behind the other
    camera.shot("outbox-states")
    camera.size(360, 720)
    time.sleep(0.5)
    camera.shot("outbox-360")


def not_filed(camera):
    """A letter went, and the server has no room for the copy in Sent: the copy waits here."""
    camera.add_account(camera.serve("over-quota"))
    camera.start()
    program = camera.program
    camera.folder(camera.say("Inbox"))
    program.act(write(camera, "loom", "grace@b.example"), "composer.send")
    camera.says("A letter is not in “%s” on the server yet.")
    camera.folder(camera.say("Sent"))
    camera.letter("loom")
    camera.shot("not-filed")
    camera.size(360, 720)
    time.sleep(0.5)  # the folding is animated
    camera.shot("not-filed-360")


def signing(camera):
    """What the desktop lends, and the other ways to sign in."""
    goa = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine", "goa.py")
    desktop = subprocess.Popen([sys.executable, goa, "none", "none", '{"EmailAddress": "ada@example.org"}'], stdout=subprocess.PIPE)
    try:
        desktop.stdout.readline()
        camera.start()
        camera.click("Add My Account")
        camera.front("Add My Account")
        camera.says("Use an Account of This Computer")
        camera.shot_front("wizard-desktop")
        camera.program.click("push button", re.compile("Google"))
        time.sleep(0.5)
        camera.shot_front("wizard-desktop-choice")
        camera.click("Back")
        camera.says("Signed in by this computer")
        time.sleep(0.5)
        camera.shot_front("wizard-desktop-signed")
        camera.click("Use a Password")
        camera.press("Other ways to sign in")
        time.sleep(0.5)  # the row opens
        camera.shot_front("wizard-ways")
        camera.program.key("Escape")
        camera.says("Stop Adding This Account?")
        camera.shot_front("wizard-stop")
    finally:
        desktop.kill()
        desktop.wait()


# Room for the widest window; what is taken is the part that the window covers.
sizes.screen = "2560x1440"

SCENES = [welcome, wizard, wizard_done, signing, sending, not_filed, practice, explained, folders, writing, writing_much, helping, odd, quiet, refused,
          accounts, trouble, sizes,
          *depth.SCENES]
