"""What is said to a server that offers an extension, and to one that does not; who got a letter and who did not;
when it is tried again; and what became of one whose answer never came."""
import contextlib
import datetime
import email
import glob
import os
import pathlib
import signal
import socket
import sqlite3
import ssl
import subprocess
import time
import unittest

import world
from world import Cli, Server
from desk import Desk
from line import close
import peers
import tap

LETTER = (b"From: Ada <ada@restante.test>\r\nTo: edsger@restante.test\r\nSubject: %b\r\nMessage-ID: <%b@restante.test>\r\n"
          b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n.hello\r\n")
EDSGER = "edsger@restante.test"


class Sending(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("dovecot")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def box(self, *offers, tls=None, protocol="imap", ports=None, **answers):
        desk = Desk(offers, {begin.replace("_", " "): answer for begin, answer in answers.items()}, tls)
        cli = Cli()
        self.addCleanup(cli.close)
        self.addCleanup(desk.stop)
        self.addCleanup(lambda: self.assertEqual(desk.failures, []))
        cli.add(protocol, self.peer, "ada", security="tls" if tls else "none",
                ports={"submission": desk.port, "submissions": desk.port, **(ports or {})})
        return cli, desk

    def send(self, cli, *words, letter=LETTER % (b"one", b"one"), code=0):
        said = cli.run("send", "box", *words, cli.file("letter.eml", letter))
        self.assertEqual(said.code, code, said)
        return said

    def outbox(self, cli):
        return cli.good("outbox", "box", "--json").rows()

    def again(self, cli, code=0):
        """As if its time had come."""
        cli.good("outbox", "box", self.outbox(cli)[0]["id"], "again")
        said = cli.run("sync", "box", "--headers-only")
        self.assertEqual(said.code, code, said)
        return [(row["state"], row["accepted"], [(one["address"], one["code"], one["status"]) for one in row["refused"]],
                 row["attempts"]) for row in self.outbox(cli)]

    def test_limits(self):
        """LIMITS, RFC 9422: fewer at a time, and fewer letters a session."""
        to = [f"user{number}@{domain}.example" for number in range(3) for domain in "ab"]
        words = [word for address in to for word in ("--to", address)]
        for offered, counts, sessions in ((), [6], 1), (("LIMITS RCPTMAX=4",), [4, 2], 1), \
                (("LIMITS MAILMAX=1 RCPTMAX=4 OTHER=x",), [4, 2], 2), (("LIMITS RCPTDOMAINMAX=1 RCPTMAX=zero",), [3, 3], 1):
            with self.subTest(offered):
                cli, desk = self.box("PIPELINING", *offered)
                self.send(cli, *words)
                self.assertEqual([len(rcpts) for _, rcpts, _ in desk.taken], counts)
                self.assertEqual(sorted(line for _, rcpts, _ in desk.taken for line in rcpts),
                                 sorted(f"RCPT TO:<{address}>" for address in to))
                self.assertEqual(len(desk.sessions), sessions)
                self.assertEqual(self.outbox(cli), [])
                self.assertEqual(len([row for row in cli.good("ledger", "box", "--json").rows()
                                      if row["state"] == "queued"]), 1)

    def test_asleep_while_the_server_waits(self):
        """A computer that sleeps between DATA and the letter finds the connection closed: the letter was not sent, and
        nobody has to ask the recipients."""
        for last_words in b"", b"421 4.4.2 too slow\r\n":
            with self.subTest(last_words):
                running = []

                def sleep(line, last_words=last_words):
                    pid = running[0].pid
                    os.kill(pid, signal.SIGSTOP)
                    while pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
                        time.sleep(0.01)
                    desk.client.sendall(b"354 go on\r\n" + last_words)
                    close(desk.client)
                    os.kill(pid, signal.SIGCONT)
                    del desk.answers["DATA"]
                    return b""
                cli, desk = self.box(DATA=sleep)
                command = cli.command("send", "box", "--to", EDSGER, cli.file("letter.eml", LETTER % (b"one", b"one")))
                with subprocess.Popen(command, env=cli.env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
                    running.append(process)
                    said = process.communicate(timeout=world.PATIENCE)[1].decode()
                # Whoever called it has the letter, and may say it again.
                self.assertEqual((process.returncode, self.outbox(cli)), (75, []), said)
                self.send(cli, "--to", EDSGER)
                self.assertEqual(len(desk.taken), 1)

    def test_too_many_at_a_time(self):
        """A server that says so only when there are (RFC 5321 §4.5.3.1.10): the others come next, at once. One that has no
        room, and one that refuses the first, is asked again in its time."""
        for refusal, counts in ((b"452 4.5.3 too many recipients", [2, 2, 1]), (b"552 too many recipients", [2, 2, 1]),
                                (b"452 too many", [2, 2, 1]), (b"452 4.3.1 no room", [2]), (b"452 4.5.3 none at all", [])):
            for offers in (), ("PIPELINING",), ("PIPELINING", "CHUNKING"):
                with self.subTest(f"{refusal} {offers}"):
                    taken = []

                    def mail(line):
                        taken.clear()
                        return b"250 2.1.0 yes\r\n"

                    def rcpt(line, refusal=refusal, most=2 if counts else 0):
                        taken.append(line)
                        return refusal + b"\r\n" if len(taken) > most else b"250 2.1.5 yes\r\n"
                    cli, desk = self.box(*offers, MAIL=mail, RCPT=rcpt)
                    to = [f"user{number}@x.example" for number in range(5)]
                    self.send(cli, *[word for address in to for word in ("--to", address)],
                              code={5: 0, 2: 69, 0: 75}[sum(counts)])
                    self.assertEqual([len(rcpts) for _, rcpts, _ in desk.taken], counts)
                    self.assertEqual([line for _, rcpts, _ in desk.taken for line in rcpts],
                                     [f"RCPT TO:<{address}>" for address in to[:sum(counts)]])
                    self.assertEqual([(row["state"], len(row["accepted"])) for row in self.outbox(cli)],
                                     [("queued", 2)] if sum(counts) == 2 else [])

    def test_size(self):
        for offered, code in (("SIZE 100", 69), ("SIZE 10000", 0), ("SIZE", 0), ("HELP", 0)):
            cli, desk = self.box(offered)
            said = self.send(cli, code=code)
            self.assertEqual(len(desk.taken), int(code == 0), said)
            size = len(LETTER % (b"one", b"one"))
            self.assertEqual([line.partition(" SIZE=")[2] for line in desk.said("MAIL")],
                             [] if code else [str(size) if offered.startswith("SIZE") else ""])

    def test_domains_beyond_ascii(self):
        """IDNA where SMTPUTF8 is not offered; a name in front of the @ has no other form."""
        letter = LETTER.replace(b"edsger@restante.test", "grâce@exämple.org, bob@exämple.org".encode()) % (b"idna", b"idna")
        cli, desk = self.box("8BITMIME")
        self.send(cli, "--to", "bob@exämple.org", letter=letter)
        self.assertEqual(desk.taken[0][:2], ("MAIL FROM:<ada@restante.test> BODY=8BITMIME",
                                             ["RCPT TO:<bob@xn--exmple-cua.org>"]))
        self.assertIn("To: grâce@xn--exmple-cua.org, bob@xn--exmple-cua.org\r\n".encode(), desk.taken[0][2])
        said = self.send(cli, "--to", "grâce@exämple.org", letter=letter, code=69)
        self.assertIn("beyond ASCII", said.err)
        self.assertEqual(len(desk.said("MAIL")), 1)
        cli, desk = self.box("8BITMIME", "SMTPUTF8")
        self.send(cli, letter=letter)
        self.assertEqual(desk.taken[0][:2], ("MAIL FROM:<ada@restante.test> BODY=8BITMIME SMTPUTF8",
                                             ["RCPT TO:<grâce@exämple.org>", "RCPT TO:<bob@exämple.org>"]))
        self.assertEqual(desk.taken[0][2], letter)

    def test_reports(self):
        for offered, mail, rcpt in (("DSN", " RET=HDRS ENVID=one@restante.test",
                                     " NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@x.example"), ("HELP", "", "")):
            cli, desk = self.box(offered)
            self.send(cli, "--reports", "--to", "a+b@x.example")
            self.assertEqual(desk.taken[0][:2], ("MAIL FROM:<ada@restante.test>" + mail, ["RCPT TO:<a+b@x.example>" + rcpt]))
            self.send(cli, "--to", "a+b@x.example")
            self.assertEqual(desk.taken[1][:2], ("MAIL FROM:<ada@restante.test>", ["RCPT TO:<a+b@x.example>"]))

    def deliveries(self, cli):
        ids = {row["id"] for row in cli.good("ledger", "box", "--json").rows() if row["state"] == "handed-over"}
        return [(row["state"], row["detail"]) for one in sorted(ids)
                for row in cli.good("ledger", "box", one, "--json").rows() if row["exchange"] == "DSN"]

    def report(self, of, recipients):
        return (b"From: MAILER-DAEMON@x.example\r\nSubject: report\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
                b"report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
                b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n" +
                b"\r\n".join(b"Final-Recipient: rfc822; %b\r\nAction: %b\r\nStatus: %b\r\n" % one for one in recipients) +
                b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%b@restante.test>\r\n--b--\r\n" % of)

    def test_reports_are_understood(self):
        """They say what became of the letter for whom it was sent to; others' words mean nothing."""
        cli, _ = self.box("DSN")
        self.send(cli, "--to", "a@x.example", "--to", "b@x.example", letter=LETTER % (b"told", b"told"))
        server = Server(self.peer, "ada")
        for of, recipients in ((b"told", [(b"A@x.example", b"delayed", b"4.4.1"), (b"b@x.example", b"failed", b"5.1.1")]),
                               (b"told", [(b"a@x.example", b"delivered", b"2.0.0"), (b"eve@x.example", b"failed", b"5.1.1")]),
                               (b"told", [(b"a@x.example", b"delayed", b"4.4.1")]),
                               # What the host before knew, which comes behind what the last one knows.
                               (b"told", [(b"a@x.example", b"relayed", b"2.0.0"), (b"b@x.example", b"relayed", b"2.0.0")]),
                               (b"never", [(b"a@x.example", b"failed", b"5.1.1")])):
            server.put("INBOX", self.report(of, recipients))
            cli.good("sync", "box")
        server.close()
        self.assertEqual(self.deliveries(cli), [("delivered", "a@x.example 2.0.0"), ("failed", "b@x.example 5.1.1")])

    def test_postfix_reports(self):
        peer = peers.start("postfix")
        self.addCleanup(peer.stop)
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add("imap", peer, "ada")
        self.send(cli, "--reports", letter=LETTER % (b"postfix", b"postfix"))

        def told():
            cli.good("sync", "box")
            return self.deliveries(cli)
        self.assertTrue(world.within(30, told))
        # To the mailbox by LMTP, which reports no further.
        (state, detail), = self.deliveries(cli)
        self.assertIn(state, ("delivered", "relayed"))
        self.assertEqual(detail.split()[0], EDSGER)

    def test_encrypted_all_the_way(self):
        """REQUIRETLS means nothing on an open line: nothing is said to the server."""
        cli, desk = self.box("REQUIRETLS")
        said = self.send(cli, "--require-tls", code=69)
        self.assertIn("encrypted lines all the way", said.err)
        self.assertEqual(desk.said("MAIL|RCPT"), [])
        self.assertEqual(self.outbox(cli)[0]["state"], "refused")

    def test_encrypted_all_the_way_is_asked_for(self):
        """Where a server offers it on an encrypted line, MAIL says so; one that does not offer it there hears of nothing."""
        pki = os.path.dirname(self.peer["ca"])
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(os.path.join(pki, "server.pem"), os.path.join(pki, "server.key"))
        for offers, said in ((("REQUIRETLS",), ["MAIL FROM:<ada@restante.test> REQUIRETLS"]),
                             (("PIPELINING", "CHUNKING", "SIZE", "REQUIRETLS"), None), (("PIPELINING",), [])):
            with self.subTest(offers):
                cli, desk = self.box(*offers, tls=tls)
                self.send(cli, "--require-tls", code=69 if said == [] else 0)
                mails = desk.said("MAIL")
                if said is not None:
                    self.assertEqual(mails, said)
                self.assertEqual(len(desk.taken), len(mails))
                self.assertTrue(all(line.endswith(" REQUIRETLS") for line in mails), mails)
                if said != []:
                    # A letter that does not ask for it is sent as ever.
                    self.send(cli, letter=LETTER % (b"two", b"two"))
                    self.assertNotIn("REQUIRETLS", desk.said("MAIL")[-1])

    def test_some_refused(self):
        """One has it, one is asked again later, one never: each once, and each is told apart."""
        for offers in ((), ("PIPELINING",), ("PIPELINING", "CHUNKING")):
            with self.subTest(offers):
                cli, desk = self.box(*offers, **{"RCPT TO:<no@x.example": b"550 5.1.1 nobody\r\n",
                                                 "RCPT TO:<later@x.example": b"451 4.7.1 greylisted\r\n"})
                words = [word for name in ("yes", "no", "later") for word in ("--to", name + "@x.example")]
                said = self.send(cli, *words, code=69)
                self.assertIn("later@x.example", said.err)
                row, = self.outbox(cli)
                self.assertEqual((row["state"], row["accepted"], row["attempts"]), ("queued", ["yes@x.example"], 1))
                self.assertEqual([(one["address"], one["code"], one["status"]) for one in row["refused"]],
                                 [("no@x.example", 550, "5.1.1"), ("later@x.example", 451, "4.7.1")])
                wait = datetime.datetime.fromisoformat(row["next"].replace("Z", "+00:00")) - \
                    datetime.datetime.now(datetime.timezone.utc)
                self.assertTrue(30 < wait.total_seconds() < 80, row["next"])
                # Why it waits, and not what is over.
                self.assertIn("(451 4.7.1)", row["why"])
                # Not before its time.
                cli.good("sync", "box", "--headers-only")
                self.assertEqual(len(desk.taken), 1)
                del desk.answers["RCPT TO:<later@x.example"]
                del desk.answers["RCPT TO:<no@x.example"]
                self.again(cli)
                self.assertEqual([rcpts for _, rcpts, _ in desk.taken],
                                 [["RCPT TO:<yes@x.example>"], ["RCPT TO:<no@x.example>", "RCPT TO:<later@x.example>"]])
                self.assertEqual(self.outbox(cli), [])
                # One copy in Sent.
                self.assertEqual(len([row for row in cli.good("ledger", "box", "--json").rows()
                                      if row["state"] == "saved-on-server"]), 1)

    def test_the_counter_closes(self):
        """421 in the middle of an envelope (RFC 5321 §3.8): who was refused before is told, the others wait, nobody gets
        it twice; where all were refused before the line was cut, nothing is left to wait for."""
        def closes(last_words):
            def answer(line):
                desk.client.sendall(last_words)
                return b""
            return answer
        names = [f"{name}@x.example" for name in ("no", "a", "b", "c")]
        for offers in ((), ("PIPELINING",), ("PIPELINING", "CHUNKING")):
            with self.subTest(offers):
                cli, desk = self.box(*offers, **{"RCPT TO:<no@": b"550 5.1.1 nobody\r\n",
                                                 "RCPT TO:<b@": closes(b"421 4.3.2 closing\r\n")})
                self.send(cli, "--at", "2030-01-01T08:30Z", *[word for name in names for word in ("--to", name)])
                self.assertEqual(self.again(cli, 75), [("queued", [], [("no@x.example", 550, "5.1.1")], 1)])
                self.assertIn("(421 4.3.2)", self.outbox(cli)[0]["why"])
                desk.answers.clear()
                self.assertEqual(self.again(cli), [])
                self.assertEqual([rcpts for _, rcpts, _ in desk.taken], [[f"RCPT TO:<{name}>" for name in names]])
                desk.answers["RCPT"] = closes(b"550 5.1.1 nobody\r\n")
                self.send(cli, "--at", "2030-01-01T08:30Z", "--to", names[0])
                self.assertEqual(self.again(cli, 69), [("refused", [], [("no@x.example", 550, "5.1.1")], 0)])

    def test_after_a_refusal(self):
        """The next letter over the same session is not taken for the rest of the refused one."""
        def rcpt(line):
            return b"550 5.1.1 nobody\r\n" if "no@" in line else b"250 yes\r\n"
        for offers in ((), ("PIPELINING",), ("PIPELINING", "CHUNKING")):
            cli, desk = self.box(*offers, MAIL=b"451 later\r\n")
            self.send(cli, "--at", "2030-01-01T00:00", "--to", "no@x.example")
            self.send(cli, "--at", "2030-01-01T00:00", "--to", "yes@x.example")
            for row in self.outbox(cli):
                cli.good("outbox", "box", row["id"], "again")
            desk.answers = {"RCPT": rcpt}
            self.assertEqual(cli.run("sync", "box", "--headers-only").code, 69)
            self.assertEqual([rcpts for _, rcpts, _ in desk.taken], [["RCPT TO:<yes@x.example>"]])
            self.assertEqual(len(desk.sessions), 1)
            between = desk.sessions[0][desk.sessions[0].index("RCPT TO:<no@x.example>"):]
            self.assertLess(between.index("RSET"), between.index("RCPT TO:<yes@x.example>"))

    def test_longer_and_longer(self):
        """Tried again after 1, 2, 4 … minutes and up to a quarter more, at most an hour; when, and why, can be read."""
        cli, desk = self.box(MAIL=b"451 4.3.2 busy\r\n")
        self.send(cli, "--at", "2030-01-01T08:30Z")
        path, = glob.glob(os.path.join(cli.data, "accounts", "*", "mail.db"))
        for attempt, minutes in enumerate((1, 2, 4, 8, 16, 32, 60, 60), 1):
            with contextlib.closing(sqlite3.connect(path)) as base, base:
                base.execute("UPDATE outbox SET next_try = 0")
            before = datetime.datetime.now(datetime.timezone.utc)
            self.assertEqual(cli.run("sync", "box", "--headers-only").code, 75)
            after = datetime.datetime.now(datetime.timezone.utc)
            row, = self.outbox(cli)
            due = datetime.datetime.fromisoformat(row["next"].replace("Z", "+00:00"))
            second = datetime.timedelta(seconds=1)  # it is written in whole ones
            self.assertGreaterEqual(due + second, before + datetime.timedelta(minutes=minutes))
            self.assertLessEqual(due - second, after + datetime.timedelta(minutes=minutes * 1.25))
            self.assertEqual((row["state"], row["attempts"]), ("queued", attempt))
            self.assertIn("451 4.3.2", row["why"])
            # Nobody is asked before that.
            cli.run("sync", "box", "--headers-only")
            self.assertEqual(len(desk.said("MAIL")), attempt)

    def test_later(self):
        cli, desk = self.box()
        self.send(cli, "--at", "2030-01-01T08:30Z")
        self.assertEqual(desk.sessions, [])
        row, = self.outbox(cli)
        self.assertEqual((row["state"], row["next"], row["attempts"], row["why"]),
                         ("queued", "2030-01-01T08:30:00Z", 0, None))
        cli.good("sync", "box", "--headers-only")
        self.assertEqual(desk.sessions, [])
        self.again(cli)
        self.assertEqual(len(desk.taken), 1)
        # A time that is past is now; no time at all is a mistake.
        self.send(cli, "--at", "2020-01-01T08:30")
        self.assertEqual(len(desk.taken), 2)
        self.send(cli, "--at", "tomorrow", code=64)

    def test_copy_comes_with_it(self):
        """What a run hands over is in Sent when it ends, there and here, also when only another folder was asked for."""
        for name, words in ((b"copy1", ()), (b"copy2", ("--folder", "INBOX"))):
            cli, desk = self.box()
            self.send(cli, "--at", "2030-01-01T08:30Z", letter=LETTER % (name, name))
            cli.good("outbox", "box", self.outbox(cli)[0]["id"], "again")
            cli.good("sync", "box", *words)
            self.assertEqual(len(desk.taken), 1)
            server = Server(self.peer, "ada")
            self.addCleanup(server.close)
            server.select("Sent")
            there = [uid for uid, letter in server.letters().items() if b"Subject: " + name in letter]
            self.assertEqual(len(there), 1)
            row, = [row for row in cli.rows("Sent") if row["subject"] == name.decode()]
            self.assertEqual((row["uid"], row["pending"]), (there[0], False))

    def test_eight_bits(self):
        """8BITMIME: said with BODY=, and as it is. Without it the letter is encoded, whole and in parts; what is signed
        is not broken."""
        text = "voilà = là\r\n".encode()
        head = LETTER.split(b"\r\n\r\n")[0] % (b"eight", b"eight") + b"\r\nMIME-Version: 1.0\r\n"
        plain = head + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text
        signed = head + b"Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n\r\n" + text + b"\r\n--s--\r\n"
        cli, desk = self.box("8BITMIME")
        self.send(cli, letter=plain)
        mail, _, taken = desk.taken[0]
        self.assertIn("BODY=8BITMIME", mail)
        self.assertEqual(taken, plain)
        for offers in ((), ("PIPELINING", "CHUNKING")):
            cli, desk = self.box(*offers)
            self.send(cli, letter=plain)
            mail, _, taken = desk.taken[0]
            self.assertNotIn("BODY=", mail)
            self.assertTrue(taken.isascii())
            self.assertEqual(email.message_from_bytes(taken).get_payload(decode=True), text)
            said = self.send(cli, letter=signed, code=69)
            self.assertIn("signed part", said.err)
            self.assertEqual(len(desk.taken), 1)
            # It stands in the outbox, and is what it was.
            row, = self.outbox(cli)
            self.assertEqual(row["state"], "refused")

    def unknown(self, name, *words, **more):
        """A letter whose answer never came."""
        letter = LETTER % (name, name)
        cli, desk = self.box(**more)
        said = self.send(cli, *words, letter=letter, code=74)
        self.assertIn("may have been sent", said.err)
        self.assertEqual(self.outbox(cli)[0]["state"], "may-have-been-sent")
        cli.good("sync", "box")
        self.assertEqual(self.outbox(cli)[0]["state"], "may-have-been-sent")
        return cli, letter

    def found(self, cli, folder):
        cli.good("sync", "box")
        self.assertEqual(self.outbox(cli), [])
        told = [row for row in cli.good("ledger", "box", "--json").rows() if row["state"] == "handed-over"]
        self.assertEqual([(row["folder"], row["exchange"]) for row in told], [(folder, "UID FETCH")])

    def test_found_in_sent(self):
        """Some servers file what they take in Sent themselves."""
        for offers in ((), ("PIPELINING", "CHUNKING")):
            name = b"sent%d" % len(offers)
            cli, letter = self.unknown(name, **{".": b"", "BDAT": b""})
            server = Server(self.peer, "ada")
            server.put("Sent", letter)
            server.close()
            self.found(cli, "Sent")

    def test_found_in_inbox(self):
        cli, letter = self.unknown(b"self", "--to", "ada@restante.test", **{".": b""})
        server = Server(self.peer, "ada")
        server.put("INBOX", letter)
        server.close()
        self.found(cli, "INBOX")

    def test_inbox_proves_nothing_of_others(self):
        cli, letter = self.unknown(b"other", **{".": b""})
        server = Server(self.peer, "ada")
        server.put("INBOX", letter)
        server.close()
        cli.good("sync", "box")
        self.assertEqual(self.outbox(cli)[0]["state"], "may-have-been-sent")
        cli.good("outbox", "box", self.outbox(cli)[0]["id"], "discard")
        self.assertEqual(self.outbox(cli), [])

    def waiting(self, protocol, dead=True):
        """A letter that is due, in an account whose own server is @dead."""
        cli, desk = self.box(protocol=protocol, ports={protocol: nobody()} if dead else {})
        self.send(cli, "--at", "2090-01-01T08:30Z")
        cli.good("outbox", "box", self.outbox(cli)[0]["id"], "again")
        return cli, desk

    def test_sends_where_nothing_can_be_collected(self):
        """That the one server is away keeps no letter from the other; what is told is that it is."""
        for protocol in "imap", "pop3":
            with self.subTest(protocol):
                cli, desk = self.waiting(protocol)
                said = cli.run("sync", "box")
                self.assertEqual((said.code, len(desk.taken), self.outbox(cli)), (69, 1, []), said)
                self.assertIn("127.0.0.1", said.err)

    def test_sends_before_it_watches(self):
        for protocol in "imap", "pop3":
            with self.subTest(protocol):
                cli, desk = self.waiting(protocol, dead=False)
                process = subprocess.Popen(cli.command("sync", "box", "--watch", "600"), env=cli.env, stdin=subprocess.DEVNULL,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.addCleanup(process.wait)
                self.addCleanup(process.kill)
                self.assertTrue(world.within(world.PATIENCE, lambda: desk.taken))
                self.assertIsNone(process.poll())
                # It owns the account: who else wants to send is told so.
                said = cli.run("outbox", "box", "send")
                self.assertIn("in use by", said.err, said)

    def test_sends_alone(self):
        """Without a word to the server where mail is collected."""
        for protocol in "imap", "pop3":
            with self.subTest(protocol):
                cli, desk = self.waiting(protocol)
                for letters in 1, 0:
                    stats, = cli.good("outbox", "box", "send", "--stats", "--json").rows()
                    self.assertEqual((len(desk.taken), self.outbox(cli)), (1, []))
                    self.assertEqual((stats["bytes_out"] > len(desk.taken[0][2]), stats["fsyncs"] > 0, stats["round_trips"] > 0),
                                     (bool(letters),) * 3)
                for words in ("send", "--json"), ("send", "again"), ("1", "again", "--stats"), ("--stats",):
                    self.assertEqual(cli.run("outbox", "box", *words).code, 64)


def nobody():
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


if __name__ == "__main__":
    tap.main()
