# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is due on a machine, by what was seen of it. Private to this collection. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from ...module_utils._package_managers import APT, PACMAN, install_command, snapd_words
from .._public_keys import blob
from .seen import Seen, Version

LEAST_PYTHON: Version = (3, 9)  # what the oldest supported ansible-core wants of hosts
# Packages of a newer Python beside the system's own: {(ID or one of ID_LIKE, beginning of VERSION_ID): (package, program)}.
_NEWER_PYTHON = {
    ("ubuntu", "20.04"): ("python3.9", "/usr/bin/python3.9"),
    ("rhel", "8"): ("python3.11", "/usr/bin/python3.11"),
    ("suse", "15"): ("python311", "/usr/bin/python3.11"),
}
_PYTHON = "/usr/bin/python3"


class CannotAdopt(Exception):
    """Why this machine cannot be adopted, with the fix."""


@dataclass(frozen=True)
class Plan:
    """What is due: `install` is a command for root's shell, `keys` lines for authorized_keys, `sudoer` a line for sudoers.

    `python` is the interpreter that Ansible can use then, `proof` a command that succeeds when nothing asks for a password, and
    `notes` are what is left to a person.
    """

    python: str
    proof: str
    packages: tuple[str, ...] = ()
    install: str = ""
    keys: tuple[str, ...] = ()
    sudoer: str = ""
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> list[str]:
        """What would be done, in words."""
        return [
            *([f"install {', '.join(self.packages)}"] if self.packages else []),
            *([f"add {len(self.keys)} SSH key(s) to authorized_keys"] if self.keys else []),
            *(["let the user run sudo without a password"] if self.sudoer else []),
        ]


def plan(seen: Seen, wanted: str, keys: Sequence[str], free_sudo: bool) -> Plan:
    """`wanted` is the interpreter that the inventory names ("" for none). Raises CannotAdopt, before anything is changed."""
    if not seen.sudo:
        raise CannotAdopt(
            "it has no sudo. Fix: as root on it: install sudo and usermod -aG sudo USER (or wheel); or log in as root"
        )
    named = wanted if wanted.startswith("/") else ""  # auto and its kin name none
    python, packages = _python(seen, named)
    notes = []
    if python != (named or _PYTHON):
        notes.append(
            f"its Python for Ansible is {python}: write ansible_python_interpreter: {python} into the inventory"
        )
    if not seen.snap and seen.manager == APT:
        packages.append("snapd")
    elif not seen.snap:
        notes.append(f"it has no snapd, which installs MicroK8s: {snapd_words(seen.manager)}")
    there = {word for line in seen.keys if not line.startswith("#") for word in line.split()}
    return Plan(
        python=python,
        proof=" && ".join(
            [
                f"{python} -c 'import sys; sys.exit(sys.version_info < {LEAST_PYTHON})'",
                *(["sudo -n true"] if free_sudo and seen.user != "root" else []),
            ]
        ),
        packages=tuple(packages),
        install=install_command(seen.manager, packages) if packages else "",
        keys=tuple(key.strip() for key in keys if blob(key) not in there),
        sudoer=f"{seen.user} ALL=(ALL) NOPASSWD: ALL" if free_sudo and not seen.free else "",
        notes=tuple(notes),
    )


def _python(seen: Seen, named: str) -> tuple[str, list[str]]:
    """The interpreter that Ansible can use, and the packages that bring it."""
    good = {program: version for program, version in seen.pythons.items() if version >= LEAST_PYTHON}
    elsewhere = named and not named.startswith(_PYTHON)
    if named in good or elsewhere:  # of one elsewhere the proof will tell
        return named, []
    if good:
        return (_PYTHON if _PYTHON in good else max(good, key=good.__getitem__)), []
    if not seen.manager:
        raise CannotAdopt(
            "it has no Python for Ansible, and none of the programs by which systems get packages. Fix: install Python "
            "{}.{} or newer there by hand".format(*LEAST_PYTHON)
        )
    for name in (seen.distribution, *seen.like.split()):
        for (system, release), (package, program) in _NEWER_PYTHON.items():
            if name == system and seen.release.startswith(release):
                return program, [package]
    if seen.pythons:
        newest = "{}.{}".format(*max(seen.pythons.values()))
        raise CannotAdopt(
            f"its Python {newest} is too old for Ansible, and {seen.distribution or 'its system'} {seen.release} has no "
            "newer one. Fix: install a newer system on it"
        )
    return _PYTHON, ["python" if seen.manager == PACMAN else "python3"]
