#!/usr/bin/env python3
"""Make (or reuse) a tool environment and print its path: `tools/toolenv.py 2.21` (an ansible-core), `target`, `certify`.

That of an ansible-core is `.venv/ansible-<version>`: a Python venv with the pinned tools of pyproject.toml. An environment
is made in full or not at all, by one process while others that want it wait: a stamp with its pins is written last, and
another stamp means making it anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

import tomllib

REPO = Path(__file__).resolve().parent.parent
# Nothing where it can make no environment, or is one itself.
ASK_VERSION = (
    "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2] if sys.prefix == sys.base_prefix else '')"
)
PIP_INSTALL = ("install", "--quiet", "--disable-pip-version-check")


class NoPython(Exception):
    """None of the Pythons that can run this ansible-core is on this machine."""


def find_python(versions: list[str]) -> str:
    """Path of the first interpreter of `versions` on PATH or under pyenv; none of an environment, ours on PATH least of all."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in versions:
        candidates = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)]
        for candidate in filter(None, candidates):
            answer = subprocess.run(
                [candidate, "-c", ASK_VERSION],
                capture_output=True,
                text=True,
                check=False,
            )
            if answer.stdout.strip() == version:
                return str(candidate)
    raise NoPython(f"none of Python {', '.join(versions)} on PATH or under pyenv")


def make_core(core: str) -> Path:
    """The environment for ansible-core `core`, with its tools."""
    project = read_project()
    pinned = project["tool"]["rosfleet"]["core"][core]
    wanted = [f"ansible-core=={pinned['ansible-core']}"]
    for group in ("controller", "tools", "peers"):
        wanted += project["dependency-groups"][group]

    def install(venv: Path) -> None:
        subprocess.run([venv / "bin" / "pip", *PIP_INSTALL, *wanted], check=True)

    python = find_python(pinned["pythons"])
    return make(REPO / ".venv" / f"ansible-{core}", python, [wanted], install)


def make_group(name: str) -> Path:
    """The environment `name`, of one dependency group: `target` has the oldest Python that a target may have."""
    project = read_project()
    wanted = project["dependency-groups"][name]

    def install(venv: Path) -> None:
        subprocess.run([venv / "bin" / "pip", *PIP_INSTALL, *wanted], check=True)

    return make(REPO / ".venv" / name, find_python(project["tool"]["rosfleet"][name]["pythons"]), [wanted], install)


def read_project() -> dict[str, Any]:
    return tomllib.loads((REPO / "pyproject.toml").read_text())


def make(venv: Path, python: str, pins: list[Any], install: Callable[[Path], None]) -> Path:
    """`venv`, made first where it is absent or was made with other pins."""
    stamp = venv / "stamp"
    want = hashlib.sha256(json.dumps([python, *pins]).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == want:
        return venv
    venv.parent.mkdir(exist_ok=True)
    with open(venv.parent / f"{venv.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.exists() and stamp.read_text() == want):
            began = time.monotonic()
            print(f"[venv] making {venv.relative_to(REPO)} with {python} ...", file=sys.stderr, flush=True)
            shutil.rmtree(venv, ignore_errors=True)
            subprocess.run([python, "-m", "venv", venv], check=True)
            install(venv)
            stamp.write_text(want)
            seconds = time.monotonic() - began
            print(f"[venv] made {venv.relative_to(REPO)} in {seconds:.0f} s", file=sys.stderr, flush=True)
    return venv


if __name__ == "__main__":
    try:
        print(make_core(sys.argv[1]) if sys.argv[1][0].isdigit() else make_group(sys.argv[1]))
    except NoPython as missing:
        sys.exit(f"{sys.argv[1]}: {missing}. Install one of them and run this again.")
