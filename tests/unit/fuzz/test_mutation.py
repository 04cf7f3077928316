# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New inputs are bounded and the same for the same chance; an input that is kept has nothing that it does not need."""

from __future__ import annotations

import random

from tests.fuzz.mutation import LONGEST, mutated, shorter


def test_the_same_chance_makes_the_same_inputs_and_none_is_without_end():
    def inputs():
        chance, pool = random.Random(1), [b"", b"RTPS" * 500, bytes(300)]
        return [mutated(chance.choice(pool), pool, chance) for _each in range(500)]

    made = inputs()
    assert made == inputs()
    assert max(map(len, made)) == LONGEST and len(set(made)) > 400


def test_what_an_input_does_not_need_is_left_out():
    assert shorter(b"xxxAyyyyyBzz", lambda data: b"A" in data and b"B" in data) == b"AB"
    assert shorter(b"A", lambda data: data == b"A") == b"A"
    assert shorter(b"", lambda data: True) == b""
