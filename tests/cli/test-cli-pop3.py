"""POP3 through restante-cli against Dovecot: bytes, the four policies, and what the ledger says of them."""
import unittest

import harness
import otherclient
import peers
import tap


class Pop3(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = peers.start("postfix")

    @classmethod
    def tearDownClass(cls):
        cls.peer.stop()

    def setUp(self):
        self.box = otherclient.Mailbox(self.peer)
        self.box.empty()
        self.cli = harness.Cli()

    def tearDown(self):
        self.cli.close()
        self.box.close()

    def account(self, leave, security="tls"):
        self.cli.add("pop3", "post", self.peer, security=security, more=("--leave", leave), send=True)

    def put(self, *names):
        for name in names:
            self.box.put(harness.letter(name))

    def subjects(self, folder="INBOX"):
        return sorted(row["subject"] for row in self.cli.list("post", folder))

    def identity(self, subject):
        return next(row["id"] for row in self.cli.list("post") if row["subject"] == subject)

    def states(self, identity):
        return [entry["state"] for entry in self.cli.good("ledger", "post", identity, "--json").rows()]

    def test_every_byte_comes_back_and_nothing_twice(self):
        self.account("all")
        self.put("one", "two")
        self.box.put(harness.letter("dots", ".\r\n..\r\n.x\r\n\r\nend without a line end"))
        self.cli.good("sync", "post")
        here = sorted(self.cli.good("show", "post", row["id"], "--raw").raw for row in self.cli.list("post"))
        # Dovecot ends a letter with a line end when it gives it by POP3.
        self.assertEqual([raw.rstrip(b"\r\n") for raw in here], [raw.rstrip(b"\r\n") for raw in self.box.all()])
        self.put("three")
        self.cli.good("sync", "post")
        self.assertEqual(self.subjects(), ["dots", "one", "three", "two"])
        self.assertEqual(len(self.box.uids()), 4)

    def test_by_stls(self):
        self.account("all", security="starttls")
        self.put("one")
        said = self.cli.good("sync", "post", wire="lines")
        self.assertIn("→ STLS", said.err)
        self.assertEqual(self.subjects(), ["one"])

    def test_none_removes_what_is_stored(self):
        self.account("none")
        self.put("one", "two")
        said = self.cli.good("sync", "post", wire="lines")
        self.assertLess(said.err.index("→ RETR 2"), said.err.index("→ DELE 1"))
        self.assertEqual((self.subjects(), self.box.uids()), (["one", "two"], []))
        states = self.states(self.identity("one"))
        self.assertEqual(states, ["seen-on-server", "copied-here", "delete-asked", "gone-from-server"])
        summary = self.cli.good("ledger", "post", "--summary", "--json").rows()[0]
        self.assertEqual((summary["only_here"]["letters"], summary["lost_with_computer"],
                          summary["lost_with_provider"]), (2, 2, 0))
        table = self.cli.good("ledger", "post", self.identity("one"), "--table", "--json").rows()[0]
        self.assertEqual([(cell["place"], cell["state"], cell["exchange"]) for cell in table["places"]],
                         [("here", "whole", "RETR"), ("server:INBOX", "gone", "QUIT")])
        # What it cost was measured without the wire being shown, and is there for the next process.
        cost = self.cli.good("accounting", "post", "--json").rows()
        self.assertTrue(any(row.get("protocol") == "pop3" and row["bytes_in"] > 0 and row["round_trips"] > 0 and
                            row["line_in"] >= row["bytes_in"] for row in cost), cost)
        week = {row["week_by"]: row for row in cost if "week_by" in row}
        self.assertTrue(week["pop3"]["measured"] and not week["imap"]["measured"], week)
        self.cli.good("sync", "post")
        self.assertEqual(self.subjects(), ["one", "two"])

    def test_days(self):
        self.account("days:3")
        self.put("one")
        self.cli.good("sync", "post")
        self.assertEqual(len(self.box.uids()), 1)
        self.cli.good("account", "remove", "post")
        self.account("days:0")
        self.cli.good("sync", "post")
        self.assertEqual((self.subjects(), self.box.uids()), (["one"], []))

    def test_until_deleted(self):
        self.account("until-deleted")
        self.put("one", "two")
        self.cli.good("sync", "post")
        self.assertEqual(len(self.box.uids()), 2)
        self.cli.good("delete", "post", self.identity("one"))
        self.cli.good("sync", "post")
        # Deleting is asking: the Trash here has the only copy now.
        self.assertEqual((self.subjects(), self.subjects("Trash"), len(self.box.uids())), (["two"], ["one"], 1))
        identity = self.cli.list("post", "Trash")[0]["id"]
        self.assertIn("gone-from-server", self.states(identity))
        self.cli.good("delete", "post", identity)
        self.cli.good("sync", "post")
        self.assertEqual((self.subjects(), self.subjects("Trash"), len(self.box.uids())), (["two"], [], 1))

    def test_all_keeps_what_is_deleted_here_and_does_not_bring_it_back(self):
        self.account("all")
        self.put("one", "two")
        self.cli.good("sync", "post")
        self.cli.good("delete", "post", self.identity("one"), "--expunge")
        self.cli.good("sync", "post")
        self.assertEqual((self.subjects(), len(self.box.uids())), (["two"], 2))

    def test_no_longer_listed_is_not_called_deleted(self):
        self.account("all")
        self.put("one", "two")
        self.cli.good("sync", "post")
        self.box.remove(self.box.uids(what='SUBJECT "one"'))
        self.cli.good("sync", "post")
        self.assertEqual(self.subjects(), ["one", "two"])
        self.assertIn("no-longer-listed", self.states(self.identity("one")))
        self.assertNotIn("gone-from-server", self.states(self.identity("one")))

    def test_moves_and_marks_stay_here(self):
        self.account("all")
        self.put("one")
        self.cli.good("sync", "post")
        identity = self.identity("one")
        self.cli.good("flag", "post", identity, "+flagged")
        self.cli.good("move", "post", identity, "Archive")
        row = self.cli.list("post", "Archive")[0]
        self.assertEqual((row["id"], row["flags"]), (identity, ["flagged"]))
        self.cli.good("sync", "post")
        self.assertEqual((self.subjects(), self.subjects("Archive")), ([], ["one"]))
        self.assertNotIn("\\Flagged", self.box.flags(self.box.uids()[0]))

    def test_sent_letters_are_filed_here(self):
        self.account("all")
        self.cli.good("send", "post", self.cli.file("tea.eml", harness.letter("tea")))
        self.assertEqual(self.subjects("Sent"), ["tea"])
        self.assertEqual(self.box.uids("Sent"), [])


if __name__ == "__main__":
    tap.main()
