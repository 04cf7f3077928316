# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmark: faults for real between real participants, and what the collection's probe says of each.

Every case has hosts, switches and programs of its own in network namespaces, and none of a cluster. $CASES takes some of them
by name (default: all), $BENCH_BESIDE says how many are run side by side (default: 3). Needs the lab's images
(`python3 -m lab build images`); a case with one of `python3 -m lab build participants` is left out where that is missing.
Writes reports/bench/probe.json and, when all cases were run, the tables in docs/probe.md.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from lab.bench import report
from lab.bench.probing import judge
from lab.bench.probing.case import Case, measure
from lab.bench.probing.faults import FAULTS, NOT_MADE, PAIRS
from lab.bench.probing.images import Images
from lab.bench.probing.net import PREFIX, remove_leftovers, remove_namespaces
from lab.bench.probing.table import markdown
from lab.bench.probing.topologies import HEALTHY
from lab.bench.probing.vendors import VENDORS, left_out
from lab.cache import REPO, say
from lab.fleet.signals import uninterrupted

PAGE = REPO / "docs/probe.md"
ALL = (*FAULTS, *PAIRS, *HEALTHY, *VENDORS)
BESIDE = int(os.environ.get("BENCH_BESIDE", "3"))


def chosen(names: str) -> list[Case]:
    """The cases of these names, all without any. Raises ValueError for a name that is none; a pair is named `one+other`."""
    cases = {case.name.replace(" ", ""): case for case in ALL}
    unknown = [name for name in names.split() if name not in cases]
    if unknown:
        raise ValueError(f"CASES: there is no case {', '.join(unknown)}. There are: {', '.join(cases)}.")
    return [cases[name] for name in names.split()] or list(cases.values())


def measure_all(cases: list[Case], folder: Path) -> list[dict]:
    """The rows of all cases, in their order."""
    images, stop, rows = Images(folder / "images"), threading.Event(), {}
    pool = ThreadPoolExecutor(BESIDE)
    try:
        work = {
            pool.submit(measure, case, number, images, folder, stop): case.name for number, case in enumerate(cases)
        }
        for done in as_completed(work):
            row = rows[work[done]] = done.result()
            why = f" ({row['error']})" if "error" in row else ""
            say(f"{len(rows)}/{len(cases)} {row['case']}: {row['outcome']}, {row['verdict']}, {row['samples']}{why}")
    finally:
        with uninterrupted():
            stop.set()
            remove_namespaces(f"{PREFIX}{os.getpid()}-")  # programs end with them, so that no case waits any longer
            pool.shutdown(cancel_futures=True)
            remove_namespaces(f"{PREFIX}{os.getpid()}-")
    return [rows[case.name] for case in cases]


def main() -> None:
    started, began, load = report.now(), time.monotonic(), os.getloadavg()[0]
    wanted = chosen(os.environ.get("CASES", ""))
    missing = left_out(wanted)
    for name, why in missing.items():
        say(f"{name} is left out: {why}")
    cases = [case for case in wanted if case.name not in missing]
    remove_leftovers()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        rows = measure_all(cases, Path(folder))
    note = f"{len(rows)} cases in {time.monotonic() - began:.0f} s, {BESIDE} side by side, load before {load:.1f}"
    text = markdown(rows, {**NOT_MADE, **missing})
    if len(wanted) == len(ALL):
        print(report.publish("probe", started, rows, text, note, PAGE))
    else:
        print(report.save("probe", started, rows, text, note))
    print(json.dumps(judge.counts([row for row in rows if row["kind"] == "fault"])))
