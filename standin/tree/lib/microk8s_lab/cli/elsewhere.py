# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that are not in the lab: they refuse as the real ones do, and go no further."""

from __future__ import annotations

import sys

from microk8s_lab import texts
from microk8s_lab.cli import guards

# What a worker says, and its exit status. Others have no guard that was seen.
_ON_WORKERS = {
    **dict.fromkeys(("dbctl", "disable", "enable", "reset"), (f"{texts.WORKER}\nPlease use the master node.", 1)),
    **{name: (texts.use_on_master(name), 0) for name in ("helm", "helm3")},
}
_NOT_STOPPED = ("disable", "enable")


def run(name: str) -> int:
    """Refuse the command ``name``; returns its exit status."""
    if name in _NOT_STOPPED and guards.refuse_stopped():
        return 1
    sentence, status = _ON_WORKERS.get(name, ("", 1))
    if sentence and guards.refuse_worker(sentence):
        return status
    print(f"microk8s {name} is not in the lab's stand-in", file=sys.stderr)
    return 1
