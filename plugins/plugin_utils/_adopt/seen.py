# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the look at a machine (roles/adopt/files/look.sh) printed. Private to this collection. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping

from ...module_utils._package_managers import os_release_value, package_manager

Version = tuple[int, int]


@dataclass(frozen=True)
class Seen:
    """A machine that runs: `sudo` tells whether it has it, `free` whether that asks for no password; root has both.

    `distribution`, `like` and `release` are ID, ID_LIKE and VERSION_ID of os-release, `keys` the lines of authorized_keys.
    """

    user: str
    distribution: str
    like: str
    release: str
    manager: str
    pythons: Mapping[str, Version]
    snap: bool
    sudo: bool
    free: bool
    keys: tuple[str, ...]


def seen_of(text: str) -> Seen:
    """Lines that are not the look's own, as a login's greeting, are passed over."""
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, sign, value = line.partition("=")
        if sign:
            lines.setdefault(key, []).append(value)
    os_release = "\n".join(lines.get("os-release", []))
    user, sudo = lines.get("user", [""])[0], lines.get("sudo", [])
    return Seen(
        user=user,
        distribution=os_release_value(os_release, "ID"),
        like=os_release_value(os_release, "ID_LIKE"),
        release=os_release_value(os_release, "VERSION_ID"),
        manager=package_manager(os_release, lines.get("program", [])),
        pythons=_pythons(lines.get("python", [])),
        snap="snap" in lines,
        sudo=user == "root" or "there" in sudo,
        free=user == "root" or "free" in sudo,
        keys=tuple(lines.get("key", [])),
    )


def _pythons(lines: list[str]) -> dict[str, Version]:
    found = [re.fullmatch(r"(\S+) (\d+)\.(\d+)", line) for line in lines]
    return {match[1]: (int(match[2]), int(match[3])) for match in found if match}
