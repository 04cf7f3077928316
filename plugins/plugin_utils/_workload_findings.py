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

from ..module_utils._dns_names import is_label
from ..module_utils._finding import ERROR, WARNING, Finding
from ..module_utils._lan import LanError
from . import _rmw
from ._addresses import network
from ._and_list import and_list
from ._inputs import COMMAND_LINES, as_word, listed, mapped, of_group
from ._workload_environment import contradictions
from ._workloads import HIGHEST_DOMAIN_ID, deployment_name, domain_id_of, lan_of, namespace, rmw_of

# Longer names of Deployments are cut off in those of their pods, which then do not tell whose they are.
LONGEST_DEPLOYMENT_NAME = 63
# [a set] without ranges and (a group) without alternatives, which nobody writes into a pattern when nothing follows that
# counts them.
_BRACKETS = re.compile(r"(?<!\\)\[([^]\\^-]*)\](?![*+?{])|(?<!\\)\(([^()|?\\.*+]+)\)(?![*+?{])")
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")  # what Kubernetes takes as the name of a variable


def findings(
    workloads: Sequence[Mapping[str, Any]],
    pools: Mapping[str, str],
    nodes: Mapping[str, str],
    groups: Collection[str] = (),
) -> list[Finding]:
    """Everything wrong with the declarations, and as warnings what is odd in them.

    `pools` are the declared LANs by name with their pools, `nodes` the inventory names of the fleet with their Nodes',
    `groups` those of the inventory.
    """
    found = []
    names = [str(workload.get("name", "")) for workload in workloads]
    for name in sorted({name for name in names if names.count(name) > 1}):
        message = f"workload {name}: declared {names.count(name)} times"
        found.append(Finding("workload-twice", message, "give each workload a name of its own"))
    for workload in workloads:
        found += _with_name(
            workload,
            [
                *_names(workload),
                *_content(workload, pools),
                *(finding for key in COMMAND_LINES for finding in listed(key, workload.get(key))),
                *_environment(workload),
                *contradictions(workload),
                *_listening(workload),
                *_hosts(workload, list(nodes), groups),
            ],
        )
    return [*found, *_deployments(workloads, nodes)]


def listening_findings(workloads: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """What keeps `verify` from knowing which logs must show a sample, and which line of them."""
    return [
        finding
        for workload in workloads
        for finding in _with_name(workload, [*listed("hosts", workload.get("hosts")), *_listening(workload)])
        if finding.severity == ERROR
    ]


def _with_name(workload: Mapping[str, Any], found: Sequence[Finding]) -> list[Finding]:
    """What was found in the workload, with its name before it."""
    who = f"workload {workload.get('name') or '(without a name)'}"
    return [replace(finding, message=f"{who}: {finding.message}") for finding in found]


def _names(workload: Mapping[str, Any]) -> list[Finding]:
    return [
        Finding(
            f"invalid-{key}",
            f"{key} {value!r} is not usable in Kubernetes",
            "lower-case letters, digits and inner dashes only, at most 63 characters",
        )
        for key, value in (("name", str(workload.get("name", ""))), ("namespace", namespace(workload)))
        if not is_label(value)
    ]


def _content(workload: Mapping[str, Any], pools: Mapping[str, str]) -> list[Finding]:
    found = []
    image = workload.get("image") or ""
    if not isinstance(image, str) or len(image.split()) != 1:
        wrong = "is empty" if not str(image).strip() else f"{image!r} is no name of one"
        found.append(Finding("invalid-image", f"image {wrong}", "name the container image, such as ros:jazzy"))
    if domain_id_of(workload) is None:
        message = f"domain_id {workload['domain_id']!r} is no number from 0 to {HIGHEST_DOMAIN_ID}"
        found.append(Finding("invalid-domain-id", message, "use one"))
    rmw = rmw_of(workload)
    if rmw not in _rmw.IMPLEMENTATIONS:
        meant = _rmw.named(rmw)
        fix = f"write rmw: {meant}" if meant else f"one of {', '.join(sorted(_rmw.IMPLEMENTATIONS))}"
        found.append(Finding("unknown-rmw", f"unknown rmw {rmw!r}", fix))
    if not pools:
        return [*found, Finding("no-lan", "there is no LAN to attach it to", "declare one in ros_lan_networks")]
    lan = lan_of(workload, pools)
    if lan not in pools:
        fix = f"one of those in ros_lan_networks: {', '.join(pools)}"
        found.append(Finding("unknown-lan", f"unknown LAN {lan!r}", fix))
    elif rmw == "fastrtps" and _size(pools[lan]) > _rmw.FAST_DDS_MOST_ADDRESSES:
        found.append(
            Finding(
                "pool-too-large",
                f"the pool {pools[lan]} of {lan} has {_size(pools[lan])} addresses, and the allow-list of fastrtps has to "
                "name each",
                f"a pool of at most {_rmw.FAST_DDS_MOST_ADDRESSES} addresses, or rmw: cyclonedds",
            )
        )
    return found


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


def _hosts(workload: Mapping[str, Any], hosts: Sequence[str], groups: Collection[str]) -> list[Finding]:
    wrong = listed("hosts", workload.get("hosts"), groups=groups)
    if wrong:
        return wrong
    wanted = list(workload.get("hosts") or [])
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


def _deployments(workloads: Sequence[Mapping[str, Any]], nodes: Mapping[str, str]) -> Iterator[Finding]:
    """Names of Deployments that are too long, or that two workloads would share: `a-b` on `c`, `a` on `b-c`."""
    users: dict[tuple[str, str], list[str]] = {}
    for workload in {str(workload.get("name")): workload for workload in workloads}.values():
        if not workload.get("name") or not isinstance(workload.get("hosts"), (list, tuple)):
            continue
        for host in dict.fromkeys(host for host in workload["hosts"] if isinstance(host, str) and host in nodes):
            name = deployment_name(workload, nodes[host])
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
