#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_start
short_description: "[internal] Start MicroK8s where somebody stopped it"
version_added: 0.1.0
description:
  - After C(microk8s stop), or C(snap stop microk8s), a host stays stopped over restarts, and nothing else tells that it does.
  - On a worker C(microk8s start) ends with exit code 0 and starts nothing, so its services are started by snapd.
  - A host whose services stand still because it has too little memory for a control plane is left alone.
author: rosfleet contributors (@rosfleet)
options:
  timeout:
    description: Seconds after which the command is ended.
    type: int
    default: 240
attributes:
  check_mode: {description: Starts nothing and predicts the change., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Start MicroK8s where somebody stopped it
  rosfleet.cluster.microk8s_start:
"""

RETURN = r"""#"""

from typing import Callable, Optional, Sequence

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.state import ABSENT, BROKEN_WORKER, WORKER, State, read_state
from ..module_utils._waiting import REAL_CLOCK, Clock, wait_until

BOOTING = 30.0  # seconds in which the services of a host that is just starting come up by themselves


def command(
    state: State, active: Callable[[str], Sequence[str]] = _snapd.active_services, *, clock: Clock = REAL_CLOCK
) -> Optional[list[str]]:
    """What starts MicroK8s on this host; None where nothing has to be. Raises SnapdError."""
    if state.role in (ABSENT, BROKEN_WORKER) or state.low_memory:
        return None
    start = ["snap", "start", "--enable", "microk8s"] if state.role == WORKER else [paths.COMMAND, "start"]
    if state.stopped:
        return start
    services, _waited = wait_until(lambda: active("microk8s"), lambda names: len(names) > 0, BOOTING, clock=clock)
    return None if services else start


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"timeout": {"type": "int", "default": 240}}, supports_check_mode=True)
    timeout = module.params["timeout"]
    argv = command(read_state(Files()))
    if argv is not None and not module.check_mode:
        _snapd.await_idle("microk8s", timeout)
        outcome = run(argv, timeout=timeout)
        if outcome.rc != 0 or outcome.timed_out:
            said = f"no end within {timeout} s" if outcome.timed_out else outcome.output.strip()[-600:]
            module.fail_json(
                msg=f"MicroK8s was stopped on this host and did not start: {said}. Fix: look at: snap services microk8s; "
                "journalctl -u snap.microk8s.daemon-kubelite -n 50"
            )
    module.exit_json(changed=argv is not None)


if __name__ == "__main__":
    main()
