# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the node off the host: containers, mounts, interfaces and links. snapd removes the data."""

from __future__ import annotations

import subprocess
from pathlib import Path

from microk8s_lab import network, paths
from microk8s_lab.daemons.flannel import BRIDGE, OVERLAY
from microk8s_lab.daemons.shims import kill_containers
from microk8s_lab.hooks.install import SYSCTL

LINKS = (Path("/var/lib/kubelet"), Path("/etc/cni/net.d"), Path("/opt/cni/bin"))


def run() -> int:
    """Clean up; what is gone already is fine."""
    kill_containers()
    for mount in _mounts():
        subprocess.run(["umount", "--lazy", mount], capture_output=True, check=False)
    for link in (BRIDGE, OVERLAY):
        network.delete_link(link)
    for path in LINKS:
        if path.is_symlink():
            path.unlink()
    SYSCTL.unlink(missing_ok=True)
    return 0


def _mounts() -> list[str]:
    """Mounts below the snap's data, the innermost first; octal escapes are undone."""
    points = (line.split()[1] for line in Path("/proc/mounts").read_text().splitlines())
    plain = (point.encode().decode("unicode_escape") for point in points)
    return [point for point in reversed(list(plain)) if point.startswith(f"{paths.common()}/")]
