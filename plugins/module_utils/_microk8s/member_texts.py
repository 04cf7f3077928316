# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `microk8s leave` and `microk8s remove-node` say, and what it means. PRIVATE, may change at any time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from .join_texts import SNAPD_BUSY
from .status import STOPPED_REFUSAL


@dataclass(frozen=True)
class MemberFailure:
    """Why a host did not leave, or was not removed: `code` for programs, `cause` and `fix` for people."""

    code: str
    cause: str
    fix: str


LEAVE_TIMEOUT = MemberFailure(
    "timeout",
    "microk8s leave did not end in time",
    "look at its services (snap services microk8s), or make the host clean without the cluster: playbook reset",
)


def explain_leave(rc: int, output: str) -> Optional[MemberFailure]:
    """Name the failure of `microk8s leave`; None when the host has left, or was in no cluster."""
    if rc == 0 or "is not acting as a node in a cluster" in output:
        return None
    if "holds the only copy of the Kubernetes database" in output:
        return MemberFailure(
            "last-copy",
            "this host holds the only copy of the cluster's database",
            "remove all other hosts first, or join control planes until there are three",
        )
    if STOPPED_REFUSAL in output:
        return MemberFailure("stopped", "MicroK8s is stopped on this host", "microk8s start there, and run this again")
    if re.search(SNAPD_BUSY, output):
        return MemberFailure("snapd-busy", "snapd was busy with another change of MicroK8s", "run the playbook again")
    if rc == 2:
        return MemberFailure(
            "peers-unreachable",
            "this control plane reaches no other member of its database, so it cannot take itself out",
            "repair the network between the control planes, or remove the host as a dead one: switch it off first",
        )
    return MemberFailure(
        "unknown",
        "microk8s leave failed in a way this collection does not know",
        "read the output below; playbook reset makes the host clean without the cluster",
    )


def explain_removal(output: str, node_known: bool) -> Optional[MemberFailure]:
    """Name the failure in what `microk8s remove-node` printed; its exit code says nothing.

    It exits with 1 when it removed the database's entry of a host without a Node, and it says that a Node does not exist
    when the API does not answer; so whether a failure is one is decided by looking afterwards. `node_known`: the API had
    the Node just before.
    """
    if "is registered with dqlite" in output:
        return MemberFailure(
            "still-in-database",
            "the host is a member of the cluster's database, and MicroK8s removes such a Node only by force",
            "let the host leave first, or switch it off and run the playbook again",
        )
    if STOPPED_REFUSAL in output or (node_known and "does not exist in Kubernetes" in output):
        return MemberFailure(
            "api-down",
            "the API of the control plane stopped answering; the text that the Node does not exist is no proof of it",
            "look at the control plane: microk8s status; journalctl -u snap.microk8s.daemon-kubelite -n 50",
        )
    if "acting as a node in a cluster" in output:
        return MemberFailure("not-a-control-plane", "this host is a worker", "run it on a control plane")
    return None
