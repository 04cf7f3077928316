"""What has to be done with each host."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.plan import plan

from .cluster import facts, node

ADDRESSES = {"robot": "10.0.0.2", "base": "10.0.0.1", "b": "10.0.0.3"}
THREE = ["10.0.0.1", "10.0.0.3", "10.0.0.2"]
TWO = ["10.0.0.1", "10.0.0.3"]
HALF = {"half_joined": True}
ASTRAY = {"api_endpoints": ["10.0.0.9:16443"]}
SERVER = node("absent", machine="m9", address="10.0.0.9", control_plane=True)


def step(facts, nodes, *, control_plane=("base", "b"), database=(), allow_reset=False, addresses=ADDRESSES):
    return plan({"robot": facts}, nodes, "ours", addresses, list(control_plane), "base", list(database), allow_reset)[
        "robot"
    ]


def done(step):
    return " ".join([step["action"], *(word for word in ("leave", "forget", "unlock") if step[word])])


@pytest.mark.parametrize(
    ("facts", "nodes", "expected"),
    [
        (facts("absent", None), [], "join"),
        (facts("standalone", "own"), [], "join"),
        (facts("standalone", "ours"), [], "join"),  # a control plane that left keeps the cluster's CA
        (facts("standalone", "own"), [node(machine="old")], "join"),  # installed anew under its old name and address
        (facts("standalone", "own"), [node(machine="twin", address="10.0.0.9")], "refuse"),
        (facts("standalone", "own"), [node(machine="twin", address="10.0.0.9", ready="Unknown")], "join"),
        (facts("worker"), [node()], "member"),
        (facts("worker"), [node(ready="Unknown")], "member"),  # just booted
        (facts("worker", **HALF), [node()], "member unlock"),
        (facts("worker", **HALF), [node(ready="Unknown")], "rejoin"),  # its join was killed
        (facts("worker"), [], "rejoin"),
        (facts("worker"), [node(machine="old")], "rejoin"),
        (facts("worker", **ASTRAY), [node(ready="Unknown")], "rejoin"),  # the control plane has another address
        (facts("worker", **ASTRAY), [node()], "member"),  # it finds the API all the same
        (facts("worker", **ASTRAY), [node(ready="Unknown"), SERVER], "member"),
        (facts("worker", api_load_balanced=True, **ASTRAY), [node(ready="Unknown")], "member"),
        (facts("worker", "theirs"), [], "refuse leave"),
        (facts("control_plane"), [], "refuse leave"),
        (facts("broken_worker"), [], "join leave"),
    ],
)
def test_a_worker(facts, nodes, expected):
    assert done(step(facts, nodes)) == expected


@pytest.mark.parametrize(
    ("facts", "nodes", "database", "expected"),
    [
        (facts("standalone", "own"), [], TWO, "join"),
        (facts("standalone", "own"), [node(machine="old", ready="Unknown")], THREE, "join forget"),  # installed anew
        (facts("standalone", "own", **HALF), [], THREE, "join forget"),  # its join was killed
        (facts("control_plane"), [node()], THREE, "member"),
        (facts("control_plane"), [node(ready="Unknown")], THREE, "member"),
        (facts("control_plane", **HALF), [node()], THREE, "member unlock"),
        (facts("control_plane", **HALF), [], THREE, "rejoin forget"),  # its join was killed
        (facts("control_plane"), [node()], TWO, "refuse leave"),  # removed while it was off
        (facts("control_plane", "theirs"), [], TWO, "refuse leave"),
        (facts("worker"), [node()], TWO, "refuse leave"),
        (facts("broken_worker"), [node()], TWO, "join leave forget"),
        (facts("standalone", "own", low_memory=True), [], TWO, "refuse"),
    ],
)
def test_a_control_plane(facts, nodes, database, expected):
    assert done(step(facts, nodes, control_plane=("base", "b", "robot"), database=database)) == expected


@pytest.mark.parametrize(
    ("facts", "control_plane"),
    [
        (facts("worker", "theirs"), ("base",)),
        (facts("control_plane"), ("base",)),
        (facts("worker"), ("base", "b", "robot")),
        (facts("control_plane", "theirs"), ("base", "b", "robot")),
    ],
)
def test_what_is_destructive_needs_a_word(facts, control_plane):
    refused = step(facts, [], control_plane=control_plane, database=TWO)
    assert refused["action"] == "refuse" and "membership_allow_reset: true" in refused["reason"]
    allowed = step(facts, [], control_plane=control_plane, database=TWO, allow_reset=True)
    assert done(allowed) == "join leave forget" and "Fix" not in allowed["reason"]


def test_another_machines_name_is_not_taken_over_by_a_reset():
    twin = [node(machine="twin", address="10.0.0.9")]
    assert step(facts("worker", "theirs"), twin, allow_reset=True)["action"] == "refuse"


def test_an_old_entry_stays_when_the_quorum_needs_the_absent():
    addresses = {"robot": "10.0.0.2", "base": "10.0.0.1"}  # b is absent
    refused = step(
        facts("standalone", "own"), [], control_plane=("base", "b", "robot"), database=THREE, addresses=addresses
    )
    assert refused["action"] == "refuse" and "cannot spare it now" in refused["reason"]


def test_the_seed_is_what_it_is():
    assert plan({"base": facts("standalone")}, [], "ours", ADDRESSES, ["base"], "base")["base"]["action"] == "seed"
