# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the benchmark `verify` as the tables that people read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lab.bench.report import table

AGENTS = [
    "hosts",
    "listened, s",
    "last pair proven after, s",
    "pairs heard",
    "unicast paths",
    "CPU of each, s",
    "each sent: packets, kB",
    "each received: packets",
    "result of one, KiB",
    "judged, CPU s",
    "table: lines, columns",
    "page, KiB",
]
CONTROLLER = ["hosts", "first run, s", "second run, s", "CPU of the controller, s", "CPU of each host, s"]


def markdown(rows: Sequence[dict]) -> str:
    """A table of agents at once, the healthy pair first, and one of the controller's runs."""
    agents = [_agents(row) for row in rows if row["kind"] in ("pair", "crowd")]
    controller = [_controller(row) for row in rows if row["kind"] == "controller"]
    return f"{table(AGENTS, agents)}\n\n{table(CONTROLLER, controller)}"


def _agents(row: dict) -> list[str]:
    wrong = f" **{', '.join(row['errors'])}**" if row["errors"] else ""
    return [
        f"{row['hosts']}{', with a talker and a listener' if row['kind'] == 'pair' else ''}",
        f"{row['elapsed_s']:.2f}",
        f"{row['proven_s']:.2f}",
        f"{row['heard']} of {row['pairs']}{wrong}",
        f"{row['unicast']} of {row['paths']}",
        f"{row['cpu_s_of_each']:.2f}",
        f"{row['sent_packets_of_each']:.0f}, {row['sent_bytes_of_each'] / 1000:.0f}",
        f"{row['received_packets_of_each']:.0f}",
        f"{row['result_kib']:.0f}",
        f"{row['judge_cpu_s'] + row['show_cpu_s']:.2f}",
        f"{row['table_lines']}, {row['table_columns']}",
        f"{row['page_kib']}",
    ]


def _controller(row: dict) -> list[str]:
    seconds = (row["first_s"], row["elapsed_s"], row["controller_cpu_s"], row["host_cpu_s"])
    return [str(row["hosts"]), *(f"{each:.1f}" for each in seconds)]
