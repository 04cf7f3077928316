# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Well-known ports of a DDS domain (DDSI-RTPS 2.5 section 9.6.1). No I/O. Private to this collection."""

from __future__ import annotations

from typing import Optional

PORT_BASE = 7400
DOMAIN_GAIN = 250
PARTICIPANT_GAIN = 2
OFFSET_DISCOVERY_MULTICAST = 0
OFFSET_USER_MULTICAST = 1
OFFSET_DISCOVERY_SERVER = 2  # Fast DDS
OFFSET_DISCOVERY_UNICAST = 10
OFFSET_USER_UNICAST = 11
FIRST_PARTICIPANTS = 4  # so many indexes Fast DDS tries at a peer without a port (maxInitialPeersRange)
LAST_PARTICIPANT = 119  # of a domain; the ports of the next are the next domain's
MAX_DOMAIN = 232  # the highest whose discovery ports are below 65536
MAX_PORT = 65535
# What a port is for.
DISCOVERY_MULTICAST, USER_MULTICAST = "discovery_multicast", "user_multicast"
DISCOVERY_UNICAST, USER_UNICAST = "discovery_unicast", "user_unicast"


class PortError(ValueError):
    """A domain or participant index has no port."""


def discovery_multicast(domain_id: int) -> int:
    return _port(domain_id, OFFSET_DISCOVERY_MULTICAST)


def user_multicast(domain_id: int) -> int:
    return _port(domain_id, OFFSET_USER_MULTICAST)


def discovery_server(domain_id: int) -> int:
    return _port(domain_id, OFFSET_DISCOVERY_SERVER)


def discovery_unicast(domain_id: int, participant: int) -> int:
    return _port(domain_id, OFFSET_DISCOVERY_UNICAST, participant)


def discovery_unicast_of_first(domain_id: int) -> list[int]:
    """Where the first participants of one host are asked by whoever does not know their ports."""
    return [discovery_unicast(domain_id, participant) for participant in range(FIRST_PARTICIPANTS)]


def user_unicast(domain_id: int, participant: int) -> int:
    return _port(domain_id, OFFSET_USER_UNICAST, participant)


def of_domain(domain_id: int) -> tuple[int, int]:
    """The first and the last port of a domain."""
    first = discovery_multicast(domain_id)
    return first, min(first + DOMAIN_GAIN - 1, MAX_PORT)


def use_of(port: int) -> Optional[tuple[int, str]]:
    """(domain, what it is for) of a port that RTPS gives to participants, None of any other."""
    domain_id, offset = divmod(port - PORT_BASE, DOMAIN_GAIN)
    if not 0 <= domain_id <= MAX_DOMAIN:
        return None
    if offset >= OFFSET_DISCOVERY_UNICAST:
        unicast = offset - OFFSET_DISCOVERY_UNICAST
        return domain_id, DISCOVERY_UNICAST if unicast % PARTICIPANT_GAIN == 0 else USER_UNICAST
    of_group = {OFFSET_DISCOVERY_MULTICAST: DISCOVERY_MULTICAST, OFFSET_USER_MULTICAST: USER_MULTICAST}
    return (domain_id, of_group[offset]) if offset in of_group else None


def _port(domain_id: int, offset: int, participant: int = 0) -> int:
    if not 0 <= domain_id <= MAX_DOMAIN:
        raise PortError(f"domain {domain_id} is not in 0..{MAX_DOMAIN}")
    port = PORT_BASE + DOMAIN_GAIN * domain_id + offset + PARTICIPANT_GAIN * participant
    if participant < 0 or port > MAX_PORT:
        raise PortError(f"participant {participant} of domain {domain_id} has no port (it would be {port})")
    return port
