#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_ha_info
short_description: "[internal] The members of a MicroK8s cluster's database, as a control plane sees them live"
version_added: 0.1.0
description:
  - Runs C(microk8s status), bounded in time, which asks the database itself; the files of a control plane lag behind.
  - Never fails because a cluster is unwell, RV(ha.problem) says it.
author: rosfleet contributors (@rosfleet)
options:
  wait_for:
    description: >-
      Addresses to wait for, until each is a member and, with three or more of them, three of them vote. The database
      gives a new member its vote within half a minute.
    type: list
    elements: str
    default: []
  timeout:
    description: Seconds to wait for them. A cluster that runs and has them all is answered at once.
    type: int
    default: 60
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: See who keeps the cluster's state
  rosfleet.cluster.microk8s_ha_info:
  become: true
"""

RETURN = r"""
ha:
  description: The cluster's database.
  returned: success
  type: dict
  contains:
    running: {description: Whether the API answers and some Node is Ready., type: bool}
    problem: {description: Why it is not running., type: str}
    members:
      description: Its members with C(address) and C(role), which is V(voter), V(standby) or V(spare).
      type: list
      elements: dict
    highly_available: {description: Whether it outlives the loss of one voter., type: bool}
"""

from dataclasses import asdict

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.status import VOTERS, Status, parse_status
from ..module_utils._waiting import REAL_CLOCK, Clock, wait_until

ONE_CALL_S = 45.0


def ask() -> Status:
    """What `microk8s status` says, within ONE_CALL_S."""
    try:
        outcome = run([paths.COMMAND, "status", "--format", "yaml"], timeout=ONE_CALL_S)
    except FileNotFoundError:
        return Status(False, problem="MicroK8s is not installed")
    if outcome.timed_out:
        return Status(False, problem=f"microk8s status did not end within {ONE_CALL_S:.0f} s")
    return parse_status(outcome.output)


def await_members(wanted: list[str], timeout: float, *, ask=ask, clock: Clock = REAL_CLOCK) -> Status:
    """The status once every address in `wanted` is a member and enough of them vote, else as it was when time was up."""
    addresses = set(wanted)
    enough = VOTERS if len(addresses) >= VOTERS else 0

    def complete(status: Status) -> bool:
        listed = {member.address for member in status.members}
        return addresses <= listed and len(addresses.intersection(status.voters)) >= enough

    status, _waited = wait_until(ask, complete, timeout, clock=clock, interval=2.0)
    return status


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "wait_for": {"type": "list", "elements": "str", "default": []},
            "timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    status = await_members(module.params["wait_for"], module.params["timeout"])
    module.exit_json(
        changed=False,
        ha={
            "running": status.running,
            "problem": status.problem,
            "members": [asdict(member) for member in status.members],
            "highly_available": status.highly_available,
        },
    )


if __name__ == "__main__":
    main()
