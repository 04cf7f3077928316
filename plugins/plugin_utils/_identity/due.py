# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts are not yet as the fleet wants them, by what was seen of them.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ...module_utils._identity.hostname import wanted_names
from ...module_utils._identity.hosts_file import HostsFileError, rewrite
from ...module_utils._local_facts import IDENTITY, with_section


def due(
    fleet: Mapping[str, Mapping[str, Any]],
    entries: Sequence[Mapping[str, Any]],
    block: bool,
    facts: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """The hosts of which identity_apply would change something, in the order of the fleet.

    `fleet` are the members of the fleet, `entries`, `block` and `facts` (of each host) what the module is told.
    """
    return [
        host
        for host, each in fleet.items()
        if each["present"]
        and (_another_name(each) or _another_text(each, entries, block) or _other_facts(each, facts[host]))
    ]


def _another_name(member: Mapping[str, Any]) -> bool:
    names = member["identity"]["hostname"]
    return member["cloud_init_hold"]["due"] or wanted_names(names, member["hostname"]) != names


def _another_text(member: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], block: bool) -> bool:
    text = member["laid_down"]["hosts_file"]
    if text is None:  # bytes that did not travel: the module looks at them where they are
        return True
    try:
        return rewrite(text.encode(), entries, block)[0] != text.encode()
    except HostsFileError:  # the module says so
        return True


def _other_facts(member: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    text = member["laid_down"]["local_facts"]
    return text is None or with_section(text, IDENTITY, facts) != text
