# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared workloads, each with the workload, the value and the fix.

Private to this collection. Pure; runs on the controller. An empty list means that nothing is wrong.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import Any, Iterator, Mapping, Sequence

from ..module_utils._dns_names import is_label
from ..module_utils._finding import Finding
from ..module_utils._lan import LanError
from . import _rmw
from ._addresses import network
from ._and_list import and_list
from ._workloads import HIGHEST_DOMAIN_ID, deployment_name, domain_id_of, lan_of, namespace, rmw_of

# Longer names of Deployments are cut off in those of their pods, which then do not tell whose they are.
LONGEST_DEPLOYMENT_NAME = 63
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")  # what Kubernetes takes as the name of a variable
_PLAIN_WORD = re.compile(r"[a-zA-Z_/][\w./-]*")
_SHELL = re.compile(r"[|&;<>$`]")
_NOT_TEXT_IN_YAML = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def findings(
    workloads: Sequence[Mapping[str, Any]], pools: Mapping[str, str], nodes: Mapping[str, str]
) -> list[Finding]:
    """Everything wrong with the declarations.

    `pools` are the declared LANs by name with their pools, `nodes` the inventory names of the fleet with their Nodes'.
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
                *_lists(workload, ("command", "args", "entrypoint")),
                *_environment(workload),
                *_listening(workload),
                *_hosts(workload, list(nodes)),
            ],
        )
    return [*found, *_deployments(workloads, nodes)]


def listening_findings(workloads: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """What keeps `verify` from knowing which logs must show a sample, and which line of them."""
    return [
        finding
        for workload in workloads
        for finding in _with_name(workload, [*_lists(workload, ("hosts",)), *_listening(workload)])
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
        known = ", ".join(sorted(_rmw.IMPLEMENTATIONS))
        found.append(Finding("unknown-rmw", f"unknown rmw {rmw!r}", f"one of {known}"))
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


def _lists(workload: Mapping[str, Any], keys: Sequence[str]) -> Iterator[Finding]:
    """Text where a list is wanted would be taken letter by letter, and the entry of a list has to be text."""
    for key in keys:
        value = workload.get(key)
        if isinstance(value, str):
            yield Finding("no-list", f"{key} is text, and a list is wanted", f"{key}: {_as_list(key, value)}")
        elif value is not None and not isinstance(value, (list, tuple)):
            yield Finding("no-list", f"{key} is {value!r}, and a list is wanted", f"{key}: [FIRST, SECOND]")
        for word in value if isinstance(value, (list, tuple)) else ():
            text = isinstance(word, str) if key == "hosts" else isinstance(word, (str, int, float))
            if not text:
                yield Finding("no-text", f"{key} has the entry {word!r}, which is no text", "put it into quotes")


def _as_list(key: str, value: str) -> str:
    """The text as the list that was probably meant, in YAML."""
    if key == "hosts":
        words = value.replace(",", " ").split()
    elif _SHELL.search(value):
        words = ["bash", "-c", value]
    else:
        try:
            words = shlex.split(value)
        except ValueError:  # a quote without its end
            words = value.split()
    return f"[{', '.join(map(_as_word, words))}]"


def _as_word(word: str) -> str:
    if _PLAIN_WORD.fullmatch(word) and word.lower() not in _NOT_TEXT_IN_YAML:
        return word
    quoted = word.replace("'", "''")
    return f"'{quoted}'"


def _environment(workload: Mapping[str, Any]) -> Iterator[Finding]:
    variables = workload.get("env")
    if variables is None:
        return
    if not isinstance(variables, Mapping):
        yield Finding("no-mapping", f"env is {variables!r}, and a mapping is wanted", "env: {NAME: value}")
        return
    for name, value in variables.items():
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
        yield Finding("no-pattern", message, f"expect_log: {_as_word(_literally(pattern))} for just this text")
        return
    if proves_nothing:
        message = f"expect_log {pattern!r} matches every line, so it proves no sample"
        yield Finding("proves-nothing", message, "what only a sample's line has")


def _literally(text: str) -> str:
    return re.escape(text).replace("\\ ", " ")


def _hosts(workload: Mapping[str, Any], hosts: Sequence[str]) -> list[Finding]:
    wrong = list(_lists(workload, ("hosts",)))
    if wrong:
        return wrong
    wanted = list(workload.get("hosts") or [])
    found = [
        Finding("unknown-host", f"unknown host {host!r}", f"one of {', '.join(hosts)} (inventory names)")
        for host in sorted(set(wanted) - set(hosts))
    ]
    if not wanted:
        found.append(Finding("no-hosts", "no hosts to run on", "list inventory names under hosts"))
    twice = sorted({host for host in wanted if wanted.count(host) > 1})
    if twice:
        message = f"hosts names {', '.join(twice)} more than once"
        found.append(Finding("host-twice", message, "once each, one pod a host"))
    return found


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
