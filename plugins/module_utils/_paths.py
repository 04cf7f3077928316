# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which unicast datagrams, of which size and to which ports, the probes of one run get from each other.

Private to this collection. Nothing is sent but to the peers that were given, whatever arrives. Nothing here waits.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Iterator, Mapping, Optional

from ._rtps.sockets import OwnPort, SocketError

SIZES = (64, 1472, 8000)  # bytes of UDP payload: surely whole, the most that Ethernet carries whole, in fragments
WHOLE = 1472  # sent with "don't fragment"
SMALLEST = SIZES[0]
ROUNDS = 6
_FIRST_S = (0.2, 0.8, 2.0)  # early rounds, after which a probe may end; at most these parts of its duration
_PARTS = (0.1, 0.25, 0.35, 0.45, 0.65, 0.9)  # later ones, for probes that begin seconds apart
_APART_S = 0.01  # between the datagrams for one peer and those for the next
_HEADERS = 28  # of IPv4 and UDP
_MAGIC = b"rosfleet-path-1\n"
_DATAGRAM = struct.Struct("!16s4sHHB")  # magic, sender's address, port of its run, size, round
_BURST = 256  # datagrams read before the caller may look at its clock again
_READ_SIZE = 65536
_RECEIVE_BUFFER = 4 << 20
# linux/in.h and asm-generic/socket.h; the module `socket` of Python 3.8 lacks these names.
_IP_MTU_DISCOVER, _PMTUDISC_WANT, _PMTUDISC_PROBE = 10, 1, 3
_SO_RCVBUFFORCE = 33


@dataclass(frozen=True)
class PathPeer:
    """Whom to write to."""

    address: str  # IPv4
    port: int


@dataclass(frozen=True)
class PathsAsked:
    """Where to listen and whom to write to, as the controller has chosen it for the run."""

    port: int
    dds_ports: tuple[int, ...] = ()  # of DDS itself: where the smallest size goes too
    peers: tuple[PathPeer, ...] = ()


@dataclass
class _Known:
    """What is known of the path from and to one peer."""

    sent: dict = field(default_factory=dict)  # {size or port: how many}
    arrived: dict = field(default_factory=dict)  # {size or port: {rounds}}
    errors: list = field(default_factory=list)


def write_datagram(address: str, port: int, size: int, number: int, length: int) -> bytes:
    """A datagram of `length` bytes, which stands for `size`, of the round `number`."""
    return _DATAGRAM.pack(_MAGIC, socket.inet_aton(address), port, size, number).ljust(length, b"\0")


def read_datagram(data: bytes) -> Optional[tuple[str, int, int, int]]:
    """(address, port, size, round) as the sender has written it; None for what no probe has sent."""
    if len(data) < _DATAGRAM.size:
        return None
    magic, address, port, size, number = _DATAGRAM.unpack_from(data)
    if magic != _MAGIC or size not in SIZES or number >= ROUNDS:
        return None
    return socket.inet_ntoa(address), port, size, number


def schedule(duration: float, peers: int) -> list[tuple[float, int, int]]:
    """(seconds after the start, round, number of the peer), in order. All peers get a datagram of each size in each round."""
    apart = min(_APART_S, 0.05 * duration / max(peers, 1))
    early = [min(first, part * duration) for first, part in zip(_FIRST_S, _PARTS)]
    begins = [*early, *(part * duration for part in _PARTS[len(early) :])]
    return [(at + apart * peer, number, peer) for number, at in enumerate(begins) for peer in range(peers)]


def counted_rounds(arrived: Mapping[int, int]) -> range:
    """The rounds in which both were there, by how many datagrams of each arrived: from the first to the last, without those of
    the two that began before this probe listened, or went on after it.
    """
    if not arrived:
        return range(0)
    first, last, whole = min(arrived), max(arrived), max(arrived.values())
    if last - first >= 2:
        first, last = first + (arrived[first] < whole), last - (arrived[last] < whole)
    return range(first, last + 1)


class Paths:
    """The sockets of one target for its peers, and what has come of them."""

    def __init__(
        self,
        asked: PathsAsked,
        own: Optional[OwnPort] = None,
        listening: Optional[dict[int, socket.socket]] = None,
        mtu: int = 0,
        error: str = "",
    ) -> None:
        """`own` sends, from a port that listens to nobody: to one that had sent, a firewall takes each datagram for an answer.

        `listening`: {port: socket} of those that were free.
        """
        self.asked = asked
        self.error = error
        self.foreign = 0  # datagrams that no peer has sent
        self._own = own
        self._listening = listening or {}
        self._mtu = mtu
        self._known = {peer.address: _Known() for peer in asked.peers}
        self._due: list[tuple[float, int, int]] = []

    def plan(self, duration: float) -> None:
        """Begin to write to the peers; without this nothing is sent."""
        if self._own and not self.error:
            self._due = schedule(duration, len(self.asked.peers))

    @property
    def next_s(self) -> Optional[float]:
        """When there is something to send; None when all has been sent."""
        return self._due[0][0] if self._due else None

    def put(self, at_s: float) -> None:
        """Send what is due `at_s` seconds after the start."""
        while self._due and self._due[0][0] <= at_s:
            _at, number, peer = self._due.pop(0)
            self._write(self.asked.peers[peer], number)

    @property
    def proven(self) -> bool:
        """Whether each peer's datagrams have come, all of them, and in two rounds at least."""
        wanted = {*SIZES, *(port for port in self.asked.dds_ports if port in self._listening)}
        return not self.error and all(_is_whole(known.arrived, wanted) for known in self._known.values())

    def sockets(self) -> Iterator[tuple[socket.socket, int]]:
        """What to wait for: each socket with the events of `selectors`."""
        for sock in self._listening.values():
            yield sock, selectors.EVENT_READ
        if self._own:
            yield self._own.socket, selectors.EVENT_READ

    def receive(self) -> None:
        """Read all that has arrived."""
        for port, sock in self._listening.items():
            for _unused in range(_BURST):
                try:
                    data, source = sock.recvfrom(_READ_SIZE)
                except BlockingIOError:
                    break
                except OSError:
                    continue
                self.hear(data, source[0], port)
        if self._own:
            self.foreign += sum(1 for _unused in self._own.receive())

    def hear(self, data: bytes, source: str, port: int) -> None:
        """Note one datagram that came from the address `source` to `port`."""
        read = read_datagram(data)
        known = self._known.get(source)
        if read is None or known is None or read[:2] != (source, self.asked.port):
            self.foreign += 1
            return
        _address, _port, size, number = read
        known.arrived.setdefault(size if port == self.asked.port else port, set()).add(number)

    def close(self) -> None:
        for sock in self._listening.values():
            sock.close()
        if self._own:
            self._own.close()

    def as_result(self) -> dict:
        return {
            "port": self.asked.port,
            "dds_ports": [port for port in self.asked.dds_ports if port in self._listening],
            "mtu": self._mtu,
            "foreign": self.foreign,
            "error": self.error,
            "peers": [] if self.error else [self._peer(peer) for peer in self.asked.peers],
        }

    def _peer(self, peer: PathPeer) -> dict:
        known = self._known[peer.address]
        rounds = counted_rounds(Counter(number for numbers in known.arrived.values() for number in numbers))
        ports = {peer.port, *self.asked.dds_ports}
        refused = {self._own.failures.get((peer.address, port)) for port in ports} - {None} if self._own else set()
        return {
            "address": peer.address,
            "sent": {str(what): count for what, count in sorted(known.sent.items())},
            "arrived": {str(what): len(numbers & {*rounds}) for what, numbers in sorted(known.arrived.items())},
            "rounds": len(rounds),
            "errors": sorted({*known.errors, *map(_reason, refused)}),
        }

    def _write(self, peer: PathPeer, number: int) -> None:
        for size in SIZES:
            length = min(size, self._mtu - _HEADERS) if size == WHOLE and self._mtu else size
            self._send(peer, peer.port, size, size, number, length)
        for port in self.asked.dds_ports:
            self._send(peer, port, port, SMALLEST, number, SMALLEST)

    def _send(self, peer: PathPeer, port: int, what: int, size: int, number: int, length: int) -> None:
        if self._own is None:
            return
        known = self._known[peer.address]
        whole = _PMTUDISC_PROBE if size == WHOLE else _PMTUDISC_WANT
        try:
            self._own.socket.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, whole)
            self._own.send(
                write_datagram(self._own.address, self.asked.port, size, number, length), (peer.address, port)
            )
        except BlockingIOError:
            return  # no room in this host's own queue: not sent, so not lost
        except OSError as error:
            reason = _reason(error.errno)
            if reason not in known.errors:
                known.errors.append(reason)
        known.sent[what] = known.sent.get(what, 0) + 1


def _is_whole(arrived: Mapping[int, set], wanted: set) -> bool:
    """`arrived`: {size or port: rounds}. A first round may be cut short, as both did not begin together."""
    if set(arrived) != wanted:
        return False
    first = min(min(numbers) for numbers in arrived.values())
    whole = [numbers - {first} for numbers in arrived.values()]
    return bool(whole[0]) and all(numbers == whole[0] for numbers in whole)


def open_paths(asked: PathsAsked, nic: str, address: str, mtu: int) -> Paths:
    """Open the sockets on the address that the probe speaks from; call it inside the network namespace that has it.

    A target that cannot listen on its port has the reason in its result, and neither writes nor listens.
    """
    listening: dict[int, socket.socket] = {}
    try:
        listening[asked.port] = _listen(address, asked.port)
        own = OwnPort(nic, address)
    except (SocketError, OSError) as error:
        for sock in listening.values():
            sock.close()
        return Paths(asked, error=_taken(address, asked.port, error))
    for port in asked.dds_ports:
        try:
            listening[port] = _listen(address, port)
        except OSError:
            continue  # a DDS program is there, which nobody may disturb
    return Paths(asked, own, listening, mtu)


def _listen(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        try:
            sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
        except OSError:  # without root the system's bound holds
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        sock.bind((address, port))  # shared with nobody: what arrives here has to be seen
    except OSError:
        sock.close()
        raise
    return sock


def _taken(address: str, port: int, error: Exception) -> str:
    if not isinstance(error, OSError):
        return str(error)
    hint = ""
    if error.errno == errno.EADDRINUSE:
        hint = f" Another program has it: find it with `ss -ulpn sport = :{port}`."
    return f"cannot listen on {address}:{port}: {_reason(error.errno)}.{hint}"


def _reason(code: Optional[int]) -> str:
    """`connection refused` and the like."""
    return os.strerror(code or 0).lower()
