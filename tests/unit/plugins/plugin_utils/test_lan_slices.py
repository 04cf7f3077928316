# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices are kept, handed out once, and by one run at a time, on a cluster in memory."""

from __future__ import annotations

import copy
from itertools import combinations, count

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._lan import LanError
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._addresses import network, overlap
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._lan_slices import (
    Contention,
    allocate_slices,
    hand_out,
    node_patches,
    slices_of,
)

NETWORKS = [
    {"name": "ros-lan", "subnet": "10.88.1.0/24", "pool": "10.88.1.128/25"},
    {"name": "cam-lan", "subnet": "10.9.0.0/24", "pool": "10.9.0.64/26", "slice_prefix": 29},
]
ROS = NETWORKS[:1]
POOL = network("10.88.1.128/25")


def node(name, **annotations):
    annotations = {f"rosfleet.io/slice.{key}": annotations[key] for key in annotations}
    return {"metadata": {"name": name, "resourceVersion": "1", "annotations": annotations}}


NODES = [
    node("base", **{"ros-lan": "10.88.1.144/28", "cam-lan": "10.9.0.64/29"}),
    {"metadata": {"name": "tb1", "resourceVersion": "7"}},
]


def wanted(*names, lans=("ros-lan",)):
    return dict.fromkeys(names, lans)


class Cluster:
    """Objects with versions, as the API keeps them. `between` is called before each write, with how many there were."""

    def __init__(self, *names):
        self.objects = {name: node(name) for name in (*names, "rosfleet")}
        self.versions = count(2)
        self.writes = 0
        self.between = lambda write: None

    def nodes(self):
        return copy.deepcopy([each for name, each in self.objects.items() if name != "rosfleet"])

    def counter(self):
        return copy.deepcopy(self.objects["rosfleet"])

    def patch(self, patches):
        for patch in patches:
            self.writes += 1
            self.between(self.writes)
            metadata = self.objects[patch["metadata"]["name"]]["metadata"]
            if patch["metadata"]["resourceVersion"] != metadata["resourceVersion"]:
                return False
            self.write(patch["metadata"]["name"], patch["metadata"]["annotations"])
        return True

    def write(self, name, annotations):
        metadata = self.objects[name]["metadata"]
        metadata["annotations"].update(annotations)
        metadata["resourceVersion"] = str(next(self.versions))

    def held(self):
        held = {
            name: each["metadata"]["annotations"].get("rosfleet.io/slice.ros-lan")
            for name, each in self.objects.items()
        }
        return {name: piece for name, piece in held.items() if piece}


def test_slices_of_every_lan_for_those_who_ask():
    assert slices_of(NETWORKS, NODES, wanted("tb1", "base", lans=["ros-lan", "cam-lan"])) == {
        "base": {"ros-lan": "10.88.1.144/28", "cam-lan": "10.9.0.64/29"},
        "tb1": {"ros-lan": "10.88.1.128/28", "cam-lan": "10.9.0.72/29"},
    }


def test_a_node_has_a_slice_of_the_lans_that_it_is_on_and_of_no_other():
    assert slices_of(NETWORKS, [], {"tb1": ["cam-lan"], "tb2": ["ros-lan"]}) == {
        "tb1": {"cam-lan": "10.9.0.64/29"},
        "tb2": {"ros-lan": "10.88.1.128/28"},
    }


def test_an_exhausted_pool_names_the_lan():
    networks = [{"name": "ros-lan", "subnet": "10.88.1.0/24", "pool": "10.88.1.128/28"}]
    with pytest.raises(LanError, match="LAN ros-lan: pool 10.88.1.128/28 has no free /28 slice for tb2"):
        slices_of(networks, [], wanted("tb1", "tb2"))


def test_only_nodes_that_do_not_say_so_yet_are_patched_and_only_as_they_were_read():
    slices = {"base": {"ros-lan": "10.88.1.144/28"}, "tb1": {"ros-lan": "10.88.1.128/28"}, "new": {"ros-lan": "x"}}
    annotations = {"rosfleet.io/slice.ros-lan": "10.88.1.128/28"}
    assert node_patches(slices, NODES) == [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "tb1", "resourceVersion": "7", "annotations": annotations},
        }
    ]


def test_slices_are_written_down_and_then_kept_without_a_write():
    cluster = Cluster("base", "tb1")
    slices = {"base": {"ros-lan": "10.88.1.128/28"}, "tb1": {"ros-lan": "10.88.1.144/28"}}
    assert hand_out(cluster, ROS, wanted("tb1", "base")) == (slices, True)
    assert cluster.objects["rosfleet"]["metadata"]["annotations"] == {"rosfleet.io/slices-handed-out": "1"}
    writes = cluster.writes
    assert hand_out(cluster, ROS, wanted("tb1", "base")) == (slices, False)
    assert cluster.writes == writes


def test_check_mode_says_what_would_be_handed_out_and_writes_nothing():
    cluster = Cluster("tb1")
    assert hand_out(cluster, ROS, wanted("tb1"), write=False) == ({"tb1": {"ros-lan": "10.88.1.128/28"}}, True)
    assert cluster.writes == 0


@pytest.mark.parametrize("moment", [1, 2], ids=["before the Node is written", "before the counter is"])
@pytest.mark.parametrize(("ours", "theirs"), [("tb1", "tb2"), ("tb2", "tb1")])
def test_two_runs_at_the_same_time_for_different_hosts_hand_out_different_slices(moment, ours, theirs):
    cluster = Cluster("tb1", "tb2")
    other = {}

    def between(write):
        if write == moment:
            cluster.between = lambda write: None
            other.update(hand_out(cluster, ROS, wanted(theirs))[0])

    cluster.between = between
    slices, changed = hand_out(cluster, ROS, wanted(ours))
    assert changed
    assert slices[ours] != other[theirs]
    # What each run was told is what the cluster says at the end: nobody's slice was moved after it was handed out.
    assert cluster.held() == {ours: slices[ours]["ros-lan"], theirs: other[theirs]["ros-lan"]}


@pytest.mark.parametrize("moments", list(combinations(range(1, 7), 2)), ids=str)
def test_three_runs_interleaved(moments):
    cluster = Cluster("tb1", "tb2", "tb3", "tb4")
    told = {}

    def between(write):
        if write in moments:
            names = ["tb2"] if write == moments[0] else ["tb3", "tb4"]
            told.update(hand_out(cluster, ROS, wanted(*names))[0])

    cluster.between = between
    told.update(hand_out(cluster, ROS, wanted("tb1"))[0])
    held = cluster.held()
    assert {name: told[name]["ros-lan"] for name in told} == {name: held[name] for name in told}
    pieces = [network(piece) for piece in held.values()]
    assert not any(overlap(one, other) for one, other in combinations(pieces, 2))


def test_a_node_that_changed_meanwhile_is_read_anew():
    cluster = Cluster("tb1")
    cluster.between = lambda write: cluster.write("tb1", {"kubelet": "heartbeat"}) if write == 1 else None
    assert hand_out(cluster, ROS, wanted("tb1")) == ({"tb1": {"ros-lan": "10.88.1.128/28"}}, True)
    assert cluster.held() == {"tb1": "10.88.1.128/28"}


def test_another_run_that_gave_the_same_node_its_slice_is_believed():
    cluster = Cluster("tb1")
    first = cluster.nodes()
    cluster.nodes, look = lambda: setattr(cluster, "nodes", look) or first, cluster.nodes
    cluster.write("tb1", {"rosfleet.io/slice.ros-lan": "10.88.1.240/28"})
    assert hand_out(cluster, ROS, wanted("tb1")) == ({"tb1": {"ros-lan": "10.88.1.240/28"}}, False)


def test_a_run_that_never_gets_its_turn_gives_up():
    cluster = Cluster("tb1")
    cluster.between = lambda write: cluster.write("rosfleet", {"somebody": str(write)})
    with pytest.raises(Contention, match="3 times"):
        hand_out(cluster, ROS, wanted("tb1"), tries=3)


@pytest.mark.parametrize(
    "taken, hosts, expected",
    [
        ({}, ["base", "tb1"], {"base": "10.88.1.128/28", "tb1": "10.88.1.144/28"}),
        ({}, ["tb1", "base"], {"base": "10.88.1.128/28", "tb1": "10.88.1.144/28"}),
        ({"tb1": "10.88.1.128/28"}, ["base", "tb1"], {"base": "10.88.1.144/28", "tb1": "10.88.1.128/28"}),
        ({"gone": "10.88.1.128/28"}, ["base"], {"base": "10.88.1.144/28"}),
        ({"base": "10.88.1.240/28"}, ["base", "tb1"], {"base": "10.88.1.240/28", "tb1": "10.88.1.128/28"}),
        ({"base": "10.88.1.128/27"}, ["base"], {"base": "10.88.1.128/28"}),
        ({"base": "10.88.2.128/28"}, ["base"], {"base": "10.88.1.128/28"}),
        ({"base": "nonsense", "tb1": ""}, ["base"], {"base": "10.88.1.128/28"}),
        ({"base": "10.88.1.130/28"}, ["base"], {"base": "10.88.1.128/28"}),
        ({"a": "10.88.1.128/28", "b": "10.88.1.128/28"}, ["a", "b"], {"a": "10.88.1.128/28", "b": "10.88.1.144/28"}),
        ({"a": "10.88.1.128/28"}, [], {}),
    ],
    ids=[
        "lowest first",
        "whatever the order",
        "kept",
        "an absent host keeps its own",
        "a gap is filled",
        "other size",
        "other pool",
        "nonsense",
        "host bits",
        "held twice",
        "nobody asks",
    ],
)
def test_slices(taken, hosts, expected):
    assert allocate_slices(POOL, 28, taken, hosts) == expected


def test_an_exhausted_pool_names_who_holds_it():
    pool = network("10.88.1.128/28")
    with pytest.raises(LanError) as caught:
        allocate_slices(pool, 29, {"base": "10.88.1.136/29"}, ["base", "tb1", "tb2"])
    assert "no free /29 slice for tb2. Held: tb1 10.88.1.128/29, base 10.88.1.136/29" in str(caught.value)
