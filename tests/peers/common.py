"""What every private mail server has in common: its people and their passwords, and the files it is given."""
import os

DOMAIN = "restante.test"
# Passwords that a client which quotes carelessly gets wrong.
PASSWORDS = {"ada": "analytical engine", "grace": 'nano"second\\', "edsger": "go{4}to#considéré"}


def write(path, text, mode=0o644, owner=0):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    os.chown(path, owner, owner)
    # Postfix waits two seconds when a file of its own has changed in this one.
    os.utime(path, (0, 0))
