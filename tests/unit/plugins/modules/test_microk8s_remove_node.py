"""Removing a host until nothing is known of it any more, on a clock that does not tick by itself."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import State
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_remove_node
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_remove_node import ApiDown, Traces, remove_all

from ..plugin_utils._membership.cluster import node

NOTHING = Traces()
WORKER = Traces("10.0.0.2")
SERVER = Traces("10.0.0.2", ("10.0.0.2",), ("10.0.0.2",))
ENTRY = Traces(None, ("10.0.0.2",), ("10.0.0.2",))
DOWN = ApiDown("connection refused")
LAGGING = Traces(None, (), ("10.0.0.2",))


@pytest.mark.parametrize(
    ("seen", "removals", "changed", "code"),
    [
        ([NOTHING], 0, False, None),
        ([WORKER, NOTHING], 1, True, None),
        ([SERVER, NOTHING], 1, True, None),
        ([ENTRY, NOTHING], 1, True, None),
        ([SERVER, LAGGING, LAGGING, NOTHING], 1, True, None),  # the file cluster.yaml lags
        ([SERVER, ENTRY, NOTHING], 2, True, None),  # its entry was at another address
        ([SERVER, DOWN, DOWN, NOTHING], 1, True, None),  # those who are left elect a leader
        ([SERVER, LAGGING, DOWN, NOTHING], 1, True, None),
        ([WORKER] * 200, 9, True, "still-there"),
    ],
)
def test_remove(seen, removals, changed, code, still_clock):
    remaining, calls = list(seen), []

    def look(name, addresses):
        told = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        if told is DOWN:
            raise told
        return told

    def remove(traces, name, force, timeout):
        calls.append(traces)
        return None, ""

    was_there, failure, _output = remove_all("tb1", (), True, 90, look=look, remove=remove, clock=still_clock)
    assert (was_there, failure and failure.code, len(calls)) == (changed, code, removals)


@pytest.mark.parametrize("answers", [0, 1])
def test_a_cluster_that_goes_on_being_silent_is_said_to(answers, still_clock):
    remaining = [LAGGING] * answers

    def look(name, addresses):
        if remaining:
            return remaining.pop(0)
        raise DOWN

    with pytest.raises(ApiDown):
        remove_all("tb1", (), True, 90, look=look, remove=lambda *_: (None, ""), clock=still_clock)
    assert still_clock.now() <= 92


class ControlPlane:
    """One whose cluster has the Node tb1 and a database of base and tb1; remove-node says `said` and does it if silent."""

    def __init__(self, said=""):
        self.said, self.api = said, Outcome(0, "", "")
        self.nodes = {"base": "10.0.0.1", "tb1": "10.0.0.2"}
        self.commands = []

    def run(self, argv, timeout):
        if argv[0] == paths.KUBECTL:
            items = [node(name, address=address) for name, address in self.nodes.items()]
            return Outcome(0, json.dumps({"items": items}), "") if self.api.rc == 0 else self.api
        if argv[1] == "status":
            members = "".join(f"    - address: {each}:19001\n      role: voter\n" for each in self.nodes.values())
            return Outcome(0, f"microk8s:\n  running: True\nhigh-availability:\n  nodes:\n{members}addons:\n", "")
        self.commands.append(argv[1:])
        if not self.said:
            self.nodes.pop(argv[2], None)
        return Outcome(0, self.said, "")


@pytest.fixture
def take_out(run_main, monkeypatch):
    """Runs the module on such a control plane for a host."""

    def take_out(plane, name="tb1", **arguments):
        monkeypatch.setattr(microk8s_remove_node, "run", plane.run)
        monkeypatch.setattr(microk8s_remove_node, "read_state", lambda files: State("control_plane"))
        monkeypatch.setattr(microk8s_remove_node._snapd, "await_idle", lambda name, timeout: None)
        return run_main(microk8s_remove_node, name=name, **arguments)

    return take_out


@pytest.mark.parametrize(
    ("name", "arguments", "changed", "commands"),
    [
        ("tb1", {}, True, [["remove-node", "tb1"]]),
        ("tb1", {"force": True}, True, [["remove-node", "tb1", "--force"]]),
        ("tb1", {"check_mode": True}, True, []),
        ("tb10", {}, False, []),
        ("tb10", {"check_mode": True}, False, []),
        ("old", {"addresses": ["10.0.0.2"], "check_mode": True}, True, []),  # only in the database
    ],
)
def test_a_host_is_taken_out_by_its_exact_name(take_out, name, arguments, changed, commands):
    plane = ControlPlane()
    assert (take_out(plane, name, **arguments)["changed"], plane.commands) == (changed, commands)


def test_a_removal_that_is_refused(take_out):
    result = take_out(ControlPlane("Removal failed. Node tb1 is registered with dqlite. Please, run first ..."))
    assert result["failure"]["code"] == "still-in-database"
    assert result["msg"].startswith("tb1 was not removed: the host is a member of the cluster's database")
    assert "microk8s said: Removal failed." in result["msg"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_control_plane_that_does_not_answer(take_out, check_mode):
    plane = ControlPlane()
    plane.api = Outcome(1, "", "connection refused")
    result = take_out(plane, check_mode=check_mode)
    assert result["msg"].startswith(
        "tb1 was not removed: the control plane does not answer (connection refused). When "
    )
    assert plane.commands == []
