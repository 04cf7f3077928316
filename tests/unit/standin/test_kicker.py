# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pods a refresh of the snap makes start anew."""

from __future__ import annotations

import pytest
from microk8s_lab.daemons import kicker

OWNED = {"ownerReferences": [{"kind": "DaemonSet"}]}


@pytest.mark.parametrize(
    ("metadata", "path", "expected"),
    [
        (OWNED, "/var/snap/microk8s/current/opt/cni/bin", True),
        (OWNED, "/var/snap/microk8s/current", True),
        (OWNED, "/var/snap/microk8s/currently", False),
        (OWNED, "/var/snap/microk8s/common/run", False),
        ({}, "/var/snap/microk8s/current", False),
    ],
)
def test_pods_of_somebody_that_mount_the_revisions_data(metadata, path, expected):
    pod = {"metadata": metadata, "spec": {"volumes": [{"emptyDir": {}}, {"hostPath": {"path": path}}]}}
    assert kicker.mounts_data(pod) is expected
