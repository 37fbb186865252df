"""The states that ./dev shots takes pictures of: a name, arguments for the program, and the steps from its start
to the state. The steps get the driven program and the language, whose words the screen then shows."""
import re

WORDS = {
    "en": {"try": "Try Without an Account", "add": "Add My Account", "yes": "Yes, it keeps it", "read": "[Ww]elcome",
           "letters": "Letters", "folders": "Folders", "lunch": "lunch", "stamps": "Stamp", "reply": "Reply",
           "inbox": "Inbox", "archive": "Archive", "drafts": "Drafts", "search": "Search this account", "letter": "The letter"},
    "fr": {"try": "Essayer sans compte", "add": "Ajouter mon compte", "yes": "Oui, il la garde", "read": "[Bb]ienvenue",
           "letters": "Lettres", "folders": "Dossiers", "lunch": "déjeune", "stamps": "timbre", "reply": "Répondre",
           "inbox": "Boîte de réception", "archive": "Archives?", "drafts": "Brouillons", "search": "Chercher dans ce compte",
           "letter": "La lettre"},
}


def as_it_starts(program, language):
    program.find("frame")


def held(program, language):
    words = WORDS[language]
    program.click("push button", words["try"])
    program.find("push button", words["yes"])


def letter(program, language):
    held(program, language)
    program.click("push button", WORDS[language]["yes"])
    program.says(re.compile(r" 1 "))


def closed(program, language):
    letter(program, language)
    program.window_action("win.protocol")


def html(program, language):
    letter(program, language)
    program.choose(WORDS[language]["letters"], re.compile(WORDS[language]["stamps"]))


def pop3(program, language):
    letter(program, language)
    program.choose(WORDS[language]["folders"], re.compile("pop3"))


def composer(program, language):
    letter(program, language)
    program.choose(WORDS[language]["letters"], re.compile(WORDS[language]["lunch"]))
    program.click("push button", WORDS[language]["reply"])
    program.find("filler", re.compile("^Re"))


def empty(program, language):
    letter(program, language)
    program.choose(WORDS[language]["folders"], re.compile(WORDS[language]["archive"]))


def results(program, language):
    letter(program, language)
    program.window_action("win.search")
    program.fill("entry", WORDS[language]["search"], "e")


def wizard(program, language):
    program.click("push button", WORDS[language]["add"])
    program.find("filler", re.compile("."))


STATES = [
    ("welcome", [], as_it_starts),
    ("wizard", [], wizard),
    ("held", [], held),
    ("letter", [], letter),
    ("footer", [], closed),
    ("html", [], html),
    ("pop3", [], pop3),
    ("composer", [], composer),
    ("empty", [], empty),
    ("results", [], results),
]
