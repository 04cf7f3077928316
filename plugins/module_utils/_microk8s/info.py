# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that a host tells about its MicroK8s: its files, and the snap. PRIVATE, may change at any time."""

from __future__ import annotations

import socket
from dataclasses import asdict
from typing import Any, Callable, Optional

from .. import _snapd
from .._files import Files
from . import paths
from .state import ABSENT, read_state
from .tokens import left_over


def host_info(files: Files, *, snap: Callable[[str], Optional[_snapd.Snap]] = _snapd.installed_snap) -> dict[str, Any]:
    """What microk8s_info returns. Calls no `microk8s` command. Raises SnapdError."""
    state = read_state(files)
    installed = snap("microk8s") if state.role != ABSENT else None
    return {
        **asdict(state),
        "join_lock": paths.JOIN_IN_PROGRESS,
        "tokens_left": bool(left_over(files)),
        "installed": state.role != ABSENT,
        "node_name": socket.gethostname().lower(),
        "machine_id": (files.text("/etc/machine-id") or "").strip(),
        "version": installed.version if installed else "",
        "revision": installed.revision if installed else "",
        "channel": installed.channel if installed else "",
        "held": bool(installed and installed.held),
    }
