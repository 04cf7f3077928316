# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of role fleet, and how other roles read the fleet: who is there, and what the look at each host showed."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ...module_utils._finding import Finding, in_sentences
from ...plugin_utils._and_list import short_list
from ...plugin_utils._fleet import book, controller, fleet
from ...plugin_utils._fleet.agreement import FLEET_WIDE, disagreements
from ...plugin_utils._fleet.fleet import LAUNCH_CONFIG
from ...plugin_utils._fleet.member import HOST_VARIABLES


def fleet_declared(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Of all variables of a host, those by which the fleet is put together; None for one that is not set."""
    return {name: variables.get(name) for name in (*HOST_VARIABLES, LAUNCH_CONFIG, *FLEET_WIDE)}


def fleet_lacks(packages: Sequence[str]) -> list[Finding]:
    """What this controller lacks of the Python packages that a run needs."""
    return controller.lacking(packages, controller.read_interpreter())


def fleet_book_text(
    members: Mapping[str, Mapping[str, Any]], known: Mapping[str, Mapping[str, str]], accepted: Sequence[str]
) -> str:
    """The address book's text after a run that has accepted these hosts; `known` is what it was before."""
    return book.text_of(book.updated(known, members, accepted))


def fleet_each(members: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, Any]:
    """{inventory name: one field of the member}, of all hosts."""
    return {host: each[key] for host, each in members.items()}


class FilterModule:
    """Filters of role fleet."""

    def filters(self) -> dict[str, Any]:
        return {
            "fleet_absences": fleet.absences,
            "fleet_book": book.parse,
            "fleet_book_text": fleet_book_text,
            "fleet_declared": fleet_declared,
            "fleet_disagreements": in_sentences(disagreements),
            "fleet_each": fleet_each,
            "fleet_in_state": fleet.in_state,
            "fleet_lacks": in_sentences(fleet_lacks),
            "fleet_members": fleet.fleet_members,
            "fleet_nobody": in_sentences(fleet.nobody),
            "fleet_outsiders": fleet.outsiders,
            "fleet_short_list": short_list,
            "fleet_part": fleet.part_of,
            "fleet_refusal": fleet.refusal,
        }
