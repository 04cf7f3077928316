# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New inputs from known ones. Pure but for the chance that is handed in."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

LONGEST = 8192
INTERESTING = (0, 1, 2, 3, 4, 7, 8, 15, 16, 24, 31, 32, 64, 127, 128, 254, 255)
WORDS = (0, 1, 2, 4, 0x50, 0x70, 0x71, 0x0F, 0x59, 0x62, 0x4014, 0x7FFF, 0x8000, 0xFFFF)
DOUBLE_WORDS = (0, 1, 2, 3, 16, 0x40, 0x100, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """`data` changed in one to eight places, by what else there is in the pool too."""
    changed = bytearray(data)
    for _unused in range(1 << chance.randrange(4)):
        chance.choice(CHANGES)(changed, others, chance)
    return bytes(changed[:LONGEST])


def _place(data: bytearray, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _bit(data: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _byte(data: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.choice((*INTERESTING, chance.randrange(256)))


def _number(data: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    size, numbers = chance.choice(((2, WORDS), (4, DOUBLE_WORDS)))
    at = chance.randrange(len(data) // 2 + 1) * 2 + 3 * chance.randrange(2)  # the first datagram begins at 3
    data[at : at + size] = chance.choice(numbers).to_bytes(size, chance.choice(("little", "big")))


def _cut(data: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    at = _place(data, chance)
    del data[at : at + chance.choice((1, 2, 4, 8, 24, len(data)))]


def _repeat(data: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    start, at = _place(data, chance), _place(data, chance)
    data[at:at] = data[start : start + chance.choice((1, 4, 8, 24, 200))] * chance.choice((1, 1, 1, 8, 70, 300))


def _splice(data: bytearray, others: Sequence[bytes], chance: random.Random) -> None:
    other, at = chance.choice(others), _place(data, chance)
    start = chance.randrange(len(other) + 1)
    data[at:] = other[start:] if chance.randrange(2) else other + data[at:]


CHANGES: tuple[Callable[[bytearray, Sequence[bytes], random.Random], None], ...] = (
    *(_bit, _byte, _byte, _number, _number, _number, _cut, _repeat, _splice),
)


def shorter(data: bytes, is_still_worth_it: Callable[[bytes], bool]) -> bytes:
    """The input without what it does not need: halves, then quarters, and so on down to single bytes are left out."""
    size = len(data) // 2
    while size:
        at = 0
        while at < len(data):
            attempt = data[:at] + data[at + size :]
            if is_still_worth_it(attempt):
                data = attempt
            else:
                at += size
        size //= 2
    return data
