"""Mailboxes for measuring, always the same. Letters of every kind and size, mixed as in a mailbox that people and lists
write to: plain ones, plain and HTML in one (a table with a style sheet, as shops and newsletters make them), and one in
seven with attachments, which make most of the bytes; or small ones only. Half answer an earlier letter, a third come from
a list, a third have words beyond ASCII."""
import base64
import email.header
import email.utils
import math
import os
import quopri
import random

WORDS = ("letter post office morning answer proof table engine server folder copy stamp harbour winter train the of and to "
         "reading garden number method paper window street coffee question a in that for it was with as on be at by").split()
BEYOND = [("utf-8", "письмо почта утро ответ вопрос таблица двигатель сервер папка копия марка зима поезд номер".split()),
          ("koi8-r", "письмо почта утро ответ вопрос таблица окно улица кофе бумага чтение сад метод".split()),
          ("iso-8859-1", "déjà reçu préféré élève forêt coût équipe données résumé été première à où".split()),
          ("utf-8", "郵便 手紙 返事 質問 番号 資料 予定 会議 確認 報告 更新".split())]
PEOPLE = ("Ada Lovelace", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov", "Alan Turing", "Katherine Johnson",
          "Émilie du Châtelet", "Sofja Kowalewskaja", "Kurt Gödel", "Hedy Lamarr")
STYLE = "".join(f".c{n}{{font-family:Helvetica,Arial,sans-serif;font-size:{11 + n % 7}px;color:#{n * 999983 & 0xffffff:06x};"
                f"padding:{n % 20}px {n % 13}px;border-collapse:collapse}}\r\n" for n in range(40))
ATTACHMENTS = (("application/pdf", "pdf"), ("image/jpeg", "jpg"), ("application/zip", "zip"),
               ("application/octet-stream", "bin"))
BEGAN = 1577865600
# 76 characters of base64 and the end of the line.
NOISE_LINE = 78
LONGEST_ATTACHMENT = 3_700_000


class Corpus:
    def __init__(self, small, seed=7):
        self.rng = random.Random(seed)
        self.small = small
        self.noise = base64.encodebytes(self.rng.randbytes(8_000_000)).replace(b"\n", b"\r\n")
        self.when = BEGAN
        self.threads = []
        self.lines = {}

    def spread(self, middle, width, most):
        return min(int(self.rng.lognormvariate(math.log(middle), width)), most)

    def words(self, size, words):
        """Lines from a pool of them, since choosing each word takes longer than everything measured."""
        if words[0] not in self.lines:
            self.lines[words[0]] = [" ".join(self.rng.choices(words, k=10)) for _ in range(1000)]
        out, total = [], 0
        while total < size:
            out.append(self.rng.choice(self.lines[words[0]]))
            total += len(out[-1]) + 2
        return "\r\n".join(out) + "\r\n"

    def text(self, size, charset, words):
        body = self.words(size, words)
        if body.isascii():
            return f"Content-Type: text/plain; charset=us-ascii\r\n\r\n{body}".encode()
        coded = base64.encodebytes(body.encode(charset)).replace(b"\n", b"\r\n")
        return b"".join((f"Content-Type: text/plain; charset={charset}\r\n".encode(),
                         b"Content-Transfer-Encoding: base64\r\n\r\n", coded))

    def html(self, size, words):
        rng = self.rng
        out = ["<!DOCTYPE html><html><head><style>\r\n", STYLE if size > 9000 else STYLE[:600],
               '</style></head><body><table width="600" class="c1">\r\n']
        total = sum(map(len, out))
        while total < size:
            row = (f'<tr><td class="c{rng.randrange(40)}" style="padding:0 12px"><p>{self.words(rng.randint(40, 400), words)}</p>'
                   f'<a href="https://shop.example.test/r/{rng.getrandbits(64):x}"><img src="https://shop.example.test/'
                   f'{rng.getrandbits(48):x}.png" width="120" alt="{rng.choice(WORDS)}"></a></td></tr>\r\n')
            out.append(row)
            total += len(row)
        out.append("</table></body></html>\r\n")
        coded = quopri.encodestring("".join(out).encode()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + coded

    def attachment(self):
        kind, ending = self.rng.choice(ATTACHMENTS)
        size = self.spread(70000, 1.45, LONGEST_ATTACHMENT)
        lines = size * 4 // 3 // 76 + 1
        start = self.rng.randrange(len(self.noise) // NOISE_LINE - lines) * NOISE_LINE
        name = f"{self.rng.choice(WORDS)}-{self.rng.randrange(9999)}.{ending}"
        return b"".join((f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
                         "Content-Transfer-Encoding: base64\r\n\r\n".encode(),
                         self.noise[start:start + lines * NOISE_LINE]))

    def several(self, kind, parts):
        mark = f"=_{self.rng.getrandbits(64):x}".encode()
        joined = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts)
        return b"Content-Type: multipart/" + kind + b'; boundary="' + mark + b'"\r\n\r\n' + joined + b"--" + mark + b"--\r\n"

    def body(self, charset, words):
        dice = self.rng.random()
        if dice < .05:
            return self.text(self.rng.randint(10, 400), charset, words)
        if dice < (.75 if self.small else .47):
            return self.text(self.spread(900, .6, 9000) if self.small else self.spread(2200, .9, 200000), charset, words)
        size = self.rng.randint(600, 1300) if self.small else self.spread(8000, .95, 300000)
        both = self.several(b"alternative", [self.text(size // 4, charset, words), self.html(size, words)])
        if self.small or dice < .86:
            return both
        more = 1 if self.rng.random() < .8 else 2
        return self.several(b"mixed", [both] + [self.attachment() for _ in range(more)])

    def head(self, number, subject, thread, listed):
        rng = self.rng
        name = PEOPLE[number % len(PEOPLE)]
        address = f"{name.split()[0].lower()}{rng.randrange(60)}@example.test".encode("ascii", "ignore").decode()
        date = email.utils.formatdate(self.when)
        shown = name if name.isascii() else email.header.Header(name, "utf-8").encode()
        lines = [f"Return-Path: <{address}>"]
        for hop in range(rng.randint(2, 6)):
            lines.append(f"Received: from mx{hop}.example.test (mx{hop}.example.test [192.0.2.{hop + 1}])\r\n"
                         f"\tby relay{hop}.restante.test with ESMTPS id {rng.getrandbits(40):010X}\r\n"
                         f"\tfor <ada@restante.test>; {date}")
        if rng.random() < .7:
            signature = base64.b64encode(rng.randbytes(256)).decode()
            lines.append("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.test; s=s1;\r\n"
                         "\th=from:to:subject:date:message-id;\r\n\tb=" +
                         "\r\n\t ".join(signature[at:at + 70] for at in range(0, len(signature), 70)))
        message_id = f"{number}.{rng.getrandbits(64):x}@example.test"
        lines += [f"From: {shown} <{address}>",
                  "To: The harbour list <harbour@lists.example.test>" if listed else "To: Ada <ada@restante.test>"]
        if rng.random() < .35:
            lines.append("Cc: " + ",\r\n ".join(f"{each.split()[0]} <{each.split()[0].lower()}@example.test>"
                                                for each in rng.sample(PEOPLE[:6], rng.randint(1, 5))))
        lines += [f"Subject: {'Re: ' if thread else ''}{subject}", f"Date: {date}", f"Message-ID: <{message_id}>"]
        if thread:
            lines += [f"In-Reply-To: <{thread[-1]}>", "References: " + "\r\n ".join(f"<{each}>" for each in thread[-12:])]
        if listed:
            lines += ["List-Id: The harbour <harbour.lists.example.test>", "List-Post: <mailto:harbour@lists.example.test>",
                      "List-Unsubscribe: <https://lists.example.test/harbour>", "Precedence: list"]
        lines.append("MIME-Version: 1.0\r\n")
        return message_id, "\r\n".join(lines).encode("ascii", "replace")

    def letter(self, number):
        self.when += int(self.rng.expovariate(1 / 1500)) + 1
        if self.threads and self.rng.random() < .45:
            subject, charset, words, thread, listed = self.rng.choice(self.threads[-20:])
        else:
            charset, words = self.rng.choice(BEYOND) if self.rng.random() < .3 else ("us-ascii", WORDS)
            subject = " ".join(self.rng.choices(words, k=4))
            subject = subject if subject.isascii() else email.header.Header(subject, charset, maxlinelen=75).encode(linesep="\r\n")
            thread, listed = [], self.rng.random() < .35
            self.threads = self.threads[-300:] + [(subject, charset, words, thread, listed)]
        message_id, head = self.head(number, subject, thread, listed)
        thread.append(message_id)
        return head + self.body(charset, words)


def make(maildir, count, owner, small=False):
    """Fills a Maildir; returns the bytes in it."""
    corpus = Corpus(small)
    total = 0
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(maildir, name), exist_ok=True)
    for number in range(count):
        data = corpus.letter(number)
        total += len(data)
        path = os.path.join(maildir, "cur", f"{corpus.when}.M{number}.bench,S={len(data)}:2,{'S' if number % 5 else ''}")
        with open(path, "wb") as file:
            file.write(data)
        os.utime(path, (corpus.when, corpus.when))
    for root, folders, files in os.walk(os.path.dirname(maildir)):
        for name in folders + files:
            os.chown(os.path.join(root, name), owner, owner)
    os.chown(os.path.dirname(maildir), owner, owner)
    return total
