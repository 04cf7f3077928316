# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's ROS programs share, whatever middleware they use: who they are, what they print, how they end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

LARGEST_DOMAIN_ID = 232


def domain_id() -> int:
    """``ROS_DOMAIN_ID``, 0 when unset or empty. Ends the program when it is not a domain."""
    text = os.environ.get("ROS_DOMAIN_ID") or "0"
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_DOMAIN_ID:
        sys.exit(f"ROS_DOMAIN_ID is {text!r}; it must be a whole number from 0 to {LARGEST_DOMAIN_ID}.")
    return int(text)


def host_name() -> str:
    """The host that this program names in its texts: ``ROSFLEET_HOST``, else the hostname (in a pod, the pod's)."""
    return os.environ.get("ROSFLEET_HOST") or socket.gethostname()


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
