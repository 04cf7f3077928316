# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attachment files that Multus reads on a host."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._attachments import OWNER_KEY, read_attachments


def test_no_directory_has_no_attachments(tmp_path):
    assert read_attachments(str(tmp_path / "absent")) == []


def test_files_come_in_the_order_of_multus_and_tell_whose_they_are(tmp_path):
    (tmp_path / "ros-lan.conf").write_text(json.dumps({"name": "ros-lan", OWNER_KEY: {}}))
    (tmp_path / "camera.conflist").write_text('{"name": "camera", "plugins": []}')
    (tmp_path / "notes.txt").write_text("not read by Multus")
    found = read_attachments(str(tmp_path))
    assert [(file["name"], file["owned"], file["error"]) for file in found] == [
        ("camera", False, ""),
        ("ros-lan", True, ""),
    ]
    assert found[0]["text"] == '{"name": "camera", "plugins": []}'


@pytest.mark.parametrize("content, said", [("{", "Expecting property name"), ("", "Expecting value"), ("[]", "object")])
def test_a_file_that_stops_multus_says_why(tmp_path, content, said):
    (tmp_path / "10-broken.json").write_text(content)
    (file,) = read_attachments(str(tmp_path))
    assert file["file"].endswith("10-broken.json")
    assert (file["name"], file["owned"]) == ("", False)
    assert said in file["error"]
