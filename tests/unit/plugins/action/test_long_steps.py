# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module that may take minutes says which host is at what."""

from __future__ import annotations

import importlib
from contextlib import contextmanager

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _long_step

TOLD = {
    ("microk8s_snap", ()): "tb1: installs MicroK8s",
    ("microk8s_snap", (("state", "idle"),)): "tb1: waits for snapd",
    ("microk8s_image", ()): "tb1: gets images",
    ("microk8s_running", ()): "tb1: starts MicroK8s and waits for its Node",
    ("microk8s_running", (("ready", False),)): "tb1: starts MicroK8s",
    ("microk8s_member", (("state", "worker"),)): "tb1: joins the cluster",
    ("microk8s_member", (("state", "standalone"),)): "tb1: leaves its cluster",
    ("microk8s_remove_node", (("name", "tb2"),)): "tb1: removes tb2 from the cluster",
    ("microk8s_purge", ()): "tb1: removes MicroK8s with all its data",
    ("microk8s_arguments", ()): "tb1: sets arguments and restarts what reads them",
    ("fleet_look", ()): "tb1: is looked at",
    ("fleet_look", (("ready_within", 60),)): "tb1: waits for its Node to be ready",
    ("cluster_api", ()): "cluster: name of the task",
}


@pytest.mark.parametrize(("name", "arguments"), TOLD)
def test_who_is_at_what(name, arguments, make_action, monkeypatch):
    plugin = importlib.import_module(f"ansible_collections.rosfleet.cluster.plugins.action.{name}")
    action, told = make_action(plugin, **dict(arguments)), []

    @contextmanager
    def told_while(what, say):
        told.append(what)
        yield

    monkeypatch.setattr(_long_step, "told_while", told_while)
    monkeypatch.setattr(action, "act", lambda task_vars: {"changed": bool(told)})
    assert action.run(task_vars={})["changed"] is True  # told before it acts
    assert told == [TOLD[name, arguments]]
