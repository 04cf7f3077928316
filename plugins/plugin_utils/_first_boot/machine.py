# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine as its first boot is to make it. Private to this collection. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from .._addresses import mac, network
from .._fleet.member import Member


@dataclass(frozen=True)
class Machine:
    """`host` is its inventory name, `address` its fleet address as far as the inventory tells it ("" where it does not)."""

    host: str
    hostname: str
    address: str
    user: str
    ssh_keys: tuple[str, ...]
    groups: tuple[str, ...]
    packages: tuple[str, ...]
    time_servers: tuple[str, ...]
    nic: str  # its MAC, its name, or a pattern of names
    network: Mapping[str, Any]  # subnet, gateway, name_servers; empty for DHCP

    @property
    def interface(self) -> str:
        """The fixed address with the prefix length of its subnet, as "192.168.8.21/24"."""
        return f"{self.address}/{network(self.network['subnet']).prefixlen}"

    @property
    def mac(self) -> str:
        """The NIC's MAC; empty where it is named by its name."""
        return mac(self.nic)

    @property
    def one_of_several(self) -> bool:
        """Whether more than one NIC may have such a name."""
        return any(sign in self.nic for sign in "*?[")


def machine_of(member: Member, settings: Mapping[str, Any]) -> Machine:
    """The machine that a member of the fleet is to be; `settings` are the role's variables without their prefix."""
    return Machine(
        host=member.host,
        hostname=member.hostname,
        address=member.address,
        user=str(settings["user"]),
        nic=str(settings["nic"]),
        network=settings["network"],
        **{key: tuple(map(str, settings[key])) for key in ("ssh_keys", "groups", "packages", "time_servers")},
    )
