"""A private OpenSMTPD with people of its own, which delivers into the mailboxes of the Dovecot beside it."""
import os
import subprocess

import certificates
import dovecot_peer
from common import DOMAIN, PASSWORDS, write

PORTS = (*dovecot_peer.PORTS, "smtp", "submission", "submissions")
ACCOUNTS = {**dovecot_peer.ACCOUNTS, "opensmtpd": 60109, "opensmtpq": 60110}
# What mends its TLS (see opensmtpd-tls.c) knows this kind of key.
KEY = certificates.RSA

SMTPD = """
pki mail cert "/mnt/pki/server.pem"
pki mail key "/mnt/pki/server.key"
table people file:/mnt/people
table mailboxes {{ "@" = "vmail" }}
table known {{ {known} }}
listen on 127.0.0.1 port {smtp} tls pki mail hostname mail.{domain}
listen on 127.0.0.1 port {submission} tls-require pki mail auth <people> hostname mail.{domain}
listen on 127.0.0.1 port {submissions} smtps pki mail auth <people> hostname mail.{domain}
action "deliver" lmtp "/run/post/dovecot-lmtp" rcpt-to virtual <mailboxes>
action "away" relay host smtp://127.0.0.1:1
{extra}
match from any for domain "{domain}" rcpt-to <known> action "deliver"
match auth from any for domain "{domain}" reject
match auth from any for any action "away"
"""


HERE = os.path.dirname(os.path.abspath(__file__))


def prepare(work, unpacked, ports, options):
    subprocess.run(["cc", "-shared", "-fPIC", "-o", f"{work}/opensmtpd-tls.so", f"{HERE}/opensmtpd-tls.c", "-lcrypto"],
                   check=True)
    facts = dovecot_peer.prepare(work, unpacked, ports, options)
    write(f"{work}/smtpd.conf", SMTPD.format(domain=DOMAIN, extra="\n".join(options.opensmtpd),
                                             known=", ".join(f'"{name}@{DOMAIN}"' for name in PASSWORDS), **ports))
    os.chmod(f"{work}/pki/server.key", 0o600)
    return facts


def make_folders():
    dovecot_peer.make_folders()
    os.makedirs("/var/lib/opensmtpd/empty", exist_ok=True)
    os.makedirs("/var/spool", exist_ok=True)
    people = ""
    for name, password in PASSWORDS.items():
        answer = subprocess.run(["/usr/libexec/opensmtpd/encrypt", password], capture_output=True, text=True, check=True)
        people += f"{name}\t{answer.stdout.strip()}\n"
    write("/mnt/people", people, 0o640, ACCOUNTS["opensmtpd"])
    write("/etc/mailname", f"mail.{DOMAIN}\n")


def programs(ports, options):
    return [*dovecot_peer.programs(ports, options), ["/usr/bin/env", "LD_PRELOAD=/mnt/opensmtpd-tls.so", "/usr/sbin/smtpd", "-d", "-f", "/mnt/smtpd.conf"]]
