#!/usr/bin/env python3
"""spoken.py TOP: whether a screen reader has words for every control of the widget templates.

A name is an accessible label, a relation labelled-by, or what the toolkit itself makes one of: a button's
own label, the title of a row. A tooltip alone is none: GTK 4.8 speaks it after the name of the class. An
image is named, or said to be no more than decoration. What drops down needs its line of code besides, because
the keyboard stands on a button that knows neither name nor choice (src/app/app-spoken.h).
"""
import glob
import os
import re
import sys
import xml.etree.ElementTree as ET

# Controls, and the property that names them.
NAMED_BY = {
    "GtkButton": "label", "GtkToggleButton": "label", "GtkMenuButton": "label", "GtkCheckButton": "label",
    "GtkLinkButton": "label", "GtkExpander": "label",
    "AdwActionRow": "title", "AdwComboRow": "title", "AdwEntryRow": "title", "AdwPasswordEntryRow": "title",
    "AdwExpanderRow": "title",
    "GtkEntry": None, "GtkPasswordEntry": None, "GtkSearchEntry": None, "GtkTextView": None, "GtkSwitch": None,
    "GtkSpinButton": None, "GtkScale": None, "GtkDropDown": None, "GtkLevelBar": None, "GtkProgressBar": None,
    "GtkListBox": None, "GtkListView": None, "GtkGridView": None, "GtkImage": None,
}


def properties(node):
    return {each.get("name"): each for each in node.findall("property")}


def is_named(node):
    name = node.find("accessibility")
    if name is not None and (name.find("property[@name='label']") is not None
                             or name.find("relation[@name='labelled-by']") is not None):
        return True
    own = properties(node)
    if "accessible-role" in own and own["accessible-role"].text in ("presentation", "none"):
        return True
    word = NAMED_BY[node.get("class")]
    return word is not None and word in own


def has_words(node):
    """A button around a label is named by it."""
    return any(each.get("class") == "GtkLabel" for each in node.iter("object"))


def look(path, texts):
    root = ET.parse(path).getroot()
    template = root.find("template")
    # What code names: an update of the accessible label, or of the property that makes one.
    code = texts.get(os.path.basename(path).replace(".ui", ""), "") if template is not None else ""
    activated = {own["activatable-widget"].text for own in map(properties, root.iter("object"))
                 if "activatable-widget" in own}
    for node in root.iter("object"):
        kind, ident = node.get("class"), node.get("id")
        if kind not in NAMED_BY or is_named(node):
            continue
        # AdwActionRow labels the widget that it activates by its title.
        if ident in activated or (kind.endswith("Button") and has_words(node)):
            continue
        by_code = ident and re.search(
            rf"(?:self|\w+)->{ident}\b[^;]*?(?:PROPERTY_LABEL|_set_label|_set_title|RELATION_LABELLED_BY)"
            rf"|(?:_set_label|_set_title|app_spoken_row|show_loss) \([^;]*->{ident}\b", code, re.S)
        if not by_code:
            yield f"{path}: {kind} “{ident or '…'}” has no name for a screen reader"
    for node in root.iter("object"):
        call = {"GtkDropDown": "app_spoken_drop_down", "AdwComboRow": "app_spoken_combo_row"}.get(node.get("class"))
        if call and f"{call} (self->{node.get('id')})" not in code:
            yield f"{path}: “{node.get('id')}” does not say what is chosen: {call}()"


def main():
    top = sys.argv[1]
    texts, wrong = {}, []
    for path in glob.glob(os.path.join(top, "src/app/*.c")):
        with open(path, encoding="utf-8") as file:
            texts[os.path.basename(path)[:-2]] = file.read()
    # A widget's files share its beginning: app-composer-send.c belongs to app-composer.ui.
    joined = {name: "\n".join(text for other, text in texts.items() if other == name or other.startswith(name + "-"))
              for name in texts}
    for name, text in texts.items():
        for found in re.finditer(r"(\w+) = (?:GTK_DROP_DOWN \()?gtk_drop_down_new", text):
            if "app_spoken_drop_down" not in text:
                wrong.append(f"src/app/{name}.c: the drop-down “{found.group(1)}” says nothing by itself: app_spoken_drop_down()")
    for path in sorted(glob.glob(os.path.join(top, "ui/*.ui"))):
        wrong += [line.replace(top.rstrip("/") + "/", "") for line in look(path, joined)]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
