"""A connection that waits for news, for hours: IDLE is renewed before servers end it, NOOP said where there is none, and
a server that is not there any more is noticed. The program's clock jumps, so that nobody has to wait."""
import mmap
import os
import re
import struct
import subprocess
import tempfile
import threading
import time

import world
from imap_office import CUT, Office, letter
from office_case import OfficeCase
import tap

AGAIN = 75
JUMP_CLOCK = os.path.join(os.path.dirname(world.PROGRAM), "../../tests/engine/libjump-clock.so")
MINUTE = 60
# Of /proc/net/tcp: a timer for keep-alives runs, and when it is over, in hundredths of a second.
KEEP_ALIVE = 2


class Watch(OfficeCase):
    def start(self, offers, answers=None, boxes=("INBOX",), full=("INBOX",)):
        self.server = self.office(offers, boxes, answers=answers)
        for box in full:
            self.server.box(box).put(letter(1))
        self.cli = self.account(self.server)
        clock = tempfile.NamedTemporaryFile(prefix="restante-clock-")
        self.addCleanup(clock.close)
        clock.write(bytes(8))
        clock.flush()
        self.clock, self.ahead = mmap.mmap(clock.fileno(), 8), 0
        self.addCleanup(self.clock.close)
        env = {**self.cli.env, "LD_PRELOAD": JUMP_CLOCK, "JUMP_CLOCK": clock.name,
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        self.program = subprocess.Popen(self.cli.command("sync", "box", "--watch", 100 * 24 * 3600, wire="lines"), env=env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.wire = []
        self.reader = threading.Thread(target=lambda: self.wire.extend(self.program.stderr), daemon=True)
        self.reader.start()
        self.addCleanup(self.end)

    def end(self):
        self.program.kill()
        self.program.wait()
        self.reader.join()
        self.program.stderr.close()

    def jump(self, seconds):
        """Nothing may be on its way: an answer would be waited for in vain."""
        self.ahead += seconds
        self.clock[:] = struct.pack("q", self.ahead * 1_000_000)

    def wait(self, question):
        self.assertTrue(world.within(world.PATIENCE, lambda: question() or self.program.poll() is not None), self.server.heard)
        self.assertTrue(question(), self.wire)

    def idles(self, times):
        """Waits until it idles for that time, and has not more often."""
        self.wait(lambda: "".join(self.wire).count("← + idling") >= times)
        self.assertEqual(len(self.server.said("IDLE")), times, self.server.heard)

    def answers(self, command):
        """How many of them the program was answered."""
        said = "".join(self.wire)
        return len([tag for tag in re.findall(rf"→ (\w+) {command}", said) if f"← {tag} OK" in said])

    def test_idle_is_renewed(self):
        """Servers end it after half an hour (RFC 9051 §6.3.13: at least every 29 minutes)."""
        self.start("IMAP4rev1 IDLE")
        self.idles(1)
        for times in range(2, 5):
            self.jump(20 * MINUTE)
            self.jump(9 * MINUTE)
            self.idles(times)
        # It still hears what comes.
        self.server.box("INBOX").put(letter(2))
        news = [b"* 2 EXISTS\r\n"]
        self.server.told = lambda session: news.pop() if news else b""
        self.jump(29 * MINUTE)
        self.assertTrue(world.within(world.PATIENCE, lambda: len(self.cli.rows("INBOX")) == 2))

    def test_other_folders_are_looked_at(self):
        """Where the server does not tell of them by itself, and where it says that it could not tell all (RFC 5465 §5.8)."""
        for told in False, True:
            with self.subTest(told):
                self.start("IMAP4rev1 IDLE" + (" NOTIFY" if told else ""), boxes=("INBOX", "Other"))
                self.idles(1)
                news = [b"* OK [NOTIFICATIONOVERFLOW] too much\r\n"] if told else []
                self.server.told = lambda session, news=news: news.pop() if news else b""
                self.server.box("Other").put(letter(5))
                self.server.make("Newer").put(letter(6))
                # The next IDLE is told that, or it was long enough.
                self.jump(25 * MINUTE if told else 10 * MINUTE)
                for name in "Other", "Newer":
                    self.assertTrue(world.within(world.PATIENCE, lambda: name in self.cli.folders() and self.cli.rows(name)), name)
                if told:
                    self.wait(lambda: len(self.server.said("NOTIFY")) == 2)
                self.assertEqual(self.server.failures, [])
                self.end()

    def test_what_came_while_another_folder_was_open(self):
        """Nobody tells of it but SELECT, when the folder is opened again to wait in it."""
        def put_and_open(session, tag, rest):
            if "Archive" in str(rest) and not self.put:
                self.put = True
                self.server.box("INBOX").put(letter(2))
        self.put = False
        self.start("IMAP4rev1 IDLE", {"SELECT": put_and_open}, boxes=("INBOX", "Archive"),
                   full=("INBOX", "Archive"))
        # Who asks before it runs could own the account at that moment.
        self.idles(1)
        self.assertTrue(world.within(world.PATIENCE, lambda: len(self.cli.rows("INBOX")) == 2), "".join(self.wire))

    def noop(self, times):
        """Nothing shows when it begins to wait, so that the clock may jump too early."""
        self.wait(lambda: self.answers(r"UID FETCH 1 .UID BODY") == 1)
        deadline = time.monotonic() + world.PATIENCE
        while len(self.server.said("NOOP")) < times and time.monotonic() < deadline:
            self.jump(61)
            world.within(2, lambda: len(self.server.said("NOOP")) >= times)

    def test_without_idle(self):
        self.start("IMAP4rev1")
        for times in range(1, 4):
            self.noop(times)
            self.wait(lambda: self.answers("NOOP") == times)
        self.assertEqual(self.server.said("IDLE"), [])

    def dies(self, offers, words, ask):
        """From now on the server says nothing, and nobody ends the connection."""
        def nothing(session, tag, rest):
            if words == "IDLE":
                session.client.sendall(b"+ idling\r\n")
            self.server.lock.release()
            try:
                while session.file.readline():
                    pass
            finally:
                self.server.lock.acquire()
            return CUT
        self.start(offers, {words: nothing})
        ask()
        self.assertIsNone(self.program.poll())
        # It has asked, or is about to: half a minute is what an answer may take.
        deadline = time.monotonic() + world.PATIENCE
        while self.program.poll() is None and time.monotonic() < deadline:
            self.jump(31)
            world.within(1, lambda: self.program.poll() is not None)
        self.assertEqual(self.program.wait(world.PATIENCE), AGAIN)
        self.reader.join()
        # What happened, and below it what the program says about it.
        self.assertRegex(self.wire[-1], "^restante-cli: .*127.0.0.1.* (silent|silence|seconds|answer)")

    def test_silent_death_in_idle(self):
        def ask():
            self.idles(1)
            self.jump(26 * MINUTE)
        self.dies("IMAP4rev1 IDLE", "IDLE", ask)

    def test_silent_death_without_idle(self):
        self.dies("IMAP4rev1", "NOOP", lambda: self.noop(1))

    def test_the_line_is_asked_meanwhile(self):
        """Long before the renewal the kernel asks the other computer whether it is there: within three minutes."""
        self.start("IMAP4rev1 IDLE")
        self.idles(1)
        there = f":{self.server.port:04X}"

        def keep_alive():
            with open("/proc/net/tcp", encoding="ascii") as file:
                rows = [line.split() for line in file.readlines()[1:]]
            timers = [re.match("0?([0-9A-F]):([0-9A-F]+)", row[5]) for row in rows if row[2].endswith(there) and row[3] == "01"]
            return [int(timer[2], 16) / 100 for timer in timers if int(timer[1], 16) == KEEP_ALIVE]
        due = world.within(world.PATIENCE, keep_alive)
        self.assertEqual(len(due), 1)
        self.assertLessEqual(due[0], 90)


if __name__ == "__main__":
    tap.main()
