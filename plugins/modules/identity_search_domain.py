#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: identity_search_domain
short_description: "[internal] Let a host find short names in a domain of DNS"
version_added: 0.1.0
description:
  - Adds a domain to those that the host tries for a short name, where systemd-resolved or NetworkManager owns that list.
    Domains from elsewhere stay.
  - For systemd-resolved it is C(/etc/systemd/resolved.conf.d/rosfleet.conf). For NetworkManager it is a setting of the
    connections that are active on wired and wireless NICs, which keep their link. What a killed playbook did not come to,
    or what failed, is made up for; where they do not take the change, they run with their former settings.
  - Where neither owns it, nothing is changed, and RV(message) and a warning say what to do by hand. A domain that is
    in C(/etc/resolv.conf) already needs nothing.
author: rosfleet contributors (@rosfleet)
options:
  domain:
    description: The domain. With V(absent) it may be left out; it is then the one that role identity left in the host's facts.
    type: str
    default: ""
  state:
    description: V(absent) takes out what V(present) put in.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode: {description: Says whether something would change., support: full}
  diff_mode: {description: Shows the file or the domains of each connection before and after., support: full}
"""

EXAMPLES = r"""
- name: Let robot1 be found as robot1.robots.example.org
  rosfleet.cluster.identity_search_domain:
    domain: robots.example.org
"""

RETURN = r"""
owner:
  description: V(systemd-resolved), V(NetworkManager), or empty when it is neither.
  returned: success
  type: str
message:
  description: What is to be done by hand; empty when nothing is.
  returned: success
  type: str
"""

import functools
import json
from typing import Optional

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _restarting
from ..module_utils._command import run
from ..module_utils._dns_names import is_domain
from ..module_utils._ending import ends_in_words
from ..module_utils._file_sync import Change, told
from ..module_utils._files import Files
from ..module_utils._identity import search_domain as pure
from ..module_utils._identity.host import hosts_order, process_names, search_domains
from ..module_utils._restarting import PutBack, ServiceError

RESOLVED = "systemd-resolved.service"
FACTS = "/etc/ansible/facts.d/rosfleet.fact"


def call(module: AnsibleModule, *argv: str) -> str:
    """The output of a program. Raises ServiceError."""
    outcome = run([module.get_bin_path(argv[0], required=True), *argv[1:]], timeout=60)
    if outcome.rc:
        raise ServiceError(f"'{' '.join(argv)}' failed: {outcome.output.strip() or 'no answer within 60 s'}")
    return outcome.stdout


def noted(files: Files) -> str:
    """The domain that role identity gave the host, as it has left it there; empty where there is none."""
    try:
        domain = str(json.loads(files.readable_text(FACTS))["identity"]["domain"])
    except (ValueError, KeyError, TypeError):
        return ""
    return domain if is_domain(domain) else ""


def resolved(module: AnsibleModule, files: Files, wanted: Optional[str], runs: bool) -> list[Change]:
    """Bring the drop-in to its `wanted` text (None for no file); what was changed or made up for."""
    change = Change.of(pure.DROP_IN, lambda _before: wanted, path=files.path(pure.DROP_IN))
    if not change.due and not (runs and RESOLVED in _restarting.due()):
        return []

    def restart() -> None:
        if runs:  # what is merely reloaded keeps domains that are gone (seen with systemd 257)
            call(module, "systemctl", "restart", RESOLVED)

    if not module.check_mode:
        _restarting.carry_out(module, [RESOLVED], lambda: change.write(module), lambda: change.undo(module), restart)
    return [change]


def networkmanager(module: AnsibleModule, domain: str, present: bool) -> list[Change]:
    """Bring the active connections to have the domain, or not to; what was changed or made up for."""
    nmcli = ("nmcli", "--terse")
    changes = []
    for each in pure.parse_connections(
        call(module, *nmcli, "--fields", "UUID,TYPE,DEVICE", "connection", "show", "--active")
    ):
        domains = pure.parse_search(
            call(module, *nmcli, "--get-values", "ipv4.method,ipv4.dns-search", "connection", "show", each.uuid)
        )
        if domains is None:
            continue
        unit = f"NetworkManager:{each.uuid}"
        after = domains
        if (domain in domains) != present:
            after = [*domains, domain] if present else [one for one in domains if one != domain]
        elif unit not in _restarting.due():
            continue
        if not module.check_mode:
            modify = (*nmcli, "connection", "modify", each.uuid, "ipv4.dns-search")
            _restarting.carry_out(
                module,
                [unit],
                functools.partial(call, module, *modify, ",".join(after)),
                functools.partial(call, module, *modify, ",".join(domains)),
                functools.partial(call, module, *nmcli, "device", "reapply", each.device),
            )
        lines = ["".join(f"{one}\n" for one in some) for some in (domains, after)]
        changes.append(Change(f"ipv4.dns-search of {each.device} ({each.uuid})", *lines))
    return changes


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "domain": {"type": "str", "default": ""},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    files, present = Files(), module.params["state"] == "present"
    domain = module.params["domain"] or ("" if present else noted(files))
    if (present or domain) and not is_domain(domain):
        module.fail_json(msg=f"'{domain}' is not a domain. Fix: use one such as robots.example.org")
    real_name, text = files.real_name("/etc/resolv.conf"), files.readable_text("/etc/resolv.conf")
    order = hosts_order(files.readable_text("/etc/nsswitch.conf"))
    owner = pure.owner(real_name, text, order, set(process_names(files)))
    message, changes = "", []
    try:
        is_resolved = owner == "systemd-resolved"
        if is_resolved or not present:
            changes += resolved(module, files, pure.drop_in(domain) if present else None, is_resolved)
        if owner == "NetworkManager" and domain:
            changes += networkmanager(module, domain, present)
    except ServiceError as exc:
        back = ". Its former settings are back" if isinstance(exc, PutBack) else ""
        module.fail_json(msg=f"{owner or 'this host'} does not take the search domain '{domain}': {exc}{back}")
    if present and not owner and domain not in search_domains(text):
        message = pure.by_hand(domain, real_name)
        module.warn(message)
    module.exit_json(**told(changes, owed=bool(changes)), owner=owner, message=message)


if __name__ == "__main__":
    main()
