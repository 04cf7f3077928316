# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What forbids to make hosts clean.

Private to this collection. Pure.
"""

from __future__ import annotations

from ...module_utils._finding import Finding
from .._and_list import and_list


def reset_findings(names: list[str], inventory: list[str], present: list[str], allowed: bool) -> list[Finding]:
    """`names` are inventory names, `present` the hosts that can be reached."""
    if not names:
        return [Finding("no-host-named", "No host is named", "-e reset=NAME (several: -e reset=NAME,NAME).")]
    findings = []
    unknown = [name for name in names if name not in inventory]
    if unknown:
        findings.append(
            Finding(
                "unknown-host",
                f"{and_list(unknown)}: no host of the inventory has exactly this name",
                f"one of {', '.join(sorted(inventory))}.",
            )
        )
    absent = [name for name in names if name in inventory and name not in present]
    if absent:
        findings.append(
            Finding(
                "host-absent",
                f"{and_list(absent)}: cannot be reached, so nothing can be wiped there",
                "switch it on; what it holds of the cluster (a control plane its CA's key) stays on its disk until then.",
            )
        )
    if not allowed:
        findings.append(
            Finding(
                "reset-not-allowed",
                f"{and_list(names)}: would lose MicroK8s and all its data",
                "take the host out of its cluster first (playbook remove), and add -e membership_allow_reset=true.",
            )
        )
    return findings
