#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: identity_proof
short_description: "[internal] Whether this host finds and reaches every other"
version_added: 0.1.0
description:
  - Looks up every name of the fleet, its own too, by the system's resolver, as C(getent ahostsv4) does. The answer has to
    be the fleet address and nothing else.
  - Reaches every other host that is there at its fleet address, by ICMP echo and, where that stays unanswered, by a TCP
    connection to its SSH port; a refused connection proves as much as an accepted one.
  - All hosts are asked side by side, so the time does not grow with the fleet. A resolver that hangs is given up.
  - Succeeds with RV(failures), so that a playbook can report those of all hosts at once.
  - Proves that I(some) machine has the address. That it is the right one is not shown by an echo.
author: rosfleet contributors (@rosfleet)
options:
  fleet:
    description: The hosts of the fleet, absent ones included.
    type: list
    elements: dict
    required: true
    suboptions:
      host:
        description: Its inventory name, for messages.
        type: str
        required: true
      hostname:
        description: Its host name.
        type: str
        required: true
      address:
        description: Its fleet address, IPv4.
        type: str
        required: true
      present:
        description: Whether it is there to be reached. Its name is looked up in any case.
        type: bool
        default: true
      port:
        description: Its SSH port.
        type: int
        default: 22
  own:
    description: The host name of this host.
    type: str
    required: true
  domain:
    description: Look up every name with this domain too, and not only the short one.
    type: str
    default: ""
  timeout:
    description: Seconds for all lookups and answers together.
    type: float
    default: 10
attributes:
  check_mode: {description: Changes nothing and so runs the same in check mode., support: full}
  diff_mode: {description: There is nothing to show a difference of., support: none}
"""

EXAMPLES = r"""
- name: See whether this robot finds and reaches the other
  rosfleet.cluster.identity_proof:
    own: robot1
    fleet:
      - {host: robot1, hostname: robot1, address: 192.168.8.11}
      - {host: robot2, hostname: robot2, address: 192.168.8.12}
  register: proof
  failed_when: proof.failures | length > 0
"""

RETURN = r"""
failures:
  description: What was not as it has to be; empty when all is well.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: V(resolve) for a name, V(reach) for an address.
      type: str
    name:
      description: The name that was looked up, or the host name of the host that was not reached.
      type: str
    host:
      description: Inventory name of the host that it belongs to.
      type: str
    expected:
      description: Its fleet address.
      type: str
    answers:
      description: The addresses that the lookup gave.
      type: list
      elements: str
    source:
      description: Where the answer came from, a line of the hosts file or a resolver. Empty for V(reach).
      type: str
    message:
      description: All of it in a sentence, with what to do.
      type: str
  sample:
    - kind: resolve
      name: robot2
      host: robot2
      expected: 192.168.8.12
      answers: [127.0.1.1]
      source: line 2 of /etc/hosts ('127.0.1.1 robot2')
      message: "robot1 resolves 'robot2' to 127.0.1.1 instead of 192.168.8.12; line 2 of /etc/hosts says so. Fix: ..."
resolved:
  description: How many names gave the right answer.
  returned: success
  type: int
reached:
  description: How many hosts were reached.
  returned: success
  type: int
"""

import ipaddress
from concurrent.futures import ThreadPoolExecutor

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._identity.proof import judge_lookup, judge_reach, names_to_prove, read_resolver, to_reach
from ..module_utils._identity.reachability import PING_TIME, connect_all, look_up, open_echo_socket, ping

SPEC = {
    "fleet": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "host": {"type": "str", "required": True},
            "hostname": {"type": "str", "required": True},
            "address": {"type": "str", "required": True},
            "present": {"type": "bool", "default": True},
            "port": {"type": "int", "default": 22},
        },
    },
    "own": {"type": "str", "required": True},
    "domain": {"type": "str", "default": ""},
    "timeout": {"type": "float", "default": 10},
}


def hosts_file(path: str = "/etc/hosts") -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def resolve_failures(names: list, answers: dict, own: str, files: Files) -> list:
    """The failures among `names`, pairs of a name and the host that it belongs to."""
    resolver = read_resolver(
        hosts_file(),
        files.readable_text("/etc/nsswitch.conf"),
        files.readable_text("/etc/resolv.conf"),
        files.readable_text("/run/systemd/resolve/resolv.conf"),
    )
    judged = [judge_lookup(name, entry, answers[name], own, resolver) for name, entry in names]
    return [failure for failure in judged if failure]


def reach_failures(others: list, own: str, timeout: float) -> list:
    """The failures to reach `others`: who is silent on ICMP is asked by TCP for what is left of `timeout` seconds."""
    with open_echo_socket() as echo:
        answered = ping([entry["address"] for entry in others], echo) if echo else set()
    silent = {entry["host"]: entry for entry in others if entry["address"] not in answered}
    codes = connect_all(
        {host: (entry["address"], entry["port"]) for host, entry in silent.items()}, max(timeout - PING_TIME, 1)
    )
    judged = [judge_reach(entry, codes[host], own) for host, entry in silent.items()]
    return [failure for failure in judged if failure]


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    fleet, own, timeout = module.params["fleet"], module.params["own"], module.params["timeout"]
    for entry in fleet:
        try:
            ipaddress.IPv4Address(entry["address"])
        except ValueError as exc:
            module.fail_json(msg=f"fleet address of {entry['host']}: {exc}. Fix: correct its identity_address")
    names = names_to_prove(fleet, module.params["domain"])
    others = to_reach(fleet, own)
    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(look_up, [name for name, unused_entry in names], timeout)
        unreached = reach_failures(others, own, timeout)
    unresolved = resolve_failures(names, answers.result(), own, Files())
    module.exit_json(
        changed=False,
        failures=unresolved + unreached,
        resolved=len(names) - len(unresolved),
        reached=len(others) - len(unreached),
    )


if __name__ == "__main__":
    main()
