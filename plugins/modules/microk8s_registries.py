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

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.registries import RegistryError, hosts_toml, is_ours, mirrored
from ..module_utils._replacing import replace_file

# What was there before; MicroK8s itself brings a file for the registry that everybody uses.
KEPT = "hosts.toml.before-rosfleet"


def changes(files: Files, wanted: dict) -> dict:
    """{registry: (text before, text after)} of the files that would change; an empty text is no file."""
    names = sorted({*mirrored(files), *wanted})
    before = {name: files.text(f"{paths.REGISTRIES}/{name}/hosts.toml") or "" for name in names}
    after = {name: wanted.get(name) or files.text(f"{paths.REGISTRIES}/{name}/{KEPT}") or "" for name in names}
    return {name: (before[name], after[name]) for name in names if after[name] != before[name]}


def write(module: AnsibleModule, registry: str, text: str) -> None:
    """Put the file there, readable as MicroK8s' own are; one of somebody else is kept."""
    folder = f"{paths.REGISTRIES}/{registry}"
    group = os.stat(paths.ARGUMENTS).st_gid
    with suppress(FileNotFoundError):
        with open(f"{folder}/hosts.toml", encoding="utf-8", errors="replace") as handle:
            foreign = not is_ours(handle.read())
        if foreign:
            os.replace(f"{folder}/hosts.toml", f"{folder}/{KEPT}")
    replace_file(module, f"{folder}/hosts.toml", text.encode())
    for path, mode in ((folder, 0o770), (f"{folder}/hosts.toml", 0o660)):
        os.chown(path, 0, group)
        os.chmod(path, mode)


def remove(registry: str) -> None:
    """Take the file away, and its folder where nothing else is in it; what was there before comes back."""
    folder = f"{paths.REGISTRIES}/{registry}"
    if os.path.exists(f"{folder}/{KEPT}"):
        os.replace(f"{folder}/{KEPT}", f"{folder}/hosts.toml")
        return
    os.unlink(f"{folder}/hosts.toml")
    with suppress(OSError):
        os.rmdir(folder)


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"registries": {"type": "dict", "required": True}}, supports_check_mode=True)
    files = Files()
    try:
        wanted = {name: hosts_toml(name, declared or {}) for name, declared in module.params["registries"].items()}
    except RegistryError as exc:
        module.fail_json(msg=str(exc))
    texts = changes(files, wanted)
    if not module.check_mode:
        for name in texts:
            if name in wanted:
                write(module, name, wanted[name])
            else:
                remove(name)
    module.exit_json(
        changed=bool(texts),
        diff=[
            {
                "before_header": f"{paths.REGISTRIES}/{name}/hosts.toml",
                "after_header": f"{paths.REGISTRIES}/{name}/hosts.toml",
                "before": before,
                "after": after,
            }
            for name, (before, after) in texts.items()
        ],
    )


if __name__ == "__main__":
    main()
