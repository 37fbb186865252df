"""A private Cyrus IMAP, with its POP3 server. Its mailboxes are in memory and gone with it."""
import os
import subprocess

from common import DOMAIN, PASSWORDS, write

PORTS = ("imap", "imaps", "pop3", "pop3s")
# Debian's programs belong to these, by name.
ACCOUNTS = {"cyrus": 60106}
GROUPS = {"mail": ("cyrus",)}

IMAPD = """
configdirectory: /var/lib/cyrus
partition-default: /var/spool/cyrus
defaultpartition: default
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
servername: mail.{domain}
defaultdomain: {domain}
unixhierarchysep: yes
altnamespace: yes
sharedprefix: Shared
hashimapspool: no
admins: cyrus
duplicatesuppression: no
# What was expunged is kept for nobody.
expunge_mode: immediate
delete_mode: immediate
autocreate_quota: 0
autocreate_inbox_folders: Drafts | Sent | Trash | Junk | Archive
autocreate_subscribe_folders: Drafts | Sent | Trash | Junk | Archive
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
xlist-junk: Junk
xlist-archive: Archive
specialusealways: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: /mnt/sasldb2
sasl_mech_list: {mechanisms}
allowplaintext: yes
failedloginpause: 0
pop3_login_limit: 0
popminpoll: 0
tls_server_cert: /mnt/pki/server.pem
tls_server_key: /mnt/pki/server.key
tls_session_timeout: 0
idlesocket: /run/cyrus/socket/idle
lmtpsocket: /run/cyrus/socket/lmtp
notifysocket: /run/cyrus/socket/notify
skiplist_unsafe: yes
{extra}
"""

CYRUS = """
START {{
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C /mnt/imapd.conf -r"
  idled cmd="/usr/lib/cyrus/bin/idled -C /mnt/imapd.conf"
}}
SERVICES {{
  imap cmd="imapd -C /mnt/imapd.conf -U 1000" listen="127.0.0.1:{imap}" prefork=0 proto=tcp4
  imaps cmd="imapd -C /mnt/imapd.conf -s -U 1000" listen="127.0.0.1:{imaps}" prefork=0 proto=tcp4
  pop3 cmd="pop3d -C /mnt/imapd.conf -U 1000" listen="127.0.0.1:{pop3}" prefork=0 proto=tcp4
  pop3s cmd="pop3d -C /mnt/imapd.conf -s -U 1000" listen="127.0.0.1:{pop3s}" prefork=0 proto=tcp4
}}
EVENTS {{
}}
"""


def prepare(work, _unpacked, ports, options):
    write(f"{work}/imapd.conf", IMAPD.format(domain=DOMAIN, mechanisms=options.auth.upper(),
                                             extra="\n".join(options.cyrus)))
    write(f"{work}/cyrus.conf", CYRUS.format(**ports))
    os.chmod(f"{work}/pki/server.key", 0o644)
    return {}


def make_folders():
    cyrus = ACCOUNTS["cyrus"]
    for path in ("/var/lib/cyrus", "/var/spool/cyrus", "/run/cyrus/proc", "/run/cyrus/lock", "/run/cyrus/socket",
                 *(f"/var/lib/cyrus/{name}" for name in ("db", "log", "msg", "proc", "ptclient", "quota", "rpm",
                                                         "socket", "sync", "user"))):
        os.makedirs(path, exist_ok=True)
    for top in ("/var/lib/cyrus", "/var/spool/cyrus", "/run/cyrus"):
        for path, _, _ in os.walk(top):
            os.chown(path, cyrus, cyrus)
    for name, password in PASSWORDS.items():
        subprocess.run(["/usr/sbin/saslpasswd2", "-c", "-p", "-f", "/mnt/sasldb2", "-u", f"mail.{DOMAIN}", name],
                       input=password.encode(), check=True)
    os.chmod("/mnt/sasldb2", 0o644)


def programs(_ports, _options):
    return [["/usr/lib/cyrus/bin/master", "-C", "/mnt/imapd.conf", "-M", "/mnt/cyrus.conf"]]
