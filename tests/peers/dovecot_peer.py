"""A private Dovecot: IMAP, POP3, and LMTP for the SMTP servers that deliver into its mailboxes."""
import glob
import os
import shutil
import subprocess

from common import DOMAIN, PASSWORDS, write

PORTS = ("imap", "imaps", "pop3", "pop3s")
ACCOUNTS = {"dovecot": 60102, "dovenull": 60103, "vmail": 60105}

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
  unix_listener {door}/auth {{
    mode = 0666
  }}
}}
service lmtp {{
  unix_listener {door}/dovecot-lmtp {{
    mode = 0666
  }}
}}
{extra}
"""


def dovecot_version(unpacked):
    libraries = [f"{unpacked}/usr/lib/dovecot"] + glob.glob(f"{unpacked}/usr/lib/*-linux-gnu*")
    answer = subprocess.run([f"{unpacked}/usr/sbin/dovecot", "--version"], capture_output=True, text=True,
                            env={"LD_LIBRARY_PATH": ":".join(libraries)}, check=True).stdout
    return tuple(int(number) for number in answer.split()[0].split("-")[0].split(".")[:2])


def prepare(work, unpacked, ports, options, door="/run/post"):
    """`door` is the folder where others find the sockets that tell them who may send, and take letters."""
    os.mkdir(f"{work}/mail")
    os.chown(f"{work}/mail", ACCOUNTS["vmail"], ACCOUNTS["vmail"])
    write(f"{work}/users", "".join(f"{name}:{password}\n" for name, password in PASSWORDS.items()))
    newer = dovecot_version(f"{unpacked}/dovecot") >= (2, 4)
    first = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" + DOVECOT_24 if newer else DOVECOT_23
    write(f"{work}/dovecot.conf", DOVECOT.format(first=first, mechanisms=options.auth, domain=DOMAIN, door=door,
                                                 extra="\n".join(options.dovecot), **ports))
    return {f"maildir.{name}": f"{work}/mail/{name}/Maildir" for name in PASSWORDS}


def make_folders():
    shutil.rmtree("/var/lib/dovecot", ignore_errors=True)
    os.makedirs("/var/lib/dovecot")
    os.makedirs("/run/post", exist_ok=True)


def programs(_ports, _options):
    return [["/usr/sbin/dovecot", "-F", "-c", "/mnt/dovecot.conf"]]
