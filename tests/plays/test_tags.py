"""`site --tags ROLE` works for every role, on a fleet that is up; on a bare one it does its part or says what is missing."""

from __future__ import annotations

import pytest

WRITERS = {
    "identity": {"identity_apply"},
    "microk8s": {"microk8s_snap", "microk8s_arguments"},
    "membership": {"microk8s_member", "microk8s_token"},
}


@pytest.mark.parametrize("tag", ["identity", "microk8s", "membership", "ros_lan", "ros_workloads"])
def test_each_tag_alone_on_a_fleet_that_is_up(play, tag):
    # Workloads are attached to a LAN, so role ros_lan has to have been there.
    run = play("small", "site", "--tags", tag)
    assert run.code == 0, run.output[-4000:]
    foreign = set().union(*(names for role, names in WRITERS.items() if role != tag))
    assert {each.module for each in run.calls} & foreign == set()


@pytest.mark.parametrize("tag", ["identity", "microk8s"])
def test_the_first_roles_alone_on_bare_hosts(play, tag):
    run = play("small_bare", "site", "--tags", tag)
    assert run.code == 0, run.output[-4000:]


@pytest.mark.parametrize("tag", ["membership", "ros_lan", "ros_workloads"])
def test_the_later_roles_alone_on_bare_hosts_say_what_is_missing(play, tag):
    run = play("small_bare", "site", "--tags", tag)
    assert run.code == 2
    assert run.says("Fix: ")
    assert "undefined" not in run.output
    assert "has no attribute" not in run.output


def test_two_tags_together(play):
    run = play("small", "site", "--tags", "ros_lan,ros_workloads")
    assert run.code == 0, run.output[-4000:]
    kinds = {each["kind"] for objects in run.world["api"].values() for each in objects}
    assert {"NetworkAttachmentDefinition", "Deployment", "DaemonSet"} <= kinds
