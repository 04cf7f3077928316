#!/usr/bin/env python3
"""Which ansible-cores this machine can run: `tools/cores.py all`, or the newest of them: `tools/cores.py default`.

The newest supported one is the default; where its Python is missing, the next one serves, and says so.
"""

from __future__ import annotations

import sys

import tomllib
from toolenv import REPO, NoPython, find_python

sys.path.insert(0, str(REPO))

from lab.requirements import ensure_debian  # noqa: E402 - after the path above


def available() -> list[str]:
    """Supported ansible-cores that have a Python here, newest first."""
    cores = tomllib.loads((REPO / "pyproject.toml").read_text())["tool"]["rosfleet"]["core"]
    found = []
    for core in sorted(cores, key=lambda text: [int(part) for part in text.split(".")], reverse=True):
        try:
            find_python(cores[core]["pythons"])
            found.append(core)
        except NoPython as missing:
            print(f"[tools] without ansible-core {core}: {missing}", file=sys.stderr)
    return found


def main() -> str:
    """The answer to the command line; exits with what to do when no core can be had."""
    cores = available()
    if not cores:
        ensure_debian(["python3-venv"])  # Debian's own Python comes without
        cores = available()
    if not cores:
        sys.exit("No Python for any supported ansible-core: install Python 3.11 or newer (pyproject.toml lists them).")
    return " ".join(cores if sys.argv[1:] == ["all"] else cores[:1])


if __name__ == "__main__":
    print(main())
