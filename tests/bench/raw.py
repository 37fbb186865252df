"""The raw bounds: the same commands, sent by a few lines of Python that throw away what comes back. No mail
program can be faster on this machine, at this hour; what counts is the ratio to them."""
import socket
import ssl
import threading
import time

BATCH = 200


def connect(port, authority):
    context = ssl.create_default_context(cafile=authority)
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(line, server_hostname="127.0.0.1")


def read_until(line, words):
    """Throws away everything up to these words; returns how much that was."""
    tail, total = b"", 0
    while words not in tail:
        piece = line.recv(1 << 18)
        if not piece:
            raise ConnectionError(f"the server hung up before {words!r}: {tail[-200:]!r}")
        total += len(piece)
        tail = (tail + piece)[-4096:] if len(piece) < 4096 else piece[-4096:]
    return total


def imap(peer, user, what, small_batches=True):
    """FETCH of everything in INBOX, pipelined; seconds."""
    began = time.monotonic()
    line = connect(int(peer["imaps"]), peer["ca"])
    read_until(line, b"* OK")
    password = peer[f"password.{user}"].replace("\\", "\\\\").replace('"', '\\"')
    line.sendall(f'l LOGIN {user} "{password}"\r\ns SELECT INBOX\r\n'.encode())
    answer = b""
    while b"\ns OK" not in answer:
        answer += line.recv(1 << 16)
    count = int(answer.split(b" EXISTS")[0].rsplit(b" ", 1)[1])
    step = BATCH if small_batches else count
    commands = [f"t{first} FETCH {first}:{min(first + step - 1, count)} {what}\r\n" for first in range(1, count + 1, step)]
    line.sendall("".join(commands).encode() + b"end NOOP\r\n")
    read_until(line, b"\nend OK")
    line.close()
    return time.monotonic() - began


def pop3(peer, user, count):
    began = time.monotonic()
    line = connect(int(peer["pop3s"]), peer["ca"])
    read_until(line, b"+OK")
    line.sendall(f"USER {user}\r\n".encode())
    read_until(line, b"+OK")
    line.sendall(f"PASS {peer[f'password.{user}']}\r\n".encode())
    read_until(line, b"+OK")
    commands = "".join(f"RETR {number}\r\n" for number in range(1, count + 1)) + "QUIT\r\n"
    sender = threading.Thread(target=line.sendall, args=(commands.encode(),), daemon=True)
    sender.start()
    while line.recv(1 << 18):
        pass
    sender.join()
    return time.monotonic() - began


def smtp(peer, user, letter, count):
    """One connection, one letter after the other, each command group in one write."""
    import base64
    began = time.monotonic()
    line = connect(int(peer["submissions"]), peer["ca"])
    read_until(line, b"220 ")
    line.sendall(b"EHLO bench.test\r\n")
    read_until(line, b"\n250 ")
    secret = base64.b64encode(f"\0{user}\0{peer[f'password.{user}']}".encode())
    line.sendall(b"AUTH PLAIN " + secret + b"\r\n")
    read_until(line, b"235 ")
    address = peer[f"address.{user}"].encode()
    for _ in range(count):
        line.sendall(b"MAIL FROM:<" + address + b">\r\nRCPT TO:<" + address + b">\r\nDATA\r\n")
        read_until(line, b"354 ")
        line.sendall(letter + b"\r\n.\r\n")
        read_until(line, b"250 ")
    line.sendall(b"QUIT\r\n")
    line.close()
    return time.monotonic() - began
