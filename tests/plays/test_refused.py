"""What cannot work is refused in check, in words with host, value and fix, before anything is written anywhere."""

from __future__ import annotations

READING = {"fleet_look", "microk8s_ha_info", "microk8s_kubeconfig", "stat", "api"}


def refused(run, *says):
    """That the run says all of it, and wrote on no host."""
    assert run.code == 2
    assert run.says("Fix: ", *says)
    written = {
        (each.module, each.host) for each in run.calls if each.module not in READING and each.host != "localhost"
    }
    assert written == set()
    for host in run.world["hosts"]:
        assert set(run.touched(host)) == {"/etc/hosts", "/etc/passwd", "/etc/group"}
    return True


def lan(name, pool, subnet="192.168.8.0/24"):
    return {"name": name, "subnet": subnet, "pool": pool}


def test_two_hosts_with_one_name_and_a_name_that_is_not_valid(play):
    names = {"base": "turtle", "tb1": "turtle", "tb2": "Robot_1"}
    run = play("bare", "site", hosts={host: {"vars": {"identity_hostname": name}} for host, name in names.items()})
    assert refused(run, "base and tb1: share the host name 'turtle'", "tb2: host name 'Robot_1'", "to 'robot-1'")


def test_pools_outside_the_subnet_too_small_or_over_a_hosts_own_address(play):
    lans = [lan("outside", "10.99.0.0/25"), lan("small", "192.168.8.240/28"), lan("over", "192.168.8.0/25")]
    run = play("bare", "site", vars={"ros_lan_networks": lans, "ros_workloads": []})
    assert refused(run, "outside", "10.99.0.0/25", "small", "192.168.8.240/28", "192.168.8.10", "192.168.8.0/25")


def test_a_workload_on_a_lan_that_is_not_declared(play):
    workload = {"name": "talker", "image": "ros:1", "command": ["talk"], "hosts": ["tb1"], "lan": "garage"}
    assert refused(play("bare", "site", vars={"ros_workloads": [workload]}), "talker", "garage")


def test_a_nic_that_does_not_exist(play):
    run = play("bare", "site", hosts={"tb1": {"vars": {"ros_lan_nics": {"ros-lan": "nope0"}}}})
    assert refused(run, "tb1", "nope0")


def test_two_control_planes(play):
    run = play("bare", "site", vars={"membership_control_plane": ["base", "tb1"], "membership_workers": ["tb2"]})
    assert refused(run, "base and tb1: 2 control plane hosts are worse than one")


def test_a_channel_without_its_risk_and_an_argument_without_its_dashes(play):
    run = play("bare", "site", vars={"microk8s_channel": "1.35", "microk8s_kubelet_args": {"max-pods": 30}})
    assert refused(run, "base, tb1, tb2", "1.35", "'max-pods' is not the name of an argument")


def test_a_command_given_as_text(play):
    workload = {"name": "talker", "image": "ros:1", "command": "ros2 run talker", "hosts": ["tb1"]}
    assert refused(play("bare", "site", vars={"ros_workloads": [workload]}), "talker", "command")


TWIN = {"microk8s": "absent", "hostname": "ubuntu"}


def node(name, address, machine_id):
    """A Node that is Ready, of a machine that is in no inventory."""
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "uid": "1", "resourceVersion": "1", "labels": {}, "annotations": {}},
        "spec": {},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "nodeInfo": {"machineID": machine_id, "kubeletVersion": "v1.35.0"},
            "addresses": [{"type": "InternalIP", "address": address}],
        },
    }


def left_out(run, host):
    """That the run fails for `host`, does nothing to it, and brings up the others."""
    assert run.code == 2
    assert run.recap[host]["failed"] == 1
    assert {each.module for each in run.of(*{each.module for each in run.calls}, host=host)} <= READING
    assert set(run.touched(host)) == {"/etc/hosts", "/etc/passwd", "/etc/group"}
    assert all(each["failed"] == 0 for name, each in run.recap.items() if name != host)
    return True


def test_a_machine_under_the_name_of_a_node_that_is_another_one_is_left_out(play):
    run = play("healthy", "site", nodes=[node("tb2", "192.168.8.77", "f" * 32)], hosts={"tb2": TWIN})
    assert run.says("another machine is in the cluster under the name tb2 already", "192.168.8.77", "Fix: ")
    assert left_out(run, "tb2")
    for host in ("base", "tb1"):  # who is a member keeps its place in the hosts files
        assert "192.168.8.77 tb2" in run.touched(host)["/etc/hosts"]
        assert "192.168.8.22" not in run.touched(host)["/etc/hosts"]


def test_a_worker_of_another_cluster_is_left_out(play):
    run = play("healthy", "site", hosts={"tb2": {"cluster": "somebody else's"}})
    assert run.says("tb2 is not joined, it is a worker of another cluster. Fix: ", "microk8s leave")
    assert left_out(run, "tb2")
