# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host believes about its own MicroK8s, read from files alone. PRIVATE, may change at any time.

`microk8s status` and `microk8s kubectl` answer with exit code 0 and a refusal on a worker, and wait without
bound elsewhere; the files below are what those commands themselves go by.
"""

from __future__ import annotations

import hashlib
import os
import re
import ssl
from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

from .._files import Files
from .arguments import argument_value
from .paths import MULTUS_ADDON, SNAP_DATA
from .registries import mirrored

ABSENT = "absent"
STANDALONE = "standalone"
CONTROL_PLANE = "control_plane"
WORKER = "worker"
BROKEN_WORKER = "broken_worker"

LOOPBACK_DQLITE = "127.0.0.1:19001"
# The numbers in dqlite's cluster.yaml.
DQLITE_ROLES = {"0": "voter", "1": "standby", "2": "spare"}
# Programs by which a join runs: MicroK8s' own script and wrapper, and the alias.
JOIN_PROGRAMS = ("join.py", "microk8s-join.wrapper", "microk8s.join")


@dataclass(frozen=True)
class State:
    """One host's MicroK8s as its own files tell it.

    `role` is one of absent, standalone, control_plane, worker and broken_worker (a worker that was joined as a
    control plane on top: it is a member of neither cluster). `ca_hash` is the SHA-256 of the cluster's CA
    certificate (DER, hex): it tells clusters apart, and does not prove membership (a departed control plane
    keeps it). `api_endpoints` are the `address:port` that a worker's proxy forwards to; with
    `api_load_balanced` they are a load balancer's, as the user told the proxy to leave them alone. `members` are the members
    of the cluster's database as a control plane has them in cluster.yaml, which lags by up to 40 s.
    `half_joined`: a join was cut off, its lock is there and no join runs. `cluster_dns` is what its kubelet hands to
    pods; None after a worker left a cluster, as MicroK8s does not give it back. `mirrored` are the registries whose
    mirrors this collection has told containerd of.
    """

    role: str
    join_in_progress: bool = False
    half_joined: bool = False
    stopped: bool = False
    low_memory: bool = False
    ca_hash: Optional[str] = None
    members: tuple[dict[str, str], ...] = ()
    api_endpoints: tuple[str, ...] = ()
    api_load_balanced: bool = False
    cluster_dns: Optional[str] = None
    sandbox_image: Optional[str] = None
    multus_image_repository: Optional[str] = None
    mirrored: tuple[str, ...] = ()


def is_join(command: list[str]) -> bool:
    """Whether a process with this command line is a `microk8s join`."""
    names = [os.path.basename(word) for word in command]
    return any(name in JOIN_PROGRAMS for name in names) or ("microk8s", "join") in zip(names, names[1:])


def ca_fingerprint(pem: Optional[str]) -> Optional[str]:
    """SHA-256 (hex) of the first certificate in `pem`; None when there is none."""
    match = re.search("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", pem or "", re.DOTALL)
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(match.group(0))).hexdigest() if match else None


def dqlite_addresses(yaml_text: Optional[str]) -> list[str]:
    """The `Address` values of a cluster.yaml or info.yaml of dqlite."""
    return re.findall(r"^(?:- |  )?Address: *(\S+) *$", yaml_text or "", re.MULTILINE)


def dqlite_members(cluster_yaml: Optional[str]) -> tuple[dict[str, str], ...]:
    """The members of the database ({"address", "role"}) in dqlite's cluster.yaml, in its order."""
    entries = [dict(re.findall(r"^[- ] (\w+): *(\S+)", entry, re.MULTILINE)) for entry in _entries(cluster_yaml or "")]
    return tuple(
        {"address": entry["Address"], "role": DQLITE_ROLES.get(entry.get("Role", ""), "unknown")}
        for entry in entries
        if "Address" in entry
    )


def member_addresses(members: Sequence[Mapping[str, str]]) -> list[str]:
    """The members' addresses without the database's port; none for one that has never had company (loopback)."""
    addresses = [member["address"] for member in members]
    return [address.rpartition(":")[0] for address in addresses if address != LOOPBACK_DQLITE]


def _entries(yaml_list: str) -> list[str]:
    return re.split(r"^(?=- )", yaml_list, flags=re.MULTILINE)


def sandbox_image(containerd_template: Optional[str]) -> Optional[str]:
    """The image of every pod's sandbox, from containerd's configuration (version 2: sandbox_image, 3: sandbox)."""
    match = re.search(r"""^\s*sandbox(?:_image)?\s*=\s*["']([^"']+)["']""", containerd_template or "", re.MULTILINE)
    return match.group(1) if match else None


def image_repository(manifest: Optional[str]) -> Optional[str]:
    """The repository (no tag) of the first `image:` in a Kubernetes manifest."""
    match = re.search(
        r"""^\s*(?:- )?image:\s*["']?([^\s"'@]+?)(?::[^\s"':/@]+)?["']?\s*$""", manifest or "", re.MULTILINE
    )
    return match.group(1) if match else None


def proxy_endpoints(provider_yaml: Optional[str]) -> tuple[str, ...]:
    """The API servers (`address:port`) that a worker's proxy uses, from args/traefik/provider.yaml."""
    return tuple(re.findall(r"^\s*- address: *['\"]?([^\s'\"]+)['\"]? *$", provider_yaml or "", re.MULTILINE))


def load_balanced(proxy_arguments: Optional[str]) -> bool:
    """Whether args/apiserver-proxy tells the proxy never to ask for the API servers (an interval of 0)."""
    return re.fullmatch(r"0+[a-z]*", argument_value(proxy_arguments or "", "--refresh-interval") or "") is not None


def read_state(files: Files) -> State:
    """Tell from its files what this host is; touches nothing and calls nothing."""
    data = SNAP_DATA

    def lock(name: str) -> bool:
        return files.exists(f"{data}/var/lock/{name}")

    if not lock("installed.lock"):
        return State(role=ABSENT)
    worker = lock("clustered.lock") and lock("no-k8s-dqlite") and not lock("no-apiserver-proxy")
    backend = f"{data}/var/kubernetes/backend"
    joining = lock("join-in-progress")
    return State(
        role=_worker_role(files, backend) if worker else _server_role(files, backend),
        join_in_progress=joining,
        half_joined=joining and not any(map(is_join, files.commands())),
        stopped=lock("stopped.lock"),
        low_memory=lock("low-memory-guard.lock"),
        ca_hash=ca_fingerprint(files.text(f"{data}/certs/ca.remote.crt" if worker else f"{data}/certs/ca.crt")),
        members=() if worker else dqlite_members(files.text(f"{backend}/cluster.yaml")),
        api_endpoints=proxy_endpoints(files.text(f"{data}/args/traefik/provider.yaml")) if worker else (),
        api_load_balanced=worker and load_balanced(files.text(f"{data}/args/apiserver-proxy")),
        cluster_dns=argument_value(files.text(f"{data}/args/kubelet") or "", "--cluster-dns"),
        sandbox_image=sandbox_image(files.text(f"{data}/args/containerd-template.toml")),
        multus_image_repository=image_repository(files.text(MULTUS_ADDON)),
        mirrored=mirrored(files),
    )


def _worker_role(files: Files, backend: str) -> str:
    overwritten = files.exists(f"{backend}/init.yaml") and not files.exists(f"{backend}/cluster.yaml")
    return BROKEN_WORKER if overwritten else WORKER


def _server_role(files: Files, backend: str) -> str:
    members = dqlite_addresses(files.text(f"{backend}/cluster.yaml"))
    own = dqlite_addresses(files.text(f"{backend}/info.yaml"))
    return CONTROL_PLANE if len(members) > 1 or own not in ([], [LOOPBACK_DQLITE]) else STANDALONE
