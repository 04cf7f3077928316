# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster said of itself when it was asked, or why there is no answer.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional


@dataclass(frozen=True)
class Answer:
    """What the cluster said of itself.

    `nodes` are its Node objects: none in a list where there is no cluster, and None where nobody knows. `database` are
    the addresses of its database's members, `ha` what microk8s_ha_info returned; both are empty where it was not asked.
    `silence` says, with the cure, why there is no answer; `asked` whether anybody tried.
    """

    asked: bool
    nodes: Optional[list[dict[str, Any]]]
    silence: str = ""
    ha: Mapping[str, Any] = field(default_factory=dict)
    database: tuple[str, ...] = ()


def cluster_answer(
    seed: Mapping[str, Any],
    ready: bool,
    nodes: Mapping[str, Any],
    ha: Mapping[str, Any],
) -> dict[str, Any]:
    """An Answer as a dictionary.

    `seed` is `{"host", "microk8s"}`, `ready` whether there is a way to its API; the others are the results of waiting for
    its Nodes, by cluster_api, and of microk8s_ha_info, which is skipped where nobody else is in the database.
    """
    # Not asdict, which copies what it finds: Ansible's own lists and dictionaries refuse that.
    return dict(vars(_answer(seed, ready, nodes, ha)))


def _answer(seed, ready, nodes, ha) -> Answer:
    if seed["microk8s"]["role"] == "absent":
        return Answer(False, [], _no_cluster(seed["host"]))
    if not ready:
        return Answer(False, None, _not_in_check_mode(seed["host"]))
    if "nodes" not in nodes.get("read", {}):
        reason = str(nodes.get("silence") or nodes.get("msg") or "no answer").strip()[:300].rstrip(".")
        return Answer(True, None, _silent("API", seed["host"], reason))
    if "ha" not in ha:
        return Answer(True, nodes["read"]["nodes"])
    if not ha["ha"]["members"]:
        return Answer(True, None, _silent("database", seed["host"], ha["ha"]["problem"]))
    return Answer(
        True, nodes["read"]["nodes"], "", ha["ha"], tuple(member["address"] for member in ha["ha"]["members"])
    )


def _no_cluster(host: str) -> str:
    return (
        f"There is no cluster yet, as MicroK8s is not installed on {host}. Fix: run playbook site for the whole fleet, without "
        "--tags and --limit."
    )


def _not_in_check_mode(host: str) -> str:
    return (
        f"The cluster of {host} was not asked: in check mode no kubeconfig (by which a controller reaches a cluster) is "
        "fetched, and this controller has none that leads to it: it is not there, empty, or that of another cluster. So it "
        "is not predicted who would be joined, removed or changed. Fix: run playbook check, which changes no host and keeps "
        "the kubeconfig on this controller, and then this again."
    )


def _silent(what: str, host: str, reason: str) -> str:
    if "certificate verify failed" in reason.lower():
        return (
            f"The {what} of {host} shows another certificate than its kubeconfig on this controller knows, as after a new "
            f"installation, or where another machine has its address: {reason}. Fix: run playbook check, which fetches it "
            f"anew, and then this again; when it still does, look who has the address of {host}."
        )
    if "ProxyError" in reason:
        return (
            f"The {what} of {host} was asked through a proxy, as HTTPS_PROXY of this controller says, and no proxy leads into "
            f"the fleet: {reason}. Fix: NO_PROXY=NETWORK with the fleet's network (NO_PROXY=192.168.8.0/24) in this "
            "controller's environment, and run the playbook again."
        )
    return (
        f"The {what} of {host} does not answer, so nobody can be joined, removed or proven: {reason}. Fix: on {host}: "
        "microk8s status; snap services microk8s; journalctl -u snap.microk8s.daemon-kubelite -n 50. When most of the "
        "control planes are gone, see 'Lost quorum' in docs/troubleshooting.md."
    )
