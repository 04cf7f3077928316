# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""hosts.toml as containerd reads it."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.registries import (
    MARK,
    RegistryError,
    checksum,
    hosts_toml,
    is_ours,
    mirror_sums,
)

REGISTRY = "registry.example.org"


@pytest.mark.parametrize(
    ("declared", "lines"),
    [
        ({}, ['server = "https://registry.example.org"']),
        (
            {"server": "https://other.example.org", "mirrors": [{"url": "http://192.168.8.10:5000"}]},
            [
                'server = "https://other.example.org"',
                "",
                '[host."http://192.168.8.10:5000"]',
                '  capabilities = ["pull", "resolve"]',
            ],
        ),
        (
            {
                "mirrors": [
                    {"url": "https://a.example.org", "capabilities": ["pull"], "ca": "/etc/ssl/a.pem"},
                    {"url": "https://b.example.org/v2/x", "skip_verify": True, "override_path": True},
                ]
            },
            [
                'server = "https://registry.example.org"',
                "",
                '[host."https://a.example.org"]',
                '  capabilities = ["pull"]',
                '  ca = "/etc/ssl/a.pem"',
                "",
                '[host."https://b.example.org/v2/x"]',
                '  capabilities = ["pull", "resolve"]',
                "  skip_verify = true",
                "  override_path = true",
            ],
        ),
    ],
)
def test_hosts_toml(declared, lines):
    text = hosts_toml(REGISTRY, declared)
    assert text.splitlines() == [MARK, *lines]
    assert is_ours(text)


def test_toml_reads_it_back():
    tomllib = pytest.importorskip("tomllib")
    text = hosts_toml("localhost:32000", {"mirrors": [{"url": "http://10.0.0.1:5000", "skip_verify": True}]})
    assert tomllib.loads(text) == {
        "server": "https://localhost:32000",
        "host": {"http://10.0.0.1:5000": {"capabilities": ["pull", "resolve"], "skip_verify": True}},
    }


@pytest.mark.parametrize(
    ("registry", "declared", "said"),
    [
        ("https://registry.example.org", {}, "is not a registry's name.*Fix: "),
        ("../etc", {}, "is not a registry's name"),
        ("a/b", {}, "is not a registry's name"),
        (
            REGISTRY,
            {"mirrors": [{"url": "192.168.8.10:5000"}]},
            "registry.example.org: '192.168.8.10:5000' is not a URL",
        ),
        (REGISTRY, {"mirrors": [{}]}, "'' is not a URL.*Fix: "),
        (REGISTRY, {"server": "registry.example.org"}, "is not a URL"),
    ],
)
def test_what_containerd_would_not_understand(registry, declared, said):
    with pytest.raises(RegistryError, match=said):
        hosts_toml(registry, declared)


def test_a_file_of_others_is_not_ours():
    assert not is_ours('server = "https://registry.example.org"\n')


def test_of_the_files_that_are_ours_the_sums_are_known(tmp_path):
    ours, theirs = hosts_toml(REGISTRY, {}), 'server = "https://other.example.org"\n'
    for registry, text in ((REGISTRY, ours), ("other.example.org", theirs)):
        path = tmp_path / paths.REGISTRIES[1:] / registry / "hosts.toml"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    assert mirror_sums(Files(str(tmp_path))) == {REGISTRY: checksum(ours)}
