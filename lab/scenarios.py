# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run Molecule scenarios on the lab, each fleet brought up once: ``python3 -m lab.scenarios default deaf`` (see make).

In molecule.yml ``driver.lab.kind`` is the kind of its hosts, for which ``$KIND`` is asked where it is not there; ``later`` is
the kind of those that it brings up itself. ``patience`` is how many times longer than elsewhere everything may take in it.
``driver.lab.saves`` is the saved fleet that a scenario leaves, and ``driver.lab.from`` the one that it
begins with. One that is not there, or that other code brought up, is made first, by the scenario that leaves it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from lab.cache import REPO
from lab.fleet import saved
from lab.fleet.shell import PATIENCE, LabError, follow
from lab.fleet.signals import interruptible
from lab.fleet.state import NSPAWN

LAB = [sys.executable, "-m", "lab"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile("^ *│ ?")  # which Molecule draws around what Ansible says
LINES, COLUMNS = 16, 300  # of a failure that is told again
ANY = "any"  # $FLEET: also a saved fleet that other code brought up will do, to try something out


def order(wanted: Iterable[str], configs: Mapping[str, Mapping], fits: Callable[[str], bool]) -> list[str]:
    """The scenarios to run, each after the one that makes the fleet it begins with; that one is added where none fits.

    ``configs`` is each scenario's ``driver.lab``, and ``fits`` whether a saved fleet of this name can be begun with.
    """
    wanted = list(wanted)
    unknown = [name for name in wanted if name not in configs]
    if unknown:
        raise ValueError(f"No scenario {', '.join(unknown)}. Scenarios: {', '.join(sorted(configs))}.")
    makers = {config["saves"]: name for name, config in configs.items() if "saves" in config}
    found: list[str] = []
    for name in wanted:
        fleet = configs[name].get("from")
        if fleet and makers[fleet] not in found and (makers[fleet] in wanted or not fits(fleet)):
            found.append(makers[fleet])
        if name not in found:
            found.append(name)
    return found


def kinds(wanted: Iterable[str], configs: Mapping[str, Mapping], asked: str) -> list[str]:
    """The kinds of host that the scenarios bring up; where one does not say, the kind that is ``asked`` for."""
    named = [configs.get(name, {}) for name in wanted]
    later = {config["later"] for config in named if "later" in config}
    return sorted(later | {config.get("kind") or asked or NSPAWN for config in named})


def failure(said: Iterable[str]) -> list[str]:
    """Of what Molecule printed: which task failed last, and the first words of it; nothing where none did."""
    failed: list[str] = []
    task: list[str] = []
    words: list[str] = []
    for line in (FRAME.sub("", COLOUR.sub("", line.rstrip())) for line in said):
        if line.startswith(("TASK [", "PLAY ", "INFO ")):
            task, words = [line], []
        elif line == "...ignoring":
            failed, words = [], []
        elif words or re.match(r"\[ERROR\]: |(fatal|failed): \[", line):
            words.append(line)
            failed = [" ".join(task).rstrip(" *"), *words[:LINES]]
        elif task and not task[-1].endswith("*"):
            task.append(line.strip())
    return [line[:COLUMNS] for line in failed if line.strip()]


def read_configs(folder: Path) -> dict[str, dict]:
    """``driver.lab`` of each scenario below a folder; an empty one where it asks for nothing."""
    return {
        path.parent.name: (yaml.safe_load(path.read_text()).get("driver") or {}).get("lab") or {}
        for path in sorted(folder.glob("*/molecule.yml"))
    }


def fits(fleet: str) -> bool:
    """Whether a fleet of this name is saved that this very code brought up, or any at all where that is wished."""
    try:
        kept = saved.load(fleet)
    except LabError:
        return False
    artefacts = saved.versions()
    code = kept.origin.code if os.environ.get("FLEET") == ANY else saved.code_key()
    return saved.is_of(kept.origin, artefacts, code)


def main(wanted: list[str]) -> int:
    """Run scenarios one after the other, up to the first that fails, take the lab away, and say how long each took."""
    configs = read_configs(REPO / "molecule")
    # Here, as the network namespace of the lab reaches no package registry.
    for kind in kinds(wanted, configs, os.environ.get("KIND", "")):
        subprocess.run([*LAB, "build", "--kind", kind], check=True, cwd=REPO)
    ended: list[str] = []
    why: list[str] = []
    try:
        for name in order(wanted, configs, fits):
            began = time.monotonic()
            status, said = _run(name, patience=configs[name].get("patience"))
            minutes, seconds = divmod(round(time.monotonic() - began), 60)
            ended.append(f"{name:<12} {minutes:3}:{seconds:02} {'failed' if status else ''}".rstrip())
            if status:
                why = failure(said)  # told again at the end, where a long run is read
                return 1
    finally:
        subprocess.run([*LAB, "down"], check=True, cwd=REPO)
        print("\n".join(["== molecule scenarios, minutes", *ended, *why]), flush=True)
    return 0


def _run(name: str, patience: float | None) -> tuple[int, Sequence[str]]:
    """The status of one, and what it printed."""
    print(f"== {time.strftime('%H:%M:%S')} molecule scenario {name}", flush=True)
    # Nothing left of an earlier run, neither hosts nor Molecule's belief that it made some.
    subprocess.run([*LAB, "down"], check=True, cwd=REPO)
    subprocess.run(["molecule", "reset", "-s", name], check=True, cwd=REPO, stdout=subprocess.DEVNULL)
    environment = {**os.environ, **({PATIENCE: str(patience)} if patience else {})}
    said: list[str] = []

    def told(line: str) -> None:
        print(line, end="", flush=True)
        said.append(line)

    return follow(["lab/run", "molecule", "test", "-s", name], told, cwd=REPO, environment=environment), said


if __name__ == "__main__":
    with interruptible():
        try:
            sys.exit(main(sys.argv[1:]))
        except ValueError as wrong:
            sys.exit(str(wrong))
        except KeyboardInterrupt:
            sys.exit(130)
