"""The program is killed at 500 random moments of synchronising, collecting and sending, once or a few times
in a row. Afterwards its database opens, the next run ends equal to the server, nothing is lost, and nothing is
there twice but what is marked as maybe sent. Under the sanitizers, where each start costs ten times as much, it is
killed 24 times. RESTANTE_KILLS says how often, RESTANTE_SEED repeats a run."""
import contextlib
import glob
import os
import shutil
import sqlite3
import sys
import time
import unittest

import world
from world import Cli, Letters, Server, dice, note
import peers
import tap

IN_A_ROW = (1, 1, 2, 3, 5)
KILLS = int(os.environ.get("RESTANTE_KILLS", 24 if world.SANITIZED else 500))


class Killed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("postfix", "--dovecot", "mail_fsync = never")
        note(f"RESTANTE_SEED={world.SEED}")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        self.begin(Cli(room=world.MEMORY))
        self.run_time = 0.3

    def begin(self, cli):
        self.cli = cli
        self.addCleanup(cli.close)

    def whole_run(self, *words):
        began = time.monotonic()
        said = self.cli.good(*words)
        self.run_time = 0.7 * self.run_time + 0.3 * (time.monotonic() - began)
        return said

    def kill(self, *words):
        """True: it was at work. What it left can be read."""
        killed = self.cli.kill(self.run_time, *words)
        self.cli.folders()
        return killed

    def test_synchronising(self):
        self.letters = Letters("imap")
        self.server = Server(self.peer, "ada")
        self.addCleanup(self.server.close)
        self.alive, self.doomed, self.went, self.kept = set(), set(), set(), 0
        self.server.done(self.server.imap.create("Projects"))
        self.cli.add("imap", self.peer, "ada")
        kills = 0
        while kills < KILLS // 2:
            if dice.random() < 0.08:
                self.cli.close()
                self.begin(Cli(room=world.MEMORY))
                self.cli.add("imap", self.peer, "ada")
            commands = []
            with self.explained(commands):
                for _ in range(dice.choice(IN_A_ROW)):
                    self.change_server()
                    commands.append(self.some_command())
                    kills += self.kill(*commands[-1])
                self.whole_run("sync", "box")
                self.decide()
                world.compare(self, self.cli, self.server)
                self.check_server()
        note(f"{kills} kills, {len(self.letters.made)} letters, {self.kept} kept for the person to decide")

    @contextlib.contextmanager
    def explained(self, commands):
        """What was killed, and what the ledger knows of it, when something is wrong."""
        try:
            yield
        except Exception:
            for command in commands:
                note(" ".join(map(str, command)))
                for message in command[2:]:
                    if isinstance(message, int):
                        note(self.cli.run("ledger", "box", message).out.decode())
            raise

    def some_command(self):
        rows = self.cli.rows("INBOX") if "INBOX" in self.cli.folders() else []
        if len(rows) < 3 or dice.random() < 0.7:
            return ["sync", "box"]
        some = dice.sample(rows, 3)
        ids = [row["id"] for row in some]
        kind = dice.randrange(4)
        if kind == 0:
            return ["flag", "box", *ids, dice.choice(("+seen", "-seen", "+flagged", "-flagged", "+answered"))]
        if kind == 1:
            return ["move", "box", *ids, dice.choice(("Archive", "Projects", "Trash"))]
        if kind == 2:
            return ["delete", "box", *ids]
        self.doomed.update(row["subject"].split()[-1] for row in some)
        return ["delete", "box", *ids, "--expunge"]

    def change_server(self):
        for _ in range(dice.randrange(1, 5)):
            token, letter = self.letters.make()
            self.server.put(dice.choice(("INBOX", "INBOX", "Archive", "Projects")), letter,
                            dice.choice((None, "\\Seen", "\\Flagged \\Seen")))
            self.alive.add(token)
        if dice.random() < 0.06:
            self.server.select("Projects")
            tokens = {self.letters.token(letter) for letter in self.server.letters().values()}
            self.alive -= tokens
            self.went |= tokens
            self.server.select("INBOX")
            self.server.done(self.server.imap.delete("Projects"))
            self.server.done(self.server.imap.create("Projects"))
        folder = dice.choice(("INBOX", "INBOX", "Archive"))
        self.server.select(folder)
        uids = sorted(self.server.flags())
        if len(uids) > 3:
            self.server.store(dice.sample(uids, 3), dice.choice(("+FLAGS", "-FLAGS")),
                              dice.choice(("\\Seen", "\\Flagged", "\\Answered")))
        if len(uids) > 20:
            letters, gone = self.server.letters(), dice.sample(uids, 12)
            self.alive.difference_update(self.letters.token(letters[uid]) for uid in gone)
            self.server.expunge(gone)

    def decide(self):
        """A letter that was moved into a folder which then was made anew on the server, before its UID there was seen, is
        kept here: it waits for the person, who does not want it."""
        waiting = [row for row in self.cli.rows("Projects") if row["uid"] is None] if self.went else []
        for row in waiting:
            self.assertTrue(row["pending"], row)
            self.assertIn(row["subject"].split()[-1], self.went, f"RESTANTE_SEED={world.SEED}")
        if waiting:
            self.kept += len(waiting)
            self.cli.good("delete", "box", *(row["id"] for row in waiting), "--expunge")
            self.cli.good("sync", "box")

    def check_server(self):
        """Each letter that nobody deleted is there once."""
        found = []
        for folder in self.server.folders():
            self.server.select(folder)
            found += [self.letters.token(letter) for letter in self.server.letters().values()]
        found = [token for token in found if token]
        self.assertEqual(len(found), len(set(found)), f"twice (RESTANTE_SEED={world.SEED})")
        self.assertEqual(self.alive - set(found) - self.doomed, set(), f"lost (RESTANTE_SEED={world.SEED})")
        self.assertEqual(set(found) - self.alive, set(), f"back again (RESTANTE_SEED={world.SEED})")
        self.alive &= set(found)

    def test_collecting(self):
        letters, server = Letters("pop"), Server(self.peer, "grace")
        self.addCleanup(server.close)
        self.cli.add("pop3", self.peer, "grace", more=("--leave", "none"))
        kills = 0
        while kills < KILLS // 4:
            for _ in range(dice.choice(IN_A_ROW)):
                for _ in range(dice.randrange(1, 8)):
                    server.put("INBOX", letters.make()[1])
                kills += self.kill("sync", "box")
            self.whole_run("sync", "box")
            here = list(self.cli.letters().values())
            self.assertEqual(sorted(map(letters.token, here)), sorted(letters.made), f"RESTANTE_SEED={world.SEED}")
            for letter in here:
                self.assertTrue(letter == letters.made[letters.token(letter)], letters.token(letter))
            self.assertEqual(len(self.cli.rows()), len(letters.made))
            server.select("INBOX")
            self.assertEqual(server.flags(), {}, "left on the server")
        note(f"{kills} kills, {len(letters.made)} letters")

    def send_and_kill(self, letters):
        token, letter = letters.make()
        return token, self.kill("send", "box", "--to", "edsger@restante.test",
                                self.cli.file("letter.eml", letter))

    def test_sending(self):
        letters, edsger = Letters("smtp"), Server(self.peer, "edsger")
        ada = Server(self.peer, "ada")
        self.addCleanup(edsger.close)
        self.addCleanup(ada.close)
        self.cli.add("imap", self.peer, "ada")
        self.cli.good("sync", "box")
        kills, finished = 0, set()
        while kills < KILLS - KILLS // 2 - KILLS // 4:
            # The median letter goes out whole now and then, so that the clock is right.
            if dice.random() < 0.15:
                token, letter = letters.make(3000)
                self.whole_run("send", "box", "--to", "edsger@restante.test", self.cli.file("letter.eml", letter))
                finished.add(token)
                continue
            token, killed = self.send_and_kill(letters)
            kills += killed
            if not killed:
                finished.add(token)
            if dice.random() < 0.4:
                self.cli.good("sync", "box")
        # The first hands over what was left in the outbox, the second puts the copy of that into Sent.
        self.cli.good("sync", "box")
        self.cli.good("sync", "box")
        self.assertTrue(world.within(world.PATIENCE, lambda: world.queue_is_empty(self.peer)))
        states = self.states(letters)
        arrived = self.count(letters, edsger, "INBOX")
        copies = self.count(letters, ada, "Sent")
        tally = {}
        for token in letters.made:
            said = states.get(token, set())
            fate = ("handed-over" if "handed-over" in said else "maybe-handed-over" if "maybe-handed-over" in said
                    else "never queued" if not said else "?")
            tally[fate] = tally.get(fate, 0) + 1
            allowed = {"handed-over": (1,), "maybe-handed-over": (0, 1), "never queued": (0,)}.get(fate, ())
            self.assertIn(arrived.get(token, 0), allowed, f"{token}: {said} (RESTANTE_SEED={world.SEED})")
            self.assertEqual(copies.get(token, 0), int(fate == "handed-over"), f"{token} in Sent: {said}")
            if token in finished:
                self.assertEqual(fate, "handed-over", token)
        note(f"{kills} kills; {tally}")

    def test_sending_many(self):
        """Letters that follow each other over one connection, with the witness in memory: it outlives who is killed, but for
        now and then, when the person signs out. At most one of them is in doubt then, or those that were marked."""
        if world.MEMORY is None:
            self.skipTest("there is no memory to write to")
        letters, edsger = Letters("many"), Server(self.peer, "edsger")
        self.addCleanup(edsger.close)
        runtime = os.path.join(self.cli.home, "run")
        os.mkdir(runtime, 0o700)
        self.cli.env["XDG_RUNTIME_DIR"] = runtime
        # No journal to be played: nothing but sending is killed.
        self.cli.add("pop3", self.peer, "ada")
        kills = 0
        while kills < KILLS // 8:
            for _ in range(dice.randrange(2, 12)):
                letter = letters.make(3000)[1]
                self.cli.good("send", "box", "--at", "2030-01-01T08:30Z", "--to", "edsger@restante.test",
                              self.cli.file("letter.eml", letter))
            self.now_due()
            for _ in range(dice.choice(IN_A_ROW)):
                before = self.unknown()
                killed = self.cli.kill(self.run_time, "sync", "box")
                kills += killed
                keeps = dice.random() < 0.8
                if not keeps:
                    shutil.rmtree(runtime)
                    os.mkdir(runtime, 0o700)
                doubt = self.unknown() - before
                self.assertLessEqual(doubt, 1 if keeps else 9, f"RESTANTE_SEED={world.SEED}")
            self.now_due()
            self.whole_run("sync", "box")
        self.assertTrue(world.within(world.PATIENCE, lambda: world.queue_is_empty(self.peer)))
        arrived, tally = self.count(letters, edsger, "INBOX"), {}
        for row in self.cli.good("outbox", "box", "--json").rows():
            self.assertIn(row["state"], ("sent", "may-have-been-sent"), row)
        states = self.states(letters)
        for token in letters.made:
            fate = "handed-over" if "handed-over" in states[token] else "maybe-handed-over"
            tally[fate] = tally.get(fate, 0) + 1
            allowed = (1,) if fate == "handed-over" else (0, 1)
            self.assertIn(arrived.get(token, 0), allowed, f"{token}: {states[token]} (RESTANTE_SEED={world.SEED})")
        note(f"{kills} kills; {tally}")

    def now_due(self):
        """The time of all letters has come."""
        path, = glob.glob(os.path.join(self.cli.data, "accounts", "*", "mail.db"))
        base = sqlite3.connect(path)
        base.execute("UPDATE outbox SET next_try = 0 WHERE state = 1")
        base.commit()
        base.close()

    def unknown(self):
        return len([row for row in self.cli.good("outbox", "box", "--json").rows() if row["state"] == "may-have-been-sent"])

    def states(self, letters):
        found = {}
        for row in self.cli.good("ledger", "box", "--json").rows():
            if row["about"] and row["about"].startswith("letter " + letters.prefix):
                found.setdefault(row["about"].split()[1], set()).add(row["state"])
        return found

    def count(self, letters, server, folder):
        server.select(folder)
        found = {}
        for letter in server.letters().values():
            token = letters.token(letter)
            if token:
                found[token] = found.get(token, 0) + 1
        return found


if __name__ == "__main__":
    tap.main(sys.argv[2:])
