#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: identity_regenerate
short_description: "[internal] Give a cloned host a machine-id and SSH host keys of its own"
version_added: 0.1.0
description:
  - Makes new only what is still the value that was found shared; a host that is unique already is left alone.
  - New SSH host keys are complete on the disk before they take the place of the old ones, and sshd reloads them.
    Connections that are open stay open. What a run that was cut off left undone, the next one does.
  - Private keys are made on the host, never leave it, and are in no output.
author: rosfleet contributors (@rosfleet)
options:
  machine_id:
    description: The machine-id that this host shares with another; empty to leave the machine-id alone.
    type: str
    default: ""
  ssh_host_keys:
    description: The fingerprints (C(SHA256:...)) of SSH host keys that this host shares with another.
    type: list
    elements: str
    default: []
attributes:
  check_mode: {description: Says what would be made anew., support: full}
  diff_mode:
    description: Shows the machine-id and the fingerprints; in check mode, those to come are unknown.
    support: full
"""

EXAMPLES = r"""
- name: Give this clone a face of its own
  rosfleet.cluster.identity_regenerate:
    machine_id: 5b0a1f0c2e8d4c1f9d3a7e6b5c4d3e2f
    ssh_host_keys: ["SHA256:uNiVztksCsDhcc0u9e8BrrQXVUpMx0qRmqwvvdJvcHw"]
  become: true
"""

RETURN = r"""
regenerated:
  description: What was made anew, V(machine_id) and the paths of private SSH host keys.
  returned: success
  type: list
  elements: str
  sample: [machine_id, /etc/ssh/ssh_host_ed25519_key]
machine_id:
  description: The machine-id now.
  returned: success
  type: str
ssh_host_keys:
  description: All public SSH host keys now, as in M(rosfleet.cluster.identity_info).
  returned: success
  type: list
  elements: dict
notes:
  description: What else there is to know, in sentences.
  returned: success
  type: list
  elements: str
  sample:
    - >-
      Programs that run keep the old machine-id until this host reboots; a DHCP server that knows hosts by it may then
      give this one another address
"""

import glob
import os
import shutil
import signal
import tempfile

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._identity import regenerate, ssh_keys
from ..module_utils._replacing import replace_file

# While it is there, sshd may still show old keys. Gone after a reboot, as are the old keys in sshd's memory.
RELOAD_DUE = "/run/rosfleet-sshd-reload"
MAKING = ".rosfleet_key_"
KEYGEN_TIMEOUT = 120  # an RSA key on a small board
SYSTEMCTL_TIMEOUT = 60
UNKNOWN = "(a new one)"

NOTE_REBOOT = (
    "Programs that run keep the old machine-id until this host reboots; a DHCP server that knows hosts by it may then "
    "give this one another address"
)
NOTE_NO_SSHD = "No running sshd was found to reload; it shows the new keys once it is started again"
NOTE_HEALED = "sshd was reloaded, since an earlier run had made new keys and was cut off before it did"


def replace_machine_id(module: AnsibleModule, files: Files) -> None:
    fresh = regenerate.new_machine_id()
    for name in regenerate.machine_id_files(files):
        replace_file(module, name, f"{fresh}\n".encode())


def replace_keys(module: AnsibleModule, keys: list) -> None:
    """Make a key for each of `keys`, and only when all are made let them take their places.

    The public half goes last: while it is the old one, a run that was cut off is done again.
    """
    program = module.get_bin_path("ssh-keygen", required=True)
    folders = []
    try:
        for key in keys:
            folder = os.path.dirname(os.path.realpath(key.private_path))
            for left in glob.glob(os.path.join(folder, f"{MAKING}*")):  # by a run that was cut off
                shutil.rmtree(left)
        for key in keys:
            folders.append(tempfile.mkdtemp(prefix=MAKING, dir=os.path.dirname(os.path.realpath(key.private_path))))
            make_key(program, key, os.path.join(folders[-1], "key"))
        with open(RELOAD_DUE, "w", encoding="utf-8"):
            pass
        for key, folder in zip(keys, folders):
            put_in_place(module, os.path.join(folder, "key"), key.private_path, 0o600)
            put_in_place(module, os.path.join(folder, "key.pub"), key.path, 0o644)
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def make_key(program: str, key: ssh_keys.HostKey, path: str) -> None:
    outcome = run(regenerate.keygen_command(program, key, path), timeout=KEYGEN_TIMEOUT)
    if outcome.rc != 0:
        raise regenerate.RegenerateError(
            f"ssh-keygen made no key in the place of {key.private_path}: {outcome.stderr.strip()}. All keys are as they "
            "were. Fix: see to the disk of this host, then run again"
        )


def put_in_place(module: AnsibleModule, fresh: str, path: str, mode: int) -> None:
    """Rename `fresh` to `path` at the end of its links, once it is on the disk."""
    path = os.path.realpath(path)
    with open(fresh, "rb") as file:
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    os.rename(fresh, path)
    module.set_default_selinux_context(path, False)


def reload_sshd(module: AnsibleModule, files: Files) -> bool:
    """Let the listening sshd read its keys again; False when none is found.

    Where systemd itself listens and no service runs, each connection gets an sshd of its own, which reads them anyway.
    """
    systemctl = module.get_bin_path("systemctl") if files.exists("/run/systemd/system") else None
    active = active_units(systemctl) if systemctl else []
    for unit in (unit for unit in regenerate.SSHD_UNITS if unit in active):
        outcome = run([systemctl, "reload", unit], timeout=SYSTEMCTL_TIMEOUT)
        if outcome.rc != 0:
            raise regenerate.RegenerateError(
                f"The new SSH host keys are there, but {unit} did not reload them: {outcome.output.strip()}. "
                "Fix: see what sshd -t says on this host, then run again"
            )
        return True
    pid = regenerate.listening_sshd(files)
    if pid is not None:
        os.kill(pid, signal.SIGHUP)
    return pid is not None or bool(active)


def active_units(systemctl: str) -> list:
    """Those of sshd's services and sockets that are active."""
    units = (*regenerate.SSHD_UNITS, *regenerate.SSHD_SOCKETS)
    return [unit for unit in units if run([systemctl, "is-active", "--quiet", unit], timeout=SYSTEMCTL_TIMEOUT).rc == 0]


def described(machine_id: str, keys: list) -> str:
    return "".join(
        f"{line}\n" for line in [f"machine-id {machine_id}", *(f"{key.path} {key.fingerprint}" for key in keys)]
    )


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "machine_id": {"type": "str", "default": ""},
            "ssh_host_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
        },
        supports_check_mode=True,
    )
    files = Files()
    machine_id = files.readable_text(regenerate.MACHINE_ID).strip()
    keys = ssh_keys.read_host_keys(files)
    id_is_shared = bool(module.params["machine_id"]) and machine_id == module.params["machine_id"]
    shared_keys = [key for key in keys if key.fingerprint in module.params["ssh_host_keys"]]
    heals = not shared_keys and files.exists(RELOAD_DUE)
    before = described(machine_id, keys)
    notes = [NOTE_REBOOT] if id_is_shared else []
    notes += [
        f"{certificate} certifies a key that is gone. Fix: have the new key signed, or delete it"
        for certificate in regenerate.orphaned_certificates(files, shared_keys)
    ]
    if module.check_mode:
        after = described(UNKNOWN if id_is_shared else machine_id, [key for key in keys if key not in shared_keys])
        after += "".join(f"{key.path} {UNKNOWN}\n" for key in shared_keys)
    else:
        try:
            if shared_keys:
                replace_keys(module, shared_keys)
            if shared_keys or heals:
                notes += [NOTE_HEALED] if heals else []
                notes += [] if reload_sshd(module, files) else [NOTE_NO_SSHD]
                os.unlink(RELOAD_DUE)
            if id_is_shared:
                replace_machine_id(module, files)
        except (OSError, regenerate.RegenerateError) as exc:
            module.fail_json(msg=str(exc))
        machine_id = files.readable_text(regenerate.MACHINE_ID).strip()
        keys = ssh_keys.read_host_keys(files)
        after = described(machine_id, keys)
    module.exit_json(
        changed=id_is_shared or bool(shared_keys) or heals,
        regenerated=["machine_id"] * id_is_shared + [key.private_path for key in shared_keys],
        machine_id=machine_id,
        ssh_host_keys=ssh_keys.as_results(keys),
        notes=notes,
        diff={"before_header": "identity", "after_header": "identity", "before": before, "after": after},
    )


if __name__ == "__main__":
    main()
