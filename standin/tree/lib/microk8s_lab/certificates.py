# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and certificates of a node, made with openssl."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
import ssl
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from microk8s_lab import files, kubeconfig, network, paths

SERVICE_ADDRESS = "10.152.183.1"
_LONG, _YEAR = 3650, 365  # days
# MicroK8s has it since June 2026 (pull request 5537): without it, Python 3.13 and newer refuse the certificate.
_AUTHORITY_USAGE = "keyUsage=critical,keyCertSign,cRLSign"
_SERVER_SUBJECT = "/C=GB/ST=Canonical/L=Canonical/O=Canonical/OU=Canonical/CN=127.0.0.1"
_CLUSTER_NAMES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster",
                  "kubernetes.default.svc.cluster.local")  # fmt: skip
_MORE = "#MOREIPS"  # in csr.conf.template, where the host's addresses go
_FIRST_ADDRESS = 3  # the number of the first of them
# File name below certs/, kubeconfig below credentials/, its user, and the certificate's subject.
CLIENTS = (
    ("client", "client.config", "admin", "/CN=admin/O=system:masters"),
    ("controller", "controller.config", "controller", "/CN=system:kube-controller-manager"),
    ("scheduler", "scheduler.config", "scheduler", "/CN=system:kube-scheduler"),
    ("proxy", "proxy.config", "kubeproxy", "/CN=system:kube-proxy"),
    ("kubelet", "kubelet.config", "kubelet", ""),
    ("apiserver-kubelet-client", "", "", "/CN=kube-apiserver-kubelet-client/O=system:masters"),
)


def folder() -> Path:
    """certs/ of this node."""
    return paths.data("certs")


def create_all() -> None:
    """Make every key and certificate of a new node but server.crt, and its kubeconfigs."""
    names = ["ca", "front-proxy-ca", "front-proxy-client", "server", *(client[0] for client in CLIENTS)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(create_key, [folder() / f"{name}.key" for name in (*names, "serviceaccount")]))
    for authority, subject in (("ca", f"/CN={SERVICE_ADDRESS}"), ("front-proxy-ca", "/CN=front-proxy-ca")):
        _self_sign(folder() / f"{authority}.key", folder() / f"{authority}.crt", subject, _AUTHORITY_USAGE)
    _sign("front-proxy-client", "/CN=front-proxy-client", authority="front-proxy-ca", days=_YEAR)
    create_template()
    create_clients()


def create_server() -> None:
    """Issue server.crt for the addresses that the host has now, and note them in csr.conf."""
    addresses = network.host_addresses()
    _sign("server", _SERVER_SUBJECT, names=alternative_names(rendered(addresses)), days=_YEAR)
    write_rendered(addresses)


def server_is_trusted() -> bool:
    """Whether server.crt is from the CA that this node has now."""
    command = ["openssl", "verify", "-CAfile", str(folder() / "ca.crt"), str(folder() / "server.crt")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def create_clients() -> None:
    """Issue the clients' certificates from this node's own CA, and the kubeconfigs with them."""
    ca = (folder() / "ca.crt").read_bytes()
    for name, config, user, subject in CLIENTS:
        kubelet = name == "kubelet"
        _sign(
            name,
            kubelet_subject() if kubelet else subject,
            names=kubelet_names() if kubelet else (),
            days=_LONG,
        )
        if config:
            certificate, key = ((folder() / f"{name}.{kind}").read_bytes() for kind in ("crt", "key"))
            files.write(paths.data("credentials", config), kubeconfig.with_data(user, ca, certificate, key))


def create_cluster_pair() -> None:
    """Make the self-signed pair that members of the database would know each other by."""
    backend = paths.data("var", "kubernetes", "backend")
    create_key(backend / "cluster.key")
    _self_sign(backend / "cluster.key", backend / "cluster.crt", "/CN=k8s")


def create_member(authority: tuple[Path, Path], address: str, target: Path) -> None:
    """Issue what etcd shows as a member at ``address``: with the pair's key, and signed by it, since it wants addresses."""
    certificate, key = map(str, authority)
    signed = _openssl(
        "x509", "-req", "-sha256", "-CA", certificate, "-CAkey", key, "-set_serial", str(secrets.randbits(62)),
        "-days", str(_LONG), "-copy_extensions", "copy",
        given=request(authority[1], "/CN=k8s-member", [f"IP:{address}", f"IP:{network.LOOPBACK}"]),
    )  # fmt: skip
    files.write(target, signed)


def kubelet_subject() -> str:
    """The subject of the kubelet's certificate."""
    return f"/CN=system:node:{network.node_name()}/O=system:nodes"


def kubelet_names() -> list[str]:
    """The names that the API server reaches this kubelet by."""
    return [f"DNS:{network.node_name()}", *(f"IP:{address}" for address in network.host_addresses())]


def create_key(path: Path) -> None:
    """Make an RSA key; group microk8s may read it."""
    _openssl("genrsa", "-out", str(path), "2048")
    files.share(path)


def request(key: Path, subject: str, names: Sequence[str] = ()) -> str:
    """A signing request (PEM) for a key."""
    extension = ["-addext", f"subjectAltName={','.join(names)}"] if names else []
    return _openssl("req", "-new", "-sha256", "-key", str(key), "-subj", subject, *extension)


def sign_request(text: str) -> str:
    """Sign a request (PEM) with this node's CA, keeping the alternative names it asks for."""
    return _openssl(
        "x509", "-req", "-sha256", "-CA", str(folder() / "ca.crt"), "-CAkey", str(folder() / "ca.key"),
        "-CAcreateserial", "-days", str(_LONG), "-copy_extensions", "copy", given=text,
    )  # fmt: skip


def fingerprint(pem: str) -> str:
    """SHA-256 over a certificate's DER form, in hexadecimal."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


def rendered(addresses: Iterable[str]) -> str:
    """csr.conf for server.crt: what it names. Compared with the file, it tells whether the host's addresses changed."""
    more = "".join(f"IP.{index} = {address}\n" for index, address in enumerate(addresses, _FIRST_ADDRESS))
    return template().replace(f"{_MORE}\n", more)


def template() -> str:
    """csr.conf.template, which the user may have edited."""
    return (folder() / "csr.conf.template").read_text()


def create_template() -> None:
    """Write csr.conf.template for a new node."""
    names = "".join(f"DNS.{index} = {name}\n" for index, name in enumerate(_CLUSTER_NAMES, 1))
    addresses = "".join(f"IP.{index} = {each}\n" for index, each in enumerate((network.LOOPBACK, SERVICE_ADDRESS), 1))
    text = "[ req ]\nreq_extensions = req_ext\n\n[ req_ext ]\nsubjectAltName = @alt_names\n\n[ alt_names ]\n"
    files.write(folder() / "csr.conf.template", f"{text}{names}{addresses}{_MORE}\n")


def add_names(names: Iterable[str]) -> bool:
    """Add names and addresses that server.crt is to carry, too; False when all are there."""
    text = template()
    present = {entry.partition(":")[2] for entry in alternative_names(text)}
    fresh = [name for name in names if name not in present]
    # Numbers that the addresses of the host never reach.
    lines = "".join(
        f"{'IP' if _is_address(name) else 'DNS'}.{len(present) + 1000 + index} = {name}\n"
        for index, name in enumerate(fresh)
    )
    if fresh:
        files.write(folder() / "csr.conf.template", text.replace(f"{_MORE}\n", f"{lines}{_MORE}\n"))
    return bool(fresh)


def alternative_names(text: str) -> list[str]:
    """``DNS:NAME`` and ``IP:ADDRESS`` of every alternative name in the text of csr.conf."""
    return [f"{kind}:{value}" for kind, value in re.findall(r"^(DNS|IP)\.\d+ = (\S+)$", text, re.MULTILINE)]


def write_rendered(addresses: Iterable[str]) -> None:
    """Write csr.conf and csr.conf.rendered."""
    text = rendered(addresses)
    for name in ("csr.conf", "csr.conf.rendered"):
        files.write(folder() / name, text)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _self_sign(key: Path, certificate: Path, subject: str, *extensions: str) -> None:
    added = [word for extension in extensions for word in ("-addext", extension)]
    text = _openssl("req", "-x509", "-new", "-sha256", "-key", str(key), "-days", str(_LONG), "-subj", subject, *added)
    files.write(certificate, text)


def _sign(name: str, subject: str, *, authority: str = "ca", names: Sequence[str] = (), days: int) -> None:
    issuer = folder() / authority
    signed = _openssl(
        "x509", "-req", "-sha256", "-CA", f"{issuer}.crt", "-CAkey", f"{issuer}.key", "-CAcreateserial",
        "-days", str(days), "-copy_extensions", "copy", given=request(folder() / f"{name}.key", subject, names),
    )  # fmt: skip
    files.write(folder() / f"{name}.crt", signed)


def _openssl(*arguments: str, given: str | None = None) -> str:
    result = subprocess.run(["openssl", *arguments], input=given, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"openssl {arguments[0]} ended with {result.returncode}: {result.stderr.strip()}")
    return result.stdout
