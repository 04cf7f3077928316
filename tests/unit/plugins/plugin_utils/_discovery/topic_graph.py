# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Participants with topics, as dds_probe returns them and as a graph."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.endpoints import (
    COMPLETE,
    READER,
    WRITER,
    Endpoint,
    Graph,
    Place,
    Speaker,
)
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.matching import Qos

from .fleet import heard

CHATTER, STRING, HEADER = "rt/chatter", "std_msgs::msg::dds_::String_", "std_msgs::msg::dds_::Header_"


def said(prefix, kind=WRITER, topic=CHATTER, type_=STRING, number=3, **qos):
    """An endpoint in a result."""
    return {
        "kind": kind,
        "guid": f"{prefix}{number:08x}",
        "guid_prefix": prefix,
        "topic": topic,
        "type": type_,
        "reliability": "reliable",
        "durability": "volatile",
        "deadline_s": None,
        "liveliness": "automatic",
        "liveliness_lease_s": None,
        "ownership": "shared",
        "partitions": [],
        **qos,
    }


def ask(target, prefix, *endpoints, complete=True, address=None, **more):
    """Let a target have heard and asked a participant."""
    target["heard"].append(
        heard(prefix, vendor="Eclipse Cyclone DDS", vendor_id="01.10", address=address or target["address"], **more)
    )
    target.setdefault("endpoints_asked", []).append({"guid_prefix": prefix, "complete": complete})
    target.setdefault("endpoints", []).extend(endpoints)


def speaker(host, workload="", *, domain_id=0, tag="", networks=("ros-lan",), asked=COMPLETE, prefix=""):
    label = f"{host}/{workload}" if workload else host or "10.0.0.77"
    pod = f"ros/{workload}-{host}" if workload else ""
    place = Place(host, pod, workload)
    return Speaker(prefix or f"{label}-{domain_id}", domain_id, tag, place, frozenset(networks), asked, label)


def writer(who, topic=CHATTER, type_=STRING, **qos):
    return Endpoint(WRITER, f"{who.guid_prefix} writes {topic}", topic, type_, Qos(**qos), who)


def reader(who, topic=CHATTER, type_=STRING, **qos):
    return Endpoint(READER, f"{who.guid_prefix} reads {topic}", topic, type_, Qos(**qos), who)


def graph(*endpoints, speakers=()):
    known = dict.fromkeys([*(each.speaker for each in endpoints), *speakers])
    return Graph(list(known), list(endpoints))
