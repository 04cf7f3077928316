# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few YAML files of MicroK8s that the stand-in writes and reads, without a YAML library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROLES = ("voter", "standby", "spare")


@dataclass(frozen=True)
class Member:
    """A member of the database; ``role`` is an index of ROLES."""

    id: int
    address: str
    role: int = 0


def cluster_yaml(members: Iterable[Member]) -> str:
    """The text of backend/cluster.yaml."""
    return "".join(f"- ID: {each.id}\n  Address: {each.address}\n  Role: {each.role}\n" for each in members)


def info_yaml(member: Member) -> str:
    """The text of backend/info.yaml."""
    return f"ID: {member.id}\nAddress: {member.address}\nRole: {member.role}\n"


def members(text: str) -> list[Member]:
    """The members in the text of cluster.yaml or info.yaml."""
    found = re.findall(r"ID: (\d+)\s+Address: (\S+)\s+Role: (\d)", text)
    return [Member(int(identity), address, int(role)) for identity, address, role in found]


def init_yaml(address: str, voters: Sequence[str] = ()) -> str:
    """The text of backend/init.yaml: where to listen, and whom to join."""
    cluster = "".join(f"- {voter}\n" for voter in voters)
    return f"Address: {address}\n" + (f"Cluster:\n{cluster}" if voters else "")


def address_of(text: str) -> str:
    """The address in the text of init.yaml or update.yaml."""
    return re.findall(r"^Address: (\S+)", text, re.MULTILINE)[0]


def cluster_of_init(text: str) -> list[str]:
    """The voters in the text of init.yaml; none for a node that founds a cluster."""
    return re.findall(r"^- (\S+)", text, re.MULTILINE)


def provider_yaml(template: str, servers: Sequence[str]) -> str:
    """The text of args/traefik/provider.yaml for the API servers, each ``ADDRESS:PORT``."""
    listed = "".join(f"\n        - address: {server}" for server in servers)
    return template.replace("servers: []", f"servers:{listed}")


def provider_servers(text: str) -> list[str]:
    """The API servers in the text of provider.yaml."""
    return re.findall(r"- address: (\S+)", text)
