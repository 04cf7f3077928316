# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a writer offers is what a reader requests: the rules of DDS 1.4, 2.2.3.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Mapping, Optional

RELIABILITY, DURABILITY, DEADLINE = "reliability", "durability", "deadline"
LIVELINESS, LEASE, OWNERSHIP, PARTITION = "liveliness", "liveliness lease", "ownership", "partition"
# From the least that can be offered to the most.
_RANKS = {
    RELIABILITY: ("best-effort", "reliable"),
    DURABILITY: ("volatile", "transient-local", "transient", "persistent"),
    LIVELINESS: ("automatic", "manual-by-participant", "manual-by-topic"),
}
_WILDCARDS = set("*?[")


@dataclass(frozen=True)
class Qos:
    """Those policies of a writer or reader that decide whether the two are matched; None is infinite."""

    reliability: str = "reliable"
    durability: str = "volatile"
    deadline_s: Optional[float] = None
    liveliness: str = "automatic"
    liveliness_lease_s: Optional[float] = None
    ownership: str = "shared"
    partitions: tuple[str, ...] = ()

    @classmethod
    def of(cls, endpoint: Mapping[str, Any]) -> Qos:
        """As dds_probe returns it."""
        return cls(
            **{**{name: endpoint[name] for name in cls.__annotations__}, "partitions": tuple(endpoint["partitions"])}
        )

    def value(self, policy: str) -> str:
        """A policy in words."""
        return {
            RELIABILITY: self.reliability,
            DURABILITY: self.durability,
            DEADLINE: _seconds(self.deadline_s),
            LIVELINESS: self.liveliness,
            LEASE: _seconds(self.liveliness_lease_s),
            OWNERSHIP: self.ownership,
            PARTITION: ", ".join(each or '""' for each in self.partitions) or "none",
        }[policy]


def mismatches(offered: Qos, requested: Qos) -> list[str]:
    """The policies by which a writer and a reader are not matched."""
    agree = {
        RELIABILITY: _reaches(RELIABILITY, offered.reliability, requested.reliability),
        DURABILITY: _reaches(DURABILITY, offered.durability, requested.durability),
        DEADLINE: _within(offered.deadline_s, requested.deadline_s),
        LIVELINESS: _reaches(LIVELINESS, offered.liveliness, requested.liveliness),
        LEASE: _within(offered.liveliness_lease_s, requested.liveliness_lease_s),
        OWNERSHIP: offered.ownership == requested.ownership,
        PARTITION: _share(offered.partitions, requested.partitions),
    }
    return [policy for policy, well in agree.items() if not well]


def _reaches(policy: str, offered: str, requested: str) -> bool:
    ranks = _RANKS[policy]
    return ranks.index(offered) >= ranks.index(requested)


def _within(offered: Optional[float], requested: Optional[float]) -> bool:
    """Whether a period that is offered is no longer than the one that is requested."""
    return requested is None or (offered is not None and offered <= requested)


def _share(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether two lists of partitions have one in common; none is the one without a name."""
    return any(_same(one, other) for one in some or ("",) for other in others or ("",))


def _same(one: str, other: str) -> bool:
    """One of the two may be a pattern; two patterns are never the same."""
    if one == other:
        return not _is_pattern(one)
    if _is_pattern(one) == _is_pattern(other):
        return False
    return fnmatchcase(other, one) if _is_pattern(one) else fnmatchcase(one, other)


def _is_pattern(name: str) -> bool:
    return bool(_WILDCARDS & set(name))


def _seconds(value: Optional[float]) -> str:
    return "infinite" if value is None else f"{value:g} s"
