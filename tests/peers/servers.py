"""The private mail servers by name, and the namespace they are run in.

Inside the namespace the work directory is /mnt; outside, its real path. Configurations name the inside.
"""
import importlib
import os
import socket
import subprocess
import threading

import certificates
from common import DOMAIN, PASSWORDS, write

# Each server: the unpacked folders that it needs.
NEEDS = {"dovecot": ("dovecot",), "postfix": ("postfix", "dovecot"), "cyrus": ("cyrus",), "courier": ("courier",),
         "exim": ("exim", "dovecot"), "opensmtpd": ("opensmtpd", "dovecot")}
DEVICES = ("null", "zero", "random", "urandom", "tty")


def module(name):
    return importlib.import_module(f"{name}_peer")


def here(name, unpacked):
    return all(not os.path.exists(os.path.join(unpacked, folder, "not-here")) for folder in NEEDS[name])


def prepare(work, unpacked, ports, options):
    """Fills the work directory; returns what the test is told."""
    certificates.make(os.path.join(work, "pki"), options.certificate,
                      getattr(module(options.server), "KEY", certificates.EC))
    with open(f"{work}/pki/chain.pem", "w") as chain:
        for name in ("server.key", "server.pem"):
            with open(f"{work}/pki/{name}") as part:
                chain.write(part.read())
    facts = {"host": "127.0.0.1", "ca": f"{work}/pki/ca.pem", "domain": DOMAIN, "users": ",".join(PASSWORDS),
             "log": f"{work}/{options.server}.log"}
    for name, password in PASSWORDS.items():
        facts[f"password.{name}"] = password
        facts[f"address.{name}"] = f"{name}@{DOMAIN}"
    return {**facts, **module(options.server).prepare(work, unpacked, ports, options)}


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def beside(layer, folder, scratch):
    """An overlay takes no layer that lies in another one: where a home is below /var, a copy of it."""
    if not os.path.realpath(layer).startswith(f"/{folder}/"):
        return layer
    copy = f"{scratch}/{layer.strip('/').replace('/', '-')}"
    subprocess.run(["cp", "-a", layer, copy], check=True)
    return copy


def enter(work, unpacked, name):
    """In the new mount namespace: the servers' files appear over the system's, and writes go to memory."""
    mount("--make-rprivate", "/")
    mount("--bind", work, "/mnt")
    scratch = "/mnt/scratch"
    os.mkdir(scratch)
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", scratch)
    for folder in ("usr", "etc", "var"):
        upper, room = f"{scratch}/{folder}", f"{scratch}/{folder}-work"
        os.mkdir(upper)
        os.mkdir(room)
        layers = [f"{unpacked}/{need}/{folder}" for need in NEEDS[name]]
        lower = ":".join([beside(layer, folder, scratch) for layer in layers if os.path.isdir(layer)] + [f"/{folder}"])
        mount("-t", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={room}", "overlay", f"/{folder}")
    mount("-t", "proc", "proc", "/proc")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    make_devices(f"{scratch}/dev")
    accounts, groups = module(name).ACCOUNTS, getattr(module(name), "GROUPS", {})
    add_accounts(accounts, groups)
    module(name).make_folders()


def make_devices(room):
    """Devices of their own, so that what they log goes to no log of the system's."""
    os.mkdir(room)
    for name in DEVICES:
        if os.path.exists(f"/dev/{name}"):
            open(f"{room}/{name}", "w").close()
            mount("--bind", f"/dev/{name}", f"{room}/{name}")
    os.mkdir(f"{room}/shm", 0o1777)
    os.chmod(f"{room}/shm", 0o1777)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
                         ("stderr", "/proc/self/fd/2")):
        os.symlink(target, f"{room}/{name}")
    mount("--rbind", room, "/dev")


def add_accounts(accounts, groups):
    for path, line in (("/etc/passwd", "{name}:x:{id}:{id}::/nonexistent:/usr/sbin/nologin\n"),
                       ("/etc/group", "{name}:x:{id}:\n")):
        with open(path) as file:
            kept = [entry for entry in file if entry.split(":")[0] not in accounts]
        if path == "/etc/group":
            kept = [entry.rstrip("\n") + ",".join(groups.get(entry.split(":")[0], ())) + "\n" for entry in kept]
        with open(path, "w") as file:
            file.writelines(kept + [line.format(name=name, id=number) for name, number in accounts.items()])
    write("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    # Nothing here may ask a resolver.
    if os.path.lexists("/etc/resolv.conf"):
        os.unlink("/etc/resolv.conf")
    write("/etc/resolv.conf", "")
    write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")


def keep_log():
    """The servers' own log, which they send to /dev/log."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind("/dev/log")
    os.chmod("/dev/log", 0o666)

    def listen():
        with open("/mnt/syslog.log", "ab", buffering=0) as log:
            while True:
                log.write(listener.recv(8192).rstrip(b"\n\0") + b"\n")
    threading.Thread(target=listen, daemon=True).start()


def serve(programs):
    """As the first process of the namespace: starts the servers, and ends as soon as one of them does."""
    keep_log()
    first = {subprocess.Popen(program).pid: program for program in programs}
    while True:
        pid, status = os.wait()
        if pid in first:
            raise SystemExit(f"{first[pid]} ended with {status}")
