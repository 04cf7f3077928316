# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a join makes of a worker's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from microk8s_lab import files, launcher, worker
from microk8s_lab.daemons import flannel, kubelite

DEFAULTS = Path(worker.__file__).parents[2] / "default-args"


def installed_kubelet() -> str:
    """args/kubelet right after an installation."""
    (part,) = launcher.parse((DEFAULTS.parent / "microk8s.default.yaml").read_text())
    return launcher.changes(part, {"kubelet": (DEFAULTS / "kubelet").read_text()})["kubelet"]


# The transcripts' hosts had control groups v1, and somebody put this there; MicroK8s does not.
BY_HAND = "--fail-cgroupv1=false\n"


def test_kubelet_arguments_of_a_new_node_and_of_a_worker_are_the_real_ones(transcript):
    real = [transcript(number).stdout.replace(BY_HAND, "") for number in ("012", "090")]
    assert installed_kubelet() in real[0]
    assert worker.kubelet_arguments(installed_kubelet(), "10.79.0.12") in real[1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("--v=2\n", f"--v=2\n{BY_HAND}"),
        (f"{BY_HAND}--v=2\n", f"{BY_HAND}--v=2\n"),
        ("--fail-cgroupv1=true\n", "--fail-cgroupv1=true\n"),
    ],
)
def test_what_the_labs_hosts_need_does_not_pose_as_microk8s_own(tmp_path, monkeypatch, before, after):
    assert "cgroupv1" not in installed_kubelet()
    monkeypatch.setenv("SNAP_DATA", str(tmp_path))
    monkeypatch.setattr(files, "share", lambda *_: None)
    (tmp_path / "args").mkdir()
    (tmp_path / "args/kubelet").write_text(before)
    kubelite._suit_the_labs_hosts()
    assert (tmp_path / "args/kubelet").read_text() == after


def test_node_ip_becomes_the_address_seen_only_where_the_control_plane_has_one():
    text = "--node-ip=10.0.0.1\n--hostname-override=base\n"
    assert worker.kubelet_arguments(text, "10.0.0.2").splitlines()[0] == "--node-ip=10.0.0.2"
    assert "--hostname-override" not in worker.kubelet_arguments(text, "10.0.0.2")
    assert "--node-ip" not in worker.kubelet_arguments(installed_kubelet(), "10.0.0.2")


def test_kube_proxy_arguments_are_the_real_ones(transcript):
    assert (DEFAULTS / "kube-proxy").read_text() in transcript("012").stdout


def test_pod_network_follows_flannels_lease():
    lease = "FLANNEL_NETWORK=10.1.0.0/16\nFLANNEL_SUBNET=10.1.2.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n"
    bridge = flannel.conflist(lease)["plugins"][0]
    assert bridge["mtu"] == 1450
    assert bridge["ipam"]["ranges"] == [[{"subnet": "10.1.2.0/24"}]]
