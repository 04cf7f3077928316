"""What is not declared as it has to be is refused before any host is asked, with the line to write."""

from __future__ import annotations

import json

import pytest

TALKER = {"name": "talker", "image": "ros:1", "command": ["talk"], "hosts": ["tb1"]}


def refused(run, *says):
    """That the run says all of it, without Ansible's print of a spec, and before anything was asked of a robot."""
    assert run.code == 2
    assert run.says("Fix: ", *says)
    assert "argument_spec_data" not in run.output and "Supported parameters include" not in run.output
    assert {each.module for each in run.calls} <= {"bringup_mark"}
    return True


@pytest.mark.parametrize("playbook", ["check", "site", "verify"])
def test_text_where_a_list_is_wanted(play, playbook):
    run = play("bare", playbook, vars={"ros_workloads": [{**TALKER, "command": "ros2 run demo_nodes_cpp talker"}]})
    assert refused(
        run,
        "ros_workloads, talker: command is the text 'ros2 run demo_nodes_cpp talker' and has to be a list",
        "Fix: write command: [ros2, run, demo_nodes_cpp, talker]",
    )


def test_keys_of_a_compose_file(play):
    lidar = {**TALKER, "name": "lidar", "devices": ["/dev/ttyUSB0"], "privileged": True, "comand": ["talk"]}
    run = play("bare", "check", vars={"ros_workloads": [lidar]})
    assert refused(
        run,
        "ros_workloads, lidar: devices is not supported. Fix: take it out; what needs it runs on the host beside MicroK8s",
        "ros_workloads, lidar: privileged is not supported",
        "ros_workloads, lidar: comand is unknown. Fix: write command, if that is meant",
    )


def test_a_group_in_place_of_its_hosts(play):
    run = play("bare", "check", vars={"ros_workloads": [{**TALKER, "hosts": "robots"}]})
    assert refused(run, "ros_workloads, talker: hosts is the text", 'write hosts: "{{ groups.robots }}"')


def test_the_hosts_of_a_group_by_its_template(play):
    run = play("bare", "check", vars={"ros_workloads": [{**TALKER, "hosts": "{{ groups['robots'] }}"}]})
    assert run.code == 0


def test_variables_of_one_host_are_told_of_that_host(play):
    run = play("bare", "check", hosts={"tb1": {"vars": {"microk8s_images": "/srv/ros 2.tar"}}})
    assert refused(
        run, "tb1: microk8s_images is the text '/srv/ros 2.tar'", "write microk8s_images: ['/srv/ros 2.tar']"
    )


def test_a_secret_is_not_repeated(play):
    run = play("bare", "check", vars={"microk8s_proxy": "http://me:hunter2@proxy"})
    assert refused(run, "microk8s_proxy is text and has to be a mapping", "write microk8s_proxy: {http: …, https: …")
    assert "hunter2" not in run.output


def test_what_cannot_be_told_yet_is_left_to_the_role_that_reads_it(play):
    late = {
        "microk8s_images": ["{{ not_there_yet }}"],
        "microk8s_channel": "{{ nothing }}",
        "microk8s_registries": {"r": {"mirrors": [{"url": "{{ nothing.at_all }}", "skip_verify": "{{ 1 / 0 }}"}]}},
        "microk8s_kubelet_args": "{{ {'--max-pods': nothing} }}",
    }
    run = play("bare", "check", hosts={"tb2": {"is": "absent", "vars": late}})
    assert run.code == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"env": {"ROS_DOMAIN_ID": 42}}, "env has ROS_DOMAIN_ID 42, and without domain_id it is in domain 0"),
        (
            {"env": {"RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp"}},
            "write rmw: cyclonedds, and take RMW_IMPLEMENTATION out of env",
        ),
    ],
)
def test_an_environment_that_contradicts_the_workload(play, more, words):
    run = play("bare", "site", vars={"ros_workloads": [{**TALKER, **more}]})
    assert run.code == 2
    assert run.says("workload talker: ", words)
    assert not [each for each in run.calls if each.module == "microk8s_snap"]


def test_an_environment_that_takes_the_pod_off_its_lan_is_told_and_goes_on(play):
    run = play("bare", "check", vars={"ros_workloads": [{**TALKER, "env": {"ROS_LOCALHOST_ONLY": 1}}]})
    assert run.code == 0
    assert run.says("workload talker: env has ROS_LOCALHOST_ONLY, which keeps ROS inside of the pod")


ALONE = """
- hosts: all
  gather_facts: false
  become: true
  vars: {variables}
  roles: [{{role: rosfleet.cluster.{role}}}]
"""


@pytest.mark.parametrize(
    ("role", "variables", "says"),
    [
        (
            "microk8s",
            {"microk8s_kubelet_args": ["--max-pods"]},
            "microk8s_kubelet_args is a list and has to be a mapping",
        ),
        (
            "ros_workloads",
            {"ros_workloads": [{**TALKER, "comand": ["talk"]}]},
            "ros_workloads, talker: comand is unknown",
        ),
        ("membership", {"membership_workers": "tb1"}, "membership_workers is the text 'tb1' and has to be a list"),
    ],
)
@pytest.mark.parametrize("of", ["the play", "the inventory"])
def test_a_role_alone_says_it_in_the_same_words(play, role, variables, says, of):
    path = play.folder / f"{role} with the variables of {of}.yml"
    path.write_text(ALONE.format(role=role, variables=json.dumps(variables if of == "the play" else {})))
    run = play("bare", str(path), vars={} if of == "the play" else variables)
    assert refused(run, says)
