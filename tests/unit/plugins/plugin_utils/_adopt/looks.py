# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._adopt.seen import Seen

ADOPTED = Seen(
    user="ubuntu",
    distribution="ubuntu",
    like="debian",
    release="24.04",
    manager="apt-get",
    pythons={"/usr/bin/python3": (3, 12), "/usr/bin/python3.12": (3, 12)},
    snap=True,
    sudo=True,
    free=True,
    keys=("ssh-ed25519 AAAA me@there",),
)


def seen(**changes) -> Seen:
    """A machine that lacks nothing, but for `changes`."""
    return replace(ADOPTED, **changes)
