# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Things that go wrong in a fleet, as commands: a table of fault → how to apply it and how to undo it.

Applying twice is applying once; undoing what was not applied does nothing. Switching a host off and on lays its
cables anew, which undoes all that was done to its NICs; what its switch drops, it goes on dropping.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lab.fleet import identity, kinds, network, nics, state
from lab.fleet.plan import MANAGEMENT_NET, Host
from lab.fleet.shell import LabError, run
from lab.fleet.state import Fleet, Member


@dataclass(frozen=True)
class Fault:
    """One fault; ``value`` says what its optional argument means."""

    tells: str
    apply: Callable[[Fleet, Member, str], None]
    undo: Callable[[Fleet, Member, str], None]
    value: str = ""


def inject(name: str, host: str, value: str, *, undo: bool) -> None:
    """Apply or undo a fault on a running host; raises LabError for an unknown fault, host or value."""
    if name not in FAULTS:
        raise LabError(f"No fault {name!r}. Faults: {', '.join(FAULTS)}.")
    fault = FAULTS[name]
    fleet = state.load()
    member = fleet.running(host)
    (fault.undo if undo else fault.apply)(fleet, member, value)


def multicast_rules(port: str, directions: tuple[str, ...], towards: str = "") -> list[str]:
    """nftables rules for the switch: no multicast from (``iifname``) or to (``oifname``) the host's port.

    Only that which goes to the port ``towards``, where one is given.
    """
    there = f'oifname "{towards}" ' if towards else ""
    drops = [f'{direction} "{port}" {there}meta pkttype multicast drop' for direction in directions]
    return ["type filter hook forward priority 0", *drops]


def port_rules(port: int) -> list[str]:
    """nftables rules for the host's own firewall: nothing comes in to this TCP or UDP port."""
    return ["type filter hook input priority -150", f"tcp dport {port} drop", f"udp dport {port} drop"]


def loading(family: str, table: str, rules: list[str]) -> str:
    """nftables input that makes ``table`` hold one chain of ``rules``, in one transaction, was it there or not."""
    return unloading(family, table) + "\n".join([f"table {family} {table} {{", "chain lab {", *rules, "}", "}", ""])


def unloading(family: str, table: str) -> str:
    """nftables input that removes ``table``, whether it was there or not."""
    return f"add table {family} {table}\ndelete table {family} {table}\n"


def _drop_multicast(tells: str, *directions: str) -> Fault:
    def table(member: Member) -> str:
        return f"lab_multicast_{'_'.join(directions)}_{member.host.name}"

    def apply(_fleet: Fleet, member: Member, _value: str) -> None:
        rules = multicast_rules(network.ros_port(member.host), directions)
        _nft(loading("bridge", table(member), rules))

    def undo(_fleet: Fleet, member: Member, _value: str) -> None:
        _nft(unloading("bridge", table(member)))

    return Fault(tells, apply, undo)


def _switch_drops(tells: str, what: str, match: str) -> Fault:
    """The switch drops what matches on its way to the host. Multicast has an odd first byte of the MAC that it is sent to."""

    def table(member: Member) -> str:
        return f"lab_{what}_{member.host.name}"

    def apply(_fleet: Fleet, member: Member, _value: str) -> None:
        rules = ["type filter hook forward priority 0", f'oifname "{network.ros_port(member.host)}" {match} drop']
        _nft(loading("bridge", table(member), rules))

    def undo(_fleet: Fleet, member: Member, _value: str) -> None:
        _nft(unloading("bridge", table(member)))

    return Fault(tells, apply, undo)


def _drop_between(fleet: Fleet, member: Member, value: str) -> None:
    ports = [
        network.ros_port(each.host) for each in (member, identity.other(fleet, member, value, "drop-multicast-between"))
    ]
    _nft(loading("bridge", _between(member), multicast_rules(ports[0], ("iifname",), towards=ports[1])))


def _pass_between(_fleet: Fleet, member: Member, _value: str) -> None:
    _nft(unloading("bridge", _between(member)))


def _between(member: Member) -> str:
    return f"lab_multicast_between_{member.host.name}"


def _block_port(_fleet: Fleet, member: Member, value: str) -> None:
    port = _port(value)
    _nft_inside(member, loading("inet", f"lab_port_{port}", port_rules(port)))


def _unblock_port(_fleet: Fleet, member: Member, value: str) -> None:
    _nft_inside(member, unloading("inet", f"lab_port_{_port(value)}"))


def _port(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise LabError(f"block-port needs a port from 1 to 65535, not {value!r}: lab fault block-port tb1 25000")
    return int(value)


def _cable(port: Callable[[Host], str], *, plugged: bool) -> Callable[[Fleet, Member, str], None]:
    """What plugs in or pulls the cable at a port of the switch."""

    def lay(_fleet: Fleet, member: Member, _value: str) -> None:
        kinds.of(member).lay_cable(member, port(member.host), plugged=plugged)

    return lay


def _rename_nic(_fleet: Fleet, member: Member, value: str) -> None:
    nics.rename_ros_nic(member, value or f"{member.host.ros_nic}x")


def _restore_nic_name(fleet: Fleet, member: Member, _value: str) -> None:
    _rename_nic(fleet, member, member.host.ros_nic)


def _take_address(fleet: Fleet, member: Member, value: str) -> None:
    nics.set_ros_address(member, identity.other(fleet, member, value, "duplicate-address").host.ros_address)


def _give_address_back(_fleet: Fleet, member: Member, _value: str) -> None:
    nics.set_ros_address(member, member.host.ros_address)


def _move(_fleet: Fleet, member: Member, value: str) -> None:
    if not value.isdigit() or not 1 < int(value) < 255:
        raise LabError(f"move-address needs a number from 2 to 254, not {value!r}: lab fault move-address base 110")
    address = f"{MANAGEMENT_NET}.{value}"
    nics.set_management_address(member, address)
    identity.expect_key(member, address)


def _move_back(_fleet: Fleet, member: Member, _value: str) -> None:
    nics.set_management_address(member, member.host.management_address)


def _nft(rules: str) -> None:
    run(["nsenter", f"--net={network.NAMESPACES / network.LAN}", "nft", "-f", "-"], stdin=rules)


def _nft_inside(member: Member, rules: str) -> None:
    kinds.of(member).run_in_network(member, ["nft", "-f", "-"], stdin=rules)


FAULTS: dict[str, Fault] = {
    "drop-multicast": _drop_multicast(
        "the switch of the ROS LAN drops multicast from and to the host", "iifname", "oifname"
    ),
    "drop-multicast-from": _drop_multicast("the switch of the ROS LAN drops multicast from the host", "iifname"),
    "drop-multicast-to": _drop_multicast("the switch of the ROS LAN drops multicast to the host", "oifname"),
    "drop-multicast-between": Fault(
        "the switch of the ROS LAN drops multicast from the host to another", _drop_between, _pass_between, "OTHER_HOST"
    ),
    "drop-unicast-to": _switch_drops(
        "the switch of the ROS LAN drops UDP to the host, unless it is multicast",
        "unicast",
        "ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 ip protocol udp",
    ),
    "drop-large-to": _switch_drops(
        "the switch of the ROS LAN drops packets of more than 1300 bytes to the host", "large", "ip length > 1300"
    ),
    "drop-fragments-to": _switch_drops(
        "the switch of the ROS LAN drops fragments to the host", "fragments", "ip frag-off & 0x3fff != 0"
    ),
    "block-port": Fault("the host's firewall drops a TCP and UDP port", _block_port, _unblock_port, "PORT"),
    "cut-nic": Fault(
        "the cable of the ROS NIC is pulled",
        _cable(network.ros_port, plugged=False),
        _cable(network.ros_port, plugged=True),
    ),
    "cut-management": Fault(
        "the cable of the management NIC is pulled",
        _cable(network.management_port, plugged=False),
        _cable(network.management_port, plugged=True),
    ),
    "far-site": Fault(
        "the ROS NIC is on the LAN of another site, behind a router",
        lambda _fleet, member, _value: nics.move_to_far_site(member),
        lambda _fleet, member, _value: nics.bring_home(member),
    ),
    "move-address": Fault(
        "the management NIC has another address, the last number of which is given", _move, _move_back, "NUMBER"
    ),
    "duplicate-address": Fault(
        "the ROS NIC has another host's address", _take_address, _give_address_back, "OTHER_HOST"
    ),
    "rename-nic": Fault("the ROS NIC has another name", _rename_nic, _restore_nic_name, "NEW_NAME"),
    "clone-identity": Fault(
        "hostname, machine-id and SSH host key are another host's", identity.clone, identity.restore, "OTHER_HOST"
    ),
    "clone-mac": Fault("the ROS NIC's MAC is another host's", identity.clone_mac, identity.restore_mac, "OTHER_HOST"),
    "cloud-init-rewrites": Fault(
        "cloud-init rewrites hostname and hosts file at every boot",
        identity.wake_cloud_init,
        identity.lull_cloud_init,
        "|".join(identity.SOURCES),
    ),
    "strip-tools": Fault("ping, ip and hostnamectl are missing", identity.strip_tools, identity.restore_tools),
}
