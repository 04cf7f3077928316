# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the ROS images are made, without making them."""

from __future__ import annotations

import importlib.util
import platform
import re
from pathlib import Path

import pytest

from lab.artefacts.images import archive, ros_rclpy, ros_zenoh

DISTRIBUTIONS = pytest.mark.parametrize("distribution", ros_rclpy.DISTRIBUTIONS)


@pytest.fixture
def prefix(tmp_path):
    """A prefix as it is after wheels have been unpacked: libraries, and copies of them that other wheels brought."""
    files = {
        "ros_dds-1.data/data/lib/libdds.so": "dds",
        "ros_dds-1.data/data/lib/libdds.so.1": "dds",
        "ros_dds.libs/libtls-0123abcd.so.1": "tls",
        "ros_rmw.libs/libtls-0123abcd.so.1": "tls",
        "ros_rmw.libs/libdds-4567abcd.so.1": "dds, with another name in it",
    }
    for name, content in files.items():
        path = tmp_path / ros_rclpy.SITE_PACKAGES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path


def test_each_library_is_in_one_folder_once_under_all_its_names(prefix):
    ros_rclpy.install_data(prefix)
    ros_rclpy.gather_libraries(prefix)
    ros_rclpy.share_files(prefix)
    found = {path.name: path.read_text() for path in prefix.glob("lib/*.so*")}
    assert found == {
        "libdds.so": "dds",
        "libdds.so.1": "dds",
        "libdds-4567abcd.so.1": "dds",
        "libtls-0123abcd.so.1": "tls",
    }
    assert len({path.stat().st_ino for path in prefix.glob("lib/*.so*")}) == 2
    assert list((prefix / ros_rclpy.SITE_PACKAGES).iterdir()) == []


LOCKS = {
    **{ros_rclpy.SOURCE / f"{distribution}.txt": 1 for distribution in ros_rclpy.DISTRIBUTIONS},
    ros_zenoh.WHEELS: len(ros_zenoh.MANYLINUX),
}


@pytest.mark.parametrize(("lock", "machines"), LOCKS.items(), ids=lambda value: getattr(value, "stem", None))
def test_every_wheel_is_locked_to_one_version_and_one_content_for_each_machine(lock, machines):
    lines = lock.read_text().splitlines()
    wheel = re.compile(rf"[a-z0-9_-]+==[0-9.]+( --hash=sha256:[0-9a-f]{{64}}){{{machines}}}")
    assert [line for line in lines if not wheel.fullmatch(line)] == []
    assert lines == sorted(lines)


@DISTRIBUTIONS
def test_every_command_is_a_program_that_there_is(distribution):
    ours = [path for path in ros_rclpy.commands(distribution).values() if path.startswith("/opt/lab-ros/")]
    assert ours and all((ros_rclpy.SOURCE / Path(path).name).exists() for path in ours)
    assert all((ros_rclpy.SOURCE / f"{role.replace('-', '_')}.py").exists() for role in ros_rclpy.ROLES)


def test_every_command_of_the_zenoh_image_is_a_program_that_there_is():
    programs = {Path(path).name for path in ros_zenoh.COMMANDS.values()}
    assert programs == {path.name for path in ros_zenoh.SOURCE.glob("*.py") if path.read_text().startswith("#!")}


@pytest.mark.parametrize(
    ("recipe", "machine", "said"),
    [
        (
            ros_rclpy,
            "aarch64",
            "ROS 2's wheels are for x86_64 only: without lab/ros-jazzy:1 and lab/ros-kilted:1 on aarch64",
        ),
        (ros_zenoh, "riscv64", "Zenoh's wheels are for x86_64 and aarch64: without lab/ros-zenoh:1 on riscv64"),
    ],
    ids=["ros_rclpy", "ros_zenoh"],
)
def test_a_machine_without_wheels_is_told_so_and_gets_no_image(monkeypatch, capsys, tmp_path, recipe, machine, said):
    monkeypatch.setenv("ROSFLEET_CACHE", str(tmp_path))
    monkeypatch.setattr(platform, "machine", lambda: machine)
    recipe.build()
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_images_start_alike():
    one, other = map(ros_rclpy.image, ros_rclpy.DISTRIBUTIONS)
    assert isinstance(one, archive.Image) and one.command == other.command == ("lab-listener",)
    assert [setting.replace("jazzy", "kilted") for setting in one.environment] == list(other.environment)


@pytest.fixture(scope="module")
def large():
    spec = importlib.util.spec_from_file_location("large", ros_rclpy.SOURCE / "large.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_large_message_is_known_by_its_content(large):
    message = large.content(7, "tb1")
    assert (len(message), large.title(message)) == (262144, "number 7 from tb1")


@pytest.mark.parametrize("place", [7, 20, 100_000, -1])
def test_a_large_message_with_one_wrong_byte_is_none(large, place):
    message = large.content(7, "tb1")
    message[place] ^= 1
    assert large.title(message) != "number 7 from tb1"


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data[:0], lambda data: data[30:]])
def test_a_large_message_that_lacks_something_is_none(large, change):
    assert large.title(change(large.content(7, "tb1"))) is None
