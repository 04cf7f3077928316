# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe's results mean, in a few lines for a person. Pure. Private to this collection."""

from __future__ import annotations

from collections import Counter
from typing import Iterator, Sequence

from ._rtps.hearing import UNICAST
from ._rtps.ids import VENDOR_PROBE, vendor_text
from ._topic_words import topic_lines

MAX_LINES = 12
MAX_LINE = 160
_PROBE = vendor_text(VENDOR_PROBE)
_NOBODY = (
    "That may mean: no DDS program runs in this domain there, or it keeps to its own host, or multicast is dropped on the way.",
    "Next: compare ROS_DOMAIN_ID (option domain_id), ROS_AUTOMATIC_DISCOVERY_RANGE and ROS_LOCALHOST_ONLY of the programs;",
    "run this on two hosts at once; if they hear nothing, see to firewalls (UDP 7400), switches (IGMP snooping), Wi-Fi.",
)


def sum_up(result: dict) -> list[str]:
    """The result of one run, at most MAX_LINES lines: faults first, then each target with whom it heard, then the rest."""
    targets = result["targets"]
    faults = [f"FAILED on {_where(target)}: {error}" for target in targets for error in target["errors"]]
    lines = [*faults]
    for target in (target for target in targets if target["address"] is not None):
        lines += _of_target(target, result["elapsed_s"])
    if not any(target["heard"] or target["answers"] for target in targets) and not faults:
        lines += _NOBODY if targets else ["No NIC was probed."]
    if result["left_out"]:
        lines.append("Left out: " + ", ".join(f"{each['nic']} ({each['why']})" for each in result["left_out"]))
    lines = [line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - 1]}…" for line in lines]
    if len(lines) > MAX_LINES:
        more = len(lines) - MAX_LINES + 1
        lines = [*lines[: MAX_LINES - 1], f"… and {more} lines more: see targets."]
    return lines


def _where(target: dict) -> str:
    pod = f" of pod {target['pod']}" if target["pod"] else ""
    return f"{target['nic']}{pod}, domain {target['domain_id']}"


def _of_target(target: dict, elapsed_s: float) -> Iterator[str]:
    probes = [heard for heard in target["heard"] if heard["vendor_id"] == _PROBE]
    others = [heard for heard in target["heard"] if heard["vendor_id"] != _PROBE]
    answered = sum(UNICAST in heard["paths"] for heard in others)
    yield (
        f"{_where(target)}, {target['address']}: {_count(others, 'participant')} heard in {elapsed_s:.1f} s, "
        f"{answered} answered; {_count(probes, 'other probe')} heard"
    )
    groups = Counter((heard["vendor"], heard["host_claimed"], heard["address"], _state(heard)) for heard in others)
    for (vendor, host, address, state), number in groups.items():
        yield f"  {number} of {vendor} at {address}{f' ({host})' if host else ''}: {state}"
    if probes:
        yield "  probes at " + ", ".join(sorted({heard["address"] for heard in probes}))
    for answer in target["answers"]:
        said = f"answered after {answer['after_s']} s" if answer["answered"] else answer["error"] or "no answer"
        yield f"  {answer['kind']} {answer['address']}: {said}"
    for line in topic_lines(target):
        yield f"  {line}"
    lost = {
        "dropped": "datagrams too many to read",
        "forgotten": "participants too many to keep",
        "malformed": "no RTPS",
    }
    counts = [f"{target[name]} {name} ({what})" for name, what in lost.items() if target[name]]
    if counts:
        yield "  " + ", ".join(counts)


def _state(heard: dict) -> str:
    if heard["departed"]:
        return "has left since"
    return "answered" if UNICAST in heard["paths"] else "heard by multicast, no answer"


def _count(things: Sequence, name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"
