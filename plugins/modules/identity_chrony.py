#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: identity_chrony
short_description: "[internal] What the fleet adds to a host's chrony"
version_added: 0.1.0
description:
  - Keeps a block of lines at the end of chrony's configuration, checks the whole before it is written, and restarts chrony.
    A restart that a killed playbook did not come to, or that failed, is made up for.
  - When chrony does not start with it, the former configuration is put back and the module fails.
author: rosfleet contributors (@rosfleet)
options:
  block:
    description: The lines.
    type: str
    default: ""
  state:
    description: V(absent) takes the block out, where there is a chrony.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode: {description: Says whether the file would change., support: full}
  diff_mode: {description: Shows the file before and after., support: full}
"""

EXAMPLES = r"""
- name: Take the time from the base station
  rosfleet.cluster.identity_chrony:
    block: server 192.168.8.10 iburst prefer trust
"""

RETURN = r"""
service:
  description: The service that reads the file; empty where there is no chrony.
  returned: success
  type: str
  sample: chrony.service
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _restarting
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._file_sync import Change, told
from ..module_utils._files import Files
from ..module_utils._identity.chrony import SERVICES, is_version_3, with_block
from ..module_utils._restarting import PutBack, ServiceError

PATIENCE_S = 60


class RefusedError(Exception):
    """A configuration that chrony does not take; the text is what it says."""


def check(module: AnsibleModule, text: str) -> None:
    """Raises RefusedError.

    The lines go to chronyd one by one, as AppArmor keeps it from reading files of ours.
    """
    chronyd = module.get_bin_path("chronyd", required=True)
    outcome = run([chronyd, "-p", *text.splitlines()], timeout=PATIENCE_S)
    if outcome.rc != 0 and not is_version_3(run([chronyd, "-v"], timeout=PATIENCE_S).output):
        raise RefusedError(outcome.output.strip()[-300:] or "nothing")


def restart(module: AnsibleModule, service: str) -> None:
    """Raises ServiceError."""
    outcome = run([module.get_bin_path("systemctl", required=True), "restart", service], timeout=PATIENCE_S)
    if outcome.rc != 0:
        raise ServiceError(
            f"systemctl restart {service} said: {outcome.output.strip().rstrip('.')[-300:] or 'nothing'}"
        )


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "block": {"type": "str", "default": ""},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    files, present = Files(), module.params["state"] == "present"
    path = next((path for path in SERVICES if files.exists(path)), None)
    if path is None:
        if present and not module.check_mode:
            module.fail_json(msg=f"There is none of {' and '.join(SERVICES)} on this host. Fix: install chrony")
        module.exit_json(changed=present, service="")
    service, block = SERVICES[path], module.params["block"] if present else ""
    change = Change.of(path, lambda text: with_block(text, block), path=files.path(path))
    owed = service in _restarting.due()
    try:
        if (change.due or owed) and not module.check_mode:
            check(module, change.after)
            _restarting.carry_out(
                module,
                [service],
                lambda: change.write(module),
                (lambda: change.undo(module)) if change.due else None,
                lambda: restart(module, service),
            )
    except RefusedError as exc:
        module.fail_json(
            msg=f"chrony does not take what {path} would be, nothing was changed. It said: {exc}. Fix: see to {path}"
        )
    except ServiceError as exc:
        back = f"The former {path} is back, and in use. " if isinstance(exc, PutBack) else ""
        module.fail_json(
            msg=f"chrony does not start with its new configuration: {exc}. {back}Fix: journalctl -u {service} -n 50"
        )
    module.exit_json(**told([change], owed=owed), service=service)


if __name__ == "__main__":
    main()
