# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of ``microk8s status``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from microk8s_lab import texts
from microk8s_lab.addons import Addon
from microk8s_lab.yamlish import ROLES, Member

HA_VOTERS = 3


def short(ready: bool, _members: Sequence[Member], known: Iterable[Addon]) -> str:
    """``--format short``"""
    if not ready:
        return texts.NOT_RUNNING
    states = (f"{addon.repository}/{addon.name}: {addon.state}" for addon in _sorted(known))
    return "\n".join(("microk8s is running", "addons:", *states))


def pretty(ready: bool, members: Sequence[Member], known: Sequence[Addon]) -> str:
    """``--format pretty``: spares are not shown."""
    if not ready:
        return texts.NOT_RUNNING
    formed = len(_addresses(members, "voter")) >= HA_VOTERS
    lines = [
        "microk8s is running",
        f"high-availability: {'yes' if formed else 'no'}",
        f"  datastore master nodes: {' '.join(_addresses(members, 'voter')) or 'none'}",
        f"  datastore standby nodes: {' '.join(_addresses(members, 'standby')) or 'none'}",
        "addons:",
    ]
    for state in ("enabled", "disabled"):
        lines.append(f"  {state}:")
        lines += [f"    {a.name:<20} # ({a.repository}) {a.description}" for a in _sorted(known) if a.state == state]
    return "\n".join(lines)


def as_yaml(ready: bool, members: Sequence[Member], known: Iterable[Addon]) -> str:
    """``--format yaml``: ``enabled`` means that the node has the HA database, not that HA has formed."""
    lines = ["microk8s:", f"  running: {ready}", "high-availability:", "  enabled: True", "  nodes:"]
    for member in members:
        lines += [f"    - address: {member.address}", f"      role: {ROLES[member.role]}"]
    if not ready:
        return "\n".join((*lines, f"  message: {texts.NOT_RUNNING}"))
    lines.append("addons:")
    for addon in _sorted(known):
        lines += [
            f"  - name: {addon.name}",
            f"    repository: {addon.repository}",
            f"    description: {addon.description}",
            f"    version: {addon.version}",
            f"    status: {addon.state}",
        ]
    return "\n".join(lines)


FORMATS = {"short": short, "pretty": pretty, "yaml": as_yaml}


def _addresses(members: Iterable[Member], role: str) -> list[str]:
    return [member.address for member in members if ROLES[member.role] == role]


def _sorted(known: Iterable[Addon]) -> list[Addon]:
    return sorted(known, key=lambda addon: (not addon.enabled, addon.name))
