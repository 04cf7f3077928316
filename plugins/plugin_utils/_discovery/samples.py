# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples that workloads must have heard, as their logs show.

Private to this collection. Pure.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._rtps.parameters import printable
from .._pods import is_leaving, node_name
from .._workloads import namespace
from .pods import workload_of

_LOG_END_LINES = 3  # of a log without the expected line, as evidence


def expected_samples(
    workloads: Sequence[Mapping[str, Any]], pods: Sequence[Mapping[str, Any]], nodes: Mapping[str, str]
) -> list[dict[str, str]]:
    """One entry for each host of each workload with `expect_log`; `pod` is empty where none runs.

    `nodes` gives the node name of each inventory host that is present; absent hosts are not expected.
    """
    return [
        {
            "workload": workload["name"],
            "namespace": namespace(workload),
            "host": host,
            "pod": _pod_on(pods, workload, nodes[host]),
            "pattern": workload["expect_log"],
        }
        for workload, host in _expecting(workloads)
        if host in nodes
    ]


def listeners(workloads: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(workload, host) of all that are declared to hear a sample, wherever these hosts are."""
    return [(workload["name"], host) for workload, host in _expecting(workloads)]


def all_heard(workloads: Sequence[Mapping[str, Any]], samples: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every listener that is declared, on absent hosts too, heard its sample; without listeners nobody did."""
    heard = [(sample["workload"], sample["host"]) for sample in samples if sample["heard"]]
    return bool(heard) and sorted(heard) == sorted(listeners(workloads))


def _expecting(workloads: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    return (
        (workload, host) for workload in workloads if workload.get("expect_log") for host in workload.get("hosts") or []
    )


def _pod_on(pods: Sequence[Mapping[str, Any]], workload: Mapping[str, Any], node: str) -> str:
    names = (
        pod["metadata"]["name"]
        for pod in pods
        if workload_of(pod) == workload["name"]
        and pod["metadata"]["namespace"] == namespace(workload)
        and node_name(pod) == node
        and not is_leaving(pod)
    )
    return next(names, "")


def unheard(expected: Sequence[Mapping[str, str]], logs: Mapping[str, Sequence[str]]) -> list[str]:
    """The pods, as in `logs`, {namespace/pod: lines}, in whose log an expected sample is not yet."""
    return [
        _log_of(sample)
        for sample in expected
        if sample["pod"] and not any(_shows(sample, line) for line in logs.get(_log_of(sample), []))
    ]


def sample_results(expected: Sequence[Mapping[str, str]], logs: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """The expected samples with what their logs say, {namespace/pod: lines}."""
    return [_result(sample, logs.get(_log_of(sample), [])) for sample in expected]


def _shows(sample: Mapping[str, str], line: str) -> bool:
    """Whether the line has what is expected: as text, as people copy it from a terminal, or as a pattern."""
    return sample["pattern"] in line or re.search(sample["pattern"], line) is not None


def _log_of(sample: Mapping[str, str]) -> str:
    return f"{sample['namespace']}/{sample['pod']}"


def _result(sample: Mapping[str, str], lines: Sequence[str]) -> dict[str, Any]:
    matching = [line for line in lines if _shows(sample, line)]
    return {
        **sample,
        "heard": bool(matching),
        "line": printable(matching[-1]) if matching else "",
        "log_end": [] if matching else [printable(line) for line in lines if line][-_LOG_END_LINES:],
    }
