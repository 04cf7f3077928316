# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the benchmark `identity` as the table that people read."""

from __future__ import annotations

from collections.abc import Sequence

from lab.bench.report import table

HEADS = [
    "hosts",
    "run",
    "role: seconds",
    "per host",
    "CPU per host: on it, for it",
    "commands per host",
    "bytes of the file",
    "loop: seconds",
    "per host",
    "commands per host",
]


def markdown(rows: Sequence[dict]) -> str:
    """One line per number of hosts and run; the loop beside the role, with what was not measured said in words."""
    loops = {(row["hosts"], row["run"]): row for row in rows if row["way"] == "loop"}
    lines = []
    for row in rows:
        if row["way"] == "role":
            lines.append([*_role(row), *_loop(loops.get((row["hosts"], row["run"])))])
    return table(HEADS, lines)


def _role(row: dict) -> list[str]:
    return [
        str(row["hosts"]),
        {1: "first", 2: "second"}[row["run"]],
        f"{row['elapsed_s']:.1f}",
        f"{row['elapsed_s'] / row['hosts']:.2f}",
        f"{row['host_cpu_s']:.2f}, {row['controller_cpu_s']:.2f}",
        str(row["commands_per_host"]),
        str(row["file_bytes"]),
    ]


def _loop(row: dict | None) -> list[str]:
    if row is None:
        return ["not run", "", ""]
    if row["elapsed_s"] is None:
        return [f"stopped at {row['stopped_s']:.0f} with {row['pairs']} of {row['hosts'] ** 2} entries", "", ""]
    return [f"{row['elapsed_s']:.1f}", f"{row['elapsed_s'] / row['hosts']:.2f}", str(row["commands_per_host"])]
