#!/usr/bin/env python3
"""manifest.py TOP: whether the Flatpak manifest is one: its keys are known, its sources are pinned, and it asks
for no more than a mail client needs."""
import json
import os
import re
import sys

APPLICATION = "org.restante.Restante"
KEYS = {"id", "runtime", "runtime-version", "sdk", "command", "finish-args", "cleanup", "modules", "build-options"}
MODULE_KEYS = {"name", "buildsystem", "config-opts", "sources", "cleanup", "builddir", "make-args", "make-install-args",
               "build-options", "no-autogen"}
ALLOWED = {"--share=network", "--share=ipc", "--socket=wayland", "--socket=fallback-x11", "--device=dri",
           "--talk-name=org.freedesktop.secrets", "--talk-name=org.gnome.OnlineAccounts"}


def check_module(module):
    wrong = [f"{module.get('name')}: unknown key {key}" for key in module.keys() - MODULE_KEYS]
    if not module.get("sources"):
        wrong.append(f"{module.get('name')}: no source")
    for source in module.get("sources", []):
        if source.get("type") == "archive":
            if not source.get("url", "").startswith("https://"):
                wrong.append(f"{module['name']}: the source does not come over https")
            if not re.fullmatch(r"[0-9a-f]{64}", source.get("sha256", "")):
                wrong.append(f"{module['name']}: the source is not pinned by its SHA-256")
        elif source.get("type") != "dir":
            wrong.append(f"{module['name']}: a source of type {source.get('type')}")
    return wrong


def main():
    path = os.path.join(sys.argv[1], "flatpak", APPLICATION + ".json")
    with open(path, encoding="utf-8") as file:
        manifest = json.load(file)
    wrong = [f"unknown key {key}" for key in manifest.keys() - KEYS]
    wrong += [f"missing key {key}" for key in
              {"id", "runtime", "runtime-version", "sdk", "command", "modules"} - manifest.keys()]
    if manifest.get("id") != APPLICATION or manifest.get("command") != "restante":
        wrong.append("id or command is another program's")
    wrong += [f"{argument} is more than a mail client needs" for argument in manifest.get("finish-args", [])
              if argument not in ALLOWED]
    for module in manifest.get("modules", []):
        wrong += check_module(module)
    if not any(module.get("name") == "restante" for module in manifest.get("modules", [])):
        wrong.append("the program itself is not among the modules")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
