# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way out of a lost majority: a stopped member forgets the others, whose votes are missing."""

from __future__ import annotations

import sys
from pathlib import Path

from microk8s_lab import backend, yamlish
from microk8s_lab.daemons.k8s_dqlite import Database

_USAGE = 'Usage: dqlite -s ADDRESS -c CERTIFICATE -k KEY k8s ".reconfigure FOLDER CLUSTER_YAML"'


def main(arguments: list[str]) -> int:
    """Make the stopped member of this host one whose cluster is what CLUSTER_YAML lists: itself.

    MicroK8s takes several survivors, who get a copy of the data. etcd's data is no other member's: here there is one.
    """
    words = arguments[-1].split() if arguments else []
    if len(words) != 3 or words[0] != ".reconfigure":
        print(f"{_USAGE}\nNothing else is in the lab's stand-in", file=sys.stderr)
        return 1
    folder, own = Path(words[1]), backend.noted_self()
    listed = yamlish.members(Path(words[2]).read_text())
    if own is None or [member.address for member in listed] != [own.address]:
        print("reconfiguring to more members than the one of this host is not in the lab's stand-in", file=sys.stderr)
        return 1
    Database(folder).forget_others()
    return 0
