# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what Multus wrote on a host is there, and still right."""

from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._multus import judge, read_multus

NOW = 1_000_000.0
DAY = 86400


def network(subnet="10.1.0.0/24", version="1.0.0"):
    plugin = {"type": "bridge", "ipam": {"type": "host-local", "subnet": subnet}}
    return {"cniVersion": version, "name": "k8s-pod-network", "plugins": [plugin]}


def conflist(delegate):
    """As Multus writes it from CNI 1.0.0 on."""
    multus = {"type": "multus", "kubeconfig": "/k", "delegates": [delegate]}
    return json.dumps({"cniVersion": "1.0.0", "name": "multus-cni-network", "plugins": [multus]})


def conf(delegate):
    """As Multus writes it for older networks."""
    return json.dumps({"cniVersion": "0.3.1", "name": "multus-cni-network", "type": "multus", "delegates": [delegate]})


def kubeconfig(**claims):
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f'users:\n- name: multus\n  user:\n    token: "head.{payload}.signature"\n'


THEIRS = json.dumps(network(), indent=4)


@pytest.mark.parametrize(
    "files, written, stale",
    [
        ({}, False, ""),
        ({"10-calico.conflist": THEIRS}, False, ""),
        ({"10-calico.conflist": THEIRS, "00-multus.conflist": conflist(network())}, True, ""),
        ({"10-flannel.conflist": THEIRS, "00-multus.conf": conf(network())}, True, ""),
        # The host was a cluster of its own, and Multus was there before the new cluster's network.
        (
            {"10-flannel.conflist": THEIRS, "00-multus.conflist": conflist(network("10.9.0.0/24"))},
            True,
            "00-multus.conflist holds another network than 10-flannel.conflist",
        ),
        # Multus takes the first by name that is not its own.
        (
            {"05-other.conf": THEIRS, "10-x.conflist": "{}", "00-multus.conf": conf({})},
            True,
            "00-multus.conf holds another network than 05-other.conf",
        ),
        ({"10-flannel.conflist": THEIRS, "00-multus.conf": "{}"}, True, "00-multus.conf holds another network"),
        ({"10-flannel.conflist": THEIRS, "00-multus.conf": "{half"}, True, "00-multus.conf holds another network"),
        # Being written, or gone: nothing to compare with.
        ({"10-flannel.conflist": "{half", "00-multus.conf": conf(network())}, True, ""),
        ({"00-multus.conf": conf(network())}, True, ""),
    ],
)
def test_the_configuration(files, written, stale):
    multus = judge(files, "", NOW)
    assert (multus.written, bool(multus.stale)) == (written, bool(stale))
    assert stale in multus.stale


@pytest.mark.parametrize(
    "text, stale",
    [
        (kubeconfig(iat=NOW, exp=NOW + 365 * DAY), ""),
        (kubeconfig(iat=NOW - 300 * DAY, exp=NOW + 65 * DAY), "its token for the API has ended or ends in 1560 h"),
        (kubeconfig(iat=NOW - 3600, exp=NOW - 1), "its token for the API has ended or ends in 0 h"),
        (kubeconfig(iat=NOW), ""),  # a token without an end
        (kubeconfig(iat=NOW, exp="soon"), ""),
        ("token: abc", ""),
        ('token: "a.%%%.c"', ""),
        ("", ""),
    ],
)
def test_the_token(text, stale):
    files = {"10-calico.conflist": THEIRS, "00-multus.conflist": conflist(network())}
    assert judge(files, text, NOW).stale == stale


def test_the_folder_is_read_as_it_is(tmp_path):
    assert not read_multus(str(tmp_path / "absent"), NOW).written
    (tmp_path / "10-calico.conflist").write_text(THEIRS)
    (tmp_path / "calico-kubeconfig").write_text("no CNI configuration")
    (tmp_path / "00-multus.conflist.new").write_text("{half")
    assert not read_multus(str(tmp_path), NOW).written
    (tmp_path / "00-multus.conflist").write_text(conflist(network("10.9.0.0/24")))
    assert read_multus(str(tmp_path), NOW).stale
    (tmp_path / "00-multus.conflist").write_text(conflist(network()))
    (tmp_path / "multus.d").mkdir()
    (tmp_path / "multus.d/multus.kubeconfig").write_text(kubeconfig(iat=NOW - 10, exp=NOW - 1))
    assert "token" in read_multus(str(tmp_path), NOW).stale
