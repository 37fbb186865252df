"""kill -9 at random moments of synchronising, collecting with --leave none, and sending. After each, the
database opens; the next whole run ends equal to the server; nothing is lost, and nothing is there twice.

RESTANTE_KILLS says how often in all (200)."""
import collections
import os
import random
import signal
import sys
import time
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli")]
import harness  # noqa: E402
import otherclient  # noqa: E402
import peers  # noqa: E402
import tap  # noqa: E402

KILLS = int(os.environ.get("RESTANTE_KILLS", "200"))
SEED = int(os.environ.get("RESTANTE_SEED", "0")) or random.randrange(1, 1 << 30)
WHOLE_RUN_EVERY = 10


class Kills(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"# seed {SEED}", flush=True)
        cls.peer = peers.start("postfix")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        self.random = random.Random(SEED)
        self.box = otherclient.Mailbox(self.peer)
        self.box.empty()
        self.cli = harness.Cli()
        self.number = 0
        self.longest = 0.3

    def tearDown(self):
        self.cli.close()
        self.box.close()

    def subject(self):
        self.number += 1
        return f"letter {self.number}"

    def new_letter(self):
        size = self.random.choice((1, 10, 100, 3000, 20000))
        return harness.letter(self.subject(), "0123456789abcdef\r\n" * size)

    def killed(self, *words):
        """Starts it, and ends it as the power does. Whether it had ended by itself: its exit code."""
        started = time.monotonic()
        process = self.cli.start(*words)
        time.sleep(self.random.uniform(0, self.longest))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if process.returncode >= 0:
            self.longest = max(0.1, 0.95 * self.longest)
        else:
            self.longest = min(1.0, max(self.longest, 1.02 * (time.monotonic() - started)))
        self.cli.good("folders", words[1])
        return process.returncode

    def assert_equal_to_server(self, name, folders):
        for folder in folders:
            rows = self.cli.list(name, folder)
            here = sorted(self.cli.good("show", name, row["id"], "--raw").raw for row in rows)
            self.assertEqual(collections.Counter(here), collections.Counter(self.box.all(folder)), folder)
            flags = {uid: self.box.flags(uid) for uid in self.box.uids(folder)}
            for row in rows:
                self.assertEqual("seen" in row["flags"], "\\Seen" in flags[row["uid"]], row)
                self.assertEqual("flagged" in row["flags"], "\\Flagged" in flags[row["uid"]], row)

    def change_something(self):
        for _ in range(self.random.randint(1, 4)):
            self.box.put(self.new_letter())
        uids = self.box.uids()
        if len(uids) > 8 and self.random.random() < 0.5:
            self.box.remove(self.random.sample(uids, 4))
        elif uids:
            self.box.store(self.random.sample(uids, 1), self.random.choice(("+FLAGS", "-FLAGS")), "(\\Seen)")

    def do_something(self, name):
        """What a person does here, itself cut off now and then."""
        rows = self.cli.list(name)
        if not rows:
            return
        identity = self.random.choice(rows)["id"]
        words = self.random.choice((("flag", name, identity, "+flagged"), ("flag", name, identity, "-flagged", "+seen"),
                                    ("move", name, identity, "Archive"), ("delete", name, identity),
                                    ("delete", name, identity, "--expunge")))
        self.killed(*words)

    def test_synchronising(self):
        self.cli.add("imap", "home", self.peer)
        folders = ("INBOX", "Archive", "Trash")
        for turn in range(KILLS * 2 // 5):
            self.change_something()
            if turn % 2:
                self.do_something("home")
            else:
                self.killed("sync", "home")
            if turn % WHOLE_RUN_EVERY == WHOLE_RUN_EVERY - 1:
                self.cli.good("sync", "home")
                self.assert_equal_to_server("home", folders)
        self.cli.good("sync", "home")
        self.assert_equal_to_server("home", folders)

    def test_collecting(self):
        self.cli.add("pop3", "post", self.peer, more=("--leave", "none"))
        sent = []
        for turn in range(KILLS * 3 // 10):
            for _ in range(self.random.randint(1, 4)):
                sent.append(self.new_letter())
                self.box.put(sent[-1])
            self.killed("sync", "post")
            if turn % WHOLE_RUN_EVERY == WHOLE_RUN_EVERY - 1:
                self.cli.good("sync", "post")
                self.assertEqual(self.box.uids(), [])
                here = collections.Counter(row["subject"] for row in self.cli.list("post"))
                self.assertEqual(here, collections.Counter({f"letter {n}": 1 for n in range(1, self.number + 1)}))
        self.cli.good("sync", "post")
        here = [self.cli.good("show", "post", row["id"], "--raw").raw for row in self.cli.list("post")]
        self.assertEqual((sorted(here), self.box.uids()), (sorted(sent), []))

    def test_sending(self):
        self.cli.add("imap", "home", self.peer, send=True)
        other = otherclient.Mailbox(self.peer, "grace")
        self.addCleanup(other.close)
        other.empty()
        codes = {}
        for _ in range(KILLS - KILLS * 2 // 5 - KILLS * 3 // 10):
            subject = self.subject()
            path = self.cli.file("out.eml", harness.letter(subject, "0123456789abcdef\r\n" * self.random.choice((1, 1000, 20000))))
            codes[subject] = self.killed("send", "home", path)
        self.cli.good("sync", "home")
        told = collections.defaultdict(set)
        for entry in self.cli.good("ledger", "home", "--json").rows():
            told[entry["about"]].add(entry["state"])
        due = {subject for subject, states in told.items() if "queued" in states and "maybe-handed-over" not in states}
        unknown = {subject for subject, states in told.items() if "maybe-handed-over" in states}

        def arrived():
            return collections.Counter(raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for raw in other.all())
        otherclient.within(20, lambda: due <= set(arrived()))
        there = arrived()
        self.assertEqual({subject: count for subject, count in there.items() if count > 1}, {})
        self.assertEqual(due - set(there), set())
        self.assertEqual(set(there) - due - unknown, set())
        self.assertEqual({subject for subject, code in codes.items() if code == 0} - set(there), set())
        print(f"# {len(codes)} sent, {len(there)} arrived, {len(unknown)} may have been sent", flush=True)
        # Each letter that is known to be sent has one copy in Sent.
        self.cli.good("sync", "home")
        filed = collections.Counter(row["subject"] for row in self.cli.list("home", "Sent"))
        self.assertEqual(filed, collections.Counter({subject: 1 for subject in due}))
        self.assert_equal_to_server("home", ("Sent",))


if __name__ == "__main__":
    tap.main()
