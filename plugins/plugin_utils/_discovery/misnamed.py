# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Participants that name other addresses for themselves than they speak from, and which of the reasons for that it is.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any, Collection, Iterator, Mapping, Sequence

from ...module_utils._finding import WARNING, Finding
from .._manifests import LAN_NIC

TRANSLATED = "address-translated"
CHANGED = "address-changed"
OTHER_NIC = "other-nic"
_BIND = "in Cyclone DDS by <NetworkInterface> in CYCLONEDDS_URI, in Fast DDS by its interface whitelist"
_MESSAGES = {
    TRANSLATED: "so what it publishes will likely not arrive. Either an address translation lies between (a container's or "
    "virtual machine's network, a router), or its host has several NICs and its middleware is bound to none: it speaks by one "
    "and names another.",
    CHANGED: "which is one of the same LAN, so what is published for it goes there. Its host's address has changed since it "
    "was started, or its host has two of this LAN.",
    OTHER_NIC: "which its host has on another NIC: it speaks by one and names the other, so what is published for it goes to a "
    "network where others may not reach it.",
}
_FIXES = {
    TRANSLATED: f"For a translation, attach it to the LAN itself (a pod: its interface {LAN_NIC}; a container: network host). "
    f"For several NICs, bind the middleware to the one on this LAN: {_BIND}.",
    CHANGED: "Restart the program; give its host one address that stays on this LAN.",
    OTHER_NIC: f"Bind the middleware to the NIC on this LAN: {_BIND}.",
}


def reason(named: Sequence[str], sources: Collection[str], subnet: str, held: Collection[str]) -> str:
    """The code of why a participant names the addresses `named` and is heard from `sources`; empty where it can be reached.

    `subnet`: the LAN's, or empty; `held`: all addresses of its host or pod, as far as they are known.
    """
    if set(named) & set(sources):
        return ""
    on_lan = {each for each in named if subnet and ip_address(each) in ip_network(subnet)}
    if set(named) & set(held):
        return "" if on_lan & set(held) else OTHER_NIC
    return CHANGED if on_lan else TRANSLATED


def findings(participants: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Of those with a reason, as the report has them."""
    for each in participants:
        code = each["misnamed"]
        if code:
            yield Finding(
                code,
                f"A participant of {each['vendor']} at {', '.join(each['addresses'])} names another address for itself "
                f"({', '.join(each['locators'])}), {_MESSAGES[code]}",
                _FIXES[code],
                WARNING,
                hosts=[each["host"]] if each["host"] else [],
                network=each["network"],
                evidence={"guid_prefix": each["guid_prefix"]},
            )
