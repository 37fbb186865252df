#!/usr/bin/env python3
"""layers.py TOP: whether each folder of src includes only what the table in src/README.md lets it use.

The table is the rule: its rows are the folders in order, its last column what each may use. On top of it
stand the rules of one place: who alone may see GTK, SQLite or GMime, and the one file for sockets and HTTP.
Within net, whoever includes the socket headers may prepare addresses, but bytes pass in net-link.c.

Files do not include each other in circles either, but for those that CIRCLES names with a reason. A header, its .c
and its “-private” or “-class” header, which share what the .c holds, count as one.
"""
import os
import re
import sys

# What the outside names of the table mean: how the include lines of each begin.
LIBRARIES = {
    "GLib": ("glib.h", "glib/", "glib-object.h", "glib-unix.h", "gobject/", "gmodule.h"),
    "GIO": ("gio/",),
    "libcrypto": ("openssl/",),
    "OpenSSL": ("openssl/",),
    "p11-kit": ("p11-kit/",),
    "libsoup": ("libsoup/",),
    "GMime": ("gmime/",),
    "gumbo": ("gumbo.h",),
    "ICU": ("unicode/",),
    "SQLite": ("sqlite3.h",),
    "zstd": ("zstd.h",),
    "libsecret": ("libsecret/",),
    "GOA": ("goa/",),
    "GTK": ("gtk/", "gdk/", "gsk/", "pango/", "cairo", "graphene", "gdk-pixbuf/"),
    "libadwaita": ("adwaita.h",),
    "WebKitGTK": ("webkit/", "jsc/"),
}
# Never inherited by "all above": who alone sees these.
ALONE = {"GTK": "app", "libadwaita": "app", "WebKitGTK": "app", "SQLite": "store", "GMime": "mail",
         "zstd": "store", "libsoup": "net", "p11-kit": "net", "gumbo": "mail"}
SSL_HEADERS = "openssl/ssl.h"
CORES = ("imap", "pop3", "smtp")
# What stands as a circle, because it is one thing with several faces; a row that is none any more has to go.
CIRCLES = {
    "app-panel app-panel-replay": "a replay shows its recording in a panel, and a panel opens its replays",
    "pop3-core pop3-server": "one session in two roles; the server's calls have a header of their own",
    "smtp-core smtp-server": "one session in two roles; the server's calls have a header of their own",
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
SOCKET_HEADERS = ("sys/socket.h", "netinet/", "arpa/inet.h", "netdb.h")
PASSING_BYTES = (r"SSL_(?:read|write|peek)(?:_ex)?|g_socket_(?:send|receive)\w*|g_socket_connect"
                 r"|g_io_stream_get_(?:in|out)put_stream")
# Names of calls where a file includes a socket header; elsewhere these words may name anything.
RAW = r"socket|connect|accept4?|send|sendto|sendmsg|recv|recvfrom|recvmsg"
PASSING_CALL = re.compile(rf"(?<![\w.>])({PASSING_BYTES}) \(")
RAW_CALL = re.compile(rf"(?<![\w.>])({PASSING_BYTES}|{RAW}) \(")


def read_table(path):
    """{folder: (folders it may use, outside names it may use)}, from the rows of the map."""
    rules, above, outside_above = {}, [], set()
    with open(path, encoding="utf-8") as file:
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in file
                if line.startswith("| `")]
    if not rows:
        sys.exit(f"{path} has no table of folders")
    for names, _what, uses in rows:
        folders = re.findall(r"`([a-z0-9]+)`", names)
        inside, outside = set(), {"GLib"}
        for word in re.split(r"[,;]\s*", uses):
            if word.startswith("all above"):
                inside |= set(above)
                outside |= {name for name in outside_above if name not in ALONE}
                if " but " in word:
                    inside.discard(word.split(" but ")[1].strip())
            elif word == "the cores":
                inside |= set(CORES)
            elif word in LIBRARIES:
                outside.add(word)
            elif word in above:
                inside.add(word)
            else:
                sys.exit(f"{path}: “{word}” is neither a folder above nor a library that layers.py knows")
        for folder in folders:
            rules[folder] = (inside | {folder}, outside)
        above += folders
        outside_above |= outside
    return rules


def library_of(header):
    return [name for name, starts in LIBRARIES.items() if header.startswith(starts)]


def check_include(where, folder, name, rules, header):
    inside, outside = rules[folder]
    owner = header.split("-")[0].split(".")[0]
    if os.path.dirname(header) == "" and owner in rules and header != f"{owner}.h":
        if owner not in inside:
            return f"{where}: {folder} may not use {owner} ({header})"
        return None
    libraries = library_of(header)
    if libraries and not outside & set(libraries):
        return f"{where}: {folder} may not use {' or '.join(libraries)} ({header})"
    if header == SSL_HEADERS and "OpenSSL" not in outside:
        return f"{where}: {folder} may use libcrypto, but not TLS ({header})"
    if header.startswith(SOCKET_HEADERS) and folder != "net":
        return f"{where}: sockets are net's alone ({header})"
    if header.startswith("libsoup/") and name != "net-http.c":
        return f"{where}: HTTP stands in net/net-http.c alone"
    if header.startswith("webkit/") and not name.startswith("app-web"):
        return f"{where}: WebKitGTK is seen by the module app-web… alone"
    for library in libraries:
        if ALONE.get(library, folder) != folder:
            return f"{where}: {library} is seen by {ALONE[library]} alone"
    return None


def strip_comments(text):
    """Comments and strings become blanks of the same shape, so that only code is looked at."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group(0)), text)


def check_file(top, folder, path, rules):
    name = os.path.basename(path)
    where = os.path.relpath(path, top)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    wrong = []
    if not name.startswith((folder + "-", folder + ".")) and name != "main.c":
        wrong.append(f"{where}: the prefix of a name is its folder: {folder}-…")
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            wrong.append(check_include(f"{where}:{number}", folder, name, rules, found.group(2)))
    if name != "net-link.c":
        raw = any(f"#include <{header}" in text for header in SOCKET_HEADERS)
        pattern = RAW_CALL if raw else PASSING_CALL
        for number, line in enumerate(strip_comments(text).splitlines(), 1):
            if found := pattern.search(line):
                wrong.append(f"{where}:{number}: {found.group(1)}() stands in net/net-link.c alone")
    return [words for words in wrong if words]


def unit_of(path):
    return re.sub(r"(-private|-class)?\.[ch]$", "", os.path.basename(path))


def find_circles(paths):
    """Each circle as the names in it, by way of what can be reached from where."""
    uses = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            names = {unit_of(found.group(2)) for line in file if (found := INCLUDE.match(line))}
        uses.setdefault(unit_of(path), set()).update(names)

    def reach(unit, seen):
        for name in uses.get(unit, set()) - seen:
            seen.add(name)
            reach(name, seen)
        return seen

    reached = {unit: reach(unit, set()) for unit in uses}
    circles = {unit: {unit} | {name for name in reached[unit] if unit in reached.get(name, ())} for unit in uses}
    return {" ".join(sorted(circle)) for circle in circles.values() if len(circle) > 1}


def check_circles(paths):
    circles = find_circles(paths)
    return ([f"src: these include each other in a circle: {circle}" for circle in sorted(circles - set(CIRCLES))]
            + [f"tests/check/layers.py: no circle any more: {circle}" for circle in sorted(set(CIRCLES) - circles)])


def main():
    top = sys.argv[1]
    rules = read_table(os.path.join(top, "src", "README.md"))
    wrong, paths = [], []
    for folder in sorted(os.listdir(os.path.join(top, "src"))):
        place = os.path.join(top, "src", folder)
        if not os.path.isdir(place):
            continue
        if folder not in rules:
            wrong.append(f"src/{folder}: not in the table of src/README.md")
            continue
        for root, _folders, files in os.walk(place):
            for name in sorted(files):
                if name.endswith((".c", ".h")):
                    paths.append(os.path.join(root, name))
                    wrong += check_file(top, folder, paths[-1], rules)
    wrong += check_circles(paths)
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
