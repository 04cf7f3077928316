# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SSH keys of the lab: one for the user, one per host layer, and the file that says which host has which."""

from __future__ import annotations

from pathlib import Path

from lab.fleet.shell import run


def ensure_user_key(folder: Path) -> Path:
    """The private key that opens every host; made at the first call."""
    key = folder / "id_ed25519"
    if not key.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        generate(key, "rosfleet lab")
    return key


def generate(key: Path, comment: str) -> None:
    """Make an unprotected ed25519 key pair ``key`` and ``key.pub``."""
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(key)])


def with_host(known_hosts: str, address: str, public_key: str) -> str:
    """The text of a known_hosts file in which ``address`` has exactly this key (``ssh-ed25519 AAAA… comment``), or none."""
    lines = [line for line in known_hosts.splitlines() if line.split(" ")[0] != address]
    if public_key:
        lines.append(" ".join([address, *public_key.split()[:2]]))
    return "".join(f"{line}\n" for line in lines)


def knows(known_hosts: str, address: str) -> bool:
    """Whether a known_hosts file has a key of ``address``."""
    return any(line.split(" ")[0] == address for line in known_hosts.splitlines())
