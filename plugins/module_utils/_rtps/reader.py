# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of one reliable writer: what has come, and what to ask for when (DDSI-RTPS 2.5 section 8.4.12).

No I/O, no clock. Private to this collection. It never asks twice for a thing within AGAIN_S, however often the writer says what
it has: writers answer each request with another heartbeat, and two that are quick would never stop.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Optional

from .reliable import MAX_SET, Fragment, Gap, Heartbeat, pack_acknack, pack_nack_frag

AGAIN_S = 0.3  # Fast DDS takes 0.1 s to answer
FRAGMENTS_S = 0.02  # the next fragment comes by itself, or not at all
WINDOW = 4096  # how far behind the first that is missing what comes is noted
MAX_PARTIAL = 8  # samples of which only fragments are there


class Partial:
    """A sample of which some fragments are there."""

    def __init__(self, fragment: Fragment) -> None:
        self.shape = (fragment.size, fragment.sample_size)
        self.inline_qos = fragment.inline_qos
        self.data = bytearray(fragment.sample_size)
        self.wanted = set(range(1, fragment.total + 1))
        self.due_s = 0.0  # when those that are wanted may be asked for

    def add(self, fragment: Fragment, at_s: float) -> None:
        begin = (fragment.first - 1) * fragment.size
        came = range(fragment.first, fragment.first - (-len(fragment.payload) // fragment.size))
        if self.wanted.isdisjoint(came):
            return
        self.data[begin : begin + len(fragment.payload)] = fragment.payload
        self.wanted.difference_update(came)
        self.due_s = at_s + FRAGMENTS_S


class ReliableReader:
    """What one writer has sent so far."""

    def __init__(self, writer: bytes, reader: bytes) -> None:
        """Entity ids of both."""
        self.writer, self.reader = writer, reader
        self._first = 1  # that is missing: all before have come, or are no longer to be had
        self._last: Optional[int] = None  # that the writer has, as it says itself
        self._beyond: set[int] = set()  # have come, behind the first that is missing
        self._partial: OrderedDict[int, Partial] = OrderedDict()
        self._asked_to, self._asked_s = 0, 0.0  # the highest number that was asked for, and when
        self._count = 0

    @property
    def announced(self) -> bool:
        """Whether the writer has said what it has."""
        return self._last is not None

    @property
    def complete(self) -> bool:
        """Whether all has come that the writer says it has."""
        return self._last is not None and self._first > self._last

    def hear_heartbeat(self, heartbeat: Heartbeat) -> None:
        self._last = max(self._last or 0, heartbeat.last)
        self._go_on_from(heartbeat.first)

    def hear_gap(self, gap: Gap) -> None:
        if gap.start <= self._first:
            self._go_on_from(gap.end)
        else:
            self._beyond.update(range(gap.start, min(gap.end, self._first + WINDOW)))
        self._beyond.update(number for number in gap.listed if self._is_missing(number))
        self._go_on_from(self._first)

    def hear_sample(self, sequence: int) -> bool:
        """Note that a sample has come; whether it was missing."""
        if not self._is_missing(sequence):
            return False
        self._partial.pop(sequence, None)
        self._beyond.add(sequence)
        self._go_on_from(self._first)
        return True

    def hear_fragment(self, fragment: Fragment, at_s: float) -> Optional[Partial]:
        """The sample, when this was the last fragment of it; then say `hear_sample`."""
        if not self._is_missing(fragment.sequence):
            return None
        partial = self._partial.setdefault(fragment.sequence, Partial(fragment))
        if partial.shape != (fragment.size, fragment.sample_size):
            return None
        partial.add(fragment, at_s)
        if len(self._partial) > MAX_PARTIAL:
            self._partial.popitem(last=False)
        return None if partial.wanted else partial

    def due_s(self) -> Optional[float]:
        """From when on there is something to ask for; None when nothing is known to be missing."""
        due = [partial.due_s for partial in self._partial.values()]
        missing = self._missing()
        if missing:
            due.append(0.0 if missing[0] > self._asked_to else self._asked_s + AGAIN_S)
        return min(due, default=None)

    def request(self, at_s: float) -> bytes:
        """The submessages that ask for what is due; empty when nothing is."""
        packed = b""
        missing = self._missing()
        if missing and (missing[0] > self._asked_to or at_s >= self._asked_s + AGAIN_S):
            self._asked_to, self._asked_s = max(self._asked_to, missing[-1]), at_s
            packed += pack_acknack(self.reader, self.writer, self._first, missing, self._next_count())
        for sequence, partial in self._partial.items():
            if at_s >= partial.due_s:
                partial.due_s = at_s + AGAIN_S
                first = min(partial.wanted)
                wanted = [number for number in sorted(partial.wanted) if number < first + MAX_SET]
                packed += pack_nack_frag(self.reader, self.writer, sequence, wanted, self._next_count())
        return packed

    def question(self) -> bytes:
        """The submessage that asks what the writer has."""
        return pack_acknack(self.reader, self.writer, self._first, [], self._next_count())

    def _missing(self) -> list[int]:
        """What one request may ask for."""
        end = min(self._last or 0, self._first + MAX_SET - 1) + 1
        return [at for at in range(self._first, end) if at not in self._beyond and at not in self._partial]

    def _is_missing(self, sequence: int) -> bool:
        return self._first <= sequence < self._first + WINDOW and sequence not in self._beyond

    def _go_on_from(self, sequence: int) -> None:
        """All before is there, or no longer to be had."""
        if sequence > self._first:
            self._first = sequence
            self._beyond = {number for number in self._beyond if number >= sequence}
        while self._first in self._beyond:
            self._beyond.remove(self._first)
            self._first += 1
        for number in [number for number in self._partial if number < self._first]:
            del self._partial[number]

    def _next_count(self) -> int:
        self._count += 1
        return self._count
