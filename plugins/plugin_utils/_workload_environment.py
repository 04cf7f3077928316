# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the environment of a workload says another thing than the rest of it.

Private to this collection. Pure. What a workload's `env` says wins over the role's own variables, so that a pod can leave its
domain or its LAN by it while all else (`verify` too) goes by what is declared.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ..module_utils._finding import WARNING, Finding
from . import _rmw
from ._manifests import LAN_NIC
from ._workloads import domain_id_of, rmw_of, text

_DROP = "take it out of env"
_INSTEAD = {
    "ROS_STATIC_PEERS": ", and write discovery: peers",
    "ROS_DISCOVERY_SERVER": ", and write discovery: server, with the server in ros_discovery_servers",
}
# Those that only one middleware reads.
_READ_BY = {
    "CYCLONEDDS_URI": "cyclonedds",
    "ROS_DISCOVERY_SERVER": "fastrtps",
    "FASTRTPS_DEFAULT_PROFILES_FILE": "fastrtps",
    "FASTDDS_DEFAULT_PROFILES_FILE": "fastrtps",
}
_OF_ZENOH = ("ZENOH_CONFIG_OVERRIDE", "ZENOH_SESSION_CONFIG_URI")


def contradictions(workload: Mapping[str, Any]) -> Iterator[Finding]:
    """Errors where `env` contradicts domain_id or rmw, warnings where it takes the middleware off its LAN."""
    declared = workload.get("env")
    if not isinstance(declared, Mapping):
        return
    variables = {str(name): text(value).strip() for name, value in declared.items()}
    yield from _domain(workload, variables.get("ROS_DOMAIN_ID", ""))
    yield from _middleware(workload, variables.get("RMW_IMPLEMENTATION", ""))
    for name, value in variables.items():
        if _READ_BY.get(name, rmw_of(workload)) == rmw_of(workload):
            yield from _off_the_lan(name, value, rmw_of(workload))


def _domain(workload: Mapping[str, Any], value: str) -> Iterator[Finding]:
    domain = domain_id_of(workload)
    if not value or domain is None or value == str(domain):
        return
    said = (
        f"domain_id is {domain}"
        if workload.get("domain_id") is not None
        else f"without domain_id it is in domain {domain}"
    )
    message = f"env has ROS_DOMAIN_ID {value}, and {said}: its pods would be in another domain than verify looks at"
    yield Finding("env-domain", message, f"write domain_id: {value}, and take ROS_DOMAIN_ID out of env")


def _middleware(workload: Mapping[str, Any], value: str) -> Iterator[Finding]:
    rmw = rmw_of(workload)
    # The two of Fast DDS differ in how types are made, not in how they find each other.
    if not value or rmw not in _rmw.IMPLEMENTATIONS or _rmw.named(value) == rmw and value.startswith("rmw_"):
        return
    meant = _rmw.named(value)
    if meant:
        said = f"rmw is {rmw}" if workload.get("rmw") else f"without rmw it is {rmw}"
        message = f"env has RMW_IMPLEMENTATION {value}, and {said}: the middleware would not be bound to its LAN"
        fix = f"write rmw: {meant}, and take RMW_IMPLEMENTATION out of env"
    else:
        message = f"env has RMW_IMPLEMENTATION {value}, which is not supported: nothing binds it to the workload's LAN"
        fix = f"take it out of env, and write rmw: {' or rmw: '.join(sorted(_rmw.IMPLEMENTATIONS))}"
    yield Finding("env-rmw", message, fix)


def _off_the_lan(name: str, value: str, rmw: str) -> Iterator[Finding]:
    if name == "ROS_LOCALHOST_ONLY" and value == "1":
        said = "keeps ROS inside of the pod, nobody else hears it"
    elif name == "ROS_AUTOMATIC_DISCOVERY_RANGE" and value.upper() in ("LOCALHOST", "OFF"):
        said = f"is {value.upper()}: ROS looks for nobody outside of the pod"
    elif name == "ROS_STATIC_PEERS" and value:
        said = "looks for these addresses too, also off the LAN; verify knows nothing of them"
    elif name == "ROS_DISCOVERY_SERVER" and value:
        said = "asks a discovery server instead of the LAN: who does not ask it is not found, and verify cannot see it"
    elif name == "CYCLONEDDS_URI" and LAN_NIC not in value:
        said = f"replaces the configuration that binds Cyclone DDS to {LAN_NIC}, the pod's NIC on its LAN"
    elif name in _READ_BY and _READ_BY[name] == "fastrtps" and name.endswith("_FILE"):
        said = "replaces the profile that binds Fast DDS to the pod's address on its LAN"
    elif name in _OF_ZENOH and rmw == "zenoh":
        said = "replaces the configuration by which Zenoh asks the router of its host"
    elif name.startswith("ZENOH_") and rmw != "zenoh":
        said = f"is read by Zenoh alone, and its rmw is {rmw}"
    else:
        return
    fix = _DROP + _INSTEAD.get(name, "")
    if name == "CYCLONEDDS_URI":
        fix += f', or name the NIC in it: <NetworkInterface name="{LAN_NIC}"/>'
    yield Finding("env-off-lan", f"env has {name}, which {said}", fix, WARNING)
