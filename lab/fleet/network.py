# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's cables and switches: bridges in a network namespace of the lab's own, and two cables to every host.

To an nspawn host a cable is a veth pair, whose NIC it finds with an address on it, as after DHCP; to a virtual machine it is
a tap that QEMU holds the other end of. Nothing of it is in the machine's own network namespace.
"""

from __future__ import annotations

import json
from pathlib import Path

from lab.fleet.plan import FAR_ROUTER, GATEWAY, MANAGEMENT_NIC, PREFIX_LENGTH, ROS_ROUTER, Host, mac_address
from lab.fleet.prefix import PREFIX
from lab.fleet.shell import LabError, run

LAN = f"{PREFIX}lan"
MANAGEMENT_BRIDGE = "br-mgmt"
ROS_BRIDGE = "br-ros"
FAR_BRIDGE = "br-far"
NAMESPACES = Path("/run/netns")


def ensure_lan() -> None:
    """Make the namespace of the switches and of the controller, with both bridges, if it is not there."""
    if (NAMESPACES / LAN).exists():
        return
    run(["ip", "netns", "add", LAN])
    _without_ipv6(LAN)
    _ip(LAN, "link", "set", "lo", "up")
    for bridge in (MANAGEMENT_BRIDGE, ROS_BRIDGE):
        _add_switch(bridge)
    _ip(LAN, "address", "add", f"{GATEWAY}/{PREFIX_LENGTH}", "dev", MANAGEMENT_BRIDGE)


def connect(host: Host) -> None:
    """Give the host a fresh network namespace with its two NICs plugged in."""
    disconnect(host.name)
    run(["ip", "netns", "add", host.namespace])
    _without_ipv6(host.namespace)
    _ip(host.namespace, "link", "set", "lo", "up")
    _plug(host, MANAGEMENT_NIC, MANAGEMENT_BRIDGE, management_port(host), host.management_address)
    _plug(host, host.ros_nic, ROS_BRIDGE, ros_port(host), host.ros_address)
    _ip(host.namespace, "route", "add", "default", "via", GATEWAY)


def connect_taps(host: Host) -> None:
    """Lay two fresh cables for a virtual machine, for QEMU to plug in."""
    disconnect(host.name)
    for port, bridge in ((management_port(host), MANAGEMENT_BRIDGE), (ros_port(host), ROS_BRIDGE)):
        _ip(LAN, "tuntap", "add", port, "mode", "tap")
        _ip(LAN, "link", "set", port, "master", bridge, "up")


def disconnect(name: str) -> None:
    """Unplug the host of this name and remove its network namespace; nothing there is fine."""
    if (NAMESPACES / LAN).exists():
        plugged = {link["ifname"] for link in _links(LAN)}
        for port in sorted(plugged & {f"m-{name}", f"r-{name}"}):
            _ip(LAN, "link", "delete", port)
    if (NAMESPACES / f"{PREFIX}{name}").exists():
        run(["ip", "netns", "delete", f"{PREFIX}{name}"])


def remove_lan() -> None:
    """Remove the namespace of the switches, and with it all that is plugged in."""
    if (NAMESPACES / LAN).exists():
        run(["ip", "netns", "delete", LAN])


def connected() -> set[str]:
    """Names of all hosts that have a network namespace."""
    return {path.name.removeprefix(PREFIX) for path in NAMESPACES.glob(f"{PREFIX}*") if path.name != LAN}


def management_port(host: Host) -> str:
    """The switch's end of the host's management cable."""
    return f"m-{host.name}"


def ros_port(host: Host) -> str:
    """The switch's end of the host's ROS cable."""
    return f"r-{host.name}"


def nic_at(host: Host) -> str:
    """What the NIC at the other end of an nspawn host's ROS cable is called at this moment.

    Raises LabError when the host has no such NIC at all.
    """
    port = ros_port(host)
    other_ends = [link["link_index"] for link in _links(LAN) if link["ifname"] == port]
    for link in _links(host.namespace) if other_ends else []:
        if link["ifindex"] == other_ends[0]:
            return str(link["ifname"])
    raise LabError(f"{host.name}: nothing at the other end of {port} in namespace {host.namespace}; is the host up?")


def lay(port: str, *, plugged: bool) -> None:
    """Plug the cable at a port of the switch in, or pull it."""
    _ip(LAN, "link", "set", port, "up" if plugged else "down")


def plug_into_far_site(host: Host) -> None:
    """Plug the host's ROS cable into another switch, for another subnet with a router between the two."""
    if FAR_BRIDGE not in {link["ifname"] for link in _links(LAN)}:
        _add_switch(FAR_BRIDGE)
    for bridge, router in ((ROS_BRIDGE, ROS_ROUTER), (FAR_BRIDGE, FAR_ROUTER)):
        _ip(LAN, "address", "replace", f"{router}/{PREFIX_LENGTH}", "dev", bridge)
    run(["nsenter", f"--net={NAMESPACES / LAN}", "sysctl", "--quiet", "net.ipv4.ip_forward=1"])
    _ip(LAN, "link", "set", ros_port(host), "master", FAR_BRIDGE)


def plug_in_at_home(host: Host) -> None:
    """Plug the host's ROS cable into the switch of the others again. The router stays, which nobody asks any more."""
    _ip(LAN, "link", "set", ros_port(host), "master", ROS_BRIDGE)


def _add_switch(bridge: str) -> None:
    # Snooping without a querier on the LAN drops multicast after some minutes; switches of robots have it off.
    _ip(LAN, "link", "add", bridge, "type", "bridge", "mcast_snooping", "0", "stp_state", "0", "forward_delay", "0")
    _ip(LAN, "link", "set", bridge, "up")


def _plug(host: Host, nic: str, bridge: str, port: str, address: str) -> None:
    mac = mac_address(host, "mgmt" if bridge == MANAGEMENT_BRIDGE else "ros")
    _ip(LAN, "link", "add", port, "type", "veth", "peer", "name", nic, "address", mac, "netns", host.namespace)
    _ip(LAN, "link", "set", port, "master", bridge, "up")
    _ip(host.namespace, "address", "add", f"{address}/{PREFIX_LENGTH}", "brd", "+", "dev", nic)
    _ip(host.namespace, "link", "set", nic, "up")


def _without_ipv6(namespace: str) -> None:
    # The lab's LANs are IPv4; duplicate address detection would only delay the first packets.
    settings = [f"net.ipv6.conf.{scope}.disable_ipv6=1" for scope in ("all", "default")]
    run(["nsenter", f"--net={NAMESPACES / namespace}", "sysctl", "--quiet", *settings])


def _links(namespace: str) -> list[dict]:
    return json.loads(_ip(namespace, "-json", "link", "show"))


def _ip(namespace: str, *arguments: str) -> str:
    return run(["ip", "-n", namespace, *arguments])
