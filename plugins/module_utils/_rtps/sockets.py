# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only part that touches UDP: a probe's two sockets on one NIC, and those of its questions. Private to this collection."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
from dataclasses import dataclass
from typing import Iterator, Optional

from . import ports
from .message import MAX_DATAGRAM

GROUP = "239.255.0.1"
LOOPBACK = "127.0.0.1"
# linux/in.h; the module `socket` of Python 3.8 lacks some of these names.
IP_PKTINFO = 8
IP_RECVERR = 11
IP_RECVTTL = 12
IP_MULTICAST_ALL = 49
SO_RCVBUFFORCE = 33
SO_RXQ_OVFL = 40
_PKTINFO = struct.Struct("=I4s4s")  # interface index, own address, destination address
_ANCILLARY_SIZE = 256
_ROOM = 4 << 20  # bytes that wait to be read; an unprivileged probe gets what net.core.rmem_max allows
_BURST = 64  # datagrams read before the caller may look at its clock again

_SEND_HINTS = {
    errno.EPERM: "A firewall on this host drops its own outgoing packets: allow UDP to 239.255.0.1.",
    errno.ENETUNREACH: "There is no route for multicast on this NIC: is it up?",
    errno.ENOBUFS: "Its queue takes nothing: has it just come up, or is its cable unplugged?",
    errno.EADDRNOTAVAIL: "The address left the NIC during the probe.",
}


class SocketError(Exception):
    """A socket could not be opened or used; the message says where, why and what to do."""


class QueueError(SocketError):
    """The NIC took nothing just now, as one that has come up a moment ago."""


@dataclass(frozen=True)
class Datagram:
    """One received datagram with what the kernel knows about it."""

    data: bytes
    address: str  # of the sender
    port: int
    multicast: bool  # it came to the group, not to the probe's own port
    ttl: Optional[int]
    dropped: int = 0  # datagrams that the kernel had no room for at this socket, so far


class OwnPort:
    """A free UDP port of one address. What comes there answers what went out from there: nobody else knows it."""

    def __init__(self, nic: str, address: str, *, of_host: bool = False) -> None:
        """Raises SocketError. Call it inside the network namespace that holds the address.

        It is bound to the address and not to the NIC: what a host asks of itself comes by the loopback. With `of_host` it also
        has that port of LOOPBACK, to which Fast DDS up to 2.9 answers whoever is on its own host, if it is free.
        """
        self.address = address
        self.failures: dict[tuple[str, int], int] = {}  # errno of the last ICMP error, by the address and port sent to
        self.dropped = 0  # datagrams that came and found no room
        self.socket = _open((address, 0), nic)
        # ICMP errors are kept with whom they concern. Without this, a socket without a peer is not told of any.
        self.socket.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        self.port: int = self.socket.getsockname()[1]
        self._of_host: Optional[socket.socket] = None
        if of_host:
            with contextlib.suppress(SocketError):
                self._of_host = _open((LOOPBACK, self.port), nic)

    def sockets(self) -> list[socket.socket]:
        return [self.socket] + ([self._of_host] if self._of_host else [])

    def send(self, data: bytes, destination: tuple[str, int]) -> None:
        """Raises OSError."""
        try:
            self.socket.sendto(data, destination)
        except OSError:  # that may be the ICMP error of an earlier datagram, told once instead of sending this one
            self.socket.sendto(data, destination)

    def receive(self) -> Iterator[Datagram]:
        """What has arrived, without waiting for more."""
        self._read_failures()
        for datagram in _receive(self.socket):
            self.dropped = max(self.dropped, datagram.dropped)
            yield datagram
        if self._of_host:
            yield from _receive(self._of_host)

    def close(self) -> None:
        for sock in self.sockets():
            sock.close()

    def _read_failures(self) -> None:
        for _unused in range(_BURST):
            try:
                unused_data, ancillary, unused_flags, sent_to = self.socket.recvmsg(
                    0, _ANCILLARY_SIZE, socket.MSG_ERRQUEUE
                )
            except OSError:
                return  # no more of them
            for level, kind, value in ancillary:
                if level == socket.IPPROTO_IP and kind == IP_RECVERR and len(value) >= 4:
                    self.failures[sent_to] = struct.unpack_from("=I", value)[0]


class Endpoint:
    """Multicast listener on the domain's discovery port and the probe's own port, both on one NIC."""

    def __init__(self, nic: str, index: int, address: str, domain_id: int) -> None:
        """Raises SocketError. Call it inside the network namespace that holds the NIC."""
        self.address = address
        self.destination = (GROUP, ports.discovery_multicast(domain_id))
        self._nic = nic
        self._dropped = 0  # at the group's socket
        membership = struct.pack("=4s4si", socket.inet_aton(GROUP), socket.inet_aton(address), index)
        self._group = _open(self.destination, nic)
        try:
            # Without this the socket also hears groups that other sockets joined on other NICs.
            self._group.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
            self._group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
            self.own = OwnPort(nic, address)
        except OSError as error:
            self._group.close()
            raise SocketError(f"NIC {nic} cannot join {GROUP}: {error.strerror}.") from error
        except SocketError:
            self._group.close()
            raise
        # Naming the NIC also avoids ENETUNREACH in a pod that has no route for multicast.
        self.own.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, membership)
        self.own.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)

    def sockets(self) -> tuple[socket.socket, socket.socket]:
        return self._group, self.own.socket

    def send(self, data: bytes) -> None:
        """Multicast `data` out of the NIC. Raises SocketError."""
        try:
            self.own.send(data, self.destination)
        except OSError as error:
            hint = _SEND_HINTS.get(error.errno or 0, "Look at the NIC and the firewall of this host.")
            kind = QueueError if error.errno == errno.ENOBUFS else SocketError
            raise kind(f"NIC {self._nic} cannot send to {GROUP}: {error.strerror}. {hint}") from error

    def receive(self) -> Iterator[Datagram]:
        """What has arrived, without waiting for more."""
        for datagram in _receive(self._group):
            self._dropped = max(self._dropped, datagram.dropped)
            yield datagram
        yield from self.own.receive()

    @property
    def dropped(self) -> int:
        """Datagrams that came and found no room, as far as one that came later has told."""
        return self._dropped + self.own.dropped

    def close(self) -> None:
        for sock in self.sockets():
            sock.close()


def _receive(sock: socket.socket) -> Iterator[Datagram]:
    for _unused in range(_BURST):
        try:
            data, ancillary, unused_flags, source = sock.recvmsg(MAX_DATAGRAM, _ANCILLARY_SIZE)
        except BlockingIOError:
            break
        except OSError:
            continue  # an ICMP error of an earlier datagram; the next read works again
        yield _datagram(data, ancillary, source)


def _open(address: tuple[str, int], nic: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1 if address[1] else 0)
        sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
        sock.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
        _make_room(sock)
        # The group's address instead of 0.0.0.0: unicast to the same port stays with the DDS programs of the host.
        sock.bind(address)
    except OSError as error:
        sock.close()
        hint = ""
        if error.errno == errno.EADDRINUSE:
            hint = f" Another program holds UDP port {address[1]} without sharing it: find it with `ss -ulpn`."
        raise SocketError(
            f"cannot listen on {address[0]}:{address[1]} for NIC {nic}: {error.strerror}.{hint}"
        ) from error
    return sock


def _make_room(sock: socket.socket) -> None:
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, _ROOM)  # needs CAP_NET_ADMIN
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)


def _datagram(data: bytes, ancillary: list[tuple[int, int, bytes]], source: tuple[str, int]) -> Datagram:
    multicast, ttl, dropped = False, None, 0
    for level, kind, value in ancillary:
        if level == socket.IPPROTO_IP and kind == IP_PKTINFO and len(value) >= _PKTINFO.size:
            multicast = _PKTINFO.unpack_from(value)[2] == socket.inet_aton(GROUP)
        if level == socket.IPPROTO_IP and kind == socket.IP_TTL and len(value) >= 4:
            ttl = struct.unpack_from("=i", value)[0]
        if level == socket.SOL_SOCKET and kind == SO_RXQ_OVFL and len(value) >= 4:
            dropped = struct.unpack_from("=I", value)[0]
    return Datagram(data, source[0], source[1], multicast, ttl, dropped)
