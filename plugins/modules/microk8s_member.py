#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_member
short_description: "[internal] Join a host to a MicroK8s cluster, or take it out of its cluster"
version_added: 0.1.0
description:
  - Runs C(microk8s join) or C(microk8s leave), bounded in time, and names the cause when it fails.
  - Before a join it asks the control plane's agent and API ports, within seconds and without the token, whether one can work.
    An API that restarts, as it does at the first join, is waited for, O(timeout) at most. A join that claims success is not
    proof of membership, ask the control plane's API afterwards. Where the host's own files contradict it, the module fails.
  - Removes what a failed or cut-off join leaves behind, so that the next one starts clean. A join that a killed
    playbook left running is awaited, and when it made the host a member, there is nothing left to do.
  - C(microk8s join) takes the token on its command line only; for as long as it runs, users of the host can see it.
  - A host that leaves becomes a cluster of its own, with an empty database. Its Node stays in the cluster it left until
    M(rosfleet.cluster.microk8s_remove_node) removes it there. A control plane that left still has the certificate
    authority's key of that cluster.
author: rosfleet contributors (@rosfleet)
options:
  state:
    description:
      - What the host is to be. A V(control_plane) receives the key of the cluster's certificate authority; it is refused on a
        host that is a worker, where MicroK8s would say success and leave a member of neither cluster.
      - V(standalone) is a host in no cluster but its own.
    type: str
    choices: [worker, control_plane, standalone]
    required: true
  url:
    description: The join URL with token and fingerprint, as M(rosfleet.cluster.microk8s_token) returns it. Needed to join.
    type: str
  ca_hash:
    description: >-
      SHA-256 of the wanted cluster's CA certificate, as M(rosfleet.cluster.microk8s_info) returns it. Needed to join.
    type: str
  rejoin:
    description: Join even when the host believes that it is a member of that cluster (the cluster does not know it).
    type: bool
    default: false
  timeout:
    description: >-
      Seconds after which a join or leave is ended. MicroK8s takes up to two minutes to leave, and may join without bound.
    type: int
    default: 300
attributes:
  check_mode: {description: Joins and leaves nothing and predicts the change., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Join this robot
  rosfleet.cluster.microk8s_member:
    state: worker
    url: "{{ token.url }}"
    ca_hash: "{{ control_plane.microk8s.ca_hash }}"
  no_log: true

- name: Leave the cluster
  rosfleet.cluster.microk8s_member:
    state: standalone
"""

RETURN = r"""
seen:
  description: >-
    What a join makes another, as M(rosfleet.cluster.fleet_look) returns it: C(microk8s), C(arguments), C(mirrors), C(snapd) and
    C(multus).
  returned: when the host is a member, except in check mode
  type: dict
failure:
  description: Why the host did not join or leave.
  returned: failure
  type: dict
  contains:
    code: {description: The cause in a word., type: str}
    cause: {description: The cause in a sentence., type: str}
    fix: {description: What to do., type: str}
"""

import fcntl
import os
from dataclasses import replace
from typing import Optional

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._look import look_at_microk8s
from ..module_utils._microk8s import join_lock, paths
from ..module_utils._microk8s.agent import obstacle
from ..module_utils._microk8s.failure import Failure
from ..module_utils._microk8s.join_texts import explain_join, without_secrets
from ..module_utils._microk8s.machine import MachineFiles
from ..module_utils._microk8s.member_texts import LEAVE_TIMEOUT, explain_leave
from ..module_utils._microk8s.state import ABSENT, BROKEN_WORKER, CONTROL_PLANE, STANDALONE, WORKER, State, read_state
from ..module_utils._microk8s.tokens import TokenError, token_of
from ..module_utils._waiting import REAL_CLOCK, Clock, wait_until

LOCK = "/run/rosfleet-join.lock"
ATTEMPTS = 3


def await_lock(handle: int, timeout: float, *, lock=fcntl.flock, clock: Clock = REAL_CLOCK) -> bool:
    """Take the lock that a running join holds; False when it is still held after `timeout` seconds."""

    def take() -> bool:
        try:
            lock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    taken, _waited = wait_until(take, bool, timeout, clock=clock)
    return taken


def contradiction(state: State, role: str) -> Optional[Failure]:
    """What the host's own files say against a join that claimed success; None when they agree with `role`.

    MicroK8s gives up waiting for a control plane's own entry in the database after a minute, and says success.
    """
    if state.role == role:
        return None
    return Failure(
        "false-success",
        f"microk8s join said success, but this host's own files make it a {state.role.replace('_', ' ')} and not a "
        f"{role.replace('_', ' ')}",
        "run the playbook again, which takes it out and joins it anew; its journal tells more: "
        "journalctl -u snap.microk8s.daemon-k8s-dqlite -n 50",
    )


def lasting_obstacle(url: str, timeout: float, *, ask=obstacle, clock: Clock = REAL_CLOCK) -> Optional[Failure]:
    """What keeps a join from working; what may pass by itself counts when it has not after `timeout` seconds."""
    failure, _waited = wait_until(lambda: ask(url), lambda seen: seen is None or not seen.retry, timeout, clock=clock)
    return failure and replace(failure, retry=False)


def join_once(
    url: str,
    role: str,
    timeout: float,
    lock: int,
    *,
    run=run,
    await_idle=_snapd.await_idle,
    obstacle=lasting_obstacle,
    tidy=join_lock.remove,
) -> tuple[Optional[Failure], str]:
    """(failure or None, the end of what was printed, without the token) of one bounded join.

    What a failed one leaves behind is removed.
    """
    try:
        await_idle("microk8s", timeout)
    except _snapd.SnapdBusy as exc:
        return Failure("snapd-busy", exc.cause, exc.fix), ""
    failure = obstacle(url, timeout)
    if failure is not None:
        return failure, ""
    # There is a flag --controlplane, too: it never works.
    outcome = run(
        [paths.COMMAND, "join", url, *(["--worker"] if role == WORKER else [])], timeout=timeout, keep_open=(lock,)
    )
    if outcome.timed_out:
        failure = Failure(
            "timeout",
            f"the join did not end within {timeout:.0f} s, although the control plane's ports 25000 and 16443 answer",
            "look at both: journalctl -u snap.microk8s.daemon-cluster-agent on the control plane, "
            "snap services microk8s here; on slow machines raise membership_join_timeout",
        )
    else:
        failure = explain_join(outcome.rc, outcome.output) or contradiction(read_state(Files()), role)
    if failure is not None:
        tidy()
    # Cut last: half a token is one that nothing recognises.
    return failure, without_secrets(outcome.output, token_of(url)).strip()[-600:]


def join(url: str, role: str, timeout: float, lock: int, *, once=join_once) -> tuple[Optional[Failure], str]:
    """Join, and try again when the failure is of a kind that passes by itself."""
    for _attempt in range(ATTEMPTS):
        failure, output = once(url, role, timeout, lock)
        if failure is None or not failure.retry:
            break
    return failure, output


def leave(timeout: float) -> tuple[Optional[Failure], str]:
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


def message(what: str, failure: Failure, output: str) -> str:
    """What the user reads: what the host did not do, the cause, the cure, and what was printed."""
    said = f" microk8s said: {output}" if output else ""
    return f"This host did not {what}: {failure.cause}. Fix: {failure.fix}.{said}"


def refuse(module: AnsibleModule, what: str, failure: Optional[Failure], output: str) -> None:
    """End in words where there is a failure."""
    if failure is not None:
        module.fail_json(msg=message(what, failure, output), failure=failure.told())


def bring_in(module: AnsibleModule, role: str, timeout: float) -> None:
    """Let the host be in the cluster in this role."""
    if module.check_mode:
        module.exit_json(changed=True)
    url, ca_hash, rejoin = (module.params[name] for name in ("url", "ca_hash", "rejoin"))
    try:
        token_of(url)
    except TokenError as exc:
        module.fail_json(msg=str(exc))
    handle = os.open(LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    if not await_lock(handle, timeout):
        module.fail_json(msg=f"another join has been running on this host for {timeout} s. See: ps -ef | grep join")
    before = read_state(Files())
    if before.role == role and before.ca_hash == ca_hash and not rejoin:
        module.exit_json(changed=False, seen=look_at_microk8s(MachineFiles()))
    if role == CONTROL_PLANE and before.role in (WORKER, BROKEN_WORKER):
        module.fail_json(
            msg="This host is a worker and must leave its cluster before it joins as a control plane; MicroK8s would say "
            "success and leave a member of neither. Fix: microk8s leave, and run the playbook again."
        )
    refuse(module, "join", *join(url, role, timeout, handle))
    module.exit_json(changed=True, seen=look_at_microk8s(MachineFiles()))


def take_out(module: AnsibleModule, timeout: float) -> None:
    """Let the host be in no cluster but its own."""
    if read_state(Files()).role in (ABSENT, STANDALONE):
        module.exit_json(changed=False)
    if module.check_mode:
        module.exit_json(changed=True)
    refuse(module, "leave its cluster", *leave(timeout))
    module.exit_json(changed=True)


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": [WORKER, CONTROL_PLANE, STANDALONE], "required": True},
            "url": {"type": "str", "no_log": True},
            "ca_hash": {"type": "str"},
            "rejoin": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 300},
        },
        required_if=[("state", role, ("url", "ca_hash")) for role in (WORKER, CONTROL_PLANE)],
        supports_check_mode=True,
    )
    state, timeout = module.params["state"], module.params["timeout"]
    if state == STANDALONE:
        take_out(module, timeout)
    else:
        bring_in(module, state, timeout)


if __name__ == "__main__":
    main()
