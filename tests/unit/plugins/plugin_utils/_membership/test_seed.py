"""Which control planes are there, and which of them speaks for the cluster."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.seed import (
    choose_seed,
    present_control_planes,
)

from .cluster import facts

ADDRESSES = {"a": "10.0.0.1", "b": "10.0.0.2", "c": "10.0.0.3"}
ALL = ("10.0.0.1", "10.0.0.2", "10.0.0.3")


def formed(*members, ca_hash="ours"):
    listed = [{"address": f"{address}:19001", "role": "voter"} for address in members]
    return facts("control_plane", ca_hash, members=listed)


ALONE = facts("standalone", "own", members=[{"address": "127.0.0.1:19001", "role": "voter"}])


@pytest.mark.parametrize(
    ("planes", "seed"),
    [
        ({"a": ALONE, "b": ALONE, "c": ALONE}, "a"),
        ({"a": facts("absent", None), "b": facts("absent", None), "c": facts("absent", None)}, "a"),
        ({"a": formed(*ALL), "b": formed(*ALL), "c": formed(*ALL)}, "a"),
        ({"b": formed(*ALL), "c": formed(*ALL)}, "b"),  # the first one is dead
        ({"a": ALONE, "b": formed(*ALL), "c": formed(*ALL)}, "b"),  # the first one was installed anew
        # The first one was removed while it was off, and still believes what it knew.
        ({"a": formed(*ALL), "b": formed(*ALL[1:]), "c": formed(*ALL[1:])}, "b"),
        # The second one has joined just now, and the first one's file lags.
        ({"a": formed("10.0.0.1"), "b": formed(*ALL[:2]), "c": ALONE}, "a"),
    ],
)
def test_seed(planes, seed):
    assert choose_seed({"facts": planes, "mute": {}}, ["a", "b", "c"], ADDRESSES) == {"host": seed, "problem": ""}


@pytest.mark.parametrize(
    ("planes", "part"),
    [
        ({"b": ALONE, "c": ALONE}, "a: cannot be asked, and none of the other control plane hosts is in a cluster"),
        ({}, "a, b and c: cannot be asked"),
        (
            {"a": formed(*ALL), "b": formed(*ALL, ca_hash="theirs"), "c": ALONE},
            "a and b: are control planes of 2 different",
        ),
    ],
)
def test_there_may_be_none(planes, part):
    seed = choose_seed({"facts": planes, "mute": {}}, ["a", "b", "c"], ADDRESSES)
    assert seed["host"] == "" and part in seed["problem"] and "Fix: " in seed["problem"]


def test_the_reason_of_one_that_answers_is_told():
    planes = {"facts": {"b": ALONE}, "mute": {"a": "answers and refuses the login. It said: no. Fix: correct it."}}
    problem = choose_seed(planes, ["a", "b"], ADDRESSES)["problem"]
    assert (
        "a: cannot be asked" in problem
        and "the fleet. a answers and refuses the login. It said: no. Fix: switch it on" in problem
    )


@pytest.mark.parametrize(
    ("look", "found"),
    [
        ({"microk8s": ALONE}, {"facts": ["a", "b"], "mute": {}}),
        ({"unreachable": True, "msg": "Connection refused"}, {"facts": ["b"], "mute": {}}),
        ({"failed": True, "timedout": {"period": 30}, "msg": "Timed out"}, {"facts": ["b"], "mute": {}}),
        (
            {"failed": True, "msg": "snapd is busy"},
            {"facts": ["b"], "mute": {"a": "answers and cannot be used: snapd is busy"}},
        ),
    ],
)
def test_who_is_there(look, found):
    there = present_control_planes({"b": ALONE}, [{"item": "a", **look}], ["a", "b"])
    assert {"facts": list(there["facts"]), "mute": there["mute"]} == found


def test_a_refused_login_is_not_absence():
    there = present_control_planes(
        {}, [{"item": "a", "unreachable": True, "msg": "Permission denied (publickey)."}], ["a"]
    )
    assert there["facts"] == {} and "refuses the login" in there["mute"]["a"]
