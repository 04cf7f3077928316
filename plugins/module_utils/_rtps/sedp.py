# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoint discovery: what participants say of their writers and readers (DDSI-RTPS 2.5 sections 8.5.4 and 9.6.3).

No I/O. Private to this collection. Whatever comes from the wire is an unauthenticated claim.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Mapping, Optional, Union

from . import ids
from .data import Data, read_payload
from .errors import RtpsError
from .parameters import MAX_NAME, printable, read_duration, read_string, read_u32

WRITER, READER = "writer", "reader"
MAX_PARTITIONS = 64
MAX_TEXT = 512  # characters of a name, in which those that no terminal shows are spelled out
INFINITE_S = 0x7FFFFFFF
_RELIABILITY = {1: "best-effort", 2: "reliable"}
_DURABILITY = {0: "volatile", 1: "transient-local", 2: "transient", 3: "persistent"}
_LIVELINESS = {0: "automatic", 1: "manual-by-participant", 2: "manual-by-topic"}
_OWNERSHIP = {0: "shared", 1: "exclusive"}
# What holds for who does not say (DDS 1.4 section 2.2.3): senders leave out what is so.
_RELIABILITY_UNSAID = {WRITER: "reliable", READER: "best-effort"}


@dataclass(frozen=True)
class Endpoint:
    """A writer or reader as its participant announces it. No seconds are an infinite time."""

    kind: str  # WRITER or READER
    guid: bytes
    topic: str
    type: str
    reliability: str
    durability: str = "volatile"
    deadline_s: Optional[float] = None
    liveliness: str = "automatic"
    liveliness_lease_s: Optional[float] = None
    ownership: str = "shared"
    partitions: tuple[str, ...] = ()

    def as_result(self) -> dict:
        return {
            "kind": self.kind,
            "guid": self.guid.hex(),
            "guid_prefix": self.guid[:12].hex(),
            "topic": self.topic,
            "type": self.type,
            "reliability": self.reliability,
            "durability": self.durability,
            "deadline_s": self.deadline_s,
            "liveliness": self.liveliness,
            "liveliness_lease_s": self.liveliness_lease_s,
            "ownership": self.ownership,
            "partitions": list(self.partitions),
        }


@dataclass(frozen=True)
class Removal:
    """A participant's word that a writer or reader is gone."""

    guid: bytes


def read_endpoint(data: Data, kind: str) -> Union[Endpoint, Removal]:
    """What a sample of the writer of publications (WRITER) or of subscriptions (READER) says. Raises RtpsError.

    A name that is too long to be kept whole is refused: cut, it might be taken for another.
    """
    parameters, order = read_payload(data) if data.payload else ([], data.order)
    said = dict(parameters)
    guid = said.get(ids.PID_ENDPOINT_GUID, data.inline_qos.get(ids.PID_KEY_HASH, b""))
    if len(guid) != 16:
        raise RtpsError(f"endpoint GUID of {len(guid)} bytes instead of 16", data.payload_offset)
    if data.ends:
        return Removal(guid)
    missing = [name for pid, name in ((ids.PID_TOPIC_NAME, "topic"), (ids.PID_TYPE_NAME, "type")) if pid not in said]
    if missing:
        raise RtpsError(f"endpoint without {' and '.join(missing)}", data.payload_offset)
    return Endpoint(
        kind,
        guid,
        topic=_name(said[ids.PID_TOPIC_NAME], order)[0],
        type=_name(said[ids.PID_TYPE_NAME], order)[0],
        reliability=_choice(said, ids.PID_RELIABILITY, _RELIABILITY, order) or _RELIABILITY_UNSAID[kind],
        partitions=_partitions(said[ids.PID_PARTITION], order) if ids.PID_PARTITION in said else (),
        **_policies(said, order),
    )


def _policies(said: Mapping[int, bytes], order: str) -> dict:
    """Those that are said, of which both kinds have the same default."""
    deadline, liveliness = said.get(ids.PID_DEADLINE), said.get(ids.PID_LIVELINESS)
    policies = {
        "durability": _choice(said, ids.PID_DURABILITY, _DURABILITY, order),
        "deadline_s": _seconds(deadline, order) if deadline is not None else None,
        "liveliness": _choice(said, ids.PID_LIVELINESS, _LIVELINESS, order),
        "liveliness_lease_s": _seconds(liveliness[4:], order) if liveliness is not None else None,
        "ownership": _choice(said, ids.PID_OWNERSHIP, _OWNERSHIP, order),
    }
    return {name: value for name, value in policies.items() if value is not None}


def _choice(said: Mapping[int, bytes], pid: int, names: Mapping[int, str], order: str) -> Optional[str]:
    """The word for the number with which the parameter begins; None when it is not said."""
    if pid not in said:
        return None
    number = read_u32(said[pid], order)
    if number not in names:
        raise RtpsError(f"parameter 0x{pid:04x} has the unknown value {number}")
    return names[number]


def _seconds(value: bytes, order: str) -> Optional[float]:
    seconds = read_duration(value, order, digits=6)
    return None if seconds >= INFINITE_S else seconds


def _partitions(value: bytes, order: str) -> tuple[str, ...]:
    number = read_u32(value, order)
    if number > MAX_PARTITIONS:
        raise RtpsError(f"{number} partitions are more than {MAX_PARTITIONS}")
    names, at = [], 4
    for _unused in range(number):
        name, at = _name(value, order, at)
        names.append(name)
    return tuple(names)


def _name(value: bytes, order: str, at: int = 0) -> tuple[str, int]:
    """The string at `at`, and where the next begins."""
    text, end = read_string(value, order, at)
    (length,) = struct.unpack_from(order + "I", value, at)
    shown = printable(text)
    if length > MAX_NAME or len(shown) > MAX_TEXT:
        raise RtpsError(f"name of {length} bytes is longer than {MAX_NAME - 1}, or than {MAX_TEXT} characters", at)
    return shown, end
