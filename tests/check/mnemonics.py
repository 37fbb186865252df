#!/usr/bin/env python3
"""mnemonics.py TOP: whether two entries of one menu claim the same letter, in any language.

Entries that hide when their action is missing may stand for one another, and share theirs.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile
import gettext
import xml.etree.ElementTree as ET


def entries(node):
    """Of a menu and its sections; a submenu's are asked for by themselves."""
    for child in node:
        if child.tag in ("item", "submenu"):
            yield child
        elif child.tag == "section":
            yield from entries(child)


def words(entry, said):
    label = entry.find("attribute[@name='label']")
    if label is None or label.get("translatable") != "yes":
        return None
    context = label.get("context")
    return said.pgettext(context, label.text) if context else said.gettext(label.text)


def look(path, language, said):
    for menu in (each for each in ET.parse(path).getroot().iter() if each.tag in ("menu", "submenu")):
        taken = {}
        for entry in entries(menu):
            text = words(entry, said)
            letter = text and re.search("_(.)", text)
            if not letter:
                continue
            hides = entry.find("attribute[@name='hidden-when']") is not None
            other, other_hides = taken.setdefault(letter[1].lower(), (text, hides))
            if other != text and not (hides and other_hides):
                yield f"{path}: {language}: “{text}” and “{other}” are under one letter"


def main():
    top = sys.argv[1]
    spoken = {"en": gettext.NullTranslations()}
    with tempfile.NamedTemporaryFile() as file, open(os.path.join(top, "po", "LINGUAS"), encoding="utf-8") as languages:
        for language in languages.read().split():
            subprocess.run(["msgfmt", "-o", file.name, os.path.join(top, "po", f"{language}.po")], check=True)
            with open(file.name, "rb") as compiled:
                spoken[language] = gettext.GNUTranslations(compiled)
    wrong = [line for path in sorted(glob.glob(os.path.join(top, "ui/*.ui"))) for language, said in spoken.items()
             for line in look(path, language, said)]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
