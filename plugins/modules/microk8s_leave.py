#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_leave
short_description: "[internal] Take a host out of its MicroK8s cluster"
version_added: 0.1.0
description:
  - Runs C(microk8s leave) bounded in time, and names the cause when it fails. The host becomes a cluster of its own, with
    an empty database.
  - Its Node stays in the cluster it left until M(rosfleet.cluster.microk8s_remove_node) removes it there.
  - A control plane that left still has the certificate authority's key of the cluster it left.
author: rosfleet contributors (@rosfleet)
options:
  timeout:
    description: Seconds after which it is ended; MicroK8s takes up to two minutes.
    type: int
    default: 300
attributes:
  check_mode: {description: Leaves nothing and predicts the change., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Leave the cluster
  rosfleet.cluster.microk8s_leave:
"""

RETURN = r"""
failure:
  description: Why the host did not leave.
  returned: failure
  type: dict
  contains:
    code: {description: The cause in a word., type: str}
    cause: {description: The cause in a sentence., type: str}
    fix: {description: What to do., type: str}
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import join_lock, paths
from ..module_utils._microk8s.failure import Failure
from ..module_utils._microk8s.member_texts import LEAVE_TIMEOUT, explain_leave
from ..module_utils._microk8s.state import ABSENT, STANDALONE, read_state


def leave(timeout: float):
    """(failure or None, the end of what was printed) of one bounded `microk8s leave`. Raises SnapdError."""
    try:
        _snapd.await_idle("microk8s", timeout)
    except _snapd.SnapdBusy as exc:
        return Failure("snapd-busy", exc.cause, exc.fix), ""
    outcome = run([paths.COMMAND, "leave"], timeout=timeout)
    failure = LEAVE_TIMEOUT if outcome.timed_out else explain_leave(outcome.rc, outcome.output)
    if failure is None:
        join_lock.remove()
    return failure, outcome.output.strip()[-600:]


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"timeout": {"type": "int", "default": 300}}, supports_check_mode=True)
    if read_state(Files()).role in (ABSENT, STANDALONE):
        module.exit_json(changed=False)
    if module.check_mode:
        module.exit_json(changed=True)
    try:
        failure, output = leave(module.params["timeout"])
    except _snapd.SnapdError as exc:
        module.fail_json(msg=str(exc))
    if failure is None:
        module.exit_json(changed=True)
    module.fail_json(
        msg=f"This host did not leave its cluster: {failure.cause}. Fix: {failure.fix}. microk8s said: {output}",
        failure=failure.told(),
    )


if __name__ == "__main__":
    main()
