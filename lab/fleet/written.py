# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host has on its disk, file by file, to see from outside whether something was changed. Pure: text only."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

# Logs, temporary files, the journals of logging in, and what a host's own services write at any time.
NO_CHANGE = [
    *("*/var/log/*", "*/tmp/*", "*/run/*", "*/.ansible/*", "*/var/lib/systemd/*", "*/var/lib/snapd/*", "*/var/cache/*"),
    *("*/var/lib/private/*", "*/var/lib/cloud/*", "*/var/lib/chrony/*"),
]


def command(root: str, folders: Sequence[str]) -> list[str]:
    """A shell command that prints a line with checksum and path for every file that tells of a change.

    It looks into ``folders`` of ``root``, wherever that itself lies.
    """
    words = ["find", *(f"./{folder}" for folder in folders), "-xdev", "-type", "f"]
    for pattern in NO_CHANGE:
        words += ["!", "-path", pattern]
    look = f"{shlex.join([*words, '-print0'])} | sort -z | xargs -0 -r sha256sum"
    return ["sh", "-euc", f"cd {shlex.quote(root)}; {look}"]
