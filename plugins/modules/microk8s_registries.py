#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_registries
short_description: "[internal] Where MicroK8s' containerd finds the images of a registry"
version_added: 0.1.0
description:
  - Writes containerd's C(hosts.toml) for each registry in O(registries) and removes those that this module wrote before
    for others. A file of MicroK8s or of somebody else is kept beside ours and comes back when ours goes; for registries
    that are not in O(registries) it is left alone.
  - containerd reads them at every pull; nothing is restarted.
author: rosfleet contributors (@rosfleet)
options:
  registries:
    description: >-
      By the registry's name (host, with a port if it has one), a dictionary with C(mirrors), a list of C(url),
      C(capabilities) (V(pull), V(resolve), V(push)), C(skip_verify), C(ca) (a file on the host) and C(override_path) in
      the order in which they are asked, and C(server), the registry itself.
    type: dict
    required: true
attributes:
  check_mode: {description: Says which files would change., support: full}
  diff_mode: {description: Shows each file., support: full}
"""

EXAMPLES = r"""
- name: Robots pull from a mirror on their own LAN first
  rosfleet.cluster.microk8s_registries:
    registries:
      registry.example.org:
        mirrors:
          - {url: "http://192.168.8.10:5000"}
"""

RETURN = r"""#"""

import os
from contextlib import suppress
from typing import Mapping

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._file_sync import Change, read, told
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.registries import RegistryError, hosts_toml, is_ours, mirrored

# What was there before; MicroK8s itself brings a file for the registry that everybody uses.
KEPT = "hosts.toml.before-rosfleet"


def changes(files: Files, wanted: Mapping[str, str]) -> dict[str, Change]:
    """{registry: its file} of those that are wanted and of those that we wrote, which become what was there before."""
    found = {}
    for registry in sorted({*mirrored(files), *wanted}):
        folder = f"{paths.REGISTRIES}/{registry}"
        after = wanted.get(registry) or read(f"{folder}/{KEPT}")
        found[registry] = Change(f"{folder}/hosts.toml", read(f"{folder}/hosts.toml"), after)
    return found


def put(module: AnsibleModule, change: Change) -> None:
    """Put our file there, readable as MicroK8s' own are; one of somebody else is kept."""
    folder = os.path.dirname(change.name)
    group = os.stat(paths.ARGUMENTS).st_gid
    if change.before is not None and not is_ours(change.before):
        os.replace(change.name, f"{folder}/{KEPT}")
    change.write(module)
    for path, mode in ((folder, 0o770), (change.name, 0o660)):
        os.chown(path, 0, group)
        os.chmod(path, mode)


def take_away(module: AnsibleModule, change: Change) -> None:
    """Take our file away, and its folder where nothing else is in it; what was there before comes back as it was."""
    folder = os.path.dirname(change.name)
    if change.after is not None:
        os.replace(f"{folder}/{KEPT}", change.name)
        return
    change.write(module)
    with suppress(OSError):
        os.rmdir(folder)


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"registries": {"type": "dict", "required": True}}, supports_check_mode=True)
    try:
        wanted = {name: hosts_toml(name, declared or {}) for name, declared in module.params["registries"].items()}
    except RegistryError as exc:
        module.fail_json(msg=str(exc))
    changed = changes(Files(), wanted)
    for name, change in changed.items():
        if change.due and not module.check_mode:
            (put if name in wanted else take_away)(module, change)
    module.exit_json(**told(changed.values()))


if __name__ == "__main__":
    main()
