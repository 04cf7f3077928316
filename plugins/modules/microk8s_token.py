#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_token
short_description: "[internal] Mint join tokens on a MicroK8s control plane, and revoke them"
version_added: 0.1.0
description:
  - A token made here lives for O(ttl) seconds and serves any number of joins until then. MicroK8s never removes it
    from its file, so revoke it when the last host is in.
  - The checksum of each token made here is noted on the host. V(absent) revokes every noted one that is still there, also
    one of an earlier run that was cut off, together with the tokens that MicroK8s derived from it for the certificates of
    a worker whose join did not end. Tokens that somebody else made stay.
  - The token is a credential of the cluster, use C(no_log) on the task that mints one.
author: rosfleet contributors (@rosfleet)
options:
  state:
    description: V(present) mints a new token, V(absent) revokes all that were minted here, and what derives from them.
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
attributes:
  check_mode: {description: Mints and revokes nothing and predicts the change., support: full}
  diff_mode: {description: A token is not shown., support: none}
"""

EXAMPLES = r"""
- name: Mint one token for all robots
  rosfleet.cluster.microk8s_token:
    address: 192.168.8.10
  register: token
  no_log: true

- name: Revoke it, and what earlier runs have left
  rosfleet.cluster.microk8s_token:
    state: absent
"""

RETURN = r"""
url:
  description: The join URL, C(address:25000/token/fingerprint); empty in check mode.
  returned: O(state=present)
  type: str
"""

import time

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.join_texts import without_secrets
from ..module_utils._microk8s.tokens import TokenError, join_url, left_over, minted, note
from ..module_utils._replacing import replace_file


def mint(module: AnsibleModule, address: str, ttl: int) -> str:
    """A join URL at `address`; MicroK8s chooses the token, so that it is in no command line here.

    Raises TokenError, OSError.
    """
    outcome = run([paths.COMMAND, "add-node", "--token-ttl", str(ttl), "--format", "json"], timeout=60)
    if outcome.rc != 0 or outcome.timed_out:
        reason = without_secrets(outcome.stderr).strip() or "no answer in 60 s"
        raise TokenError(
            f"microk8s add-node failed (exit code {outcome.rc}): {reason}. Fix: look at the control plane: microk8s status; "
            "journalctl -u snap.microk8s.daemon-cluster-agent -n 50"
        )
    token, urls = minted(outcome.stdout)
    record = note(Files().text(paths.MINTED_TOKENS) or "", token, time.time())
    replace_file(module, paths.MINTED_TOKENS, record.encode(), mode=0o600)
    return join_url(urls, address)


def revoke(module: AnsibleModule) -> bool:
    """Take out every token that was minted here, and what derives from it; True when there was any. Raises OSError."""
    found = left_over(Files())
    if not module.check_mode:
        for name, text in found.items():
            replace_file(module, name, text.encode())
    return bool(found)


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "address": {"type": "str"},
            "ttl": {"type": "int", "default": 600},
        },
        required_if=[("state", "present", ["address"])],
        supports_check_mode=True,
    )
    try:
        if module.params["state"] == "absent":
            module.exit_json(changed=revoke(module))
        if module.check_mode:
            module.exit_json(changed=True, url="")
        module.exit_json(changed=True, url=mint(module, module.params["address"], module.params["ttl"]))
    except (TokenError, OSError) as exc:
        module.fail_json(msg=str(exc))


if __name__ == "__main__":
    main()
