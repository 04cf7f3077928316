"""snapd's answers."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import (
    Snap,
    SnapdBusy,
    SnapdError,
    active_services,
    await_idle,
    changes_in_progress,
    doings,
    get,
    installed_snap,
    is_held_for_good,
)

INSTALLED = {"version": "v1.35.1", "revision": "8612", "tracking-channel": "1.35/stable"}


@pytest.mark.parametrize(
    ("answer", "snap"),
    [
        ({"status-code": 404, "result": {"message": "snap not installed"}}, None),
        ({"status-code": 200, "result": INSTALLED}, Snap("v1.35.1", "8612", "1.35/stable", False)),
        (
            {"status-code": 200, "result": {**INSTALLED, "hold": "2315-06-21T10:00:00Z"}},
            Snap("v1.35.1", "8612", "1.35/stable", True),
        ),
        (
            {"status-code": 200, "result": {**INSTALLED, "hold": "2026-11-26T02:00:00Z"}},
            Snap("v1.35.1", "8612", "1.35/stable", False),
        ),
        ({"status-code": 200, "result": {"version": "v1", "revision": "x1"}}, Snap("v1", "x1", "", False)),
    ],
)
def test_installed_snap(answer, snap):
    assert installed_snap("microk8s", ask=lambda url: answer) == snap


def test_an_error_of_snapd_is_said():
    with pytest.raises(SnapdError, match="access denied"):
        installed_snap("microk8s", ask=lambda url: {"status-code": 403, "result": {"message": "access denied"}})


def test_no_snapd_is_said(tmp_path):
    with pytest.raises(SnapdError, match="systemctl status snapd"):
        get("/v2/snaps/microk8s", path=str(tmp_path / "none.socket"))


def test_active_services():
    apps = [{"name": "daemon-kubelite", "active": True}, {"name": "daemon-etcd", "enabled": True}]
    assert active_services("microk8s", ask=lambda url: {"status-code": 200, "result": apps}) == ["daemon-kubelite"]


def test_services_of_a_snap_that_is_not_there():
    with pytest.raises(SnapdError, match="not found"):
        active_services("microk8s", ask=lambda url: {"status-code": 404, "result": {"message": 'snap "x" not found'}})


@pytest.mark.parametrize(("result", "summaries"), [(None, []), ([{"summary": "Refresh"}], ["Refresh"])])
def test_changes_in_progress(result, summaries):
    assert changes_in_progress("microk8s", ask=lambda url: {"status-code": 200, "result": result}) == summaries


@pytest.mark.parametrize("busy_for", [0, 3])
def test_snapd_is_awaited(busy_for, still_clock):
    await_idle(
        "microk8s", 10, busy=lambda name: ["Refresh snap"] if still_clock.now() < busy_for else [], clock=still_clock
    )
    assert still_clock.now() == busy_for


def test_snapd_is_not_awaited_for_ever(still_clock):
    with pytest.raises(SnapdBusy, match="busy with 'Refresh snap; Run hook' for 10 s[.] Fix: wait for it to end"):
        await_idle("microk8s", 10, busy=lambda name: ["Refresh snap", "Run hook"], clock=still_clock)
    assert still_clock.now() == 10


@pytest.mark.parametrize(
    ("hold", "held"),
    [
        ("2318-08-13T10:00:00.123456789Z", True),
        ("2262-04-11T23:47:16+02:00", True),  # set while the clock of a robot without a battery was at its beginning
        ("2026-11-26T02:00:00Z", False),  # for an hour
        ("2026-01-01T00:00:00Z", False),
        ("2027-11-26T00:00:00Z", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_a_hold_of_an_hour_is_none(hold, held):
    assert is_held_for_good(hold, now=1795650000.0) is held  # November 2026


def answering(changes, apps):
    """A snapd with these unfinished changes, and these services of a snap."""

    def ask(url):
        return {"status-code": 200, "result": changes if "/changes?" in url else apps}

    return ask


@pytest.mark.parametrize(
    ("installed", "services"), [(True, ["daemon-kubelite"]), (False, [])], ids=["installed", "not installed"]
)
def test_what_snapd_is_doing_with_a_snap(installed, services):
    ask = answering([{"summary": "Install snap"}], [{"name": "daemon-kubelite", "active": True}])
    assert doings("microk8s", installed, ask=ask) == {"busy": ["Install snap"], "services": services}


def test_a_snapd_that_does_not_answer_does_nothing():
    def ask(url):
        raise SnapdError("no answer")

    assert doings("microk8s", True, ask=ask) == {"busy": [], "services": []}
