# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs behind ports of DDS and Zenoh: which middleware they have loaded, how ROS is set in them, which shared memory.

Private to this collection. Of their environment only the variables below are told, and of some only that they are set.
Sources: proc(5); design.ros2.org and the middlewares' documentation for the variables; Fast DDS names its segments of shared
memory fastrtps_… up to 2.x, fastdds_… since 3.0.
"""

from __future__ import annotations

import os
import re
from typing import Iterable, Mapping, NamedTuple

from ._rtps.parameters import printable

MOST_PROGRAMS = 16
LONGEST = 200  # of a value that is told
FAST_DDS, CYCLONE, ZENOH = "Fast DDS", "Cyclone DDS", "Zenoh"
TOLD = (
    *(
        "ROS_DOMAIN_ID",
        "ROS_AUTOMATIC_DISCOVERY_RANGE",
        "ROS_LOCALHOST_ONLY",
        "ROS_STATIC_PEERS",
        "ROS_DISCOVERY_SERVER",
    ),
    *("ROS_SUPER_CLIENT", "RMW_IMPLEMENTATION", "FASTDDS_BUILTIN_TRANSPORTS"),
)
# They may hold whole documents, and passwords.
SET = (
    *("CYCLONEDDS_URI", "FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE"),
    *("ZENOH_CONFIG_OVERRIDE", "ZENOH_SESSION_CONFIG_URI", "ZENOH_ROUTER_CONFIG_URI"),
)
_LIBRARIES = {
    FAST_DDS: re.compile(r"/lib(fastrtps|fastdds)[.-][^/\n]*$", re.MULTILINE),
    CYCLONE: re.compile(r"/libddsc[.-][^/\n]*$", re.MULTILINE),
    ZENOH: re.compile(r"/(lib|librmw_)?zenoh[^/\n]*$", re.MULTILINE),
}
_SEGMENT = re.compile(r"/dev/shm/(fastrtps|fastdds)_")
_LARGEST = 1 << 22  # bytes of /proc/PID/maps


class Owner(NamedTuple):
    """A process that has a socket."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} (pid {self.pid})"


def read_programs(owners: Iterable[Owner], proc: str = "/proc") -> list[dict]:
    """What there is to know of the programs, in the order of their ids, each once."""
    return [_read_program(owner, os.path.join(proc, str(owner.pid))) for owner in sorted(set(owners))[:MOST_PROGRAMS]]


def parse_settings(environment: bytes) -> dict[str, str]:
    """The variables that are told, of a /proc/PID/environ."""
    found = {}
    for entry in environment.split(b"\0"):
        name, equals, value = entry.decode(errors="replace").partition("=")
        if equals and name in TOLD:
            found[name] = printable(value)[:LONGEST]
        elif equals and name in SET and value:
            found[name] = "set"
    return found


def parse_maps(text: str) -> tuple[list[str], bool]:
    """(the middlewares that are loaded, whether Fast DDS uses shared memory), of a /proc/PID/maps."""
    return [name for name, library in _LIBRARIES.items() if library.search(text)], bool(_SEGMENT.search(text))


def _read_program(owner: Owner, folder: str) -> dict:
    seen: Mapping = {"middleware": [], "settings": {}, "shared_memory": "", "uses_shared_memory": False, "error": ""}
    try:
        with open(os.path.join(folder, "environ"), "rb") as file:
            settings = parse_settings(file.read())
        with open(os.path.join(folder, "maps"), errors="replace") as file:
            middleware, uses = parse_maps(file.read(_LARGEST))
        memory = _place(os.path.join(folder, "root", "dev", "shm"))
    except OSError as error:  # it has ended, or is another user's
        return {"program": str(owner), **seen, "error": f"cannot be looked into: {error.strerror}"}
    found = {"middleware": middleware, "settings": settings, "shared_memory": memory, "uses_shared_memory": uses}
    return {"program": str(owner), **seen, **found}


def _place(path: str) -> str:
    """What tells one folder from another of the same path."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return ""
    return f"{os.major(status.st_dev)}:{os.minor(status.st_dev)} {status.st_ino}"
