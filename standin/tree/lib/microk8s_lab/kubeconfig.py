# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfig files of MicroK8s' shape."""

from __future__ import annotations

import base64

_TEMPLATE = """\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {ca}
    server: https://127.0.0.1:16443
  name: microk8s-cluster
contexts:
- context:
    cluster: microk8s-cluster
    user: {user}
  name: microk8s
current-context: microk8s
kind: Config
preferences: {{}}
users:
- name: {user}
  user:
    client-certificate{data}: {certificate}
    client-key{data}: {key}
"""


def with_data(user: str, ca: bytes, certificate: bytes, key: bytes) -> str:
    """A kubeconfig that holds the certificates (PEM) itself."""
    return _TEMPLATE.format(
        user=user, ca=_one_line(ca), data="-data", certificate=_one_line(certificate), key=_one_line(key)
    )


def with_files(user: str, ca: bytes, certificate: str, key: str) -> str:
    """A kubeconfig that names files, as a worker's does."""
    return _TEMPLATE.format(user=user, ca=_one_line(ca), data="", certificate=certificate, key=key)


def _one_line(pem: bytes) -> str:
    return base64.b64encode(pem).decode()
