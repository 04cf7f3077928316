# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A probe is one NIC of a host or pod in one DDS domain, with what it heard there; they come from the results of dds_probe.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Mapping, Optional

from ...module_utils._rtps import ports
from .pods import full_name, is_probe, workload_of

# What is known of a question whose probe came back without a result.
UNANSWERED = {"answered": False, "after_s": None, "error": ""}


@dataclass(frozen=True)
class Window:
    """When a host listened, by its own clock."""

    started: datetime
    ended: datetime

    @property
    def length_s(self) -> float:
        return (self.ended - self.started).total_seconds()

    def gap_s(self, other: Window) -> float:
        """Seconds between the two windows; negative when they overlap."""
        return (max(self.started, other.started) - min(self.ended, other.ended)).total_seconds()


@dataclass(frozen=True, eq=False)
class Probe:
    """One probed NIC of a host or pod, in one domain; equal to itself only."""

    host: str
    scope: str
    network: str
    pod: str  # "namespace/name", empty for hosts
    label: str  # for people: the host's name, with the workload's name behind it in a workload's pod
    nic: str
    domain_id: int = 0
    guid_prefix: str = ""
    address: str = ""
    heard: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by GUID prefix
    errors: tuple[str, ...] = ()
    malformed: int = 0
    first_malformed: str = ""
    forgotten: int = 0
    dropped: int = 0  # datagrams that came faster than they were read
    window: Optional[Window] = None
    multicast: bool = True  # whether it announces itself to all, and not only asks whom it was told
    workload: str = ""  # whose pod it is
    around: Mapping[str, Any] = field(default_factory=dict)  # what its namespace showed, as dds_probe returns it
    addresses: Mapping[str, Any] = field(default_factory=dict)  # those of its namespace, as dds_probe returns them
    answers: tuple[Mapping[str, Any], ...] = ()  # one for each question, as dds_probe returns them
    paths: Optional[Mapping[str, Any]] = None  # what came of unicast, as dds_probe returns it
    endpoints: tuple[
        Mapping[str, Any], ...
    ] = ()  # writers and readers of those that it asked, as dds_probe returns them
    endpoints_asked: tuple[Mapping[str, Any], ...] = ()  # whom it asked for them

    def together_s(self, other: Probe) -> Optional[float]:
        """For how long both listened, by their hosts' clocks; negative for never, None where nobody knows."""
        return -self.window.gap_s(other.window) if self.window and other.window else None

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Which NIC it is, whatever the domain."""
        return self.host, self.pod, self.network, self.nic

    @property
    def works(self) -> bool:
        return not self.errors

    @property
    def listens_in(self) -> set[int]:
        """The domains to whose announcements the programs of its namespace listen."""
        sockets = self.around.get("sockets") or ()
        return {each["domain_id"] for each in sockets if each["use"] == ports.DISCOVERY_MULTICAST}

    def hears(self, other: Probe) -> Optional[float]:
        """Seconds from the start of the probe until `other` was first heard, or None."""
        entry = self.heard.get(other.guid_prefix) if other.guid_prefix else None
        return entry["first_heard_s"] if entry else None


def gather(
    microk8s: Mapping[str, Mapping[str, Any]], left: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What is known of each host's probe: {host: {"node", "image", "refused", "targets", "result"}}.

    `microk8s` is {host: its MicroK8s}; `left`, each a mapping by host, what the probe's tasks left: `refused` and `targets`,
    and the results of starting the probe (`started`) and of collecting it (`collected`).
    """
    return {
        host: {
            "node": facts["node_name"],
            "image": facts["sandbox_image"],
            "refused": left["refused"][host],
            "targets": left["targets"][host],
            "result": left["started"][host] if left["collected"][host].get("skipped") else left["collected"][host],
        }
        for host, facts in microk8s.items()
    }


def collect_probes(hosts: Mapping[str, Mapping[str, Any]], pods: list[Mapping[str, Any]]) -> list[Probe]:
    """`hosts`: what `gather` returns."""
    workloads = {full_name(pod): "" if is_probe(pod) else workload_of(pod) for pod in pods}
    probes = []
    for host, left in hosts.items():
        result = left["result"]
        if "targets" in result:
            window = _window(result)
            probes += [_probe(host, target, workloads, window) for target in result["targets"]]
        else:
            failure = why_without_result(result)
            probes += [_probe(host, {**target, "errors": [failure]}, workloads, None) for target in left["targets"]]
    return probes


def why_without_result(result: Mapping[str, Any]) -> str:
    """Why a probe came back without a result, in one sentence."""
    if result.get("unreachable"):
        return f"The host was lost during the probe: {result.get('msg', 'no reason given')}"
    return f"The probe failed: {result.get('msg') or 'no reason given'}"


def _probe(host: str, target: Mapping[str, Any], workloads: Mapping[str, str], window: Optional[Window]) -> Probe:
    pod = target.get("pod") or ""
    workload = workloads.get(pod, "")
    return Probe(
        host=host,
        scope=target["scope"],
        network=target["network"],
        pod=pod,
        label=f"{host}/{workload}" if workload else host,
        nic=target["nic"],
        domain_id=target["domain_id"],
        guid_prefix=target.get("guid_prefix") or "",
        address=target.get("address") or "",
        heard={entry["guid_prefix"]: entry for entry in target.get("heard", [])},
        errors=tuple(target.get("errors", [])),
        malformed=target.get("malformed", 0),
        first_malformed=target.get("first_malformed", ""),
        forgotten=target.get("forgotten", 0),
        dropped=target.get("dropped", 0),
        window=window,
        multicast=target.get("multicast", True),
        workload=workload,
        around=target.get("around") or {},
        addresses=target.get("addresses") or {},
        answers=tuple(target.get("answers") or [{**UNANSWERED, **question} for question in target.get("ask") or ()]),
        paths=target.get("paths") if "errors" in target and "guid_prefix" in target else None,
        endpoints=tuple(target.get("endpoints", ())),
        endpoints_asked=tuple(target.get("endpoints_asked", ())),
    )


def _window(result: Mapping[str, Any]) -> Window:
    started = datetime.fromisoformat(result["began"].replace("Z", "+00:00"))
    return Window(started, started + timedelta(seconds=result["elapsed_s"]))
