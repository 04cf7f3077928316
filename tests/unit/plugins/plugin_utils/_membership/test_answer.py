# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster said of itself: not asked, nothing there and no answer are three things."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.answer import cluster_answer

from .cluster import facts, node

SEED = {"host": "base", "microk8s": facts("standalone")}
BARE = {"host": "base", "microk8s": facts("absent", None)}
SKIPPED = {"skipped": True}
NODES = {"read": {"nodes": [node()]}}
MEMBERS = [{"address": "10.0.0.1", "role": "voter"}]


def ha(members, problem=""):
    return {"ha": {"members": members, "problem": problem}}


@pytest.mark.parametrize(
    ("seed", "ready", "nodes", "database", "expected"),
    [
        (SEED, True, NODES, SKIPPED, (True, 1, ())),
        (SEED, True, {"read": {"nodes": []}}, SKIPPED, (True, 0, ())),
        (SEED, True, NODES, ha(MEMBERS), (True, 1, ("10.0.0.1",))),
        (BARE, False, SKIPPED, SKIPPED, (False, 0, ())),  # there is no cluster, so it has no Nodes
        (SEED, False, SKIPPED, SKIPPED, (False, None, ())),
        (SEED, True, {"msg": "500", "read": {}}, SKIPPED, (True, None, ())),
        # Else every control plane would be a stranger.
        (SEED, True, NODES, ha([], "not running"), (True, None, ())),
    ],
)
def test_what_is_known(seed, ready, nodes, database, expected):
    answer = cluster_answer(seed, ready, nodes, database)
    count = None if answer["nodes"] is None else len(answer["nodes"])
    assert (answer["asked"], count, answer["database"]) == expected


PROXIED = "https://10.0.0.1:16443: ProxyError: ('Cannot connect to proxy', OSError('Tunnel connection failed: 403 Forbidden'))"


def test_a_proxy_of_the_controller_is_named():
    said = cluster_answer(SEED, True, {"silence": PROXIED}, SKIPPED)["silence"]
    assert said.startswith("The API of base was asked through a proxy, as HTTPS_PROXY of this controller says")
    assert "403 Forbidden" in said and "Fix: NO_PROXY=NETWORK" in said and "quorum" not in said


def test_another_certificate_is_no_lost_quorum():
    reason = "https://10.0.0.1:16443: SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed"
    said = cluster_answer(SEED, True, {"silence": reason}, SKIPPED)["silence"]
    assert said.startswith("The API of base shows another certificate than its kubeconfig on this controller knows")
    assert "Fix: run playbook check" in said and "quorum" not in said


SILENT = "The API of base does not answer, so nobody can be joined, removed or proven: "
CURE = "see 'Lost quorum' in docs/troubleshooting.md."


@pytest.mark.parametrize(
    ("seed", "ready", "nodes", "database", "begin", "end"),
    [
        (BARE, False, {}, {}, "There is no cluster yet, as MicroK8s is not installed on base. Fix: ", "--limit."),
        (SEED, False, {}, {}, "The cluster of base was not asked: in check mode", "and then this again."),
        (
            SEED,
            True,
            {"silence": "nobody listens", "msg": "x"},
            {},
            SILENT + "nobody listens. Fix",
            CURE,
        ),
        (SEED, True, {"msg": "GET /api/v1/nodes: forbidden"}, {}, SILENT + "GET /api/v1/nodes", CURE),
        (SEED, True, {}, {}, SILENT + "no answer. Fix: on base: microk8s status", CURE),
        (SEED, True, NODES, ha([], "not running"), "The database of base does not answer", CURE),
        (SEED, True, NODES, SKIPPED, "", ""),
    ],
)
def test_the_words_for_silence(seed, ready, nodes, database, begin, end):
    silence = cluster_answer(seed, ready, nodes, database)["silence"]
    assert silence.startswith(begin) and silence.endswith(end) and bool(silence) is bool(begin)
