# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics and types as ROS writes them and as DDS does, `/chatter` and `rt/chatter`; and which names are almost the same.

Private to this collection. Pure. The prefixes and suffixes are those of ROS 2's design article on topic and service names.
"""

from __future__ import annotations

from ...module_utils._topic_words import OF_EVERY_NODE, REPLY, REQUEST, TOPIC

PREFIX, CASE, NAMESPACE = "prefix", "case", "namespace"  # how two names differ that are almost the same
_SUFFIXES = {REQUEST: "Request", REPLY: "Reply"}
# Services that every node has.
_SERVICES_OF_EVERY_NODE = (
    "describe_parameters",
    "get_parameter_types",
    "get_parameters",
    "get_type_description",
    "list_parameters",
    "set_parameters",
    "set_parameters_atomically",
)


def ros_name(topic: str) -> str:
    """What a topic of DDS is called in ROS; one that is none of ROS stays as it is."""
    if topic.startswith(TOPIC):
        return topic[len(TOPIC) - 1 :]
    service = _service(topic)
    return f"service {service}" if service else topic


def dds_topic(name: str) -> str:
    """The topic of DDS that `/NAME`, or NAME in the root namespace, is."""
    return TOPIC + name.lstrip("/")


def dds_type(name: str) -> str:
    """The type of DDS that PACKAGE/msg/NAME is."""
    package, kind, plain = name.split("/")
    return f"{package}::{kind}::dds_::{plain}_"


def is_of_every_node(topic: str) -> bool:
    """Whether ROS makes it by itself, for the graph, logs and parameters."""
    return topic in OF_EVERY_NODE or _service(topic).rpartition("/")[2] in _SERVICES_OF_EVERY_NODE


def is_service(topic: str) -> bool:
    return bool(_service(topic))


def difference(one: str, other: str) -> str:
    """How two topics differ whose names are almost the same, or empty: PREFIX where one is none of ROS, CASE, or NAMESPACE
    where one has leading namespaces that the other lacks. What ROS makes by itself, and services, are like nothing.
    """
    if one == other or any(is_of_every_node(each) or is_service(each) for each in (one, other)):
        return ""
    plain = [each.removeprefix(TOPIC).strip("/") for each in (one, other)]
    of_ros = [each.startswith(TOPIC) for each in (one, other)]
    if plain[0] == plain[1]:
        return PREFIX
    if of_ros[0] != of_ros[1]:
        return ""
    if plain[0].lower() == plain[1].lower():
        return CASE
    short, long = sorted(plain, key=len)
    return NAMESPACE if short and long.endswith(f"/{short}") else ""


def _service(topic: str) -> str:
    for prefix, suffix in _SUFFIXES.items():
        if topic.startswith(prefix) and topic.endswith(suffix):
            return topic[len(prefix) - 1 : -len(suffix)]
    return ""
