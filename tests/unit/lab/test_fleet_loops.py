# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loop devices as the kernel shows them."""

from __future__ import annotations

from lab.fleet import loops

MOUNTS = """\
57 44 7:12 / /snap/core24/x1 ro,nodev shared:30 - squashfs /dev/loop12 ro
58 44 0:52 / / rw - overlay overlay rw
59 44 7:3 / /snap/snapd/x1 ro,nodev - squashfs /dev/loop3 ro
"""


def test_mounted_devices_are_found_and_processes_that_ended_passed_over(tmp_path):
    (tmp_path / "10").mkdir()
    (tmp_path / "10" / "mountinfo").write_text(MOUNTS)
    assert loops.mounted_by([10, 11], tmp_path) == {3, 12}


def test_a_device_with_a_file_behind_it_is_in_use(tmp_path):
    (tmp_path / "loop1" / "loop").mkdir(parents=True)
    (tmp_path / "loop1" / "loop" / "backing_file").write_text("/a.snap\n")
    (tmp_path / "loop22").mkdir()
    (tmp_path / "vda").mkdir()
    assert loops.present(tmp_path) == {1, 22}
    assert loops.backing_file(1, tmp_path) == "/a.snap"
    assert loops.backing_file(22, tmp_path) is None
