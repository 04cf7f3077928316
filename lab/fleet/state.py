# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the running lab remembers: ``.lab/fleet.json``, read by tests and by the inventory."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lab.cache import REPO, cache_root, say
from lab.fleet.layer import Layer
from lab.fleet.plan import Host
from lab.fleet.prefix import PREFIX
from lab.fleet.processes import is_same
from lab.fleet.shell import LabError

FOLDER = REPO / ".lab"
FLEET = FOLDER / "fleet.json"
SSH = FOLDER / "ssh"
KNOWN_HOSTS = SSH / "known_hosts"
CONNECTIONS = SSH / "open"
LOOP_NODES = FOLDER / "dev"
# What kinds of host there are (lab.fleet.kinds).
NSPAWN, VM = "nspawn", "vm"


@dataclass
class Member:
    """A host of the running lab and its first process, None when it is switched off."""

    host: Host
    leader_pid: int | None = None
    leader_started: int | None = None
    kind: str = NSPAWN

    @property
    def is_up(self) -> bool:
        """Whether the host's first process still runs."""
        return (
            self.leader_pid is not None
            and self.leader_started is not None
            and is_same(self.leader_pid, self.leader_started)
        )


@dataclass
class Fleet:
    """The running lab, which loop devices the machine had before it, and how many of its hosts are control planes."""

    members: dict[str, Member] = field(default_factory=dict)
    loops_before: list[int] = field(default_factory=list)
    control_planes: int = 1

    def member(self, name: str) -> Member:
        """The member of this name; raises LabError with the names there are."""
        if name not in self.members:
            names = ", ".join(self.members) or "none, the lab is down: python3 -m lab up --hosts 3"
            raise LabError(f"No host {name!r} in the lab. Hosts: {names}.")
        return self.members[name]

    def running(self, name: str) -> Member:
        """The member of this name, which must be up."""
        member = self.member(name)
        if not member.is_up:
            raise LabError(f"{name} is off. Switch it on: python3 -m lab power on {name}")
        return member


def to_json(fleet: Fleet) -> str:
    """The fleet as the text of fleet.json."""
    hosts = [
        {
            "name": member.host.name,
            "number": member.host.number,
            "mgmt_address": member.host.management_address,
            "ros_nic": member.host.ros_nic,
            "ros_address": member.host.ros_address,
            "kind": member.kind,
            "leader_pid": member.leader_pid,
            "leader_started": member.leader_started,
        }
        for member in fleet.members.values()
    ]
    rest = {"loops_before": fleet.loops_before, "control_planes": fleet.control_planes}
    return json.dumps({"hosts": hosts, **rest}, indent=2) + "\n"


def from_json(text: str) -> Fleet:
    """The fleet that ``to_json`` wrote."""
    data = json.loads(text)
    members = [
        Member(
            Host(item["name"], item["number"], item["ros_nic"]),
            item["leader_pid"],
            item["leader_started"],
            item.get("kind", NSPAWN),  # fleets that were saved when there was no other kind do not say
        )
        for item in data["hosts"]
    ]
    return Fleet({member.host.name: member for member in members}, data["loops_before"], data["control_planes"])


def load() -> Fleet:
    """The fleet as last saved; an empty one when the lab is down."""
    try:
        return from_json(FLEET.read_text())
    except FileNotFoundError:
        return Fleet()


def save(fleet: Fleet) -> None:
    """Write the fleet so that a reader never sees half of it."""
    FOLDER.mkdir(exist_ok=True)
    fresh = FLEET.with_suffix(".new")
    fresh.write_text(to_json(fleet))
    fresh.replace(FLEET)


def folder_of(name: str) -> Path:
    """Where all is that belongs to the host of this name."""
    return FOLDER / "hosts" / name


def layer_of(name: str) -> Layer:
    """Where the disk of the nspawn host of this name is."""
    return Layer(folder_of(name))


@contextmanager
def lock() -> Iterator[None]:
    """Let one command at a time change the lab; the next one says that it waits."""
    path = cache_root() / "lab" / f".{PREFIX}fleet.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another lab command to finish ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
