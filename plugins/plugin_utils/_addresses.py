# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses on the controller: networks, their pieces, MACs and who makes them. The only place that knows netaddr.

Private to this collection. Pure. What runs on robots has the standard library alone: module_utils/_lan.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Optional

from ansible.errors import AnsibleError

from ..module_utils._lan import parse_network
from ._fleet import controller

try:
    import netaddr
except ImportError:  # said by whoever needs it, in words
    netaddr = None

if TYPE_CHECKING:
    from netaddr import IPAddress, IPNetwork


def _netaddr() -> Any:
    if netaddr is None:
        raise AnsibleError(controller.missing([controller.ADDRESSES], controller.read_interpreter()).sentence)
    return netaddr


def network(text: object) -> IPNetwork:
    """An IPv4 network from "10.88.1.0/24". Raises LanError that names the value and, for host bits, the network."""
    return _netaddr().IPNetwork(str(parse_network(text)))


def around(text: object) -> Optional[IPNetwork]:
    """The IPv4 network that an address with its prefix length is in, or None when the text is none."""
    library = _netaddr()
    try:
        return library.IPNetwork(str(text), version=4).cidr
    except (library.AddrFormatError, ValueError):
        return None


def ip(text: object) -> Optional[IPAddress]:
    """An IPv4 address, or None when the text is none, as a name is not."""
    library = _netaddr()
    try:
        return library.IPAddress(str(text), version=4)
    except (library.AddrFormatError, ValueError):
        return None


def is_ip6(text: object) -> bool:
    """Whether it is an IPv6 address, as in a URL ("[fd00::1]") or with its interface ("fe80::1%eth0") too."""
    library = _netaddr()
    return bool(library.valid_ipv6(str(text).strip("[]").partition("%")[0]))


def ip_of(cidr: str) -> IPAddress:
    """The address in "10.88.1.21/24"."""
    return _netaddr().IPNetwork(cidr).ip


def with_network(cidr: str) -> IPNetwork:
    """The address in "10.88.1.21/24" with the network that it is in (`ip`, `cidr`)."""
    return _netaddr().IPNetwork(cidr)


def overlap(one: IPNetwork, other: IPNetwork) -> bool:
    """Whether an address is in both."""
    return one in other or other in one


def pieces(whole: IPNetwork, prefix_length: int) -> Iterator[IPNetwork]:
    """The networks of that prefix length that `whole` is made of, lowest first; none when it is smaller."""
    return iter(whole.subnet(prefix_length))


def usable_range(subnet: IPNetwork, piece: IPNetwork) -> tuple[str, str]:
    """First and last address of `piece` that a pod may have: the subnet's network and broadcast addresses are not."""
    usable = _netaddr().IPSet([piece]) - _netaddr().IPSet([subnet.network, subnet.broadcast])
    both = usable.iprange()
    return str(both[0]), str(both[-1])


def mac(text: object) -> str:
    """A MAC address in whatever notation as "02:00:0a:58:01:15"; empty when the text is none, as a NIC's name is not."""
    library = _netaddr()
    if not any(separator in str(text) for separator in ":-.") or not library.valid_mac(str(text)):
        return ""
    return str(library.EUI(str(text), dialect=library.mac_unix_expanded))


def maker(text: object) -> str:
    """Who makes NICs with such a MAC; empty when it is not registered, as one that somebody made up is not."""
    library = _netaddr()
    try:
        return library.EUI(str(text)).oui.registration().org
    except (library.NotRegisteredError, library.AddrFormatError, ValueError, IndexError):
        return ""
