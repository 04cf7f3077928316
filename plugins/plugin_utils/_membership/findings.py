# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a declared cluster, before any host is changed.

Private to this collection. Pure.
"""

from __future__ import annotations

from ...module_utils._finding import Finding
from .._and_list import and_list

ODD = (1, 3, 5)
EVEN = (2, 4)


def cluster_findings(
    control_plane: list[str], workers: list[str], absent: list[str], allow_even: bool = False
) -> list[Finding]:
    """`absent` are the hosts that could not be reached.

    A missing worker is no finding: it joins when it is back. Nor is a minority of the control planes: the cluster goes on
    without it.
    """
    return [
        *_number_findings(control_plane, allow_even),
        *_both_findings(control_plane, workers),
        *_absence_findings(control_plane, [host for host in control_plane if host in absent]),
    ]


def _number_findings(control_plane: list[str], allow_even: bool) -> list[Finding]:
    count = len(control_plane)
    if not control_plane:
        message = "The cluster has no control plane host"
        return [Finding("no-control-plane", message, "put one host into the group `control`.")]
    if count in ODD or (allow_even and count in EVEN):
        return []
    if count == 2:
        return [
            Finding(
                "two-control-planes",
                f"{and_list(control_plane)}: 2 control plane hosts are worse than one, the loss of either stops the cluster",
                "keep one (or three) in the group `control` and the others in `robots`, or set "
                "membership_allow_even_control_plane: true.",
            )
        ]
    if count in EVEN:
        return [
            Finding(
                "even-control-planes",
                f"{and_list(control_plane)}: {count} control plane hosts survive the loss of no more hosts than {count - 1} do",
                f"keep {count - 1} in the group `control`, or set membership_allow_even_control_plane: true.",
            )
        ]
    return [
        Finding(
            "many-control-planes",
            f"{and_list(control_plane)}: {count} control plane hosts are more than a cluster makes use of (three vote, the "
            "others stand by)",
            "keep 3 or 5 in the group `control` and the others in `robots`.",
        )
    ]


def _both_findings(control_plane: list[str], workers: list[str]) -> list[Finding]:
    both = [host for host in control_plane if host in workers]
    if not both:
        return []
    return [
        Finding(
            "both-kinds",
            f"{and_list(both)}: both control plane and worker",
            "leave each host in one of the two groups.",
        )
    ]


def _absence_findings(control_plane: list[str], gone: list[str]) -> list[Finding]:
    if not gone or 2 * len(gone) < len(control_plane):
        return []
    ping = f"switch it on, or check its address, user and key: ansible -m ping {gone[0]}"
    if len(control_plane) == 1:
        message = f"{gone[0]}: the control plane host cannot be reached, so nothing can be joined or healed"
        return [Finding("control-plane-absent", message, ping)]
    return [
        Finding(
            "quorum-absent",
            f"{and_list(gone)}: {len(gone)} of {len(control_plane)} control plane hosts cannot be reached. Without a majority "
            "the cluster has no quorum, and nothing can be joined or healed",
            f"{ping}. When they are gone for good, see 'Lost quorum' in docs/troubleshooting.md.",
        )
    ]
