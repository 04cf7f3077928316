# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role microk8s works out on the controller."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.machine import Machine
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._microk8s import (
    DEFAULT_LAUNCH_CONFIG,
    dns_arguments,
    findings_table,
    fleet_findings,
    launch_config,
    preflight,
    proxy_environment,
    skew_findings,
    version_of,
)

DNS = {"--cluster-domain": "cluster.local", "--cluster-dns": "10.152.183.10"}


def host(version="", role="absent", channel=""):
    return {"microk8s": {"version": version, "role": role}, "planned_channel": channel}


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v1.35.1", (1, 35)),
        ("1.9.3", (1, 9)),
        ("1.35-strict/stable", (1, 35)),
        ("1.35/stable", (1, 35)),
        ("latest/edge", None),
        ("", None),
    ],
)
def test_version(text, version):
    assert version_of(text) == version


@pytest.mark.parametrize(
    ("base", "robot", "found"),
    [
        (host("v1.35.1"), host("v1.35.4", "standalone"), None),
        (host("v1.35.1"), host("v1.32.9", "standalone"), None),
        (
            host("v1.35.1"),
            host("v1.36.0", "standalone"),
            ("error", "1.36", "newer", "--channel=1.35/stable on tb1, or bring base to 1.36"),
        ),
        (host("v1.35.1"), host("v1.36.0", "worker"), ("warning", "1.36", "newer", "--channel=1.35/stable on tb1")),
        (host("v1.9.1"), host("v1.10.0", "standalone"), ("error", "1.10", "newer", "1.9/stable")),
        (host("v1.35.1"), host("v1.31.9", "standalone"), ("error", "1.31", "older", "--channel=1.35/stable")),
        (host("v1.35.1"), host(channel="1.36/stable"), ("error", "1.36", "newer", "microk8s_channel: 1.35/stable")),
        (
            host(channel="1.34/stable"),
            host(channel="1.35/edge"),
            ("error", "1.35", "newer", "microk8s_channel: 1.34/stable"),
        ),
        (host(channel="1.35/stable"), host(channel="1.35/stable"), None),
        (host("v1.35.1"), host(), None),
        (host(channel="latest/stable"), host("v1.36.0"), None),
    ],
)
def test_skew(base, robot, found):
    findings = skew_findings({"base": base, "tb1": robot}, ["base"], {})
    if found is None:
        assert findings == []
        return
    severity, value, reason, fix = found
    (finding,) = findings
    assert (finding["host"], finding["severity"], finding["check"], finding["value"]) == (
        "tb1",
        severity,
        "version",
        value,
    )
    assert reason in finding["message"] and "control plane base has" in finding["message"]
    assert fix in finding["fix"]


def test_no_skew_without_the_control_plane():
    assert skew_findings({"tb1": host("v1.36.0")}, ["base"], {}) == []


@pytest.mark.parametrize(
    ("chosen", "told_by"),
    [
        ({}, "cp2"),  # cp1 is off, cp2 the first that is there
        ({"host": "cp3", **host("v1.34.1", "control_plane")}, "cp3"),  # the seed, which need not be in this run
        ({"host": "cp2", **host("v1.30.0", "control_plane")}, "cp2"),  # it is: what was found in this run is newer
    ],
)
def test_the_first_control_plane_need_not_be_there(chosen, told_by):
    seen = {"cp2": host("v1.35.1", "control_plane"), "tb1": host("v1.36.0")}
    findings = skew_findings(seen, ["cp1", "cp2", "cp3"], chosen)
    assert {f"the control plane {told_by} has" in finding["message"] for finding in findings} == {True}
    assert "tb1" in [finding["host"] for finding in findings]


def finding(severity, check, value="v", message="m", fix="f"):
    return {"severity": severity, "check": check, "value": value, "message": message, "fix": fix}


def test_one_table_for_all_hosts():
    swap, disk, route = finding("info", "swap"), finding("warning", "disk"), finding("error", "default-route", "none")
    seen = {"base": {"findings": [disk]}, "tb1": {"findings": [disk, route]}, "tb2": {"findings": [swap]}, "tb3": {}}
    assert findings_table(fleet_findings(seen)) == [
        "error    tb1        default-route  none  m. Fix: f",
        "warning  base, tb1  disk           v     m. Fix: f",
    ]
    assert findings_table([]) == []


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ({}, dict(DEFAULT_LAUNCH_CONFIG)),
        (
            {"version": "0.2.0", "extraSANs": ["10.0.0.1"]},
            {**DEFAULT_LAUNCH_CONFIG, "version": "0.2.0", "extraSANs": ["10.0.0.1"]},
        ),
        (
            {"addons": [{"name": "rbac"}]},
            {**DEFAULT_LAUNCH_CONFIG, "addons": [{"name": "dns"}, {"name": "rbac"}]},
        ),
        (
            {"addons": [{"name": "dns", "args": ["10.0.0.2"]}]},
            {**DEFAULT_LAUNCH_CONFIG, "addons": [{"name": "dns", "args": ["10.0.0.2"]}]},
        ),
        (
            {"addons": [{"name": "dns", "disable": True}]},
            {"version": "0.1.0", "addons": [{"name": "dns", "disable": True}]},
        ),
        (
            {"extraKubeletArgs": {"--max-pods": 50, "--cluster-domain": None}},
            {**DEFAULT_LAUNCH_CONFIG, "extraKubeletArgs": {**DNS, "--max-pods": 50, "--cluster-domain": None}},
        ),
    ],
)
def test_launch_configuration_keeps_the_defaults(given, merged):
    assert launch_config(given) == merged


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        ({}, DNS),
        ({"addons": [{"name": "dns", "disable": True}]}, {}),
        ({"extraKubeletArgs": {"--cluster-dns": "10.0.0.2", "--max-pods": 50}}, {**DNS, "--cluster-dns": "10.0.0.2"}),
        ({"extraKubeletArgs": {"--cluster-dns": None}}, {"--cluster-domain": "cluster.local"}),
    ],
)
def test_dns_arguments(given, arguments):
    assert dns_arguments(given) == arguments


@pytest.mark.parametrize(
    ("proxy", "variables"),
    [
        ({}, {}),
        (
            {"https": "http://proxy.example.org:3128"},
            {
                "HTTP_PROXY": None,
                "HTTPS_PROXY": "http://proxy.example.org:3128",
                "NO_PROXY": "127.0.0.1,localhost,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,.svc,.cluster.local",
            },
        ),
        (
            {"http": "http://a", "https": "http://b", "no_proxy": ["10.1.0.0/16", ".svc"]},
            {"HTTP_PROXY": "http://a", "HTTPS_PROXY": "http://b", "NO_PROXY": "10.1.0.0/16,.svc"},
        ),
        ({"no_proxy": []}, {"HTTP_PROXY": None, "HTTPS_PROXY": None, "NO_PROXY": None}),
    ],
)
def test_proxy(proxy, variables):
    assert proxy_environment(proxy) == variables


DECLARED = {
    "control_plane": False,
    "allow_reboot": False,
    "channel": "1.34/stable",
    "snap_files": [],
    "launch_config": {},
    "kubelet_args": {},
    "apiserver_args": {},
}


@pytest.mark.parametrize(
    ("snap_files", "channel"), [([], "1.34/stable"), (["a.snap"], "")], ids=["from the store", "from a file"]
)
def test_a_machine_is_judged_by_what_was_seen_of_it(snap_files, channel):
    member = {"microk8s": {"role": "absent", "version": ""}, "machine": asdict(Machine(snapd=False))}
    found = preflight(member, {**DECLARED, "snap_files": snap_files})
    assert {"snapd", "default-route"} <= {finding["check"] for finding in found["findings"]}
    assert (found["microk8s"], found["planned_channel"]) == (member["microk8s"], channel)
