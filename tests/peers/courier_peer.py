"""A private Courier: its IMAP and POP3 servers behind couriertcpd, as Debian's scripts start them."""
import os
import subprocess

from common import PASSWORDS, write

PORTS = ("imap", "imaps", "pop3", "pop3s")
ACCOUNTS = {"courier": 60107, "vmail": 60105}
CAPABILITY = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MAILDIRPATH": "Maildir", "IMAP_KEYWORDS": "1", "IMAP_ACL": "1",
    "IMAP_IDLE_TIMEOUT": "1", "IMAP_MAILBOX_SANITY_CHECK": "1", "IMAP_USELOCKS": "1", "IMAP_CHECK_ALL_FOLDERS": "0",
    "IMAP_DISABLETHREADSORT": "0", "IMAP_OBSOLETE_CLIENT": "0", "IMAP_TRASHFOLDERNAME": "Trash",
    "IMAP_EMPTYTRASH": "", "IMAP_ENHANCEDIDLE": "0", "IMAP_MOVE_EXPUNGE_TO_TRASH": "0", "IMAP_TLS_REQUIRED": "0",
    "IMAP_STARTTLS": "YES", "POP3_STARTTLS": "YES", "POP3_TLS_REQUIRED": "0", "COURIERTLS": "/usr/bin/couriertls",
    "TLS_CERTFILE": "/mnt/pki/chain.pem", "TLS_VERIFYPEER": "NONE", "TLS_TRUSTCERTS": "/mnt/pki/ca.pem",
    "AUTHMODULES": "authdaemon", "SENDMAIL": "/bin/false", "MIME_UNICODE_MESSAGE_TYPE": "message/global",
}

AUTHDAEMONRC = """authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=3
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
"""



def environment(options):
    mechanisms = options.auth.upper().split()
    offered = options.courier[0] if options.courier else CAPABILITY
    safe = [name for name in mechanisms if name == "CRAM-MD5"]
    readable = [name for name in mechanisms if name in ("PLAIN", "LOGIN")]
    return {**ENVIRONMENT, "POP3AUTH": " ".join(safe), "POP3AUTH_TLS": " ".join(safe + readable),
            "IMAP_CAPABILITY": " ".join([offered, *(f"AUTH={name}" for name in safe)]),
            "IMAP_CAPABILITY_TLS": " ".join([offered, *(f"AUTH={name}" for name in safe + readable)])}


def prepare(work, _unpacked, _ports, _options):
    os.mkdir(f"{work}/mail")
    os.chown(f"{work}/mail", ACCOUNTS["vmail"], ACCOUNTS["vmail"])
    os.chown(f"{work}/pki/chain.pem", ACCOUNTS["courier"], ACCOUNTS["courier"])
    return {"prefix": "INBOX.", **{f"maildir.{name}": f"{work}/mail/{name}/Maildir" for name in PASSWORDS}}


def said(program, *words, given=""):
    return subprocess.run([program, *words], input=given, capture_output=True, text=True, check=True).stdout.strip()


def make_folders():
    vmail, courier = ACCOUNTS["vmail"], ACCOUNTS["courier"]
    for path in ("/run/courier/authdaemon", "/var/lib/courier"):
        os.makedirs(path, exist_ok=True)
        os.chown(path, courier, courier)
    write("/etc/courier/authdaemonrc", AUTHDAEMONRC)
    people = ""
    for name, password in PASSWORDS.items():
        home = f"/mnt/mail/{name}"
        subprocess.run(["mkdir", home], check=True)
        said("/usr/bin/maildirmake.courier", f"{home}/Maildir")
        for folder in ("Drafts", "Sent", "Trash", "Junk", "Archive"):
            said("/usr/bin/maildirmake.courier", "-f", folder, f"{home}/Maildir")
        write(f"{home}/Maildir/courierimapsubscribed", "".join(
            f"INBOX.{folder}\n" for folder in ("Drafts", "Sent", "Trash", "Junk", "Archive")))
        subprocess.run(["chown", "-R", f"{vmail}:{vmail}", home], check=True)
        twice = f"{password}\n{password}\n"
        people += (f"{name}\tuid={vmail}|gid={vmail}|home={home}|mail={home}/Maildir|"
                   f"systempw={said('/usr/sbin/userdbpw', '-md5', given=twice)}|"
                   f"hmac-md5pw={said('/usr/sbin/userdbpw', '-hmac-md5', given=twice)}\n")
    write("/etc/courier/userdb", people, 0o600)
    subprocess.run(["/usr/sbin/makeuserdb"], check=True)


def programs(ports, options):
    said_once = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in environment(options).items())]
    imap = ["/usr/lib/courier/courier/imaplogin", "/usr/bin/imapd", "Maildir"]
    pop3 = ["/usr/lib/courier/courier/courierpop3login", "/usr/lib/courier/courier/courierpop3d", "Maildir"]
    tls = ["/usr/bin/couriertls", "-server", "-tcpd", "-user=courier"]

    def listen(name, *program):
        more = [f"{name[:4].upper()}_TLS=1"] if name.endswith("s") else []
        return [*said_once, *more, "/usr/sbin/couriertcpd", "-address=127.0.0.1", "-maxprocs=100", "-maxperip=100",
                "-nodnslookup", "-noidentlookup", str(ports[name]), *program]

    return [["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "authmodulelist=authuserdb", "daemons=3",
             "/usr/lib/courier/courier-authlib/authdaemond"],
            listen("imap", *imap), listen("imaps", *tls, *imap),
            listen("pop3", *pop3), listen("pop3s", *tls, *pop3)]
