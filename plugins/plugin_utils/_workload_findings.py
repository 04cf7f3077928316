# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared workloads, each with the workload, the value and the fix.

Private to this collection. Pure; runs on the controller. An empty list means that nothing is wrong.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Collection, Iterator, Mapping, Sequence

from ..module_utils._finding import ERROR, WARNING, Finding
from ..module_utils._lan import LanError
from . import _rmw
from ._addresses import network
from ._and_list import and_list
from ._declared_findings import hosts_findings, image_findings, lan_findings, name_findings
from ._inputs import COMMAND_LINES, as_word, listed, mapped
from ._ros_discovery import ALL_WAYS, PEERS, SERVED, SERVER, WAYS, ZENOH
from ._workload_environment import contradictions
from ._workload_topics import KEYS, topic_findings
from ._workloads import HIGHEST_DOMAIN_ID, Plan, deployment_name, domain_id_of, lan_of, namespace, rmw_of

# Longer names of Deployments are cut off in those of their pods, which then do not tell whose they are.
LONGEST_DEPLOYMENT_NAME = 63
# [a set] without ranges and (a group) without alternatives, which nobody writes into a pattern when nothing follows that
# counts them.
_BRACKETS = re.compile(r"(?<!\\)\[([^]\\^-]*)\](?![*+?{])|(?<!\\)\(([^()|?\\.*+]+)\)(?![*+?{])")
# Why a middleware cannot do what is declared, and what a server is called.
_WHY_NOT = {
    ("cyclonedds", SERVER): ": Cyclone DDS cannot ask the discovery servers of Fast DDS",
    **{("zenoh", way): ": Zenoh finds others by its routers" for way in (PEERS, SERVER)},
}
_WHOM = {SERVER: "discovery server", ZENOH: "Zenoh router"}
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")  # what Kubernetes takes as the name of a variable


def findings(plan: Plan, groups: Collection[str] = ()) -> list[Finding]:
    """Everything wrong with the declarations, and as warnings what is odd in them. `groups` are those of the inventory."""
    workloads, nodes = plan.workloads, plan.nodes
    found = []
    names = [str(workload.get("name", "")) for workload in workloads]
    for name in sorted({name for name in names if names.count(name) > 1}):
        message = f"workload {name}: declared {names.count(name)} times"
        found.append(Finding("workload-twice", message, "give each workload a name of its own"))
    for workload in workloads:
        found += _with_name(
            workload,
            [
                *name_findings(workload),
                *_content(workload, plan.networks),
                *_discovery(workload, plan),
                *(finding for key in COMMAND_LINES for finding in listed(key, workload.get(key))),
                *_environment(workload),
                *contradictions(workload),
                *_listening(workload),
                *topic_findings(workload),
                *hosts_findings(workload, list(nodes), groups),
            ],
        )
    return [*found, *_deployments([*workloads, *plan.servers], nodes)]


def listening_findings(workloads: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """What keeps `verify` from knowing which logs must show a sample, which line of them, and which topics are to be there."""
    return [
        finding
        for workload in workloads
        for finding in _with_name(workload, _of_verify(workload))
        if finding.severity == ERROR
    ]


def _of_verify(workload: Mapping[str, Any]) -> list[Finding]:
    return [*listed("hosts", workload.get("hosts")), *_listening(workload), *topic_findings(workload)]


def _with_name(workload: Mapping[str, Any], found: Sequence[Finding]) -> list[Finding]:
    """What was found in the workload, with its name before it."""
    who = f"workload {workload.get('name') or '(without a name)'}"
    return [replace(finding, message=f"{who}: {finding.message}") for finding in found]


def _content(workload: Mapping[str, Any], networks: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    found = image_findings(workload)
    if domain_id_of(workload) is None:
        message = f"domain_id {workload['domain_id']!r} is no number from 0 to {HIGHEST_DOMAIN_ID}"
        found.append(Finding("invalid-domain-id", message, "use one"))
    rmw = rmw_of(workload)
    if rmw not in _rmw.IMPLEMENTATIONS:
        meant = _rmw.named(rmw)
        fix = f"write rmw: {meant}" if meant else f"one of {', '.join(sorted(_rmw.IMPLEMENTATIONS))}"
        found.append(Finding("unknown-rmw", f"unknown rmw {rmw!r}", fix))
    wrong = lan_findings(workload, networks)
    if wrong:
        return [*found, *wrong]
    lan = networks[lan_of(workload, networks)]
    size = sum(_size(lan[key]) for key in ("pool", "fixed") if lan.get(key))
    if rmw == "fastrtps" and size > _rmw.FAST_DDS_MOST_ADDRESSES:
        found.append(
            Finding(
                "pool-too-large",
                f"the pool {lan['pool']} of {lan['name']} has {size} addresses, and the allow-list of fastrtps has to "
                "name each",
                f"a pool of at most {_rmw.FAST_DDS_MOST_ADDRESSES} addresses, or rmw: cyclonedds",
            )
        )
    return found


def _discovery(workload: Mapping[str, Any], plan: Plan) -> Iterator[Finding]:
    """What keeps the workload from finding others in the way that is declared."""
    if lan_findings(workload, plan.networks) or rmw_of(workload) not in _rmw.IMPLEMENTATIONS:
        return
    way, possible = plan.way(workload), WAYS[rmw_of(workload)]
    if way not in ALL_WAYS:
        yield Finding("unknown-discovery", f"unknown discovery {way!r}", f"one of {', '.join(ALL_WAYS)}")
    elif way not in possible:
        message = f"discovery {way} is none for rmw {rmw_of(workload)}{_WHY_NOT.get((rmw_of(workload), way), '')}"
        able = " or ".join(f"rmw: {rmw}" for rmw, ways in WAYS.items() if way in ways)
        yield Finding("impossible-discovery", message, f"{able}, or discovery: {possible[-1]}")
    elif way in SERVED:
        yield from _servers(workload, plan)
    yield from _unasked(workload, way)
    if way not in SERVED and workload.get("discovery_servers") is not None:
        message = f"discovery_servers is declared, and its discovery is {way}: no server is asked"
        yield Finding("unasked-servers", message, "write discovery: server, or take discovery_servers out", WARNING)


def _unasked(workload: Mapping[str, Any], way: str) -> Iterator[Finding]:
    declared = [key for key in KEYS if workload.get(key)]
    if declared and way in SERVED:
        message = f"{and_list(declared)}: with discovery {way} its nodes tell verify nothing of their topics"
        yield Finding("unasked-topics", message, "take that out, and write expect_log for a listener", WARNING)


def _servers(workload: Mapping[str, Any], plan: Plan) -> Iterator[Finding]:
    names = workload.get("discovery_servers")
    wrong = listed("discovery_servers", names)
    yield from wrong
    if wrong:
        return
    lan, way = lan_of(workload, plan.networks), plan.way(workload)
    there = [str(server.get("name")) for server in plan.servers_for(workload)]
    for name in names or ():
        if name not in there:
            known = f"one of {', '.join(there)}" if there else f"declare one on {lan} in ros_discovery_servers"
            yield Finding(
                "unknown-server", f"discovery_servers names {name!r}, which is no {_WHOM[way]} on {lan}", known
            )
    if not (names or there) or names == []:
        fix = f"declare a {_WHOM[way]} on {lan} in ros_discovery_servers{', with kind: zenoh' if way == ZENOH else ''}"
        yield Finding("no-server", f"its discovery is {way}, and there is none to ask", fix)
    if way == ZENOH and len(there if names is None else names) > 1:
        message = "a node is the client of one Zenoh router, and there are several to choose from"
        yield Finding("several-routers", message, f"discovery_servers: [{there[0]}]")


def _environment(workload: Mapping[str, Any]) -> Iterator[Finding]:
    variables = workload.get("env")
    yield from mapped("env", variables)
    for name, value in variables.items() if isinstance(variables, Mapping) else ():
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            message = f"env has the name {name!r}, which no variable can have"
            yield Finding("invalid-variable", message, "letters, digits and _, no digit first")
        if value is None or isinstance(value, (list, tuple, Mapping)):
            message = f"env {name} is {value!r}, which is no text"
            yield Finding("no-text", message, f"{name}: 'text', or '' for an empty one")


def _listening(workload: Mapping[str, Any]) -> Iterator[Finding]:
    pattern = workload.get("expect_log")
    if pattern is None:
        return
    if not isinstance(pattern, str) or not pattern:
        message = f"expect_log is {pattern!r}, and text is wanted"
        yield Finding("no-text", message, 'expect_log: "I heard", or leave it out')
        return
    try:
        proves_nothing = re.search(pattern, "") is not None
    except re.error as exc:
        message = f"expect_log {pattern!r} is no regular expression: {exc}"
        yield Finding("no-pattern", message, f"expect_log: {as_word(_literally(pattern))} for just this text")
        return
    if proves_nothing:
        message = f"expect_log {pattern!r} matches every line, so it proves no sample"
        yield Finding("proves-nothing", message, "what only a sample's line has")
    elif _is_printed(pattern):
        message = (
            f"expect_log {pattern!r} is a line as it was printed once: verify looks for just this text, numbers and all"
        )
        fix = f"write expect_log: {as_word(_any_number(_literally(pattern)))} for such a line with any number"
        yield Finding("printed-line", message, fix, WARNING)


def _is_printed(pattern: str) -> bool:
    """Whether it is no pattern of what it says, as the brackets of a printed line are a set of characters in a pattern."""
    brackets = _BRACKETS.findall(pattern)
    odd = any(len(set(characters)) < len(characters) or group for characters, group in brackets)
    return odd and re.search(r"\d", pattern) is not None and re.search(pattern, pattern) is None


def _literally(text: str) -> str:
    return re.escape(text).replace("\\ ", " ")


def _any_number(pattern: str) -> str:
    return re.sub(r"\d+", lambda _number: r"\d+", pattern)


def _deployments(workloads: Sequence[Mapping[str, Any]], nodes: Mapping[str, str]) -> Iterator[Finding]:
    """Names of Deployments that are too long, or that two workloads would share: `a-b` on `c`, `a` on `b-c`."""
    users: dict[tuple[str, str], list[str]] = {}
    for workload in {str(workload.get("name")): workload for workload in workloads}.values():
        if not workload.get("name") or not isinstance(workload.get("hosts"), (list, tuple)):
            continue
        for host in dict.fromkeys(host for host in workload["hosts"] if isinstance(host, str) and host in nodes):
            name = deployment_name(workload["name"], nodes[host])
            users.setdefault((namespace(workload), name), []).append(f"{workload['name']} on {host}")
            if len(name) > LONGEST_DEPLOYMENT_NAME:
                yield Finding(
                    "long-name",
                    f"workload {workload['name']}: its Deployment on {host} would be {name}, {len(name)} characters",
                    f"a shorter name, at most {LONGEST_DEPLOYMENT_NAME} with the host's and a dash",
                )
    for deployment, those in users.items():
        if len(those) > 1:
            name = "/".join(deployment)
            message = f"{and_list(those)} would both be the Deployment {name}"
            yield Finding("deployment-shared", message, "give one of the workloads another name")


def _size(pool: str) -> int:
    try:
        return network(pool).size
    except LanError:  # what is wrong with a pool is said where the LANs are looked at
        return 0
