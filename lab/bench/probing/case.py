# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a case is, and how it is made and measured."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lab.bench.probing import evidence, judge
from lab.bench.probing.evidence import MULTICAST
from lab.bench.probing.images import Images
from lab.bench.probing.judge import Sign
from lab.bench.probing.net import LAN, Net
from lab.bench.probing.participants import CYCLONE, DEFAULT, PS, Part
from lab.cache import REPO
from lab.fleet.shell import LabError, wait_until
from lab.image_programs import Program

READY_S = 30.0
AGENT_S = 60.0
ATTEMPTS, AFTER_DISTURBANCE_S = 4, 10.0
PAIR_HOSTS = 4  # with fewer, what is left beside two faults is too little to tell who is at fault
Change = Callable[[Net], None]


def nothing(_net: Net) -> None:
    """Change nothing."""


@dataclass(frozen=True)
class Case:
    """One network with its programs; `signs` are how what is wrong is to be named, none where nothing is."""

    name: str
    what: str
    inject: Change = nothing  # before the programs start
    signs: tuple[Sign, ...] = ()
    parts: Sequence[Part] = DEFAULT
    later: Change = nothing  # while they run
    settle_s: float = 0.0  # after that
    hosts: int = 3
    probed: Sequence[str] = ()  # all hosts, when none is named
    lans: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of hosts that are on others than the first alone
    domains: Sequence[int] = (0,)
    containers: Mapping[str, str] = field(default_factory=dict)  # {host that stands for one: the host on which it runs}
    way: str = MULTICAST  # how its nodes are declared to find each other
    kind: str = "fault"

    def on(self) -> dict[str, Sequence[str]]:
        """{host that is probed: the LANs on which it is}; with another way than multicast those alone that have nodes."""
        probed = self.probed or [f"h{each}" for each in range(1, self.hosts + 1)]
        if self.way != MULTICAST:
            probed = sorted({part.host for part in self.parts if not part.serves})
        return {host: self.lans.get(host, (LAN,)) for host in probed}


def both(one: Case, other: Case) -> Case:
    """Two faults at once, with the programs of the one that needs its own."""

    def inject(net: Net) -> None:
        one.inject(net)
        other.inject(net)

    def later(net: Net) -> None:
        one.later(net)
        other.later(net)

    parts = other.parts if one.parts is DEFAULT else one.parts
    what, signs = f"{one.what}; {other.what}", (*one.signs, *other.signs)
    pair = replace(
        one, name=f"{one.name} + {other.name}", what=what, signs=signs, parts=parts, kind="pair", hosts=PAIR_HOSTS
    )
    return replace(pair, inject=inject, later=later, settle_s=max(one.settle_s, other.settle_s))


class Agent:
    """The probe of one host, waiting for the word to begin."""

    def __init__(self, net: Net, host: str, order: Mapping) -> None:
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", net.namespace(host), sys.executable, "-m", "lab.bench.probing.agent"],
            cwd=REPO,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._say(json.dumps(order))

    def ready(self) -> None:
        """Return when it waits. Raises LabError when it cannot."""
        if self.process.stdout.readline().strip() != "ready":
            raise LabError("An agent ended before it was ready.")

    def begin(self) -> None:
        """Give the word."""
        self._say("go")

    def answer(self) -> dict:
        """What it found. Raises LabError when it found nothing."""
        text, _nothing = self.process.communicate(timeout=AGENT_S)
        if not text.strip():
            raise LabError(f"An agent ended with status {self.process.returncode} and without a word.")
        return json.loads(text)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def _say(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


class DisturbedError(LabError):
    """What else runs on the machine kept a case from being measured."""


def measure(case: Case, number: int, images: Images, folder: Path, stop: threading.Event) -> dict:
    """The row of a case, measured again where it was disturbed; whatever happens, nothing of it stays."""
    for _attempt in range(ATTEMPTS - 1):
        row = _attempted(case, number, images, folder, stop)
        if not row.get("error", "").startswith(DisturbedError.__name__):
            return row
        stop.wait(AFTER_DISTURBANCE_S)
    return _attempted(case, number, images, folder, stop)


def _attempted(case: Case, number: int, images: Images, folder: Path, stop: threading.Event) -> dict:
    began = time.monotonic()
    row = {"case": case.name, "kind": case.kind, "what": case.what}
    net = Net(number, case.hosts, images, folder, stop)
    try:
        net.open()
        return {**row, **_measured(case, net), "elapsed_s": round(time.monotonic() - began, 1)}
    except (LabError, OSError, AssertionError, ValueError, subprocess.SubprocessError) as error:
        if stop.is_set():
            raise
        lost = {"outcome": judge.FAILED, "verdict": "–", "said": [], "findings": [], "samples": {}, "ps": "–"}
        why = {"multicast": {}, "ping": {}, "error": f"{type(error).__name__}: {error}"}
        return {**row, **lost, **why, "elapsed_s": round(time.monotonic() - began, 1)}
    finally:
        net.close()


def _measured(case: Case, net: Net) -> dict:
    case.inject(net)
    programs = [(part, _start(net, part)) for part in case.parts]
    for part, program in programs:
        wait_until(lambda p=part, r=program: _is_at_work(p, r), timeout=READY_S)
    case.later(net)
    net.pause(case.settle_s)
    ps = net.start("h1", CYCLONE, ["python3", "-c", PS], {}, own_shm=False)
    on = case.on()
    wanted = _targets(case, net, on)
    agents = {host: Agent(net, host, _order(net, case, host, wanted[host])) for host in on}
    net.programs += agents.values()
    for agent in agents.values():
        agent.ready()
    wait_until(lambda: ps.matching("^ps:") or ps.process.poll() is not None, timeout=READY_S)
    before = _samples(programs)
    for agent in agents.values():
        agent.begin()
    answers = {host: agent.answer() for host, agent in agents.items()}
    after = _samples(programs)
    _refuse_disturbed([answer["result"] for answer in answers.values()])
    results = {host: answer["result"] for host, answer in answers.items()}
    report = evidence.report(results, on, case.domains if case.way == MULTICAST else (), case.containers)
    declared = {host: domain for host, domain in _declared(case).items() if host in results}
    by_multicast = [part for part in case.parts if case.way == MULTICAST and part.by_multicast]
    topics = {(part.host, *part.topic) for part in by_multicast if part.host in declared}
    findings = evidence.findings(report, evidence.of_programs(results, declared, sorted(topics), report))
    return {
        "outcome": judge.judge(case.signs, findings),
        "verdict": judge.verdict(findings),
        "said": [each["code"] for each in findings if each["code"] != "no-listener"],
        "findings": findings,
        "samples": {name: after[name] - count for name, count in before.items()},
        "multicast": {host: answer["multicast"] for host, answer in answers.items()},
        "ping": {host: answer["ping"] for host, answer in answers.items()},
        "ps": next((line.removeprefix("ps: ") for line in ps.matching("^ps:")), "cannot start"),
    }


def _refuse_disturbed(results: Sequence[Mapping]) -> None:
    """All namespaces share the machine's one table of neighbours; where others have filled it, nothing can be sent."""
    errors = [error for result in results for target in result.get("targets", ()) for error in target["errors"]]
    if any(os.strerror(errno.ENOBUFS) in error for error in errors):
        raise DisturbedError("The machine's table of neighbours is full (net.ipv4.neigh.default.gc_thresh3).")


def _start(net: Net, part: Part) -> Program:
    return net.start(part.host, part.image, list(part.command), part.settings, part.own_shm)


def _is_at_work(part: Part, program: Program) -> bool:
    """Whether it says so, or, as listeners say nothing, has opened sockets; or has ended."""
    if program.process.poll() is not None:
        return True
    return bool(program.matching(part.ready)) if part.ready else _has_sockets(program.process.pid)


def _has_sockets(pid: int) -> bool:
    try:
        return any(str(each.readlink()).startswith("socket:") for each in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it ends, or closes a file
        return False


def _targets(case: Case, net: Net, on: Mapping[str, Sequence[str]]) -> dict[str, list[dict]]:
    """What is probed on each host, by the way that is declared."""
    if case.way == MULTICAST:
        return evidence.all_targets({host: net.addresses_now(host, on[host]) for host in on}, case.domains)
    return {host: evidence.asking_targets(case.domains, case.way, _asked(case, net, host)) for host in on}


def _asked(case: Case, net: Net, host: str) -> list[str]:
    """The addresses of whom the nodes of a host look for: the servers, or without any the other hosts with nodes."""
    servers = [part.host for part in case.parts if part.serves]
    others = [part.host for part in case.parts if part.host != host]
    return [net.address(each) for each in dict.fromkeys(servers or others)]


def _declared(case: Case) -> dict[str, int]:
    """{host: the domain that is declared for its program}, where that is to find others as the case has it."""
    nodes = [part for part in case.parts if not part.serves and (part.by_multicast or case.way != MULTICAST)]
    own = {part.host: int(part.settings.get("ROS_DOMAIN_ID", 0)) for part in nodes}
    return {host: domain if domain in case.domains else case.domains[0] for host, domain in own.items()}


def _order(net: Net, case: Case, host: str, targets: Sequence[Mapping]) -> dict:
    inside = [container for container, on in case.containers.items() if on == host]
    return {
        "host": host,
        "duration": evidence.DURATION_S,
        "run": evidence.RUN,
        "targets": targets,
        "endpoints": ["own"],
        "others": {other: net.address(other) for other in case.on() if other != host},
        "proc": str(net.processes(host, *inside)),
    }


def _samples(programs: Sequence[tuple[Part, Program]]) -> dict[str, int]:
    """What each listener has heard so far; several of one host by their image and number."""
    found: dict[str, int] = {}
    for part, program in programs:
        if part.listens:
            name = part.host if part.host not in found else f"{part.host} ({part.image} {len(found)})"
            found[name] = len(program.matching("I heard"))
    return found


def stranger(net: Net, host: str, kind: str) -> None:
    """Start a foreign program in a host."""
    command = [sys.executable, "-m", "lab.bench.probing.strangers", kind, net.address(host)]
    net.start_here(host, command, {**os.environ, "PYTHONPATH": str(REPO)}).says("here")
