# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventories that users begin with declare what the roles take, without a word of complaint."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.filter.__own.workloads import workload_findings, workload_warnings
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _lan_findings
from jinja2.nativetypes import NativeEnvironment

EXAMPLES = sorted((Path(__file__).parents[2] / "inventories/examples").glob("*.yml"))


def resolved(value, variables):
    """`value` with its templates, which know no more than the groups."""
    if isinstance(value, dict):
        return {key: resolved(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, variables) for each in value]
    return NativeEnvironment().from_string(value).render(variables) if isinstance(value, str) else value


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_sound(path):
    inventory = yaml.safe_load(path.read_text())["all"]
    groups = {name: list(group["hosts"]) for name, group in inventory["children"].items()}
    declared = resolved(inventory["vars"], {"groups": groups})
    hosts = [host for members in groups.values() for host in members]
    addresses = {
        host: each["ansible_host"] for group in inventory["children"].values() for host, each in group["hosts"].items()
    }
    networks, servers = declared["ros_lan_networks"], declared.get("ros_discovery_servers", [])
    given = (declared["ros_workloads"], networks, {host: host for host in hosts}, servers)
    assert workload_findings(*given) == []
    assert workload_warnings(*given) == []
    assert _lan_findings.findings(networks, hosts, {}, addresses, {}) == []


def test_there_are_examples():
    assert [path.stem for path in EXAMPLES] == ["two_robots"]
