# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `microk8s status --format yaml` says of the cluster's database. PRIVATE, may change at any time.

It asks the database itself, while the file cluster.yaml of a member lags by up to 40 s. Its exit code is 0 also when
it refuses to answer (on a worker, or stopped). Its text is YAML in which add-on versions are numbers or empty, so only
the part above the add-ons is read, line by line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WORKER_REFUSAL = "This MicroK8s deployment is acting as a node in a cluster."
STOPPED_REFUSAL = "microk8s is not running, try microk8s start"
LOW_MEMORY_REFUSAL = "This node does not have enough RAM"
VOTERS = 3  # that dqlite keeps, where it has members enough


@dataclass(frozen=True)
class DatabaseMember:
    """One member of the cluster's database: `role` is voter, standby or spare."""

    address: str
    role: str


@dataclass(frozen=True)
class Status:
    """The cluster as one control plane sees it. `problem` is empty when it runs, else a sentence."""

    running: bool
    members: tuple[DatabaseMember, ...] = ()
    problem: str = ""

    @property
    def voters(self) -> list[str]:
        return [member.address for member in self.members if member.role == "voter"]

    @property
    def highly_available(self) -> bool:
        """Whether the cluster outlives the loss of one control plane: it has three voters."""
        return self.running and len(self.voters) >= VOTERS


def parse_status(output: str) -> Status:
    """What the text of `status --format yaml` says, whatever its exit code."""
    if WORKER_REFUSAL in output:
        return Status(False, problem="this host is a worker, which cannot tell")
    if STOPPED_REFUSAL in output:
        return Status(False, problem="MicroK8s was stopped on this host (microk8s stop)")
    if LOW_MEMORY_REFUSAL in output:
        return Status(False, problem="this host has too little memory for a control plane")
    head = re.split(r"^addons:", output, maxsplit=1, flags=re.MULTILINE)[0]
    members = re.findall(r"^ +- address: *(\S+):19001 *\n +role: *(\S+) *$", head, re.MULTILINE)
    running = re.search(r"^ +running: *True *$", head, re.MULTILINE) is not None
    return Status(
        running,
        tuple(DatabaseMember(address, role) for address, role in members),
        "" if running else "the API does not answer, or no Node of the cluster is Ready",
    )
