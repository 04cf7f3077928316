# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines that people have met: from their files to what is said of their kernels."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.declared import Declared
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.kernel_findings import kernel_findings
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.machine import MachineFiles, read_machine

MACHINES = Path(__file__).parents[3] / "fixtures/machines"
FAIL_NOT = {"extraKubeletArgs": {"--fail-cgroupv1": "false"}}
NFTABLES = {"extraKubeProxyArgs": {"--proxy-mode": "nftables"}}
# Of a board's own kernel, beside what its list of modules has.
LACKING = ["IP_ADVANCED_ROUTER", "IP_NF_RAW", "IP_NF_MATCH_RPFILTER", "NETFILTER_XT_MATCH_MARK"]
THERE = [f"NETFILTER_XT_MATCH_{name}" for name in ("COMMENT", "CONNTRACK", "ADDRTYPE", "MULTIPORT", "STATISTIC")]


@pytest.fixture
def seen(tmp_path):
    """The findings of a machine of the fixtures, some of its files changed: (severity, value, fix)."""

    def seen(name, declared, files=None):
        shutil.copytree(MACHINES / name, tmp_path / name)
        for path, text in (files or {}).items():
            if path.endswith(".gz"):
                (tmp_path / name / path).write_bytes(gzip.compress(text.encode()))
            else:
                (tmp_path / name / path).write_text(text)
        found = kernel_findings(read_machine(MachineFiles(str(tmp_path / name))), "absent", Declared(**declared), "")
        return [(finding.severity, finding.evidence["value"], finding.fix) for finding in found]

    return seen


@pytest.mark.parametrize("left_over", [{}, {"boot/firmware/cmdline.txt": "console=tty1 ds=nocloud\n"}])
def test_a_pi_that_starts_from_one_of_two_folders(seen, left_over):
    [(severity, value, fix)] = seen("pi-5-ubuntu-25.10", {"channel": "1.35/stable"}, left_over)
    assert (severity, value) == ("error", "off")
    assert "one line of /boot/firmware/current/cmdline.txt" in fix


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        ({"channel": "1.35/stable"}, ["1.35/stable"]),
        ({"channel": "1.36/stable", "kubelet_args": FAIL_NOT["extraKubeletArgs"]}, ["1.36/stable"]),
        ({"channel": "1.34/stable"}, []),
        ({"channel": "1.35/stable", "launch_config": FAIL_NOT}, []),
    ],
)
def test_an_orin_whose_control_groups_are_hybrid(seen, declared, values):
    found = seen("orin-jetpack-5", declared)
    assert [value for _severity, value, _fix in found] == values
    assert all("unified_cgroup_hierarchy=1 to the line APPEND of /boot/extlinux" in fix for *_others, fix in found)


@pytest.mark.parametrize(("config", "values"), [({}, ["ip_tables"]), (NFTABLES, [])])
def test_a_kernel_with_nftables_alone(seen, config, values):
    found = seen("x1e-ubuntu-26.04", {"channel": "1.35/stable", "launch_config": config})
    assert [(severity, value) for severity, value, _fix in found] == [("error", value) for value in values]


def test_a_pi_without_the_package_of_further_modules(seen):
    found = seen("pi-3-ubuntu-22.04", {"channel": "1.35/stable"})
    assert [value for _severity, value, _fix in found] == ["vxlan", "nf_conntrack"]
    assert all("linux-modules-extra-raspi" in fix for *_others, fix in found)


@pytest.mark.parametrize(("lan", "values"), [(False, []), (True, ["macvlan"])])
def test_a_kernel_without_macvlan(seen, lan, values):
    lists = {"lib/modules/5.15.148-tegra/modules.builtin": "kernel/net/netfilter/nf_conntrack.ko\n"}
    found = seen("orin-jetpack-6", {"channel": "1.35/stable", "lan": lan}, lists)
    assert [(severity, value) for severity, value, _fix in found] == [("error", value) for value in values]
    assert all("CONFIG_MACVLAN=m" in fix for *_others, fix in found)


def test_an_orin_without_policy_routing(seen):
    lines = [f"# CONFIG_{name} is not set" for name in LACKING] + [f"CONFIG_{name}=y" for name in THERE]
    options = "\n".join([*lines, "CONFIG_MACVLAN=y", "CONFIG_NF_CONNTRACK=y\n"])
    [(severity, value, fix)] = seen(
        "orin-jetpack-6", {"channel": "1.35/stable", "lan": True}, {"proc/config.gz": options}
    )
    assert (severity, value) == ("warning", "policy routing, iptable_raw, ipt_rpfilter, xt_mark")
    assert "CONFIG_IP_MULTIPLE_TABLES=y, CONFIG_IP_NF_RAW=m" in fix
