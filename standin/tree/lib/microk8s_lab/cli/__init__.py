# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The microk8s command. Each command's module has ``run(arguments)``, which returns the exit status."""

from __future__ import annotations

import getpass
import importlib
import os
import subprocess
import sys

from microk8s_lab import paths, texts

_MODULES = {
    "add-node": "add_node",
    "config": "config",
    "ctr": "ctr",
    "images": "images",
    "kubectl": "kubectl",
    "leave": "leave",
    "refresh-certs": "refresh_certs",
    "remove-node": "remove_node",
    "start": "start",
    "status": "status",
    "stop": "stop",
    "version": "version",
}


def main(arguments: list[str]) -> int:
    """Run ``microk8s ARGUMENTS``."""
    name = arguments[0] if arguments else ""
    if name not in texts.SUBCOMMANDS:
        print(texts.unknown_subcommand(name))
        return 1
    if not os.access(paths.data("credentials", "client.config"), os.R_OK):
        print(texts.insufficient_permissions(getpass.getuser()), file=sys.stderr)
        return 1
    if name == "join":
        return subprocess.call(join_command(arguments[1:]))
    if name not in _MODULES:
        return importlib.import_module(f"{__name__}.elsewhere").run(name)
    return importlib.import_module(f"{__name__}.{_MODULES[name]}").run(arguments[1:])


def join_command(arguments: list[str]) -> list[str]:
    """The join under sudo, as MicroK8s' wrapper has it: sudo writes the command line, token and all, into the journal."""
    script = str(paths.snap("scripts", "wrappers", "join.py"))
    return ["sudo", "--preserve-env", sys.executable, "-B", script, *arguments]
