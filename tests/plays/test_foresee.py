# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the cluster knows of a host is judged before anything is written, and a cluster that says nothing is told of."""

from __future__ import annotations

import json

import pytest

LOOKS = {"fleet_look"}
TWIN = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "tb2", "uid": "1", "resourceVersion": "1", "labels": {}, "annotations": {}},
    "spec": {},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}],
        "nodeInfo": {"machineID": "f" * 32, "kubeletVersion": "v1.35.0"},
        "addresses": [{"type": "InternalIP", "address": "192.168.8.77"}],
    },
}
IMPOSTOR = {"nodes": [TWIN], "hosts": {"tb2": {"microk8s": "absent", "hostname": "ubuntu"}}}
STRANGER = {"hosts": {"tb2": {"cluster": "somebody else's"}}}


def site(play, **changes):
    return play("healthy", "site", "--tags", "identity,microk8s,membership", **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (IMPOSTOR, "another machine is in the cluster under the name tb2 already (address 192.168.8.77"),
        (STRANGER, "tb2 is not joined, it is a worker of another cluster"),
    ],
)
def test_a_refused_host_is_looked_at_and_no_more(play, changes, words):
    run = site(play, **changes)
    assert run.code == 2
    assert run.says(words, "Fix: ")
    assert {each.module for each in run.calls if each.host == "tb2"} <= LOOKS


@pytest.mark.parametrize(("changes", "line"), [(IMPOSTOR, ["192.168.8.77 tb2"]), (STRANGER, [])])
def test_the_others_go_on_and_do_not_take_it_for_who_has_its_name(play, changes, line):
    run = site(play, **changes)
    assert (run.recap["base"]["failed"], run.recap["tb1"]["failed"]) == (0, 0)
    for host in ("base", "tb1"):
        hosts_file = run.touched(host)["/etc/hosts"].splitlines()
        assert [" ".join(each.split()) for each in hosts_file if "tb2" in each] == line


def test_a_refused_host_is_not_believed_its_address(play):
    run = site(play, **IMPOSTOR)
    (book,) = run.home.glob(".local/state/rosfleet/*.json")
    assert list(json.loads(book.read_text())) == ["base", "tb1"]


SAID = "https://192.168.8.10:16443 takes connections and says nothing, as it does without a quorum"
SILENT = [{"module": "api", "says": {"status": 0, "text": SAID}}]
WORDS = f"The API of base does not answer, so nobody can be joined, removed or proven: {SAID}"


@pytest.mark.parametrize(
    "playbook", [("verify",), ("remove", "-e", "remove=tb2"), ("replace", "-e", "replace=tb2"), ("site",)]
)
def test_an_api_that_is_silent_ends_the_run_in_words(play, playbook):
    run = play("healthy", *playbook, answers=SILENT)
    assert run.code == 2
    assert run.says(WORDS, "see 'Lost quorum' in docs/troubleshooting.md")
    assert run.of("microk8s_token", "microk8s_member", "microk8s_remove_node") == []


def test_check_tells_of_it_and_refuses_nobody_as_site_may_start_it_again(play):
    run = play("healthy", "check", answers=SILENT)
    assert run.code == 0
    assert run.says(WORDS)
