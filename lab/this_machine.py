# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of this machine that decide whether it can run the lab; what they mean is in lab/preflight.py."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from lab.cache import REPO, cache_root
from lab.fleet import cgroups
from lab.fleet.shell import LabError
from lab.fleet.state import lock
from lab.preflight import Machine, Wanted, lacks
from lab.requirements import ensure_debian

TOOLS = ["iproute2", "kmod", "nftables", "openssh-client", "procps", "systemd-container", "util-linux"]
GO_MODULES = REPO / "standin" / "go"
BUILT_LAST = "microk8s.snap"  # of what Go compiles
NODES = ("/dev/loop-control", "/dev/fuse", "/dev/kmsg")
FILESYSTEMS = ("overlay", "squashfs")
# Of br_netfilter, which no host can load that is not the machine itself.
BRIDGE_FILTER = Path("/proc/sys/net/bridge/bridge-nf-call-iptables")
# Made in a network namespace that ends with the command.
LINKS = {
    "bridge": "type bridge",
    "veth": "type veth peer name other",
    "macvlan": "link base type macvlan",
    "vxlan": "type vxlan id 1 dstport 4789",
}


def check(*, compiles: bool, hosts: int = 0) -> None:
    """Raise LabError with all that this machine lacks for compiling what is not there yet, and for hosts with MicroK8s."""
    go = go_wanted() if compiles and not (cache_root() / "lab" / BUILT_LAST).exists() else ""
    found = lacks(read(), Wanted(go, hosts))
    if found:
        raise LabError("\n".join(["this machine cannot run the lab yet:", *(f"  - {sentence}" for sentence in found)]))


def read() -> Machine:
    """What there is. Debian packages that the lab calls are installed, if that is possible."""
    is_linux, is_root = platform.system() == "Linux", os.geteuid() == 0
    is_debian_like = all(map(shutil.which, ("apt-get", "dpkg-query")))
    no_privileges = _complaint("unshare", "--mount", "--net", "true") if is_linux and is_root else ""
    may_look = is_linux and is_root and is_debian_like and not no_privileges
    if may_look:
        ensure_debian(TOOLS)
    return Machine(
        system=platform.system(),
        is_root=is_root,
        is_debian_like=is_debian_like,
        go=_go(),
        no_controller=_no_controller(),
        disk_free=shutil.disk_usage(_existing(cache_root())).free,
        memory=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        no_privileges=no_privileges,
        no_groups=_no_groups() if may_look else "",
        absent_nodes=tuple(node for node in NODES if not _opens(node)) if may_look else (),
        kernel=platform.release(),
        absent_features=tuple(_absent_features()) if may_look else (),
    )


def go_wanted() -> str:
    """The newest version of Go that a module asks for."""
    lines = [line for path in GO_MODULES.glob("*/go.mod") for line in path.read_text().splitlines()]
    versions = [line.split()[1] for line in lines if line.startswith("go ")]
    return max(versions, key=lambda version: [int(part) for part in version.split(".")])


def _go() -> str:
    """The version that compiles our modules, which may be another than that of the program ``go`` itself."""
    module = next(path.parent for path in GO_MODULES.glob("*/go.mod") if f"go {go_wanted()}\n" in path.read_text())
    try:
        answer = subprocess.run(["go", "env", "GOVERSION"], cwd=module, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return answer.stdout.strip().removeprefix("go")


def _no_controller() -> str:
    """Why Ansible cannot be had here; nothing where it has been had once."""
    if any((REPO / ".venv").glob("ansible-*/stamp")):
        return ""
    return _complaint(sys.executable, str(REPO / "tools" / "cores.py"), "default")


def _no_groups() -> str:
    try:
        with lock():
            cgroups.version().open()
            cgroups.release()
    except LabError as exc:
        return str(exc)
    return ""


def _absent_features() -> list[str]:
    for name in FILESYSTEMS:
        _complaint("unshare", "--mount", "mount", "-t", name, "none", "/mnt")  # fails; the kernel looks for its module
    _complaint("modprobe", "br_netfilter")
    known = {line.split()[-1] for line in Path("/proc/filesystems").read_text().splitlines()}
    base = "ip link add base type veth peer name end && ip link add test"
    links = [name for name, words in LINKS.items() if _complaint("unshare", "--net", "sh", "-c", f"{base} {words}")]
    bridges = [] if BRIDGE_FILTER.exists() else ["br_netfilter"]
    tables = ["nf_tables"] if _complaint("unshare", "--net", "nft", "add", "table", "inet", "test") else []
    return [*(name for name in FILESYSTEMS if name not in known), *links, *tables, *bridges]


def _complaint(*command: str) -> str:
    """The last line of what a command says when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    words = (done.stderr or done.stdout).strip().splitlines() or [f"status {done.returncode}"]
    return words[-1] if done.returncode else ""


def _opens(node: str) -> bool:
    try:
        os.close(os.open(node, os.O_RDWR))
    except OSError:
        return False
    return True


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
