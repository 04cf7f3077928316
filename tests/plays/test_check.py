"""Check mode predicts and touches nothing."""

from __future__ import annotations

import pytest

PREDICTIONS = {"bare": ("bare", "site", "--check", "--diff"), "small": ("small", "site", "--check", "--diff")}


@pytest.mark.parametrize("world", PREDICTIONS)
def test_every_module_runs_in_check_mode(play, world):
    run = play(*PREDICTIONS[world])
    assert run.code == 0
    wet = {each.module for each in run.calls if not each.check}
    assert wet <= {"stat", "find", "wait_for"}


@pytest.mark.parametrize("world", PREDICTIONS)
def test_no_file_is_written_on_any_host(play, world):
    run = play(*PREDICTIONS[world])
    for host in run.recap:
        assert set(run.touched(host)) == {"/etc/hosts", "/etc/passwd", "/etc/group"}
        assert "192.168.8." not in run.touched(host)["/etc/hosts"]


@pytest.mark.parametrize("world", PREDICTIONS)
def test_the_cluster_stays_as_it_is(play, world):
    run = play(*PREDICTIONS[world])
    kinds = {each["kind"] for objects in run.world["api"].values() for each in objects}
    assert kinds == (set() if world == "bare" else {"Node"})


@pytest.mark.parametrize("world", PREDICTIONS)
def test_no_kubeconfig_is_written(play, world):
    assert not (play(*PREDICTIONS[world]).home / ".kube").exists()


def test_the_first_changes_of_every_host_are_predicted(play):
    run = play(*PREDICTIONS["bare"])
    assert all(each["changed"] > 1 for each in run.recap.values())
    assert run.says("192.168.8.21 tb1")


def test_playbook_check_only_reads(play):
    run = play("small", "check")
    assert run.code == 0
    assert all(each["changed"] == 0 for each in run.recap.values())
    assert set(run.touched("tb1")) == {"/etc/hosts", "/etc/passwd", "/etc/group"}


NO_MACVLAN = {"hosts": {"tb2": {"machine": {"kernel": "5.15.148-tegra", "missing_modules": ["macvlan"]}}}}


def test_a_kernel_without_macvlan_is_told_of_where_a_lan_is_declared(play):
    run = play("bare", "check", **NO_MACVLAN)
    assert run.code == 2
    assert run.says("tb2  kernel-module  macvlan", "has no macvlan, by which pods get an address on the LAN. Fix: ")


def test_without_a_lan_nobody_needs_it(play):
    run = play("bare", "check", vars={"ros_lan_networks": [], "ros_workloads": []}, **NO_MACVLAN)
    assert run.code == 0
    assert "macvlan" not in run.output
