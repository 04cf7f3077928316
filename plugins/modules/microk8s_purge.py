#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_purge
short_description: Remove MicroK8s from a host with all its data, its keys first
version_added: 0.1.0
description:
  - Overwrites the private keys and credentials of the cluster, removes the snap with its data, and forgets the snapshots
    of it that snapd keeps (a snap that is removed without C(--purge) leaves its keys in one).
  - Overwriting helps on disks that write in place; on flash only destroying the cluster's certificate authority does.
author: rosfleet contributors (@rosfleet)
options:
  timeout:
    description: Seconds after which the removal is ended.
    type: int
    default: 300
attributes:
  check_mode: {description: Removes nothing and predicts the change., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Make a host clean
  rosfleet.cluster.microk8s_purge:
"""

RETURN = r"""#"""

import os
import re
import secrets
import shutil

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._microk8s import paths

SECRET_FILE = re.compile(r".*\.key(\.backup)?|.*\.config|.*token.*\.(txt|csv)")


def secret_files(root: str) -> list[str]:
    """The files below `root` that let somebody into the cluster; links are not followed."""
    found = []
    for folder, _folders, files in os.walk(root):
        paths_here = [os.path.join(folder, name) for name in files if SECRET_FILE.fullmatch(name)]
        found += [path for path in paths_here if not os.path.islink(path)]
    return found


def overwrite(path: str) -> None:
    """Write over a file's bytes in place, and see them to the disk."""
    with open(path, "r+b", buffering=0) as stream:
        stream.write(secrets.token_bytes(os.path.getsize(path)))
        os.fsync(stream.fileno())


def snapshots(saved: str) -> list[str]:
    """The ids of MicroK8s' snapshots in what `snap saved` printed."""
    rows = [line.split() for line in saved.splitlines()]
    return [row[0] for row in rows if len(row) > 1 and row[0].isdigit() and row[1] == "microk8s"]


def main() -> None:
    module = AnsibleModule(argument_spec={"timeout": {"type": "int", "default": 300}}, supports_check_mode=True)
    timeout = module.params["timeout"]
    try:
        installed = _snapd.installed_snap("microk8s") is not None
        kept = snapshots(run(["snap", "saved"], timeout=60).stdout)
        if not installed and not kept and not os.path.exists(paths.SNAP_ALL_DATA):
            module.exit_json(changed=False)
        if module.check_mode:
            module.exit_json(changed=True)
        _snapd.await_idle("microk8s", timeout)
    except _snapd.SnapdError as exc:
        module.fail_json(msg=f"MicroK8s was not removed: {exc}")
    for path in secret_files(paths.SNAP_ALL_DATA):
        overwrite(path)
    if installed:
        outcome = run(["snap", "remove", "--purge", "microk8s"], timeout=timeout)
        if outcome.timed_out or outcome.rc != 0:
            said = outcome.output.strip()[-600:] or f"nothing for {timeout} s"
            module.fail_json(
                msg=f"MicroK8s was not removed, its keys are overwritten already. snap said: {said}. Fix: snap changes; "
                "reboot the host when something keeps its mounts, and run the playbook again."
            )
    for snapshot in kept:
        run(["snap", "forget", snapshot, "microk8s"], timeout=60)
    shutil.rmtree(paths.SNAP_ALL_DATA, ignore_errors=True)
    if os.path.exists(paths.SNAP_ALL_DATA):
        module.fail_json(
            msg=f"MicroK8s is removed, but {paths.SNAP_ALL_DATA} is not empty: something is still mounted or open there. "
            "Fix: reboot the host and run the playbook again."
        )
    module.exit_json(changed=True)


if __name__ == "__main__":
    main()
