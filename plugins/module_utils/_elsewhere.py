# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DDS programs that run on this host in a network namespace other than the host's own: in containers and pods.

They may be where nobody on the LAN reaches them, and then the LAN shows nothing of them: only /proc does, and of what others
own only to root. Private to this collection. Parsers are pure; reading is at the end.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import Mapping

from ._around import dds_sockets, parse_udp
from ._netlink import NetlinkError
from ._netns import OWN_NETNS, NetnsError, entered
from ._nics import read_nics
from ._own_addresses import with_addresses
from ._programs import Owner

MOST_NAMESPACES = 16
MOST_PROGRAMS = 8
_DESTINATION_COLUMN, _MASK_COLUMN = 1, 7
_POD = re.compile(r"pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12})")
_CONTAINER = re.compile(r"([0-9a-f]{64})(\.scope)?$", re.MULTILINE)
_NAMED = re.compile(r"/(?:lxc\.payload\.|machine-|libpod-|docker-)([\w.-]+?)(?:\.scope)?(?:/|$)", re.MULTILINE)


def parse_container(cgroup: str) -> tuple[str, str]:
    """(uid of the pod, name or first 12 digits of the id of the container) in the text of a /proc/PID/cgroup, or empty."""
    pod, container, named = _POD.search(cgroup), _CONTAINER.search(cgroup), _NAMED.search(cgroup)
    name = container.group(1)[:12] if container else named.group(1) if named else ""
    return pod.group(1).replace("_", "-") if pod else "", name


def has_default_route(routes: str) -> bool:
    """Whether the text of a /proc/PID/net/route has a way to everywhere."""
    rows = [line.split() for line in routes.splitlines()[1:]]
    return any(
        len(row) > _MASK_COLUMN and int(row[_DESTINATION_COLUMN], 16) == int(row[_MASK_COLUMN], 16) == 0 for row in rows
    )


def read_elsewhere(owners: Mapping[int, Owner], proc: str = "/proc") -> list[dict]:
    """Each other network namespace in which DDS programs run, of the processes in `proc`; `owners` as of socket_owners()."""
    found: list[dict] = []
    for pid in sorted(_first_pids(proc).values()):
        if len(found) < MOST_NAMESPACES:
            with contextlib.suppress(OSError, ValueError):  # processes come and go
                found += _read_namespace(os.path.join(proc, str(pid)), owners)
    return found


def _first_pids(proc: str) -> dict[int, int]:
    """{a network namespace that is not the host's own: the lowest pid in it}."""
    own = os.stat(os.path.join("/proc", OWN_NETNS)).st_ino
    found: dict[int, int] = {}
    for pid in sorted(int(name) for name in os.listdir(proc) if name.isdigit()):
        with contextlib.suppress(OSError):
            namespace = os.stat(os.path.join(proc, str(pid), "ns", "net")).st_ino
            if namespace != own:
                found.setdefault(namespace, pid)
    return found


def _read_namespace(folder: str, owners: Mapping[int, Owner]) -> list[dict]:
    """One entry, or none where no DDS program runs. Raises OSError."""
    sockets = dds_sockets(parse_udp(_read(folder, "net", "udp")), owners)
    if not sockets:
        return []
    pod_uid, container = parse_container(_read(folder, "cgroup"))
    nics: list[dict] = []
    error = ""
    try:
        with entered(os.path.join(folder, "ns", "net")):
            nics = with_addresses(read_nics())
    except (NetnsError, NetlinkError) as failure:
        error = str(failure)
    return [
        {
            "pod_uid": pod_uid,
            "container": container,
            "programs": sorted({each["program"] for each in sockets if each["program"]})[:MOST_PROGRAMS],
            "domain_ids": sorted({each["domain_id"] for each in sockets}),
            "nics": nics,
            "default_route": has_default_route(_read(folder, "net", "route")),
            "error": error,
        }
    ]


def _read(*parts: str) -> str:
    with open(os.path.join(*parts), errors="replace") as file:
        return file.read()
