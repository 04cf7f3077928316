"""Hosts that are not there, refuse, or go away: the fleet goes on and names them, and what cannot go on says why."""

from __future__ import annotations

import pytest

GONE = {"is": "absent"}


def test_an_absent_robot_is_named_and_the_rest_brought_up(play):
    run = play("bare", "site", hosts={"tb1": GONE})
    assert run.code == 0, run.output[-4000:]
    assert run.says("Absent: tb1. The fleet went on without it", "No route to host")
    assert [each.host for each in run.joins] == ["tb2"]


def test_an_absent_robot_fails_the_run_that_requires_all(play):
    run = play("small", "identity", "-e", '{"rosfleet_require_all": true}', hosts={"tb1": GONE})
    assert run.code == 2
    assert run.says("tb1 is absent, and rosfleet_require_all is set")


def test_an_absent_robot_is_named_once_by_site_and_by_check(play):
    site = play("bare", "site", hosts={"tb1": GONE})
    check = play("bare", "check", hosts={"tb1": GONE})
    assert [run.output.count("Absent: tb1.") for run in (site, check)] == [1, 1]
    assert check.recap["tb1"]["changed"] == 0


def test_a_first_control_plane_that_is_absent_does_not_stop_site(play):
    run = play("three", "site", hosts={"cp1": GONE})
    assert run.code == 0, run.output[-4000:]
    assert run.says("Absent: cp1.")
    assert all(run.recap[host]["failed"] == 0 for host in ("cp2", "cp3", "tb1", "tb2"))
    assert run.joins == []


def test_a_first_control_plane_that_is_absent_does_not_stop_verify(play):
    site = play("three", "site", hosts={"cp1": GONE})
    run = play("three", "verify", after=site)
    assert run.code == 0, run.output[-4000:]
    assert run.says("Absent: cp1.")


def test_a_first_control_plane_that_is_gone_can_be_removed(play):
    run = play("three", "remove", "-e", "remove=cp1", hosts={"cp1": GONE})
    assert run.code == 0, run.output[-4000:]
    assert [(each.host, each.arguments["name"]) for each in run.of("microk8s_remove_node")] == [("cp2", "cp1")]


def test_two_of_three_control_planes_absent_is_refused_in_words(play):
    run = play("three", "site", hosts={"cp1": GONE, "cp2": GONE})
    assert run.code == 2
    assert run.says("cp1 and cp2", "Fix: ")
    assert {each.module for each in run.calls} <= {"fleet_look", "file", "copy", "stat"}


@pytest.mark.parametrize("playbook", ["site", "verify"])
def test_nobody_there_is_a_failure(play, playbook):
    run = play("small", playbook, hosts={"base": GONE, "tb1": GONE})
    assert run.code != 0
    assert run.says("None of base and tb1 is there. Fix: ")


def refused(play):
    return play("bare", "site", hosts={"tb1": {"is": "refuses"}, "tb2": {"is": "refuses_password"}})


def test_a_refused_login_is_not_called_absent(play):
    run = refused(play)
    assert run.code == 2
    assert run.says(
        "tb1 answers and refuses the login", "tb2 answers and refuses the login", "Permission denied (publickey"
    )
    assert run.says("Fix: correct ansible_user and the key")
    assert "Absent: tb" not in run.output


def test_the_others_are_brought_up_when_some_refuse_the_login(play):
    assert refused(play).world["hosts"]["base"]["installed"] is True


def lost(play):
    """One robot goes away before it joins, the other one while it does."""
    going = {"tb1": {"goes": {"module": "microk8s_snap"}}, "tb2": {"goes": {"module": "microk8s_member"}}}
    return play("bare", "site", hosts=going)


def test_hosts_that_go_away_in_the_middle_are_named_at_the_end(play):
    run = lost(play)
    assert [run.recap[host]["unreachable"] for host in ("tb1", "tb2")] == [1, 1]
    assert run.says("Lost on the way: tb1, tb2.")


def test_a_robot_that_goes_away_while_it_joins_leaves_no_token(play):
    run = lost(play)
    assert run.of("microk8s_token")
    assert not any(host["tokens"] for host in run.world["hosts"].values())


def test_an_api_whose_port_is_filtered_is_said_by_site(play):
    run = play("small", "site", "--tags", "membership", hosts={"base": {"port": "filtered"}})
    assert run.code == 2
    assert run.says("The API of base does not answer", "Fix: on base: microk8s status")
    assert run.joins == []


def test_an_api_whose_port_is_filtered_is_said_by_remove(play):
    run = play("small", "remove", "-e", "remove=tb1", hosts={"base": {"port": "filtered"}})
    assert run.code == 2
    assert run.says("The API of base does not answer")
    assert run.of("microk8s_remove_node", "microk8s_member") == []


def test_without_quorum_remove_says_so_and_takes_nobody_out(play):
    run = play("three", "remove", "-e", "remove=tb2", hosts={"cp1": GONE, "cp2": GONE})
    assert run.code == 2
    assert run.says("Lost quorum")
    assert run.of("microk8s_remove_node", "microk8s_member") == []
