# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that are virtual machines of QEMU: a stock kernel of their own, where a robot's would be too."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

from lab.artefacts.all import VM_IMAGE, build_all, build_one
from lab.cache import cache_root
from lab.fleet import cgroups, network, state, written
from lab.fleet.machine import console_tail, launch_command
from lab.fleet.plan import Host
from lab.fleet.shell import LabError, patient, wait_until
from lab.fleet.state import Member
from lab.requirements import architecture, ensure_debian
from lab.vm import accelerator, channel, disk, qemu
from lab.vm.disk import Disk

OWN_IMAGE = "ROSFLEET_VM_IMAGE"
HANDED = "ROSFLEET_VM_DISK"
MEMORY, MEGABYTES = "ROSFLEET_VM_MEMORY", 3072
SEEDS = "ROSFLEET_VM_SEEDS"
OWN_KEY = "/etc/ssh/ssh_host_ed25519_key.pub"
PROGRAMS = {"amd64": ["qemu-system-x86"], "arm64": ["qemu-system-arm", "qemu-efi-aarch64"]}
TOOLS = ["dosfstools", "mtools", "qemu-utils"]
ACCELERATOR = state.FOLDER / "accelerator"  # of this lab, as finding out takes seconds
SNAPS = "/usr/share/lab-snaps"
ADD_SNAPS = (
    f"[ -d {SNAPS} ] || exit 0; snap wait system seed.loaded; for snap in snapd core24; do "
    f'snap list "$snap" >/dev/null 2>&1 || snap install --dangerous {SNAPS}/"$snap".snap; done'
)
CHANGING = ["etc", "home", "opt", "root", "srv", "usr/local", "var"]
START_TIMEOUT = 15.0
POWER_OFF_TIMEOUT = 240.0
Found = TypeVar("Found")


class VirtualMachine:
    """The kind of host that has a kernel of its own."""

    ssh_timeout = 400.0  # by TCG, two machines that boot together on two busy cores take two minutes

    def build_all(self) -> None:
        """The image, and what all hosts are given."""
        build_all()
        self.build_image()

    def build_image(self) -> Path:
        """The disk that all stand on: the user's own where there is one, else the lab's, built if it is not there yet."""
        ensure_debian([*_of_this_machine(PROGRAMS), *TOOLS])
        lab_disk = build_one(VM_IMAGE) / "disk.img"
        own = os.environ.get(OWN_IMAGE)
        if own and not Path(own).is_file():
            raise LabError(f"{OWN_IMAGE} is {own!r}, and no such file is there.")
        return Path(own).resolve() if own else lab_disk

    def image_of(self, name: str) -> Path:
        """The disk that a machine's layer is over; raises LabError when it is gone."""
        image = _disk(name).image.resolve()
        if not image.exists():
            raise LabError(f"{name}: it stood on {image}, which is gone. Image it anew: python3 -m lab image {name}")
        return image

    def ensure_disk(self, host: Host, image: Path) -> str:
        """Make the machine's layer and its seed if it has none over ``image``; return the SSH key that the seed gives it."""
        own = _disk(host.name)
        if not own.fits(image):
            disk.create(own, host, image, state.SSH / "id_ed25519", seed_folder(host.name))
        return own.host_key_public.read_text() if own.host_key_public.exists() else ""

    def own_key(self, member: Member) -> str:
        """What the guest agent tells of the key that the machine made at its first boot."""
        try:
            key = self.run_inside(member, ["cat", OWN_KEY])
        except LabError:
            return ""  # it is not that far yet
        _disk(member.host.name).host_key_public.write_text(key)
        return key

    def boot(self, host: Host) -> int:
        """Lay the cables and start QEMU in the host's control groups and the switches' network; return its process."""
        network.connect_taps(host)
        own = _disk(host.name)
        boot = qemu.Boot(own.kernel_folder, _of_this_machine(qemu.ARCHITECTURES), memory(), handed())
        for socket in (_qmp(host.name), _agent(host.name)):
            socket.unlink(missing_ok=True)
        log = own.folder / "qemu.log"
        among_switches = ["nsenter", f"--net={network.NAMESPACES / network.LAN}", "--"]
        command = [*among_switches, *qemu.command(host, own.folder, boot, _accelerator())]
        with log.open("wb") as words:
            leader = subprocess.Popen(
                [*launch_command(cgroups.create(host.name)), *command],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: _qmp(host.name).exists() or leader.poll() is not None, timeout=START_TIMEOUT)
        if leader.poll() is not None or not _qmp(host.name).exists():
            raise LabError(f"{host.name}: QEMU did not start.\n{console_tail(log)}")
        return leader.pid

    def furnish(self, member: Member) -> None:
        """Install the snaps that the lab's image has as files, as Ubuntu's images come with them, and set the clock.

        The clock that a machine boots by tells whole seconds, and no time service is in reach.
        """
        self.run_inside(member, ["sh", "-euc", ADD_SNAPS])
        behind = channel.clock_offset(_agent(member.host.name))
        self.run_inside(member, ["date", f"--set={behind:.3f} seconds"])

    def written(self, member: Member) -> str:
        """What is in the folders that change."""
        return self.run_inside(member, written.command("/", CHANGING))

    def power_off(self, members: Sequence[Member]) -> None:
        """Press the power button of each, and wait until all are off."""
        for member in members:
            channel.qmp(_qmp(member.host.name), "system_powerdown")

        def on() -> list[str]:
            return [member.host.name for member in members if cgroups.processes(member.host.name)]

        if not wait_until(lambda: not on(), timeout=POWER_OFF_TIMEOUT, interval=0.2):
            name = on()[0]
            raise LabError(
                f"{name}: did not shut down within {patient(POWER_OFF_TIMEOUT):.0f} s. Look at its console, "
                f"{state.layer_of(name).console}, or cut its power: python3 -m lab power cut {name}"
            )

    def run_inside(self, member: Member, command: Sequence[str]) -> str:
        """Run a command as root inside, by the guest agent, and return its output."""
        return self.run_in_network(member, command)

    def run_in_network(self, member: Member, command: Sequence[str], stdin: str | None = None) -> str:
        """The same: a virtual machine's network can be reached from nowhere else."""
        done = channel.run(_agent(member.host.name), command, stdin or "")
        if done.status:
            words = (done.stderr or done.stdout).decode(errors="replace").strip()[-2000:]
            raise LabError(
                f"{member.host.name}: '{shlex.join(command)}' ended with status {done.status}: {words or 'no output'}"
            )
        return done.stdout.decode(errors="replace")

    def execute(self, member: Member, command: Sequence[str]) -> NoReturn:
        """Run a command inside, print what it printed, and end with its status."""
        if not command:
            raise LabError(
                f"{member.host.name} is a virtual machine, whose agent runs commands but no shell to type in: name a "
                "command, or log in by SSH (lab/run ssh)."
            )
        done = channel.run(_agent(member.host.name), command)
        sys.stdout.buffer.write(done.stdout)
        sys.stderr.buffer.write(done.stderr)
        sys.exit(done.status)

    def ros_nic_now(self, member: Member) -> str:
        """What the NIC in the slot of the ROS NIC is called at this moment."""
        slot = f"/sys/bus/pci/devices/0000:00:{int(qemu.ROS_SLOT, 16):02x}.0"
        return self.run_inside(member, ["sh", "-c", f"ls {slot}/virtio*/net"]).strip()

    def lay_cable(self, member: Member, port: str, *, plugged: bool) -> None:
        """Plug in or pull a cable at both ends: a tap does not tell the machine that its other end is down."""
        network.lay(port, plugged=plugged)
        nic = "ros" if port == network.ros_port(member.host) else "mgmt"
        channel.qmp(_qmp(member.host.name), "set_link", name=nic, up=plugged)

    def root(self, member: Member) -> Path:
        """Refused: nobody but the machine itself may write to a disk that it has mounted."""
        raise LabError(
            f"{member.host.name} is a virtual machine: faults that change its files from outside are for nspawn hosts."
        )

    def where_to_look(self, name: str) -> str:
        """Where more is told about a machine that does not come up."""
        return f"Once it is far enough for that, its journal tells more: python3 -m lab exec {name} journalctl --boot"


def memory(environment: Mapping[str, str] = os.environ) -> int:
    """The memory of each machine in MB: what the variable asks for, or else what a control plane needs."""
    asked = environment.get(MEMORY) or str(MEGABYTES)
    if not asked.isdigit():
        raise LabError(f"{MEMORY} is a number of megabytes, as in 4096, not {asked!r}.")
    return int(asked)


def handed(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The one more disk that machines are given, if the variable names one; LabError when it is not there."""
    asked = environment.get(HANDED)
    if asked and not Path(asked).is_file():
        raise LabError(f"{HANDED} is {asked!r}, and no such file is there.")
    return Path(asked).resolve() if asked else None


def seed_folder(host: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The user's own NoCloud files for a host, if the variable names a folder for them; LabError when it has none there."""
    asked = environment.get(SEEDS)
    if asked and not (Path(asked) / host / "user-data").is_file():
        raise LabError(f"{SEEDS} is {asked!r}, and there is no {host}/user-data in it.")
    return Path(asked) / host if asked else None


def _of_this_machine(table: Mapping[str, Found]) -> Found:
    name = architecture()
    if name not in table:
        raise LabError(f"Virtual machines are there for {', '.join(table)}, not for {name}.")
    return table[name]


def _accelerator() -> str:
    if not ACCELERATOR.exists():
        kernel = cache_root() / "lab" / VM_IMAGE / "vmlinuz"
        ACCELERATOR.write_text(accelerator.choose(kernel, _of_this_machine(qemu.ARCHITECTURES)))
    return ACCELERATOR.read_text()


def _disk(name: str) -> Disk:
    return Disk(state.folder_of(name))


def _agent(name: str) -> Path:
    return state.folder_of(name) / "agent.sock"


def _qmp(name: str) -> Path:
    return state.folder_of(name) / "qmp.sock"
