# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The beacon by which probes hear each other, as bytes. No I/O. Private to this collection.

It is an RTPS message of the probe with one vendor-specific submessage (DDSI-RTPS 2.3 sections 8.3.3.2 and 9.4.5), which every
DDS implementation passes over: unlike an announcement it draws no answer, so that it can be repeated.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Optional

from . import ids
from .message import Header, Message, Submessage
from .parameters import printable

MAX_NAME = 96  # bytes
MAX_SIZE = 20 + 4 + 16 + MAX_NAME  # of the whole datagram: header, submessage header, seal, name
_VERSION = (2, 3)
_SEAL = 16


@dataclass(frozen=True)
class Beacon:
    """What a probe says of itself in its beacons."""

    name: str
    same_run: bool  # its sender knows the run's token, and has this GUID prefix and name
    has_all: bool = False  # and has proven all that it can, as far as it waits for others


def pack_beacon(guid_prefix: bytes, name: str, run: str, has_all: bool = False) -> bytes:
    """The datagram; it does not give the run's token away."""
    said = name.encode()[:MAX_NAME]
    flags = ids.FLAG_LITTLE_ENDIAN | (ids.FLAG_HAS_ALL if has_all else 0)
    body = _seal(guid_prefix, said, run, has_all) + said
    return Header(_VERSION, ids.VENDOR_PROBE, guid_prefix).pack() + Submessage(ids.PROBE_BEACON, flags, body).pack()


def read_beacon(message: Message, run: str) -> Optional[Beacon]:
    """The beacon in a message; None when there is none. Without a token of its own (`run` empty) nobody is of the same run."""
    prefix = message.header.guid_prefix
    if message.header.vendor_id != ids.VENDOR_PROBE or not prefix.startswith(ids.VENDOR_PROBE):
        return None
    for submessage in message.submessages:
        if submessage.kind == ids.PROBE_BEACON and _SEAL <= len(submessage.body) <= _SEAL + MAX_NAME:
            seal, said = submessage.body[:_SEAL], submessage.body[_SEAL:]
            has_all = bool(submessage.flags & ids.FLAG_HAS_ALL)
            same_run = bool(run) and hmac.compare_digest(seal, _seal(prefix, said, run, has_all))
            return Beacon(printable(said.decode(errors="replace")), same_run, same_run and has_all)
    return None


def _seal(guid_prefix: bytes, said: bytes, run: str, has_all: bool) -> bytes:
    return hmac.new(run.encode(), bytes([has_all]) + guid_prefix + said, hashlib.sha256).digest()[:_SEAL]
