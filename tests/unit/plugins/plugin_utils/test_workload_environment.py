# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An environment that says another thing than the workload that it is part of."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._finding import ERROR, WARNING
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._workload_environment import contradictions

ON_ETH0 = "<CycloneDDS><Domain><General><Interfaces><NetworkInterface name='eth0'/></Interfaces></General></Domain>"


def found(env, **workload):
    return list(contradictions({"name": "talker", "env": env, **workload}))


@pytest.mark.parametrize(
    ("env", "workload"),
    [
        (None, {}),
        ({}, {}),
        ("ROS_DOMAIN_ID=42", {}),  # told of elsewhere
        ({"ROS_DOMAIN_ID": 0}, {}),
        ({"ROS_DOMAIN_ID": "42"}, {"domain_id": 42}),
        ({"ROS_DOMAIN_ID": ""}, {"domain_id": 42}),  # none at all, also to ROS
        ({"ROS_DOMAIN_ID": 42}, {"domain_id": "x"}),  # told of elsewhere
        ({"RMW_IMPLEMENTATION": "rmw_fastrtps_cpp"}, {}),
        ({"RMW_IMPLEMENTATION": "rmw_fastrtps_dynamic_cpp"}, {"rmw": "fastrtps"}),
        ({"RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp"}, {"rmw": "cyclonedds"}),
        ({"ROS_LOCALHOST_ONLY": 0, "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET", "ROS_STATIC_PEERS": ""}, {}),
        ({"ROS_LOCALHOST_ONLY": "true"}, {}),  # to ROS only 1 is yes
        ({"CYCLONEDDS_URI": ON_ETH0}, {"rmw": "fastrtps"}),  # nobody reads it
        ({"CYCLONEDDS_URI": ON_ETH0.replace("eth0", "ros0")}, {"rmw": "cyclonedds"}),
        ({"FASTDDS_DEFAULT_PROFILES_FILE": "/a.xml", "ROS_DISCOVERY_SERVER": "10.0.0.3:11811"}, {"rmw": "cyclonedds"}),
        ({"RCUTILS_COLORIZED_OUTPUT": 1}, {}),
    ],
)
def test_what_agrees_is_no_finding(env, workload):
    assert found(env, **workload) == []


@pytest.mark.parametrize(
    ("env", "workload", "words"),
    [
        (
            {"ROS_DOMAIN_ID": 42},
            {},
            "env has ROS_DOMAIN_ID 42, and without domain_id it is in domain 0: its pods would be in another domain than "
            "verify looks at. Fix: write domain_id: 42, and take ROS_DOMAIN_ID out of env",
        ),
        ({"ROS_DOMAIN_ID": 42}, {"domain_id": 7}, "env has ROS_DOMAIN_ID 42, and domain_id is 7"),
        (
            {"RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp"},
            {},
            "env has RMW_IMPLEMENTATION rmw_cyclonedds_cpp, and without rmw it is fastrtps: the middleware would not be bound "
            "to its LAN. Fix: write rmw: cyclonedds, and take RMW_IMPLEMENTATION out of env",
        ),
        ({"RMW_IMPLEMENTATION": "rmw_fastrtps_cpp"}, {"rmw": "cyclonedds"}, "and rmw is cyclonedds"),
        (
            {"RMW_IMPLEMENTATION": "rmw_connextdds"},
            {},
            "rmw_connextdds, which is not supported: nothing binds it to the workload's LAN. Fix: take it out of env, and "
            "write rmw: cyclonedds or rmw: fastrtps or rmw: zenoh",
        ),
    ],
)
def test_what_contradicts_is_refused(env, workload, words):
    (finding,) = found(env, **workload)
    assert finding.severity == ERROR
    assert words in finding.sentence


@pytest.mark.parametrize(
    ("env", "workload", "words"),
    [
        ({"ROS_LOCALHOST_ONLY": 1}, {}, "env has ROS_LOCALHOST_ONLY, which keeps ROS inside of the pod"),
        (
            {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"},
            {},
            "which is LOCALHOST: ROS looks for nobody outside of the pod",
        ),
        ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "off"}, {}, "which is OFF"),
        ({"ROS_STATIC_PEERS": "10.0.0.3"}, {}, "also off the LAN"),
        ({"ROS_DISCOVERY_SERVER": "10.0.0.3:11811"}, {}, "which asks a discovery server"),
        (
            {"CYCLONEDDS_URI": ON_ETH0},
            {"rmw": "cyclonedds"},
            "Cyclone DDS to ros0, the pod's NIC on its LAN. Fix: take it out of env, or name the NIC in it: <NetworkInt",
        ),
        ({"CYCLONEDDS_URI": "/root/.ros/cyclonedds.xml"}, {"rmw": "cyclonedds"}, "replaces the configuration"),
        ({"FASTRTPS_DEFAULT_PROFILES_FILE": "/a.xml"}, {}, "replaces the profile that binds Fast DDS"),
        ({"FASTDDS_DEFAULT_PROFILES_FILE": "/a.xml"}, {"rmw": "fastrtps"}, "replaces the profile that binds Fast DDS"),
        ({"ZENOH_ROUTER_CONFIG_URI": "/a.json5"}, {}, "is read by Zenoh alone, and its rmw is fastrtps"),
        ({"ZENOH_SESSION_CONFIG_URI": "/a"}, {"rmw": "zenoh"}, "by which Zenoh asks the router of its host"),
    ],
)
def test_what_takes_the_middleware_off_its_lan_is_a_warning(env, workload, words):
    (finding,) = found(env, **workload)
    assert finding.severity == WARNING
    assert words in finding.sentence
