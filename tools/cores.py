#!/usr/bin/env python3
"""Which ansible-cores this machine can run: `tools/cores.py all`, `default` (one of them), `others` (all but that one).

The default is what pyproject.toml calls so: the newest that is released. Where its Python is missing, the newest that
this machine can run serves, and says so.
"""

from __future__ import annotations

import contextlib
import sys

from toolenv import REPO, NoPython, find_python, read_project

sys.path.insert(0, str(REPO))

from lab.requirements import RequirementError, ensure_debian  # noqa: E402 - after the path above


def supported(project: dict) -> list[str]:
    """The ansible-cores of a pyproject.toml: the default one first, then from the newest to the oldest."""
    settings = project["tool"]["rosfleet"]
    newest_first = sorted(settings["core"], key=lambda text: [int(part) for part in text.split(".")], reverse=True)
    return sorted(newest_first, key=lambda core: core != settings["default_core"])


def available() -> list[str]:
    """Supported ansible-cores that have a Python here, the one to take by default first."""
    project = read_project()
    found = []
    for core in supported(project):
        try:
            find_python(project["tool"]["rosfleet"]["core"][core]["pythons"])
            found.append(core)
        except NoPython as missing:
            print(f"[tools] without ansible-core {core}: {missing}", file=sys.stderr)
    return found


def main(which: str) -> str:
    """The answer to the command line; exits with what to do when no core can be had."""
    cores = available()
    if not cores:
        with contextlib.suppress(RequirementError):  # without root, or not on Debian: then as it is
            ensure_debian(["python3-venv"])  # Debian's own Python comes without
        cores = available()
    if not cores:
        sys.exit(
            "No Python for any supported ansible-core: install Python 3.13 with its module venv, on Debian 13 or newer "
            "python3-venv, on Debian 12 by pyenv or uv (pyproject.toml says which serve)."
        )
    return " ".join({"all": cores, "default": cores[:1], "others": cores[1:]}[which])


if __name__ == "__main__":
    print(main(sys.argv[1]))
