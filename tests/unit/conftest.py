# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all unit tests share. Markers are named here, as ansible-test runs pytest with a configuration of its own."""

from __future__ import annotations

import shutil
import subprocess

import hypothesis
import pytest

# No test judges a time: the machine may be busy with others.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure(config):
    config.addinivalue_line("markers", "root: needs root: network namespaces, real DDS peers, mounts")


def pytest_collection_modifyitems(items):
    """Skip those that are marked so, also for a root who may not, as in a container without privileges."""
    marked = [item for item in items if item.get_closest_marker("root")]
    if marked and not _may_make_namespaces():
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="needs root who may make namespaces"))


def _may_make_namespaces():
    command = ["unshare", "--mount", "--net", "true"]
    return shutil.which("unshare") and subprocess.run(command, capture_output=True, check=False).returncode == 0
