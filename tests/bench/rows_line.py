"""Rows about a line that is not the loopback's: a server in a network of its own, whose loopback is made as slow as a line is."""
import contextlib
import ctypes
import os
import shutil
import subprocess

import raw
import rows_mail
from measure import Line

NEW_NETWORK = 0x40000000  # CLONE_NEWNET
LINES = (("1gbit", "1 Gbit/s"), ("100mbit", "100 Mbit/s"))


def enter(namespace):
    if ctypes.CDLL(None, use_errno=True).setns(namespace, NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def line(bench, rate):
    """Inside, this process and what it starts are in a network whose loopback carries @rate; bench.server() is there too."""
    slow = f"ip link set lo up && tc qdisc add dev lo root tbf rate {rate} burst 512k latency 50ms && exec \"$@\""
    elsewhere, bench.peer = bench.peer, None
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = None
    try:
        peer = bench.server(within=("unshare", "--net", "sh", "-c", slow, "sh"))
        there = os.open(f"/proc/{peer.process.pid}/ns/net", os.O_RDONLY)
        enter(there)
        yield peer
    finally:
        enter(home)
        os.close(home)
        if there is not None:
            os.close(there)
        if bench.peer:
            bench.peer.stop()
        bench.peer = elsewhere


def can_be_slow():
    command = ["unshare", "--net", "tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1gbit", "burst", "512k", "latency", "50ms"]
    return bool(shutil.which("tc")) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def downloads(bench):
    if not can_be_slow():
        yield Line("A and D over a slower line", "-", more="not measured: no network of its own can be made here")
        return
    count = bench.scale
    for rate, words in LINES:
        with line(bench, rate) as peer:
            yield bench.beside(f"A over a line of {words}", lambda: bench.account("imap", "ada"),
                               lambda data: bench.sync(data, "ada", "--folder", "INBOX"),
                               lambda: raw.imap(peer, "ada", raw.LETTERS), 1.5, rows_mail.fsyncs)
            yield bench.beside(f"D over a line of {words}", lambda: bench.account("pop3", "ada"),
                               lambda data: bench.sync(data, "ada"), lambda: raw.pop3(peer, "ada", count), 1.5, rows_mail.fsyncs)


ROWS = {"line": downloads}
