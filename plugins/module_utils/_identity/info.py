# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that makes a host this host and no other. PRIVATE, may change at any time."""

from __future__ import annotations

import platform
import time
from typing import Any, Sequence

from .._files import Files
from .._nics import Nic
from . import host
from .cloud_init import read_cloud_init
from .kernel_clock import clock_synchronized
from .nics import default_routes, read_identity_nics
from .ssh_keys import as_results, read_host_keys


def identity_of(files: Files, nics: Sequence[Nic]) -> dict[str, Any]:
    """What identity_info returns of the host with these files and NICs, but for the difference of the clocks."""
    running = set(host.process_names(files))
    return {
        "hostname": host.read_names(files),
        "machine_id": files.readable_text("/etc/machine-id").strip(),
        "product_uuid": host.product_uuid(files.readable_text(host.PRODUCT_UUID)),
        "boot_id": files.readable_text("/proc/sys/kernel/random/boot_id").strip(),
        "nics": read_identity_nics(files, nics),
        "default_routes": default_routes(files.readable_text("/proc/net/route"), nics),
        "ssh_host_keys": as_results(read_host_keys(files)),
        "cloud_init": read_cloud_init(files),
        "hostnamed": host.has_hostnamed(files),
        "resolver": host.read_resolver(files, running),
        "distribution": host.read_distribution(files),
        "python": platform.python_version(),
        "time": {
            "service": host.time_service(running),
            "synchronized": clock_synchronized(),
            "epoch": time.time(),
        },
    }
