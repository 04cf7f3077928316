# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of role adopt: by which key the controller knows a machine, what came of contacting it, and what is due on it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Mapping, Sequence

from ...module_utils._finding import Finding, in_sentences
from ...plugin_utils._adopt.plan import CannotAdopt, plan
from ...plugin_utils._adopt.seen import seen_of
from ...plugin_utils._and_list import and_list
from ...plugin_utils._fleet.contact import ABSENT, PRESENT, REFUSED, contact
from ...plugin_utils._known_hosts import known_name, scanned
from ...plugin_utils._public_keys import of_keys


@in_sentences
def adopt_key_findings(keys: Sequence[str]) -> list[Finding]:
    """What is wrong with the SSH public keys of those who are to log in."""
    return of_keys("adopt_ssh_keys", keys)


def adopt_host_keys(scan: str, name: str) -> list[dict[str, str]]:
    """[{name, line, type, fingerprint}] of the keys that a host has shown."""
    return [asdict(key) for key in scanned(scan, name)]


def adopt_machine(look: Mapping[str, Any], address: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What came of the look at a machine, and what is due there.

    `state` is present, absent or refused, `why` the sentence for the latter two; the rest is that of a Plan.
    `settings` are {python, keys, free_sudo}.
    """
    came = contact(look, address)
    if came.state != PRESENT:
        return {"state": came.state, "why": came.sentence}
    seen = seen_of(look["stdout"])
    try:
        due = plan(seen, settings["python"], settings["keys"], settings["free_sudo"])
    except CannotAdopt as exc:
        return {"state": REFUSED, "why": str(exc)}
    return {"state": PRESENT, "why": "", "user": seen.user, **asdict(due), "due": due.summary}


def adopt_refusal(result: Mapping[str, Any], address: str) -> str:
    """Why a machine that lets us in does not let us become root, and what to do."""
    return contact(result, address).sentence


def adopt_nobody(machines: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Why nobody can be adopted, where all are absent."""
    if any(each["state"] != ABSENT for each in machines.values()):
        return []
    why = next(iter(machines.values()))["why"].rstrip(".")
    return [
        f"None of {and_list(list(machines))} is there, as the first of them: {why}. Fix: switch them on; see that this "
        "controller is in their network, and that ansible_host is right"
    ]


class FilterModule:
    """Filters of role adopt."""

    def filters(self) -> dict[str, Any]:
        return {
            "adopt_host_keys": adopt_host_keys,
            "adopt_key_findings": adopt_key_findings,
            "adopt_known_name": known_name,
            "adopt_machine": adopt_machine,
            "adopt_nobody": adopt_nobody,
            "adopt_refusal": adopt_refusal,
        }
