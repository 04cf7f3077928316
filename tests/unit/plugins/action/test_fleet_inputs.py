# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of hosts, and those of the play, are compared with the specs of all roles; what cannot be told yet is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible_collections.rosfleet.cluster.plugins.action import fleet_inputs

ROLES = str(Path(__file__).parents[4] / "roles")
NO_LIST = "{} is the text 'tb1' and has to be a list. Fix: write {}: [tb1]"


class Late(dict):
    """Variables of which the template needs what is not known yet."""

    def __getitem__(self, name):
        raise AnsibleError("undefined")


class Templar:
    def template(self, value):
        return value


@pytest.fixture
def look(make_action, monkeypatch):
    def look(of_hosts, of_play=None):
        action = make_action(fleet_inputs, roles=ROLES)
        monkeypatch.setattr(action, "validate_argument_spec", lambda specification: (None, {"roles": ROLES}))
        monkeypatch.setattr(action, "_templar", Templar())
        first = next(iter(of_hosts))
        variables = {
            **{name: dict.__getitem__(of_hosts[first], name) for name in of_hosts[first]},
            **(of_play or {}),
            "hostvars": of_hosts,
            "ansible_play_hosts_all": list(of_hosts),
            "inventory_hostname": first,
            "groups": {},
        }
        return action.run(task_vars=variables)

    return look


@pytest.mark.parametrize(
    ("of_hosts", "of_play", "says"),
    [
        ({"tb1": {}, "tb2": {}}, {}, None),
        ({"tb1": {"membership_workers": ["tb1"]}, "tb2": {}}, {}, None),
        ({"tb1": {"membership_workers": "tb1"}}, {}, NO_LIST.format(*2 * ["membership_workers"])),
        ({"tb1": {}, "tb2": {"microk8s_images": "tb1"}}, {}, "tb2: " + NO_LIST.format(*2 * ["microk8s_images"])),
        ({"tb1": {}}, {"membership_workers": "tb1"}, NO_LIST.format(*2 * ["membership_workers"])),
        # What the play says goes before what the inventory says.
        ({"tb1": {"microk8s_images": ["x"]}}, {"microk8s_images": "tb1"}, NO_LIST.format(*2 * ["microk8s_images"])),
        ({"tb1": {}, "tb2": Late(microk8s_images="tb1")}, {}, None),
    ],
)
def test_said_once_of_each_that_does_not_fit(look, of_hosts, of_play, says):
    result = look(of_hosts, of_play)
    assert (result.get("failed", False), result.get("msg")) == (says is not None, says)
