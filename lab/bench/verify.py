# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmark: what `verify` costs with how many hosts.

`pair`: two hosts with real programs, probed for less than a second. `crowd`: agents in network namespaces, all at once, for
each number in $BENCH_HOSTS (default: 10 30 60 100). `controller`: Ansible runs the tasks of verify on $BENCH_SSH (default: 10)
hosts by SSH, without a cluster: namespaces with sshd over the lab's root image. All hosts share this machine.
Writes reports/bench/verify.json and the tables in docs/performance.md.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from lab.artefacts.all import build_one
from lab.bench import light, report
from lab.bench.crowd import measure_crowd, measure_pair, room_for_neighbours
from lab.bench.probing.net import PREFIX, remove_leftovers
from lab.bench.verify_table import markdown
from lab.cache import REPO, say
from lab.fleet import cgroups
from lab.fleet.shell import LabError

SIZES = [int(word) for word in os.environ.get("BENCH_HOSTS", "10 30 60 100").split()]
BY_SSH = int(os.environ.get("BENCH_SSH", "10"))
PLAYBOOK = REPO / "lab/bench/verify.yml"
ENDS_WITH = 2  # as no pods were compared, which are not there
HEARD = re.compile(r"(\d+) of (\d+) pairs heard")


def measure_controller(count: int) -> dict:
    """A row: the controller's part with so many hosts, a first run and a second one with the connections open."""
    with light.running(count, build_one("rootfs"), shared=True) as hosts:
        first, second = (_play(hosts) for _run in range(2))
    return {"kind": "controller", "hosts": count, "first_s": first["elapsed_s"], **second}


def _play(hosts: list[light.LightHost]) -> dict:
    inventory, log = light.FOLDER / "hosts.yml", light.FOLDER / "play.log"
    lan = {"name": "lan", "subnet": f"{light.SHARED}.0/24", "pool": f"{light.SHARED}.128/25"}
    variables = {
        **{"ros_lan_networks": [lan], "rosfleet_reports_dir": str(light.FOLDER / "reports")},
        "fleet_address_book": str(light.FOLDER / "addresses.json"),
    }
    inventory.write_text(json.dumps(light.inventory(hosts)))
    before = [cgroups.cpu_seconds(group) for group in (light.HOSTS, light.CONTROLLER)]
    began = time.monotonic()
    with log.open("w") as output:
        status = subprocess.run(
            light.beside(["ansible-playbook", "-i", str(inventory), "-e", json.dumps(variables), str(PLAYBOOK)]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOG_PATH": str(light.FOLDER / "times.log")},
        ).returncode
    elapsed = time.monotonic() - began
    heard = HEARD.search(log.read_text())
    if status != ENDS_WITH or not heard or heard[1] != heard[2]:
        tail = "\n".join(log.read_text().splitlines()[-30:])
        raise LabError(f"verify of {len(hosts)} hosts ended with status {status}:\n{tail}")
    on_hosts, here = (
        cgroups.cpu_seconds(group) - spent for group, spent in zip((light.HOSTS, light.CONTROLLER), before)
    )
    if keep := os.environ.get("BENCH_TIMES"):
        Path(keep).write_text((light.FOLDER / "times.log").read_text())
    return {
        "elapsed_s": round(elapsed, 2),
        "host_cpu_s": round(on_hosts / len(hosts), 2),
        "controller_cpu_s": round(here, 2),
        "pairs": int(heard[2]),
    }


def main() -> None:
    started, load = report.now(), os.getloadavg()[0]
    remove_leftovers()
    rows = []
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder, room_for_neighbours():
        for row in (measure_pair(Path(folder)), *(measure_crowd(count, Path(folder)) for count in SIZES)):
            say(json.dumps(row))
            rows.append(row)
    rows.append(measure_controller(BY_SSH))
    say(json.dumps(rows[-1]))
    print(report.publish("verify", started, rows, markdown(rows), f"load before {load:.1f}"))
