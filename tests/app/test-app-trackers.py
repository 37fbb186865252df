"""A letter full of trackers, read in a network of its own: its only way out is a device that a listener records
everything from, and the name server is out there too. Nothing may leave until pictures are asked for."""
import ctypes
import email.message
import email.utils
import json
import os
import re
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def leave_the_network():
    """This process, and the program it starts, see loopback and a device that leads nowhere."""
    if os.geteuid() != 0 or LIBC.unshare(CLONE_NEWNS | CLONE_NEWNET) != 0:
        return False
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write("nameserver 192.0.2.53\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", file.name, "/etc/resolv.conf"], check=True)
    os.unlink(file.name)
    with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w", encoding="ascii") as file:
        file.write("1")  # the kernel's own neighbour discovery is not what is listened for
    for command in ("ip link set lo up", "ip link add away type veth peer name far",
                    "ip link set away arp off", "ip link set far up", "ip addr add 192.0.2.1/24 dev away",
                    "ip link set away up", "ip route add default via 192.0.2.254 dev away"):
        subprocess.run(command.split(), check=True)
    return True


ALONE = leave_the_network()

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import journey  # noqa: E402
import drive  # noqa: E402
import tap  # noqa: E402

PAGE = """<html><head><title>t</title>
<link rel="dns-prefetch" href="//dns.tracker.example"><link rel="preconnect" href="https://pre.tracker.example">
<link rel="prefetch" href="http://prefetch.tracker.example/x"><link rel="stylesheet" href="http://css.tracker.example/x.css">
<link rel="icon" href="http://icon.tracker.example/i.ico">
<meta http-equiv="refresh" content="1;url=http://refresh.tracker.example/">
<style>@import url("http://import.tracker.example/i.css"); @font-face { font-family: f; src: url(http://font.tracker.example/f.woff) }
p { font-family: f; background: url(http://192.0.2.77/css.png) }</style>
<script src="http://script.tracker.example/s.js"></script><script>fetch("http://192.0.2.80/")</script></head>
<body background="http://body.tracker.example/b.png" onload="new Image().src='http://onload.tracker.example/'">
<p>The words of the newsletter.</p>
<img src="http://img.tracker.example/pixel.gif" width="1" height="1"><img src="http://192.0.2.78/pixel.gif">
<img srcset="http://srcset.tracker.example/1.png 1x, http://192.0.2.79/2.png 2x"><picture><source srcset="http://source.tracker.example/p.png"><img></picture>
<video src="http://video.tracker.example/v.mp4" poster="http://poster.tracker.example/p.png" autoplay></video>
<audio src="http://audio.tracker.example/a.mp3" autoplay></audio><iframe src="http://iframe.tracker.example/"></iframe>
<object data="http://object.tracker.example/o"></object><embed src="http://embed.tracker.example/e">
<svg><image href="http://svg.tracker.example/s.png" xlink:href="http://svg2.tracker.example/s.png"/><use href="http://use.tracker.example/#a"/></svg>
<div style="background-image: url('http://inline.tracker.example/i.png'); list-style-image: url(http://list.tracker.example/l.png)">x</div>
<table background="http://table.tracker.example/t.png"><tr><td>y</td></tr></table>
<a href="http://link.tracker.example/" ping="http://ping.tracker.example/">more</a>
<form action="http://form.tracker.example/"><input type="image" src="http://input.tracker.example/i.png"></form></body></html>"""


EVERYTHING = 3  # ETH_P_ALL: only so are packets on their way out seen


class Listener:
    """Records every packet that leaves, lookups included: the name server is out there."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERYTHING))
        self.socket.bind(("away", EVERYTHING))

    def heard(self, seconds):
        """What left within this time; returns at the first packet."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(2048)
        except socket.timeout:
            return None


@unittest.skipUnless(ALONE, "needs root for a network of its own")
class Trackers(journey.Journey):
    def send_trackers(self):
        accounts = [json.loads(line) for line in self.cli("account", "list", "--json").splitlines()]
        account = next(account for account in accounts if account["name"] == "practice-imap")
        with open(os.path.join(self.data, "practice", "password"), encoding="utf-8") as file:
            password = file.read()
        message = email.message.EmailMessage()
        message["From"] = message["To"] = "ada@practice.example"
        message["Subject"] = "newsletter of trackers"
        message["Date"] = email.utils.formatdate()
        message.set_content(PAGE, subtype="html")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with smtplib.SMTP_SSL(account["smtp_host"], account["smtp_port"], context=context) as client:
            client.login("ada@practice.example", password)
            client.send_message(message)

    def test_nothing_leaves_until_pictures_are_shown(self):
        listener = Listener()
        # Who hears nothing proves nothing: this must be heard.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.sendto(b"?", ("192.0.2.53", 53))
        self.assertIsNotNone(listener.heard(2), "the listener is deaf")
        program = self.begin_practice()
        self.send_trackers()
        program.click("push button", "Receive")
        program.choose("Letters", re.compile("newsletter of trackers"))
        program.find("label", "newsletter of trackers")
        drive.wait(lambda: any("newsletter of trackers" in row and row.endswith(", read") for row in program.rows("Letters")),
                   "the letter being read")
        self.assertIsNone(listener.heard(4), "something left while the letter was read")
        program.click("push button", "Show Pictures")
        self.assertIsNotNone(listener.heard(20), "pictures were asked for, and nothing left")


if __name__ == "__main__":
    tap.main()
