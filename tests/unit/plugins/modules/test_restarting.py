# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written is what runs: also after a run that was killed anywhere, and with a service that does not come up."""

from __future__ import annotations

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils import _restarting
from ansible_collections.rosfleet.cluster.plugins.module_utils._restarting import PutBack, ServiceError, carry_out, due


class Killed(BaseException):
    """What a module meets that is killed."""


class Service:
    """A service with a setting, and with the one that it runs with."""

    def __init__(self):
        self.setting = self.running = "old"
        self.killed_at = ""
        self.bad = set()

    def change(self):
        self._die("change")
        self.setting = "new"

    def undo(self):
        self.setting = "old"

    def restart(self):
        self._die("restart")
        if self.setting in self.bad:
            raise ServiceError("it does not come up")
        self.running = self.setting

    def _die(self, where):
        if self.killed_at == where:
            raise Killed

    def run(self, module):
        """What a module makes of it that wants the setting "new"."""
        changes = self.setting != "new"
        if changes or "chrony" in due():
            change, undo = (self.change, self.undo) if changes else (lambda: None, None)
            carry_out(module, ["chrony"], change, undo, self.restart)
            return True
        return False


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.setattr(_restarting, "DUE", str(tmp_path / "rosfleet/restart-due"))
    with patch_module_args({}):
        return AnsibleModule(argument_spec={})


def test_once(module):
    service = Service()
    assert (service.run(module), service.running, due(), service.run(module)) == (True, "new", [], False)


@pytest.mark.parametrize("where", ["change", "restart"])
def test_a_killed_run_is_made_up_for(module, where):
    service = Service()
    service.killed_at = where
    with pytest.raises(Killed):
        service.run(module)
    service.killed_at = ""
    assert (service.run(module), service.running, due()) == (True, "new", [])
    assert service.run(module) is False


def test_the_former_setting_is_back_and_in_use(module):
    service = Service()
    service.bad = {"new"}
    with pytest.raises(PutBack, match="it does not come up"):
        service.run(module)
    assert (service.setting, service.running, due()) == ("old", "old", [])


def test_a_run_that_is_killed_before_the_former_one_is_in_use(module):
    service = Service()
    service.bad = {"new"}

    def undo():
        service.setting = "old"
        service.killed_at = "restart"

    service.undo = undo
    with pytest.raises(Killed):
        service.run(module)
    service.killed_at, service.bad = "", set()
    assert due() == ["chrony"]
    assert (service.run(module), service.running, due()) == (True, "new", [])


def test_what_does_not_come_up_at_all_stays_due(module):
    service = Service()
    service.bad = {"new", "old"}
    with pytest.raises(ServiceError):
        service.run(module)
    assert (service.setting, due()) == ("old", ["chrony"])


def test_what_others_have_to_restart_stays_noted(module):
    service = Service()
    _restarting._note(module, ["microk8s.daemon-kubelite"])
    service.run(module)
    assert due() == ["microk8s.daemon-kubelite"]
