# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that are systemd-nspawn machines: seconds to boot, on the kernel of the machine below them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from lab.artefacts.all import ROOT_IMAGE, build_all, build_one
from lab.fleet import layer, loops, machine, network, state, written
from lab.fleet.plan import Host
from lab.fleet.shell import LabError, run
from lab.fleet.state import Member


class Nspawn:
    """The kind of host that a fleet has without being asked."""

    ssh_timeout = 60.0

    def build_all(self) -> None:
        """Build everything that is not there yet."""
        build_all()

    def build_image(self) -> Path:
        """The root image, built if it is not there yet."""
        return build_one(ROOT_IMAGE)

    def image_of(self, name: str) -> Path:
        """The root image that a host's layer is over; raises LabError when anything that it stands on is gone."""
        disk = state.layer_of(name)
        gone = [str(folder) for folder in disk.lowers if not folder.exists()]
        if gone:
            raise LabError(f"{name}: it stood on {gone[0]}, which is gone. Image it anew: python3 -m lab image {name}")
        return disk.image.resolve()

    def ensure_disk(self, host: Host, image: Path) -> str:
        """Make the host's layer over ``image`` if it has none; return its public SSH key."""
        disk = state.layer_of(host.name)
        if not disk.fits(image):
            layer.create(disk, image, state.SSH / "id_ed25519")
        return disk.host_key.read_text()

    def own_key(self, member: Member) -> str:
        """Its layer had a key before it booted."""
        return state.layer_of(member.host.name).host_key.read_text()

    def boot(self, host: Host) -> int:
        """Connect the host, start it and return its leader."""
        disk = state.layer_of(host.name)
        network.connect(host)
        return machine.boot(
            machine.Machine(
                host.name,
                root=disk.root,
                console=disk.console,
                network_namespace=network.NAMESPACES / host.namespace,
                lowers=disk.lowers,
                upper=disk.upper,
                work=disk.work,
                binds=(f"{disk.data}:{layer.DATA_MOUNT}",),
                loop_nodes=tuple(loops.make_nodes(state.LOOP_NODES)),
            )
        )

    def furnish(self, member: Member) -> None:
        """The root image has it all."""

    def written(self, member: Member) -> str:
        """What is in its layer."""
        disk = state.layer_of(member.host.name)
        return run(written.command(str(disk.folder), [disk.upper.name, disk.data.name]))

    def power_off(self, members: Sequence[Member]) -> None:
        """Shut hosts down in order, all at once."""
        machine.power_off_all({member.host.name: member.leader_pid or 0 for member in members})

    def run_inside(self, member: Member, command: Sequence[str]) -> str:
        """Run a command as root inside and return its output."""
        return machine.run_inside(member.leader_pid or 0, command)

    def run_in_network(self, member: Member, command: Sequence[str], stdin: str | None = None) -> str:
        """Run a program of the machine below in the host's network, as the host itself may lack it."""
        return run(["nsenter", f"--net={network.NAMESPACES / member.host.namespace}", "--", *command], stdin=stdin)

    def execute(self, member: Member, command: Sequence[str]) -> NoReturn:
        """Become a command, or a shell, inside."""
        entering = machine.enter(member.leader_pid or 0, command or ["/bin/bash", "-l"])
        os.execvp(entering[0], entering)

    def ros_nic_now(self, member: Member) -> str:
        """What the ROS NIC is called at this moment; raises LabError when there is none."""
        return network.nic_at(member.host)

    def lay_cable(self, member: Member, port: str, *, plugged: bool) -> None:
        """Plug in or pull the cable between this port of the switch and the host."""
        network.lay(port, plugged=plugged)

    def root(self, member: Member) -> Path:
        """The host's files."""
        return Path(f"/proc/{member.leader_pid}/root")

    def where_to_look(self, name: str) -> str:
        """Where more is told about a host that does not come up."""
        return f"While the host is there, its journal tells more: journalctl -D {state.layer_of(name).journal}"
