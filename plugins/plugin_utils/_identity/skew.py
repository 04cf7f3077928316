# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clocks that are off.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Mapping

from ...module_utils._finding import Finding


def of_clocks(seen: Mapping[str, Mapping[str, Any]], largest: float) -> list[Finding]:
    """Hosts whose clock is certainly more than `largest` seconds off the controller's.

    `seen` is {inventory name: what identity_info returned there}; what its measurement cannot tell counts for the host.
    """
    found = []
    for host, facts in seen.items():
        clock = facts["clock"] or {"offset_s": 0.0, "uncertainty_s": 0.0}  # None: no exchange was of any use
        offset = clock["offset_s"]
        if abs(offset) - clock["uncertainty_s"] <= largest:
            continue
        service = facts["time"]["service"]
        state = f"{service} runs there and has not set it" if service else "no time service runs there"
        found.append(
            Finding(
                "clock-off",
                f"{host}: its clock is {abs(offset):.1f} s {'ahead of' if offset > 0 else 'behind'} the controller's "
                f"(limit: identity_max_skew {largest} s); {state}. Certificates and join tokens then look expired or not yet "
                "valid, and ROS transforms time out",
                "identity_time_sync: true, or set the clock.",
            )
        )
    return found
