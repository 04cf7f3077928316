# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmark: from bare lab hosts to Ready Nodes, by the collection and by the shell script that people write.

Both start from freshly imaged hosts, in one run on one machine. The script does the least that gives the same cluster:
names, copying and installing the snap, one token, joins in parallel, polling for Ready. The collection does that and
all its checks, images, Multus, attachments and workloads besides; compared is the time to Ready Nodes (its mark T3).
Writes reports/bench/bringup.json and the table in docs/performance.md.
"""

from __future__ import annotations

import json
import subprocess
import time

from lab.bench import by_hand as hand
from lab.bench import report
from lab.cache import REPO
from lab.fleet import plan

HOSTS = plan.plan(3)


def by_hand() -> float:
    """Seconds to Ready Nodes by the shell script."""
    hand.fresh_lab(HOSTS)
    began = time.monotonic()
    hand.script(HOSTS)
    return time.monotonic() - began


def by_collection() -> tuple[dict[str, float], float]:
    """The marks of a bring-up (seconds), and the seconds of a second run that has nothing to do."""
    hand.fresh_lab(HOSTS)
    site = ["lab/run", "ansible-playbook", "rosfleet.cluster.site", "-i", "inventories/lab"]
    verify = [*site[:2], "rosfleet.cluster.verify", *site[3:]]
    quiet = {"cwd": REPO, "check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(site, **quiet)
    subprocess.run(verify, **quiet)
    marks = json.loads((REPO / "reports/bringup.json").read_text())["marks"]
    began = time.monotonic()
    subprocess.run(site, **quiet)
    return {name: mark["elapsed_s"] for name, mark in marks.items()}, time.monotonic() - began


def main() -> None:
    started = report.now()
    script = by_hand()
    marks, again = by_collection()
    rows = [{"what": "shell script: Ready Nodes", "elapsed_s": round(script, 1)}]
    rows += [{"what": f"site and verify: {mark}", "elapsed_s": seconds} for mark, seconds in marks.items()]
    rows += [{"what": "site again, nothing to do", "elapsed_s": round(again, 1)}]
    table = report.table(["what", "seconds"], [[row["what"], f"{row['elapsed_s']:.1f}"] for row in rows])
    print(report.publish("bringup", started, rows, table, f"{len(HOSTS)} hosts"))
