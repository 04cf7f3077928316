# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices never move and never overlap, whatever the fleet does."""

from __future__ import annotations

import ipaddress
from itertools import combinations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._addresses import network
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._lan_slices import allocate_slices
from hypothesis import given
from hypothesis import strategies as st

# By another library than the code: they have to agree.
POOL = ipaddress.IPv4Network("10.88.1.128/25")
HOSTS = st.lists(st.sampled_from(["base", *(f"tb{number}" for number in range(1, 8))]), unique=True, max_size=8)


@given(runs=st.lists(HOSTS, min_size=1, max_size=6))
def test_hosts_come_and_go_and_no_slice_moves(runs):
    """Each run sees other hosts; what a Node's annotation says stays, as Nodes outlive a host's absence."""
    annotations: dict[str, str] = {}
    for present in runs:
        slices = allocate_slices(network(POOL), 28, annotations, present)
        assert set(slices) == set(present)
        assert all(annotations.get(host, piece) == piece for host, piece in slices.items())
        annotations.update(slices)
    pieces = [ipaddress.IPv4Network(piece) for piece in annotations.values()]
    assert not any(one.overlaps(other) for one, other in combinations(pieces, 2))
    assert all(piece.subnet_of(POOL) for piece in pieces)


@given(taken=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(max_size=18)), hosts=HOSTS)
def test_whatever_an_annotation_says_slices_are_disjoint(taken, hosts):
    pieces = [ipaddress.IPv4Network(piece) for piece in allocate_slices(network(POOL), 28, taken, hosts).values()]
    assert len(pieces) == len(hosts)
    assert not any(one.overlaps(other) for one, other in combinations(pieces, 2))
