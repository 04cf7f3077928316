# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong with whatever is declared to run: a workload as well as a discovery server.

Private to this collection. Pure; runs on the controller.
"""

from __future__ import annotations

from typing import Any, Collection, Mapping, Sequence

from ..module_utils._dns_names import is_label
from ..module_utils._finding import Finding
from ._and_list import and_list
from ._inputs import listed, of_group
from ._lan_reach import hosts_on
from ._workloads import lan_of, namespace


def name_findings(declared: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the name and the namespace."""
    return [
        Finding(
            f"invalid-{key}",
            f"{key} {value!r} is not usable in Kubernetes",
            "lower-case letters, digits and inner dashes only, at most 63 characters",
        )
        for key, value in (("name", str(declared.get("name", ""))), ("namespace", namespace(declared)))
        if not is_label(value)
    ]


def image_findings(declared: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the image."""
    image = declared.get("image") or ""
    if isinstance(image, str) and len(image.split()) == 1:
        return []
    wrong = "is empty" if not str(image).strip() else f"{image!r} is no name of one"
    return [Finding("invalid-image", f"image {wrong}", "name the container image, such as ros:jazzy")]


def lan_findings(declared: Mapping[str, Any], networks: Mapping[str, Any]) -> list[Finding]:
    """Why there is no LAN for it."""
    if not networks:
        return [Finding("no-lan", "there is no LAN to attach it to", "declare one in ros_lan_networks")]
    lan = lan_of(declared, networks)
    if lan not in networks:
        return [
            Finding("unknown-lan", f"unknown LAN {lan!r}", f"one of those in ros_lan_networks: {', '.join(networks)}")
        ]
    hosts = declared.get("hosts")
    wanted = [host for host in hosts if isinstance(host, str)] if isinstance(hosts, (list, tuple)) else []
    off = [host for host in dict.fromkeys(wanted) if not hosts_on(networks[lan], [host])]
    if not off:
        return []
    others = [name for name, each in networks.items() if hosts_on(each, off)]
    fix = (
        f"another one for {and_list(off)}, with lan: {' or '.join(others) or 'NAME'}, or name them under hosts of {lan}"
    )
    return [Finding("off-lan", f"{and_list(off)} {'are' if len(off) > 1 else 'is'} not on its LAN {lan}", fix)]


def hosts_findings(declared: Mapping[str, Any], hosts: Sequence[str], groups: Collection[str]) -> list[Finding]:
    """What is wrong with the hosts."""
    wrong = listed("hosts", declared.get("hosts"), groups=groups)
    if wrong:
        return wrong
    wanted = list(declared.get("hosts") or [])
    found = [_unknown_host(host, hosts, groups) for host in sorted(set(wanted) - set(hosts))]
    if not wanted:
        found.append(Finding("no-hosts", "no hosts to run on", "list inventory names under hosts"))
    twice = sorted({host for host in wanted if wanted.count(host) > 1})
    if twice:
        message = f"hosts names {', '.join(twice)} more than once"
        found.append(Finding("host-twice", message, "once each, one pod a host"))
    return found


def _unknown_host(host: str, hosts: Sequence[str], groups: Collection[str]) -> Finding:
    if host in groups:
        return Finding("unknown-host", f"unknown host {host!r}, which is a group", f"write hosts: {of_group(host)}")
    return Finding("unknown-host", f"unknown host {host!r}", f"one of {', '.join(hosts)} (inventory names)")
