# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows how `verify` calls the probe and what it judges by: its targets, and the evidence.

As roles/discovery/tasks/probe.yml and report.yml do, for hosts alone: there is no cluster, so there are no pods.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from lab.bench.probing.net import NICS, SUBNETS

DURATION_S = 2.5
OF_PODS = "nothing-compared"  # of pods, in every case, as there are none
PLACED = {"node": "", "refused": {}}


def targets(lans: Sequence[str], domains: Sequence[int]) -> list[dict[str, Any]]:
    """What dds_probe is to probe on a host that is on these LANs."""
    return [
        {
            **{"scope": "host", "network": lan, "nic": NICS[lan], "subnet": f"{SUBNETS[lan]}0/24"},
            **{"domain_id": domain, "pod": "", "pod_uid": "", "multicast": True, "ask": []},
        }
        for lan in lans
        for domain in domains
    ]


def report(
    results: Mapping[str, Mapping[str, Any]], on: Mapping[str, Sequence[str]], domains: Sequence[int]
) -> dict[str, Any]:
    """The collection's report. `results`: what each host's probe returned; `on`: {host: its LANs}."""
    sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"])
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

    lans = sorted({lan for each in on.values() for lan in each})
    return build_report(
        {
            "networks": [
                {
                    "name": lan,
                    "subnet": f"{SUBNETS[lan]}0/24",
                    "hosts": [host for host, each in on.items() if lan in each],
                }
                for lan in lans
            ],
            "domains": {lan: list(domains) for lan in lans},
            **{"absent": [], "failed": [], "not_asked": [], "outsiders": []},
            "hosts": {
                host: {
                    **PLACED,
                    "node": host,
                    "image": "pause",
                    "targets": targets(on[host], domains),
                    "result": result,
                }
                for host, result in results.items()
            },
            **{"pods": [], "planned": [], "events": [], "workloads": [], "samples": [], "left_behind": ""},
        }
    )


def findings(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the report says, but what it says because there are no pods here."""
    return [
        each
        for each in report["diagnoses"]
        if not (each["code"] == OF_PODS and each.get("evidence", {}).get("scope") == "pod")
    ]
