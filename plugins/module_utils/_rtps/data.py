# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DATA submessage and the parameter list in it (DDSI-RTPS 2.5 sections 8.3.8.2 and 9.4.2.12). Private to this collection."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from . import ids
from .errors import RtpsError
from .message import Submessage
from .parameters import read_parameters

DATA_FIXED_SIZE = 20  # extra flags 2, offset to inline QoS 2, reader 4, writer 4, sequence number 8
OFFSET_FIELDS_END = 4  # the offset to the inline QoS counts from here


@dataclass(frozen=True)
class Data:
    """A sample as it was sent; `payload_offset` is where its payload begins in the datagram."""

    sequence: int
    inline_qos: dict[int, bytes]
    order: str  # of the inline QoS
    payload: bytes
    payload_offset: int

    @property
    def ends(self) -> bool:
        """Whether it says that the thing that it is about is gone."""
        status = self.inline_qos.get(ids.PID_STATUS_INFO, bytes(4))
        return bool(status[-1:] and status[-1] & (ids.STATUS_DISPOSED | ids.STATUS_UNREGISTERED))


def read_data(submessage: Submessage) -> Data:
    """Raises RtpsError."""
    body = submessage.body
    sequence, at = read_sample_head(submessage, DATA_FIXED_SIZE)
    qos, at = read_inline_qos(submessage, at)
    has_payload = submessage.flags & (ids.FLAG_DATA | ids.FLAG_KEY)
    return Data(sequence, qos, submessage.order, body[at:] if has_payload else b"", submessage.offset + at)


def read_sample_head(submessage: Submessage, fixed_size: int) -> tuple[int, int]:
    """(sequence number, where the fixed part ends) of DATA or DATA_FRAG. Raises RtpsError."""
    body = submessage.body
    if len(body) < fixed_size:
        raise RtpsError("DATA cut short", submessage.offset)
    (to_inline_qos,) = struct.unpack_from(submessage.order + "H", body, 2)
    sequence = read_sequence(body, 12, submessage.order)
    if sequence < 1:
        raise RtpsError(f"sequence number {sequence}", submessage.offset + 12)
    at = OFFSET_FIELDS_END + to_inline_qos
    if at < fixed_size or at > len(body):
        raise RtpsError(f"inline QoS at {at} of {len(body)} bytes", submessage.offset + 2)
    return sequence, at


def read_inline_qos(submessage: Submessage, at: int) -> tuple[dict[int, bytes], int]:
    """(the inline QoS, where it ends), empty when the flags say that there is none. Raises RtpsError."""
    if not submessage.flags & ids.FLAG_INLINE_QOS:
        return {}, at
    parameters, taken = read_parameters(submessage.body[at:], submessage.order, submessage.offset + at)
    return dict(parameters), at + taken


def read_sequence(body: bytes, at: int, order: str) -> int:
    """A sequence number, of which there are 8 bytes."""
    high, low = struct.unpack_from(order + "iI", body, at)
    return (high << 32) + low


def read_payload(data: Data) -> tuple[list[tuple[int, bytes]], str]:
    """The parameters of a sample and their byte order. Raises RtpsError for what is no parameter list.

    Samples of discovery are parameter lists of XCDR1, whatever representation the user's data have.
    """
    if len(data.payload) < 4:
        raise RtpsError("encapsulation header cut short", data.payload_offset)
    (encapsulation,) = struct.unpack_from(">H", data.payload)
    if encapsulation not in (ids.PL_CDR_BE, ids.PL_CDR_LE):
        raise RtpsError(f"encapsulation 0x{encapsulation:04x} instead of a parameter list", data.payload_offset)
    order = "<" if encapsulation == ids.PL_CDR_LE else ">"
    parameters, _taken = read_parameters(data.payload[4:], order, data.payload_offset + 4)
    return parameters, order
