# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of MicroK8s' files of arguments; the kubelet's is a real host's (transcript 012)."""

from __future__ import annotations

import shlex

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.arguments import (
    ArgumentError,
    argument_value,
    with_arguments,
    with_failure_domain,
    with_variables,
)

KUBELET = """\
--resolv-conf=/etc/resolv.conf
--root-dir=${SNAP_COMMON}/var/lib/kubelet
--eviction-hard="memory.available<100Mi,nodefs.available<1Gi,imagefs.available<1Gi"
--node-labels="microk8s.io/cluster=true"
--cluster-dns=10.152.183.10
"""
CONTAINERD_ENV = """\
# HTTPS_PROXY=https://squid.internal:3128
PATH=$PATH:$KATA_PATH

ulimit -n 65536 || true
"""


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        (KUBELET, "--cluster-dns", "10.152.183.10"),
        (KUBELET, "--cluster", None),
        (KUBELET, "--node-labels", '"microk8s.io/cluster=true"'),
        ("--config ${SNAP_DATA}/args/containerd.toml\n", "--config", "${SNAP_DATA}/args/containerd.toml"),
        ("--v=1\n--v=2\n", "--v", "2"),
        ("#--v=1\n", "--v", None),
        ("--flag\n", "--flag", ""),
        ("", "--v", None),
    ],
)
def test_value(text, name, value):
    assert argument_value(text, name) == value


@pytest.mark.parametrize(
    ("text", "wanted", "missing", "expected"),
    [
        (KUBELET, {}, {}, KUBELET),
        (KUBELET, {"--cluster-dns": "10.152.183.10"}, {}, KUBELET),
        (KUBELET, {"--max-pods": "50"}, {}, KUBELET + "--max-pods=50\n"),
        (KUBELET, {"--cluster-dns": None}, {}, KUBELET.replace("--cluster-dns=10.152.183.10\n", "")),
        (KUBELET, {"--resolv-conf": "/r"}, {}, KUBELET.replace("/etc/resolv.conf", "/r")),
        (KUBELET, {}, {"--cluster-dns": "1.2.3.4"}, KUBELET),
        (KUBELET, {}, {"--cluster-domain": "cluster.local"}, KUBELET + "--cluster-domain=cluster.local\n"),
        ("", {"--v": "5"}, {"--v": "2"}, "--v=5\n"),
        ("--v 2\n", {"--v": "2"}, {}, "--v 2\n"),
        ("--v=2", {"--v": "2"}, {}, "--v=2"),
        ("--v=1\n--vmodule=x=1\n--v=2\n", {"--v": "3"}, {}, "--v=3\n--vmodule=x=1\n"),
        ("# --v=1\n", {"--v": "1"}, {}, "# --v=1\n--v=1\n"),
    ],
)
def test_arguments(text, wanted, missing, expected):
    assert with_arguments(text, wanted, missing) == expected
    assert with_arguments(expected, wanted, missing) == expected


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        (CONTAINERD_ENV, {}, CONTAINERD_ENV),
        (CONTAINERD_ENV, {"HTTPS_PROXY": None}, CONTAINERD_ENV),
        (
            CONTAINERD_ENV,
            {"HTTPS_PROXY": "http://proxy.example.org:3128", "NO_PROXY": "10.1.0.0/16,.svc"},
            CONTAINERD_ENV + "HTTPS_PROXY=http://proxy.example.org:3128\nNO_PROXY=10.1.0.0/16,.svc\n",
        ),
        ("NO_PROXY=old\nHTTP_PROXY=x\n", {"NO_PROXY": "new", "HTTP_PROXY": None}, "NO_PROXY=new\n"),
    ],
)
def test_variables(text, wanted, expected):
    assert with_variables(text, wanted) == expected
    assert with_variables(expected, wanted) == expected


@pytest.mark.parametrize("value", ["http://user:p$w(d@proxy.example.org:1/", "it's", "a b", "", "`id`"])
def test_a_shell_reads_the_value_that_was_given(value):
    line = with_variables("", {"HTTPS_PROXY": value}).strip()
    assert shlex.split(line) == [f"HTTPS_PROXY={value}"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: with_arguments("", {"max-pods": "5"}, {}), "'max-pods' is not the name of an argument.*--max-pods"),
        (lambda: with_arguments("", {"--v=2": "5"}, {}), "is not the name"),
        (lambda: with_arguments("", {"--v": "1\n--x=2"}, {}), "more than one line"),
        (lambda: with_variables("", {"NO PROXY": "x"}), "is not the name"),
    ],
)
def test_what_cannot_be_a_line_is_refused(change, said):
    with pytest.raises(ArgumentError, match=said):
        change()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("failure-domain=1\n", "failure-domain=2\n"),
        ("failure-domain=2", "failure-domain=2"),
        ("", "failure-domain=2\n"),
        ("failure-domain = 1\nfailure-domain=3", "failure-domain=2\n"),
        ("other=7\nfailure-domain=1\n", "other=7\nfailure-domain=2\n"),
    ],
)
def test_one_failure_domain(before, after):
    assert with_failure_domain(before, 2) == after


@pytest.mark.parametrize("domain", [0, -1])
def test_no_failure_domain(domain):
    with pytest.raises(ArgumentError, match="Fix: membership_failure_domain: 1"):
        with_failure_domain("", domain)
