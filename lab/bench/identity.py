# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmark: N real SSH hosts get names of their own and find each other, by the collection and by a plain loop.

For each N in $BENCH_HOSTS (default: 10 50 100 200), from hosts that are clones of one image but for machine-id, SSH host
key and address: the playbook rosfleet.cluster.identity twice (the second run has nothing to do), then on fresh hosts the
playbook that people write, one `lineinfile` for each pair of a host and an entry. The loop is stopped after
$BENCH_LOOP_LIMIT seconds (default: 300) and then not begun for a larger N. Beside the seconds stand the CPU time, which
holds on a busy machine too, and how many commands each host's sshd was given.
Writes reports/bench/identity.json and the table in docs/performance.md.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import time
from pathlib import Path

from lab.artefacts.all import build_one
from lab.bench import light, report
from lab.bench.identity_table import markdown
from lab.cache import REPO, say
from lab.fleet import cgroups
from lab.fleet.shell import LabError

SIZES = [int(word) for word in os.environ.get("BENCH_HOSTS", "10 50 100 200").split()]
LOOP_LIMIT = float(os.environ.get("BENCH_LOOP_LIMIT", "300"))
ROLE = "rosfleet.cluster.identity"
LOOP = str(REPO / "lab/bench/loop.yml")
# Hundreds of hosts on a few cores are slow to answer; one that is taken for absent would make the rest look quick.
PATIENT = {
    "fleet_contact_timeout": 300,
    "identity_proof_timeout": 300,
    "identity_max_skew": 10,
    "rosfleet_require_all": True,
    "fleet_address_book": str(light.FOLDER / "addresses.json"),
}
RECAP = re.compile(r"^\S+ +: ok=\d+ +changed=(\d+) ", re.MULTILINE)


def play(hosts: list[light.LightHost], playbook: str, limit: float | None = None) -> dict:
    """One run of a playbook on the hosts: a row of the report, without seconds when it was stopped at the limit."""
    inventory = light.FOLDER / "hosts.yml"
    inventory.write_text(json.dumps(light.inventory(hosts)))
    log = light.FOLDER / "play.log"
    groups = (light.HOSTS, light.CONTROLLER)
    commands, cpu = hosts[-1].commands(), [cgroups.cpu_seconds(group) for group in groups]
    began = time.monotonic()
    with log.open("w") as output:
        player = subprocess.Popen(
            light.beside(["ansible-playbook", "-i", str(inventory), "-e", json.dumps(PATIENT), playbook]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "ANSIBLE_NOCOLOR": "1"},
        )
        try:
            status = player.wait(limit)
        except subprocess.TimeoutExpired:
            light.hang_up()
            player.wait()
            status = None
    elapsed = time.monotonic() - began
    if status:
        tail = "\n".join(log.read_text().splitlines()[-30:])
        raise LabError(f"ansible-playbook {playbook} on {len(hosts)} hosts ended with status {status}:\n{tail}")
    used = [(cgroups.cpu_seconds(group) - before) / len(hosts) for group, before in zip(groups, cpu)]
    files = [host.file("etc/hosts").read_text() for host in hosts if host.file("etc/hosts").exists()]
    return {
        "hosts": len(hosts),
        "elapsed_s": None if status is None else round(elapsed, 2),
        "stopped_s": round(elapsed, 2) if status is None else None,
        "commands_per_host": hosts[-1].commands() - commands,
        "host_cpu_s": round(used[0], 3),
        "controller_cpu_s": round(used[1], 3),
        "pairs": sum(len(re.findall(r"^10\.89\.\S+ bot\d+$", text, re.MULTILINE)) for text in files),
        "file_bytes": max((len(text) for text in files), default=0),
        "changed": sum(int(count) for count in RECAP.findall(log.read_text())),
    }


def measure(way: str, playbook: str, count: int, image: Path, limit: float | None = None) -> list[dict]:
    """A first and a second run on fresh hosts; only the first when that was stopped."""
    rows = []
    with light.running(count, image) as hosts:
        for number in (1, 2):
            row = {"way": way, "run": number, **play(hosts, playbook, limit)}
            rows.append(row)
            say(json.dumps(row))
            if row["elapsed_s"] is None:
                break
            if row["pairs"] != count**2:
                raise LabError(f"{way}, {count} hosts: the hosts files have {row['pairs']} entries, not {count**2}")
    again = rows[-1]
    if again["run"] == 2 and again["changed"]:
        raise LabError(f"{way}, {count} hosts: the second run changed {again['changed']} things")
    return rows


def main() -> None:
    started, load = report.now(), os.getloadavg()[0]
    image = build_one("rootfs")
    rows, loop_ends = [], True
    for count in SIZES:
        rows += measure("role", ROLE, count, image)
        if loop_ends:
            rows += measure("loop", LOOP, count, image, LOOP_LIMIT)
            loop_ends = rows[-1]["elapsed_s"] is not None
    settings = configparser.ConfigParser()
    settings.read(REPO / "ansible.cfg")
    note = (
        f"{settings['defaults']['forks']} forks, all hosts and the controller on this machine, load before {load:.1f}"
    )
    print(report.publish("identity", started, rows, markdown(rows), note))
