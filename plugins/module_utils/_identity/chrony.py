# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block of ours in chrony's configuration. Private, may change at any time; pure."""

from __future__ import annotations

# {the file, the service that reads it}: as in Debian and Ubuntu, and as everywhere else.
SERVICES = {"/etc/chrony/chrony.conf": "chrony.service", "/etc/chrony.conf": "chronyd.service"}
BEGIN, END = "# BEGIN rosfleet.cluster", "# END rosfleet.cluster"


def with_block(text: str, block: str) -> str:
    """`text` with our block where it is, or at its end, of a directive that is there twice the last one counts; "" for none.

    A block without an end is what a power cut may have left; only its first line is known to be ours.
    """
    lines = text.splitlines()
    kept: list[str] = []
    place = None
    while lines:
        line = lines.pop(0)
        if line == BEGIN:
            place = len(kept) if place is None else place
            if END in lines:
                del lines[: lines.index(END) + 1]
        else:
            kept.append(line)
    place = len(kept) if place is None else place
    ours = [BEGIN, *block.splitlines(), END] if block else []
    after = [*kept[:place], *ours, *kept[place:]]
    return text if after == text.splitlines() else "".join(f"{line}\n" for line in after)


def is_version_3(said: str) -> bool:
    """Whether this is what the chrony of Ubuntu 20.04 says of itself, which cannot check a configuration."""
    return "version 3." in said
