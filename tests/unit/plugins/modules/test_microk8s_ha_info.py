# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the cluster's database is made of, also where nobody can be asked."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_ha_info

VOTING = "".join(f"    - address: 10.0.0.{number}:19001\n      role: voter\n" for number in (1, 2, 3))
STATUS = f"microk8s:\n  running: True\nhigh-availability:\n  enabled: True\n  nodes:\n{VOTING}addons:\n"


@pytest.mark.parametrize(
    ("answer", "running", "problem", "members", "available"),
    [
        (Outcome(0, STATUS, ""), True, "", 3, True),
        (Outcome(-9, "", "", timed_out=True), False, "microk8s status did not end within 45 s", 0, False),
        (FileNotFoundError(), False, "MicroK8s is not installed", 0, False),
    ],
)
def test_the_database(run_main, monkeypatch, answer, running, problem, members, available):
    def run(argv, timeout):
        assert (argv, timeout) == ([paths.COMMAND, "status", "--format", "yaml"], microk8s_ha_info.ONE_CALL_S)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(microk8s_ha_info, "run", run)
    result = run_main(microk8s_ha_info, wait_for=["10.0.0.3"], timeout=0)
    ha = result["ha"]
    assert (ha["running"], ha["problem"], len(ha["members"]), ha["highly_available"]) == (
        running,
        problem,
        members,
        available,
    )
    assert result["changed"] is False
