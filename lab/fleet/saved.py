# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fleets that were brought up once and are kept: what each host had written, to boot on again and again.

A saved host's layer becomes a further lower layer of the restored one, so nothing of it is copied and its whiteouts stay
what they are; only /var/snap, which containerd writes to, is. A saved fleet belongs to the artefacts it was made with.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.cache import REPO, cache_root, key_of, remove
from lab.fleet import state
from lab.fleet.layer import Layer
from lab.fleet.shell import LabError, run
from lab.fleet.state import Fleet, Member

FOLDER = REPO / ".cache" / "fleets"  # a checkout's own: another one's fleet was made by other code
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
ROOT_IMAGE = "rootfs"
ARTEFACTS = (ROOT_IMAGE, "microk8s.snap", "image-*.tar")  # what hosts are made of
# What brings a fleet up and what it is declared to be: the collection, the lab, and the lab's inventory.
CODE = ("galaxy.yml", "inventories/lab", "lab/fleet", "meta", "playbooks", "plugins", "roles")
KEPT = ("ssh", "kube")  # folders of the controller: the user's key, the hosts' keys, the cluster's kubeconfig


@dataclass(frozen=True)
class Origin:
    """What a fleet was made with: artefacts (name → version), the code (a key over its content), and when (ISO 8601)."""

    artefacts: dict[str, str]
    code: str
    saved_at: str


@dataclass(frozen=True)
class Saved:
    """A saved fleet: its folder, what it was made with, and its hosts, all switched off."""

    folder: Path
    origin: Origin
    fleet: Fleet

    def layer_of(self, host: str) -> Layer:
        """The layer that the host of this name had."""
        return Layer(self.folder / "hosts" / host)


def check_name(name: str) -> None:
    """Raise LabError for a name that cannot be a saved fleet's."""
    if not NAME.fullmatch(name):
        raise LabError(
            f"A saved fleet cannot be called {name!r}: small letters, digits and '-', at most 31, as in three."
        )


def check_keepable(fleet: Fleet, restored: Mapping[str, bool]) -> None:
    """Raise LabError when the fleet (host → was it restored itself) cannot be saved."""
    if not fleet.members:
        raise LabError("There is nothing to save, the lab is down. Bring it up: python3 -m lab up --hosts 3")
    others = [name for name, member in fleet.members.items() if member.kind != state.NSPAWN]
    if others:
        raise LabError(f"{', '.join(others)}: a virtual machine, and only fleets of nspawn hosts can be saved.")
    again = [name for name in fleet.members if restored.get(name)]
    if again:
        raise LabError(
            f"{', '.join(again)}: stands on a saved fleet itself, and layers are not piled up. "
            "Take the lab down, bring up a bare one, and save that."
        )


def keep(name: str, fleet: Fleet, artefacts: Mapping[str, str], code: str) -> Path:
    """Move the layers of a fleet that is switched off, and what the controller knows of it, to the saved fleets."""
    folder = FOLDER / name
    partial = FOLDER / f".{name}.partial"
    remove(partial)
    (partial / "hosts").mkdir(parents=True)
    for host in fleet.members:
        # mv keeps extended attributes and whiteouts, should the cache be on another disk.
        run(["mv", str(state.layer_of(host).folder), str(partial / "hosts" / host)])
    for kept in KEPT:
        if (state.FOLDER / kept).exists():
            run(["cp", "-a", str(state.FOLDER / kept), str(partial / kept)])
    off = Fleet({host: Member(member.host) for host, member in fleet.members.items()}, [], fleet.control_planes)
    (partial / "fleet.json").write_text(state.to_json(off))
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    (partial / "origin.json").write_text(json.dumps(asdict(Origin(dict(artefacts), code, now)), indent=2) + "\n")
    remove(folder)
    partial.rename(folder)
    return folder


def load(name: str) -> Saved:
    """The saved fleet of this name; raises LabError with the names there are."""
    check_name(name)
    folder = FOLDER / name
    try:
        origin = Origin(**json.loads((folder / "origin.json").read_text()))
        fleet = state.from_json((folder / "fleet.json").read_text())
    except FileNotFoundError:
        raise LabError(f"No saved fleet {name!r}. Saved: {', '.join(names()) or 'none'}.") from None
    return Saved(folder, origin, fleet)


def names() -> list[str]:
    """Names of all saved fleets."""
    return sorted(path.parent.name for path in FOLDER.glob("[a-z]*/origin.json"))


def other_artefacts(origin: Origin, now: Mapping[str, str]) -> list[str]:
    """What differs between the artefacts a fleet was made with and those there are now, a few words each."""
    return [
        f"{name} was {version} and is {now.get(name, 'gone')}"
        for name, version in sorted(origin.artefacts.items())
        if now.get(name) != version
    ]


def check_artefacts(saved: Saved, now: Mapping[str, str]) -> None:
    """Raise LabError when the fleet was made with other artefacts than there are: its layer fits no other image."""
    differences = other_artefacts(saved.origin, now)
    if differences:
        raise LabError(
            f"The saved fleet {saved.folder.name} was made with other artefacts: {'; '.join(differences)}. "
            f"Bring up a bare fleet and save it anew: python3 -m lab save {saved.folder.name}"
        )


def is_of(origin: Origin, artefacts: Mapping[str, str], code: str) -> bool:
    """Whether a fleet was made with these artefacts by this code, so that it is as good as one brought up now."""
    return not other_artefacts(origin, artefacts) and origin.code == code


def made_with(origin: Origin, artefacts: Mapping[str, str], code: str) -> str:
    """In words how a fleet's origin compares with the artefacts and the code that there are now."""
    if other_artefacts(origin, artefacts):
        return "other artefacts: it cannot be booted any more"
    if origin.code != code:
        return "these artefacts, by other code: good for trying, no proof"
    return "these artefacts and this code"


def restore_controller(saved: Saved) -> None:
    """Give the controller back what it knew of the fleet."""
    state.FOLDER.mkdir(exist_ok=True)
    for kept in KEPT:
        if (saved.folder / kept).exists():
            run(["cp", "-a", str(saved.folder / kept), str(state.FOLDER)])


def versions(cache: Path | None = None) -> dict[str, str]:
    """Version of each artefact that hosts are made of, as far as there are some.

    The root image's is also a time: built twice from the same inputs it is not the same.
    """
    found = {}
    for link in (link for pattern in ARTEFACTS for link in sorted((cache or cache_root() / "lab").glob(pattern))):
        if link.is_symlink() and link.exists():
            built = f" of {int(link.resolve().stat().st_mtime)}" if link.name == ROOT_IMAGE else ""
            found[link.name] = link.readlink().name + built
    return found


def code_key() -> str:
    """A key over the content of all code that brings a fleet up."""
    return key_of("fleet", [REPO / path for path in CODE])
