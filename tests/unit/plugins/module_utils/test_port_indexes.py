# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which participant indexes are taken, and by whom."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._port_indexes import indexes
from ansible_collections.rosfleet.cluster.plugins.module_utils._programs import Owner

OWNERS = {1: Owner(7, "talker"), 2: Owner(9, "camera")}


@pytest.mark.parametrize(
    "sockets, domain_id, first_free, owners",
    [
        ([], 0, 0, {}),
        ([(7400, 1), (7410, 1), (7411, 1)], 0, 1, {"talker (pid 7)": 2}),
        ([(7410, 1), (7413, 2), (7414, 3)], 0, 3, {"talker (pid 7)": 1, "camera (pid 9)": 1, "?": 1}),
        ([(7412, 1), (7413, 1)], 0, 0, {}),  # a gap is free
        ([(7410, 1), (7411, 1)], 1, 0, {}),
        ([(7660, 1), (7661, 1)], 1, 1, {"talker (pid 7)": 2}),
        ([(port, 1) for port in range(7400, 7900)], 0, 120, {"talker (pid 7)": 240}),
        ([(port, port) for port in range(7410, 7450)], 0, 20, {"?": 40}),
    ],
)
def test_the_first_free_index_and_who_is_below_it(sockets, domain_id, first_free, owners):
    assert indexes(sockets, OWNERS, domain_id) == {"first_free": first_free, "owners": owners}


def test_of_many_owners_those_with_most_ports_are_told():
    owners = {number: Owner(number, "node") for number in range(50)}
    found = indexes([(7410 + number, max(number, 10)) for number in range(50)], owners, 0)["owners"]
    assert (len(found), max(found, key=found.get)) == (6, "node (pid 10)")
