# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Boot a folder as a machine with systemd-nspawn, step into it, and switch it off the kind or the hard way."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab.fleet import cgroups
from lab.fleet.prefix import PREFIX
from lab.fleet.processes import children, start_time
from lab.fleet.shell import LabError, patient, run, wait_until

LAUNCH = Path(__file__).with_name("launch.sh")
JOIN = 'echo $$ >"$0/cgroup.procs" && exec "$@"'
PROPAGATE = Path("/run/systemd/nspawn/propagate")
LEADER_TIMEOUT = 15.0
POWER_OFF_TIMEOUT = 90.0
POWER_OFF_SIGNAL = signal.SIGRTMIN + 4  # systemd(1): start poweroff.target


@dataclass(frozen=True)
class Machine:
    """What to boot: read-only ``lowers``, topmost first, under ``upper``/``work``; without them ``root`` is booted."""

    name: str
    root: Path
    console: Path
    network_namespace: Path | None = None
    lowers: tuple[Path, ...] = ()
    upper: Path | None = None
    work: Path | None = None
    binds: tuple[str, ...] = ()
    loop_nodes: tuple[Path, ...] = field(default=(), repr=False)


def nspawn_command(machine: Machine) -> list[str]:
    """The systemd-nspawn command of a machine; every option is one that a kubelet or snapd inside was seen to need."""
    network = (
        ["--private-network"]
        if machine.network_namespace is None
        else [f"--network-namespace-path={machine.network_namespace}"]
    )
    return [
        "systemd-nspawn",
        "--quiet",
        "--boot",
        "--register=no",
        "--keep-unit",
        f"--directory={machine.root}",
        f"--machine={PREFIX}{machine.name}",
        "--hostname=lab-image",
        *network,
        "--capability=all",
        "--system-call-filter=add_key keyctl bpf @mount perf_event_open",
        "--console=read-only",
        "--link-journal=no",
        "--resolv-conf=off",
        "--timezone=off",
        "--bind=/dev/loop-control",
        *(f"--bind={node}:/dev/{node.name}" for node in machine.loop_nodes),
        "--bind=/dev/fuse",
        "--bind=/dev/kmsg",
        *(f"--bind={bind}" for bind in machine.binds),
        "--setenv=SYSTEMD_COLORS=0",  # a console log is read in an editor
        "--",
        "--show-status=1",
    ]


def overlay_options(machine: Machine) -> str:
    """Mount options of the machine's layer, or an empty text when its root is booted as it is."""
    if not machine.lowers:
        return ""
    return f"lowerdir={':'.join(map(str, machine.lowers))},upperdir={machine.upper},workdir={machine.work}"


def launch_command(groups: Sequence[Path], overlay: str = "", root: Path = Path("/")) -> list[str]:
    """What to put before a command that is to run in these control groups and a mount namespace of its own."""
    return [str(LAUNCH), " ".join(str(group) for group in groups), overlay, str(root)]


def boot(machine: Machine) -> int:
    """Start the machine detached from this terminal and return its leader, the number of its first process.

    Returns as soon as the machine's init exists; what runs in it comes up later. Raises LabError with the end of the
    console when it does not get that far.
    """
    groups = cgroups.create(machine.name)
    machine.root.mkdir(parents=True, exist_ok=True)
    with machine.console.open("wb") as console:
        launcher = subprocess.Popen(
            [*launch_command(groups, overlay_options(machine), machine.root), *nspawn_command(machine)],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            env={**os.environ, "SYSTEMD_NSPAWN_LOCK": "0"},  # its lock files would outlive a killed machine
            start_new_session=True,
        )
    # The launcher becomes the supervisor by exec, so the leader is a child of its number.
    found: list[int] = []

    def leader_or_end() -> bool:
        found[:] = [pid for pid in children(launcher.pid) if _is_init(pid)]
        return bool(found) or launcher.poll() is not None

    if not wait_until(leader_or_end, timeout=LEADER_TIMEOUT) or not found:
        raise LabError(f"{machine.name}: systemd-nspawn did not start.\n{console_tail(machine.console)}")
    return found[0]


def _is_init(pid: int) -> bool:
    """Whether a process is number 1 of a PID namespace below ours and already runs systemd."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        program = os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return False
    numbers = next((line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:")), [])
    return len(numbers) > 1 and numbers[-1] == "1" and program.endswith("/systemd")


def enter(leader: int, command: Sequence[str]) -> list[str]:
    """The command line that runs ``command`` as root inside the machine."""
    entered = ["nsenter", "-t", str(leader), "-m", "-u", "-i", "-n", "-p", "-C", "--", *command]
    group = cgroups.group_beside(leader)
    return ["sh", "-c", JOIN, str(group), *entered] if group else entered


def run_inside(leader: int, command: Sequence[str], *, check: bool = True) -> str:
    """Run a command as root inside the machine and return its output."""
    return run(enter(leader, command), check=check)


def power_off(name: str, leader: int) -> None:
    """Shut the machine down in order and wait until nothing of it is left; raises LabError when it hangs."""
    power_off_all({name: leader})


def power_off_all(leaders: Mapping[str, int]) -> None:
    """Shut several machines (name → leader) down at once, as ``power_off`` does one."""
    for leader in leaders.values():
        if start_time(leader) is not None:
            os.kill(leader, POWER_OFF_SIGNAL)

    def hanging() -> list[str]:
        return [name for name in leaders if cgroups.processes(name)]

    if not wait_until(lambda: not hanging(), timeout=POWER_OFF_TIMEOUT, interval=0.1):
        name = hanging()[0]
        raise LabError(
            f"{name}: did not shut down within {patient(POWER_OFF_TIMEOUT):.0f} s. Look at "
            f"'python3 -m lab exec {name} systemctl list-jobs', or cut its power: python3 -m lab power cut {name}"
        )


def cut_power(name: str) -> None:
    """End everything the machine runs at one moment, as pulling its plug would."""
    cgroups.cut(name)


def forget(name: str) -> None:
    """Remove the folder that systemd-nspawn leaves in /run when it is killed."""
    with contextlib.suppress(FileNotFoundError):
        (PROPAGATE / f"{PREFIX}{name}").rmdir()


def console_tail(console: Path, lines: int = 30) -> str:
    """The last lines of a console log, with a heading that names the file."""
    try:
        text = console.read_text(errors="replace").rstrip()
    except FileNotFoundError:
        return f"No console log at {console}."
    said = [line for line in text.splitlines() if line.strip()]
    return "\n".join([f"Last lines of {console}:", *(f"  | {line}" for line in said[-lines:])])
