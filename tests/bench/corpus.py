"""Mailboxes for measuring, always the same: letters whose sizes spread as in a real mailbox (median near 8.6 KB,
a few large ones that make most of the bytes), or small ones only."""
import base64
import os
import random

WORDS = ("letter post office morning answer proof table engine server folder copy stamp harbour winter train "
         "reading garden number method paper window street coffee question").split()
PEOPLE = ("Ada Lovelace", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov", "Alan Turing", "Katherine Johnson")


def letter(number, rng, noise, small):
    sender = PEOPLE[number % len(PEOPLE)]
    subject = " ".join(rng.choices(WORDS, k=4))
    day = 1 + number % 28
    head = (f"Return-Path: <{sender.split()[0].lower()}@example.test>\r\nReceived: from mail.example.test by "
            f"mail.restante.test with ESMTPS id {number:08x}\r\n\tfor <ada@restante.test>; {day} Oct 2026 08:00:00 +0000\r\n"
            f"From: {sender} <{sender.split()[0].lower()}@example.test>\r\nTo: Ada <ada@restante.test>\r\n"
            f"Subject: {subject} {number}\r\nDate: {day} Oct 2026 0{number % 10}:{number % 60:02d}:00 +0000\r\n"
            f"Message-ID: <{number}.bench@example.test>\r\nMIME-Version: 1.0\r\n")
    size = 1200 if small else int(min(rng.lognormvariate(8.95, 1.9), 3_000_000))
    text = "\r\n".join(" ".join(rng.choices(WORDS, k=11)) for _ in range(min(size, 6000) // 70 + 1)) + "\r\n"
    if size < 9000:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
    start = rng.randrange(len(noise) // 2)
    raw = noise[start:start + min(size * 3 // 4, len(noise) // 2)]
    return b"".join((head.encode(), b"Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\n"
                     b"Content-Type: text/plain; charset=utf-8\r\n\r\n", text.encode(),
                     b"\r\n--=_b\r\nContent-Type: application/octet-stream; name=\"data.bin\"\r\n"
                     b"Content-Disposition: attachment; filename=\"data.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                     base64.encodebytes(raw).replace(b"\n", b"\r\n"), b"--=_b--\r\n"))


def make(maildir, count, owner, small=False):
    """Fills a Maildir; returns the bytes in it."""
    rng = random.Random(7)
    noise = rng.randbytes(5_000_000)
    total = 0
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(maildir, name), exist_ok=True)
    for number in range(count):
        data = letter(number, rng, noise, small)
        total += len(data)
        with open(os.path.join(maildir, "cur", f"{1790000000 + number}.M{number}.bench,S={len(data)}:2,S"), "wb") as file:
            file.write(data)
    for root, folders, files in os.walk(os.path.dirname(maildir)):
        for name in folders + files:
            os.chown(os.path.join(root, name), owner, owner)
    os.chown(os.path.dirname(maildir), owner, owner)
    return total
