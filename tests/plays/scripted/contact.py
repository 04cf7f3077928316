"""Reaching a scripted host: whether it answers, and what it does when it is told to run something."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure, AnsibleError

from . import modules, state

SSH = "Failed to connect to the host via ssh: "


def reach(host: str, address: str, user: str) -> None:
    """Raise what Ansible's ssh connection raises where `host` cannot be used, in ssh's own words."""
    with state.world() as world:
        known = world["hosts"].get(host)
    if known is None:
        raise AnsibleError(f"the world has no host {host!r}")
    if known["is"] == "absent":
        raise AnsibleConnectionFailure(f"{SSH}ssh: connect to host {address} port 22: No route to host")
    if known["is"] == "refuses":
        raise AnsibleConnectionFailure(f"{SSH}{user}@{address}: Permission denied (publickey,password).")
    if known["is"] == "refuses_password":
        raise AnsibleAuthenticationFailure(f"Invalid/incorrect username/password. {SSH}{user}@{address}")


def execute(host: str, command: str, order: bytes | None, address: str = "") -> tuple[int, bytes, bytes]:
    """(exit code, output, errors) of a module, which comes as an order of launch.py, or of one of a few shell commands."""
    if order:
        order = json.loads(order)
        _go_away(host, order["module"], address)
        return _refused(host) or modules.run(host, order)
    if re.search(r"\bdate \+%s", command):
        return 0, f"{time.time():.6f}\n".encode(), b""
    raise AnsibleError(f"no script for this command on {host}: {command}")


def _refused(host: str) -> tuple[int, bytes, bytes] | None:
    """What comes in a module's place from a host whose sudo or Python lets none run, as real ones were seen to say it."""
    known = state.peek()["hosts"].get(host, {})
    sudo, python = known.get("sudo", "free"), known.get("python", "3.12")
    if sudo in ("Missing", "Incorrect"):
        raise AnsibleError(f"{sudo} sudo password")
    if sudo != "free":
        return 1, b"", f"robot {sudo}.\n".encode()
    if python in ("3.7", "3.8"):
        needed = (
            f"Ansible requires Python 3.9 or newer on the target. Current version: {python}.18 (default) [GCC 12.2.0]"
        )
        return 1, json.dumps({"failed": True, "msg": needed}).encode(), b""
    if python == "3.6":
        return 1, b"", b'  File "<stdin>", line 3\nSyntaxError: future feature annotations is not defined\n'
    if not python:
        return 127, b"", b"/bin/sh: 1: /usr/bin/python3: not found\n"
    return None


def _go_away(host: str, module: str, address: str) -> None:
    """Take a host away that goes when this module is to run there (`goes: module` or `goes: {module, nth}`)."""
    with state.world() as world:
        goes = world["hosts"].get(host, {}).get("goes")
        if not goes or module.rpartition(".")[2] != goes["module"]:
            return
        goes["nth"] -= 1
        if goes["nth"] > 0:
            return
        world["hosts"][host]["is"] = "absent"
    raise AnsibleConnectionFailure(f"{SSH}Shared connection to {address} closed.")


def _outside(host: str, path: str) -> Path:
    return Path(path) if host == state.CONTROLLER else state.root_of(host) / path.lstrip("/")


def put(host: str, source: str, target: str) -> None:
    shutil.copyfile(source, _outside(host, target))


def fetch(host: str, source: str, target: str) -> None:
    shutil.copyfile(_outside(host, source), target)


def make_folder(host: str, path: str) -> None:
    _outside(host, path).mkdir(parents=True, exist_ok=True)
