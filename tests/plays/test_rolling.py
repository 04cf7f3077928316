"""What restarts control planes does so one after the other."""

from __future__ import annotations

SETTINGS = {"membership_failure_domain": 1, "microk8s_apiserver_args": {"--v": "4"}}


def rolled(play):
    return play(
        "three", "site", "--tags", "microk8s,membership", forks=True, vars=SETTINGS, takes={"microk8s_arguments": 0.4}
    )


def test_no_two_control_planes_change_their_services_at_the_same_time(play):
    run = rolled(play)
    assert run.code == 0, run.output[-4000:]
    changes = [each for each in run.of("microk8s_arguments") if each.host.startswith("cp")]
    assert sorted({each.host for each in changes}) == ["cp1", "cp2", "cp3"]
    assert all(one.ended <= following.began for one, following in zip(changes, changes[1:]))


def test_a_control_plane_is_ready_again_before_the_next_changes_its_failure_domain(play):
    order = [
        (each.module, each.host)
        for each in rolled(play).of("microk8s_arguments", "microk8s_running")
        if each.module == "microk8s_running" or each.arguments["failure_domain"]
    ]
    begun = next(at for at, (module, _host) in enumerate(order) if module == "microk8s_arguments")
    done = order[begun : begun + 6]
    assert [module for module, _host in done] == ["microk8s_arguments", "microk8s_running"] * 3
    assert all(changed == ready for (_, changed), (_, ready) in zip(done[::2], done[1::2]))
    assert [host for _module, host in done[::2]] == ["cp1", "cp2", "cp3"]  # the inventory's order, in every run
