"""The rows about memory, and about what it costs to know what happened: the ring that the panel reads is filled or not,
the ledger is kept or not."""
import os
import shutil
import statistics

import raw
import dovecot_peer
from measure import Done, Line, forget_ledger, ratio_error, turned
from rows_mail import sample_letter, sender

TAP_RUNS = 9


def memory(bench):
    """The peak for a mailbox of many letters, and for one letter of two sizes, which must not matter."""
    peer = bench.server()
    done = bench.sync(bench.account("imap", "grace"), "grace", "--folder", "INBOX", "--headers-only")
    yield Line(f"peak memory at {bench.counts['grace']} letters", f"{done.memory():.0f} MB", more="aim: under 60 MB")
    sizes = (20, 200) if bench.full else (4, 40)
    peaks = {"IMAP": [], "POP3": [], "SMTP": []}
    for megabytes in sizes:
        path, letter = sample_letter(bench, megabytes * 1000000)
        folder = peer["maildir.edsger"]
        for name in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
        there = os.path.join(folder, "cur", f"1790000000.M{megabytes}.bench,S={len(letter)}:2,S")
        with open(there, "wb") as file:
            file.write(letter)
        for place in (os.path.dirname(folder), folder, *(os.path.join(folder, name) for name in ("cur", "new", "tmp")), there):
            os.chown(place, dovecot_peer.ACCOUNTS["vmail"], dovecot_peer.ACCOUNTS["vmail"])
        peaks["IMAP"].append(bench.sync(bench.account("imap", "edsger"), "edsger").memory())
        peaks["POP3"].append(bench.sync(bench.account("pop3", "edsger"), "edsger").memory())
        os.unlink(there)
        data = sender(bench)
        Done([bench.queue, data, "edsger", "1", path])
        # It goes to somebody else, so that nothing is collected.
        peaks["SMTP"].append(bench.sync(data, "edsger").memory())
    for protocol, (small, large) in peaks.items():
        yield Line(f"peak memory for a letter of {sizes[0]} and of {sizes[1]} MB, {protocol}",
                   f"{small:.0f}, {large:.0f} MB", more="aim: the same")


def tap(bench):
    peer = bench.server()
    raw.imap(peer, "ada", raw.LETTERS)
    for user, more in (("ada", ()), ("grace", ("--headers-only",))):
        taken = {"neither": [], "ledger": [], "both": []}
        for turn in range(max(TAP_RUNS, bench.runs)):
            for mode in turned(taken, turn):
                data = bench.account("imap", user)
                if mode == "neither":
                    forget_ledger(data)
                done = bench.sync(data, user, "--folder", "INBOX", *more, env={"RESTANTE_BENCH": "tap" if mode == "both" else ""})
                taken[mode].append(done.processor)
                shutil.rmtree(data)
        what = f"{bench.counts[user]} {'headers' if more else 'letters'}, processor"
        both = statistics.mean(taken["both"])
        for name, mode in (("the tap on, beside the tap off", "ledger"), ("tap and ledger, beside neither", "neither")):
            off = statistics.mean(taken[mode])
            yield Line(f"{name}, {what}", f"{both:.2f} s", f"{off:.2f} s", both / off, 1.03,
                       f"± {ratio_error(taken['both'], taken[mode]):.2f}")


ROWS = {"memory": memory, "tap": tap}
