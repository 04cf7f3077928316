#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_purge
short_description: "[internal] Remove MicroK8s from a host with all its data, its keys first"
version_added: 0.1.0
description:
  - Stops MicroK8s, overwrites the private keys and credentials of the cluster, removes the snap with its data, and forgets
    the snapshots of it that snapd keeps (a snap that is removed without C(--purge) leaves its keys in one).
  - Refuses, before anything is changed, when something is mounted below MicroK8s' data that is not MicroK8s' own, such as
    a pod's volume on a NAS.
  - Overwriting helps on disks that write in place; on flash only destroying the cluster's certificate authority does.
author: rosfleet contributors (@rosfleet)
options:
  timeout:
    description: Seconds after which the removal is ended.
    type: int
    default: 300
attributes:
  check_mode: {description: Removes nothing and predicts the change or the refusal., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Make a host clean
  rosfleet.cluster.microk8s_purge:
"""

RETURN = r"""#"""

import errno
import glob
import os
import re
import secrets
import shlex
import stat

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import mounts, paths

# Below each revision of the snap; nowhere else are keys of the cluster.
SECRET_FOLDERS = ("certs", "credentials", "var/kubernetes/backend")
SECRET_FILE = re.compile(r".*\.key(\.backup)?|.*\.config|.*token.*\.(txt|csv)")


class NotRemoved(Exception):
    """MicroK8s was not, or not wholly, removed; the text says how far it came, why, and what next."""


def secret_files(root: str) -> list[str]:
    """The files of a MicroK8s whose data are in `root`, a real path, that let somebody into the cluster.

    Links are not followed, `current` among them, and a folder on another device than `root` is left out.
    """
    tops = (path for name in SECRET_FOLDERS for path in glob.glob(os.path.join(glob.escape(root), "*", name)))
    device = os.lstat(root).st_dev
    found = []
    for top in (path for path in tops if os.path.realpath(path) == path):
        for folder, folders, files in os.walk(top):
            if os.lstat(folder).st_dev != device:
                folders.clear()
                continue
            here = [os.path.join(folder, name) for name in files if SECRET_FILE.fullmatch(name)]
            found += [path for path in here if stat.S_ISREG(os.lstat(path).st_mode)]
    return found


def overwrite(path: str) -> None:
    """Write over a file's bytes in place, and see them to the disk."""
    with open(os.open(path, os.O_WRONLY | os.O_NOFOLLOW), "wb", buffering=0) as stream:
        stream.write(secrets.token_bytes(os.fstat(stream.fileno()).st_size))
        os.fsync(stream.fileno())


def remove_tree(root: str) -> None:
    """Remove a folder with all that is in it, but never what is on another device. Raises OSError.

    Only folders are compared: on an overlay, as of a robot that keeps its root read-only, files have other numbers.
    """
    device = os.lstat(root).st_dev

    def empty(folder: str) -> None:
        if os.lstat(folder).st_dev != device:
            raise OSError(errno.EXDEV, "it is on another device", folder)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    empty(entry.path)
                    os.rmdir(entry.path)
                else:
                    os.unlink(entry.path)

    empty(root)
    if not os.path.ismount(root):  # a disk of its own for MicroK8s stays, empty
        os.rmdir(root)


def snapshots(saved: str) -> list[str]:
    """The ids of MicroK8s' snapshots in what `snap saved` printed."""
    rows = [line.split() for line in saved.splitlines()]
    return [row[0] for row in rows if len(row) > 1 and row[0].isdigit() and row[1] == "microk8s"]


def read_mounts() -> list[mounts.Mount]:
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as stream:
        return mounts.parse(stream.read())


def refuse_foreign(root: str, so_far: str) -> None:
    """Raises NotRemoved when something is mounted below MicroK8s' data that belongs to somebody else."""
    foreign = mounts.foreign(read_mounts(), root)
    if not foreign:
        return
    logs = {uid: Files().matching(f"/var/log/pods/*_{uid}") for uid in {mount.pod for mount in foreign if mount.pod}}
    pods = {uid: "/".join(os.path.basename(found[0]).split("_")[:2]) for uid, found in logs.items() if found}
    points = " ".join(shlex.quote(mount.point) for mount in reversed(foreign))
    raise NotRemoved(
        f"{so_far}: what is mounted below {root} is not MicroK8s' own, and would be deleted with it: "
        f"{'; '.join(mounts.told(mount, pods) for mount in foreign)}. Fix: end the pods that use it (on a control plane host: "
        f"microk8s kubectl drain NODE --ignore-daemonsets --delete-emptydir-data), or unmount it (umount {points}), and run "
        "the playbook again"
    )


def call_snap(so_far: str, timeout: int, *words: str) -> None:
    """Run `snap` with `words`. Raises NotRemoved."""
    outcome = run(["snap", *words], timeout=timeout)
    if outcome.timed_out or outcome.rc != 0:
        said = outcome.output.strip()[-600:] or f"nothing for {timeout} s"
        raise NotRemoved(
            f"{so_far}. snap {words[0]} said: {said}. Fix: snap changes; reboot the host when something keeps its mounts, and "
            "run the playbook again"
        )


def wipe(root: str) -> None:
    """Overwrite the keys and credentials. Raises NotRemoved."""
    try:
        for path in secret_files(root):
            overwrite(path)
    except OSError as exc:
        raise NotRemoved(
            f"MicroK8s is stopped, but was not removed, as not all of its keys could be overwritten: {exc}. Fix: make {root} "
            "writable for root (a disk with errors is mounted read-only: dmesg), and run the playbook again"
        ) from exc


def remove_rest(root: str) -> None:
    """Remove what of MicroK8s' data snapd left. Raises NotRemoved."""
    left = mounts.below(read_mounts(), root)
    why = f"still mounted: {', '.join(mount.point for mount in left)}"
    if not left:
        try:
            remove_tree(root)
            return
        except OSError as exc:
            why = str(exc)
    raise NotRemoved(
        f"MicroK8s is removed and its keys are overwritten, but {root} is not empty: {why}. Fix: reboot the host and run the "
        "playbook again"
    )


def purge(check_mode: bool, timeout: int) -> bool:
    """Remove MicroK8s; whether there was anything of it. Raises NotRemoved, SnapdError and OSError."""
    root = os.path.realpath(paths.SNAP_ALL_DATA)
    data = os.path.isdir(root) and bool(os.listdir(root))
    if not data and not os.path.exists(_snapd.SOCKET):
        return False  # a host that never had snapd, or has it no more
    installed = _snapd.installed_snap("microk8s") is not None
    kept = snapshots(run(["snap", "saved"], timeout=60).stdout)
    if not (installed or kept or data):
        return False
    refuse_foreign(root, "MicroK8s was not removed and nothing was changed")
    if check_mode:
        return True
    _snapd.await_idle("microk8s", timeout)
    if installed and _snapd.active_services("microk8s"):
        call_snap("MicroK8s was not removed; its keys and data are as they were", timeout, "stop", "microk8s")
    # Until now a pod could be given a volume.
    refuse_foreign(root, "MicroK8s is stopped, but was not removed; its keys and data are as they were")
    if data:
        wipe(root)
    if installed:
        refuse_foreign(root, "MicroK8s is stopped and its keys are overwritten, but it was not removed")
        call_snap(
            "MicroK8s was not removed, its keys are overwritten already", timeout, "remove", "--purge", "microk8s"
        )
    for snapshot in kept:
        call_snap(
            "MicroK8s is removed, but not the snapshot of it that snapd keeps", 60, "forget", snapshot, "microk8s"
        )
    if os.path.isdir(root):
        remove_rest(root)
    return True


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"timeout": {"type": "int", "default": 300}}, supports_check_mode=True)
    try:
        module.exit_json(changed=purge(module.check_mode, module.params["timeout"]))
    except NotRemoved as exc:
        module.fail_json(msg=f"{exc}.")
    except _snapd.SnapdError as exc:
        module.fail_json(msg=f"MicroK8s was not removed: {exc}")


if __name__ == "__main__":
    main()
