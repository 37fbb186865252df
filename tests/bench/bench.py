#!/usr/bin/env python3
"""bench.py BUILD [ROW…]: what the work of a mail client takes here, beside the raw bound and another program.

Everything is on loopback, against a private Dovecot and Postfix. Seconds hold for this machine and hour only: each
measure is taken right after its bound, and what counts is the median of these ratios. Mailboxes are small, so that a row
takes less than a minute; --full takes the sizes that the aims are meant for, --write puts the table into README.md.
Rows are functions in rows_*.py.
"""
import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "run"), os.path.join(HERE, "..", "peers")]
import corpus  # noqa: E402
import peers  # noqa: E402
import rows_line  # noqa: E402
import rows_mail  # noqa: E402
import rows_memory  # noqa: E402
import rows_panel  # noqa: E402
import rows_window  # noqa: E402
import dovecot_peer  # noqa: E402
from measure import Done, Line  # noqa: E402

ROWS = {**rows_mail.ROWS, **rows_line.ROWS, **rows_memory.ROWS, **rows_panel.ROWS, **rows_window.ROWS}
FULL, SMALL = 10000, 2000
TABLE_BEGINS, TABLE_ENDS = "<!-- what ./dev bench --write found -->", "<!-- end -->"


class Bench:
    """What a row works with: the programs, a server with mailboxes, a place, and the clock."""

    def __init__(self, build, scale, runs):
        self.build, self.scale, self.runs = os.path.abspath(build), scale, runs
        self.full = scale >= FULL
        self.cli = os.path.join(self.build, "src/cli/restante-cli")
        self.app = os.path.join(self.build, "src/app/restante")
        self.queue = os.path.join(self.build, "tests/bench/queue-letters")
        self.room = tempfile.mkdtemp(prefix="rt-bench-")
        self.peer = None
        self.counts = {}
        os.environ["HOME"] = self.room

    def server(self, within=()):
        """A Postfix and a Dovecot that hold: ada, letters of every size; grace, ten times as many small ones."""
        if self.peer is None:
            print("Filling the mailboxes", file=sys.stderr)
            self.peer = peers.start("postfix", "--dovecot", "maildir_very_dirty_syncs = yes", "--postfix", "message_size_limit = 0",
                                    "--postfix", "mailbox_size_limit = 0", within=within)
            for user, count, small in (("ada", self.scale, False), ("grace", self.scale * 10, True)):
                size = corpus.make(self.peer[f"maildir.{user}"], count, dovecot_peer.ACCOUNTS["vmail"], small)
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

    def account(self, kind, user, *more):
        """A new data directory with one account in it."""
        data = self.place()
        peer = self.server()
        port = peer["imaps" if kind == "imap" else "pop3s"]
        Done([self.cli, "--data", data, "account", "add", kind, "--name", user, "--email", peer[f"address.{user}"],
              "--user", user, "--server", f"127.0.0.1:{port}", "--security", "tls", "--ca-file", peer["ca"],
              "--password-file", self.password_file(user), *more])
        return data

    def sync(self, data, user, *more, env=None):
        return Done([self.cli, "--data", data, "sync", user, *more, "--stats", "--json"], env)

    def beside(self, what, prepare, work, bound, limit=None, more=lambda done: "", units=1):
        """A line: @work on what @prepare made, against the seconds that @bound returns, run by run."""
        done, bounds, ratios = [], [], []
        for _ in range(self.runs):
            ready = prepare()
            bounds.append(bound())
            done.append(work(ready))
            ratios.append(done[-1].seconds / bounds[-1])
        best = sorted(done, key=lambda each: each.seconds)[len(done) // 2]
        return Line(what, f"{best.seconds / units:.2f} s", f"{statistics.median(bounds) / units:.2f} s",
                    statistics.median(ratios), limit, f"processor {best.processor:.2f} s, {best.memory():.0f} MB{more(best)}")

    def seconds(self, prepare, work):
        """The median seconds of work(prepared), preparing anew outside the clock."""
        def once():
            prepared = prepare()
            began = time.monotonic()
            work(prepared)
            return time.monotonic() - began
        return statistics.median(once() for _ in range(self.runs))

    def close(self):
        if self.peer:
            self.peer.stop()
        shutil.rmtree(self.room, ignore_errors=True)


def write_table(lines, options):
    path = os.path.join(HERE, "README.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before, rest = text.split(TABLE_BEGINS)
    table, after = rest.split(TABLE_ENDS)
    # Rows that were not measured now keep what was found before.
    fresh = {line.what for line in lines}
    kept = [row for row in table.splitlines() if row[:2] == "| " and row[2:].split(" |")[0] not in fresh | {"work"}]
    rows = sorted([line.markdown() for line in lines] + kept)
    head = (f"{os.cpu_count()} processors, load {os.getloadavg()[2]:.1f} while it ran, {options.messages} letters and ten times "
            f"as many small ones, medians of {options.runs}, {time.strftime('%Y-%m-%d')}.\n\n"
            "| work | ours | bound | ratio | |\n|---|---|---|---|---|\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + TABLE_BEGINS + "\n" + head + "".join(row + "\n" for row in rows) + TABLE_ENDS + after)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--full", action="store_true", help=f"{FULL} letters, and ten times as many small ones")
    parser.add_argument("--messages", type=int, help=f"letters in the mailbox (default {SMALL})")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into tests/bench/README.md")
    options = parser.parse_intermixed_args()
    options.messages = options.messages or (FULL if options.full else SMALL)
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        parser.error(f"no row {unknown[0]}; there are {', '.join(ROWS)}")
    bench = Bench(options.build, options.messages, options.runs)
    bad = False
    lines = []
    try:
        for name in options.rows or ROWS:
            try:
                for line in ROWS[name](bench):
                    lines.append(line)
                    print(f"{name:8} {line}", flush=True)
            except (RuntimeError, OSError) as error:
                print(f"{name:8} failed: {error}", flush=True)
                bad = True
    finally:
        bench.close()
    if options.write and not bad:
        write_table(lines, options)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
