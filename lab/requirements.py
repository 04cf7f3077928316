# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages that the lab's own tools need on the machine that runs them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable

from lab.cache import say

MMDEBSTRAP = ("mmdebstrap", "debian-archive-keyring")  # Ubuntu does not come with Debian's keys


class RequirementError(Exception):
    """The machine lacks something that the lab cannot install by itself."""


def missing(packages: Iterable[str], installed: Iterable[str]) -> list[str]:
    """The wanted packages that are not installed, in the order given."""
    there = set(installed)
    return [name for name in packages if name not in there]


def ensure_debian(packages: Iterable[str]) -> None:
    """Install those of the Debian packages that are missing; quiet and quick when all are there.

    Raises RequirementError with the package manager's own words when it fails.
    """
    absent = missing(packages, _installed())
    if not absent:
        return
    say(f"installing Debian packages: {' '.join(absent)}")
    _apt("update")
    _apt("install", "--yes", "--no-install-recommends", *absent)


def _installed() -> set[str]:
    try:
        query = subprocess.run(
            ["dpkg-query", "--show", "--showformat", "${db:Status-Abbrev} ${Package}\n"],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError) as exc:
        raise RequirementError(f"This machine is not Debian-like (dpkg-query: {exc}).") from exc
    return {line.split()[1] for line in query.stdout.splitlines() if line.startswith("ii")}


def _apt(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        words = (result.stderr or result.stdout).strip()[-2000:]
        raise RequirementError(
            f"'{' '.join(command)}' ended with status {result.returncode}:\n{words}\n"
            "Run it by hand as root; the usual causes are no network, no root, or another package manager at work."
        )


def architecture() -> str:
    """What Debian calls the machine's own architecture: amd64, arm64."""
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


def debian_mirror() -> list[str]:
    """Where mmdebstrap is to fetch Debian: the machine's own mirror, or nothing, where mmdebstrap knows one (Ubuntu)."""
    query = ["apt-get", "indextargets", "--format", "$(REPO_URI)|$(LABEL)|$(COMPONENT)", "Created-By: Packages"]
    return main_archive(subprocess.run(query, check=True, capture_output=True, text=True).stdout)


def main_archive(index_targets: str) -> list[str]:
    """The address of Debian's main archive, if it is in what ``apt-get indextargets`` printed as asked for above."""
    for line in index_targets.splitlines():
        address, label, component = line.split("|")
        if (label, component) == ("Debian", "main"):
            return [address]
    return []
