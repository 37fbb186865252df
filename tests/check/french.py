#!/usr/bin/env python3
"""french.py TOP: whether everything the sources say to people is said in French too.

Nothing missing, empty, fuzzy or left over, and nothing identical to the English outside po/identical-ok.txt,
which is the list of what was looked at and is the same in both.
"""
import ast
import filecmp
import os
import re
import subprocess
import sys
import tempfile

# Where French wants a space that does not break, or a round apostrophe.
PLAIN = re.compile(r" [;!?»:]|« |[A-Za-z]'\w")


def read_po(path):
    """[(key, singular and plural, translations, fuzzy)] of a PO file; key is context and message."""
    entries, entry, field = [], None, None
    with open(path, encoding="utf-8") as file:
        for line in list(file) + ["\n"]:
            line = line.strip()
            if not line:
                if entry and "msgid" in entry:
                    entries.append(entry)
                entry = None
                continue
            if entry is None:
                entry = {}
            if line.startswith("#,") and "fuzzy" in line:
                entry["fuzzy"] = True
            elif line.startswith("#"):
                continue
            elif line.startswith("msg"):
                field, value = line.split(None, 1)
                entry[field] = ast.literal_eval(value)
            else:
                entry[field] += ast.literal_eval(line)
    return [entry for entry in entries if entry["msgid"]]


def key(entry):
    return entry.get("msgctxt"), entry["msgid"]


def translations(entry):
    return [value for field, value in entry.items() if field.startswith("msgstr")]


def main():
    top = sys.argv[1]
    wrong = []
    with tempfile.TemporaryDirectory() as room:
        subprocess.run([os.path.join(top, "po", "update"), "--template", room], check=True)
        if not filecmp.cmp(os.path.join(room, "POTFILES.in"), os.path.join(top, "po", "POTFILES.in"), shallow=False):
            wrong.append("po/POTFILES.in does not list the files that speak to people: run po/update")
        asked = {key(entry): entry for entry in read_po(os.path.join(room, "restante.pot"))}
    french = {key(entry): entry for entry in read_po(os.path.join(top, "po", "fr.po"))}
    with open(os.path.join(top, "po", "identical-ok.txt"), encoding="utf-8") as file:
        identical = {line.rstrip("\n") for line in file if not line.startswith("#")}
    for name, entry in asked.items():
        said = french.get(name)
        if said is None:
            wrong.append(f"missing: {name[1]!r}")
        elif not all(translations(said)):
            wrong.append(f"empty: {name[1]!r}")
        elif said.get("fuzzy"):
            wrong.append(f"fuzzy: {name[1]!r}")
        elif name[1] in translations(said) and name[1].replace("\n", "\\n") not in identical:
            wrong.append(f"identical: {name[1]!r}")
        elif any(re.search(PLAIN, value) for value in translations(said)):
            wrong.append(f"a plain space or a straight apostrophe (po/update mends them): {name[1]!r}")
        elif ("msgid_plural" in entry) != ("msgid_plural" in said):
            wrong.append(f"plural differs: {name[1]!r}")
    wrong += [f"no longer said: {name[1]!r}" for name in french if name not in asked]
    formats = subprocess.run(["msgfmt", "--check", "-o", os.devnull, os.path.join(top, "po", "fr.po")],
                             capture_output=True, text=True)
    if formats.returncode:
        wrong.append(formats.stderr)
    print("\n".join(wrong) or f"note: {len(asked)} messages")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
