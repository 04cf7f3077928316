# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module on this machine, whose own loopback is its fleet."""

from __future__ import annotations

import contextlib
import json

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.proof import Answer
from ansible_collections.rosfleet.cluster.plugins.modules import identity_proof

HOSTS = [
    {"host": "alpha", "hostname": "tb1", "address": "127.0.0.1"},
    {"host": "beta", "hostname": "tb2", "address": "127.0.0.2"},
    {"host": "off", "hostname": "tb3", "address": "255.255.255.255", "present": False},
]


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs the module with a resolver that gives these answers, and returns what it returns."""

    def run(answers, fleet=HOSTS, **more):
        def look_up(names, timeout):
            return {name: Answer(tuple(answers.get(name, ()))) for name in names}

        monkeypatch.setattr(identity_proof, "look_up", look_up)
        with patch_module_args({"fleet": fleet, "own": "tb1", "timeout": 2, **more}), pytest.raises(SystemExit):
            identity_proof.main()
        return json.loads(capsys.readouterr().out)

    return run


RIGHT = {"tb1": ["127.0.0.1"], "tb2": ["127.0.0.2"], "tb3": ["255.255.255.255"]}


def test_all_well(run):
    result = run(RIGHT)
    assert (result["failures"], result["resolved"], result["reached"]) == ([], 3, 1)
    assert result["changed"] is False


def test_both_kinds_of_failure(run):
    fleet = [*HOSTS[:2], {**HOSTS[2], "present": True}]
    result = run({**RIGHT, "tb2": ["127.0.1.1"]}, fleet)
    assert [(one["kind"], one["name"], one["host"]) for one in result["failures"]] == [
        ("resolve", "tb2", "beta"),
        ("reach", "tb3", "off"),
    ]
    assert (result["resolved"], result["reached"]) == (2, 1)


def test_with_a_domain_both_names_are_proven(run):
    result = run(RIGHT, domain="lan")
    assert [one["name"] for one in result["failures"]] == ["tb1.lan", "tb2.lan", "tb3.lan"]


def test_without_an_icmp_socket_a_port_will_do(run, monkeypatch):
    monkeypatch.setattr(identity_proof, "open_echo_socket", lambda: contextlib.nullcontext(None))
    asked = {}

    def connect_all(targets, timeout):
        asked.update(targets)
        return dict.fromkeys(targets, 0)

    monkeypatch.setattr(identity_proof, "connect_all", connect_all)
    fleet = [HOSTS[0], {**HOSTS[1], "port": 2222}]
    assert run(RIGHT, fleet)["reached"] == 1
    assert asked == {"beta": ("127.0.0.2", 2222)}


def test_an_address_that_is_none(run):
    result = run({}, [{"host": "beta", "hostname": "tb2", "address": "tb2.lan"}])
    assert result["failed"] and result["msg"].startswith("fleet address of beta: ")
