"""`--limit` brings up or heals some hosts, and the whole fleet's names are still right on them."""

from __future__ import annotations

from tests.plays.test_join import BRING_UP


def test_one_bare_robot_joins_the_cluster_that_is_there(play):
    run = play("healthy", "site", "--limit", "tb2", hosts={"tb2": {"microk8s": "absent"}})
    assert run.code == 0, run.output[-4000:]
    assert [each.host for each in run.joins] == ["tb2"]
    assert set(run.hosts_of("microk8s_token")) == {"base"}
    assert list(run.recap) == ["tb2"]


def test_no_module_that_writes_runs_on_hosts_outside_of_it(play):
    run = play("healthy", "site", "--limit", "tb2", hosts={"tb2": {"microk8s": "absent"}})
    assert [each.module for each in run.calls if each.host == "tb1"] == []
    assert {each.module for each in run.calls if each.host == "base"} <= {
        *("microk8s_info", "microk8s_kubeconfig", "microk8s_token", "microk8s_ha_info", "microk8s_remove_node")
    }


def test_the_names_of_the_whole_fleet_are_written_on_it(play):
    run = play("healthy", "site", "--limit", "tb2", hosts={"tb2": {"microk8s": "absent"}})
    text = run.touched("tb2")["/etc/hosts"]
    assert all(line in text for line in ("192.168.8.10 base", "192.168.8.21 tb1", "192.168.8.22 tb2"))


def test_an_absent_control_plane_outside_of_it_does_not_end_the_run(play):
    run = play("three", "site", "--limit", "tb2", hosts={"tb2": {"microk8s": "absent"}, "cp1": {"is": "absent"}})
    assert run.code == 0, run.output[-4000:]
    assert [each.host for each in run.joins] == ["tb2"]


def test_verify_of_two_hosts_compares_these(play):
    run = play("bare", "verify", "--limit", "tb1,tb2", after=play(*BRING_UP))
    assert run.hosts_of("dds_probe").count("base") == 0
    assert sorted(set(run.hosts_of("dds_probe"))) == ["tb1", "tb2"]


def test_remove_with_a_limit_removes_the_host(play):
    run = play("healthy", "remove", "-e", "remove=tb2", "--limit", "tb2")
    assert run.code == 0, run.output[-4000:]
    nodes = [each["metadata"]["name"] for each in run.world["api"]["the fleet's"] if each["kind"] == "Node"]
    assert sorted(nodes) == ["base", "tb1"]
