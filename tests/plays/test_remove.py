"""remove, replace and reset."""

from __future__ import annotations


def nodes(run, cluster="the fleet's"):
    return sorted(each["metadata"]["name"] for each in run.world["api"][cluster] if each["kind"] == "Node")


def removed(play):
    return play("healthy", "remove", "-e", "remove=tb2")


def test_a_host_leaves_before_the_cluster_forgets_it(play):
    run = removed(play)
    assert run.code == 0, run.output[-4000:]
    done = [(each.module, each.host) for each in run.of("microk8s_member", "microk8s_remove_node")]
    assert done == [("microk8s_member", "tb2"), ("microk8s_remove_node", "base")]
    assert [each.host for each in run.leaves] == ["tb2"]
    assert nodes(run) == ["base", "tb1"]


def test_those_who_stay_forget_its_name(play):
    run = removed(play)
    assert "tb2" not in run.touched("tb1")["/etc/hosts"]
    assert "192.168.8.21 tb1" in run.touched("base")["/etc/hosts"]


def test_an_absent_host_is_taken_out_without_reaching_it(play):
    run = play("healthy", "remove", "-e", "remove=tb2", hosts={"tb2": {"is": "absent"}})
    assert run.code == 0, run.output[-4000:]
    assert run.leaves == []
    assert nodes(run) == ["base", "tb1"]


def test_a_host_that_was_installed_anew_takes_its_old_place(play):
    anew = {"installed": False, "serves": False, "cluster": "", "held": False, "machine_id": "a" * 32}
    before = play("healthy", "check")
    run = play("healthy", "replace", "-e", "replace=tb2", after=before, hosts={"tb2": anew})
    assert run.code == 0, run.output[-4000:]
    assert [each.host for each in run.joins] == ["tb2"]
    assert nodes(run) == ["base", "tb1", "tb2"]
    (node,) = [each for each in run.world["api"]["the fleet's"] if each["metadata"]["name"] == "tb2"]
    assert node["status"]["nodeInfo"]["machineID"] == "a" * 32


def test_reset_without_the_word_for_it_is_refused(play):
    run = play("healthy", "reset", "-e", "reset=tb2")
    assert run.code == 2
    assert run.of("microk8s_purge") == []


def test_reset_makes_the_named_host_clean_and_no_other(play):
    run = play("healthy", "reset", "-e", "reset=tb2", "-e", "membership_allow_reset=true")
    assert run.code == 0, run.output[-4000:]
    assert run.hosts_of("microk8s_purge") == ["tb2"]
