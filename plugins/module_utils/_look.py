# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at a host: all that the roles want to know of it. PRIVATE, may change at any time."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from ._attachments import read_attachments
from ._identity.cloud_init import hold_state
from ._identity.info import identity_of
from ._local_facts import PATH as LOCAL_FACTS
from ._microk8s import arguments, images, registries
from ._microk8s.info import host_info
from ._microk8s.machine import LAUNCH_MARK, MachineFiles, read_machine
from ._microk8s.paths import LAUNCH_CONFIG
from ._multus import read_multus
from ._nics import describe, read_nics
from ._restarting import due
from ._snapd import doings

HOSTS_FILE = "/etc/hosts"
ATTACHMENTS = "/etc/cni/multus/net.d"
CNI = "/var/snap/microk8s/current/args/cni-network"


def look(
    files: MachineFiles, *, images_too: bool, attachments_dir: str = ATTACHMENTS, cni_dir: str = CNI
) -> dict[str, Any]:
    """What module fleet_look returns, part by part. Raises NetlinkError and SnapdError."""
    nics = read_nics()
    return {
        **look_at_microk8s(files, cni_dir),
        "identity": identity_of(files, nics),
        "machine": asdict(read_machine(files)),
        "nics": [describe(nic) for nic in nics],
        "cloud_init_hold": hold_state(files),
        "laid_down": {
            "hosts_file": files.exact_text(HOSTS_FILE),
            "local_facts": files.exact_text(LOCAL_FACTS),
            "launch_config": (files.text(LAUNCH_CONFIG) or "").startswith(LAUNCH_MARK),
        },
        "images": images.read_images(files, asked=images_too),
        "attachments": read_attachments(attachments_dir),
    }


def look_at_microk8s(files: MachineFiles, cni_dir: str = CNI) -> dict[str, Any]:
    """What of a look is another thing when MicroK8s was installed, or has joined: the module that has made it so tells it, and
    nobody has to come back and look. Raises SnapdError."""
    microk8s = host_info(files)
    return {
        "microk8s": microk8s,
        "arguments": {**arguments.read_texts(files), "restart_due": due()},
        "mirrors": registries.mirror_sums(files),
        "snapd": doings("microk8s", microk8s["installed"]),
        "multus": asdict(read_multus(cni_dir, time.time())),
    }
