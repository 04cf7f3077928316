#!/usr/bin/env python3
"""Make (or reuse) a tool environment: `tools/toolenv.py 2.21` (ansible-core) or `tools/toolenv.py target`; prints its path.

An environment is `.venv/core-<version>`: a Python venv with the pinned tools of pyproject.toml and, in
`collections/`, the collections that galaxy.yml depends on, unpacked from the PyPI package `ansible`. It is
made in full or not at all: a stamp with the pins is written last, and another stamp means making it anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any, Callable

import tomllib

REPO = Path(__file__).resolve().parent.parent
DEPENDENCIES = (
    "kubernetes/core",
    "community/general",
    "ansible/posix",
    "ansible/utils",
    "community/library_inventory_filtering_v1",
)


class NoPython(Exception):
    """None of the Pythons that can run this ansible-core is on this machine."""


def find_python(versions: list[str]) -> str:
    """Path of the first interpreter of `versions` on PATH or under pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in versions:
        candidates = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)]
        for candidate in filter(None, candidates):
            answer = subprocess.run(
                [candidate, "-c", "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"],
                capture_output=True,
                text=True,
                check=False,
            )
            if answer.stdout.strip() == version:
                return str(candidate)
    raise NoPython(f"none of Python {', '.join(versions)} on PATH or under pyenv")


def unpack_collections(pip: Path, release: str, target: Path) -> None:
    """Unpack our dependencies from the wheel of package `ansible` (a twentieth of installing it whole)."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([pip, "download", "-q", "--no-deps", f"ansible=={release}", "-d", folder], check=True)
        wheel = next(Path(folder).glob("ansible-*.whl"))
        wanted = tuple(f"ansible_collections/{name}/" for name in DEPENDENCIES)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target, [name for name in archive.namelist() if name.startswith(wanted)])


def make_core(core: str) -> Path:
    """The environment for ansible-core `core`: its tools, and the collections that ours depends on."""
    project = read_project()
    settings = project["tool"]["rosfleet"]
    python = find_python(settings["core"][core]["pythons"])

    def install(venv: Path) -> None:
        pip = venv / "bin" / "pip"
        subprocess.run([pip, "install", "-q", "--disable-pip-version-check", f"pip=={settings['pip']}"], check=True)
        groups = ["--group", f"core-{core.replace('.', '-')}", "--group", "peers"]
        subprocess.run([pip, "install", "-q", *groups], check=True, cwd=REPO)
        unpack_collections(pip, settings["core"][core]["ansible"], venv / "collections")

    pins = [project["dependency-groups"], settings, python, DEPENDENCIES]
    return make(REPO / ".venv" / f"core-{core}", python, pins, install)


def make_target() -> Path:
    """The environment with the oldest Python that a target may have."""
    project = read_project()
    python = find_python(project["tool"]["rosfleet"]["target"]["pythons"])
    wanted = project["dependency-groups"]["target"]

    def install(venv: Path) -> None:
        subprocess.run([venv / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *wanted], check=True)

    return make(REPO / ".venv" / "target", python, [wanted, python], install)


def read_project() -> dict[str, Any]:
    return tomllib.loads((REPO / "pyproject.toml").read_text())


def make(venv: Path, python: str, pins: list[Any], install: Callable[[Path], None]) -> Path:
    """`venv`, made first where it is absent or was made with other pins."""
    stamp = venv / "stamp"
    want = hashlib.sha256(json.dumps(pins).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == want:
        return venv
    began = time.monotonic()
    print(f"[venv] making {venv.relative_to(REPO)} with {python} ...", file=sys.stderr, flush=True)
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([python, "-m", "venv", venv], check=True)
    install(venv)
    stamp.write_text(want)
    print(f"[venv] made {venv.relative_to(REPO)} in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return venv


if __name__ == "__main__":
    try:
        print(make_target() if sys.argv[1] == "target" else make_core(sys.argv[1]))
    except NoPython as missing:
        sys.exit(f"{sys.argv[1]}: {missing}. Install one of them and run this again.")
