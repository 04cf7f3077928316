# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topics of one NIC in a few lines for a person, in ROS 2's names. Pure. Private to this collection."""

from __future__ import annotations

import re
from typing import Iterator, Sequence

MAX_LINES = 4
WIDTH = 150
# What ROS 2 puts before its names in DDS, and the topics that each of its nodes has.
TOPIC, REQUEST, REPLY = "rt/", "rq/", "rr/"
OF_EVERY_NODE = ("rt/rosout", "rt/parameter_events", "ros_discovery_info")
_TYPE = re.compile(r"(\w+)::(\w+)::dds_::(\w+)_")


def topic_lines(target: dict) -> list[str]:
    """Who was asked, and what they have: topics of every ROS node and services as numbers only. Empty when nobody was asked."""
    asked = target["endpoints_asked"]
    if not asked:
        return []
    whole = sum(each["complete"] for each in asked)
    head = f"topics of {len(asked)} asked{'' if whole == len(asked) else f', of which {len(asked) - whole} not all'}: "
    items = [*_topics(target["endpoints"]), *_rest(target)]
    lines = _filled(head, items or ["none"])
    if len(lines) > MAX_LINES:
        lines = [*lines[: MAX_LINES - 1], "… and more: see endpoints."]
    return lines


def ros_type(name: str) -> str:
    """`std_msgs/msg/String` for the name that ROS 2 gives it in DDS; any other as it is."""
    found = _TYPE.fullmatch(name)
    return "/".join(found.groups()) if found else name


def _topics(endpoints: Sequence[dict]) -> Iterator[str]:
    shown: dict[str, list] = {}
    for endpoint in endpoints:
        topic = endpoint["topic"]
        if topic not in OF_EVERY_NODE and not topic.startswith((REQUEST, REPLY)):
            shown.setdefault(topic, []).append(endpoint)
    for topic, each in shown.items():
        name = topic[len(TOPIC) - 1 :] if topic.startswith(TOPIC) else f"DDS topic {topic}"
        types = " or ".join(sorted({ros_type(endpoint["type"]) for endpoint in each}))
        numbers = {kind: sum(endpoint["kind"] == kind for endpoint in each) for kind in ("writer", "reader")}
        said = ", ".join(f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in numbers.items() if number)
        yield f"{name} ({types}) {said}"


def _rest(target: dict) -> Iterator[str]:
    topics = {endpoint["topic"] for endpoint in target["endpoints"]}
    services = sum(topic.startswith(REQUEST) for topic in topics)
    if services:
        yield f"{services} service{'' if services == 1 else 's'}"
    if topics.intersection(OF_EVERY_NODE):
        yield "and those of every ROS node"
    if target["endpoints_dropped"]:
        yield f"{target['endpoints_dropped']} writers and readers too many to keep"


def _filled(head: str, items: Sequence[str]) -> list[str]:
    """`head` and the items, separated by semicolons, in lines of about WIDTH."""
    lines = [head + items[0]]
    for item in items[1:]:
        if len(lines[-1]) + len(item) + 2 <= WIDTH:
            lines[-1] += f"; {item}"
        else:
            lines[-1] += ";"
            lines.append(item)
    return lines
