# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller's known_hosts says of hosts. Private to this collection. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..module_utils._identity.ssh_keys import parse_public_key


@dataclass(frozen=True)
class KnownKey:
    """One line of known_hosts; `fingerprint` as ssh and ssh-keygen -l show it."""

    name: str
    line: str
    type: str
    fingerprint: str


def known_name(address: str, port: int) -> str:
    """How ssh calls a host there."""
    return address if port == 22 else f"[{address}]:{port}"


def scanned(text: str, name: str) -> list[KnownKey]:
    """The keys in what ssh-keyscan printed of one host, for `name`."""
    keys = [parse_public_key(line.partition(" ")[2], "") for line in text.splitlines() if not line.startswith("#")]
    return [KnownKey(name, f"{name} {key.public}", key.type, key.fingerprint) for key in keys if key]
