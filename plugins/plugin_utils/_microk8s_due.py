# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is due of MicroK8s on one host, by what was seen of it. Where that cannot be told, it is due: the module decides.

Private to this collection. Pure. `member` is the host's of the fleet.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ..module_utils._microk8s.arguments import ArgumentError, with_arguments
from ..module_utils._microk8s.registries import RegistryError, checksum, hosts_toml
from ..module_utils._microk8s.state import ABSENT


def bring_up_due(member: Mapping[str, Any]) -> bool:
    """Whether MicroK8s has to be installed, held or started, or snapd is at work on it."""
    microk8s, snapd = member["microk8s"], member["snapd"]
    if microk8s["role"] == ABSENT or snapd["busy"]:
        return True
    return not microk8s["held"] or microk8s["stopped"] or not snapd["services"]


def mirrors_due(member: Mapping[str, Any], declared: Mapping[str, Any]) -> bool:
    """Whether containerd has to be told of other mirrors; `declared` is microk8s_registries."""
    try:
        wanted = {name: checksum(hosts_toml(name, each or {})) for name, each in declared.items()}
    except RegistryError:
        return True
    return wanted != dict(member["mirrors"])


def arguments_due(
    member: Mapping[str, Any],
    kubelet: Mapping[str, Optional[str]],
    missing: Mapping[str, str],
    apiserver: Mapping[str, Optional[str]],
) -> bool:
    """Whether microk8s_arguments would change a file, or has to make up for a restart.

    A host that is yet to get MicroK8s gets what is `missing` with it.
    """
    texts = member["arguments"]
    if member["microk8s"]["role"] == ABSENT:
        return bool(kubelet or apiserver)
    if texts["restart_due"]:
        return True
    try:
        due = with_arguments(texts["kubelet"], kubelet, missing) != texts["kubelet"]
        return due or with_arguments(texts["apiserver"], apiserver, {}) != texts["apiserver"]
    except ArgumentError:
        return True
