# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `microk8s leave` and `microk8s remove-node` say, and what it means. PRIVATE, may change at any time."""

from __future__ import annotations

import re
from typing import Optional

from .failure import Failure
from .join_texts import SNAPD_BUSY
from .status import STOPPED_REFUSAL

LEAVE_TIMEOUT = Failure(
    "timeout",
    "microk8s leave did not end in time",
    "look at its services (snap services microk8s), or make the host clean without the cluster: playbook reset",
)


def explain_leave(rc: int, output: str) -> Optional[Failure]:
    """Name the failure of `microk8s leave`; None when the host has left, or was in no cluster."""
    if rc == 0 or "is not acting as a node in a cluster" in output:
        return None
    if "holds the only copy of the Kubernetes database" in output:
        return Failure(
            "last-copy",
            "this host holds the only copy of the cluster's database",
            "remove all other hosts first, or join control planes until there are three",
        )
    if STOPPED_REFUSAL in output:
        return Failure("stopped", "MicroK8s is stopped on this host", "microk8s start there, and run this again")
    if re.search(SNAPD_BUSY, output):
        return Failure("snapd-busy", "snapd was busy with another change of MicroK8s", "run the playbook again")
    if rc == 2:
        return Failure(
            "peers-unreachable",
            "this control plane reaches no other member of its database, so it cannot take itself out",
            "repair the network between the control planes, or remove the host as a dead one: switch it off first",
        )
    return Failure(
        "unknown",
        "microk8s leave failed in a way this collection does not know",
        "read the output below; playbook reset makes the host clean without the cluster",
    )


def explain_removal(output: str, node_known: bool) -> Optional[Failure]:
    """Name the failure in what `microk8s remove-node` printed; its exit code says nothing.

    It exits with 1 when it removed the database's entry of a host without a Node, and it says that a Node does not exist
    when the API does not answer; so whether a failure is one is decided by looking afterwards. `node_known`: the API had
    the Node just before.
    """
    if "is registered with dqlite" in output:
        return Failure(
            "still-in-database",
            "the host is a member of the cluster's database, and MicroK8s removes such a Node only by force",
            "let the host leave first, or switch it off and run the playbook again",
        )
    if STOPPED_REFUSAL in output or (node_known and "does not exist in Kubernetes" in output):
        return Failure(
            "api-down",
            "the API of the control plane stopped answering; the text that the Node does not exist is no proof of it",
            "look at the control plane: microk8s status; journalctl -u snap.microk8s.daemon-kubelite -n 50",
        )
    if "acting as a node in a cluster" in output:
        return Failure("not-a-control-plane", "this host is a worker", "run it on a control plane")
    return None
