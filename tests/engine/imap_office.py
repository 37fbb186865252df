"""An IMAP server in miniature that offers what a test says, and no more: whatever a client uses that was not
offered is a failure of the test. It keeps all it heard."""
import base64
import email.utils
import re
import threading

from line import Between, close

REV2 = {"ENABLE", "IDLE", "UIDPLUS", "MOVE", "NAMESPACE", "SPECIAL-USE", "UNSELECT", "BINARY", "LITERAL-", "SASL-IR",
        "ESEARCH", "SEARCHRES", "LIST-EXTENDED", "LIST-STATUS", "STATUS=SIZE"}
CUT = object()


def utf7(name):
    """RFC 3501 §5.1.3."""
    out = []
    for run in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", name):
        if " " <= run[0] <= "~":
            out.append(run.replace("&", "&-"))
        else:
            out.append("&" + base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-")
    return "".join(out)


class Letter:
    def __init__(self, uid, content, flags=(), email_id=None):
        self.uid, self.content, self.flags, self.modseq = uid, content, set(flags), 0
        self.email_id = email_id or f"M{abs(hash(content)):x}"

    def header(self, names):
        head = self.content.split(b"\r\n\r\n", 1)[0] + b"\r\n"
        fields = re.findall(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*\r\n", head)
        wanted = {name.upper().encode() for name in names}
        return b"".join(field for field in fields if field.split(b":")[0].upper() in wanted) + b"\r\n"


class Box:
    def __init__(self, name, uidvalidity, uses=""):
        self.name, self.uidvalidity, self.uses = name, uidvalidity, uses
        self.uidnext, self.letters, self.raw = 1, [], None
        self.mailbox_id, self.old_name = f"F{uidvalidity}", None
        self.modseq, self.gone = 1, []

    def put(self, content, flags=(), email_id=None):
        letter = Letter(self.uidnext, content, flags, email_id)
        self.uidnext += 1
        self.letters.append(letter)
        self.changed(letter)
        return letter

    def changed(self, letter):
        """Counted (RFC 7162)."""
        self.modseq += 1
        letter.modseq = self.modseq

    def mark(self, letter, flag):
        letter.flags.add(flag)
        self.changed(letter)

    def remove(self, letter):
        self.letters.remove(letter)
        self.modseq += 1
        self.gone.append((self.modseq, letter.uid))


class Office(Between):
    """`answers`: what a verb ("UID FETCH") is answered instead: a function of (session, tag, rest) that returns
    bytes, CUT, or None for the usual."""
    def __init__(self, offers, boxes=("INBOX",), answers=None, password="secret"):
        self.offers, self.answers, self.password = offers.split(), answers or {}, password
        self.boxes, self.heard, self.bodies, self.lock = [], [], 0, threading.RLock()
        self.room, self.charsets, self.prefix = 100, [], ""
        self.resigned = []  # what a challenge before the refusal was answered with
        self.dated = "21-Nov-2026 10:00:00 +0000"
        for name in boxes:
            self.make(name)
        super().__init__()

    def make(self, name, uses=""):
        box = Box(name, 1000 + len(self.boxes), uses)
        self.boxes.append(box)
        return box

    def box(self, name):
        return next((box for box in self.boxes if box.name == name), None)

    def has(self, word):
        return word in self.offers or (word in REV2 and "IMAP4rev2" in self.offers)

    def said(self, start):
        return [line for line in self.heard if line.startswith(start)]

    def carry(self, client):
        Session(self, client).run()

    def peer(self, user="ada"):
        """As world.Cli.add() wants to know it."""
        return {"imap": self.port, f"address.{user}": f"{user}@restante.test", f"password.{user}": self.password,
                "ca": "/dev/null"}

    # What other servers do otherwise.

    program = "Office"

    def told(self, session):
        """What is said while a client idles."""
        return b""

    def size(self, content):
        return len(content)

    def removed(self, box, letter):
        box.remove(letter)

    def highest(self, box):
        """HIGHESTMODSEQ."""
        return box.modseq

    def unseen(self, box):
        return sum("\\Seen" not in letter.flags for letter in box.letters)

    def vanished(self, box, since):
        """UIDs that are said to have vanished since then."""
        return [uid for modseq, uid in box.gone if modseq > since]

    def copied(self, box, letter):
        return box.put(letter.content, letter.flags, letter.email_id)

    def appended(self, box, content, flags):
        return box.put(content, flags)

    def sign_in(self, mechanism, response):
        """None: let in; else a challenge before the refusal."""
        return b"no"

    def item(self, session, letter, item):
        session.fail(f"FETCH {item}")
        return b""

    def store(self, session, tag, rest):
        session.unknown(tag, rest)


class Session:
    def __init__(self, office, client):
        self.office, self.client, self.file = office, client, client.makefile("rb")
        self.examined, self.charsets = False, office.charsets
        self.selected, self.enabled, self.saved, self.out, self.literals = None, set(), [], b"", []
        self.binary = []

    def fail(self, text):
        self.office.failures.append(AssertionError(text))

    def need(self, words, what):
        if not any(self.office.has(word) for word in words.split("|")):
            self.fail(f"{what} without {words}")

    # Lines

    def command(self):
        """The line, with \\0n\\0 in place of its literals."""
        text, self.literals, self.binary = b"", [], []
        while (line := self.file.readline()).endswith(b"\n"):
            text += line.rstrip(b"\r\n")
            mark = re.search(rb"~?\{(\d+)(\+?)\}$", text)
            if not mark:
                return text.decode("utf-8", "surrogateescape")
            size = int(mark[1])
            if mark[2] and not self.office.has("LITERAL+") and (size > 4096 or not self.office.has("LITERAL-")):
                self.fail(f"a literal of {size} bytes that does not wait")
            if not mark[2]:
                if size <= 4096 and (self.office.has("LITERAL-") or self.office.has("LITERAL+")):
                    self.fail(f"a literal of {size} bytes that waits")
                self.client.sendall(b"+ go on\r\n")
            self.literals.append(self.file.read(size))
            self.binary.append(mark[0].startswith(b"~"))
            text = text[:mark.start()] + b"\0%d\0" % (len(self.literals) - 1)
        return None

    def say(self, *lines):
        for line in lines:
            self.out += (line if isinstance(line, bytes) else line.encode()) + b"\r\n"

    def flush(self):
        out, self.out = self.out, b""
        self.client.sendall(out)

    def run(self):
        self.say(f"* OK [CAPABILITY {' '.join(self.office.offers)}] ready")
        self.flush()
        while (line := self.command()) is not None:
            tag, _, rest = line.partition(" ")
            self.office.heard.append(rest)
            verb, _, rest = rest.partition(" ")
            if verb.upper() == "UID":
                word, _, rest = rest.partition(" ")
                verb += " " + word
            verb = verb.upper()
            with self.office.lock:
                other = self.office.answers.get(verb)
                said = other(self, tag, rest) if other else None
                if said is CUT:
                    close(self.client)
                    return
                if said is None:
                    getattr(self, "do_" + verb.replace(" ", "_").lower(), self.unknown)(tag, rest)
                else:
                    self.out += said
            self.flush()
            if verb == "LOGOUT":
                return

    def unknown(self, tag, rest):
        self.fail(f"unknown command: {self.office.heard[-1]}")
        self.say(f"{tag} BAD what")

    # Words

    def spelled(self, box):
        utf8 = self.enabled & {"IMAP4REV2", "UTF8=ACCEPT"} or "IMAP4rev1" not in self.office.offers
        return b'"' + (box.raw if box.raw is not None else (box.name if utf8 else utf7(box.name)).encode()) + b'"'

    def find(self, word):
        if found := re.fullmatch("\0(\\d+)\0", word):
            name = self.literals[int(found[1])]
        else:
            name = word.strip('"').encode("utf-8", "surrogateescape")
        for box in self.office.boxes:
            if self.spelled(box).strip(b'"') == name or (box.name == "INBOX" and name.upper() == b"INBOX"):
                return box
        return None

    def uids(self, text):
        """A set of UIDs, to letters."""
        letters = self.selected.letters
        if text == "$":
            self.need("SEARCHRES", "$")
            return [letter for letter in letters if letter.uid in self.saved]
        last = max((letter.uid for letter in letters), default=0)
        found = set()
        for part in text.split(","):
            first, _, end = part.partition(":")
            numbers = [last if number == "*" else int(number) for number in (first, end or first)]
            found |= {letter.uid for letter in letters if min(numbers) <= letter.uid <= max(numbers)}
        return [letter for letter in letters if letter.uid in found]

    # Any state

    def do_capability(self, tag, rest):
        self.say(f"* CAPABILITY {' '.join(self.office.offers)}", f"{tag} OK done")

    def do_noop(self, tag, rest):
        self.say(f"{tag} OK done")

    def do_logout(self, tag, rest):
        self.say("* BYE", f"{tag} OK done")

    def do_id(self, tag, rest):
        self.need("ID", "ID")
        self.say(f'* ID ("name" "{self.office.program}" "version" "1")', f"{tag} OK done")

    def do_login(self, tag, rest):
        good = rest.split()[1].strip('"') == self.office.password
        self.say(f"{tag} OK [CAPABILITY {' '.join(self.office.offers)}] in" if good
                 else f"{tag} NO [AUTHENTICATIONFAILED] no")

    def do_authenticate(self, tag, rest):
        self.need("SASL-IR", "an initial response")
        mechanism, response = rest.split()
        self.office.heard[-1] = f"AUTHENTICATE {mechanism}"
        challenge = self.office.sign_in(mechanism, base64.b64decode(response))
        if challenge is None:
            self.say(f"{tag} OK [CAPABILITY {' '.join(self.office.offers)}] in")
            return
        self.client.sendall(b"+ " + base64.b64encode(challenge) + b"\r\n")
        self.office.resigned.append(self.file.readline().decode().strip())
        self.say(f"{tag} NO [AUTHENTICATIONFAILED] no")

    # Authenticated

    def do_enable(self, tag, rest):
        self.need("ENABLE", "ENABLE")
        for word in rest.split():
            self.need(word, f"ENABLE {word}")
        self.enabled |= set(rest.upper().split())
        self.say(f"* ENABLED {rest}", f"{tag} OK done")

    def do_namespace(self, tag, rest):
        self.need("NAMESPACE", "NAMESPACE")
        self.say(f'* NAMESPACE (("{self.office.prefix}" "/")) NIL NIL', f"{tag} OK done")

    def do_list(self, tag, rest):
        found = re.search(r"RETURN \((.*)\)$", rest)
        if found:
            self.need("LIST-EXTENDED|LIST-STATUS", "RETURN")
        status = re.search(r"STATUS \(([^)]*)\)", found[1]) if found else None
        if status:
            self.need("LIST-STATUS", "STATUS in LIST")
        # RFC 6154 §5: where it was not asked for, a server that can be asked says nothing of it here.
        special = found and "SPECIAL-USE" in found[1]
        if special:
            self.need("SPECIAL-USE", "RETURN (SPECIAL-USE)")
        told = special or (self.office.has("SPECIAL-USE") and not self.office.has("LIST-EXTENDED"))
        for box in self.office.boxes:
            old = f' ("OLDNAME" ("{box.old_name}"))' if box.old_name and "IMAP4REV2" in self.enabled else ""
            self.say(b"* LIST (" + (box.uses if told else "").encode() + b') "/" ' + self.spelled(box) + old.encode())
            if status:
                self.say(self.status_line(box, status[1]))
        self.say(f"{tag} OK done")

    def status_line(self, box, items):
        values = {"MESSAGES": len(box.letters), "UIDNEXT": box.uidnext, "UIDVALIDITY": box.uidvalidity,
                  "UNSEEN": self.office.unseen(box)}
        for item in items.split():
            if item == "SIZE":
                self.need("STATUS=SIZE", item)
                values[item] = sum(len(letter.content) for letter in box.letters)
            elif item == "MAILBOXID":
                self.need("OBJECTID", item)
                values[item] = f"({box.mailbox_id})"
            elif item == "APPENDLIMIT":
                self.need("APPENDLIMIT", item)
                values[item] = "NIL"
            elif item == "HIGHESTMODSEQ":
                self.need("CONDSTORE|QRESYNC", item)
                values[item] = self.office.highest(box)
            elif item not in values:
                self.fail(f"STATUS {item}")
        told = " ".join(f"{item} {values[item]}" for item in items.split())
        return b"* STATUS " + self.spelled(box) + f" ({told})".encode()

    def do_status(self, tag, rest):
        name, _, items = rest.partition(" (")
        if box := self.find(name):
            self.say(self.status_line(box, items.rstrip(")")))
        self.say(f"{tag} OK done" if box else f"{tag} NO [NONEXISTENT] no such mailbox")

    def do_create(self, tag, rest):
        self.office.make(rest.strip('"'))
        self.say(f"{tag} OK done")

    def do_select(self, tag, rest):
        name, _, options = rest.partition(" (")
        if options:
            self.need("CONDSTORE|QRESYNC", options)
        self.selected = box = self.find(name)
        if not box:
            self.say(f"{tag} NO [NONEXISTENT] no such mailbox")
            return
        self.say(f"* {len(box.letters)} EXISTS", "* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)",
                 f"* OK [UIDVALIDITY {box.uidvalidity}] ok", f"* OK [UIDNEXT {box.uidnext}] ok",
                 "* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft \\*)] ok")
        if self.office.has("CONDSTORE") or self.office.has("QRESYNC"):
            self.say(f"* OK [HIGHESTMODSEQ {self.office.highest(box)}] ok")
        if found := re.match(r"QRESYNC \((\d+) (\d+)\)\)$", options):
            if "QRESYNC" not in self.enabled:
                self.fail(f"{options} without ENABLE QRESYNC")
            if int(found[1]) == box.uidvalidity:
                self.tell_since(int(found[2]))
        self.say(f"{tag} OK [READ-WRITE] open")

    def tell_since(self, modseq):
        """RFC 7162 §3.2.5."""
        if gone := self.office.vanished(self.selected, modseq):
            self.say(f"* VANISHED (EARLIER) {','.join(map(str, gone))}")
        for letter in self.selected.letters:
            if letter.modseq > modseq:
                self.say(self.fetch_line(letter, ["UID", "FLAGS", "MODSEQ"]))

    def do_examine(self, tag, rest):
        self.examined = True
        self.do_select(tag, rest)

    def do_unselect(self, tag, rest):
        self.need("UNSELECT", "UNSELECT")
        self.selected = None
        self.say(f"{tag} OK done")

    def do_idle(self, tag, rest):
        self.need("IDLE", "IDLE")
        self.client.sendall(b"+ idling\r\n" + self.office.told(self))
        self.office.lock.release()
        try:
            self.file.readline()
        finally:
            self.office.lock.acquire()
        self.say(f"{tag} OK done")

    def do_notify(self, tag, rest):
        self.need("NOTIFY", "NOTIFY")
        self.say(f"{tag} OK done")

    def do_getquotaroot(self, tag, rest):
        self.need("QUOTA", "GETQUOTAROOT")
        used = sum(len(letter.content) for box in self.office.boxes for letter in box.letters) // 1024
        self.say('* QUOTAROOT INBOX ""', f'* QUOTA "" (STORAGE {used} {self.office.room})', f"{tag} OK done")

    def do_append(self, tag, rest):
        name = re.match(r'"[^"]*"|\S+', rest)[0]
        letters = re.findall("(?:\\(([^)]*)\\) )?(?:\"[^\"]*\" )?(?:UTF8 \\()?\0(\\d+)\0", rest[len(name) + 1:])
        if len(letters) > 1:
            self.need("MULTIAPPEND", f"{len(letters)} letters in one APPEND")
        box = self.find(name)
        if not box:
            self.say(f"{tag} NO [TRYCREATE] no such mailbox")
            return
        if (utf8 := "UTF8 (" in rest) or "UTF8=ACCEPT" in self.enabled:
            if utf8 and "UTF8=ACCEPT" not in self.enabled:
                self.fail("UTF8 without ENABLE UTF8=ACCEPT")
            for number in re.findall("\0(\\d+)\0", rest):
                ascii = self.literals[int(number)].split(b"\r\n\r\n")[0].isascii()
                said = f"UTF8 (\0{number}\0)" in rest
                if said == ascii or said != self.binary[int(number)]:
                    self.fail(f"APPEND {rest}: its letter {number}")
        uids = [self.office.appended(box, self.literals[int(number)], flags.split()).uid for flags, number in letters]
        code = f"[APPENDUID {box.uidvalidity} {','.join(map(str, uids))}] " if self.office.has("UIDPLUS") else ""
        self.say(f"{tag} OK {code}done")

    # Selected

    def matches(self, letter, key):
        if key.upper() == "ALL":
            return True
        if key.upper() == "DELETED":
            return "\\Deleted" in letter.flags
        if found := re.match(r'HEADER "?Message-ID"? "?<?([^">]*)>?"?$', key, re.I):
            return found[1].encode() in letter.header(["Message-ID"])
        if re.match(r"(TEXT|FROM|SUBJECT|OR) ", key):
            return self.has_words(letter, key)
        self.fail(f"SEARCH {key}")
        return False

    def has_words(self, letter, key):
        """TEXT, FROM and SUBJECT, one after the other; TO and CC in an OR."""
        argument = r'("[^"]*"|\0\d+\0|[^\s()]+)'
        key = re.sub(rf"OR TO {argument} CC {argument}", r"TO \1", key)
        for name, word in re.findall(rf"(TEXT|FROM|SUBJECT|TO) {argument}", key):
            if word.startswith("\0"):
                word = self.literals[int(word.strip("\0"))].decode()
            content = letter.content if name == "TEXT" else letter.header([name])
            if word.strip('"').lower() not in content.decode("utf-8", "replace").lower():
                return False
        return True

    def do_uid_search(self, tag, rest):
        options = re.match(r"RETURN \(([^)]*)\) ", rest)
        key = rest[options.end():] if options else rest
        if found := re.match(r"CHARSET (\S+) ", key):
            self.charsets.append(found[1])
            key = key[found.end():]
        letters = self.selected.letters
        if found := re.match(r"UID (\S+) ?", key):
            letters = self.uids(found[1])
            key = key[found.end():] or "ALL"
        letters, code = self.limited(letters)
        uids = [letter.uid for letter in letters if self.matches(letter, key.strip("()"))]
        if options:
            self.need("ESEARCH", "RETURN")
        if options and "SAVE" in options[1].split():
            self.need("SEARCHRES", "SAVE")
            self.saved = uids
        window = re.search(r"PARTIAL (-?\d+):(-?\d+)", options[1]) if options else None
        if window:
            self.need("PARTIAL", "PARTIAL")
            part = ",".join(map(str, self.window(uids, int(window[1]), int(window[2])))) or "NIL"
            self.say(f'* ESEARCH (TAG "{tag}") UID PARTIAL ({window[1]}:{window[2]} {part})')
        elif options or "IMAP4REV2" in self.enabled:
            self.say(f'* ESEARCH (TAG "{tag}") UID' + (f" ALL {','.join(map(str, uids))}" if uids else ""))
        else:
            self.say("* SEARCH" + "".join(f" {uid}" for uid in uids))
        self.say(f"{tag} OK {code}done")

    def do_uid_sort(self, tag, rest):
        self.need("SORT", "SORT")
        found = re.match(r"(?:RETURN \(PARTIAL 1:(\d+)\) )?\(REVERSE DATE\) UTF-8 (.*)$", rest)
        fits = [letter for letter in self.selected.letters if self.matches(letter, found[2].strip("()"))]
        fits.sort(key=lambda letter: -email.utils.parsedate_to_datetime(
            letter.header(["Date"])[6:].decode().strip()).timestamp())
        uids = [str(letter.uid) for letter in fits]
        if found[1]:
            self.need("ESORT", "RETURN in SORT")
            self.need("CONTEXT=SORT|PARTIAL", "PARTIAL in SORT")
            self.say(f'* ESEARCH (TAG "{tag}") UID PARTIAL (1:{found[1]} {",".join(uids[:int(found[1])]) or "NIL"})')
        else:
            self.say("* SORT" + "".join(f" {uid}" for uid in uids))
        self.say(f"{tag} OK done")

    def limited(self, letters):
        """The newest ones that one command may touch (RFC 9738), and the code that says where it stopped."""
        limit = next((int(word.split("=")[1]) for word in self.office.offers if word.startswith("MESSAGELIMIT=")), None)
        if limit is None or len(letters) <= limit:
            return letters, ""
        return letters[-limit:], f"[MESSAGELIMIT {limit} {letters[-limit].uid}] "

    @staticmethod
    def window(found, first, last):
        if first > 0:
            return found[min(first, last) - 1:max(first, last)]
        return found[::-1][min(-first, -last) - 1:max(-first, -last)][::-1]

    def number(self, letter):
        return self.selected.letters.index(letter) + 1

    def literal(self, content):
        return b"{%d}\r\n%s" % (len(content), content)

    def item(self, letter, item):
        if item == "UID":
            return b"UID %d" % letter.uid
        if item == "FLAGS":
            return f"FLAGS ({' '.join(sorted(letter.flags))})".encode()
        if item == "RFC822.SIZE":
            return b"RFC822.SIZE %d" % self.office.size(letter.content)
        if item == "MODSEQ":
            return b"MODSEQ (%d)" % letter.modseq
        if item == "INTERNALDATE":
            return b'INTERNALDATE "%s"' % self.office.dated.encode()
        if item == "EMAILID":
            self.need("OBJECTID", item)
            return f"EMAILID ({letter.email_id})".encode()
        if item == "PREVIEW (LAZY)":
            self.need("PREVIEW", item)
            return b'PREVIEW "what it begins with"'
        if item == "SAVEDATE":
            self.need("SAVEDATE", item)
            return b'SAVEDATE "15-Nov-2026 10:00:00 +0000"'
        if item == "BODY.PEEK[]":
            self.office.bodies += 1
            return b"BODY[] " + self.literal(letter.content)
        if found := re.match(r"BODY\.PEEK\[(HEADER\.FIELDS \(([^)]*)\))\]", item):
            return f"BODY[{found[1]}] ".encode() + self.literal(letter.header(found[2].split()))
        return self.office.item(self, letter, item)

    def fetch_line(self, letter, items):
        if "UIDONLY" in self.enabled:
            parts = [self.item(letter, item) for item in items if item != "UID"]
            return b"* %d UIDFETCH (" % letter.uid + b" ".join(parts) + b")"
        parts = [self.item(letter, item) for item in items]
        if "UID" not in items:
            parts.insert(0, b"UID %d" % letter.uid)
        return b"* %d FETCH (" % self.number(letter) + b" ".join(parts) + b")"

    def do_uid_fetch(self, tag, rest):
        if not self.selected:
            self.say(f"{tag} BAD no mailbox is open")
            return
        found = re.match(r"(\S+) \((.*?)\)(?: \(((?:CHANGEDSINCE|PARTIAL)[^)]*)\))?$", rest)
        letters = self.uids(found[1])
        items = re.findall(r"[A-Z.]*\[[^\]]*\](?:<[^>]*>)?|PREVIEW \(LAZY\)|[^ ()]+", found[2])
        if numbers := re.search(r"PARTIAL (-?\d+):(-?\d+)", found[3] or ""):
            self.need("PARTIAL", found[3])
            letters = self.window(letters, int(numbers[1]), int(numbers[2]))
        if since := re.search(r"CHANGEDSINCE (\d+)", found[3] or ""):
            self.need("CONDSTORE|QRESYNC", found[3])
            letters = [letter for letter in letters if letter.modseq > int(since[1])]
            items.append("MODSEQ")
        letters, code = self.limited(letters)
        for letter in letters:
            self.say(self.fetch_line(letter, items))
        self.say(f"{tag} OK {code}done")

    def do_uid_store(self, tag, rest):
        found = re.match(r"(\S+) ([+-]?)FLAGS(?:\.SILENT)? \(([^)]*)\)", rest)
        if not found:
            self.office.store(self, tag, rest)
            return
        if self.limited(self.uids(found[1]))[1]:
            self.fail(f"a STORE beyond the limit: {rest}")
        for letter in self.uids(found[1]):
            words = set(found[3].split())
            letter.flags = letter.flags | words if found[2] == "+" else letter.flags - words if found[2] else words
            self.selected.changed(letter)
        self.say(f"{tag} OK done")

    def gone_line(self, letter):
        return f"* VANISHED {letter.uid}" if self.enabled & {"UIDONLY", "QRESYNC"} else f"* {self.number(letter)} EXPUNGE"

    def expunge(self, letters):
        for letter in letters:
            self.say(self.gone_line(letter))
            self.office.removed(self.selected, letter)

    def do_expunge(self, tag, rest):
        self.expunge([letter for letter in self.selected.letters if "\\Deleted" in letter.flags])
        self.say(f"{tag} OK done")

    def do_uid_expunge(self, tag, rest):
        self.need("UIDPLUS", "UID EXPUNGE")
        self.expunge([letter for letter in self.uids(rest) if "\\Deleted" in letter.flags])
        self.say(f"{tag} OK done")

    def copy(self, tag, rest, move):
        uids, _, name = rest.partition(" ")
        box, letters = self.find(name), self.uids(uids)
        if not box:
            self.say(f"{tag} NO [TRYCREATE] no such mailbox")
            return
        made = [self.office.copied(box, letter) for letter in letters]
        code = ""
        if self.office.has("UIDPLUS") and letters:
            code = f"[COPYUID {box.uidvalidity} {','.join(str(letter.uid) for letter in letters)} " \
                   f"{','.join(str(letter.uid) for letter in made)}] "
        if move:
            self.say(f"* OK {code}moved")
            self.expunge(letters)
        self.say(f"{tag} OK done" if move else f"{tag} OK {code}done")

    def do_uid_copy(self, tag, rest):
        self.copy(tag, rest, False)

    def do_uid_move(self, tag, rest):
        self.need("MOVE", "UID MOVE")
        self.copy(tag, rest, True)


class Gmail(Office):
    """As Google documents it: folders are labels, each letter is once in All Mail, Trash and Spam leave no label."""
    OFFERS = ("IMAP4rev1 UNSELECT IDLE NAMESPACE ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE ESEARCH "
              "UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE")
    FOLDERS = {"[Gmail]/All Mail": "\\All", "[Gmail]/Trash": "\\Trash", "[Gmail]/Spam": "\\Junk",
               "[Gmail]/Starred": "\\Flagged"}
    SYSTEM = {"\\Inbox": "INBOX", "\\Starred": "[Gmail]/Starred"}

    def __init__(self, offers=OFFERS, boxes=("INBOX",), **more):
        super().__init__(offers, (), **more)
        for name in boxes:
            self.make(name)
        for name, uses in self.FOLDERS.items():
            self.make(name, uses)
        self.last_id = 1278455344230334865

    def all(self):
        return self.box("[Gmail]/All Mail")

    def deliver(self, content, *names):
        self.last_id += 1
        for name in ("[Gmail]/All Mail", *names):
            self.box(name).put(content, (), str(self.last_id))

    def places(self, letter):
        return [(box, one) for box in self.boxes for one in box.letters if one.email_id == letter.email_id]

    def labels(self, letter, besides):
        names = {name: label for label, name in self.SYSTEM.items()}
        return [names.get(box.name, box.name) for box, _ in self.places(letter)
                if box is not besides and box.name not in self.FOLDERS or box.name in names and box is not besides]

    def removed(self, box, letter):
        if box is not self.all() or {"[Gmail]/Trash", "[Gmail]/Spam"} & {place.name for place, _ in self.places(letter)}:
            box.letters.remove(letter)

    def copied(self, box, letter):
        there = [one for one in box.letters if one.email_id == letter.email_id]
        return there[0] if there else box.put(letter.content, letter.flags, letter.email_id)

    def item(self, session, letter, item):
        if item == "X-GM-MSGID":
            return b"X-GM-MSGID " + letter.email_id.encode()
        if item == "X-GM-LABELS":
            words = (label if label[0] == "\\" else f'"{utf7(label)}"' for label in self.labels(letter, session.selected))
            return f"X-GM-LABELS ({' '.join(words)})".encode()
        return super().item(session, letter, item)

    def store(self, session, tag, rest):
        found = re.match(r"(\S+) ([+-])X-GM-LABELS(?:\.SILENT)? \((.*)\)$", rest)
        labels = [bare or quoted for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', found[3])]
        for letter in session.uids(found[1]):
            for label in labels:
                box = self.box(self.SYSTEM.get(label, label))
                there = [one for one in box.letters if one.email_id == letter.email_id]
                if found[2] == "+" and not there:
                    box.put(letter.content, letter.flags, letter.email_id)
                for one in there if found[2] == "-" else ():
                    box.letters.remove(one)
        session.say(f"{tag} OK Success")


def letter(number, size=200, more=""):
    head = (f"From: Ada <ada@restante.test>\r\nTo: edsger@restante.test\r\nSubject: letter {number}\r\n"
            f"Date: {email.utils.formatdate(1795255200 + number)}\r\nMessage-ID: <{number}@restante.test>\r\n{more}\r\n")
    return head.encode() + (f"body {number} ".encode() * (size // 6 + 1))[:size] + b"\r\n"


class Submission(Between):
    """Takes every letter."""
    OFFERS = b"250-here\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n"

    def carry(self, client):
        file = client.makefile("rb")
        client.sendall(b"220 ready\r\n")
        while line := file.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                client.sendall(b"354 go on\r\n")
                while file.readline() not in (b".\r\n", b""):
                    pass
            client.sendall(self.OFFERS if verb == b"EHLO" else
                           b"235 in\r\n" if verb == b"AUTH" else b"221 bye\r\n" if verb == b"QUIT" else b"250 done\r\n")
