# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each text has enough contrast on each ground, in both modes."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page.style import DARK, LIGHT

GROUNDS = {"ground", "raised"}
TEXTS = {"text", "quiet", "link", "good", "bad", "warn"}


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(colours):
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + [("bad", "bad-ground"), ("text", "bad-ground")]
    assert {
        pair: round(contrast(*map(colours.get, pair)), 2) for pair in pairs if contrast(*map(colours.get, pair)) < 4.5
    } == {}


def test_both_modes_have_the_same_colours_and_a_poor_contrast_is_seen():
    assert LIGHT.keys() == DARK.keys()
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < 4.5
