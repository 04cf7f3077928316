# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of the Kubernetes API, by the certificates in a kubeconfig or in certs/."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path
from typing import Any

PORT = 16443


class ApiError(Exception):
    """The API server cannot be reached, or refuses; ``status`` is the HTTP status, 0 when there was no answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Api:
    """The API server at 127.0.0.1, as the holder of a certificate.

    ``timeout`` is in seconds; without it a request has no limit in time, as with kubectl.
    """

    def __init__(self, ca: Path, certificate: Path, key: Path, timeout: float | None = None) -> None:
        self._timeout = timeout
        self._context = ssl.create_default_context(cafile=str(ca))
        self._context.load_cert_chain(str(certificate), str(key))

    def get(self, path: str) -> dict[str, Any]:
        """The object at ``path``; raises ApiError."""
        return self._call("GET", path)

    def delete(self, path: str) -> None:
        """Delete the object at ``path``; raises ApiError."""
        self._call("DELETE", path)

    def _call(self, method: str, path: str) -> dict[str, Any]:
        try:
            connection = http.client.HTTPSConnection("127.0.0.1", PORT, context=self._context, timeout=self._timeout)
            connection.request(method, path)
            answer = connection.getresponse()
            body = json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise ApiError(0, str(exc)) from exc
        if answer.status >= 400:
            raise ApiError(answer.status, str(body.get("message", answer.reason)))
        return body


def admin(certs: Path) -> Api:
    """The API of this control plane, as its administrator."""
    return Api(certs / "ca.crt", certs / "client.crt", certs / "client.key")


def internal_address(node: dict[str, Any]) -> str | None:
    """A Node's InternalIP."""
    addresses = node.get("status", {}).get("addresses", ())
    return next((entry["address"] for entry in addresses if entry["type"] == "InternalIP"), None)


def is_ready(node: dict[str, Any]) -> bool:
    """Whether kubectl would print ``Ready`` for a Node that takes pods."""
    if node.get("spec", {}).get("unschedulable"):
        return False
    conditions = node.get("status", {}).get("conditions", ())
    return any(entry["type"] == "Ready" and entry["status"] == "True" for entry in conditions)
