#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_remove_node
short_description: "[internal] Remove a host from a MicroK8s cluster, on one of its control planes"
version_added: 0.1.0
description:
  - Removes a host's Node and its entry in the cluster's database, and looks afterwards whether both are gone; the exit
    code and the text of C(microk8s remove-node) prove neither.
  - Does not need the host. What has left no trace in the cluster is no change.
author: rosfleet contributors (@rosfleet)
options:
  name:
    description: The Node's name.
    type: str
    required: true
  addresses:
    description: >-
      The host's addresses that may be in the cluster's database. With none, only the Node's own is looked for.
    type: list
    elements: str
    default: []
  force:
    description: >-
      Remove it although it is a member of the cluster's database, which MicroK8s allows for a host that is gone for good.
    type: bool
    default: false
  timeout:
    description: Seconds to wait until it is gone; a control plane's own list of members lags by up to 40.
    type: int
    default: 90
attributes:
  check_mode: {description: Removes nothing and predicts the change., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Remove a robot that is gone for good
  rosfleet.cluster.microk8s_remove_node:
    name: tb2
    addresses: [192.168.8.22]
    force: true
"""

RETURN = r"""
failure:
  description: Why it was not removed.
  returned: failure
  type: dict
  contains:
    code: {description: The cause in a word., type: str}
    cause: {description: The cause in a sentence., type: str}
    fix: {description: What to do., type: str}
"""

import json
from dataclasses import dataclass
from typing import Optional

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.failure import Failure
from ..module_utils._microk8s.member_texts import explain_removal
from ..module_utils._microk8s.nodes import parse_node
from ..module_utils._microk8s.state import member_addresses, read_state
from ..module_utils._microk8s.status import parse_status
from ..module_utils._waiting import REAL_CLOCK, Clock, wait_until


@dataclass(frozen=True)
class Traces:
    """What a cluster still knows of a host: the address of its Node, and its addresses in the database and in the file."""

    node: Optional[str] = None
    database: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.node is not None or bool(self.database or self.noted)


class ApiDown(Exception):
    """The API or the database did not answer; the text says what it said."""


def node_addresses() -> dict[str, str]:
    """{name: InternalIP} of the cluster's Nodes. Raises ApiDown."""
    command = [
        paths.KUBECTL,
        f"--kubeconfig={paths.ADMIN_CONFIG}",
        "--request-timeout=10s",
        "get",
        "nodes",
        "-o",
        "json",
    ]
    outcome = run(command, timeout=20)
    if outcome.rc != 0:
        raise ApiDown(outcome.stderr.strip()[-300:] or "no answer within 20 s")
    return {node.name: node.address for node in map(parse_node, json.loads(outcome.stdout)["items"])}


def look(name: str, addresses: tuple[str, ...]) -> Traces:
    """What the cluster knows of the host `name`. Raises ApiDown."""
    nodes = node_addresses()
    outcome = run([paths.COMMAND, "status", "--format", "yaml"], timeout=60)
    if outcome.timed_out:
        raise ApiDown("microk8s status did not end within 60 s, as when the database is where nobody answers")
    status = parse_status(outcome.output)
    if not status.members:
        raise ApiDown(status.problem or "the cluster's database does not answer")
    sought = {*addresses, *([nodes[name]] if name in nodes else [])}
    return Traces(
        nodes.get(name),
        tuple(member.address for member in status.members if member.address in sought),
        tuple(address for address in member_addresses(read_state(Files()).members) if address in sought),
    )


def remove(traces: Traces, name: str, force: bool, timeout: float) -> tuple[Optional[Failure], str]:
    """(failure or None, what was printed) of removing what `traces` shows: the Node, then what else is in the database."""
    output = ""
    targets = [name] if traces.node is not None else list(traces.database)
    for target in targets:
        outcome = run([paths.COMMAND, "remove-node", target, *(["--force"] if force else [])], timeout=timeout)
        output += outcome.output
        failure = explain_removal(outcome.output, target == name)
        if failure is not None:
            return failure, output
    return None, output


def remove_all(name, addresses, force, timeout, *, look=look, remove=remove, clock: Clock = REAL_CLOCK):
    """(whether there was anything, failure or None, what was printed): remove until nothing is known of the host.

    A Node goes first, with the entry of its address; entries at other addresses go by address, one round later. Raises
    ApiDown when the cluster does not answer at first, or not before the time is up.
    """
    first = traces = look(name, addresses)
    failure, output, deadline = None, "", clock.now() + timeout

    def seen() -> Traces:
        """What is known now; the same as before while a database that has lost a member makes up its mind."""
        try:
            return look(name, addresses)
        except ApiDown:
            if clock.now() >= deadline:
                raise
            return traces

    while failure is None and (traces.node is not None or traces.database) and clock.now() < deadline:
        failure, said = remove(traces, name, force, timeout)
        output += said
        known = traces
        traces, _waited = wait_until(seen, lambda now, known=known: now != known, 10, clock=clock)
    if failure is None and traces:
        left = deadline - clock.now()
        traces, _waited = wait_until(seen, lambda now: not now, left, clock=clock, interval=2.0)
    if failure is None and traces:
        where = (
            f"Node {traces.node}"
            if traces.node is not None
            else f"database {', '.join(traces.database or traces.noted)}"
        )
        failure = Failure(
            "still-there",
            f"{timeout:.0f} s after the removal the cluster still knows it ({where})",
            "look at the control plane: microk8s status; journalctl -u snap.microk8s.daemon-k8s-dqlite -n 50",
        )
    return bool(first), failure, output


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "addresses": {"type": "list", "elements": "str", "default": []},
            "force": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 90},
        },
        supports_check_mode=True,
    )
    name, timeout = module.params["name"], module.params["timeout"]
    addresses = tuple(module.params["addresses"])
    try:
        if module.check_mode:
            module.exit_json(changed=bool(look(name, addresses)))
        _snapd.await_idle("microk8s", timeout)
        changed, failure, output = remove_all(name, addresses, module.params["force"], timeout)
    except _snapd.SnapdError as exc:
        module.fail_json(msg=f"{name} was not removed: {exc}")
    except ApiDown as exc:
        module.fail_json(
            msg=f"{name} was not removed: the control plane does not answer ({exc}). When it has lost its quorum, see "
            "'Lost quorum' in docs/troubleshooting.md. Fix: microk8s status; snap services microk8s; on that host."
        )
    if failure is None:
        module.exit_json(changed=changed)
    module.fail_json(
        msg=f"{name} was not removed: {failure.cause}. Fix: {failure.fix}. microk8s said: {output.strip()[-600:]}",
        failure=failure.told(),
    )


if __name__ == "__main__":
    main()
