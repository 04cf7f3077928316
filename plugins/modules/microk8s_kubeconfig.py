#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_kubeconfig
short_description: "[internal] The administrator's kubeconfig of a MicroK8s control plane"
version_added: 0.1.0
description:
  - Returns the kubeconfig with the control plane's address in it, for use on another machine. Changes nothing.
  - It is a credential of the cluster, use C(no_log) on the task.
author: rosfleet contributors (@rosfleet)
options:
  address:
    description: The control plane's address, as other machines reach it.
    type: str
    required: true
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Fetch the kubeconfig
  rosfleet.cluster.microk8s_kubeconfig:
    address: 192.168.8.10
  register: fetched
  no_log: true
"""

RETURN = r"""
kubeconfig:
  description: The kubeconfig, YAML; empty when MicroK8s is not installed.
  returned: success
  type: str
server_certificate:
  description: The API server's own certificate, PEM; public.
  returned: success
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s import paths


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"address": {"type": "str", "required": True}}, supports_check_mode=True)
    loopback = f"https://127.0.0.1:{paths.API_PORT}"
    files = Files()
    text = files.text(paths.ADMIN_CONFIG) or ""
    module.exit_json(
        changed=False,
        kubeconfig=text.replace(loopback, f"https://{module.params['address']}:{paths.API_PORT}"),
        server_certificate=files.text(paths.SERVER_CERTIFICATE) or "",
    )


if __name__ == "__main__":
    main()
