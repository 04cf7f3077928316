"""What has to be done with each host."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.plan import (
    facts_after_identity,
    is_settled,
    plan,
    refused,
)

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


@pytest.mark.parametrize(
    ("facts", "control_plane", "expected"),
    [
        (facts("worker"), ("base",), "unknown"),  # with an empty list of Nodes it would rejoin
        (facts("worker", **HALF), ("base",), "unknown"),
        (facts("absent", None), ("base",), "unknown"),
        (facts("standalone", "own"), ("base",), "unknown"),
        (facts("broken_worker"), ("base",), "unknown"),
        (facts("control_plane"), ("base", "b", "robot"), "unknown"),  # with an empty database it would be refused
        # What its own files forbid is forbidden whatever the cluster says.
        (facts("worker", "theirs"), ("base",), "refuse leave"),
        (facts("control_plane"), ("base",), "refuse leave"),
        (facts("worker"), ("base", "b", "robot"), "refuse leave"),
        (facts("absent", None, low_memory=True), ("base", "b", "robot"), "refuse"),
    ],
)
def test_a_cluster_that_was_not_asked_is_not_one_without_nodes(facts, control_plane, expected):
    assert done(step(facts, None, control_plane=control_plane)) == expected


def test_what_may_be_lost_is_not_refused_before_the_cluster_was_asked():
    assert done(step(facts("worker", "theirs"), None, allow_reset=True)) == "unknown"


HOSTNAMES = {"robot": "tb1"}


@pytest.mark.parametrize(
    ("found", "renewed", "name", "machine"),
    [
        (facts("absent", None, node_name="ubuntu"), [], "tb1", "m1"),  # role identity is going to name it
        (facts("standalone", "own", node_name="ubuntu"), [], "ubuntu", "m1"),  # MicroK8s keeps the name it came with
        (facts("absent", None), ["robot"], "tb1", "one that is made anew"),
    ],
)
def test_what_role_identity_is_going_to_make_of_a_host(found, renewed, name, machine):
    after = facts_after_identity({"robot": found}, HOSTNAMES, renewed)["robot"]
    assert (after["node_name"], after["machine_id"]) == (name, machine)


def test_an_impostor_is_known_by_the_name_that_it_is_going_to_get():
    impostor = facts_after_identity({"robot": facts("absent", None, node_name="ubuntu")}, HOSTNAMES, [])["robot"]
    assert step(impostor, [node(machine="twin", address="10.0.0.9")])["action"] == "refuse"


def test_a_refused_host_leaves_its_name_to_who_has_it():
    twin = node(machine="twin", address="10.0.0.9")
    steps = plan({"robot": facts("absent", None), "b": facts("worker", node_name="b")}, [twin], "ours", ADDRESSES)
    assert refused(steps) == {"robot": "10.0.0.9"}
    steps = plan({"robot": facts("worker", "theirs")}, [], "ours", ADDRESSES)
    assert refused(steps) == {"robot": ""}


@pytest.mark.parametrize(
    ("steps", "settled"),
    [
        ({"base": ("seed", False), "robot": ("member", False)}, True),
        ({"base": ("seed", False), "robot": ("join", False)}, False),
        ({"base": ("seed", False), "robot": ("unknown", False)}, False),
        ({"base": ("seed", False), "robot": ("member", True)}, False),
        ({"base": ("seed", False), "gone": ("join", False)}, True),  # not in this run any more
        ({}, False),  # nobody has planned
    ],
)
def test_when_nothing_is_left_to_be_done(steps, settled):
    plan_made = {host: {"action": action, "unlock": unlock} for host, (action, unlock) in steps.items()}
    assert is_settled(plan_made, ["base", "robot", "bystander"]) is settled
