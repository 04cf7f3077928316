#!/usr/bin/env python3
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventory of the lab: the hosts that run, or the three that would if the lab is down."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from lab.cache import REPO
from lab.fleet import plan, state
from lab.fleet.shell import patient


def inventory(hosts: list[plan.Host], control_planes: int = 1) -> dict:
    """Ansible's inventory of these hosts, as a script inventory prints it."""
    names = [host.name for host in hosts]
    return {
        "control": {"hosts": names[:control_planes]},
        "robots": {"hosts": names[control_planes:]},
        "_meta": {"hostvars": {host.name: {"ansible_host": host.management_address} for host in hosts}},
        "all": {"vars": {**CONNECTION, **patient_limits()}},
    }


def patient_limits() -> dict[str, int]:
    """Every limit of time that a role has by default, where it has to be longer on this machine (``patient``)."""
    if patient(1) == 1:
        return {}
    import yaml  # which the Python of whoever lists the hosts need not have

    texts = [path.read_text() for path in sorted(REPO.glob("roles/*/defaults/main.yml"))]
    defaults = {name: value for text in texts for name, value in (yaml.safe_load(text) or {}).items()}
    limits = {name: value for name, value in defaults.items() if name.endswith("_timeout")}
    return {name: int(patient(value)) for name, value in {**limits, **OTHER_LIMITS}.items()}


# As in ansible.cfg, and as probes need it on two hosts; they end as soon as all is proven.
OTHER_LIMITS = {"ansible_ssh_timeout": 15, "discovery_duration": 5}
CONNECTION = {
    "ansible_user": plan.USER,
    "ansible_python_interpreter": "/usr/bin/python3",
    "ansible_control_path_dir": str(state.CONNECTIONS),
    "ansible_ssh_private_key_file": str(state.SSH / "id_ed25519"),
    "ansible_ssh_common_args": (
        f"-F none -o UserKnownHostsFile={state.KNOWN_HOSTS} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes"
    ),
}


if __name__ == "__main__":
    fleet = state.load()
    hosts = [member.host for member in fleet.members.values()] or plan.plan(3)
    print(json.dumps({} if "--host" in sys.argv else inventory(hosts, fleet.control_planes), indent=2))
