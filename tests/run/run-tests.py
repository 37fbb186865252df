#!/usr/bin/env python3
"""Runs the tests of a build directory, three at a time (many of them wait), and counts every case they report.

Each test program speaks TAP (GLib's tests do by themselves). It gets a home of its own, a temporary
directory of its own and, where its suite works with a screen or a keyring, a session of its own, so that
two runs side by side never meet. A program that crashes, hangs, stops before its plan is done, or leaves
a process behind counts as one more failed case. The last line stands alone: N passed, N failed, N skipped.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
SESSION_SUITES = {"app", "engine"}
CASE = re.compile(r"^(not )?ok\b\s*\d*\s*-?\s*([^#]*?)\s*(?:#\s*(SKIP|TODO)\b\s*(.*))?$", re.I)
PLAN = re.compile(r"^1\.\.(\d+)\s*(?:#\s*SKIP\b\s*(.*))?", re.I)
screen = threading.Lock()


class Result:
    def __init__(self, test):
        self.test, self.passed, self.failed, self.skipped = test, 0, [], []
        self.output, self.seconds = "", 0.0


def say(text):
    with screen:
        print(text, flush=True)


def find_tests(build, suite):
    listed = subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True)
    tests = []
    for entry in json.loads(listed.stdout):
        entry["folder"] = folder_of(entry)
        if suite is None or entry["folder"] == suite:
            tests.append(entry)
    # The long ones first, so that the run does not end waiting for one of them.
    return sorted(tests, key=lambda entry: -entry["timeout"])


def folder_of(entry):
    """The suite of a test is the folder under tests/ that holds it."""
    for part in entry["cmd"]:
        found = re.search(r"/tests/([a-z0-9]+)/[^/]+$", part)
        if found and found.group(1) != "run":
            return found.group(1)
    return entry["name"].split("-")[0]


def environment(entry, room, mark, sanitized):
    env = {name: os.environ[name] for name in ("PATH", "RESTANTE_PEERS", "USER", "LOGNAME") if name in os.environ}
    for name, folder in (("HOME", "home"), ("TMPDIR", "tmp"), ("XDG_RUNTIME_DIR", "run"),
                         ("XDG_CONFIG_HOME", "home/.config"), ("XDG_DATA_HOME", "home/.local/share"),
                         ("XDG_CACHE_HOME", "home/.cache"), ("XDG_STATE_HOME", "home/.local/state")):
        env[name] = os.path.join(room, folder)
        os.makedirs(env[name], mode=0o700, exist_ok=True)
    env.update(LC_ALL="C.UTF-8", LANGUAGE="en", TZ="UTC", PYTHONPATH=HERE, PYTHONDONTWRITEBYTECODE="1",
               G_DEBUG="fatal-warnings", GSETTINGS_BACKEND="memory", GIO_USE_VFS="local",
               GSK_RENDERER="cairo", RESTANTE_TEST=mark)
    if sanitized:
        # Whole stacks cost five times the run; only what the toolkit keeps can't be told apart without them.
        # For a leak that ends in a library: ASAN_OPTIONS=fast_unwind_on_malloc=0 ./dev test --asan NAME.
        stacks = "fast_unwind_on_malloc=0:malloc_context_size=24:" if entry["folder"] == "app" else ""
        env.update(RESTANTE_SANITIZED="1",
                   ASAN_OPTIONS=f"{stacks}detect_leaks=1:abort_on_error=0:" + os.environ.get("ASAN_OPTIONS", ""),
                   LSAN_OPTIONS=f"suppressions={HERE}/lsan.supp:print_suppressions=0",
                   UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
    env.update(entry["env"])
    return env


def marked(mark):
    """The processes that carry this test's mark in their environment, and are not already dead."""
    wanted, found = f"RESTANTE_TEST={mark}".encode(), []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if wanted not in file.read().split(b"\0"):
                    continue
            with open(f"/proc/{pid}/stat") as file:
                state = file.read().rsplit(")", 1)[1].split()[0]
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                command = file.read().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue
        if state not in "ZX" and int(pid) != os.getpid():
            found.append((int(pid), command))
    return found


def remaining(mark):
    """As marked(), looked for twice: a process that is just being started shows no environment."""
    found = marked(mark)
    if not found:
        time.sleep(0.02)
        found = marked(mark)
    return found


def sweep(mark, patience):
    """Waits for a test's processes to end, then ends those which did not; returns what was left."""
    deadline = time.monotonic() + patience
    while (left := remaining(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for _ in range(20):
        for pid, _command in marked(mark):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if not remaining(mark):
            break
        time.sleep(0.05)
    return left


def read_tap(result, text):
    planned, seen = None, 0
    for line in text.splitlines():
        if plan := PLAN.match(line):
            planned = int(plan.group(1))
            if planned == 0 and plan.group(2) is not None:
                result.skipped.append((result.test["name"], plan.group(2)))
        elif case := CASE.match(line):
            seen += 1
            bad, name, directive, reason = case.groups()
            directive = (directive or "").upper()
            if directive == "SKIP":
                result.skipped.append((name, reason or ""))
            elif bad and directive != "TODO":
                result.failed.append(name or result.test["name"])
            else:
                result.passed += 1
        elif line.startswith("Bail out!"):
            result.failed.append(line)
    return planned, seen


def run(entry, build, where, multiplier, sanitized):
    result = Result(entry)
    room = tempfile.mkdtemp(prefix="", dir=where)
    mark = f"{os.path.basename(where)}/{os.path.basename(room)}"
    command = list(entry["cmd"])
    if entry["folder"] in SESSION_SUITES:
        command = [sys.executable, os.path.join(HERE, "session.py"), "--"] + command
    limit = max(entry["timeout"], 30) * multiplier
    began = time.monotonic()
    with open(os.path.join(room, "output"), "w+b") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   cwd=entry.get("workdir") or build, start_new_session=True,
                                   env=environment(entry, room, mark, sanitized))
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            status = None
            # Asked first, so that a session can end what it began; then by force.
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(process.pid, number)
                    process.wait(3)
                    break
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue
        left = sweep(mark, 3 if status is not None else 0)
        output.seek(0)
        result.output = output.read().decode(errors="replace")
    result.seconds = time.monotonic() - began
    planned, seen = read_tap(result, result.output)
    name = entry["name"]
    if status is None:
        result.failed.append(f"{name}: no end after {limit:.0f} s")
    elif status != 0 and not result.failed:
        result.failed.append(f"{name}: ended with {describe(status)}")
    elif planned is None and seen == 0:
        result.failed.append(f"{name}: reported no test case")
    elif planned is not None and seen < planned and not result.failed:
        result.failed.append(f"{name}: {seen} of {planned} cases reported")
    if left and status is not None:
        result.failed.append(f"{name}: left behind " + "; ".join(f"{pid} {text[:80]}" for pid, text in left))
    remove(room)
    return result


def describe(status):
    return f"exit code {status}" if status >= 0 else signal.Signals(-status).name


def remove(path):
    """Also what a test made unwritable on purpose."""
    def insist(function, name, _error):
        try:
            os.chmod(os.path.dirname(name), 0o700)
            os.chmod(name, 0o700)
            function(name)
        except OSError:
            pass
    shutil.rmtree(path, onerror=insist)


def report(result, verbose):
    state = "FAIL" if result.failed else "skip" if result.skipped and not result.passed else "ok"
    counts = f"{result.passed} passed"
    if result.failed:
        counts += f", {len(result.failed)} failed"
    if result.skipped:
        counts += f", {len(result.skipped)} skipped"
    lines = [f"{state:4}  {result.test['folder']}/{result.test['name']}  {counts}  {result.seconds:.1f} s"]
    lines += [f"        skipped {name}: {reason}" for name, reason in result.skipped]
    if result.failed:
        lines += [f"        failed {name}" for name in result.failed]
        lines += ["        | " + line for line in result.output.splitlines()[-80:]]
    elif verbose:
        lines += ["        | " + line for line in result.output.splitlines()]
    say("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(prog="./dev test", add_help=True)
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("--asan", action="store_true", help="the build is sanitized")
    parser.add_argument("--suite", help="only the tests in tests/SUITE")
    parser.add_argument("--verbose", action="store_true", help="show what passing tests print, too")
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("names", nargs="*", help="only tests with these names")
    options = parser.parse_intermixed_args()
    build = os.path.abspath(options.build)
    tests = find_tests(build, options.suite)
    if options.names:
        tests = [entry for entry in tests if entry["name"] in options.names]
    if not tests:
        sys.exit(f"there are no tests {'in tests/' + options.suite if options.suite else 'of that name'}")
    where = tempfile.mkdtemp(prefix="rt-")
    os.chmod(where, 0o755)
    multiplier = 4 if options.asan else 2
    began, results = time.monotonic(), []
    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            alone = [entry for entry in tests if not entry["is_parallel"]]
            jobs = [pool.submit(run, entry, build, where, multiplier, options.asan)
                    for entry in tests if entry["is_parallel"]]
            for job in concurrent.futures.as_completed(jobs):
                results.append(job.result())
                report(results[-1], options.verbose)
        for entry in alone:
            results.append(run(entry, build, where, multiplier, options.asan))
            report(results[-1], options.verbose)
    except KeyboardInterrupt:
        for pid, _command in marked_by_run(os.path.basename(where)):
            os.kill(pid, signal.SIGKILL)
        sys.exit(130)
    finally:
        remove(where)
    passed = sum(result.passed for result in results)
    failed = sum(len(result.failed) for result in results)
    skipped = sum(len(result.skipped) for result in results)
    print(f"\n{len(results)} test programs in {time.monotonic() - began:.0f} s")
    for result in results:
        for name in result.failed:
            print(f"failed: {result.test['folder']}/{result.test['name']} {name}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    sys.exit(1 if failed else 0)


def marked_by_run(run_name):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if f"RESTANTE_TEST={run_name}/".encode() in file.read():
                    found.append((int(pid), ""))
        except OSError:
            continue
    return found


if __name__ == "__main__":
    main()
