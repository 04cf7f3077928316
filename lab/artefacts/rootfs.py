# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The root image of all lab hosts: Debian 13 with systemd, sshd, cloud-init, snapd and its own and a base snap."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from lab.artefacts import base_snaps, debian
from lab.cache import REPO, artefact, remove, say
from lab.fleet import cgroups, loops
from lab.fleet.machine import Machine, boot, console_tail, forget, power_off, run_inside
from lab.fleet.plan import BAKING
from lab.fleet.shell import LabError, patient, run, wait_until
from lab.fleet.signals import uninterrupted
from lab.fleet.state import lock
from lab.requirements import MMDEBSTRAP, ensure_debian

PACKAGES = [
    *("systemd", "systemd-sysv", "dbus", "libpam-systemd", "openssh-server", "sudo"),
    *("python3", "ca-certificates", "openssl", "kmod", "procps"),
    *("iproute2", "iptables", "nftables", "iputils-ping", "ethtool", "conntrack", "tcpdump"),
    *("snapd", "squashfs-tools"),
    *("cloud-init", "chrony", "python3-apt"),
]
TOOLS = [*MMDEBSTRAP, "systemd-container", "squashfs-tools", "iproute2", "nftables", "openssh-client"]
TREE = REPO / "lab" / "rootfs" / "tree"
SNAPD_TIMEOUT = 60.0
USER_ID = 1000


def build() -> Path:
    """The root image, built if it is not there yet: a folder that every host uses read-only."""
    return artefact(
        "rootfs", [Path(__file__), Path(base_snaps.__file__), Path(debian.__file__), TREE], _build, is_dir=True
    )


def _build(root: Path) -> None:
    """All of it in the control groups of one machine, so that an interrupted build ends every process it started."""
    ensure_debian(TOOLS)
    loops_before = loops.present()
    with lock(), tempfile.TemporaryDirectory(prefix="rosfleet-rootfs-") as scratch:
        try:
            debian.bootstrap("rootfs", root, Path(scratch), PACKAGES)
            _configure(root)
            _bake_snaps(root, Path(scratch))
            _forget_first_boot(root)
        finally:
            with uninterrupted():
                cgroups.kill(BAKING)
                cgroups.remove(BAKING)
                forget(BAKING)
                loops.remove_extra(loops_before)


def _configure(root: Path) -> None:
    shutil.copytree(TREE, root, dirs_exist_ok=True, symlinks=True)
    (root / "etc/sudoers.d/robot").chmod(0o440)
    (root / "var/log/journal").mkdir(exist_ok=True)  # keep the journal: it tells what a dead host did
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()  # every host gets its own with its layer
    in_root = ["chroot", str(root)]
    run([*in_root, "useradd", "--create-home", "--uid", str(USER_ID), "--shell", "/bin/bash", "robot"])
    run([*in_root, "systemctl", "--quiet", "enable", "lab-kernel.service", "ssh.service"])
    run([*in_root, "systemctl", "--quiet", "disable", "chrony.service"])
    # Nothing of the following has a use offline or in a container, and each costs seconds at boot.
    run(
        [*in_root, "systemctl", "--quiet", "mask"]
        + ["apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer"]
        + ["systemd-networkd-wait-online.service", "systemd-firstboot.service", "console-getty.service"]
        + ["snapd.snap-repair.timer", "systemd-update-done.service"]
    )


def _bake_snaps(root: Path, scratch: Path) -> None:
    """Install the snapd and base snaps by booting the image once, where the first waits for a restart of snapd."""
    say("  rootfs: booting it once to install the snapd and base snaps (about 80 s)")
    snaps = base_snaps.make(root, scratch, root / "root")
    nodes = tuple(loops.make_nodes(scratch / "dev"))
    machine = Machine(BAKING, root=root, console=scratch / "console.log", loop_nodes=nodes)
    leader = boot(machine)
    _await_snapd(leader, machine)
    for snap in snaps:
        run_inside(leader, ["snap", "install", "--dangerous", f"/root/{snap.name}"])
        snap.unlink()
    power_off(BAKING, leader)


def _await_snapd(leader: int, machine: Machine) -> None:
    def answers() -> bool:
        return "Done" in run_inside(leader, ["snap", "changes"], check=False)

    if not wait_until(answers, timeout=SNAPD_TIMEOUT, interval=0.3):
        raise LabError(
            f"rootfs: snapd did not answer within {patient(SNAPD_TIMEOUT):.0f} s.\n{console_tail(machine.console)}"
        )


def _forget_first_boot(root: Path) -> None:
    """Drop what the one boot left and every host must have for itself."""
    for pattern in ("var/log/journal/*", "var/lib/systemd/random-seed", "var/lib/apt/lists/*", "var/cache/apt/*.bin"):
        for path in root.glob(pattern):
            remove(path)
    (root / "etc/machine-id").write_text("")
