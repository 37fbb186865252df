"""A private Postfix, which asks the Dovecot beside it who may send, and delivers into its mailboxes."""
import os
import shutil

import dovecot_peer
from common import DOMAIN, PASSWORDS, write

PORTS = (*dovecot_peer.PORTS, "smtp", "submission", "submissions")
ACCOUNTS = {**dovecot_peer.ACCOUNTS, "postfix": 60101, "postdrop": 60104}

POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = /var/spool/postfix
data_directory = /var/lib/postfix
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = /mnt/postfix.log
maillog_file_prefixes = /mnt
myhostname = mail.{domain}
mydestination =
mynetworks = 192.0.2.1/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = texthash:/mnt/mailboxes
virtual_transport = lmtp:unix:private/dovecot-lmtp
default_transport = error:5.4.4 there is no way to that domain from here
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
smtpd_tls_chain_files = /mnt/pki/chain.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
default_process_limit = 20
{extra}
"""

POSTFIX_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""


def prepare(work, unpacked, ports, options):
    facts = dovecot_peer.prepare(work, unpacked, ports, options, "/var/spool/postfix/private")
    write(f"{work}/mailboxes", "".join(f"{name}@{DOMAIN} {name}\n" for name in PASSWORDS))
    os.mkdir(f"{work}/postfix")
    write(f"{work}/postfix/main.cf", POSTFIX_MAIN.format(domain=DOMAIN, extra="\n".join(options.postfix)))
    write(f"{work}/postfix/master.cf", POSTFIX_MASTER.format(**ports))
    return facts


def make_folders():
    dovecot_peer.make_folders()
    postfix, postdrop = ACCOUNTS["postfix"], ACCOUNTS["postdrop"]
    for path in ("/var/lib/postfix", "/var/spool/postfix"):
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
    os.chown("/var/lib/postfix", postfix, postfix)
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
                 "saved", "trace", "maildrop", "public", "pid"):
        path = f"/var/spool/postfix/{name}"
        os.mkdir(path)
        os.chmod(path, {"maildrop": 0o1730, "public": 0o2710, "pid": 0o755}.get(name, 0o700))
        os.chown(path, 0 if name == "pid" else postfix, postdrop if name in ("maildrop", "public") else 0)


def programs(ports, options):
    return [*dovecot_peer.programs(ports, options), ["/usr/lib/postfix/sbin/master", "-d", "-c", "/mnt/postfix"]]
