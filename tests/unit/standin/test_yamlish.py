# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cluster.yaml, info.yaml and provider.yaml."""

from __future__ import annotations

from pathlib import Path

from microk8s_lab import yamlish
from microk8s_lab.control_plane import BOOTSTRAP
from microk8s_lab.daemons import apiserver_proxy
from microk8s_lab.daemons.k8s_dqlite import BOOTSTRAP_ID

DEFAULTS = Path(yamlish.__file__).parents[2] / "default-args"


def test_files_of_a_lone_node_are_the_real_ones(transcript):
    member = yamlish.Member(BOOTSTRAP_ID, BOOTSTRAP)
    real = transcript("012").stdout
    assert f"==> var/kubernetes/backend/cluster.yaml <==\n{yamlish.cluster_yaml([member])}\n==>" in real
    assert f"==> var/kubernetes/backend/info.yaml <==\n{yamlish.info_yaml(member)}--" in real


def test_members_are_read_back():
    members = [yamlish.Member(1, "10.0.0.1:19001"), yamlish.Member(2, "10.0.0.2:19001", 2)]
    assert yamlish.members(yamlish.cluster_yaml(members)) == members
    assert yamlish.members(yamlish.info_yaml(members[1])) == members[1:]


def test_init_is_read_back():
    founding, joining = yamlish.init_yaml("127.0.0.1:19001"), yamlish.init_yaml("10.0.0.2:19001", ["10.0.0.1:19001"])
    assert yamlish.address_of(founding) == "127.0.0.1:19001"
    assert yamlish.cluster_of_init(founding) == []
    assert yamlish.address_of(joining) == "10.0.0.2:19001"
    assert yamlish.cluster_of_init(joining) == ["10.0.0.1:19001"]


def test_provider_is_the_real_one(transcript):
    template = (DEFAULTS / "traefik" / "provider-template.yaml").read_text()
    text = yamlish.provider_yaml(template, ["10.79.0.11:16443"])
    assert text in transcript("090").stdout
    assert yamlish.provider_servers(text) == ["10.79.0.11:16443"]


def test_addresses_of_the_api_servers():
    endpoints = {"ports": [{"port": 16443}], "endpoints": [{"addresses": ["10.0.0.2"]}, {"addresses": ["10.0.0.1"]}]}
    assert apiserver_proxy.addresses(endpoints) == ["10.0.0.1:16443", "10.0.0.2:16443"]
    assert apiserver_proxy.addresses({"ports": [{"port": 16443}], "endpoints": None}) == []
