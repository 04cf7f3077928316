# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's talker and listener share: the message, the topic and the manners of ROS 2's demo nodes.

A ROS 2 node hears these programs: topic and type carry the names that ROS 2 gives them in DDS, the QoS is that of
``rclcpp::QoS(10)`` and the participant's user data names the enclave. Which NICs are used is said by
``CYCLONEDDS_URI`` alone, as for rmw_cyclonedds_cpp.
"""

# No "from __future__ import annotations" here: cyclonedds reads the types of String's fields, not their names.
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass

from cyclonedds.core import Policy, Qos
from cyclonedds.domain import DomainParticipant
from cyclonedds.idl import IdlStruct
from cyclonedds.topic import Topic
from cyclonedds.util import duration

TOPIC = "rt/chatter"
TYPE = "std_msgs::msg::dds_::String_"
DEPTH = 10
LARGEST_DOMAIN_ID = 232

# rmw_cyclonedds_cpp puts the same in front of the user's configuration: predictable unicast ports 7410 + 2n.
AS_RMW = (
    '<CycloneDDS><Domain Id="any"><Discovery><ParticipantIndex>auto</ParticipantIndex>'
    "<MaxAutoParticipantIndex>32</MaxAutoParticipantIndex></Discovery></Domain></CycloneDDS>"
)


@dataclass
class String(IdlStruct, typename=TYPE):
    """``std_msgs/msg/String``."""

    data: str


def domain_id() -> int:
    """``ROS_DOMAIN_ID``, 0 when unset or empty. Ends the program when it is not a domain."""
    text = os.environ.get("ROS_DOMAIN_ID") or "0"
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_DOMAIN_ID:
        sys.exit(f"ROS_DOMAIN_ID is {text!r}; it must be a whole number from 0 to {LARGEST_DOMAIN_ID}.")
    return int(text)


def host_name() -> str:
    """The host that this program names in its texts: ``ROSFLEET_HOST``, else the hostname (in a pod, the pod's)."""
    return os.environ.get("ROSFLEET_HOST") or socket.gethostname()


def join() -> DomainParticipant:
    """Enter the DDS domain as a ROS 2 context does."""
    os.environ["CYCLONEDDS_URI"] = ",".join(filter(None, (AS_RMW, os.environ.get("CYCLONEDDS_URI"))))
    qos = Qos(Policy.Userdata(b"enclave=/;"), Policy.EntityName("/"))
    return DomainParticipant(domain_id(), qos=qos)


def topic(participant: DomainParticipant) -> Topic:
    """The chatter topic, reliable, volatile, keeping the last DEPTH samples."""
    qos = Qos(
        Policy.Reliability.Reliable(duration(milliseconds=100)),
        Policy.Durability.Volatile,
        Policy.History.KeepLast(DEPTH),
    )
    return Topic(participant, TOPIC, String, qos=qos)


def log(verb: str, text: str) -> None:
    """Print one line with the wall-clock time in seconds since 1970, at once."""
    print(f"[{time.time():.3f}] {verb}: [{text}]", flush=True)


class EndSignal:
    """SIGTERM and SIGINT as something to wait for.

    Made before the middleware starts its threads, so that none of them receives the signal; blocking it also works
    for the first process of a container, which ignores signals that have no handler.
    """

    signals = frozenset({signal.SIGTERM, signal.SIGINT})

    def __init__(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, self.signals)

    def wait(self) -> None:
        """Return when told to end."""
        signal.sigwait(self.signals)

    def within(self, seconds: float) -> bool:
        """Wait at most ``seconds``; True as soon as told to end."""
        return signal.sigtimedwait(self.signals, seconds) is not None
