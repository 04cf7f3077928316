# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared LANs and with the NICs they find, each with the host or LAN, the value and the fix.

Private to this collection. Pure; runs on the controller. An empty list means that nothing is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any, Collection, Iterable, Iterator, Mapping, Optional, Sequence, Union

from ..module_utils._dns_names import is_label
from ..module_utils._finding import Finding
from ..module_utils._lan import LanError
from ._addresses import ip, ip_of, network, overlap, pieces
from ._and_list import and_list
from ._cluster_networks import lan_findings as lan_in_cluster_networks
from ._declared_findings import hosts_findings
from ._manifests import attachment_names

if TYPE_CHECKING:
    from netaddr import IPAddress, IPNetwork

DEFAULT_SLICE_PREFIX = 28
# A /31 or /32 has no room for a workload and the probe's own pod next to each other at the ends of a subnet.
LONGEST_SLICE_PREFIX = 30
# The name is a Kubernetes object's, a file's, and the end of the annotation "slice.<name>" (63 characters at most).
LONGEST_LAN_NAME = 57


@dataclass(frozen=True)
class Lan:
    """A declared LAN whose subnet and pool make sense together."""

    name: str
    subnet: IPNetwork
    pool: IPNetwork
    slice_prefix: int
    fixed: Optional[IPNetwork] = None
    routes: tuple[tuple[IPNetwork, IPAddress], ...] = ()  # (where to, the router on this LAN)
    hosts: Optional[tuple[str, ...]] = None  # inventory names of those that are on it; None for all

    @property
    def ranges(self) -> dict[str, IPNetwork]:
        """What pods get their addresses from: {key of the declaration: range}."""
        return {"pool": self.pool, **({"fixed": self.fixed} if self.fixed else {})}


def slice_prefix(network: Mapping[str, Any]) -> int:
    """The prefix length of one host's slice of a declared LAN."""
    return int(network.get("slice_prefix") or DEFAULT_SLICE_PREFIX)


def findings(
    networks: Sequence[Mapping[str, Any]],
    hosts: Sequence[str],
    seen: Mapping[str, Mapping[str, Any]],
    addresses: Mapping[str, str],
    cluster_networks: Mapping[str, Sequence[str]],
    groups: Collection[str] = (),
) -> list[Finding]:
    """Everything wrong with `networks` on a fleet whose `hosts` carry them for pods. `groups` are those of the inventory.

    `seen` is what lan_seen gives of each host that is present; `addresses` holds the fleet address of each
    host, also of absent ones (names that are no IPv4 address are passed over); both also of hosts that get no pods.
    `cluster_networks` are those of the cluster's pods and Services.
    """
    found, lans = _declared(networks)
    for lan in lans:
        found += _named_hosts(lan, hosts, groups)
        found += _too_small(lan, [host for host in hosts if lan.hosts is None or host in lan.hosts])
        found += lan_in_cluster_networks(lan.name, lan.subnet, cluster_networks)
        found += _routes_into_the_cluster(lan, cluster_networks)
        found += _address_twice(lan, seen, addresses)
        found += _routes_back(lan, lans)
        found += _own_routers(lan, seen)
    found += [finding for one, other in combinations(lans, 2) for finding in _overlapping(one, other)]
    broken = {str(network.get("name", "")) for network in networks} - {lan.name for lan in lans}
    for host in hosts:
        found += _refusals(host, seen.get(host, {}), broken)
        found += _foreign_attachments(host, lans, seen.get(host, {}))
    for host in dict.fromkeys([*hosts, *addresses]):
        found += _own_addresses_in_pools(host, lans, seen.get(host, {}), addresses.get(host, ""))
    return found


def router_findings(networks: Sequence[Mapping[str, Any]], fleet: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Routers whose address lies in a pool: a pod that gets it takes their place for everybody on the LAN."""
    routers: dict[str, list[str]] = {}
    for host, each in fleet.items():
        for route in (each["identity"] or {}).get("default_routes", []):
            if route["gateway"]:
                routers.setdefault(route["gateway"], []).append(host)
    return [
        Finding(
            "router-in-pool",
            f"LAN {lan.name}: the router {gateway} of {and_list(hosts)} lies in {_the(key)} {part}, so a pod would get its "
            "address, and hosts would send to that pod what is for the router",
            f"move {_the(key)} to a part of {lan.subnet} that is nobody's",
        )
        for lan in _declared(networks)[1]
        for gateway, hosts in routers.items()
        for key, part in lan.ranges.items()
        if ip(gateway) in part
    ]


def _declared(networks: Sequence[Mapping[str, Any]]) -> tuple[list[Finding], list[Lan]]:
    found: list[Finding] = []
    lans: list[Lan] = []
    names = [str(network.get("name", "")) for network in networks]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append(
            Finding("lan-twice", f"LAN {name}: declared {names.count(name)} times", "give each LAN a name of its own")
        )
    for declared, name in zip(networks, names):
        if not is_label(name, LONGEST_LAN_NAME):
            found.append(
                Finding(
                    "lan-name",
                    f"LAN {name!r}: the name is not usable in Kubernetes",
                    f"lower-case letters, digits and inner dashes only, at most {LONGEST_LAN_NAME} characters, such as ros-lan",
                )
            )
        lan = _lan(name, declared)
        (lans if isinstance(lan, Lan) else found).append(lan)
    return found, lans


def _lan(name: str, declared: Mapping[str, Any]) -> Union[Lan, Finding]:
    """The LAN, or the first thing that is wrong with its subnet and pool."""
    networks = {}
    for key in ("subnet", "pool", *(["fixed"] if declared.get("fixed") else [])):
        try:
            networks[key] = network(declared.get(key, ""))
        except LanError as exc:
            return Finding("lan-network", f"LAN {name}: the {key} {exc}", f"correct {key} in ros_lan_networks")
    routes = _routes(name, declared, networks)
    if isinstance(routes, Finding):
        return routes
    hosts = None if declared.get("hosts") is None else tuple(declared["hosts"])
    lan = Lan(name, **networks, slice_prefix=slice_prefix(declared), routes=routes, hosts=hosts)
    if lan.pool not in lan.subnet:
        return Finding(
            "pool-outside",
            f"LAN {name}: the pool {lan.pool} is not inside the subnet {lan.subnet}",
            f"a part of {lan.subnet} that DHCP and hosts leave free",
        )
    if lan.fixed is not None and (lan.fixed not in lan.subnet or overlap(lan.fixed, lan.pool)):
        return Finding(
            "fixed-outside",
            f"LAN {name}: fixed {lan.fixed} is not a part of the subnet {lan.subnet} beside the pool {lan.pool}",
            f"a part of {lan.subnet} that DHCP, hosts and the pool leave free",
        )
    if not lan.pool.prefixlen <= lan.slice_prefix <= LONGEST_SLICE_PREFIX:
        return Finding(
            "slice-prefix",
            f"LAN {name}: slice_prefix {lan.slice_prefix} does not cut the pool {lan.pool} into slices",
            f"a number from {lan.pool.prefixlen} to {LONGEST_SLICE_PREFIX}, or a wider pool",
        )
    return lan


def _routes(
    name: str, declared: Mapping[str, Any], networks: Mapping[str, IPNetwork]
) -> Union[tuple[tuple[IPNetwork, IPAddress], ...], Finding]:
    """The routes, or the first thing that is wrong with one."""
    routes = []
    for route in declared.get("routes") or ():
        try:
            to = network(route["to"])
        except LanError as exc:
            return Finding("lan-network", f"LAN {name}: the route {exc}", "correct routes in ros_lan_networks")
        if to.prefixlen == 0 or to in networks["subnet"]:
            what = "everywhere, as the pods' own default route does" if to.prefixlen == 0 else "into the LAN itself"
            return Finding(
                "lan-route",
                f"LAN {name}: a route leads to {to}, {what}",
                "the subnet of another site, as its routers know it",
            )
        router = ip(route["via"])
        ranges = [networks[key] for key in ("pool", "fixed") if key in networks]
        if router is None or router not in networks["subnet"] or any(router in part for part in ranges):
            return Finding(
                "lan-route",
                f"LAN {name}: the route to {to} goes by {route['via']}, which is no address of {networks['subnet']} that a "
                "router can have beside the pods",
                "via: the router's address on this LAN",
            )
        routes.append((to, router))
    return tuple(routes)


def _named_hosts(lan: Lan, hosts: Sequence[str], groups: Collection[str]) -> list[Finding]:
    if lan.hosts is None:
        return []
    wrong = hosts_findings({"hosts": list(lan.hosts)}, hosts, groups)
    return [replace(finding, message=f"LAN {lan.name}: {finding.message}") for finding in wrong]


def _routes_into_the_cluster(lan: Lan, cluster_networks: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    for to, _router in lan.routes:
        for kind, networks in cluster_networks.items():
            for each in networks:
                if overlap(to, network(each)):
                    yield Finding(
                        "lan-route",
                        f"LAN {lan.name}: the route to {to} covers {each}, from which the cluster gives {kind} their "
                        "addresses, so pods would look for those, and for the cluster's DNS, at the router",
                        "the subnets of the other sites alone, each as a route of its own",
                    )


def _routes_back(lan: Lan, lans: Sequence[Lan]) -> Iterator[Finding]:
    """What is asked over a router has to answer over one: both ends are declared here, so both can be looked at."""
    for other in lans:
        if _leads_to(lan, other) and not _leads_to(other, lan):
            yield Finding(
                "one-way-route",
                f"LAN {lan.name} has a route to {other.name} ({other.subnet}), and {other.name} has none back to {lan.subnet}, "
                "so its pods cannot answer",
                f"for {other.name} write routes: [{{to: {lan.subnet}, via: ITS ROUTER}}]",
            )


def _leads_to(here: Lan, there: Lan) -> bool:
    return any(there.subnet in to for to, _router in here.routes)


def _own_routers(lan: Lan, seen: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Hosts that are routers of their LAN themselves."""
    for host, each in seen.items():
        address = each.get("lans", {}).get(lan.name, {}).get("address")
        if any(str(router) == address for _to, router in lan.routes):
            yield Finding(
                "router-is-host",
                f"{host}: is the router {address} of LAN {lan.name}, and no host reaches its own pods by the NIC that they are "
                "attached to (macvlan), so those have no way to the other sites",
                f"a router of its own for {lan.name}, or hosts: for {lan.name} without {host}",
            )


def _too_small(lan: Lan, hosts: Sequence[str]) -> list[Finding]:
    room = _room(lan.pool, lan.slice_prefix, len(hosts))
    if room >= len(hosts):
        return []
    lengths = range(lan.slice_prefix + 1, LONGEST_SLICE_PREFIX + 1)
    enough = next((length for length in lengths if _room(lan.pool, length, len(hosts)) >= len(hosts)), None)
    narrower = f"slice_prefix: {enough}, or " if enough else ""
    return [
        Finding(
            "pool-too-small",
            f"LAN {lan.name}: the pool {lan.pool} has room for {room} slices of /{lan.slice_prefix}, and the fleet has "
            f"{len(hosts)} hosts",
            f"{narrower}a wider pool",
        )
    ]


def _room(pool: IPNetwork, prefix_length: int, most: int) -> int:
    """For how many hosts the pool has a slice of that prefix length, counted up to `most`."""
    return sum(1 for _piece in islice(pieces(pool, prefix_length), most))


def _overlapping(one: Lan, other: Lan) -> list[Finding]:
    return [
        Finding(
            "pools-overlap",
            f"LAN {other.name}: its {theirs} {part} overlaps the {ours} {taken} of {one.name}",
            "give each LAN a pool of its own",
        )
        for ours, taken in one.ranges.items()
        for theirs, part in other.ranges.items()
        if overlap(taken, part)
    ]


def _the(key: str) -> str:
    """A key of the declaration in a sentence."""
    return "the pool" if key == "pool" else key


def _address_twice(lan: Lan, seen: Mapping[str, Mapping[str, Any]], addresses: Mapping[str, str]) -> Iterator[Finding]:
    """Hosts with one address on the LAN: neither hears the other, and whoever speaks to one of them reaches any."""
    holders: dict[str, dict[str, str]] = {}
    for host, each in seen.items():
        carrier = each.get("lans", {}).get(lan.name, {})
        if carrier.get("address"):
            holders.setdefault(carrier["address"], {})[host] = f"on {carrier['nic']}"
    for host, text in addresses.items():
        address = ip(text)
        if address is not None and address in lan.subnet and not any(host in hosts for hosts in holders.values()):
            holders.setdefault(str(address), {})[host] = "its fleet address"
    for address, hosts in holders.items():
        if len(hosts) > 1:
            places = [f"{host} {where}" for host, where in hosts.items()]
            yield Finding(
                "address-twice",
                f"{and_list(list(hosts))}: have the same address {address} on LAN {lan.name} ({and_list(places)}), so they do "
                f"not hear each other. Most likely {lan.subnet} is the network inside of each robot, where its maker gives all "
                "of them the same addresses",
                f"declare for {lan.name} the subnet of the network on which the robots meet"
                f"{_fleet_addresses(hosts, lan, addresses)}, or give each NIC an address of its own.",
            )


def _fleet_addresses(hosts: Iterable[str], lan: Lan, addresses: Mapping[str, str]) -> str:
    """A hint at the other network, where all of the hosts have an address there."""
    known = [(text, ip(text)) for text in (addresses.get(host, "") for host in hosts)]
    if any(address is None or address in lan.subnet for _text, address in known):
        return ""
    return f" (their fleet addresses are {and_list([text for text, _address in known])})"


def _refusals(host: str, seen: Mapping[str, Any], broken: set[str]) -> list[Finding]:
    """Why the host cannot carry a LAN; a LAN that is itself wrong is reported once, not again by every host."""
    refused = {lan: reason for lan, reason in seen.get("refused", {}).items() if lan not in broken}
    return [Finding.from_text("no-nic", f"{host}: {reason}") for reason in refused.values()]


def _own_addresses_in_pools(
    host: str, lans: Sequence[Lan], seen: Mapping[str, Any], fleet_address: str
) -> list[Finding]:
    return [
        Finding(
            "address-in-pool",
            f"{host}: its own address {address} ({where}) lies in {_the(key)} {part} of {lan.name}, so a pod would get it too",
            f"move {_the(key)} or the host's address",
        )
        for lan in lans
        for key, part in lan.ranges.items()
        for address, where in _own_addresses(seen, fleet_address).items()
        if address in part
    ]


def _own_addresses(seen: Mapping[str, Any], fleet_address: str) -> dict[IPAddress, str]:
    own = {ip_of(cidr): nic["name"] for nic in seen.get("nics", []) for cidr in nic["addresses"]}
    address = ip(fleet_address)
    if address is not None:
        own.setdefault(address, "its fleet address")
    return own


def _foreign_attachments(host: str, lans: Sequence[Lan], seen: Mapping[str, Any]) -> list[Finding]:
    """Files that others put beside ours and that would keep Multus from finding a LAN."""
    names = {name for lan in lans for name in attachment_names({"name": lan.name, "fixed": lan.fixed})}
    found = []
    for file in seen.get("attachments", []):
        if file["owned"]:
            continue
        if file["error"] and file["file"].rpartition("/")[2] not in {f"{name}.conf" for name in names}:
            found.append(
                Finding(
                    "attachment-broken",
                    f"{host}: Multus cannot read {file['file']} ({file['error']}), and stops there before it finds a LAN",
                    "repair or remove that file",
                )
            )
        if file["name"] in names:
            found.append(
                Finding(
                    "attachment-foreign",
                    f"{host}: {file['file']} already defines an attachment {file['name']} and was not written by rosfleet",
                    "remove that file, or give the LAN another name",
                )
            )
    return found
