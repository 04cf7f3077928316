"""Where MicroK8s has been stopped, and what starts it there."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import State
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_start import BOOTING, command

MICROK8S = ["/snap/bin/microk8s", "start"]
SNAP = ["snap", "start", "--enable", "microk8s"]


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
