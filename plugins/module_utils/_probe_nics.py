# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which NICs of a host are worth probing when nobody has named any. Pure. Private to this collection."""

from __future__ import annotations

from typing import Sequence

from ._nic_kinds import of_pod_network, own_bridge
from ._nics import Nic


def choose_nics(nics: Sequence[Nic]) -> tuple[list[str], list[dict]]:
    """(names of those to probe, those left out as {"nic", "why"}) of one host.

    The loopback, ports of bridges and virtual NICs without an address are not worth a word.
    """
    reasons = {nic.name: _why_not(nic) for nic in nics if not nic.loopback and not nic.master and _is_worth_naming(nic)}
    chosen = [name for name, why in reasons.items() if not why]
    return chosen, [{"nic": name, "why": why} for name, why in reasons.items() if why]


def _is_worth_naming(nic: Nic) -> bool:
    return bool(nic.addresses) or (nic.up and not nic.kind)


def _why_not(nic: Nic) -> str:
    if of_pod_network(nic.name):
        return "made by the cluster's own network"
    if own_bridge(nic.name):
        return own_bridge(nic.name)
    if not nic.up:
        return "down"
    if not nic.addresses:
        return "no IPv4 address"
    if not nic.multicast:
        return "carries no multicast"
    return "" if nic.carrier else "no carrier, is its cable plugged in?"
