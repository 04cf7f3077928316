"""A second run asks, proves, and changes nothing."""

from __future__ import annotations

import pytest

from tests.plays.test_join import BRING_UP

WRITING = {"microk8s_token", "microk8s_member", "microk8s_remove_node", "microk8s_snap"}


def again(play):
    return play("bare", "site", after=play(*BRING_UP))


def test_nothing_is_changed(play):
    run = again(play)
    assert run.code == 0
    assert {host: each["changed"] for host, each in run.recap.items()} == {"base": 0, "tb1": 0, "tb2": 0}


def test_a_host_is_looked_at_once_and_asked_only_for_proofs(play):
    modules = {
        host: [each.module for each in again(play).calls if each.host == host] for host in ("base", "tb1", "tb2")
    }
    assert modules["tb1"] == modules["tb2"] == ["fleet_look", "identity_proof", "ros_lan_info"]
    assert modules["base"] == ["fleet_look", "microk8s_kubeconfig", "identity_proof", "ros_lan_info"]


def test_five_processes_speak_to_the_api(play):
    assert again(play).output.count("cluster_api]") <= 5


def test_no_module_that_writes_runs(play):
    assert [(each.module, each.host) for each in again(play).calls if each.module in WRITING] == []


def test_no_file_of_a_host_is_another_one_than_before(play):
    first, second = play(*BRING_UP), again(play)
    for host in ("base", "tb1", "tb2"):
        assert second.touched(host) == first.touched(host)


def test_the_cluster_is_as_before(play):
    assert again(play).world["api"] == play(*BRING_UP).world["api"]


def test_members_are_proven_again(play):
    assert "Wait until the control plane shows every member Ready" in again(play).output


def test_check_mode_after_it_predicts_nothing(play):
    run = play("bare", "site", "--check", after=play(*BRING_UP))
    assert run.code == 0
    assert {host: each["changed"] for host, each in run.recap.items()} == {"base": 0, "tb1": 0, "tb2": 0}


@pytest.mark.parametrize("gone", ["stopped", "services"])
def test_what_somebody_stopped_is_started_again(play, gone):
    """By `microk8s stop`, which leaves a mark, or by `snap stop microk8s`, which leaves none."""
    run = play("small", "site", "--tags", "microk8s", hosts={"tb1": {"stopped": gone}})
    assert run.code == 0, run.output[-4000:]
    assert [each.host for each in run.of("microk8s_running") if not each.arguments["ready"]] == ["tb1"]
    assert [host for host, each in run.world["hosts"].items() if each["stopped"]] == []


def test_check_mode_predicts_the_start_and_awaits_nothing(play):
    settings = {"hosts": {"base": {"stopped": "stopped"}}, "vars": {"microk8s_await_ready": True}}
    run = play("small", "site", "--check", "--tags", "microk8s", **settings)
    assert run.code == 0, run.output[-4000:]
    assert run.recap["base"]["changed"] == 1 and run.world["hosts"]["base"]["stopped"] == "stopped"


def test_a_hosts_file_that_somebody_changed_is_mended_there_alone(play):
    first = play(*BRING_UP)
    run = play(
        "bare", "site", "--tags", "identity", after=first, files={"tb1": {"/etc/hosts": "127.0.0.1 localhost\n"}}
    )
    assert run.hosts_of("identity_apply") == ["tb1"]
    assert "192.168.8.22 tb2" in run.touched("tb1")["/etc/hosts"]
