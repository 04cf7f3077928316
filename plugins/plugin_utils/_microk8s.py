# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role microk8s works out on the controller: version skew, one table of findings, launch configuration, proxies.

Private to this collection. Pure.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional, Sequence

from ..module_utils._finding import ERROR, WARNING, Finding
from ..module_utils._microk8s.declared import Declared
from ..module_utils._microk8s.machine import machine_of
from ..module_utils._microk8s.preflight import findings, returned
from . import _cluster_networks

SHOWN = (ERROR, WARNING)
# Kubernetes' version skew policy: a kubelet may be older than the API server by this many minor versions, never newer.
OLDEST_KUBELET = 3

# What MicroK8s' own launch configuration does; a user's file replaces all of it, DNS included.
# Source: microk8s-resources/microk8s.default.yaml, the same from 1.28 on.
DEFAULT_LAUNCH_CONFIG: Mapping[str, Any] = {
    "version": "0.1.0",
    "extraKubeletArgs": {"--cluster-domain": "cluster.local", "--cluster-dns": "10.152.183.10"},
    "addons": [{"name": "dns"}],
}
# Loopback, the private networks (pods, Services and robots are in them) and names inside the cluster.
NO_PROXY = ("127.0.0.1", "localhost", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", ".svc", ".cluster.local")

Version = tuple[int, int]


def version_of(text: str) -> Optional[Version]:
    """(major, minor) of a snap's version (`v1.35.1`) or of a channel (`1.35-strict/stable`); None when it tells none."""
    match = re.match(r"v?(\d+)\.(\d+)", text or "")
    return (int(match.group(1)), int(match.group(2))) if match else None


def skew_findings(
    seen: Mapping[str, Mapping[str, Any]], control_plane: Sequence[str], chosen: Mapping[str, Any]
) -> list[dict[str, str]]:
    """A finding for each host whose kubelet the API server of the seed cannot serve.

    `seen` is {host: result of microk8s_preflight} of the hosts in this run: what is installed, else the channel that
    would be. The version in a snap file is known only once it is installed. A member is only warned of, so that the rest
    can be healed. `chosen` is the seed with its facts, `{"host", "microk8s"}`, which need not be in this run; empty, it
    is the first of the `control_plane` hosts that is. Without one there is nothing to compare with.
    """
    seed = chosen.get("host") or next((host for host in control_plane if host in seen), "")
    seen = {**({seed: chosen} if chosen else {}), **seen}
    versions = {host: _version(result) for host, result in seen.items()}
    api = versions.get(seed)
    return [
        finding
        for host, kubelet in versions.items()
        if host != seed and api is not None and kubelet is not None
        for finding in _skew(host, seen[host]["microk8s"], kubelet, seed, api)
    ]


def preflight(member: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """{"findings", "microk8s", "planned_channel"} of a host, as microk8s_preflight returns them.

    `member` is the host's of the fleet, `declared` what the role was told about it, the fields of Declared.
    """
    microk8s = member["microk8s"]
    found = findings(machine_of(member["machine"]), microk8s["role"], Declared(**declared), microk8s["version"])
    return {
        "findings": [returned(finding) for finding in found],
        "microk8s": microk8s,
        "planned_channel": "" if declared["snap_files"] else declared["channel"],
    }


def _version(result: Mapping[str, Any]) -> Optional[Version]:
    return version_of(result["microk8s"]["version"] or result.get("planned_channel", ""))


def _skew(host: str, facts: Mapping[str, Any], kubelet: Version, seed: str, api: Version) -> list[dict[str, str]]:
    if kubelet <= api and (kubelet[0] != api[0] or api[1] - kubelet[1] <= OLDEST_KUBELET):
        return []
    track = "{}.{}".format(*api)
    if kubelet > api:
        reason = "a kubelet must not be newer than the API server"
    else:
        reason = f"a kubelet must not be older than the API server by more than {OLDEST_KUBELET} minor versions"
    cure = (
        f"snap refresh microk8s --channel={track}/stable on {host}"
        if facts.get("version")
        else (f"microk8s_channel: {track}/stable")
    )
    found = Finding(
        "version",
        f"the control plane {seed} has {track}, and {reason}",
        f"{cure}, or bring {seed} to {{}}.{{}} first".format(*kubelet),
        WARNING if facts.get("role") in ("worker", "control_plane") else ERROR,
        evidence={"value": "{}.{}".format(*kubelet)},
    )
    return [{"host": host, **returned(found)}]


def network_findings(fleet: Mapping[str, Mapping[str, Any]], hosts: Sequence[str]) -> list[dict[str, str]]:
    """A finding for each of `hosts` of the fleet that is in a network from which the cluster gives addresses."""
    return [{"host": host, **returned(finding)} for host, finding in _cluster_networks.host_findings(fleet, hosts)]


def fleet_findings(seen: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The findings of all hosts in one list, each with its host. `seen` is {host: result of microk8s_preflight}."""
    return [{"host": host, **finding} for host, result in seen.items() for finding in result.get("findings", [])]


def findings_table(findings: Sequence[Mapping[str, str]], severities: Sequence[str] = SHOWN) -> list[str]:
    """Lines of one table: errors first; what is the same on several hosts is one row. No rows, no lines."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for finding in findings:
        if finding["severity"] in severities:
            key = tuple(finding[name] for name in ("severity", "check", "value", "message", "fix"))
            rows.setdefault(key, []).append(finding["host"])
    cells = [
        (severity, ", ".join(hosts), check, value, Finding(check, message, fix).sentence)
        for (severity, check, value, message, fix), hosts in sorted(
            rows.items(), key=lambda row: severities.index(row[0][0])
        )
    ]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(4)]
    return ["  ".join([*(row[column].ljust(widths[column]) for column in range(4)), row[4]]) for row in cells]


def launch_config(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the user gives, and MicroK8s' own defaults where the user says nothing about them.

    An add-on of the user's replaces the default one of the same name; who turns `dns` off (`disable: true`) does not
    get the kubelet's arguments for it either.
    """
    addons = list(given.get("addons") or [])
    named = {addon["name"] for addon in addons}
    without_dns = any(addon["name"] == "dns" and addon.get("disable") for addon in addons)
    kubelet = {} if without_dns else DEFAULT_LAUNCH_CONFIG["extraKubeletArgs"]
    merged = {
        **DEFAULT_LAUNCH_CONFIG,
        **given,
        "addons": [addon for addon in DEFAULT_LAUNCH_CONFIG["addons"] if addon["name"] not in named] + addons,
        "extraKubeletArgs": {**kubelet, **(given.get("extraKubeletArgs") or {})},
    }
    return merged if merged["extraKubeletArgs"] else {k: v for k, v in merged.items() if k != "extraKubeletArgs"}


def dns_arguments(given: Mapping[str, Any]) -> dict[str, str]:
    """The kubelet arguments for DNS that a host must have unless the user's launch configuration says otherwise."""
    merged = launch_config(given).get("extraKubeletArgs", {})
    names = DEFAULT_LAUNCH_CONFIG["extraKubeletArgs"]
    return {name: str(value) for name, value in merged.items() if name in names and value is not None}


def proxy_environment(proxy: Mapping[str, Any]) -> dict[str, Optional[str]]:
    """containerd's environment for `microk8s_proxy`; None takes a variable out."""
    if not proxy:
        return {}
    none = proxy.get("no_proxy")
    return {
        "HTTP_PROXY": proxy.get("http") or None,
        "HTTPS_PROXY": proxy.get("https") or None,
        "NO_PROXY": ",".join(NO_PROXY if none is None else none) or None,
    }
