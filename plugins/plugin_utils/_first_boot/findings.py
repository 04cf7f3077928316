# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with machines before they are told anything. Private to this collection. Pure."""

from __future__ import annotations

import re
from typing import Iterator, Mapping, Sequence

from ...module_utils._dns_names import is_domain
from ...module_utils._finding import Finding
from ...module_utils._lan import LanError
from .._addresses import ip, network
from .._and_list import and_list
from .._public_keys import of_keys
from .machine import Machine

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_NIC = re.compile(r"[A-Za-z0-9_.*?\[\]-]{1,15}")


def findings(machines: Sequence[Machine], addresses: Mapping[str, str]) -> list[Finding]:
    """What is wrong with `machines`; `addresses` is {host: fleet address} of the whole inventory, "" where it tells none.

    Names and addresses that several hosts have are found by who looks at the fleet's members.
    """
    holders: dict[tuple[str, str], tuple[Finding, list[str]]] = {}
    for machine in machines:
        for finding in _of_machine(machine, addresses):
            holders.setdefault((finding.message, finding.fix), (finding, []))[1].append(machine.host)
    found = [
        Finding(finding.code, f"{and_list(hosts)}: {finding.message}", finding.fix, hosts=hosts)
        for finding, hosts in holders.values()
    ]
    return found + _shared_macs(machines)


def _of_machine(machine: Machine, addresses: Mapping[str, str]) -> Iterator[Finding]:
    yield from _of_user(machine.user)
    yield from of_keys("first_boot_ssh_keys", machine.ssh_keys)
    if not machine.mac and not _NIC.fullmatch(machine.nic):
        yield Finding(
            "no-nic",
            f"first_boot_nic '{machine.nic}' is neither a MAC address nor a NIC's name",
            'write its MAC, such as first_boot_nic: "d8:3a:dd:01:02:03", its name, such as eth0, or a pattern, such as "e*"',
        )
    for server in machine.time_servers:
        if ip(server) is None and not is_domain(server.lower()):
            yield Finding(
                "no-time-server",
                f"first_boot_time_servers: '{server}' is neither an address nor a name",
                "write it like 192.168.8.10 or pool.ntp.org",
            )
    if machine.network:
        yield from _of_network(machine, addresses)


def _of_user(user: str) -> Iterator[Finding]:
    if not user:
        yield Finding(
            "no-user",
            "nobody is named who is to log in",
            "set ansible_user, who is then made by the first boot, for example ansible_user: ubuntu",
        )
    elif user == "root" or not _USER.fullmatch(user):
        why = "root does not log in" if user == "root" else "this is no user's name on Linux"
        yield Finding("wrong-user", f"first_boot_user '{user}': {why}", "name an ordinary one, for example ubuntu")


def _of_network(machine: Machine, addresses: Mapping[str, str]) -> Iterator[Finding]:
    declared = machine.network
    try:
        subnet = network(declared.get("subnet", ""))
    except LanError as exc:
        yield Finding("wrong-subnet", f"first_boot_network: subnet {exc}", "write it like subnet: 192.168.8.0/24")
        return
    if not machine.address:
        yield Finding(
            "no-fixed-address",
            "first_boot_network gives fixed addresses, and the inventory tells none",
            "set ansible_host or identity_address to an IPv4 address; or first_boot_network: {} for DHCP",
        )
    elif ip(machine.address) not in subnet:
        yield _outside(f"its address {machine.address}", declared["subnet"], "correct ansible_host or identity_address")
    elif subnet.prefixlen < 31 and ip(machine.address) in (subnet.network, subnet.broadcast):
        yield Finding(
            "no-host-address",
            f"its address {machine.address} is that of the network {subnet} itself, or of all hosts on it",
            "give it another one",
        )
    gateway = str(declared.get("gateway") or "")
    owners = [host for host, address in addresses.items() if address == gateway]
    if gateway and (ip(gateway) is None or ip(gateway) not in subnet):
        yield _outside(f"gateway '{gateway}'", declared["subnet"], "write the router's address on that network")
    elif gateway and owners:
        yield Finding(
            "gateway-taken",
            f"first_boot_network: gateway {gateway} is the address of {and_list(owners)}",
            "write the router's address, or correct that host's",
        )
    for server in declared.get("name_servers") or []:
        if ip(server) is None:
            yield Finding(
                "no-name-server",
                f"first_boot_network: name server '{server}' is no IPv4 address",
                "write it like name_servers: [192.168.8.1]",
            )


def _outside(what: str, subnet: str, fix: str) -> Finding:
    return Finding("outside-subnet", f"first_boot_network: {what} is not in its subnet {subnet}", fix)


def _shared_macs(machines: Sequence[Machine]) -> list[Finding]:
    owners: dict[str, list[str]] = {}
    for machine in machines:
        owners.setdefault(machine.mac, []).append(machine.host)
    return [
        Finding(
            "mac-shared",
            f"{and_list(hosts)}: share the MAC address {mac} in first_boot_nic",
            "correct it: each NIC has its own",
            hosts=hosts,
        )
        for mac, hosts in owners.items()
        if mac and len(hosts) > 1
    ]
