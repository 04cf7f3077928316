# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kubeconfig that is kept on the controller, and what stands already where it is to be kept.

Private to this collection. Pure.
"""

from __future__ import annotations

import base64
import re
import sys
from typing import Any, Iterable, Mapping

import yaml

from ...module_utils._finding import Finding
from .._and_list import and_list

# As MicroK8s calls the one context of the kubeconfig that it hands out.
CONTEXT = "microk8s"
PARTS = ("clusters", "contexts", "users")


def verifiable(kubeconfig: str, server_certificate: str, python: tuple[int, int] = sys.version_info[:2]) -> str:
    """The kubeconfig in a form that this controller's Python can verify the API server with.

    MicroK8s makes a CA certificate without the key usage extension. Python verifies strictly since 3.13 and refuses it;
    there the API server's own certificate is pinned instead, which trusts less and not more.
    """
    if python < (3, 13) or not server_certificate:
        return kubeconfig
    pin = base64.b64encode(server_certificate.encode()).decode()
    return re.sub(r"(certificate-authority-data: )\S+", r"\g<1>" + pin, kubeconfig)


def leads_to(kubeconfig: str, addresses: Iterable[str]) -> bool:
    """Whether a kubeconfig, or what is left of one, leads to one of these addresses."""
    return any(server in re.findall(r"^ *server: https://([^:/\s]+)", kubeconfig, re.MULTILINE) for server in addresses)


def would_be_lost(kept: str, path: str) -> list[Finding]:
    """What stands in the file and cannot have come from here: `site` would overwrite it.

    A kubeconfig of one MicroK8s may be that of this cluster under an earlier address or before a re-image, and goes.
    """
    found = _what_else(kept)
    if not found:
        return []
    return [
        Finding(
            "foreign-kubeconfig",
            f"{path} on this controller holds {found}, and the cluster's kubeconfig would overwrite it",
            "give the cluster a file of its own, by membership_kubeconfig, or take that variable out of your inventory. "
            "kubectl reads several files: KUBECONFIG=FIRST:SECOND",
        )
    ]


def _what_else(kept: str) -> str:
    if not kept.strip():
        return ""
    try:
        config = yaml.safe_load(kept)
    except yaml.YAMLError:
        return "what is no kubeconfig"
    if not isinstance(config, Mapping) or not isinstance(config.get("clusters"), list):
        return "what is no kubeconfig"
    others = [name for name in _names(config.get("contexts")) if name != CONTEXT]
    if others:
        return f"the way to other clusters ({and_list(others)})"
    return "the way to several clusters" if any(len(config.get(part) or []) > 1 for part in PARTS) else ""


def _names(entries: Any) -> list[str]:
    return [str(each["name"]) for each in entries or [] if isinstance(each, Mapping) and "name" in each]
