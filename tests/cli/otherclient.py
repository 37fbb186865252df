"""The other client: looks into a mailbox with Python's own libraries, and changes it behind our back."""
import imaplib
import smtplib
import ssl
import time


class Mailbox:
    def __init__(self, peer, user="ada"):
        self.peer = peer
        context = ssl.create_default_context(cafile=peer["ca"])
        self.imap = imaplib.IMAP4_SSL("localhost", peer.port("imaps"), ssl_context=context)
        # As AUTHENTICATE: imaplib's LOGIN quotes carelessly.
        self.imap.authenticate("PLAIN", lambda _: f"\0{user}\0{peer['password.' + user]}".encode())

    def select(self, folder="INBOX"):
        answer = self.imap.select(f'"{folder}"')
        assert answer[0] == "OK", answer
        return int(answer[1][0])

    def put(self, raw, folder="INBOX", flags=""):
        answer = self.imap.append(f'"{folder}"', f"({flags})" if flags else None, None, raw)
        assert answer[0] == "OK", answer

    def uids(self, folder="INBOX", what="ALL"):
        self.select(folder)
        return [int(uid) for uid in self.imap.uid("search", None, what)[1][0].split()]

    def raw(self, uid):
        return self.imap.uid("fetch", str(uid), "(BODY.PEEK[])")[1][0][1]

    def all(self, folder="INBOX"):
        """The letters' bytes, sorted."""
        return sorted(self.raw(uid) for uid in self.uids(folder))

    def flags(self, uid):
        answer = self.imap.uid("fetch", str(uid), "(FLAGS)")[1][0]
        return {flag.decode() for flag in imaplib.ParseFlags(answer)}

    def store(self, uids, mode, flags):
        self.imap.uid("store", ",".join(map(str, uids)), mode, flags)

    def remove(self, uids):
        self.store(uids, "+FLAGS", "(\\Deleted)")
        self.imap.expunge()

    def empty(self):
        for folder in ("INBOX", "Sent", "Trash", "Archive", "Drafts"):
            uids = self.uids(folder)
            if uids:
                self.remove(uids)

    def close(self):
        try:
            self.imap.logout()
        except (imaplib.IMAP4.error, OSError):
            pass


def deliver(peer, raw, to, sender="someone@elsewhere.test"):
    with smtplib.SMTP("localhost", peer.port("smtp")) as client:
        client.sendmail(sender, to, raw)


def within(seconds, question):
    """Asks until the answer is not false: it lies with other processes, which tell no one."""
    deadline = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer
