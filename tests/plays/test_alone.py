"""A role in a play of a user's own, without a playbook of ours before it: it looks at the fleet by itself."""

from __future__ import annotations

import pytest

PLAY = """
- hosts: all
  gather_facts: false
  become: true
  roles: [rosfleet.cluster.{role}]
"""


AFTER_MEMBERSHIP = """
- hosts: all
  gather_facts: false
  become: true
  roles: [rosfleet.cluster.membership, rosfleet.cluster.ros_lan, rosfleet.cluster.ros_workloads]
"""


@pytest.fixture
def alone(play):
    def alone(world, role, **changes):
        path = play.folder / f"{role}.yml"
        path.write_text(PLAY.format(role=role))
        return play(world, str(path), **changes)

    return alone


def test_identity(alone):
    run = alone("bare", "identity")
    assert run.code == 0, run.output[-4000:]
    assert "192.168.8.22 tb2" in run.touched("base")["/etc/hosts"]
    assert sorted(run.hosts_of("fleet_look")) == ["base", "tb1", "tb2"]


def test_microk8s(alone):
    run = alone("small_bare", "microk8s")
    assert run.code == 0, run.output[-4000:]
    assert sorted(run.hosts_of("microk8s_snap")) == ["base", "tb1"]


def test_membership_on_hosts_with_microk8s(alone):
    run = alone("small", "membership", hosts={"tb1": {"microk8s": "control_plane", "cluster": "of its own"}})
    assert run.code == 0, run.output[-4000:]
    assert [each.host for each in run.joins] == ["tb1"]


@pytest.mark.parametrize("role", ["ros_lan", "ros_workloads", "discovery"])
def test_what_needs_a_cluster_says_which_role_comes_before_it(alone, role):
    run = alone("small", role)
    assert run.code == 2
    assert run.says(
        f"Role {role} ", "nothing before it in this run has found the cluster. Fix: ", "rosfleet.cluster.membership"
    )
    assert "is undefined" not in run.output
    assert {each.module for each in run.calls} == {"fleet_look"}


def test_lans_and_workloads_after_membership(play):
    path = play.folder / "after_membership.yml"
    path.write_text(AFTER_MEMBERSHIP)
    run = play("small", str(path))
    assert run.code == 0, run.output[-4000:]
    assert {each.asked_for for each in run.of("ros_lan_multus_wait")} | {"base"} == {"base", "tb1"}


@pytest.mark.parametrize(("role", "code"), [("identity", 0), ("microk8s", 0), ("membership", 2)])
def test_only_a_role_that_speaks_to_the_api_needs_its_package(alone, role, code):
    run = alone("small_bare", role, lacks=["kubernetes"])
    assert run.code == code, run.output[-4000:]
    assert ("has no package kubernetes" in run.words) == (code == 2)
