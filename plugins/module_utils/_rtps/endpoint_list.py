# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All writers and readers of one participant, as it hands them out: datagrams in, datagrams out. No I/O, no clock.

Private to this collection.
"""

from __future__ import annotations

from typing import Iterator, Optional

from . import ids
from .data import Data, read_data
from .errors import RtpsError
from .message import Header, Submessage
from .reader import ReliableReader
from .reliable import pack_info_destination, read_fragment, read_gap, read_heartbeat, writer_of
from .sedp import READER, WRITER, Endpoint, Removal, read_endpoint

MAX_ENDPOINTS = 2000  # that one probe keeps
MAX_REQUESTS = 40  # datagrams to one participant; one asks for up to 256 endpoints of each kind
MAX_SUBMESSAGES = 1024  # of one datagram: Fast DDS puts as many endpoints into one as 64 kB hold
_KINDS = {ids.PUBLICATIONS_WRITER: WRITER, ids.SUBSCRIPTIONS_WRITER: READER}
_READERS = {
    ids.PUBLICATIONS_WRITER: ids.PUBLICATIONS_READER,
    ids.SUBSCRIPTIONS_WRITER: ids.SUBSCRIPTIONS_READER,
}


class Endpoints:
    """Writers and readers of any participants, at most MAX_ENDPOINTS."""

    def __init__(self) -> None:
        self.kept: dict[bytes, Endpoint] = {}  # by GUID
        self.dropped = 0

    def add(self, endpoint: Endpoint) -> bool:
        """Whether there was room."""
        if endpoint.guid not in self.kept and len(self.kept) >= MAX_ENDPOINTS:
            self.dropped += 1
            return False
        self.kept[endpoint.guid] = endpoint
        return True

    def remove(self, guid: bytes) -> None:
        self.kept.pop(guid, None)


class EndpointList:
    """What one participant says of its writers and readers to a participant that has both detectors."""

    def __init__(self, guid_prefix: bytes, own: Header, endpoints: Endpoints) -> None:
        """`guid_prefix` of whom is asked; `own`: of what is sent; `endpoints`: where what it says is kept."""
        self.guid_prefix = guid_prefix
        self.heard = False  # anything from it
        self._own = own
        self._endpoints = endpoints
        self._readers = {writer: ReliableReader(writer, reader) for writer, reader in _READERS.items()}
        self._requests = 0
        self._whole = True  # as far as it has come: nothing was unreadable, nothing found no room

    @property
    def arrived(self) -> bool:
        """Whether there is nothing more to ask for."""
        return all(reader.complete for reader in self._readers.values())

    @property
    def complete(self) -> bool:
        """Whether all that it has is known."""
        return self.arrived and self._whole

    def hear(self, submessage: Submessage, at_s: float) -> None:
        """Note a submessage of the participant. Raises RtpsError for one that is not well-formed."""
        self.heard = True
        reader = self._readers.get(writer_of(submessage))
        if reader:
            self._hear(submessage, reader, at_s)

    def due_s(self) -> Optional[float]:
        """From when on `request` has something to ask for; None when there is nothing more to ask for, or to be asked."""
        due = [reader.due_s() for reader in self._readers.values()]
        return min((each for each in due if each is not None), default=None) if self._may_ask() else None

    def request(self, at_s: float) -> bytes:
        """The datagram that asks for what is due; empty when nothing is."""
        return (
            self._packed(b"".join(reader.request(at_s) for reader in self._readers.values()))
            if self._may_ask()
            else b""
        )

    def question(self) -> bytes:
        """The datagram that asks what there is, if that was not said; else empty."""
        unsaid = (reader.question() for reader in self._readers.values() if not reader.announced)
        return self._packed(b"".join(unsaid)) if self._may_ask() else b""

    def _may_ask(self) -> bool:
        return self._requests < MAX_REQUESTS

    def _packed(self, submessages: bytes) -> bytes:
        if not submessages:
            return b""
        self._requests += 1
        return self._own.pack() + pack_info_destination(self.guid_prefix) + submessages

    def _hear(self, submessage: Submessage, reader: ReliableReader, at_s: float) -> None:
        if submessage.kind == ids.HEARTBEAT:
            reader.hear_heartbeat(read_heartbeat(submessage))
        elif submessage.kind == ids.GAP:
            reader.hear_gap(read_gap(submessage))
        elif submessage.kind in (ids.DATA, ids.DATA_FRAG):
            for data in _samples(submessage, reader, at_s):
                if reader.hear_sample(data.sequence):
                    self._keep(data, _KINDS[reader.writer])

    def _keep(self, data: Data, kind: str) -> None:
        try:
            said = read_endpoint(data, kind)
        except RtpsError:
            self._whole = False
            return
        if said.guid[: len(self.guid_prefix)] != self.guid_prefix:
            return  # nobody speaks for others here
        if isinstance(said, Removal):
            self._endpoints.remove(said.guid)
        elif not self._endpoints.add(said):
            self._whole = False


def _samples(submessage: Submessage, reader: ReliableReader, at_s: float) -> Iterator[Data]:
    """The sample of a DATA, or that which a DATA_FRAG completes."""
    if submessage.kind == ids.DATA:
        yield read_data(submessage)
        return
    fragment = read_fragment(submessage)
    partial = reader.hear_fragment(fragment, at_s)
    if partial:
        yield Data(fragment.sequence, partial.inline_qos, submessage.order, bytes(partial.data), submessage.offset)
