"""The rows about mail on the wire and on the disk: each yields lines, ours beside the raw bound and a peer."""
import os
import shutil
import statistics
import subprocess
import tempfile

import raw
from measure import Done, Line

FLAGS_CHANGED = 100
LETTERS_SENT = 200


def fsyncs(done):
    return f", {done.stats()['fsyncs']} fsyncs"


def mbsync(bench, user, synced):
    """mbsync's command for the same, without compression; it is fastest when it does not wait for the disk."""
    place = bench.place()
    peer = bench.server()
    path = os.path.join(place, "mbsyncrc")
    # It knows no address in a certificate, but accepts the certificate itself.
    certificate = os.path.join(os.path.dirname(peer["ca"]), "server.pem")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"FSync {'yes' if synced else 'no'}\nIMAPAccount a\nHost 127.0.0.1\nPort {peer['imaps']}\nUser {user}\n"
                   f"PassCmd \"cat {bench.password_file(user)}\"\nSSLType IMAPS\nCertificateFile {certificate}\nDisableExtensions COMPRESS=DEFLATE\n\n"
                   f"IMAPStore far\nAccount a\n\nMaildirStore near\nPath {place}/\nInbox {place}/in\n\n"
                   f"Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nSync Pull\nCreate Near\nSyncState *\n")
    return ["mbsync", "-q", "-c", path, "c:INBOX"]


def letters(bench, user):
    """Our side of a first download, beside the bound's: preparing, working, the bound."""
    peer = bench.server()
    return (lambda: bench.account("imap", user), lambda data: bench.sync(data, user, "--folder", "INBOX"),
            lambda: raw.imap(peer, user, raw.LETTERS))


def peer_seconds(bench, user, *synced):
    return [bench.seconds(lambda each=each: mbsync(bench, user, each), Done) for each in synced] if shutil.which("mbsync") else []


def first_download(bench):
    bench.server()
    took = [f"{seconds:.2f} s" for seconds in peer_seconds(bench, "ada", False, True)]
    other = f", mbsync {took[0]}, and {took[1]} when it waits for the disk as ours does" if took else ""
    yield bench.beside(f"A: IMAP, first download of {bench.counts['ada']} letters", *letters(bench, "ada"), 1.5,
                       lambda done: fsyncs(done) + other)


def first_download_small(bench):
    """What a letter costs, where it is hardly any bytes."""
    bench.server()
    other = "".join(f", mbsync {seconds:.2f} s" for seconds in peer_seconds(bench, "grace", False))
    yield bench.beside(f"A': IMAP, first download of {bench.counts['grace']} small letters", *letters(bench, "grace"), None,
                       lambda done: fsyncs(done) + other)


def two_connections(bench):
    peer = bench.server()
    yield bench.beside("A2: the same, over two connections", lambda: bench.account("imap", "ada"),
                       lambda data: bench.sync(data, "ada", "--folder", "INBOX", "--connections", "2"),
                       lambda: raw.imap_twice(peer, "ada", raw.LETTERS), 1.5, fsyncs)


def headers(bench):
    peer = bench.server()
    raw.imap(peer, "grace", raw.HEADERS)  # The server's own cache is warm for both.
    kept = []

    def work(data):
        kept.append(data)
        return bench.sync(data, "grace", "--folder", "INBOX", "--headers-only")
    yield bench.beside(f"B: IMAP, headers of {bench.counts['grace']} letters", lambda: bench.account("imap", "grace"), work,
                       lambda: raw.imap(peer, "grace", raw.HEADERS), 1.5, fsyncs)
    yield from again(bench, peer, kept[-1])


def again(bench, peer, data):
    """The same mailbox once more: unchanged, and with a few changed flags."""
    start = bench.seconds(lambda: None, lambda _: Done([bench.cli, "--data", data, "account", "list"]))
    state = raw.known(peer, "grace")

    def trips(done):
        return f", {done.stats()['round_trips']} round trips"
    command = ["--folder", "INBOX", "--headers-only"]
    yield bench.beside(f"C: IMAP, {bench.counts['grace']} letters, nothing changed", lambda: data,
                       lambda _: bench.sync(data, "grace", *command),
                       lambda: raw.qresync(peer, "grace", state) + start, 1.5,
                       lambda done: f"{trips(done)}{fsyncs(done)} (bound: QRESYNC and {start * 1000:.0f} ms to start a process)")
    small = bench.account("imap", "ada")
    bench.sync(small, "ada", *command)
    for user, place in (("ada", small), ("grace", data)):
        signs = iter("+-" * bench.runs)
        done = []
        for _ in range(bench.runs):
            raw.change_flags(peer, user, FLAGS_CHANGED, next(signs))
            done.append(bench.sync(place, user, *command))
        yield Line(f"C': {FLAGS_CHANGED} flags changed among {bench.counts[user]}",
                         f"{statistics.median(each.seconds for each in done):.2f} s",
                         more=trips(done[-1])[2:] + fsyncs(done[-1]))


def collect(bench):
    peer = bench.server()
    count = bench.counts["ada"]
    other = ""
    if shutil.which("mpop"):
        def mpop(place):
            subprocess.run(["mpop", "--host=127.0.0.1", f"--port={peer['pop3s']}", "--tls=on", "--tls-starttls=off",
                            f"--tls-trust-file={peer['ca']}", "--user=ada", "--auth=user", "--keep=on",
                            f"--passwordeval=cat {bench.password_file('ada')}", f"--uidls-file={place}/uidls",
                            "--quiet", f"--delivery=mbox,{place}/mbox"], check=True, capture_output=True)
        other = f", mpop {bench.seconds(bench.place, mpop):.2f} s"
    yield bench.beside(f"D: POP3, {count} letters", lambda: bench.account("pop3", "ada"),
                       lambda data: bench.sync(data, "ada"), lambda: raw.pop3(peer, "ada", count), 1.5,
                       lambda done: fsyncs(done) + other)


def sample_letter(bench, size):
    """A letter of so many bytes from edsger to grace; its path and its bytes."""
    peer = bench.server()
    head = (f"From: {peer['address.edsger']}\r\nTo: {peer['address.grace']}\r\nSubject: bench\r\nMessage-ID: <bench@restante.test>\r\n"
            "Date: Thu, 1 Oct 2026 08:00:00 +0000\r\n\r\n")
    letter = (head + ("x" * 70 + "\r\n") * ((size - len(head)) // 72)).encode()
    path = os.path.join(bench.place(), "letter.eml")
    with open(path, "wb") as file:
        file.write(letter)
    return path, letter


def sender(bench):
    peer = bench.server()
    return bench.account("pop3", "edsger", "--smtp", f"127.0.0.1:{peer['submissions']}", "--smtp-security", "tls",
                         "--smtp-user", "edsger", "--leave", "none")


def runtime(bench):
    """A person's runtime directory, in memory as a desktop has it."""
    return tempfile.mkdtemp(prefix="rt-bench-", dir="/dev/shm") if os.path.isdir("/dev/shm") else bench.place()


def curl(bench, letter, count):
    """curl's command for the same: it keeps no letter, and does not know which of them went, so that it waits for no disk of its own."""
    peer = bench.server()
    path = os.path.join(bench.place(), "letters")
    one = (f'url = "smtps://127.0.0.1:{peer["submissions"]}"\ncacert = "{peer["ca"]}"\nupload-file = "{letter}"\n'
           f'user = "edsger:{peer["password.edsger"]}"\nmail-from = "{peer["address.edsger"]}"\nmail-rcpt = "{peer["address.grace"]}"\n')
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.write("next\n".join([one] * count))
    return ["curl", "-sS", "-K", path]


def send(bench):
    peer = bench.server()
    path, letter = sample_letter(bench, 50000)
    count, memory = LETTERS_SENT, runtime(bench)
    other = ""
    if shutil.which("curl"):
        command = curl(bench, path, count)
        other = f", curl {bench.seconds(lambda: command, Done):.2f} s"

    def prepare():
        data = sender(bench)
        Done([bench.queue, data, "edsger", str(count), path])
        return data
    yield bench.beside(f"E: SMTP, {count} letters of 50 KB, one connection", prepare,
                       lambda data: Done([bench.cli, "--data", data, "outbox", "edsger", "send", "--stats", "--json"], {"XDG_RUNTIME_DIR": memory}),
                       lambda: raw.smtp(peer, "edsger", "grace", letter, count), 1.3, lambda done: fsyncs(done) + other)
    shutil.rmtree(memory, ignore_errors=True)


def search(bench):
    data = bench.account("imap", "ada")
    bench.sync(data, "ada", "--folder", "INBOX")
    seconds = bench.seconds(lambda: data, lambda data: bench.sync(data, "ada", "--index"))
    yield Line(f"G: index of {bench.counts['ada']} letters", f"{seconds:.2f} s")
    seconds = bench.seconds(lambda: data, lambda data: Done([bench.cli, "--data", data, "search", "harbour proof",
                                                                   "--limit", "50"]))
    yield Line("G': first page of a query, the whole process", f"{seconds * 1000:.0f} ms")


ROWS = {"imap": first_download, "imap-small": first_download_small, "imap-two": two_connections, "headers": headers, "pop3": collect, "smtp": send, "search": search}
