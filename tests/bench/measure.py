"""What one run of a program took, and one line of the table."""
import glob
import json
import math
import os
import sqlite3
import statistics
import subprocess
import tempfile
import time


class Done:
    """One run of a command: its seconds, its processor's seconds, what it printed. What it says last, it says when all is
    committed; then it closes its database, which copies the log into it: @closing seconds."""

    def __init__(self, command, env=None):
        began = said = time.monotonic()
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                                       env={**os.environ, **(env or {})})
            words = []
            while words[-1:] != [b""]:
                words.append(os.read(process.stdout.fileno(), 1 << 16))
                said = time.monotonic() if words[-1] else said
            process.stdout.close()
            _, status, used = os.wait4(process.pid, 0)
            ended = time.monotonic()
            self.seconds = (said if len(words) > 1 else ended) - began
            self.closing = ended - began - self.seconds
            process.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            self.text = b"".join(words).decode(errors="replace")
            if process.returncode != 0:
                raise RuntimeError(f"{' '.join(command[:6])}…: exit code {process.returncode}: "
                                   f"{errors.read().decode(errors='replace').strip()[-300:]}")
        self.processor = used.ru_utime + used.ru_stime

    def memory(self):
        """The peak in MB. The kernel's own figure would be this Python's: a fork begins with all of its parent."""
        return self.stats()["peak_memory"] / (1 << 20)

    def stats(self):
        return json.loads(self.text.strip().splitlines()[-1])


class Line:
    """One line of the table. @limit: the most the ratio may be."""

    def __init__(self, what, ours, bound="", ratio=None, limit=None, more=""):
        self.what, self.ours, self.bound, self.ratio, self.limit, self.more = what, ours, bound, ratio, limit, more

    def verdict(self):
        if self.ratio is None:
            return ""
        return f"{self.ratio:.2f} ×" + (f" (aim {self.limit})" if self.limit else "")

    def __str__(self):
        return f"{self.what:52} {self.ours:>9}  bound {self.bound or '-':>8}  {self.verdict():18} {self.more}"

    def markdown(self):
        return f"| {self.what} | {self.ours} | {self.bound} | {self.verdict()} | {self.more} |"


def turned(names, turn):
    """@names in another order each turn, each of them first as often: whatever else the machine does disturbs all alike."""
    names = list(names)
    first = turn % len(names)
    return names[first:] + names[:first]


def ratio_error(ours, off):
    """The standard error of the ratio, from how much the turns' ratios differ."""
    ratios = [one / other for one, other in zip(ours, off)]
    return statistics.stdev(ratios) / math.sqrt(len(ratios))


def mailbase(data):
    """The database of the one account."""
    return glob.glob(os.path.join(data, "accounts", "*", "mail.db"))[0]


def forget_ledger(data):
    """An account whose ledger stays empty: all is done for a row but to keep it."""
    base = sqlite3.connect(mailbase(data))
    base.execute("CREATE TRIGGER no_ledger BEFORE INSERT ON ledger BEGIN SELECT RAISE (IGNORE); END")
    base.commit()
    base.close()
