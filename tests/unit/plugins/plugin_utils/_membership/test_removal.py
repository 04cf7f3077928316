"""Taking hosts out: what it means, what forbids it, and what is left to do."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.removal import (
    parse_names,
    removal,
    removal_notes,
)

from .cluster import facts, node

FLEET = [
    {"host": name, "hostname": name, "address": f"10.0.0.{number}"}
    for number, name in enumerate(("a", "b", "c", "tb1", "tb10"), start=1)
]
NODES = [node(entry["host"], address=entry["address"]) for entry in FLEET] + [node("gone", address="10.0.0.9")]
THREE = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
MEMBERS = {entry["host"]: facts("control_plane" if entry["host"] in "abc" else "worker") for entry in FLEET}


def present(*hosts):
    return {host: MEMBERS[host] for host in hosts}


@pytest.mark.parametrize(
    ("text", "names"),
    [("tb2", ["tb2"]), ("tb2, tb3,", ["tb2", "tb3"]), (["tb2", "tb2"], ["tb2"]), ("", []), (None, [])],
)
def test_names(text, names):
    assert parse_names(text) == names


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        (
            "tb1",
            MEMBERS,
            {"host": "tb1", "node": "tb1", "addresses": ["10.0.0.4"], "control_plane": False, "leave": True},
        ),
        # absent
        (
            "tb1",
            present("a"),
            {"host": "tb1", "node": "tb1", "addresses": ["10.0.0.4"], "control_plane": False, "leave": False},
        ),
        # in no inventory any more
        (
            "gone",
            MEMBERS,
            {"host": "", "node": "gone", "addresses": ["10.0.0.9"], "control_plane": False, "leave": False},
        ),
        ("c", MEMBERS, {"host": "c", "node": "c", "addresses": ["10.0.0.3"], "control_plane": True, "leave": True}),
        # installed anew
        (
            "tb1",
            {**MEMBERS, "tb1": facts("standalone", "own")},
            {"host": "tb1", "node": "tb1", "addresses": ["10.0.0.4"], "control_plane": False, "leave": False},
        ),
        # a member of another cluster keeps that
        (
            "tb1",
            {**MEMBERS, "tb1": facts("worker", "theirs")},
            {"host": "tb1", "node": "tb1", "addresses": ["10.0.0.4"], "control_plane": False, "leave": False},
        ),
    ],
)
def test_what_is_done(name, facts, expected):
    assert removal([name], FLEET, NODES, THREE, facts, "ours") == {"hosts": {name: expected}, "findings": []}


def test_an_address_that_has_changed_goes_too():
    moved = [{"host": "c", "hostname": "c", "address": "10.0.0.33"}]
    entry = removal(["c"], moved, NODES, THREE, {}, "ours", allow_quorum_loss=True)["hosts"]["c"]
    assert (entry["addresses"], entry["control_plane"]) == (["10.0.0.3", "10.0.0.33"], True)


@pytest.mark.parametrize(
    ("names", "present_hosts", "database", "part"),
    [
        ([], "abc", THREE, "No host is named"),
        (["tb"], "abc", THREE, "tb: no host of the inventory and no Node of the cluster has exactly this name"),
        (["a"], "a", ["10.0.0.1"], "a: no control plane would be left"),
        (["a", "b", "c"], "abc", THREE, "a, b and c: no control plane would be left"),
        (["c"], "abc", THREE, None),
        (["c"], "ab", THREE, None),  # dead
        (["b"], "ab", THREE, "b: of the 2 control planes that would be left only 1 can be reached"),  # c is absent
        (["b", "c"], "ab", THREE, None),
        (["tb1"], "a", THREE, None),
    ],
)
def test_what_forbids_it(names, present_hosts, database, part):
    findings = removal(names, FLEET, NODES, database, present(*present_hosts), "ours")["findings"]
    assert len(findings) == (0 if part is None else 1)
    assert part is None or (part in findings[0] and "Fix: " in findings[0])


def test_control_planes_that_are_not_in_this_run_count_for_the_quorum():
    assert removal(["b"], FLEET, NODES, THREE, present("a", "b"), "ours", elsewhere=["c"])["findings"] == []


def test_the_quorum_can_be_given_up():
    assert removal(["b"], FLEET, NODES, THREE, present("a", "b"), "ours", allow_quorum_loss=True)["findings"] == []


@pytest.mark.parametrize(("own", "forbidden"), [(facts("standalone", "own"), False), (MEMBERS["tb1"], True)])
def test_only_another_machine_is_replaced(own, forbidden):
    findings = removal(["tb1"], FLEET, NODES, THREE, {**MEMBERS, "tb1": own}, "ours", replace=True)["findings"]
    assert bool(findings) is forbidden


def test_a_departed_control_plane_holds_the_key():
    worker, plane = removal_notes(
        {"tb1": {"host": "tb1", "control_plane": False}, "base": {"host": "base", "control_plane": True}}
    )[::2]
    assert worker == "tb1 is out of the cluster. Take it out of the inventory, or the next site joins it again."
    assert "base was a control plane and still holds the key of the cluster's certificate authority" in plane
