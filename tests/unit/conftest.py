# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all unit tests share. Markers are named here, as ansible-test runs pytest with a configuration of its own."""

from __future__ import annotations

import hypothesis

# No test judges a time: the machine may be busy with others.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure(config):
    config.addinivalue_line("markers", "root: needs root: network namespaces, real DDS peers, mounts")
