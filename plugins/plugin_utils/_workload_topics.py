# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the topics that a workload is declared to publish and subscribe to.

Private to this collection. Pure; runs on the controller.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping

from ..module_utils._finding import Finding

KEYS = ("publishes", "subscribes")
# As ROS has them: tokens without a digit in front, joined by slashes; and PACKAGE/msg/NAME.
_TOPIC = re.compile(r"/?[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*")
_TYPE = re.compile(r"[a-z][a-z0-9_]*/(msg|srv|action)/[A-Z][A-Za-z0-9_]*")
_SHORT_TYPE = re.compile(r"([a-z][a-z0-9_]*)/([A-Z][A-Za-z0-9_]*)")
_DDS_TYPE = re.compile(r"([a-z][a-z0-9_]*)::(msg|srv|action)::(?:dds_::)?([A-Z][A-Za-z0-9]*)_?")
_DDS_TOPIC = re.compile(r"rt/(.+)")


def topic_findings(workload: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything wrong with them."""
    for key in KEYS:
        entries = workload.get(key)
        if entries is None:
            continue
        if not isinstance(entries, (list, tuple)):
            yield Finding("no-list", f"{key} has to be a list", f"write {key}: [{{topic: /chatter}}]")
            continue
        for entry in entries:
            yield from _entry(key, entry)


def _entry(key: str, entry: Any) -> Iterator[Finding]:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("topic"), str):
        yield Finding("no-topic", f"{key} has an entry without a topic", f"write {key}: [{{topic: /chatter}}]")
        return
    topic, type_ = entry["topic"], entry.get("type")
    if _DDS_TOPIC.fullmatch(topic):
        yield Finding(
            "invalid-topic",
            f"{key} names the topic {topic!r} as DDS does",
            f"as ROS does, topic: /{topic[3:]}",
        )
    elif not _TOPIC.fullmatch(topic):
        yield Finding(
            "invalid-topic",
            f"{key} names the topic {topic!r}, which is none that verify can look for",
            "its whole name, as `ros2 topic list` shows it: letters, digits, _ and /, such as /tb1/scan",
        )
    if type_ is not None and not (isinstance(type_, str) and _TYPE.fullmatch(type_)):
        yield Finding("invalid-type", f"{key} gives {topic} the type {type_!r}, which is none", _meant(str(type_)))


def _meant(type_: str) -> str:
    short, of_dds = _SHORT_TYPE.fullmatch(type_), _DDS_TYPE.fullmatch(type_)
    if short:
        return f"type: {short[1]}/msg/{short[2]}"
    if of_dds:
        return f"type: {of_dds[1]}/{of_dds[2]}/{of_dds[3]}"
    return "PACKAGE/msg/NAME, as `ros2 topic info` shows it, such as std_msgs/msg/String"
