#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_running
short_description: "[internal] Let a host's MicroK8s run, and its own Node be ready"
version_added: 0.1.0
description:
  - Starts MicroK8s where somebody stopped it. After C(microk8s stop), or C(snap stop microk8s), a host stays stopped over
    restarts, and nothing else tells that it does. On a worker C(microk8s start) ends with exit code 0 and starts nothing, so
    its services are started by snapd. A host whose services stand still because it has too little memory for a control plane
    is left alone.
  - Then asks the API, with the kubelet's own credentials, for the Node of this very host (same name, same machine-id), and
    waits until it is Ready. Works on control planes and on workers; C(microk8s status) does not.
author: rosfleet contributors (@rosfleet)
options:
  ready:
    description: Whether to wait for the Node. It is not ready before its images are there.
    type: bool
    default: true
  timeout:
    description: Seconds that the start may take, and then the Node.
    type: int
    default: 180
attributes:
  check_mode:
    description: Starts nothing and predicts the change, and waits for no Node of a host that would have to be started.
    support: full
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Start MicroK8s where somebody stopped it
  rosfleet.cluster.microk8s_running:
    ready: false

- name: Wait until the control plane runs
  rosfleet.cluster.microk8s_running:
    timeout: 120
"""

RETURN = r"""
node:
  description: What was last seen of the Node.
  returned: when it was asked for
  type: dict
  contains:
    name: {description: Its name., type: str}
    ready: {description: Whether its kubelet says Ready., type: bool}
    machine_id: {description: The machine-id that its kubelet reports., type: str}
    address: {description: Its InternalIP., type: str}
    reason: {description: The Ready condition's message when it is not ready., type: str}
elapsed_s:
  description: Seconds waited for it.
  returned: when it was asked for
  type: float
"""

from typing import Callable, Optional, Sequence

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.own_node import NotReadyError, await_own_node
from ..module_utils._microk8s.state import ABSENT, BROKEN_WORKER, WORKER, State, read_state
from ..module_utils._waiting import REAL_CLOCK, Clock, wait_until

BOOTING = 30.0  # seconds in which the services of a host that is just starting come up by themselves


def command(
    state: State, active: Callable[[str], Sequence[str]] = _snapd.active_services, *, clock: Clock = REAL_CLOCK
) -> Optional[list[str]]:
    """What starts MicroK8s on this host; None where nothing has to be. Raises SnapdError."""
    if state.role in (ABSENT, BROKEN_WORKER) or state.low_memory:
        return None
    argv = ["snap", "start", "--enable", "microk8s"] if state.role == WORKER else [paths.COMMAND, "start"]
    if state.stopped:
        return argv
    services, _waited = wait_until(lambda: active("microk8s"), lambda names: len(names) > 0, BOOTING, clock=clock)
    return None if services else argv


def start(argv: list[str], timeout: int) -> str:
    """Why MicroK8s did not start, empty where it did. Raises SnapdError."""
    _snapd.await_idle("microk8s", timeout)
    outcome = run(argv, timeout=timeout)
    if outcome.timed_out:
        return f"no end within {timeout} s"
    return (outcome.output.strip()[-600:] or f"exit code {outcome.rc}") if outcome.rc != 0 else ""


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={"ready": {"type": "bool", "default": True}, "timeout": {"type": "int", "default": 180}},
        supports_check_mode=True,
    )
    files, timeout = Files(), module.params["timeout"]
    argv = command(read_state(files))
    if argv is not None and module.check_mode:
        module.exit_json(changed=True)
    trouble = start(argv, timeout) if argv is not None else ""
    if trouble:
        module.fail_json(
            msg=f"MicroK8s was stopped on this host and did not start: {trouble}. Fix: look at: snap services microk8s; "
            "journalctl -u snap.microk8s.daemon-kubelite -n 50"
        )
    if not module.params["ready"]:
        module.exit_json(changed=argv is not None)
    try:
        node, elapsed = await_own_node(timeout, files)
    except NotReadyError as exc:
        module.fail_json(
            msg=str(exc), changed=argv is not None, node=exc.node.as_dict(), elapsed_s=round(exc.elapsed, 1)
        )
    module.exit_json(changed=argv is not None, node=node.as_dict(), elapsed_s=round(elapsed, 1))


if __name__ == "__main__":
    main()
