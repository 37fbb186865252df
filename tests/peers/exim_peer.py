"""A private Exim, which asks the Dovecot beside it who may send, and delivers into its mailboxes."""
import os

import dovecot_peer
from common import DOMAIN, PASSWORDS, write

PORTS = (*dovecot_peer.PORTS, "smtp", "submission", "submissions")
ACCOUNTS = {**dovecot_peer.ACCOUNTS, "Debian-exim": 60108}

MAIN = """
primary_hostname = mail.{domain}
daemon_smtp_ports = {smtp} : {submission} : {submissions}
tls_on_connect_ports = {submissions}
local_interfaces = 127.0.0.1
spool_directory = /run/exim
log_file_path = /mnt/exim-%s.log
pid_file_path = /run/exim/exim.pid
exim_user = Debian-exim
exim_group = Debian-exim
never_users = root
tls_advertise_hosts = *
tls_certificate = /mnt/pki/server.pem
tls_privatekey = /mnt/pki/server.key
auth_advertise_hosts = ${{if or{{{{def:tls_in_cipher}}{{eq{{$received_port}}{{{smtp}}}}}}}{{*}}{{}}}}
chunking_advertise_hosts = *
pipelining_advertise_hosts = *
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
prdr_enable = true
smtp_accept_max = 100
smtp_enforce_sync = false
host_lookup =
rfc1413_query_timeout = 0s
queue_run_in_order = false
acl_smtp_mail = check_mail
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept
{extra}

begin acl
check_mail:
  deny message = 530 5.7.0 Must issue a STARTTLS command first
       condition = ${{if and{{{{eq{{$received_port}}{{{submission}}}}}{{!def:tls_in_cipher}}}}}}
  accept
check_rcpt:
  accept authenticated = *
  deny message = 554 5.7.1 Access denied
       !condition = ${{if eq{{$received_port}}{{{smtp}}}}}
  deny message = 550 5.1.1 Nobody of that name
       domains = {domain}
       !local_parts = {people}
  accept domains = {domain}
  deny message = 554 5.7.1 Relay access denied

begin routers
here:
  driver = accept
  domains = {domain}
  local_parts = {people}
  transport = dovecot
elsewhere:
  driver = redirect
  allow_fail
  data = :fail: there is no way to that domain from here

begin transports
dovecot:
  driver = lmtp
  socket = /run/post/dovecot-lmtp
  batch_max = 20
  user = Debian-exim

begin retry
* * F,1h,5s

begin authenticators
{authenticators}
"""

AUTHENTICATOR = """
{name}:
  driver = dovecot
  public_name = {mechanism}
  server_socket = /run/post/auth
  server_set_id = $auth1
"""


def prepare(work, unpacked, ports, options):
    facts = dovecot_peer.prepare(work, unpacked, ports, options)
    authenticators = "".join(AUTHENTICATOR.format(name=mechanism.replace("-", "_"), mechanism=mechanism.upper())
                             for mechanism in options.auth.split())
    write(f"{work}/exim.conf", MAIN.format(domain=DOMAIN, people=" : ".join(PASSWORDS), authenticators=authenticators,
                                           extra="\n".join(options.exim), **ports))
    for name in ("main", "reject", "panic"):
        write(f"{work}/exim-{name}.log", "", 0o640, ACCOUNTS["Debian-exim"])
    for name in ("server.pem", "server.key"):
        os.chown(f"{work}/pki/{name}", ACCOUNTS["Debian-exim"], ACCOUNTS["Debian-exim"])
    return facts


def make_folders():
    dovecot_peer.make_folders()
    for path in ("/run/exim", "/run/exim/input", "/run/exim/msglog", "/run/exim/db"):
        os.mkdir(path)
        os.chown(path, ACCOUNTS["Debian-exim"], ACCOUNTS["Debian-exim"])
    # Exim reads one place for its configuration as root.
    os.makedirs("/etc/exim4", exist_ok=True)
    with open("/mnt/exim.conf") as file:
        write("/etc/exim4/exim4.conf", file.read())


def programs(ports, options):
    return [*dovecot_peer.programs(ports, options), ["/usr/sbin/exim4", "-bdf", "-q5s"]]
