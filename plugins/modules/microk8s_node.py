#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_node
short_description: "[internal] Wait until a host's own Kubernetes Node is ready"
version_added: 0.1.0
description:
  - Asks the API, with the kubelet's own credentials, for the Node of this very host (same name, same machine-id), and
    waits until it is Ready. Works on control planes and on workers; C(microk8s status) does not.
author: rosfleet contributors (@rosfleet)
options:
  timeout:
    description: Seconds to wait.
    type: int
    default: 180
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Wait until the control plane runs
  rosfleet.cluster.microk8s_node:
    timeout: 120
"""

RETURN = r"""
node:
  description: What was last seen of the Node.
  returned: always
  type: dict
  contains:
    name: {description: Its name., type: str}
    ready: {description: Whether its kubelet says Ready., type: bool}
    machine_id: {description: The machine-id that its kubelet reports., type: str}
    address: {description: Its InternalIP., type: str}
    reason: {description: The Ready condition's message when it is not ready., type: str}
elapsed_s:
  description: Seconds waited.
  returned: always
  type: float
"""

import json
import socket

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.nodes import Node, parse_node
from ..module_utils._waiting import REAL_CLOCK, Clock, wait_until


def ask(name: str) -> Node:
    """The Node `name` as the API has it; a Node that is not ready when it has none or does not answer."""
    command = [paths.KUBECTL, f"--kubeconfig={paths.KUBELET_CONFIG}", "--request-timeout=5s", "get", "node", name]
    try:
        outcome = run([*command, "-o", "json"], timeout=15)
    except FileNotFoundError:
        return Node(name=name, reason=f"{paths.KUBECTL} is missing: MicroK8s is not installed")
    if outcome.rc != 0:
        return Node(name=name, reason=outcome.stderr.strip()[-300:] or "no answer from the API within 15 s")
    return parse_node(json.loads(outcome.stdout))


def wait_for(name: str, machine_id: str, timeout: float, *, ask=ask, clock: Clock = REAL_CLOCK) -> tuple[Node, float]:
    """(node, seconds): the Node once it is ready and this machine's, else as it was when time was up."""
    return wait_until(
        lambda: ask(name), lambda node: node.ready and node.machine_id == machine_id, timeout, clock=clock
    )


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"timeout": {"type": "int", "default": 180}}, supports_check_mode=True)
    machine_id = (Files().text("/etc/machine-id") or "").strip()
    node, elapsed = wait_for(socket.gethostname().lower(), machine_id, module.params["timeout"])
    result = {"node": node.as_dict(), "elapsed_s": round(elapsed, 1)}
    if node.ready and node.machine_id == machine_id:
        module.exit_json(changed=False, **result)
    if node.ready:
        reason = f"another machine has this name (its machine-id is {node.machine_id}, this host's is {machine_id})"
    else:
        reason = node.reason or "its kubelet does not say Ready"
    module.fail_json(
        msg=f"Node {node.name} was not ready after {elapsed:.0f} s: {reason}. Look at: snap services microk8s; "
        "journalctl -u snap.microk8s.daemon-kubelite -u snap.microk8s.daemon-containerd -n 50; df -h /var; free -m",
        **result,
    )


if __name__ == "__main__":
    main()
