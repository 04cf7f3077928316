# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listen in on a NIC while the probe is at work, and write down what was seen. Private to this collection.

Whatever fails here is told, and changes nothing of what the probe finds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct
import time
import zlib
from typing import Iterable, Optional, Sequence

from . import pcapng
from .selection import Fragments, Room, kernel_filter

APPLICATION = "rosfleet.cluster.dds_probe"
_ETH_P_ALL = 3  # also what the host itself sends
_SO_ATTACH_FILTER = 26
_SO_TIMESTAMPNS = 35
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_TIME = struct.Struct("@ll")  # seconds, nanoseconds
_ANCILLARY_SIZE = 64
_BURST = 64  # packets read before the caller may look at its clock again
_READ_SIZE = 65535
_NS = 10**9
_GZIP = 31  # what zlib calls its format


class Capture:
    """What one NIC carries on the wanted ports."""

    def __init__(self, label: str, room: Room) -> None:
        self.label = label
        self.error = ""
        self.packets: list[tuple[int, bytes]] = []  # nanoseconds since 1970, link header and packet
        self.left_out = 0
        self._room, self._fragments = room, Fragments()
        self._socket: Optional[socket.socket] = None

    def open(self, nic: str, ports: Iterable[tuple[int, int]]) -> None:
        """Begin; call it inside the network namespace that has the NIC. Why it cannot is in `error`."""
        try:
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
            program = kernel_filter(ports)
            kept = ctypes.create_string_buffer(program)
            chosen = struct.pack("@HP", len(program) // 8, ctypes.addressof(kept))
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, chosen)
            self._socket.bind((nic, _ETH_P_ALL))
        except OSError as error:
            self.close()
            hint = ". Run it as root (become: true)" if isinstance(error, PermissionError) else ""
            self.error = f"nothing was recorded on {self.label}: {error.strerror}{hint}."

    def sockets(self) -> list[socket.socket]:
        return [self._socket] if self._socket else []

    def receive(self) -> None:
        """Read what has arrived, without waiting for more."""
        for _unused in range(_BURST if self._socket else 0):
            try:
                data, ancillary, _flags, source = self._socket.recvmsg(_READ_SIZE, _ANCILLARY_SIZE)
            except OSError:  # no more of them, or the NIC went away
                return
            self.note(data, _sent_at(ancillary), source[2], source[3], source[4])

    def note(self, packet: bytes, at_ns: int, kind: int, hardware: int, address: bytes) -> None:
        """Keep a packet (from its IP header on), if it belongs to a wanted port and there is room."""
        conversation = self._fragments.conversation(packet)
        if conversation is None:
            return
        data = pcapng.cooked_header(kind, hardware, address) + packet
        if self._room.take(conversation, len(data) + pcapng.OVERHEAD):
            self.packets.append((at_ns, data))
        else:
            self.left_out += 1

    def close(self) -> None:
        """Read the rest, and end."""
        if not self._socket:
            return
        self.receive()
        with contextlib.suppress(OSError):
            counted = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
            self.left_out += struct.unpack("@II", counted)[1]
        self._socket.close()
        self._socket = None


def write(path: str, captures: Sequence[Capture]) -> dict:
    """Write the compressed file, for its owner alone, and say what is in it (RETURN of the module)."""
    recorded = [capture for capture in captures if not capture.error]
    errors = [capture.error for capture in captures if capture.error]
    packets = sorted(
        (pcapng.Packet(nic, *each) for nic, capture in enumerate(recorded) for each in capture.packets),
        key=lambda packet: packet.at_ns,
    )
    left_out = sum(capture.left_out for capture in captures)
    told = {"path": path, "packets": len(packets), "left_out": left_out, "errors": errors}
    if not recorded:
        return {**told, "path": ""}
    nics = [pcapng.Nic(capture.label, capture.left_out) for capture in recorded]
    comment = f"UDP of DDS during one probe. {left_out} packets were left out, most to keep the file small."
    try:
        _write_private(path, pcapng.pack_file(APPLICATION, comment, nics, packets))
    except OSError as error:
        why = f"{path} could not be written: {error.strerror}. See to its folder and its disk (df -h)."
        return {**told, "path": "", "errors": [*errors, why]}
    return told


def _write_private(path: str, blocks: Iterable[bytes]) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            compressor = zlib.compressobj(wbits=_GZIP)
            for block in blocks:
                file.write(compressor.compress(block))
            file.write(compressor.flush())
    except OSError:
        os.unlink(path)
        raise


def _sent_at(ancillary: Iterable[tuple[int, int, bytes]]) -> int:
    for level, kind, value in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(value) >= _TIME.size:
            seconds, rest = _TIME.unpack_from(value)
            return seconds * _NS + rest
    return time.time_ns()
