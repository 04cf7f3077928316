# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packet filters in the network namespaces of a probe's targets. Private to this collection."""

from __future__ import annotations

from typing import Sequence

from ._command import run
from ._firewall import Firewall, Tools, find_tool, has_legacy_tables, read_firewall
from ._netlink import NetlinkError
from ._netns import NetnsError
from ._nics import read_nics
from ._targets import Target, namespace_of, own_address

NO_ADDRESS = "firewall rules: the NIC has no address now"


def read_firewalls(targets: Sequence[Target]) -> list[dict]:
    """What the filter of each target's namespace does with what DDS needs there; each namespace is read once."""
    tools = Tools(run, find_tool)
    read: dict[str, tuple[Firewall, dict[str, str]]] = {}
    for target in targets:
        if target.pod_uid not in read:
            read[target.pod_uid] = _read(target, tools)
    return [_of_target(target, *read[target.pod_uid]) for target in targets]


def _read(target: Target, tools: Tools) -> tuple[Firewall, dict]:
    """The filter, and the NICs of its namespace by name."""
    try:
        with namespace_of(target):
            nics = {nic.name: nic for nic in read_nics()}
            firewall = read_firewall(tools, of_host=target.scope == "host", legacy=has_legacy_tables())
    except (NetnsError, NetlinkError, OSError) as error:
        return Firewall(left_out=[f"firewall rules: {error}"]), {}
    return firewall, nics


def _of_target(target: Target, firewall: Firewall, nics: dict) -> dict:
    nic = nics.get(target.nic)
    if nic is None or not nic.addresses:
        return {"drops": [], "managers": firewall.managers, "left_out": firewall.left_out or [NO_ADDRESS]}
    speaks = own_address(target, nic)
    address = next(each for each in nic.addresses if each.partition("/")[0] == speaks)
    return firewall.as_result(target.nic, address, target.domain_id)
