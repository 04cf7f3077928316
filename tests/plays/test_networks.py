"""Addresses and networks that cannot work are refused before anything is changed."""

from __future__ import annotations

import pytest

INNER = {"eth0": ["192.168.8.{}/24"], "br0": ["192.168.131.1/24"]}
LAN = {"name": "ros-lan", "subnet": "192.168.131.0/24", "pool": "192.168.131.128/25"}


def nics(last, names=INNER):
    return {"nics": {name: [text.format(last) for text in texts] for name, texts in names.items()}}


def untouched(run):
    return all("192.168.8." not in run.touched(host)["/etc/hosts"] for host in run.recap)


def test_the_inner_network_of_a_make_of_robots_is_no_lan(play):
    hosts = {"base": nics(10), "tb1": nics(21), "tb2": nics(22)}
    run = play("bare", "site", hosts=hosts, vars={"ros_lan_networks": [LAN]})
    assert run.code == 2 and untouched(run)
    assert run.says(
        "base, tb1 and tb2: have the same address 192.168.131.1 on LAN ros-lan", "declare for ros-lan the subnet"
    )


def test_a_robot_with_such_a_network_beside_the_lan_is_fine(play):
    assert play("bare", "check", hosts={"tb1": nics(21), "tb2": nics(22)}).code == 0


@pytest.mark.parametrize("declared", [{}, {"extraCNIEnv": {"IPv4_CLUSTER_CIDR": "10.42.0.0/16"}}])
def test_a_campus_network_that_is_the_pods_own(play, declared):
    hosts = {
        name: {"address": f"10.1.3.{last}", "nics": {"eth0": [f"10.1.3.{last}/21"]}}
        for name, last in (("base", 10), ("tb1", 21), ("tb2", 22))
    }
    lan = {"name": "ros-lan", "subnet": "10.1.0.0/21", "pool": "10.1.4.0/24"}
    run = play("bare", "check", hosts=hosts, vars={"ros_lan_networks": [lan], "microk8s_launch_config": declared})
    assert run.code == (0 if declared else 2), run.output[-4000:]
    told = "its fleet address 10.1.3.21 (eth0) is one of 10.1.0.0/16"
    assert (told in run.words) is not bool(declared)


def test_a_lan_that_no_present_host_is_in_yet_is_compared_too(play):
    lan = {"name": "ros-lan", "subnet": "10.1.0.0/21", "pool": "10.1.4.0/24"}
    run = play("bare", "check", vars={"ros_lan_networks": [lan]})
    assert run.code == 2
    assert run.says("LAN ros-lan: its subnet 10.1.0.0/21 overlaps 10.1.0.0/16, from which the cluster gives pods")


def test_the_base_station_by_the_name_that_everybody_has(play):
    hosts = {"base": None, "localhost": {"groups": ["control"], "address": "192.168.8.10", "contact": "name"}}
    changes = {"vars": {"ros_workloads": [], "membership_kubeconfig": "~/.kube/fleet.config"}}
    run = play("bare", "site", hosts=hosts, **changes)
    assert run.code == 2 and untouched(run)
    assert run.says(
        "localhost: every host calls itself 'localhost'", "identity_hostname", "identity_address to 192.168.8.10"
    )


def test_a_bridge_of_a_hosts_own_containers_is_no_lan(play):
    docker = {"eth0": ["192.168.8.{}/24"], "docker0": ["172.17.0.1/16"]}
    lan = {"name": "ros-lan", "subnet": "172.17.0.0/16", "pool": "172.17.128.0/24"}
    run = play("bare", "check", hosts={"tb1": nics(21, docker)}, vars={"ros_lan_networks": [lan]})
    assert run.code == 2
    assert run.says("docker0 is the bridge of this host's own containers")


def test_the_router_has_no_address_of_the_pool(play):
    lan = {"name": "ros-lan", "subnet": "192.168.8.0/24", "pool": "192.168.8.0/28", "slice_prefix": 30}
    run = play("bare", "check", vars={"ros_lan_networks": [lan]})
    assert run.code == 2
    assert run.says("LAN ros-lan: the router 192.168.8.1 of base, tb1 and tb2 lies in the pool 192.168.8.0/28")
