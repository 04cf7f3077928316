# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the programs of hosts and pods show of themselves: another middleware or server than is declared, shared memory that is
none, no participant index left for one more.

Private to this collection. Pure. Of a workload it is an error; of a host's own programs, for which nothing is declared, a
warning.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any, Iterator, Mapping, Optional, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding
from ...module_utils._programs import FAST_DDS
from ...module_utils._questions import DISCOVERY_SERVER, ZENOH_ROUTER
from ...module_utils._rtps import ports, server_check
from .._and_list import and_list, short_list
from .._rmw import MOST_PARTICIPANTS
from .probes import Probe

SERVER_VARIABLE = "ROS_DISCOVERY_SERVER"
TRANSPORTS_VARIABLE = "FASTDDS_BUILTIN_TRANSPORTS"
# With these, Fast DDS has shared memory among its transports.
_SHARING = ("", "DEFAULT", "DEFAULTV6", "SHM", "LARGE_DATA", "LARGE_DATAV6")


def of_namespace(probe: Probe) -> Iterator[Finding]:
    """What is the same for each NIC of a namespace, in the probe's domain."""
    yield from _of_memory(probe)
    yield from _of_indexes(probe)


def of_zenoh(probe: Probe) -> Finding:
    """Of a workload that is declared for DDS, has no ports of DDS, and sockets of Zenoh."""
    zenoh = and_list([f"{each['use']} of {each['program'] or 'a program'}" for each in probe.around["zenoh"]])
    return Finding(
        "other-middleware",
        f"{probe.label} is declared for DDS, and its programs have no ports of DDS open, but use Zenoh ({zenoh}): it and "
        "nodes with DDS do not find each other.",
        "All that shall hear each other need one middleware: take RMW_IMPLEMENTATION=rmw_zenoh_cpp out of its image or "
        "command, or declare `rmw: zenoh` for all of them.",
        hosts=[probe.host],
        network=probe.network,
        evidence={"pod": probe.pod, "zenoh": zenoh, **settings(probe)},
    )


def settings(probe: Probe) -> dict[str, Any]:
    """As evidence: {"settings": {program: the variables for ROS in its environment}}, empty where nothing is set."""
    found = {
        each["program"]: ", ".join(f"{name}={value}" for name, value in each["settings"].items())
        for each in probe.around.get("programs") or ()
        if each["settings"]
    }
    return {"settings": found} if found else {}


def told(probe: Probe, *names: str) -> str:
    """A sentence with the settings of these names that programs have, to be put behind others; empty without any."""
    found: dict[str, list[str]] = {}
    for each in probe.around.get("programs") or ():
        for name in names:
            if name in each["settings"]:
                found.setdefault(f"{name}={each['settings'][name]}", []).append(each["program"])
    texts = [f"{setting} of {short_list(programs)}" for setting, programs in found.items()]
    return f" It has in its environment {short_list(texts)}." if texts else ""


def of_asking(probe: Probe) -> Iterator[Finding]:
    """Whether the programs of a workload that is declared to ask servers or a router do so."""
    kinds = {answer["kind"] for answer in probe.answers}
    if kinds == {ZENOH_ROUTER} and probe.around["sockets"] and not probe.around.get("zenoh"):
        programs = list(dict.fromkeys(each["program"] or "a program" for each in probe.around["sockets"]))
        yield Finding(
            "other-middleware",
            f"{probe.label} is declared for Zenoh, and its programs have no session of Zenoh, but ports of DDS open "
            f"({short_list(programs)}): it and nodes with Zenoh do not find each other.",
            "All that shall hear each other need one middleware: take what sets RMW_IMPLEMENTATION out of its image or "
            "command, or declare `rmw` as it is.",
            hosts=[probe.host],
            network=probe.network,
            evidence={"pod": probe.pod, **settings(probe)},
        )
    if kinds == {DISCOVERY_SERVER}:
        yield from _of_servers(probe)


def _of_servers(probe: Probe) -> Iterator[Finding]:
    """Programs that ask none of the declared servers: others, or, as they are told of none, everybody."""
    declared = {_place(answer["address"], answer.get("port")) for answer in probe.answers}
    # In another domain's port a server's own socket may stand by chance.
    there = [each for each in probe.around["sockets"] if each["domain_id"] == probe.domain_id]
    listening = {each["program"] for each in there if each["use"] == ports.DISCOVERY_MULTICAST}
    taking_part = {each["program"] for each in probe.around["sockets"]}
    astray: dict[str, list[str]] = {}
    for each in probe.around.get("programs") or ():
        asked = servers_in(each["settings"].get(SERVER_VARIABLE, ""))
        asks_nobody = asked == [] and not each["error"] and each["program"] in listening
        if each["program"] in taking_part and (asks_nobody or (asked and not declared & set(asked))):
            astray.setdefault(and_list(asked) if asked else "", []).append(each["program"])
    for asked_text, programs in astray.items():
        does = f"ask the discovery server {asked_text}" if asked_text else "look for everybody by multicast"
        yield Finding(
            "other-server",
            f"Programs of {probe.label} ({short_list(programs)}) {does}, and are declared to ask "
            f"{and_list(sorted(declared))}: they and its other clients do not find each other.",
            f"Something in its image or command sets {SERVER_VARIABLE} or unsets it after the pod's environment was made (an "
            "entrypoint, a .bashrc, a launch file): take that out, or declare the server as it is, with its port.",
            hosts=[probe.host],
            network=probe.network,
            evidence={"pod": probe.pod, "declared": ", ".join(sorted(declared)), **settings(probe)},
        )


def servers_in(value: str) -> Optional[list[str]]:
    """The servers in ROS_DISCOVERY_SERVER, each with its port; None where one cannot be compared, as it is a name."""
    found = []
    for each in filter(None, (place.strip() for place in value.split(";"))):
        address, _colon, port = each.partition(":")
        try:
            if IPv4Address(address).is_loopback:
                return None
            found.append(_place(address, int(port) if port else None))
        except ValueError:
            return None
    return found


def _place(address: str, port: Optional[int]) -> str:
    return f"{address}:{port or server_check.PORT}"


def _of_memory(probe: Probe) -> Iterator[Finding]:
    """Programs with Fast DDS that take each other for programs of one host, and do not see each other's shared memory."""
    taking_part = {each["program"] for each in probe.around["sockets"] if each["domain_id"] == probe.domain_id}
    groups: dict[str, list[str]] = {}
    for each in probe.around.get("programs") or ():
        if each["program"] in taking_part and _shares(each):
            groups.setdefault(each["shared_memory"], []).append(each["program"])
    if len(groups) < 2:
        return
    parts = " | ".join(short_list(programs) for programs in groups.values())
    yield Finding(
        "shared-memory-split",
        f"Programs of {probe.label} with Fast DDS are in one network namespace and have different folders /dev/shm ({parts}): "
        "Fast DDS takes them for programs of one host and uses shared memory, which they do not share, so nothing arrives "
        "between them.",
        "Let their containers share it (Docker: --ipc host, or a common volume at /dev/shm; a pod: hostIPC, or one emptyDir "
        f"for all), or do without: {TRANSPORTS_VARIABLE}=UDPv4.",
        ERROR if probe.workload else WARNING,
        hosts=[probe.host],
        network=probe.network,
        evidence={
            "pod": probe.pod,
            "shared_memory": {place: ", ".join(each) for place, each in groups.items()},
            **settings(probe),
        },
    )


def _shares(program: Mapping[str, Any]) -> bool:
    transports = program["settings"].get(TRANSPORTS_VARIABLE, "").partition("?")[0].upper()
    uses = program["uses_shared_memory"] and FAST_DDS in program["middleware"]
    return bool(uses and program["shared_memory"] and transports in _SHARING)


def _of_indexes(probe: Probe) -> Iterator[Finding]:
    seen: Mapping[str, Any] = probe.around.get("indexes") or {}
    if seen.get("first_free", 0) <= MOST_PARTICIPANTS:
        return
    owners: Sequence[str] = [f"{program} {count}" for program, count in seen["owners"].items()]
    last = ports.user_unicast(probe.domain_id, seen["first_free"] - 1)
    first = ports.discovery_unicast(probe.domain_id, 0)
    yield Finding(
        "index-exhausted",
        f"All ports that rmw_cyclonedds tries for a participant of domain {probe.domain_id} are taken on {probe.label}: UDP "
        f"{first} to {last}, the indexes 0 to {seen['first_free'] - 1}. One more program with it ends there with 'Failed to "
        f"find a free participant index'. Who has them, and how many: {and_list(owners)}.",
        "End what is not needed there (are programs left of earlier runs?), put several nodes into one process (a component "
        "container), use another ROS_DOMAIN_ID for some, or raise MaxAutoParticipantIndex in CYCLONEDDS_URI.",
        ERROR if probe.workload else WARNING,
        hosts=[probe.host],
        network=probe.network,
        evidence={"pod": probe.pod, **seen},
    )
