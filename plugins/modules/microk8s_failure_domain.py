#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_failure_domain
short_description: The failure domain of a MicroK8s control plane
version_added: 0.1.0
description:
  - MicroK8s spreads the voters of its database over the failure domains it is told. A change restarts the control plane's
    services, so do one control plane after the other.
author: rosfleet contributors (@rosfleet)
options:
  domain:
    description: The number of the failure domain (a rack, a room, a power supply), from 1.
    type: int
    required: true
attributes:
  check_mode: {description: Changes nothing and predicts the change., support: full}
  diff_mode: {description: Shows the setting before and after., support: full}
"""

EXAMPLES = r"""
- name: This one stands in the second room
  rosfleet.cluster.microk8s_failure_domain:
    domain: 2
"""

RETURN = r"""#"""

import os
import re

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._replacing import replace_file

PATIENCE_S = 120
# The first copies the setting to where the second, the database, reads it when it starts.
SERVICES = ("microk8s.daemon-kubelite", "microk8s.daemon-k8s-dqlite")


def with_domain(text: str, domain: int) -> str:
    """The text of args/ha-conf with exactly one line for the failure domain."""
    kept = [line for line in text.splitlines() if not re.match(r"\s*failure-domain\s*=", line)]
    return "".join(f"{line}\n" for line in [*kept, f"failure-domain={domain}"])


def main() -> None:
    module = AnsibleModule(argument_spec={"domain": {"type": "int", "required": True}}, supports_check_mode=True)
    domain = module.params["domain"]
    if domain < 1:
        module.fail_json(msg=f"A failure domain is a number from 1, not {domain}. Fix: membership_failure_domain: 1")
    before = Files().text(paths.HA_CONF)
    if before is None:
        # In check mode MicroK8s may be about to be installed.
        if module.check_mode:
            module.exit_json(changed=True)
        module.fail_json(msg=f"{paths.HA_CONF} is missing. Fix: this MicroK8s runs without ha-cluster, enable it")
    after = with_domain(before, domain)
    result = {"changed": after != before, "diff": {"before": before, "after": after}}
    if module.check_mode or not result["changed"]:
        module.exit_json(**result)
    try:
        _snapd.await_idle("microk8s", PATIENCE_S)
        replace_file(module, paths.HA_CONF, after.encode())
    except _snapd.SnapdError as exc:
        module.fail_json(msg=str(exc))
    except OSError as exc:
        folder = os.path.dirname(paths.HA_CONF)
        module.fail_json(
            msg=f"{paths.HA_CONF} was not written, the failure domain is as before: {exc}. Fix: make room for it, or make it "
            f"writable for root: df -h {folder}; lsattr -d {folder}"
        )
    for service in SERVICES:
        outcome = run(["snap", "restart", service], timeout=PATIENCE_S)
        if outcome.timed_out or outcome.rc != 0:
            replace_file(module, paths.HA_CONF, before.encode())
            module.fail_json(
                msg=f"{service} did not restart with failure domain {domain}, the setting is as before: "
                f"{outcome.output.strip()[-300:]}. Fix: snap services microk8s; journalctl -u snap.{service} -n 50"
            )
    module.exit_json(**result)


if __name__ == "__main__":
    main()
