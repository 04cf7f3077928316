# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmark: from bare lab hosts to Ready Nodes, N workers at once, one by one, and by the loop that people write.

For each N in $BENCH_WORKERS (default: 2 4 6), on freshly imaged hosts each time: `site` as far as membership with
workers in parallel and a second run of it, the same with membership_join_parallel=1, the shell script that does all hosts at
once, and a shell loop that installs, mints a token, joins and waits for Ready, one host after the other. The others are held
against that script, and against the slowest host of the loop, which had the machine to itself. No images are side-loaded, no
mirrors and arguments set, as neither script nor loop does. Beside the seconds stands the CPU time, which tells what the hosts
would not have had to share. Writes reports/bench/join.json and the table in docs/performance.md.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import time
from collections.abc import Callable, Sequence

from lab.bench import by_hand as hand
from lab.bench import report
from lab.cache import REPO, say
from lab.fleet import cgroups, plan
from lab.fleet.shell import LabError

SIZES = [int(word) for word in os.environ.get("BENCH_WORKERS", "2 4 6").split()]
MARKS = ("T0", "T1", "T2", "T3")
SCRIPT = "shell script"
HEADS = [
    "workers",
    "way",
    *MARKS,
    "slowest host alone",
    "T3 / that",
    "T3 / script",
    "CPU: hosts, controller",
    "of both cores",
    "again",
]


def by_loop(hosts: Sequence[plan.Host]) -> list[float]:
    """Seconds to a Ready Node that each host took by the loop, one after the other."""
    seed, *workers = hosts
    moments = [time.monotonic()]
    hand.install(seed)
    hand.await_ready(seed)
    moments.append(time.monotonic())
    for worker in workers:
        hand.install(worker)
        hand.join(worker, hand.token_url(seed))
        hand.await_nodes(seed, [worker])
        moments.append(time.monotonic())
    return [round(after - before, 1) for before, after in zip(moments, moments[1:])]


def by_site(parallel: int) -> dict[str, float]:
    """A run of `site` as far as membership: the marks that it left (seconds)."""
    settings = {"microk8s_images": [], "microk8s_registries": {}, "microk8s_kubelet_args": {}}
    settings["membership_join_parallel"] = parallel
    command = ["lab/run", "ansible-playbook", "rosfleet.cluster.site", "-i", "inventories/lab"]
    command += ["-e", json.dumps(settings), "--tags", "identity,microk8s,membership"]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LabError(f"site failed:\n{done.stdout[-3000:]}")
    noted = json.loads((REPO / "reports/bringup.json").read_text())["marks"]
    return {name: noted[name]["elapsed_s"] for name in MARKS}


def timed(hosts: Sequence[plan.Host], work: Callable[[], object]) -> tuple[object, dict[str, float]]:
    """(what `work` returned, its seconds, and the CPU seconds that hosts and controller spent meanwhile)."""
    began, on_hosts, here = time.monotonic(), _cpu_of(hosts), _cpu_of_children()
    answer = work()
    return answer, {
        "elapsed_s": round(time.monotonic() - began, 1),
        "hosts_cpu_s": round(_cpu_of(hosts) - on_hosts, 1),
        "controller_cpu_s": round(_cpu_of_children() - here, 1),
    }


def measure(count: int) -> list[dict]:
    """The rows of N = `count` workers."""
    hosts = plan.plan(count + 1)
    rows = []
    for way, parallel in (("in parallel", count), ("one by one", 1)):
        hand.fresh_lab(hosts)
        marks, used = timed(hosts, lambda parallel=parallel: by_site(parallel))
        rows.append({"workers": count, "way": way, "marks": marks, **used})
        if parallel > 1:
            _marks, again = timed(hosts, lambda parallel=parallel: by_site(parallel))
            rows[-1]["again"] = again
        say(json.dumps(rows[-1]))
    hand.fresh_lab(hosts)
    _nothing, used = timed(hosts, lambda: hand.script(hosts))
    rows.append({"workers": count, "way": SCRIPT, "marks": {"T3": used["elapsed_s"]}, **used})
    say(json.dumps(rows[-1]))
    hand.fresh_lab(hosts)
    each, used = timed(hosts, lambda: by_loop(hosts))
    rows.append({"workers": count, "way": "shell loop", "marks": {"T3": used["elapsed_s"]}, "each_s": each, **used})
    say(json.dumps(rows[-1]))
    return rows


def markdown(rows: Sequence[dict]) -> str:
    """One line for each way and N."""
    script = {row["workers"]: row["marks"]["T3"] for row in rows if row["way"] == SCRIPT}
    slowest = {row["workers"]: max(row["each_s"]) for row in rows if "each_s" in row}
    cells = [
        [
            str(row["workers"]),
            row["way"],
            *(f"{row['marks'][mark]:.1f}" if mark in row["marks"] else "" for mark in MARKS),
            f"{slowest[row['workers']]:.1f}",
            f"{row['marks']['T3'] / slowest[row['workers']]:.2f}",
            f"{row['marks']['T3'] / script[row['workers']]:.2f}",
            f"{row['hosts_cpu_s']:.0f}, {row['controller_cpu_s']:.0f}",
            f"{(row['hosts_cpu_s'] + row['controller_cpu_s']) / row['elapsed_s'] / os.cpu_count():.0%}",
            f"{row['again']['elapsed_s']:.1f}" if "again" in row else "",
        ]
        for row in rows
    ]
    return report.table(HEADS, cells)


def main() -> None:
    started = report.now()
    rows = [row for count in SIZES for row in measure(count)]
    print(report.publish("join", started, rows, markdown(rows), "all hosts and the controller on this machine"))


def _cpu_of(hosts: Sequence[plan.Host]) -> float:
    return sum(cgroups.cpu_seconds(host.name) for host in hosts)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
