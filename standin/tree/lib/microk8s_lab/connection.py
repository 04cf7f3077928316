# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection string of ``microk8s join``."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

FINGERPRINT_MINIMUM = 12  # characters
_FORMAT = "Expected format: <master_IP>:<master_PORT>/<token>[/<fingerprint>]"


class InvalidConnection(ValueError):
    """The string is not one; the message is what MicroK8s says after ``Invalid connection: ``."""


@dataclass(frozen=True)
class Connection:
    """Where to join, with what, and what its certificate's SHA-256 has to start with (None: not checked)."""

    address: str
    port: int
    token: str
    fingerprint: str | None


def parse(text: str) -> Connection:
    """Read ``ADDRESS:PORT/TOKEN[/FINGERPRINT]``; raises InvalidConnection. Only IPv4 literals are addresses."""
    parts = text.split("/")
    if len(parts) not in (2, 3) or parts[0].count(":") != 1:
        raise InvalidConnection(_FORMAT)
    address, port = parts[0].split(":")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise InvalidConnection("Invalid master IP") from None
    if not port.isdigit():
        raise InvalidConnection(_FORMAT)
    fingerprint = parts[2] if len(parts) == 3 else None
    if fingerprint is not None and len(fingerprint) < FINGERPRINT_MINIMUM:
        raise InvalidConnection(f"Fingerprint should be at least {FINGERPRINT_MINIMUM} bytes")
    return Connection(address, int(port), parts[1], fingerprint)
