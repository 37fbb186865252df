#!/usr/bin/env python3
"""session.py [--size WxH] [--] COMMAND…: runs a command in a desktop session of its own.

The session has a screen (Xvfb on a display that was free), a session bus and an unlocked keyring, and
nothing of it outlives the command. The exit code is the command's.
"""
import argparse
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None)
READY_WITHIN = 30


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def start_screen(size):
    """Xvfb chooses the display itself and says which, so two sessions never want the same."""
    ours, theirs = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(theirs), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset", "-dpi", "96"],
        pass_fds=[theirs], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
    os.close(theirs)
    with os.fdopen(ours) as answer:
        number = answer.readline().strip()
    if not number:
        sys.exit("session: Xvfb did not start")
    return server, f":{number}"


def start_bus():
    ours, theirs = os.pipe()
    place = os.path.join(os.environ["XDG_RUNTIME_DIR"], "session-bus")
    bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", f"--address=unix:path={place}",
                            f"--print-address={theirs}"],
                           pass_fds=[theirs], stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
    os.close(theirs)
    with os.fdopen(ours) as answer:
        address = answer.readline().strip()
    if not address:
        sys.exit("session: dbus-daemon did not start")
    return bus, address


def start_keyring():
    """Unlocked with an empty password; the daemon says on standard output when it serves."""
    keyring = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
    keyring.stdin.write(b"test")
    keyring.stdin.close()
    question = ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/",
                "--method", "org.freedesktop.DBus.NameHasOwner", "org.freedesktop.secrets"]
    deadline = time.monotonic() + READY_WITHIN
    while b"true" not in subprocess.run(question, capture_output=True).stdout:
        if time.monotonic() > deadline or keyring.poll() is not None:
            sys.exit("session: gnome-keyring-daemon did not start")
        time.sleep(0.05)
    return keyring


def descendants():
    """Every process below this one; orphans come to us, since we are their reaper."""
    children = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(pid))
    found, todo = [], [os.getpid()]
    while todo:
        for child in children.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return found


def end_all():
    """Asks first, so that the screen and the bus put away their sockets; insists after a second."""
    began = time.monotonic()
    asked = set()
    while (passed := time.monotonic() - began) < 5:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        for pid in descendants():
            number = signal.SIGKILL if passed > 1 else signal.SIGTERM
            if number == signal.SIGKILL or pid not in asked:
                asked.add(pid)
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
        time.sleep(0.02)


def main():
    parser = argparse.ArgumentParser(prog="session.py")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--no-keyring", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    runtime = None
    if "XDG_RUNTIME_DIR" not in os.environ:
        runtime = tempfile.TemporaryDirectory(prefix="rt-run-")
        os.environ["XDG_RUNTIME_DIR"] = runtime.name
    for name in ("WAYLAND_DISPLAY", "XAUTHORITY", "AT_SPI_BUS_ADDRESS"):
        os.environ.pop(name, None)
    status = 1
    try:
        _screen, os.environ["DISPLAY"] = start_screen(options.size)
        os.environ["GDK_BACKEND"] = "x11"
        _bus, os.environ["DBUS_SESSION_BUS_ADDRESS"] = start_bus()
        if not options.no_keyring:
            start_keyring()
        process = subprocess.Popen(command, preexec_fn=die_with_parent)
        status = process.wait()
    finally:
        end_all()
        if runtime:
            runtime.cleanup()
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
