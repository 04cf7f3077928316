# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmark: from bare lab hosts to Ready Nodes, N workers at once, and by the script and the loop that people write.

For each N in $BENCH_WORKERS (default: 2 4 6), on freshly imaged hosts each time: `site` as far as membership and a second run
of it, the shell script that does all hosts at once, and a shell loop that installs, mints a token, joins and waits for Ready,
one host after the other. All are held against the script; $BENCH_WAYS takes some of them only (default: site script loop). No
images are side-loaded, no mirrors and arguments set, as neither script nor loop does. Beside the seconds stands the CPU time,
which tells what the hosts would not have had to share. Writes reports/bench/join.json and the table in docs/performance.md.
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
SITE, SCRIPT, LOOP = "site", "shell script", "shell loop"
WAYS = os.environ.get("BENCH_WAYS", "site script loop").split()
HEADS = [
    "workers",
    "way",
    *MARKS,
    "T3 / script",
    "CPU: hosts, controller",
    "hosts' CPU / script",
    "controller's CPU a host",
    "of both cores",
    "again",
]


def by_loop(hosts: Sequence[plan.Host]) -> None:
    """The loop, one host after the other."""
    seed, *workers = hosts
    hand.install(seed)
    hand.await_ready(seed)
    for worker in workers:
        hand.install(worker)
        hand.join(worker, hand.token_url(seed))
        hand.await_nodes(seed, [worker])


def by_site() -> dict[str, float]:
    """A run of `site` as far as membership: the marks that it left (seconds)."""
    settings = {"microk8s_images": [], "microk8s_registries": {}, "microk8s_kubelet_args": {}}
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
    hosts, rows = plan.plan(count + 1), []
    by_hand = {"script": (SCRIPT, hand.script), "loop": (LOOP, by_loop)}
    for way in WAYS:
        hand.fresh_lab(hosts)
        if way == "site":
            marks, used = timed(hosts, by_site)
            _marks, again = timed(hosts, by_site)
            rows.append({"workers": count, "way": SITE, "marks": marks, **used, "again": again})
        else:
            name, work = by_hand[way]
            _nothing, used = timed(hosts, lambda work=work: work(hosts))
            rows.append({"workers": count, "way": name, "marks": {"T3": used["elapsed_s"]}, **used})
        say(json.dumps(rows[-1]))
    return rows


def markdown(rows: Sequence[dict]) -> str:
    """One line for each way and N."""
    script = {row["workers"]: row for row in rows if row["way"] == SCRIPT}
    cells = [
        [
            str(row["workers"]),
            row["way"],
            *(f"{row['marks'][mark]:.1f}" if mark in row["marks"] else "" for mark in MARKS),
            f"{row['marks']['T3'] / script[row['workers']]['marks']['T3']:.2f}",
            f"{row['hosts_cpu_s']:.0f}, {row['controller_cpu_s']:.0f}",
            f"{row['hosts_cpu_s'] / script[row['workers']]['hosts_cpu_s']:.2f}",
            f"{row['controller_cpu_s'] / (row['workers'] + 1):.1f}",
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
