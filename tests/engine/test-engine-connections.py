"""Two IMAP connections: a long download is shared where that pays, or where it is asked for; a server that
allows one is done with one, nobody hears of an error, and either may be cut."""
import threading
import unittest

import world
from imap_office import CUT, letter
from line import SlowLine
from office_case import OfficeCase
from world import Cli, Letters, Server
import peers
import tap


class Connections(OfficeCase):
    def share(self, first=None, later=None, letters=60):
        """A download over two connections; how many each gave, in the order of their sign-in."""
        office = self.office("IMAP4rev1 ESEARCH")
        box = office.box("INBOX")
        for number in range(letters):
            box.put(letter(number, 200_000))
        sessions, given = [], {}

        def login(session, tag, rest):
            sessions.append(session)
            return later(session, tag, rest) if later and len(sessions) == 2 else None

        def fetch(session, tag, rest):
            if "BODY.PEEK[]" in rest and "HEADER" not in rest:
                given[session] = given.get(session, 0) + 1
                return first(session, sessions, given) if first else None
            return None
        office.answers = {"LOGIN": login, "UID FETCH": fetch}
        cli = self.account(office)
        cli.good("sync", "box", "--connections", "2")
        self.check(cli, office)
        return office, cli, sessions, given

    def test_download_is_shared(self):
        office, _, sessions, given = self.share()
        self.assertEqual(len(sessions), 2)
        self.assertEqual(len(given), 2, "each gave letters")
        self.assertEqual(office.bodies, 60, "none of them twice")
        self.assertEqual([line for line in office.heard if line.startswith("EXAMINE")], ["EXAMINE INBOX"])

    def test_one_connection_where_no_more_is_wanted(self):
        office = self.office("IMAP4rev1")
        for number in range(40):
            office.box("INBOX").put(letter(number, 200_000))
        cli = self.account(office)
        cli.good("sync", "box", "--connections", "1")
        self.check(cli, office)
        self.assertEqual(len(office.said("LOGIN")), 1)

    def test_second_connection_is_refused(self):
        """Whatever it says: the first one does everything, nothing fails, and it is not asked again soon."""
        for words in ("NO [LIMIT] too many connections", "NO [UNAVAILABLE] Maximum number of connections",
                      "NO [AUTHENTICATIONFAILED] no", None):
            with self.subTest(words):
                office, cli, sessions, given = self.share(
                    later=lambda session, tag, rest, words=words: f"{tag} {words}\r\n".encode() if words else CUT)
                self.assertEqual(len(sessions), 2)
                self.assertEqual(list(given), sessions[:1])
                for number in range(60, 100):
                    office.box("INBOX").put(letter(number, 200_000))
                cli.good("sync", "box", "--connections", "2")
                self.check(cli, office)
                self.assertEqual(len(sessions), 3)

    def test_a_second_that_is_refused_says_nothing_of_the_password(self):
        """A no without a reason is the first one's to be believed the third time."""
        office, cli, sessions, _ = self.share(later=lambda session, tag, rest: f"{tag} NO no\r\n".encode())
        self.assertEqual(len(sessions), 2)
        office.answers = {"LOGIN": lambda session, tag, rest: f"{tag} NO no\r\n".encode()}
        self.assertEqual([cli.run("sync", "box").code for _ in range(3)], [75, 75, 77])

    def test_second_connection_is_cut(self):
        office, _, sessions, _ = self.share(
            first=lambda session, sessions, given: CUT if session is not sessions[0] else None)
        self.assertEqual(len(sessions), 2)
        self.assertEqual(office.bodies, 60)

    def test_first_connection_is_cut(self):
        """What the second one brought is kept; the next run brings what is missing."""
        office = self.office("IMAP4rev1")
        for number in range(60):
            office.box("INBOX").put(letter(number, 200_000))
        batches, begun = [], threading.Event()

        def fetch(session, tag, rest):
            if "HEADER" in rest:
                return None
            if session.examined:
                # Two are on the way at a time: the third is asked for when the first has come.
                batches.append(rest)
                if len(batches) > 2:
                    begun.set()
                return None
            office.lock.release()
            begun.wait(20)
            office.lock.acquire()
            return CUT
        office.answers = {"UID FETCH": fetch}
        cli = self.account(office)
        self.assertEqual(cli.run("sync", "box", "--connections", "2").code, 75)
        office.answers, kept = {}, office.bodies
        self.assertGreater(kept, 0)
        cli.good("sync", "box", "--connections", "2")
        self.check(cli, office)
        self.assertLess(office.bodies, 60 + kept)

    def test_second_sees_another_validity(self):
        """It reads nothing of a folder whose UIDVALIDITY is another there: the first one will see for itself."""
        office = self.office("IMAP4rev1")
        for number in range(60):
            office.box("INBOX").put(letter(number, 200_000))

        def examine(session, tag, rest):
            session.do_select(tag, rest)
            said, session.out = session.out, b""
            session.selected = None
            return said.replace(b"UIDVALIDITY 1000", b"UIDVALIDITY 2000")
        office.answers = {"EXAMINE": examine}
        cli = self.account(office)
        cli.good("sync", "box", "--connections", "2")
        self.check(cli, office)
        self.assertEqual(office.bodies, 60)
        self.assertTrue(office.said("EXAMINE"))


class Dovecot(unittest.TestCase):
    def start(self, *settings):
        peer = peers.start("dovecot", *(word for setting in settings for word in ("--dovecot", setting)))
        self.addCleanup(peer.stop)
        server, letters = Server(peer, "ada"), Letters("two")
        self.addCleanup(server.close)
        for _ in range(24):
            server.put("INBOX", letters.make(300_000)[1])
        return peer, server

    def sync(self, peer, server, *more, ports=None):
        cli = Cli()
        self.addCleanup(cli.close)
        cli.add("imap", peer, "ada", ports=ports)
        said = cli.run("sync", "box", *more, wire="lines")
        self.assertEqual(said.code, 0, said)
        world.compare(self, cli, server)
        return said.err

    def test_shared(self):
        peer, server = self.start()
        # What the wire shows has both.
        said = self.sync(peer, server, "--connections", "2")
        self.assertEqual(said.count("EXAMINE INBOX"), 1)
        self.assertEqual(said.count("LOGOUT"), 2)

    def test_slow_line(self):
        """It is shared without being asked for where the line is what is waited for."""
        peer, server = self.start()
        slow = SlowLine(peer.port("imaps"), 4_000_000)
        self.addCleanup(slow.stop)
        self.assertIn("EXAMINE INBOX", self.sync(peer, server, ports={"imaps": slow.port}))
        self.assertNotIn("EXAMINE", self.sync(peer, server, "--connections", "1", ports={"imaps": slow.port}))

    def test_one_is_allowed(self):
        """Dovecot refuses the second at sign-in. (The other one is the test's own.)"""
        peer, server = self.start("mail_max_userip_connections = 2")
        self.assertNotIn("EXAMINE", self.sync(peer, server, "--connections", "2"))


if __name__ == "__main__":
    tap.main()
