# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the probe sees of the programs of the lab's images beside it: their middleware, settings and shared memory."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _targets
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

from .programs import HERE, HERE_ADDRESS, eventually
from .test_ros_images import IMAGES, ONLY_ROS0, REAL

pytestmark = pytest.mark.root


@pytest.fixture
def around(lan, monkeypatch):
    """What the probe reads where the programs run."""
    monkeypatch.setattr(_targets, "find_pod_netns", lambda uid: f"/run/netns/{uid}")

    def around(domain_id=0):
        target = {"scope": "pod", "network": "bench", "nic": "ros0", "pod": HERE, "pod_uid": HERE, "ask": []}
        (result,) = dds_probe.probe("vm", domain_id, 0.1, [target], announce=False)["targets"]
        return result["around"]

    return around


@pytest.mark.parametrize("image", IMAGES)
def test_a_program_of_dds_is_seen_with_its_middleware_and_settings(start, domain, around, image):
    start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain, CYCLONEDDS_URI=ONLY_ROS0, SECRET="x").says("Publishing")
    seen = around(domain)
    (program,) = seen["programs"]
    assert program["middleware"] == (["Fast DDS"] if image in REAL else ["Cyclone DDS"])
    assert program["settings"] == {"ROS_DOMAIN_ID": str(domain), "CYCLONEDDS_URI": "set"}
    assert (program["uses_shared_memory"], program["error"]) == (image in REAL, "")
    assert seen["indexes"] == {"first_free": 1, "owners": {program["program"]: 2}}
    assert seen["zenoh"] == []


def test_programs_of_zenoh_are_seen(start, around):
    start("zenoh", HERE, "lab-router").says("Listening")
    start("zenoh", HERE, "lab-talker", ZENOH_CONFIG_OVERRIDE=f'connect/endpoints=["tcp/{HERE_ADDRESS}:7447"]').says(
        "Publishing"
    )
    seen = eventually(lambda: (found := around())["zenoh"] and found)
    assert {"router", "session"} <= {each["use"] for each in seen["zenoh"]}
    assert all(each["program"] for each in seen["zenoh"])
    assert all("Zenoh" in each["middleware"] for each in seen["programs"]), seen["programs"]
    assert seen["sockets"] == []
