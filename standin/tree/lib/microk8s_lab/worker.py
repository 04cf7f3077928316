# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning a node into a worker of another cluster, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from microk8s_lab import argsfile, certificates, control_plane, files, kubeconfig, locks, paths, services, yamlish
from microk8s_lab.daemons import flannel

LABELS = "microk8s.io/cluster=true,node.kubernetes.io/microk8s-worker=microk8s-worker"
# What runs differently on a worker.
_CHANGED = ("kubelite", "etcd", "apiserver-kicker", "apiserver-proxy", "k8s-dqlite")

# Called with a purpose (kubelet or proxy), a subject, the key's path and alternative names; returns a certificate (PEM).
Signer = Callable[[str, str, Path, Sequence[str]], str]


class SigningFailed(Exception):
    """The cluster did not sign a certificate; the message is what MicroK8s prints."""


def settle(answer: Mapping[str, Any], contacted: str, sign: Signer) -> None:
    """Do what the answer to a join request asks of a worker that ``contacted`` a control plane.

    Raises SigningFailed with half of it done.
    """
    files.write(paths.data("certs", "ca.remote.crt"), answer["ca"])
    for name in ("kubelet", "kube-proxy", "kube-apiserver"):
        files.write(paths.data("args", f"{name}.backup"), paths.data("args", name).read_text())
    arguments = kubelet_arguments(answer["kubelet_args"], answer["hostname_override"])
    files.write(paths.data("args", "kubelet"), arguments)
    ca = answer["ca"].encode()
    _credential("proxy", "kubeproxy", sign("proxy", "/CN=system:kube-proxy", _key("proxy"), ()), ca)
    subject, names = certificates.kubelet_subject(), certificates.kubelet_names()
    _credential("kubelet", "kubelet", sign("kubelet", subject, _key("kubelet"), names), ca)
    files.write(paths.data("credentials", "callback-token.txt"), f"{answer['callback_token']}\n")
    _point_proxy(f"{contacted}:{answer['apiport']}")
    locks.drop(locks.NO_APISERVER_PROXY)
    for lock in (locks.CLUSTERED, locks.NO_DQLITE, locks.NO_CERT_REISSUE):
        locks.take(lock, 0o700)
    flannel.unplug()
    services.renew(*_CHANGED)


def kubelet_arguments(of_control_plane: str, source: str) -> str:
    """The worker's args/kubelet: as of a joining control plane, with a worker's labels and the other CA."""
    text = argsfile.changed(of_control_plane, "--client-ca-file", "${SNAP_DATA}/certs/ca.remote.crt")
    return control_plane.kubelet_arguments(argsfile.changed(text, "--node-labels", LABELS), source)


def leave() -> None:
    """Make a worker a control plane of its own again, with an empty database. args/kubelet becomes the bare default."""
    services.control("stop", "kubelite", "apiserver-proxy")
    files.write(paths.data("args", "kubelet"), paths.snap("default-args", "kubelet").read_text())
    paths.data("certs", "ca.remote.crt").unlink(missing_ok=True)
    for lock in (locks.CLUSTERED, locks.NO_DQLITE, locks.NO_CERT_REISSUE):
        locks.drop(lock)
    locks.take(locks.NO_APISERVER_PROXY)
    print("Generating new cluster certificates.", flush=True)
    control_plane.start_anew()
    services.renew(*_CHANGED)


def _key(name: str) -> Path:
    return paths.data("certs", f"{name}.key")


def _credential(name: str, user: str, certificate: str, ca: bytes) -> None:
    """Store a signed certificate and the kubeconfig that names it, by paths that outlive a refresh of the snap."""
    files.write(paths.data("certs", f"{name}.crt"), certificate)
    certs = paths.CURRENT_DATA / "certs"
    text = kubeconfig.with_files(user, ca, str(certs / f"{name}.crt"), str(certs / f"{name}.key"))
    files.write(paths.data("credentials", f"{name}.config"), text)


def _point_proxy(server: str) -> None:
    folder = paths.data("args", "traefik")
    text = yamlish.provider_yaml((folder / "provider-template.yaml").read_text(), [server])
    files.write(folder / "provider.yaml", text)
