"""Who joins, in which order, and what becomes of the token."""

from __future__ import annotations

import pytest
from scripted.answers import TOKEN

BRING_UP = ("bare", "site", "-vvv")
AGENT_DOWN = {
    "failed": True,
    "msg": f"The join failed: the agent does not answer. microk8s said: 192.168.8.10:25000/{TOKEN}/0123456789ab: refused",
}


def steps(run, *modules):
    return [(each.module, each.host) for each in run.of(*modules)]


def revoked(run):
    """Whether the last that was done with tokens is to revoke them, on the host that minted them, and none is left."""
    last = run.of("microk8s_token")[-1]
    return last.arguments["state"] == "absent" and not any(host["tokens"] for host in run.world["hosts"].values())


def test_a_token_is_minted_before_the_joins_and_revoked_after_them(play):
    run = play(*BRING_UP)
    assert run.code == 0
    done = steps(run, "microk8s_token", "microk8s_member")
    assert [module for module, _host in done] == [
        "microk8s_token",
        "microk8s_member",
        "microk8s_member",
        "microk8s_token",
    ]
    assert sorted(done[1:3]) == [("microk8s_member", "tb1"), ("microk8s_member", "tb2")]
    assert revoked(run)


def test_tokens_are_minted_and_revoked_on_the_control_plane(play):
    assert play(*BRING_UP).hosts_of("microk8s_token") == ["base", "base"]


def test_robots_join_as_workers_and_never_as_control_planes(play):
    joins = play(*BRING_UP).joins
    assert {each.host: each.arguments["state"] for each in joins} == {"tb1": "worker", "tb2": "worker"}


def test_robots_join_at_the_fleet_address_of_the_control_plane_with_its_ca(play):
    run = play(*BRING_UP)
    for join in run.joins:
        assert join.arguments["url"].startswith("192.168.8.10:25000/")
        assert len(join.arguments["ca_hash"]) == 64
        assert join.arguments["rejoin"] is False


def test_a_robot_joins_as_soon_as_the_api_answers_and_nobody_waits_for_a_node_first(play):
    run = play(*BRING_UP)
    assert [each.host for each in run.of("fleet_look") if each.arguments["ready_within"]] == []


@pytest.mark.parametrize("only", [("--tags", "microk8s"), ("--skip-tags", "membership")])
def test_where_nobody_is_to_join_the_control_plane_is_ready_in_the_end(play, only):
    run = play("bare", "site", *only)
    assert {each.host for each in run.of("fleet_look") if each.arguments["ready_within"]} == {"base"}


def test_what_robots_have_become_by_joining_is_known_without_looking_again(play):
    run = play(*BRING_UP)
    done = steps(run, "microk8s_member", "fleet_look")
    joined = [at for at, (module, _host) in enumerate(done) if module == "microk8s_member"]
    assert joined and "fleet_look" not in [module for module, _host in done[joined[-1] :]]


def test_names_are_written_before_microk8s_is_installed(play):
    order = [each.module for each in play(*BRING_UP).calls if each.host == "tb2"]  # the only one with another name
    assert order.index("identity_apply") < order.index("identity_proof") < order.index("microk8s_snap")


def test_the_snap_is_held_on_every_host_as_it_is_installed(play):
    run = play(*BRING_UP)
    assert {each.host: each.arguments["state"] for each in run.of("microk8s_snap")} == {
        "base": "held",
        "tb1": "held",
        "tb2": "held",
    }
    assert all(host["held"] for host in run.world["hosts"].values())


def test_every_workload_is_pinned_to_its_host(play):
    objects = play(*BRING_UP).world["api"]
    (cluster,) = objects.values()
    deployments = [each for each in cluster if each["kind"] == "Deployment"]
    places = {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in deployments}
    assert sorted(places) == ["listener-base", "listener-tb2", "talker-tb1"]
    for name, spec in places.items():
        assert name.rpartition("-")[2] in str(spec.get("nodeSelector") or spec.get("affinity") or spec.get("nodeName"))


ALL_FAIL = ("bare", "site", "-vvv"), {"answers": [{"module": "microk8s_member", "says": AGENT_DOWN}]}
ONE_FAILS = ("bare", "site"), {"answers": [{"module": "microk8s_member", "host": "tb1", "says": AGENT_DOWN}]}

# Nobody of the run is left then, but the token has been minted on base.
ALONE_FAILS = (
    ("healthy", "site", "--limit", "tb2", "--tags", "membership"),
    {"hosts": {"tb2": {"microk8s": "absent"}}, "answers": [{"module": "microk8s_member", "says": AGENT_DOWN}]},
)


@pytest.mark.parametrize(
    "case", [ALL_FAIL, ONE_FAILS, ALONE_FAILS], ids=["all", "one", "the only one of a limited run"]
)
def test_the_token_is_revoked_when_joins_fail(play, case):
    arguments, changes = case
    run = play(*arguments, **changes)
    assert run.code == 2
    assert run.says("The join failed: the agent does not answer.")
    assert revoked(run)


def test_one_robot_that_fails_to_join_does_not_keep_the_other_out(play):
    arguments, changes = ONE_FAILS
    run = play(*arguments, **changes)
    assert run.recap["tb1"]["failed"] == 1
    assert run.recap["tb2"]["failed"] == 0
    assert run.world["hosts"]["tb2"]["cluster"] == run.world["hosts"]["base"]["cluster"]


def test_a_robot_that_failed_to_join_is_named_at_the_end(play):
    arguments, changes = ONE_FAILS
    assert play(*arguments, **changes).says("Lost on the way: tb1.")


def test_when_no_token_can_be_minted_nobody_joins_and_the_reason_is_said(play):
    reason = "microk8s add-node failed (exit code 1): database is locked. Fix: microk8s status"
    mint = {"module": "microk8s_token", "with": {"state": "present"}, "says": {"failed": True, "msg": reason}}
    run = play("bare", "site", answers=[mint])
    assert run.code == 2
    assert run.joins == []
    assert run.says(reason)


def test_control_planes_join_one_by_one_and_before_the_robots(play):
    run = play("three_bare", "site")
    assert run.code == 0
    joins = run.joins
    assert [(each.host, each.arguments["state"]) for each in joins[:2]] == [
        ("cp2", "control_plane"),
        ("cp3", "control_plane"),
    ]
    assert sorted((each.host, each.arguments["state"]) for each in joins[2:]) == [
        ("tb1", "worker"),
        ("tb2", "worker"),
    ]


def test_between_two_control_planes_the_database_has_to_list_the_first(play):
    run = play("three_bare", "site")
    order = [
        (each.module, each.host, tuple(each.arguments.get("wait_for", ())))
        for each in run.of("microk8s_member", "microk8s_ha_info")
    ]
    second, third = order.index(("microk8s_member", "cp2", ())), order.index(("microk8s_member", "cp3", ()))
    assert ("microk8s_ha_info", "cp1", ("192.168.8.12",)) in order[second:third]


def test_every_control_plane_is_ready_on_its_own_before_it_joins(play):
    run = play("three_bare", "site")
    order = [(each.module, each.host) for each in run.of("microk8s_running", "microk8s_member")]
    for host in ("cp2", "cp3"):
        assert ("microk8s_running", host) in order[: order.index(("microk8s_member", host))]


def test_a_token_that_an_earlier_run_has_left_is_revoked_though_nobody_joins(play):
    run = play("healthy", "site", "--tags", "membership", hosts={"base": {"tokens": 1}})
    assert run.code == 0
    assert run.joins == []
    assert revoked(run)


def test_tokens_that_earlier_runs_have_left_elsewhere_are_revoked_there(play):
    run = play("three", "site", "--tags", "membership", hosts={"cp2": {"tokens": 1}, "cp3": {"tokens": 1}})
    assert run.code == 0, run.output[-4000:]
    assert run.hosts_of("microk8s_token") == ["cp2", "cp3"]
    assert revoked(run)


def test_a_control_plane_whose_robots_are_absent_is_brought_up_alone(play):
    run = play("small_bare", "site", hosts={"tb1": {"is": "absent"}})
    assert run.code == 0, run.output[-4000:]
    assert run.says("Absent: tb1.")
    assert [
        each["metadata"]["name"] for objects in run.world["api"].values() for each in objects if each["kind"] == "Node"
    ] == ["base"]


def test_a_snap_is_installed_from_files_of_the_controller(play):
    files = [play.folder / name for name in ("microk8s_1.snap", "microk8s_1.assert")]
    for path in files:
        path.write_text("of the store")
    run = play("small_bare", "site", "--tags", "microk8s", vars={"microk8s_snap_files": [str(path) for path in files]})
    assert run.code == 0, run.output[-4000:]
    for each in run.of("microk8s_snap"):
        assert each.arguments["channel"] is None
        assert [each.arguments[key].rpartition("/")[2] for key in ("path", "assertion")] == [
            path.name for path in files
        ]
