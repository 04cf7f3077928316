"""Who joins, in which order, and what becomes of the token."""

from __future__ import annotations


def test_a_token_is_minted_before_the_joins_and_revoked_after_them(play):
    run = play("bare", "site")
    assert run.code == 0, run.output[-5000:]
    steps = [(each.module, each.host) for each in run.of("microk8s_token", "microk8s_join")]
    assert [step[0] for step in steps] == ["microk8s_token", "microk8s_join", "microk8s_join", "microk8s_token"]
    assert sorted(steps[1:3]) == [("microk8s_join", "tb1"), ("microk8s_join", "tb2")]


def test_robots_join_as_workers_and_never_as_control_planes(play):
    run = play("bare", "site")
    assert {each.host: each.arguments["control_plane"] for each in run.of("microk8s_join")} == {
        "tb1": False,
        "tb2": False,
    }


def test_the_token_is_revoked_when_all_joins_fail(play):
    broken = [
        {"module": "microk8s_join", "says": {"failed": True, "msg": "The join failed: the agent does not answer."}}
    ]
    run = play("bare", "site", answers=broken)
    assert run.code == 2
    assert run.says("The join failed: the agent does not answer.")
    assert [each.arguments["state"] for each in run.of("microk8s_token")] == ["present", "absent"]
    assert run.world["hosts"]["base"]["tokens"] == 0
