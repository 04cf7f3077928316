# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs of the machine that the running lab calls."""

from __future__ import annotations

import os

from lab.fleet.shell import LabError
from lab.requirements import ensure_debian

PACKAGES = ["iproute2", "nftables", "openssh-client", "procps", "systemd-container", "util-linux"]


def ensure() -> None:
    """Install what is missing; raises LabError without root, which namespaces and mounts need."""
    if os.geteuid() != 0:
        raise LabError("The lab needs root for namespaces, mounts and control groups; run it with sudo.")
    ensure_debian(PACKAGES)
