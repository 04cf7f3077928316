#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_image
short_description: Side-load container images into a host's MicroK8s
version_added: 0.1.0
description:
  - Copies image archives from the controller and imports them into containerd, for hosts that reach no registry.
  - An archive that was imported before, and whose images containerd still has under the same digests, is neither
    copied nor imported again. Archives are copied one at a time, and each copy is removed after its import.
  - An archive whose images are for other processors than the host's is refused before it is copied.
author: rosfleet contributors (@rosfleet)
options:
  src:
    description: >-
      The archives on the controller (C(docker save) or OCI layout, tar files). A relative path begins in the folder in which
      C(ansible-playbook) was started.
    type: list
    elements: path
    required: true
  timeout:
    description: Seconds that an import may take, and that containerd may take to answer after an installation.
    type: int
    default: 600
  checksums:
    description: SHA-256 of each archive of O(src). Set by the action plugin.
    type: list
    elements: str
  seen:
    description: >-
      What M(rosfleet.cluster.fleet_look) has seen of the host's images. Where nothing is missing by it the host is not asked
      again. Used by the action plugin.
    type: dict
  path:
    description: A copy of the only archive of O(src) on the host. Set by the action plugin; without it the module only asks.
    type: path
attributes:
  check_mode: {description: Asks whether the images are there., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Bring the robots their images without a registry
  rosfleet.cluster.microk8s_image:
    src: [images/talker.tar, images/listener.tar]
"""

RETURN = r"""
images:
  description: The images of the archives, by name, with the digest under which containerd has them.
  returned: success
  type: dict
  sample: {"my/talker:1": "sha256:2f1c…"}
missing:
  description: The archives whose images were not all there.
  returned: success
  type: list
  elements: str
  sample: [/home/me/fleet/images/talker.tar]
architecture:
  description: What the host's programs are built for; empty where that is not known.
  returned: success
  type: str
  sample: arm64
"""

import json
import os
import tarfile

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.images import (
    LIST,
    RECORD,
    brought_by,
    find_images,
    listed_images,
    missing_archives,
    names_in_archive,
    read_record,
)
from ..module_utils._microk8s.machine import MachineFiles, architecture
from ..module_utils._replacing import replace_file
from ..module_utils._waiting import wait_until


class ImageError(Exception):
    """The archive or containerd did not do; the text says which and what next."""


def containerd_images(timeout: float) -> dict:
    """{name: digest} of this host's images; waits up to `timeout` s for containerd, which starts after an install."""
    outcome, _waited = wait_until(lambda: run(LIST, timeout=60), lambda answer: answer.rc == 0, timeout)
    if outcome.rc != 0:
        raise ImageError(
            f"containerd does not answer: {outcome.output.strip()[-300:]}. "
            "Look at: journalctl -u snap.microk8s.daemon-containerd -n 50"
        )
    return listed_images(outcome.stdout)


def import_archive(path: str, before: dict, timeout: float) -> dict:
    """Import the archive; {name: digest} of what it brought. `before`: {name: digest} of what the host had until now."""
    try:
        names = names_in_archive(path)
    except (tarfile.TarError, KeyError, ValueError) as exc:
        raise ImageError(f"the archive is neither of `docker save` nor an OCI layout ({exc})") from exc
    if not names:
        raise ImageError("the archive names no image; save it by name (docker save -o x.tar name:tag), not by id")
    outcome = run([paths.COMMAND, "ctr", "image", "import", path], timeout=timeout)
    if outcome.rc != 0 or outcome.timed_out:
        raise ImageError(
            f"containerd did not import it: {outcome.output.strip()[-300:] or 'time was up'}. Look at: df -h /var"
        )
    images = containerd_images(timeout)
    found = {name: find_images(images, name, before) for name in names}
    missing = sorted(name for name, listed in found.items() if not listed)
    if missing:
        raise ImageError(f"containerd said yes and does not list {', '.join(missing)}")
    return {each: images[each] for listed in found.values() for each in listed}


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "src": {"type": "list", "elements": "path", "required": True},
            "timeout": {"type": "int", "default": 600},
            "checksums": {"type": "list", "elements": "str"},
            "seen": {"type": "dict"},
            "path": {"type": "path"},
        },
        supports_check_mode=True,
    )
    timeout, path = module.params["timeout"], module.params["path"]
    archives = dict(zip(module.params["src"], module.params["checksums"] or []))
    installed = os.path.exists(paths.COMMAND)
    if not installed and not module.check_mode:
        module.fail_json(msg="MicroK8s is not installed on this host, so there is no containerd to import images into")
    brought = {}
    try:
        record = read_record(Files())
        there = containerd_images(timeout) if installed else {}
        missing = missing_archives(archives, record, there)
        if missing and path and not module.check_mode:
            brought = import_archive(path, there, timeout)
            record[archives[missing[0]]] = brought
            replace_file(module, RECORD, (json.dumps(record, indent=1, sort_keys=True) + "\n").encode())
    except ImageError as exc:
        module.fail_json(msg=f"{', '.join(archives)}: {exc}")
    except OSError as exc:
        module.fail_json(
            msg=f"{', '.join(archives)}: not brought to this host: {exc}. Fix: see to the disk of what is named (df -h), and "
            "run the playbook again"
        )
    module.exit_json(
        changed=bool(brought),
        missing=missing,
        images=brought_by(archives.values(), record),
        architecture=architecture(MachineFiles()),
    )


if __name__ == "__main__":
    main()
