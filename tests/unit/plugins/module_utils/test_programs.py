# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What /proc shows of programs: no variable of their environment but those of ROS, and of documents only that they are set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _programs
from ansible_collections.rosfleet.cluster.plugins.module_utils._programs import CYCLONE, FAST_DDS, ZENOH, Owner

MAPS = "7f0000000000-7f0000001000 r-xp 00000000 fe:00 12  {}\n7f0000002000-7f0000003000 rw-p 00000000 00:00 0 [heap]\n"


@pytest.mark.parametrize(
    "environment, settings",
    [
        (b"", {}),
        (b"ROS_DOMAIN_ID=5\0PASSWORD=hunter2\0ROS_TOKEN=x\0HOME=/root\0", {"ROS_DOMAIN_ID": "5"}),
        (b"ROS_DISCOVERY_SERVER=;10.0.0.1:11811\0", {"ROS_DISCOVERY_SERVER": ";10.0.0.1:11811"}),
        (b"CYCLONEDDS_URI=<CycloneDDS>secret</CycloneDDS>\0", {"CYCLONEDDS_URI": "set"}),
        (b"ZENOH_CONFIG_OVERRIDE=user=secret\0CYCLONEDDS_URI=\0", {"ZENOH_CONFIG_OVERRIDE": "set"}),
        (b"RMW_IMPLEMENTATION=\x1b[31m\xff\0no equals\0", {"RMW_IMPLEMENTATION": "\\x1b[31m\N{REPLACEMENT CHARACTER}"}),
        (b"ROS_STATIC_PEERS=" + b"1" * 999, {"ROS_STATIC_PEERS": "1" * 200}),
    ],
)
def test_only_variables_that_are_told_leave_the_environment(environment, settings):
    assert _programs.parse_settings(environment) == settings


@pytest.mark.parametrize(
    "path, middleware, shares",
    [
        ("/opt/ros/jazzy/lib/libfastrtps.so.2.14.5", [FAST_DDS], False),
        ("/opt/ros/kilted/lib/libfastdds.so.3.2", [FAST_DDS], False),
        ("/site-packages/rclpy.libs/libfastdds-0a1b2c3d.so.3.2.3", [FAST_DDS], False),
        ("/opt/ros/jazzy/lib/librmw_fastrtps_cpp.so", [], False),
        ("/opt/ros/jazzy/lib/x86_64-linux-gnu/libddsc.so.0.10.5", [CYCLONE], False),
        ("/opt/ros/jazzy/lib/librmw_zenoh_cpp.so", [ZENOH], False),
        ("/opt/ros/jazzy/opt/zenoh_cpp_vendor/lib/libzenohc.so", [ZENOH], False),
        ("/site-packages/zenoh/zenoh.abi3.so", [ZENOH], False),
        ("/dev/shm/fastrtps_port7411", [], True),
        ("/run/image/dev/shm/fastdds_4b0e9d0e", [], True),
        ("/home/fastrtps_/notes", [], False),
    ],
)
def test_what_is_loaded_says_which_middleware_it_is(path, middleware, shares):
    assert _programs.parse_maps(MAPS.format(path)) == (middleware, shares)


@pytest.fixture
def proc(tmp_path):
    """Makes a process in a folder as /proc; returns that folder."""

    def proc(pid, environ=b"", maps=""):
        (tmp_path / str(pid) / "root/dev/shm").mkdir(parents=True)
        (tmp_path / str(pid) / "environ").write_bytes(environ)
        (tmp_path / str(pid) / "maps").write_text(maps)
        return str(tmp_path)

    return proc


def test_each_program_is_told_once_with_its_shared_memory(proc):
    proc(7, b"ROS_DOMAIN_ID=1\0", MAPS.format("/lib/libfastrtps.so.2") + MAPS.format("/dev/shm/fastrtps_port7411"))
    folder = proc(12)
    talker, other = _programs.read_programs([Owner(12, "other"), Owner(7, "talker"), Owner(7, "talker")], folder)
    status = Path(folder, "7/root/dev/shm").stat()
    assert talker == {
        **{"program": "talker (pid 7)", "middleware": [FAST_DDS], "settings": {"ROS_DOMAIN_ID": "1"}, "error": ""},
        "shared_memory": f"{os.major(status.st_dev)}:{os.minor(status.st_dev)} {status.st_ino}",
        "uses_shared_memory": True,
    }
    assert (other["program"], other["settings"], other["error"]) == ("other (pid 12)", {}, "")
    assert other["shared_memory"] != talker["shared_memory"]


def test_what_cannot_be_looked_into_is_said(proc, tmp_path):
    (gone,) = _programs.read_programs([Owner(9, "gone")], str(tmp_path))
    assert (gone["program"], gone["error"]) == ("gone (pid 9)", "cannot be looked into: No such file or directory")
    folder = proc(7)
    (tmp_path / "7/root/dev/shm").rmdir()
    assert _programs.read_programs([Owner(7, "bare")], folder)[0]["shared_memory"] == ""


def test_there_is_an_end_to_it(tmp_path):
    assert len(_programs.read_programs([Owner(pid, "x") for pid in range(99)], str(tmp_path))) == 16
