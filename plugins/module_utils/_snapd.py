# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""snapd's REST API over its local socket, as far as this collection asks it. PRIVATE, may change at any time.

Asking the API gives typed answers; the texts of `snap list` and `snap info` are made for people.
Source: snapd REST API, /v2/snaps/{name}, /v2/apps and /v2/changes.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ._ending import InWords
from ._waiting import REAL_CLOCK, Clock, wait_until

SOCKET = "/run/snapd.socket"
# Far beyond what somebody holds a snap for, and far below what snapd makes of "forever", whatever the clock was then.
FOR_GOOD_YEARS = 50

_NO_STORE = (
    "the host does not reach the snap store. Fix: its way to the Internet or snapd's proxy "
    "(snap set system proxy.https=URL), or install from files: microk8s_snap_files"
)
# Texts by which `snap install` tells why it failed, its line breaks taken out: (text, cause and fix).
INSTALL_CAUSES = (
    ("no space left on device", "the disk is full. Fix: make room in /var/lib/snapd and /var/snap: df -h"),
    ('" not found', "the store has no such snap. Fix: check its name: snap find microk8s"),
    ("is not available on", "the store has no such channel. Fix: another microk8s_channel: snap info microk8s"),
    ("cannot find signatures", "the file has no assertion. Fix: name its .assert in microk8s_snap_files too"),
    ("unable to contact snap store", _NO_STORE),
    ('/v2/snaps/refresh": ', _NO_STORE),
    (
        "store is marked offline",
        "snapd was told on this host that there is no store. Fix: install from files: microk8s_snap_files; or, where there "
        "is one: snap unset system store.access",
    ),
    (
        "cannot install snap base",
        "its base snap could not be fetched. Fix: install the base that is named below beforehand: snap install FILE",
    ),
    ("change in progress", "another change of the snap is in progress. Fix: wait for it to end: snap changes"),
)


class SnapdError(InWords):
    """snapd did not answer, or answered with an error; the text says which."""


class SnapdBusy(SnapdError):
    """Another change of the snap did not end; `cause` and `fix` are the two halves of the text."""

    fix = "wait for it to end (snap changes), or end it (snap abort ID)"

    def __init__(self, cause: str) -> None:
        super().__init__(f"{cause}. Fix: {self.fix}, and run the playbook again.")
        self.cause = cause


@dataclass(frozen=True)
class Snap:
    """An installed snap: `revision` is a number or `xN` (installed from a file), `channel` is empty for a file.

    `held`: until told otherwise, not for some days.
    """

    version: str
    revision: str
    channel: str
    held: bool


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def get(url: str, *, path: str = SOCKET, timeout: float = 60.0) -> dict[str, Any]:
    """The JSON document at `url`. Raises SnapdError when snapd cannot be asked."""
    connection = _UnixConnection(path, timeout)
    try:
        connection.request("GET", url)
        return json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException) as exc:
        raise SnapdError(
            f"snapd does not answer on {path} ({exc}). Is it installed and running? systemctl status snapd"
        ) from exc
    finally:
        connection.close()


def is_held_for_good(hold: str, now: float) -> bool:
    """Whether a hold (RFC 3339; empty for none) is one without an end, which snapd writes as one of 292 years."""
    year = re.match(r"\d{4,}(?=-)", hold)
    return bool(year) and int(year.group()) - time.gmtime(now).tm_year > FOR_GOOD_YEARS


def installed_snap(name: str, *, ask: Callable[[str], dict[str, Any]] = get) -> Optional[Snap]:
    """The installed snap `name`, or None. Raises SnapdError."""
    answer = ask(f"/v2/snaps/{name}")
    if answer.get("status-code") == 404:
        return None
    if answer.get("status-code") != 200:
        raise SnapdError(f"snapd says of {name}: {answer.get('result')}")
    result = answer["result"]
    return Snap(
        version=result.get("version", ""),
        revision=str(result.get("revision", "")),
        channel=result.get("tracking-channel", ""),
        held=is_held_for_good(result.get("hold") or "", time.time()),
    )


def active_services(name: str, *, ask: Callable[[str], dict[str, Any]] = get) -> list[str]:
    """The services of snap `name` that run, named as in its snap.yaml. Raises SnapdError."""
    answer = ask(f"/v2/apps?select=service&names={name}")
    if answer.get("status-code") != 200:
        raise SnapdError(f"snapd says of the services of {name}: {answer.get('result')}")
    return [app["name"] for app in answer["result"] if app.get("active")]


def changes_in_progress(name: str, *, ask: Callable[[str], dict[str, Any]] = get) -> list[str]:
    """Summaries of snapd's unfinished changes that concern snap `name`. Raises SnapdError."""
    answer = ask(f"/v2/changes?select=in-progress&for={name}")
    return [change.get("summary", change.get("kind", "change")) for change in answer.get("result") or []]


def doings(name: str, installed: bool, *, ask: Callable[[str], dict[str, Any]] = get) -> dict[str, list[str]]:
    """{"busy": snapd's unfinished changes of snap `name`, "services": those of its services that run}.

    Both are empty where snapd does not answer: who needs it will say so.
    """
    try:
        busy = changes_in_progress(name, ask=ask)
        return {"busy": busy, "services": active_services(name, ask=ask) if installed else []}
    except SnapdError:
        return {"busy": [], "services": []}


def await_idle(
    name: str,
    timeout: float,
    *,
    busy: Callable[[str], list[str]] = changes_in_progress,
    clock: Clock = REAL_CLOCK,
) -> None:
    """Wait until snapd has no unfinished change of snap `name`; it refuses others meanwhile.

    After a power cut snapd takes up again by itself what it was doing. Raises SnapdBusy when something is still in
    progress after `timeout` seconds, and SnapdError.
    """
    unfinished, _waited = wait_until(lambda: busy(name), lambda summaries: not summaries, timeout, clock=clock)
    if unfinished:
        raise SnapdBusy(f"snapd has been busy with '{'; '.join(unfinished)}' for {timeout:.0f} s")
