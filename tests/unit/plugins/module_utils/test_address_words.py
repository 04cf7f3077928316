# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads of addresses."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._address_words import address_lines

NIC = {"nic": "eth0", "addresses": ["10.0.0.99/24"]}
STALE = {"program": "talker (pid 7)", "address": "10.0.0.2", "others": []}
INSIDE = {
    "programs": ["listener (pid 9)"],
    "container": "camera",
    "error": "",
    "nics": [{"addresses": ["172.17.0.2/16"]}],
}
HEARD = {"guid_prefix": "0110ab", "sources": [{"address": "10.0.0.2"}, {"address": "10.0.0.3"}]}


def lines(heard=(), stale=(), elsewhere=(), targets=1):
    target = {"heard": list(heard), "addresses": {"nics": [NIC], "stale": list(stale), "error": ""}}
    return address_lines({"targets": [target] * targets, "elsewhere": list(elsewhere)})


def test_each_is_told_once_however_many_targets_show_it():
    assert lines([HEARD], [STALE], [INSIDE], targets=2) == [
        "talker (pid 7) keeps to 10.0.0.2, which is not here any more: restart it, if others need it.",
        "GUID prefix 0110ab comes from 10.0.0.2 and 10.0.0.3: one participant with several NICs, or clones.",
        "listener (pid 9) in container camera (172.17.0.2/16) is in a network of its own: nobody finds it from here.",
    ]


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"heard": [{**HEARD, "sources": []}]},
        {"stale": [{**STALE, "others": ["10.0.0.99"]}]},
        {"elsewhere": [{**INSIDE, "nics": [{"addresses": ["10.0.0.130/24"]}]}]},
        {"elsewhere": [{**INSIDE, "nics": [], "error": "cannot enter"}]},
    ],
)
def test_what_is_as_it_should_be_or_not_known_is_not_told(shown):
    assert lines(**shown) == []
