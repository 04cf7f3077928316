# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which control plane hosts are there, and which of them speaks for the cluster.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from ...module_utils._microk8s.state import member_addresses
from .._and_list import and_list
from .._fleet.contact import PRESENT, REFUSED, contact


def present_control_planes(
    here: Mapping[str, Mapping[str, Any]], looks: Iterable[Mapping[str, Any]], control_plane: list[str]
) -> dict[str, dict[str, Any]]:
    """{"facts": {host: facts of microk8s_info}, "mute": {host: why}} of the control plane hosts, in the order declared.

    `here` is {host: facts} of those in this run, `looks` what a look at the others came to, one result a host under
    `item`. Absent ones are in neither; `mute` are those that answer and cannot be asked all the same.
    """
    found, mute = dict(here), {}
    for look in looks:
        host = look["item"]
        answer = contact(look, host)
        if answer.state == PRESENT:
            found[host] = look["microk8s"]
        elif answer.state == REFUSED:
            mute[host] = answer.sentence
    return {"facts": {host: found[host] for host in control_plane if host in found}, "mute": mute}


def choose_seed(
    planes: Mapping[str, Mapping[str, Any]], control_plane: list[str], addresses: Mapping[str, str]
) -> dict[str, str]:
    """{"host", "problem"}: the host that mints tokens and is believed about the cluster, or why there is none.

    `planes` are the control plane hosts that are there, as present_control_planes gives them, `control_plane` all that are
    declared, in order. It is not simply the first one: a first host that was installed anew would make a cluster of its
    own, and one that was removed while it was off still shows a cluster that is long past.
    """
    facts = planes["facts"]
    formed = [host for host in control_plane if facts.get(host, {}).get("role") == "control_plane"]
    clusters = {facts[host]["ca_hash"] for host in formed}
    if len(clusters) > 1:
        return _none(
            f"{and_list(formed)}: are control planes of {len(clusters)} different clusters. Fix: declare one cluster in an "
            "inventory; or make those clean that are to join the other: playbook reset."
        )
    if formed:
        return {"host": max(formed, key=lambda host: _vouchers(host, formed, facts, addresses)), "problem": ""}
    absent = [host for host in control_plane if host not in facts]
    if absent:
        mute = "".join(f"{host} {why.split(' Fix: ')[0].rstrip('.')}. " for host, why in planes["mute"].items())
        return _none(
            f"{and_list(absent)}: cannot be asked, and none of the other control plane hosts is in a cluster with others "
            f"yet, so the cluster may be there. A second one would split the fleet. {mute}Fix: switch it on and run "
            f"the playbook again; or take {and_list(absent)} out of the inventory, when it is gone for good."
        )
    if not control_plane:
        return _none("The cluster has no control plane host. Fix: put one host into the group `control`.")
    return {"host": control_plane[0], "problem": ""}


def _none(problem: str) -> dict[str, str]:
    return {"host": "", "problem": problem}


def _vouchers(
    host: str, formed: list[str], facts: Mapping[str, Mapping[str, Any]], addresses: Mapping[str, str]
) -> int:
    """How many of the control planes list this one as a member of their database; the first of the best is taken."""
    return sum(addresses[host] in member_addresses(facts[other]["members"]) for other in formed)
