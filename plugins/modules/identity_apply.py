#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: identity_apply
short_description: "[internal] Give a host its name, the names of all others, and what it keeps of them"
version_added: 0.1.0
description:
  - Writes the fleet's names and addresses into C(/etc/hosts), as M(rosfleet.cluster.identity_hosts_file) does.
  - Sets the host name through systemd's hostnamed where it runs, else in C(/etc/hostname) and in the kernel. A pretty
    host name that says otherwise is removed.
  - Tells cloud-init, where it is installed, to leave host name and C(/etc/hosts) alone, in
    C(/etc/cloud/cloud.cfg.d/99-rosfleet.cfg). User data is stronger than that file; where it says otherwise, the
    modules that would act on it are left out of cloud-init's list of modules as well. Such a host is still renamed when
    it is given user data with yet another host name.
  - Leaves the facts of its identity in C(/etc/ansible/facts.d/rosfleet.fact), where every playbook finds them as
    C(ansible_local.rosfleet.identity). Sections of others stay.
  - All of it in one module, as each module on each host of a large fleet counts. What cannot be is refused before anything is
    written.
author: rosfleet contributors (@rosfleet)
options:
  hostname:
    description: The name, an RFC 1123 label in lower case.
    type: str
    required: true
  entries:
    description: The hosts of the fleet, as in M(rosfleet.cluster.identity_hosts_file).
    type: list
    elements: dict
    required: true
    suboptions:
      address: {description: IP address., type: str, required: true}
      names: {description: "Names, the host name first.", type: list, elements: str, required: true}
  block:
    description: Whether the hosts file is to have them; else they come from DNS, and only lines that contradict are taken out.
    type: bool
    default: true
  facts:
    description: What the host keeps of its identity.
    type: dict
    required: true
attributes:
  check_mode: {description: Says what would change., support: full}
  diff_mode: {description: Shows the names and the files., support: full}
"""

EXAMPLES = r"""
- name: Give the robot its name, and the names of all others
  rosfleet.cluster.identity_apply:
    hostname: tb1
    entries: [{address: 192.168.8.21, names: [tb1]}]
    facts: {hostname: tb1, address: 192.168.8.21}
"""

RETURN = r"""
before:
  description: The V(kernel)'s, V(static) and V(pretty) name before.
  returned: success
  type: dict
  sample: {kernel: ubuntu, static: ubuntu, pretty: ""}
after:
  description: The same afterwards.
  returned: success
  type: dict
  sample: {kernel: tb1, static: tb1, pretty: ""}
notes:
  description: What else there is to know, in sentences.
  returned: success
  type: list
  elements: str
  sample:
    - >-
      /var/lib/cloud/instance/cloud-config.txt sets manage_etc_hosts and is stronger than
      /etc/cloud/cloud.cfg.d/99-rosfleet.cfg; so update_etc_hosts must stay out of cloud_init_modules. Fix: correct
      manage_etc_hosts when this host is next given user data
    - "Taken out of the hosts file: 127.0.1.1 tb1"
"""

import socket

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._file_sync import Change, told, write
from ..module_utils._files import Files
from ..module_utils._identity import cloud_init, hostname
from ..module_utils._identity.host import has_hostnamed, read_names
from ..module_utils._identity.hosts_change import ENTRIES, hosts_change
from ..module_utils._identity.hosts_file import HostsFileError, Removed
from ..module_utils._local_facts import IDENTITY, PATH, with_section
from ..module_utils._replacing import replace_file

HOSTS_FILE = "/etc/hosts"
HOSTNAMED_TIMEOUT = 60


def set_by_hostnamed(module: AnsibleModule, program: str, name: str) -> None:
    outcome = run([program, "--no-ask-password", "set-hostname", name], timeout=HOSTNAMED_TIMEOUT)
    if outcome.rc != 0:
        module.fail_json(
            msg=f"systemd-hostnamed did not set the host name {name}: {outcome.output.strip() or 'no answer in time'}. "
            "Fix: see why with systemctl status systemd-hostnamed on this host"
        )


def set_by_files(module: AnsibleModule, files: Files, name: str) -> None:
    replace_file(module, hostname.HOSTNAME, f"{name}\n".encode())
    machine_info = files.readable_text(hostname.MACHINE_INFO)
    without_pretty_name = hostname.without_pretty_name(machine_info)
    if machine_info != without_pretty_name:
        replace_file(module, hostname.MACHINE_INFO, without_pretty_name.encode())
    socket.sethostname(name)


def set_name(module: AnsibleModule, files: Files, name: str, wanted: dict) -> None:
    program = module.get_bin_path("hostnamectl")
    if program and has_hostnamed(files):
        set_by_hostnamed(module, program, name)
    else:
        set_by_files(module, files, name)
    after = read_names(files)
    if after != wanted:
        module.fail_json(
            msg=f"The host name was set to {name} and is not: the kernel has '{after['kernel']}', /etc/hostname has "
            f"'{after['static']}', the pretty name is '{after['pretty']}'. Something on this host sets it again. Fix: "
            "look for a service or a DHCP client that does",
            after=after,
        )


def texts(removed: list[Removed]) -> str:
    """The lines from which names were taken, each once."""
    return " | ".join(dict.fromkeys(one.text for one in removed))


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "hostname": {"type": "str", "required": True},
            "entries": ENTRIES,
            "block": {"type": "bool", "default": True},
            "facts": {"type": "dict", "required": True},
        },
        supports_check_mode=True,
    )
    files, params = Files(), module.params
    try:
        hostname.refuse_bad_name(params["hostname"])
        held = cloud_init.hold(cloud_init.read_sources(files)) if cloud_init.is_present(files) else None
        hosts, removed = hosts_change(HOSTS_FILE, params["entries"], params["block"])
    except (hostname.HostnameError, cloud_init.CloudInitError, HostsFileError) as exc:
        module.fail_json(msg=str(exc))
    before = read_names(files)
    after = hostname.wanted_names(before, params["hostname"])
    hold = [Change(cloud_init.OWN, files.readable_text(cloud_init.OWN), held.text)] if held is not None else []
    facts = Change.of(PATH, lambda text: with_section(text, IDENTITY, params["facts"]))
    # The name comes after what keeps it: a host that loses power now does not come back under the old one, and finds itself.
    write(module, [hosts, *hold])
    if before != after and not module.check_mode:
        set_name(module, files, params["hostname"], after)
    write(module, [facts])
    names = Change("host name", hostname.as_text(before), hostname.as_text(after))
    notes = held.notes() if held else []
    if removed:
        notes.append(f"Taken out of the hosts file: {texts(removed)}")
    module.exit_json(**told([hosts, names, *hold, facts]), before=before, after=after, notes=notes)


if __name__ == "__main__":
    main()
