# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths as the API reference has them."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.kinds import (
    api_version,
    collection_path,
    object_path,
)

from .server import thing


@pytest.mark.parametrize(
    ("kind", "namespace", "path"),
    [
        ("Node", "", "/api/v1/nodes"),
        ("Node", "ignored", "/api/v1/nodes"),
        ("Pod", "", "/api/v1/pods"),
        ("Pod", "ros", "/api/v1/namespaces/ros/pods"),
        ("Deployment", "ros", "/apis/apps/v1/namespaces/ros/deployments"),
    ],
)
def test_where_a_kind_is(kind, namespace, path):
    assert collection_path(kind, namespace) == path


def test_where_an_object_is():
    assert object_path(thing("Namespace", "ros")) == "/api/v1/namespaces/ros"
    lan = object_path(thing("NetworkAttachmentDefinition", "ros-lan", "ros"))
    assert lan == "/apis/k8s.cni.cncf.io/v1/namespaces/ros/network-attachment-definitions/ros-lan"
    assert api_version("Deployment") == "apps/v1"
