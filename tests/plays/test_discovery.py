"""verify: what keeps it from saying "pass", what it leaves behind, and where its report lies."""

from __future__ import annotations

import json

import pytest

from tests.plays.test_join import BRING_UP

ASYNC = "/run/rosfleet"
TALKER = {"name": "talker", "image": "ros:1", "command": ["talk"], "hosts": ["tb1"]}


def verify(play, *arguments, **changes):
    return play("bare", "verify", *arguments, after=play(*BRING_UP), **changes)


def report(run):
    return json.loads((run.folder / "project/reports/discovery.json").read_text())


def probe_pods(run):
    return [
        each["metadata"]["name"]
        for objects in run.world["api"].values()
        for each in objects
        if each["kind"] == "Pod" and each["metadata"].get("labels", {}).get("app.kubernetes.io/part-of") == "discovery"
    ]


def results_left(run):
    """Results of probes that are still on hosts."""
    return [
        path for host in run.world["hosts"] for path in run.touched(host) if path.startswith((ASYNC, "/root/.ansible"))
    ]


def test_a_fleet_that_was_compared_and_heard_passes_and_nothing_is_left(play):
    run = verify(play)
    assert run.code == 0, run.output[-4000:]
    assert report(run)["verdict"] == "pass"
    assert run.says(
        "PASS: ", "2 of 2 listeners have their sample", "The same as a page for a browser: ", "discovery.html"
    )
    assert "✓ PASS: " in (run.folder / "project/reports/discovery.html").read_text()
    assert len(run.of("dds_probe")) == 3
    tried = {
        call.host: len(target["paths"]["peers"])
        for call in run.of("dds_probe")
        for target in call.arguments["targets"]
        if target["scope"] == "host" and target["network"] == "ros-lan"
    }
    assert tried == {"base": 2, "tb1": 2, "tb2": 2}
    assert (probe_pods(run), results_left(run)) == ([], [])


def test_each_host_is_asked_for_topics_unless_that_is_off(play):
    assert [call.arguments["endpoints"] for call in verify(play).of("dds_probe")] == [
        ["own"]
    ] * 3  # no pod has an address here
    off = verify(play, "-e", "discovery_endpoints=false")
    assert [call.arguments["endpoints"] for call in off.of("dds_probe")] == [[]] * 3
    assert off.code == 0 and off.says("topics-unasked", "discovery_endpoints is off")


def test_a_declared_topic_that_is_not_there_fails(play):
    declared = [{**TALKER, "publishes": [{"topic": "/chatter"}]}]
    run = verify(play, "-e", json.dumps({"ros_workloads": declared}))
    assert run.code == 2
    assert run.says("endpoint-missing", "talker on tb1 is declared to publish /chatter and is not seen to")


def test_the_marks_of_a_bring_up_and_of_verify_are_in_one_file(play):
    marks = json.loads((verify(play).folder / "project/reports/bringup.json").read_text())["marks"]
    assert list(marks) == ["T0", "T1", "T2", "T3", "T4", "T5", "T6"]


@pytest.mark.parametrize(
    "arguments, changes, said",
    [
        (
            ["--limit", "base"],
            {},
            ["no hosts compared on ros-lan (hosts, pods)", "not in this run: tb1, tb2", "(no --limit)"],
        ),
        (
            [],
            {"hosts": {"tb1": {"is": "absent"}, "tb2": {"is": "absent"}}},
            ["no hosts compared on ros-lan (hosts, pods)", "absent: tb1, tb2", "bring back tb1 and tb2"],
        ),
        (
            ["-e", '{"ros_lan_networks": []}'],
            {},
            ["nothing compared, as no LAN is declared", "Declare one in ros_lan_networks"],
        ),
    ],
    ids=["limit", "absent", "no LAN"],
)
def test_what_was_not_compared_is_unknown_and_no_pass(play, arguments, changes, said):
    run = verify(play, *arguments, **changes)
    assert run.code == 2
    assert report(run)["verdict"] == "unknown"
    assert run.says("? UNKNOWN: ", *said)


def test_every_declared_domain_is_probed(play):
    in_two = {
        "ros_workloads": [{**TALKER, "domain_id": 3}, {**TALKER, "name": "arm", "hosts": ["tb2"], "domain_id": 7}]
    }
    run = play("bare", "verify", vars=in_two, after=play("bare", "site", vars=in_two))
    asked = {
        (call.host, target["scope"], target["pod"].rpartition("/")[2].partition("-")[0], target["domain_id"])
        for call in run.of("dds_probe")
        for target in call.arguments["targets"]
        if target["network"] == "ros-lan"
    }
    hosts = {(host, *what) for host in ("base", "tb1", "tb2") for what in (("host", ""), ("pod", "probe"))}
    assert asked == {(*each, domain) for each in hosts for domain in (3, 7)} | {
        ("tb1", "pod", "talker", 3),
        ("tb2", "pod", "arm", 7),
    }
    assert report(run)["domain_ids"] == [3, 7]


def test_samples_of_some_listeners_are_no_end_of_a_bring_up(play):
    run = verify(play, "--limit", "base")
    assert run.says("1 of 1 listeners have their sample")
    assert "T6" not in json.loads((run.folder / "project/reports/bringup.json").read_text())["marks"]


@pytest.mark.parametrize(
    "changes, said",
    [
        (
            {"answers": [{"module": "dds_probe", "host": "tb1", "says": {"failed": True, "msg": "no netlink"}}]},
            "no netlink",
        ),
        ({"hosts": {"tb1": {"goes": {"module": "discovery_collect", "nth": 1}}}}, "The host was lost during the probe"),
    ],
    ids=["the probe fails", "the host goes away"],
)
def test_what_a_probe_made_is_removed_whatever_becomes_of_it(play, changes, said):
    run = verify(play, **changes)
    assert run.code == 2
    assert report(run)["verdict"] == "fail"
    assert run.says(said)
    assert probe_pods(run) == []
    # What the host that went away keeps lies in memory, and is gone with its next start.
    assert [path for path in results_left(run) if not path.startswith(ASYNC)] == []
    assert len(results_left(run)) == (1 if "hosts" in changes else 0)


def test_the_pods_of_another_run_stay_and_those_of_a_killed_one_go(play):
    (cluster, objects), *_others = play(*BRING_UP).world["api"].items()
    others = [probe_pod("probe-other-1", "2026-01-01T00:00:00Z"), probe_pod("probe-late-1", "2126-01-01T00:00:00Z")]
    run = verify(play, api={cluster: [*objects, *others]})
    assert run.code == 0
    assert probe_pods(run) == ["probe-late-1"]


def probe_pod(name, created):
    labels = {"app.kubernetes.io/managed-by": "rosfleet", "app.kubernetes.io/part-of": "discovery"}
    metadata = {"name": name, "namespace": "rosfleet", "uid": name, "labels": labels, "creationTimestamp": created}
    spec = {"nodeName": "tb1"}
    status = {"phase": "Failed", "conditions": []}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def test_evidence_is_kept_for_the_user_where_it_is_asked_for_and_leaves_no_trace_on_hosts(play):
    run = verify(play, "-e", "discovery_evidence=true")
    assert run.code == 0, run.output[-4000:]
    kept = {path.name: path for path in (run.folder / "project/reports/evidence").iterdir()}
    assert sorted(kept) == [f"{host}.pcapng.gz" for host in ("base", "tb1", "tb2")]
    assert {path.read_text() for path in kept.values()} == {f"what {host} has seen" for host in ("base", "tb1", "tb2")}
    assert {path.stat().st_mode & 0o777 for path in kept.values()} == {0o600}
    assert run.says("Evidence of tb1: ", "evidence/tb1.pcapng.gz (7 packets)")
    assert results_left(run) == []


def test_nothing_is_recorded_unless_it_is_asked_for(play):
    run = verify(play)
    assert {call.arguments["evidence"] for call in run.of("dds_probe")} == {None}
    assert not (run.folder / "project/reports/evidence").exists()


def test_of_a_host_that_went_away_it_is_said_that_there_is_none_and_the_others_have_theirs(play):
    run = verify(
        play, "-e", "discovery_evidence=true", hosts={"tb1": {"goes": {"module": "discovery_collect", "nth": 1}}}
    )
    assert run.says("No evidence of tb1: the probe gave no result.", "The host was lost during the probe")
    kept = sorted(path.name for path in (run.folder / "project/reports/evidence").iterdir())
    assert kept == ["base.pcapng.gz", "tb2.pcapng.gz"]
    assert [path for path in results_left(run) if not path.startswith(ASYNC)] == []


def test_without_pwd_the_report_lies_where_ansible_runs(play):
    run = verify(play, environment={"PWD": None})
    assert run.code == 0, run.output[-3000:]
    assert report(run)["verdict"] == "pass"


def test_one_folder_for_all_reports(play):
    run = verify(play, "-e", "rosfleet_reports_dir=kept/here")
    for name in ("discovery.json", "discovery.html"):
        assert (run.folder / "project/kept/here" / name).exists()
        assert not (run.folder / "project/reports" / name).exists()


WORKLOAD = {"name": "talker", "image": "ros:1", "hosts": ["tb1"], "rmw": "cyclonedds"}


def test_what_a_workload_cannot_mean_is_refused_before_anything_is_changed(play):
    misshapen = [
        {"command": "ros2 run demo_nodes_cpp talker"},
        {"hosts": "tb1"},
        {"env": "A=b"},
        {"publishes": ["chatter"]},
    ]
    workloads = [{**WORKLOAD, "name": f"talker-{number}", **each} for number, each in enumerate(misshapen)]
    # What has no shape says nothing either: the pattern is told of once all has one.
    pattern = {**WORKLOAD, "name": "talker-4", "expect_log": "["}
    topic = {**WORKLOAD, "publishes": [{"topic": "rt/chatter"}]}
    for declared, words in (
        (
            [*workloads, pattern],
            ["command: [ros2, run, demo_nodes_cpp, talker]", "hosts: [tb1]", "env: {A: …}", "write it as {topic: …}"],
        ),
        ([pattern], ["is no regular expression"]),
        ([topic], ["publishes names the topic 'rt/chatter' as DDS does", "topic: /chatter"]),
    ):
        run = play("bare", "site", vars={"ros_workloads": declared})
        assert run.code == 2
        assert run.says(*words)
        assert run.of("identity_apply", "microk8s_snap", "api") == []


def test_verify_refuses_an_expect_log_that_it_cannot_look_for_before_it_probes(play):
    run = verify(play, "-e", json.dumps({"ros_workloads": [{**WORKLOAD, "expect_log": "["}]}))
    assert run.code == 2
    assert run.says("expect_log '[' is no regular expression")
    assert run.of("dds_probe") == []
