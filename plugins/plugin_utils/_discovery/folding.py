# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cause, one finding: what is wrong of hosts on a LAN is wrong of their pods there, whose frames take the same NICs.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Mapping, Sequence

from ...module_utils._finding import Finding


def folded(of_hosts: Sequence[Finding], of_pods: Sequence[Finding]) -> list[Finding]:
    """The findings of one LAN, without those of pods that say of the same hosts what the hosts' own do."""
    by_key = {_key(finding): finding for finding in of_hosts}
    again = {_key(finding): finding for finding in of_pods if _key(finding) in by_key}
    alone = [finding for finding in of_pods if _key(finding) not in by_key]
    return [*(_with_pods(finding, again) for finding in of_hosts), *alone]


def _with_pods(finding: Finding, again: Mapping[tuple, Finding]) -> Finding:
    pods = again.get(_key(finding))
    if pods is None:
        return finding
    evidence = {**finding.evidence, "nics_of_pods": pods.evidence.get("nics") or {}}
    return replace(finding, message=f"{finding.message} The same holds for pods there.", evidence=evidence)


def _key(finding: Finding) -> tuple:
    return finding.code, finding.severity, frozenset(finding.hosts), tuple(finding.evidence.get("domain_ids", ()))
