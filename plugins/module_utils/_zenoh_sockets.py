# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a network namespace shows of Zenoh without a packet: routers that listen, sessions with one, scouting.

Private to this collection. Pure. Sources: proc(5), include/net/tcp_states.h of the kernel; Zenoh's DEFAULT_CONFIG.json5.
"""

from __future__ import annotations

import re
from typing import Iterable, Iterator, Mapping, NamedTuple, Sequence

from ._programs import Owner
from ._zenoh import PORT

SCOUTING_PORT = 7446  # UDP
MOST_SOCKETS = 16
ROUTER, SESSION, SCOUTING = "router", "session", "scouting"
_ESTABLISHED, _LISTENING = "01", "0A"
_LINE = re.compile(r"^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) (.*)$", re.MULTILINE)
_INODE_COLUMN = 5  # after the state


class TcpSocket(NamedTuple):
    """A TCP socket, of IPv4 or IPv6."""

    port: int
    remote_port: int
    state: str
    inode: int


def parse_tcp(text: str) -> list[TcpSocket]:
    """The sockets in /proc/net/tcp and /proc/net/tcp6."""
    found = []
    for _address, port, _remote, remote_port, state, rest in _LINE.findall(text):
        columns = rest.split()
        inode = columns[_INODE_COLUMN] if len(columns) > _INODE_COLUMN else ""
        found.append(TcpSocket(int(port, 16), int(remote_port, 16), state, int(inode) if inode.isdigit() else 0))
    return found


def zenoh_sockets(
    tcp: Sequence[TcpSocket], udp: Iterable[tuple[int, int]], owners: Mapping[int, Owner]
) -> list[dict[str, str]]:
    """What there is of Zenoh, each use of a program once. `udp`: (port, inode) of each socket.

    A router's own end of a session is none of a node.
    """
    found = [(use, str(owners[inode]) if inode in owners else "") for use, inode in _zenoh(tcp, udp)]
    return [{"use": use, "program": program} for use, program in dict.fromkeys(found)][:MOST_SOCKETS]


def _zenoh(tcp: Sequence[TcpSocket], udp: Iterable[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    for each in tcp:
        if each.state == _LISTENING and each.port == PORT:
            yield ROUTER, each.inode
        if each.state == _ESTABLISHED and each.remote_port == PORT:
            yield SESSION, each.inode
    for port, inode in udp:
        if port == SCOUTING_PORT:
            yield SCOUTING, inode
