# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever was in the hosts file: names end up right, foreign lines end up as they were, and it stays so."""

from __future__ import annotations

import re

from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.hosts_file import rewrite
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# A busy machine is slow, and no less right.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = ["tb1", "tb2", "tb3"]
MARKERS = [b"# BEGIN rosfleet.cluster", b"# END rosfleet.cluster"]
FOREIGN_NAMES = ["nas", "tb1.local", "localhost", "tb11"]
ADDRESSES = ["10.0.0.1", "10.0.0.2", "127.0.1.1", "::1", "fe80::1", "10.0.0.300", "#10.0.0.9"]
SPACE = st.sampled_from([" ", "\t", "  "])


@st.composite
def lines(draw, markers) -> bytes:
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([*markers, b"", b"# a comment", b"\xff\xfe", b"10.0.0.1 tb1", b"10.0.0.2 tb2"]))
    names = draw(st.lists(st.sampled_from([*NAMES, "TB1", "tb2.", *FOREIGN_NAMES]), max_size=4))
    text = draw(st.sampled_from(ADDRESSES)) + "".join(draw(SPACE) + name for name in names)
    return (text + draw(st.sampled_from(["", " # tb1", "#x"]))).encode()


def files(markers=MARKERS) -> st.SearchStrategy[bytes]:
    """Any number of lines with any ends, the last one without an end now and then."""
    ends = st.sampled_from([b"\n", b"\r\n"])
    return st.tuples(st.lists(st.tuples(lines(markers), ends)), st.booleans()).map(
        lambda drawn: b"".join(text + end for text, end in drawn[0])[: -1 if drawn[1] else None]
    )


FLEETS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["10.0.0.1", "10.0.0.2", "10.9.0.3"])).map(
    lambda fleet: [{"address": address, "names": [name]} for name, address in fleet.items()]
)


def looked_up(content: bytes, name: str) -> set[str]:
    """A small resolver: every address that a hosts file gives a name (valid ones of those that the tests use)."""
    found = set()
    for line in content.decode("latin-1").split("\n"):
        address, *names = line.split("#")[0].split() or [""]
        if re.fullmatch(r"10\.0\.0\.\d{1,2}|10\.9\.0\.3|127\.0\.[01]\.1|::1|fe80::1", address):
            found |= {address for one in names if one.lower().rstrip(".") == name}
    return found


def foreign(content: bytes) -> list[str]:
    """Lines that name no host that a fleet may have, without line ends."""
    return [
        line.rstrip("\r")
        for line in content.decode("latin-1").split("\n")
        if not re.search(r"\btb[123]\b(?!\.local)", line.lower()) and line.rstrip("\r").encode() not in (*MARKERS, b"")
    ]


@patient
@given(content=files(), entries=FLEETS)
def test_a_second_run_changes_nothing(content, entries):
    once, unused_removed = rewrite(content, entries)
    assert rewrite(once, entries) == (once, [])


@patient
@given(content=files(), entries=FLEETS.filter(bool))
def test_every_name_of_the_fleet_has_its_address_and_no_other(content, entries):
    after, unused_removed = rewrite(content, entries)
    assert after.count(MARKERS[0]) == after.count(MARKERS[1]) == 1
    for entry in entries:
        assert looked_up(after, entry["names"][0]) == {entry["address"]}


@patient
@given(halves=st.lists(st.tuples(st.sampled_from(MARKERS), files(markers=[])), max_size=4), entries=FLEETS)
def test_foreign_lines_stay_wherever_markers_were_lost(halves, entries):
    content = b"".join(marker + b"\n" + piece + b"\n# foreign\n" for marker, piece in halves)
    after = iter(rewrite(content, entries)[0].decode("latin-1").replace("\r", "").split("\n"))
    assert all(line in after for line in foreign(content))


@patient
@given(fleets=st.lists(FLEETS, min_size=1, max_size=4))
def test_hosts_come_and_go_and_leave_nothing(fleets):
    content = b"127.0.0.1 localhost\n# tail\n"
    for entries in [*fleets, []]:
        content, removed = rewrite(content, entries)
        assert removed == []
    assert content == b"127.0.0.1 localhost\n# tail\n"
