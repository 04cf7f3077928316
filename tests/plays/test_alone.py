"""A role in a play of a user's own, without a playbook of ours before it: it looks at the fleet by itself."""

from __future__ import annotations

import pytest

PLAY = """
- hosts: all
  gather_facts: false
  become: true
  roles: [rosfleet.cluster.{role}]
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
