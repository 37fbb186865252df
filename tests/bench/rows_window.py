"""The row about the window: when its first rows are painted and what it keeps in memory, beside an empty
libadwaita window on the same renderer; and how long a letter that is on disk takes to open."""
import json
import os
import select
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SESSION = os.path.join(HERE, "..", "run", "session.py")
PAINTED_WITHIN = 60
# Memory is read when what the start put off has been done.
SETTLE = 2


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


def wait_line(process, words, seconds):
    """The rest of the first line on standard error that begins with these words."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([process.stderr], [], [], left)[0]:
            break
        line = process.stderr.readline().decode(errors="replace")
        if not line:
            break
        if line.startswith(words):
            return line[len(words):].split()
    return None


def measure(command, keys):
    """Inside a session: starts the program, waits for its first rows, and looks."""
    began = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0, env={**os.environ, "RESTANTE_BENCH": "first-rows"})
    try:
        if wait_line(process, "bench first-rows", PAINTED_WITHIN) is None:
            raise RuntimeError(f"{command[0]} showed no rows within {PAINTED_WITHIN} s")
        result = {"seconds": time.monotonic() - began}
        time.sleep(SETTLE)
        result["memory"] = proportional_memory(process.pid)
        if keys:
            # The mark says how long the program runs; what counts is the time since the key, with the key's own way.
            pressed = time.monotonic()
            subprocess.run(["xdotool", "key", *keys], check=True)
            opened = wait_line(process, "bench letter-shown", 10)
            result["open"] = (time.monotonic() - pressed) * 1000 if opened else None
        return result
    finally:
        process.kill()
        process.wait()


def in_session(bench, command, keys=()):
    """The medians over some runs, each in a session of its own."""
    results = []
    for _ in range(max(bench.runs, 3)):
        room = bench.place()
        env = {**os.environ, "XDG_RUNTIME_DIR": room, "GSK_RENDERER": "cairo", "GSETTINGS_BACKEND": "memory",
               "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "GIO_USE_VFS": "local"}
        done = subprocess.run([sys.executable, SESSION, "--", sys.executable, __file__, json.dumps([command, list(keys)])],
                              env=env, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip()[-300:])
        results.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return {name: statistics.median(result[name] for result in results)
            for name in results[0] if all(result[name] is not None for result in results)}


def window(bench):
    empty = in_session(bench, [os.path.join(bench.build, "tests/bench/empty-window")])
    yield f"an empty libadwaita window: painted after {empty['seconds']:.2f} s, {empty['memory']:.0f} MB"
    data = bench.place()
    bench.account(data, "imap", "ada")
    bench.run([bench.cli, "--data", data, "sync", "ada", "--folder", "INBOX"])
    ours = in_session(bench, [bench.app, "--data", data], ["Down"])
    yield (f"{bench.counts['ada']} letters: first rows after {ours['seconds']:.2f} s, {ours['memory']:.0f} MB "
           f"({ours['seconds'] / empty['seconds']:.1f} ×, at most 2; {ours['memory'] - empty['memory']:+.0f} MB, at most +60)")
    if "open" in ours:
        yield f"a letter that is on disk: open after {ours['open']:.0f} ms (aim 50)"


ROWS = {"window": window}

if __name__ == "__main__":
    print(json.dumps(measure(*json.loads(sys.argv[1]))))
