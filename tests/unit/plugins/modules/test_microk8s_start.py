"""Where MicroK8s has been stopped, and what starts it there."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import State
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import SnapdBusy
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_start
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_start import BOOTING, command

MICROK8S = ["/snap/bin/microk8s", "start"]
SNAP = ["snap", "start", "--enable", "microk8s"]
DONE = Outcome(0, "", "")


@pytest.mark.parametrize(
    ("state", "active_after", "argv", "waited"),
    [
        (State("absent"), None, None, 0),
        (State("standalone"), 0, None, 0),
        (State("control_plane", stopped=True), None, MICROK8S, 0),
        (State("standalone"), None, MICROK8S, BOOTING),
        (State("worker"), 0, None, 0),
        (State("worker"), 5, None, 5),
        (State("worker"), None, SNAP, BOOTING),
        (State("standalone", low_memory=True), None, None, 0),
        (State("broken_worker"), None, None, 0),
    ],
)
def test_command(state, active_after, argv, waited, still_clock):
    def active(name):
        assert name == "microk8s"
        return ["daemon-containerd"] if active_after is not None and still_clock.now() >= active_after else []

    assert command(state, active, clock=still_clock) == argv
    assert still_clock.now() == waited


@pytest.fixture
def start(run_main, monkeypatch):
    """Runs the module on a host whose MicroK8s was stopped, or not; returns what it returned, and what it ran."""

    def start(stopped=True, outcome=DONE, busy=None, check_mode=False):
        did = []

        def await_idle(name, timeout):
            did.append(f"idle {timeout}")
            if busy:
                raise SnapdBusy(busy)

        monkeypatch.setattr(microk8s_start, "read_state", lambda files: State("control_plane", stopped=stopped))
        monkeypatch.setattr(microk8s_start.command, "__defaults__", (lambda name: ["daemon-kubelite"],))
        monkeypatch.setattr(microk8s_start._snapd, "await_idle", await_idle)
        monkeypatch.setattr(microk8s_start, "run", lambda argv, timeout: did.append((argv, timeout)) or outcome)
        return run_main(microk8s_start, timeout=77, check_mode=check_mode), did

    return start


@pytest.mark.parametrize(
    ("stopped", "check_mode", "changed", "did"),
    [
        (True, False, True, ["idle 77", (MICROK8S, 77)]),
        (True, True, True, []),
        (False, False, False, []),
        (False, True, False, []),
    ],
)
def test_what_was_stopped_is_started(start, stopped, check_mode, changed, did):
    result, done = start(stopped, check_mode=check_mode)
    assert (result["changed"], done) == (changed, did)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            {"outcome": Outcome(1, "it rains\n", "")},
            "MicroK8s was stopped on this host and did not start: it rains. Fix: ",
        ),
        (
            {"outcome": Outcome(-9, "", "", timed_out=True)},
            "did not start: no end within 77 s. Fix: look at: snap services",
        ),
        ({"busy": "snapd has been busy"}, "snapd has been busy. Fix: wait for it to end"),
    ],
)
def test_why_it_does_not_start(start, trouble, said):
    result, _did = start(**trouble)
    assert result["failed"] and said in result["msg"]
