# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to probe: a NIC of the host or of a pod on it, in its network namespace. Private to this collection."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Optional

from ._lan import address_on, parse_network
from ._netns import entered, find_pod_netns
from ._nics import Nic
from ._paths import PathsAsked
from ._questions import Ask


class TargetError(Exception):
    """A target cannot be probed."""


@dataclass(frozen=True)
class Target:
    """One NIC to probe, of the host or of a pod on it."""

    host: str  # inventory name
    scope: str  # "host" or "pod"
    network: str
    nic: str  # name inside the namespace
    pod: str = ""
    pod_uid: str = ""
    domain_id: int = 0
    subnet: str = ""  # the network's, where one is declared: the probe then speaks from its address there
    multicast: bool = True  # whether it announces itself to the group
    ask: tuple[Ask, ...] = ()  # whom it asks besides
    paths: Optional[PathsAsked] = None  # with which probes of the run it tries unicast
    endpoints: tuple[str, ...] = ()  # OWN or addresses: participants there are asked for their writers and readers
    run: str = ""  # token that the probes of one run share

    @property
    def label(self) -> str:
        """Name of the probe as a participant: who looks at the wire shall know what this is."""
        return ":".join(filter(None, ("rosfleet", self.host, self.scope, self.network, self.pod)))


def namespace_of(target: Target):
    """The target's network namespace, to enter it by `with`. Raises NetnsError."""
    if target.scope == "pod":
        return entered(find_pod_netns(target.pod_uid))
    return contextlib.nullcontext()


def usable_nic(target: Target, nics: list[Nic]) -> Nic:
    """The target's NIC, able to carry what the probe sends. Raises TargetError."""
    where = f"{target.pod} on {target.host}" if target.pod else target.host
    nic = next((candidate for candidate in nics if candidate.name == target.nic), None)
    if nic is None:
        raise TargetError(f"{where} has no NIC {target.nic} (it has {', '.join(each.name for each in nics)}).")
    if not nic.up:
        raise TargetError(f"NIC {nic.name} of {where} is down. Bring it up with `ip link set {nic.name} up`.")
    if target.multicast and not nic.multicast:
        raise TargetError(f"NIC {nic.name} of {where} carries no multicast (flag MULTICAST is off).")
    if not nic.addresses:
        raise TargetError(f"NIC {nic.name} of {where} has no IPv4 address.")
    return nic


def own_address(target: Target, nic: Nic) -> str:
    """The address from which the probe speaks; a NIC without one in the target's subnet has only others to speak from."""
    inside = address_on(nic, parse_network(target.subnet)) if target.subnet else None
    return inside or nic.addresses[0].split("/")[0]
