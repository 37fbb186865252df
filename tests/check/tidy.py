#!/usr/bin/env python3
"""tidy.py TOP BUILD: runs clang-tidy over src, and remembers in the build directory which files were good:
a file is looked at again when it, a header of ours that it includes, or .clang-tidy has changed."""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

SHOWN = 40


def project_headers(path, folders, seen):
    """What a file includes of ours, and what that includes."""
    with open(path, encoding="utf-8", errors="replace") as file:
        names = re.findall(r'^\s*#\s*include\s+"([^"]+)"', file.read(), re.M)
    for name in names:
        for folder in folders:
            header = os.path.join(folder, name)
            if os.path.exists(header) and header not in seen:
                seen.add(header)
                project_headers(header, folders, seen)
    return seen


def fingerprint(path, folders, common):
    total = hashlib.sha256(common)
    for name in [path] + sorted(project_headers(path, folders, set())):
        with open(name, "rb") as file:
            total.update(name.encode() + b"\0" + file.read())
    return total.hexdigest()


def main():
    top, build = (os.path.abspath(path) for path in sys.argv[1:3])
    memory = os.path.join(build, "tidy")
    os.makedirs(memory, exist_ok=True)
    folders = [os.path.join(top, "src", name) for name in sorted(os.listdir(os.path.join(top, "src")))]
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = {os.path.normpath(os.path.join(entry["directory"], entry["file"])): entry["command"]
                    for entry in json.load(file)}
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    with open(os.path.join(top, ".clang-tidy"), "rb") as file:
        common = version + file.read()

    def look(path):
        mark = os.path.join(memory, fingerprint(path, folders, common + commands[path].encode()))
        if os.path.exists(mark):
            return ""
        done = subprocess.run(["clang-tidy", "--quiet", "-p", build, "--extra-arg=-Wno-unknown-warning-option",
                               # A lock held by g_autoptr() is a variable that nothing reads.
                               "--extra-arg=-Wno-unused-variable", path],
                              capture_output=True, text=True)
        if done.returncode == 0:
            open(mark, "w").close()
            return ""
        return done.stdout or done.stderr

    paths = sorted(path for path in commands
                   if path.startswith(os.path.join(top, "src") + os.sep) and path.endswith(".c"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [words for words in pool.map(look, paths) if words]
    print("\n".join("\n".join(wrong).splitlines()[:SHOWN]) or f"note: {len(paths)} files")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
