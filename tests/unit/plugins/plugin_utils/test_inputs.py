# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not declared as the argument specs want it, each with the line to write."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._inputs import Words, findings, of_variable, options_of
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._workload_keys import ADVICE

ROLES = Path(__file__).parents[4] / "roles"
OPTIONS = options_of([yaml.safe_load(path.read_text()) for path in sorted(ROLES.glob("*/meta/argument_specs.yml"))])
WORDS = Words({"all", "robots", "cool-robots"}, {"ros_workloads": ADVICE})
LIDAR = {"name": "lidar", "image": "lab/lidar:1", "hosts": ["pi1"]}
LISTS = sorted(name for name, option in OPTIONS.items() if option["type"] == "list")
INNER_LISTS = sorted(
    (name, key)
    for name, option in OPTIONS.items()
    for key, inner in option.get("options", {}).items()
    if inner["type"] == "list"
)


def said(name, value):
    return [finding.sentence for finding in of_variable(name, value, OPTIONS[name], WORDS)]


def workload(**changes):
    return said("ros_workloads", [{**LIDAR, **changes}])


def test_the_specs_of_all_roles_are_looked_at():
    assert {"ros_workloads", "identity_time_servers", "microk8s_images", "membership_workers", "fleet_images"} <= set(
        OPTIONS
    )


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", ["tb1, tb2", 7, {"tb1": 1}, True])
def test_no_list_variable_takes_anything_else(name, value):
    (sentence,) = said(name, value)
    assert sentence.startswith(f"{name} is ") and f"and has to be a list. Fix: write {name}: [" in sentence


@pytest.mark.parametrize(("name", "key"), INNER_LISTS)
def test_no_list_in_a_variable_takes_anything_else(name, key):
    entry = {key: "tb1, tb2"}
    found = said(name, [entry] if OPTIONS[name]["type"] == "list" else entry)
    assert [each for each in found if f": {key} is " in each and f"and has to be a list. Fix: write {key}: [" in each]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ros_workloads", []),
        ("ros_workloads", [LIDAR]),
        ("ros_workloads", [{**LIDAR, "command": ["a", 1, True], "args": None, "domain_id": "42", "env": {"A": 1}}]),
        ("ros_lan_networks", [{"name": "a", "subnet": "10.0.0.0/24", "pool": "10.0.0.128/25", "slice_prefix": 28}]),
        ("microk8s_proxy", {"https": "http://proxy", "no_proxy": ["10.0.0.0/8"]}),
        (
            "microk8s_registries",
            {"r": {"server": "http://r", "mirrors": [{"url": "http://m", "capabilities": ["pull"]}]}},
        ),
        ("microk8s_kubelet_args", {"--max-pods": 50, "--v": None}),
        ("microk8s_launch_config", {"addons": [{"name": "dns"}], "extraKubeletArgs": {"--a": "b"}, "version": "0.1.0"}),
        ("membership_remove", "tb1,tb2"),
        ("membership_remove", ["tb1"]),
        ("membership_token_ttl", "900"),
        ("membership_allow_reset", "yes"),
        ("identity_max_skew", 1),
        ("identity_hostname", None),
    ],
)
def test_what_is_declared_well_is_no_finding(name, value):
    assert said(name, value) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        # Carried over from a compose file.
        (
            {"command": "ros2 launch lab_lidar lidar.launch.py"},
            "ros_workloads, lidar: command is the text 'ros2 launch lab_lidar lidar.launch.py' and has to be a list. Fix: "
            "write command: [ros2, launch, lab_lidar, lidar.launch.py]",
        ),
        ({"hosts": "pi1"}, "hosts is the text 'pi1' and has to be a list. Fix: write hosts: [pi1]"),
        ({"entrypoint": "/ros_entrypoint.sh"}, "Fix: write entrypoint: [/ros_entrypoint.sh]"),
        ({"args": "--log-level warn"}, "Fix: write args: ['--log-level', warn]"),
        ({"command": "source a && ros2 run b c"}, "Fix: write command: [bash, '-c', 'source a && ros2 run b c']"),
        ({"hosts": "all"}, 'write hosts: "{{ groups.all }}"'),
        ({"hosts": "cool-robots"}, "write hosts: \"{{ groups['cool-robots'] }}\""),
        ({"hosts": "[pi1, pi2]"}, "write hosts: [pi1, pi2]"),
        (
            {"env": ["ROS_LOCALHOST_ONLY=0", "ROS_DOMAIN_ID=30", "API_KEY=hunter2"]},
            "ros_workloads, lidar: env is a list and has to be a mapping. Fix: write env: {ROS_LOCALHOST_ONLY: '0', "
            "ROS_DOMAIN_ID: '30', API_KEY: …}",
        ),
        ({"env": [{"name": "ROS_DOMAIN_ID", "value": 3}]}, "Fix: write env: {ROS_DOMAIN_ID: '3'}"),
        ({"env": "hunter2"}, "env is text and has to be a mapping. Fix: write env: {NAME: value}"),
        ({"image": ["lab/lidar:1"]}, "image is a list and has to be text. Fix: write image: 'lab/lidar:1'"),
        ({"image": {"name": "x"}}, "image is a mapping and has to be text. Fix: write image: TEXT"),
        (
            {"lan": ["ros-lan", "cameras"]},
            "lan is a list and has to be text. Fix: write lan: ros-lan. A workload is on one LAN, several are not supported",
        ),
        (
            {"domain_id": "forty"},
            "domain_id is the text 'forty' and has to be a whole number. Fix: write domain_id: 10",
        ),
        ({"domain_id": True}, "domain_id is true and has to be a whole number"),
        (
            {"hosts": [7]},
            "ros_workloads, lidar, hosts: entry 1 is the number 7 and has to be text. Fix: put it into quotes",
        ),
        ({"command": ["a", {"b": "c"}]}, "command: entry 2 is a mapping and has to be text. Fix: put it into quotes"),
        ({"image": None}, "ros_workloads, lidar: image is missing. Fix: write image: TEXT"),
        (
            {"devices": ["/dev/ttyUSB0"]},
            "lidar: devices is not supported. Fix: take it out; what needs it runs on the host",
        ),
        (
            {"runtimeClassName": "nvidia"},
            "runtimeClassName is not supported. Fix: take it out; what needs it runs on the host",
        ),
        ({"volumes": ["/dev/shm:/dev/shm"]}, "and put the files into the image"),
        ({"network_mode": "host"}, "each workload has its own address on the LAN"),
        ({"restart": "always"}, "a workload that ends is always started again"),
        ({"shm_size": "1g"}, "64 MiB of /dev/shm"),
        ({"container_name": "x"}, "container_name is not supported. Fix: write name"),
        (
            {"comand": ["a"]},
            "comand is unknown. Fix: write command, if that is meant; known are name, image, hosts, command",
        ),
        ({"domainId": 1}, "domainId is unknown. Fix: write domain_id, if that is meant"),
        ({"zzz": 1}, "zzz is unknown. Fix: take it out; known are name, image"),
    ],
)
def test_a_workload(changes, words):
    (sentence,) = workload(**changes)
    assert words in sentence


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ros_workloads", {"lidar": {"image": "a"}}, "write ros_workloads: [{name: lidar, …}], a dash before each entry"),
        ("ros_workloads", ["lidar"], "ros_workloads: entry 1 is the text 'lidar' and has to be a mapping. Fix: write it as {n"),
        ("ros_workloads", None, "ros_workloads is declared and nothing stands behind it. Fix: write ros_workloads: []"),
        ("ros_lan_networks", {"name": "a"}, "is a mapping and has to be a list. Fix: write ros_lan_networks: [{name: …, sub"),
        ("ros_lan_nics", "eth1", "ros_lan_nics is text and has to be a mapping. Fix: write ros_lan_nics: {NAME: value}"),
        ("ros_lan_nics", {"ros-lan": ["eth1"]}, "ros_lan_nics: ros-lan is a list and has to be text. Fix: write ros-lan: eth1"),
        ("membership_workers", "robots", 'Fix: write membership_workers: "{{ groups.robots }}"'),
        ("identity_regenerate", ["machine-id"], "identity_regenerate: 'machine-id' is none of machine_id, ssh_host_keys"),
        ("identity_resolution", "DNS", "'DNS', which is none of hosts, dns. Fix: write identity_resolution: dns"),
        ("microk8s_images", "/srv/my images/a.tar, b.tar", "write microk8s_images: ['/srv/my images/a.tar', b.tar]"),
        ("microk8s_registries", {"r": "http://m"}, "microk8s_registries: r is text and has to be a mapping. Fix: write r: {s"),
        ("microk8s_registries", {"r": {"mirrors": "http://m"}}, "microk8s_registries, r: mirrors is text and has to be a list"),
        ("microk8s_registries", {"r": {"mirrors": [{"url": "u", "capabilities": "pull"}]}}, "capabilities is text and has to"),
        ("microk8s_registries", {"r": {"mirror": []}}, "microk8s_registries, r: mirror is unknown. Fix: write mirrors"),
        ("microk8s_launch_config", {"extraKubeletArgs": "--a=b"}, "microk8s_launch_config: extraKubeletArgs is text and has"),
        ("microk8s_launch_config", {"addons": ["dns"]}, "addons: entry 1 is text and has to be a mapping"),
        ("microk8s_kubelet_args", ["--max-pods=50"], "microk8s_kubelet_args is a list and has to be a mapping"),
        ("membership_token_ttl", "15m", "is the text '15m' and has to be a whole number. Fix: write membership_token_ttl: 900"),
        ("microk8s_allow_reboot", "maybe", "and has to be true or false. Fix: write microk8s_allow_reboot: false"),
    ],
)  # fmt: skip
def test_a_variable(name, value, words):
    (sentence,) = said(name, value)
    assert words in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("microk8s_proxy", {"https": ["http://me:hunter2@proxy"]}),
        ("microk8s_proxy", ["http://me:hunter2@proxy"]),
        ("microk8s_registries", {"r": {"mirrors": "http://me:hunter2@proxy"}}),
        ("microk8s_launch_config", "token: hunter2"),
        ("microk8s_apiserver_args", {"--token": ["hunter2"]}),
        ("microk8s_apiserver_args", {"--token": {"hunter2": 1}}),
    ],
)
def test_a_secret_is_not_repeated(name, value):
    (sentence,) = said(name, value)
    assert "hunter2" not in sentence


def test_keys_of_ours_have_no_advice_to_take_them_out():
    assert set(OPTIONS["ros_workloads"]["options"]) & set(ADVICE) == {"lan"}


def test_who_has_it_is_told_where_not_all_have():
    wrong = {"microk8s_images": "a.tar"}
    some, everywhere = {"tb1": wrong, "tb2": wrong, "base": {}}, {"tb1": wrong, "base": wrong}
    (finding,) = findings(OPTIONS, {}, some, WORDS)
    assert finding.message.startswith("tb1 and tb2: microk8s_images is the text 'a.tar'")
    assert finding.hosts == ["tb1", "tb2"]
    assert [each.message[:15] for each in findings(OPTIONS, {}, everywhere, WORDS)] == ["microk8s_images"]
    assert [each.message[:13] for each in findings(OPTIONS, {"ros_workloads": "a"}, {}, WORDS)] == ["ros_workloads"]
