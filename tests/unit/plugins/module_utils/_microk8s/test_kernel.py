# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one line that a Raspberry Pi's firmware hands to the kernel."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.kernel import with_memory_cgroup

BOTH = "cgroup_enable=memory cgroup_memory=1"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("console=tty1 rootwait\n", f"console=tty1 rootwait {BOTH}\n"),
        ("console=tty1 rootwait", f"console=tty1 rootwait {BOTH}\n"),
        (f"console=tty1 {BOTH}\n", f"console=tty1 {BOTH}\n"),
        (f"console=tty1  {BOTH} quiet", f"console=tty1  {BOTH} quiet"),
        ("cgroup_memory=1 quiet\n", "cgroup_memory=1 quiet cgroup_enable=memory\n"),
        (f"cgroup_disable=memory {BOTH}\n", f"{BOTH}\n"),
        ("xcgroup_memory=1\n", f"xcgroup_memory=1 {BOTH}\n"),
        ("quiet\n# a note\n", f"quiet {BOTH}\n# a note\n"),
    ],
)
def test_the_line(before, after):
    assert with_memory_cgroup(before) == after
    assert with_memory_cgroup(after) == after
