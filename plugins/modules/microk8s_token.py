#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_token
short_description: Mint or revoke a join token on a MicroK8s control plane
version_added: 0.1.0
description:
  - A token made here lives for O(ttl) seconds and serves any number of joins until then. MicroK8s never removes it
    from its file, so revoke it when the last host is in.
  - The token is a credential of the cluster, use C(no_log) on the task.
author: rosfleet contributors (@rosfleet)
options:
  state:
    description: V(present) mints a new token, V(absent) revokes the one in O(url).
    type: str
    choices: [present, absent]
    default: present
  address:
    description: The control plane's address that hosts are to join at, one of its own. Needed with O(state=present).
    type: str
  ttl:
    description: Life of the token in seconds.
    type: int
    default: 600
  url:
    description: The join URL to revoke. Needed with O(state=absent).
    type: str
attributes:
  check_mode: {description: Mints and revokes nothing., support: full}
  diff_mode: {description: A token is not shown., support: none}
"""

EXAMPLES = r"""
- name: Mint one token for all robots
  rosfleet.cluster.microk8s_token:
    address: 192.168.8.10
  register: token
  no_log: true
"""

RETURN = r"""
url:
  description: The join URL, C(address:25000/token/fingerprint); empty in check mode.
  returned: O(state=present)
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._command import run
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.tokens import TokenError, join_url, token_of, without_token
from ..module_utils._replacing import replace_file


def mint(address: str, ttl: int) -> str:
    """A join URL at `address`; MicroK8s chooses the token, so that it is in no command line here."""
    outcome = run([paths.COMMAND, "add-node", "--token-ttl", str(ttl), "--format", "json"], timeout=60)
    if outcome.rc != 0 or outcome.timed_out:
        reason = outcome.stderr.strip() or "no answer in 60 s"
        raise TokenError(
            f"microk8s add-node failed (exit code {outcome.rc}): {reason}. Fix: look at the control plane: microk8s status; "
            "journalctl -u snap.microk8s.daemon-cluster-agent -n 50"
        )
    return join_url(outcome.stdout, address)


def revoke(module: AnsibleModule, token: str) -> bool:
    """Take `token` out of the control plane's file. True when it was there. Raises OSError."""
    before = Files().text(paths.CLUSTER_TOKENS) or ""
    after = without_token(before, token)
    if after == before:
        return False
    replace_file(module, paths.CLUSTER_TOKENS, after.encode())
    return True


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "address": {"type": "str"},
            "ttl": {"type": "int", "default": 600},
            "url": {"type": "str", "no_log": True},
        },
        required_if=[("state", "present", ["address"]), ("state", "absent", ["url"])],
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=True, url="")
    try:
        if module.params["state"] == "present":
            module.exit_json(changed=True, url=mint(module.params["address"], module.params["ttl"]))
        module.exit_json(changed=revoke(module, token_of(module.params["url"])))
    except (TokenError, OSError) as exc:
        module.fail_json(msg=str(exc))


if __name__ == "__main__":
    main()
