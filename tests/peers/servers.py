"""How the private Dovecot and Postfix are configured, and the namespace they are run in.

Inside the namespace the work directory is /mnt; outside, its real path. Configurations name the inside.
"""
import glob
import os
import shutil
import subprocess

import certificates

DOVECOT_PORTS = ("imap", "imaps", "pop3", "pop3s")
POSTFIX_PORTS = ("smtp", "submission", "submissions")
DOMAIN = "restante.test"
# Passwords that a client which quotes carelessly gets wrong.
PASSWORDS = {"ada": "analytical engine", "grace": 'nano"second\\', "edsger": "go{4}to#considéré"}
# name: uid; Debian leaves 60000 to 64999 to no one by itself.
ACCOUNTS = {"postfix": 60101, "dovecot": 60102, "dovenull": 60103, "postdrop": 60104, "vmail": 60105}

# What Dovecot 2.3 (Debian 12) and 2.4 (Debian 13) say in words of their own.
DOVECOT_23 = """
log_path = /mnt/dovecot.log
ssl_cert = </mnt/pki/server.pem
ssl_key = </mnt/pki/server.key
disable_plaintext_auth = no
auth_username_format = %Ln
mail_location = maildir:~/Maildir
mail_plugins = zlib
protocol imap {
  mail_plugins = zlib imap_zlib
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%n /mnt/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=/mnt/mail/%n
}
"""

DOVECOT_24 = """
log_path = /mnt/dovecot.log
ssl_server_cert_file = /mnt/pki/server.pem
ssl_server_key_file = /mnt/pki/server.key
auth_allow_cleartext = yes
auth_username_format = %{user | username | lower}
mail_driver = maildir
mail_path = ~/Maildir
passdb passwd-file {
  passwd_file_path = /mnt/users
  default_password_scheme = PLAIN
}
userdb static {
  fields {
    uid = vmail
    gid = vmail
    home = /mnt/mail/%{user | username}
  }
}
"""

DOVECOT = """{first}
base_dir = /var/lib/dovecot/run
state_dir = /var/lib/dovecot
listen = 127.0.0.1
protocols = imap pop3 lmtp
ssl = yes
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
first_valid_uid = 500
mail_max_userip_connections = 100
protocol lmtp {{
  postmaster_address = postmaster@{domain}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Archive {{
    auto = subscribe
    special_use = \\Archive
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service anvil {{
  client_limit = 1000
  # No growing delay after a wrong password.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener /var/spool/postfix/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service lmtp {{
  unix_listener /var/spool/postfix/private/dovecot-lmtp {{
    mode = 0600
    user = postfix
    group = postfix
  }}
}}
{extra}
"""

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


def write(path, text, mode=0o644):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    # Postfix waits two seconds when a file of its own has changed in this one.
    os.utime(path, (0, 0))


def dovecot_version(unpacked):
    libraries = [f"{unpacked}/usr/lib/dovecot"] + glob.glob(f"{unpacked}/usr/lib/*-linux-gnu*")
    answer = subprocess.run([f"{unpacked}/usr/sbin/dovecot", "--version"], capture_output=True, text=True,
                            env={"LD_LIBRARY_PATH": ":".join(libraries)}, check=True).stdout
    return tuple(int(number) for number in answer.split()[0].split("-")[0].split(".")[:2])


def prepare(work, unpacked, ports, options):
    """Fills the work directory; returns what the test is told, and under `programs` what to run."""
    certificates.make(os.path.join(work, "pki"), options.certificate)
    with open(f"{work}/pki/chain.pem", "w") as chain:
        for name in ("server.key", "server.pem"):
            with open(f"{work}/pki/{name}") as part:
                chain.write(part.read())
    os.mkdir(f"{work}/mail")
    os.chown(f"{work}/mail", ACCOUNTS["vmail"], ACCOUNTS["vmail"])
    write(f"{work}/users", "".join(f"{name}:{password}\n" for name, password in PASSWORDS.items()))
    write(f"{work}/mailboxes", "".join(f"{name}@{DOMAIN} {name}\n" for name in PASSWORDS))
    newer = dovecot_version(unpacked) >= (2, 4)
    first = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" + DOVECOT_24 if newer else DOVECOT_23
    write(f"{work}/dovecot.conf", DOVECOT.format(first=first, mechanisms=options.auth, domain=DOMAIN,
                                                 extra="\n".join(options.dovecot), **ports))
    facts = {"host": "127.0.0.1", "ca": f"{work}/pki/ca.pem", "domain": DOMAIN, "users": ",".join(PASSWORDS),
             "log": f"{work}/dovecot.log", "programs": [["/usr/sbin/dovecot", "-F", "-c", "/mnt/dovecot.conf"]]}
    for name, password in PASSWORDS.items():
        facts[f"password.{name}"] = password
        facts[f"address.{name}"] = f"{name}@{DOMAIN}"
        facts[f"maildir.{name}"] = f"{work}/mail/{name}/Maildir"
    if options.server == "postfix":
        os.mkdir(f"{work}/postfix")
        write(f"{work}/postfix/main.cf", POSTFIX_MAIN.format(domain=DOMAIN, extra="\n".join(options.postfix)))
        write(f"{work}/postfix/master.cf", POSTFIX_MASTER.format(**ports))
        facts["programs"].append(["/usr/lib/postfix/sbin/master", "-d", "-c", "/mnt/postfix"])
    return facts


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def enter(work, unpacked):
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
        lower = f"{unpacked}/{folder}:/{folder}" if os.path.isdir(f"{unpacked}/{folder}") else f"/{folder}"
        mount("-t", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={room}", "overlay", f"/{folder}")
    mount("-t", "proc", "proc", "/proc")
    add_accounts()
    make_folders()


def add_accounts():
    for path, line in (("/etc/passwd", "{name}:x:{id}:{id}::/nonexistent:/usr/sbin/nologin\n"),
                       ("/etc/group", "{name}:x:{id}:\n")):
        with open(path) as file:
            kept = [entry for entry in file if entry.split(":")[0] not in ACCOUNTS]
        with open(path, "w") as file:
            file.writelines(kept + [line.format(name=name, id=number) for name, number in ACCOUNTS.items()])
    write("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    # Nothing here may ask a resolver.
    if os.path.lexists("/etc/resolv.conf"):
        os.unlink("/etc/resolv.conf")
    write("/etc/resolv.conf", "")
    write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")


def make_folders():
    postfix, postdrop = ACCOUNTS["postfix"], ACCOUNTS["postdrop"]
    for path in ("/var/lib/dovecot", "/var/lib/postfix", "/var/spool/postfix"):
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
    os.chown("/var/lib/postfix", postfix, postfix)
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
                 "saved", "trace", "maildrop", "public", "pid"):
        path = f"/var/spool/postfix/{name}"
        os.mkdir(path)
        os.chmod(path, {"maildrop": 0o1730, "public": 0o2710, "pid": 0o755}.get(name, 0o700))
        os.chown(path, 0 if name == "pid" else postfix, postdrop if name in ("maildrop", "public") else 0)


def serve(programs):
    """As the first process of the namespace: starts the servers, and ends as soon as one of them does."""
    first = {subprocess.Popen(program).pid for program in programs}
    while True:
        pid, status = os.wait()
        if pid in first:
            raise SystemExit(f"a server ended with {status}")
