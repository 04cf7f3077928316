# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch configurations."""

from __future__ import annotations

from pathlib import Path

import pytest
from microk8s_lab import launcher

DEFAULT = (Path(launcher.__file__).parents[2] / "microk8s.default.yaml").read_text()


def test_the_default_is_the_real_one(transcript):
    assert DEFAULT in transcript("172").stdout


def test_a_configuration_of_the_user_replaces_the_default_with_its_dns():
    (part,) = launcher.parse("version: 0.1.0\nextraKubeletArgs: {--max-pods: 50}\n")
    assert launcher.changes(part, {"kubelet": "--a=1\n"}) == {"kubelet": "--a=1\n--max-pods=50\n"}


@pytest.mark.parametrize(
    ("part", "read", "changed", "services"),
    [
        ({"extraKubeletArgs": {"--a": None}}, {"kubelet": "--a=1\n--b=2\n"}, {"kubelet": "--b=2\n"}, ["kubelite"]),
        ({"extraKubeAPIServerArgs": {"--a": 1}}, {"kube-apiserver": "--a=1\n"}, {}, []),
        ({"extraContainerdEnv": {"NO_PROXY": "x"}}, {}, {"containerd-env": "NO_PROXY=x\n"}, ["containerd"]),
        ({"containerdRegistryConfigs": {"r.example": "a"}}, {}, {"certs.d/r.example/hosts.toml": "a"}, []),
        ({"extraConfigFiles": {"ha-conf": "failure-domain=2\n"}}, {}, {"ha-conf": "failure-domain=2\n"}, []),
        ({"addons": [{"name": "dns", "disable": True}]}, {"kubelet": "--a=1\n"}, {}, []),
        ({"somethingNew": 1}, {}, {}, []),
    ],
    ids=["null deletes", "no change", "environment", "registry", "file", "disabled addon", "unknown key"],
)
def test_changes(part, read, changed, services):
    assert launcher.changes(part, read) == changed
    assert launcher.services_of(changed) == services


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extraKubeletArgs: {}\n", "no version"),
        ("- version: 0.1.0\n", "no version"),
        ("version: 0.1.0\njoin: {url: x}\n", "join of a launch configuration is not in the lab"),
        ("a: [\n", "failed to parse"),
    ],
)
def test_refused(text, message):
    with pytest.raises(launcher.InvalidLaunch, match=message):
        launcher.parse(text)
