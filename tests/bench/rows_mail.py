"""The rows about mail on the wire and on the disk: each yields lines, ours beside the raw bound and a peer."""
import os
import shutil
import subprocess

import raw


def beside(what, ours, bound, peer=""):
    return f"{what:44} {ours:7.2f} s   bound {bound:6.2f} s   {ours / bound:5.1f} ×   {peer}"


def mbsync(bench, user, place):
    """What mbsync takes for the same, without compression and without syncing each file, its fastest."""
    if not shutil.which("mbsync"):
        return None
    peer = bench.server()
    path = os.path.join(place, "mbsyncrc")
    # It knows no address in a certificate, but accepts the certificate itself.
    certificate = os.path.join(os.path.dirname(peer["ca"]), "server.pem")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"FSync no\nIMAPAccount a\nHost 127.0.0.1\nPort {peer['imaps']}\nUser {user}\n"
                   f"PassCmd \"cat {bench.password_file(user)}\"\nSSLType IMAPS\nCertificateFile {certificate}\nDisableExtensions COMPRESS=DEFLATE\n\n"
                   f"IMAPStore far\nAccount a\n\nMaildirStore near\nPath {place}/\nInbox {place}/in\n\n"
                   f"Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nSync Pull\nCreate Near\nSyncState *\n")
    return ["mbsync", "-q", "-c", path, "c:INBOX"]


def first_download(bench):
    bench.server()
    count = bench.counts["ada"]
    bound = bench.median(lambda: raw.imap(bench.peer, "ada", "(UID BODY.PEEK[])"))

    def prepare():
        data = bench.place()
        bench.account(data, "imap", "ada")
        return data
    ours = bench.timed(prepare, lambda data: bench.run([bench.cli, "--data", data, "sync", "ada", "--folder", "INBOX"]))
    command = mbsync(bench, "ada", bench.place())
    other = ""
    if command:
        seconds = bench.timed(lambda: mbsync(bench, "ada", bench.place()), bench.run)
        other = f"mbsync {seconds:.2f} s"
    yield beside(f"IMAP, first download of {count} letters", ours, bound, other)


def headers(bench):
    bench.server()
    count = bench.counts["grace"]
    fields = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO SUBJECT MESSAGE-ID REFERENCES)])"
    raw.imap(bench.peer, "grace", fields)  # The server's own cache is warm for both.
    bound = bench.median(lambda: raw.imap(bench.peer, "grace", fields))

    def prepare():
        data = bench.place()
        bench.account(data, "imap", "grace")
        return data
    command = ["sync", "grace", "--folder", "INBOX", "--headers-only"]
    ours = bench.timed(prepare, lambda data: bench.run([bench.cli, "--data", data, *command]))
    yield beside(f"IMAP, headers of {count} letters", ours, bound)
    data = prepare()
    bench.run([bench.cli, "--data", data, *command])
    ours = bench.timed(lambda: data, lambda data: bench.run([bench.cli, "--data", data, *command]))
    bound = bench.median(lambda: raw.imap(bench.peer, "grace", "FLAGS", False))
    yield beside(f"IMAP, {count} letters, nothing changed", ours, bound, "(bound: FETCH 1:* FLAGS)")


def collect(bench):
    bench.server()
    count = bench.counts["ada"]
    bound = bench.median(lambda: raw.pop3(bench.peer, "ada", count))

    def prepare():
        data = bench.place()
        bench.account(data, "pop3", "ada")
        return data
    ours = bench.timed(prepare, lambda data: bench.run([bench.cli, "--data", data, "sync", "ada"]))
    other = ""
    if shutil.which("mpop"):
        def mpop(place):
            subprocess.run(["mpop", "--host=127.0.0.1", f"--port={bench.peer['pop3s']}", "--tls=on", "--tls-starttls=off",
                            f"--tls-trust-file={bench.peer['ca']}", "--user=ada", "--auth=user", "--keep=on",
                            f"--passwordeval=cat {bench.password_file('ada')}", f"--uidls-file={place}/uidls",
                            "--quiet", f"--delivery=mbox,{place}/mbox"], check=True, capture_output=True)
        other = f"mpop {bench.timed(bench.place, mpop):.2f} s"
    yield beside(f"POP3, collect {count} letters", ours, bound, other)


def send(bench):
    peer = bench.server()
    count = 20
    data = bench.place()
    bench.account(data, "imap", "edsger", "--smtp", f"127.0.0.1:{peer['submissions']}", "--smtp-security", "tls",
                  "--smtp-user", "edsger")
    address = peer["address.edsger"]
    letter = (f"From: {address}\r\nTo: {address}\r\nSubject: bench\r\nMessage-ID: <bench@restante.test>\r\n"
              "Date: Thu, 1 Oct 2026 08:00:00 +0000\r\n\r\n") + ("x" * 70 + "\r\n") * 700
    path = os.path.join(data, "letter.eml")
    with open(path, "w", encoding="ascii", newline="") as file:
        file.write(letter)
    bound = bench.median(lambda: raw.smtp(peer, "edsger", letter.encode(), count))

    def every(command):
        for _ in range(count):
            bench.run(command)
    ours = bench.timed(lambda: [bench.cli, "--data", data, "send", "edsger", path], every)
    yield beside(f"SMTP, {count} letters of 50 KB, a process each", ours, bound, "(bound: one connection)")


def search(bench):
    data = bench.place()
    bench.account(data, "imap", "ada")
    bench.run([bench.cli, "--data", data, "sync", "ada", "--folder", "INBOX"])
    seconds = bench.timed(lambda: data, lambda data: bench.run([bench.cli, "--data", data, "sync", "ada", "--index"]))
    yield f"index of {bench.counts['ada']} letters: {seconds:.2f} s"
    seconds = bench.timed(lambda: data, lambda data: bench.run([bench.cli, "--data", data, "search", "harbour proof",
                                                               "--limit", "50"]))
    yield f"first page of a query, the whole process: {seconds * 1000:.0f} ms"


ROWS = {"imap": first_download, "headers": headers, "pop3": collect, "smtp": send, "search": search}
