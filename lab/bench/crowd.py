# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many agents of the probe at once, each in a network namespace of its own on one switch, and what each of them costs."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lab.bench.probing import evidence
from lab.bench.probing import participants as p
from lab.bench.probing.case import Agent
from lab.bench.probing.images import Images
from lab.bench.probing.net import LAN, Net
from lab.fleet.shell import LabError, wait_until

NEIGHBOURS = Path("/proc/sys/net/ipv4/neigh/default")
ROOM = {"gc_thresh2": 32768, "gc_thresh3": 65536}
PAIR_S = 0.9  # what a healthy pair is probed for
STARTED_S = 30.0


@contextlib.contextmanager
def room_for_neighbours() -> Iterator[None]:
    """All namespaces share the machine's one table of neighbours, in which a hundred hosts that all write to others need more
    than its 1024 entries. A robot has its own."""
    before = {name: (NEIGHBOURS / name).read_text() for name in ROOM}
    try:
        for name, entries in ROOM.items():
            (NEIGHBOURS / name).write_text(f"{entries}\n")
        yield
    finally:
        for name, text in before.items():
            (NEIGHBOURS / name).write_text(text)


def duration_of(hosts: int) -> float:
    """What role discovery lets so many hosts listen (roles/discovery/defaults/main.yml)."""
    return min(300.0, max(5.0, 3 + 0.3 * hosts))


def measure_crowd(hosts: int, folder: Path) -> dict[str, Any]:
    """A row: so many agents, as long as `verify` has them listen, and what the controller makes of it."""
    with _network(hosts, folder) as net:
        answers, seconds = probe(net, duration_of(hosts))
    return {"kind": "crowd", "hosts": hosts, "duration_s": duration_of(hosts), "elapsed_s": seconds, **row(answers)}


def measure_pair(folder: Path) -> dict[str, Any]:
    """A row: two hosts with a talker and a listener, probed for less than a second."""
    with _network(2, folder) as net:
        parts = (p.talker("h1"), p.listener("h2"))
        programs = [net.start(each.host, each.image, list(each.command), each.settings, False) for each in parts]
        if not wait_until(lambda: programs[1].matching("I heard"), timeout=STARTED_S):
            raise LabError("The listener of the pair heard nothing.")
        answers, seconds = probe(net, PAIR_S)
    return {"kind": "pair", "hosts": 2, "duration_s": PAIR_S, "elapsed_s": seconds, **row(answers)}


def probe(net: Net, duration_s: float) -> tuple[dict[str, dict], float]:
    """What the agents of all hosts say, begun at once, and the most seconds that the module took in one of them."""
    on = {host: {LAN: net.address(host)} for host in net.hosts}
    wanted = evidence.all_targets(on, (0,))
    orders = {
        host: {
            **{"host": host, "duration": duration_s, "run": evidence.RUN, "targets": wanted[host], "others": {}},
            **{"endpoints": ["own"], "proc": str(net.processes(host))},
        }
        for host in on
    }
    agents = {host: Agent(net, host, order) for host, order in orders.items()}
    net.programs += agents.values()
    for agent in agents.values():
        agent.ready()
    for agent in agents.values():
        agent.begin()
    answers = {host: agent.answer() for host, agent in agents.items()}
    return answers, max(answer["result"]["elapsed_s"] for answer in answers.values())


def row(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What came of it: the verdict, when its last proof was there, what each agent spent and what the controller does."""
    evidence.find_collection()
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page.document import page
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.table import table_lines

    results = {host: answer["result"] for host, answer in answers.items()}
    began = time.process_time()
    report = evidence.report(results, {host: (LAN,) for host in results}, (0,), {})
    judged = time.process_time()
    lines = table_lines(report)
    html = page(report)
    targets = [target for result in results.values() for target in result["targets"]]
    peers = [peer for target in targets for peer in target["paths"]["peers"]]
    return {
        "errors": [each["code"] for each in evidence.findings(report, []) if each["severity"] == "error"],
        "pairs": len(report["matrix"]),
        "heard": sum(each["heard"] for each in report["matrix"]),
        "unicast": sum(bool(peer["arrived"]) for peer in peers),
        "paths": len(peers),
        "proven_s": max(heard["first_heard_s"] for target in targets for heard in target["heard"]),
        "dropped": sum(target["dropped"] for target in targets),
        **{f"{name}_of_each": _mean(answers, name) for name in ("cpu_s", "sent_packets", "sent_bytes")},
        "received_packets_of_each": _mean(answers, "received_packets"),
        "result_kib": round(max(len(json.dumps(result)) for result in results.values()) / 1024, 1),
        "judge_cpu_s": round(judged - began, 2),
        "show_cpu_s": round(time.process_time() - judged, 2),
        "table_lines": len(lines),
        "table_columns": max(map(len, lines)),
        "page_kib": round(len(html.encode()) / 1024),
    }


def _mean(answers: Mapping[str, Mapping[str, Any]], name: str) -> float:
    return round(sum(answer["cost"][name] for answer in answers.values()) / len(answers), 2)


@contextlib.contextmanager
def _network(hosts: int, folder: Path) -> Iterator[Net]:
    net = Net(os.getpid() % 1000, hosts, Images(folder / "images"), folder, threading.Event())
    try:
        net.open()
        yield net
    finally:
        net.close()
