#!/usr/bin/env python3
"""names.py TOP BUILD: whether every symbol that the objects of src/X export begins with x_, as the compiler
sees it, so that whoever knows a function's name knows its folder."""
import glob
import os
import re
import subprocess
import sys

EXPECTED = {"main"}


def main():
    top, build = sys.argv[1:3]
    wrong = []
    for folder in sorted(os.listdir(os.path.join(top, "src"))):
        objects = glob.glob(os.path.join(build, "src", folder, "**", "*.o"), recursive=True)
        if not objects:
            continue
        listed = subprocess.run(["nm", "-A", "--extern-only", "--defined-only", *objects],
                                check=True, capture_output=True, text=True).stdout
        for line in listed.splitlines():
            where, _address, kind, symbol = re.match(r"(.*?):(\w*) (\w) (\S+)$", line).groups()
            if symbol in EXPECTED or symbol.startswith((folder + "_", "__")) or kind in "wW":
                continue
            wrong.append(f"src/{folder}: {symbol} ({os.path.basename(where)}) does not begin with {folder}_")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
