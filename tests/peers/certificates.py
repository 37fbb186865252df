"""A test authority and one server certificate by it, good or with one named fault."""
import datetime
import os
import subprocess

KINDS = ("good", "expired", "not-yet", "wrong-name", "self-signed")
EC = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
RSA = ("rsa:2048",)
REQUEST = """
[ca]
default_ca = this
[this]
dir = {folder}
database = {folder}/index
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
email_in_dn = no
unique_subject = no
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = {names}
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make(folder, kind, key=EC):
    """Writes ca.pem, server.pem and server.key into the folder."""
    os.makedirs(folder)
    names = "DNS:mail.elsewhere.test" if kind == "wrong-name" else "DNS:localhost, IP:127.0.0.1, IP:::1"
    paths = {name: os.path.join(folder, name) for name in
             ("ca.key", "ca.pem", "server.key", "server.csr", "server.pem", "config", "index")}
    with open(paths["config"], "w") as file:
        file.write(REQUEST.format(folder=folder, names=names))
    open(paths["index"], "w").close()
    new_key = ("-newkey", *key, "-nodes", "-config", paths["config"])
    subject = ("-subj", "/CN=Restante test authority")
    with open(paths["config"], "a") as file:
        file.write("[req]\ndistinguished_name = any_name\n[any_name]\n")
    openssl("req", "-x509", *new_key, *subject, "-extensions", "authority", "-days", "30",
            "-keyout", paths["ca.key"], "-out", paths["ca.pem"])
    if kind == "self-signed":
        openssl("req", "-x509", *new_key, "-subj", "/CN=localhost", "-extensions", "server", "-days", "30",
                "-keyout", paths["server.key"], "-out", paths["server.pem"])
        return
    openssl("req", *new_key, "-subj", "/CN=localhost", "-keyout", paths["server.key"], "-out", paths["server.csr"])
    begins, ends = {"expired": (-40, -10), "not-yet": (10, 40)}.get(kind, (-1, 30))
    openssl("ca", "-batch", "-notext", "-config", paths["config"], "-extensions", "server",
            "-cert", paths["ca.pem"], "-keyfile", paths["ca.key"], "-in", paths["server.csr"],
            "-out", paths["server.pem"], "-startdate", stamp(begins), "-enddate", stamp(ends))


def stamp(days):
    return (datetime.datetime.utcnow() + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")
