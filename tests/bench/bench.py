#!/usr/bin/env python3
"""bench.py BUILD [ROW…]: what the work of a mail client takes here, beside the raw bound and another program.

Everything is on loopback, against a private Dovecot and Postfix; numbers are medians. Seconds hold for this machine and
hour only, so each row shows the ratio to the bound measured in the same run. Rows are functions in rows_*.py.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "run"), os.path.join(HERE, "..", "peers")]
import corpus  # noqa: E402
import peers  # noqa: E402
import rows_mail  # noqa: E402
import rows_window  # noqa: E402
import servers  # noqa: E402

ROWS = {**rows_mail.ROWS, **rows_window.ROWS}


class Bench:
    """What a row works with: the programs, a server with mailboxes, a place, and the clock."""

    def __init__(self, build, scale, runs):
        self.build, self.scale, self.runs = os.path.abspath(build), scale, runs
        self.cli = os.path.join(self.build, "src/cli/restante-cli")
        self.app = os.path.join(self.build, "src/app/restante")
        self.room = tempfile.mkdtemp(prefix="rt-bench-")
        self.peer = None
        self.counts = {}
        os.environ["HOME"] = self.room

    def server(self):
        """A Postfix and a Dovecot that hold: ada, letters of every size; grace, many small ones."""
        if self.peer is None:
            print("Filling the mailboxes", file=sys.stderr)
            self.peer = peers.start("postfix", "--dovecot", "maildir_very_dirty_syncs = yes")
            for user, count, small in (("ada", self.scale, False), ("grace", self.scale * 10, True)):
                size = corpus.make(self.peer[f"maildir.{user}"], count, servers.ACCOUNTS["vmail"], small)
                self.counts[user] = count
                print(f"{user}: {count} letters, {size / 1e6:.0f} MB", file=sys.stderr)
        return self.peer

    def place(self):
        return tempfile.mkdtemp(dir=self.room)

    def password_file(self, user):
        path = os.path.join(self.room, f"{user}.password")
        if not os.path.exists(path):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(self.server()[f"password.{user}"])
        return path

    def account(self, data, kind, user, *more):
        peer = self.server()
        port = peer["imaps" if kind == "imap" else "pop3s"]
        self.run([self.cli, "--data", data, "account", "add", kind, "--name", user, "--email", peer[f"address.{user}"],
                  "--user", user, "--server", f"127.0.0.1:{port}", "--security", "tls", "--ca-file", peer["ca"],
                  "--password-file", self.password_file(user), *more])

    def run(self, command, **options):
        done = subprocess.run(command, capture_output=True, text=True, **options)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command[:6])}…: exit code {done.returncode}: {done.stderr.strip()[-300:]}")
        return done.stdout

    def median(self, measure):
        """The median of what some runs of measure() return, in seconds."""
        return statistics.median(measure() for _ in range(self.runs))

    def timed(self, prepare, work):
        """The median seconds of work(prepared), preparing anew outside the clock."""
        def once():
            prepared = prepare()
            began = time.monotonic()
            work(prepared)
            return time.monotonic() - began
        return self.median(once)

    def close(self):
        if self.peer:
            self.peer.stop()
        shutil.rmtree(self.room, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--messages", type=int, default=10000, help="letters in the mailbox (default 10000)")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        parser.error(f"no row {unknown[0]}; there are {', '.join(ROWS)}")
    bench = Bench(options.build, options.messages, options.runs)
    bad = False
    try:
        for name in options.rows or ROWS:
            try:
                for line in ROWS[name](bench):
                    print(f"{name:8} {line}", flush=True)
            except (RuntimeError, OSError) as error:
                print(f"{name:8} failed: {error}", flush=True)
                bad = True
    finally:
        bench.close()
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
