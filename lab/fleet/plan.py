# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts a lab has and what they are called on the wire. Pure: names and addresses only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lab.fleet.prefix import PREFIX

MANAGEMENT_NIC = "mgmt0"
MANAGEMENT_NET = "10.88.0"
ROS_NET = "10.88.1"
# The LAN of another site, and the router between the two.
FAR_NET = "10.88.2"
GATEWAY = f"{MANAGEMENT_NET}.1"
ROS_ROUTER, FAR_ROUTER = f"{ROS_NET}.1", f"{FAR_NET}.1"
PREFIX_LENGTH = 24
USER = "robot"
BAKING = "bake"  # the machine as which the root image is booted while it is made
MOST_HOSTS = 30
BASE_NUMBER = 10
FIRST_ROBOT_NUMBER = 21
# What the same two-port machine calls its second NIC depends on its board and its boot: here no two agree.
ROS_NICS = {"base": "enp3s0", "tb1": "eth1", "tb2": "eno2", "tb3": "enx3"}


@dataclass(frozen=True)
class Host:
    """One host of the lab: its inventory name, and the last number of both of its addresses."""

    name: str
    number: int
    ros_nic: str

    @property
    def management_address(self) -> str:
        """The address that SSH and the fleet use."""
        return f"{MANAGEMENT_NET}.{self.number}"

    @property
    def ros_address(self) -> str:
        """The address on the LAN of ROS."""
        return f"{ROS_NET}.{self.number}"

    @property
    def far_address(self) -> str:
        """The address on the LAN of the other site, when it is there."""
        return f"{FAR_NET}.{self.number}"

    @property
    def namespace(self) -> str:
        """Name of the host's network namespace."""
        return f"{PREFIX}{self.name}"


def plan(count: int) -> list[Host]:
    """The first ``count`` hosts: the base station and then the robots tb1, tb2, …

    Raises ValueError for a number the lab has no addresses or loop devices for.
    """
    if not 1 <= count <= MOST_HOSTS:
        raise ValueError(f"A lab has 1 to {MOST_HOSTS} hosts, not {count}.")
    base = Host("base", BASE_NUMBER, ROS_NICS["base"])
    return [base, *(_robot(index) for index in range(1, count))]


def _robot(index: int) -> Host:
    name = f"tb{index}"
    return Host(name, FIRST_ROBOT_NUMBER + index - 1, ROS_NICS.get(name, f"ros{index}"))


def mac_address(host: Host, port: str) -> str:
    """A locally administered MAC that stays the same when the host is imaged anew, as a real NIC's does."""
    digest = hashlib.sha256(f"rosfleet lab {host.name} {port}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))
