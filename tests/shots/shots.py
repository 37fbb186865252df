#!/usr/bin/env python3
"""shots.py BUILD [DIRECTORY] [NAME…]: a picture of every window and state, light and dark, English and French;
with --contrast in high contrast, with --text 1.5 in letters half as large again.

The scenes are in scenes.py and depth.py: one run of the program each, which passes through several states. Each variant has a
session and a home of its own, so that they can't colour one another; two variants are taken side by side. The
pictures are called STATE-LANGUAGE-SCHEME.png; those of other sizes say their width: STATE-WIDTH-….
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(HERE, "..", "run")
LANGUAGES = ("en", "fr")
SCHEMES = {"light": "default", "dark": "prefer-dark"}
SCREEN, WIDE = "1280x800", "2560x1440"
# Nothing composes this screen, and what is half transparent at a window's edge would be black.
NO_SHADOWS = """
popover.background { background: @popover_bg_color; }
popover > contents, popover > arrow { box-shadow: none; }
popover > contents { border-radius: 0; margin: 0; border: 1px solid alpha(currentColor, 0.3); }
popover > arrow { border: none; background: none; min-height: 0; min-width: 0; margin: -8px; }
"""


def take(build, where, language, scheme, screen, names, text):
    """In a session already: every scene of one variant that wants this screen, each from a fresh start."""
    if text != 1:  # where nobody keeps settings, GTK asks the screen
        subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER",
                        f"Xft.dpi:\t{round(96 * text)}\n"], check=True)
    sys.path[:0] = [HERE, RUN]
    import camera
    import scenes
    failed = 0
    for scene in scenes.SCENES:
        if (names and scene.__name__ not in names) or getattr(scene, "screen", SCREEN) != screen:
            continue
        with tempfile.TemporaryDirectory() as room:
            with camera.Camera(build, where, room, language, scheme) as taken:
                try:
                    scene(taken)
                except (AssertionError, subprocess.CalledProcessError, StopIteration, camera.drive.gi.repository.GLib.Error) as error:
                    print(f"{scene.__name__}-{language}-{scheme}: {error}", file=sys.stderr, flush=True)
                    taken.whole_screen(f"failed-{scene.__name__}")
                    failed += 1
    return failed


def variant(options, where, language, scheme, screen):
    with tempfile.TemporaryDirectory(prefix="rt-shots-") as room:
        env = {name: os.environ[name] for name in ("PATH", "USER") if name in os.environ}
        env.update(HOME=room, XDG_RUNTIME_DIR=room, LC_ALL="C.UTF-8", LANGUAGE=language, TZ="UTC",
                   ADW_DEBUG_COLOR_SCHEME=SCHEMES[scheme], GSETTINGS_BACKEND="memory", GSK_RENDERER="cairo",
                   GIO_USE_VFS="local", PYTHONDONTWRITEBYTECODE="1", NO_AT_BRIDGE="0")
        os.chmod(room, 0o700)
        if options.contrast:
            env["ADW_DEBUG_HIGH_CONTRAST"] = "1"
        style = os.path.join(room, ".config", "gtk-4.0")
        os.makedirs(style)
        with open(os.path.join(style, "gtk.css"), "w", encoding="utf-8") as file:
            file.write(NO_SHADOWS)
        command = [sys.executable, os.path.join(RUN, "session.py"), "--size", screen, "--",
                   sys.executable, os.path.abspath(__file__), "--text", str(options.text), "--inside", language, scheme, screen,
                   options.build, where, *options.names]
        return subprocess.run(command, env=env).returncode == 0


def main():
    parser = argparse.ArgumentParser(prog="./dev shots")
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("directory", nargs="?", help="where the pictures go; default _build-test/shots")
    parser.add_argument("names", nargs="*", help="only these scenes")
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="only this one")
    parser.add_argument("--scheme", choices=SCHEMES, action="append", help="only this one")
    parser.add_argument("--contrast", action="store_true", help="high contrast")
    parser.add_argument("--text", type=float, default=1, metavar="TIMES", help="larger letters: 1.5")
    parser.add_argument("--inside", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    where = os.path.abspath(options.directory or os.path.join(options.build, "shots"))
    os.makedirs(where, exist_ok=True)
    if options.inside:
        sys.exit(1 if take(options.build, where, *options.inside, options.names, options.text) else 0)
    wanted = [(language, scheme, screen) for screen in (SCREEN, WIDE) for language in options.language or LANGUAGES
              for scheme in options.scheme or SCHEMES]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        good = list(pool.map(lambda each: variant(options, where, *each), wanted))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
