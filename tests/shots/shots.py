#!/usr/bin/env python3
"""shots.py BUILD [DIRECTORY] [NAME…]: a picture of every window and state, light and dark, English and French.

The states are in states.py. Each variant has a session and a home of its own, so that they can't colour one
another; the pictures are called STATE-LANGUAGE-SCHEME.png.
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(HERE, "..", "run")
LANGUAGES = ("en", "fr")
SCHEMES = {"light": "default", "dark": "prefer-dark"}


def take(build, where, language, scheme, names):
    """In a session already: every state of one variant, each from a fresh start."""
    sys.path[:0] = [HERE, RUN]
    import drive
    import states
    failed = 0
    for name, arguments, steps in states.STATES:
        if names and name not in names:
            continue
        path = os.path.join(where, f"{name}-{language}-{scheme}.png")
        with tempfile.TemporaryDirectory() as data:
            program = None
            try:
                program = drive.Program([os.path.join(build, "src/app/restante"), "--data", data, *arguments])
                steps(program, language)
                program.shot(path)
                print(path, flush=True)
            except (AssertionError, subprocess.CalledProcessError) as error:
                print(f"{path}: {error}", file=sys.stderr, flush=True)
                drive.shot(path.replace(".png", "-failed.png"))
                failed += 1
            finally:
                if program:
                    program.close()
    return failed


def main():
    parser = argparse.ArgumentParser(prog="./dev shots")
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("directory", nargs="?", help="where the pictures go; default _build-test/shots")
    parser.add_argument("names", nargs="*", help="only these states")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    where = os.path.abspath(options.directory or os.path.join(options.build, "shots"))
    os.makedirs(where, exist_ok=True)
    if options.inside:
        sys.exit(1 if take(options.build, where, *options.inside, options.names) else 0)
    bad = False
    for language in LANGUAGES:
        for scheme, setting in SCHEMES.items():
            with tempfile.TemporaryDirectory(prefix="rt-shots-") as room:
                env = {name: os.environ[name] for name in ("PATH", "USER") if name in os.environ}
                env.update(HOME=room, XDG_RUNTIME_DIR=room, LC_ALL="C.UTF-8", LANGUAGE=language, TZ="UTC",
                           ADW_DEBUG_COLOR_SCHEME=setting, GSETTINGS_BACKEND="memory", GSK_RENDERER="cairo",
                           GIO_USE_VFS="local", PYTHONDONTWRITEBYTECODE="1", NO_AT_BRIDGE="0")
                os.chmod(room, 0o700)
                command = [sys.executable, os.path.join(RUN, "session.py"), "--size", options.size, "--",
                           sys.executable, os.path.abspath(__file__), "--inside", language, scheme,
                           options.build, where, *options.names]
                bad |= subprocess.run(command, env=env).returncode != 0
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
