# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What forbids to make hosts clean.

Private to this collection. Pure.
"""

from __future__ import annotations

from .._words import listed


def reset_findings(names: list[str], inventory: list[str], present: list[str], allowed: bool) -> list[str]:
    """Each a sentence with its cure. `names` are inventory names, `present` the hosts that can be reached."""
    if not names:
        return ["No host is named. Fix: -e reset=NAME (several: -e reset=NAME,NAME)."]
    findings = []
    unknown = [name for name in names if name not in inventory]
    if unknown:
        findings.append(
            f"{listed(unknown)}: no host of the inventory has exactly this name. "
            f"Fix: one of {', '.join(sorted(inventory))}."
        )
    absent = [name for name in names if name in inventory and name not in present]
    if absent:
        findings.append(
            f"{listed(absent)}: cannot be reached, so nothing can be wiped there. Fix: switch it on; what it holds of the "
            "cluster (a control plane its CA's key) stays on its disk until then."
        )
    if not allowed:
        findings.append(
            f"{listed(names)}: would lose MicroK8s and all its data. Fix: take the host out of its cluster first (playbook "
            "remove), and add -e membership_allow_reset=true."
        )
    return findings
