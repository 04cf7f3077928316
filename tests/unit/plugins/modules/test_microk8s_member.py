"""Joining and leaving, from the module's arguments to MicroK8s' command line and back, on real files with a script for it."""

from __future__ import annotations

import fcntl
import os
from dataclasses import replace

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _look
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.failure import Failure
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.machine import MachineFiles
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import ca_fingerprint
from ansible_collections.rosfleet.cluster.plugins.module_utils._waiting import Clock
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_member

from ..module_utils._microk8s.transcripts import transcript
from .host import CERTIFICATE

TOKEN = "67cc71fafbe3ea42efef7435d31e449d"
URL = f"10.0.0.1:25000/{TOKEN}/2073c395c60e"
OURS = ca_fingerprint(CERTIFICATE)
BECOME_WORKER = "cd $DATA/var/lock; touch clustered.lock no-k8s-dqlite; rm no-apiserver-proxy"
BECOME_CONTROL_PLANE = "echo '- Address: 10.0.0.2:19001' > $DATA/var/kubernetes/backend/info.yaml"
SUCCESS = "echo Successfully joined the cluster."


@pytest.fixture
def joiner(host, monkeypatch):
    """A host that was just installed, before which snapd is idle and the control plane answers."""
    host.use(microk8s_member)
    host.become("standalone")
    host.lock = host.root / "join.lock"
    monkeypatch.setattr(microk8s_member, "MachineFiles", lambda: MachineFiles(str(host.root)))
    monkeypatch.setattr(_look, "doings", lambda name, installed: {"busy": [], "services": ["daemon-kubelite"]})
    monkeypatch.setitem(_look.host_info.__kwdefaults__, "snap", lambda name: None)
    monkeypatch.setattr(microk8s_member, "LOCK", str(host.lock))
    monkeypatch.setitem(microk8s_member.join_once.__kwdefaults__, "await_idle", lambda name, timeout: None)
    monkeypatch.setitem(microk8s_member.join_once.__kwdefaults__, "obstacle", lambda url, timeout: None)
    return host


@pytest.mark.parametrize(
    ("state", "script", "called"),
    [
        ("worker", f"{BECOME_WORKER}\n{SUCCESS}", f"join {URL} --worker"),
        ("control_plane", f"{BECOME_CONTROL_PLANE}\n{SUCCESS}", f"join {URL}"),
    ],
)
def test_a_host_joins_in_its_role(joiner, state, script, called):
    joiner.microk8s(script)
    result, _printed = joiner.run(microk8s_member, state=state, url=URL, ca_hash=OURS)
    assert (result.get("changed"), joiner.called()) == (True, [called]), result


@pytest.mark.parametrize("before", ["standalone", "worker"])
def test_who_has_joined_tells_what_it_has_become(joiner, before):
    joiner.become(before)
    joiner.microk8s(f"{BECOME_WORKER}\n{SUCCESS}")
    seen = joiner.run(microk8s_member, state="worker", url=URL, ca_hash=OURS)[0]["seen"]
    assert set(seen) == {"microk8s", "arguments", "mirrors", "snapd", "multus"}
    assert (seen["microk8s"]["role"], seen["snapd"]["services"]) == ("worker", ["daemon-kubelite"])


@pytest.mark.parametrize(
    ("role", "more", "calls"),
    [
        ("worker", {}, 0),
        ("worker", {"rejoin": True}, 1),
        ("worker", {"ca_hash": "f" * 64}, 1),  # of another cluster
        ("control_plane", {"state": "control_plane"}, 0),
        ("standalone", {}, 1),
    ],
)
def test_who_is_a_member_already_is_not_joined_again(joiner, role, more, calls):
    joiner.become(role)
    joiner.microk8s(f"{BECOME_WORKER}\n{SUCCESS}")
    result, _printed = joiner.run(microk8s_member, **{"state": "worker", "url": URL, "ca_hash": OURS, **more})
    assert (result.get("changed"), len(joiner.called())) == (calls > 0, calls), result


def test_a_worker_is_never_made_a_control_plane(joiner):
    joiner.become("worker")
    result, _printed = joiner.run(microk8s_member, state="control_plane", url=URL, ca_hash="f" * 64)
    assert "must leave its cluster" in result["msg"] and joiner.called() == []


def test_check_mode_joins_nothing(joiner):
    joiner.microk8s(SUCCESS)
    result, _printed = joiner.run(microk8s_member, state="worker", url="", ca_hash=OURS, _ansible_check_mode=True)
    assert (result["changed"], joiner.called()) == (True, [])


def test_a_join_that_still_runs_is_waited_for(joiner):
    joiner.microk8s(SUCCESS)
    handle = os.open(joiner.lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        result, _printed = joiner.run(microk8s_member, state="worker", url=URL, ca_hash=OURS, timeout=0)
    finally:
        os.close(handle)
    assert "another join has been running" in result["msg"] and joiner.called() == []


def test_a_running_join_holds_the_lock_by_itself(joiner):
    """It outlives a module that is killed, and the next module must not start a second one."""
    joiner.microk8s(f"readlink /proc/$$/fd/* | grep -xq {joiner.lock} && echo held || echo free\nexit 1")
    result, _printed = joiner.run(microk8s_member, state="worker", url=URL, ca_hash=OURS)
    assert result["msg"].endswith("microk8s said: held")


@pytest.mark.parametrize(
    "said",
    [
        URL,
        f"token {TOKEN}",
        f"{TOKEN}-kubelet",
        f"x{TOKEN}{'y' * 590}",  # where the end of what was said begins
        f"sudo: COMMAND=/snap/bin/microk8s join {URL} --worker",
    ],
)
@pytest.mark.parametrize("state", ["worker", "control_plane"])
def test_no_failure_shows_the_token(joiner, said, state):
    joiner.microk8s(f"echo '{said}'; echo '{said}' >&2; exit 1")
    result, printed = joiner.run(microk8s_member, state=state, url=URL, ca_hash=OURS)
    assert result["failed"] and "<token>" in result["msg"]
    assert TOKEN not in printed and TOKEN[8:] not in printed


def test_what_is_not_a_join_url_is_refused_without_being_shown(joiner):
    result, printed = joiner.run(microk8s_member, state="worker", url=f"{TOKEN}@10.0.0.1", ca_hash=OURS)
    assert "no join URL" in result["msg"] and TOKEN not in printed


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome(-9, "Contacting cluster at 10.0.0.1\n", "", timed_out=True), "timeout"),
        (Outcome(6, "Connection failed. Invalid token (500).\n", ""), "token-invalid"),
        (Outcome(1, "Failed to sign kubelet certificate (500). Invalid token\n", ""), "certificate-not-signed"),
        (Outcome(0, "Successfully joined the cluster.\n", ""), "false-success"),
    ],
)
def test_a_failed_join_is_bounded_named_and_leaves_no_lock(joiner, monkeypatch, outcome, code):
    limits = []

    def run(argv, *, timeout, keep_open):
        limits.append(timeout)
        (joiner.data / "var/lock/join-in-progress").touch()
        return outcome

    monkeypatch.setitem(microk8s_member.join_once.__kwdefaults__, "run", run)
    result, _printed = joiner.run(microk8s_member, state="worker", url=URL, ca_hash=OURS, timeout=77)
    assert result["failure"]["code"] == code and set(limits) == {77}
    assert not (joiner.data / "var/lock/join-in-progress").exists()


RESTARTING = (
    "Contacting cluster at 10.0.0.1\nConnection failed. Failed to retrieve list of control plane nodes: "
    'Get "https://127.0.0.1:16443/api/v1/nodes": dial tcp 127.0.0.1:16443: connect: connection refused (500).'
)


@pytest.mark.parametrize(("failures", "calls", "changed"), [(1, 2, True), (3, 3, None)])
def test_a_control_plane_that_restarts_is_asked_again(joiner, failures, calls, changed):
    count = joiner.root / "count"
    joiner.microk8s(
        f"echo x >> {count}; [ $(wc -l < {count}) -gt {failures} ] || {{ echo '{RESTARTING}'; exit 6; }}\n"
        f"{BECOME_WORKER}\n{SUCCESS}"
    )
    result, _printed = joiner.run(microk8s_member, state="worker", url=URL, ca_hash=OURS)
    assert (len(joiner.called()), result.get("changed")) == (calls, changed), result
    assert result.get("failure", {}).get("code") == (None if changed else "control-plane-restarting")


PASSING = Failure("api-refused", "nothing listens", "look", retry=True)
FINAL = Failure("agent-filtered", "no answer", "open")


@pytest.mark.parametrize(
    ("seen", "expected", "asked"),
    [
        ([None], None, 1),
        ([PASSING, PASSING, None], None, 3),
        ([PASSING, FINAL, None], FINAL, 2),
        ([FINAL, None], FINAL, 1),
        ([PASSING] * 9, replace(PASSING, retry=False), 6),  # waited for once, not at each attempt
    ],
)
def test_what_may_pass_by_itself_is_waited_for_and_nothing_else(seen, expected, asked):
    time, left = [0.0], list(seen)
    clock = Clock(lambda: time[0], lambda seconds: time.__setitem__(0, time[0] + seconds))
    failure = microk8s_member.lasting_obstacle(URL, 5, ask=lambda url: left.pop(0), clock=clock)
    assert (failure, len(seen) - len(left)) == (expected, asked)


@pytest.mark.parametrize("state", ["worker", "control_plane"])
def test_who_is_to_join_is_told_where(joiner, state):
    result, _printed = joiner.run(microk8s_member, state=state)
    assert f"state is {state} but all of the following are missing: url, ca_hash" in result["msg"]


@pytest.fixture
def member(host, monkeypatch):
    host.use(microk8s_member)
    host.become("worker")
    (host.data / "var/lock/join-in-progress").touch()
    monkeypatch.setattr(microk8s_member._snapd, "await_idle", lambda name, timeout: None)
    return host


@pytest.mark.parametrize(
    ("role", "check", "changed", "calls"),
    [
        ("worker", False, True, ["leave"]),
        ("control_plane", False, True, ["leave"]),
        ("worker", True, True, []),
        ("standalone", False, False, []),
        ("absent", False, False, []),
    ],
)
def test_only_a_member_leaves(member, role, check, changed, calls):
    member.become(role)
    member.microk8s("")
    result, _printed = member.run(microk8s_member, state="standalone", _ansible_check_mode=check)
    assert (result["changed"], member.called()) == (changed, calls)


@pytest.mark.parametrize(
    ("outcome", "code", "lock"),
    [
        (Outcome(-9, "Configuring services.\n", "", timed_out=True), "timeout", True),
        (Outcome(*transcript("100"), ""), "last-copy", True),
        (Outcome(0, "Configuring services.\n", ""), None, False),
    ],
)
def test_leaving_is_bounded_and_its_failure_named(member, monkeypatch, outcome, code, lock):
    asked = []

    def run(argv, *, timeout):
        asked.append((argv[1:], timeout))
        return outcome

    monkeypatch.setattr(microk8s_member, "run", run)
    result, _printed = member.run(microk8s_member, state="standalone", timeout=77)
    assert (asked, result.get("failure", {}).get("code")) == ([(["leave"], 77)], code)
    # MicroK8s leaves it there; one that did not leave may still be joining.
    assert (member.data / "var/lock/join-in-progress").exists() is lock
