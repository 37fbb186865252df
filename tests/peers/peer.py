#!/usr/bin/env python3
"""peer.py SERVER [options]: a real mail server for a test to talk to, on loopback and free ports.

When it serves, it prints what a test needs to know as key=value lines, and then the line `ready`:
host, imap, imaps, pop3, pop3s (those that send add smtp, submission, submissions), ca (PEM file), domain,
users (names, with commas), password.NAME, address.NAME, maildir.NAME (but for Cyrus), log,
pid, prefix (of folders' names, where there is one).
If it cannot, it prints failed=REASON and exits 1; 77 where it needs root and is not, or where the system
has no such server.

`dovecot`, `cyrus` and `courier` hold mail. `postfix`, `exim` and `opensmtpd` are each with a Dovecot, which
they ask who may send (OpenSMTPD has a list of its own), and into whose mailboxes they deliver. The port `smtp` takes mail for the domain from anyone, `submission` wants STARTTLS and a login,
`submissions` is TLS from the first byte. Another domain is refused later, by a bounce.

The servers live in mount and process namespaces of their own, where overlays show their programs, users and
fixed paths; when this program ends, in whatever way, the kernel ends every one of them. It ends when its
standard input is closed.
"""
import argparse
import ctypes
import os
import random
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import certificates
import servers

CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)
HERE = os.path.dirname(os.path.abspath(__file__))
READY_WITHIN = 30
GREETINGS = {"imap": b"* OK", "imaps": b"* OK", "pop3": b"+OK", "pop3s": b"+OK",
             "smtp": b"220", "submission": b"220", "submissions": b"220"}


class NotReady(Exception):
    pass


def unpacked():
    where = os.environ.get("RESTANTE_PEERS")
    if not where:
        answer = subprocess.run([os.path.join(HERE, "unpack"), "--path"], capture_output=True, text=True)
        where = answer.stdout.strip()
    if not where or not os.path.exists(os.path.join(where, "complete")):
        raise NotReady("the mail servers are not unpacked yet; tests/peers/unpack does it")
    return where


def free_ports(names):
    """Below the range from which the kernel takes ports for outgoing connections."""
    ports, sockets = {}, []
    for name in names:
        while True:
            port = random.randint(12000, 31999)
            probe = socket.socket()
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                probe.close()
                continue
            sockets.append(probe)
            ports[name] = port
            break
    for probe in sockets:
        probe.close()
    return ports


def check(result, what):
    if result != 0:
        raise NotReady(f"{what}: {os.strerror(ctypes.get_errno())}")


def start(work, name, programs):
    """Forks the first process of a new process namespace; it serves until it is killed."""
    home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    check(LIBC.unshare(CLONE_NEWPID), "no process namespace")
    child = os.fork()
    if child == 0:
        try:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            os.setsid()
            null = os.open("/dev/null", os.O_RDWR)
            out = os.open(os.path.join(work, "start.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.dup2(null, 0)
            os.dup2(out, 1)
            os.dup2(out, 2)
            check(LIBC.unshare(CLONE_NEWNS), "no mount namespace")
            servers.enter(work, unpacked(), name)
            servers.serve(programs)
        except BaseException as error:  # This process must never return into its parent's code.
            os.write(2, f"{error}\n".encode())
        finally:
            os._exit(1)
    check(LIBC.setns(home, CLONE_NEWPID), "no way back")
    os.close(home)
    return child


def greeting(name, port, authority):
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        if name.endswith("s"):
            context = ssl.create_default_context(cafile=authority)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            line = context.wrap_socket(line)
        return line.recv(512)


def wait_ready(child, ports, authority, work):
    deadline = time.monotonic() + READY_WITHIN
    for name, port in ports.items():
        while True:
            if os.waitpid(child, os.WNOHANG)[0]:
                raise ChildProcessError(tail(work))
            try:
                if greeting(name, port, authority).startswith(GREETINGS[name]):
                    break
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise NotReady(f"{name} did not greet within {READY_WITHIN} s: {tail(work)}")
            time.sleep(0.02)


def tail(work):
    lines = []
    for name in ("start.log", "syslog.log", "dovecot.log", "postfix.log", "exim-main.log", "exim-panic.log"):
        path = os.path.join(work, name)
        if os.path.exists(path):
            with open(path, errors="replace") as file:
                lines += file.read().strip().splitlines()[-4:]
    return " | ".join(lines)


def end(child):
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def main():
    parser = argparse.ArgumentParser(prog="peer.py")
    parser.add_argument("server", choices=tuple(servers.NEEDS))
    parser.add_argument("--auth", default="plain login cram-md5 scram-sha-1 scram-sha-256",
                        help="the mechanisms offered")
    parser.add_argument("--certificate", choices=certificates.KINDS, default="good")
    for name, place in (("dovecot", "dovecot.conf"), ("postfix", "main.cf"), ("cyrus", "imapd.conf"),
                        ("exim", "the main section"), ("opensmtpd", "smtpd.conf")):
        parser.add_argument(f"--{name}", action="append", default=[], metavar="LINE", help=f"a line for {place}")
    parser.add_argument("--courier", action="append", default=[], metavar="WORDS", help="the capabilities it offers")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    if os.geteuid() != 0:
        print("failed=a private mail server needs root", flush=True)
        sys.exit(77)
    server = servers.module(options.server)
    work, child = None, 0
    try:
        if not servers.here(options.server, unpacked()):
            print(f"failed=this system's packages have no {options.server}", flush=True)
            sys.exit(77)
        for attempt in range(5):
            work = tempfile.mkdtemp(prefix="peer-")
            os.chmod(work, 0o755)
            ports = free_ports(server.PORTS)
            facts = servers.prepare(work, unpacked(), ports, options)
            child = start(work, options.server, server.programs(ports, options))
            try:
                wait_ready(child, ports, facts["ca"], work)
                break
            except ChildProcessError as error:
                child = 0
                if "in use" not in str(error) or attempt == 4:
                    raise NotReady(str(error)) from None
                shutil.rmtree(work, ignore_errors=True)
        print("".join(f"{key}={value}\n" for key, value in {**facts, **ports, "pid": child}.items()) + "ready", flush=True)
        watch(child)
    except NotReady as error:
        print(f"failed={error}", flush=True)
        sys.exit(1)
    finally:
        if child:
            end(child)
        if work:
            shutil.rmtree(work, ignore_errors=True)


def watch(child):
    """Until our standard input ends, or the servers do."""
    while True:
        ready, _, _ = select.select([0], [], [], 1)
        if ready and not os.read(0, 4096):
            return
        if os.waitpid(child, os.WNOHANG)[0]:
            sys.exit(1)


if __name__ == "__main__":
    main()
