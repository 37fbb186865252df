"""Another client changes the mailbox while this one synchronises it: new letters, flags, expunged ones, folders
made, renamed and removed. In the end what is here is what is there, letter by letter, flag by flag; whatever the
server has of the extensions that make it cheap (and what it said for them shows that they were used)."""
import subprocess
import threading
import unittest

import world
from line import SlowLine, Stutter
from world import Cli, Letters, Server, dice, note
import peers
import tap

ROUNDS = 4 if world.SANITIZED else 10
SET = ("\\Seen", "\\Flagged", "\\Answered", "$Forwarded", "$Label1", "later")
CLEARED = ("\\Seen", "\\Flagged", "$Forwarded", "$Label1", "later")
# What a server offers (Dovecot, unless it is named), and what has to be seen on the wire of an account on it.
BARE = "IMAP4rev1 LITERAL+ SASL-IR ID"
OFFERS = {
    "everything": (None, ["ENABLE QRESYNC", "(QRESYNC (", "VANISHED (EARLIER)"], ["UID SEARCH ALL"]),
    "condstore": (f"{BARE} ENABLE IDLE ESEARCH CONDSTORE UIDPLUS MOVE", ["(CONDSTORE)", "(CHANGEDSINCE "],
                  ["QRESYNC"]),
    "bare": (BARE, ["UID SEARCH ALL"], ["QRESYNC", "CONDSTORE", "CHANGEDSINCE", "RETURN", "UID MOVE", "UID EXPUNGE", "COMPRESS", "NOTIFY"]),
    "cyrus": (None, ["ENABLE QRESYNC", "(QRESYNC (", "VANISHED (EARLIER)"], ["UID SEARCH ALL"]),
    "courier": (None, ["UID SEARCH ALL"], ["QRESYNC", "CHANGEDSINCE", "UID MOVE", "NOTIFY"]),
}
# Courier locks a mailbox by a file. Who never pauses can keep another out for half a minute, in which it was seen to
# do two thousand things itself: the other's SELECT is not answered, and it gives the server up, as it should.
PAUSES = {"courier": 0.02}


class Mutator:
    """One who does at random what people do."""
    def __init__(self, peer, user, letters, pause=0):
        self.server, self.letters, self.pause = Server(peer, user), letters, pause

    def uids(self, folder):
        self.server.select(folder)
        return list(self.server.flags())

    def some(self, folder):
        uids = self.uids(folder)
        return dice.sample(uids, min(len(uids), dice.randint(1, 4)))

    def change(self):
        folder = dice.choice(("INBOX", "INBOX", "INBOX", "Archive"))
        what = dice.choice(("put", "put", "put", "flag", "flag", "flag", "unflag", "expunge", "move"))
        if what == "put":
            flags = dice.choice((None, "\\Seen", "\\Flagged \\Answered"))
            self.server.put(folder, self.letters.make(dice.choice((200, 3000, 40000)))[1], flags)
            return
        uids = self.some(folder)
        if not uids:
            return
        if what == "flag":
            self.server.store(uids, "+FLAGS.SILENT", dice.choice(SET))
        elif what == "unflag":
            self.server.store(uids, "-FLAGS.SILENT", dice.choice(CLEARED))
        elif what == "expunge":
            self.server.expunge(uids)
        else:
            self.server.done(self.server.imap.uid("COPY", ",".join(map(str, uids)), self.server.place("Archive")))
            self.server.expunge(uids)

    def until(self, over):
        while not over.is_set():
            self.change()
            over.wait(self.pause)


class Mutated(unittest.TestCase):
    def check(self, offer):
        capability, said, unsaid = OFFERS[offer]
        options = ["--dovecot", f"imap_capability = {capability}"] if capability else []
        with peers.start(offer if offer in ("cyrus", "courier") else "dovecot", *options) as peer:
            note(f"{offer}: RESTANTE_SEED={world.SEED}")
            mutator = Mutator(peer, "ada", Letters(offer), PAUSES.get(offer, 0))
            for _ in range(40):
                mutator.server.put("INBOX", mutator.letters.make(1000)[1])
            cli = Cli()
            self.addCleanup(cli.close)
            cli.add("imap", peer, "ada")
            cli.good("sync", "box")
            for _ in range(ROUNDS):
                over = threading.Event()
                meddling = threading.Thread(target=mutator.until, args=(over,))
                meddling.start()
                try:
                    cli.good("sync", "box")
                finally:
                    over.set()
                    meddling.join()
                rows = cli.rows()
                if rows:  # Changes from here are on their way as well.
                    chosen = [row["id"] for row in dice.sample(rows, min(3, len(rows)))]
                    cli.good("flag", "box", *chosen, dice.choice(("+seen", "-seen", "+flagged", "-flagged")))
                    moved = dice.choice(rows)["id"]
                    cli.good("move", "box", moved, mutator.server.place("Archive"))
                for _ in range(dice.randint(0, 6)):
                    mutator.change()
                wire = cli.run("sync", "box", wire="json")
                self.assertEqual(wire.code, 0, wire)
                world.compare(self, cli, Server(peer, "ada"))
            everything = cli.heard.decode("utf-8", "replace")
            for word in said:
                self.assertTrue(word in everything, f"{offer}: {word}: never said")
            for word in unsaid:
                self.assertFalse(word in everything, f"{offer}: {word}: said to a server that does not know it")
            mutator.server.close()

    def over(self, between, n, *options, offers=None):
        """What was said when that many letters came over a line, which is made by `between` from the server's port."""
        with peers.start("dovecot", *(["--dovecot", f"imap_capability = {offers}"] if offers else [])) as peer:
            letters = Letters("compressed")
            server = Server(peer, "ada")
            for _ in range(n):
                server.put("INBOX", letters.make(90000)[1])
            line = between(peer.port("imaps"))
            cli = Cli()
            self.addCleanup(cli.close)
            cli.add("imap", peer, "ada", ports={"imaps": line.port})
            said = cli.run("sync", "box", *options, wire="lines")
            line.stop()
            self.assertEqual(said.code, 0, said)
            world.compare(self, cli, server)
            server.close()
            return said, line

    def test_a_slow_line_is_compressed(self):
        """COMPRESS is said where the line is what is waited for; the letters are the same."""
        said, line = self.over(lambda port: SlowLine(port, 2_000_000), 40, "--stats", "--json")
        stats = [row for row in said.rows() if "wire_bytes_in" in row][0]
        self.assertIn("COMPRESS DEFLATE", said.err)
        self.assertIn("· COMPRESS DEFLATE", said.err, "the recording says when it began")
        self.assertLess(stats["wire_bytes_in"], stats["bytes_in"] * 0.95)
        self.assertGreater(stats["wire_bytes_in"], line.carried * 0.5)

    def test_a_slow_line_to_a_server_without_it(self):
        """COMPRESS is not said, and the letters come all the same."""
        said, _ = self.over(lambda port: SlowLine(port, 2_000_000), 20, offers=BARE)
        self.assertFalse("COMPRESS" in said.err, "said to a server that does not know it")

    def test_a_busy_server_is_not_compressed(self):
        """A server that others keep from its processor is no slow line: to deflate would keep it longer."""
        said, _ = self.over(lambda port: Stutter(port, 9_000_000, 1_200_000), 60)
        self.assertFalse("· COMPRESS" in said.err, "a fast line is not compressed")

    def test_other_folders_are_told_of(self):
        """NOTIFY: what happens in a folder that nobody looks into is heard of while INBOX is watched."""
        with peers.start("dovecot") as peer:
            letters = Letters("notified")
            server = Server(peer, "ada")
            server.put("INBOX", letters.make(500)[1])
            server.put("Archive", letters.make(500)[1])
            cli = Cli()
            self.addCleanup(cli.close)
            cli.add("imap", peer, "ada")
            cli.good("sync", "box")
            watching = subprocess.Popen(cli.command("sync", "box", "--watch", "60", wire="lines"), env=cli.env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True)
            said = []
            try:
                for line in watching.stderr:
                    said.append(line)
                    if "idling" in line:
                        break
                server.put("Archive", letters.make(500)[1])
                server.put("Trash", letters.make(500)[1])
                self.assertTrue(world.within(40, lambda: len(cli.rows("Archive")) == 2 and len(cli.rows("Trash")) == 1),
                                "not heard of: " + "".join(said[-20:]))
                self.assertTrue(any("NOTIFY SET" in line for line in said), "NOTIFY was not said")
            finally:
                watching.kill()
                watching.wait()
                watching.stderr.close()
                server.close()

    def test_with_everything(self):
        self.check("everything")

    def test_with_changes_counted(self):
        self.check("condstore")

    def test_cyrus(self):
        self.check("cyrus")

    def test_courier(self):
        self.check("courier")

    def test_bare(self):
        self.check("bare")


if __name__ == "__main__":
    tap.main()
