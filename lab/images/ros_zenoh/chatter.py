# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's talker and listener share: the topic of ROS 2's demo nodes as rmw_zenoh writes it (Jazzy, Kilted).

A ROS 2 node hears these programs: key, message, attachment and liveliness tokens are those of ``rclcpp::QoS(10)``.
"""

from __future__ import annotations

import itertools
import struct
import time

import xxhash
import zenoh

TOPIC = "chatter"
TYPE = "std_msgs::msg::dds_::String_"
TYPE_HASH = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18"
QOS = "::,10:,:,:,,"  # a depth of 10; all else is rmw_zenoh's default

NODE, PUBLISHER, SUBSCRIPTION = "NN", "MP", "MS"

LITTLE_ENDIAN = b"\x00\x01\x00\x00"
ATTACHMENT = struct.Struct("<qqB16s")  # sequence number, time in ns, length of the identity, identity


def key(domain: int) -> str:
    """Where the texts of a domain are published."""
    return f"{domain}/{TOPIC}/{TYPE}/{TYPE_HASH}"


def encoded(text: str) -> bytes:
    """A ``std_msgs/String`` in CDR."""
    data = text.encode() + b"\0"
    return LITTLE_ENDIAN + struct.pack("<I", len(data)) + data


def decoded(message: bytes) -> str:
    """The text of a ``std_msgs/String`` in CDR, as every machine that ROS 2 runs on writes it."""
    start = len(LITTLE_ENDIAN)
    (length,) = struct.unpack_from("<I", message, start)
    return message[start + 4 : start + 4 + length - 1].decode()


class Endpoint:
    """A node with one publisher or subscription of the topic, in the graph of ROS for as long as this lives."""

    def __init__(self, session: zenoh.Session, domain: int, name: str, kind: str) -> None:
        node = f"@ros2_lv/{domain}/{session.zid()}/0/{{}}/{{}}/%/%/{name}"
        token = f"{node.format(1, kind)}/%{TOPIC}/{TYPE}/{TYPE_HASH}/{QOS}"
        declare = session.liveliness().declare_token
        self._tokens = (declare(node.format(0, NODE)), declare(token))
        self._identity = xxhash.xxh3_128_intdigest(token.encode()).to_bytes(16, "little")
        self._numbers = itertools.count(1)

    def attachment(self) -> bytes:
        """What goes with the next message: its number, the time, and who sends it."""
        return ATTACHMENT.pack(next(self._numbers), time.time_ns(), len(self._identity), self._identity)
