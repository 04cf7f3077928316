"""A second run asks, proves, and changes nothing."""

from __future__ import annotations

from tests.plays.test_join import BRING_UP

WRITING = {"microk8s_token", "microk8s_join", "microk8s_leave", "microk8s_remove_node", "snap_install", "snap_hold"}


def again(play):
    return play("bare", "site", after=play(*BRING_UP))


def test_nothing_is_changed(play):
    run = again(play)
    assert run.code == 0
    assert {host: each["changed"] for host, each in run.recap.items()} == {"base": 0, "tb1": 0, "tb2": 0}


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
