# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning a node into a control plane of another cluster, and back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from microk8s_lab import argsfile, backend, certificates, files, locks, network, paths, services, yamlish
from microk8s_lab.daemons import flannel
from microk8s_lab.etcd import EtcdError

BOOTSTRAP = "127.0.0.1:19001"
# As in MicroK8s: how often the database is asked whether it has this node, and the seconds between.
POLLS, AFTER_FAILURE, AFTER_ABSENCE = 10, 2.0, 5.0
SETTLING = 10.0  # seconds between stopping the database and touching its files
_FROM_CLUSTER = ("ca.crt", "ca.key", "serviceaccount.key")


class PeerFailed(Exception):
    """No other member of the database could be told; the message is what MicroK8s prints."""


def settle(answer: Mapping[str, Any]) -> None:
    """Do what the answer to a join request asks of a control plane.

    Ends without complaint when the database does not have this node after all its polls: so does MicroK8s. Raises
    CalledProcessError with half of it done while snapd has another change of this snap in progress.
    """
    certs, args = paths.data("certs"), paths.data("args")
    for name, key in zip(_FROM_CLUSTER, ("ca", "ca_key", "service_account_key"), strict=True):
        files.write(certs / f"{name}.backup", (certs / name).read_text())
        files.write(certs / name, answer[key])
    certificates.create_clients()
    files.write(args / "kubelet", kubelet_arguments(answer["kubelet_args"], answer["hostname_override"]))
    files.write(paths.data("credentials", "callback-token.txt"), f"{answer['callback_token']}\n")
    server = (args / "kube-apiserver").read_text()
    files.write(args / "kube-apiserver.backup", server)
    server = argsfile.changed(server, "--authorization-mode", answer["api_authz_mode"])
    files.write(args / "kube-apiserver", argsfile.changed(server, "--secure-port", answer["apiport"]))
    flannel.forget()
    services.control("restart", "kubelite")
    _enter_database(answer)
    locks.take(locks.NO_CERT_REISSUE, 0o700)


def kubelet_arguments(of_control_plane: str, source: str) -> str:
    """A joining node's args/kubelet: the control plane's text, with what cannot be the same on both hosts changed.

    ``source`` is this host's address as the control plane saw it; it is taken over only where the text has --node-ip.
    """
    text = argsfile.changed(of_control_plane, "--hostname-override", None)
    return argsfile.changed(text, "--node-ip", source) if "--node-ip" in text else text


def _enter_database(answer: Mapping[str, Any]) -> None:
    services.control("stop", "kubelite")
    services.control("stop", "k8s-dqlite")
    time.sleep(SETTLING)
    folder = backend.folder()
    backup = folder.with_name("backend.backup")
    shutil.rmtree(backup, ignore_errors=True)
    shutil.move(folder, backup)
    _make_folder(folder)
    files.write(folder / "cluster.crt", answer["cluster_cert"])
    files.write(folder / "cluster.key", answer["cluster_key"])
    port = yamlish.address_of((backup / "info.yaml").read_text()).rpartition(":")[2]
    own = answer["hostname_override"]
    files.write(folder / "init.yaml", yamlish.init_yaml(f"{own}:{port}", answer["voters"]))
    services.control("start", "k8s-dqlite")
    services.control("start", "kubelite")
    _await_entry(own)


def _await_entry(own: str) -> None:
    print("Waiting for this node to finish joining the cluster.", end=" ", flush=True)
    for _ in range(POLLS):
        try:
            if any(peer.name and backend.host_of(peer.address) == own for peer in backend.peers()[1]):
                break
            print(".", end=" ", flush=True)
            time.sleep(AFTER_ABSENCE)
        except EtcdError:
            print("..", end=" ", flush=True)
            time.sleep(AFTER_FAILURE)
    print(" ")


def holds_only_copy() -> bool:
    """Whether nobody else has the database's content, while somebody else depends on it; raises EtcdError."""
    peers = backend.peers()[1]
    own = backend.noted_self()
    voters = [peer.address for peer in peers if not peer.learner]
    return len(peers) > 1 and own is not None and voters == [own.address]


def leave() -> None:
    """Make a control plane a cluster of its own again, with an empty database. The CA and args/kubelet stay.

    Raises PeerFailed, with the services stopped, when none of the others can be told.
    """
    own = backend.noted_self()
    services.control("stop", "kubelite")
    services.control("stop", "k8s-dqlite")
    time.sleep(SETTLING)
    others = backend.other_hosts()
    if own is not None and others:
        remove_member(backend.host_of(own.address), others)
    print("Generating new cluster certificates.", flush=True)
    start_anew()
    services.control("start", "k8s-dqlite")
    services.control("start", "kubelite")
    locks.drop(locks.NO_CERT_REISSUE)


def start_anew() -> None:
    """Make an empty database, certificates for this node alone, and no pod network."""
    shutil.rmtree(backend.folder())
    _make_folder(backend.folder())
    certificates.create_cluster_pair()
    files.write(backend.folder() / "init.yaml", yamlish.init_yaml(BOOTSTRAP))
    certificates.create_clients()
    flannel.forget()


def remove_member(host: str, through: list[str] | None = None) -> bool:
    """Take a host's member out of the database, by way of other members; False when it is none. Raises PeerFailed."""
    sources = None if through is None else backend.remote(through)
    try:
        source, peers = backend.peers(sources)
        found = [peer for peer in peers if backend.host_of(peer.address) == host]
        for peer in found:
            source.remove(peer.id)
    except EtcdError as exc:
        raise PeerFailed(f"Contacting node {', '.join(through or [network.LOOPBACK])} failed. Error:\n{exc}") from exc
    return bool(found)


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True)
    files.share(folder, 0o770)
