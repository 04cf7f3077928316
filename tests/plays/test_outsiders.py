"""Hosts that are in neither of the cluster's groups: names and the probe, and nothing else."""

from __future__ import annotations

LAPTOP = {"groups": ["laptops"], "address": "192.168.8.50"}
NOTE = "laptop: in neither of the groups `control` and `robots`"


def site(play):
    return play("bare", "site", hosts={"laptop": LAPTOP})


def test_it_is_said_before_anything_is_changed(play):
    run = play("bare", "check", hosts={"laptop": LAPTOP})
    assert run.code == 0, run.output[-4000:]
    assert run.says(NOTE)
    assert "in neither of the groups" not in play("bare", "check").words


def test_it_gets_names_and_no_microk8s(play):
    run = site(play)
    assert run.code == 0, run.output[-4000:]
    assert "192.168.8.10 base" in run.touched("laptop")["/etc/hosts"]
    assert "192.168.8.50 laptop" in run.touched("tb1")["/etc/hosts"]
    assert {each.module for each in run.calls if each.host == "laptop"} <= {
        *("fleet_look", "identity_apply", "identity_proof", "bringup_mark"),
    }
    assert {each.host for each in run.of("microk8s_snap")} == {"base", "tb1", "tb2"}


def test_it_is_no_trouble_when_it_comes_first_in_the_inventory(play):
    run = play("bare", "site", hosts={"laptop": {**LAPTOP, "groups": ["a_laptops"]}})
    assert run.code == 0, run.output[-4000:]
    assert {each.host for each in run.of("microk8s_snap")} == {"base", "tb1", "tb2"}


def test_verify_probes_it_and_misses_no_pod_there(play):
    run = play("bare", "verify", after=site(play))
    assert run.code == 0, run.output[-4000:]
    (probe,) = [each for each in run.of("dds_probe") if each.host == "laptop"]
    assert [(each["network"], each["subnet"]) for each in probe.arguments["targets"]] == [("ros-lan", "192.168.8.0/24")]
    assert "has no MicroK8s" not in run.words


def test_no_slice_and_no_workload_is_for_it(play):
    pool = [{"name": "ros-lan", "subnet": "192.168.8.0/24", "pool": "192.168.8.128/26", "slice_prefix": 28}]
    fits = play(
        "bare",
        "check",
        hosts={"laptop": LAPTOP, "desk": {**LAPTOP, "address": "192.168.8.51"}},
        vars={"ros_lan_networks": pool},
    )
    assert fits.code == 0, fits.output[-4000:]
    workload = [{"name": "rviz", "image": "ros:1", "command": ["rviz2"], "hosts": ["laptop"], "rmw": "cyclonedds"}]
    run = play("bare", "check", hosts={"laptop": LAPTOP}, vars={"ros_workloads": workload})
    assert run.code == 2
    assert run.says("unknown host 'laptop'")


def test_a_fleet_that_is_refused_is_left_alone_there_too(play):
    run = play(
        "bare",
        "site",
        hosts={"laptop": LAPTOP, "tb1": {"nics": {"eth0": ["192.168.8.21/24"], "eth1": ["10.1.3.15/24"]}}},
    )
    assert run.code == 2
    assert run.says("its address 10.1.3.15 (eth1) is one of 10.1.0.0/16")
    assert "192.168.8.10" not in run.touched("laptop")["/etc/hosts"]
