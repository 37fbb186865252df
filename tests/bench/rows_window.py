"""The row about the window: when its first rows are painted and what it keeps in memory, beside an empty
libadwaita window on the same renderer; and how long a letter that is on disk takes to open."""
import ctypes
import json
import os
import select
import statistics
import subprocess
import sys
import time

from measure import Line

HERE = os.path.dirname(os.path.abspath(__file__))
SESSION = os.path.join(HERE, "..", "run", "session.py")
PAINTED_WITHIN = 60
# Memory is read when what the start put off has been done.
SETTLE = 2
LIST_X, LIST_Y, ROW = 420, 170, 66


def tree(pid):
    """A process and all below it."""
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as file:
                    found += [int(child) for child in file.read().split()]
        except OSError:
            continue
    return found


def proportional_memory(pid):
    """PSS in MB: shared pages count by their share, so a sum over processes counts each page once."""
    total = 0
    for each in tree(pid):
        try:
            with open(f"/proc/{each}/smaps_rollup", encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except OSError:
            continue
    return total / 1024


class Pointer:
    """Clicks as a person's mouse would, without a program to start for each."""

    def __init__(self):
        self.x11, self.test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(None))

    def click(self, x, y):
        self.test.XTestFakeMotionEvent(self.display, -1, x, y, 0)
        self.x11.XSync(self.display, 0)
        time.sleep(0.2)  # The row under the pointer is highlighted first, as it is for people.
        self.test.XTestFakeButtonEvent(self.display, 1, 1, 0)
        self.test.XTestFakeButtonEvent(self.display, 1, 0, 0)
        began = time.monotonic()
        self.x11.XSync(self.display, 0)
        return began


def wait_mark(process, words, seconds):
    """The first line on standard error that begins with one of these words; the word, or None."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([process.stderr], [], [], left)[0]:
            break
        line = process.stderr.readline().decode(errors="replace")
        if not line:
            break
        said = line.split()
        if len(said) > 1 and said[0] == "bench" and said[1] in words:
            return said[1]
    return None


def open_letters(process, clicks):
    """Milliseconds from the click to the painted letter: of the first and of later ones, as text and as HTML."""
    pointer = Pointer()
    taken = {"letter-text": [], "letter-html": []}
    for x, y in clicks:
        began = pointer.click(x, y)
        kind = wait_mark(process, taken, 10)
        if kind:
            taken[kind].append((time.monotonic() - began) * 1000)
        time.sleep(0.3)
    return taken


def measure(command, clicks):
    """Inside a session: starts the program, waits for its first rows, and looks."""
    began = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0, env={**os.environ, "RESTANTE_BENCH": "first-rows"})
    try:
        if wait_mark(process, ["first-rows"], PAINTED_WITHIN) is None:
            raise RuntimeError(f"{command[0]} showed no rows within {PAINTED_WITHIN} s")
        result = {"seconds": time.monotonic() - began}
        time.sleep(SETTLE)
        result["memory"] = proportional_memory(process.pid)
        if clicks:
            result["letters"] = open_letters(process, clicks)
            result["memory with HTML"] = proportional_memory(process.pid)
        return result
    finally:
        process.kill()
        process.wait()


def in_session(bench, command, clicks=()):
    """What one run found, in a session of its own."""
    env = {**os.environ, "XDG_RUNTIME_DIR": bench.place(), "GSK_RENDERER": "cairo", "GSETTINGS_BACKEND": "memory",
           "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "GIO_USE_VFS": "local"}
    done = subprocess.run([sys.executable, SESSION, "--size", "1280x800", "--", sys.executable, __file__,
                           json.dumps([command, list(clicks)])], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip()[-300:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def middle(results, name):
    return statistics.median(result[name] for result in results)


def letter_lines(results):
    """The first of a kind pays for what is loaded with it, so it is told apart."""
    for kind, what in (("letter-text", "a plain letter"), ("letter-html", "an HTML letter")):
        opened = [result["letters"][kind] for result in results if result["letters"][kind]]
        later = [each for run in opened for each in run[1:]]
        if opened:
            yield Line(f"F: {what} that is on disk, the first: click to painted",
                       f"{statistics.median(run[0] for run in opened):.0f} ms",
                       more="WebKitGTK is loaded with it" if kind == "letter-html" else "")
        if later:
            yield Line(f"F: {what} that is on disk, another: click to painted", f"{statistics.median(later):.0f} ms",
                       more="aim: 50 ms")


def window(bench):
    nothing = [os.path.join(bench.build, "tests/bench/empty-window")]
    data = bench.account("imap", "ada")
    bench.sync(data, "ada", "--folder", "INBOX")
    # The rows of the list in a window of 1280 by 800, in the middle column.
    clicks = [(LIST_X, y) for y in range(LIST_Y, LIST_Y + 8 * ROW, ROW)]
    empty, ours = [], []
    # Turns about: whatever else the machine does disturbs both alike. The first of each only fills the kernel's cache.
    for number in range(max(bench.runs, 3) + 1):
        pair = in_session(bench, nothing), in_session(bench, [bench.app, "--data", data], clicks)
        if number > 0:
            empty.append(pair[0])
            ours.append(pair[1])
    floor, seconds = middle(empty, "seconds"), middle(ours, "seconds")
    ratio = statistics.median(mine["seconds"] / its["seconds"] for mine, its in zip(ours, empty))
    yield Line(f"F: the window with {bench.counts['ada']} letters, first rows", f"{seconds:.2f} s", f"{floor:.2f} s",
               ratio, 2, "bound: an empty libadwaita window, same renderer")
    floor, used = middle(empty, "memory"), middle(ours, "memory")
    yield Line("F: its memory (PSS) until an HTML letter is opened", f"{used:.0f} MB", f"{floor:.0f} MB",
               more=f"{used - floor:+.0f} MB, aim +60; {middle(ours, 'memory with HTML'):.0f} MB after HTML letters")
    yield from letter_lines(ours)


ROWS = {"window": window}

if __name__ == "__main__":
    print(json.dumps(measure(*json.loads(sys.argv[1]))))
