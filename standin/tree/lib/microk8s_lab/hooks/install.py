# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a new node: arguments, certificates, kubeconfigs, locks and links. The services start after it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from microk8s_lab import backend, certificates, control_plane, files, launcher, locks, paths, yamlish

SYSCTL = Path("/etc/sysctl.d/10-microk8s.conf")
LIMITS = ("fs.aio-max-nr=1048576", "fs.inotify.max_user_instances=1024", "fs.inotify.max_user_watches=1048576")


def run() -> int:
    """Make the node, once; returns 1 with a reason for a launch configuration that cannot be applied."""
    launch = launcher.given()
    try:
        launcher.parse(launch)
    except launcher.InvalidLaunch as exc:
        print(exc, file=sys.stderr)
        return 1
    if paths.data("var", "lock", "installed.lock").exists():
        return 0
    subprocess.run(["groupadd", "--system", "--force", files.GROUP], check=True)
    _make_folders()
    _copy_arguments()
    with ThreadPoolExecutor() as pool:
        for task in [pool.submit(certificates.create_all), pool.submit(certificates.create_cluster_pair)]:
            task.result()
    files.write(backend.folder() / "init.yaml", yamlish.init_yaml(control_plane.BOOTSTRAP))
    # The agent marks it as applied; having it done before the services start spares them a second start.
    files.write(paths.common("etc", "launcher", "install.yaml"), launch)
    launcher.apply(launch, running=False)
    certificates.create_server()
    _link_outside()
    _set_limits()
    _sideload()
    for lock in locks.INITIAL:
        locks.take(lock)
    return 0


def _make_folders() -> None:
    for name in ("certs", "credentials", "var/lock", "var/kubernetes/backend", "args", "opt/cni/bin"):
        paths.data(name).mkdir(parents=True, exist_ok=True)
    for name in ("etc/launcher", "etc/sideload", "run", "var/lib/kubelet", "var/lib/containerd"):
        paths.common(name).mkdir(parents=True, exist_ok=True)
    for name in ("certs", "credentials", "var/lock", "var/kubernetes/backend"):
        files.share(paths.data(name), 0o770)


def _copy_arguments() -> None:
    args = paths.data("args")
    shutil.copytree(paths.snap("default-args"), args, dirs_exist_ok=True)
    for name in ("certs.d", "cni-network"):
        (args / name).mkdir(exist_ok=True)
    for path in (args, *args.rglob("*")):
        files.share(path, 0o770 if path.is_dir() else 0o660)
    for plugin in paths.snap("opt", "cni", "bin").iterdir():
        link = paths.data("opt", "cni", "bin", plugin.name)
        if not link.is_symlink():
            link.symlink_to(paths.CURRENT_SNAP / "opt" / "cni" / "bin" / plugin.name)


def _link_outside() -> None:
    """Link the usual places to the snap's, where they are free."""
    links = (
        (Path("/var/lib/kubelet"), paths.common("var", "lib", "kubelet")),
        (Path("/etc/cni/net.d"), paths.CURRENT_DATA / "args" / "cni-network"),
        (Path("/opt/cni/bin"), paths.CURRENT_DATA / "opt" / "cni" / "bin"),
    )
    for link, target in links:
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists() and not link.is_symlink():
            link.symlink_to(target)


def _set_limits() -> None:
    SYSCTL.write_text("".join(f"{limit}\n" for limit in LIMITS))
    # A container may not be allowed to: the file then holds for the next boot, as it does for MicroK8s.
    subprocess.run(["sysctl", "-q", "-p", str(SYSCTL)], capture_output=True, check=False)


def _sideload() -> None:
    for archive in sorted(paths.common("sideload").glob("*.tar")):
        shutil.copy(archive, paths.common("etc", "sideload", archive.name))
