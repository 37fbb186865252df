"""The rows about what it costs to watch: tap and ledger with the panel closed and open, beside the same synchronisation
without either, and how long after its line the first explanation is on the screen."""
import glob
import json
import os
import select
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

import raw
from measure import Line, forget_ledger, mailbase, ratio_error, turned
from rows_window import SESSION

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = 8
PROCESS_CLOCK = 2
SYNCED_WITHIN = 60
# The closed panel looks once a second: what it finds to do is counted too.
AFTERWARDS = 1.2
NEWS = 24
NEWS_TURNS = 3
# Who is synchronised, what is kept of each letter, and the account's counter that comes to their number with it.
WORKS = (("ada", "all", "copies_here", "letters"), ("grace", "headers", "headers_only", "headers"))
SETTINGS = "[org/restante/Restante]\npanel-open={}\n"


def processor(pid):
    """Seconds that the process used, but for indexing: how far that has come by now is chance. The first by its clock
    (clock_getcpuclockid(3), as the kernel numbers it), the other as the kernel tells of a thread."""
    index = 0
    for path in glob.glob(f"/proc/{pid}/task/*"):
        with open(os.path.join(path, "comm"), encoding="ascii", errors="replace") as name, \
                open(os.path.join(path, "schedstat"), encoding="ascii") as used:
            if name.read().strip() == "index":
                index += int(used.read().split()[0]) / 1e9
    return time.clock_gettime((~pid << 3) | PROCESS_CLOCK) - index


def wait_synced(process, data, count, counter):
    base = sqlite3.connect(f"file:{mailbase(data)}?mode=ro", uri=True)
    deadline = time.monotonic() + SYNCED_WITHIN
    while base.execute(f"SELECT {counter} FROM counter").fetchone()[0] < count:
        if time.monotonic() > deadline or process.poll() is not None:
            raise RuntimeError(f"not synchronised within {SYNCED_WITHIN} s")
        time.sleep(0.05)
    base.close()


def explained(process, seconds):
    """Milliseconds from a line to the frame with it, for each time the program says so until it has been quiet."""
    found = []
    while select.select([process.stderr], [], [], seconds)[0]:
        words = process.stderr.readline().split()
        if words[:2] == [b"bench", b"explained"]:
            found.append(int(words[2]) / 1000)
        elif not words:
            break
    return found


def measure(command, data, count, counter, mode, peer):
    """Inside a session: starts the program on an account that was never synchronised, and looks what that took; with a
    @peer flags are changed by somebody else then, and the server says so."""
    began = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0, env={**os.environ, "RESTANTE_BENCH": mode})
    try:
        wait_synced(process, data, count, counter)
        seconds = time.monotonic() - began
        time.sleep(AFTERWARDS)
        result = {"seconds": seconds, "processor": processor(process.pid)}
        if peer:
            result["synchronising"] = explained(process, 0.5)
            result["explained"] = []
            for number in range(NEWS):
                raw.change_flags(peer, "grace", 1, "+-"[number % 2])
                result["explained"] += explained(process, 1)[:1]
        return result
    finally:
        process.kill()
        process.wait()


def in_session(bench, data, work, mode, is_open, news):
    user, _, counter, _ = work
    config = os.path.join(bench.place(), "config")
    os.makedirs(os.path.join(config, "glib-2.0", "settings"))
    with open(os.path.join(config, "glib-2.0", "settings", "keyfile"), "w", encoding="utf-8") as file:
        file.write(SETTINGS.format("true" if is_open else "false"))
    env = {**os.environ, "XDG_RUNTIME_DIR": bench.place(), "XDG_CONFIG_HOME": config, "GSK_RENDERER": "cairo",
           "GSETTINGS_BACKEND": "keyfile", "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "GIO_USE_VFS": "local"}
    peer = bench.server() if news else None
    done = subprocess.run([sys.executable, SESSION, "--size", "1280x800", "--", sys.executable, __file__,
                           json.dumps([[bench.app, "--data", data], data, bench.counts[user], counter, mode, peer])],
                          env=env, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip()[-300:])
    return json.loads(done.stdout.strip().splitlines()[-1])


# What says how it is done, whether the panel is open, and whether the ledger is kept. The bound of an open panel is one that
# has nothing to show.
MODES = {"closed, bound": ("no-tap", False, False), "open, bound": ("no-tap", True, False),
         "closed": ("tap", False, True), "open": ("panel", True, True)}


def take_turns(bench, work):
    """What it took in each mode: turns about, and each of them first as often, so that whatever else the machine does disturbs
    all alike."""
    user, keep, counter, _ = work
    taken = {name: [] for name in MODES}
    for turn in range(max(RUNS, bench.runs)):
        for name in turned(MODES, turn):
            mode, is_open, ledger = MODES[name]
            data = bench.account("imap", user, "--keep", keep)
            if not ledger:
                forget_ledger(data)
            news = name == "open" and counter == "headers_only" and turn < NEWS_TURNS
            taken[name].append(in_session(bench, data, work, mode, is_open, news))
            shutil.rmtree(data)
    return taken


def panel(bench):
    bench.server()
    for work in WORKS:
        user, _, _, what = work
        taken = take_turns(bench, work)
        used = {name: [result["processor"] for result in results] for name, results in taken.items()}
        for name, limit in (("closed", 1.03), ("open", 1.10)):
            bound = used[f"{name}, bound"]
            ours, off = statistics.mean(used[name]), statistics.mean(bound)
            yield Line(f"the window takes {bench.counts[user]} {what}, panel {name}, processor", f"{ours:.2f} s", f"{off:.2f} s",
                       ours / off, limit, f"± {ratio_error(used[name], bound):.2f}; bound: without tap and ledger")
    for when, which in (("", "explained"), (", while it synchronises", "synchronising")):
        seen = sorted(each for result in taken["open"] for each in result.get(which, ()))
        if seen:
            yield Line(f"the panel: from a line to the frame that explains it{when}", f"{statistics.median(seen):.0f} ms",
                       more=f"{within(seen)}; aim: the next frame, 17 ms and its painting")


def within(ordered):
    """What nearly all of them, and all of them, do not exceed."""
    return f"95 of 100 within {ordered[(len(ordered) - 1) * 95 // 100]:.0f} ms, the longest of {len(ordered)}: {ordered[-1]:.0f} ms"


def frames(program, *words):
    """Milliseconds of the processor for each frame while a list was scrolled through: "step" for step, or by "jump"s; with
    "filter", for each "turn" of the main loop while words were looked for."""
    done = subprocess.run([sys.executable, SESSION, "--size", "1280x800", "--", program, *words],
                          env={**os.environ, "GSK_RENDERER": "cairo", "LC_ALL": "C.UTF-8", "LANGUAGE": "en",
                               "GSETTINGS_BACKEND": "memory"}, capture_output=True, text=True, check=True)
    said = [line.split() for line in done.stdout.splitlines()]
    return {kind: [int(line[1]) / 1000 for line in said if line[0] == kind] for kind in ("step", "jump", "turn")}


def panel_scroll(bench):
    """The panel with as much in it as it keeps, and a list of as many rows with a label each."""
    program = os.path.join(bench.build, "tests/bench/panel-scroll")
    runs = [(frames(program), frames(program, "labels")) for _ in range(bench.runs)]
    for kind, words in (("step", "while it scrolls"), ("jump", "that jumps far")):
        ours, plain = (sorted(each for run in runs for each in run[which][kind]) for which in (0, 1))
        middle, floor = statistics.median(ours), statistics.median(plain)
        yield Line(f"a frame of the panel with 100000 exchanges {words}, processor", f"{middle:.1f} ms", f"{floor:.1f} ms",
                   middle / floor, None,
                   f"{within(ours)} (labels: {plain[-1]:.0f}); aim: a frame, 17 ms; bound: as many rows of one label")
    turns = sorted(each for _ in range(bench.runs) for each in frames(program, "filter")["turn"])
    yield Line("words are looked for in 100000 exchanges, at a time, processor", f"{statistics.median(turns):.1f} ms",
               more=f"{within(turns)}; aim: a frame, 17 ms")


ROWS = {"panel": panel, "panel-scroll": panel_scroll}

if __name__ == "__main__":
    print(json.dumps(measure(*json.loads(sys.argv[1]))))
